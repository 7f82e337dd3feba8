"""The cohort: tidy facts of every graded test. Points are the gradebook's, the rest is from the graded log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, Response, latest, parse_log
from avcourse.answers.scoring import form_in, grade_slot, rating_in
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.workspace import KEYS, ClassFolder, read_regular
from avcourse.course.course import Course, load_bank, load_course, load_graded
from avcourse.course.questions import Question


@dataclass(frozen=True, slots=True)
class TestSheet:
    """One learner's test.

    ``points``, ``outcomes`` and ``confidences`` go by slot, the ratings by area.
    """

    # pytest would otherwise take the class for a test.
    __test__ = False

    learner: str
    module: str
    form: str | None
    points: Mapping[str, float]
    outcomes: Mapping[str, str]
    confidences: Mapping[str, int | None]
    self_ratings: Mapping[str, int | None]
    then_ratings: Mapping[str, int | None]


@dataclass(frozen=True, slots=True)
class Cohort:
    """All graded tests of a class, by learner and module."""

    id: str
    sheets: tuple[TestSheet, ...]


def _ratings(
    prefix: str, module: str, course: Course, answers: Mapping[tuple[str, str], Response]
) -> dict[str, int | None]:
    """Return the ratings by area, for the areas that the module asks about; None where there is no possible answer."""
    ratings: dict[str, int | None] = {}
    for area in course.areas:
        question = f"{prefix}-{area.id}"
        if question in course.module(module).questions:
            response = answers.get((module, question))
            ratings[area.id] = rating_in(load_bank()[question], response.answer if response else None)
    return ratings


def _sheet(
    learner: str, module: str, points: Mapping[str, float], raw: bytes, course: Course, bank: Mapping[str, Question]
) -> TestSheet:
    log = tuple(response for response in parse_log(raw).responses if response.assignment == module)
    answers = latest(log)
    slots = [slot for slot in course.slots if slot.id in points]
    results = {slot.id: grade_slot(module, slot, log, course.slots, bank) for slot in slots}
    return TestSheet(
        learner=learner,
        module=module,
        form=form_in(module, log, course.slots),
        points={slot: points[slot] for slot in results},
        outcomes={slot: result.score.outcome for slot, result in results.items()},
        confidences={
            slot: None if result.response is None else result.response.confidence for slot, result in results.items()
        },
        self_ratings=_ratings("self", module, course, answers),
        then_ratings=_ratings("then", module, course, answers),
    )


def _graded_log(folder: ClassFolder, learner: str, module: str) -> bytes | None:
    """Return the log as it was graded: a newer one that waits for grading would not belong to the points."""
    path: Path = folder.root / "autograded" / learner / module / LOG
    try:
        return read_regular(path, LARGEST_LOG + 1)
    except OSError:
        return None


def cohort_tidy(folder: ClassFolder) -> Cohort:
    """Return what the class did in the tests, one sheet for each learner and graded test.

    Points are what nbgrader would say, so a score that the trainer set by hand counts; outcomes and confidences are
    from the log that was graded. A graded test whose log is gone from ``autograded/`` has no sheet.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    GradebookFailed
        If there is no gradebook or it cannot be read.
    """
    folder.check_released()
    course = load_course()
    bank = load_graded(folder.root / KEYS)
    tests = {test.id for test in course.tests}
    sheets = []
    for (learner, module), points in sorted(read_scores(folder.database).items()):
        raw = _graded_log(folder, learner, module) if module in tests else None
        if raw is not None:
            sheets.append(_sheet(learner, module, points, raw, course, bank))
    return Cohort(folder.id, tuple(sheets))
