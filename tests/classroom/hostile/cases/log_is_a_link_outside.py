from __future__ import annotations

from typing import Any

TRIES = "The log is a symbolic link to somebody's perfect answers outside of the class."
NAMED = "entry-unreadable"
GUARD = "links"


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    log.unlink()
    log.symlink_to(evil.outside / "responses.jsonl")
