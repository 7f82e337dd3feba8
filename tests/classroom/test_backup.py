"""A class in one file and back, and the copies of the gradebook."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from avcourse.classroom import backup as backup_module
from avcourse.classroom.backup import (
    BackupFailed,
    BackupRefused,
    NoCopy,
    PlaceTaken,
    list_copies,
    restore_backup,
    restore_copy,
    write_backup,
)
from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.giving_back import release_feedback
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.guard import writing_class
from avcourse.classroom.release import release
from avcourse.classroom.roster import import_roster, read_roster
from avcourse.classroom.schedule import Terms, parse_when, read_schedule, set_terms
from avcourse.classroom.workspace import ClassFolder
from avcourse.errors import GradebookFailed
from avcourse.views.class_feedback import write_feedback
from benchmarks.gradebook_rows import rows

Make = Callable[[str, ClassFolder], Any]


@pytest.fixture
def lived_in(released: ClassFolder, new_learner: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ClassFolder:
    """Give a class with a roster, deadlines, and one graded submission."""
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    import_roster(released, "a.csv", "tunnus;nimi;rühm\nk3f9-q7mw;Mari Maasikas;Põhi\n".encode())
    set_terms(released, "eeltest", Terms(parse_when("2099-12-01 17:00"), "penalty", 0.2))
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A", 1)
    submit(learner.folder, "eeltest")
    collect(released)
    grade_class(released)
    return released


def kept(folder: ClassFolder) -> dict[str, bytes]:
    """Return every file that must survive, by name; the gradebook is compared by its rows."""
    places = ("submitted", "autograded", "source", "release", "inbox")
    files = [path for place in places for path in (folder.root / place).rglob("*") if path.is_file()]
    files += [folder.root / name for name in ("keys.json", "schedule.json", "roster.csv")]
    return {path.relative_to(folder.root).as_posix(): path.read_bytes() for path in files}


def test_there_and_back(lived_in: ClassFolder, tmp_path: Path, checkout: Path) -> None:
    report = write_backup(lived_in, tmp_path / "k.zip")
    assert report.path.stat().st_mode & 0o077 == 0
    with zipfile.ZipFile(report.path) as archive:
        assert not any(b"Maasikas" in archive.read(name) for name in archive.namelist())
        assert not any(name.startswith((".", "backups", "exchange")) for name in archive.namelist())
    before = kept(lived_in), rows(lived_in.gradebook), read_roster(lived_in), read_schedule(lived_in)
    shutil.rmtree(lived_in.root)
    restored = restore_backup(report.path, tmp_path / "uus klass")
    folder = restored.folder
    assert (kept(folder), rows(folder.gradebook), read_roster(folder), read_schedule(folder)) == before
    assert (folder.id, folder.language) == (lived_in.id, lived_in.language)
    # The exchange was in the class folder, so the class has a new one, and life goes on.
    assert restored.moved
    assert folder.exchange == folder.root / "exchange"
    assert (folder.root / "card" / "k3f9-q7mw" / "class.toml").is_file()
    assert (folder.root / "submitted").stat().st_mode & 0o077 == 0
    assert {one.state for one in release(folder)} == {"new"}
    assert collect(folder).collected == ()
    grade_class(folder)
    assert rows(folder.gradebook) == before[1]
    for language in ("et", "en"):
        assert "{" not in report.sentence(language) + "".join(restored.sentences(language))


MADE_AGAIN = {"nbgrader_config.py", "card", "exchange", "backups", "feedback", "exports", "avcourse.log", "gains.svg"}
"""What stands in a class folder and is not in a backup: made from the rest, other people's, or only for looking at."""


def test_nothing_new_in_a_class_folder_is_forgotten(lived_in: ClassFolder, checkout: Path) -> None:
    release(lived_in)
    write_feedback(lived_in)
    release_feedback(lived_in)
    there = {path.name for path in lived_in.root.iterdir() if not path.name.startswith(".")}
    kept_names = {
        name.split("/")[0] for name in (*backup_module.FILES, *backup_module.FOLDERS, backup_module.GRADEBOOK)
    }
    assert {"feedback", "editions", "schedule.json"} <= there
    assert there <= kept_names | MADE_AGAIN


def test_an_exchange_elsewhere_stays(checkout: Path, tmp_path: Path) -> None:
    from avcourse.classroom.workspace import new_class

    folder = new_class(tmp_path / "klass", "k", "en", tmp_path / "shared")
    report = write_backup(folder)
    assert report.path.parent == tmp_path
    restored = restore_backup(report.path, tmp_path / "other")
    assert not restored.moved
    assert restored.folder.exchange == folder.exchange
    # A place of another machine cannot be had here.
    blocked = tmp_path / "file"
    blocked.touch()
    card = (folder.root / "class.toml").read_text().replace(str(tmp_path / "shared"), str(blocked / "shared"))
    (folder.root / "class.toml").write_text("# rehearsal\n" + card)
    restored = restore_backup(write_backup(folder, tmp_path / "b.zip").path, tmp_path / "third")
    assert restored.moved
    assert (restored.folder.root / "class.toml").read_text().startswith("# rehearsal\n")


def test_links_and_hidden_files_are_left_out(lived_in: ClassFolder, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    (lived_in.root / "submitted" / "k3f9-q7mw" / "link").symlink_to(secret)
    (lived_in.root / "submitted" / "dir").symlink_to(tmp_path)
    (lived_in.root / "inbox" / ".hidden").write_text("secret")
    os.mkfifo(lived_in.root / "inbox" / "pipe")
    (lived_in.root / "partners.json").symlink_to(secret)
    with zipfile.ZipFile(write_backup(lived_in, tmp_path / "k.zip").path) as archive:
        assert not any(archive.read(name) == b"secret" for name in archive.namelist())
        assert not [name for name in archive.namelist() if "link" in name or "pipe" in name or name == "partners.json"]


def rewritten(source: Path, target: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """Write a backup anew with its members changed."""
    with zipfile.ZipFile(source) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def listed(members: dict[str, bytes], name: str, data: bytes) -> None:
    """Add a member and put it into the manifest too, as somebody would who means harm."""
    import hashlib

    manifest = json.loads(members["manifest.json"])
    manifest["files"][name] = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
    members |= {name: data, "manifest.json": json.dumps(manifest).encode()}


STRANGE = {
    "changed": lambda m: m.update({"keys.json": m["keys.json"].replace(b"o", b"0", 1)}),
    "longer": lambda m: m.update({"keys.json": m["keys.json"] + b"\n"}),
    "missing": lambda m: m.pop("keys.json"),
    "added": lambda m: m.update({"submitted/x/eeltest/responses.jsonl": b""}),
    "no manifest": lambda m: m.pop("manifest.json"),
    "manifest": lambda m: m.update({"manifest.json": b"[" * 99999}),
    "version": lambda m: m.update({"manifest.json": m["manifest.json"].replace(b'"v": 1', b'"v": 2')}),
    "out": lambda m: listed(m, "submitted/../../out.txt", b"x"),
    "above": lambda m: listed(m, "../out.txt", b"x"),
    "root": lambda m: listed(m, "/tmp/out.txt", b"x"),
    "windows": lambda m: listed(m, "submitted\\..\\..\\out.txt", b"x"),
    "drive": lambda m: listed(m, "submitted/C:/out.txt", b"x"),
    "foreign": lambda m: listed(m, "nbgrader_config.py", b"raise SystemExit"),
    "hidden": lambda m: listed(m, "source/.ipython/startup.py", b"x"),
    "gradebook": lambda m: listed(m, "gradebook.db", b"no database" * 999),
    "card": lambda m: listed(m, "class.toml", b"id = '../x'"),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_a_backup_that_is_not_whole_is_refused_and_nothing_is_left(
    kind: str, lived_in: ClassFolder, tmp_path: Path
) -> None:
    report = write_backup(lived_in, tmp_path / "k.zip")
    bad = rewritten(report.path, tmp_path / "bad.zip", STRANGE[kind])
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BackupRefused) as caught:
        restore_backup(bad, tmp_path / "out" / "klass")
    assert "bad.zip" in caught.value.sentence("et")
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "out"])


def test_links_in_a_backup_are_refused(lived_in: ClassFolder, tmp_path: Path) -> None:
    report = write_backup(lived_in, tmp_path / "k.zip")
    with zipfile.ZipFile(report.path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "bad.zip", "w") as archive:
        for name, data in members.items():
            member = zipfile.ZipInfo(name)
            member.external_attr = (0o120777 if name == "keys.json" else 0o600) << 16
            archive.writestr(member, data)
    with pytest.raises(BackupRefused):
        restore_backup(tmp_path / "bad.zip", tmp_path / "klass 2")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"x" * 999])
def test_what_is_no_backup(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "k.zip").write_bytes(data)
    for path in (tmp_path / "k.zip", tmp_path / "gone.zip", tmp_path):
        with pytest.raises(BackupRefused):
            restore_backup(path, tmp_path / "klass")
    assert not (tmp_path / "klass").exists()


def test_a_class_is_never_restored_over_another(lived_in: ClassFolder, tmp_path: Path) -> None:
    report = write_backup(lived_in, tmp_path / "k.zip")
    before = kept(lived_in)
    with pytest.raises(PlaceTaken):
        restore_backup(report.path, lived_in.root)
    with pytest.raises(PlaceTaken):
        restore_backup(report.path, report.path)
    assert kept(lived_in) == before
    (tmp_path / "empty").mkdir()
    assert restore_backup(report.path, tmp_path / "empty").folder.id == lived_in.id


def test_a_backup_that_cannot_be_written_leaves_the_earlier_one(
    lived_in: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = write_backup(lived_in, tmp_path / "k.zip")
    before = report.path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(backup_module, "_add", full)
        with pytest.raises(BackupFailed) as caught:
            write_backup(lived_in, tmp_path / "k.zip")
    assert "No space left" in caught.value.sentence("en")
    assert report.path.read_bytes() == before
    assert not list(tmp_path.glob(".*"))
    with pytest.raises(BackupFailed):
        write_backup(lived_in, tmp_path / "gone" / "k.zip")


def version(path: Path, new: int | None = None) -> int:
    with closing(sqlite3.connect(path)) as connection, connection:
        if new is not None:
            connection.execute(f"PRAGMA user_version = {new}")
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_going_back_to_a_copy_of_the_gradebook(lived_in: ClassFolder) -> None:
    graded = rows(lived_in.gradebook)
    for at in range(1, 12):
        version(lived_in.gradebook, at)
        os.utime(lived_in.gradebook, ns=(at, at))
        with writing_class(lived_in, "grade"):
            pass
    copies = list_copies(lived_in)
    assert len(copies) == 10
    with pytest.raises(NoCopy):
        restore_copy(lived_in, "../gradebook.db")
    version(lived_in.gradebook, 99)
    # The oldest copy, which is pushed out by the copy of what it replaces.
    restore_copy(lived_in, copies[-1].name)
    assert version(lived_in.gradebook) == 2
    assert rows(lived_in.gradebook) == graded
    restore_copy(lived_in, list_copies(lived_in)[0].name)
    assert version(lived_in.gradebook) == 99


@pytest.mark.parametrize("state", ["damaged", "gone"])
def test_going_back_from_a_gradebook_that_is_no_more(state: str, lived_in: ClassFolder) -> None:
    with writing_class(lived_in, "grade"):
        pass
    graded = rows(lived_in.gradebook)
    lived_in.gradebook.unlink()
    if state == "damaged":
        lived_in.gradebook.write_bytes(b"no database at all" * 999)
    restore_copy(lived_in, list_copies(lived_in)[0].name)
    assert rows(lived_in.gradebook) == graded
    assert lived_in.gradebook.stat().st_mode & 0o077 == 0
    assert len(list((lived_in.root / "backups").glob("damaged-*"))) == (state == "damaged")


def test_a_busy_gradebook_is_not_put_aside(lived_in: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with writing_class(lived_in, "grade"):
        pass
    monkeypatch.setattr("avcourse.classroom.guard.BUSY_PATIENCE", 0.2)
    with closing(sqlite3.connect(lived_in.gradebook, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(GradebookFailed):
            restore_copy(lived_in, list_copies(lived_in)[0].name)
    assert not list((lived_in.root / "backups").glob("damaged-*"))
