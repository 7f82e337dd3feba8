"""What a class gained from the pre-test to the post-test, in all, by area, and by group of the class.

A class's figures exist twice: `GroupResult.exact` for computing and for tests, and `GroupResult.published` after the
rules of disclosure (F15). Only the published ones may leave the trainer's desk (decision 0004); `gains_as_dict` gives no
others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, Final, Literal, TypeAlias

import numpy as np

from avcourse.measurement.disclosure import (
    Status,
    coarser,
    published,
    published_counts,
    siblings_to_publish,
    status_of,
)
from avcourse.measurement.records import (
    ABSENT,
    OUTCOMES,
    OVERALL,
    Flags,
    Ratings,
    Real,
    Rows,
    TestRecord,
    TestTable,
    table_of,
)
from avcourse.measurement.statistics import (
    Calibration,
    GroupGain,
    ReliableChange,
    calibration_of_counts,
    group_gain,
    reliable_change,
)

Change: TypeAlias = Literal["reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss"]
CHANGES: tuple[Change, ...] = ("reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss")
_LEVELS: Final = np.arange(101) / 100
"""Confidence is stated in whole per cents."""
_SHAPE: Final = (1 << 16, 1 << 16, 1 << 16)
"""Limits of points, points and items, packed into one number."""


@dataclass(frozen=True, slots=True)
class ResponseShift:
    """Mean self-ratings before, after and afterwards about before; n counts the learners, or one learner's areas."""

    n: int
    pre: float
    post: float
    then: float
    post_minus_pre: float
    post_minus_then: float
    then_minus_pre: float


@dataclass(frozen=True, slots=True)
class Attrition:
    """Learners with a valid pre-test, post-test, both; invalid tests; learners without a post-test, their mean (%)."""

    n_pre: int
    n_post: int
    n_matched: int
    n_invalid: int
    n_left: int
    left_pre_mean: float | None


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """All figures of one group, exact or published; in the published ones None stands for what may not be shown.

    `ceiling` is True where the class mean before was 100 ("lagi"), so that nothing was left to gain.
    """

    attrition: Attrition
    ceiling: bool
    gain: GroupGain | None
    changes: Mapping[Change, int | None]
    calibration_pre: Calibration | None
    calibration_post: Calibration | None
    response_shift: ResponseShift | None


@dataclass(frozen=True, slots=True)
class GroupResult:
    """One area, or "all": `exact` figures, for the trainer only (the repr leaves them out), and `published` ones."""

    status: Status
    exact: GroupFigures = field(repr=False)
    published: GroupFigures

    @property
    def published_status(self) -> Status:
        """Return the status of the published figures: those of a group may be withheld for the sake of a sibling."""
        return "suppressed" if self.status == "shown" and self.published.gain is None else self.status


@dataclass(frozen=True, slots=True)
class CohortGains:
    """What a class gained: a result for "all" and for each area."""

    groups: Mapping[str, GroupResult]


def cohort_gains(
    pre: Sequence[TestRecord],
    post: Sequence[TestRecord],
    then: Mapping[str, Ratings],
    *,
    areas: Sequence[str],
    seed: int = 0,
) -> CohortGains:
    """Compute what a class gained, overall (key "all") and per area, exactly and as it may be shown.

    Gains are those of learners with a valid test both times (F1), on per cents of the area's items:
    `statistics.group_gain` (F2–F7), reliable changes counted by direction (F10), calibration over the answers right
    or wrong with a stated confidence (F13), response shift (F14) over learners who gave all three self-ratings
    ("all": each learner's mean over the areas).

    Parameters
    ----------
    pre, post
        At most one test per learner each time: the last before the deadline.
    then
        Per learner and area the self-rating afterwards about before.
    areas, seed
        The areas to report; the seed of the bootstrap.

    Notes
    -----
    Disclosure (F15), per group. Status "collecting" below n = 3 and "suppressed" for 3–4, or below 10 where all have
    the same score before, or after, or the same gain. Otherwise "shown"; then calibration, response shift and the
    mean of those who left follow the same rule with their own n, the counts of changes follow `safe_to_publish`, and
    below n = 20 per cents are rounded to 5. Head-counts of attrition are always given. The mean of all who started is
    never given, since it would give away those who left. That a published cohort is frozen until 5 people have
    changed must be held by whoever stores it.

    Examples
    --------
    >>> cohort_gains([], [], {}, areas=["digital"]).groups["all"].status
    'collecting'
    """
    return table_gains(table_of(pre, areas), table_of(post, areas, then), areas=areas, seed=seed)


def table_gains(pre: TestTable, post: TestTable, *, areas: Sequence[str], seed: int = 0) -> CohortGains:
    """Compute what `cohort_gains` does from tables, for any number of learners; ``then`` stands in the post-test's table.

    Examples
    --------
    >>> nobody = table_of([], [])
    >>> table_gains(nobody, nobody, areas=[]).groups["all"].published.attrition.n_pre
    0
    """
    if OVERALL in areas:
        raise ValueError(f'"{OVERALL}" is the key of the overall result and cannot name an area')
    pair = _Pair.of(pre, post)
    return CohortGains({name: _group_result(name, pair, areas, seed) for name in (OVERALL, *areas)})


def gains_by_group(
    pre: TestTable, post: TestTable, groups: Mapping[str, str], *, areas: Sequence[str], seed: int = 0
) -> dict[str, CohortGains]:
    """Compute gains of each group of a class; ``groups`` maps learners to groups, those it does not know are group ``""``.

    Published figures follow the remainder rule across the groups (`disclosure.siblings_to_publish`): beside the class's
    total, those shown must not give away those hidden. A group is published in all areas or in none, since the overall
    result is the mean of the areas.

    Examples
    --------
    >>> nobody = table_of([], [])
    >>> gains_by_group(nobody, nobody, {}, areas=[])
    {}
    """
    names = sorted({groups.get(learner, "") for learner in (*pre.learners, *post.learners)})
    found = {}
    for name in names:
        before, after = (
            table.only(np.array([groups.get(learner, "") == name for learner in table.learners], dtype=bool))
            for table in (pre, post)
        )
        found[name] = table_gains(before, after, areas=areas, seed=seed)
    counts = [gains.groups[OVERALL].exact.attrition.n_matched for gains in found.values()]
    asked = [area for area in areas if any(gains.groups[area].exact.attrition.n_pre for gains in found.values())]
    fit = [all(gains.groups[area].status == "shown" for area in (OVERALL, *asked)) for gains in found.values()]
    for (name, gains), shown in zip(list(found.items()), siblings_to_publish(counts, fit), strict=True):
        if not shown:
            found[name] = CohortGains({area: _withheld(result) for area, result in gains.groups.items()})
    return found


def gains_as_dict(gains: CohortGains) -> dict[str, dict[str, Any]]:
    """Give the published figures, and only these, as plain JSON types, per group with its `status`.

    What is undefined or hidden is None (null), never NaN; intervals are lists of two.

    Examples
    --------
    >>> gains_as_dict(cohort_gains([], [], {}, areas=[]))["all"]["status"]
    'collecting'
    """
    return {
        group: {"status": result.published_status, **figures_as_dict(result.published)}
        for group, result in gains.groups.items()
    }


def figures_as_dict(figures: GroupFigures) -> dict[str, Any]:
    """Give one group's figures as plain JSON types: None for what is undefined or hidden, lists for intervals.

    Examples
    --------
    >>> figures_as_dict(cohort_gains([], [], {}, areas=[]).groups["all"].published)["ceiling"]
    False
    """
    return {item.name: _plain(getattr(figures, item.name)) for item in fields(figures)}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Both tests, and whose count: rows of valid tests, and of the learners with both, in the order of their ids."""

    pre: TestTable
    post: TestTable
    valid_pre: Flags
    valid_post: Flags
    both_pre: Rows
    both_post: Rows

    @classmethod
    def of(cls, pre: TestTable, post: TestTable) -> _Pair:
        valid_pre, valid_post = pre.valid(), post.valid()
        later = {learner: row for row, learner in enumerate(post.learners) if valid_post[row]}
        both = sorted((learner, row) for row, learner in enumerate(pre.learners) if valid_pre[row] and learner in later)
        rows_pre = np.array([row for _, row in both], dtype=np.intp)
        rows_post = np.array([later[learner] for learner, _ in both], dtype=np.intp)
        return cls(pre, post, valid_pre, valid_post, rows_pre, rows_post)

    @property
    def n_invalid(self) -> int:
        return int((~self.valid_pre).sum() + (~self.valid_post).sum())


@dataclass(frozen=True, slots=True)
class _Scores:
    """One area's answers of some learners of a table: points, number of items, and how sure they were."""

    points: Rows
    items: Rows
    rated: Flags
    levels: Rows
    right: Rows

    @classmethod
    def of(cls, table: TestTable, group: str, rows: Rows) -> _Scores:
        cells = np.ix_(rows, table.columns(group))
        outcomes, points, confidences = table.outcomes[cells], table.points[cells], table.confidences[cells]
        # Only what is right or wrong claims something; "ei tea", blank and invalid do not.
        claims = (outcomes == OUTCOMES.index("right")) | (outcomes == OUTCOMES.index("wrong"))
        claims &= confidences != ABSENT
        # Each answer as one number: its confidence, and whether it was right.
        counted = np.bincount(2 * confidences[claims] + points[claims], minlength=2 * _LEVELS.size).reshape(-1, 2)
        levels, right = counted.sum(axis=1), counted[:, 1]
        return cls(
            points.sum(axis=1, dtype=np.intp), (outcomes != ABSENT).sum(axis=1), claims.any(axis=1), levels, right
        )

    @property
    def percents(self) -> Real:
        return 100 * self.points / self.items

    @property
    def calibration(self) -> Calibration:
        return calibration_of_counts(_LEVELS, self.levels, self.right)

    def published_calibration(self) -> Calibration | None:
        same = (self.levels > 0).sum() == 1, self.right.sum() in (0, self.levels.sum())
        return published(self.calibration, int(self.rated.sum()), *map(bool, same))


def _group_result(group: str, pair: _Pair, areas: Sequence[str], seed: int) -> GroupResult:
    has_pre, has_post = (
        (table.outcomes[:, table.columns(group)] != ABSENT).any(axis=1) for table in (pair.pre, pair.post)
    )
    before, after = pair.valid_pre & has_pre, pair.valid_post & has_post
    kept = before[pair.both_pre] & after[pair.both_post]
    rows_pre, rows_post = pair.both_pre[kept], pair.both_post[kept]
    pre, post = _Scores.of(pair.pre, group, rows_pre), _Scores.of(pair.post, group, rows_post)
    n = len(rows_pre)
    gone = before.copy()
    gone[rows_pre] = False
    # Before the first post-test nobody has left; showing all pre-tests then would later give away the few who do.
    left = _Scores.of(pair.pre, group, np.flatnonzero(gone)).percents if after.any() else np.empty(0)
    counts = Attrition(int(before.sum()), int(after.sum()), n, pair.n_invalid, left.size, left_pre_mean=None)
    shifts = _shifts(pair, rows_pre, rows_post, group, areas)
    exact = GroupFigures(
        attrition=replace(counts, left_pre_mean=float(left.mean())) if left.size else counts,
        ceiling=n > 0 and float(pre.percents.min()) == 100,
        gain=group_gain(pre.percents, post.percents, seed=seed),
        changes=_count_changes(pre, post),
        calibration_pre=pre.calibration,
        calibration_post=post.calibration,
        response_shift=response_shift(shifts),
    )
    status = status_of(n, *map(_same, (pre.percents, post.percents, post.percents - pre.percents)))
    if status != "shown":
        return GroupResult(status, exact, _hidden(counts))
    shown = GroupFigures(
        attrition=published(exact.attrition, left.size, _same(left)) or counts,
        ceiling=exact.ceiling,
        gain=coarser(exact.gain, n) if exact.gain else None,
        changes=published_counts(exact.changes),
        calibration_pre=pre.published_calibration(),
        calibration_post=post.published_calibration(),
        response_shift=published(exact.response_shift, len(shifts), *map(_same, np.transpose(shifts))),
    )
    return GroupResult(status, exact, shown)


def _withheld(result: GroupResult) -> GroupResult:
    return replace(result, published=_hidden(result.exact.attrition))


def _hidden(attrition: Attrition) -> GroupFigures:
    counts = replace(attrition, left_pre_mean=None)
    return GroupFigures(counts, False, None, dict.fromkeys(CHANGES), None, None, None)


def _same(values: Real) -> bool:
    """Whether all values are one, up to rounding errors."""
    return bool(values.size) and float(np.ptp(np.round(values, 9))) == 0


def _shifts(pair: _Pair, rows_pre: Rows, rows_post: Rows, group: str, areas: Sequence[str]) -> Real:
    """Return (before, after, then) of each learner with all three in some area: the means over these areas."""
    names = areas if group == OVERALL else (group,)

    def ratings(table: TestTable, values: Real, rows: Rows) -> Real:
        place = {area: column for column, area in enumerate(table.rated)}
        empty = np.full(len(rows), np.nan)
        columns = [values[rows, place[name]] if name in place else empty for name in names]
        return np.array(columns, dtype=np.float64).reshape(len(names), len(rows)).T

    given = np.stack(
        [
            ratings(pair.pre, pair.pre.self_ratings, rows_pre),
            ratings(pair.post, pair.post.self_ratings, rows_post),
            ratings(pair.post, pair.post.then_ratings, rows_post),
        ]
    )
    whole = ~np.isnan(given).any(axis=0)
    counts = whole.sum(axis=1)
    sums = np.where(whole, given, 0.0).sum(axis=2)
    return np.asarray((sums[:, counts > 0] / counts[counts > 0]).T)


def response_shift(ratings: Real | Sequence[tuple[float, ...]]) -> ResponseShift | None:
    """Compute how self-ratings moved (F14) from rows (before, after, then); None without any."""
    if not len(ratings):
        return None
    pre, post, then = map(float, np.mean(np.asarray(ratings, dtype=np.float64), axis=0))
    return ResponseShift(len(ratings), pre, post, then, post - pre, post - then, then - pre)


def _count_changes(pre: _Scores, post: _Scores) -> dict[Change, int | None]:
    """Count reliable changes by direction, among those whose two tests have the same number of items, at least 2."""
    counts: dict[Change, int | None] = dict.fromkeys(CHANGES, 0)
    fit = (pre.items == post.items) & (pre.items >= 2)
    # Points are few, so learners with the same scores are judged once.
    cells = np.stack([pre.points[fit], post.points[fit], pre.items[fit]])
    packed, people = np.unique(np.ravel_multi_index(tuple(cells), _SHAPE), return_counts=True)
    for x, y, k, count in zip(*np.unravel_index(packed, _SHAPE), people, strict=True):
        direction = _direction(reliable_change(int(x), int(y), items=int(k)))
        counts[direction] = (counts[direction] or 0) + int(count)
    return counts


def _direction(change: ReliableChange) -> Change:
    gained = (change.rc or 0) > 0
    if change.verdict == "reliable":
        return "reliable-gain" if gained else "reliable-loss"
    if change.verdict == "likely":
        return "likely-gain" if gained else "likely-loss"
    return "within-error"


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value
