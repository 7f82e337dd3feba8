from __future__ import annotations

from typing import Any

TRIES = "Options that no question has."
NAMED = "no-option"
GUARD = "odd-answers"
EARNS = 3.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    evil.entry(evil.as_log([*lines[:10], *(one | {"answer": ["../keys", "__class__"]} for one in lines[10:])]))
