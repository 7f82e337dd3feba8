from __future__ import annotations

from typing import Any

TRIES = "Lines in Latin-1 among the good ones."
NAMED = "broken-lines"
GUARD = "broken-lines"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.entry(evil.as_log(evil.answers("eeltest", 3)) + '{"v":1,"nimi":"Õunapuu"}\n'.encode("latin-1"))
