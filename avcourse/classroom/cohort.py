"""The cohort: tidy facts of every graded test. Points are the gradebook's, the rest is from the graded log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.testsheet import TestSheet, sheet_of
from avcourse.classroom.workspace import KEYS, ClassFolder, read_regular
from avcourse.course.course import load_course, load_graded

__all__ = ["Cohort", "TestSheet", "cohort_tidy"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """All graded tests of a class, by learner and module."""

    id: str
    sheets: tuple[TestSheet, ...]


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
            sheets.append(sheet_of(learner, module, parse_log(raw).responses, course, bank, points))
    return Cohort(folder.id, tuple(sheets))
