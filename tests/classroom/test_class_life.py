"""A class from opening to grading, and its gradebook beside the one that plain ``nbgrader autograde`` writes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.exercise import strip_notebook
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.guard import ClassNotWritable
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class, open_class
from avcourse.errors import (
    AssignmentFrozen,
    ClassExists,
    ClassIdWrong,
    ExchangeOnWindows,
    KeysMissing,
    NoAssignment,
    NotAClass,
    ReleaseFailed,
)
from benchmarks.gradebook_rows import rows

TESTS = ("eeltest", "jareltest")
Make = Callable[[str, ClassFolder], Any]


def run_nbgrader(root: Path, *arguments: str) -> None:
    """Run plain nbgrader in a class folder, as a trainer would."""
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    command = [str(bin_folder / "nbgrader"), *arguments]
    subprocess.run(command, cwd=root, env=environment, check=True, capture_output=True, timeout=300)


def twin(classroom: ClassFolder, name: str = "twin") -> Path:
    """Copy a class, for plain nbgrader to grade the same submissions."""
    return Path(shutil.copytree(classroom.root, classroom.root.parent / name))


def set_manual_score(database: Path, score: float) -> None:
    engine = create_engine(f"sqlite:///{database}")
    find = "SELECT id FROM base_cell WHERE name = 'principles-1'"
    with engine.begin() as connection:
        change = f"UPDATE grade SET manual_score = {score}, needs_manual_grade = 0 WHERE cell_id IN ({find})"
        connection.execute(text(change))
    engine.dispose()


@pytest.fixture
def learners(released: ClassFolder, new_learner: Make) -> list[Any]:
    """Give five learners who have answered both tests; the first knows everything, the last least."""
    made = []
    for place in range(5):
        learner = new_learner(f"osaleja-{place}", released)
        for test, form in zip(TESTS, "AB" if place % 2 else "BA", strict=True):
            learner.answer(test, form, wrong=place)
            learner.say(test, "self-impact", ("4",))
        many, form = ("tr-many-a", "A") if place % 2 else ("tr-many-b", "B")
        learner.say("eeltest", many, ("one", "two"), form)
        made.append(learner)
    return made


@pytest.fixture
def submitted(classroom: ClassFolder, learners: list[Any]) -> ClassFolder:
    """Give a class with ten submissions collected."""
    for learner in learners:
        for test in TESTS:
            submit(learner.folder, test)
    collect(classroom)
    return classroom


def test_opening_a_class(classroom: ClassFolder) -> None:
    assert open_class(classroom.root) == classroom
    assert (classroom.root / "card" / "class.toml").is_file()
    assert stat.S_IMODE(classroom.inbound.stat().st_mode) == 0o2733
    with pytest.raises(ClassExists):
        new_class(classroom.root, "teine", "et", None)


@pytest.mark.parametrize("name", ["", "Sügis 2026", "a" * 65, "../a", "a/b", "a+b", "a\n"])
def test_ids_that_are_none(name: str, tmp_path: Path) -> None:
    with pytest.raises(ClassIdWrong) as caught:
        new_class(tmp_path / "klass", name, "et", None)
    assert "tunnuseks" in caught.value.sentence("et")
    assert not (tmp_path / "klass").exists()


def test_a_folder_that_is_no_class(tmp_path: Path) -> None:
    with pytest.raises(NotAClass):
        open_class(tmp_path)
    (tmp_path / "class.toml").write_text('id = "../x"\nlanguage = "et"\nexchange = "/x"\n', encoding="utf-8")
    with pytest.raises(NotAClass):
        open_class(tmp_path)


def test_release_is_quiet_repeatable_and_keeps_the_keys(
    classroom: ClassFolder, checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert [(one.assignment, one.state) for one in release(classroom)] == [(test, "new") for test in TESTS]
    assert [one.state for one in release(classroom)] == ["same", "same"]
    page = checkout / "solutions" / "et" / "eeltest" / "eeltest.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("# eeltest", "# Eeltest"), encoding="utf-8")
    assert [one.state for one in release(classroom, ["eeltest"])] == ["refreshed"]
    outbound = classroom.exchange / classroom.id / "outbound"
    for test in TESTS:
        assert classroom.released(test).read_bytes() == (outbound / test / f"{test}.ipynb").read_bytes()
        assert b"publish-now" not in classroom.released(test).read_bytes()
        assert b"publish-now" in classroom.source(test).read_bytes()
    for name in ("source", "submitted", "autograded", "inbox", "keys.json", "gradebook.db"):
        assert stat.S_IMODE((classroom.root / name).stat().st_mode) & 0o077 == 0
    assert capfd.readouterr() == ("", "")
    with pytest.raises(NoAssignment):
        release(classroom, ["vahetest"])
    (checkout / "solutions" / "keys.json").unlink()
    with pytest.raises(KeysMissing):
        release(classroom)


@pytest.mark.parametrize("gone", ["exchange", "disk"])
def test_a_release_that_stops_leaves_no_key_open(
    gone: str, classroom: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []

    def seen(*args: Any, **options: Any) -> bytes:
        modes.append(stat.S_IMODE((classroom.root / "gradebook.db").stat().st_mode))
        return strip_notebook(*args, **options)

    def stop(*_: object) -> None:
        raise ReleaseFailed(assignment="eeltest", reason="gone") if gone == "exchange" else OSError(28, "No space left")

    monkeypatch.setattr("avcourse.classroom.release.strip_notebook", seen)
    with monkeypatch.context() as patch:
        patch.setattr("avcourse.classroom.release._release_to_exchange", stop)
        with pytest.raises((ReleaseFailed, ClassNotWritable)):
            release(classroom)
    kept = (classroom.root / "gradebook.db").read_bytes()
    assert b"use_key" in kept
    assert stat.S_IMODE((classroom.root / "gradebook.db").stat().st_mode) == 0o600
    # A file that an earlier release left open is closed before anything is written, and the keys are never open.
    (classroom.root / "gradebook.db").chmod(0o644)
    (classroom.root / ".keys.json.part").write_text("left over")
    release(classroom)
    assert set(modes) == {0o600}
    assert stat.S_IMODE((classroom.root / "keys.json").stat().st_mode) == 0o600
    assert not list(classroom.root.glob(".keys*"))


def test_what_a_release_says(classroom: ClassFolder, checkout: Path) -> None:
    said = [one.sentence("et") for one in (*release(classroom, ["eeltest"]), *release(classroom, ["eeltest"]))]
    page = checkout / "solutions" / "et" / "eeltest" / "eeltest.ipynb"
    page.write_text(page.read_text(encoding="utf-8").replace("# eeltest", "# Eeltest"), encoding="utf-8")
    said += [one.sentence("et") for one in release(classroom, ["eeltest"])]
    assert [sentence.split(":")[0] for sentence in said] == ["Välja antud", "Muutusteta", "Uuendatud"]
    assert all("eeltest" in sentence for sentence in said)


def test_a_class_on_windows(classroom: ClassFolder, new_learner: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avcourse.classroom.workspace.WINDOWS", True)
    # nbgrader's exchange ends with an error there, whatever it is asked.
    monkeypatch.setattr("nbgrader.exchange.default.exchange.sys", SimpleNamespace(platform="win32"))
    said = release(classroom)
    assert [one.state for one in said] == ["here", "here"]
    assert "inbox" in said[0].sentence("et")
    assert "inbox" in said[0].sentence("en")
    assert list((classroom.exchange / classroom.id / "outbound").iterdir()) == []
    learner = new_learner("k3f9-q7mw", classroom)
    learner.answer("eeltest", "A")
    with pytest.raises(ExchangeOnWindows) as caught:
        submit(learner.folder, "eeltest")
    assert "koolitajale" in caught.value.sentence("et")
    with zipfile.ZipFile(classroom.root / "inbox" / "eeltest-k3f9-q7mw.zip", "w") as archive:
        archive.write(learner.folder.log_path("eeltest"), "eeltest/responses.jsonl")
    report = collect(classroom)
    assert ([one.student for one in report.collected], report.problems) == (["k3f9-q7mw"], ())
    assert collect(classroom).collected == ()
    assert [(one.points, one.max_points) for one in grade_class(classroom).graded] == [(6.0, 6.0)]


def test_changed_cells_after_a_submission_need_a_new_id(
    submitted: ClassFolder, checkout: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    grade_class(submitted)
    page = checkout / "solutions" / "et" / "eeltest" / "eeltest.ipynb"
    notebook = json.loads(page.read_text(encoding="utf-8"))
    del notebook["cells"][-1]
    page.write_text(json.dumps(notebook), encoding="utf-8")
    before = submitted.source("eeltest").read_bytes()
    with pytest.raises(AssignmentFrozen):
        release(submitted, ["eeltest"])
    assert submitted.source("eeltest").read_bytes() == before
    assert "Cannot add or remove cells" in submitted.log.read_text(encoding="utf-8")
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_gradebook_equals_that_of_nbgrader_autograde(submitted: ClassFolder, learners: list[Any]) -> None:
    other = twin(submitted)
    report = grade_class(submitted)
    for test in TESTS:
        run_nbgrader(other, "autograde", test, "--force")
    ours, theirs = rows(submitted.root / "gradebook.db"), rows(other / "gradebook.db")
    assert len(report.graded) == 10
    assert len(ours["grade"]) == 60
    assert any(0 < one.points % 1 < 1 for one in report.graded)
    assert len({one.points for one in report.graded}) > 4
    assert ours == theirs

    # A score set by hand, an answer changed and submitted again, and both graded once more.
    for root in (submitted.root, other):
        set_manual_score(root / "gradebook.db", 0.25)
    learners[0].say("eeltest", "pr-anchor", ("wait",), "B")
    submit(learners[0].folder, "eeltest")
    assert [one.student for one in collect(submitted).collected] == ["osaleja-0"]
    shutil.rmtree(other / "submitted")
    shutil.copytree(submitted.root / "submitted", other / "submitted")
    grade_class(submitted)
    run_nbgrader(other, "autograde", "eeltest")
    ours, theirs = rows(submitted.root / "gradebook.db"), rows(other / "gradebook.db")
    assert ours == theirs
    waiting = {row[1] for row in ours["grade"] if row[-1]}
    assert waiting == {"osaleja-0/eeltest/eeltest/eeltest"}


@pytest.mark.slow
def test_nbgrader_accepts_what_was_graded(submitted: ClassFolder) -> None:
    grade_class(submitted)
    other = twin(submitted)  # nbgrader takes the brackets in the class folder's name for a pattern
    before = rows(other / "gradebook.db")
    run_nbgrader(other, "generate_feedback", "eeltest", "--student", "osaleja-0")
    assert (other / "feedback" / "osaleja-0" / "eeltest" / "eeltest.html").is_file()
    run_nbgrader(other, "autograde", "eeltest")
    assert rows(other / "gradebook.db") == before
