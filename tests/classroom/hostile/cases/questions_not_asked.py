from __future__ import annotations

from typing import Any

TRIES = "Answers to questions that the test does not ask, rightly answered."
NAMED = "not-asked"
GUARD = "odd-answers"
EARNS = 3.0


def attack(evil: Any) -> None:
    extra = [
        evil.line("eeltest", name, ["a"], "A", 100) for name in ("m02-weakest", "minu-oma-kusimus", "tk-commitment")
    ]
    evil.entry(evil.as_log([*evil.answers("eeltest", 3), *extra]))
