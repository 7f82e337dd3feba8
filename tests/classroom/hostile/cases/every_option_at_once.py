from __future__ import annotations

from typing import Any

from avcourse.course.course import load_bank

TRIES = "All options of a question with one right answer."
NAMED = "no-option"
GUARD = "fits"
EARNS = 3.0


def attack(evil: Any) -> None:
    lines = evil.answers("eeltest", 3)
    every = [one | {"answer": sorted(load_bank()[one["question"]].option_ids)} for one in lines[3:]]
    evil.entry(evil.as_log([*lines[:3], *every]))
