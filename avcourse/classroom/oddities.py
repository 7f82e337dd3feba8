"""What is odd about a submission: nothing of it changes a score, but the trainer should know.

The page that a learner handed in is neither run nor graded. It is compared with the pages that the course gave out, cell by cell, so that
somebody who changed, removed or doubled cells is not met with silence. Answers are looked at for what no form could have sent.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from avcourse.answers.grading import grade
from avcourse.answers.responses import Response
from avcourse.classroom.graded_copy import Paper
from avcourse.course.course import Course, material
from avcourse.course.language import LANGUAGES
from avcourse.course.questions import Question
from avcourse.municipality.records import KINDS, is_patch

CLOCK_PATIENCE: Final = timedelta(days=1)
"""A laptop's clock may be in another time zone; a day ahead is no mistake of that kind."""
_MARKUP: Final = re.compile(r"<[A-Za-z!/?]|javascript:", re.IGNORECASE)
_FORMULA: Final = re.compile(r"\s*(?:[=\uff1d]|[+@\uff0b\uff20]\w+[(|!])")
_ID: Final = re.compile(r"[a-z0-9-]{1,64}")


FIRST_PAGE: Final = "as-released.json"
"""A released notebook as it was before a correction changed what its cells are worth; no .ipynb, which nbgrader would take for another."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """A word of table ``[class]`` and what fills it."""

    kind: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Cell:
    name: str
    kind: str
    said: str


@dataclass(frozen=True, slots=True)
class KnownPages:
    """The pages of an assignment that the course gives out, in both languages: as bytes, and cell by cell."""

    whole: frozenset[bytes]
    cells: tuple[tuple[_Cell, ...], ...]
    kernel: str
    most: Mapping[str, float]


def _read(raw: bytes) -> tuple[tuple[_Cell, ...], str, list[dict[str, Any]]]:
    """Return the cells of a notebook as they are compared, its kernel, and the cells as they stand.

    Raises
    ------
    ValueError, RecursionError
        If it is no notebook.
    """
    try:
        notebook = json.loads(raw.decode("utf-8-sig"))
        cells = notebook["cells"]
        known = tuple(_cell(cell, number) for number, cell in enumerate(cells))
        return known, str(notebook["metadata"]["kernelspec"]["name"]), cells
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("no notebook") from error


def _cell(cell: Mapping[str, Any], number: int) -> _Cell:
    tags = cell["metadata"].get("nbgrader", {})
    said = json.dumps([cell["cell_type"], "".join(cell["source"]), tags], sort_keys=True)
    return _Cell(str(tags.get("grade_id") or cell.get("id") or number), str(cell["cell_type"]), said)


def known_pages(paper: Paper, released: Path) -> KnownPages:
    """Return the pages that a learner may honestly hand in: the released one, and those of the course in both languages."""
    name = f"{paper.assignment}.ipynb"
    # A correction may take a cell's points away; the page that learners have is then kept beside.
    before = released.with_name(FIRST_PAGE)
    places = [
        released,
        before,
        *(material() / "exercises" / language / paper.assignment / name for language in LANGUAGES),
    ]
    raws = [place.read_bytes() for place in places if place.is_file()]
    read = [_read(raw) for raw in raws]
    most = {**paper.cells, **paper.by_hand}
    return KnownPages(frozenset(raws), tuple(cells for cells, _, _ in read), read[0][1], most)


def odd_page(raw: bytes | None, known: KnownPages) -> Iterator[Oddity]:
    """Give what was done to a page that a learner handed in; nothing for an untouched one, or where there is none."""
    if raw is None or raw in known.whole:
        return
    try:
        cells, kernel, notebook = _read(raw)
    except (ValueError, RecursionError):
        yield Oddity("page-broken", {})
        return
    if kernel != known.kernel:
        yield Oddity("page-kernel", {"name": kernel[:40]})
    changes = min((_changes(cells, given) for given in known.cells), key=lambda found: sum(found.values()))
    if any(changes.values()):
        yield Oddity("page-changed", changes)
    forged = sum(not _possible(cell, known.most) for cell in notebook)
    if forged:
        yield Oddity("page-scores", {"count": forged})


def _changes(cells: Sequence[_Cell], given: Sequence[_Cell]) -> dict[str, int]:
    """Count what differs: cells gone, new, standing twice, in another order, and said or tagged otherwise."""
    ours = {cell.name: cell for cell in given}
    counts = Counter(cell.name for cell in cells)
    kept = [cell.name for cell in cells if cell.name in ours]
    wanted = [name for name in ours if name in counts]
    return {
        "missing": sum(name not in counts for name in ours),
        "added": sum(name not in ours for name in counts),
        "doubled": sum(count - 1 for count in counts.values()),
        "moved": sum(one != other for one, other in zip(dict.fromkeys(kept), wanted, strict=True)),
        "changed": sum(cell.name in ours and cell.said != ours[cell.name].said for cell in cells),
    }


def _possible(cell: Mapping[str, Any], most: Mapping[str, float]) -> bool:
    """Whether the output of a grade cell, where it has one, is a score that the cell could give."""
    name = cell["metadata"].get("nbgrader", {}).get("grade_id")
    outputs = cell.get("outputs") or []
    if name not in most or not isinstance(outputs, list):
        return True
    return all(_score(output, most[name]) for output in outputs)


def _score(output: object, most: float) -> bool:
    data = output.get("data") if isinstance(output, Mapping) else None
    shown = data.get("text/plain") if isinstance(data, Mapping) else None
    try:
        value = float("".join(shown)) if isinstance(shown, list | str) else 0.0
    except (TypeError, ValueError):
        return False
    return math.isfinite(value) and 0 <= value <= most


def odd_answers(
    own: Iterable[Response], paper: Paper, course: Course, bank: Mapping[str, Question], now: datetime
) -> Iterator[Oddity]:
    """Give what no form of the assignment could have sent, counted: questions it does not ask, options it does not have, times to come."""
    module = course.module(paper.assignment)
    slots = {question for slot in course.slots for question in slot.forms.values()} if module.kind == "test" else set()
    asked = slots | set(module.questions) | set(paper.by_hand)
    forms = {form: {slot.forms[form] for slot in course.slots} for form in ("A", "B")}
    counts: Counter[str] = Counter()
    latest_time = (now + CLOCK_PATIENCE).strftime("%Y-%m-%dT%H:%M:%SZ")
    for response in own:
        counts["clock-ahead"] += response.at > latest_time
        said = _said(response)
        counts["markup"] += any(_MARKUP.search(words) for words in said)
        counts["formula"] += any(_FORMULA.match(words) for words in said)
        kind, mark, name = response.question.partition(":")
        counts["broken-records"] += (
            bool(mark) and kind in KINDS and not (_ID.fullmatch(name) and is_patch(response.answer))
        )
        if response.question not in asked or response.question not in forms.get(response.form or "", asked):
            counts["not-asked"] += module.kind != "work" or kind not in KINDS
        elif response.question in bank and grade(bank[response.question], response.answer).outcome == "invalid":
            counts["no-option"] += 1
    yield from (Oddity(kind, {"count": count}) for kind, count in sorted(counts.items()) if count)


def _said(response: Response) -> list[str]:
    """Return the words that somebody typed: an open answer, or the texts of a record."""
    if not isinstance(response.answer, str):
        return []
    if ":" not in response.question or not is_patch(response.answer):
        return [response.answer]
    return [value for value in json.loads(response.answer).values() if isinstance(value, str)]
