"""A hostile handful: every submission is graded or named, and nothing of a learner's is executed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from avcourse.classroom.cohort import cohort_tidy
from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import GradingReport, grade_class
from avcourse.classroom.workspace import ClassFolder
from avcourse.errors import GradebookFailed, KeyUnknown, NoAssignment, NothingReleased
from benchmarks.gradebook_rows import rows

Make = Callable[[str, ClassFolder], Any]


@pytest.fixture
def hand_in(released: ClassFolder, new_learner: Make) -> Callable[..., Path]:
    """Give a function that puts a submission with all answers right into the class and returns its folder."""

    def make(student: str, form: str = "A") -> Path:
        learner = new_learner(student, released)
        learner.answer("eeltest", form)
        place = released.root / "submitted" / student / "eeltest"
        place.mkdir(parents=True)
        shutil.copy(learner.folder.log_path("eeltest"), place)
        shutil.copy(released.released("eeltest"), place)
        (place / "timestamp.txt").write_text("2026-11-22 10:00:00.000001 UTC")
        return place

    return make


def outcome(report: GradingReport, student: str) -> tuple[float | None, set[str]]:
    """Return the points of a student, None if not graded, and the kinds of problems."""
    points = next((one.points for one in report.graded if one.student == student), None)
    for problem in report.problems:
        for language in ("et", "en"):
            assert "{" not in problem.sentence(language)
            assert problem.sentence(language).isprintable()
    return points, {problem.kind for problem in report.problems if problem.student == student}


def rewrite(place: Path, change: Callable[[list[Any]], object]) -> None:
    page = place / "eeltest.ipynb"
    notebook = json.loads(page.read_text(encoding="utf-8"))
    change(notebook["cells"])
    page.write_text(json.dumps(notebook), encoding="utf-8")


def test_what_learners_do_to_notebooks_does_not_matter(
    released: ClassFolder, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    marker = tmp_path / "executed"
    code = f"print('x'); open({str(marker)!r}, 'w').write('x'); import shutil; shutil.rmtree({str(released.root)!r})"
    attack: dict[str, object] = {
        "cell_type": "code",
        "id": "x",
        "metadata": {},
        "source": code,
        "outputs": [],
        "execution_count": None,
    }
    changes: dict[str, Callable[[list[Any]], object]] = {
        "deleted": lambda cells: cells.clear(),
        "duplicated": lambda cells: cells.append(cells[-1]),
        "rewritten": lambda cells: cells[1].update(source=code),
        "hostile": lambda cells: cells.insert(0, attack),
    }
    for student, change in changes.items():
        rewrite(hand_in(student), change)
    (hand_in("no-json") / "eeltest.ipynb").write_text("{")
    (hand_in("no-page") / "eeltest.ipynb").unlink()
    report = grade_class(released)
    assert {one.student: one.points for one in report.graded} == dict.fromkeys([*changes, "no-json", "no-page"], 6.0)
    named = {one.student: one.kind for one in report.problems}
    assert named == dict.fromkeys(changes, "page-changed") | {"no-json": "page-broken"}
    assert not marker.exists()
    for student in changes:
        text = (released.root / "autograded" / student / "eeltest" / "eeltest.ipynb").read_text(encoding="utf-8")
        assert str(marker) not in text


def test_broken_logs_are_graded_by_their_good_lines_and_named(
    released: ClassFolder, hand_in: Callable[..., Path]
) -> None:
    def log(student: str) -> Path:
        return hand_in(student) / "responses.jsonl"

    torn = log("torn")
    torn.write_bytes(torn.read_bytes()[:-30])
    mark = log("mark")
    mark.write_bytes(b"\xef\xbb\xbf" + mark.read_bytes())
    foreign = log("foreign")
    foreign.write_bytes(b'[]\n{"v":9}\n\xff\xfe\nnull\n' + b"[" * 70_000 + b"\n" + foreign.read_bytes())
    other = log("other")
    other.write_bytes(other.read_bytes() + other.read_bytes().replace(b'"eeltest"', b'"jareltest"'))
    both = log("both")
    both.write_bytes(both.read_bytes() + both.read_bytes().replace(b'-a"', b'-b"').replace(b'"A"', b'"B"'))
    odd = log("odd")
    odd.write_bytes(odd.read_bytes().replace(b'"publish-now"', b'"<script>"'))
    report = grade_class(released)
    assert outcome(report, "torn") == (5.0, {"broken-lines"})
    assert outcome(report, "mark") == (6.0, set())
    assert outcome(report, "foreign") == (6.0, {"broken-lines"})
    assert outcome(report, "other") == (6.0, {"other-assignment"})
    assert outcome(report, "both") == (6.0, {"other-form"})
    assert outcome(report, "odd") == (4.0, {"no-option"})


def test_what_cannot_be_graded_is_named_and_not_scored(
    released: ClassFolder, hand_in: Callable[..., Path], tmp_path: Path
) -> None:
    hand_in("good")
    (hand_in("none") / "responses.jsonl").unlink()
    (hand_in("empty") / "responses.jsonl").write_bytes(b"")
    (hand_in("binary") / "responses.jsonl").write_bytes(bytes(range(256)) * 9)
    folder = hand_in("folder") / "responses.jsonl"
    folder.unlink()
    folder.mkdir()
    link = hand_in("link") / "responses.jsonl"
    link.unlink()
    link.symlink_to(released.root / "submitted" / "good" / "eeltest" / "responses.jsonl")
    moved = hand_in("linked-test")
    shutil.move(moved, tmp_path / "elsewhere")
    moved.symlink_to(tmp_path / "elsewhere")
    submitted = released.root / "submitted"
    (submitted / "linked-home").symlink_to(submitted / "good")
    shutil.copytree(submitted / "good", submitted / "Mari Maasikas")
    (submitted / "good" / "vahetest").mkdir()
    (submitted / ".ipynb_checkpoints").mkdir()
    (submitted / "note.txt").touch()
    (hand_in("timeless") / "timestamp.txt").write_text("eile")
    report = grade_class(released)
    expected = {
        "none": "no-log",
        "empty": "no-answers",
        "binary": "no-answers",
        "folder": "unreadable",
        "link": "linked",
        "linked-test": "linked",
        "linked-home": "linked",
        "Mari Maasikas": "wrong-id",
    }
    for student, kind in expected.items():
        assert outcome(report, student) == (None, {kind}), student
    assert outcome(report, "good") == (6.0, {"unknown-assignment"})
    assert outcome(report, "timeless") == (6.0, {"no-time"})
    assert {student for student, _ in read_scores(released.database)} == {"good", "timeless"}
    assert len(report.problems) == len(expected) + 2


def test_a_submission_that_cannot_be_written_does_not_stop_the_rest(
    released: ClassFolder, hand_in: Callable[..., Path]
) -> None:
    hand_in("good")
    hand_in("full")
    (released.root / "autograded" / "full").touch()
    report = grade_class(released)
    assert outcome(report, "full") == (None, {"not-written"})
    assert outcome(report, "good") == (6.0, set())


def test_the_unexpected_is_named_too(
    released: ClassFolder, hand_in: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    hand_in("good")
    monkeypatch.setattr("avcourse.classroom.grading_run.parse_log", lambda _: 1 / 0)
    assert outcome(grade_class(released), "good") == (None, {"unexpected"})


def test_grading_again_changes_nothing_and_a_newer_submission_counts(released: ClassFolder, new_learner: Make) -> None:
    learner = new_learner("osaleja", released)
    learner.answer("eeltest", "B", wrong=6)
    submit(learner.folder, "eeltest")
    collect(released)
    steps: list[tuple[int, int, str]] = []
    assert [one.points for one in grade_class(released, ["eeltest"], lambda *step: steps.append(step)).graded] == [0.0]
    assert steps == [(1, 1, "osaleja")]
    before = rows(released.root / "gradebook.db")
    files = {path: path.read_bytes() for path in (released.root / "autograded").rglob("*") if path.is_file()}
    grade_class(released)
    assert rows(released.root / "gradebook.db") == before
    assert {path: path.read_bytes() for path in (released.root / "autograded").rglob("*") if path.is_file()} == files
    learner.answer("eeltest", "B")
    submit(learner.folder, "eeltest")
    collect(released)
    report = grade_class(released)
    assert [(one.points, one.max_points) for one in report.graded] == [(6.0, 6.0)]


def test_what_grading_needs(released: ClassFolder, hand_in: Callable[..., Path]) -> None:
    assert grade_class(released) == GradingReport((), ())
    hand_in("good")
    with pytest.raises(NoAssignment):
        grade_class(released, ["vahetest"])
    keys = released.root / "keys.json"
    kept = json.loads(keys.read_text())
    keys.write_text(json.dumps({name: key for name, key in kept.items() if name != "pr-anchor"}))
    with pytest.raises(KeyUnknown) as caught:
        grade_class(released)
    assert "principles-2" in caught.value.sentence("et")
    keys.unlink()
    with pytest.raises(NothingReleased):
        grade_class(released)
    keys.write_text(json.dumps(kept))
    (released.root / "gradebook.db").unlink()
    with pytest.raises(GradebookFailed):
        grade_class(released)


def test_the_cohort_joins_gradebook_and_graded_log(released: ClassFolder, new_learner: Make) -> None:
    learner = new_learner("osaleja", released)
    learner.answer("eeltest", "A", wrong=2)
    learner.say("eeltest", "self-impact", ("4",))
    learner.say("jareltest", "then-digital", ("2",))
    learner.say("jareltest", "self-digital", ())
    for test in ("eeltest", "jareltest"):
        submit(learner.folder, test)
    collect(released)
    grade_class(released)
    (released.root / "submitted" / "osaleja" / "eeltest" / "responses.jsonl").write_bytes(b"newer, not graded yet")
    cohort = cohort_tidy(released)
    pre, post = cohort.sheets
    assert (cohort.id, pre.learner, pre.module, pre.form) == ("sygis-2026", "osaleja", "eeltest", "A")
    assert sum(pre.points.values()) == 4.0
    assert pre.outcomes["principles-1"] == "unsure"
    assert pre.outcomes["digital-1"] == "right"
    assert set(pre.confidences.values()) == {75}
    assert pre.self_ratings["impact"] == 4
    assert pre.self_ratings["digital"] is None
    assert pre.then_ratings == {}
    assert (post.form, set(post.outcomes.values()), post.confidences["impact-1"]) == (None, {"blank"}, None)
    assert (post.then_ratings["digital"], post.self_ratings["digital"]) == (2, None)


def test_before_the_first_release(classroom: ClassFolder) -> None:
    for step in (grade_class, cohort_tidy, collect):
        with pytest.raises(NothingReleased) as caught:
            step(classroom)
        for language in ("et", "en"):
            assert "avcourse class release" in caught.value.sentence(language)


@pytest.mark.parametrize("rating", ["9" * 5000, "9" * 400, "99999", "0", "-1", "²", "٣"])
def test_a_rating_that_is_none(rating: str, released: ClassFolder, hand_in: Callable[..., Path]) -> None:
    log = hand_in("osaleja") / "responses.jsonl"
    line = {"v": 1, "seq": 99, "assignment": "eeltest", "form": None, "confidence": None, "at": "2026-11-22T10:00:00Z"}
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps({**line, "question": "self-principles", "answer": [rating]}) + "\n")
        stream.write(json.dumps({**line, "question": "self-digital", "answer": ["2"]}) + "\n")
    grade_class(released)
    (sheet,) = cohort_tidy(released).sheets
    assert (sheet.self_ratings["principles"], sheet.self_ratings["digital"]) == (None, 2)


def test_a_folder_that_cannot_be_read_does_not_stop_the_rest(
    released: ClassFolder, hand_in: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for student in ("closed", "good", "shut"):
        hand_in(student)
    listed, linked = Path.iterdir, Path.is_symlink

    def iterdir(path: Path) -> Iterator[Path]:
        if path.name == "closed":
            raise PermissionError(13, "Permission denied")
        return listed(path)

    def is_symlink(path: Path) -> bool:
        if path.parent.name == "shut":
            raise PermissionError(13, "Permission denied")
        return linked(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    monkeypatch.setattr(Path, "is_symlink", is_symlink)
    report = grade_class(released)
    assert outcome(report, "closed") == (None, {"home-unreadable"})
    assert outcome(report, "shut") == (None, {"unreadable"})
    assert outcome(report, "good") == (6.0, set())


def test_names_of_folders_are_printable(released: ClassFolder, hand_in: Callable[..., Path]) -> None:
    hand_in("good")
    students = os.fsencode(released.root / "submitted")
    for name in (b"\xff\xfe", b"a\x1b[2Jb", "a\u202eb".encode()):
        (Path(os.fsdecode(students)) / os.fsdecode(name)).mkdir()
    (released.root / "submitted" / "good" / "x\ny").mkdir()
    report = grade_class(released)
    sentences = [problem.sentence(language) for problem in report.problems for language in ("et", "en")]
    assert len(sentences) == 8
    assert all(sentence.isprintable() and sentence.encode() for sentence in sentences)


def test_grading_does_not_wait_for_nbgrader() -> None:
    code = "import sys, avcourse.classroom.grading_run, avcourse.classroom.cohort; print('nbgrader' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
