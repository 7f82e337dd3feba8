"""What a graded class did, as plain rows: one for each submission, one for each answer.

Points are the gradebook's, the rest is the graded log's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from sqlalchemy import Row, select

from avcourse.answers.folder import LOG
from avcourse.answers.grading import grade
from avcourse.answers.responses import LARGEST_LOG, Response, latest, parse_log
from avcourse.answers.scoring import form_in, grade_slot
from avcourse.classroom.edition import Edition, read_edition
from avcourse.classroom.gradebook import (
    ASSIGNMENT,
    CELL,
    COMMENT,
    GRADE,
    SUBMISSION,
    SUBMITTED_NOTEBOOK,
    connect,
)
from avcourse.classroom.graded_copy import Paper, read_paper
from avcourse.classroom.marked import BATCH, marked_students
from avcourse.classroom.workspace import ClassFolder, read_regular
from avcourse.course.course import load_course


@dataclass(frozen=True, slots=True)
class Total:
    """A graded submission: what it earned of how much, what a late one lost, how many answers wait for a person, when it came (UTC)."""

    student: str
    assignment: str
    points: float
    most: float
    waiting: int
    at: datetime | None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One answer, or one graded question without any. ``points`` is None where nothing is graded or a person still has to."""

    student: str
    assignment: str
    question: str
    form: str | None
    outcome: str
    points: float | None
    most: float | None
    confidence: int | None
    at: str | None


GradeRow = Row[tuple[str, str, datetime | None, float | None, str, float | None, float | None, float | None, bool]]


_ROWS: Final = (
    select(
        SUBMISSION.c.student_id,
        ASSIGNMENT.c.name.label("assignment"),
        SUBMISSION.c.timestamp,
        SUBMITTED_NOTEBOOK.c.late_submission_penalty.label("penalty"),
        CELL.c.name.label("cell"),
        GRADE.c.auto_score,
        GRADE.c.manual_score,
        GRADE.c.extra_credit,
        GRADE.c.needs_manual_grade,
    )
    .select_from(GRADE)
    .join(CELL, CELL.c.id == GRADE.c.cell_id)
    .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == GRADE.c.notebook_id)
    .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
    .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
    .order_by(SUBMISSION.c.student_id, ASSIGNMENT.c.name, CELL.c.name)
)


def _submissions(folder: ClassFolder, student: str | None) -> Iterator[tuple[str, str, list[GradeRow]]]:
    """Give the graded cells of each submission, some students at a time: memory stays flat however large the class."""
    students = marked_students(folder.database) if student is None else [student]
    for start in range(0, len(students), BATCH):
        with connect(folder.database) as connection:
            own = SUBMISSION.c.student_id.in_(students[start : start + BATCH])
            rows = connection.execute(_ROWS.where(own)).all()
        for (whose, assignment), group in groupby(rows, key=lambda row: (row.student_id, row.assignment)):
            yield whose, assignment, list(group)


def comments_of(folder: ClassFolder) -> dict[tuple[str, str, str], str]:
    """Return the trainer's comments: by student, assignment and cell."""
    query = (
        select(SUBMISSION.c.student_id, ASSIGNMENT.c.name, CELL.c.name, COMMENT.c.manual_comment)
        .select_from(COMMENT)
        .join(CELL, CELL.c.id == COMMENT.c.cell_id)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == COMMENT.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(COMMENT.c.manual_comment.is_not(None), COMMENT.c.manual_comment != "")
        .order_by(CELL.c.name)
    )
    with connect(folder.database) as connection:
        rows = connection.execute(query).all()
    return {(student, assignment, cell): str(comment) for student, assignment, cell, comment in rows}


def _earned(row: GradeRow) -> float | None:
    """Return the points of a row as nbgrader counts them, None where a person has to grade first."""
    own = row.auto_score if row.manual_score is None else row.manual_score
    return None if own is None else float(own) + float(row.extra_credit or 0.0)


def _papers(folder: ClassFolder) -> dict[str, Paper]:
    return {name: read_paper(folder.released(name)) for name in folder.assignments()}


def most_of(folder: ClassFolder) -> dict[str, float]:
    """Return how many points each released assignment has, in course order."""
    papers = _papers(folder)
    order = [module.id for module in load_course().modules]
    names = sorted(papers, key=lambda name: order.index(name) if name in order else len(order))
    return {name: sum(papers[name].cells.values()) + sum(papers[name].by_hand.values()) for name in names}


def totals(folder: ClassFolder, student: str | None = None) -> tuple[Total, ...]:
    """Return a row for each graded submission, of everybody or of one student, by student and assignment.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    GradebookFailed
        If there is no gradebook or it cannot be read.
    """
    folder.check_released()
    most, comments = most_of(folder), comments_of(folder)
    found = []
    for whose, assignment, rows in _submissions(folder, student):
        points = sum(_earned(row) or 0.0 for row in rows) - float(rows[0].penalty or 0.0)
        said = [comments.get((whose, assignment, row.cell), "") for row in rows]
        found.append(
            Total(
                whose,
                assignment,
                max(0.0, points),
                most.get(assignment, 0.0),
                sum(_earned(row) is None or bool(row.needs_manual_grade) for row in rows),
                rows[0].timestamp,
                "\n".join(text for text in said if text),
            )
        )
    return tuple(found)


def _log(folder: ClassFolder, student: str, assignment: str) -> tuple[Response, ...]:
    try:
        raw = read_regular(folder.root / "autograded" / student / assignment / LOG, LARGEST_LOG + 1)
    except OSError:
        return ()
    return tuple(r for r in parse_log(raw).responses if r.assignment == assignment)


def _facts_of(
    student: str,
    paper: Paper,
    rows: list[GradeRow],
    log: tuple[Response, ...],
    edition: Edition,
) -> Iterator[Fact]:
    course, bank = edition.own, edition.bank
    given = latest(log)
    form = form_in(paper.assignment, log, course.slots)
    asked = set()
    for row in rows:
        slot, points = course.slot(row.cell), _earned(row)
        question, outcome, response = row.cell, "", given.get((paper.assignment, row.cell))
        if slot is not None and set(slot.forms.values()) <= bank.keys():
            result = grade_slot(paper.assignment, slot, log, course.slots, bank)
            question, outcome, response = result.question or row.cell, result.score.outcome, result.response
        elif question in bank and bank[question].kind != "work":
            outcome = grade(bank[question], None if response is None else response.answer).outcome
        asked.add(question)
        said = (None, None) if response is None else (response.confidence, response.at)
        yield Fact(
            student, paper.assignment, question, form if slot else None, outcome, points, paper.most(row.cell), *said
        )
    for (_, name), response in given.items():
        # Records of the municipality's own work have ids of their own and are no answers to a question.
        if name in bank and name not in asked:
            outcome = grade(bank[name], response.answer).outcome
            yield Fact(
                student, paper.assignment, name, response.form, outcome, None, None, response.confidence, response.at
            )


def facts(folder: ClassFolder, student: str | None = None) -> Iterator[Fact]:
    """Give every graded question and every other answer, of the class or of one student, by student and assignment.

    Raises
    ------
    NothingReleased, GradebookFailed
        As ``totals``.
    """
    folder.check_released()
    papers = _papers(folder)
    editions = {name: read_edition(folder, name) for name in papers}
    for whose, assignment, rows in _submissions(folder, student):
        if assignment in papers:
            log = _log(folder, whose, assignment)
            yield from _facts_of(whose, papers[assignment], rows, log, editions[assignment])
