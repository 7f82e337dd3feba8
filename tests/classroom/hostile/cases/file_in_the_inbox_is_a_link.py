from __future__ import annotations

from typing import Any

TRIES = "What lies in the inbox is a link to a zip elsewhere."
NAMED = "zip-broken"
GUARD = "zip-follow"


def attack(evil: Any) -> None:
    made = evil.zip({"eeltest/responses.jsonl": evil.as_log(evil.answers("eeltest", 20))})
    made.rename(evil.outside / "x.zip")
    made.symlink_to(evil.outside / "x.zip")
