from __future__ import annotations

from typing import Any

TRIES = "An id of nbgrader's wildcards: it would stand for everybody."
NAMED = "entry-name"
GUARD = "names"
WHOSE = "*"


def attack(evil: Any) -> None:
    evil.entry(student="*")
