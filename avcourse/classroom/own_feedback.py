"""A learner's own feedback: looked for in the class's exchange by the receipts, kept in the learner's folder, read from there.

What lies on a shared disk is believed by nobody: a file is read only if it is a regular one of bounded size under the right name, it must
be feedback on this very learner's assignment, and it is data, never a page. No nbgrader, no gradebook: this runs as the home page opens.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, TypeVar

from avcourse.answers.folder import LOG, RECEIPTS, ClassCard, LearnerFolder
from avcourse.answers.responses import LARGEST_LOG
from avcourse.classroom.feedback_data import (
    FEEDBACK,
    LARGEST_FEEDBACK,
    Feedback,
    FeedbackUnreadable,
    exchange_name,
    read_feedback,
)
from avcourse.classroom.workspace import read_regular
from avcourse.course.course import load_course
from avcourse.errors import CardUnreadable

PATIENCE: Final = 0.8
"""Seconds that a page waits for the exchange; what comes later is shown the next time."""
_LARGEST_RECEIPTS: Final = 256 * 1024
_MOST_TRIES: Final = 60

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Received:
    """Feedback that a learner has, and when it was given (UTC)."""

    feedback: Feedback
    at: datetime


def _kept(folder: LearnerFolder, module: str) -> Path:
    return folder.root / FEEDBACK / f"{module}.json"


def _assignments() -> list[str]:
    """Return the course's assignments, each after the one whose place it took: a class may still have that."""
    return [name for module in load_course().assignments for name in (module.replaces, module.id) if name]


def _digests(folder: LearnerFolder, module: str) -> Iterator[str]:
    """Give the SHA-256 of the answers that may have been graded, the latest first: by receipt or, sent by hand, as they are now."""
    place = folder.answers(module)
    found: list[str] = []
    with suppress(OSError):
        for line in read_regular(place / RECEIPTS, _LARGEST_RECEIPTS).decode("utf-8", "replace").splitlines():
            with suppress(ValueError, TypeError, KeyError):
                found.append(str(json.loads(line)["sha256"]))
    with suppress(OSError):
        found.append(hashlib.sha256(read_regular(place / LOG, LARGEST_LOG)).hexdigest())
    yield from list(dict.fromkeys(reversed(found)))[:_MOST_TRIES]


def _names(folder: LearnerFolder, card: ClassCard, module: str) -> list[str]:
    return [exchange_name(card.id, card.student, module, digest) for digest in _digests(folder, module)]


def _fetch_one(folder: LearnerFolder, card: ClassCard, module: str) -> None:
    """Bring one module's feedback up to date; what was withdrawn goes."""
    room, target = card.exchange / card.id / FEEDBACK, _kept(folder, module)
    for name in _names(folder, card, module):
        try:
            status = (room / name).lstat()
        except FileNotFoundError:
            continue
        with suppress(FileNotFoundError):
            own = target.stat()
            if (own.st_size, own.st_mtime_ns) == (status.st_size, status.st_mtime_ns):
                return
        raw = read_regular(room / name, LARGEST_FEEDBACK + 1)
        found = read_feedback(raw, room / name)
        if (found.classroom, found.student, found.assignment) != (card.id, card.student, module):
            continue
        target.parent.mkdir(exist_ok=True)
        partial = target.with_name(f".{module}-{os.getpid()}-{threading.get_ident()}.part")
        partial.write_bytes(raw)
        # The page says when it was given.
        os.utime(partial, ns=(status.st_mtime_ns, status.st_mtime_ns))
        partial.replace(target)
        return
    # Nothing under any of the names, though the folder is there: it was withdrawn. What another class gave stays.
    if target.is_file() and read_feedback(target.read_bytes(), target).classroom == card.id:
        target.unlink()


def fetch_feedback(folder: LearnerFolder) -> None:
    """Copy what the class has for this learner into the learner's folder. Trouble on the way is nobody's sentence: what is kept stays."""
    with suppress(OSError, CardUnreadable):
        card = folder.card()
        if card is None or not (card.exchange / card.id / FEEDBACK).is_dir():
            return
        for name in _assignments():
            with suppress(OSError, FeedbackUnreadable):
                _fetch_one(folder, card, name)


def patiently(work: Callable[[], T], otherwise: T, patience: float = PATIENCE) -> T:
    """Return what ``work`` returns, or ``otherwise`` if it takes too long: a network drive that is gone may need minutes to say so.

    Examples
    --------
    >>> patiently(lambda: 1, 0)
    1
    """
    results: list[T] = []
    worker = threading.Thread(target=lambda: results.append(work()), daemon=True)
    worker.start()
    worker.join(patience)
    return results[0] if results else otherwise


def own_feedback(folder: LearnerFolder) -> dict[str, Received]:
    """Return the feedback that the learner has, by module; a file that is none is left out.

    Examples
    --------
    >>> own_feedback(LearnerFolder(Path("/nowhere"), "k3f9-q7mw", "et"))
    {}
    """
    found: dict[str, Received] = {}
    for name in _assignments():
        path = _kept(folder, name)
        with suppress(OSError, FeedbackUnreadable):
            feedback = read_feedback(read_regular(path, LARGEST_FEEDBACK + 1), path)
            if feedback.assignment == name:
                at = datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(tzinfo=None)
                found[name] = Received(feedback, at)
    return found
