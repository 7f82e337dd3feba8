from __future__ import annotations

import json
from typing import Any

TRIES = "Script and formula in every field of a practice card that is to be shared by name."
NAMED = "markup"
GUARD = "odd-answers"
TEXT = "<script>alert('kaart')</script>"


def attack(evil: Any) -> None:
    bad = {
        "title": TEXT,
        "municipality": "=1+1" + TEXT,
        "contact": "@SUM(A1)" + TEXT,
        "consent": "named",
        "problem": TEXT,
        "done": TEXT,
    }
    evil.entry(evil.as_log([evil.line("tegevuskava", "card:kuri", json.dumps(bad))]), "tegevuskava")
