"""The quick ways for large classes give what the plain ways give."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special

from avcourse.measurement import group_gain, item_statistics, statistics
from avcourse.measurement.statistics import Z_95

rng = np.random.default_rng(8)


def scores(n, items=20):
    ability = rng.normal(size=n)
    return tuple(rng.binomial(items, special.expit(ability + learned)) for learned in (-0.4, 0.5))


def plain_interval(pre, post, seed):
    """BCa as in the books: rows drawn one by one, every learner left out once."""
    n = len(pre)
    rows = np.random.default_rng(seed).integers(n, size=(5_000, n))
    before, after = pre[rows].mean(axis=1), post[rows].mean(axis=1)
    draws, room, change = (after - before) / (100 - before), 100 - pre, post - pre
    point = change.mean() / room.mean()
    left_out = (change.sum() - change) / (room.sum() - room)
    influence = left_out.mean() - left_out
    acceleration = (influence**3).sum() / (6 * (influence**2).sum() ** 1.5)
    bias = special.ndtri(((draws < point - 1e-12).mean() + (draws <= point + 1e-12).mean()) / 2)
    levels = [special.ndtr(bias + z / (1 - acceleration * z)) for z in (bias - Z_95, bias + Z_95)]
    return np.quantile(draws, levels)


@pytest.mark.parametrize("n", [12, 79, 400])
def test_drawing_cells_is_drawing_people(n):
    pre, post = (5.0 * side for side in scores(n))
    quick = np.mean([group_gain(pre, post, seed=seed).normalized_gain_ci for seed in range(12)], axis=0)
    plain = np.mean([plain_interval(pre, post, seed) for seed in range(12)], axis=0)
    width = plain[1] - plain[0]
    assert quick == pytest.approx(plain, abs=0.03 * width)


def test_the_normal_limit_is_the_bootstrap_of_many(monkeypatch):
    pre, post = scores(statistics.MANY_LEARNERS)
    limit = np.mean([group_gain(pre, post, max_points=20, seed=s).normalized_gain_ci for s in range(8)], axis=0)
    monkeypatch.setattr(statistics, "MANY_LEARNERS", 10**9)
    drawn = np.mean([group_gain(pre, post, max_points=20, seed=s).normalized_gain_ci for s in range(8)], axis=0)
    assert limit == pytest.approx(drawn, abs=0.03 * (drawn[1] - drawn[0]))
    assert tuple(limit) != tuple(drawn)


def test_draws_in_parts_are_as_good_as_at_once(monkeypatch):
    """Memory stays bounded: with little room the draws come in many parts."""
    pre, post = scores(60)
    whole = group_gain(pre, post, max_points=20).normalized_gain_ci
    monkeypatch.setattr(statistics, "DRAWN_AT_ONCE", 5_000)
    parts = group_gain(pre, post, max_points=20).normalized_gain_ci
    assert parts == pytest.approx(whole, abs=0.1 * (whole[1] - whole[0]))


def test_the_order_of_learners_does_not_move_the_interval():
    pre, post = scores(200)
    order = rng.permutation(200)
    assert group_gain(pre, post, max_points=20).normalized_gain_ci == (
        group_gain(pre[order], post[order], max_points=20).normalized_gain_ci
    )


@pytest.mark.parametrize("seed", [2, 3, 4])
def test_signed_ranks_of_many_are_normal(monkeypatch, seed):
    n, own = statistics.EXACT_RANKS + 40, np.random.default_rng(seed)
    pre = own.integers(0, 15, n)
    post = pre + own.integers(-4, 5, n) + (own.random(n) < 0.3)
    normal = group_gain(pre, post, max_points=25).wilcoxon_p
    monkeypatch.setattr(statistics, "EXACT_RANKS", n)
    exact = group_gain(pre, post, max_points=25).wilcoxon_p
    assert 0.01 < exact < 0.5, "a p at its ends would not show a wrong variance"
    assert normal == pytest.approx(exact, rel=0.03)
    assert normal != exact


def test_items_of_many_are_those_of_the_formula():
    points = (rng.random((3_000, 12)) < rng.uniform(0.2, 0.9, 12)).astype(int)
    points[:, 3] = 1
    table = item_statistics(points)
    total = points.sum(axis=1)
    for item in range(12):
        if item != 3:
            expected = np.corrcoef(points[:, item], total - points[:, item])[0, 1]
            assert table["item_rest_r"][item] == pytest.approx(expected, abs=1e-12)
    assert np.isnan(table["item_rest_r"][3])
    assert table["discrimination"][3] == 0
