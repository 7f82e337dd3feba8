from __future__ import annotations

from typing import Any

TRIES = "Markdown with a javascript link, a formula with \\href and a template in braces."
NAMED = "markup"
GUARD = "escape"
TEXT = "[vajuta](javascript:alert(1)) $\\href{javascript:alert(1)}{x}$ {{7*7}} <iframe src=javascript:alert(1)>"


def attack(evil: Any) -> None:
    evil.entry(evil.written(TEXT), "enesehindamine")
