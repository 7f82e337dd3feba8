"""The cost of a digital solution over five years: its arithmetic and its words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.controls import Values
from avcourse.views.explorations.costs import (
    WAYS,
    YEARS,
    Offer,
    crossing,
    cumulative,
    describe,
    draw_costs,
    offers_of,
    share_of,
)

COSTS = load_exploration("five-year-cost")
MONEY = st.integers(0, 1_000_000).map(float)
PER_CENT = st.integers(0, 100).map(float)
OFFERS = st.builds(
    Offer,
    once=MONEY,
    yearly=st.integers(0, 40_000),
    own=st.integers(0, 300_000),
    growth=st.integers(0, 20),
    leaving=MONEY,
)


def values(**changed: Any) -> Values:
    return COSTS.read({**COSTS.first("et"), **{key.replace("_", "-"): value for key, value in changed.items()}}, "et")


@given(OFFERS)
def test_what_has_been_paid_never_falls(offer: Offer) -> None:
    line = cumulative(offer)
    assert len(line) == YEARS + 2
    assert list(line) == sorted(line)
    assert line[0] == offer.once


@given(OFFERS)
def test_without_growth_five_years_are_five_times_one(offer: Offer) -> None:
    flat = Offer(offer.once, offer.yearly, offer.own, leaving=offer.leaving)
    assert cumulative(flat)[-1] == pytest.approx(flat.once + 5 * (flat.yearly + flat.own) + flat.leaving)
    assert cumulative(offer)[-1] >= cumulative(flat)[-1] - 1e-6


@given(MONEY, st.integers(1, 20), PER_CENT)
def test_a_share_is_never_more_than_the_whole_and_falls_with_partners(
    common: float, partners: int, extra: float
) -> None:
    share = share_of(common, partners, extra)
    assert 0 <= share <= common * (1 + 1e-12)
    assert share_of(common, partners + 1, extra) <= share * (1 + 1e-12)
    assert share * partners >= common * (1 - 1e-12), "together they pay for all of it"


@given(OFFERS, OFFERS)
def test_lines_that_change_places_cross_and_others_do_not(one: Offer, other: Offer) -> None:
    first, second = cumulative(one), cumulative(other)
    gaps = [a - b for a, b in zip(first, second, strict=True)]
    when = crossing(first, second)
    if all(gap >= 0 for gap in gaps) or all(gap <= 0 for gap in gaps):
        assert when is None
    if gaps[0] * gaps[-1] < 0:
        assert when is not None
    assert when is None or 0 <= when <= YEARS
    assert crossing(second, first) == pytest.approx(when)


@pytest.mark.parametrize(
    ("first", "second", "when"),
    [
        ((0, 10, 20), (5, 10, 15), 1.0),
        ((0, 8, 16), (6, 10, 14), 1.5),
        ((0, 1, 2), (0, 2, 4), None),
        ((0, 5, 10), (5, 5, 10), None),
    ],
)
def test_where_lines_cross(first: tuple[float, ...], second: tuple[float, ...], when: float | None) -> None:
    assert crossing(first, second) == when


def test_a_crossing_brought_by_leaving_is_the_end_of_the_fifth_year() -> None:
    cheap, dear = cumulative(Offer(0, 10, 0, leaving=100)), cumulative(Offer(20, 10, 0))
    assert crossing(cheap, dear) == YEARS


def test_one_municipality_together_pays_as_much_as_one_that_builds() -> None:
    offers = offers_of(values(partners=1, extra=100))
    assert offers["share"] == offers["build"]


def test_the_start_values_are_those_of_the_lesson() -> None:
    picture = draw_costs(values(), "et")
    assert picture.rows[0][1:] == ("28\u202f000", "42\u202f000", "26\u202f800")
    assert picture.sentence.startswith(
        "Viie aastaga maksab ostmine koos lahkumisega 71\u202f654, ehitamine 66\u202f077"
    )
    assert "Ostmise ja ehitamise jooned ristuvad" in picture.sentence
    assert len(picture.rows) == YEARS + 2


def test_equal_ways_have_no_cheapest() -> None:
    line = cumulative(Offer(10, 1, 1))
    said = describe(dict.fromkeys(WAYS, line), "en")
    assert "Several are equally cheap." in said
    assert said.count("do not cross") == 2
