"""A test sheet of the class as a record of ``measurement``: the two rooms do not know each other, views know both."""

from __future__ import annotations

from avcourse.classroom.testsheet import TestSheet
from avcourse.course.course import load_course
from avcourse.measurement.records import TestRecord


def record_of(sheet: TestSheet) -> TestRecord:
    """Return one learner's test as ``measurement`` wants it.

    Items are right or wrong. A score that the trainer set by hand counts as right from half a point up: the error of a score (F9) knows no
    half points.
    """
    areas = {slot.id: slot.area for slot in load_course().slots} | dict(sheet.areas)
    return TestRecord(
        learner=sheet.learner,
        form="B" if sheet.form == "B" else "A",
        scores={slot: int(points >= 0.5) for slot, points in sheet.points.items()},
        areas={slot: areas[slot] for slot in sheet.points},
        confidences=dict(sheet.confidences),
        outcomes=dict(sheet.outcomes),
        self_ratings=dict(sheet.self_ratings),
    )
