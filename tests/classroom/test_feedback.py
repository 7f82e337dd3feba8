"""What a learner gets back: from gradebook, log and bank; given through the exchange, taken back, and read by nobody else."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, text

from avcourse.answers.folder import LearnerFolder
from avcourse.classroom import feedback, giving_back, own_feedback
from avcourse.classroom.feedback import NoFeedback, feedback_of, gather_one, given_back, release_feedback, undo_feedback
from avcourse.classroom.feedback_data import (
    FEEDBACK,
    Feedback,
    FeedbackUnreadable,
    exchange_name,
    feedback_json,
    read_feedback,
)
from avcourse.classroom.giving_back import (
    DATA,
    FeedbackWithheld,
    feedback_room,
    outbound_room,
    standings,
)
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.own_feedback import fetch_feedback, patiently
from avcourse.classroom.schedule import close_assignment, reopen_assignment
from avcourse.classroom.workspace import ClassFolder
from avcourse.cli import main
from avcourse.errors import NoAssignment
from avcourse.views.class_feedback import complete, write_feedback
from tests.classroom.conftest import CLASS, Learner, NewLearner

SAID = {
    "answer": ["publish-now"],
    "feedback": {"ask-first": {"et": "Küsida võib ka hiljem.", "en": "You may ask later."}},
}


def digest(folder: ClassFolder, student: str, assignment: str) -> str:
    log = folder.root / "autograded" / student / assignment / "responses.jsonl"
    return hashlib.sha256(log.read_bytes()).hexdigest()


def outbound(folder: ClassFolder, student: str, assignment: str) -> Path:
    """Return where a learner's feedback stands in the exchange, by the rule of the contract written out anew."""
    name = hashlib.sha256(f"{CLASS}/{student}/{assignment}/{digest(folder, student, assignment)}".encode()).hexdigest()
    return folder.exchange / CLASS / "feedback" / f"{name}.json"


def change_gradebook(folder: ClassFolder, *statements: str) -> None:
    engine = create_engine(folder.database)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def answer_again(folder: ClassFolder, learner: str, test: str, **said: Any) -> None:
    """Hand in once more, with one more answer, and grade."""
    place = folder.root / "submitted" / learner / test
    line = {"v": 1, "seq": 99, "assignment": test, "at": "2026-11-23T10:00:00Z", "confidence": 100, **said}
    with (place / "responses.jsonl").open("a") as stream:
        stream.write(json.dumps(line) + "\n")
    (place / "timestamp.txt").write_text("2026-11-23 10:00:00.000000 UTC")
    grade_class(folder)


def give(folder: ClassFolder) -> giving_back.GivingReport:
    write_feedback(folder)
    return release_feedback(folder)


# What is gathered


def test_before_the_tests_are_over_there_are_points_and_no_questions(graded: ClassFolder) -> None:
    found = complete(gather_one(graded, "k3f9", "jareltest"))
    assert (found.points, found.most, found.whole) == (4.0, 6.0, False)
    assert (found.items, found.opens, found.checks) == ((), (), ())
    # All or nothing in an area tells of its answers: then no area's points are told, nor how many are missing.
    assert [one.points for one in found.areas] == [None] * 5
    assert [one.missing for one in found.readings] == [None]
    assert [one.group for one in found.changes] == ["all"]
    (overall,) = [one for one in found.changes if one.group == "all"]
    assert (overall.before, overall.after, overall.verdict) == (4, 4, "within-error")


def test_afterwards_every_question_is_there_with_what_was_chosen_right_and_why(graded: ClassFolder) -> None:
    keys = json.loads((graded.root / "keys.json").read_text(encoding="utf-8"))
    keys["pr-fees-a"] |= SAID
    (graded.root / "keys.json").write_text(json.dumps(keys), encoding="utf-8")
    answer_again(graded, "k3f9", "eeltest", question="pr-fees-a", form="A", answer=["ask-first"])
    close_assignment(graded, "jareltest")
    found = feedback_of(graded, "k3f9", "eeltest")
    assert found.whole
    assert len(found.items) == 6
    first = found.items[0]
    assert (first.outcome, first.confidence, first.confident_wrong) == ("wrong", 100, True)
    assert [one.et for one in first.chosen] == ["ask-first"]
    assert [one.et for one in first.right] == ["publish-now"]
    assert [one.et for one in first.why] == ["Küsida võib ka hiljem."]
    assert found.items[1].outcome == "unsure"
    numbers = next(one for one in found.items if one.slot == "digital-1")
    assert [one.et for one in numbers.right] == ["12,5 ± 0,5"]
    # The extension of one participant makes the test one that is still to come, and the questions go again.
    reopen_assignment(graded, "jareltest")
    assert feedback_of(graded, "k3f9", "eeltest").items == ()


def test_points_are_the_gradebooks_with_the_trainers_scores_and_the_penalty(graded: ClassFolder) -> None:
    close_assignment(graded, "jareltest")
    cell = "(SELECT id FROM base_cell WHERE name = 'principles-1')"
    change_gradebook(
        graded,
        f"UPDATE grade SET manual_score = 1, needs_manual_grade = 0 WHERE cell_id IN {cell}",
        "UPDATE submitted_notebook SET late_submission_penalty = 0.5",
    )
    found = feedback_of(graded, "k3f9", "jareltest")
    assert (found.points, found.penalty) == (4.5, 0.5)
    assert found.items[0].by_hand
    assert not found.items[0].confident_wrong
    change_gradebook(graded, "UPDATE submitted_notebook SET late_submission_penalty = 99")
    assert feedback_of(graded, "k3f9", "jareltest").points == 0.0


def test_what_was_not_graded_has_no_feedback(graded: ClassFolder) -> None:
    with pytest.raises(NoFeedback):
        feedback_of(graded, "m7x2", "jareltest")
    with pytest.raises(NoAssignment):
        feedback_of(graded, "m7x2", "puudub")
    shutil.rmtree(graded.root / "autograded" / "m7x2")
    report = write_feedback(graded)
    assert report.written == {"eeltest": 1, "jareltest": 1}
    assert [one.student for one in report.problems] == ["m7x2"]
    assert "avcourse class grade" in report.problems[0].sentence("et")


def test_one_learners_trouble_keeps_nobody_else_from_feedback(
    graded: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = feedback.sheet_of

    def sheet_of(learner: str, *arguments: Any) -> Any:
        if learner == "k3f9":
            raise ZeroDivisionError
        return real(learner, *arguments)

    monkeypatch.setattr(feedback, "sheet_of", sheet_of)
    report = write_feedback(graded)
    assert report.written == {"eeltest": 1}
    assert [(one.student, one.kind) for one in report.problems] == [("k3f9", "feedback-failed")]


# Giving and taking back


def test_feedback_lies_in_the_exchange_under_names_that_nobody_can_guess_or_list(graded: ClassFolder) -> None:
    assert given_back(graded) == {}
    report = give(graded)
    assert {name: len(own) for name, own in report.new.items()} == {"eeltest": 2, "jareltest": 1}
    room = graded.exchange / CLASS / "feedback"
    assert stat.S_IMODE(room.stat().st_mode) == 0o711
    files = sorted(room.iterdir())
    expected = [("k3f9", "eeltest"), ("k3f9", "jareltest"), ("m7x2", "eeltest")]
    assert files == sorted(outbound(graded, *one) for one in expected)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o644}
    assert stat.S_IMODE((graded.root / FEEDBACK).stat().st_mode) == 0o700
    found = read_feedback(outbound(graded, "m7x2", "eeltest").read_bytes())
    assert (found.student, found.assignment, found.classroom) == ("m7x2", "eeltest", CLASS)
    assert {name: one.count for name, one in given_back(graded).items()} == {"eeltest": 2, "jareltest": 1}


def test_giving_again_brings_only_what_changed(graded: ClassFolder) -> None:
    give(graded)
    before = outbound(graded, "m7x2", "eeltest")
    again = give(graded)
    assert (again.new, again.again) == ({}, {})
    answer_again(graded, "m7x2", "eeltest", question="pr-fees-a", form="A", answer=["publish-now"])
    assert standings(graded)["eeltest"].changed == 1
    # What has not been written anew does not go out with old points …
    stale = release_feedback(graded)
    assert stale.unwritten == {"eeltest": ("m7x2",)}
    assert before.is_file()
    # … and once it has, it takes the place of the old.
    report = give(graded)
    assert report.again == {"eeltest": ("m7x2",)}
    assert not before.exists()
    assert read_feedback(outbound(graded, "m7x2", "eeltest").read_bytes()).points == 5.0
    assert standings(graded)["eeltest"].changed == 0


def test_a_dry_run_says_what_would_happen_and_changes_nothing(graded: ClassFolder) -> None:
    write_feedback(graded)
    report = release_feedback(graded, dry=True)
    assert {name: len(own) for name, own in report.new.items()} == {"eeltest": 2, "jareltest": 1}
    assert any("2" in line for line in report.sentences("en", dry=True))
    assert not outbound_room(graded).exists()
    assert given_back(graded) == {}


def test_feedback_can_be_withdrawn_one_assignment_at_a_time(graded: ClassFolder) -> None:
    give(graded)
    assert undo_feedback(graded, "eeltest") == 2
    assert list(outbound_room(graded).iterdir()) == [outbound(graded, "k3f9", "jareltest")]
    assert set(given_back(graded)) == {"jareltest"}
    assert release_feedback(graded).new == {"eeltest": ("k3f9", "m7x2")}


def test_a_release_that_was_interrupted_is_finished_by_the_next_and_can_be_withdrawn(
    graded: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_feedback(graded)
    with monkeypatch.context() as patch:
        # As if the machine stopped: the file is out, the list of what was given is not written.
        patch.setattr(giving_back, "_write_given", lambda *_: None)
        release_feedback(graded)
    assert given_back(graded) == {}
    assert {name: len(own) for name, own in release_feedback(graded).new.items()} == {"eeltest": 2, "jareltest": 1}
    with monkeypatch.context() as patch:
        patch.setattr(giving_back, "_write_given", lambda *_: None)
        shutil.rmtree(outbound_room(graded))
        (graded.root / FEEDBACK / "given.json").unlink()
        release_feedback(graded)
    assert undo_feedback(graded, "eeltest") == 0
    assert list(outbound_room(graded).iterdir()) == [outbound(graded, "k3f9", "jareltest")]


def test_questions_of_a_test_never_leave_before_it_is_over(graded: ClassFolder) -> None:
    write_feedback(graded)
    close_assignment(graded, "jareltest")
    whole = feedback_json(feedback_of(graded, "k3f9", "eeltest"))
    reopen_assignment(graded, "jareltest")
    # Somebody's mistake: the file that waits to go out has questions, and all else says that it is in order.
    room = feedback_room(graded, "k3f9", "eeltest")
    made = json.loads((room / "made.json").read_bytes())
    (room / DATA).write_bytes(whole)
    (room / "made.json").write_text(json.dumps(made | {"digest": hashlib.sha256(whole).hexdigest()}))
    with pytest.raises(FeedbackWithheld) as refused:
        release_feedback(graded)
    assert "k3f9" in refused.value.sentence("et")
    assert not outbound(graded, "k3f9", "eeltest").exists()


def test_a_file_that_power_failure_cut_short_is_not_given(graded: ClassFolder) -> None:
    write_feedback(graded)
    (feedback_room(graded, "k3f9", "eeltest") / DATA).write_bytes(b"")
    assert release_feedback(graded).unwritten == {"eeltest": ("k3f9",)}
    give(graded)
    outbound(graded, "m7x2", "eeltest").write_bytes(b"")
    assert release_feedback(graded).again == {"eeltest": ("m7x2",)}
    assert read_feedback(outbound(graded, "m7x2", "eeltest").read_bytes()).student == "m7x2"


def test_on_the_command_line(graded: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(graded.root)

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["class", *arguments])
        assert result.exit_code == 0, result.output
        return result.output

    assert "eeltest: tagasiside on kirjutatud, osalejaid 2" in run("feedback")
    assert "antaks esimest korda 2" in run("give-back", "eeltest", "--dry-run")
    assert given_back(graded) == {}
    assert "antud esimest korda 2" in run("give-back", "eeltest")
    assert "osalejaid 2" in run("give-back", "eeltest", "--undo")
    assert given_back(graded) == {}
    assert "PDF-faile kirjutatud: 1" in run("feedback", "jareltest", "--pdf")
    assert (feedback_room(graded, "k3f9", "jareltest") / "et.pdf").read_bytes().startswith(b"%PDF")


# The learner's side


@pytest.fixture
def learner(graded: ClassFolder, new_learner: NewLearner, tmp_path: Path) -> LearnerFolder:
    """Give the learner's own folder, with the receipts of what was graded."""
    folder = LearnerFolder(tmp_path / "homes" / "k3f9", "k3f9", "et")
    for test in ("eeltest", "jareltest"):
        receipt = {"assignment": test, "at": "2026-11-22T10:00:00Z", "sha256": digest(graded, "k3f9", test)}
        (folder.answers(test) / "receipts.jsonl").write_text(json.dumps(receipt) + "\n")
        # Since then the learner has answered something more.
        Learner(folder).say(test, "self-impact", ("4",))
    return folder


def fetched(folder: LearnerFolder) -> dict[str, Feedback]:
    fetch_feedback(folder)
    return {name: one.feedback for name, one in own_feedback.own_feedback(folder).items()}


def test_the_learner_finds_the_own_feedback_by_the_receipts(graded: ClassFolder, learner: LearnerFolder) -> None:
    assert fetched(learner) == {}
    give(graded)
    found = fetched(learner)
    assert set(found) == {"eeltest", "jareltest"}
    assert found["eeltest"] == complete(gather_one(graded, "k3f9", "eeltest"))
    # Given again with something new, it is new here too.
    close_assignment(graded, "jareltest")
    give(graded)
    assert len(fetched(learner)["eeltest"].items) == 6


def test_what_is_withdrawn_goes_and_what_is_out_of_reach_stays(graded: ClassFolder, learner: LearnerFolder) -> None:
    give(graded)
    fetched(learner)
    undo_feedback(graded, "eeltest")
    assert set(fetched(learner)) == {"jareltest"}
    shutil.rmtree(graded.exchange)
    assert set(fetched(learner)) == {"jareltest"}


def test_what_one_class_gave_stays_when_the_learner_joins_another(graded: ClassFolder, learner: LearnerFolder) -> None:
    give(graded)
    fetched(learner)
    card = learner.root / "class.toml"
    card.write_text(card.read_text(encoding="utf-8").replace(CLASS, "kevad-2027"), encoding="utf-8")
    (graded.exchange / "kevad-2027" / "feedback").mkdir(parents=True)
    assert set(fetched(learner)) == {"eeltest", "jareltest"}


def test_files_that_others_put_under_the_name_are_not_believed(graded: ClassFolder, learner: LearnerFolder) -> None:
    give(graded)
    place, strange = outbound(graded, "k3f9", "eeltest"), outbound(graded, "m7x2", "eeltest").read_bytes()
    own = place.read_bytes()
    for planted in (b"", b"<script>alert(1)</script>", b"[" * 100_000, b"{}", strange, own + b" " * 2**20):
        place.write_bytes(planted)
        assert set(fetched(learner)) <= {"jareltest"}, planted[:20]
    place.unlink()
    place.symlink_to(learner.root / "avcourse.toml")
    assert set(fetched(learner)) == {"jareltest"}
    place.unlink()
    place.write_bytes(own)
    assert set(fetched(learner)) == {"eeltest", "jareltest"}


def test_a_learner_without_class_receipts_or_with_spoilt_ones_has_no_feedback_and_no_trouble(
    graded: ClassFolder, learner: LearnerFolder
) -> None:
    give(graded)
    receipts = learner.answers("eeltest") / "receipts.jsonl"
    receipts.write_bytes(b'\xff\n[]\n{"sha256": 5}\nnull\n"x"\n')
    assert set(fetched(learner)) == {"jareltest"}
    (learner.root / "class.toml").write_text("rikutud")
    assert set(fetched(learner)) == {"jareltest"}
    (learner.root / "class.toml").unlink()
    assert set(fetched(learner)) == {"jareltest"}


def test_a_drive_that_does_not_answer_holds_nothing_up() -> None:
    import threading

    never = threading.Event()
    assert patiently(lambda: never.wait(30), False, 0.01) is False
    never.set()


# The data


def test_whatever_stands_in_a_file_it_is_feedback_or_refused(graded: ClassFolder) -> None:
    close_assignment(graded, "jareltest")
    whole = json.loads(feedback_json(complete(gather_one(graded, "k3f9", "jareltest"))))
    assert read_feedback(json.dumps(whole).encode()).items
    for name in whole:
        for value in (None, 5, "x" * 30_000, [], {}, [None], float("1e300"), True):
            try:
                found = read_feedback(json.dumps(whole | {name: value}).encode())
            except FeedbackUnreadable:
                continue
            assert isinstance(found, Feedback)
            assert read_feedback(feedback_json(found)) == found
    with pytest.raises(FeedbackUnreadable):
        read_feedback(json.dumps(whole | {"more": 1}).encode())
    with pytest.raises(FeedbackUnreadable):
        read_feedback(json.dumps(whole).replace('"points": 4.0', '"points": NaN').encode())


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    with pytest.raises(FeedbackUnreadable):
        read_feedback(raw)


def test_names_differ_by_everything_that_they_are_made_of() -> None:
    one = ("k", "m", "a", "0" * 64)
    others = [tuple(f"{part}x" if place == change else part for place, part in enumerate(one)) for change in range(4)]
    assert len({exchange_name(*one), *(exchange_name(*other) for other in others)}) == 5
