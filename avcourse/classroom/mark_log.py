"""What a trainer gave to open answers, and how: ``CLASS/review/marks.jsonl``, one action a line, only ever appended.

The gradebook says how many points an answer has. The log remembers what the gradebook cannot: which steps of the rubric were chosen
(so that a changed rubric can be applied to them), what is flagged, and what there was before (so that it can be undone). Where the
gradebook has other points than the log, somebody changed them elsewhere, in formgrader for example, and the gradebook is right.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, Literal, cast

from avcourse.classroom.rubric import ROOM, make_room
from avcourse.classroom.workspace import ClassFolder, make_private
from avcourse.errors import FileNotWritten

LOG: Final = "marks.jsonl"
Kind = Literal["mark", "flag", "regrade", "undo"]
KINDS: Final[tuple[Kind, ...]] = ("mark", "flag", "regrade", "undo")


@dataclass(frozen=True, slots=True)
class Given:
    """How an answer stood: points, the rubric's steps that gave them (none where they were typed in), the comment to the learner."""

    points: float | None = None
    steps: tuple[str, ...] = ()
    comment: str = ""
    flagged: bool = False
    waits: bool = True


@dataclass(frozen=True, slots=True)
class Change:
    """What an action did to one learner's answer."""

    student: str
    before: Given
    after: Given


@dataclass(frozen=True, slots=True)
class Entry:
    """One action of the trainer on one question. ``undoes`` is the number of the action that it took back."""

    seq: int
    kind: Kind
    assignment: str
    question: str
    changes: tuple[Change, ...]
    undoes: int | None = None


@dataclass(slots=True)
class History:
    """What the log says about one question now.

    ``given`` is the last state of each learner's answer; ``worth`` the points that its steps have been worth since they were
    chosen; ``undoable`` the actions that can be taken back, the last one at the end.
    """

    given: dict[str, Given] = field(default_factory=dict)
    worth: dict[str, set[float | None]] = field(default_factory=dict)
    undoable: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take in the next action."""
        for change in entry.changes:
            self.given[change.student] = change.after
            if entry.kind != "regrade":
                self.worth[change.student] = set()
            self.worth.setdefault(change.student, set()).add(change.after.points)
        if entry.kind in ("mark", "flag"):
            self.undoable.append(entry)
        elif entry.kind == "undo":
            self.undoable = [one for one in self.undoable if one.seq != entry.undoes]

    def stands(self, student: str, points: float | None) -> bool:
        """Whether the gradebook's points for a learner's answer are those that this log gave."""
        return points in self.worth.get(student, ())

    def steps(self, student: str, points: float | None) -> tuple[str, ...]:
        """Return the rubric's steps that gave the points which stand in the gradebook."""
        return self.given[student].steps if self.stands(student, points) else ()

    def change_stands(self, change: Change, points: float | None, comment: str) -> bool:
        """Whether the gradebook still has what a change gave."""
        return comment == change.after.comment and self.stands(change.student, points)

    def last(self, now: Mapping[str, tuple[float | None, str]]) -> Entry | None:
        """Return the last action that can be taken back; ``now`` has the gradebook's points and comments by learner."""
        return next(
            (
                entry
                for entry in reversed(self.undoable)
                if any(c.student in now and self.change_stands(c, *now[c.student]) for c in entry.changes)
            ),
            None,
        )

    def flagged(self, student: str) -> bool:
        """Whether the trainer wants to come back to a learner's answer."""
        return student in self.given and self.given[student].flagged


def _given(data: Mapping[str, Any]) -> Given:
    points = data["points"]
    return Given(
        None if points is None else float(points),
        tuple(str(step) for step in data["steps"]),
        str(data["comment"]),
        bool(data["flagged"]),
        bool(data["waits"]),
    )


def _entry(line: bytes) -> Entry | None:
    """Return the action on a line, or None where there is none: the last line may be torn."""
    try:
        data = json.loads(line)
        changes = tuple(Change(str(c["student"]), _given(c["before"]), _given(c["after"])) for c in data["changes"])
        kind = cast(Kind, data["kind"]) if data["kind"] in KINDS else None
        if data["v"] != 1 or kind is None:
            return None
        return Entry(int(data["seq"]), kind, str(data["assignment"]), str(data["question"]), changes, data["undoes"])
    except (ValueError, KeyError, TypeError):
        return None


def _line(entry: Entry) -> bytes:
    row = {"v": 1, "at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), **asdict(entry)}
    return (
        json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace") + b"\n"
    )


class MarkLog:
    """The log of one class. It is read once; later only what has been appended since (``log_of``)."""

    def __init__(self, folder: ClassFolder) -> None:
        self.folder = folder
        self.path = folder.root / ROOM / LOG
        self._lock = threading.RLock()
        self._forget()

    def _forget(self) -> None:
        self._read, self._last, self._inode = 0, b"", 0
        self._seq = 0
        self._histories: dict[tuple[str, str], History] = {}

    def refresh(self) -> None:
        """Take in what the file holds by now. A file that was replaced (restored, a learner erased) is read anew."""
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        try:
            with self.path.open("rb") as stream:
                status = os.fstat(stream.fileno())
                if self._inode != status.st_ino or status.st_size < self._read:
                    self._forget()
                stream.seek(self._read - len(self._last))
                if stream.read(len(self._last)) != self._last:
                    self._forget()
                    stream.seek(0)
                new = stream.read()
        except FileNotFoundError:
            self._forget()
            return
        self._inode = status.st_ino
        whole = new[: new.rfind(b"\n") + 1]
        for line in whole.splitlines():
            entry = _entry(line)
            if entry is not None:
                self._seq = max(self._seq, entry.seq)
                self._histories.setdefault((entry.assignment, entry.question), History()).add(entry)
        if whole:
            self._read += len(whole)
            self._last = whole[-256:]

    def history(self, assignment: str, question: str) -> History:
        """Return what was given to a question's answers, as of the last ``refresh``."""
        return self._histories.get((assignment, question), History())

    def append(
        self, kind: Kind, assignment: str, question: str, changes: Sequence[Change], undoes: int | None = None
    ) -> None:
        """Append one action; it is on the disk when this returns. Whoever calls holds the class.

        Raises
        ------
        FileNotWritten
            If it cannot be written; the log is as it was.
        """
        self.refresh()
        entry = Entry(self._seq + 1, kind, assignment, question, tuple(changes), undoes)
        try:
            make_room(self.folder)
            if not self.path.exists():
                make_private(self.path)
            with self.path.open("r+b", buffering=0) as stream:
                _append(stream.fileno(), _line(entry))
        except OSError as error:
            raise FileNotWritten(path=self.path, reason=error.strerror or str(error)) from error
        self.refresh()


@lru_cache(maxsize=16)
def log_of(folder: ClassFolder) -> MarkLog:
    """Return the log of a class, the same one while the process lives."""
    return MarkLog(folder)


def _append(file: int, rest: bytes) -> None:
    """Append whole and synced, or leave the file as it was; a torn last line is closed first."""
    size = os.lseek(file, 0, os.SEEK_END)
    os.lseek(file, max(size - 1, 0), os.SEEK_SET)
    if os.read(file, 1) not in (b"", b"\n"):
        rest = b"\n" + rest
    try:
        while rest:
            rest = rest[os.write(file, rest) :]
        os.fsync(file)
    except OSError:
        with suppress(OSError):
            os.ftruncate(file, size)
        raise
