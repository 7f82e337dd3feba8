from __future__ import annotations

from typing import Any

TRIES = "A million short lines of nonsense, each of which must be looked at."
NAMED = "broken-lines"
GUARD = "lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + b"{}\n" * 1_000_000)
