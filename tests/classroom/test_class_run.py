"""One command over a class: what would happen in words, what happened, and again without harm."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from avcourse.classroom import guard
from avcourse.classroom.exchange import collect
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.guard import ClassBusy, writing_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.workspace import ClassFolder, open_class
from avcourse.cli import main
from avcourse.views.class_run import SCALE, plan_run, run_class
from benchmarks.gradebook_rows import rows

Run = Callable[..., str]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in the class folder and return what it said."""

    def command(folder: ClassFolder, *words: str) -> str:
        monkeypatch.chdir(folder.root)
        result = CliRunner().invoke(main, ["class", *words])
        assert result.exit_code == 0, result.output
        return result.stdout

    return command


def everything(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_the_preview_says_what_the_run_then_does_and_changes_nothing(released: ClassFolder, run: Run) -> None:
    fill_rehearsal(released, 4)
    before = everything(released.root)
    plan = plan_run(released)
    said = run(released, "run", "--dry-run")
    assert everything(released.root) == before
    report = run_class(released)
    assert {(one.student, one.assignment) for one in report.graded.graded} == {
        (one.student, one.assignment) for one in plan.collected.collected
    }
    assert plan.to_grade == len(report.graded.graded) > 4
    assert f"Seejärel hinnatakse esitusi: {plan.to_grade}." in said
    assert "väljamõeldud" in said
    assert "midagi ei muudetud" in said


def test_a_run_is_collecting_and_grading_and_again_changes_nothing(
    released: ClassFolder, tmp_path: Path, run: Run
) -> None:
    fill_rehearsal(released, 5)
    shutil.copytree(released.root, tmp_path / "other")
    other = open_class(tmp_path / "other")
    collect(other)
    grade_class(other)
    assert "Hinnatud esitusi" in run(released, "run")
    first = rows(released.root / "gradebook.db")
    assert first == rows(tmp_path / "other" / "gradebook.db")
    graded = everything(released.root / "autograded")
    again = run(released, "run")
    assert "Uusi esitusi ei ole." in again
    assert rows(released.root / "gradebook.db") == first
    assert everything(released.root / "autograded") == graded


def test_progress_rises_to_the_end_and_names_the_step(released: ClassFolder) -> None:
    fill_rehearsal(released, 4)
    told: list[tuple[int, int, str]] = []
    run_class(released, lambda *one: told.append(one))
    parts = [done for done, _, _ in told]
    assert parts == sorted(parts)
    assert parts[-1] == SCALE
    assert {word for _, _, word in told} == {"Kogumine", "Hindamine", "Tagasiside kirjutamine"}


def test_a_problem_is_said_once_and_the_others_are_graded(released: ClassFolder, run: Run) -> None:
    fill_rehearsal(released, 3)
    broken = next(path for path in released.inbound.iterdir() if path.name.startswith("proov-0002+eeltest"))
    with (broken / "responses.jsonl").open("ab") as stream:
        stream.write(b"{broken\n")
    said = run(released, "run")
    assert said.count("proov-0002, eeltest") == 1
    assert "Kogutud: eeltest, uusi esitusi 3." in said


def test_nothing_is_done_while_somebody_else_is_at_work(released: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    fill_rehearsal(released, 2)
    wait = guard._wait
    monkeypatch.setattr(guard, "_wait", lambda stream, root, _: wait(stream, root, 0.1))
    inside, done = threading.Event(), threading.Event()

    def hold() -> None:
        with writing_class(released, "backup", copy=False):
            inside.set()
            done.wait(30)

    other = threading.Thread(target=hold)
    other.start()
    inside.wait(30)
    try:
        with pytest.raises(ClassBusy):
            run_class(released)
    finally:
        done.set()
        other.join()
    assert not list((released.root / "submitted").iterdir())
