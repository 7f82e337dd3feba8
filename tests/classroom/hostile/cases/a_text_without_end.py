from __future__ import annotations

from typing import Any

TRIES = "An open answer of 60 000 characters, three times what the form takes."
NAMED = "no-option"
GUARD = "odd-answers"


def attack(evil: Any) -> None:
    evil.entry(evil.written("x" * 60_000), "enesehindamine")
