from __future__ import annotations

from typing import Any

TRIES = "A folder in the exchange whose name is a script."
NAMED = "entry-name"
GUARD = "names"
WHOSE = "<img src=x onerror=alert(1)>"


def attack(evil: Any) -> None:
    evil.entry(student="<img src=x onerror=alert(1)>")
