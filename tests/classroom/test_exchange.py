"""Answers on their way: submitting, collecting, files sent by hand, and what must not come through."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from avcourse.answers.folder import LearnerFolder
from avcourse.answers.responses import LARGEST_LOG
from avcourse.classroom import exchange as exchange_module
from avcourse.classroom.exchange import collect, peek, submit
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.release import in_exchange, release, undo_release
from avcourse.classroom.workspace import ClassFolder, now_utc, received, stamp_text
from avcourse.errors import (
    AnswersTooLarge,
    CardUnreadable,
    CollectFailed,
    ExchangeMissing,
    NoAssignment,
    NothingToSubmit,
    NotInClass,
    NotReleased,
    SubmitFailed,
)

Make = Callable[[str, ClassFolder], Any]
STAMP = "2026-11-22 10:00:00.000001 UTC"


@pytest.fixture
def learner(released: ClassFolder, new_learner: Make) -> Any:
    made = new_learner("k3f9-q7mw", released)
    made.answer("eeltest", "A")
    return made


def place(classroom: ClassFolder, name: str, log: bytes = b"{}") -> Path:
    """Put a submission into the exchange by hand."""
    folder = classroom.inbound / name
    folder.mkdir()
    (folder / "responses.jsonl").write_bytes(log)
    (folder / "timestamp.txt").write_text(STAMP)
    return folder


def kinds(classroom: ClassFolder) -> set[str]:
    report = collect(classroom)
    for language in ("et", "en"):
        assert all("{" not in sentence and sentence.isprintable() for sentence in report.sentences(language))
    return {problem.kind for problem in report.problems}


def hand_zip(classroom: ClassFolder, name: str, member: str, data: bytes) -> Path:
    (classroom.root / "inbox").mkdir(exist_ok=True)
    path = classroom.root / "inbox" / name
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, data)
    return path


def test_submitting_leaves_a_receipt_and_may_be_repeated(
    learner: Any, classroom: ClassFolder, capfd: pytest.CaptureFixture[str]
) -> None:
    first = submit(learner.folder, "eeltest")
    second = submit(learner.folder, "eeltest")
    log = learner.folder.log_path("eeltest").read_bytes()
    assert first.sha256 == hashlib.sha256(log).hexdigest()
    receipts = (learner.folder.answers("eeltest") / "receipts.jsonl").read_text().splitlines()
    assert [json.loads(line)["at"] for line in receipts] == [first.at, second.at]
    collected = collect(classroom).collected
    assert [(one.student, one.assignment) for one in collected] == [("k3f9-q7mw", "eeltest")]
    submitted = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest"
    assert (submitted / "responses.jsonl").read_bytes() == log
    assert (submitted / "eeltest.ipynb").is_file()
    assert collect(classroom).collected == ()
    assert capfd.readouterr() == ("", "")


def test_submitting_without_the_page_sends_the_released_one(learner: Any, classroom: ClassFolder) -> None:
    shutil.rmtree(learner.folder.root / "et")
    submit(learner.folder, "eeltest")
    collect(classroom)
    page = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest" / "eeltest.ipynb"
    assert page.read_bytes() == classroom.released("eeltest").read_bytes()


def test_why_a_submission_is_not_taken(learner: Any, classroom: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder: LearnerFolder = learner.folder
    with pytest.raises(NothingToSubmit):
        submit(folder, "jareltest")
    with pytest.raises(NoAssignment):
        submit(folder, "../eeltest")
    log = folder.log_path("eeltest")
    kept = log.read_bytes()
    log.write_bytes(kept.replace(b'"eeltest"', b'"jareltest"'))
    with pytest.raises(NothingToSubmit):
        submit(folder, "eeltest")
    log.write_bytes(b" " * (LARGEST_LOG + 1))
    with pytest.raises(AnswersTooLarge):
        submit(folder, "eeltest")
    log.unlink()
    log.symlink_to("/etc/hostname")
    with pytest.raises(SubmitFailed):
        submit(folder, "eeltest")
    log.unlink()
    log.write_bytes(kept)
    monkeypatch.setattr(
        exchange_module, "_hand_in", lambda *_: (_ for _ in ()).throw(OSError(28, "No space left on device"))
    )
    with pytest.raises(SubmitFailed) as caught:
        submit(folder, "eeltest")
    assert "No space left" in caught.value.sentence("et")


def test_why_a_class_cannot_be_reached(learner: Any, classroom: ClassFolder) -> None:
    folder: LearnerFolder = learner.folder
    shutil.rmtree(classroom.exchange / classroom.id / "outbound" / "eeltest")
    with pytest.raises(NotReleased):
        submit(folder, "eeltest")
    shutil.rmtree(classroom.exchange)
    with pytest.raises(ExchangeMissing) as caught:
        submit(folder, "eeltest")
    assert str(classroom.exchange) in caught.value.sentence("en")
    card = folder.root / "class.toml"
    card.write_text(card.read_text() + 'student = "../teacher"\n')
    with pytest.raises(CardUnreadable):
        submit(folder, "eeltest")
    card.unlink()
    with pytest.raises(NotInClass):
        submit(folder, "eeltest")


def test_foreign_entries_do_not_stop_the_class(learner: Any, classroom: ClassFolder, tmp_path: Path) -> None:
    submit(learner.folder, "eeltest")
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "responses.jsonl").write_text("secret")
    place(classroom, f"..+eeltest+{STAMP}+x")
    place(classroom, f".+eeltest+{STAMP}+x")
    place(classroom, f"*+eeltest+{STAMP}+x")
    place(classroom, f"a+b+eeltest+{STAMP}+x")
    place(classroom, "osaleja+eeltest+once upon a time+x")
    place(classroom, f"osaleja+vahetest+{STAMP}+x")
    place(classroom, "plain")
    assert kinds(classroom) == {"entry-name"}
    (classroom.inbound / f"link+eeltest+{STAMP}+x").symlink_to(secret)
    inner = place(classroom, f"inner+eeltest+{STAMP}+x")
    (inner / "responses.jsonl").unlink()
    (inner / "responses.jsonl").symlink_to(secret / "responses.jsonl")
    pipe = place(classroom, f"pipe+eeltest+{STAMP}+x")
    (pipe / "responses.jsonl").unlink()
    os.mkfifo(pipe / "responses.jsonl")
    assert kinds(classroom) == {"entry-name", "entry-linked", "entry-unreadable"}
    assert sorted(path.name for path in (classroom.root / "submitted").iterdir()) == ["k3f9-q7mw"]
    assert not (classroom.root / "eeltest").exists()


def test_only_the_files_of_a_submission_are_taken(classroom: ClassFolder, learner: Any) -> None:
    folder = place(classroom, f"osaleja+eeltest+{STAMP}+x", learner.folder.log_path("eeltest").read_bytes())
    (folder / "nbgrader_config.py").write_text("raise SystemExit")
    (folder / "eeltest.ipynb").open("wb").truncate(64 * 1024 * 1024)
    (folder / "deep").mkdir()
    (folder / "deep" / "file").write_text("x")
    collect(classroom)
    submitted = classroom.root / "submitted" / "osaleja" / "eeltest"
    assert (submitted / "eeltest.ipynb").read_bytes() == classroom.released("eeltest").read_bytes()
    names = {path.name for path in submitted.iterdir()}
    assert names == {"eeltest.ipynb", "responses.jsonl", "timestamp.txt"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another account")
def test_one_id_from_two_accounts_is_left_to_the_trainer(classroom: ClassFolder, learner: Any) -> None:
    submit(learner.folder, "eeltest")
    os.chown(place(classroom, f"k3f9-q7mw+eeltest+{STAMP}+x"), 12345, -1)
    os.chown(place(classroom, f"root+eeltest+{STAMP}+x"), 12345, -1)
    assert kinds(classroom) == {"owner"}
    assert list((classroom.root / "submitted").iterdir()) == []


def test_an_exchange_out_of_reach_is_named_and_the_inbox_is_collected(classroom: ClassFolder, learner: Any) -> None:
    hand_zip(classroom, "eeltest-k3f9.zip", "eeltest/responses.jsonl", learner.folder.log_path("eeltest").read_bytes())
    shutil.rmtree(classroom.exchange)
    report = collect(classroom)
    assert [problem.kind for problem in report.problems] == ["no-exchange"]
    assert [one.student for one in report.collected] == ["k3f9"]


def test_collecting_into_a_folder_that_cannot_be_written(classroom: ClassFolder, learner: Any) -> None:
    submit(learner.folder, "eeltest")
    (classroom.root / "submitted" / "k3f9-q7mw").touch()
    with pytest.raises(CollectFailed):
        collect(classroom)
    (classroom.root / "submitted" / "k3f9-q7mw").unlink()
    assert len(collect(classroom).collected) == 1


def test_an_unreadable_time_in_the_class_does_not_stop_collecting(classroom: ClassFolder, learner: Any) -> None:
    submit(learner.folder, "eeltest")
    collect(classroom)
    stamp = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest" / "timestamp.txt"
    stamp.write_text("once upon a time")
    assert len(collect(classroom).collected) == 1
    assert "UTC" in stamp.read_text()


def test_files_sent_by_hand(classroom: ClassFolder, learner: Any) -> None:
    log = learner.folder.log_path("eeltest").read_bytes()
    hand_zip(classroom, "eeltest-k3f9-q7mw (1).zip", "eeltest/responses.jsonl", log)
    submitted = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest"
    assert [one.student for one in collect(classroom).collected] == ["k3f9-q7mw"]
    assert not (submitted / "submission_secret.txt").exists()
    assert (submitted / "responses.jsonl").read_bytes() == log
    assert (submitted / "eeltest.ipynb").read_bytes() == classroom.released("eeltest").read_bytes()
    assert collect(classroom).collected == ()
    submit(learner.folder, "eeltest")
    assert len(collect(classroom).collected) == 1
    assert (submitted / "submission_secret.txt").exists()
    assert collect(classroom).collected == ()
    later = log + log.splitlines()[-1].replace(b'"at":"20', b'"at":"29') + b"\n"
    hand_zip(classroom, "eeltest-k3f9-q7mw (2).zip", "eeltest/responses.jsonl", later)
    assert len(collect(classroom).collected) == 1
    assert (submitted / "responses.jsonl").read_bytes() == later
    assert collect(classroom).collected == ()
    stamp = (submitted / "timestamp.txt").read_text()
    assert not stamp.startswith("29")


def test_hostile_files_by_hand(classroom: ClassFolder, learner: Any) -> None:
    log = learner.folder.log_path("eeltest").read_bytes()
    hand_zip(classroom, "eeltest-up.zip", "../eeltest/responses.jsonl", log)
    hand_zip(classroom, "eeltest-..zip", "eeltest/responses.jsonl", log)
    hand_zip(classroom, "vahetest-k3f9.zip", "eeltest/responses.jsonl", log)
    hand_zip(classroom, "eeltest-empty.zip", "eeltest/responses.jsonl", b"no log")
    (classroom.root / "inbox" / "eeltest-torn.zip").write_bytes(b"PK\x03\x04 torn")
    (classroom.root / "inbox" / "eeltest-link.zip").symlink_to("/etc/hostname")
    with zipfile.ZipFile(classroom.root / "inbox" / "eeltest-bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("eeltest/responses.jsonl", b" " * (LARGEST_LOG + 1))
    with zipfile.ZipFile(classroom.root / "inbox" / "eeltest-inner.zip", "w") as archive:
        member = zipfile.ZipInfo("eeltest/responses.jsonl")
        member.external_attr = 0o120777 << 16
        archive.writestr(member, "/etc/passwd")
    (classroom.root / "inbox" / "eeltest-huge.zip").open("wb").truncate(64 * 1024 * 1024)
    assert kinds(classroom) == {"zip-broken", "zip-name", "zip-empty", "zip-large"}
    assert len(collect(classroom).problems) == 9
    assert list((classroom.root / "submitted").iterdir()) == []


def test_what_else_lies_in_the_inbox_is_named(classroom: ClassFolder, learner: Any) -> None:
    inbox, log = classroom.root / "inbox", learner.folder.log_path("eeltest")
    hand_zip(classroom, "eeltest-k3f9-q7mw.ZIP", "eeltest/responses.jsonl", log.read_bytes())
    (inbox / ".DS_Store").touch()
    (inbox / "Thumbs.db").touch()
    shutil.copy(log, inbox)
    (inbox / "eeltest").mkdir()
    shutil.copy(log, inbox / "eeltest")
    (inbox / "eeltest-\x1b[2J.zip").touch()
    (inbox / os.fsdecode(b"\xff\xfe")).touch()
    report = collect(classroom)
    assert [one.student for one in report.collected] == ["k3f9-q7mw"]
    kinds_by_name = {problem.student: problem.kind for problem in report.problems}
    assert kinds_by_name == {
        "responses.jsonl": "inbox-file",
        "eeltest": "inbox-folder",
        "eeltest-\x1b[2J.zip": "zip-name",
        os.fsdecode(b"\xff\xfe"): "inbox-file",
    }
    for language in ("et", "en"):
        assert all(sentence.isprintable() and sentence.encode() for sentence in report.sentences(language))


def test_names_in_the_exchange_are_printable(classroom: ClassFolder, learner: Any) -> None:
    for name in (b"\xff\xfe+x", b"\x1b]0;x\x07+eeltest", b"a\nb"):
        place(classroom, os.fsdecode(name))
    assert kinds(classroom) == {"entry-name"}
    for sentence in collect(classroom).sentences("et"):
        sentence.encode()


@pytest.mark.parametrize("order", ["bad last", "bad while collecting"])
def test_a_later_entry_without_answers_does_not_erase_a_good_one(
    order: str, classroom: ClassFolder, learner: Any
) -> None:
    log = learner.folder.log_path("eeltest").read_bytes()
    submitted = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest" / "responses.jsonl"
    submit(learner.folder, "eeltest")
    if order == "bad while collecting":
        assert len(collect(classroom).collected) == 1
    later = stamp_text(now_utc())
    (place(classroom, f"k3f9-q7mw+eeltest+{later}+a") / "responses.jsonl").unlink()
    place(classroom, f"k3f9-q7mw+eeltest+{later}+b", b"")
    place(classroom, f"k3f9-q7mw+eeltest+{later}+c", log.replace(b'"eeltest"', b'"jareltest"'))
    report = collect(classroom)
    assert [problem.kind for problem in report.problems] == ["entry-empty"] * 3
    assert len(report.collected) == (order == "bad last")
    assert submitted.read_bytes() == log
    # What comes after it counts again, and the bad ones are nobody's business any more.
    learner.say("eeltest", "pr-anchor", ("wait",), "A")
    submit(learner.folder, "eeltest")
    report = collect(classroom)
    assert (len(report.collected), report.problems) == (1, ())
    assert submitted.read_bytes() == learner.folder.log_path("eeltest").read_bytes()


@pytest.mark.parametrize("collected", [True, False])
def test_a_clock_that_is_ahead_does_not_shut_out_what_comes_later(
    collected: bool, classroom: ClassFolder, learner: Any
) -> None:
    log = learner.folder.log_path("eeltest").read_bytes()
    submitted = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest"
    place(classroom, "k3f9-q7mw+eeltest+2099-01-01 00:00:00.000000 UTC+z", log)
    if collected:
        assert len(collect(classroom).collected) == 1
        assert collect(classroom).collected == ()
        assert not (submitted / "timestamp.txt").read_text().startswith("2099")
    # The same laptop once more, then one with a right clock.
    time.sleep(0.02)
    learner.say("eeltest", "pr-anchor", ("wait",), "A")
    place(
        classroom, "k3f9-q7mw+eeltest+2098-01-01 00:00:00.000000 UTC+a", learner.folder.log_path("eeltest").read_bytes()
    )
    assert len(collect(classroom).collected) == 1
    assert (submitted / "responses.jsonl").read_bytes() == learner.folder.log_path("eeltest").read_bytes()
    learner.say("eeltest", "pr-anchor", ("refuse",), "A")
    submit(learner.folder, "eeltest")
    assert len(collect(classroom).collected) == 1
    assert (submitted / "responses.jsonl").read_bytes() == learner.folder.log_path("eeltest").read_bytes()
    assert collect(classroom).collected == ()


def test_a_disk_whose_clock_is_ahead(classroom: ClassFolder, learner: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    submit(learner.folder, "eeltest")
    slow = now_utc() - timedelta(minutes=5)
    monkeypatch.setattr(exchange_module, "now_utc", lambda: slow)
    assert len(collect(classroom).collected) == 1
    assert collect(classroom).collected == ()
    learner.say("eeltest", "pr-anchor", ("wait",), "A")
    submit(learner.folder, "eeltest")
    assert len(collect(classroom).collected) == 1
    assert collect(classroom).collected == ()


def test_a_time_to_come_that_was_collected_before_is_replaced(classroom: ClassFolder, learner: Any) -> None:
    submit(learner.folder, "eeltest")
    collect(classroom)
    stamp = classroom.root / "submitted" / "k3f9-q7mw" / "eeltest" / "timestamp.txt"
    stamp.write_text("2099-01-01 00:00:00.000000 UTC")
    learner.say("eeltest", "pr-anchor", ("wait",), "A")
    submit(learner.folder, "eeltest")
    assert len(collect(classroom).collected) == 1
    assert not stamp.read_text().startswith("2099")


def test_a_time_that_the_disk_cannot_have(tmp_path: Path) -> None:
    far = now_utc() + timedelta(days=365)
    (tmp_path / "file").touch()
    for changed in (-1e12, 4e9):
        os.utime(tmp_path / "file", (changed, changed))
        assert received(far, (tmp_path / "file").stat(), now_utc()) <= now_utc()


def test_undoing_a_release_loses_nothing(learner: Any, classroom: ClassFolder) -> None:
    submit(learner.folder, "eeltest")
    collect(classroom)
    kept = {
        path: path.read_bytes() for path in classroom.root.rglob("*") if path.is_file() and "outbound" not in path.parts
    }
    assert undo_release(classroom, "eeltest")
    assert {path: path.read_bytes() for path in kept} == kept
    assert (in_exchange(classroom, "eeltest"), in_exchange(classroom, "jareltest")) == (False, True)
    with pytest.raises(NotReleased):
        submit(learner.folder, "eeltest")
    assert not undo_release(classroom, "eeltest")
    with pytest.raises(NoAssignment):
        undo_release(classroom, "vahetest")
    # What had come before is still graded, and a new release brings the assignment back.
    assert collect(classroom).collected == ()
    assert [one.student for one in grade_class(classroom).graded] == ["k3f9-q7mw"]
    assert [one.state for one in release(classroom, ["eeltest"])] == ["new"]
    submit(learner.folder, "eeltest")
    assert len(collect(classroom).collected) == 1


def test_looking_changes_nothing_and_progress_counts(learner: Any, classroom: ClassFolder) -> None:
    submit(learner.folder, "eeltest")
    place(classroom, "plain")
    before = sorted(classroom.root.rglob("*"))
    foreseen = peek(classroom)
    assert sorted(classroom.root.rglob("*")) == before
    steps: list[tuple[int, int, str]] = []
    assert collect(classroom, lambda *step: steps.append(step)) == foreseen
    assert steps == [(1, 1, "k3f9-q7mw")]


@pytest.mark.slow
def test_collected_files_are_those_that_nbgrader_collects(
    classroom: ClassFolder, learner: Any, new_learner: Make, tmp_path: Path
) -> None:
    other = new_learner("m2", classroom)
    for test, form in (("eeltest", "B"), ("jareltest", "A")):
        other.answer(test, form, wrong=2)
        submit(other.folder, test)
    submit(learner.folder, "eeltest")
    learner.say("eeltest", "pr-anchor", ("wait",), "A")
    submit(learner.folder, "eeltest")
    twin = shutil.copytree(classroom.root, tmp_path / "twin")  # nbgrader takes brackets in a path for a pattern
    collect(classroom)
    for test in ("eeltest", "jareltest"):
        command = [
            sys.executable,
            "-m",
            "nbgrader",
            "collect",
            test,
            "--update",
            f"--Exchange.root={twin / 'exchange'}",
        ]
        subprocess.run(command, cwd=twin, check=True, capture_output=True, timeout=300)

    def files(root: Path) -> dict[str, tuple[bytes, int]]:
        found = (path for path in (root / "submitted").rglob("*") if path.is_file())
        return {str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mode & 0o700) for path in found}

    assert files(classroom.root) == files(twin)
    assert len(files(twin)) == 12
