"""Long work of a class: one process at a time, begun here, watched from anywhere through one file.

CLASS/.avcourse-job.jsonl holds what the worker says, a JSON object a line: first ``begun`` and ``words``, then progress
(``done``, ``total``, ``word``), at last ``ended``. As long as it lives the worker holds the operating system's lock on
CLASS/.avcourse-job.lock, so one that was killed is never taken for one that works, not even after the machine was switched off.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from avcourse.answers.locking import try_lock, unlock
from avcourse.classroom.workspace import ClassFolder, make_private
from avcourse.errors import AvcourseError

JOB: Final = ".avcourse-job.jsonl"
LOCK: Final = ".avcourse-job.lock"
BEGIN_PATIENCE: Final = 20.0
POLL: Final = 0.05
LOOK_PATIENCE: Final = 1.0
FRESH: Final = 600.0
_children: list[subprocess.Popen[bytes]] = []
"""Workers of this process, so that ended ones are reaped."""

State = Literal["none", "working", "done", "refused", "failed", "died", "stopped"]


class JobGoesOn(AvcourseError):
    """Something is being done with the class already."""

    et = "Klassiga on juba üks töö pooleli. Oodake, kuni see on valmis; selle edenemist näete klassi lehel."
    en = "Something is already being done with the class. Wait until it is finished; the class’s page shows how far it has come."


class JobNotBegun(AvcourseError):
    """The worker did not start: field ``path`` of the log."""

    et = "Tööd ei saanud alustada ja midagi ei muudetud. Proovige uuesti; täpsem põhjus on failis {path}."
    en = "The work could not be started and nothing was changed. Try again; the reason is in the file {path}."


@dataclass(frozen=True, slots=True)
class Job:
    """The last long work of a class and how far it is.

    ``sentences`` are what it said at its end, by language; ``left`` the seconds that it will still take, None where nobody can say.
    """

    state: State = "none"
    words: tuple[str, ...] = ()
    done: int = 0
    total: int = 0
    word: str = ""
    begun: float = 0.0
    ended: float = 0.0
    left: float | None = None
    sentences: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def unfinished(self) -> bool:
        """Whether there is something to finish: what was refused would be refused again."""
        return self.state in ("failed", "died", "stopped")

    @property
    def fresh(self) -> bool:
        """Whether it has ended so lately that whoever looks is waiting for its result."""
        return time.time() - self.ended < FRESH

    @property
    def share(self) -> float:
        """Return how much is done, from 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total > 0 else 0.0


@contextmanager
def holding(folder: ClassFolder) -> Iterator[bool]:
    """Hold the right to work on the class, if nobody else does; yield whether it is held."""
    patience = time.monotonic() + LOOK_PATIENCE
    make_private(folder.root / LOCK)
    with (folder.root / LOCK).open("ab") as stream:
        # Somebody who only looks whether there is work holds the lock for an instant too.
        while not (held := try_lock(stream)) and time.monotonic() < patience:
            time.sleep(POLL)
        try:
            yield held
        finally:
            if held:
                unlock(stream)


def begin(folder: ClassFolder, words: Sequence[str]) -> None:
    """Start the worker with its words and return when it has begun.

    Raises
    ------
    JobGoesOn
        If another one works on the class.
    JobNotBegun
        If it could not start.
    """
    if _works(folder):
        raise JobGoesOn
    _children[:] = [child for child in _children if child.poll() is None]
    make_private(folder.log)
    with folder.log.open("ab") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "avcourse.views.desk.work", str(folder.root), *words],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # It goes on when the browser or the desk's server is closed.
            start_new_session=True,
        )
    _children.append(worker)
    patience = time.monotonic() + BEGIN_PATIENCE
    while time.monotonic() < patience:
        first = next(iter(_lines(folder)), {})
        if first.get("pid") == worker.pid:
            return
        if worker.poll() is not None:
            break
        time.sleep(POLL)
    raise JobGoesOn if _works(folder) else JobNotBegun(path=folder.log)


def stop(folder: ClassFolder) -> bool:
    """Ask the worker to end, if there is one; what it had begun, the next command of the class finishes or takes back."""
    first = next(iter(_lines(folder)), {})
    pid = first.get("pid")
    if not isinstance(pid, int) or not _works(folder):
        return False
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGTERM)
    return True


def read_job(folder: ClassFolder) -> Job:
    """Return the last work of the class."""
    # The order matters: a worker that ends between the two is seen as one that has written its end.
    works = _works(folder)
    lines = _lines(folder)
    if not lines or "begun" not in lines[0]:
        return Job()
    first, last = lines[0], lines[-1]
    words = tuple(str(word) for word in first["words"])
    job = Job(words=words, begun=float(first["begun"]))
    if "ended" in last:
        state: State = last["ended"] if last["ended"] in ("done", "refused", "failed", "stopped") else "failed"
        return Job(state, words, begun=job.begun, ended=float(last["at"]), sentences=last.get("sentences", {}))
    steps = [line for line in lines if "done" in line]
    now: dict[str, Any] = steps[-1] if steps else {"done": 0, "total": 0, "word": "", "at": job.begun}
    return Job(
        "working" if works else "died",
        words,
        int(now["done"]),
        int(now["total"]),
        str(now["word"]),
        job.begun,
        left=_left(steps),
    )


def _works(folder: ClassFolder) -> bool:
    try:
        with (folder.root / LOCK).open("r+b") as stream:
            free = try_lock(stream, shared=True)
            if free:
                unlock(stream)
            return not free
    except OSError:
        return False


def _left(steps: Sequence[Mapping[str, Any]]) -> float | None:
    """Return the seconds left at the speed so far, counted from the last time that a stage began anew."""
    start = next((i for i in range(len(steps) - 1, 0, -1) if steps[i - 1]["done"] > steps[i]["done"]), 0)
    stage = steps[start:]
    if len(stage) < 2:
        return None
    done, passed = stage[-1]["done"] - stage[0]["done"], stage[-1]["at"] - stage[0]["at"]
    if done <= 0 or passed < 1:
        return None
    left: float = (stage[-1]["total"] - stage[-1]["done"]) * passed / done - (time.time() - stage[-1]["at"])
    return max(0.0, left)


def _lines(folder: ClassFolder) -> list[dict[str, Any]]:
    """Return what the worker said; the file is the desk's own, so one line that is cut off is the last."""
    try:
        raw = (folder.root / JOB).read_text(encoding="utf-8")
    except OSError:
        return []
    found = []
    for line in raw.splitlines():
        try:
            data = json.loads(line)
        except ValueError:
            break
        if isinstance(data, dict):
            found.append(data)
    return found
