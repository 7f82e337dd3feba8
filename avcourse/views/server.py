"""``avcourse start``: the learner's folder, its pages, and the server that shows them.

The server runs as a process of its own (``page/serving.py``), so this one imports nothing of Jupyter, keeps the console
for its own lines, and can tell the address as soon as the server really answers.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from avcourse.answers.folder import LearnerFolder
from avcourse.course.language import Language, say
from avcourse.errors import NoFreePort
from avcourse.views.page.copies import prepare_folder

RUNTIME: Final = ".avcourse-server.json"
LOG: Final = ".avcourse-server.log"
FIRST_PORT: Final = 8888
PORTS_TRIED: Final = 50
START_PATIENCE: Final = 60.0
STOP_PATIENCE: Final = 8.0
POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    """A server of a learner's folder: which process, where, and the token that opens it."""

    pid: int
    port: int
    token: str

    def address(self, language: Language) -> str:
        """Return the address of the home page, token included."""
        return f"http://127.0.0.1:{self.port}/voila/render/{language}/index.ipynb?token={self.token}"

    def ask(self, path: str, method: str = "GET") -> bool:
        """Whether the server answers a request that carries its token."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        try:
            # A proxy set for the outside world must not stand between a person and the own machine.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def answers(self) -> bool:
        """Whether the server is up."""
        return self.ask("/api/status")

    def alive(self) -> bool:
        """Whether its process exists, as far as this system can tell."""
        if sys.platform == "win32":
            return True
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        except PermissionError:
            return True
        return True


def read_running(folder: Path) -> Running | None:
    """Return what the folder's runtime file says, or None where there is no readable one."""
    try:
        data = json.loads((folder / RUNTIME).read_text(encoding="utf-8"))
        return Running(int(data["pid"]), int(data["port"]), str(data["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_running(folder: Path, running: Running) -> None:
    """Write the runtime file, readable by its owner only since it holds the token."""
    path = folder / RUNTIME
    partial = path.with_suffix(".part")
    partial.unlink(missing_ok=True)
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as stream:
        json.dump(asdict(running), stream)
    partial.replace(path)


def find_running(folder: Path, patience: float = START_PATIENCE) -> Running | None:
    """Return the folder's server if it answers; one that another start has only just begun is waited for."""
    running = read_running(folder)
    if running is None:
        return None
    begun = (folder / RUNTIME).stat().st_mtime
    while not running.answers():
        if time.time() - begun > patience or not running.alive():
            return None
        time.sleep(POLL * 4)
    return running


def free_ports(port: int | None) -> Iterator[int]:
    """Yield ports that can be opened on this machine, from ``port`` (default 8888) on."""
    first = port or FIRST_PORT
    for candidate in range(first, min(first + PORTS_TRIED, 65535) + 1):
        with socket.socket() as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
        yield candidate


def launch(folder: LearnerFolder, port: int | None) -> tuple[subprocess.Popen[bytes], Running]:
    """Start the server process and wait until it answers.

    Raises
    ------
    NoFreePort
        If no port from the first one on could be opened.
    """
    for candidate in free_ports(port):
        token = secrets.token_urlsafe(24)
        environment = {**os.environ, "JUPYTER_TOKEN": token, "JUPYTER_NO_CONFIG": "1", "PYTHONUTF8": "1"}
        place = [str(folder.root), folder.language, str(candidate)]
        with (folder.root / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "avcourse.views.page.serving", *place],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=folder.root,
                # Ctrl-C is for this process, which then ends the server in good order.
                start_new_session=True,
            )
        running = Running(process.pid, candidate, token)
        write_running(folder.root, running)
        patience = time.monotonic() + START_PATIENCE
        while process.poll() is None and time.monotonic() < patience:
            if running.answers():
                return process, running
            time.sleep(POLL)
        end(process, running)
        if not _port_was_taken(folder.root / LOG):
            break
    else:
        first = port or FIRST_PORT
        raise NoFreePort(first=first, last=first + PORTS_TRIED)
    return process, running


def _port_was_taken(log: Path) -> bool:
    return "already in use" in log.read_text(encoding="utf-8", errors="replace")


def end(process: subprocess.Popen[bytes], running: Running) -> None:
    """End the server with its kernels: by request, and by force if it does not listen."""
    if process.poll() is None and not running.ask("/api/shutdown", method="POST"):
        process.terminate()
    try:
        process.wait(STOP_PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def quiet_ending() -> Iterator[Callable[[], bool]]:
    """Turn Ctrl-C, a closed terminal and a polite kill into an answer "yes" to the yielded question."""
    asked = False

    def note(signum: int, frame: FrameType | None) -> None:
        nonlocal asked
        asked = True

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), note) for name in names}
    try:
        yield lambda: asked
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def tell(sentence: str) -> None:
    """Print one line for the person at the console, at once."""
    print(sentence, flush=True)


def start(folder: Path, language: Language | None = None, port: int | None = None, open_browser: bool = True) -> int:
    """Open the course in ``folder``: prepare the folder, serve its pages until told to stop, return the exit code.

    Raises
    ------
    FolderNotWritable
        If the folder cannot be made or written.
    MaterialMissing
        If there are no built pages.
    NoFreePort
        If no port could be opened.
    """
    learner = prepare_folder(folder.expanduser().resolve(), language, tell)
    running = find_running(learner.root)
    if running is not None:
        tell(say("start.already", learner.language, address=running.address(learner.language)))
        show(running.address(learner.language), open_browser)
        return 0
    with quiet_ending() as asked_to_end:
        process, running = launch(learner, port)
        try:
            if process.poll() is None:
                address = running.address(learner.language)
                tell(say("start.open", learner.language, address=address))
                tell(say("start.stop", learner.language))
                show(address, open_browser)
            while process.poll() is None and not asked_to_end():
                time.sleep(POLL * 4)
            if not asked_to_end() and process.returncode != 0:
                tell(say("start.crashed", learner.language, log=learner.root / LOG))
                return 1
        finally:
            end(process, running)
            (learner.root / RUNTIME).unlink(missing_ok=True)
    tell(say("start.closed", learner.language, folder=learner.root / "answers"))
    return 0


def show(address: str, open_browser: bool) -> None:
    """Open the address in the person's browser, if wanted; a machine without a browser has the printed address."""
    if open_browser:
        webbrowser.open(address)
