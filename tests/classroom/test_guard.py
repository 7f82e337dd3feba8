"""One writer at a time, a copy of the gradebook before it, and what an interrupted command left."""

from __future__ import annotations

import ast
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

import avcourse
from avcourse.classroom import guard
from avcourse.classroom.exercise import quiet_nbgrader
from avcourse.classroom.guard import COPIES_KEPT, ClassBusy, ClassNotWritable, gradebook_copies, writing_class
from avcourse.classroom.workspace import ClassFolder, now_utc
from avcourse.course.language import words
from avcourse.errors import GradebookFailed

HOLDER = """
import sys
from pathlib import Path
from avcourse.classroom.guard import writing_class
from avcourse.classroom.workspace import open_class
with writing_class(open_class(Path(sys.argv[1])), "grade", copy=False):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(classroom: ClassFolder) -> Callable[[], subprocess.Popen[str]]:
    """Give another process that writes the class until its standard input ends."""

    def begin() -> subprocess.Popen[str]:
        command = [sys.executable, "-c", HOLDER, str(classroom.root)]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        return process

    return begin


def change(classroom: ClassFolder, at: int) -> None:
    """Change the gradebook in a way that tells one state from the next."""
    with closing(sqlite3.connect(classroom.gradebook)) as connection, connection:
        connection.execute(f"PRAGMA user_version = {at}")
    os.utime(classroom.gradebook, ns=(at, at))


def version(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_second_trainer_waits_or_is_told_who_is_at_work(
    classroom: ClassFolder, holder: Callable[[], subprocess.Popen[str]]
) -> None:
    other = holder()
    with pytest.raises(ClassBusy) as caught, writing_class(classroom, "collect", patience=0):
        pass
    assert "hindamine" in caught.value.sentence("et")
    assert "grading" in caught.value.sentence("en")
    threading.Timer(0.3, lambda: other.communicate()).start()
    with writing_class(classroom, "collect", patience=30):
        assert other.wait(10) == 0


def test_a_killed_writer_locks_nobody_out(classroom: ClassFolder, holder: Callable[[], subprocess.Popen[str]]) -> None:
    other = holder()
    other.kill()
    other.communicate()
    with writing_class(classroom, "collect", patience=0):
        pass


def test_no_other_account_of_the_machine_can_hold_a_class_or_read_its_log(released: ClassFolder) -> None:
    with writing_class(released, "grade"), quiet_nbgrader(released.log) as (logger, _):
        logger.info("k3f9")
    for path in (released.root / guard.LOCK, released.log):
        assert path.stat().st_mode & 0o077 == 0, path


def test_writers_inside_one_another_are_one_but_threads_are_not(classroom: ClassFolder) -> None:
    said: list[str] = []

    def in_a_thread() -> None:
        try:
            with writing_class(classroom, "collect", patience=0):
                said.append("in")
        except ClassBusy:
            said.append("busy")

    with writing_class(classroom, "grade"), writing_class(classroom, "collect", patience=0):
        thread = threading.Thread(target=in_a_thread)
        thread.start()
        thread.join()
    with writing_class(classroom, "grade"):
        pass
    assert said == ["busy"]


def test_the_last_ten_states_of_the_gradebook_are_kept(released: ClassFolder) -> None:
    for at in range(1, COPIES_KEPT + 4):
        change(released, at)
        for _ in range(2):  # the second writer finds it unchanged
            with writing_class(released, "grade"), writing_class(released, "mark"):
                pass
    copies = gradebook_copies(released)
    assert [version(copy) for copy in copies] == list(range(COPIES_KEPT + 3, 3, -1))
    assert all(copy.stat().st_mode & 0o077 == 0 for copy in (*copies, copies[0].parent))


def test_the_copy_is_made_before_the_first_change(released: ClassFolder) -> None:
    change(released, 1)
    with writing_class(released, "collect", copy=False):
        assert gradebook_copies(released) == []
        with writing_class(released, "grade"):
            change(released, 2)
        with writing_class(released, "grade"):
            change(released, 3)
    assert [version(copy) for copy in gradebook_copies(released)] == [1]


def test_a_review_leaves_a_copy_in_ten_minutes_at_most(released: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = now_utc()
    for minutes, at in ((0, 1), (4, 2), (9, 3), (11, 4), (12, 5)):
        monkeypatch.setattr(guard, "now_utc", lambda minutes=minutes: begun + timedelta(minutes=minutes))
        change(released, at)
        with writing_class(released, "review"):
            pass
    assert [version(copy) for copy in gradebook_copies(released)] == [4, 1]


def test_a_damaged_gradebook_pushes_out_no_good_copy(released: ClassFolder) -> None:
    with writing_class(released, "grade"):
        pass
    released.gradebook.write_bytes(b"no database at all, but long enough to be looked at as one" * 99)
    with pytest.raises(GradebookFailed), writing_class(released, "grade"):
        pass
    assert len(gradebook_copies(released)) == 1
    assert not list((released.root / "backups").glob(".*"))


@pytest.mark.parametrize("new_is_there", [True, False])
def test_what_was_left_half_way_is_cleared_up(new_is_there: bool, released: ClassFolder) -> None:
    home = released.root / "submitted" / "k3f9-q7mw"
    (home / ".eeltest.old").mkdir(parents=True)
    (home / ".eeltest.old" / "responses.jsonl").write_text("old")
    (home / ".jareltest.new").mkdir()
    if new_is_there:
        (home / "eeltest").mkdir()
        (home / "eeltest" / "responses.jsonl").write_text("new")
    (released.root / ".keys.json.part").write_text("half")
    (released.root / "inbox" / ".eeltest-k3f9.zip.part").write_text("half")
    others = released.inbound / ".theirs.part"
    others.write_text("theirs")
    with pytest.raises(KeyboardInterrupt), writing_class(released, "collect"):
        raise KeyboardInterrupt
    with writing_class(released, "collect"):
        assert [path.name for path in home.iterdir()] == ["eeltest"]
        assert (home / "eeltest" / "responses.jsonl").read_text() == ("new" if new_is_there else "old")
        assert list(released.root.rglob("*.part")) == [others]


def test_a_refused_point_does_not_make_the_next_one_wait(
    released: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "_clear_rooms", lambda _: pytest.fail("the whole class is looked through"))
    with pytest.raises(GradebookFailed), writing_class(released, "review"):
        raise GradebookFailed(path="x", reason="x")
    with writing_class(released, "review"):
        pass


def test_a_class_that_cannot_be_written_is_said(classroom: ClassFolder) -> None:
    shutil.rmtree(classroom.root)
    with pytest.raises(ClassNotWritable) as caught, writing_class(classroom, "collect"):
        pass
    assert str(classroom.root) in caught.value.sentence("et")


def test_every_writer_says_what_it_does_in_words() -> None:
    said = set()
    for path in Path(avcourse.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "writing_class":
                assert isinstance(node.args[1], ast.Constant), path
                said.add(node.args[1].value)
    assert said
    assert said <= words("doing", "et").keys()
