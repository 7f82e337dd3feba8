"""Files sent by hand: zips that the form makes where the exchange is out of reach, put into ``inbox/``."""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.workspace import Refused, SubmissionProblem, read_regular, received

LARGEST_ZIP: Final = 16 * 1024 * 1024
MOST_MEMBERS: Final = 1_000
BROKEN_ZIP: Final = (
    OSError,
    KeyError,
    RuntimeError,
    NotImplementedError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
    ValueError,
)
"""How a damaged, locked or foreign zip makes itself known."""
_COPY_NUMBER: Final = re.compile(r" ?\(\d+\)$")
"""What a browser puts behind the name of a file that it saves a second time."""


_OF_THE_SYSTEM: Final = ("desktop.ini", "thumbs.db")


@dataclass(frozen=True, slots=True)
class HandIn:
    """A log sent by hand. It counts from the time of its last answer, since it has no other; ``extra`` counts what else the zip holds."""

    student: str
    assignment: str
    at: datetime
    log: bytes
    extra: int = 0


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
    assignment, _ = whose(path.name, assignments)
    try:
        data = read_regular(path, LARGEST_ZIP + 1)
        status = path.stat()
    except OSError:
        raise Refused(SubmissionProblem(path.name, assignment, "zip-broken")) from None
    sent = check_hand_in(path.name, data, assignments)
    return replace(sent, at=received(sent.at, status, now))


def whose(name: str, assignments: Iterable[str]) -> tuple[str, str]:
    """Return assignment and learner of a file by its name; the number of a copy is left out.

    Raises
    ------
    Refused
        If the name does not tell.

    Examples
    --------
    >>> whose("jareltest-2-k3f9-q7mw (1).zip", ["jareltest", "jareltest-2"])
    ('jareltest-2', 'k3f9-q7mw')
    """
    stem = _COPY_NUMBER.sub("", Path(name).stem)
    longest = max((each for each in assignments if stem.startswith(f"{each}-")), key=len, default=None)
    student = stem.removeprefix(f"{longest}-")
    if longest is None or not STUDENT_ID.fullmatch(student):
        raise Refused(SubmissionProblem(name, "–", "zip-name"))
    return longest, student


def check_hand_in(name: str, data: bytes, assignments: Iterable[str]) -> HandIn:
    """Return what a zip of that name holds, at the time of its last answer.

    Raises
    ------
    Refused
        If the name says nothing, or it is no such zip, or it holds no answer.
    """
    assignment, student = whose(name, assignments)
    log, extra = _read_log(name, data, assignment)
    answered = _last_answer(log, assignment)
    if answered is None:
        raise Refused(SubmissionProblem(name, assignment, "zip-empty"))
    return HandIn(student, assignment, answered, log, extra)


def crowded(data: bytes, most: int) -> bool:
    """Whether a zip may have more than ``most`` members: listing them would take memory for each, so their marks are counted first."""
    return data.count(b"PK\x01\x02") > most


def odd_zip(sent: HandIn) -> tuple[SubmissionProblem, ...]:
    """Return that a zip file held more than answers, where it did."""
    if not sent.extra:
        return ()
    return (SubmissionProblem(sent.student, sent.assignment, "zip-extra", {"count": sent.extra}),)


def _read_log(name: str, data: bytes, assignment: str) -> tuple[bytes, int]:
    """Return the log, and how many members there are besides it and the page.

    Nothing is unpacked: one member is read, by its exact name and up to a limit.
    """
    broken = Refused(SubmissionProblem(name, assignment, "zip-broken"))
    if len(data) > LARGEST_ZIP or crowded(data, MOST_MEMBERS):
        raise Refused(SubmissionProblem(name, assignment, "zip-large"))
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            member = archive.getinfo(f"{assignment}/{LOG}")
            if stat.S_ISLNK(member.external_attr >> 16):
                raise broken
            if member.file_size > LARGEST_LOG:
                raise Refused(SubmissionProblem(name, assignment, "zip-large"))
            with archive.open(member) as stream:
                usual = {f"{assignment}/", f"{assignment}/{LOG}", f"{assignment}/{assignment}.ipynb"}
                return stream.read(LARGEST_LOG + 1), sum(name not in usual for name in archive.namelist())
    except BROKEN_ZIP:
        raise broken from None


def _last_answer(log: bytes, assignment: str) -> datetime | None:
    """Return when the last answer was given, by the clock of the learner's machine."""
    times = []
    for response in parse_log(log).responses:
        if response.assignment == assignment:
            with suppress(ValueError):
                times.append(datetime.strptime(response.at, "%Y-%m-%dT%H:%M:%SZ"))
    return max(times, default=None)
