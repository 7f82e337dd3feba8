from __future__ import annotations

from typing import Any

TRIES = "A zip with members called ../../keys.json and /etc/passwd beside an honest log."
NAMED = "zip-extra"
GUARD = "zip-extras"
EARNS = 3.0


def attack(evil: Any) -> None:
    log = evil.as_log(evil.answers("eeltest", 3))
    evil.zip(
        {
            "../../keys.json": b"{}",
            "/etc/passwd-x": b"x",
            "eeltest/../../gradebook.db": b"x",
            "eeltest/responses.jsonl": log,
        }
    )
