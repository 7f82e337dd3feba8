from __future__ import annotations

from typing import Any

TRIES = "A log of 100 MB after three honest answers, to fill memory and time."
NAMED = "broken-lines"
GUARD = "sizes"
EARNS = 3.0


def attack(evil: Any) -> None:
    with (evil.entry() / "responses.jsonl").open("r+b") as stream:
        stream.truncate(100 * 1024 * 1024)
