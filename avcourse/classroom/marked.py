"""What the gradebook says of graded submissions, learner by learner and in batches: memory stays flat however large the class."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from sqlalchemy import Connection, func, select

from avcourse.classroom.gradebook import (
    ASSIGNMENT,
    CELL,
    COMMENT,
    GRADE,
    NOTEBOOK,
    SUBMISSION,
    SUBMITTED_NOTEBOOK,
    connect,
)

BATCH: Final = 100
"""Learners whose rows are held at once; nobody who wants to write waits longer than one batch takes."""


class Mark(NamedTuple):
    """One graded cell: points as nbgrader counts them, whether a person gave or still has to give them, and the trainer's comment."""

    points: float
    by_hand: bool
    waits: bool
    comment: str | None


@dataclass(frozen=True, slots=True)
class Marked:
    """One graded submission: when it was handed in (UTC), what came off for being late, and its cells by name.

    ``fingerprint`` changes when anything here does.
    """

    student: str
    assignment: str
    at: datetime | None
    penalty: float
    marks: Mapping[str, Mark]
    fingerprint: str


def count_marked(database: str, assignments: Iterable[str]) -> int:
    """Return how many submissions of these assignments the gradebook has."""
    query = select(func.count()).select_from(SUBMISSION).join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
    with connect(database) as connection:
        return connection.execute(query.where(ASSIGNMENT.c.name.in_(list(assignments)))).scalar_one()


def marked_students(database: str) -> list[str]:
    """Return who has a graded submission, by name."""
    query = select(SUBMISSION.c.student_id).distinct().order_by(SUBMISSION.c.student_id)
    with connect(database) as connection:
        return list(connection.execute(query).scalars())


def read_marked(
    database: str, assignments: Sequence[str], students: Sequence[str] | None = None
) -> Iterator[tuple[Marked, ...]]:
    """Give each learner's graded submissions, by the learners' names.

    Raises
    ------
    GradebookFailed
        If there is no gradebook or it cannot be read.
    """
    names = marked_students(database) if students is None else sorted(students)
    for start in range(0, len(names), BATCH):
        with connect(database) as connection:
            found = _batch(connection, assignments, names[start : start + BATCH])
        for _, own in groupby(found, key=lambda one: one.student):
            yield tuple(own)


def _batch(connection: Connection, assignments: Sequence[str], students: Sequence[str]) -> list[Marked]:
    cells = {
        row.id: row.name
        for row in connection.execute(
            select(CELL.c.id, CELL.c.name)
            .join(NOTEBOOK, NOTEBOOK.c.id == CELL.c.notebook_id)
            .join(ASSIGNMENT, ASSIGNMENT.c.id == NOTEBOOK.c.assignment_id)
            .where(ASSIGNMENT.c.name.in_(assignments), CELL.c.type.in_(("GradeCell", "TaskCell")))
        )
    }
    submissions = connection.execute(
        select(
            SUBMITTED_NOTEBOOK.c.id,
            SUBMISSION.c.student_id,
            ASSIGNMENT.c.name,
            SUBMISSION.c.timestamp,
            SUBMITTED_NOTEBOOK.c.late_submission_penalty,
        )
        .select_from(SUBMISSION)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        # With both columns the database finds the row by its index; by one alone it would read the whole class each time.
        .join(
            SUBMITTED_NOTEBOOK,
            (SUBMITTED_NOTEBOOK.c.assignment_id == SUBMISSION.c.id)
            & (SUBMITTED_NOTEBOOK.c.notebook_id == NOTEBOOK.c.id),
        )
        .where(SUBMISSION.c.student_id.in_(students), ASSIGNMENT.c.name.in_(assignments))
        .order_by(SUBMISSION.c.student_id, ASSIGNMENT.c.name)
    ).all()
    notebooks = [row[0] for row in submissions]
    comments = {
        (row.notebook_id, row.cell_id): row.manual_comment
        for row in connection.execute(
            select(COMMENT.c.notebook_id, COMMENT.c.cell_id, COMMENT.c.manual_comment).where(
                COMMENT.c.cell_id.in_(list(cells)),
                COMMENT.c.notebook_id.in_(notebooks),
                COMMENT.c.manual_comment.is_not(None),
            )
        )
    }
    marks: dict[str, dict[str, Mark]] = {}
    columns = (
        GRADE.c.notebook_id,
        GRADE.c.cell_id,
        GRADE.c.auto_score,
        GRADE.c.manual_score,
        GRADE.c.extra_credit,
    )
    graded = select(*columns).where(GRADE.c.cell_id.in_(list(cells)), GRADE.c.notebook_id.in_(notebooks))
    # All at once: row by row takes twice as long, and a batch is small.
    for notebook, cell, auto, manual, extra in connection.execute(graded).all():
        own = auto if manual is None else manual
        marks.setdefault(notebook, {})[cells[cell]] = Mark(
            points=0.0 if own is None else float(own + (extra or 0.0)),
            by_hand=manual is not None,
            waits=own is None,
            comment=comments.get((notebook, cell)),
        )
    return [
        _marked(student, assignment, at, float(penalty or 0.0), marks.get(notebook, {}))
        for notebook, student, assignment, at, penalty in submissions
    ]


def _marked(student: str, assignment: str, at: datetime | None, penalty: float, marks: Mapping[str, Mark]) -> Marked:
    # Plain tuples are written out several times faster than named ones.
    facts = (at, penalty, sorted((name, *mark) for name, mark in marks.items()))
    return Marked(student, assignment, at, penalty, marks, hashlib.sha256(repr(facts).encode()).hexdigest())
