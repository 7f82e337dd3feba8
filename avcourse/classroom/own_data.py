"""Everything that a class has of one participant, as one zip for that person.

The right to it stands in articles 15 and 20 of Regulation (EU) 2016/679 (the General Data Protection Regulation). Tables are CSV with the
names of fields in English, answers the log itself: both can be read by machines. A name that the trainer keeps for the pseudonym
stays where it is; the README says whether there is one.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.responses import LARGEST_LOG
from avcourse.classroom.export_facts import Fact, comments_of, facts, most_of, totals
from avcourse.classroom.export_xapi import json_lines, statements
from avcourse.classroom.feedback_data import FEEDBACK
from avcourse.classroom.giving_back import DATA, MADE
from avcourse.classroom.inbox import hand_ins, whose
from avcourse.classroom.roster import read_names, read_roster
from avcourse.classroom.schedule import read_schedule, tests_over
from avcourse.classroom.workspace import INBOX, STAMP, ClassFolder, Refused, now_utc, read_regular
from avcourse.course.course import load_course
from avcourse.course.language import LANGUAGES, say
from avcourse.errors import AvcourseError, StudentIdWrong
from avcourse.municipality.tableplain import Plain, plain_csv
from avcourse.municipality.values import show_date

EXPORTS: Final = "exports"
OWN_DATA: Final = "omaandmed"
_LARGEST: Final = 32 * 1024 * 1024
_OLDEST: Final = (1980, 1, 1, 0, 0, 0)
"""The time that a zip's members get: making it again gives the same bytes."""


class NothingOfThem(AvcourseError):
    """The class has nothing of a participant: fields ``student``, ``path``."""

    et = "Klassis {path} ei ole osaleja „{student}“ andmeid. Kontrollige tunnust."
    en = "The class {path} has no data of the participant ‘{student}’. Check the id."


def _file(path: Path, limit: int = _LARGEST) -> bytes | None:
    """Return a file that somebody else may have put there, None where it is none."""
    try:
        return read_regular(path, limit)
    except OSError:
        return None


def _below(root: Path) -> Iterator[Path]:
    """Give every file below a folder; no link is followed."""
    try:
        entries = sorted(root.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return
    for path in entries:
        if path.is_dir() and not path.is_symlink():
            yield from _below(path)
        elif path.is_file() and not path.is_symlink():
            yield path


def _answers(folder: ClassFolder, student: str) -> Iterator[tuple[str, bytes]]:
    """Give the answers: those that count, those that were graded, and every one that was handed in."""
    for room in ("submitted", "autograded"):
        place = folder.root / room / student
        for path in _below(place):
            if path.name in (LOG, STAMP) and (data := _file(path, LARGEST_LOG + 1)) is not None:
                yield f"{room}/{path.relative_to(place).as_posix()}", data
    try:
        entries = sorted(path for path in folder.inbound.iterdir() if path.name.split("+")[0] == student)
    except OSError:
        entries = []
    for entry in entries:
        if (data := _file(entry / LOG, LARGEST_LOG + 1)) is not None:
            # Windows takes no colon in the name of a folder.
            yield f"handed-in/{'+'.join(entry.name.split('+')[1:3]).replace(':', '.')}/{LOG}", data
    for path in hand_ins(folder.root / INBOX):
        if _is_own(path, folder, student) and (data := _file(path)) is not None:
            yield f"handed-in/{path.name}", data


def _is_own(path: Path, folder: ClassFolder, student: str) -> bool:
    """Whether a file in the inbox is this participant's: a second one there has the number of a copy behind its name."""
    try:
        return whose(path.name, folder.assignments())[1] == student
    except Refused:
        return False


def _tests(folder: ClassFolder) -> frozenset[str]:
    """Return the class's tests; one that was replaced is a test still, and has anchors of the one that took its place."""
    course = load_course()
    ids = {test.id for test in course.tests}
    return frozenset({name for name in folder.assignments() if course.successor(name) in ids} | ids)


def _shows_keys(place: Path) -> bool:
    """Whether feedback was written when a test seemed over, and shows its keys: a deadline may have been moved since."""
    try:
        return bool(json.loads(_file(place / DATA) or b"{}")["whole"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return True


def _feedback(folder: ClassFolder, student: str, waiting: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Give the feedback that was written; of the tests that are ``waiting`` only what shows no key."""
    place = folder.root / FEEDBACK / student
    closed = {name for name in waiting if (place / name).is_dir() and _shows_keys(place / name)}
    for path in _below(place):
        if path.relative_to(place).parts[0] in closed:
            continue
        if path.name != MADE and (data := _file(path)) is not None:
            yield f"feedback/{path.relative_to(place).as_posix()}", data


def _grades(folder: ClassFolder, student: str, waiting: frozenset[str]) -> Iterator[tuple[str, bytes]]:
    """Give points and comments; of the tests that are ``waiting`` no single question's outcome, which would tell its key."""
    own = totals(folder, student)
    most = most_of(folder)
    rows: list[tuple[Plain, ...]] = [
        (t.assignment, round(t.points, 4), most.get(t.assignment), t.waiting, t.at.isoformat() if t.at else None)
        for t in own
    ]
    if rows:
        yield "grades.csv", plain_csv(("assignment", "points", "max", "waiting", "handed_in_utc"), rows)
    marks = [
        (f.assignment, f.question, f.form, *_outcome(f, waiting), f.most, f.confidence, f.at)
        for f in facts(folder, student)
    ]
    if marks:
        head = ("assignment", "question", "form", "outcome", "points", "max", "confidence", "at")
        yield "answers.csv", plain_csv(head, marks)
    said = [(name, cell, text) for (who, name, cell), text in sorted(comments_of(folder).items()) if who == student]
    if said:
        yield "comments.csv", plain_csv(("assignment", "question", "comment"), said)
    if stated := json_lines(each for each in statements(folder, student) if not _tells_key(each, waiting)):
        yield "xapi.jsonl", stated


def _outcome(fact: Fact, waiting: frozenset[str]) -> tuple[str | None, float | None]:
    return (None, None) if fact.assignment in waiting else (fact.outcome, fact.points)


def _tells_key(statement: Mapping[str, Any], waiting: frozenset[str]) -> bool:
    """Whether a statement says how a single question of a waiting test was answered."""
    return any(f"/course/{name}/" in statement["object"]["id"] for name in waiting)


def _lists(folder: ClassFolder, student: str) -> Iterator[tuple[str, bytes]]:
    members = [(member.student, member.group) for member in read_roster(folder) if member.student == student]
    if members:
        yield "roster.csv", plain_csv(("student", "group"), members)
    schedule = read_schedule(folder)
    longer = [(name, until.isoformat()) for (who, name), until in schedule.extensions.items() if who == student]
    if longer:
        yield "extensions.csv", plain_csv(("assignment", "until_utc"), longer)
    marks = [
        line for line in (_file(folder.root / "review" / "marks.jsonl") or b"").splitlines() if student.encode() in line
    ]
    own = [entry for line in marks if (entry := _own_marks(line, student))]
    if own:
        yield "marks.jsonl", json_lines(iter(own))
    shared = [
        (path.name,)
        for path in _below(folder.root / EXPORTS)
        if path.suffix in (".csv", ".jsonl", ".xlsx") and _holds(path, student)
    ]
    if shared:
        yield "exported.csv", plain_csv(("file",), shared)


def _own_marks(line: bytes, student: str) -> dict[str, object] | None:
    """Return what an action of the review did to this participant's answers; other people's changes stay out."""
    try:
        data = json.loads(line)
        changes = [change for change in data["changes"] if change["student"] == student]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return {**data, "changes": changes} if changes else None


def _holds(path: Path, student: str) -> bool:
    data = _file(path) or b""
    if path.suffix != ".xlsx":
        return student.encode() in data
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            return any(student.encode() in book.read(name) for name in book.namelist() if name.endswith(".xml"))
    except (OSError, ValueError, zipfile.BadZipFile):
        return False


def _readme(folder: ClassFolder, student: str, parts: list[str], *, waits: bool) -> bytes:
    named = student in read_names(folder)
    text = []
    for language in LANGUAGES:
        words = {"student": student, "id": folder.id, "day": show_date(f"{now_utc():%Y-%m-%d}")}
        text += [say("own-data.title", language, **words), "", say("own-data.right", language), ""]
        rooms = dict.fromkeys(part.split("/")[0] for part in parts)
        text += [f"- {room}: {say(f'own-data.part-{room.split(chr(46))[0]}', language)}" for room in rooms]
        text += ["", *([say("own-data.waits", language)] if waits and "answers.csv" in rooms else [])]
        text += [say(f"own-data.{'named' if named else 'unnamed'}", language), "", ""]
    return "\n".join(text).strip().encode() + b"\n"


def own_data(folder: ClassFolder, student: str) -> bytes:
    """Return everything that a class has of one participant, as a zip with a README in both languages.

    Raises
    ------
    StudentIdWrong
        If ``student`` cannot be an id.
    NothingOfThem
        If the class has nothing of them.
    GradebookFailed
        If the gradebook cannot be read: half of the data would pass for all.
    """
    if not STUDENT_ID.fullmatch(student):
        raise StudentIdWrong(student=student)
    waiting = frozenset() if tests_over(folder, now_utc()) else _tests(folder)
    parts = [*_answers(folder, student), *_feedback(folder, student, waiting), *_lists(folder, student)]
    if folder.assignments() and folder.gradebook.is_file():
        parts += _grades(folder, student, waiting)
    if not parts and student not in read_names(folder):
        raise NothingOfThem(student=student, path=folder.root)
    readme = _readme(folder, student, [name for name, _ in parts], waits=bool(waiting))
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [("README.txt", readme), *parts]:
            member = zipfile.ZipInfo(name, _OLDEST)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.external_attr = 0o600 << 16
            archive.writestr(member, data)
    return stream.getvalue()


def own_data_name(student: str) -> str:
    """Return the name of the zip.

    Examples
    --------
    >>> own_data_name("k3f9-q7mw")
    'omaandmed-k3f9-q7mw.zip'
    """
    return f"{OWN_DATA}-{student}.zip"
