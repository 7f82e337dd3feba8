from __future__ import annotations

from typing import Any

TRIES = "A file sent by hand whose name would lead out of the class."
NAMED = "zip-name"
GUARD = "names"
WHOSE = "eeltest-.."


def attack(evil: Any) -> None:
    evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 3))}, "eeltest-...zip")
