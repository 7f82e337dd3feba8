"""Running a command and timing it."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path


def seconds(command: list[str], cwd: Path | None = None) -> float:
    """Return how long a command takes, process start included; its failure is an error."""
    begun = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - begun
