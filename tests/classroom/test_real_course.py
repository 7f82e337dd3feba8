"""The course as it is taught: its gradebook is the one that plain ``nbgrader autograde`` writes, forms in the pages included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from avcourse.classroom.exchange import collect
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.workspace import new_class
from avcourse.course.course import load_bank, load_course
from benchmarks.gradebook_rows import rows

ROOT = Path(__file__).resolve().parents[2]
LEARNERS = 2


def every_way_of_grading() -> list[str]:
    """Return the tests, the municipality's own work and as many exercises as have every kind of question between them.

    nbgrader takes some ten seconds an assignment. All exercises are run as it runs them in tests/notebooks/test_exercises.py.
    """
    course, bank = load_course(), load_bank()
    left = {bank[name].kind for module in course.modules if module.kind == "exercise" for name in module.questions}
    chosen = []
    for module in course.assignments:
        kinds = {bank[name].kind for name in module.questions}
        if module.kind != "exercise" or kinds & left:
            chosen.append(module.id)
            left -= kinds if module.kind == "exercise" else set()
    return chosen


@pytest.mark.slow
def test_gradebook_of_the_real_course_equals_that_of_nbgrader_autograde(tmp_path: Path) -> None:
    from nbgrader.api import Gradebook

    classroom = new_class(tmp_path / "klass", "sygis-2026", "et", None)
    assignments = every_way_of_grading()
    release(classroom, assignments)
    assert b"ask(" in classroom.released("eeltest").read_bytes()
    fill_rehearsal(classroom, LEARNERS, seed=1)
    collected = collect(classroom).collected
    assert {one.assignment for one in collected} == set(assignments)
    other = Path(shutil.copytree(classroom.root, tmp_path / "twin"))
    report = grade_class(classroom)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for assignment in assignments:
        command = [str(bin_folder / "nbgrader"), "autograde", assignment]
        subprocess.run(command, cwd=other, env=environment, check=True, capture_output=True, timeout=280)
    ours, theirs = rows(classroom.root / "gradebook.db"), rows(other / "gradebook.db")
    assert (len(report.graded), report.problems) == (len(collected), ())
    assert len({one.points for one in report.graded}) > len(assignments)
    assert ours == theirs
    # What formgrader lists comes from here, in both classes.
    scores = read_scores(classroom.database)
    for database in (classroom.database, f"sqlite:///{other / 'gradebook.db'}"):
        with Gradebook(database) as book:
            for assignment in assignments:
                shown = {one["student"]: one["score"] for one in book.submission_dicts(assignment)}
                points = {student: sum(own.values()) for (student, name), own in scores.items() if name == assignment}
                assert shown == pytest.approx(points)
