from __future__ import annotations

from typing import Any

TRIES = "An id with control characters that would rewrite the trainer's terminal."
NAMED = "entry-name"
GUARD = "names"
WHOSE = "kuri\x1b[2J"


def attack(evil: Any) -> None:
    evil.entry(student="kuri\x1b[2J")
