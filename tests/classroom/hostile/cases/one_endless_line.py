from __future__ import annotations

from typing import Any

TRIES = "One line of seven megabytes."
NAMED = "broken-lines"
GUARD = "long-line"
EARNS = 3.0


def attack(evil: Any) -> None:
    text = evil.line("eeltest", "pr-accountability-anchor", "x" * 7_000_000, "A")
    evil.entry(evil.as_log([*evil.answers("eeltest", 3), text]))
