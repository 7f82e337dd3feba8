"""Item statistics against LSAT6, the sample rules, distractors, and the exact McNemar test."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from avcourse.measurement import distractor_counts, item_statistics, mcnemar_exact, wilson_interval

# Bock & Lieberman (1970): how often each pattern 00000 … 11111 was seen among 1 000 people.
LSAT6_FREQUENCIES = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15]
LSAT6_FREQUENCIES += [10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
LSAT6 = np.repeat(list(itertools.product((0, 1), repeat=5)), LSAT6_FREQUENCIES, axis=0)
COLUMNS = ["n", "difficulty", "difficulty_low", "difficulty_high", "item_rest_r", "discrimination"]


def test_lsat6():
    table = item_statistics(LSAT6)
    assert table.index.name == "item"
    assert list(table.index) == [0, 1, 2, 3, 4]
    assert list(table.columns) == COLUMNS
    assert table["n"].tolist() == [1000] * 5
    assert table["difficulty"].to_numpy() == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert table["item_rest_r"].to_numpy() == pytest.approx([0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5)
    assert (table["difficulty_low"][0], table["difficulty_high"][0]) == wilson_interval(924, 1000)
    assert table["discrimination"].between(0, 1).all()


@pytest.mark.parametrize(
    ("n", "difficulty", "separation"), [(9, False, False), (10, True, False), (29, True, False), (30, True, True)]
)
def test_sample_rules(n, difficulty, separation):
    items = [[row % 2, row % 3 == 0, 1] for row in range(n)]
    table = item_statistics(items)
    assert table["n"].tolist() == [n] * 3
    assert table[["difficulty", "difficulty_low", "difficulty_high"]].notna().all(axis=None) == difficulty
    assert table["discrimination"].notna().all() == separation
    assert table["item_rest_r"][:2].notna().all() == separation
    assert np.isnan(table["item_rest_r"][2])  # everyone has it right: no spread, no correlation
    if not difficulty:
        assert table[COLUMNS[1:]].isna().all(axis=None)


def test_discrimination_takes_27_per_cent_and_breaks_ties_by_id():
    """Thirty people: eight at each end. Item y alone, so that people tie; the ids decide who stands at the ends."""
    ids = [f"p{number:02}" for number in range(30)]
    flags = [0] * 15 + [1] * 15
    ordered = pd.DataFrame({"x": flags, "y": [1 - flag for flag in flags]}, index=ids)
    table = item_statistics(ordered)
    assert table.loc["x", "discrimination"] == 1
    assert table.loc["y", "discrimination"] == -1
    shuffled = ordered.sample(frac=1, random_state=4)
    pd.testing.assert_frame_equal(item_statistics(shuffled), table)


def test_discrimination_by_hand():
    scores = np.array([[1, 1, 1]] * 9 + [[1, 1, 0]] * 6 + [[1, 0, 0]] * 18 + [[0, 0, 0]] * 7)
    table = item_statistics(scores)
    # n = 40, g = round(10.8) = 11: above nine with 3 points and two with 2, below seven with 0 and four with 1
    assert table["discrimination"].tolist() == [1 - 4 / 11, 1.0, 9 / 11]


@pytest.mark.parametrize("items", [[[0.5, 1]], [[np.nan, 1]], [[2, 1]]])
def test_only_right_or_wrong_is_accepted(items):
    with pytest.raises(ValueError, match="0 or 1"):
        item_statistics(items)


def test_distractor_counts():
    choices = ["a"] * 30 + ["b"] * 8 + ["c"] + [None]
    a, b, c, d = distractor_counts(choices, options=["a", "b", "c", "d"], key="a")
    assert (a.count, a.share, a.rare) == (30, 0.75, None)
    assert (b.count, b.share, b.rare) == (8, 0.2, False)
    assert (c.count, c.share, c.rare) == (1, 0.025, True)
    assert (d.count, d.share, d.rare) == (0, 0.0, True)


def test_a_rare_key_is_not_a_rare_distractor():
    assert distractor_counts(["b"] * 40, options=["a", "b"], key="a")[0].rare is None


def test_distractor_sample_rules():
    assert distractor_counts(["a"] * 39, options=["b"], key="a")[0].rare is None
    assert distractor_counts(["a"] * 10, options=["b"], key="a")[0].count == 0
    hidden = distractor_counts(["a"] * 9, options=["b"], key="a")[0]
    assert (hidden.count, hidden.share, hidden.rare) == (None, None, None)


def test_mcnemar_is_the_exact_sign_test():
    pre = [0] * 11 + [1] * 9
    post = [1] * 9 + [0] * 2 + [1] * 7 + [0] * 2
    result = mcnemar_exact(pre, post)
    assert (result.n, result.gained, result.lost) == (20, 9, 2)
    assert result.p == pytest.approx(stats.binomtest(2, 11).pvalue)
    assert mcnemar_exact(post, pre).p == result.p


def test_mcnemar_edges():
    assert mcnemar_exact([1] * 12, [1] * 12).p is None
    assert mcnemar_exact([0, 1] * 6, [1, 0] * 6).p == 1
    small = mcnemar_exact([0] * 9, [1] * 9)
    assert (small.n, small.gained, small.lost, small.p) == (9, None, None, None)
    with pytest.raises(ValueError, match="0 or 1"):
        mcnemar_exact([0, 1], [1])
    with pytest.raises(ValueError, match="0 or 1"):
        mcnemar_exact([0, 2], [1, 1])
