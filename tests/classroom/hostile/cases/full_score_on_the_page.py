from __future__ import annotations

from typing import Any

TRIES = "Grade cells whose outputs say a thousand points, and nan."
NAMED = "page-scores"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(forge)


def forge(page: dict[str, Any]) -> None:
    for number, cell in enumerate(page["cells"]):
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            shown = "nan" if number % 2 else "1000.0"
            cell["outputs"] = [
                {"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": [shown]}}
            ]
