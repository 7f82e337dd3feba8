from __future__ import annotations

from typing import Any

TRIES = "The whole submission is a link to a folder with perfect answers."
NAMED = "entry-linked"
GUARD = "links"


def attack(evil: Any) -> None:
    place = evil.classroom.inbound / f"{evil.student}+eeltest+2026-11-20 12:00:00.000000 UTC+x"
    place.symlink_to(evil.outside)
