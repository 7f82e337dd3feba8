from __future__ import annotations

from typing import Any

TRIES = "Lines that bring their own points."
NAMED = "broken-lines"
GUARD = "fields"
EARNS = 2.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    evil.entry(evil.as_log([*lines[:2], lines[2] | {"points": 1000, "manual_score": 1000}]))
