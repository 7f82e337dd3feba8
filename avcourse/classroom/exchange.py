"""Answers on their way from a learner to the trainer: through nbgrader's exchange, or as a file sent by hand.

nbgrader puts submissions into the exchange. They are collected here, since importing nbgrader takes longer than collecting a class:
the same files as its own collecting brings, but checked (``entries``, ``inbox``), under checked names, each submission as a whole.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from avcourse.answers.folder import LOG, RECEIPTS, ClassCard, LearnerFolder
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom import workspace
from avcourse.classroom.entries import LARGEST_PAGE
from avcourse.classroom.exercise import quiet_nbgrader
from avcourse.classroom.guard import NEW, OLD, writing_class
from avcourse.classroom.imports import import_files as import_files
from avcourse.classroom.offers import Chosen, Progress, choices
from avcourse.classroom.workspace import (
    STAMP,
    ClassFolder,
    SubmissionProblem,
    now_utc,
    parse_stamp,
    read_regular,
    stamp_text,
)
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import (
    AnswersTooLarge,
    AvcourseError,
    CollectFailed,
    ExchangeMissing,
    ExchangeOnWindows,
    NoAssignment,
    NothingReleased,
    NothingToSubmit,
    NotInClass,
    NotReleased,
    SubmitFailed,
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a learner gets for a submission: of what, when (UTC, ISO 8601), and the SHA-256 of the answers."""

    assignment: str
    at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Collected:
    """A submission that is new in ``submitted/``; ``late`` if it came after the participant's deadline."""

    student: str
    assignment: str
    late: bool = False


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What was collected, and what was left where it lies."""

    collected: tuple[Collected, ...]
    problems: tuple[SubmissionProblem, ...]

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what a trainer should know: how many submissions of which assignment, then each problem."""
        if not self.collected:
            yield say("class.nothing-new", language)
        for assignment in sorted({one.assignment for one in self.collected}):
            count = sum(one.assignment == assignment for one in self.collected)
            yield say("class.collected", language, assignment=assignment, count=count)
        late = sum(one.late for one in self.collected)
        if late:
            yield say("class.collected-late", language, count=late)
        for problem in self.problems:
            yield problem.sentence(language)


# Submitting


def _own_card(folder: LearnerFolder) -> ClassCard:
    card = folder.card()
    if card is None:
        raise NotInClass(folder=folder.root)
    return card


def _own_log(folder: LearnerFolder, module: str) -> bytes:
    path = folder.log_path(module)
    try:
        raw = read_regular(path, LARGEST_LOG + 1)
    except FileNotFoundError:
        raise NothingToSubmit(assignment=module) from None
    if len(raw) > LARGEST_LOG:
        raise AnswersTooLarge(assignment=module, path=path, megabytes=LARGEST_LOG // 1024**2)
    if not any(response.assignment == module for response in parse_log(raw).responses):
        raise NothingToSubmit(assignment=module)
    return raw


def _own_page(folder: LearnerFolder, card: ClassCard, module: str) -> bytes:
    """Return the learner's page, or the released one where it is gone: the answers are what counts."""
    released = card.exchange / card.id / "outbound" / module / f"{module}.ipynb"
    with suppress(OSError):
        page = read_regular(folder.root / folder.language / f"{load_course().module(module).slug}.ipynb", LARGEST_PAGE)
        if len(page) < LARGEST_PAGE:
            return page
    return released.read_bytes()


def _check_exchange(card: ClassCard, module: str) -> None:
    course = card.exchange / card.id
    inbound = course / "inbound"
    if not inbound.is_dir() or not os.access(inbound, os.W_OK | os.X_OK):
        raise ExchangeMissing(assignment=module, exchange=card.exchange)
    if not (course / "outbound" / module / f"{module}.ipynb").is_file():
        raise NotReleased(assignment=module, exchange=card.exchange)


def _hand_in(card: ClassCard, module: str, files: Mapping[str, bytes]) -> datetime:
    """Let nbgrader put files into the exchange and return the time that it wrote on them."""
    from nbgrader.auth import Authenticator
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeSubmit

    with TemporaryDirectory(prefix="avcourse-") as name, quiet_nbgrader() as (logger, _):
        stage = Path(name).resolve()
        (stage / module).mkdir()
        for file, data in files.items():
            (stage / module / file).write_bytes(data)
        place = CourseDirectory(
            root=str(stage), course_id=card.id, assignment_id=module, student_id=card.student, log=logger
        )
        exchange = ExchangeSubmit(
            coursedir=place,
            authenticator=Authenticator(log=logger),
            root=str(card.exchange),
            assignment_dir=str(stage),
            # nbgrader keeps a second copy for its own list of submissions; the learner's folder has the answers
            # already.
            cache=str(stage / "cache"),
            timezone="UTC",
            log=logger,
        )
        exchange.start()
        stamp = parse_stamp(exchange.timestamp)
        assert stamp is not None
        return stamp


def submit(folder: LearnerFolder, module: str) -> Receipt:
    """Hand the answers of an assignment in, with the page, and note the receipt beside the answers. Doing it again is allowed.

    Raises
    ------
    NoAssignment
        If the course has no such assignment.
    NotInClass, CardUnreadable
        If the learner has joined no class, or the card is damaged.
    NothingToSubmit
        If there is no answer yet.
    SubmitFailed
        If the exchange does not take it, or there is none; its kinds say why.
    """
    known = [assignment.id for assignment in load_course().assignments]
    if module not in known:
        raise NoAssignment(assignment=module, known=", ".join(known))
    if workspace.WINDOWS:
        raise ExchangeOnWindows(assignment=module)
    card = _own_card(folder)
    try:
        raw = _own_log(folder, module)
        _check_exchange(card, module)
        at = _hand_in(card, module, {LOG: raw, f"{module}.ipynb": _own_page(folder, card, module)})
    except (NothingToSubmit, SubmitFailed):
        raise
    except Exception as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise SubmitFailed(assignment=module, exchange=card.exchange, reason=reason) from error
    receipt = Receipt(module, at.strftime("%Y-%m-%dT%H:%M:%SZ"), hashlib.sha256(raw).hexdigest())
    line = {"assignment": receipt.assignment, "at": receipt.at, "sha256": receipt.sha256}
    # The answers are with the trainer already; a full disk here must not tell the learner otherwise.
    with suppress(OSError), (folder.answers(module) / RECEIPTS).open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(line) + "\n")
    return receipt


# Collecting


def _put(folder: ClassFolder, one: Chosen) -> None:
    """Put a submission into its place as a whole: written beside it first; what was there goes only when the new one is ready."""
    home = folder.root / "submitted" / one.student
    place, new, old = (home / name for name in (one.assignment, f".{one.assignment}{NEW}", f".{one.assignment}{OLD}"))
    home.mkdir(parents=True, exist_ok=True)
    if new.exists():
        shutil.rmtree(new)
    new.mkdir()
    page = {f"{one.assignment}.ipynb": folder.released(one.assignment).read_bytes()}
    for name, data in {**page, **one.files, STAMP: stamp_text(one.at).encode()}.items():
        with (new / name).open("wb") as stream:
            stream.write(data)
            if name == LOG:
                # The others can be had again: without a time, after a power cut, the submission is collected anew.
                stream.flush()
                os.fsync(stream.fileno())
    if place.exists():
        place.rename(old)
        new.rename(place)
        shutil.rmtree(old)
    else:
        new.rename(place)


def collect(folder: ClassFolder, progress: Progress | None = None) -> CollectReport:
    """Bring the submission of every learner that counts into ``submitted/``; doing it again brings only what is new.

    Submissions come from the exchange and, as ``<module>-<learner>.zip``, from ``inbox/`` in the class folder. A file
    sent by hand counts from the time of its last answer, since it has no other. The last one in time counts; if there is none, the
    first late one, unless late ones are refused. Whatever does not count stays where it lies.

    Parameters
    ----------
    folder
        The class.
    progress
        Called after each participant's assignment.

    Raises
    ------
    NothingReleased
        If no assignment has been released to the class: nothing there could be told from a foreign file.
    ClassBusy
        If somebody else is writing the class.
    ScheduleUnreadable, RosterUnreadable
        If deadlines or roster are damaged.
    CollectFailed
        If the class folder cannot be written; doing it again brings the rest.
    """
    if not folder.assignments():
        raise NothingReleased(path=folder.root)
    with writing_class(folder, "collect", copy=False):
        return _collect(folder, partial(_put, folder), progress)


def peek(folder: ClassFolder, progress: Progress | None = None) -> CollectReport:
    """Return what collecting would bring and say, and change nothing.

    Raises
    ------
    NothingReleased, ScheduleUnreadable, RosterUnreadable, CollectFailed
        As collecting would.
    """
    if not folder.assignments():
        raise NothingReleased(path=folder.root)
    return _collect(folder, lambda _: None, progress)


def _collect(folder: ClassFolder, put: Callable[[Chosen], None], progress: Progress | None) -> CollectReport:
    problems: list[SubmissionProblem] = []
    collected: list[Collected] = []
    try:
        for one in choices(folder, now_utc(), problems, progress):
            put(one)
            collected.append(Collected(one.student, one.assignment, one.late))
    except AvcourseError:
        raise
    except Exception as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CollectFailed(path=folder.root, reason=reason) from error
    return CollectReport(tuple(collected), tuple(problems))
