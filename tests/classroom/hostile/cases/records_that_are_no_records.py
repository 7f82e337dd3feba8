from __future__ import annotations

from typing import Any

TRIES = "Patches that are nested 15 000 deep, no JSON, NaN, or lists."
NAMED = "broken-records"
GUARD = "odd-answers"


def attack(evil: Any) -> None:
    bad = ("[" * 15_000, "{", '{"cost": NaN}', "[1,2]", '{"term_end": {"a": ["b"]}}')
    evil.entry(
        evil.as_log([evil.line("tegevuskava", f"commitment:c{n}", text) for n, text in enumerate(bad)]), "tegevuskava"
    )
