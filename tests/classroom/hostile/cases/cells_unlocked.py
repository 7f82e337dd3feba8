from __future__ import annotations

from typing import Any

TRIES = "Grade cells are marked as ungraded and unlocked, with an own grade cell of the same id."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(unlock)


def unlock(page: dict[str, Any]) -> None:
    for cell in page["cells"]:
        tags = cell["metadata"].get("nbgrader", {})
        if tags.get("grade"):
            tags.update(locked=False, grade=False, solution=True)
