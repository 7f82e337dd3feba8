from __future__ import annotations

from typing import Any

TRIES = "nbgrader's submission_secret.txt is a link to the gradebook."
NAMED = "entry-unreadable"
GUARD = "links"


def attack(evil: Any) -> None:
    path = evil.entry() / "submission_secret.txt"
    path.unlink()
    path.symlink_to(evil.classroom.gradebook)
