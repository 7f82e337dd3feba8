from __future__ import annotations

from typing import Any

TRIES = "A grade cell whose output says minus five."
NAMED = "page-scores"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(lambda page: output(page, "-5.0"))


def output(page: dict[str, Any], shown: str) -> None:
    cell = next(cell for cell in page["cells"] if cell["metadata"].get("nbgrader", {}).get("grade"))
    cell["outputs"] = [
        {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": shown}}
    ]
