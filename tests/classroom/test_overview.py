"""Where a class stands, and the one thing to do next."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.feedback import release_feedback, undo_feedback
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.overview import (
    LAST_RUN,
    LastRun,
    NextStep,
    Overview,
    Standings,
    next_step,
    overview,
    read_last_run,
    states,
)
from avcourse.classroom.release import undo_release
from avcourse.classroom.schedule import Terms, set_terms
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import Text
from avcourse.errors import GradebookFailed
from avcourse.views.class_feedback import write_feedback
from avcourse.views.class_run import run_class

Make = Callable[[str, ClassFolder], Any]
NOON = datetime(2026, 12, 1, 12)


def row(classroom: ClassFolder, assignment: str = "eeltest") -> Standings:
    return next(row for row in overview(classroom).rows if row.assignment == assignment)


def test_new_class_waits_for_its_release(classroom: ClassFolder) -> None:
    found = overview(classroom)
    assert not any(row.known for row in found.rows)
    assert next_step(found) == NextStep("release", 2, ("eeltest", "jareltest"))


def test_work_goes_from_hand_to_hand_and_each_number_says_where_it_is(released: ClassFolder, new_learner: Make) -> None:
    assert next_step(overview(released)).step == "wait"
    for name in ("k3f9-q7mw", "m2m2-m2m2"):
        learner = new_learner(name, released)
        learner.answer("eeltest", "A")
        submit(learner.folder, "eeltest")
    there = row(released)
    assert (there.released, there.new, there.collected, there.graded) == (True, 2, 0, 0)
    assert next_step(overview(released)) == NextStep("run", 2, ("eeltest",))
    assert set(states(released).values()) == {"new"}

    collect(released)
    there = row(released)
    assert (there.new, there.collected, there.ungraded, there.graded) == (0, 2, 2, 0)
    assert next_step(overview(released)) == NextStep("run", 2, ("eeltest",))

    grade_class(released)
    there = row(released)
    assert (there.ungraded, there.graded, there.given, there.ready) == (0, 2, 0, 2)
    assert next_step(overview(released)) == NextStep("give", 2, ("eeltest",))

    write_feedback(released)
    release_feedback(released)
    there = row(released)
    assert (there.given, there.ready) == (2, 0)
    assert next_step(overview(released)).step == "wait"
    assert set(states(released).values()) == {"graded"}

    undo_feedback(released, "eeltest")
    assert next_step(overview(released)) == NextStep("give", 2, ("eeltest",))


def test_newer_submission_is_new_again(released: ClassFolder, new_learner: Make) -> None:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A", wrong=2)
    submit(learner.folder, "eeltest")
    run_class(released)
    assert row(released).new == 0
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    assert (row(released).new, row(released).graded) == (1, 1)
    assert states(released)["k3f9-q7mw", "eeltest"] == "new"


def test_looking_changes_nothing(released: ClassFolder, new_learner: Make) -> None:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    run_class(released)
    files = {path: path.read_bytes() for path in released.root.rglob("*") if path.is_file()}
    overview(released)
    states(released)
    assert {path: path.read_bytes() for path in released.root.rglob("*") if path.is_file()} == files


def test_work_that_cannot_be_graded_is_named_and_asks_for_no_further_run(
    released: ClassFolder, new_learner: Make
) -> None:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    broken = released.root / "submitted" / "m2m2-m2m2" / "eeltest"
    broken.mkdir(parents=True)
    assert row(released).ungraded == 1
    run_class(released)
    found = overview(released)
    assert [(one.student, one.assignment) for one in found.last.troubles] == [("m2m2-m2m2", "eeltest")]
    assert all(
        one.what.in_(language) and one.mend.in_(language) for one in found.last.troubles for language in ("et", "en")
    )
    assert (row(released).collected, row(released).ungraded, row(released).graded) == (2, 0, 1)
    assert next_step(found).step != "run"


def test_withdrawn_assignment_is_known_but_not_released(released: ClassFolder) -> None:
    undo_release(released, "eeltest")
    assert (row(released).known, row(released).released) == (True, False)
    assert row(released, "jareltest").released


def test_busy_gradebook_holds_up_no_look(released: ClassFolder, new_learner: Make) -> None:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    run_class(released)
    with closing(sqlite3.connect(released.gradebook)) as other:
        other.execute("begin exclusive")
        found = overview(released)
    assert found.busy
    assert found.rows[0].collected == 1
    assert next_step(found).step == "wait"


def test_damaged_gradebook_is_no_busy_one(released: ClassFolder) -> None:
    released.gradebook.write_bytes(b"katki" * 1000)
    with pytest.raises(GradebookFailed):
        overview(released)


def test_damaged_note_of_the_last_run_is_as_none(released: ClassFolder) -> None:
    for text in ("", "{", "[]", '{"at": 1, "problems": []}', '{"at": "2026-11-27", "problems": [{}]}'):
        (released.root / LAST_RUN).write_text(text)
        assert read_last_run(released) == LastRun()


def test_deadline_to_come_says_when_to_come_back(released: ClassFolder) -> None:
    set_terms(released, "eeltest", Terms(NOON - timedelta(days=2), "refuse"))
    set_terms(released, "jareltest", Terms(due=NOON + timedelta(days=2)))
    found = overview(released, NOON)
    assert next_step(found, NOON) == NextStep("wait", back=NOON + timedelta(days=2))
    assert [row.over for row in found.rows] == [True, False]


@pytest.mark.parametrize(
    ("numbers", "step"),
    [
        ({"new": 1, "waiting": 5, "ready": 5}, "run"),
        ({"ungraded": 1, "ready": 5}, "run"),
        ({"waiting": 1, "ready": 5}, "review"),
        ({"ready": 1}, "give"),
        ({"graded": 5, "given": 5}, "wait"),
    ],
)
def test_one_thing_goes_before_another(numbers: dict[str, int], step: str) -> None:
    title = Text("Eeltest", "Pre-test")
    here = Standings("eeltest", title, known=True, released=True, **numbers)  # type: ignore[arg-type]
    other = Standings("jareltest", title, known=True, released=True, ready=9)
    assert next_step(Overview((here, other), 0, LastRun())).step == (step if step != "wait" else "give")
    assert next_step(Overview((here,), 0, LastRun())).step == step


def test_worker_collects_grades_and_gives_and_keeps_what_it_found(
    released: ClassFolder, new_learner: Make, tmp_path: Path
) -> None:
    from avcourse.views.desk import jobs
    from avcourse.views.desk.work import work

    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    (released.root / "submitted" / "<b>" / "eeltest").mkdir(parents=True)
    assert work(released, ["run"]) == 0
    assert not any((released.root / name).stat().st_mode & 0o077 for name in (jobs.JOB, jobs.LOCK))
    done = jobs.read_job(released)
    assert done.state == "done"
    assert "1" in done.sentences["et"][0]
    assert [one.student for one in read_last_run(released).troubles] == ["<b>"]
    assert work(released, ["give"]) == 0
    assert row(released).given == 1
    progress = [line for line in (released.root / jobs.JOB).read_text().splitlines() if '"done"' in line]
    assert not any("k3f9" in line for line in progress), "whose work it was is not kept"
