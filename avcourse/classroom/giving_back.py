"""Feedback on its way to the learners: kept in the class folder, put into the exchange, withdrawn.

``CLASS/feedback/<student>/<assignment>/`` holds what was written for one submission; ``made.json`` comes last and says what it was made of.
In the exchange a file's name is a hash of the graded answers, which only the learner and the trainer have; nobody can list the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.edition import edition_files
from avcourse.classroom.feedback_data import FEEDBACK, exchange_name
from avcourse.classroom.guard import writing_class
from avcourse.classroom.marked import Marked, count_marked, read_marked
from avcourse.classroom.rubric import ROOM
from avcourse.classroom.schedule import read_schedule, tests_over
from avcourse.classroom.workspace import KEYS, ClassFolder, now_utc, write_private
from avcourse.course.course import load_course, material
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError, FolderNotWritable, NoAssignment

DATA: Final = "feedback.json"
MADE: Final = "made.json"
GIVEN: Final = "given.json"
_LEAST: Final = 0o711
"""Only who knows a name may open it; only the trainer may list the folder or put anything there."""

Progress = Callable[[int, int, str], None]


class FeedbackWithheld(AvcourseError):
    """Feedback that would show keys of a test still to come: fields ``student``, ``assignment``."""

    et = (
        "Tagasisidet ei antud: osaleja „{student}“ failis on näha ülesande „{assignment}“ üksikud küsimused, kuid järeltest ei ole veel "
        "kogu klassil läbi. Kirjutage tagasiside uuesti: avcourse class feedback."
    )
    en = (
        "No feedback was given: the file of ‘{student}’ shows single questions of ‘{assignment}’, but the post-test is not over yet "
        "for the whole class. Write the feedback again: avcourse class feedback."
    )


class GivenUnreadable(AvcourseError):
    """The list of what was given back is damaged: field ``path``."""

    et = "Faili {path} ei saa lugeda. Kustutage see ja andke tagasiside uuesti: avcourse class give-back."
    en = "The file {path} cannot be read. Delete it and give the feedback again: avcourse class give-back."


@dataclass(frozen=True, slots=True)
class GivenBack:
    """How many learners have the feedback on an assignment, and when it was last given (UTC)."""

    count: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an assignment stands: submissions graded, given back, changed since they were given, and still to be written."""

    graded: int
    given: int
    changed: int
    at: datetime | None

    @property
    def ready(self) -> int:
        """How many would be given now: new and changed ones."""
        return self.graded - self.given + self.changed


@dataclass(frozen=True, slots=True)
class GivingReport:
    """What a release did or, without writing, would do: learners by assignment who got it for the first time, again, or have it already.

    ``unwritten`` are those whose feedback has not been written since something changed.
    """

    new: Mapping[str, tuple[str, ...]]
    again: Mapping[str, tuple[str, ...]]
    same: Mapping[str, tuple[str, ...]]
    unwritten: Mapping[str, tuple[str, ...]]

    def sentences(self, language: Language, *, dry: bool = False) -> Iterator[str]:
        """Give what was done, or would be, assignment by assignment."""
        for name in dict.fromkeys((*self.new, *self.again, *self.same, *self.unwritten)):
            counts = {kind: len(getattr(self, kind).get(name, ())) for kind in ("new", "again", "same")}
            yield say(f"giving.{'would-give' if dry else 'given'}", language, assignment=name, **counts)
            if name in self.unwritten:
                yield say("giving.unwritten", language, assignment=name, count=len(self.unwritten[name]))
        if not (self.new or self.again or self.same or self.unwritten):
            yield say("giving.nothing", language)


@dataclass(frozen=True, slots=True)
class Basis:
    """What all feedback of a class rests on besides the marks: keys, bank and rubrics, which tests there are, and whether they are over."""

    keys: str
    tests: tuple[str, ...]
    over: bool
    rest_from: str | None

    def whole(self, assignment: str) -> bool:
        """Whether single questions of the assignment may be shown."""
        return self.over or assignment not in self.tests

    def made_of(self, assignment: str, own: Mapping[str, Marked]) -> str:
        """Return a word that changes when anything does that a learner's feedback on an assignment rests on."""
        names = dict.fromkeys((assignment, *(self.tests if assignment in self.tests else ())))
        marks = [own[name].fingerprint for name in names if name in own]
        rest = None if self.whole(assignment) else self.rest_from
        return hashlib.sha256(repr((self.keys, self.whole(assignment), rest, marks)).encode()).hexdigest()


def read_basis(folder: ClassFolder, now: datetime) -> Basis:
    """Return what the class's feedback rests on at a time."""
    course, known = load_course(), folder.assignments()
    bank = material() / "course" / "questions.json"
    # Also the rubrics that the trainer changed: feedback quotes the step that an answer reached.
    sources = [folder.root / KEYS, bank, *edition_files(folder), *sorted((folder.root / ROOM).glob("rubric-*.json"))]
    # The deadline for everybody: a single participant's extension is nobody else's business.
    due = read_schedule(folder).of(course.tests[-1].id).due if course.tests else None
    return Basis(
        keys=hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest(),
        # One that was replaced is a test still: its anchors stand in the one that took its place.
        tests=tuple(name for test in course.tests for name in known if course.successor(name) == test.id),
        over=tests_over(folder, now),
        rest_from=f"{due:%Y-%m-%dT%H:%M:%SZ}" if due else None,
    )


def feedback_room(folder: ClassFolder, student: str, assignment: str) -> Path:
    """Return where the feedback on one submission is kept in the class folder."""
    return folder.root / FEEDBACK / student / assignment


def outbound_room(folder: ClassFolder) -> Path:
    """Return where feedback stands in the exchange."""
    return folder.exchange / folder.id / FEEDBACK


@contextmanager
def _in_words(folder: ClassFolder) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise FolderNotWritable(path=error.filename or folder.root, reason=error.strerror or str(error)) from error


# Keeping


def keep_feedback(
    folder: ClassFolder,
    student: str,
    assignment: str,
    *,
    made_of: str,
    maker: str,
    digest: str,
    files: Mapping[str, bytes],
) -> None:
    """Keep what was written for one submission; ``files`` are its pages and, as ``feedback.json``, the data that travels.

    ``maker`` says by what it was written: another wording of the pages makes them anew.
    """
    with _in_words(folder):
        room = feedback_room(folder, student, assignment)
        _make_home(folder)
        room.mkdir(parents=True, exist_ok=True)
        made = {
            "made_of": made_of,
            "maker": maker,
            "name": exchange_name(folder.id, student, assignment, digest),
            "digest": hashlib.sha256(files[DATA]).hexdigest(),
        }
        # What was made of comes last: before it is there, nothing of this is given to anybody.
        (room / MADE).unlink(missing_ok=True)
        for old in room.glob("*.pdf"):
            old.unlink()
        for name, data in {**files, MADE: json.dumps(made).encode()}.items():
            _write_quickly(room / name, data)


def keep_pdf(folder: ClassFolder, student: str, assignment: str, language: Language, data: bytes) -> None:
    """Keep a PDF beside the pages of one submission; it goes when they are written anew."""
    with _in_words(folder):
        _write_quickly(feedback_room(folder, student, assignment) / f"{language}.pdf", data)


def _write_quickly(path: Path, data: bytes) -> None:
    """Write a file that only its owner can read, without waiting for the disk and without a second name.

    ``made.json`` is gone before the first of them and comes after the last: what a torn file belongs to counts as not written.
    """
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(number, "wb") as stream:
        stream.write(data)


def read_made(folder: ClassFolder, student: str, assignment: str) -> dict[str, str]:
    """Return what is known of the kept feedback: ``made_of``, ``maker``, ``name``, ``digest``; nothing where there is none."""
    try:
        data = json.loads((feedback_room(folder, student, assignment) / MADE).read_bytes())
        return {name: str(data[name]) for name in ("made_of", "maker", "name", "digest")}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _make_home(folder: ClassFolder) -> Path:
    home = folder.root / FEEDBACK
    if not home.is_dir():
        home.mkdir()
        home.chmod(0o700)
    return home


# What was given


def _read_given(folder: ClassFolder) -> dict[str, dict[str, dict[str, str]]]:
    path = folder.root / FEEDBACK / GIVEN
    try:
        data = json.loads(path.read_bytes())["given"]
        return {
            str(name): {
                str(student): {key: str(row[key]) for key in ("name", "digest", "made_of", "at")}
                for student, row in rows.items()
            }
            for name, rows in data.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise GivenUnreadable(path=path) from None


def _write_given(folder: ClassFolder, given: Mapping[str, Any]) -> None:
    kept = {name: rows for name, rows in given.items() if rows}
    write_private(_make_home(folder) / GIVEN, json.dumps({"v": 1, "given": kept}, indent=0).encode())


def given_back(folder: ClassFolder) -> Mapping[str, GivenBack]:
    """Return by assignment how many learners have their feedback, and when it was last given.

    Raises
    ------
    GivenUnreadable
        If the list is damaged.
    """
    return {
        name: GivenBack(len(rows), max(datetime.fromisoformat(row["at"]).replace(tzinfo=None) for row in rows.values()))
        for name, rows in _read_given(folder).items()
        if rows
    }


def standings(folder: ClassFolder, now: datetime | None = None) -> Mapping[str, Standing]:
    """Return by assignment how many submissions are graded, given back, and changed since.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    GradebookFailed, GivenUnreadable
        If gradebook or list cannot be read.
    """
    folder.check_released()
    basis, given, names = read_basis(folder, now or now_utc()), _read_given(folder), folder.assignments()
    graded, out, changed = (dict.fromkeys(names, 0) for _ in range(3))
    for own in read_marked(folder.database, names):
        found = {marked.assignment: marked for marked in own}
        for name, marked in found.items():
            row = given.get(name, {}).get(marked.student)
            graded[name] += 1
            out[name] += row is not None
            changed[name] += row is not None and row["made_of"] != basis.made_of(name, found)
    last = given_back(folder)
    return {
        name: Standing(graded[name], out[name], changed[name], last[name].at if name in last else None)
        for name in names
    }


# Giving and withdrawing


def _check(folder: ClassFolder, assignments: Iterable[str]) -> None:
    folder.check_released()
    known = folder.assignments()
    for name in assignments:
        if name not in known:
            raise NoAssignment(assignment=name, known=", ".join(known))


def _check_leak(raw: bytes, basis: Basis, student: str, assignment: str) -> None:
    """Refuse, once more, to let single questions of a test out before it is over: what is out cannot be taken back."""
    data = json.loads(raw)
    is_test = assignment in basis.tests or data["kind"] == "test"
    if is_test and not basis.over and (data["whole"] or data["items"] or data["opens"]):
        raise FeedbackWithheld(student=student, assignment=assignment)


def _publish(room: Path, name: str, raw: bytes) -> None:
    """Put a file into the exchange, readable for whoever knows its name; whole or not at all."""
    partial = room / f".{name}.part"
    with suppress(FileNotFoundError):
        partial.unlink()
    number = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with os.fdopen(number, "wb") as stream:
        stream.write(raw)
    partial.chmod(0o644)
    partial.replace(room / name)


def _withdraw(room: Path, name: str) -> None:
    with suppress(FileNotFoundError):
        (room / name).unlink()


def release_feedback(
    folder: ClassFolder,
    assignments: Sequence[str] | None = None,
    progress: Progress | None = None,
    *,
    dry: bool = False,
    now: datetime | None = None,
) -> GivingReport:
    """Put what ``views.class_feedback.write_feedback`` wrote into the exchange; doing it again brings only what changed.

    What was graded again since it was written is not given, but named. ``dry`` changes nothing and says what would be done.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignments have not been released to the class.
    FeedbackWithheld
        If a file holds single questions of a test that is not over; nothing of the class goes out after it.
    ClassBusy, GradebookFailed, FolderNotWritable
        If the class or the exchange cannot be read or written.
    """
    _check(folder, assignments or ())
    if dry:
        return _release(folder, tuple(assignments or folder.assignments()), progress, now or now_utc(), dry=True)
    with writing_class(folder, "feedback", copy=False), _in_words(folder):
        return _release(folder, tuple(assignments or folder.assignments()), progress, now or now_utc(), dry=False)


def _release(
    folder: ClassFolder, names: tuple[str, ...], progress: Progress | None, now: datetime, *, dry: bool
) -> GivingReport:
    basis, given, room = read_basis(folder, now), _read_given(folder), outbound_room(folder)
    if not dry:
        room.mkdir(mode=_LEAST, exist_ok=True)
        room.chmod(_LEAST)
    lists: dict[str, dict[str, list[str]]] = {kind: {} for kind in ("new", "again", "same", "unwritten")}
    wanted = tuple(dict.fromkeys((*names, *basis.tests)))
    done, total = 0, count_marked(folder.database, names)
    try:
        for own in read_marked(folder.database, wanted):
            found = {marked.assignment: marked for marked in own}
            for name in (one for one in names if one in found):
                student = found[name].student
                rows = given.setdefault(name, {})
                made, made_of = read_made(folder, student, name), basis.made_of(name, found)
                kind = _state(room, feedback_room(folder, student, name), made, made_of, rows.get(student))
                raw = _written(folder, student, name, made) if kind in ("new", "again") else b""
                if raw is None:
                    kind = "unwritten"
                lists[kind].setdefault(name, []).append(student)
                if raw:
                    _check_leak(raw, basis, student, name)
                if raw and not dry:
                    _publish(room, made["name"], raw)
                    _withdraw_old(room, rows.get(student), made["name"])
                if not dry and kind != "unwritten":
                    at = rows[student]["at"] if kind == "same" else now.isoformat(timespec="seconds")
                    rows[student] = {**made, "at": at}
                done += 1
                if progress:
                    progress(done, total, student)
    finally:
        # Also of what went out before something failed.
        if not dry:
            _write_given(folder, given)
    frozen = {kind: {name: tuple(own) for name, own in rows.items()} for kind, rows in lists.items()}
    return GivingReport(**frozen)


def _state(room: Path, kept: Path, made: Mapping[str, str], made_of: str, row: Mapping[str, str] | None) -> str:
    if made.get("made_of") != made_of:
        return "unwritten"
    if row is None:
        return "new"
    if (row["name"], row["digest"]) != (made["name"], made["digest"]):
        return "again"
    # A file that power failure left empty has another size.
    try:
        return "same" if (room / made["name"]).stat().st_size == (kept / DATA).stat().st_size else "again"
    except FileNotFoundError:
        return "again"


def _written(folder: ClassFolder, student: str, assignment: str, made: Mapping[str, str]) -> bytes | None:
    """Return the data that was written, None where it is not what ``made.json`` says: the power may have failed in between."""
    try:
        raw = (feedback_room(folder, student, assignment) / DATA).read_bytes()
    except FileNotFoundError:
        return None
    return raw if hashlib.sha256(raw).hexdigest() == made["digest"] else None


def _withdraw_old(room: Path, row: Mapping[str, str] | None, name: str) -> None:
    if row is not None and row["name"] != name:
        _withdraw(room, row["name"])


def undo_feedback(folder: ClassFolder, assignment: str) -> int:
    """Withdraw the feedback on an assignment from the exchange and return how many learners had it.

    Pages of learners drop it the next time they look. What somebody has read by then they know.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    ClassBusy, FolderNotWritable
        If the class or the exchange cannot be written.
    """
    _check(folder, [assignment])
    with writing_class(folder, "feedback", copy=False), _in_words(folder):
        given, room = _read_given(folder), outbound_room(folder)
        rows = given.pop(assignment, {})
        names = {row["name"] for row in rows.values()}
        # What an interrupted release put there and did not note goes too.
        names |= {_name_in(path) for path in (folder.root / FEEDBACK).glob(f"*/{assignment}/{MADE}")} - {""}
        for name in names:
            _withdraw(room, name)
        _write_given(folder, given)
        return len(rows)


def _name_in(path: Path) -> str:
    try:
        return str(json.loads(path.read_bytes())["name"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
