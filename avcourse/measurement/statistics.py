"""The formulas behind every gain we report, each with its interval and its limits.

Pure functions over arrays: no learner's name, no file, no language. What cannot be computed is None, never NaN or
infinity, so that a result goes into JSON as it is. x is a sum score, k the number of items, n the number of learners;
every sd divides by n − 1.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import special

Interval: TypeAlias = tuple[float, float]
Verdict: TypeAlias = Literal["reliable", "likely", "within-error"]
Array: TypeAlias = npt.NDArray[np.float64]

FEWEST_FOR_STATISTICS = 3
FEWEST_FOR_P = 8
DRAWS = 5_000
DRAWN_AT_ONCE = 4_000_000  # numbers of the bootstrap held in memory together
MANY_LEARNERS = 5_000  # from so many on the means of a bootstrap draw come from their normal limit
EXACT_RANKS = 200  # up to so many learners all signs of the ranks are counted out, above them they are normal
UNDEFINED_DRAWS = 0.01  # with more draws than these left without room for a gain there is no interval
ROUNDING = 1e-12  # a spread below this share of the largest score is rounding error, not spread
Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class EffectSizes:
    """Standardised mean differences of matched tests; None where a spread is zero."""

    d_av: float | None
    d_z: float | None
    d_rm: float | None
    g_av: float | None


@dataclass(frozen=True, slots=True)
class GroupGain:
    """Gain of matched learners: means and `raw_gain` in per cent (points), `normalized_gain` as a share of the room."""

    n: int
    pre_mean: float | None = None
    post_mean: float | None = None
    raw_gain: float | None = None
    raw_gain_ci: Interval | None = None
    normalized_gain: float | None = None
    normalized_gain_ci: Interval | None = None
    d_av: float | None = None
    d_z: float | None = None
    d_rm: float | None = None
    g_av: float | None = None
    t: float | None = None
    p_t: float | None = None
    wilcoxon_p: float | None = None


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """One learner's change over its measurement error; the sign of `rc` is the direction, `verdict` judges the size."""

    rc: float | None
    sem_pre: float
    sem_post: float
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Reliability:
    """Cronbach's alpha with its Feldt interval; `warning` is "negative" where alpha is below zero, else None."""

    value: float | None
    ci: Interval | None
    n: int
    k: int
    warning: Literal["negative"] | None


@dataclass(frozen=True, slots=True)
class Calibration:
    """How well confidence matched success, all on the scale 0–1; a positive `bias` is overconfidence."""

    bias: float | None
    brier: float | None
    resolution: float | None


def group_gain(pre: npt.ArrayLike, post: npt.ArrayLike, *, max_points: float = 100.0, seed: int = 0) -> GroupGain:
    """Gain of a group of matched learners, with intervals, effect sizes and tests.

    G = M_post − M_pre in percentage points, with the interval of the paired t (F2); ⟨g⟩ = G/(100 − M_pre) on the
    class means, never the mean of single learners' g (F3), with a BCa bootstrap interval over pairs, 5 000 draws;
    effect sizes (F5); exact Wilcoxon signed-rank test with zeros by Pratt and ties as they are (F7).

    Parameters
    ----------
    pre, post
        Scores of the same n learners in the same order, shape (n,), 0 to `max_points`.
    max_points
        The highest possible score; with it scores become per cents, and so are all means and gains returned.
    seed
        Seed of the bootstrap.

    Returns
    -------
    GroupGain
        `normalized_gain` is None where the class had nothing left to gain (M_pre = 100) or a score is above 100; `t`
        and `p_t` where every learner changed by the same amount; `wilcoxon_p` where nobody changed. The interval of
        `normalized_gain` is one of percentiles where BCa is undefined, always reaches to its point, and is None where
        more than 1 % of the draws have no room for a gain.

    Notes
    -----
    Raises ValueError if the scores are not two finite arrays of one length, or `max_points` is not positive.
    Small samples: below n = 3 everything but `n` is None; below n = 8 no p (neither `p_t` nor `wilcoxon_p`). Who may
    see a figure is decided in `disclosure`.

    Large samples: learners with the same two scores are one cell of a table, and a draw of the bootstrap is one
    multinomial over the cells. From 5 000 learners on the two means of a draw come from their bivariate normal limit;
    what that leaves out, skewness/√n, moves an end by less than a fifth of what 5 000 draws move it by chance. Above
    200 learners the sum of signed ranks is normal, with its exact variance under ties.

    Sources: Hake (1998), Am. J. Phys. 66, 64; Navarrete et al. (2024); Efron (1987), JASA 82, 171; Pratt (1959),
    JASA 54, 655.

    Examples
    --------
    >>> gain = group_gain([40, 45, 50], [70.2, 71.4, 72.6])
    >>> round(gain.raw_gain, 1), round(gain.normalized_gain, 2)
    (26.4, 0.48)
    """
    if not max_points > 0:
        raise ValueError(f"max_points must be above 0, not {max_points}")
    before, after = _matched(pre, post)
    before, after = before * (100.0 / max_points), after * (100.0 / max_points)
    n = before.size
    if n < FEWEST_FOR_STATISTICS:
        return GroupGain(n=n)
    change = after - before
    gain = float(change.mean())
    error = _sd(change, largest=_largest(before, after)) / math.sqrt(n)
    half = float(special.stdtrit(n - 1, 0.975)) * error
    t = gain / error if error else None
    normalized = _normalized_gain(before, after)
    pairs = _Pairs.of(before, after)
    return GroupGain(
        n=n,
        pre_mean=float(before.mean()),
        post_mean=float(after.mean()),
        raw_gain=gain,
        raw_gain_ci=(gain - half, gain + half),
        normalized_gain=normalized,
        normalized_gain_ci=None if normalized is None else _normalized_gain_ci(pairs, normalized, seed),
        **asdict(effect_sizes(before, after)),
        t=t,
        p_t=None if t is None or n < FEWEST_FOR_P else float(2 * special.stdtr(n - 1, -abs(t))),
        wilcoxon_p=_wilcoxon_p(change),
    )


def effect_sizes(pre: npt.ArrayLike, post: npt.ArrayLike) -> EffectSizes:
    """Standardised gains of matched learners (F5), without units.

    d_av = G/((s_pre + s_post)/2); d_z = G/s_D; d_rm = d_z·√(2(1 − r)); g_av = J(n − 1)·d_av. pre and post are scores
    of the same n learners in the same order, shape (n,), on any scale. All None below n = 3; a size is None where the
    spread it divides by is zero, d_rm also where r is undefined.

    Sources: Lakens (2013), Front. Psychol. 4, 863; Morris & DeShon (2002), Psychol. Methods 7, 105.

    Examples
    --------
    >>> sizes = effect_sizes([1, 2, 3, 4], [2, 4, 4, 6])
    >>> round(sizes.d_av, 3), round(sizes.d_z, 3)
    (1.026, 2.598)
    """
    before, after = _matched(pre, post)
    if before.size < FEWEST_FOR_STATISTICS:
        return EffectSizes(None, None, None, None)
    change = after - before
    gain = float(change.mean())
    s_pre, s_post, s_change = (_sd(x, largest=_largest(before, after)) for x in (before, after, change))
    d_av = gain / ((s_pre + s_post) / 2) if s_pre + s_post else None
    d_z = gain / s_change if s_change else None
    d_rm = None
    if d_z is not None and s_pre and s_post:
        r = float(((before - before.mean()) * (after - after.mean())).sum()) / ((before.size - 1) * s_pre * s_post)
        d_rm = d_z * math.sqrt(2 * max(0.0, 1 - r))
    return EffectSizes(d_av=d_av, d_z=d_z, d_rm=d_rm, g_av=None if d_av is None else hedges_j(before.size - 1) * d_av)


def hedges_j(df: float) -> float:
    """Hedges' exact small-sample correction J(df) = Γ(df/2)/(√(df/2)·Γ((df − 1)/2)), which tends to 1 (F5).

    `df` must be above 1. Source: Hedges (1981), J. Educ. Stat. 6, 107.

    Examples
    --------
    >>> round(hedges_j(9), 5)
    0.91387
    """
    if not df > 1:
        raise ValueError(f"J needs more than 1 degree of freedom, not {df}")
    return float(special.poch((df - 1) / 2, 0.5)) / math.sqrt(df / 2)


def sem_lord(score: int, *, items: int) -> float:
    """Compute the standard error, in points, of one sum score of 0/1 items: SEM(x) = √(x(k − x)/(k − 1)) (F9).

    At x = 0 and x = k the formula would say 0, as if nothing could be wrong; there 0.5 and k − 0.5 are used. Needs
    k ≥ 2 and 0 ≤ x ≤ k. Source: Lord (1955), Educ. Psychol. Meas. 15, 325.

    Examples
    --------
    >>> round(sem_lord(12, items=20), 3)
    2.248
    """
    if items < 2 or not 0 <= score <= items:
        raise ValueError(f"a score of {score} out of {items} items has no standard error")
    x = min(max(float(score), 0.5), items - 0.5)
    return math.sqrt(x * (items - x) / (items - 1))


def reliable_change(pre: int, post: int, *, items: int, form_difference: float = 0.0) -> ReliableChange:
    """Judge whether one learner's change is more than measurement error (F10).

    RC = (post − pre − δ)/√(SEM(pre)² + SEM(post)²) with Lord's SEM. |RC| ≥ 1.96 is "reliable", 1.28 to 1.96 "likely",
    below that "within-error"; a negative RC is a loss.

    `pre` and `post` are sum scores in points, of the same number of 0/1 `items`, at least 2; `form_difference` is δ,
    how many points easier the later form is, 0 unless the forms have been linked. Defined for a single learner, also
    at 0 and at k.

    Sources: Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59, 12; Lord (1955).

    Examples
    --------
    >>> change = reliable_change(12, 16, items=20)
    >>> round(change.rc, 3), change.verdict
    (1.378, 'likely')
    """
    sem_pre, sem_post = sem_lord(pre, items=items), sem_lord(post, items=items)
    rc = (post - pre - form_difference) / math.hypot(sem_pre, sem_post)
    return ReliableChange(rc=rc, sem_pre=sem_pre, sem_post=sem_post, verdict=_verdict(rc))


def reliable_change_classical(pre: float, post: float, *, sd_pre: float, reliability: float) -> ReliableChange:
    """Judge a learner's change by the classical form: RC = (post − pre)/S_diff, S_diff = √2·s_pre·√(1 − r) (F10).

    Needs the class's pre-test sd and the test's reliability r ≤ 1, in the units of the scores. `rc` and `verdict` are
    None where S_diff is zero. Source: Jacobson & Truax (1991), J. Consult. Clin. Psychol. 59, 12.

    Examples
    --------
    >>> round(reliable_change_classical(32.5, 47.5, sd_pre=10, reliability=0.8).rc, 2)
    2.37
    """
    if sd_pre < 0 or reliability > 1:
        raise ValueError(f"sd_pre = {sd_pre} must not be negative, reliability = {reliability} not above 1")
    sem = sd_pre * math.sqrt(1 - reliability)
    rc = (post - pre) / (math.sqrt(2) * sem) if sem else None
    return ReliableChange(rc=rc, sem_pre=sem, sem_post=sem, verdict=None if rc is None else _verdict(rc))


def cronbach_alpha(items: npt.ArrayLike) -> Reliability:
    """Cronbach's alpha, KR-20 for 0/1 items, with Feldt's interval (F8).

    α = k/(k − 1)·(1 − Σs_i²/s_X²); low = 1 − (1 − α)·F(.975; n − 1, (n − 1)(k − 1)), high the same with F(.025).

    `items` are points, people × items, shape (n, k), without gaps. Small samples: None below n = 3, for fewer than
    two items, and where everyone has the same sum score. Sources: Cronbach (1951), Psychometrika 16, 297; Feldt
    (1965), Psychometrika 30, 357.

    Examples
    --------
    >>> reliability = cronbach_alpha([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]])
    >>> round(reliability.value, 2), reliability.warning
    (0.75, None)
    """
    points = _finite(items, dimensions=2)
    n, k = points.shape
    spread = _sd(points.sum(axis=1), largest=float(np.abs(points).sum(axis=1).max(initial=0.0)))
    if n < FEWEST_FOR_STATISTICS or k < 2 or not spread:
        return Reliability(value=None, ci=None, n=n, k=k, warning=None)
    alpha = min(1.0, k / (k - 1) * (1 - float(points.var(axis=0, ddof=1).sum()) / spread**2))
    low, high = (1 - (1 - alpha) * float(special.fdtri(n - 1, (n - 1) * (k - 1), level)) for level in (0.975, 0.025))
    return Reliability(value=alpha, ci=(low, high), n=n, k=k, warning="negative" if alpha < 0 else None)


def calibration(confidence: npt.ArrayLike, correct: npt.ArrayLike) -> Calibration:
    """Compare stated confidence with success (F13).

    bias = mean(c) − mean(y); Brier = mean((c − y)²); resolution = Σ n_c·(ȳ_c − ȳ)²/N over the distinct confidences,
    which is how far success differed between them. All on the scale 0–1.

    `confidence` has one value per answer, shape (N,), in per cent (25, 50, 75, 100); where none is above 1 they are
    read as proportions. `correct` is 1 or 0 per answer, shape (N,). All None without answers.

    Sources: Brier (1950), Mon. Weather Rev. 78, 1; Murphy (1973), J. Appl. Meteorol. 12, 595.

    Examples
    --------
    >>> calibration([100, 100, 50, 50], [1, 1, 1, 0])
    Calibration(bias=0.0, brier=0.125, resolution=0.0625)
    """
    stated, success = _matched(confidence, correct)
    if not stated.size:
        return Calibration(None, None, None)
    if stated.max() > 1:
        stated = stated / 100
    if stated.min() < 0 or stated.max() > 1 or not np.isin(success, (0, 1)).all():
        raise ValueError("confidence must lie between 0 and 100 %, correct must be 0 or 1")
    levels, place = np.unique(stated, return_inverse=True)
    return calibration_of_counts(levels, np.bincount(place), np.bincount(place, weights=success))


def calibration_of_counts(levels: npt.ArrayLike, answers: npt.ArrayLike, right: npt.ArrayLike) -> Calibration:
    """Compare stated confidence with success (F13), from how many answers there were at each level and how many right.

    `levels` are the distinct confidences as proportions, `answers` and `right` counts at each, all of shape (m,). A
    level without answers counts for nothing.

    Examples
    --------
    >>> calibration_of_counts([0.5, 1.0], [2, 2], [1, 2])
    Calibration(bias=0.0, brier=0.125, resolution=0.0625)
    """
    stated, counts, hits = (np.asarray(values, dtype=np.float64) for values in (levels, answers, right))
    stated, hits, counts = stated[counts > 0], hits[counts > 0], counts[counts > 0]
    n = float(counts.sum())
    if not n:
        return Calibration(None, None, None)
    success = float(hits.sum()) / n
    return Calibration(
        bias=float((counts * stated).sum()) / n - success,
        brier=float((hits * (1 - stated) ** 2 + (counts - hits) * stated**2).sum()) / n,
        resolution=float((counts * (hits / counts - success) ** 2).sum()) / n,
    )


def wilson_interval(successes: int, n: int) -> Interval | None:
    """Wilson's 95 % interval of a proportion; None for n = 0.

    (p + z²/2n ± z·√(p(1 − p)/n + z²/4n²))/(1 + z²/n), on the scale 0–1. Source: Wilson (1927), JASA 22, 209.

    Examples
    --------
    >>> low, high = wilson_interval(8, 10)
    >>> round(low, 3), round(high, 3)
    (0.49, 0.943)
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} successes of {n} is no proportion")
    if n == 0:
        return None
    p, part = successes / n, Z_95**2 / n
    half = Z_95 * math.sqrt(p * (1 - p) / n + part / (4 * n))
    low, high = (p + part / 2 - half) / (1 + part), (p + part / 2 + half) / (1 + part)
    return max(0.0, min(low, p)), min(1.0, max(high, p))  # at 0 and n rounding must not push the point out


def _finite(values: npt.ArrayLike, *, dimensions: int) -> Array:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim != dimensions or not np.isfinite(array).all():
        raise ValueError(f"expected finite numbers in {dimensions} dimension(s), not shape {array.shape}")
    return array


def _matched(first: npt.ArrayLike, second: npt.ArrayLike) -> tuple[Array, Array]:
    one, other = _finite(first, dimensions=1), _finite(second, dimensions=1)
    if one.size != other.size:
        raise ValueError(f"expected pairs, not {one.size} values beside {other.size}")
    return one, other


def _largest(*arrays: Array) -> float:
    return max(float(np.abs(array).max(initial=0.0)) for array in arrays)


def _sd(values: Array, *, largest: float) -> float:
    """Compute the sd, exactly 0.0 below two values and where it is only rounding error of scores up to `largest`."""
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    return spread if spread > ROUNDING * largest else 0.0


def _verdict(rc: float) -> Verdict:
    if abs(rc) >= 1.96:
        return "reliable"
    return "likely" if abs(rc) >= 1.28 else "within-error"


def _normalized_gain(before: Array, after: Array) -> float | None:
    room = 100.0 - before
    if room.mean() <= 100 * ROUNDING or room.min() < -100 * ROUNDING:
        return None
    return float((after - before).mean() / room.mean())


@dataclass(frozen=True, slots=True)
class _Pairs:
    """The different pairs of scores among n learners, and how many learners have each."""

    before: Array
    after: Array
    counts: Array

    @classmethod
    def of(cls, before: Array, after: Array) -> _Pairs:
        # As complex numbers pairs are sorted in one go; the order of the learners is gone with it.
        pairs, counts = np.unique(before + 1j * after, return_counts=True)
        return cls(pairs.real.copy(), pairs.imag.copy(), counts.astype(np.float64))

    def means(self, seed: int) -> Array:
        """Draw all learners anew, `DRAWS` times, and return the means before and after of each draw."""
        rng = np.random.default_rng(seed)
        n, scores = int(self.counts.sum()), np.column_stack([self.before, self.after])
        if n >= MANY_LEARNERS:
            spread = np.cov(scores, rowvar=False, fweights=self.counts.astype(int), ddof=0)
            return rng.multivariate_normal(self.counts @ scores / n, spread / n, DRAWS, check_valid="ignore")
        step = DRAWN_AT_ONCE // self.counts.size
        sizes = [min(step, DRAWS - first) for first in range(0, DRAWS, step)]
        return np.concatenate([rng.multinomial(n, self.counts / n, size) @ scores / n for size in sizes])


def _normalized_gain_ci(pairs: _Pairs, point: float, seed: int) -> Interval | None:
    pre, post = pairs.means(seed).T
    defined = 100.0 - pre > 100 * ROUNDING
    if defined.mean() < 1 - UNDEFINED_DRAWS:
        return None
    draws = (post[defined] - pre[defined]) / (100.0 - pre[defined])
    low, high = np.quantile(draws, _bca_levels(pairs, draws, point) or (0.025, 0.975))
    return min(float(low), point), max(float(high), point)


def _bca_levels(pairs: _Pairs, draws: Array, point: float) -> Interval | None:
    """Find the quantiles of a 95 % BCa interval; None where bias or acceleration is undefined (Efron 1987)."""
    room = 100.0 - pairs.before  # of at least two learners, or too many draws would have been undefined
    change, counts = pairs.after - pairs.before, pairs.counts
    left_out = (counts @ change - change) / (counts @ room - room)
    influence = counts @ left_out / counts.sum() - left_out
    below = float((draws < point - ROUNDING).mean() + (draws <= point + ROUNDING).mean()) / 2  # ties count half
    squares = float(counts @ influence**2)
    if squares <= ROUNDING**2 or not 0 < below < 1:
        return None
    acceleration = float(counts @ influence**3) / (6 * squares**1.5)
    bias = float(special.ndtri(below))
    low, high = bias - Z_95, bias + Z_95
    if min(1 - acceleration * low, 1 - acceleration * high) <= 0:
        return None
    lower, upper = (float(special.ndtr(bias + z / (1 - acceleration * z))) for z in (low, high))
    return lower, upper


def _wilcoxon_p(change: Array) -> float | None:
    """Compute the two-sided p of the signed ranks; zeros are ranked, then dropped (Pratt), ties share a rank.

    All 2^m signs of the m changes are equally likely, so the distribution of the positive rank sum is built up rank
    by rank; above `EXACT_RANKS` it is normal.
    """
    change = np.round(change, 9)  # per cents that differ by rounding only are ties
    if change.size < FEWEST_FOR_P or not change.any():
        return None
    sizes, place, ties = np.unique(np.abs(change), return_inverse=True, return_counts=True)
    ranks = 2 * np.cumsum(ties) - ties + 1  # doubled, since a middle rank may end in a half
    gained = np.bincount(place[change > 0], minlength=sizes.size)
    ranks, ties, gained = (numbers[sizes > 0] for numbers in (ranks, ties, gained))
    observed, largest = int(gained @ ranks), int(ties @ ranks)
    if change.size > EXACT_RANKS:
        return float(2 * special.ndtr(-abs(observed - largest / 2) / (math.sqrt(float(ties @ ranks**2)) / 2)))
    chance = np.zeros(largest + 1)
    chance[0] = 1.0
    for rank in np.repeat(ranks, ties):
        with_rank = np.zeros_like(chance)
        with_rank[rank:] = chance[:-rank]
        chance = (chance + with_rank) / 2
    return min(1.0, 2 * float(min(chance[: observed + 1].sum(), chance[observed:].sum())))
