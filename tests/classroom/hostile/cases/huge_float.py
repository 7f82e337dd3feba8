from __future__ import annotations

import json
from typing import Any

TRIES = "An answer of 1e999, which is infinity."
NAMED = "broken-lines"
GUARD = "finite"
EARNS = 3.0


def attack(evil: Any) -> None:
    row = json.dumps(evil.line("eeltest", "pr-accountability-anchor", 0, "A", 100)).replace(
        '"answer": 0', '"answer": 1e999'
    )
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + row.encode() + b"\n")
