"""The course as it is taught: its gradebook is the one that plain ``nbgrader autograde`` writes, forms in the pages included."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from avcourse.answers.responses import append_response
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_bank, load_course, load_graded
from avcourse.course.questions import DONT_KNOW, Answer, Question
from benchmarks.gradebook_rows import rows

ROOT = Path(__file__).resolve().parents[2]


def some_answer(question: Question, draw: random.Random) -> Answer:
    """Return the right answer, another one that the form would take, or "ei tea"."""
    assert question.key is not None
    right = question.key.answer
    options = sorted(question.option_ids)
    match question.kind:
        case "number":
            assert isinstance(right, float)
            return draw.choice([right, right + 2 * question.key.tolerance + 1])
        case "multiple":
            other: tuple[str, ...] = tuple(draw.sample(options, draw.randint(1, len(options))))
        case "ordering":
            other = tuple(draw.sample(options, len(options)))
        case "matching":
            other = tuple(f"{option}:{draw.choice(question.targets).id}" for option in options)
        case _:
            other = (draw.choice(options),)
    assert isinstance(right, tuple)
    return draw.choice([right, other, (DONT_KNOW,)] if question.dont_know else [right, other])


def hand_in(classroom: ClassFolder, learners: int) -> None:
    """Put both tests of every learner into the class, with the pages as released."""
    course, bank, draw = load_course(), load_graded(classroom.root / "keys.json"), random.Random(2026)
    for number in range(learners):
        for test, form in zip(course.tests, "AB" if number % 2 else "BA", strict=True):
            place = classroom.root / "submitted" / f"osaleja-{number}" / test.id
            place.mkdir(parents=True)
            shutil.copy(classroom.released(test.id), place)
            (place / "timestamp.txt").write_text("2026-11-20 12:00:00.000000 UTC")
            log = place / "responses.jsonl"
            for slot in course.slots:
                question = bank[slot.forms[form]]
                answer = some_answer(question, draw)
                append_response(log, assignment=test.id, question=question.id, answer=answer, form=form, confidence=75)
            for name in test.questions:
                if load_bank()[name].kind == "rating":
                    append_response(log, assignment=test.id, question=name, answer=("3",))


@pytest.mark.slow
def test_gradebook_of_the_real_course_equals_that_of_nbgrader_autograde(tmp_path: Path) -> None:
    classroom = new_class(tmp_path / "klass", "sygis-2026", "et", None)
    release(classroom)
    assert b"ask(" in classroom.released("eeltest").read_bytes()
    hand_in(classroom, learners=3)
    other = Path(shutil.copytree(classroom.root, tmp_path / "twin"))
    report = grade_class(classroom)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": str(ROOT)}
    for test in load_course().tests:
        command = [str(bin_folder / "nbgrader"), "autograde", test.id]
        subprocess.run(command, cwd=other, env=environment, check=True, capture_output=True, timeout=280)
    ours, theirs = rows(classroom.root / "gradebook.db"), rows(other / "gradebook.db")
    assert (len(report.graded), report.problems) == (6, ())
    assert len(ours["grade"]) >= 6 * len(load_course().slots)
    assert len({one.points for one in report.graded}) > 2
    assert ours == theirs
