from __future__ import annotations

from typing import Any

TRIES = "A submission from the future, so that no later one is ever newer."
NAMED = "stamp-ahead"
GUARD = "stamps"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(stamp="2999-01-01 00:00:00.000000 UTC")
