"""Deadlines of a class: until when an assignment can be handed in, by whom longer, and what becomes of what comes later.

``schedule.json`` in the class folder is the truth. Times are UTC without zone, as in the gradebook; people read and write the time of
the clock in Estonia.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeVar
from zoneinfo import ZoneInfo

from avcourse.answers.folder import STUDENT_ID
from avcourse.classroom.guard import not_writable, writing_class
from avcourse.classroom.workspace import ClassFolder, now_utc, write_private
from avcourse.course.course import load_course
from avcourse.course.language import Language, Text, say
from avcourse.errors import AvcourseError, NoAssignment, StudentIdWrong

if TYPE_CHECKING:
    from sqlalchemy import Connection

SCHEDULE: Final = "schedule.json"
CLOCK: Final = ZoneInfo("Europe/Tallinn")
DAY: Final = timedelta(days=1)
LateRule = Literal["accept", "penalty", "refuse"]
LATE_RULES: Final[tuple[LateRule, ...]] = ("accept", "penalty", "refuse")
_WHEN: Final = re.compile(
    r"(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})\.\s?(?P<m2>\d{1,2})\.\s?(?P<y2>\d{4}))"
    r"(?:(?:\s+kell\s+|[T\s]+)(?P<H>\d{1,2})[:.](?P<M>\d{2}))?"
)

T = TypeVar("T")


class ScheduleUnreadable(AvcourseError):
    """The file of deadlines was damaged by hand: fields ``path``, ``reason``."""

    et = "Tähtaegade faili {path} ei saa lugeda ({reason}). Taastage fail varukoopiast või kustutage see ja määrake tähtajad uuesti."
    en = "The file of deadlines {path} cannot be read ({reason}). Restore it from a backup, or delete it and set the deadlines again."


class WhenUnclear(AvcourseError):
    """A time that is none: field ``when``."""

    et = "„{when}“ ei ole kuupäev ja kellaaeg. Kirjutage näiteks „1.12.2026 17.00“ või „2026-12-01 17:00“."
    en = "‘{when}’ is not a date and time. Write, for example, ‘2026-12-01 17:00’ or ‘1.12.2026 17.00’."


class NoDeadline(AvcourseError):
    """An extension of an assignment without a deadline: field ``assignment``."""

    et = "Ülesandel „{assignment}“ ei ole tähtaega, mida pikendada. Määrake kõigepealt tähtaeg: avcourse class due {assignment} AEG."
    en = "‘{assignment}’ has no deadline to extend. Set one first: avcourse class due {assignment} WHEN."


class ExtensionTooShort(AvcourseError):
    """An extension that ends before the deadline: fields ``until``, ``due``."""

    et = "Pikendus ({until}) lõpeb enne tähtaega ({due}). Valige hilisem aeg."
    en = "The extension ({until}) ends before the deadline ({due}). Choose a later time."


class PenaltyUnclear(AvcourseError):
    """A share of the points that is none: field ``given``."""

    et = "„{given}“ ei ole protsent vahemikus 0–100. Kirjutage näiteks 10."
    en = "‘{given}’ is no percentage from 0 to 100. Write, for example, 10."


@dataclass(frozen=True, slots=True)
class Terms:
    """Until when an assignment can be handed in, and what becomes of what comes later.

    ``penalty`` is the share of the points that each begun day costs where ``late`` is "penalty". ``closed`` is the trainer's word:
    whatever the rule, nothing late that comes after ``ended`` counts, which is when it was said.
    """

    due: datetime | None = None
    late: LateRule = "accept"
    penalty: float = 0.1
    closed: bool = False
    ended: datetime | None = None

    def sentence(self, assignment: str, language: Language) -> str:
        """Return the terms in words."""
        if self.due is None:
            return say("schedule.no-due", language, assignment=assignment)
        share = f"{self.penalty * 100:.4g}"
        fields = {"due": show_when(self.due, language), "assignment": assignment}
        if not self.closed and self.late == "penalty":
            fields["penalty"] = share.replace(".", ",") if language == "et" else share
        return say(f"schedule.{'ended' if self.closed else self.late}", language, **fields)


@dataclass(frozen=True, slots=True)
class Schedule:
    """The terms of each assignment, and until when single participants have longer or another try, by (student, assignment)."""

    terms: Mapping[str, Terms] = field(default_factory=dict)
    extensions: Mapping[tuple[str, str], datetime] = field(default_factory=dict)

    def of(self, assignment: str) -> Terms:
        """Return the terms of an assignment; without any, it can be handed in for ever."""
        return self.terms.get(assignment, Terms())

    def due_of(self, student: str, assignment: str) -> datetime | None:
        """Return a participant's own deadline, None where there is none."""
        due = self.of(assignment).due
        until = self.extensions.get((student, assignment))
        return due if due is None or until is None else max(due, until)

    def over(self, assignment: str, now: datetime) -> bool:
        """Whether nothing that is handed in from now on counts: the deadline has passed for everybody, and late work is refused.

        Where late work is taken, only the trainer's closing ends an assignment: somebody could still answer it, knowing the keys.
        """
        terms = self.of(assignment)
        ended = terms.closed or (terms.late == "refuse" and terms.due is not None and terms.due < now)
        return ended and not any(until > now for (_, name), until in self.extensions.items() if name == assignment)

    def is_late(self, student: str, assignment: str, at: datetime) -> bool:
        """Whether something handed in then came after the participant's own deadline."""
        due = self.due_of(student, assignment)
        return due is not None and at > due

    def counts(self, student: str, assignment: str, at: datetime) -> bool:
        """Whether something handed in then counts: in time, or late as far as the rule takes it, but not after the trainer's word."""
        terms = self.of(assignment)
        if not self.is_late(student, assignment, at):
            return True
        return terms.late != "refuse" and (not terms.closed or (terms.ended is not None and at <= terms.ended))

    def in_order(self, student: str, assignment: str, handed_in: Iterable[tuple[datetime, T]]) -> list[T]:
        """Return what counts, the best first: in time, the last before the others; then late, the first before the others.

        ``handed_in`` has the last first; of equal times the first given goes first. What is refused is left out.

        Examples
        --------
        >>> noon = datetime(2026, 12, 1, 12)
        >>> schedule = Schedule({"eeltest": Terms(due=noon)})
        >>> given = [(noon + 2 * DAY, "d"), (noon + DAY, "c"), (noon, "b"), (noon - DAY, "a")]
        >>> schedule.in_order("k3f9-q7mw", "eeltest", given)
        ['b', 'a', 'c', 'd']
        """
        ordered = sorted(handed_in, key=lambda one: one[0], reverse=True)
        counted = [(at, one) for at, one in ordered if self.counts(student, assignment, at)]
        in_time = [one for at, one in counted if not self.is_late(student, assignment, at)]
        late = [(at, one) for at, one in counted if self.is_late(student, assignment, at)]
        return in_time + [one for _, one in sorted(late, key=lambda one: one[0])]


def penalty_share(schedule: Schedule, student: str, assignment: str, timestamp: datetime | None) -> float:
    """Return which share of its points a submission loses for coming late: 0 to 1.

    Examples
    --------
    >>> noon = datetime(2026, 12, 1, 12)
    >>> schedule = Schedule({"eeltest": Terms(due=noon, late="penalty", penalty=0.25)})
    >>> [penalty_share(schedule, "a", "eeltest", noon + wait) for wait in (timedelta(0), timedelta(hours=1), 9 * DAY)]
    [0.0, 0.25, 1.0]
    """
    due, terms = schedule.due_of(student, assignment), schedule.of(assignment)
    if terms.late != "penalty" or due is None or timestamp is None or timestamp <= due:
        return 0.0
    return min(1.0, terms.penalty * math.ceil((timestamp - due) / DAY))


# Times as people write them


def parse_when(text: str) -> datetime:
    """Return the time (UTC) that a person means by the clock in Estonia; a date alone means the end of that day.

    Raises
    ------
    WhenUnclear
        If it is no time, or one that the clock leaves out in spring.

    Examples
    --------
    >>> parse_when("1.12.2026 17.00"), parse_when("2026-07-01")
    (datetime.datetime(2026, 12, 1, 15, 0), datetime.datetime(2026, 7, 1, 20, 59))
    """
    match = _WHEN.fullmatch(text.strip())
    try:
        if match is None:
            stated = datetime.fromisoformat(text.strip())
            if stated.tzinfo is None:
                raise ValueError(text)
            return stated.astimezone(UTC).replace(tzinfo=None)
        parts = match.groupdict()
        year, month, day = (int(parts[name] or parts[f"{name}2"]) for name in "ymd")
        local = datetime(year, month, day, int(parts["H"] or 23), int(parts["M"] or 59), tzinfo=CLOCK)
        utc = local.astimezone(UTC)
        if utc.astimezone(CLOCK).replace(tzinfo=None) != local.replace(tzinfo=None):
            raise ValueError(text)
        return utc.replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise WhenUnclear(when=text) from None


def show_when(at: datetime, language: Language) -> str:
    """Return a time (UTC) by the clock in Estonia, as ``parse_when`` reads it.

    Examples
    --------
    >>> show_when(datetime(2026, 12, 1, 15), "et"), show_when(datetime(2026, 12, 1, 15), "en")
    ('1.12.2026 17.00', '2026-12-01 17:00')
    """
    local = at.replace(tzinfo=UTC).astimezone(CLOCK)
    return f"{local.day}.{local.month}.{local:%Y %H.%M}" if language == "et" else f"{local:%Y-%m-%d %H:%M}"


def when_text(at: datetime) -> Text:
    """Return a time as each language writes it, for a sentence in both."""
    return Text(et=show_when(at, "et"), en=show_when(at, "en"))


# Reading and writing


def _text(at: datetime | None) -> str | None:
    return None if at is None else f"{at.isoformat()}Z"


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text)).astimezone(UTC).replace(tzinfo=None)


def _terms(data: Mapping[str, Any]) -> Terms:
    late, penalty, due = data["late"], float(data["penalty"]), data["due"]
    if late not in LATE_RULES or not 0 <= penalty <= 1:
        raise ValueError(f"late {late}, penalty {penalty}")
    ended = data.get("ended")
    known = (None if each is None else _time(each) for each in (due, ended))
    return Terms(next(known), late, penalty, bool(data["closed"]), next(known))


def read_schedule(folder: ClassFolder) -> Schedule:
    """Return the deadlines of a class; none where none were set.

    Raises
    ------
    ScheduleUnreadable
        If the file is damaged: nobody's work may be refused, or its key shown, by a guess.
    """
    path = folder.root / SCHEDULE
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"))
        terms = {str(name): _terms(each) for name, each in data["assignments"].items()}
        longer = {(str(e["student"]), str(e["assignment"])): _time(e["until"]) for e in data["extensions"]}
        return Schedule(terms, longer)
    except FileNotFoundError:
        return Schedule()
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ScheduleUnreadable(path=path, reason=str(error) or type(error).__name__) from None


def write_schedule(folder: ClassFolder, schedule: Schedule) -> None:
    """Write the deadlines of a class, and into the gradebook, so that formgrader shows the same.

    Raises
    ------
    ClassBusy, ClassNotWritable, GradebookFailed
        If the class cannot be written; the file then has them already, and the next grading brings them into the gradebook.
    """
    data = {
        "v": 1,
        "assignments": {
            name: {
                **{"due": _text(each.due), "late": each.late, "penalty": each.penalty, "closed": each.closed},
                "ended": _text(each.ended) if each.closed else None,
            }
            for name, each in sorted(schedule.terms.items())
        },
        "extensions": [
            {"student": student, "assignment": assignment, "until": _text(until)}
            for (student, assignment), until in sorted(schedule.extensions.items())
        ],
    }
    with writing_class(folder, "schedule"):
        try:
            write_private(folder.root / SCHEDULE, (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode())
        except OSError as error:
            raise not_writable(error, folder.root) from error
        if folder.gradebook.is_file() and folder.gradebook.stat().st_size:
            from avcourse.classroom.gradebook import connect

            with connect(folder.database) as connection:
                write_terms(connection, schedule)


def write_terms(connection: Connection, schedule: Schedule) -> None:
    """Bring the deadlines of assignments and the extensions of submissions into the gradebook, as formgrader would."""
    from sqlalchemy import select, update

    from avcourse.classroom.gradebook import ASSIGNMENT, SUBMISSION

    for row in connection.execute(select(ASSIGNMENT)).all():
        due = schedule.of(row.name).due
        if row.duedate != due:
            connection.execute(update(ASSIGNMENT).where(ASSIGNMENT.c.id == row.id).values(duedate=due))
        submissions = select(SUBMISSION.c.id, SUBMISSION.c.student_id, SUBMISSION.c.extension)
        changes = []
        for one in connection.execute(submissions.where(SUBMISSION.c.assignment_id == row.id)):
            own = schedule.due_of(one.student_id, row.name)
            longer = None if due is None or own is None or own == due else own - due
            if one.extension != longer:
                changes.append((one.id, longer))
        for submission, longer in changes:
            connection.execute(update(SUBMISSION).where(SUBMISSION.c.id == submission).values(extension=longer))


def write_lateness(connection: Connection, schedule: Schedule, assignment: str, students: Iterable[str]) -> None:
    """Work out anew what lateness takes off, since points of these students' submissions have changed."""
    from sqlalchemy import select

    from avcourse.classroom.gradebook import ASSIGNMENT, SUBMISSION, SUBMITTED_NOTEBOOK, write_penalties

    if schedule.of(assignment).late != "penalty":
        return
    query = (
        select(SUBMITTED_NOTEBOOK.c.id, SUBMISSION.c.student_id, SUBMISSION.c.timestamp)
        .join(SUBMISSION, SUBMISSION.c.id == SUBMITTED_NOTEBOOK.c.assignment_id)
        .join(ASSIGNMENT, ASSIGNMENT.c.id == SUBMISSION.c.assignment_id)
        .where(ASSIGNMENT.c.name == assignment, SUBMISSION.c.student_id.in_(list(students)))
    )
    shares = {
        row.id: penalty_share(schedule, row.student_id, assignment, row.timestamp) for row in connection.execute(query)
    }
    write_penalties(connection, shares)


# What a trainer does


def _known(folder: ClassFolder, assignment: str) -> None:
    known = folder.assignments()
    if assignment not in known:
        raise NoAssignment(assignment=assignment, known=", ".join(known))


def set_terms(folder: ClassFolder, assignment: str, terms: Terms) -> None:
    """Set the deadline and late rule of a released assignment; with a deadline to come, or none, it is closed no more.

    Raises
    ------
    NoAssignment
        If it has not been released to the class.
    PenaltyUnclear
        If the penalty is no share.
    """
    _known(folder, assignment)
    if not 0 <= terms.penalty <= 1:
        raise PenaltyUnclear(given=f"{100 * terms.penalty:g}")
    if terms.due is None or terms.due > now_utc():
        # What can still be handed in is not over: keys would be shown to those who have it before them.
        terms = replace(terms, closed=False, ended=None)
    with writing_class(folder, "schedule"):
        schedule = read_schedule(folder)
        write_schedule(folder, replace(schedule, terms={**schedule.terms, assignment: terms}))


def extend(folder: ClassFolder, student: str, assignment: str, until: datetime | None) -> None:
    """Let one participant hand in until then: an extension or, after the deadline, another try. None takes it back.

    Raises
    ------
    NoAssignment
        If the assignment has not been released to the class.
    StudentIdWrong
        If ``student`` cannot be an id.
    NoDeadline, ExtensionTooShort
        If there is no deadline to extend, or it is later than the extension.
    """
    _known(folder, assignment)
    if not STUDENT_ID.fullmatch(student):
        raise StudentIdWrong(student=student)
    with writing_class(folder, "schedule"):
        schedule = read_schedule(folder)
        due = schedule.of(assignment).due
        others = {key: each for key, each in schedule.extensions.items() if key != (student, assignment)}
        if until is not None:
            if due is None:
                raise NoDeadline(assignment=assignment)
            if until <= due:
                raise ExtensionTooShort(until=when_text(until), due=when_text(due))
            others[student, assignment] = until
        write_schedule(folder, replace(schedule, extensions=others))


def close_assignment(folder: ClassFolder, assignment: str, now: datetime | None = None) -> None:
    """End an assignment by the trainer's word: nothing that is handed in from now on counts, and extensions end too.

    Raises
    ------
    NoAssignment
        If it has not been released to the class.
    """
    _known(folder, assignment)
    at = now or now_utc()
    with writing_class(folder, "schedule"):
        schedule = read_schedule(folder)
        terms = schedule.of(assignment)
        due = at if terms.due is None else min(terms.due, at)
        ended = replace(terms, due=due, closed=True, ended=terms.ended if terms.closed else at)
        shorter = {key: min(until, at) if key[1] == assignment else until for key, until in schedule.extensions.items()}
        write_schedule(folder, Schedule({**schedule.terms, assignment: ended}, shorter))


def reopen_assignment(folder: ClassFolder, assignment: str) -> None:
    """Open a closed assignment again: without a deadline, until the trainer sets one.

    Raises
    ------
    NoAssignment
        If it has not been released to the class.
    """
    _known(folder, assignment)
    with writing_class(folder, "schedule"):
        schedule = read_schedule(folder)
        opened = replace(schedule.of(assignment), due=None, closed=False, ended=None)
        write_schedule(folder, replace(schedule, terms={**schedule.terms, assignment: opened}))


def tests_over(folder: ClassFolder, now: datetime) -> bool:
    """Whether the course's last test is over for the whole class; only then may a learner see keys of items of the tests."""
    course, schedule = load_course(), read_schedule(folder)
    if not course.tests:
        return False
    last = course.tests[-1].id
    # Where a corrected test took the place of one that the class had, both must be over.
    names = [name for name in folder.assignments() if course.successor(name) == last] or [last]
    return all(schedule.over(name, now) for name in names)


tests_over.__test__ = False  # type: ignore[attr-defined]  # pytest would take it for a test wherever it is imported
