from __future__ import annotations

from typing import Any

TRIES = "A cell that imports sqlite3 and gives itself full points in the gradebook."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    source = (
        "import sqlite3\n"
        f"book = sqlite3.connect({str(evil.classroom.gradebook)!r})\n"
        "book.execute('update grade set manual_score = 1000')\nbook.commit()"
    )
    evil.page(lambda page: page["cells"].append(evil.code(source)))
