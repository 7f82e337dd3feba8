from __future__ import annotations

from typing import Any

TRIES = "A page of 100 MB."
NAMED = "page-large"
GUARD = "sizes"
EARNS = 3.0


def attack(evil: Any) -> None:
    with (evil.entry() / "eeltest.ipynb").open("r+b") as stream:
        stream.truncate(100 * 1024 * 1024)
