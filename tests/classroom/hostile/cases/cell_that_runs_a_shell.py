from __future__ import annotations

from typing import Any

TRIES = "A cell that runs a shell."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    evil.page(
        lambda page: page["cells"].insert(0, evil.code(f"!touch {evil.outside / 'loot'}\nimport os; os.system('id')"))
    )
