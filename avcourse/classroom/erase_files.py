"""Taking one participant out of files: what names somebody, and what is left of a file without them."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.inbox import BROKEN_ZIP
from avcourse.errors import GradebookFailed

_GONE: Final = object()
_OF_AN_ID: Final = "A-Za-z0-9._@-"
_ENDINGS: Final = "zip|html|json|jsonl|csv|xlsx|pdf|docx|ipynb|md|txt"
_WHOSE: Final = ("student", "learner")
OWN_WORDS: Final = frozenset(
    re.findall(
        r"\w+",
        """
        v et en at kind student assignment assignments question questions points steps id comment flagged waits seq changes before after
        undoes mark flag regrade undo adds due late penalty closed ended accept refuse extensions until given name digest made_of maker
        problems what mend state corrected withdrawn changed old_key new_key scores_changed day erased left avcourse municipality records
        partner offers contact consent begun words pid done total word sentences release run give rehearsal stopped refused failed
        """,
    )
)
"""What the class's own files say themselves: taking somebody of such an id out of them would take out what they say."""
LARGEST_UNPACKED: Final = 64 * 1024 * 1024
"""Bytes of a compressed file's member that are looked at."""


class Naming:
    """Whether a text names one participant: the id itself, not as a part of another id.

    ``before_it`` are the words that names of files have before the id and a hyphen.

    Examples
    --------
    >>> naming = Naming("mari", ["eeltest"])
    >>> [naming.names(text) for text in ("mari", "mari+eeltest+2026", "Kas mari.", "eeltest-mari.zip")]
    [True, True, True, True]
    >>> [naming.names(text) for text in ("mari.tamm", "mari-2", "maria", "a.mari")]
    [False, False, False, False]
    """

    def __init__(self, student: str, before_it: Iterable[str]) -> None:
        self.student, self.before_it = student, tuple(before_it)
        before = "".join(f"{re.escape(name)}-|" for name in self.before_it)
        after = rf"(?![A-Za-z0-9_@-]|\.(?!(?:{_ENDINGS})\b)[A-Za-z0-9])"
        self._pattern = re.compile(rf"(?:^|[^{_OF_AN_ID}])(?:{before}){re.escape(student)}{after}", re.MULTILINE)

    def names(self, text: str) -> bool:
        """Whether a text names the participant."""
        return self.student in text and bool(self._pattern.search(text))

    def in_bytes(self, data: bytes) -> bool:
        """Whether a file's bytes name the participant."""
        # Latin 1 gives every byte a character, so nothing unreadable can hide a name.
        return self.student.encode() in data and self.names(data.decode("latin-1"))

    def in_archive(self, path: Path) -> bool:
        """Whether a compressed file names the participant, or cannot be looked into."""
        try:
            with zipfile.ZipFile(path) as archive:
                for member in archive.infolist():
                    if self.names(member.filename) or member.file_size > LARGEST_UNPACKED:
                        return True
                    if self.in_bytes(archive.read(member)):
                        return True
        except BROKEN_ZIP:
            return True
        return False


def _pruned(value: Any, naming: Naming) -> Any:
    """Return a JSON value without the participant, ``_GONE`` where nothing is left."""
    if isinstance(value, str):
        if not naming.names(value):
            return value
        # Words that somebody wrote about others stay theirs.
        return value.replace(naming.student, "–") if " " in value else _GONE
    if isinstance(value, list):
        kept = [_pruned(each, naming) for each in value]
        return [each for each in kept if each is not _GONE]
    if isinstance(value, dict):
        if any(value.get(name) == naming.student for name in _WHOSE):
            return _GONE
        pairs = ((name, _pruned(each, naming)) for name, each in value.items() if not naming.names(name))
        return {name: each for name, each in pairs if each is not _GONE}
    return value


def without_in_json(data: bytes, naming: Naming) -> bytes:
    r"""Return a JSON file without the entries that are about the participant.

    Examples
    --------
    >>> without_in_json(b'{"k3f9": "ab", "m7x2": "cd"}', Naming("k3f9", []))
    b'{\n "m7x2": "cd"\n}\n'
    """
    try:
        value = _pruned(json.loads(data), naming)
    except (ValueError, RecursionError):
        return without_in_lines(data, naming)
    return (json.dumps({} if value is _GONE else value, ensure_ascii=False, indent=1) + "\n").encode()


def without_in_lines(data: bytes, naming: Naming) -> bytes:
    """Return a log, of JSON lines or of words, without what is about the participant; other lines stay as they are."""
    kept = []
    for line in data.split(b"\n"):
        if not naming.in_bytes(line):
            kept.append(line)
            continue
        try:
            value = _pruned(json.loads(line), naming)
        except (ValueError, RecursionError):
            continue
        # A line that lists several people keeps the others; one that lists nobody any more says nothing.
        if value is not _GONE and not (isinstance(value, dict) and value.get("changes") == []):
            kept.append(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())
    return b"\n".join(kept)


def without_in_csv(data: bytes, naming: Naming) -> bytes:
    """Return a table without the participant's rows."""
    text = data.decode("utf-8-sig", errors="replace")
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    rows = csv.reader(StringIO(text, newline=""))
    writer.writerows(row for row in rows if not any(naming.names(cell) for cell in row))
    return stream.getvalue().encode()


def erase_in_gradebook(path: Path, student: str) -> int:
    """Remove a participant from a gradebook of nbgrader, and every byte that was about them; return how many rows went.

    Raises
    ------
    GradebookFailed
        If it is busy or no gradebook.
    """
    own = "SELECT id FROM submitted_assignment WHERE student_id = ?"
    notebooks = f"SELECT id FROM submitted_notebook WHERE assignment_id IN ({own})"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=10)) as book:
            book.isolation_level = None
            book.execute("PRAGMA secure_delete = ON")
            book.execute("BEGIN IMMEDIATE")
            count = 0
            for table, where in (
                ("grade", f"notebook_id IN ({notebooks})"),
                ("comment", f"notebook_id IN ({notebooks})"),
                ("submitted_notebook", f"assignment_id IN ({own})"),
                ("submitted_assignment", "student_id = ?"),
                ("student", "id = ?"),
            ):
                count += book.execute(f"DELETE FROM {table} WHERE {where}", (student,)).rowcount
            book.execute("COMMIT")
            # Pages freed long ago, before secure_delete, still hold what was on them.
            book.execute("VACUUM")
            book.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return count
    except sqlite3.Error as error:
        raise GradebookFailed(path=path, reason=str(error)) from error


def in_gradebook(path: Path, student: str) -> bool:
    """Whether a gradebook's file has the participant, in a row or in what is left of one; True where it cannot be read."""
    try:
        raw = path.read_bytes()
    except OSError:
        return True
    # A record has no sign between its fields, so the id is looked for as it is; then the rows decide whose it is.
    if student.encode() not in raw:
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as book:
            rows = book.execute("SELECT id FROM student").fetchall()
            used = book.execute("PRAGMA freelist_count").fetchone()[0]
    except sqlite3.Error:
        return True
    if (student,) in rows:
        return True
    # Somebody else's id may hold this one; what no live page explains was left behind.
    return bool(used) or _bytes_of_live(path).count(student.encode()) < raw.count(student.encode())


def _bytes_of_live(path: Path) -> bytes:
    """Return the bytes of a fresh copy of a database, which holds live rows only."""
    with (
        closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as book,
        closing(sqlite3.connect(":memory:")) as copy,
    ):
        copy.executescript("\n".join(book.iterdump()))
        return copy.serialize()
