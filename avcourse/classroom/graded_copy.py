"""The graded copy of a submission: the released notebook with the scores in it, as nbgrader and formgrader read it.

Nothing of the learner's notebook goes into it. An open answer does, as text that no program takes for anything else.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from avcourse.course.language import Language, say


@dataclass(frozen=True, slots=True)
class Paper:
    """An assignment as released: what its cells are worth, and its text cut where scores and open answers go.

    ``cells`` are graded by key or rule, ``by_hand`` wait for a person; ``order`` names both as they stand in the text.
    """

    assignment: str
    cells: Mapping[str, float]
    by_hand: Mapping[str, float]
    pieces: tuple[str, ...]
    order: tuple[str, ...]

    def most(self, cell: str) -> float | None:
        """Return how many points a cell can have, or None where there is no such cell."""
        return self.cells.get(cell, self.by_hand.get(cell))


def read_paper(path: Path) -> Paper:
    """Return the assignment whose released notebook stands at ``path``."""
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    token = secrets.token_hex(16)
    cells: dict[str, float] = {}
    by_hand: dict[str, float] = {}
    order: list[str] = []
    for cell in notebook["cells"]:
        tags = cell["metadata"].get("nbgrader", {})
        if tags.get("task"):
            by_hand[tags["grade_id"]] = float(tags["points"])
            cell["source"] = f"{''.join(cell['source'])}\n\n{token}"
        elif tags.get("grade"):
            cells[tags["grade_id"]] = float(tags["points"])
            cell["execution_count"] = len(cells)
            cell["outputs"] = [
                {
                    "data": {"text/plain": [token]},
                    "execution_count": len(cells),
                    "metadata": {},
                    "output_type": "execute_result",
                }
            ]
        else:
            continue
        order.append(tags["grade_id"])
    text = json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    return Paper(path.stem, cells, by_hand, tuple(text.split(token)), tuple(order))


def inert(text: str) -> str:
    """Return a learner's text as one line of HTML that shows it and does nothing else.

    formgrader keeps scripts even where it claims to clean, and Markdown has formulas, links and pictures of its own. So every
    character but letters, digits and spaces goes in by its number: there is nothing left that anything could act on.

    Examples
    --------
    >>> inert("<b>5 $x$")
    '<pre style="white-space: pre-wrap">&#60;b&#62;5 &#36;x&#36;</pre>'
    """
    numbered = "".join(char if char == " " or char.isalnum() else f"&#{ord(char)};" for char in text)
    return f'<pre style="white-space: pre-wrap">{numbered}</pre>'


def graded_text(paper: Paper, points: Mapping[str, float], written: Mapping[str, str], language: Language) -> str:
    """Return the notebook with each score as the output of its grade cell, and each open answer below its rubric."""
    parts = [paper.pieces[0]]
    for name, piece in zip(paper.order, paper.pieces[1:], strict=True):
        if name in paper.by_hand:
            answer = written.get(name, "").strip()
            shown = inert(answer) if answer else say("marking.no-answer", language)
            parts.append(json.dumps(shown, ensure_ascii=False)[1:-1])
        else:
            parts.append(repr(points[name]))
        parts.append(piece)
    return "".join(parts)
