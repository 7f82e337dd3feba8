from __future__ import annotations

from typing import Any

TRIES = "Half a zip."
NAMED = "zip-broken"
GUARD = "zip-errors"


def attack(evil: Any) -> None:
    path = evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3))})
    path.write_bytes(path.read_bytes()[:-40])
