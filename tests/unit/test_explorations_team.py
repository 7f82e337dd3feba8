"""Lesson 10's team map: who counts, what a gap is, and that what a person writes is only shown."""

from __future__ import annotations

import pytest

from avcourse.course.language import LANGUAGES, Language
from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.team import AREAS, EXAMPLE, Post, cover_of, read_posts

TEAM = (Post("A", (5, 1, 3, 3, 1)), Post("B", (5, 3, 2, 1, 1)))


@pytest.mark.parametrize(
    ("enough", "verdicts"),
    [
        (2, ["covered", "single", "covered", "single", "gap"]),
        (3, ["covered", "single", "single", "single", "gap"]),
        (5, ["covered", "gap", "gap", "gap", "gap"]),
    ],
)
def test_two_cover_one_is_alone_none_is_a_gap(enough: int, verdicts: list[str]) -> None:
    assert [one.verdict for one in cover_of(TEAM, enough)] == verdicts


def test_nobody_leaves_five_gaps() -> None:
    assert [one.verdict for one in cover_of((), 2)] == ["gap"] * len(AREAS)


def test_an_empty_row_is_no_post_and_a_step_is_whole() -> None:
    assert read_posts([("", 5.0, 5.0, 5.0, 5.0, 5.0), ("A ", 2.4, 2.6, 1.0, 1.0, 1.0)]) == (Post("A", (2, 3, 1, 1, 1)),)


def test_the_example_shows_all_three_readings() -> None:
    posts = tuple(Post(str(place), steps) for place, steps in enumerate(EXAMPLE))
    assert {one.verdict for one in cover_of(posts, 4)} == {"covered", "single"}
    assert {one.verdict for one in cover_of(posts, 5)} == {"single", "gap"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_written_is_shown_as_text_and_cut_to_fit(language: Language) -> None:
    team = load_exploration("team-map")
    rows = [["<b>Sekretär</b> ja arhivaar koos", 5, 5, 5, 5, 5], *([""] + [1] * 5 for _ in EXAMPLE[1:])]
    picture = team.draw(team.read({"team": rows, "enough": 3}, language), language)
    assert "<b>" not in picture.html
    assert "&lt;b&gt;Sekretär" in picture.html
    assert picture.html.count("…") == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_table_asks_for_a_post(language: Language) -> None:
    team = load_exploration("team-map")
    picture = team.draw(team.read({"team": [[""] + [1] * 5 for _ in EXAMPLE], "enough": 3}, language), language)
    assert (picture.html, picture.rows) == ("", ())
