"""Grading a class: ``avcourse class grade`` against ``nbgrader autograde`` over the same submissions, process start included in both."""

from __future__ import annotations

import json
import random
import shutil
import sys
from pathlib import Path
from typing import Any

from avcourse.answers.responses import append_response
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_bank, load_course
from benchmarks.gradebook_rows import rows
from benchmarks.timing import seconds


def make_class(root: Path, learners: int) -> ClassFolder:
    """Return a released class with made-up submissions of both tests (drawn from a fixed seed, so the same in every run)."""
    folder = new_class(root, "bench", "et", None)
    release(folder, None)
    course, bank, draw = load_course(), load_bank(), random.Random(2026)
    for number in range(learners):
        student, first = f"osaleja-{number:03d}", draw.choice("AB")
        for test, form in zip(course.tests, (first, "B" if first == "A" else "A"), strict=True):
            place = root / "submitted" / student / test.id
            place.mkdir(parents=True)
            shutil.copy(root / "release" / test.id / f"{test.id}.ipynb", place)
            (place / "timestamp.txt").write_text("2026-11-20 12:00:00.000000 UTC")
            for slot in course.slots:
                question = bank[slot.forms[form]]
                answer = draw.choice([*(o.id for o in question.options), "dont-know"])
                append_response(place / "responses.jsonl", assignment=test.id, question=question.id, answer=(answer,), form=form,
                                confidence=draw.choice([25, 50, 75, 100]))  # fmt: skip
    return folder


def measure(place: Path, learners: int) -> dict[str, Any]:
    ours = make_class(place / "ours", learners)
    stock = place / "stock"
    shutil.copytree(ours.root, stock, symlinks=True)
    our_seconds = seconds([sys.executable, "-m", "avcourse", "class", "grade"], ours.root)
    stock_seconds = sum(
        seconds([sys.executable, "-m", "nbgrader", "autograde", test.id, f"--course-dir={stock}"], stock)
        for test in load_course().tests
    )
    return {
        "learners": learners,
        "submissions": 2 * learners,
        "avcourse_s": round(our_seconds, 2),
        "nbgrader_autograde_s": round(stock_seconds, 1),
        "ratio": round(stock_seconds / our_seconds, 1),
        "same_gradebook_rows": rows(ours.root / "gradebook.db") == rows(stock / "gradebook.db"),
    }


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        print(json.dumps(measure(Path(temporary), int(sys.argv[1]) if len(sys.argv) > 1 else 79)))
