"""Make the virtual environment with nothing but Python itself: pinned requirements with hashes, byte-compiled.

Debian's and Ubuntu's bare Python has neither pip nor ensurepip, so a pip wheel stands beside this file (decision 0002); pip runs
from the wheel. Run: ``python3 environment/make_environment.py [run|test]``. Doing it again with nothing changed takes no time.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PLACE = ROOT / ".venv"
PYTHON = PLACE / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCKS = {"run": "requirements.txt", "test": "requirements-test.txt"}
PIP = HERE / "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"


def stamp_of(lock: Path) -> str:
    """Return what an up-to-date environment's stamp says: the lock and this Python."""
    return hashlib.sha256(lock.read_bytes()).hexdigest() + " " + sys.version.split()[0]


def ask(question: str) -> str | None:
    """Return what the environment's own Python says to an expression, None where there is none that runs."""
    command = [str(PYTHON), "-I", "-X", "utf8", "-c", f"import sys, sysconfig; print({question})"]
    try:
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return None


def is_ours() -> bool:
    """Whether the environment was made with, and runs, this version of Python: packages of another one do not work in it."""
    try:
        settings = (PLACE / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    made_with = re.search(r"(?m)^version *= *(\d+\.\d+)\b", settings)
    this = "{}.{}".format(*sys.version_info)
    return made_with is not None and made_with[1] == this == ask("'{}.{}'.format(*sys.version_info)")


def install(*arguments: str) -> None:
    """Run pip, from the wheel beside this file, for the environment."""
    if not PIP.is_file() or hashlib.sha256(PIP.read_bytes()).hexdigest() != PIP_SHA256:
        sys.exit(
            f"Fail {PIP} puudub või on rikutud. Laadige kursus uuesti alla ja käivitage sama käsk uuesti.\n"
            f"The file {PIP} is missing or damaged. Download the course again and run the same command again."
        )
    environment = {**os.environ, "PYTHONPATH": str(PIP), "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    # Bytecode is made in one go below: pip would do it package by package.
    command = [str(PYTHON), "-m", "pip", "install", "--quiet", "--no-compile", *arguments]
    subprocess.run(command, check=True, env=environment)


def main(purpose: str) -> None:
    """Make or refresh the environment for ``purpose`` ("run" or "test"); say in a sentence what went wrong."""
    if sys.version_info < (3, 11):  # noqa: UP036 - this file is what tells people so
        sys.exit(
            f"avcourse vajab Pythonit 3.11 või uuemat / needs Python 3.11 or newer; this is {sys.version.split()[0]}"
        )
    try:
        make(purpose)
    except subprocess.CalledProcessError:
        sys.exit(
            "Kursuse keskkonda ei saanud paigaldada: võrk või pakettide hoidla ei ole kättesaadav või allalaadimine katkes "
            "(üksikasjad on ülal). Kontrollige võrguühendust ja käivitage sama käsk uuesti; kui see ei aita, näidake "
            "ülalolevat teadet oma IT-toele.\n"
            "The course’s environment could not be installed: the network or the package index cannot be reached, or the "
            "download broke off (details above). Check the network and run the same command again; if that does not help, "
            "show the message above to your IT support."
        )
    except OSError as error:
        reason = error.strerror or str(error)
        sys.exit(
            f"Kursuse keskkonda ei saanud teha kausta {PLACE} ({reason}). Kontrollige kettaruumi ja õigusi ning käivitage "
            "sama käsk uuesti.\n"
            f"The course’s environment could not be made in {PLACE} ({reason}). Check disk space and permissions, then run "
            "the same command again."
        )


def make(purpose: str) -> None:
    """Make or refresh the environment, unless its stamp says that it is up to date."""
    lock = HERE / LOCKS[purpose]
    marks = {name: PLACE / f".installed-{name}" for name in LOCKS}
    ours = is_ours()
    if ours and marks[purpose].is_file() and marks[purpose].read_text(encoding="utf-8") == stamp_of(lock):
        return
    print(
        f"Teen keskkonda, umbes minut või kaks / making the environment, about a minute or two ({lock.name}) …",
        flush=True,
    )
    if not ours:
        venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt", clear=True).create(PLACE)
    for mark in marks.values():
        mark.unlink(missing_ok=True)
    install("--require-hashes", "--no-deps", "--requirement", str(lock))
    # Without isolation: the build backend is in the lock, nothing else is fetched.
    install("--no-build-isolation", "--no-deps", "--editable", str(ROOT))
    compile_all(str(ask("sysconfig.get_path('purelib')")))
    marks[purpose].write_text(stamp_of(lock), encoding="utf-8")
    if purpose == "test":
        # The test lock holds everything of the run lock, at the same versions.
        marks["run"].write_text(stamp_of(HERE / LOCKS["run"]), encoding="utf-8")


def compile_all(packages: str) -> None:
    """Byte-compile the environment and the library: without it everything starts twice as slowly."""
    code = "import compileall, sys; [compileall.compile_dir(p, quiet=2, workers=0) for p in sys.argv[1:]]"
    # Other people's old escape sequences are no news to somebody who opens a course.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONWARNINGS": "ignore"}
    subprocess.run([str(PYTHON), "-c", code, packages, str(ROOT / "avcourse")], check=False, env=environment)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "run")
