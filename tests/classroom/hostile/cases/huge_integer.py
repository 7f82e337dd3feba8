from __future__ import annotations

from typing import Any

TRIES = "A number of 50 000 digits where a counter is expected."
NAMED = "broken-lines"
GUARD = "broken-lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + b'{"v":1,"seq":' + b"9" * 50_000 + b"}\n")
