from __future__ import annotations

from typing import Any

TRIES = "A gradebook.db, an nbgrader_config.py and keys.json in the submission: to be taken for the class's."
NAMED = "extra-files"
GUARD = "extras"
EARNS = 3.0


def attack(evil: Any) -> None:
    place = evil.entry()
    (place / "gradebook.db").write_bytes(b"SQLite format 3\0")
    (place / "nbgrader_config.py").write_text(f"open({str(evil.outside / 'loot')!r}, 'w')")
    (place / "keys.json").write_text("{}")
