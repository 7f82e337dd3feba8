from __future__ import annotations

from typing import Any

TRIES = "The cells stand in reverse order."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(lambda page: page["cells"].reverse())
