"""From a source to a notebook in one language: cells filtered, ids given by the author, bytes always the same."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.source import ASK, Code, Prose, Source
from avcourse.course.course import TAUGHT, Slot
from avcourse.course.language import Language, say

CHECK: Final = re.compile(r'score_work\(\s*"(?P<module>[a-z0-9-]+)/(?P<place>[a-z0-9-]+)"')
_HIDDEN: Final = {"jupyter": {"source_hidden": True}}
_ALL_HIDDEN: Final = {"jupyter": {"source_hidden": True, "outputs_hidden": True}}


def checked_on(source: Source) -> Iterator[tuple[str, str, int]]:
    """Yield module, place and line of every grade cell that a page has for the municipality's own work."""
    for cell in source.cells:
        if isinstance(cell, Code):
            for match in CHECK.finditer(cell.source):
                yield match["module"], match["place"], cell.line


def _markdown(cell_id: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": cell_id, "metadata": {}, "source": source.splitlines(keepends=True)}


def _code(cell_id: str, source: str, metadata: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": cell_id,
        "metadata": dict(metadata),
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def _nbgrader(grade_id: str, points: float | None) -> dict[str, Any]:
    """Return nbgrader's metadata of a locked cell: graded where it has points."""
    data: dict[str, Any] = {
        "grade": points is not None,
        "grade_id": grade_id,
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
        "cell_type": "code",
    }
    return data if points is None else {**data, "points": points}


def _slot_cells(
    module: str, slots: tuple[Slot, ...], bank: Mapping[str, BankRow], language: Language
) -> Iterator[dict[str, Any]]:
    for number, slot in enumerate(slots, start=1):
        address = f"{module}/{slot.id}"
        heading = "## " + say("test.question-number", language, number=number, count=len(slots)) + "\n"
        yield _markdown(f"heading-{slot.id}", heading)
        form = f'from avcourse import ask\nask("{address}", "{language}")'
        yield _code(f"form-{slot.id}", form, {**_HIDDEN, "nbgrader": _nbgrader(f"form-{slot.id}", None)})
        points = max(float(bank[question].public.get("points", 1)) for question in slot.forms.values())
        yield _grade_cell(address, sorted(set(slot.forms.values())), points, bank)


def _grade_cell(address: str, questions: Iterable[str], points: float, bank: Mapping[str, BankRow]) -> dict[str, Any]:
    """Return nbgrader's cell that grades what stands at an address; the keys are in hidden tests, which no learner gets."""
    place = address.partition("/")[2]
    keys = "".join(
        f'use_key("{question}", {json.dumps({k: v for k, v in (bank[question].key or {}).items() if k in ("answer", "tolerance")})})\n'
        for question in questions
    )
    grading = (
        "from avcourse import score\n### BEGIN HIDDEN TESTS\nfrom avcourse import use_key\n"
        f'{keys}### END HIDDEN TESTS\nscore("{address}")'
    )
    return _code(f"grade-{place}", grading, {**_ALL_HIDDEN, "nbgrader": _nbgrader(place, points)})


def _asking_cells(cell: Code, bank: Mapping[str, BankRow], language: Language) -> Iterator[dict[str, Any]]:
    """Give an author's code cell, and behind a graded question the cell that grades it: by its key, or by a person with the rubric."""
    code = cell.source.replace("{language}", language)
    if match := CHECK.search(code):
        tags = _nbgrader(match["place"], float(bank[match["place"]].public["points"]))
        yield _code(cell.id, code, {**_ALL_HIDDEN, "nbgrader": tags})
        return
    yield _code(cell.id, code, _HIDDEN)
    for match in ASK.finditer(code):
        public = bank[match["place"]].public
        if public.get("graded") and public.get("rubric"):
            yield _task(match["place"], public, language)
        elif public.get("graded"):
            address = f"{match['module']}/{match['place']}"
            yield _grade_cell(address, [match["place"]], float(public.get("points", 1)), bank)


def _task(question: str, public: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the cell in which a person grades an open answer: nbgrader's "manually graded task", which regrading leaves alone."""
    steps = "".join(f"* **{step['points']:g}** – {step[language]}\n" for step in public["rubric"])
    text = f"### {say('marking.rubric', language)}\n\n{say('marking.rubric-how', language)}\n\n{steps}"
    tags = {**_nbgrader(question, None), "task": True, "points": float(public["points"]), "cell_type": "markdown"}
    return {**_markdown(f"rubric-{question}", text), "metadata": {"nbgrader": tags}}


def _handout_cells(module: str, language: Language) -> list[dict[str, Any]]:
    """Return the end of a lesson's page: the lesson on paper."""
    code = f'from avcourse import show_handout\nshow_handout("{module}", "{language}")'
    title = _markdown("handout-title", f"## {say('handout.page-title', language)}\n")
    return [title, _code("handout", code, _HIDDEN)]


def build_notebook(
    source: Source,
    language: Language,
    page: Mapping[str, Any],
    slots: tuple[Slot, ...],
    bank: Mapping[str, BankRow],
) -> bytes:
    """Return the notebook of one source in one language; ``page`` is what the page template needs to know (docs/architecture.md)."""
    cells: list[dict[str, Any]] = []
    for cell in source.cells:
        match cell:
            case Prose():
                text = cell.text.in_(language)
                origin = f"\n\n<!-- Built by `avcourse build` from {source.file}: edit there. -->" if not cells else ""
                cells.append(_markdown(cell.id, text + origin))
            case Code(slots=True):
                cells += _slot_cells(source.module, slots, bank, language)
            case Code():
                cells += _asking_cells(cell, bank, language)
    if page["kind"] in TAUGHT:
        cells += _handout_cells(source.module, language)
    notebook = {
        "cells": cells,
        "metadata": {
            "avcourse": dict(page),
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return as_bytes(notebook)


def as_bytes(data: object) -> bytes:
    """Return JSON as it is committed: sorted keys, one space of indent, a newline at the end."""
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
