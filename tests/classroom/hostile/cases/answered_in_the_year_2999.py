from __future__ import annotations

from typing import Any

TRIES = "Answers whose time is to come: newer than any evidence, later than any deadline check."
NAMED = "clock-ahead"
GUARD = "odd-answers"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log([one | {"at": "2999-01-01T00:00:00Z"} for one in evil.answers("eeltest", 3)]))
