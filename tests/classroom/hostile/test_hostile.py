"""Submissions that try to do harm, one file each in ``cases/``: what they get, what the trainer hears, and that each guard is needed."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import signal
import sqlite3
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

import pytest

from avcourse.classroom.exchange import collect
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.workspace import ClassFolder, SubmissionProblem, printable
from avcourse.views.class_feedback import write_feedback

HERE = Path(__file__).resolve().parent
MEMORY = 96 * 1024 * 1024
"""What one submission may make a run take: twelve times the largest log."""
PATIENCE = 30.0
"""Seconds after which a run hangs; one takes a fraction of a second."""


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"hostile_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


CASES = {path.stem: load(path) for path in sorted((HERE / "cases").glob("*.py"))}
GUARDS = load(HERE / "guards.py").GUARDS
Evil = load(HERE / "conftest.py").Evil
SECRET = load(HERE / "conftest.py").SECRET
unescaped = load(HERE / "shown.py").unescaped


class Watch:
    """Hears every file opened, process begun and connection made, while it is on. An audit hook cannot be taken out again."""

    on = False
    heard: list[tuple[str, str]] = []  # noqa: RUF012

    @classmethod
    def hook(cls, event: str, args: tuple[Any, ...]) -> None:
        if cls.on and event == "open" and isinstance(args[0], str | bytes):
            cls.heard.append((event, os.fsdecode(args[0])))
        elif cls.on and event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "socket.connect"):
            cls.heard.append((event, repr(args[:2])))


sys.addaudithook(Watch.hook)


@contextlib.contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TimeoutError when the body hangs."""

    def stop(signum: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(frozen=True)
class Run:
    """What came of collecting and grading a class."""

    stopped: str | None
    problems: tuple[SubmissionProblem, ...]
    points: dict[tuple[str, str], float]
    heard: tuple[tuple[str, str], ...]
    peak: int


def run(classroom: ClassFolder, patience: float = PATIENCE) -> Run:
    """Collect and grade as ``avcourse class`` does."""
    problems: list[SubmissionProblem] = []
    stopped = None
    Watch.heard.clear()
    tracemalloc.start()
    Watch.on = True
    try:
        with within(patience):
            problems += collect(classroom).problems
            problems += grade_class(classroom).problems
    except BaseException as error:
        stopped = repr(error)
    finally:
        Watch.on = False
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    points = {key: sum(cells.values()) for key, cells in read_scores(classroom.database).items()}
    return Run(stopped, tuple(problems), points, tuple(Watch.heard), peak)


def digests(*roots: Path) -> dict[str, str]:
    """Return what stands in files, links and all, so that a change shows."""
    found = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            if path.is_symlink() or not path.is_file():
                found[str(path)] = "link" if path.is_symlink() else "other"
            elif path.stat().st_size < 50_000_000:
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def refuse_without_root(case: ModuleType) -> None:
    """Skip, where everybody sees it, what only root can lay out."""
    if getattr(case, "ROOT", False) and os.geteuid() != 0:
        pytest.skip("only root can give a folder to another account")


def harm(case: ModuleType, evil: Any, guard: str | None = None) -> list[str]:
    """Let one attacker at the class and return everything that went wrong."""
    refuse_without_root(case)
    classroom = evil.classroom
    case.attack(evil)
    roots = [classroom.root / name for name in ("source", "release", "card", "keys.json")]
    before = digests(evil.outside, classroom.exchange, *roots)
    ran = run(classroom, PATIENCE if guard is None else 5.0)
    found = [] if ran.stopped is None else [f"stopped: {ran.stopped}"]
    whose = getattr(case, "WHOSE", evil.student)
    named = {p.kind for p in ran.problems if str(p.student).startswith((whose, f"eeltest-{whose}"))}
    if case.NAMED not in named:
        found.append(f"not named as {case.NAMED}: {sorted(named)}")
    for language in ("et", "en"):
        said = [problem.sentence(language) for problem in ran.problems]
        found += [f"unprintable: {text!r}" for text in said if printable(text) != text]
    own = {key: value for key, value in ran.points.items() if key[0] not in ("aus-1",)}
    if sum(own.values()) > getattr(case, "EARNS", 0.0):
        found.append(f"earned {own}")
    if ran.points.get(("aus-1", "eeltest")) != 7.0 and not getattr(case, "VICTIM", False):
        found.append(f"the honest one has {ran.points}")
    if getattr(case, "VICTIM", False) and ran.points.get(("aus-1", "eeltest")) == 20.0:
        found.append("the victim's points are the attacker's")
    if digests(evil.outside, classroom.exchange, *roots) != before:
        found.append("something outside was changed")
    found += [f"{event}: {what}" for event, what in ran.heard if event != "open"]
    found += [f"opened {what}" for event, what in ran.heard if event == "open" and leads_out(what, classroom, evil)]
    for path in (*(classroom.root / "submitted").rglob("*"), *(classroom.root / "autograded").rglob("*")):
        if path.is_file() and path.stat().st_size < 20_000_000 and SECRET.encode() in path.read_bytes():
            found.append(f"the secret stands in {path.name}")
    if not {path.name for path in (classroom.root / "submitted").iterdir()} <= {"aus-1", evil.student, whose}:
        found.append("a strange name under submitted/")
    if hasattr(case, "TEXT"):
        found += unescaped(classroom, case.TEXT)
    if ran.peak > MEMORY:
        found.append(f"{ran.peak >> 20} MB of memory")
    return found


def leads_out(name: str, classroom: ClassFolder, evil: Any) -> bool:
    """Whether an opened file is outside, or somebody's link, pipe or device."""
    path = Path(name)
    inside = path.resolve().is_relative_to(classroom.root) or path.resolve().is_relative_to(classroom.exchange)
    # A pipe may be opened: without waiting, and to find out what it is. Whoever waits for it hangs.
    special = path.is_symlink() or path.is_char_device()
    return path.resolve().is_relative_to(evil.outside) or (
        (inside or path.is_absolute()) and special and "proc" not in name
    )


@pytest.fixture
def evil(evil_class: tuple[ClassFolder, Path]) -> Any:
    return Evil("kuri-1", *evil_class)


def test_there_are_at_least_forty_submissions_and_every_guard_has_one() -> None:
    assert len(CASES) >= 40
    assert {case.GUARD for case in CASES.values()} == set(GUARDS)
    assert all(len(case.TRIES) > 10 for case in CASES.values())


@pytest.mark.parametrize("name", CASES)
def test_it_gets_nowhere_and_is_named(name: str, evil: Any) -> None:
    assert harm(CASES[name], evil) == []


@pytest.mark.parametrize("name", CASES)
def test_it_would_get_somewhere_without_its_guard(name: str, evil: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    GUARDS[CASES[name].GUARD](monkeypatch)
    assert harm(CASES[name], evil, CASES[name].GUARD) != []


def lay_out(classroom: ClassFolder, outside: Path) -> dict[str, str]:
    """Let every attacker at one class at the same time and return under which id each is known."""
    known = {}
    for number, (name, case) in enumerate(CASES.items(), start=1):
        if not getattr(case, "VICTIM", False) and not (getattr(case, "ROOT", False) and os.geteuid() != 0):
            case.attack(Evil(f"kuri-{number}", classroom, outside))
            known[name] = getattr(case, "WHOSE", f"kuri-{number}")
    return known


def honest_rows(classroom: ClassFolder) -> list[tuple[object, ...]]:
    """Return the honest participant's grades as they stand in nbgrader's tables, ids aside."""
    query = """
        select assignment.name, base_cell.name, auto_score, manual_score, extra_credit, needs_manual_grade, timestamp
        from grade join base_cell on cell_id = base_cell.id
        join submitted_notebook on grade.notebook_id = submitted_notebook.id
        join submitted_assignment on submitted_notebook.assignment_id = submitted_assignment.id
        join assignment on submitted_assignment.assignment_id = assignment.id
        where student_id = 'aus-1' order by 1, 2
    """
    with contextlib.closing(sqlite3.connect(classroom.gradebook)) as book:
        return book.execute(query).fetchall()


@pytest.mark.slow
def test_all_of_them_at_once_change_nothing_for_the_honest_one(evil_class: tuple[ClassFolder, Path]) -> None:
    classroom, outside = evil_class
    assert run(classroom).stopped is None
    alone = honest_rows(classroom)
    assert len(alone) == 40
    known = lay_out(classroom, outside)
    before = digests(outside, classroom.exchange)
    ran = run(classroom)
    assert ran.stopped is None
    assert digests(outside, classroom.exchange) == before
    assert honest_rows(classroom) == alone
    heard = {(str(problem.student), problem.kind) for problem in ran.problems}
    silent = [
        n
        for n, who in known.items()
        if not any(s.startswith((who, f"eeltest-{who}")) and k == CASES[n].NAMED for s, k in heard)
    ]
    assert silent == []
    earned: dict[str, float] = {}
    for (student, _), points in ran.points.items():
        earned[student] = earned.get(student, 0.0) + points
    assert [n for n, who in known.items() if earned.get(who, 0.0) > getattr(CASES[n], "EARNS", 0.0)] == []
    write_feedback(classroom)
    assert unescaped(classroom, *(case.TEXT for case in CASES.values() if hasattr(case, "TEXT"))) == []


@pytest.mark.slow
def test_what_running_their_pages_would_do(evil: Any) -> None:
    """The guard against cells that act is that nothing of a learner's is run: plain nbgrader runs it, with the trainer's rights."""
    CASES["cell_that_reads_the_keys"].attack(evil)
    assert harm_of_running(evil, "avcourse") == []
    assert harm_of_running(evil, "nbgrader") == ["loot"]


def harm_of_running(evil: Any, tool: str) -> list[str]:
    """Grade with ours or with the stock tool and return what appeared outside of the class."""
    if tool == "avcourse":
        run(evil.classroom)
    else:
        python = Path(sys.executable).parent
        command = [str(python / "nbgrader"), "autograde", "eeltest", "--student", evil.student, "--force"]
        path = f"{python}{os.pathsep}{os.environ['PATH']}"
        subprocess.run(
            command, cwd=evil.classroom.root, env={**os.environ, "PATH": path}, check=False, capture_output=True
        )
    return sorted(path.name for path in evil.outside.iterdir() if path.name not in ("secret.txt", "responses.jsonl"))
