from __future__ import annotations

from typing import Any

TRIES = "A picture with onerror in an open answer, after closing every element that could stand around it."
NAMED = "markup"
GUARD = "escape"
TEXT = "</pre></blockquote></textarea></script><img src=x onerror=alert(1)>"


def attack(evil: Any) -> None:
    evil.entry(evil.written(TEXT), "enesehindamine")
