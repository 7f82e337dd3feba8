from __future__ import annotations

from typing import Any

TRIES = "Records called ../../keys and __proto__."
NAMED = "broken-records"
GUARD = "odd-answers"
EARNS = 0.5


def attack(evil: Any) -> None:
    names = ("commitment:../../keys", "commitment:__proto__", "level:../x", "plan:/etc/passwd")
    evil.entry(evil.as_log([evil.line("tegevuskava", name, '{"title": "x"}') for name in names]), "tegevuskava")
