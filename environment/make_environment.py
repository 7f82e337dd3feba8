"""Make the virtual environment with nothing but Python itself: pinned requirements with hashes, byte-compiled.

Debian's and Ubuntu's bare Python has neither pip nor ensurepip, so a pip wheel stands beside this file (decision 0002); pip runs from the
wheel. Run: ``python3 environment/make_environment.py [run|test]``. Doing it again with nothing changed takes no time.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PLACE = ROOT / ".venv"
PYTHON = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"run": "requirements.txt", "test": "requirements-test.txt"}


def stamp_of(lock: Path) -> str:
    """Return what an up-to-date environment's stamp says: the lock and this Python."""
    return hashlib.sha256(lock.read_bytes()).hexdigest() + " " + sys.version.split()[0]


def install(*arguments: str) -> None:
    """Run pip, from the wheel beside this file, for the environment."""
    wheel = next(HERE.glob("pip-*.whl"))
    environment = {**os.environ, "PYTHONPATH": str(wheel), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # Bytecode is made in one go below: pip would do it package by package.
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", *arguments]
    subprocess.run(command, check=True, env=environment)


def main(purpose: str) -> None:
    """Make or refresh the environment for ``purpose`` ("run" or "test")."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells people so
        sys.exit(
            f"avcourse vajab Pythonit 3.11 või uuemat / needs Python 3.11 or newer; this is {sys.version.split()[0]}"
        )
    lock = HERE / LOCKS[purpose]
    marks = {name: PLACE / f".installed-{name}" for name in LOCKS}
    if PYTHON.exists() and marks[purpose].is_file() and marks[purpose].read_text() == stamp_of(lock):
        return
    print(
        f"Teen keskkonda, umbes minut või kaks / making the environment, about a minute or two ({lock.name}) …",
        flush=True,
    )
    if not PYTHON.exists():
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt").create(PLACE)
    for mark in marks.values():
        mark.unlink(missing_ok=True)
    install("--require-hashes", "--no-deps", "--requirement", str(lock))
    # Without isolation: the build backend is in the lock, nothing else is fetched.
    install("--no-build-isolation", "--no-deps", "--editable", str(ROOT))
    compile_all(next(PLACE.glob("[Ll]ib*/**/site-packages")))
    marks[purpose].write_text(stamp_of(lock))
    if purpose == "test":
        # The test lock holds everything of the run lock, at the same versions.
        marks["run"].write_text(stamp_of(HERE / LOCKS["run"]))


def compile_all(packages: Path) -> None:
    """Byte-compile the environment and the library: without it everything starts twice as slowly."""
    code = "import compileall, sys; [compileall.compile_dir(p, quiet=2, workers=0) for p in sys.argv[1:]]"
    # Other people's old escape sequences are no news to somebody who opens a course.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONWARNINGS": "ignore"}
    subprocess.run([str(PYTHON), "-c", code, str(packages), str(ROOT / "avcourse")], check=False, env=environment)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
