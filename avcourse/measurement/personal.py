"""What one learner gained, for the own eyes and the trainer's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from avcourse.measurement.gains import ResponseShift, response_shift
from avcourse.measurement.records import OVERALL, Ratings, TestRecord, is_valid
from avcourse.measurement.statistics import Calibration, ReliableChange, calibration, reliable_change

CONFIDENT: Final = 75
FEW_ITEMS: Final = 10


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
            response_shift=response_shift(_self_ratings(pre, post, then or {}, group, areas)),
        )
    return PersonalGain(learner=pre.learner, valid_pre=valid_pre, valid_post=valid_post, results=results)


def _slots(record: TestRecord, group: str) -> list[str]:
    return [slot for slot, area in record.areas.items() if group in (OVERALL, area)]


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


def _calibration(answers: Sequence[tuple[int, int]]) -> Calibration:
    return calibration([confidence / 100 for confidence, _ in answers], [points for _, points in answers])


def _self_ratings(
    pre: TestRecord, post: TestRecord, then: Ratings, group: str, areas: Sequence[str]
) -> list[tuple[int, int, int]]:
    """(before, after, then) of each of the group's areas in which all three were given."""
    names = areas if group == OVERALL else (group,)
    ratings = ((pre.self_ratings.get(name), post.self_ratings.get(name), then.get(name)) for name in names)
    return [(a, b, c) for a, b, c in ratings if a is not None and b is not None and c is not None]
