from __future__ import annotations

import os
from typing import Any

TRIES = "A submission under the name of an account of this machine, from another account."
ROOT = True
NAMED = "owner"
GUARD = "owners"
WHOSE = "daemon"


def attack(evil: Any) -> None:
    os.chown(evil.entry(student="daemon"), 12345, 12345)
