from __future__ import annotations

from typing import Any

TRIES = "A page of a hundred thousand nested lists."
NAMED = "page-broken"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    (evil.entry() / "eeltest.ipynb").write_text("[" * 100_000)
