from __future__ import annotations

from typing import Any

TRIES = "Quotes that would end an attribute and begin a handler."
NAMED = "markup"
GUARD = "escape"
TEXT = "\"' autofocus onfocus='alert(1)' x=\"<svg onload=alert(1)>"


def attack(evil: Any) -> None:
    evil.entry(evil.written(TEXT, "tegevuskava", "tk-change"), "tegevuskava")
