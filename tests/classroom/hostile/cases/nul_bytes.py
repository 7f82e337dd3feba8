from __future__ import annotations

from typing import Any

TRIES = "NUL bytes between and inside the lines."
NAMED = "broken-lines"
GUARD = "broken-lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + b"\0\0\0\n" + b'{"v":1,\0"seq":1}\n')
