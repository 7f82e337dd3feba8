from __future__ import annotations

import os
from typing import Any

TRIES = "The log is a named pipe that nobody writes to, so that whoever opens it waits for ever."
NAMED = "entry-unreadable"
GUARD = "links"


def attack(evil: Any) -> None:
    log = evil.entry() / "responses.jsonl"
    log.unlink()
    os.mkfifo(log)
