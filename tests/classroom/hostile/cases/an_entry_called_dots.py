from __future__ import annotations

from typing import Any

TRIES = "An entry for the participant '..': its copy would land beside submitted/."
NAMED = "entry-name"
GUARD = "names"
WHOSE = "..+eeltest"


def attack(evil: Any) -> None:
    evil.entry(student="..")
