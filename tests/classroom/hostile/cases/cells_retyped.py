from __future__ import annotations

from typing import Any

TRIES = "Grade cells became Markdown."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(retype)


def retype(page: dict[str, Any]) -> None:
    for cell in page["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["cell_type"] = "markdown"
