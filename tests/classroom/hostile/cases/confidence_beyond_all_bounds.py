from __future__ import annotations

from typing import Any

TRIES = "A confidence of 1000 per cent, and one below nothing, to spoil the class's figures."
NAMED = "broken-lines"
GUARD = "confidence"
EARNS = 3.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    odd = [evil.line("eeltest", lines[5]["question"], ["dont-know"], "A", value) for value in (1000, -1000)]
    evil.entry(evil.as_log([*lines, *odd]))
