"""``avcourse start`` and ``avcourse desk``: a folder, its pages, and the server that shows them.

The server runs as a process of its own (``page/serving.py``), so this one imports nothing of Jupyter, keeps the console
for its own lines, and can tell the address as soon as the server really answers.
"""

from __future__ import annotations

import html
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from types import FrameType
from typing import Final, Literal

from avcourse.answers.folder import LearnerFolder
from avcourse.answers.locking import try_lock, unlock
from avcourse.course.language import Language, say
from avcourse.errors import FolderNotWritable, NoFreePort
from avcourse.municipality.example import fill_example
from avcourse.views.page.copies import prepare_folder

RUNTIME: Final = ".avcourse-server.json"
LOG: Final = ".avcourse-server.log"
LOCK: Final = ".avcourse-server.lock"
OPENER: Final = ".avcourse-open.html"
"""What the browser is given to open: the token stands in this private file, not in a command line that all may read."""
FIRST_PORT: Final = 8888
PORTS_TRIED: Final = 50
START_PATIENCE: Final = 60.0
STOP_PATIENCE: Final = 8.0
POLL: Final = 0.05


@dataclass(frozen=True, slots=True)
class Site:
    """What a server shows: a folder, in which language, what of it (a word of ``serving.py``), and the address of its first page.

    ``words`` is the table of what the console says about it, ``kept`` the folder of the work itself.
    """

    root: Path
    language: Language
    what: Literal["course", "desk"]
    page: str
    words: str
    kept: Path

    def say(self, key: str, **fields: object) -> str:
        """Return words for the console."""
        return say(f"{self.words}.{key}", self.language, **fields)


def course_site(learner: LearnerFolder) -> Site:
    """Return the pages of a learner's folder."""
    page = f"voila/render/{learner.language}/index.ipynb"
    return Site(learner.root, learner.language, "course", page, "start", learner.root / "answers")


@dataclass(frozen=True, slots=True)
class Running:
    """A server of a folder: which process, where, and the token that opens it."""

    pid: int
    port: int
    token: str

    def address(self, site: Site) -> str:
        """Return the address of the first page, token included."""
        return f"http://127.0.0.1:{self.port}/{site.page}?token={self.token}"

    def ask(self, path: str, method: str = "GET") -> bytes | None:
        """Return what the server answers to a request that carries its token, None where it does not."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method, headers={"Authorization": f"token {self.token}"}
        )
        try:
            # A proxy set for the outside world must not stand between a person and the own machine.
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            with opener.open(request, timeout=5) as answer:
                return bytes(answer.read()) if answer.status == 200 else None
        except (OSError, http.client.HTTPException, ValueError):
            return None

    def answers(self) -> bool:
        """Whether the server is up, and not another program that has got its port since."""
        return b'"kernels"' in (self.ask("/api/status") or b"")

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
        running = Running(int(data["pid"]), int(data["port"]), str(data["token"]))
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return None
    return running if 0 < running.pid < 2**31 and 0 < running.port < 2**16 else None


def write_running(folder: Path, running: Running) -> None:
    """Write the runtime file, readable by its owner only since it holds the token."""
    _write_private(folder / RUNTIME, json.dumps(asdict(running)))


def _write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    handle, partial = tempfile.mkstemp(dir=path.parent, prefix=f"{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write(text)
    Path(partial).replace(path)


def find_running(folder: Path, asked_to_end: Callable[[], bool] = lambda: False) -> Running | None:
    """Return the folder's server if it answers; one that another start has only just begun is waited for."""
    running = read_running(folder)
    try:
        begun = (folder / RUNTIME).stat().st_mtime
    except OSError:
        # The other start has ended in between.
        return None
    while running is not None and running.alive():
        if running.answers():
            return running
        if asked_to_end() or time.time() - begun > START_PATIENCE:
            return None
        time.sleep(POLL * 4)
    return None


@contextmanager
def alone(folder: Path, give_up: Callable[[], bool]) -> Iterator[bool]:
    """Let one process at a time look for the folder's server and begin or forget one; yield whether it is this one's turn.

    The lock is the operating system's: it ends with its process, however that ends.
    """
    patience = time.monotonic() + START_PATIENCE + STOP_PATIENCE
    with (folder / LOCK).open("ab") as stream:
        while not (held := try_lock(stream)) and not give_up() and time.monotonic() < patience:
            time.sleep(POLL)
        try:
            yield held
        finally:
            if held:
                unlock(stream)


def forget(folder: Path, running: Running) -> None:
    """Remove the files about a server that has ended; a start that is at work now, or has been since, keeps its own."""
    with alone(folder, give_up=lambda: True) as held:
        if held and read_running(folder) == running:
            for name in (RUNTIME, OPENER):
                (folder / name).unlink(missing_ok=True)


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


def launch(
    site: Site, port: int | None, asked_to_end: Callable[[], bool] = lambda: False
) -> tuple[subprocess.Popen[bytes], Running]:
    """Start the server process and wait until it answers; one that does not, or is no longer wanted, has ended on return.

    Raises
    ------
    NoFreePort
        If no port from the first one on could be opened.
    """
    for candidate in free_ports(port):
        token = secrets.token_urlsafe(24)
        environment = {**os.environ, "JUPYTER_TOKEN": token, "PYTHONUTF8": "1"}
        place = [site.what, str(site.root), site.language, str(candidate)]
        with (site.root / LOG).open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "avcourse.views.page.serving", *place],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=environment,
                cwd=site.root,
                # Ctrl-C is for this process, which then ends the server in good order.
                start_new_session=True,
            )
        running = Running(process.pid, candidate, token)
        answered = False
        try:
            write_running(site.root, running)
            patience = time.monotonic() + START_PATIENCE
            while process.poll() is None and not asked_to_end() and time.monotonic() < patience:
                answered = running.answers()
                if answered:
                    return process, running
                time.sleep(POLL)
        finally:
            if not answered:
                end(process, running)
        if asked_to_end() or not _port_was_taken(site.root / LOG):
            return process, running
        (site.root / RUNTIME).unlink(missing_ok=True)
    first = port or FIRST_PORT
    raise NoFreePort(first=first, last=first + PORTS_TRIED)


def _port_was_taken(log: Path) -> bool:
    return "already in use" in log.read_text(encoding="utf-8", errors="replace")


def end(process: subprocess.Popen[bytes], running: Running) -> None:
    """End the server with its kernels: by request, and by force if it does not listen."""
    if process.poll() is None and running.ask("/api/shutdown", method="POST") is None:
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


def start(
    folder: Path,
    language: Language | None = None,
    port: int | None = None,
    open_browser: bool = True,
    *,
    example: bool = False,
) -> int:
    """Open the course in ``folder``: prepare the folder, serve its pages until told to stop, return the exit code.

    With ``example`` the folder is that of the invented municipality.

    Raises
    ------
    FolderNotWritable
        If the folder cannot be made or written.
    MaterialMissing
        If there are no built pages.
    NoFreePort
        If no port could be opened.
    ExampleInOwnFolder
        If the worked example would be mixed with somebody's own work.
    """
    learner = prepare_folder(folder.expanduser().resolve(), language, tell)
    if example:
        fill_example(learner)
    return keep_open(course_site(learner), port, open_browser)


def keep_open(site: Site, port: int | None, open_browser: bool) -> int:
    """Serve a site until told to stop, or show the server that it has already; return the exit code.

    Raises
    ------
    FolderNotWritable
        If the folder cannot be written.
    NoFreePort
        If no port could be opened.
    """
    with quiet_ending() as asked_to_end:
        try:
            with alone(site.root, asked_to_end):
                running = find_running(site.root, asked_to_end)
                begun = None if running or asked_to_end() else launch(site, port, asked_to_end)
        except OSError as error:
            raise FolderNotWritable(path=site.root, reason=error.strerror or str(error)) from error
        if running is not None:
            tell(site.say("already", address=running.address(site)))
            show(site, running, open_browser)
            return 0
        if begun is not None and not attend(site, *begun, asked_to_end, open_browser):
            tell(site.say("crashed", log=site.root / LOG))
            return 1
    tell(site.say("closed", folder=site.kept))
    return 0


def attend(
    site: Site,
    process: subprocess.Popen[bytes],
    running: Running,
    asked_to_end: Callable[[], bool],
    open_browser: bool,
) -> bool:
    """Tell the address, stay with the server until its end, and tidy up; return whether it ended well."""
    opened = process.poll() is None
    try:
        if opened and not asked_to_end():
            tell(site.say("open", address=running.address(site)))
            tell(site.say("stop"))
            show(site, running, open_browser)
        while process.poll() is None and not asked_to_end():
            time.sleep(POLL * 4)
        return asked_to_end() or (opened and process.returncode == 0)
    finally:
        end(process, running)
        forget(site.root, running)


def show(site: Site, running: Running, open_browser: bool) -> None:
    """Open the site in the person's browser, if wanted; a machine without a browser has the printed address."""
    if not open_browser:
        return
    address = html.escape(running.address(site))
    with suppress(OSError):
        _write_private(
            site.root / OPENER,
            f'<!doctype html>\n<html lang="{site.language}"><meta charset="utf-8">'
            f'<meta http-equiv="refresh" content="0; url={address}">'
            f"<title>{html.escape(say('page.course', site.language))}</title>"
            f'<p><a href="{address}">{html.escape(site.say("title"))}</a></p></html>\n',
        )
        webbrowser.open((site.root / OPENER).as_uri())
