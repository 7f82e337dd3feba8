from __future__ import annotations

from typing import Any

TRIES = "A small zip file that unpacks to 100 MB of log."
NAMED = "zip-large"
GUARD = "sizes"


def attack(evil: Any) -> None:
    evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3)) + b"\0" * (100 * 1024 * 1024)})
