"""One writer at a time in a class folder, and a copy of the gradebook before it begins.

The lock is the operating system's, so no command that was killed can keep a class locked. What it was doing stands in a small file
beside; one that is left over tells the next writer to clear up first.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from avcourse.answers.locking import try_lock, unlock
from avcourse.classroom.workspace import ClassFolder, make_private, now_utc
from avcourse.course.language import LANGUAGES, Text, say, words
from avcourse.errors import AvcourseError, GradebookFailed

LOCK: Final = ".avcourse-class.lock"
DOING: Final = ".avcourse-class.doing"
COPIES: Final = "backups"
COPIES_KEPT: Final = 10
REVIEW_PAUSE: Final = timedelta(minutes=10)
"""Every mark of a review is a write of its own; a copy before each would push out all that is older than the last ten answers."""
POLL: Final = 0.05
BUSY_PATIENCE: Final = 10.0
NEW: Final = ".new"
OLD: Final = ".old"
"""Endings of the hidden folders beside ``submitted/<student>/<assignment>`` while it is being replaced."""
_STAMP: Final = "%Y%m%d-%H%M%S-%f"

_held = threading.local()


class ClassBusy(AvcourseError):
    """Somebody else is writing the class: fields ``what`` (a Text) and ``since``."""

    et = "Klassiga töötab praegu teine käsk: {what}, alates {since}. Oodake, kuni see lõpeb, ja proovige uuesti."
    en = "Another command is at work on the class: {what}, since {since}. Wait until it ends, then try again."


class ClassNotWritable(AvcourseError):
    """A file of the class cannot be written: fields ``path``, ``reason``."""

    et = "Klassi faili {path} ei saa kirjutada ({reason}). Kontrollige kettaruumi ja õigusi ning proovige uuesti; midagi ei ole kadunud."
    en = "{path} of the class cannot be written ({reason}). Check disk space and permissions, then try again; nothing is lost."


def not_writable(error: OSError, path: Path) -> ClassNotWritable:
    """Return what to tell of trouble with a file of the class; ``path`` where the system names none."""
    return ClassNotWritable(path=error.filename or path, reason=error.strerror or str(error))


@contextmanager
def writing_class(folder: ClassFolder, what: str, *, copy: bool = True, patience: float = 10.0) -> Iterator[None]:
    """Let one writer at a time change the class; writers inside one another in the same thread are one.

    Parameters
    ----------
    folder
        The class.
    what
        What is being done, a key of table ``[doing]`` in the words.
    copy
        Whether the gradebook is to be copied first; not for what does not write it.
    patience
        Seconds to wait for another writer to end.

    Raises
    ------
    ClassBusy
        If another writer is still at work after that.
    ClassNotWritable
        If the class folder cannot be written.
    GradebookFailed
        If the gradebook is busy and cannot be copied.
    """
    held = _held.__dict__.setdefault("copied", {})
    if folder.root in held:
        if copy and not held[folder.root]:
            copy_gradebook(folder, what)
            held[folder.root] = True
        yield
        return
    with _stream(folder.root) as stream:
        _wait(stream, folder.root, patience)
        held[folder.root] = copy
        try:
            with _said(folder, what):
                if copy:
                    copy_gradebook(folder, what)
                yield
        finally:
            del held[folder.root]
            unlock(stream)


@contextmanager
def _stream(root: Path) -> Iterator[IO[bytes]]:
    try:
        # Whoever may open it could hold it: on a hub everybody passes through this folder.
        make_private(root / LOCK)
        stream = (root / LOCK).open("ab")
    except OSError as error:
        raise not_writable(error, root) from error
    with stream:
        yield stream


def _wait(stream: IO[bytes], root: Path, patience: float) -> None:
    end = time.monotonic() + patience
    while not try_lock(stream):
        if time.monotonic() >= end:
            what, since = _doing(root)
            raise ClassBusy(what=what, since=since)
        time.sleep(POLL)


@contextmanager
def _said(folder: ClassFolder, what: str) -> Iterator[None]:
    """Note what is being done while it is; a note that is there already was left by a command that did not end."""
    note = folder.root / DOING
    try:
        if note.exists():
            clear_up(folder, _read_note(note)[0])
        note.write_text(json.dumps({"what": what, "since": now_utc().isoformat(timespec="seconds")}), encoding="utf-8")
    except OSError as error:
        raise not_writable(error, note) from error
    yield
    # Not in a finally: what failed half-way is cleared up by the next writer, which may have the disk space that lacked.
    with suppress(OSError):
        note.unlink()


def _read_note(note: Path) -> tuple[str, datetime]:
    """Return what a note says is being done, and since when; "other" where it says nothing that can be read."""
    try:
        data = json.loads(note.read_text(encoding="utf-8"))
        return str(data["what"]), datetime.fromisoformat(data["since"])
    except (OSError, ValueError, KeyError, TypeError):
        return "other", now_utc()


def _doing(root: Path) -> tuple[Text, str]:
    """Return what another command is doing, and since when, for a person; it may have ended in between."""
    what, since = _read_note(root / DOING)
    key = what if what in words("doing", "et") else "other"
    et, en = (say(f"doing.{key}", language) for language in LANGUAGES)
    return Text(et, en), f"{since.replace(tzinfo=UTC).astimezone():%H:%M}"


def clear_up(folder: ClassFolder, what: str) -> None:
    """Undo what an interrupted command left half-way: a submission not yet in its place, files not yet whole."""
    for half in folder.root.glob(".*.part"):
        half.unlink()
    # Points given by hand leave nothing else, and a point that was refused must not make the next answer wait for a large class.
    if what != "review":
        _clear_rooms(folder)


def _clear_rooms(folder: ClassFolder) -> None:
    for half in folder.root.glob("submitted/*/.*"):
        if half.name.endswith(OLD):
            place = half.with_name(half.name.removeprefix(".").removesuffix(OLD))
            # The new one did not get into the place: the old one goes back, and collecting takes the new one again.
            if not place.exists():
                half.rename(place)
        if half.is_dir() and not half.is_symlink() and half.name.endswith((OLD, NEW)):
            shutil.rmtree(half)
    rooms = (path for path in folder.root.iterdir() if path.is_dir() and not path.is_symlink())
    # What lies in the exchange is other people's, and may be much.
    own = [room for room in rooms if room.name != "submitted" and room != folder.exchange]
    for half in (half for room in own for half in room.rglob(".*.part")):
        half.unlink()


def gradebook_copies(folder: ClassFolder) -> list[Path]:
    """Return the copies of the gradebook, the newest first."""
    return sorted((folder.root / COPIES).glob("gradebook-*.db"), reverse=True)


def copied_at(copy: Path) -> datetime | None:
    """Return when a copy of the gradebook was made, None where its name does not say."""
    try:
        return datetime.strptime(copy.stem.removeprefix("gradebook-"), _STAMP)
    except ValueError:
        return None


def copy_gradebook(folder: ClassFolder, what: str) -> None:
    """Copy the gradebook, if it has changed since the last copy, and keep the last ten; the class must be ours to write.

    Raises
    ------
    ClassNotWritable, GradebookFailed
        If it cannot be copied.
    """
    book = folder.gradebook
    if not book.is_file() or book.stat().st_size == 0:
        return
    copies = gradebook_copies(folder)
    made = copied_at(copies[0]) if copies else None
    if what == "review" and made is not None and timedelta(0) <= now_utc() - made < REVIEW_PAUSE:
        return
    changed = book.stat().st_mtime_ns
    if copies and copies[0].stat().st_mtime_ns == changed:
        return
    target = folder.root / COPIES / f"gradebook-{stamp_name()}.db"
    try:
        target.parent.mkdir(mode=0o700, exist_ok=True)
        copy_database(book, target)
        os.utime(target, ns=(changed, changed))
    except OSError as error:
        raise not_writable(error, target) from error
    for old in gradebook_copies(folder)[COPIES_KEPT:]:
        old.unlink(missing_ok=True)


def stamp_name() -> str:
    """Return the time as it stands in the names of copies."""
    return now_utc().strftime(_STAMP)


def copy_database(source: Path, target: Path) -> None:
    """Copy a SQLite database as it stands between two transactions; the copy appears whole or not at all.

    Raises
    ------
    GradebookFailed
        If the source is busy or no database.
    """
    partial = target.with_name(f".{target.name}.part")
    partial.unlink(missing_ok=True)
    make_private(partial)
    try:
        overwrite_database(source, partial)
    except GradebookFailed:
        partial.unlink(missing_ok=True)
        raise
    partial.replace(target)


def overwrite_database(source: Path, target: Path) -> None:
    """Write a SQLite database over another one in a single transaction of that one, whoever has it open.

    Raises
    ------
    GradebookFailed
        If one of them is busy or no database.
    """
    end = time.monotonic() + BUSY_PATIENCE

    def stop_waiting(status: int, *_: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > end:
            raise sqlite3.OperationalError("database is locked")

    try:
        # Not read-only: a writer that was killed leaves a journal, and reading then means undoing what it left.
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=rw", uri=True, timeout=5)) as one,
            closing(sqlite3.connect(target, timeout=5)) as other,
        ):
            one.backup(other, progress=stop_waiting)
    except sqlite3.Error as error:
        raise GradebookFailed(path=source, reason=str(error)) from error
