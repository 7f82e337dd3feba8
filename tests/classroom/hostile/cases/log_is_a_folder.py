from __future__ import annotations

from typing import Any

TRIES = "The log is a folder."
NAMED = "entry-unreadable"
GUARD = "unreadable"


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    log.unlink()
    log.mkdir()
