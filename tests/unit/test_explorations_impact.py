"""Explorations of lesson 11: known answers and what holds for every value."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from avcourse.views.explorations import counterfactual


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
