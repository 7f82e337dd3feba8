from __future__ import annotations

import json
from typing import Any

TRIES = "A line that gives its answer twice: a wrong one for whoever reads the first, the right one for whoever reads the last."
NAMED = "broken-lines"
GUARD = "doubles"
EARNS = 2.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    twice = json.dumps(lines[2]).replace('"answer": ', '"answer": ["dont-know"], "answer": ')
    evil.entry(evil.as_log([*lines[:2], *lines[3:]]) + twice.encode() + b"\n")
