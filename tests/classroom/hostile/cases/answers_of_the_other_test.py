from __future__ import annotations

from typing import Any

TRIES = "The pre-test's answers handed in as the post-test."
NAMED = "other-assignment"
GUARD = "own-assignment"
EARNS = 1.0


def attack(evil: Any) -> None:
    lines = [*evil.answers("jareltest", 1)[:1], *evil.answers("eeltest", 20)]
    evil.entry(evil.as_log(lines), "jareltest")
