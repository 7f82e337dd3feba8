"""``import avcourse`` (the learner's names, forms not drawn) over bare Python, byte-compiled."""

from __future__ import annotations

import statistics
import sys

from benchmarks.timing import seconds


def measure(rounds: int = 15) -> dict[str, float]:
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(seconds([sys.executable, "-c", "pass"]))
        ours.append(seconds([sys.executable, "-c", "import avcourse"]))
    over = statistics.median(ours) - statistics.median(bare)
    return {"bare_python_ms": round(1000 * statistics.median(bare), 1), "over_bare_ms": round(1000 * over, 1)}
