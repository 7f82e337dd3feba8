from __future__ import annotations

from typing import Any

TRIES = "A log in UTF-16, as a Windows editor may save it."
NAMED = "entry-empty"
GUARD = "broken-lines"


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)).decode().encode("utf-16"))
