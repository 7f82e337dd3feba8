"""The explorations of lesson 5: known answers of their pure functions, and what they say."""

from __future__ import annotations

import pytest

from avcourse.course.language import LANGUAGES, Language
from avcourse.views.explorations import guided, load_exploration, open_data
from avcourse.views.explorations.controls import Picture


def drawn(name: str, values: dict[str, object], language: Language = "et") -> Picture:
    exploration = load_exploration(name)
    return exploration.draw(exploration.read({**exploration.first(language), **values}, language), language)


def test_shares_of_2021_are_those_of_the_question() -> None:
    formats = open_data.formats_of("municipalities")
    assert sum(count for _, count in formats) == 185
    assert open_data.share_of(formats, "reading") == (119, pytest.approx(64.3, abs=0.05))
    assert open_data.share_of(formats, "maker")[0] == 32
    assert open_data.share_of(formats, "open")[0] == 34
    assert dict(formats).get("CSV") is None
    assert dict(open_data.formats_of("all"))["CSV"] == 127


@pytest.mark.parametrize(
    ("has", "stars"),
    [((), 0), (("licence",), 1), (("table", "open", "address", "links"), 0), (("licence", "table", "open"), 3)],
)
def test_stars_stop_at_the_first_missing_step(has: tuple[str, ...], stars: int) -> None:
    assert open_data.stars_of(has) == stars


def test_a_skipped_step_and_missing_care_are_said() -> None:
    picture = drawn("five-stars", {"has": ["table", "open"], "care": ["date"]})
    assert picture.sentence.startswith("Praegu ei ole ühtegi tärni. Järgmine samm: kirjutage juurde avatud litsents.")
    assert "kõrgema astme" in picture.sentence
    assert "kirjeldus" in picture.note
    assert "kuupäev" not in picture.note
    whole = drawn("five-stars", {"has": list(open_data.STEPS), "care": list(open_data.CARE)})
    assert (whole.sentence, whole.note) == ("Kõik viis tärni on olemas.", "")


def test_ten_points_name_what_to_ask_first() -> None:
    assert drawn("ten-points", {"points": []}).sentence == "Leidsite 0 punkti kümnest."
    some = drawn("ten-points", {"points": ["officer", "budget"]}, "en")
    assert some.sentence.endswith("Ask the office first about: ‘The privacy notice’.")
    assert [row[3] for row in some.rows].count("yes") == 2
    assert "half a year" in drawn("ten-points", {"points": list(open_data.POINTS)}, "en").sentence


@pytest.mark.parametrize("typed", ["4100 €", "umbes 2500", "1 200", "", "-5", "1e3", "²", "٣", "1,2,3", ".5", "nan"])
def test_what_a_program_does_not_read(typed: str) -> None:
    assert guided.read_cell(typed) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_as_published_is_wrong_and_can_be_put_right(language: Language) -> None:
    start = guided.start_cells(language)
    assert [guided.read_cell(typed) for _, typed in start] == [
        12400.0,
        pytest.approx(3.2),
        pytest.approx(8.6),
        None,
        None,
    ]
    right = ["12400", "3200", "8600", "4100", "2500"]
    assert sum(map(float, right)) == guided.DECIDED
    before = drawn("guided-data", {}, language)
    after = drawn(
        "guided-data", {"grants": [[label, typed] for (label, _), typed in zip(start, right, strict=True)]}, language
    )
    assert before.sentence != after.sentence
    assert "30" in after.sentence
    assert all(row[2] not in ("ei ole arv", "no number") for row in after.rows)
    assert before.note != after.note


def test_a_right_total_from_wrong_cells_is_not_called_right() -> None:
    start = guided.start_cells("et")
    typed = ["30800", "", "", "", ""]
    cells = [[label, one] for (label, _), one in zip(start, typed, strict=True)]
    assert "Vihje" in drawn("guided-data", {"grants": cells}).note
