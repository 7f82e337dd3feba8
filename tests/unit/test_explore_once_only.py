"""The invented form of lesson 9: what is known is not asked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.once_only import FORM, PERSON, WAYS, draw_once_only, fields_left

SOME = st.sets(st.sampled_from(WAYS))


@given(SOME, st.sampled_from(WAYS))
def test_one_more_way_never_asks_more(ways: set[str], another: str) -> None:
    more = fields_left(ways | {another})
    assert set(more) <= set(fields_left(ways))
    assert len(more) < len(fields_left(ways)) or another in ways


def test_nothing_used_leaves_all_and_everything_leaves_what_only_people_know() -> None:
    assert fields_left(()) == tuple(FORM)
    assert all(FORM[field] == PERSON for field in fields_left(WAYS))


def test_the_sentence_tells_what_falls_away_in_a_year() -> None:
    exploration = load_exploration("once-only")
    values = exploration.read({"ways": ["login", "drop"], "applications": 300}, "en")
    picture = draw_once_only(values, "en")
    assert picture.sentence.startswith(
        "People fill in 10 fields instead of 14. With 300 applications a year, 1\u202f200"
    )
    assert picture.rows[0] == ("Applicant’s name", "login")
    assert picture.rows[-1] == ("Where you heard of it", "dropped")


def test_a_form_that_uses_nothing_says_how_much_is_written() -> None:
    exploration = load_exploration("once-only")
    picture = draw_once_only(exploration.read(exploration.first("en"), "en"), "en")
    assert picture.sentence.startswith("People fill in all 14 fields themselves, 2\u202f800 fields with 200")
