"""The exploration of lesson 14: known answers and what holds for every value."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.views.explorations.same_skill import chance_of_gain, chances, usual_range

SHARES = st.integers(10, 95).map(lambda percent: percent / 100)


@given(st.sampled_from((4, 20, 40)), SHARES)
def test_chances_add_up_and_the_range_holds_what_it_says(questions: int, share: float) -> None:
    weights = chances(questions, share)
    assert math.isclose(sum(weights), 1)
    low, high = usual_range(weights)
    assert sum(weights[low : high + 1]) >= 0.9
    # Without either end it holds less: it is not wider than it must be.
    assert low == high or sum(weights[low : high + 1]) - max(weights[low], weights[high]) < 0.9


@given(st.sampled_from((4, 20, 40)), SHARES)
def test_by_chance_a_gain_is_as_likely_as_a_loss(questions: int, share: float) -> None:
    weights = chances(questions, share)
    same = sum(weight * weight for weight in weights)
    assert math.isclose(2 * chance_of_gain(weights, 1) + same, 1)


def test_the_lessons_own_figures() -> None:
    # Sixty in a hundred, twenty questions: mean 12, standard deviation 2.19 (binomial).
    weights = chances(20, 0.6)
    mean = sum(points * weight for points, weight in enumerate(weights))
    spread = sum((points - mean) ** 2 * weight for points, weight in enumerate(weights)) ** 0.5
    assert mean == pytest.approx(12)
    assert spread == pytest.approx(2.19, abs=0.005)
    assert usual_range(weights) == (8, 15)
    assert chance_of_gain(weights, 2) == pytest.approx(0.31, abs=0.005)
