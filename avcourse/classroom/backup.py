"""Copies of a class: one zip of everything that cannot be made again, and the copies of the gradebook that every writer leaves.

A backup holds pseudonyms only. It never has the names of participants, which stand outside the class folder, nor anything of a server.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from avcourse.answers.folder import CARD, toml_string
from avcourse.classroom.guard import (
    COPIES,
    copied_at,
    copy_database,
    copy_gradebook,
    gradebook_copies,
    not_writable,
    overwrite_database,
    stamp_name,
    writing_class,
)
from avcourse.classroom.inbox import BROKEN_ZIP
from avcourse.classroom.roster import PREVIOUS, ROSTER, read_roster, write_cards
from avcourse.classroom.schedule import SCHEDULE
from avcourse.classroom.workspace import (
    INBOX,
    KEYS,
    PRIVATE,
    ClassFolder,
    make_exchange,
    make_private,
    now_utc,
    open_class,
    write_derived,
)
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError, GradebookFailed, NotAClass
from avcourse.municipality.words import both

GRADEBOOK: Final = "gradebook.db"
FILES: Final = (
    *(CARD, KEYS, SCHEDULE, ROSTER, PREVIOUS),
    *("published.json", "partners.json", "erased.jsonl", "corrections.jsonl", "feedback/given.json"),
)
FOLDERS: Final = ("source", "release", "editions", "submitted", "autograded", INBOX, "review")
MANIFEST: Final = "manifest.json"
LARGEST_MANIFEST: Final = 256 * 1024 * 1024
VERSION: Final = 1
_PIECE: Final = 1024 * 1024

Progress = Callable[[int, int, str], None]
"""Called after each file with how many are done, how many there are, and which it was."""


class BackupFailed(AvcourseError):
    """A backup could not be written: fields ``path``, ``reason``."""

    et = "Varukoopiat {path} ei saanud kirjutada ({reason}). Kontrollige kettaruumi ja õigusi; klass ise ei muutunud."
    en = "The backup {path} could not be written ({reason}). Check disk space and permissions; the class itself has not changed."


class BackupRefused(AvcourseError):
    """A file that is no whole backup: fields ``path``, ``reason`` (a Text)."""

    et = "Faili {path} ei saa taastada: {reason} Midagi ei muudetud; kasutage teist varukoopiat."
    en = "{path} cannot be restored: {reason} Nothing was changed; use another backup."


class PlaceTaken(AvcourseError):
    """A class cannot be restored over something else: field ``path``."""

    et = "Kaust {path} ei ole tühi. Taastage klass uude kausta."
    en = "The folder {path} is not empty. Restore the class into a new one."


class NoCopy(AvcourseError):
    """No copy of the gradebook has that name: fields ``name``, ``known``."""

    et = "Hinneteraamatu koopiat „{name}“ ei ole. Olemas on: {known}."
    en = "There is no copy ‘{name}’ of the gradebook. There are: {known}."


@dataclass(frozen=True, slots=True)
class BackupReport:
    """A backup that was written: where, how many files it holds, and how large it is."""

    path: Path
    files: int
    size: int

    def sentence(self, language: Language) -> str:
        """Return what a trainer should know."""
        megabytes = f"{self.size / 1024**2:.1f}"
        shown = megabytes.replace(".", ",") if language == "et" else megabytes
        return say("backup.written", language, path=self.path, files=self.files, megabytes=shown)


@dataclass(frozen=True, slots=True)
class Restored:
    """A class that was restored; ``moved`` if its exchange is a new one because the old one cannot be reached."""

    folder: ClassFolder
    files: int
    moved: bool

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what a trainer should know and do."""
        yield say("backup.restored", language, path=self.folder.root, files=self.files)
        yield say(f"backup.exchange-{'new' if self.moved else 'kept'}", language, exchange=self.folder.exchange)


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the gradebook: its name, when it was made (UTC), and its size in bytes."""

    name: str
    at: datetime
    size: int


# Writing


def write_backup(folder: ClassFolder, target: Path | None = None, progress: Progress | None = None) -> BackupReport:
    """Write everything of a class that cannot be made again into one zip.

    Parameters
    ----------
    folder
        The class.
    target
        The file; by default beside the class folder, named after the class and the time.
    progress
        Called after each file.

    Raises
    ------
    BackupFailed
        If the file cannot be written; an earlier one of that name stays.
    GradebookFailed
        If the gradebook is busy or broken.
    ClassBusy
        If somebody else is writing the class.
    """
    path = target or folder.root.parent / f"{folder.id}-{now_utc():%Y-%m-%d-%H%M%S}.zip"
    partial = path.with_name(f".{path.name}.part")
    with writing_class(folder, "backup", copy=False):
        try:
            make_private(partial)
            with tempfile.TemporaryDirectory(prefix="avcourse-") as name:
                files = _fill(folder, partial, Path(name), progress)
            partial.replace(path)
            return BackupReport(path, files, path.stat().st_size)
        except (OSError, zipfile.LargeZipFile) as error:
            raise BackupFailed(path=path, reason=getattr(error, "strerror", None) or str(error)) from error
        finally:
            partial.unlink(missing_ok=True)


def _fill(folder: ClassFolder, partial: Path, room: Path, progress: Progress | None) -> int:
    sources = dict(_sources(folder))
    if folder.gradebook.is_file() and folder.gradebook.stat().st_size:
        copy_database(folder.gradebook, room / GRADEBOOK)
        sources[GRADEBOOK] = room / GRADEBOOK
    noted: dict[str, dict[str, Any]] = {}
    with partial.open("wb") as stream:
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, (name, source) in enumerate(sorted(sources.items()), start=1):
                noted[name] = _add(archive, name, source)
                if progress:
                    progress(done, len(sources), name)
            manifest = {"v": VERSION, "class": folder.id, "made": now_utc().isoformat(timespec="seconds") + "Z"}
            inside = folder.exchange.is_relative_to(folder.root)
            text = json.dumps({**manifest, "exchange_inside": inside, "files": noted}, ensure_ascii=False, indent=0)
            archive.writestr(MANIFEST, text)
        stream.flush()
        os.fsync(stream.fileno())
    return len(noted)


def _sources(folder: ClassFolder) -> Iterator[tuple[str, Path]]:
    """Give the files of a backup by their name in it. Links are not followed and hidden files are left out."""
    for name in FILES:
        if (folder.root / name).is_file() and not (folder.root / name).is_symlink():
            yield name, folder.root / name
    for name in FOLDERS:
        for place, inner, files in os.walk(folder.root / name):
            inner[:] = [each for each in inner if not each.startswith(".")]
            for file in files:
                path = Path(place, file)
                if not file.startswith(".") and stat.S_ISREG(path.lstat().st_mode):
                    yield path.relative_to(folder.root).as_posix(), path


def _add(archive: zipfile.ZipFile, name: str, source: Path) -> dict[str, Any]:
    """Stream a file into the zip and return what the manifest says of it."""
    status = source.stat()
    moment = time.localtime(min(max(status.st_mtime, 315619200), 4354819198))[:6]
    member = zipfile.ZipInfo(name, moment)
    member.compress_type, member.file_size, member.external_attr = zipfile.ZIP_DEFLATED, status.st_size, 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as stream, archive.open(member, "w") as out:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            out.write(piece)
    return {"size": size, "sha256": digest.hexdigest()}


# Restoring


def _refused(path: Path, key: str, **fields: object) -> BackupRefused:
    return BackupRefused(path=path, reason=both(f"backup.{key}", **fields))


def _is_ours(name: str) -> bool:
    """Whether a backup of ours can hold a file of that name: nothing that leads out, nothing hidden, nothing foreign."""
    steps = name.split("/")
    if any(not step or step.startswith(".") or "\\" in step or ":" in step or not step.isprintable() for step in steps):
        return False
    return name in (*FILES, GRADEBOOK) or (len(steps) > 1 and steps[0] in FOLDERS)


def _manifest(archive: zipfile.ZipFile, path: Path) -> tuple[Mapping[str, tuple[int, str]], bool]:
    """Return size and SHA-256 of each file by name, and whether the exchange was in the class folder; refuse what does not agree."""
    try:
        with archive.open(MANIFEST) as stream:
            data = json.loads(stream.read(LARGEST_MANIFEST))
        if data["v"] != VERSION:
            raise ValueError(data["v"])
        files = {str(name): (int(each["size"]), str(each["sha256"])) for name, each in data["files"].items()}
        inside = bool(data["exchange_inside"])
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise _refused(path, "no-manifest") from None
    members = [member for member in archive.infolist() if member.filename != MANIFEST]
    names = [member.filename for member in members]
    for member in members:
        kind = stat.S_IFMT(member.external_attr >> 16)
        if not _is_ours(member.filename) or kind not in (0, stat.S_IFREG):
            raise _refused(path, "foreign", name=member.filename[:80])
    if len(set(names)) != len(names) or set(names) != set(files) or CARD not in files:
        raise _refused(path, "not-whole")
    return files, inside


def restore_backup(file: Path, target: Path) -> Restored:
    """Make a class from a backup in a new or empty folder. Every file is checked before the class appears there.

    Parameters
    ----------
    file
        The backup.
    target
        The folder of the class.

    Raises
    ------
    PlaceTaken
        If there is something in the folder already.
    BackupRefused
        If the file is no whole backup.
    ClassNotWritable
        If the folder cannot be written.
    """
    target = target.resolve()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise PlaceTaken(path=target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    except OSError as error:
        raise not_writable(error, target) from error
    try:
        files, inside = _unpack(file, room)
        _check_gradebook(file, room / GRADEBOOK)
        moved = _settle(file, room, target, inside)
        # Participants pass through it to the exchange.
        room.chmod(0o755)
        if target.is_dir():
            target.rmdir()
        room.rename(target)
    except OSError as error:
        raise not_writable(error, target) from error
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return Restored(open_class(target), files, moved)


def _unpack(file: Path, room: Path) -> tuple[int, bool]:
    for name in PRIVATE:
        (room / name).mkdir(mode=0o700)
    try:
        stream = file.open("rb")
    except OSError as error:
        raise BackupRefused(path=file, reason=both("backup.unreadable", reason=error.strerror)) from error
    with stream:
        try:
            archive = zipfile.ZipFile(stream)
        except BROKEN_ZIP:
            raise _refused(file, "no-zip") from None
        with archive:
            try:
                files, inside = _manifest(archive, file)
            except BROKEN_ZIP:
                raise _refused(file, "no-manifest") from None
            for name, (size, digest) in files.items():
                (room / name).parent.mkdir(parents=True, exist_ok=True)
                make_private(room / name)
                with (room / name).open("wb") as out:
                    if _copy_out(archive, name, size, out) != digest:
                        raise _refused(file, "damaged", name=name)
    return len(files), inside


def _copy_out(archive: zipfile.ZipFile, name: str, size: int, out: IO[bytes]) -> str | None:
    """Write a member and return its SHA-256; None where it is damaged or not of the size that it should have."""
    digest, left = hashlib.sha256(), size
    try:
        member = archive.open(name)
    except BROKEN_ZIP:
        return None
    with member:
        while True:
            try:
                piece = member.read(min(_PIECE, left + 1))
            except BROKEN_ZIP:
                return None
            left -= len(piece)
            if left < 0 or not piece:
                return digest.hexdigest() if left == 0 else None
            digest.update(piece)
            out.write(piece)


def _check_gradebook(file: Path, book: Path) -> None:
    if not book.is_file():
        return
    try:
        with closing(sqlite3.connect(book)) as connection:
            whole = connection.execute("PRAGMA quick_check").fetchone() == ("ok",)
    except sqlite3.Error:
        whole = False
    if not whole:
        raise _refused(file, "damaged", name=GRADEBOOK)


def _settle(file: Path, room: Path, target: Path, inside: bool) -> bool:
    """Give the class its exchange, and write what is made from it; return whether the exchange is another one."""
    try:
        folder = open_class(room)
    except NotAClass:
        raise _refused(file, "damaged", name=CARD) from None
    exchange = folder.exchange
    moved = inside
    if not inside:
        try:
            make_exchange(exchange, folder.id)
        except OSError:
            moved = True
    if moved:
        make_exchange(room / "exchange", folder.id)
        exchange = target / "exchange"
        card = (room / CARD).read_text(encoding="utf-8-sig")
        line = f"exchange = {toml_string(str(exchange))}"
        (room / CARD).write_text(re.sub(r"(?m)^exchange\s*=.*$", lambda _: line, card), encoding="utf-8")
    settled = ClassFolder(room, folder.id, folder.language, exchange)
    write_derived(settled)
    write_cards(settled, [member.student for member in read_roster(settled)])
    return moved


# Copies of the gradebook


def list_copies(folder: ClassFolder) -> tuple[Copy, ...]:
    """Return the copies of the gradebook that writers made before they began, the newest first."""
    found = ((path, copied_at(path)) for path in gradebook_copies(folder))
    return tuple(Copy(path.name, at, path.stat().st_size) for path, at in found if at is not None)


def restore_copy(folder: ClassFolder, name: str) -> None:
    """Put a copy in the place of the gradebook; the gradebook as it was is copied first.

    Raises
    ------
    NoCopy
        If there is no such copy.
    ClassBusy, ClassNotWritable, GradebookFailed
        If the gradebook cannot be written, or the copy is damaged.
    """
    known = [copy.name for copy in list_copies(folder)]
    if name not in known:
        raise NoCopy(name=name, known=", ".join(known) or "–")
    # The copy is set aside first: copying the gradebook as it is now may push this one out of the last ten.
    with (
        writing_class(folder, "restore", copy=False),
        tempfile.TemporaryDirectory(prefix="avcourse-") as room,
    ):
        chosen = Path(room) / GRADEBOOK
        copy_database(folder.root / COPIES / name, chosen)
        try:
            copy_gradebook(folder, "restore")
            make_private(folder.gradebook)
            overwrite_database(chosen, folder.gradebook)
        except GradebookFailed as error:
            if isinstance(error.__cause__, sqlite3.OperationalError):
                raise
            # A gradebook that is no database any more cannot be written over as one; it is kept aside.
            folder.gradebook.rename(folder.root / COPIES / f"damaged-{stamp_name()}.db")
            copy_database(chosen, folder.gradebook)
