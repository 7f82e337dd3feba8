from __future__ import annotations

from typing import Any

TRIES = "The page is a text."
NAMED = "page-broken"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    (evil.entry() / "eeltest.ipynb").write_text("import os; os.system('id')")
