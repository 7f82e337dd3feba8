"""Killed at any moment, out of disk space, two trainers at once, power lost between gradebook and files: the next run finishes.

How it is killed. A command runs in a forked process, which has everything imported already, so hundreds of deaths cost seconds. It is
killed with SIGKILL, by itself at one of its points (before each thing that it does to a file of the class, before each statement to the
gradebook, at each fsync), or by us after a random time. The points come from Python's audit hook and SQLAlchemy's events, so the library
has no hook of ours. After each death must hold, before anything else runs: the gradebook is wholly as before or wholly as after; every
submission in ``submitted/`` is one that was handed in, whole; none is lost. Then the next command runs, and everything must be as if
nothing had happened.

That this can fail is shown every time by ``test_without_…`` and the end of the test of two trainers, which take the guards away: a
submission written straight into its place, a gradebook written in many transactions, writers without the lock.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, event

from avcourse.classroom import exchange, gradebook, guard
from avcourse.classroom.backup import list_copies, restore_backup, restore_copy, write_backup
from avcourse.classroom.exchange import collect
from avcourse.classroom.giving_back import given_back, release_feedback
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.guard import writing_class
from avcourse.classroom.marking import Wish, change_rubric, find_question, give
from avcourse.classroom.offers import Chosen
from avcourse.classroom.release import release
from avcourse.classroom.schedule import Terms, extend, set_terms
from avcourse.classroom.workspace import ClassFolder, stamp_text
from avcourse.errors import AvcourseError
from avcourse.views.class_feedback import write_feedback
from benchmarks.gradebook_rows import rows

pytestmark = pytest.mark.slow

Make = Callable[[str, ClassFolder], Any]
Action = Callable[[ClassFolder], object]
TESTS = ("eeltest", "jareltest")
FIRST = datetime(2026, 11, 20, 12)
LATER = FIRST + timedelta(days=1)
PLACES = ("submitted", "autograded", "release", "source", "exchange", "feedback")
SEED = 20261127
"""Of the random moments: the same ones every time."""


CHANGES = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "os.utime", "sqlite3.connect")
BY_NAME = ("os.remove", "os.rmdir")
"""Within rmtree names stand by themselves, beside the number of an open folder."""


# A process that dies


class Points:
    """Counts what a process does to a class, and kills it at one of these points."""

    def __init__(self, root: Path, at: int | None, how: signal.Signals = signal.SIGKILL) -> None:
        self.root, self.at, self.how, self.count = str(root), at, how, 0
        sys.addaudithook(self._seen)
        event.listen(Engine, "before_cursor_execute", lambda *_: self.reached())
        event.listen(Engine, "commit", lambda *_: self.reached())
        self._fsync, os.fsync = os.fsync, self._fsync_counted

    def reached(self) -> None:
        self.count += 1
        if self.count == self.at:
            os.kill(os.getpid(), self.how)

    def _fsync_counted(self, number: int) -> None:
        self.reached()
        self._fsync(number)

    def _seen(self, name: str, arguments: tuple[Any, ...]) -> None:
        if name == "open":
            path, _, flags = arguments
            changes = isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            if changes and self.root in str(path):
                self.reached()
        elif name in CHANGES and (name in BY_NAME or any(self.root in str(each) for each in arguments)):
            self.reached()


def die(folder: ClassFolder, action: Action, *, at: int | None = None, after: float | None = None) -> tuple[bool, int]:
    """Run a command in a process of its own until a point or a time; return whether it was killed, and its points in all."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 1
        try:
            points = Points(folder.root, at)
            action(folder)
            os.write(write, str(points.count).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(write)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    with os.fdopen(read, "rb") as stream:
        said = stream.read()
    status = os.waitpid(child, 0)[1]
    killed = os.WIFSIGNALED(status)
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the command failed"
    return killed, int(said or b"0")


# A class, and what must hold of it


@dataclass(frozen=True)
class State:
    """Everything of a class that a trainer would miss: rows without their ids, and files."""

    rows: dict[str, list[tuple[object, ...]]]
    files: dict[str, bytes]


def state_of(folder: ClassFolder) -> State:
    found = (path for place in PLACES for path in (folder.root / place).rglob("*") if path.is_file())
    files = {path.relative_to(folder.root).as_posix(): path.read_bytes() for path in found}
    book = rows(folder.gradebook) if folder.gradebook.is_file() and folder.gradebook.stat().st_size else {}
    return State(book, {name: timeless(name, data) for name, data in files.items()})


def timeless(name: str, data: bytes) -> bytes:
    """Return a file without the moments that our list of feedback given notes."""
    return re.sub(rb'"at": "[^"]*"', b"", data) if name == "feedback/given.json" else data


def submissions(root: Path) -> dict[str, bytes]:
    """Return the files of each whole submission below a folder, by student, assignment and time."""
    return {
        f"{path.parent.parent.name}/{path.parent.name}/{path.read_text()}": (
            path.parent / "responses.jsonl"
        ).read_bytes()
        for path in root.glob("*/[!.]*/timestamp.txt")
    }


class Desk:
    """A class that can be put back to where it was, as often as it dies."""

    def __init__(self, folder: ClassFolder, room: Path) -> None:
        self.folder, self.room, self.whole_book = folder, room, True
        self.offered = {
            "/".join([*path.parent.name.split("+")[:2], (path.read_text())]): (
                path.parent / "responses.jsonl"
            ).read_bytes()
            for path in folder.inbound.glob("*/timestamp.txt")
        }

    def keep(self, name: str, *leave: str) -> None:
        shutil.rmtree(self.room / name, ignore_errors=True)
        shutil.copytree(self.folder.root, self.room / name, ignore=shutil.ignore_patterns(*leave))

    def go_back(self, name: str) -> None:
        for path in self.folder.root.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(self.room / name, self.folder.root, dirs_exist_ok=True)

    def check(self, before: State, after: State) -> None:
        """Check what must hold at once after a death."""
        root = self.folder.root
        if self.whole_book and self.folder.gradebook.is_file() and self.folder.gradebook.stat().st_size:
            assert rows(self.folder.gradebook) in (before.rows, after.rows), "the gradebook is half written"
        there = submissions(root / "submitted")
        assert there.items() <= self.offered.items(), "a submission is a mixture"
        places = {path for path in (root / "submitted").glob("*/*") if not path.name.startswith(".")}
        assert len(there) == len(places), "a submission is half there"
        for name in before.files:
            if name.startswith("submitted/") and name.endswith("/timestamp.txt"):
                place = (root / name).parent
                assert place.is_dir() or place.with_name(f".{place.name}.old").is_dir(), "a submission is lost"

    def left_over(self) -> list[Path]:
        """Return what an interrupted command left and nobody cleared up."""
        return [
            path
            for path in self.folder.root.rglob(".*")
            if path.name != guard.LOCK
            and "backups" not in path.parts
            and path.name.endswith((".part", ".new", ".old", guard.DOING))
        ]

    def campaign(self, begin: str, action: Action, *, most: int, moments: int = 0) -> int:
        """Kill a command at its points, at most so many, and at random moments; each time check, run it again, and compare."""
        self.go_back(begin)
        before = state_of(self.folder)
        began = time.monotonic()
        _, points = die(self.folder, action)
        lasted = time.monotonic() - began
        after = state_of(self.folder)
        assert before != after
        assert points > 5
        dice = random.Random(SEED)
        chosen = range(1, points + 1) if points <= most else sorted(dice.sample(range(1, points + 1), most))
        deaths = 0
        for at, wait in [*((at, None) for at in chosen), *((None, dice.uniform(0, lasted)) for _ in range(moments))]:
            self.go_back(begin)
            killed, _ = die(self.folder, action, at=at, after=wait)
            deaths += killed
            self.check(before, after)
            action(self.folder)
            assert state_of(self.folder) == after, f"point {at}, moment {wait}"
            assert self.left_over() == []
        return deaths


def give_by_hand(folder: ClassFolder, points: float = 0.5) -> None:
    """Give points as formgrader does; when the answers come again, the row must ask for another look, once."""
    with closing(sqlite3.connect(folder.gradebook)) as connection, connection:
        find = "SELECT id FROM base_cell WHERE name = 'principles-1'"
        connection.execute(
            f"UPDATE grade SET manual_score = {points}, needs_manual_grade = 0 WHERE cell_id IN ({find})"
        )


@pytest.fixture
def desk(released: ClassFolder, new_learner: Make, tmp_path: Path) -> Desk:
    """Give a class of three that has been collected and graded once, with points by hand; two have handed in again."""

    def hand_in(learner: Any, test: str, at: datetime) -> None:
        place = released.inbound / f"{learner.folder.learner}+{test}+{stamp_text(at)}+x"
        place.mkdir()
        shutil.copy(learner.folder.log_path(test), place)
        (place / "timestamp.txt").write_text(stamp_text(at))

    learners = [new_learner(f"osaleja-{number}", released) for number in range(4)]
    for wrong, learner in enumerate(learners[:3]):
        for test, form in zip(TESTS, "AB", strict=True):
            learner.answer(test, form, wrong)
            hand_in(learner, test, FIRST)
    first = Desk(released, tmp_path / "kept")
    first.keep("handed in")
    collect(released)
    first.keep("collected", guard.COPIES)
    grade_class(released)
    give_by_hand(released)
    first.keep("graded", guard.COPIES)
    # The same answers once more: no score changes, only the time tells that the points by hand want another look.
    hand_in(learners[0], "eeltest", LATER)
    learners[1].say("eeltest", "pr-anchor", ("wait",), "A")
    hand_in(learners[1], "eeltest", LATER)
    learners[3].answer("jareltest", "B", 1)
    hand_in(learners[3], "jareltest", LATER)
    # One that is late all the same: the extension and the penalty are written with its scores.
    set_terms(released, "jareltest", Terms(FIRST + timedelta(hours=12), "penalty"))
    extend(released, "osaleja-3", "jareltest", FIRST + timedelta(hours=18))
    again = Desk(released, tmp_path / "kept")
    again.keep("handed in again", guard.COPIES)
    collect(released)
    again.keep("collected again", guard.COPIES)
    grade_class(released)
    again.keep("graded again", guard.COPIES)
    return again


# Killed


def give_feedback(folder: ClassFolder) -> None:
    write_feedback(folder)
    release_feedback(folder)


@pytest.mark.parametrize(
    ("begin", "action", "most"),
    [
        ("handed in", collect, 40),
        ("handed in again", collect, 60),
        ("collected", grade_class, 15),
        ("collected again", grade_class, 15),
    ],
)
def test_killed_while_collecting_or_grading(begin: str, action: Action, most: int, desk: Desk) -> None:
    deaths = desk.campaign(begin, action, most=most, moments=5)
    assert deaths > 10


def test_a_whole_run_that_is_killed_again_and_again_ends_as_one_that_was_not(desk: Desk) -> None:
    def run(folder: ClassFolder) -> None:
        collect(folder)
        grade_class(folder)

    desk.go_back("handed in again")
    run(desk.folder)
    after = state_of(desk.folder)
    waiting = [row for row in after.rows["grade"] if row[-1]]
    assert len(waiting) == 2, "the points by hand of the two who handed in again want another look"
    # SQLite keeps an extension of six hours as six hours after the beginning of time.
    assert datetime(1970, 1, 1, 6) in {value for row in after.rows["submitted_assignment"] for value in row}
    dice = random.Random(SEED)
    _, points = die(desk.folder, run)
    desk.go_back("handed in again")
    # Never the same state twice: each death begins where the last one ended.
    for _ in range(20):
        die(desk.folder, run, at=dice.randint(1, points))
    run(desk.folder)
    assert state_of(desk.folder) == after


def test_killed_while_giving_feedback(desk: Desk) -> None:
    assert desk.campaign("graded again", give_feedback, most=15, moments=3) > 10
    assert set(given_back(desk.folder)) == set(TESTS)


@pytest.mark.parametrize(("before", "name", "most"), [((), "eeltest", 2), (("eeltest",), "jareltest", 5)])
def test_killed_while_releasing(
    before: tuple[str, ...], name: str, most: int, classroom: ClassFolder, tmp_path: Path
) -> None:
    import nbgrader.converters.generate_assignment  # noqa: F401  # imported once, not by every process that dies

    if before:
        release(classroom, before)
    own = Desk(classroom, tmp_path / "kept")
    own.whole_book = False
    own.keep("new")
    assert own.campaign("new", lambda folder: release(folder, [name]), most=most) == most


def test_killed_while_grading_by_hand(graded_plan: ClassFolder, tmp_path: Path) -> None:
    """Points with a comment for two, then a rubric that makes their step worth less: each is whole or not there at all."""

    def mark(folder: ClassFolder) -> None:
        wish = Wish(steps=("3",), comment="Hästi põhjendatud.")
        give(folder, "tegevuskava", "tk-change", {"anu": wish, "cille": wish})

    def change(folder: ClassFolder) -> None:
        rubric = find_question(folder, "tegevuskava", "tk-change").rubric
        steps = tuple(replace(step, points=2.5 if step.id == "3" else step.points) for step in rubric.steps)
        change_rubric(folder, "tegevuskava", "tk-change", replace(rubric, steps=steps))

    own = Desk(graded_plan, tmp_path / "kept")
    own.offered = submissions(graded_plan.root / "submitted")
    own.keep("graded", guard.COPIES)
    assert own.campaign("graded", mark, most=12, moments=2) > 8
    own.go_back("graded")
    mark(graded_plan)
    own.keep("marked", guard.COPIES)
    assert own.campaign("marked", change, most=12, moments=2) > 8
    answers = find_question(graded_plan, "tegevuskava", "tk-change").answers
    given = {answer.student: (answer.points, answer.steps) for answer in answers if answer.points is not None}
    assert given == {"anu": (2.5, ("3",)), "cille": (2.5, ("3",))}


def test_killed_while_backing_up(desk: Desk, tmp_path: Path) -> None:
    desk.go_back("graded again")
    target = tmp_path / "k.zip"
    write_backup(desk.folder, target)
    wanted = state_of(restore_backup(target, tmp_path / "0").folder)
    around = replace(desk.folder, root=tmp_path)  # the points of the whole folder: the backup stands beside the class
    _, points = die(around, lambda _: write_backup(desk.folder, target))
    dice = random.Random(SEED)
    for number, at in enumerate(dice.sample(range(1, points + 1), min(points, 20)), start=1):
        earlier = target.read_bytes()
        killed, _ = die(around, lambda _: write_backup(desk.folder, target), at=at)
        assert killed
        assert state_of(restore_backup(target, tmp_path / f"{number}").folder) == wanted, "the earlier backup is gone"
        write_backup(desk.folder, target)
        assert state_of(restore_backup(target, tmp_path / f"{number} again").folder) == wanted
        assert earlier
        assert desk.left_over() == []


def test_killed_while_going_back_to_a_copy(desk: Desk) -> None:
    with writing_class(desk.folder, "grade"):
        pass
    give_by_hand(desk.folder, 0.25)
    desk.keep("with a copy")
    name = list_copies(desk.folder)[0].name
    assert desk.campaign("with a copy", lambda folder: restore_copy(folder, name), most=15, moments=5) >= 6


def test_without_whole_submissions_the_campaign_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def straight(folder: ClassFolder, one: Chosen) -> None:
        place = folder.root / "submitted" / one.student / one.assignment
        place.mkdir(parents=True, exist_ok=True)
        page = {f"{one.assignment}.ipynb": folder.released(one.assignment).read_bytes()}
        for name, data in {**page, **one.files, "timestamp.txt": stamp_text(one.at).encode()}.items():
            (place / name).write_bytes(data)

    monkeypatch.setattr(exchange, "_put", straight)
    with pytest.raises(AssertionError, match="a submission is"):
        desk.campaign("handed in again", collect, most=60)


def test_without_one_transaction_the_campaign_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def at_once(database: str) -> Iterator[Any]:
        engine = create_engine(database, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection
        engine.dispose()

    monkeypatch.setattr(gradebook, "connect", at_once)
    with pytest.raises(AssertionError, match="half written"):
        desk.campaign("collected again", grade_class, most=15)


# Two at once


def side_by_side(desk: Desk, action: Action, at: int) -> bool:
    """Stop one process in the middle of a command, begin the same in another, let the first go on; return whether both ended well."""
    desk.go_back("handed in again")
    children = []
    for stops in (at, None):
        child = os.fork()
        if child == 0:
            code = 1
            try:
                with Path(os.devnull).open("w") as nothing:
                    os.dup2(nothing.fileno(), 2)
                Points(desk.folder.root, stops, signal.SIGSTOP)
                action(desk.folder)
                code = 0
            finally:
                os._exit(code)
        children.append(child)
        if stops:
            assert os.WIFSTOPPED(os.waitpid(child, os.WUNTRACED)[1])
    time.sleep(0.3)
    os.kill(children[0], signal.SIGCONT)
    codes = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    return codes == [0, 0]


def both(folder: ClassFolder) -> None:
    collect(folder)
    grade_class(folder)


def test_two_trainers_at_once_wait_for_each_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = state_of(desk.folder)
    desk.go_back("handed in again")
    _, points = die(desk.folder, both)
    chosen = random.Random(SEED).sample(range(3, points), 6)
    for at in chosen:
        assert side_by_side(desk, both, at)
        assert state_of(desk.folder) == wanted
    # Without the lock the same meetings end badly.
    monkeypatch.setattr(guard, "try_lock", lambda _: True)
    assert not all(side_by_side(desk, both, at) and state_of(desk.folder) == wanted for at in chosen)


# A full disk


@contextmanager
def small_disk(place: Path) -> Iterator[Callable[[int], Any]]:
    """Give a way to leave so many bytes free on the disk of a folder: a file system of its own where we may mount one.

    Elsewhere the process may write no file beyond so many bytes, which the system refuses just as late, in the middle of writing.
    """
    place.mkdir()
    mounted = (
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", place], capture_output=True).returncode == 0
    )

    @contextmanager
    def leave(free: int) -> Iterator[None]:
        if mounted:
            status = os.statvfs(place)
            (place / "filler").write_bytes(b"x" * max(0, status.f_bavail * status.f_frsize - free))
        limit = resource.getrlimit(resource.RLIMIT_FSIZE)
        if not mounted:
            resource.setrlimit(resource.RLIMIT_FSIZE, (free, limit[1]))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
            (place / "filler").unlink(missing_ok=True)

    try:
        yield leave
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)


def test_a_full_disk_is_said_and_the_next_run_finishes(desk: Desk, tmp_path: Path) -> None:
    wanted = state_of(desk.folder)
    refused = set()
    with small_disk(tmp_path / "disk") as leave:
        root = tmp_path / "disk" / "klass"
        folder = replace(desk.folder, root=root, exchange=root / "exchange")
        for free in (0, 4096, 12_288, 20_480, 40_960, 90_112, 180_224, 10_000_000):
            shutil.rmtree(root, ignore_errors=True)
            shutil.copytree(desk.room / "handed in again", root)
            with leave(free):
                for action in (collect, grade_class, lambda each: write_backup(each, root / "k.zip")):
                    try:
                        action(folder)
                    except AvcourseError as error:
                        refused.add(type(error).__name__)
            assert rows(folder.gradebook) in (wanted.rows, wanted_before(desk))
            both(folder)
            assert state_of(folder) == wanted
            write_backup(folder, root / "k.zip")
    assert {"BackupFailed", "CollectFailed"} & refused, refused
    assert len(refused) >= 3, refused


def wanted_before(desk: Desk) -> dict[str, list[tuple[object, ...]]]:
    return rows(desk.room / "handed in again" / "gradebook.db")


# Power lost between gradebook and files


def emptied(folder: ClassFolder) -> None:
    for path in (folder.root / "autograded").rglob("*"):
        if path.is_file():
            path.write_bytes(b"")


def no_times(folder: ClassFolder) -> None:
    for path in (folder.root / "submitted").glob("*/*/timestamp.txt"):
        path.write_bytes(b"")


def older_gradebook(folder: ClassFolder) -> None:
    restore_copy(folder, list_copies(folder)[0].name)


@pytest.mark.parametrize(
    "loss", [lambda folder: shutil.rmtree(folder.root / "autograded"), emptied, no_times, older_gradebook]
)
def test_power_lost_between_gradebook_and_files(loss: Action, desk: Desk) -> None:
    wanted = state_of(desk.folder)
    loss(desk.folder)
    assert state_of(desk.folder) != wanted
    both(desk.folder)
    assert state_of(desk.folder) == wanted
