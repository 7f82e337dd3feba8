from __future__ import annotations

from typing import Any

TRIES = "Eight million empty lines."
NAMED = "broken-lines"
GUARD = "lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + b"\n" * 8_000_000)
