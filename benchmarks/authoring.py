"""``avcourse build`` and ``avcourse check`` of everything."""

from __future__ import annotations

import sys

from benchmarks.timing import seconds


def measure() -> dict[str, float]:
    command = [sys.executable, "-m", "avcourse"]
    return {"build_s": round(seconds([*command, "build"]), 2), "check_s": round(seconds([*command, "check"]), 2)}
