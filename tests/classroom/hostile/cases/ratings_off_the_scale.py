from __future__ import annotations

from typing import Any

TRIES = "A self-rating of 99 on a scale of five, to lift the class's mean."
NAMED = "no-option"
GUARD = "odd-answers"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log([*evil.answers("eeltest", 3), evil.line("eeltest", "self-impact", ["99"])]))
