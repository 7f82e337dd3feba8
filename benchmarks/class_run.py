"""A class in one command: ``avcourse class run`` against nbgrader's collect, autograde and generate_feedback over the same class.

Process starts are included on both sides. The participants are invented (``class rehearse``), so that a class can have any size;
``python -m benchmarks.class_run curve`` says how time and memory grow with it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_course
from benchmarks.gradebook_rows import rows
from benchmarks.timing import seconds

AVCOURSE = [sys.executable, "-m", "avcourse", "class"]
SIZES = (79, 500, 5000)
_MEASURED = """
import resource, subprocess, sys, time
begun = time.perf_counter()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
wall, used = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
print(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""
"""Runs a command and prints its seconds, its processor's seconds and its peak of memory in MB. A process of its own, since the peak of a
child on Linux begins with that of its parent."""
STEPS = ("collect", "autograde", "generate_feedback")


def make_class(root: Path, learners: int, *, exercises: bool) -> ClassFolder:
    """Return a class in which tests and own work, on wish the lessons' exercises too, were handed in by invented participants."""
    folder = new_class(root, "bench", "et", None)
    ordinary = (module for module in load_course().assignments if not module.after)
    release(folder, [module.id for module in ordinary if exercises or module.kind != "exercise"])
    fill_rehearsal(folder, learners)
    return folder


def nbgrader_steps(folder: Path, assignments: tuple[str, ...]) -> dict[str, float]:
    """Return how long each of nbgrader's steps takes over a class, all assignments together."""
    tool = [sys.executable, "-m", "nbgrader"]
    return {step: sum(seconds([*tool, step, name], folder) for name in assignments) for step in STEPS}


def measure(place: Path, learners: int = 79) -> dict[str, Any]:
    """Run both over the same class and return how long they took, and whether the gradebooks are the same."""
    # Without the exercises: nbgrader would take a quarter of an hour more to show the same ratio.
    ours = make_class(place / "ours", learners, exercises=False)
    stock = Path(shutil.copytree(ours.root, place / "stock", symlinks=True))
    submissions = sum(1 for _ in ours.inbound.iterdir())
    run, again = (seconds([*AVCOURSE, "run"], ours.root) for _ in range(2))
    steps = nbgrader_steps(stock, ours.assignments())
    total = sum(steps.values())
    return {
        "learners": learners,
        "submissions": submissions,
        "avcourse_s": round(run, 2),
        "avcourse_again_s": round(again, 2),
        "nbgrader_s": {step: round(taken, 1) for step, taken in steps.items()},
        "nbgrader_total_s": round(total, 1),
        "ratio": round(total / run, 1),
        "same_gradebook_rows": rows(ours.gradebook) == rows(stock / "gradebook.db"),
    }


def run_of(root: Path, learners: int) -> dict[str, Any]:
    """Run a class of a size in a process of its own and return time for each submission and the peak of its memory."""
    folder = make_class(root, learners, exercises=True)
    submissions = sum(1 for _ in folder.inbound.iterdir())
    told = subprocess.run(
        [sys.executable, "-c", _MEASURED, *AVCOURSE, "run"], cwd=root, capture_output=True, text=True, check=True
    )
    wall, cpu, peak = map(float, told.stdout.split())
    shutil.rmtree(root)
    return {
        "learners": learners,
        "submissions": submissions,
        "s": round(wall, 2),
        "ms_per_submission": round(1000 * wall / submissions, 2),
        "cpu_ms_per_submission": round(1000 * cpu / submissions, 2),
        "peak_mb": round(peak),
    }


def measure_curve(place: Path, sizes: Sequence[int] = SIZES) -> list[dict[str, Any]]:
    """Return time and memory of a run for classes of several sizes."""
    return [run_of(place / f"class-{learners}", learners) for learners in sizes]


def main() -> None:
    """Print the comparison for a number of learners, or the ``curve`` over several sizes."""
    with tempfile.TemporaryDirectory() as name:
        if sys.argv[1:2] == ["curve"]:
            print(json.dumps(measure_curve(Path(name), [int(size) for size in sys.argv[2:]] or SIZES), indent=1))
        else:
            print(json.dumps(measure(Path(name), int(sys.argv[1]) if len(sys.argv) > 1 else 79), indent=1))


if __name__ == "__main__":
    main()
