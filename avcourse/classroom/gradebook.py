"""nbgrader's gradebook, written in bulk.

``import nbgrader`` takes longer than grading a class, so the tables are described here as nbgrader 0.9.6 has them (a
test compares the two), and all marks of a run are written in one transaction. What ends up in the tables is what
``nbgrader autograde`` would have written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import (
    BindParameter,
    Boolean,
    Case,
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
    case,
    create_engine,
    event,
    func,
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
BATCH: Final = 200
"""How many submissions are written at a time: few enough to keep memory flat, enough to make questions to the database rare."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What one submission earned: points by name of the grade cell, and when it was handed in (UTC).

    A cell without points waits for a person. ``late`` is the share of all points that lateness costs.
    """

    student: str
    assignment: str
    timestamp: datetime | None
    points: Mapping[str, float]
    late: float = 0.0


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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """An assignment as the gradebook has it: its id and its notebook's, graded cells as id and name, ids of commented ones."""

    assignment: str
    notebook: str
    graded: tuple[tuple[str, str], ...]
    commented: tuple[str, ...]


def _find_sheet(connection: Connection, assignment: str) -> _Sheet:
    """Return an assignment with its one notebook, which has the same name."""
    found = connection.execute(
        select(ASSIGNMENT.c.id, NOTEBOOK.c.id)
        .join(NOTEBOOK, NOTEBOOK.c.assignment_id == ASSIGNMENT.c.id)
        .where(ASSIGNMENT.c.name == assignment, NOTEBOOK.c.name == assignment)
    ).first()
    if found is None:
        known = connection.execute(select(ASSIGNMENT.c.name).order_by(ASSIGNMENT.c.name)).scalars()
        raise NoAssignment(assignment=assignment, known=", ".join(known))
    cells = connection.execute(select(CELL).where(CELL.c.notebook_id == found[1])).all()
    graded = tuple((cell.id, cell.name) for cell in cells if cell.type in _GRADED)
    return _Sheet(found[0], found[1], graded, tuple(cell.id for cell in cells if cell.type in _COMMENTED))


def _write_students(connection: Connection, students: Sequence[str]) -> None:
    known = set(connection.execute(select(STUDENT.c.id).where(STUDENT.c.id.in_(students))).scalars())
    _add(connection, STUDENT, [{"id": student} for student in students if student not in known])


def _write_submissions(
    connection: Connection, assignment: str, marks: Sequence[Marks]
) -> tuple[dict[str, str], set[str]]:
    """Write one row per submission; return their ids by student, and the students whose submission is new or newer."""
    query = select(SUBMISSION).where(
        SUBMISSION.c.assignment_id == assignment, SUBMISSION.c.student_id.in_([m.student for m in marks])
    )
    there = {row.student_id: (row.id, row.timestamp) for row in connection.execute(query)}
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


def _write_notebooks(connection: Connection, notebook: str, submissions: Collection[str]) -> dict[str, str]:
    """Write one row per submitted notebook and return their ids by submission."""
    query = select(SUBMITTED_NOTEBOOK).where(
        SUBMITTED_NOTEBOOK.c.notebook_id == notebook, SUBMITTED_NOTEBOOK.c.assignment_id.in_(submissions)
    )
    there = {row.assignment_id: row for row in connection.execute(query)}
    new = {
        submission: _new(assignment_id=submission, notebook_id=notebook, flagged=False)
        for submission in submissions
        if submission not in there
    }
    _add(connection, SUBMITTED_NOTEBOOK, list(new.values()))
    return {key: row.id for key, row in there.items()} | {key: str(row["id"]) for key, row in new.items()}


def _write_grades(
    connection: Connection, sheet: _Sheet, notebooks: Mapping[str, str], marks: Sequence[Marks], fresh: set[str]
) -> None:
    """Write one row per submission and graded cell; ``notebooks`` maps students to submitted notebooks.

    As with nbgrader, a manual score stays and its row waits for another look, but only where something changed: grading
    twice must not ask a trainer to look twice.
    """
    query = select(GRADE).where(
        GRADE.c.cell_id.in_([cell for cell, _ in sheet.graded]), GRADE.c.notebook_id.in_(list(notebooks.values()))
    )
    there = {(row.notebook_id, row.cell_id): row for row in connection.execute(query)}
    new, changed = [], []
    for mark in marks:
        notebook = notebooks[mark.student]
        for cell, name in sheet.graded:
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


def _write_comments(connection: Connection, cells: Sequence[str], notebooks: Collection[str]) -> None:
    """Write the empty rows that nbgrader keeps for a trainer's comments."""
    query = select(COMMENT.c.notebook_id, COMMENT.c.cell_id).where(
        COMMENT.c.cell_id.in_(cells), COMMENT.c.notebook_id.in_(notebooks)
    )
    there = set(connection.execute(query).tuples())
    wanted = [(notebook, cell) for notebook in notebooks for cell in cells if (notebook, cell) not in there]
    _add(connection, COMMENT, [_new(notebook_id=notebook, cell_id=cell) for notebook, cell in wanted])


def write_penalties(connection: Connection, shares: Mapping[str, float]) -> None:
    """Write what lateness takes off: of each submitted notebook, by id, a share of the points that it has now.

    nbgrader has the penalty in points and never above the score, so it is worked out anew whenever a score changes.
    """
    score = func.coalesce(func.sum(_score()), 0.0)
    query = (
        select(GRADE.c.notebook_id, score).where(GRADE.c.notebook_id.in_(list(shares))).group_by(GRADE.c.notebook_id)
    )
    scores: dict[str, float] = dict(connection.execute(query).tuples().all())
    rows = [
        {"id": notebook, "late_submission_penalty": share * scores.get(notebook, 0.0) if share else None}
        for notebook, share in shares.items()
    ]
    _change(connection, SUBMITTED_NOTEBOOK, rows)


def _write_batch(connection: Connection, sheet: _Sheet, marks: Sequence[Marks]) -> None:
    _write_students(connection, [mark.student for mark in marks])
    submissions, fresh = _write_submissions(connection, sheet.assignment, marks)
    by_submission = _write_notebooks(connection, sheet.notebook, list(submissions.values()))
    by_student = {mark.student: by_submission[submissions[mark.student]] for mark in marks}
    _write_grades(connection, sheet, by_student, marks, fresh)
    _write_comments(connection, sheet.commented, list(by_student.values()))
    _write_late(connection, {by_student[mark.student]: mark.late for mark in marks})


def _write_late(connection: Connection, shares: Mapping[str, float]) -> None:
    """Write the penalties of late submissions, and take back those of submissions that are not late any more."""
    had = select(SUBMITTED_NOTEBOOK.c.id).where(
        SUBMITTED_NOTEBOOK.c.id.in_(list(shares)), SUBMITTED_NOTEBOOK.c.late_submission_penalty.is_not(None)
    )
    before = set(connection.execute(had).scalars())
    write_penalties(connection, {notebook: share for notebook, share in shares.items() if share or notebook in before})


def write_marks(
    database: str, marks: Iterable[Marks], then: Callable[[Connection], None] = lambda connection: None
) -> None:
    """Write the marks of a whole run into the gradebook, all or none.

    They may come one by one while the class is graded: some hundred are held at a time, whatever the size of the class.

    Parameters
    ----------
    database
        The address of the gradebook: SQLite in a class folder, PostgreSQL on a hub.
    marks
        One for each submission.
    then
        What belongs to it and is written after them, in the same transaction.

    Raises
    ------
    GradebookFailed
        If the gradebook is missing, busy or broken.
    NoAssignment
        If the gradebook does not have an assignment, because it was not released.
    """
    sheets: dict[str, _Sheet] = {}
    rest = iter(marks)
    with connect(database) as connection:
        while batch := list(islice(rest, BATCH)):
            for assignment in dict.fromkeys(mark.assignment for mark in batch):
                if assignment not in sheets:
                    sheets[assignment] = _find_sheet(connection, assignment)
                own = [mark for mark in batch if mark.assignment == assignment]
                _write_batch(connection, sheets[assignment], own)
        then(connection)


def _score() -> Case[Any]:
    """Return the score of a row of ``grade`` as nbgrader counts it: the manual one first, then extra credit on top."""
    extra = func.coalesce(GRADE.c.extra_credit, 0.0)
    return case(
        (GRADE.c.manual_score.is_not(None), GRADE.c.manual_score + extra),
        (GRADE.c.auto_score.is_not(None), GRADE.c.auto_score + extra),
        else_=0.0,
    )


def read_scores(database: str) -> dict[tuple[str, str], dict[str, float]]:
    """Return the score of each grade cell as nbgrader counts it, by student and assignment; nothing is taken off for lateness.

    A manual score goes before the automatic one, and extra credit is added.
    """
    query = (
        select(
            SUBMISSION.c.student_id,
            ASSIGNMENT.c.name.label("assignment"),
            CELL.c.name.label("cell"),
            _score().label("score"),
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
            scores.setdefault((row.student_id, row.assignment), {})[row.cell] = row.score
    return scores


def read_penalties(database: str) -> dict[tuple[str, str], float]:
    """Return how many points lateness takes off, by student and assignment; who was in time is not in it."""
    query = (
        select(SUBMISSION.c.student_id, ASSIGNMENT.c.name, SUBMITTED_NOTEBOOK.c.late_submission_penalty)
        .select_from(SUBMITTED_NOTEBOOK)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(SUBMITTED_NOTEBOOK.c.late_submission_penalty > 0)
    )
    with connect(database) as connection:
        return {(student, assignment): penalty for student, assignment, penalty in connection.execute(query)}
