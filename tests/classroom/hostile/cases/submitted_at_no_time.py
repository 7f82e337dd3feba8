from __future__ import annotations

from typing import Any

TRIES = "A submission whose name holds an impossible time, at which nbgrader's collect stops."
NAMED = "entry-name"
GUARD = "stamp-names"


def attack(evil: Any) -> None:
    evil.entry(stamp="2026-99-99 99:99:99.000000 UTC")
