from __future__ import annotations

from typing import Any

TRIES = "The submission is a file, not a folder."
NAMED = "entry-linked"
GUARD = "folders"


def attack(evil: Any) -> None:
    (evil.classroom.inbound / f"{evil.student}+eeltest+2026-11-20 12:00:00.000000 UTC+x").write_text("x")
