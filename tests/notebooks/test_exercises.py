"""Every exercise: the untouched stub gives no points, the solution with the right answers gives them all."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from avcourse.answers.responses import append_response
from avcourse.course.course import load_course, load_graded

ROOT = Path(__file__).resolve().parents[2]
EVERY = sorted(path.relative_to(ROOT / "exercises") for path in (ROOT / "exercises").rglob("*.ipynb"))
TESTS = {module.id for module in load_course().tests}
# The municipality's own work is graded by other rules: tests/classroom/test_work_assignments.py.
OF_TESTS = [path for path in EVERY if path.stem in TESTS]
OF_LESSONS = [module.id for module in load_course().modules if module.kind == "exercise"]


def scores(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, float]:
    """Run a notebook as nbgrader does and return what each grade cell ends in."""
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    node: Any = nbformat.read(notebook, as_version=4)
    NotebookClient(node, timeout=60, resources={"metadata": {"path": str(notebook.parent)}}).execute()
    found = {}
    for cell in node.cells:
        if cell.metadata.get("nbgrader", {}).get("grade"):
            assert [output.output_type for output in cell.outputs] == ["execute_result"]
            found[cell.metadata.nbgrader.grade_id] = float(cell.outputs[0].data["text/plain"])
    return found


def copy_of(room: str, exercise: Path, place: Path) -> Path:
    target = place / exercise.name
    shutil.copy(ROOT / room / exercise, target)
    return target


def answer_all(assignment: str, form: str, place: Path, *, right: bool) -> None:
    bank = load_graded()
    for slot in load_course().slots:
        question = bank[slot.forms[form]]
        assert question.key is not None
        assert isinstance(question.key.answer, tuple)
        wrong = next(o.id for o in question.options if o.id not in question.key.answer)
        answer = question.key.answer if right else (wrong,)
        append_response(
            place / "responses.jsonl",
            assignment=assignment,
            question=question.id,
            answer=answer,
            form=form,
            confidence=75,
        )


def test_there_is_every_assignment_in_both_languages() -> None:
    work = ("enesehindamine", "kordushindamine", "rakendamine", "tegevuskava")
    names = sorted((*OF_LESSONS, *work, "eeltest", "jareltest"))
    assert [path.as_posix() for path in EVERY] == [f"{lang}/{t}/{t}.ipynb" for lang in ("en", "et") for t in names]


@pytest.mark.slow
@pytest.mark.parametrize("exercise", OF_TESTS, ids=str)
def test_the_stub_fails_and_the_solution_passes(
    exercise: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slots = {slot.id for slot in load_course().slots}
    stub = scores(copy_of("solutions", exercise, tmp_path), monkeypatch)
    assert stub == dict.fromkeys(slots, 0.0)
    form = "A" if "et" in exercise.parts else "B"
    answer_all(exercise.stem, form, tmp_path, right=True)
    assert scores(tmp_path / exercise.name, monkeypatch) == dict.fromkeys(slots, 1.0)


@pytest.mark.slow
def test_wrong_answers_and_a_foreign_form_give_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notebook = copy_of("solutions", Path("et/eeltest/eeltest.ipynb"), tmp_path)
    answer_all("eeltest", "B", tmp_path, right=False)
    answer_all("eeltest", "A", tmp_path, right=True)
    anchors = {slot.id for slot in load_course().slots if slot.anchor}
    found = scores(notebook, monkeypatch)
    assert sum(found.values()) == 0, {k: v for k, v in found.items() if v and k not in anchors}


@pytest.mark.slow
def test_a_learner_without_keys_gets_no_points_from_the_exercise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notebook = copy_of("exercises", Path("et/eeltest/eeltest.ipynb"), tmp_path)
    answer_all("eeltest", "A", tmp_path, right=True)
    node: Any = nbformat.read(notebook, as_version=4)
    NotebookClient(node, timeout=60, resources={"metadata": {"path": str(tmp_path)}}).execute()
    values = [float(c.outputs[0].data["text/plain"]) for c in node.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert values == [0.0] * 20


def grade_cells(notebook: Path) -> dict[str, str]:
    """Return the code of each grade cell that a key judges, by grade id."""
    cells = nbformat.read(notebook, as_version=4).cells
    tagged = ((cell, cell.metadata.get("nbgrader", {})) for cell in cells)
    return {tags["grade_id"]: cell.source for cell, tags in tagged if tags.get("grade") and not tags.get("task")}


def right_answer(name: str) -> tuple[str, ...] | float | str:
    question = load_graded()[name]
    assert question.key is not None
    right = question.key.answer
    return right[0] if question.kind == "short" and isinstance(right, tuple) else right


@pytest.mark.slow
@pytest.mark.parametrize("module", OF_LESSONS)
def test_the_stub_of_a_lesson_s_exercise_fails_and_its_solution_passes(
    module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both languages grade by the same cells, so one kernel runs one of them: untouched, wrongly answered in part, answered right."""
    path = ROOT / "solutions" / "et" / module / f"{module}.ipynb"
    asked = grade_cells(path)
    assert asked == grade_cells(ROOT / "solutions" / "en" / module / f"{module}.ipynb")
    bank = load_graded()
    assert set(asked) == {name for name in load_course().module(module).questions if not bank[name].by_hand}
    most = {name: bank[name].points for name in asked}
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    client = NotebookClient(
        nbformat.read(path, as_version=4), timeout=60, resources={"metadata": {"path": str(tmp_path)}}
    )

    def points() -> dict[str, float]:
        for place, cell in enumerate(client.nb.cells):
            client.execute_cell(cell, place)
        graded = [cell for cell in client.nb.cells if cell.metadata.get("nbgrader", {}).get("grade_id") in asked]
        return {c.metadata.nbgrader.grade_id: float(c.outputs[0].data["text/plain"]) for c in graded}

    with client.setup_kernel():
        assert points() == dict.fromkeys(asked, 0.0)
        first = next(iter(asked))
        for name in asked:
            append_response(tmp_path / "responses.jsonl", assignment=module, question=name, answer=right_answer(name))
        assert points() == most
        append_response(tmp_path / "responses.jsonl", assignment=module, question=first, answer=())
        assert points() == {**most, first: 0.0}
