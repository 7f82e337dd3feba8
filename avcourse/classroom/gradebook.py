"""nbgrader's gradebook, written in bulk.

``import nbgrader`` takes longer than grading a class, so the tables are described here as nbgrader 0.9.6 has them (a
test compares the two), and all marks of a run are written in one transaction. What ends up in the tables is what
``nbgrader autograde`` would have written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    BindParameter,
    Boolean,
    Column,
    Connection,
    DateTime,
    Float,
    Interval,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    create_engine,
    event,
    insert,
    make_url,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from avcourse.errors import GradebookFailed, NoAssignment

TABLES: Final = MetaData()
_ID: Final = String(32)
_NAME: Final = String(128)

ASSIGNMENT: Final = Table(
    "assignment",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("name", _NAME),
    Column("duedate", DateTime()),
)
NOTEBOOK: Final = Table(
    "notebook", TABLES, Column("id", _ID, primary_key=True), Column("name", _NAME), Column("assignment_id", _ID)
)
CELL: Final = Table(
    "base_cell",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("name", _NAME),
    Column("notebook_id", _ID),
    Column("type", String(50)),
)
STUDENT: Final = Table(
    "student",
    TABLES,
    Column("id", _NAME, primary_key=True),
    Column("first_name", _NAME),
    Column("last_name", _NAME),
    Column("email", _NAME),
    Column("lms_user_id", _NAME),
)
SUBMISSION: Final = Table(
    "submitted_assignment",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("assignment_id", _ID),
    Column("student_id", _NAME),
    Column("timestamp", DateTime()),
    Column("extension", Interval()),
)
SUBMITTED_NOTEBOOK: Final = Table(
    "submitted_notebook",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("assignment_id", _ID),
    Column("notebook_id", _ID),
    Column("flagged", Boolean()),
    Column("late_submission_penalty", Float(0)),
)
GRADE: Final = Table(
    "grade",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("notebook_id", _ID),
    Column("cell_id", _ID),
    Column("auto_score", Float()),
    Column("manual_score", Float()),
    Column("extra_credit", Float()),
    Column("needs_manual_grade", Boolean()),
)
COMMENT: Final = Table(
    "comment",
    TABLES,
    Column("id", _ID, primary_key=True),
    Column("notebook_id", _ID),
    Column("cell_id", _ID),
    Column("auto_comment", Text()),
    Column("manual_comment", Text()),
)
_GRADED: Final = ("GradeCell", "TaskCell")
_COMMENTED: Final = ("SolutionCell", "TaskCell")


@dataclass(frozen=True, slots=True)
class Marks:
    """What one submission earned: points by name of the grade cell, and when it was handed in (UTC).

    A cell without points waits for a person.
    """

    student: str
    assignment: str
    timestamp: datetime | None
    points: Mapping[str, float]


@contextmanager
def connect(database: str) -> Iterator[Connection]:
    """Give a connection to a gradebook in one transaction that is kept or undone as a whole.

    Raises
    ------
    GradebookFailed
        If there is no gradebook, or it is busy or broken.
    """
    url = make_url(database)
    name = url.database or database
    if url.drivername == "sqlite" and not Path(name).is_file():
        raise GradebookFailed(path=name, reason="no file")
    engine = create_engine(url)
    if url.drivername == "sqlite":
        # The driver's own transaction begins at the first change only; what was read before it could be stale by then.
        event.listen(engine, "connect", lambda connection, _: setattr(connection, "isolation_level", None))
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    try:
        with engine.begin() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise GradebookFailed(path=name, reason=str(getattr(error, "orig", error))) from error
    finally:
        engine.dispose()


def _new(**values: object) -> dict[str, object]:
    return {"id": uuid4().hex, **values}


def _add(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _change(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Update rows by id; each row has ``id`` and the same other columns."""
    if rows:
        columns: dict[str, BindParameter[Any]] = {name: bindparam(f"new_{name}") for name in rows[0] if name != "id"}
        values = [{f"new_{name}": value for name, value in row.items()} for row in rows]
        connection.execute(update(table).where(table.c.id == bindparam("new_id")).values(columns), values)


def _find_notebook(connection: Connection, assignment: str) -> tuple[str, str]:
    """Return the ids of an assignment and of its one notebook, which has the same name."""
    found = connection.execute(
        select(ASSIGNMENT.c.id, NOTEBOOK.c.id)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        .where(ASSIGNMENT.c.name == assignment, NOTEBOOK.c.name == assignment)
    ).first()
    if found is None:
        known = connection.execute(select(ASSIGNMENT.c.name).order_by(ASSIGNMENT.c.name)).scalars()
        raise NoAssignment(assignment=assignment, known=", ".join(known))
    return found[0], found[1]


def _write_submissions(
    connection: Connection, assignment: str, marks: Sequence[Marks]
) -> tuple[dict[str, str], set[str]]:
    """Write one row per submission; return their ids by student, and the students whose submission is new or newer."""
    there = {
        row.student_id: (row.id, row.timestamp)
        for row in connection.execute(select(SUBMISSION).where(SUBMISSION.c.assignment_id == assignment))
    }
    new = {
        m.student: _new(assignment_id=assignment, student_id=m.student, timestamp=m.timestamp)
        for m in marks
        if m.student not in there
    }
    newer = [m for m in marks if m.student in there and m.timestamp is not None and m.timestamp != there[m.student][1]]
    _add(connection, SUBMISSION, list(new.values()))
    _change(connection, SUBMISSION, [{"id": there[m.student][0], "timestamp": m.timestamp} for m in newer])
    ids = {student: row[0] for student, row in there.items()} | {s: str(row["id"]) for s, row in new.items()}
    return ids, set(new) | {m.student for m in newer}


def _write_notebooks(connection: Connection, notebook: str, submissions: Mapping[str, str]) -> dict[str, str]:
    """Write one row per submitted notebook and return their ids by submission."""
    query = select(SUBMITTED_NOTEBOOK).where(SUBMITTED_NOTEBOOK.c.notebook_id == notebook)
    there = {row.assignment_id: row for row in connection.execute(query)}
    new = {
        submission: _new(assignment_id=submission, notebook_id=notebook, flagged=False)
        for submission in submissions.values()
        if submission not in there
    }
    _add(connection, SUBMITTED_NOTEBOOK, list(new.values()))
    return {key: row.id for key, row in there.items()} | {key: str(row["id"]) for key, row in new.items()}


def _write_grades(
    connection: Connection,
    cells: Iterable[tuple[str, str]],
    notebooks: Mapping[str, str],
    marks: Sequence[Marks],
    fresh: set[str],
) -> None:
    """Write one row per submission and graded cell; ``notebooks`` maps students to submitted notebooks.

    As with nbgrader, a manual score stays and its row waits for another look, but only where something changed: grading
    twice must not ask a trainer to look twice.
    """
    cells = list(cells)
    query = select(GRADE).where(GRADE.c.cell_id.in_([cell for cell, _ in cells]))
    there = {(row.notebook_id, row.cell_id): row for row in connection.execute(query)}
    new, changed = [], []
    for mark in marks:
        notebook = notebooks[mark.student]
        for cell, name in cells:
            points = mark.points.get(name)
            old = there.get((notebook, cell))
            if old is None:
                new.append(
                    _new(notebook_id=notebook, cell_id=cell, auto_score=points, needs_manual_grade=points is None)
                )
                continue
            again = mark.student in fresh or old.auto_score != points
            by_hand = old.manual_score is not None
            needs = (again or old.needs_manual_grade) if by_hand else points is None
            if (points, needs) != (old.auto_score, old.needs_manual_grade):
                changed.append({"id": old.id, "auto_score": points, "needs_manual_grade": needs})
    _add(connection, GRADE, new)
    _change(connection, GRADE, changed)


def _write_comments(connection: Connection, cells: Iterable[str], notebooks: Iterable[str]) -> None:
    """Write the empty rows that nbgrader keeps for a trainer's comments."""
    there = set(connection.execute(select(COMMENT.c.notebook_id, COMMENT.c.cell_id)).tuples())
    wanted = [(notebook, cell) for notebook in notebooks for cell in cells if (notebook, cell) not in there]
    _add(connection, COMMENT, [_new(notebook_id=notebook, cell_id=cell) for notebook, cell in wanted])


def _write_assignment(connection: Connection, name: str, marks: Sequence[Marks]) -> None:
    assignment, notebook = _find_notebook(connection, name)
    cells = connection.execute(select(CELL).where(CELL.c.notebook_id == notebook)).all()
    known = set(connection.execute(select(STUDENT.c.id)).scalars())
    _add(connection, STUDENT, [{"id": m.student} for m in marks if m.student not in known])
    submissions, fresh = _write_submissions(connection, assignment, marks)
    by_submission = _write_notebooks(connection, notebook, {m.student: submissions[m.student] for m in marks})
    by_student = {m.student: by_submission[submissions[m.student]] for m in marks}
    _write_grades(connection, [(c.id, c.name) for c in cells if c.type in _GRADED], by_student, marks, fresh)
    _write_comments(connection, [c.id for c in cells if c.type in _COMMENTED], by_student.values())


def write_marks(database: str, marks: Sequence[Marks]) -> None:
    """Write the marks of a whole run into the gradebook, all or none.

    Parameters
    ----------
    database
        The address of the gradebook: SQLite in a class folder, PostgreSQL on a hub.
    marks
        One for each submission.

    Raises
    ------
    GradebookFailed
        If the gradebook is missing, busy or broken.
    NoAssignment
        If the gradebook does not have an assignment, because it was not released.
    """
    with connect(database) as connection:
        for assignment in dict.fromkeys(mark.assignment for mark in marks):
            _write_assignment(connection, assignment, [mark for mark in marks if mark.assignment == assignment])


def read_scores(database: str) -> dict[tuple[str, str], dict[str, float]]:
    """Return the score of each grade cell as nbgrader counts it, by student and assignment.

    A manual score goes before the automatic one, and extra credit is added.
    """
    query = (
        select(
            SUBMISSION.c.student_id,
            ASSIGNMENT.c.name.label("assignment"),
            CELL.c.name.label("cell"),
            GRADE.c.auto_score,
            GRADE.c.manual_score,
            GRADE.c.extra_credit,
        )
        .select_from(GRADE)
        .join(CELL, CELL.c.id == GRADE.c.cell_id)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == GRADE.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
    )
    scores: dict[tuple[str, str], dict[str, float]] = {}
    with connect(database) as connection:
        for row in connection.execute(query):
            own = row.auto_score if row.manual_score is None else row.manual_score
            score = 0.0 if own is None else own + (row.extra_credit or 0.0)
            scores.setdefault((row.student_id, row.assignment), {})[row.cell] = score
    return scores
