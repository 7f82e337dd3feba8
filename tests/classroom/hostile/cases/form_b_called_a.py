from __future__ import annotations

from typing import Any

TRIES = "Answers to form B under the letter of form A."
NAMED = "not-asked"
GUARD = "odd-answers"
EARNS = 6.0


def attack(evil: Any) -> None:
    own = evil.answers("eeltest", 0, "A")
    other = [one | {"form": "A"} for one in evil.answers("eeltest", 20, "B")]
    evil.entry(evil.as_log([*own, *other]))
