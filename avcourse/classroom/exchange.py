"""Answers on their way from a learner to the trainer: through nbgrader's exchange, or as a file sent by hand.

nbgrader does the copying; what it is given are checked copies (``entries``, ``inbox``) under checked names. On Windows
nbgrader refuses to: there answers are sent by hand, and what lies in ``inbox/`` is put in its place here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from avcourse.answers.folder import LOG, RECEIPTS, ClassCard, LearnerFolder
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom import workspace
from avcourse.classroom.entries import LARGEST_PAGE, Entry, list_entries, of_several_accounts, read_entry
from avcourse.classroom.exercise import quiet_nbgrader
from avcourse.classroom.inbox import hand_ins, read_hand_in
from avcourse.classroom.workspace import (
    INBOX,
    STAMP,
    ClassFolder,
    Refused,
    SubmissionProblem,
    now_utc,
    parse_stamp,
    read_regular,
    read_stamp,
    stamp_text,
)
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import (
    AnswersTooLarge,
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
    """A submission that is new in ``submitted/``."""

    student: str
    assignment: str


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
        for problem in self.problems:
            yield problem.sentence(language)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A submission of one learner and assignment: the files, in memory and checked."""

    student: str
    assignment: str
    at: datetime
    files: Mapping[str, bytes]


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


def _from_exchange(folder: ClassFolder, now: datetime, problems: list[SubmissionProblem]) -> Iterator[_Candidate]:
    """Give the newest good submission of every learner and assignment, where the class does not have it yet."""
    if workspace.WINDOWS:
        return
    if not os.access(folder.inbound, os.R_OK | os.X_OK):
        problems.append(SubmissionProblem(folder.id, "–", "no-exchange", {"path": folder.inbound}))
        return
    entries = list_entries(folder.inbound, folder.assignments(), now, problems)
    several = of_several_accounts(entries)
    for (student, assignment), own in entries.items():
        if student in several:
            problems.append(SubmissionProblem(student, assignment, "owner"))
            continue
        good = _first_good(own, problems)
        try:
            if good is not None and _is_new(folder, good, now):
                yield good
        except Refused as refused:
            problems.append(refused.problem)


def _first_good(entries: Iterable[Entry], problems: list[SubmissionProblem]) -> _Candidate | None:
    """Return the first entry that can be read; those before it are named."""
    for entry in entries:
        try:
            return _Candidate(entry.student, entry.assignment, entry.at, read_entry(entry))
        except Refused as refused:
            problems.append(refused.problem)
    return None


def _from_inbox(folder: ClassFolder, now: datetime, problems: list[SubmissionProblem]) -> Iterator[_Candidate]:
    for path in hand_ins(folder.root / INBOX):
        try:
            sent = read_hand_in(path, folder.assignments(), now)
            one = _Candidate(sent.student, sent.assignment, sent.at, {LOG: sent.log})
            if _is_new(folder, one, now):
                yield one
        except Refused as refused:
            problems.append(refused.problem)


def _is_new(folder: ClassFolder, one: _Candidate, now: datetime) -> bool:
    """Whether a submission is newer than the one in ``submitted/``."""
    place = folder.root / "submitted" / one.student / one.assignment
    if place.is_symlink() or place.parent.is_symlink():
        raise Refused(SubmissionProblem(one.student, one.assignment, "linked", {"name": place.name}))
    there = read_stamp(place)
    if there is None:
        return True
    if there <= now and one.at < now:
        return one.at > there
    # One of the times is no time: it was cut off at ``now``, and will be again the next time.
    try:
        return read_regular(place / LOG, LARGEST_LOG + 1) != one.files[LOG]
    except OSError:
        return True


@contextmanager
def _staged(folder: ClassFolder, candidates: Mapping[tuple[str, str], _Candidate]) -> Iterator[Path]:
    """Give a clean exchange that holds just the candidates."""
    with TemporaryDirectory(prefix="avcourse-") as name:
        root = Path(name).resolve()
        inbound = root / folder.id / "inbound"
        inbound.mkdir(parents=True)
        for one in candidates.values():
            _write(inbound / f"{one.student}+{one.assignment}+{stamp_text(one.at)}+checked", folder, one)
        yield root


def _write(place: Path, folder: ClassFolder, one: _Candidate) -> None:
    """Write a candidate with the released page, where it has none, and its time, which comes last."""
    place.mkdir(parents=True, exist_ok=True)
    page = {f"{one.assignment}.ipynb": folder.released(one.assignment).read_bytes()}
    for file, data in {**page, **one.files, STAMP: stamp_text(one.at).encode()}.items():
        (place / file).write_bytes(data)


def _collect_assignment(folder: ClassFolder, exchange: Path, assignment: str) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeCollect

    with quiet_nbgrader(folder.log) as (logger, _):
        place = CourseDirectory(
            root=str(folder.root),
            course_id=folder.id,
            assignment_id=assignment,
            student_id="*",
            db_url=folder.database,
            log=logger,
        )
        ExchangeCollect(coursedir=place, root=str(exchange), update=True, check_owner=False, log=logger).start()


def _place(folder: ClassFolder, candidates: Mapping[tuple[str, str], _Candidate]) -> None:
    """Let nbgrader copy the candidates into the class folder; where it refuses to, do it here."""
    for one in candidates.values():
        place = folder.root / "submitted" / one.student / one.assignment
        there = read_stamp(place)
        # nbgrader stops at a time that it cannot read, and takes nothing for newer than one that is still to come.
        if (there is None or there >= one.at) and (place / STAMP).is_file():
            (place / STAMP).unlink()
    if workspace.WINDOWS:
        for one in candidates.values():
            _write(folder.root / "submitted" / one.student / one.assignment, folder, one)
        return
    with _staged(folder, candidates) as exchange:
        for assignment in sorted({assignment for _, assignment in candidates}):
            _collect_assignment(folder, exchange, assignment)


def collect(folder: ClassFolder) -> CollectReport:
    """Bring the newest submission of every learner into ``submitted/``; doing it again brings only what is newer.

    Submissions come from the exchange and, as ``<module>-<learner>.zip``, from ``inbox/`` in the class folder. A file
    sent by hand counts from the time of its last answer, since it has no other.

    Raises
    ------
    NothingReleased
        If no assignment has been released to the class: nothing there could be told from a foreign file.
    CollectFailed
        If the class folder cannot be written; doing it again brings the rest.
    """
    if not folder.assignments():
        raise NothingReleased(path=folder.root)
    problems: list[SubmissionProblem] = []
    candidates: dict[tuple[str, str], _Candidate] = {}
    now = now_utc()
    try:
        for found in (_from_exchange(folder, now, problems), _from_inbox(folder, now, problems)):
            for one in found:
                there = candidates.get((one.student, one.assignment))
                if there is None or one.at > there.at:
                    candidates[one.student, one.assignment] = one
        _place(folder, candidates)
    except Exception as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CollectFailed(path=folder.root, reason=reason) from error
    collected = (Collected(one.student, one.assignment) for one in candidates.values())
    return CollectReport(tuple(collected), tuple(problems))
