from __future__ import annotations

import os
from typing import Any

TRIES = "A subfolder that is a link to the class folder, with a device and a pipe beside it."
NAMED = "extra-files"
GUARD = "extras"
EARNS = 3.0


def attack(evil: Any) -> None:
    place = evil.entry()
    (place / "pildid").symlink_to(evil.classroom.root)
    os.mkfifo(place / "toru")
    (place / "null").symlink_to("/dev/zero")
