"""The formulas against published answers, against scipy's own, at their edges, and as laws that always hold."""

from __future__ import annotations

import itertools
import json
import math
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from avcourse.measurement import (
    EffectSizes,
    calibration,
    cronbach_alpha,
    effect_sizes,
    group_gain,
    hedges_j,
    reliable_change,
    reliable_change_classical,
    safe_to_publish,
    sem_lord,
    wilson_interval,
)

# Student (1908): hours of sleep gained with two drugs.
SLEEP_1 = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
SLEEP_2 = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
# Bock & Lieberman (1970): how often each pattern 00000 … 11111 was seen among 1 000 people.
LSAT6_FREQUENCIES = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15]
LSAT6_FREQUENCIES += [10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
LSAT6 = np.repeat(list(itertools.product((0, 1), repeat=5)), LSAT6_FREQUENCIES, axis=0)

points = st.integers(0, 20)
pairs_of_points = st.lists(st.tuples(points, points), min_size=3, max_size=25)


def split(pairs):
    return np.array([a for a, _ in pairs]), np.array([b for _, b in pairs])


def test_sleep_data():
    gain = group_gain(SLEEP_1, SLEEP_2)
    assert gain.n == 10
    assert gain.raw_gain == pytest.approx(1.58)
    assert gain.t == pytest.approx(4.0621, abs=5e-5)
    assert gain.p_t == pytest.approx(0.002833, abs=5e-7)
    assert gain.d_av == pytest.approx(0.8335, abs=5e-5)
    assert gain.d_z == pytest.approx(1.2846, abs=5e-5)
    assert gain.d_rm == pytest.approx(0.8222, abs=5e-5)
    assert gain.g_av == pytest.approx(0.91387 * 0.8335, abs=1e-4)
    expected = stats.ttest_rel(SLEEP_2, SLEEP_1).confidence_interval()
    assert gain.raw_gain_ci == pytest.approx((expected.low, expected.high))


def test_hake():
    gain = group_gain([40, 45, 50], [70.2, 71.4, 72.6])
    assert (gain.pre_mean, gain.post_mean) == pytest.approx((45, 71.4))
    assert gain.normalized_gain == pytest.approx(0.48)


def test_normalized_gain_is_that_of_the_means_not_the_mean_of_gains():
    pre, post = np.array([90.0, 20, 30]), np.array([99.0, 40, 40])
    single = ((post - pre) / (100 - pre)).mean()
    assert group_gain(pre, post).normalized_gain == pytest.approx((post.mean() - pre.mean()) / (100 - pre.mean()))
    assert group_gain(pre, post).normalized_gain != pytest.approx(single, abs=0.01)


def test_bca_interval_agrees_with_scipy():
    """One learner with much room makes the bootstrap lopsided, so that BCa and plain percentiles differ."""
    pre = np.array([90.0, 95, 95, 85, 90, 95, 90, 20, 95, 90])
    post = np.array([95.0, 95, 100, 90, 95, 95, 95, 90, 95, 100])

    def gain(a, b, axis=-1):
        return (b.mean(axis=axis) - a.mean(axis=axis)) / (100 - a.mean(axis=axis))

    expected = stats.bootstrap((pre, post), gain, paired=True, n_resamples=20_000, method="BCa", rng=1)
    percentile = stats.bootstrap((pre, post), gain, paired=True, n_resamples=20_000, method="percentile", rng=1)
    interval = group_gain(pre, post).normalized_gain_ci
    assert interval == pytest.approx(tuple(expected.confidence_interval), abs=0.015)
    assert interval != pytest.approx(tuple(percentile.confidence_interval), abs=0.03)


def test_rounding_errors_do_not_push_a_point_out_of_its_interval():
    gain = group_gain([2.2] * 7, [5.6] * 7)
    low, high = gain.normalized_gain_ci
    assert low <= gain.normalized_gain <= high
    assert [wilson_interval(0, n)[0] for n in (3, 6, 7)] == [0, 0, 0]
    assert [wilson_interval(n, n)[1] for n in (10, 25, 27)] == [1, 1, 1]


def test_bootstrap_is_repeatable_and_follows_the_seed():
    assert group_gain(SLEEP_1, SLEEP_2) == group_gain(SLEEP_1, SLEEP_2)
    assert group_gain(SLEEP_1, SLEEP_2).normalized_gain_ci != group_gain(SLEEP_1, SLEEP_2, seed=1).normalized_gain_ci


def test_percentile_interval_where_bca_is_undefined():
    """Where no learner moves the result there is no acceleration."""
    assert group_gain([80] * 20, [90] * 20).normalized_gain_ci == pytest.approx((0.5, 0.5))


def test_no_interval_where_many_draws_have_no_room():
    gain = group_gain([100] * 4 + [90], [100] * 4 + [95])
    assert gain.normalized_gain == pytest.approx(0.5)
    assert gain.normalized_gain_ci is None


def test_scores_above_the_maximum_have_no_normalized_gain():
    gain = group_gain([120, 80, 70], [125, 85, 90])
    assert gain.raw_gain == pytest.approx(10)
    assert gain.normalized_gain is None


def test_one_learner_at_the_ceiling_keeps_the_interval():
    gain = group_gain([100, 60, 70, 55, 65], [100, 80, 75, 80, 90])
    low, high = gain.normalized_gain_ci
    assert 0 < low < gain.normalized_gain < high < 1


def test_ceiling_has_no_normalized_gain():
    gain = group_gain([100] * 12, [100] * 6 + [95] * 6)
    assert gain.raw_gain == pytest.approx(-2.5)
    assert gain.normalized_gain is None
    assert gain.normalized_gain_ci is None


def test_all_equal_gives_none_and_never_nan():
    gain = group_gain([71.4] * 12, [71.4] * 12)
    assert gain.raw_gain == 0
    assert gain.raw_gain_ci == (0, 0)
    assert gain.normalized_gain == 0
    assert (gain.d_av, gain.d_z, gain.d_rm, gain.g_av, gain.t, gain.p_t, gain.wilcoxon_p) == (None,) * 7
    assert effect_sizes([0.1, 0.2, 0.3], [0.2, 0.3, 0.4]).d_z is None  # the same gain for all, up to rounding
    assert effect_sizes([1, 2, 3], [3, 3, 3]).d_rm is None
    assert effect_sizes([1, 2, 3], [3, 3, 3]).d_av == 2
    json.dumps(asdict(gain), allow_nan=False)


@pytest.mark.parametrize("n", [0, 1, 2])
def test_no_statistics_below_three(n):
    figures = asdict(group_gain([50] * n, [60] * n))
    assert figures.pop("n") == n
    assert set(figures.values()) == {None}
    assert effect_sizes([1] * n, [2] * n) == EffectSizes(None, None, None, None)


@pytest.mark.parametrize(
    ("pre", "post"), [([1, 2, 3], [1, 2]), ([1, 2, math.nan], [1, 2, 3]), ([[1], [2]], [[1], [2]])]
)
def test_unmatched_or_missing_scores_are_refused(pre, post):
    with pytest.raises(ValueError, match=r"expected (pairs|finite)"):
        group_gain(pre, post)


def test_max_points_must_be_positive():
    with pytest.raises(ValueError, match="max_points"):
        group_gain([1, 2, 3], [1, 2, 3], max_points=0)


def test_no_p_below_eight():
    change = [3, 1, 4, 1, 5, 9, 2, 6]
    seven, eight = group_gain([10] * 7, np.add(10, change[:7])), group_gain([10] * 8, np.add(10, change))
    assert (seven.p_t, seven.wilcoxon_p) == (None, None)
    assert seven.t is not None
    assert eight.wilcoxon_p == pytest.approx(2 / 2**8)
    assert eight.p_t is not None


def test_wilcoxon_agrees_with_scipy_without_ties():
    change = np.array([1.5, -2.0, 3.0, 4.5, -0.5, 6.0, 7.5, 8.0, 2.5, -1.0, 9.5])
    expected = stats.wilcoxon(change, method="exact").pvalue
    assert group_gain(np.full(11, 20.0), 20 + change).wilcoxon_p == pytest.approx(expected)


def test_wilcoxon_with_ties_and_zeros_is_the_exact_pratt_test():
    """Every sign of every change is tried: 2^8 sums of Pratt's ranks."""
    change = np.array([-5, 15, -10, 5, 0, 20, -5, 20, -10])
    ranks = stats.rankdata(np.abs(change))[change != 0]
    observed = ranks[change[change != 0] > 0].sum()
    sums = np.array([np.dot(signs, ranks) for signs in itertools.product((0, 1), repeat=8)])
    expected = min(1, 2 * min((sums <= observed).mean(), (sums >= observed).mean()))
    assert expected == 0.625
    assert group_gain(np.full(9, 50.0), 50 + change).wilcoxon_p == pytest.approx(expected)


def test_seventy_nine_municipalities_take_well_under_a_second():
    rng = np.random.default_rng(0)
    pre, post = rng.integers(0, 15, 79) * 5, rng.integers(5, 21, 79) * 5
    start = time.perf_counter()
    group_gain(pre, post)
    assert time.perf_counter() - start < 0.8


def test_hedges_j():
    assert hedges_j(9) == pytest.approx(0.91387, abs=5e-6)
    assert hedges_j(2) == pytest.approx(math.gamma(1) / math.gamma(0.5))
    assert hedges_j(1e9) == pytest.approx(1, abs=1e-8)
    with pytest.raises(ValueError, match="degree of freedom"):
        hedges_j(1)


def test_lord_and_reliable_change():
    assert sem_lord(12, items=20) == pytest.approx(2.248, abs=5e-4)
    assert sem_lord(16, items=20) == pytest.approx(1.835, abs=5e-4)
    assert sem_lord(0, items=20) == sem_lord(20, items=20) == pytest.approx(math.sqrt(0.5 * 19.5 / 19))
    change = reliable_change(12, 16, items=20)
    assert change.rc == pytest.approx(1.378, abs=5e-4)
    assert change.verdict == "likely"
    assert (change.sem_pre, change.sem_post) == pytest.approx((2.248, 1.835), abs=5e-4)
    assert reliable_change(10, 16, items=20).rc == pytest.approx(2.04, abs=5e-3)
    assert reliable_change(10, 16, items=20).verdict == "reliable"
    assert reliable_change(12, 14, items=20).verdict == "within-error"
    assert reliable_change(16, 10, items=20).verdict == "reliable"
    assert reliable_change(16, 10, items=20).rc < 0
    assert reliable_change(10, 16, items=20, form_difference=2).rc == pytest.approx(4 / 6 * 2.04, abs=5e-3)
    assert reliable_change(20, 20, items=20).rc == 0  # at 100 there is no g, but RC is defined


@pytest.mark.parametrize(("score", "items"), [(0, 1), (-1, 20), (21, 20)])
def test_impossible_scores_are_refused(score, items):
    with pytest.raises(ValueError, match="no standard error"):
        sem_lord(score, items=items)


def test_classical_reliable_change():
    """The worked example of Jacobson & Truax (1991)."""
    change = reliable_change_classical(32.5, 47.5, sd_pre=10, reliability=0.80)
    assert change.rc == pytest.approx(2.37, abs=5e-3)
    assert change.verdict == "reliable"
    undefined = reliable_change_classical(10, 12, sd_pre=3, reliability=1)
    assert (undefined.rc, undefined.verdict) == (None, None)
    with pytest.raises(ValueError, match="not above 1"):
        reliable_change_classical(10, 12, sd_pre=3, reliability=1.1)


def test_alpha_of_lsat6():
    reliability = cronbach_alpha(LSAT6)
    assert (reliability.n, reliability.k, reliability.warning) == (1000, 5, None)
    assert reliability.value == pytest.approx(0.2950, abs=5e-5)
    p = LSAT6.mean(axis=0)
    kr20 = 5 / 4 * (1 - (p * (1 - p)).sum() / LSAT6.sum(axis=1).var())
    assert reliability.value == pytest.approx(kr20)
    low, high = (1 - (1 - reliability.value) * stats.f.ppf(q, 999, 999 * 4) for q in (0.975, 0.025))
    assert reliability.ci == pytest.approx((low, high))


def test_negative_alpha_is_shown_with_a_warning():
    reliability = cronbach_alpha([[1, 0, 0], [0, 1, 1], [1, 0, 1], [0, 1, 1], [1, 0, 0]])
    assert reliability.value < 0
    assert reliability.warning == "negative"


@pytest.mark.parametrize("items", [[[1, 0], [0, 1], [1, 0]], [[1], [0], [1]], [[1, 1], [0, 0]]])
def test_undefined_alpha(items):
    reliability = cronbach_alpha(items)
    assert (reliability.value, reliability.ci, reliability.warning) == (None, None, None)


def test_calibration():
    """Per cents and proportions mean the same; Brier = uncertainty + miscalibration − resolution (Murphy 1973)."""
    confidence, correct = [25, 50, 50, 75, 75, 75, 100, 100], [0, 0, 1, 1, 0, 1, 1, 1]
    result = calibration(confidence, correct)
    assert calibration(np.array(confidence) / 100, correct) == result
    assert result.bias == pytest.approx(0.6875 - 0.625)
    assert result.brier == pytest.approx((0.25**2 + 2 * 0.5**2 + 2 * 0.25**2 + 0.75**2) / 8)
    miscalibration = (0.25**2 * 1 + 0 * 2 + 3 * (0.75 - 2 / 3) ** 2 + 0 * 2) / 8
    assert result.brier == pytest.approx(0.625 * 0.375 + miscalibration - result.resolution)
    assert calibration([100, 100], [1, 1]).bias == 0
    assert set(asdict(calibration([], [])).values()) == {None}


@pytest.mark.parametrize(("confidence", "correct"), [([150], [1]), ([-25, 50], [1, 1]), ([50], [0.5]), ([50, 75], [1])])
def test_impossible_calibration_is_refused(confidence, correct):
    with pytest.raises(ValueError, match=r"confidence must|expected pairs"):
        calibration(confidence, correct)


def test_wilson_interval():
    expected = stats.binomtest(7, 12).proportion_ci(method="wilson")
    assert wilson_interval(7, 12) == pytest.approx((expected.low, expected.high))
    assert wilson_interval(0, 0) is None
    with pytest.raises(ValueError, match="no proportion"):
        wilson_interval(3, 2)


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []),
        ([5], [True]),
        ([4], [False]),
        ([20, 4], [False, False]),
        ([20, 7, 4], [True, False, False]),
        ([20, 3, 3], [True, False, False]),
        ([7, 7, 1], [False, True, False]),
        ([0, 10], [False, True]),
        ([5, 5], [True, True]),
    ],
)
def test_safe_to_publish(counts, shown):
    assert safe_to_publish(counts) == shown


def test_negative_counts_are_refused():
    with pytest.raises(ValueError, match="fewer than 0"):
        safe_to_publish([5, -1])


@given(st.lists(st.integers(0, 30), max_size=8))
def test_no_small_group_is_revealed_by_subtraction(counts):
    shown = safe_to_publish(counts)
    hidden = sum(count for count, show in zip(counts, shown, strict=True) if not show)
    assert all(count >= 5 for count, show in zip(counts, shown, strict=True) if show)
    assert hidden == 0 or hidden >= 5 or not any(shown)
    small = sum(count for count in counts if count < 5)
    unneeded = sum(count >= 5 and not show for count, show in zip(counts, shown, strict=True))
    assert unneeded == (0 < small < 5 and any(count >= 5 for count in counts))  # and nothing is hidden for nothing


@settings(max_examples=40, deadline=None)
@given(pairs_of_points)
def test_gain_is_the_same_for_points_and_per_cents(pairs):
    pre, post = split(pairs)
    by_points, by_per_cents = group_gain(pre, post, max_points=20), group_gain(pre * 5.0, post * 5.0)
    for name, value in asdict(by_points).items():
        assert value == pytest.approx(getattr(by_per_cents, name)), name


@settings(max_examples=60, deadline=None)
@given(pairs_of_points)
def test_an_interval_holds_its_point_and_nothing_is_nan(pairs):
    gain = group_gain(*split(pairs), max_points=20)
    json.dumps(asdict(gain), allow_nan=False)
    for point, interval in ((gain.raw_gain, gain.raw_gain_ci), (gain.normalized_gain, gain.normalized_gain_ci)):
        if interval is not None:
            assert interval[0] <= point <= interval[1]


@given(st.integers(0, 60), st.integers(1, 60))
def test_wilson_holds_its_point(successes, n):
    assume(successes <= n)
    low, high = wilson_interval(successes, n)
    assert 0 <= low <= successes / n <= high <= 1
    assert low < high


@given(st.integers(2, 40), st.data())
def test_reliable_change_is_antisymmetric(items, data):
    pre, post = data.draw(st.integers(0, items)), data.draw(st.integers(0, items))
    up, down = reliable_change(pre, post, items=items), reliable_change(post, pre, items=items)
    assert up.rc == pytest.approx(-down.rc)
    assert up.verdict == down.verdict


@given(st.integers(3, 12), st.integers(2, 6), st.floats(-50, 50), st.integers(0, 10_000))
def test_alpha_does_not_change_by_adding_a_constant(n, k, constant, seed):
    items = np.random.default_rng(seed).integers(0, 5, (n, k))
    plain, shifted = cronbach_alpha(items), cronbach_alpha(items + constant)
    assert (plain.value is None) == (shifted.value is None)
    if plain.value is not None:
        assert plain.value == pytest.approx(shifted.value, abs=1e-6, rel=1e-6)
        assert plain.ci[0] <= plain.value <= plain.ci[1]


@given(st.floats(2, 1e6))
def test_j_grows_to_one(df):
    assert hedges_j(df) < hedges_j(df * 1.5) < 1
    assert 1 - hedges_j(df) == pytest.approx(3 / (4 * df - 1), rel=0.13)  # Hedges' own approximation


def test_nothing_is_written_to_stderr_and_pandas_stays_out():
    """The edges once more in a fresh interpreter that turns every warning into an error."""
    code = (
        "import sys; import avcourse.measurement as m; assert 'pandas' not in sys.modules;"
        "m.group_gain([100]*9, [100]*9); m.group_gain([], []); m.group_gain([0]*9, [100]*9);"
        "m.group_gain([100]*8+[0], [100]*9); m.cronbach_alpha([[1, 1]]*5); m.calibration([], []);"
        "m.cronbach_alpha([[0]]); m.effect_sizes([1], [1]);"
        "m.item_statistics([[1, 0]]*40); m.item_statistics([[1, 0]]); m.mcnemar_exact([1]*12, [1]*12)"
    )
    command, root = [sys.executable, "-W", "error", "-c", code], Path(__file__).parents[2]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
