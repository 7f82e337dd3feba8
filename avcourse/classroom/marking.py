"""Grading open answers by hand: written as manual scores and comments into nbgrader's gradebook, where formgrader has them too.

Every change is one transaction: the rows of the gradebook and the line of the log that remembers how they came.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, update

from avcourse.classroom.gradebook import COMMENT, GRADE, connect
from avcourse.classroom.guard import writing_class
from avcourse.classroom.mark_log import Change, Given, History, Kind, log_of
from avcourse.classroom.review import OpenQuestion, grade_rows, open_question, paper_of, state_of, take_in
from avcourse.classroom.rubric import Rubric, check_rubric, write_rubric
from avcourse.classroom.schedule import read_schedule, write_lateness
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import LANGUAGES, Text, say
from avcourse.errors import AvcourseError

LONGEST_COMMENT: Final = 5000
SOME: Final = 10
"""Participants that a sentence names; it has no room for a class of thousands."""
PATIENCE: Final = 3.0
"""Seconds to wait while a run grades the class."""


class MarkRefused(AvcourseError):
    """Points that cannot be given: field ``reason``, a Text."""

    et = "Punkte ei salvestatud. {reason}"
    en = "The points have not been saved. {reason}"


class Overtaken(MarkRefused):
    """The answer or its points changed since the trainer saw them: field ``reason``."""


def _reason(key: str, **fields: object) -> Text:
    et, en = (say(f"marking.{key}", language, **fields) for language in LANGUAGES)
    return Text(et=et, en=en)


def refused(key: str, **fields: object) -> MarkRefused:
    """Return the refusal ``key`` of table ``[marking]`` in both languages."""
    return MarkRefused(reason=_reason(key, **fields))


@dataclass(frozen=True, slots=True)
class Wish:
    """What the trainer decided: steps of the rubric or points that were typed in; a comment. What is None stays as it is."""

    steps: tuple[str, ...] | None = None
    points: float | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the learners whose answers are as they were before."""

    students: tuple[str, ...]


class _Book:
    """The gradebook's rows of one question inside one transaction, and the log beside them."""

    def __init__(
        self,
        folder: ClassFolder,
        assignment: str,
        question: str,
        connection: Connection,
        students: Collection[str] | None,
    ) -> None:
        self.assignment, self.question, self.connection = assignment, question, connection
        self.changed: tuple[str, ...] = ()
        self.schedule = read_schedule(folder)
        self.log = log_of(folder)
        self.log.refresh()
        self.rows: dict[str, Row[Any]] = {
            row.student: row for row in connection.execute(grade_rows(assignment, [question], students))
        }

    @property
    def history(self) -> History:
        return self.log.history(self.assignment, self.question)

    def now(self, student: str) -> Given:
        """Return how an answer stands: points and comment by the gradebook, the rest by the log."""
        row = self.rows[student]
        steps = self.history.steps(student, row.points)
        return Given(row.points, steps, row.comment or "", self.history.flagged(student), bool(row.waits))

    def change(
        self, kind: Kind, wanted: Mapping[str, Given], undoes: int | None = None, *, always: bool = False
    ) -> tuple[str, ...]:
        """Write what is new and return whose answers changed; where nothing is new, nothing is written."""
        changes = [Change(student, self.now(student), after) for student, after in wanted.items()]
        changes = [change for change in changes if change.before != change.after]
        for change in changes:
            self._write(self.rows[change.student], change)
        write_lateness(self.connection, self.schedule, self.assignment, [change.student for change in changes])
        if changes or always:
            self.log.append(kind, self.assignment, self.question, changes, undoes)
        self.changed = tuple(change.student for change in changes)
        return self.changed

    def _write(self, row: Row[Any], change: Change) -> None:
        after = change.after
        score = {"manual_score": after.points, "needs_manual_grade": after.waits}
        if (row.points, bool(row.waits)) != (after.points, after.waits):
            self.connection.execute(update(GRADE).where(GRADE.c.id == row.grade).values(score))
        if (row.comment or "") == after.comment:
            return
        said = {"manual_comment": after.comment or None}
        if row.comment_id is not None:
            self.connection.execute(update(COMMENT).where(COMMENT.c.id == row.comment_id).values(said))
        else:
            place = {"id": uuid4().hex, "notebook_id": row.notebook, "cell_id": row.cell_id}
            self.connection.execute(insert(COMMENT).values(place | said))


def _holding(folder: ClassFolder) -> AbstractContextManager[None]:
    """Hold the class, or give up soon: a page waits for it, keeps what it has and tries again."""
    return writing_class(folder, "review", patience=PATIENCE)


@contextmanager
def _writing(
    folder: ClassFolder, assignment: str, question: str, students: Collection[str] | None = None
) -> Iterator[_Book]:
    """Give the rows of some learners, or of all, in one transaction; what reads them knows at once what was written."""
    with _holding(folder):
        open_question(folder, assignment, question)
        with connect(folder.database) as connection:
            book = _Book(folder, assignment, question, connection, students)
            yield book
        take_in(folder, assignment, question, book.changed)


def find_question(folder: ClassFolder, assignment: str, question: str) -> OpenQuestion:
    """Return a question that a person grades.

    Raises
    ------
    NothingReleased, NoAssignment, GradebookFailed, RubricUnreadable
        As ``open_answers``.
    MarkRefused
        If the assignment has no such question.
    """
    found = open_question(folder, assignment, question)
    if found is None:
        known = ", ".join(paper_of(folder, assignment).by_hand) or "–"
        raise refused("no-question", assignment=assignment, question=question, known=known)
    return found


def _check_points(points: float, most: float) -> None:
    if not math.isfinite(points) or not 0 <= points <= most:
        raise refused("out-of-bounds", points=f"{points:g}", most=f"{most:g}")


def _check_student(student: str, book: _Book) -> None:
    if student not in book.rows:
        everybody = sorted(row.student for row in book.connection.execute(grade_rows(book.assignment, [book.question])))
        known = ", ".join([*everybody[:SOME], *(["…"] if len(everybody) > SOME else [])]) or "–"
        raise refused("no-submission", assignment=book.assignment, student=student, known=known)


def _after(wish: Wish, rubric: Rubric, most: float) -> Callable[[Given], Given]:
    """Return what a wish makes of an answer, once it is known that it can be granted."""
    if wish.comment is not None and len(wish.comment) > LONGEST_COMMENT:
        raise refused("comment-too-long", most=LONGEST_COMMENT)
    change: dict[str, Any] = {}
    if wish.comment is not None:
        change["comment"] = wish.comment.replace("\r\n", "\n").strip()
    if wish.steps is not None:
        points = rubric.points(wish.steps, most)
        if points is None:
            raise refused("no-step")
        change |= {"points": points, "steps": tuple(dict.fromkeys(wish.steps)), "waits": False}
    elif wish.points is not None:
        _check_points(wish.points, most)
        change |= {"points": float(wish.points), "steps": (), "waits": False}
    return lambda given: replace(given, **change)


def give(
    folder: ClassFolder,
    assignment: str,
    question: str,
    wishes: Mapping[str, Wish],
    seen: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Write what the trainer decided about answers to one question, all or none, and return whose answers changed.

    Parameters
    ----------
    folder, assignment, question
        Which question of which class.
    wishes
        By learner. Asking for what is there already changes nothing.
    seen
        The ``state`` in which the trainer saw an answer, by learner: whatever has changed since is not overwritten.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    MarkRefused
        If it has no such question, a learner has no graded submission, or a wish cannot be granted.
    Overtaken
        If an answer or its points changed since the trainer saw them.
    GradebookFailed, FileNotWritten, ClassBusy
        If it cannot be written; then nothing of it is.
    """
    with _holding(folder):
        asked = find_question(folder, assignment, question)
        texts = {answer.student: answer.text for answer in asked.answers}
        changed = {student: _after(wish, asked.rubric, asked.points) for student, wish in wishes.items()}
        with _writing(folder, assignment, question, changed.keys()) as book:
            wanted = {}
            for student, after in changed.items():
                _check_student(student, book)
                wanted[student] = after(book.now(student))
                known = (seen or {}).get(student)
                same = wanted[student] == book.now(student)
                if known is not None and not same and known != state_of(book.rows[student], texts.get(student)):
                    raise Overtaken(reason=_reason("overtaken"))
            return book.change("mark", wanted)


def mark(folder: ClassFolder, assignment: str, student: str, question: str, points: float) -> None:
    """Write points for any cell of an assignment; they stand before the automatic ones and survive regrading.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    MarkRefused
        If it has no such question, the student has no graded submission, or the points are out of bounds.
    GradebookFailed, FileNotWritten, ClassBusy
        If it cannot be written.
    """
    paper = paper_of(folder, assignment)
    most = paper.most(question)
    if most is None:
        known = ", ".join((*paper.by_hand, *paper.cells))
        raise refused("no-question", assignment=assignment, question=question, known=known)
    _check_points(points, most)
    with _writing(folder, assignment, question, [student]) as book:
        _check_student(student, book)
        book.change("mark", {student: replace(book.now(student), points=float(points), steps=(), waits=False)})


def give_blanks(folder: ClassFolder, assignment: str, question: str) -> int:
    """Give 0 points to every submission that left the question blank and has no points yet; return to how many.

    Raises
    ------
    NothingReleased, NoAssignment, MarkRefused, GradebookFailed, FileNotWritten, ClassBusy
        As ``give``.
    """
    with _holding(folder):
        blank = find_question(folder, assignment, question).blank
        return len(give(folder, assignment, question, {answer.student: Wish(points=0.0) for answer in blank}))


def flag(folder: ClassFolder, assignment: str, question: str, student: str, flagged: bool) -> None:
    """Note that the trainer wants to come back to an answer, or no more.

    Raises
    ------
    NothingReleased, NoAssignment, MarkRefused, GradebookFailed, FileNotWritten, ClassBusy
        As ``give``.
    """
    find_question(folder, assignment, question)
    with _writing(folder, assignment, question, [student]) as book:
        _check_student(student, book)
        book.change("flag", {student: replace(book.now(student), flagged=flagged)})


def undo(folder: ClassFolder, assignment: str, question: str, action: int | None = None) -> Undone:
    """Take back the last action on a question that still stands, also one of an earlier sitting.

    What somebody changed elsewhere since, in formgrader for example, is left as it is.

    Parameters
    ----------
    folder, assignment, question
        Which question of which class.
    action
        The number of the action that the trainer means (``OpenQuestion.undoable``): another one is not taken back in its place.

    Raises
    ------
    NothingReleased, NoAssignment, GradebookFailed, FileNotWritten, ClassBusy
        As ``give``.
    MarkRefused
        If there is nothing to take back, or another action is the last one by now.
    """
    with _holding(folder):
        asked = find_question(folder, assignment, question)
        with _writing(folder, assignment, question) as book:
            entry = book.history.last({name: (row.points, row.comment or "") for name, row in book.rows.items()})
            if entry is None or action not in (None, entry.seq):
                raise refused("nothing-to-undo")
            wanted = {
                change.student: _before(change, book, asked)
                for change in entry.changes
                if change.student in book.rows and _stands(change, book)
            }
            book.change("undo", wanted, entry.seq, always=True)
            return Undone(tuple(wanted))


def _stands(change: Change, book: _Book) -> bool:
    now = book.now(change.student)
    return book.history.change_stands(change, now.points, now.comment)


def _before(change: Change, book: _Book, asked: OpenQuestion) -> Given:
    """Return what an answer goes back to: by the rubric as it is now; one that was handed in again still waits."""
    before, now = change.before, book.now(change.student)
    points = asked.rubric.points(before.steps, asked.points)
    again = now.waits and not change.after.waits
    return replace(before, points=before.points if points is None else points, waits=before.waits or again)


def change_rubric(folder: ClassFolder, assignment: str, question: str, rubric: Rubric) -> int:
    """Write the class's own rubric and give anew what its steps are worth; return how many answers got other points.

    Points that were typed in stay. Doing it again changes nothing more.

    Raises
    ------
    RubricRefused
        If the rubric cannot be: nothing is changed.
    NothingReleased, NoAssignment, MarkRefused, GradebookFailed, FileNotWritten, FolderNotWritable, ClassBusy
        As ``give``.
    """
    with _holding(folder):
        check_rubric(rubric, find_question(folder, assignment, question).points)
        # The rubric first: if this is interrupted, what it is worth is found out from it and settled later.
        write_rubric(folder, question, rubric)
        return settle(folder, assignment, question)


def settle(folder: ClassFolder, assignment: str, question: str) -> int:
    """Give anew what the rubric's steps are worth where that was not finished; return how many answers got other points.

    Raises
    ------
    NothingReleased, NoAssignment, MarkRefused, GradebookFailed, FileNotWritten, ClassBusy
        As ``give``.
    """
    if not unsettled(find_question(folder, assignment, question)):
        return 0
    with _holding(folder):
        asked = find_question(folder, assignment, question)
        with _writing(folder, assignment, question) as book:
            wanted = {}
            for student in book.rows:
                given = book.now(student)
                points = asked.rubric.points(given.steps, asked.points)
                if points is not None:
                    wanted[student] = replace(given, points=points)
            return len(book.change("regrade", wanted))


def unsettled(asked: OpenQuestion) -> bool:
    """Whether answers have other points than their steps of the rubric are worth now."""
    worth = ((a, asked.rubric.points(a.steps, asked.points)) for a in asked.answers if a.steps)
    return any(points is not None and points != answer.points for answer, points in worth)
