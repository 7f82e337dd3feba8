from __future__ import annotations

from typing import Any

TRIES = "Answers given on the 45th of the 13th month."
NAMED = "broken-lines"
GUARD = "times"
EARNS = 2.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    evil.entry(evil.as_log([*lines[:2], *(one | {"at": "2026-13-45T99:99:99Z"} for one in lines[2:])]))
