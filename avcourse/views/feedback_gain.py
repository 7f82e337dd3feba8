"""What feedback says about change and sureness: the class's room gathers the tests, measurement works them out, here they meet."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from avcourse.classroom.feedback_data import Calibration, Change, Feedback, Ratings, Verdict
from avcourse.classroom.testsheet import TestSheet
from avcourse.course.course import load_course
from avcourse.measurement.personal import PersonalResult, personal_gain
from avcourse.measurement.records import OVERALL, TestRecord
from avcourse.measurement.statistics import calibration
from avcourse.views.testrecord import record_of

FEWEST_SURE: Final = 5
"""Answers with a stated confidence below which nothing is said about it."""
FITTING: Final = 0.1
"""As far as mean confidence and share of right answers may lie apart and still be called well matched."""


def verdict_of(result: PersonalResult) -> Verdict:
    """Return what one learner's change in one area, or in all, means."""
    change = result.change
    if change is None or change.verdict is None or change.rc is None:
        return "unknown"
    if change.verdict == "within-error":
        return "within-error"
    # Four items can never make a change sure, whatever the formula says.
    if change.verdict == "likely" or result.few_items:
        return "likely-gain" if change.rc > 0 else "likely-loss"
    return "reliable-gain" if change.rc > 0 else "reliable-loss"


def calibration_word(bias: float | None) -> Calibration | None:
    """Return how confidence and right answers go together, in a word.

    Examples
    --------
    >>> calibration_word(0.3), calibration_word(-0.02), calibration_word(None)
    ('over', 'fitting', None)
    """
    if bias is None:
        return None
    return "over" if bias > FITTING else "under" if bias < -FITTING else "fitting"


def _calibration(record: TestRecord) -> Calibration | None:
    rated = [
        (confidence / 100, record.scores[slot])
        for slot, confidence in record.confidences.items()
        if confidence is not None and record.outcomes[slot] in ("right", "wrong")
    ]
    if len(rated) < FEWEST_SURE:
        return None
    confidences, right = zip(*rated, strict=True)
    return calibration_word(calibration(confidences, right).bias)


def with_gain(feedback: Feedback, sheets: tuple[TestSheet, ...]) -> Feedback:
    """Return feedback on a test with what the learner's ``sheets`` show: sureness and, for the last test, the change since the first."""
    course = load_course()
    own = next((sheet for sheet in sheets if sheet.module == feedback.assignment), None)
    if own is None:
        return feedback
    record = record_of(own)
    found = replace(feedback, calibration=_calibration(record))
    first = next((sheet for sheet in sheets if course.successor(sheet.module) == course.tests[0].id), None)
    if first is None or course.successor(feedback.assignment) != course.tests[-1].id or first is own:
        return found
    gain = personal_gain(record_of(first), record, areas=[area.id for area in course.areas], then=own.then_ratings)
    if not (gain.valid_pre and gain.valid_post):
        return found
    changes = tuple(
        Change(
            group=group,
            before=result.pre_points,
            after=result.post_points,
            items=result.post_items,
            error=result.change.sem_post if result.change else None,
            verdict=verdict_of(result),
        )
        for group, result in gain.results.items()
        # Until the tests are over an area's few points could tell of its items.
        if result.post_items and (feedback.whole or group == OVERALL)
    )
    shift = gain.results[OVERALL].response_shift
    return replace(found, changes=changes, ratings=Ratings(shift.pre, shift.post, shift.then) if shift else None)
