"""A small checkout of the course to run a class with: two tests, six slots, one of each kind of graded answer."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import append_response
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course import course as course_module

PACKAGE = Path(course_module.__file__).resolve().parents[1]
AREAS = ("principles", "transparency", "participation", "digital", "impact")
CLASS = "sygis-2026"
TESTS = ("eeltest", "jareltest")
SLOTS = {
    "principles-1": ("pr-fees-a", "pr-fees-b"),
    "principles-2": ("pr-anchor", "pr-anchor"),
    "transparency-1": ("tr-many-a", "tr-many-b"),
    "participation-1": ("pa-order-a", "pa-order-b"),
    "digital-1": ("di-number-a", "di-number-b"),
    "impact-1": ("im-pairs-a", "im-pairs-b"),
}
KEYS: dict[str, dict[str, object]] = {
    "pr-fees": {"answer": ["publish-now"]},
    "pr-anchor": {"answer": ["publish-now"]},
    "tr-many": {"answer": ["one", "two", "three"]},
    "pa-order": {"answer": ["one", "two", "three"]},
    "di-number": {"answer": 12.5, "tolerance": 0.5},
    "im-pairs": {"answer": ["one:x", "two:y", "three:x"]},
}
OPTIONS = {"pr": ("publish-now", "ask-first", "refuse", "wait")}
KINDS = {"pr": "single", "tr": "multiple", "pa": "ordering", "di": "number", "im": "matching"}
RIGHT: dict[str, object] = {
    "pr": ("publish-now",),
    "tr": ("one", "two", "three"),
    "pa": ("one", "two", "three"),
    "di": 12.5,
    "im": ("one:x", "two:y", "three:x"),
}


def key_of(question: str) -> dict[str, object]:
    """Return the key of a graded question."""
    return KEYS[question.removesuffix("-a").removesuffix("-b")]


def bank_row(question: str, area: str, *, graded: bool) -> dict[str, object]:
    """Return a question as it stands in ``questions.json``."""
    kind = KINDS[question[:2]] if graded else "rating"
    names: tuple[str, ...] = (
        ("1", "2", "3", "4", "5") if not graded else OPTIONS.get(question[:2], ("one", "two", "three", "four"))
    )
    row: dict[str, object] = {
        "id": question,
        "kind": kind,
        "area": area,
        "level": "apply",
        "text": {"et": "Küsimus?", "en": "Question?"},
        "graded": graded,
        "confidence": graded,
        "dont_know": graded and kind != "number",
    }
    names = names[:3] if kind in ("matching", "ordering") else names
    if kind != "number":
        row["options"] = [{"id": name, "et": name, "en": name} for name in names]
    if kind == "matching":
        row["targets"] = [{"id": name, "et": name, "en": name} for name in ("x", "y")]
    return row


def course_data() -> dict[str, object]:
    """Return the mapping of ``course.json``."""
    pair = {"et": "Nimi", "en": "Name"}
    selfs = {"eeltest": ("self",), "jareltest": ("self", "then")}
    return {
        "title": pair,
        "areas": [{"id": area, "name": pair, "description": pair} for area in AREAS],
        "modules": [
            {
                "id": test,
                "kind": "test",
                "slug": test,
                "minutes": 20,
                "title": pair,
                "goal": pair,
                "questions": [f"{prefix}-{area}" for prefix in selfs[test] for area in AREAS],
            }
            for test in TESTS
        ],
        "slots": [
            {"id": slot, "area": slot.rsplit("-", 1)[0], "level": "apply", "A": forms[0], "B": forms[1]}
            for slot, forms in SLOTS.items()
        ],
    }


def grade_cell(test: str, slot: str) -> dict[str, object]:
    """Return a grade cell with its hidden keys, as the builder of the course writes it."""
    uses = [
        f"use_key({question!r}, {json.dumps(key_of(question), ensure_ascii=False)})"
        for question in dict.fromkeys(SLOTS[slot])
    ]
    lines = ["from avcourse import score", "### BEGIN HIDDEN TESTS", "from avcourse import use_key", *uses]
    lines += ["### END HIDDEN TESTS", f'score("{test}/{slot}")']
    tags = {"grade": True, "solution": False, "locked": True, "task": False, "points": 1, "grade_id": slot}
    return {
        "cell_type": "code",
        "id": slot,
        "metadata": {"nbgrader": tags | {"schema_version": 3, "cell_type": "code"}},
        "source": "\n".join(lines),
        "outputs": [],
        "execution_count": None,
    }


def solution(test: str, language: str) -> str:
    """Return a solution notebook as text."""
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": f"# {test} ({language})"}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = {
        "cells": [title, *(grade_cell(test, slot) for slot in SLOTS)],
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def write_material(root: Path) -> None:
    """Write ``course/`` and ``solutions/`` of the small course."""
    questions = {question: slot.rsplit("-", 1)[0] for slot, forms in SLOTS.items() for question in dict.fromkeys(forms)}
    rows = [bank_row(question, area, graded=True) for question, area in questions.items()]
    rows += [bank_row(f"{prefix}-{area}", area, graded=False) for prefix in ("self", "then") for area in AREAS]
    (root / "course").mkdir()
    (root / "course" / "course.json").write_text(json.dumps(course_data()), encoding="utf-8")
    (root / "course" / "questions.json").write_text(json.dumps(rows), encoding="utf-8")
    for language in ("et", "en"):
        for test in TESTS:
            place = root / "solutions" / language / test
            place.mkdir(parents=True)
            (place / f"{test}.ipynb").write_text(solution(test, language), encoding="utf-8")
    keys = {question: key_of(question) for question in questions}
    (root / "solutions" / "keys.json").write_text(json.dumps(keys), encoding="utf-8")


@cache
def package_copy() -> tempfile.TemporaryDirectory[str]:
    """Return a copy of the library, bytecode too, that every checkout of this run is linked from; it goes with the run."""
    place = tempfile.TemporaryDirectory(prefix="avcourse-package-")
    shutil.copytree(PACKAGE, Path(place.name) / "avcourse", ignore=shutil.ignore_patterns("material"))
    return place


@contextmanager
def small_checkout(root: Path) -> Iterator[Path]:
    """Give a checkout with the small course, for this process and, through PYTHONPATH, for nbgrader's kernels."""
    shutil.copytree(Path(package_copy().name) / "avcourse", root / "avcourse", copy_function=os.link)
    write_material(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course_module, "PACKAGE", root / "avcourse")
        patch.setenv("PYTHONPATH", str(root))
        course_module.load_course.cache_clear()
        course_module.load_bank.cache_clear()
        yield root
    course_module.load_course.cache_clear()
    course_module.load_bank.cache_clear()


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    with small_checkout(tmp_path / "checkout") as root:
        yield root


@dataclass(frozen=True)
class Learner:
    """A learner of the tests: answers what it is told to."""

    folder: LearnerFolder

    def answer(self, test: str, form: str, wrong: int = 0) -> None:
        """Answer every slot of a test in a form, the first ``wrong`` of them with "ei tea" or a far number."""
        for place, forms in enumerate(SLOTS.values()):
            question = forms[0] if form == "A" else forms[1]
            right = RIGHT[question[:2]]
            false = 99.0 if isinstance(right, float) else ("dont-know",)
            self.say(test, question, false if place < wrong else right, form)

    def say(self, test: str, question: str, answer: object, form: str | None = None) -> None:
        """Give one answer."""
        confidence = 75 if form else None
        path = self.folder.log_path(test)
        append_response(path, assignment=test, question=question, answer=answer, form=form, confidence=confidence)  # type: ignore[arg-type]


NewLearner = Callable[[str, ClassFolder], Learner]


@pytest.fixture
def new_learner(tmp_path: Path) -> NewLearner:
    """Make a learner's folder with its pages and the card of a class that has been released."""

    def make(learner: str, classroom: ClassFolder) -> Learner:
        folder = LearnerFolder(tmp_path / "homes" / learner, learner, "et")
        write_marker(folder)
        shutil.copy(classroom.root / "card" / "class.toml", folder.root / "class.toml")
        (folder.root / "et").mkdir()
        for test in TESTS:
            shutil.copy(classroom.released(test), folder.root / "et" / f"{test}.ipynb")
        return Learner(folder)

    return make


@pytest.fixture
def classroom(checkout: Path, tmp_path: Path) -> ClassFolder:
    """Give a new class, nothing released yet."""
    return new_class(tmp_path / "klass [1]", CLASS, "et", None)


@pytest.fixture(scope="session")
def after_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class folder as it is after a release: nbgrader takes seconds for it, and most tests begin there."""
    place = tmp_path_factory.mktemp("template")
    with small_checkout(place / "checkout"):
        template = new_class(place / "klass", CLASS, "et", None)
        release(template)
    return template.root


@pytest.fixture
def released(classroom: ClassFolder, after_release: Path) -> ClassFolder:
    for name in ("source", "release", "exchange"):
        shutil.copytree(after_release / name, classroom.root / name, dirs_exist_ok=True)
    for name in ("keys.json", "gradebook.db"):
        shutil.copy(after_release / name, classroom.root)
    return classroom


@pytest.fixture
def graded(released: ClassFolder, new_learner: NewLearner) -> ClassFolder:
    """Give a class with two participants, one of whom has only the first test."""
    for student, tests in (("k3f9", ("eeltest", "jareltest")), ("m7x2", ("eeltest",))):
        learner = new_learner(student, released)
        for test in tests:
            learner.answer(test, "A" if test == "eeltest" else "B", wrong=2)
            place = released.root / "submitted" / student / test
            place.mkdir(parents=True)
            (place / "responses.jsonl").write_bytes(learner.folder.log_path(test).read_bytes())
            (place / "timestamp.txt").write_text("2026-11-22 10:00:00.000000 UTC")
    grade_class(released)
    return released


PLAN = "tegevuskava"
PLANS = {"anu": "Elanik näeb eelnõu.", "bert": None, "cille": "  elanik NÄEB\neelnõu. ", "dora": "Muu.", "ene": None}
HandInPlan = Callable[[str, str | None, int], None]


@pytest.fixture(scope="session")
def released_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class in which the action plan of the course itself has been released: it has an open question."""
    folder = new_class(tmp_path_factory.mktemp("plan") / "klass", CLASS, "et", None)
    release(folder, (PLAN,))
    return folder.root


@pytest.fixture
def plan_class(released_plan: Path, tmp_path: Path) -> ClassFolder:
    root = tmp_path / "klass"
    shutil.copytree(released_plan, root)
    return ClassFolder(root, CLASS, "et", root / "exchange")


@pytest.fixture
def hand_in_plan(plan_class: ClassFolder) -> HandInPlan:
    """Give a function that puts somebody's answer to the open question, or a blank, into the class, as of a day of the month."""

    def make(student: str, text: str | None, day: int) -> None:
        place = plan_class.root / "submitted" / student / PLAN
        place.mkdir(parents=True, exist_ok=True)
        (place / "timestamp.txt").write_text(f"2026-11-{day} 10:00:00.000001 UTC")
        question, answer = ("plan:own", "{}") if text is None else ("tk-change", text)
        append_response(place / "responses.jsonl", assignment=PLAN, question=question, answer=answer)

    return make


@pytest.fixture
def graded_plan(plan_class: ClassFolder, hand_in_plan: HandInPlan) -> ClassFolder:
    """Give the class with five graded submissions: two say the same, two say nothing."""
    for student, text in PLANS.items():
        hand_in_plan(student, text, 10)
    grade_class(plan_class)
    return plan_class
