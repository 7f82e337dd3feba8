"""What ``make test`` runs: steps, two at a time; each is told when it ends, and all run whatever becomes of one.

The longest steps begin first, so that the cores end together. Tests are split by folder and not by a plugin: a folder is a process of its
own, and browsers, whose driver keeps an event loop in the main thread, meet no test that needs one.

Where a machine has no Chromium the browser tests say so in one line at the end; in CI (``CI=true``) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
PYTEST = [PYTHON, "-m", "pytest", "-q", "-rs", "--durations=10"]
NBVAL = ["--nbval-lax", "--nbval-current-env", "-p", "no:cacheprovider", "course", "exercises", "solutions"]
STEPS = {
    "browser": [*PYTEST, "tests/browser"],
    "classroom": [*PYTEST, "tests/classroom", "--ignore=tests/classroom/hostile"],
    "unit": [*PYTEST, "tests/unit", "avcourse"],
    "hostile class": [*PYTEST, "tests/classroom/hostile"],
    "content": [*PYTEST, "tests/content", "tests/notebooks"],
    "nbval": [PYTHON, "-m", "pytest", "-q", *NBVAL],
    "mypy": [PYTHON, "-m", "mypy"],
    "avcourse check": [PYTHON, "-m", "avcourse", "check"],
    "ruff check": [PYTHON, "-m", "ruff", "check", "--no-cache", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--no-cache", "--check", "."],
}
"""In this order, the longest first."""
LANES = min(os.cpu_count() or 1, 2)
"""Never more than two: a container may have fewer cores than it counts, and a browser needs one to itself."""


def run(name: str) -> bool:
    """Run a step, print what it said once it has ended, and return whether it passed."""
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    begun = time.monotonic()
    with tempfile.TemporaryFile() as said:
        code = subprocess.run(
            STEPS[name], cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, check=False
        ).returncode
        said.seek(0)
        text = said.read().decode("utf-8", "replace")
    verdict = "ok" if code == 0 else "FAILED"
    print(f"== {name}\n{text}== {name}: {verdict} ({time.monotonic() - begun:.0f} s)", flush=True)
    return code == 0


def main() -> int:
    """Run every step; return the number of failed ones."""
    begun = time.monotonic()
    print(f"== {len(STEPS)} steps, {LANES} at a time: {', '.join(STEPS)}", flush=True)
    with ThreadPoolExecutor(LANES) as lanes:
        failed = [name for name, passed in zip(STEPS, lanes.map(run, STEPS), strict=True) if not passed]
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        print("No Chromium: tests/browser did not run. Get it with: apt-get install chromium", flush=True)
    print(f"all steps: {time.monotonic() - begun:.0f} s", flush=True)
    print(f"{len(STEPS) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
