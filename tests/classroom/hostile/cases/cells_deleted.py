from __future__ import annotations

from typing import Any

TRIES = "All grade cells are gone: nbgrader would ask for a manual grade for ever."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(lambda page: page.update(cells=page["cells"][:2]))
