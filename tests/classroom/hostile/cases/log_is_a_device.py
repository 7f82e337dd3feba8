from __future__ import annotations

from typing import Any

TRIES = "The log is /dev/zero: it never ends."
NAMED = "entry-unreadable"
GUARD = "sizes"


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    log.unlink()
    log.symlink_to("/dev/zero")
