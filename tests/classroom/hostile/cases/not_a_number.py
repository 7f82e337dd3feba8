from __future__ import annotations

import json
from typing import Any

TRIES = "NaN as an answer: nbgrader gives full points for a cell that ends in it."
NAMED = "broken-lines"
GUARD = "finite"
EARNS = 3.0


def attack(evil: Any) -> None:
    row = json.dumps(evil.line("eeltest", "pr-accountability-anchor", 0, "A", 100)).replace(
        '"answer": 0', '"answer": NaN'
    )
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + row.encode() + b"\n")
