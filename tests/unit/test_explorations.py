"""Explorations: values are read, never believed; every one can be drawn at the ends of all its controls; known answers."""

from __future__ import annotations

import itertools
import math
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import LANGUAGES, Language
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.explorations import EXPLORATIONS, load_exploration, municipal_map, signatures
from avcourse.views.explorations.controls import (
    Cells,
    Checks,
    Choice,
    Column,
    Control,
    Moment,
    Number,
    Slider,
    UnfitError,
    read_number,
    show_number,
)
from avcourse.views.explorations.places import PLACE
from avcourse.views.forms.explorer import Explorer, explore

MOST_PICTURES = 8
"""Of one exploration in one language; the other language draws others."""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


@cache
def shown(name: str, language: Language) -> Explorer:
    """Return an exploration's widget, drawn once: it keeps nothing of what it is asked."""
    widget = explore(name, language)
    assert isinstance(widget, Explorer)
    return widget


def ends(control: Control, language: Language) -> list[object]:
    """Return values that a control allows: its start and its extremes."""
    first = control.first(language)
    if isinstance(control, Slider):
        return [first, control.minimum, control.maximum]
    if isinstance(control, Choice):
        return [first, control.ids(language)[0], control.ids(language)[-1]]
    if isinstance(control, Checks):
        return [first, [], list(control.options)]
    if isinstance(control, Moment):
        return [first, "2000-01-01T00:00", "2100-12-31T23:59", "2028-02-29T12:00"]
    return [first, *(cells_with(control, language, low) for low in (True, False))]


def cells_with(control: Cells, language: Language, low: bool) -> list[list[object]]:
    def extreme(column: Column) -> object:
        if column.numbers:
            return column.minimum if low else column.maximum
        return "" if low else ('<b>"$x_1$"&' * 20)[: column.longest]

    return [[extreme(column) for column in control.columns] for _ in control.rows(language)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", sorted(EXPLORATIONS))
def test_every_exploration_is_drawn_at_the_ends_of_its_controls(name: str, language: Language) -> None:
    exploration = load_exploration(name)
    widget = shown(name, language)
    assert widget.picture["sentence"]
    assert widget.spec["title"]
    mixes = list(itertools.product(*(ends(control, language) for control in exploration.controls)))
    chosen = mixes if len(mixes) <= MOST_PICTURES else random.Random(f"{name} {language}").sample(mixes, MOST_PICTURES)
    for mix in chosen:
        answer = widget._answer(dict(zip([control.id for control in exploration.controls], mix, strict=True)))
        assert answer["ok"], (mix, answer)
        assert '<b>"' not in answer["picture"]["figure"] + answer["picture"]["table"]
        if answer["picture"]["figure"]:
            assert 'role="img"' in answer["picture"]["figure"], "a picture needs its words"


@pytest.mark.parametrize("name", sorted(EXPLORATIONS))
def test_the_same_values_give_the_same_picture(name: str) -> None:
    widget = shown(name, "et")
    assert widget._answer(widget.start) == {"ok": True, "picture": widget.picture}


@pytest.mark.parametrize("name", sorted(EXPLORATIONS))
@pytest.mark.parametrize(
    "hostile", [None, [], 5, "x", {}, {"a": 1}, "every:None", "every:<script>", "every:nested", "every:nan", "every:1e999"]
)  # fmt: skip
def test_hostile_values_get_a_calm_sentence(name: str, hostile: Any) -> None:
    widget = shown(name, "et")
    if isinstance(hostile, str) and hostile.startswith("every:"):
        kinds = {"None": None, "nested": [[[[]]]], "nan": float("nan"), "1e999": float("inf")}
        value = kinds.get(hostile[6:], hostile[6:])
        hostile = {control["id"]: value for control in widget.spec["controls"]}
    answer = widget._answer(hostile)
    assert not answer["ok"]
    assert answer["control"] == widget.spec["controls"][0]["id"]
    assert answer["sentence"].endswith(".")
    assert "<script>" not in answer["sentence"]


def test_only_a_wish_to_draw_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    widget = explore("signatures", "en")
    assert isinstance(widget, Explorer)
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(widget, "send", sent.append)
    wishes: list[object] = [None, 5, {}, {"type": "act"}, {"type": "draw"}, {"type": "draw", "call": 7, "values": {}}]
    for content in [*wishes, {"type": "draw", "call": "x" * 5000, "values": widget.start}]:
        widget._receive(widget, content, [])
    assert sent == []
    widget._receive(widget, {"type": "draw", "call": "one", "values": widget.start}, [])
    assert [(one["call"], one["ok"]) for one in sent] == [("one", True)]


def test_nothing_is_drawn_under_nbgrader(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert explore("signatures", "et") is None


# Controls


def test_cells_that_are_not_editable_are_never_taken_from_the_page() -> None:
    cells = Cells(
        "c", (Column("what", editable=False), Column("n", numbers=True, maximum=10)), lambda _: [("Tugi", 1.0)]
    )
    assert cells.read([["<b>", "2,5"]], "et") == (("Tugi", 2.5),)
    for wrong in ([], [["Tugi", 11]], [["Tugi"]], [["Tugi", 1], ["a", 2]], [["Tugi", None]], "Tugi"):
        with pytest.raises(ValueError, match=r".+\."):
            cells.read(wrong, "et")
    words = Cells("c", (Column("what", longest=5),), lambda _: [("a",)])
    assert words.read([["õäöü"]], "et") == (("õäöü",),)
    for text in ("123456", "a\nb", "a\x00", "x\ud83d"):
        with pytest.raises(ValueError, match="5"):
            words.read([[text]], "en")


def test_a_moment_is_a_day_and_time_of_this_century() -> None:
    moment = Moment("m", "2026-09-04T15:30")
    assert str(moment.read("2026-09-04T15:30", "et")) == "2026-09-04 15:30:00"
    assert str(moment.read("2026-09-04T15:30+03:00", "et")) == "2026-09-04 15:30:00"
    for wrong in ("", "täna", "0001-01-01T00:00", "9999-12-31T00:00", None, 5, "2026-02-30T10:00"):
        with pytest.raises(ValueError, match="2100"):
            moment.read(wrong, "et")


@pytest.mark.parametrize(
    ("written", "read"), [("1 200,5", 1200.5), ("1\u202f200.5", 1200.5), ("−3", -3.0), (7, 7.0), ("0", 0.0)]
)
def test_numbers_are_read_as_people_write_them(written: object, read: float) -> None:
    assert read_number(written, -10, 5000, "et") == read


@pytest.mark.parametrize(
    "wrong", ["", "-", "--5", "1-", "1e3", "1_000", "nan", "inf", "٣x", "1,2,3", True, None, 5001, -11, 10**400]
)
def test_what_is_no_number_is_told_with_the_limits(wrong: object) -> None:
    with pytest.raises(ValueError, match="−10–5\u202f000"):
        read_number(wrong, -10, 5000, "et")


@given(st.floats(-1e9, 1e9))
def test_what_is_shown_can_be_read_again(value: float) -> None:
    assert read_number(show_number(round(value, 3), "et"), -1e9, 1e9, "et") == pytest.approx(value, abs=6e-4)


def test_a_wrong_value_names_its_control() -> None:
    with pytest.raises(UnfitError) as caught:
        load_exploration("signatures").read({"place": "0784", "rule": "revolution"}, "en")
    assert caught.value.control == "rule"
    assert issubclass(Number, Slider)


# Signatures


def place(population: int, voters: int) -> Municipality:
    return Municipality("0", "Näidise vald", "vald", "Harju", population, "2024-06", voters, 1.0)


@given(st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.sampled_from(sorted(signatures.RULES)))
def test_a_range_has_an_order_and_never_goes_below_the_laws_least(one: int, other: int, rule: str) -> None:
    voters, population = sorted((one, other))
    low, high = signatures.needed_range(place(population, voters), signatures.RULES[rule])
    assert {"initiative": 5, "poll": 20}[rule] <= low <= high
    share = {"initiative": 100, "poll": 10}[rule]
    assert low * share >= voters
    assert high * share >= population


def test_signatures_of_known_municipalities() -> None:
    found = {one.name: one for one in load_municipalities()}
    initiative, poll = signatures.RULES["initiative"], signatures.RULES["poll"]
    assert signatures.needed_range(found["Harku vald"], initiative) == (136, 183)
    assert signatures.needed_range(found["Ruhnu vald"], initiative) == (5, 5)
    assert signatures.needed_range(found["Ruhnu vald"], poll) == (20, 20)
    assert signatures.needed_range(found["Tallinn"], poll) == (35_178, 45_931)
    assert (signatures.portal_figure(found["Tartu linn"]), signatures.falls_short(found["Tartu linn"])) == (752, False)
    assert signatures.portal_figure(found["Vormsi vald"]) == 5


def test_the_portal_fell_short_in_33_of_79() -> None:
    assert sum(map(signatures.falls_short, load_municipalities())) == 33


def test_the_learners_own_municipality_is_the_first_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    from avcourse.views.explorations import places

    own = next(one for one in load_municipalities() if one.name == "Muhu vald")
    monkeypatch.setattr(places, "my_municipality", lambda: own)
    widget = explore("signatures", "et")
    assert isinstance(widget, Explorer)
    assert widget.start[PLACE.id] == own.code
    assert widget.picture["sentence"].startswith("Muhu vald: rahvaalgatusele on vaja 19–22 toetusallkirja.")


# The map


def test_no_two_points_of_the_map_lie_upon_each_other_and_all_lie_on_it() -> None:
    points = list(municipal_map.points().values())
    assert len(points) == 79
    assert min(math.dist(one, other) for one, other in itertools.combinations(points, 2)) > 18
    assert all(13 <= x <= municipal_map.WIDTH - 13 and 13 <= y <= municipal_map.HEIGHT - 13 for x, y in points)


def test_the_map_is_the_right_way_round() -> None:
    at = {one.name: municipal_map.points()[one.code] for one in load_municipalities()}
    assert at["Saaremaa vald"][0] < at["Tallinn"][0] < at["Narva linn"][0]
    assert at["Tallinn"][1] < at["Tartu linn"][1] < at["Võru linn"][1]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=12))
def test_points_are_pushed_apart_the_same_way_every_time(places: list[tuple[int, int]]) -> None:
    assert municipal_map.spread(places) == municipal_map.spread(places)
    assert len(municipal_map.spread(places)) == len(places)


def test_map_themes_of_known_municipalities() -> None:
    channel = municipal_map.THEMES["channel"]
    assert sum(map(channel.kind, load_municipalities())) == 33
    found = {one.name: one for one in load_municipalities()}
    assert (channel.kind(found["Hiiumaa vald"]), channel.kind(found["Paide linn"])) == (0, 1)
    assert municipal_map.THEMES["size"].kind(found["Tallinn"]) == 4
    assert [municipal_map.THEMES["signatures"].kind(found[name]) for name in ("Ruhnu vald", "Tartu linn")] == [0, 4]


def test_a_map_of_two_classes_differs_in_shape_and_escapes_what_it_is_given() -> None:
    html = municipal_map.map_html(
        {"0784": 1, "0793": 0}, ["<ei>", "jah"], "kaart", chosen="0784", titles={"0784": "<b>"}
    )
    assert html.count("<rect") == 2
    assert html.count('r="6"') == 2
    assert "&lt;ei&gt;" in html
    assert "<b>" not in html
    assert ">Tallinn<" in html
    assert ">Tallinn</text>" not in municipal_map.map_html({"0784": 1}, ["ei", "jah"], "kaart", chosen="9999")
