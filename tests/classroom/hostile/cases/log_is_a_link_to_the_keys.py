from __future__ import annotations

from typing import Any

TRIES = "The log is a symbolic link to the class's keys: to have them collected, and read in the graded copy."
NAMED = "entry-unreadable"
GUARD = "links"


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    log.unlink()
    log.symlink_to(evil.classroom.root / "keys.json")
