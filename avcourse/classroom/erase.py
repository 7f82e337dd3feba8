"""Erasing a participant: out of class folder, gradebook, its copies, exchange, exports and the file of names.

Places are found by looking, not by remembering where data might have gone: whatever in the class folder is named after the
participant or says their id. What is derived (pages, exports, documents with shared work) is deleted, to be made anew; lists lose
the participant's entries; the gradebook is rewritten, so that no freed page keeps a row. Everything can be repeated: an
interrupted run is finished by the next. The log says when and how much, never who.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from avcourse.answers.folder import CARD, LOG, STUDENT_ID
from avcourse.answers.locking import try_lock, unlock
from avcourse.answers.responses import LARGEST_LOG
from avcourse.classroom.book import PARTNERS
from avcourse.classroom.edition import EDITIONS
from avcourse.classroom.erase_files import (
    OWN_WORDS,
    Naming,
    erase_in_gradebook,
    in_gradebook,
    without_in_csv,
    without_in_json,
    without_in_lines,
)
from avcourse.classroom.feedback_data import FEEDBACK, exchange_name
from avcourse.classroom.guard import COPIES, writing_class
from avcourse.classroom.inbox import whose
from avcourse.classroom.own_data import EXPORTS, OWN_DATA
from avcourse.classroom.roster import names_path
from avcourse.classroom.workspace import INBOX, KEYS, ClassFolder, Refused, now_utc, read_regular, write_private
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError, GradebookFailed, StudentIdWrong

ERASED: Final = "erased.jsonl"
SHARED: Final = ("tegevuskava", "rakendamine")
"""The assignments whose practice cards, proposals and examples go into documents of the whole class."""
Kind = Literal["folder", "submission", "feedback", "gradebook", "copy", "list", "file", "document", "name"]
_NOBODYS: Final = frozenset(
    {"source", "release", EDITIONS, KEYS, CARD, "nbgrader_config.py", ERASED, ".avcourse-class.lock"}
)
"""What holds nothing of a participant: material of the course, and what says which class it is."""
_BY_STUDENT: Final = ("submitted", "autograded", FEEDBACK, "card")
_DOCUMENTS: Final = (".docx", ".pdf", ".xlsx")
_JOB_LOCK: Final = ".avcourse-job.lock"


class NoParticipant(AvcourseError):
    """Nobody of that id in the class: fields ``student``, ``path``."""

    et = "Klassis {path} ei ole osalejat „{student}“ ega tema andmeid. Kontrollige tunnust."
    en = "The class {path} has no participant ‘{student}’, nor anything of theirs. Check the id."


class ClassNotReadable(AvcourseError):
    """A place that may hold something of the participant cannot be looked into: fields ``path``, ``reason``."""

    et = "Faili või kausta {path} ei saa lugeda ({reason}), kuid seal võib olla osaleja andmeid. Kontrollige õigusi ja kustutage uuesti."
    en = "{path} cannot be read ({reason}), yet may hold the participant’s data. Check the permissions and erase again."


class IdIsWord(AvcourseError):
    """An id that is also a word of the class's own files: fields ``student``, ``path``."""

    et = (
        "Tunnus „{student}“ on ka sõna, mida klassi failid ise kasutavad, ja kustutamine rikuks need. Midagi ei kustutatud. "
        "Kustutage selle osaleja failid kaustast {path} ise."
    )
    en = (
        "The id ‘{student}’ is also a word that the class’s own files use, and erasing would damage them. Nothing was erased. "
        "Delete the participant’s files in {path} yourself."
    )


class ErasingWaits(AvcourseError):
    """The desk is at work on the class; its progress names participants: no fields."""

    et = "Klassiga on praegu töö pooleli. Oodake, kuni see lõpeb, ja kustutage siis uuesti."
    en = "Something is being done with the class. Wait until it ends, then erase again."


@dataclass(frozen=True, slots=True)
class Trace:
    """A place that holds something of the participant, and what kind of place it is."""

    kind: Kind
    path: Path

    def sentence(self, folder: ClassFolder, language: Language) -> str:
        """Return what would be done with it."""
        name = self.path.relative_to(folder.root) if self.path.is_relative_to(folder.root) else self.path
        return say(f"erase.{self.kind}", language, path=name)


@dataclass(frozen=True, slots=True)
class EraseReport:
    """What was erased, what could not be, and old backups beside the class folder that the trainer has to look after."""

    erased: tuple[Trace, ...]
    left: tuple[Trace, ...]
    backups: tuple[Path, ...]

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what was done and what is still to be done by hand. No sentence says whose data it was."""
        yield say("erase.done", language, count=len(self.erased))
        if any(trace.kind == "document" for trace in self.erased):
            yield say("erase.documents", language)
        for trace in self.left:
            yield say("erase.left", language, path=trace.path)
        for path in self.backups:
            yield say("erase.backup", language, path=path)
        yield say("erase.elsewhere", language)


def _naming(folder: ClassFolder, student: str) -> Naming:
    return Naming(student, (*folder.assignments(), OWN_DATA))


# Finding


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _kind_of(path: Path, naming: Naming, *, shared: bool) -> Kind | None:
    """Return what kind of trace a file is, or None where it says nothing of the participant."""
    if path.is_symlink() or not path.is_file():
        return "file" if naming.names(path.name) else None
    suffix, room = path.suffix.casefold(), path.parent.name
    if suffix == ".db":
        kind: Kind = "copy" if room == COPIES else "gradebook"
        return kind if in_gradebook(path, naming.student) else None
    if shared and room != EXPORTS and (suffix in _DOCUMENTS or path.name == PARTNERS):
        return "document"
    if naming.names(path.name):
        return "file"
    if room == INBOX and _is_anothers(path, naming):
        return None
    data = path.read_bytes()
    if suffix in (".zip", ".xlsx", ".docx"):
        return "file" if naming.in_archive(path) else None
    # A PDF's text is compressed; what stands among the exports is made anew in a moment.
    if suffix == ".pdf" and room == EXPORTS:
        return "file"
    if not naming.in_bytes(data):
        # The gradebook's leftovers have no sign between their fields.
        return "file" if ".db-" in path.name and naming.student.encode() in data else None
    listed = suffix in (".json", ".jsonl", ".csv", ".log") and room != EXPORTS and not path.name.endswith(".part")
    return "list" if listed else "file"


def _is_anothers(path: Path, naming: Naming) -> bool:
    """Whether a file sent by hand is by its name somebody else's: what they wrote is theirs, whomever it names."""
    try:
        return whose(path.name, naming.before_it)[1] != naming.student
    except Refused:
        return False


def _walk(place: Path, naming: Naming, *, shared: bool) -> Iterator[Trace]:
    for path in _listed(place):
        if path.is_dir() and not path.is_symlink():
            if path.name == naming.student or naming.names(path.name):
                yield Trace("folder", path)
            else:
                yield from _walk(path, naming, shared=shared)
        elif kind := _kind_of(path, naming, shared=shared):
            yield Trace(kind, path)


def _by_student(place: Path, naming: Naming) -> Iterator[Trace]:
    """Give what is the participant's in a folder that has one for each; what others wrote in theirs is theirs."""
    for path in _listed(place):
        if path.is_dir() and not path.is_symlink():
            if path.name == naming.student:
                yield Trace("folder", path)
        elif path.name not in _NOBODYS and (kind := _kind_of(path, naming, shared=False)):
            yield Trace(kind, path)


def _submissions(folder: ClassFolder, naming: Naming) -> Iterator[Path]:
    return (path for path in _listed(folder.inbound) if path.name.split("+")[0] == naming.student)


def _feedback_names(folder: ClassFolder, naming: Naming) -> set[str]:
    """Return the names that the participant's feedback can have in the exchange: they follow from the answers, and were noted."""
    logs: list[tuple[str, Path]] = [
        (path.name.split("+")[1], path) for path in _submissions(folder, naming) if "+" in path.name
    ]
    for room in ("submitted", "autograded"):
        logs += [(path.name, path) for path in _listed(folder.root / room / naming.student)]
    names = set()
    for assignment, place in logs:
        try:
            digest = hashlib.sha256(read_regular(place / LOG, LARGEST_LOG + 1)).hexdigest()
        except OSError:
            continue
        names.add(exchange_name(folder.id, naming.student, assignment, digest))
    home = folder.root / FEEDBACK
    noted = [*(home / naming.student).glob("*/made.json"), home / "given.json"]
    for path in noted:
        try:
            names |= set(_names_in(json.loads(path.read_bytes()), naming, own=path.name == "made.json"))
        except (OSError, ValueError, RecursionError):
            continue
    return {name.split(".")[0] for name in names}


def _names_in(value: object, naming: Naming, *, own: bool) -> Iterator[str]:
    """Give every ``name`` in what belongs to the participant: the whole of it, or what stands under their id."""
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if own and key == "name" and isinstance(each, str):
            yield each
        yield from _names_in(each, naming, own=own or key == naming.student)


def find_traces(folder: ClassFolder, student: str) -> tuple[Trace, ...]:
    """Return every place that holds something of a participant, in the order in which they are to be erased."""
    naming = _naming(folder, student)
    submissions = [Trace("submission", path) for path in _submissions(folder, naming)]
    shared = any(
        (folder.root / room / student / name).is_dir() for room in ("submitted", "autograded") for name in SHARED
    )
    names = _feedback_names(folder, naming)
    given = [
        Trace("feedback", path)
        for path in _listed(folder.exchange / folder.id / FEEDBACK)
        if path.name.lstrip(".").split(".")[0] in names
    ]
    own: list[Trace] = []
    others: list[Trace] = []
    for path in _listed(folder.root):
        if path.name in _NOBODYS or path == folder.exchange:
            continue
        if path.name in _BY_STUDENT:
            own += _by_student(path, naming)
        elif path.is_dir() and not path.is_symlink():
            others += [Trace("folder", path)] if path.name == student else _walk(path, naming, shared=shared)
        elif kind := _kind_of(path, naming, shared=shared):
            others.append(Trace(kind, path))
    # What tells where other things are goes last: names of feedback follow from answers, documents from submissions.
    return (*given, *others, *_of_names(folder, naming), *submissions, *own)


def _of_names(folder: ClassFolder, naming: Naming) -> Iterator[Trace]:
    path = names_path(folder)
    own = {path.name, f"{path.stem}-previous{path.suffix}"}
    for each in _listed(path.parent):
        if each.name.removeprefix(".").removesuffix(".part") in own and naming.in_bytes(each.read_bytes()):
            yield Trace("name", each)


def _find(folder: ClassFolder, student: str) -> tuple[Trace, ...]:
    try:
        return find_traces(folder, student)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ClassNotReadable(path=error.filename or folder.root, reason=reason) from error


def plan_erasing(folder: ClassFolder, student: str) -> tuple[Trace, ...]:
    """Return what erasing a participant would do, changing nothing.

    Raises
    ------
    StudentIdWrong
        If ``student`` cannot be an id.
    NoParticipant
        If there is nothing of them.
    IdIsWord
        If the class's own files could not do without that word.
    ClassNotReadable
        If a place cannot be looked into: then nobody could say what is in it.
    """
    if not STUDENT_ID.fullmatch(student):
        raise StudentIdWrong(student=student)
    if student in OWN_WORDS or student in folder.assignments():
        raise IdIsWord(student=student, path=folder.root / "submitted")
    traces = _find(folder, student)
    if not traces:
        raise NoParticipant(student=student, path=folder.root)
    return traces


def _named_after(folder: ClassFolder, path: Path) -> bool:
    return folder.id in path.name or folder.root.name in path.name


def old_backups(folder: ClassFolder, student: str) -> tuple[Path, ...]:
    """Return zips beside the class folder that hold something of a participant: backups, which only the trainer may delete."""
    naming = _naming(folder, student)
    zips = (path for path in _listed(folder.root.parent) if path.suffix == ".zip" and path.is_file())
    return tuple(path for path in zips if _named_after(folder, path) and naming.in_archive(path))


# Erasing


_WITHOUT: Final[dict[str, Callable[[bytes, Naming], bytes]]] = {
    ".json": without_in_json,
    ".csv": without_in_csv,
}


def _erase(trace: Trace, naming: Naming) -> None:
    path = trace.path
    if trace.kind in ("gradebook", "copy"):
        status = path.stat()
        try:
            erase_in_gradebook(path, naming.student)
        except GradebookFailed:
            if trace.kind == "gradebook":
                raise
            # Nobody could go back to a copy that cannot be read.
            path.unlink()
            return
        if trace.kind == "copy":
            # A copy's time says which state of the gradebook it is.
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    elif trace.kind in ("list", "name") and not path.name.endswith(".part"):
        without = _WITHOUT.get(path.suffix.casefold(), without_in_lines)
        write_private(path, without(path.read_bytes(), naming))
    elif path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _still(folder: ClassFolder) -> bool:
    """Whether no long work of the desk is going on, which would write participants' ids while they are erased."""
    lock = folder.root / _JOB_LOCK
    if not lock.exists():
        return True
    with lock.open("ab") as stream:
        if held := try_lock(stream):
            unlock(stream)
        return held


def erase(folder: ClassFolder, student: str) -> EraseReport:
    """Erase a participant and return what was done. Doing it again finishes what was interrupted.

    Raises
    ------
    StudentIdWrong
        If ``student`` cannot be an id.
    NoParticipant, IdIsWord
        If there is nothing of them, or the class's own files could not do without that word.
    ClassNotReadable
        If a place cannot be looked into.
    ErasingWaits, ClassBusy
        If somebody else is writing the class.
    GradebookFailed
        If the gradebook is busy or broken; what was erased before stays erased.
    """
    plan_erasing(folder, student)
    # No copy of the gradebook first: it would be one more place to erase.
    with writing_class(folder, "erase", copy=False):
        if not _still(folder):
            raise ErasingWaits
        naming = _naming(folder, student)
        traces = plan_erasing(folder, student)
        for trace in traces:
            try:
                _erase(trace, naming)
            except OSError:
                continue  # what is left is found below, and named
        left = _find(folder, student)
        gone = {trace.path for trace in left}
        erased = tuple(trace for trace in traces if trace.path not in gone)
        _log(folder, erased, left)
    return EraseReport(erased, left, old_backups(folder, student))


def _log(folder: ClassFolder, erased: tuple[Trace, ...], left: tuple[Trace, ...]) -> None:
    """Note that somebody was erased: the day and how many places, nothing that leads to a person."""
    line = {"v": 1, "day": f"{now_utc():%Y-%m-%d}", "erased": len(erased), "left": len(left)}
    path = folder.root / ERASED
    before = path.read_bytes() if path.exists() else b""
    write_private(path, before + json.dumps(line).encode() + b"\n")
