from __future__ import annotations

from typing import Any

TRIES = "Form A without knowledge, then form B with all the right answers."
NAMED = "other-form"
GUARD = "first-form"
EARNS = 6.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log([*evil.answers("eeltest", 0, "A"), *evil.answers("eeltest", 20, "B")]))
