"""What a trainer types: deadlines, extensions, roster, files, undo, backup and copies, each with its sentence in the class's language."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from avcourse.classroom.guard import writing_class
from avcourse.classroom.schedule import Terms, read_schedule
from avcourse.classroom.workspace import ClassFolder
from avcourse.cli import main

Make = Callable[[str, ClassFolder], Any]
Run = Callable[..., Result]


@pytest.fixture
def run(released: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    monkeypatch.chdir(released.root)
    return lambda *arguments: CliRunner().invoke(main, ["class", *map(str, arguments)])


def said(result: Result) -> str:
    assert (result.exit_code, result.exception) == (0, None), result.output
    return result.output.strip()


def refused(result: Result) -> str:
    assert result.exit_code == 1
    assert "Traceback" not in result.output
    return result.output.strip()


def test_deadlines(run: Run, released: ClassFolder) -> None:
    assert said(run("due", "eeltest", "1.12.2026 17.00", "--late", "refuse")) == (
        "eeltest: tähtaeg 1.12.2026 17.00, hilinenud töid vastu ei võeta."
    )
    assert "12,5 %" in said(run("due", "eeltest", "2026-12-01 18:00", "--penalty", "12.5"))
    terms = read_schedule(released).of("eeltest")
    assert (terms.late, terms.penalty) == ("penalty", 0.125)
    assert "5.12.2026 23.59" in said(run("extend", "k3f9-q7mw", "eeltest", "5.12.2026"))
    assert len(read_schedule(released).extensions) == 1
    said(run("extend", "k3f9-q7mw", "eeltest"))
    assert read_schedule(released).extensions == {}
    assert "suletud" in said(run("close", "eeltest"))
    assert read_schedule(released).of("eeltest").closed
    said(run("reopen", "eeltest"))
    assert read_schedule(released).of("eeltest") == Terms(late="penalty", penalty=0.125)
    assert "tähtaega ei ole" in said(run("due", "eeltest"))
    assert "homme" in refused(run("due", "eeltest", "homme"))
    assert "vahetest" in refused(run("due", "vahetest", "1.12.2026"))


def test_roster_and_files(run: Run, released: ClassFolder, new_learner: Make, tmp_path: Path) -> None:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    (tmp_path / "o.csv").write_text("tunnus;nimi;rühm\nk3f9-q7mw;Mari Maasikas;Põhi\n", encoding="utf-8")
    assert "uusi osalejaid 1" in said(run("roster", tmp_path / "o.csv"))
    assert said(run("roster")) == "k3f9-q7mw\tPõhi\tMari Maasikas"
    with zipfile.ZipFile(tmp_path / "eeltest-k3f9-q7mw.zip", "w") as archive:
        archive.write(learner.folder.log_path("eeltest"), "eeltest/responses.jsonl")
    assert "Lisatud faile: 1" in said(run("import", tmp_path / "eeltest-k3f9-q7mw.zip"))
    assert "uusi esitusi 1" in said(run("collect"))
    assert "Osalejaid: 0" in said(run("undo", "roster"))
    assert "gone.csv" in refused(run("roster", tmp_path / "gone.csv"))


def test_undo_backup_and_copies(run: Run, released: ClassFolder, tmp_path: Path) -> None:
    assert "koopiaid veel ei ole" in said(run("copies"))
    assert "Tagasi võetud: eeltest" in said(run("undo", "release", "eeltest"))
    assert "tagasi võtta ei ole midagi" in said(run("undo", "release", "eeltest"))
    with writing_class(released, "grade"):
        pass
    name = said(run("copies")).split(":")[0]
    assert name in said(run("copies", "--restore", name))
    assert "koopiat" in refused(run("copies", "--restore", "x.db"))
    assert "k.zip" in said(run("backup", tmp_path / "k.zip"))
    assert "taastatud" in said(run("restore", tmp_path / "k.zip", tmp_path / "uus"))
    assert "ei ole tühi" in refused(run("restore", tmp_path / "k.zip", tmp_path / "uus"))
    assert (tmp_path / "uus" / "gradebook.db").is_file()


def test_another_trainer_is_a_sentence(run: Run, released: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("avcourse.classroom.guard.try_lock", lambda _: False)
    monkeypatch.setattr("avcourse.classroom.guard.POLL", 0)
    clock = iter(range(0, 1000, 100))
    monkeypatch.setattr("avcourse.classroom.guard.time.monotonic", lambda: next(clock))
    assert "töötab praegu teine käsk" in refused(run("undo", "release", "eeltest"))
    assert (released.exchange / released.id / "outbound" / "eeltest").is_dir()
