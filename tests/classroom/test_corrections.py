"""An assignment corrected after release: what is graded anew, what stays, what is left out, and what is said of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from avcourse.classroom.cohort import cohort_tidy
from avcourse.classroom.corrections import correct, corrections, plan_correction
from avcourse.classroom.edition import read_edition, write_edition
from avcourse.classroom.exchange import collect
from avcourse.classroom.followup import course_end
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.marking import mark
from avcourse.classroom.overview import overview
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import AssignmentCorrected, release
from avcourse.classroom.workspace import ClassFolder
from avcourse.course import course as course_module
from avcourse.course.course import load_course
from avcourse.views.class_report import gather_report
from avcourse.views.desk import schedule as schedule_page
from avcourse.views.desk.visit import Visit
from benchmarks.gradebook_rows import rows
from tests.classroom import conftest

TEST, ANCHOR, CELL = "eeltest", "pr-anchor", "principles-2"
Edit = Callable[[Callable[[dict[str, Any]], object]], None]


@pytest.fixture
def taken(released: ClassFolder, after_release: Path) -> ClassFolder:
    """Give a class of eight whose tests have been graded, with the editions that a release leaves."""
    shutil.copytree(after_release / "editions", released.root / "editions")
    fill_rehearsal(released, 8, seed=5)
    collect(released)
    grade_class(released)
    return released


@pytest.fixture
def correct_key(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make another option the right one in the checkout: keys and solution notebooks."""

    def change(question: str = ANCHOR, answer: str = "refuse") -> None:
        name = question.removesuffix("-a").removesuffix("-b")
        monkeypatch.setitem(conftest.KEYS, name, {"answer": [answer]})
        keys = json.loads((checkout / "solutions" / "keys.json").read_text())
        keys = {key: conftest.key_of(key) for key in keys}
        (checkout / "solutions" / "keys.json").write_text(json.dumps(keys))
        for path in (checkout / "solutions").glob("*/*/*.ipynb"):
            path.write_text(conftest.solution(path.stem, path.parts[-3]))

    return change


@pytest.fixture
def edit_question(checkout: Path) -> Callable[..., None]:
    """Change a question's public row in the checkout; None takes it out."""

    def change(question: str, **fields: Any) -> None:
        path = checkout / "course" / "questions.json"
        found = json.loads(path.read_text())
        path.write_text(json.dumps([{**row, **(fields if row["id"] == question else {})} for row in found]))
        course_module.load_bank.cache_clear()

    return change


def points(folder: ClassFolder, cell: str = CELL, test: str = TEST) -> dict[str, float]:
    return {who: own[cell] for (who, name), own in read_scores(folder.database).items() if name == test}


def chosen(folder: ClassFolder) -> dict[str, object]:
    sheets = cohort_tidy(folder).sheets
    return {sheet.learner: sheet.choices[CELL] for sheet in sheets if sheet.module == TEST}


def test_a_corrected_key_grades_old_submissions_anew(taken: ClassFolder, correct_key: Callable[..., None]) -> None:
    before, said, later = points(taken), chosen(taken), points(taken, test="jareltest")
    correct_key()
    assert points(taken) == before
    grade_class(taken)
    assert points(taken) == before, "a later checkout alone must change nothing"
    assert [(one.question, one.state) for one in plan_correction(taken, TEST)] == [(ANCHOR, "corrected")]
    (done,) = correct(taken, TEST)
    after = points(taken)
    assert after == {who: float(answer == ("refuse",)) for who, answer in said.items()}
    assert done.scores == sum(before[who] != after[who] for who in before) > 0
    # The other test has its own edition, and its own correction.
    assert points(taken, test="jareltest") == later
    assert [one.question for one in plan_correction(taken, "jareltest")] == [ANCHOR]


def test_points_by_hand_stay_and_doing_it_twice_changes_nothing(
    taken: ClassFolder, correct_key: Callable[..., None]
) -> None:
    who = next(who for who, answer in chosen(taken).items() if answer == ("publish-now",))
    mark(taken, TEST, who, CELL, 1.0)
    correct_key()
    correct(taken, TEST)
    assert points(taken)[who] == 1.0
    first, lines = rows(taken.gradebook), corrections(taken)
    assert correct(taken, TEST) == ()
    assert (rows(taken.gradebook), corrections(taken)) == (first, lines)


def test_what_was_interrupted_is_finished(
    taken: ClassFolder, correct_key: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_key()
    with monkeypatch.context() as patch:
        patch.setattr("avcourse.classroom.corrections.grade_class", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            correct(taken, TEST)
    assert corrections(taken) == ()
    said = chosen(taken)
    (done,) = correct(taken, TEST)
    assert done.scores > 0
    assert points(taken) == {who: float(answer == ("refuse",)) for who, answer in said.items()}
    assert correct(taken, TEST) == ()


def test_what_was_graded_but_not_noted_is_counted_and_noted_once(
    taken: ClassFolder, correct_key: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    correct_key()
    before = points(taken)
    with monkeypatch.context() as patch:
        patch.setattr("avcourse.classroom.corrections._note", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            correct(taken, TEST)
    moved = sum(before[who] != now for who, now in points(taken).items())
    edition = read_edition(taken, TEST)
    assert correct(taken, TEST)[0].scores == moved > 0
    # Cut off between the list and the edition: the line is there already.
    write_edition(taken, edition)
    correct(taken, TEST)
    assert [one.scores for one in corrections(taken)] == [moved]


def test_a_changed_question_keeps_its_old_key(
    taken: ClassFolder, correct_key: Callable[..., None], edit_question: Callable[..., None]
) -> None:
    before = points(taken)
    correct_key()
    edit_question(ANCHOR, text={"et": "Teine küsimus?", "en": "Another question?"})
    assert [one.state for one in correct(taken, TEST)] == ["changed"]
    grade_class(taken)
    assert points(taken) == before
    assert corrections(taken) == ()
    assert read_edition(taken, TEST).bank[ANCHOR].text.et == "Küsimus?"


def test_old_answers_mean_what_they_meant_when_options_change(
    taken: ClassFolder, edit_question: Callable[..., None]
) -> None:
    before = points(taken)
    edit_question(ANCHOR, options=[{"id": "other", "et": "Muu", "en": "Other"}])
    assert grade_class(taken).problems == ()
    assert points(taken) == before


def test_a_withdrawn_question_counts_for_nobody(taken: ClassFolder, edit_question: Callable[..., None]) -> None:
    from nbgrader.api import Gradebook

    edit_question(ANCHOR, withdrawn=True)
    (done,) = correct(taken, TEST)
    assert done.state == "withdrawn"
    assert set(points(taken).values()) == {0.0}
    with Gradebook(taken.database) as book:
        assert book.find_grade_cell(CELL, TEST, TEST).max_score == 0
        assert {one["max_score"] for one in book.submission_dicts(TEST)} == {len(conftest.SLOTS) - 1}
    sheets = {sheet.module: sheet for sheet in cohort_tidy(taken).sheets}
    assert CELL not in sheets[TEST].points
    assert CELL in sheets["jareltest"].points
    assert grade_class(taken).problems == ()
    assert correct(taken, TEST) == ()


def test_a_correction_is_a_line_in_the_report_without_names(
    taken: ClassFolder, correct_key: Callable[..., None]
) -> None:
    correct_key()
    correct(taken, TEST)
    data, _ = gather_report(taken, date(2026, 11, 27))
    (line,) = data.corrections
    assert ANCHOR in line.et
    assert "võti on parandatud" in line.et
    assert "proov-" not in (taken.root / "corrections.jsonl").read_text()


def test_what_was_answered_is_not_released_otherwise(
    taken: ClassFolder, correct_key: Callable[..., None], edit_question: Callable[..., None]
) -> None:
    source = taken.source(TEST).read_bytes()
    release(taken)
    correct_key()
    with pytest.raises(AssignmentCorrected, match=ANCHOR):
        release(taken, [TEST])
    assert taken.source(TEST).read_bytes() == source
    correct(taken, TEST)
    release(taken, [TEST])
    edit_question(ANCHOR, points=2)
    with pytest.raises(AssignmentCorrected, match=ANCHOR):
        release(taken, [TEST])


def test_what_was_sent_by_hand_is_answered(
    released: ClassFolder, after_release: Path, correct_key: Callable[..., None]
) -> None:
    shutil.copytree(after_release / "editions", released.root / "editions")
    correct_key()
    (released.root / "inbox" / f"{TEST}-k3f9-q7mw (1).zip").write_bytes(b"PK")
    with pytest.raises(AssignmentCorrected, match=ANCHOR):
        release(released, [TEST])


def test_a_new_assignment_takes_the_place_of_the_old_one(
    taken: ClassFolder, checkout: Path, correct_key: Callable[..., None], edit_question: Callable[..., None]
) -> None:
    before = points(taken)
    path = checkout / "course" / "course.json"
    course = json.loads(path.read_text())
    course["modules"][0] |= {"id": "eeltest-2", "replaces": TEST}
    # One question is another in the new test; the anchor is the same, and its key is corrected.
    course["slots"][0]["A"] = "tr-many-a"
    path.write_text(json.dumps(course))
    for language in ("et", "en"):
        (checkout / "solutions" / language / TEST).rename(checkout / "solutions" / language / "eeltest-2")
        old = checkout / "solutions" / language / "eeltest-2" / f"{TEST}.ipynb"
        old.unlink()
        old.with_name("eeltest-2.ipynb").write_text(conftest.solution("eeltest-2", language))
    course_module.load_course.cache_clear()
    correct_key()
    assert grade_class(taken).problems == ()
    assert points(taken) == before
    states = {one.question: one.state for one in correct(taken, TEST)}
    assert states == {ANCHOR: "corrected", "pr-fees-a": "withdrawn"}
    assert points(taken) != before
    assert {sheet.module for sheet in cohort_tidy(taken).sheets} == {test.id for test in load_course().tests}
    assert [one.assignment for one in release(taken, ["eeltest-2"])] == ["eeltest-2"]
    assert correct(taken, TEST) == ()
    for old in ("eeltest", "jareltest"):
        assert schedule_page.page(visit(taken, "schedule")).count(f'value="{old}"') > 1, "its deadline can be set"
    known = [row.assignment for row in overview(taken).rows if row.known]
    assert known == [TEST, "eeltest-2", "jareltest"], "what the class had is not out of sight"
    assert overview(taken).rows[0].graded == 8
    report = gather_report(taken, date(2026, 12, 1))[0]
    assert report.handed_in[TEST] == 8
    assert report.began == date(2026, 11, 9)


def visit(folder: ClassFolder, part: str) -> Visit:
    return Visit(folder, "et", "/avcourse/desk/k/", part)


def test_an_old_class_has_its_course_end_and_its_ratings_with_a_newer_checkout(
    taken: ClassFolder, checkout: Path
) -> None:
    def ratings() -> list[str]:
        return sorted(f"{one.learner} {one.self_ratings} {one.then_ratings}" for one in cohort_tidy(taken).sheets)

    end, before = course_end(taken), ratings()
    course = json.loads((checkout / "course" / "course.json").read_text())
    course["modules"][1] |= {"id": "jareltest-2", "replaces": "jareltest", "questions": []}
    (checkout / "course" / "course.json").write_text(json.dumps(course))
    bank = json.loads((checkout / "course" / "questions.json").read_text())
    (checkout / "course" / "questions.json").write_text(
        json.dumps([row for row in bank if not row["id"].startswith("then-")])
    )
    course_module.load_course.cache_clear()
    course_module.load_bank.cache_clear()
    assert end is not None
    assert course_end(taken) == end
    assert ratings() == before


@pytest.mark.slow
def test_plain_nbgrader_comes_to_the_corrected_points(
    taken: ClassFolder,
    tmp_path: Path,
    checkout: Path,
    correct_key: Callable[..., None],
    edit_question: Callable[..., None],
) -> None:
    correct_key()
    edit_question("di-number-a", withdrawn=True)
    correct(taken, TEST)
    other = Path(shutil.copytree(taken.root, tmp_path / "twin"))
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    command = [str(bin_folder / "nbgrader"), "autograde", TEST, "--force"]
    subprocess.run(command, cwd=other, env=environment, check=True, capture_output=True, timeout=280)
    assert rows(taken.gradebook) == rows(other / "gradebook.db")
