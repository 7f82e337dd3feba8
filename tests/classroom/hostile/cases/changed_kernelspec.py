from __future__ import annotations

from typing import Any

TRIES = "A page whose kernel is a command of the attacker's."
NAMED = "page-kernel"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(lambda page: page["metadata"]["kernelspec"].update(name="bash", display_name="$(rm -rf ~)"))
