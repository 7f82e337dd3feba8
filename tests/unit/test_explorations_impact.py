"""Explorations of lessons 4, 11, 12 and 13: known answers and what holds for every value."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from avcourse.views.explorations import council, counterfactual, judging, scale


@given(st.integers(10, 200), st.integers(0, 200), st.integers(-50, 100), st.integers(0, 40), st.integers(0, 40))
def test_a_change_is_taken_apart_without_rest(
    before: int, after: int, neighbours: int, season: int, swing: int
) -> None:
    change = counterfactual.take_apart(before, after, neighbours, season)
    assert change.before + change.others + change.season + change.left == after
    assert (counterfactual.verdict(change, swing) == "some") == (change.left > max(0, swing))


def test_the_lessons_own_figures() -> None:
    change = counterfactual.take_apart(60, 90, 30, 0)
    assert (change.expected, change.left, counterfactual.verdict(change, 8)) == (78, 12, "some")


# Judging oneself


def test_without_a_date_a_link_is_no_evidence() -> None:
    assert judging.bounds_of(4, "law", "undated", "sure")[1] == (0, 0)
    assert judging.bounds_of(4, "practice", "undated", "sure")[1] == (2, 2)
    assert judging.bounds_of(4, "law", "dated", "sure")[1] == (4, 4)


@given(st.integers(1, 50), st.integers(1, 29))
def test_one_document_more_never_notices_less(share: int, looked: int) -> None:
    assert 0 < judging.chance_to_notice(share, looked) <= judging.chance_to_notice(share, looked + 1) <= 1


# At one's own scale


def test_cases_at_scale_come_from_the_datasets() -> None:
    cases = {case.id: case for case in scale.load_cases()}
    assert (cases["tartu"].euros, cases["tartu"].voters) == (200_000, 5_859)
    assert cases["haapsalu"].voters is None
    assert scale.at_scale(cases["elva"], cases["elva"].residents) == (45_000, 703)


# The council's day


@given(st.dates(date(2000, 3, 1), date(2100, 11, 1)), st.sampled_from(["development", "separate"]))
def test_steps_stand_in_order_and_the_draft_is_online_for_two_weeks(sitting: date, kind: str) -> None:
    days = {step.id: step.day for step in council.steps_to(sitting, kind)}
    assert list(days.values()) == sorted(days.values())
    assert days["closing"] - days["draft"] >= timedelta(weeks=2)
    assert sitting - days["invitation"] >= timedelta(days=4)
    assert days["published"].weekday() < 5
