from __future__ import annotations

from typing import Any

TRIES = "An entry for the assignment '..'."
NAMED = "entry-name"
GUARD = "assignments"


def attack(evil: Any) -> None:
    evil.entry(assignment="eeltest").rename(
        evil.classroom.inbound / f"{evil.student}+..+2026-11-20 12:00:00.000000 UTC+x"
    )
