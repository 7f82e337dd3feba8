"""What one class or one person gained from the pre-test to the post-test.

A class's figures exist twice: `GroupResult.exact` for computing and for tests, and `GroupResult.published` after the
rules of disclosure (F15). Only the published ones may leave the trainer's desk (decision 0004); `gains_as_dict` gives no
others.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

from avcourse.measurement.statistics import (
    FEWEST_FOR_STATISTICS,
    FEWEST_TO_PUBLISH,
    Calibration,
    GroupGain,
    ReliableChange,
    calibration,
    group_gain,
    reliable_change,
    safe_to_publish,
)

Status: TypeAlias = Literal["collecting", "suppressed", "shown"]
Change: TypeAlias = Literal["reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss"]
Ratings: TypeAlias = Mapping[str, int | None]
Tests: TypeAlias = Mapping[str, "TestRecord"]
CHANGES: tuple[Change, ...] = ("reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss")

OVERALL = "all"
BLANK_LIMIT = 0.20
CONFIDENT = 75
FEW_ITEMS = 10
EQUAL_ANSWERS_LIMIT = 10  # below this, "all answered the same" tells what each person answered
ROUNDING_LIMIT = 20

# Steps of rounding below 20 people: per cents to 5 (F15), the others so that they do not give the per cents back.
_PER_CENT = dict.fromkeys(("pre_mean", "post_mean", "raw_gain", "raw_gain_ci", "left_pre_mean"), 5.0)
_SHARE = dict.fromkeys(("normalized_gain", "normalized_gain_ci", "bias"), 0.05)
_FINE = dict.fromkeys(("brier", "resolution", "p_t", "wilcoxon_p"), 0.01)
_STEPS = _PER_CENT | _SHARE | _FINE
_OTHER_STEP = 0.1

_Figures = TypeVar("_Figures", Calibration, "ResponseShift", "Attrition", GroupGain)


@dataclass(frozen=True, slots=True)
class TestRecord:
    """One learner's graded test, per slot: points (0 or 1), area, stated confidence (%) and outcome.

    Outcomes are "right", "wrong", "unsure" ("ei tea"), "blank" and "invalid". Self-ratings are per area.
    """

    __test__: ClassVar[bool] = False  # for pytest, which takes a class of this name for a test

    learner: str
    form: Literal["A", "B"]
    scores: Mapping[str, int]
    areas: Mapping[str, str]
    confidences: Ratings
    outcomes: Mapping[str, str]
    self_ratings: Ratings

    def __post_init__(self) -> None:
        if not self.scores.keys() == self.areas.keys() == self.outcomes.keys():
            raise ValueError(f"{self.learner}: scores, areas and outcomes must have the same slots")
        if not set(self.scores.values()) <= {0, 1}:
            raise ValueError(f"{self.learner}: points must be 0 or 1")


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


@dataclass(frozen=True, slots=True)
class CohortGains:
    """What a class gained: a result for "all" and for each area."""

    groups: Mapping[str, GroupResult]


@dataclass(frozen=True, slots=True)
class PersonalResult:
    """One learner in one area, or "all". `few_items` warns that so few items can show only very large changes.

    `change` is None where a test is invalid or the two tests have not the same number of items (at least 2).
    """

    pre_points: int
    pre_items: int
    post_points: int
    post_items: int
    change: ReliableChange | None
    few_items: bool
    confident_wrong_pre: tuple[str, ...]
    confident_wrong_post: tuple[str, ...]
    calibration_pre: Calibration
    calibration_post: Calibration
    response_shift: ResponseShift | None


@dataclass(frozen=True, slots=True)
class PersonalGain:
    """What one learner gained: a result for "all" and for each area. For the learner's own eyes."""

    learner: str
    valid_pre: bool
    valid_post: bool
    results: Mapping[str, PersonalResult]


def is_valid(record: TestRecord) -> bool:
    """Judge whether a test counts: under 20 % of the slots blank. "Ei tea" (unsure) is an answer, not a blank.

    A test without slots is invalid. Source: the course's own rule.

    Examples
    --------
    >>> slots = ["s1", "s2", "s3", "s4", "s5"]
    >>> record = TestRecord("k3f9", "A", dict.fromkeys(slots, 0), dict.fromkeys(slots, "digital"), {},
    ...                     dict.fromkeys(slots, "unsure"), {})
    >>> is_valid(record), is_valid(replace(record, outcomes=record.outcomes | {"s1": "blank"}))
    (True, False)
    """
    blank = sum(outcome == "blank" for outcome in record.outcomes.values())
    return blank < BLANK_LIMIT * len(record.outcomes)


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
    if OVERALL in areas:
        raise ValueError(f'"{OVERALL}" is the key of the overall result and cannot name an area')
    before, after = _by_learner(pre), _by_learner(post)
    n_invalid = len(pre) + len(post) - len(before) - len(after)
    groups = (OVERALL, *areas)
    return CohortGains({name: _group_result(name, before, after, then, n_invalid, areas, seed) for name in groups})


def gains_as_dict(gains: CohortGains) -> dict[str, dict[str, Any]]:
    """Give the published figures, and only these, as plain JSON types, per group with its `status`.

    What is undefined or hidden is None (null), never NaN; intervals are lists of two.

    Examples
    --------
    >>> gains_as_dict(cohort_gains([], [], {}, areas=[]))["all"]["status"]
    'collecting'
    """
    return {
        group: {"status": result.status, **figures_as_dict(result.published)} for group, result in gains.groups.items()
    }


def figures_as_dict(figures: GroupFigures) -> dict[str, Any]:
    """Give one group's figures as plain JSON types: None for what is undefined or hidden, lists for intervals.

    Examples
    --------
    >>> figures_as_dict(cohort_gains([], [], {}, areas=[]).groups["all"].published)["ceiling"]
    False
    """
    return {item.name: _plain(getattr(figures, item.name)) for item in fields(figures)}


def personal_gain(
    pre: TestRecord, post: TestRecord, *, areas: Sequence[str], then: Ratings | None = None
) -> PersonalGain:
    """Compute what one learner gained, overall (key "all") and per area.

    Points, reliable change on points (F10), calibration and the slots answered wrongly with a confidence of at least
    75 % (F13), response shift (F14). A normalized gain is never given for one person (F3).

    `pre` and `post` are the two tests of one learner, `areas` those to report, `then` the self-rating per area
    afterwards about before (without it there is no response shift). An area of four items says little by itself:
    `few_items` is True below 10 items.

    Examples
    --------
    >>> def record(points):
    ...     scores = {f"digital-{n}": int(n < points) for n in range(20)}
    ...     outcomes = {slot: "right" if right else "wrong" for slot, right in scores.items()}
    ...     return TestRecord("k3f9", "A", scores, dict.fromkeys(scores, "digital"), {"digital-19": 75}, outcomes, {})
    >>> result = personal_gain(record(10), record(16), areas=["digital"]).results["all"]
    >>> result.change.verdict, result.confident_wrong_post
    ('reliable', ('digital-19',))
    """
    if pre.learner != post.learner:
        raise ValueError(f"two learners' tests cannot be compared: {pre.learner} and {post.learner}")
    valid_pre, valid_post = is_valid(pre), is_valid(post)
    results = {}
    for group in (OVERALL, *areas):
        pre_slots, post_slots = _slots(pre, group), _slots(post, group)
        results[group] = PersonalResult(
            pre_points=sum(pre.scores[slot] for slot in pre_slots),
            pre_items=len(pre_slots),
            post_points=sum(post.scores[slot] for slot in post_slots),
            post_items=len(post_slots),
            change=_change(pre, post, group) if valid_pre and valid_post else None,
            few_items=min(len(pre_slots), len(post_slots)) < FEW_ITEMS,
            confident_wrong_pre=_confident_wrong(pre, pre_slots),
            confident_wrong_post=_confident_wrong(post, post_slots),
            calibration_pre=_calibration(_rated_answers(pre, group)),
            calibration_post=_calibration(_rated_answers(post, group)),
            response_shift=_response_shift(_self_ratings(pre, post, then or {}, group, areas)),
        )
    return PersonalGain(learner=pre.learner, valid_pre=valid_pre, valid_post=valid_post, results=results)


def _slots(record: TestRecord, group: str) -> list[str]:
    return [slot for slot, area in record.areas.items() if group in (OVERALL, area)]


def _percent(record: TestRecord, group: str) -> float:
    slots = _slots(record, group)
    return 100 * sum(record.scores[slot] for slot in slots) / len(slots)


def _change(pre: TestRecord, post: TestRecord, group: str) -> ReliableChange | None:
    before, after = _slots(pre, group), _slots(post, group)
    if len(before) != len(after) or len(before) < 2:
        return None
    points = (sum(record.scores[slot] for slot in slots) for record, slots in ((pre, before), (post, after)))
    return reliable_change(*points, items=len(before))


def _confident_wrong(record: TestRecord, slots: Sequence[str]) -> tuple[str, ...]:
    return tuple(
        slot for slot in slots if record.outcomes[slot] == "wrong" and (record.confidences.get(slot) or 0) >= CONFIDENT
    )


def _rated_answers(record: TestRecord, group: str) -> list[tuple[int, int]]:
    """Confidence and points of the answers that were right or wrong; "ei tea", blank and invalid claim nothing."""
    return [
        (confidence, record.scores[slot])
        for slot in _slots(record, group)
        if record.outcomes[slot] in ("right", "wrong") and (confidence := record.confidences.get(slot)) is not None
    ]


def _self_ratings(
    pre: TestRecord, post: TestRecord, then: Ratings, group: str, areas: Sequence[str]
) -> list[tuple[int, int, int]]:
    """(before, after, then) of each of the group's areas in which all three were given."""
    names = areas if group == OVERALL else (group,)
    ratings = ((pre.self_ratings.get(name), post.self_ratings.get(name), then.get(name)) for name in names)
    return [(a, b, c) for a, b, c in ratings if a is not None and b is not None and c is not None]


def _by_learner(records: Sequence[TestRecord]) -> dict[str, TestRecord]:
    """Index the valid tests; ValueError where a learner has two, valid or not."""
    if len({record.learner for record in records}) < len(records):
        raise ValueError("a learner has two tests; hand in the last before the deadline only")
    return {record.learner: record for record in records if is_valid(record)}


def _group_result(
    group: str, before: Tests, after: Tests, then: Mapping[str, Ratings], invalid: int, areas: Sequence[str], seed: int
) -> GroupResult:
    before = {learner: record for learner, record in before.items() if _slots(record, group)}
    after = {learner: record for learner, record in after.items() if _slots(record, group)}
    pairs = [(before[learner], after[learner]) for learner in sorted(before) if learner in after]
    pre, post = [a for a, _ in pairs], [b for _, b in pairs]
    pre_percents, post_percents = ([_percent(record, group) for record in records] for records in (pre, post))
    # Before the first post-test nobody has left; showing all pre-tests then would later give away the few who do.
    left = [_percent(record, group) for learner, record in before.items() if learner not in after] if after else []
    counts = Attrition(len(before), len(after), len(pairs), invalid, len(left), left_pre_mean=None)
    ratings = [_self_ratings(a, b, then.get(a.learner, {}), group, areas) for a, b in pairs]
    shifts = [_means(complete) for complete in ratings if complete]
    answers_pre, answers_post = (
        [rated for record in records if (rated := _rated_answers(record, group))] for records in (pre, post)
    )
    exact = GroupFigures(
        attrition=replace(counts, left_pre_mean=sum(left) / len(left)) if left else counts,
        ceiling=bool(pairs) and min(pre_percents) == 100,
        gain=group_gain(pre_percents, post_percents, seed=seed),
        changes=_count_changes(pairs, group),
        calibration_pre=_calibration(_flat(answers_pre)),
        calibration_post=_calibration(_flat(answers_post)),
        response_shift=_response_shift(shifts),
    )
    gains = [round(b - a, 9) for a, b in zip(pre_percents, post_percents, strict=True)]
    status = _status(len(pairs), pre_percents, post_percents, gains)
    if status != "shown":
        hidden = GroupFigures(counts, False, None, dict.fromkeys(CHANGES), None, None, None)
        return GroupResult(status, exact, hidden)
    published = GroupFigures(
        attrition=_published(exact.attrition, len(left), left) or counts,
        ceiling=exact.ceiling,
        gain=_coarser(exact.gain, len(pairs)) if exact.gain else None,
        changes=_published_changes(exact.changes),
        calibration_pre=_published(exact.calibration_pre, len(answers_pre), *zip(*_flat(answers_pre), strict=True)),
        calibration_post=_published(exact.calibration_post, len(answers_post), *zip(*_flat(answers_post), strict=True)),
        response_shift=_published(exact.response_shift, len(shifts), *zip(*shifts, strict=True)),
    )
    return GroupResult(status, exact, published)


def _means(rows: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(sum(column) / len(rows) for column in zip(*rows, strict=True))


def _flat(answers: Sequence[Sequence[tuple[int, int]]]) -> list[tuple[int, int]]:
    return [answer for rated in answers for answer in rated]


def _calibration(answers: Sequence[tuple[int, int]]) -> Calibration:
    return calibration([confidence / 100 for confidence, _ in answers], [points for _, points in answers])


def _response_shift(ratings: Sequence[tuple[float, ...]]) -> ResponseShift | None:
    if not ratings:
        return None
    pre, post, then = _means(ratings)
    return ResponseShift(len(ratings), pre, post, then, post - pre, post - then, then - pre)


def _count_changes(pairs: Sequence[tuple[TestRecord, TestRecord]], group: str) -> dict[Change, int | None]:
    directions = [_direction(change) for pre, post in pairs if (change := _change(pre, post, group))]
    return {direction: directions.count(direction) for direction in CHANGES}


def _direction(change: ReliableChange) -> Change:
    gained = (change.rc or 0) > 0
    if change.verdict == "reliable":
        return "reliable-gain" if gained else "reliable-loss"
    if change.verdict == "likely":
        return "likely-gain" if gained else "likely-loss"
    return "within-error"


def _status(n: int, *columns: Sequence[object]) -> Status:
    """Say what may be shown of n people; below 10 nothing where a column of their answers is all equal."""
    if n < FEWEST_FOR_STATISTICS:
        return "collecting"
    if n < FEWEST_TO_PUBLISH or (n < EQUAL_ANSWERS_LIMIT and any(len(set(column)) == 1 for column in columns)):
        return "suppressed"
    return "shown"


def _published(exact: _Figures | None, n: int, *columns: Sequence[object]) -> _Figures | None:
    return _coarser(exact, n) if exact and _status(n, *columns) == "shown" else None


def _published_changes(changes: Mapping[Change, int | None]) -> dict[Change, int | None]:
    counts = [count or 0 for count in changes.values()]
    if sum(counts) < EQUAL_ANSWERS_LIMIT and sum(counts) in counts:
        return dict.fromkeys(changes)
    shown = safe_to_publish(counts)
    return {change: count if show else None for change, count, show in zip(changes, counts, shown, strict=True)}


def _coarser(figures: _Figures, n: int) -> _Figures:
    """Round the figures below 20 people, so that no single answer can be worked back from them."""
    if n >= ROUNDING_LIMIT:
        return figures
    changes: dict[str, Any] = {}
    for name in (item.name for item in fields(figures)):
        value, step = getattr(figures, name), _STEPS.get(name, _OTHER_STEP)
        if isinstance(value, tuple):
            changes[name] = tuple(_round_to(end, step) for end in value)
        elif isinstance(value, float):
            changes[name] = _round_to(value, step)
    return replace(figures, **changes)


def _round_to(value: float, step: float) -> float:
    """Round to the nearest multiple of the step, halves up."""
    return round(math.floor(value / step + 0.5) * step, 6)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(entry) for key, entry in value.items()}
    return list(value) if isinstance(value, tuple) else value
