from __future__ import annotations

from typing import Any

TRIES = "An open answer with half of a surrogate pair, which no file can hold as UTF-8."
NAMED = "markup"
GUARD = "odd-answers"
TEXT = "<script>alert(1)"


def attack(evil: Any) -> None:
    evil.entry(evil.written("HALF<script>alert(1)").replace(b"HALF", b"\\ud800"), "enesehindamine")
