"""Files sent by hand: zips that the form makes where the exchange is out of reach, put into ``inbox/``."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.workspace import Refused, SubmissionProblem, received

LARGEST_ZIP: Final = 16 * 1024 * 1024
_COPY_NUMBER: Final = re.compile(r" ?\(\d+\)$")
"""What a browser puts behind the name of a file that it saves a second time."""


_OF_THE_SYSTEM: Final = ("desktop.ini", "thumbs.db")


@dataclass(frozen=True, slots=True)
class HandIn:
    """A log sent by hand. It counts from the time of its last answer, since it has no other."""

    student: str
    assignment: str
    at: datetime
    log: bytes


def hand_ins(inbox: Path) -> Iterator[Path]:
    """Give everything that somebody put into the inbox, in the order of the names; not what the system put there."""
    for path in sorted(inbox.iterdir()) if inbox.is_dir() else []:
        if not path.name.startswith(".") and path.name.casefold() not in _OF_THE_SYSTEM:
            yield path


def read_hand_in(path: Path, assignments: Iterable[str], now: datetime) -> HandIn:
    """Return the log in ``<assignment>-<learner>.zip``.

    Raises
    ------
    Refused
        If the name says nothing, or the file is no such zip, or it holds no answer.
    """
    if path.suffix.casefold() != ".zip":
        # Safari unpacks what it downloads; then the name, and with it the participant, is gone.
        raise Refused(SubmissionProblem(path.name, "–", "inbox-folder" if path.is_dir() else "inbox-file"))
    stem = _COPY_NUMBER.sub("", path.stem)
    assignment = next((name for name in assignments if stem.startswith(f"{name}-")), None)
    student = stem.removeprefix(f"{assignment}-")
    if assignment is None or not STUDENT_ID.fullmatch(student):
        raise Refused(SubmissionProblem(path.name, "–", "zip-name"))
    log = _read_log(path, assignment)
    answered = _last_answer(log, assignment)
    if answered is None:
        raise Refused(SubmissionProblem(path.name, assignment, "zip-empty"))
    return HandIn(student, assignment, received(answered, path.stat(), now), log)


def _read_log(path: Path, assignment: str) -> bytes:
    """Return the log. Nothing is unpacked: one member is read, by its exact name and up to a limit."""
    broken = Refused(SubmissionProblem(path.name, assignment, "zip-broken"))
    if path.is_symlink() or not path.is_file():
        raise broken
    if path.stat().st_size > LARGEST_ZIP:
        raise Refused(SubmissionProblem(path.name, assignment, "zip-large"))
    try:
        with zipfile.ZipFile(path) as archive:
            member = archive.getinfo(f"{assignment}/{LOG}")
            if stat.S_ISLNK(member.external_attr >> 16):
                raise broken
            if member.file_size > LARGEST_LOG:
                raise Refused(SubmissionProblem(path.name, assignment, "zip-large"))
            with archive.open(member) as stream:
                return stream.read(LARGEST_LOG + 1)
    except (OSError, KeyError, RuntimeError, NotImplementedError, EOFError, zipfile.BadZipFile, zlib.error):
        raise broken from None


def _last_answer(log: bytes, assignment: str) -> datetime | None:
    """Return when the last answer was given, by the clock of the learner's machine."""
    times = []
    for response in parse_log(log).responses:
        if response.assignment == assignment:
            with suppress(ValueError):
                times.append(datetime.strptime(response.at, "%Y-%m-%dT%H:%M:%SZ"))
    return max(times, default=None)
