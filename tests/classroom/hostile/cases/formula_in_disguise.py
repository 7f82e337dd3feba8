from __future__ import annotations

import json
from typing import Any

TRIES = "A shared proposal whose title hides a formula behind spaces, and one with a full-width equals sign."
NAMED = "formula"
GUARD = "odd-answers"
TEXT = "  =cmd|' /C calc'!A0"


def attack(evil: Any) -> None:
    titles = (TEXT, "\uff1dcmd|' /C calc'!A0")
    rows = [{"title": title, "problem": title, "share": True} for title in titles]
    lines = [evil.line("tegevuskava", f"proposal:p{n}", json.dumps(row)) for n, row in enumerate(rows)]
    evil.entry(evil.as_log(lines), "tegevuskava")
