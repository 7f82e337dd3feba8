from __future__ import annotations

from typing import Any

TRIES = "The log holds nothing."
NAMED = "entry-empty"
GUARD = "empty"


def attack(evil: Any) -> None:
    evil.entry(b"")
