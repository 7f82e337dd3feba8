from __future__ import annotations

from typing import Any

TRIES = "A line of 60 000 nested lists, to overflow the reader's stack."
NAMED = "broken-lines"
GUARD = "broken-lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + b"[" * 60_000 + b"\n")
