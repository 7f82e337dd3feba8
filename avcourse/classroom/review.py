"""Open answers: gathered for a person to read, and graded by hand in nbgrader's gradebook, where formgrader does it too."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Row, select, update

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, latest, parse_log
from avcourse.classroom.gradebook import ASSIGNMENT, CELL, GRADE, SUBMISSION, SUBMITTED_NOTEBOOK, connect
from avcourse.classroom.graded_copy import Paper, read_paper
from avcourse.classroom.workspace import ClassFolder, read_regular
from avcourse.course.course import load_bank
from avcourse.course.language import LANGUAGES, Text, say
from avcourse.course.questions import Question
from avcourse.errors import AvcourseError, NoAssignment


class MarkRefused(AvcourseError):
    """Points that cannot be given: field ``reason``, a Text."""

    et = "Punkte ei kirjutatud. {reason}"
    en = "The points have not been written. {reason}"


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What one learner wrote, None where nothing; ``points`` are the trainer's, and ``waits`` says that they should look (again)."""

    student: str
    text: str | None
    points: float | None
    waits: bool


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that a person grades, with what the class answered, by pseudonym."""

    question: Question
    points: float
    answers: tuple[OpenAnswer, ...]


def _paper(folder: ClassFolder, assignment: str) -> Paper:
    folder.check_released()
    if assignment not in folder.assignments():
        raise NoAssignment(assignment=assignment, known=", ".join(folder.assignments()))
    return read_paper(folder.released(assignment))


def _refused(key: str, **fields: object) -> MarkRefused:
    et, en = (say(f"marking.{key}", language, **fields) for language in LANGUAGES)
    return MarkRefused(reason=Text(et=et, en=en))


def _written(folder: ClassFolder, student: str, assignment: str, questions: Mapping[str, object]) -> dict[str, str]:
    """Return the answers in the log that was graded; a newer one waits for its own grading."""
    try:
        raw = read_regular(folder.root / "autograded" / student / assignment / LOG, LARGEST_LOG + 1)
    except OSError:
        return {}
    given = latest(parse_log(raw).responses)
    found = {name: given.get((assignment, name)) for name in questions}
    return {
        name: response.answer.strip()
        for name, response in found.items()
        if response is not None and isinstance(response.answer, str)
    }


def _rows(folder: ClassFolder, assignment: str) -> list[Row[tuple[str, str, str, float | None, bool]]]:
    query = (
        select(SUBMISSION.c.student_id, CELL.c.name, GRADE.c.id, GRADE.c.manual_score, GRADE.c.needs_manual_grade)
        .select_from(GRADE)
        .join(CELL, CELL.c.id == GRADE.c.cell_id)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == GRADE.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == assignment)
        .order_by(SUBMISSION.c.student_id)
    )
    with connect(folder.database) as connection:
        return list(connection.execute(query).all())


def open_answers(folder: ClassFolder, assignment: str) -> tuple[OpenQuestion, ...]:
    """Return the questions of an assignment that a person grades, with every graded submission's answer.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    GradebookFailed
        If there is no gradebook or it cannot be read.
    """
    paper, bank = _paper(folder, assignment), load_bank()
    rows = [row for row in _rows(folder, assignment) if row.name in paper.by_hand]
    students = dict.fromkeys(row.student_id for row in rows)
    texts = {student: _written(folder, student, assignment, paper.by_hand) for student in students}
    return tuple(
        OpenQuestion(
            bank[cell],
            points,
            tuple(
                OpenAnswer(r.student_id, texts[r.student_id].get(cell) or None, r.manual_score, r.needs_manual_grade)
                for r in rows
                if r.name == cell
            ),
        )
        for cell, points in paper.by_hand.items()
        if cell in bank
    )


def mark(folder: ClassFolder, assignment: str, student: str, question: str, points: float) -> None:
    """Write the points that the trainer gives, as formgrader does; they stand before the automatic ones and survive regrading.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    MarkRefused
        If it has no such question, the student has no graded submission, or the points are out of bounds.
    GradebookFailed
        If the gradebook cannot be written.
    """
    paper = _paper(folder, assignment)
    most = paper.most(question)
    if most is None:
        known = ", ".join((*paper.by_hand, *paper.cells))
        raise _refused("no-question", assignment=assignment, question=question, known=known)
    if not math.isfinite(points) or not 0 <= points <= most:
        raise _refused("out-of-bounds", points=f"{points:g}", most=f"{most:g}")
    rows = {(row.student_id, row.name): row.id for row in _rows(folder, assignment)}
    grade = rows.get((student, question))
    if grade is None:
        known = ", ".join(dict.fromkeys(name for name, _ in rows)) or "–"
        raise _refused("no-submission", assignment=assignment, student=student, known=known)
    with connect(folder.database) as connection:
        new = {"manual_score": float(points), "needs_manual_grade": False}
        connection.execute(update(GRADE).where(GRADE.c.id == grade).values(new))
