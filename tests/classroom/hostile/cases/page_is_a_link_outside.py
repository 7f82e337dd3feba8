from __future__ import annotations

from typing import Any

TRIES = "The page is a symbolic link to a secret file, to have it copied to where it can be read."
NAMED = "entry-unreadable"
GUARD = "links"


def attack(evil: Any) -> None:
    page = evil.entry() / "eeltest.ipynb"
    page.unlink()
    page.symlink_to(evil.secret)
