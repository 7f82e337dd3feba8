"""The cohort: tidy facts of every graded test. Points are the gradebook's, the rest is from the graded log."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from pathlib import Path

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.edition import read_edition
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.testsheet import TestSheet, sheet_of
from avcourse.classroom.workspace import ClassFolder, read_regular
from avcourse.course.course import load_course

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
    tests = {test.id for test in course.tests}
    released = [name for name in folder.assignments() if course.successor(name) in tests]
    editions = {name: read_edition(folder, name) for name in released}
    courses = {name: edition.within(course) for name, edition in editions.items()}
    sheets: dict[tuple[str, str], TestSheet] = {}
    # A corrected test comes after the one that it replaces, and counts before it where somebody took both.
    for (learner, module), points in sorted(
        read_scores(folder.database).items(), key=lambda one: _place(one[0], tests)
    ):
        raw = _graded_log(folder, learner, module) if module in editions else None
        if raw is not None:
            counted = {slot: own for slot, own in points.items() if slot not in editions[module].left_out}
            log = parse_log(raw).responses
            sheet = sheet_of(learner, module, log, courses[module], editions[module].bank, counted)
            now = course.successor(module)
            sheets[learner, now] = replace(sheet, module=now)
    return Cohort(folder.id, tuple(sheets.values()))


def _place(whose: tuple[str, str], tests: Container[str]) -> tuple[str, bool, str]:
    """Return where a submission stands: by learner, replaced tests first."""
    learner, module = whose
    return learner, module in tests, module
