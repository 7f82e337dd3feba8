"""What ``make test`` runs, in this order; the first failure is kept, the rest still runs so that one sees everything.

Where a machine has no Chromium the browser tests say so in one line at the end; in CI (``CI=true``) that is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable
STEPS = {
    "ruff check": [PYTHON, "-m", "ruff", "check", "--no-cache", "."],
    "ruff format": [PYTHON, "-m", "ruff", "format", "--no-cache", "--check", "."],
    "mypy": [PYTHON, "-m", "mypy"],
    "avcourse check": [PYTHON, "-m", "avcourse", "check"],
    "nbval": [
        PYTHON,
        "-m",
        "pytest",
        "--nbval-lax",
        "--nbval-current-env",
        "-q",
        "-p",
        "no:cacheprovider",
        "course",
        "exercises",
        "solutions",
    ],
    "pytest": [PYTHON, "-m", "pytest", "-q", "-rs", "--durations=10", "tests", "avcourse"],
}


def main() -> int:
    """Run every step; return the number of failed ones."""
    failed: list[str] = []
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    for name, command in STEPS.items():
        print(f"== {name}", flush=True)
        begun = time.monotonic()
        code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        print(f"== {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - begun:.0f} s)", flush=True)
        if code:
            failed.append(name)
    if not any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        print("No Chromium: tests/browser did not run. Get it with: apt-get install chromium", flush=True)
    print(f"{len(STEPS) - len(failed)} passed, {len(failed)} failed" + (f": {', '.join(failed)}" if failed else ""))
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
