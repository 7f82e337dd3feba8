"""Where a class stands: what is in, graded, waiting for a person, given back; and the one thing to do next.

CLASS/last_run.json keeps whom the last run could not grade, with the words that were said, until the next run.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Literal

from avcourse.classroom.exchange import peek
from avcourse.classroom.followup import due_followups
from avcourse.classroom.giving_back import Standing, standings
from avcourse.classroom.grading_run import find_submissions
from avcourse.classroom.release import in_exchange
from avcourse.classroom.roster import read_roster
from avcourse.classroom.schedule import Schedule, read_schedule
from avcourse.classroom.workspace import WINDOWS, ClassFolder, SubmissionProblem, now_utc, read_stamp, write_private
from avcourse.course.course import Module, load_course
from avcourse.course.language import LANGUAGES, Text
from avcourse.errors import GradebookFailed

LAST_RUN: Final = "last_run.json"
Step = Literal["release", "run", "review", "give", "send", "wait"]
State = Literal["new", "late", "collected", "graded"]

_WAITING: Final = """
select assignment.name, count(*) from grade
join submitted_notebook on submitted_notebook.id = grade.notebook_id
join submitted_assignment on submitted_assignment.id = submitted_notebook.assignment_id
join assignment on assignment.id = submitted_assignment.assignment_id
where grade.needs_manual_grade group by assignment.name
"""


@dataclass(frozen=True, slots=True)
class Standings:
    """Where one assignment stands, in numbers of submissions; ``waiting`` counts answers that wait for a person.

    ``known`` says that the class has the assignment, ``released`` that participants can get it: a release may have been taken back.
    ``new`` have come and are not collected, ``ungraded`` are collected and not graded, ``ready`` are graded with feedback that the
    learner has not got, or not as it is now.
    """

    assignment: str
    title: Text
    after: int = 0
    known: bool = False
    released: bool = False
    new: int = 0
    collected: int = 0
    ungraded: int = 0
    graded: int = 0
    waiting: int = 0
    given: int = 0
    ready: int = 0
    due: datetime | None = None
    over: bool = False


@dataclass(frozen=True, slots=True)
class Trouble:
    """Whom the last run could not grade, or not without a word: why, and what to do."""

    student: str
    assignment: str
    what: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class LastRun:
    """When the class was last collected and graded (UTC), and what was odd."""

    at: datetime | None = None
    troubles: tuple[Trouble, ...] = ()

    def names(self, student: str, assignment: str) -> bool:
        """Whether a submission was named."""
        return any((one.student, one.assignment) == (student, assignment) for one in self.troubles)


@dataclass(frozen=True, slots=True)
class Overview:
    """A class at a glance. ``busy`` says that the gradebook is being written, so that what it knows is missing here.

    ``later`` are the follow-ups whose time has come and which have not been sent.
    """

    rows: tuple[Standings, ...]
    members: int
    last: LastRun
    busy: bool = False
    later: tuple[str, ...] = ()

    def total(self, what: str) -> int:
        """Return a number summed over the assignments."""
        return sum(getattr(row, what) for row in self.rows)


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next right thing: of which assignments, how many there are of it, and when to come back where there is nothing."""

    step: Step
    count: int = 0
    assignments: tuple[str, ...] = ()
    back: datetime | None = None


def next_step(overview: Overview, now: datetime | None = None) -> NextStep:
    """Return the one thing to do next with a class.

    Examples
    --------
    >>> row = Standings("eeltest", Text("Eeltest", "Pre-test"), known=True, graded=79, waiting=3, ready=79)
    >>> next_step(Overview((row,), 0, LastRun()))
    NextStep(step='review', count=3, assignments=('eeltest',), back=None)
    """
    rows = overview.rows
    if not any(row.known for row in rows):
        due = [row.assignment for row in rows if not row.after]
        return NextStep("release", len(due), tuple(due))
    todo: tuple[tuple[Step, Callable[[Standings], int]], ...] = (
        ("run", lambda row: row.new + row.ungraded),
        ("review", lambda row: row.waiting),
        ("give", lambda row: row.ready),
    )
    for step, count in todo:
        found = [row for row in rows if count(row)]
        if found:
            return NextStep(step, sum(map(count, found)), tuple(row.assignment for row in found))
    if overview.later:
        return NextStep("send", 1, overview.later[:1])
    at = now or now_utc()
    return NextStep("wait", back=min((row.due for row in rows if row.due and row.due > at), default=None))


def overview(folder: ClassFolder, now: datetime | None = None) -> Overview:
    """Return where the class stands; nothing is changed.

    Raises
    ------
    ScheduleUnreadable, RosterUnreadable, GivenUnreadable, GradebookFailed
        If a file of the class is damaged; a gradebook that somebody writes just now is only ``busy``.
    """
    at = now or now_utc()
    names, schedule, last = folder.assignments(), read_schedule(folder), read_last_run(folder)
    out = {name for name in names if WINDOWS or in_exchange(folder, name)}
    came = _count(one.assignment for one in peek(folder).collected) if names else {}
    there, _ = find_submissions(folder, names)
    collected = _count(assignment for _, assignment in there)
    ungraded = _count(name for student, name in there if _waits(folder, student, name, last))
    try:
        # This one gives up soon; the other would wait for a writer.
        waiting, busy = _waiting(folder), False
        stands: Mapping[str, Standing] = standings(folder, at) if _has_gradebook(folder, names) else {}
    except GradebookFailed as error:
        if "locked" not in str(error.fields["reason"]):
            raise
        stands, waiting, busy = {}, {}, True
    rows = (
        _row(module, names, out, schedule, at, (came, collected, ungraded, waiting), stands.get(module.id))
        for module in load_course().given({*names, *(module.id for module in load_course().assignments)})
    )
    later = tuple(one.assignment for one in due_followups(folder, at)) if names else ()
    return Overview(tuple(rows), len(read_roster(folder)), last, busy, later)


def states(folder: ClassFolder) -> dict[tuple[str, str], State]:
    """Return how far each submission is, by student and assignment; a newer one that has come goes before the one that is graded.

    Raises
    ------
    NothingReleased, ScheduleUnreadable, RosterUnreadable
        As collecting would.
    """
    there, _ = find_submissions(folder, folder.assignments())
    found: dict[tuple[str, str], State] = {
        whose: "collected" if _waits(folder, *whose, LastRun()) else "graded" for whose in there
    }
    for one in peek(folder).collected:
        found[one.student, one.assignment] = "late" if one.late else "new"
    return found


def _row(
    module: Module,
    names: Iterable[str],
    out: Iterable[str],
    schedule: Schedule,
    now: datetime,
    counts: tuple[Mapping[str, int], ...],
    stands: Standing | None,
) -> Standings:
    came, collected, ungraded, waiting = (count.get(module.id, 0) for count in counts)
    return Standings(
        module.id,
        module.title,
        module.after,
        module.id in names,
        module.id in out,
        came,
        collected,
        ungraded,
        stands.graded if stands else 0,
        waiting,
        stands.given if stands else 0,
        stands.ready if stands else 0,
        schedule.of(module.id).due,
        schedule.over(module.id, now),
    )


def _count(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts


def _has_gradebook(folder: ClassFolder, names: Iterable[str]) -> bool:
    return bool(names) and folder.gradebook.is_file() and folder.gradebook.stat().st_size > 0


def _waits(folder: ClassFolder, student: str, assignment: str, last: LastRun) -> bool:
    """Whether a collected submission is not graded yet. One that the last run could not grade waits for the learner, not for a run."""
    handed_in = read_stamp(folder.root / "submitted" / student / assignment)
    graded = folder.root / "autograded" / student / assignment
    if graded.is_dir() and read_stamp(graded) == handed_in:
        return False
    seen = (
        last.at is not None
        and _changed(folder.root / "submitted" / student / assignment) <= last.at.replace(tzinfo=UTC).timestamp()
    )
    return not (seen and last.names(student, assignment))


def _changed(place: Path) -> float:
    try:
        return place.stat().st_mtime
    except OSError:
        return 0.0


def _waiting(folder: ClassFolder) -> dict[str, int]:
    """Return how many answers of each assignment wait for a person. Read-only, so that a look never holds up a run."""
    if not folder.gradebook.is_file() or not folder.gradebook.stat().st_size:
        return {}
    try:
        with closing(sqlite3.connect(f"{folder.gradebook.absolute().as_uri()}?mode=ro", uri=True, timeout=0.5)) as book:
            return {str(name): int(count) for name, count in book.execute(_WAITING)}
    except sqlite3.Error as error:
        raise GradebookFailed(path=folder.gradebook, reason=str(error)) from error


# What the last run said


def write_last_run(folder: ClassFolder, problems: Iterable[SubmissionProblem], at: datetime | None = None) -> None:
    """Keep whom a run could not grade, in both languages, until the next one."""
    rows = [
        {
            "student": problem.student,
            "assignment": problem.assignment,
            "what": {language: problem.what(language) for language in LANGUAGES},
            "mend": {language: problem.mend(language) for language in LANGUAGES},
        }
        for problem in problems
    ]
    data = {"v": 1, "at": (at or now_utc()).isoformat(), "problems": rows}
    # A surrogate in a file's name is nothing that UTF-8 can hold.
    write_private(folder.root / LAST_RUN, json.dumps(data, indent=1).encode())


def read_last_run(folder: ClassFolder) -> LastRun:
    """Return what the last run said; nothing where there was none or its file is damaged, since the next run says it again."""
    try:
        data = json.loads((folder.root / LAST_RUN).read_bytes())
        at = datetime.fromisoformat(data["at"])
        return LastRun(at, tuple(_trouble(row) for row in data["problems"]))
    except (OSError, ValueError, KeyError, TypeError):
        return LastRun()


def _trouble(row: Mapping[str, Any]) -> Trouble:
    what, mend = (Text(str(row[key]["et"]), str(row[key]["en"])) for key in ("what", "mend"))
    return Trouble(str(row["student"]), str(row["assignment"]), what, mend)
