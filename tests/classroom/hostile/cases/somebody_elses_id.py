from __future__ import annotations

import os
from typing import Any

TRIES = "A later submission of somebody else's id from another account, with all answers wrong or right as one likes."
ROOT = True
NAMED = "owner"
GUARD = "owners"
WHOSE = "aus-1"
VICTIM = True


def attack(evil: Any) -> None:
    place = evil.entry(
        evil.as_log(evil.answers("eeltest", 20)), student="aus-1", stamp="2026-11-21 12:00:00.000000 UTC"
    )
    os.chown(place, 12345, 12345)
