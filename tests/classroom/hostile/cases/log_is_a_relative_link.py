from __future__ import annotations

from typing import Any

TRIES = "The log is a link with .. to another participant's submission."
NAMED = "entry-unreadable"
GUARD = "links"
EARNS = 0.0


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    other = next(evil.classroom.inbound.glob("aus-1+eeltest+*"))
    log.unlink()
    log.symlink_to(f"../{other.name}/responses.jsonl")
