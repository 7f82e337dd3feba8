from __future__ import annotations

from typing import Any

TRIES = "Every grade cell stands twice: nbgrader stops the whole class."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(lambda page: page["cells"].extend(page["cells"][-4:]))
