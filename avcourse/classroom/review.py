"""Open answers, gathered question by question across the class, for a person to read and grade.

Reading is quick so that the next answer comes at once: of a class only what changed since the last time is read again. Who wrote an
answer is not needed to judge it: answers stand in an order that is drawn from the question, and are named by a token.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, and_, select

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, MOST_PROBLEMS, latest, parse_log
from avcourse.classroom.edition import EDITIONS, Edition, read_edition
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
from avcourse.classroom.mark_log import History, log_of
from avcourse.classroom.rubric import Rubric, read_rubric, rubric_path
from avcourse.classroom.workspace import ClassFolder, read_regular
from avcourse.course.language import Text
from avcourse.course.questions import Question
from avcourse.errors import NoAssignment

Show = Literal["waiting", "all", "flagged"]
SHOWS: Final[tuple[Show, ...]] = ("waiting", "all", "flagged")


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What one learner wrote, None where nothing, and what the trainer gave.

    ``token`` names the answer without naming the learner. ``lost`` says that the log that was graded cannot be read any more: then
    nobody knows what was written. ``waits`` says that the trainer should look (again). ``steps`` are the
    steps of the rubric that gave the points, none where they were typed in. ``state`` changes when anything of it changes.
    """

    token: str
    student: str
    text: str | None
    lost: bool
    points: float | None
    comment: str
    waits: bool
    flagged: bool
    steps: tuple[str, ...]
    state: str

    def shown(self, show: Show) -> bool:
        """Whether the answer is among those that are asked for."""
        return show == "all" or (self.waits if show == "waiting" else self.flagged)


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question that a person grades, as the class was given it, with its rubric and the answers in the order of the question.

    ``title`` is that of the assignment, ``undoable`` is the number of the last action that can be taken back.
    """

    assignment: str
    title: Text
    question: Question
    rubric: Rubric
    points: float
    answers: tuple[OpenAnswer, ...]
    undoable: int | None = None
    _places: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)

    def find(self, token: str) -> int | None:
        """Return the place of an answer, counted from 0, or None where there is none of that token."""
        return self._places.get(token)

    def first(self, show: Show) -> OpenAnswer | None:
        """Return the first answer that is asked for."""
        return next((answer for answer in self.answers if answer.shown(show)), None)

    def after(self, place: int, show: Show) -> OpenAnswer | None:
        """Return the next answer that is asked for; after the last one comes the first again, but never the same."""
        return next((a for a in (*self.answers[place + 1 :], *self.answers[:place]) if a.shown(show)), None)

    def before(self, place: int, show: Show) -> OpenAnswer | None:
        """Return the answer before. Among those that wait it is simply the one before: what was just graded waits no more."""
        wanted: Show = "all" if show == "waiting" else show
        return next((answer for answer in reversed(self.answers[:place]) if answer.shown(wanted)), None)

    def count(self, show: Show) -> int:
        """Return how many answers are asked for."""
        return sum(answer.shown(show) for answer in self.answers)

    @property
    def blank(self) -> tuple[OpenAnswer, ...]:
        """Submissions without an answer to this question that have no points yet."""
        return tuple(a for a in self.answers if a.text is None and not a.lost and a.points is None)

    def alike(self, place: int) -> tuple[OpenAnswer, ...]:
        """Return the other answers without points that say the same, but for blanks and capitals."""
        own = self.answers[place]
        if own.text is None:
            return ()
        said = _folded(own.text)
        return tuple(
            other
            for other in self.answers
            if other.text is not None
            and other.token != own.token
            and other.points is None
            and _folded(other.text) == said
        )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def paper_of(folder: ClassFolder, assignment: str) -> Paper:
    """Return the assignment as it was released to the class.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    """
    folder.check_released()
    if assignment not in folder.assignments():
        raise NoAssignment(assignment=assignment, known=", ".join(folder.assignments()))
    return read_paper(folder.released(assignment))


def grade_rows(assignment: str, cells: Iterable[str], students: Iterable[str] | None = None) -> Select[Any]:
    """Return the query for the gradebook's rows of some cells of an assignment, with their comments, of all or some learners."""
    beside = and_(COMMENT.c.notebook_id == GRADE.c.notebook_id, COMMENT.c.cell_id == GRADE.c.cell_id)
    query = (
        select(
            SUBMISSION.c.student_id.label("student"),
            CELL.c.name.label("cell"),
            CELL.c.id.label("cell_id"),
            GRADE.c.id.label("grade"),
            GRADE.c.notebook_id.label("notebook"),
            GRADE.c.manual_score.label("points"),
            GRADE.c.needs_manual_grade.label("waits"),
            COMMENT.c.id.label("comment_id"),
            COMMENT.c.manual_comment.label("comment"),
        )
        .select_from(GRADE)
        .join(CELL, CELL.c.id == GRADE.c.cell_id)
        .join(SUBMITTED_NOTEBOOK, SUBMITTED_NOTEBOOK.c.id == GRADE.c.notebook_id)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .outerjoin(COMMENT, beside)
        .where(ASSIGNMENT.c.name == assignment, CELL.c.name.in_(list(cells)))
    )
    return query if students is None else query.where(SUBMISSION.c.student_id.in_(list(students)))


def state_of(row: Row[Any], text: str | None) -> str:
    """Return a word for an answer as the trainer sees it, to find out whether it changed under their eyes."""
    seen = (row.points, row.comment or "", bool(row.waits), text)
    return hashlib.sha256(repr(seen).encode("utf-8", "replace")).hexdigest()[:16]


def _draw(folder: ClassFolder, question: str, student: str) -> str:
    """Return what orders and names an answer: the same in every sitting, another for every question."""
    return hashlib.sha256(f"{folder.id}/{question}/{student}".encode()).hexdigest()


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_size, status.st_mtime_ns)


@dataclass(frozen=True, slots=True)
class _Stamps:
    """What tells whether something that was read has changed since. SQLite counts its transactions in bytes 24–27 of the file."""

    paper: tuple[tuple[int, int, int], ...]
    book: tuple[int, int, int]
    counter: int
    log: tuple[int, int, int]
    rubrics: tuple[tuple[int, int, int], ...]

    def is_next(self, later: _Stamps) -> bool:
        """Whether no more than one transaction of the gradebook, and the log beside it, lies between this and ``later``."""
        at_most_one = (later.counter - self.counter) % 2**32 <= 1 and later.book[0] == self.book[0]
        return at_most_one and (later.paper, later.rubrics) == (self.paper, self.rubrics)


def _counter(book: Path) -> int:
    try:
        with book.open("rb") as stream:
            return int.from_bytes(stream.read(28)[24:], "big")
    except OSError:
        return 0


class _Reading:
    """What was read of one assignment of one class, kept as long as it is true."""

    def __init__(self, folder: ClassFolder, assignment: str) -> None:
        self.folder, self.assignment = folder, assignment
        self.log = log_of(folder)
        self.seen: _Stamps | None = None
        self.paper: Paper | None = None
        self.edition: Edition | None = None
        self.texts: dict[str, tuple[object, dict[str, str] | None]] = {}
        self.questions: dict[str, OpenQuestion] = {}

    def refresh(self, marked: tuple[str, Collection[str]] | None = None) -> None:
        """Read again what has changed; ``marked`` says of which question which learners' rows this process has just written."""
        given = self.folder.root / EDITIONS / f"{self.assignment}.json"
        paper = (_stamp(self.folder.released(self.assignment)), _stamp(given))
        if self.paper is None or self.edition is None or self.seen is None or paper != self.seen.paper:
            self.paper = paper_of(self.folder, self.assignment)
            self.edition = read_edition(self.folder, self.assignment)
            self.seen = None
            self.texts.clear()
        bank, left_out = self.edition.bank, self.edition.left_out
        names = {cell: most for cell, most in self.paper.by_hand.items() if cell in bank and cell not in left_out}
        now = _Stamps(
            paper,
            _stamp(self.folder.gradebook),
            _counter(self.folder.gradebook),
            _stamp(self.log.path),
            tuple(_stamp(rubric_path(self.folder, name)) for name in names),
        )
        if now == self.seen:
            return
        if marked is None or marked[0] not in self.questions or self.seen is None or not self.seen.is_next(now):
            self._read_all(names, bank)
        else:
            self._read_some(*marked)
        self.seen = now

    def _read_all(self, names: Mapping[str, float], bank: Mapping[str, Question]) -> None:
        with connect(self.folder.database) as connection:
            rows = list(connection.execute(grade_rows(self.assignment, names)))
        self.log.refresh()
        said = {student: self._said(student) for student in {row.student for row in rows}}
        self.questions = {
            name: self._question(bank[name], points, [row for row in rows if row.cell == name], said)
            for name, points in names.items()
        }

    def _read_some(self, question: str, students: Collection[str]) -> None:
        """Read the rows that were written just now. Answers and everybody else's rows are as they were."""
        with connect(self.folder.database) as connection:
            rows = list(connection.execute(grade_rows(self.assignment, [question], students)))
        self.log.refresh()
        asked, history = self.questions[question], self.log.history(self.assignment, question)
        answers = list(asked.answers)
        for row in rows:
            token = _draw(self.folder, question, row.student)
            place = asked.find(token[:16])
            assert place is not None
            answers[place] = _as_answer(token, row, self._said(row.student), history)
        self.questions[question] = replace(asked, answers=tuple(answers), undoable=_last(history, answers))

    def _said(self, student: str) -> dict[str, str] | None:
        """Return the open answers in the log that was graded; a newer one waits for its own grading."""
        path = self.folder.root / "autograded" / student / self.assignment / LOG
        stamp = _stamp(path)
        known = self.texts.get(student)
        if known is None or known[0] != stamp:
            assert self.paper is not None
            known = self.texts[student] = (stamp, _written(path, self.assignment, self.paper.by_hand))
        return known[1]

    def _question(
        self, question: Question, points: float, rows: list[Row[Any]], said: Mapping[str, Mapping[str, str] | None]
    ) -> OpenQuestion:
        history = self.log.history(self.assignment, question.id)
        drawn = sorted((_draw(self.folder, question.id, row.student), row) for row in rows)
        answers = [_as_answer(token, row, said[row.student], history) for token, row in drawn]
        places = {answer.token: place for place, answer in enumerate(answers)}
        rubric = read_rubric(self.folder, question)
        last = _last(history, answers)
        assert self.edition is not None
        title = self.edition.own.modules[0].title
        return OpenQuestion(self.assignment, title, question, rubric, points, tuple(answers), last, places)


def _as_answer(token: str, row: Row[Any], said: Mapping[str, str] | None, history: History) -> OpenAnswer:
    text = None if said is None else said.get(row.cell)
    return OpenAnswer(
        token[:16],
        row.student,
        text,
        said is None,
        row.points,
        row.comment or "",
        bool(row.waits),
        history.flagged(row.student),
        history.steps(row.student, row.points),
        state_of(row, text),
    )


def _last(history: History, answers: Iterable[OpenAnswer]) -> int | None:
    entry = history.last({answer.student: (answer.points, answer.comment) for answer in answers})
    return None if entry is None else entry.seq


def _written(path: Path, assignment: str, cells: Mapping[str, object]) -> dict[str, str] | None:
    """Return the open answers in a log, without those that say nothing; None where the log cannot be read."""
    try:
        raw = read_regular(path, LARGEST_LOG + 1)
    except OSError:
        return None
    given = latest(parse_log(_about(raw, cells)).responses)
    found = {cell: given.get((assignment, cell)) for cell in cells}
    texts = {cell: r.answer.strip() for cell, r in found.items() if r is not None and isinstance(r.answer, str)}
    return {cell: text for cell, text in texts.items() if text}


def _about(raw: bytes, cells: Iterable[str]) -> bytes:
    """Return the lines of a log that can be about some cells: those that name one, or write letters by their number."""
    if len(raw) > LARGEST_LOG or raw.count(b"\n") >= MOST_PROBLEMS:
        # Reading such a log may stop early, and then it must stop where grading stopped.
        return raw
    names = [cell.encode() for cell in cells]
    return b"\n".join(line for line in raw.split(b"\n") if b"\\u" in line or any(name in line for name in names))


_KEPT: Final[dict[tuple[Path, str], _Reading]] = {}
_ONE_AT_A_TIME: Final = threading.RLock()
_MOST_KEPT: Final = 16


def _reading(folder: ClassFolder, assignment: str, marked: tuple[str, Collection[str]] | None = None) -> _Reading:
    key = (folder.root, assignment)
    kept = _KEPT.pop(key, None) or _Reading(folder, assignment)
    kept.refresh(marked)
    # The one used last stands last; the one that nobody has asked for longest goes.
    _KEPT[key] = kept
    while len(_KEPT) > _MOST_KEPT:
        _KEPT.pop(next(iter(_KEPT)))
    return kept


def open_answers(folder: ClassFolder, assignment: str) -> tuple[OpenQuestion, ...]:
    """Return the questions of an assignment that a person grades, with every graded submission's answer.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    GradebookFailed
        If there is no gradebook or it cannot be read.
    RubricUnreadable, EditionUnreadable
        If the class's own rubric, or what it was given, is damaged.
    """
    with _ONE_AT_A_TIME:
        return tuple(_reading(folder, assignment).questions.values())


def open_question(folder: ClassFolder, assignment: str, question: str) -> OpenQuestion | None:
    """Return one question of an assignment that a person grades, or None where there is none of that id; see ``open_answers``."""
    with _ONE_AT_A_TIME:
        return _reading(folder, assignment).questions.get(question)


def take_in(folder: ClassFolder, assignment: str, question: str, students: Collection[str]) -> None:
    """Take in what was written of these learners in the one transaction just before, while the class is still held."""
    with _ONE_AT_A_TIME:
        _reading(folder, assignment, (question, students))
