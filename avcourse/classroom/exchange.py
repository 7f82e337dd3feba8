"""Answers on their way from a learner to the trainer: through nbgrader's exchange, or as a file sent by hand.

The exchange is a folder into which everybody may put something, so what lies there is looked at before nbgrader's
collecting sees it: one folder with a hostile name would otherwise stop the whole class or lead out of ``submitted/``.
Only copies of regular files, of bounded size, under checked names are handed on.

Whose submission it is. In a room with one account for all, nbgrader's ``check_owner`` would warn of everybody, and
pseudonyms are not account names anyway; it is switched off (it only ever writes to a log). Instead an id that is an
account's name on this machine, as on a hub, must come from that account, and one id must not come from two accounts. On
a hub every learner has an account of their own, so there this holds; in a shared account there is nothing to hold on
to, and the trainer knows the room.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from avcourse.answers.folder import CARD, LOG, ClassCard, LearnerFolder
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.exercise import quiet_nbgrader
from avcourse.classroom.inbox import read_hand_in
from avcourse.classroom.workspace import (
    CLASS_ID,
    STAMP,
    STAMP_FORMAT,
    STUDENT_ID,
    ClassFolder,
    Problem,
    Refused,
    parse_stamp,
    read_regular,
    read_stamp,
)
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import (
    AnswersTooLarge,
    CardUnreadable,
    CollectFailed,
    ExchangeMissing,
    NoAssignment,
    NothingToSubmit,
    NotInClass,
    NotReleased,
    SubmitFailed,
)

LARGEST_PAGE: Final = 5 * 1024 * 1024
RECEIPTS: Final = "receipts.jsonl"
_SECRET: Final = "submission_secret.txt"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a learner gets for a submission: of what, when (UTC, ISO 8601), and the SHA-256 of the answers."""

    assignment: str
    at: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Collected:
    """A submission that is new in ``submitted/``, and the way that it came."""

    student: str
    assignment: str
    at: datetime
    by_hand: bool


@dataclass(frozen=True, slots=True)
class CollectReport:
    """What was collected, and what was left where it lies."""

    collected: tuple[Collected, ...]
    problems: tuple[Problem, ...]

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
    """The newest submission of one learner and assignment: the files, in memory and checked."""

    student: str
    assignment: str
    at: datetime
    by_hand: bool
    files: Mapping[str, bytes]


# Submitting


def _own_card(folder: LearnerFolder) -> ClassCard:
    card = folder.card()
    if card is None:
        raise NotInClass(folder=folder.root)
    if not CLASS_ID.fullmatch(card.id) or not STUDENT_ID.fullmatch(card.student):
        raise CardUnreadable(path=folder.root / CARD)
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
    """Hand the answers of a test in, with the page, and note the receipt beside the answers. Doing it again is allowed.

    Raises
    ------
    NoAssignment
        If the course has no such test.
    NotInClass, CardUnreadable
        If the learner has joined no class, or the card is damaged.
    NothingToSubmit
        If there is no answer yet.
    SubmitFailed
        If the exchange does not take it; its kinds say why.
    """
    tests = [test.id for test in load_course().tests]
    if module not in tests:
        raise NoAssignment(assignment=module, known=", ".join(tests))
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


def _account(name: str) -> int | None:
    """Return the number of the account called ``name``, or None where there is none."""
    try:
        import pwd

        return pwd.getpwnam(name).pw_uid
    except (ImportError, KeyError):
        return None


def _entry(path: Path, assignments: tuple[str, ...]) -> tuple[str, str, datetime]:
    """Return student, assignment and time from the name of a folder in the exchange."""
    parts = path.name.split("+")
    stamp = parse_stamp(parts[2]) if len(parts) in (3, 4) else None
    if stamp is None or not STUDENT_ID.fullmatch(parts[0]) or parts[1] not in assignments:
        raise Refused(Problem(path.name, "–", "entry-name"))
    if path.is_symlink() or not path.is_dir():
        raise Refused(Problem(parts[0], parts[1], "entry-linked"))
    return parts[0], parts[1], stamp


def _entry_files(path: Path, student: str, assignment: str) -> dict[str, bytes]:
    limits = {LOG: LARGEST_LOG + 1, f"{assignment}.ipynb": LARGEST_PAGE, _SECRET: 1000}
    files = {}
    for name, limit in limits.items():
        try:
            files[name] = read_regular(path / name, limit)
        except FileNotFoundError:
            continue
        except OSError as error:
            fields = {"file": name, "reason": error.strerror}
            raise Refused(Problem(student, assignment, "entry-unreadable", fields)) from error
    # A page without end is left behind: the released one takes its place, and the answers are what counts.
    return {name: data for name, data in files.items() if name == LOG or len(data) < limits[name]}


def _from_exchange(folder: ClassFolder, problems: list[Problem]) -> Iterator[_Candidate]:
    """Give the newest submission of every learner and assignment that the exchange holds."""
    newest: dict[tuple[str, str], tuple[datetime, Path]] = {}
    owners: dict[str, set[int]] = {}
    if not os.access(folder.inbound, os.R_OK | os.X_OK):
        problems.append(Problem(folder.id, "–", "no-exchange", {"path": folder.inbound}))
        return
    for path in sorted(folder.inbound.iterdir()):
        try:
            student, assignment, stamp = _entry(path, folder.assignments())
        except Refused as refused:
            problems.append(refused.problem)
            continue
        owners.setdefault(student, set()).add(path.stat().st_uid)
        newest[student, assignment] = max(newest.get((student, assignment), (stamp, path)), (stamp, path))
    for (student, assignment), (stamp, path) in newest.items():
        try:
            account = _account(student)
            if len(owners[student] | ({account} if account is not None else set())) > 1:
                raise Refused(Problem(student, assignment, "owner"))
            if _is_newer(folder, student, assignment, stamp):
                yield _Candidate(student, assignment, stamp, False, _entry_files(path, student, assignment))
        except Refused as refused:
            problems.append(refused.problem)


def _from_inbox(folder: ClassFolder, problems: list[Problem]) -> Iterator[_Candidate]:
    for path in sorted((folder.root / "inbox").glob("*.zip")):
        try:
            sent = read_hand_in(path, folder.assignments())
            if _is_newer(folder, sent.student, sent.assignment, sent.at):
                yield _Candidate(sent.student, sent.assignment, sent.at, True, {LOG: sent.log})
        except Refused as refused:
            problems.append(refused.problem)


def _is_newer(folder: ClassFolder, student: str, assignment: str, at: datetime) -> bool:
    place = folder.root / "submitted" / student / assignment
    if place.is_symlink() or place.parent.is_symlink():
        raise Refused(Problem(student, assignment, "linked", {"name": place.name}))
    there = read_stamp(place)
    return there is None or at > there


@contextmanager
def _staged(folder: ClassFolder, candidates: Mapping[tuple[str, str], _Candidate]) -> Iterator[Path]:
    """Give a clean exchange that holds just the candidates."""
    with TemporaryDirectory(prefix="avcourse-") as name:
        root = Path(name).resolve()
        inbound = root / folder.id / "inbound"
        inbound.mkdir(parents=True)
        for one in candidates.values():
            stamp = one.at.strftime(STAMP_FORMAT)
            place = inbound / f"{one.student}+{one.assignment}+{stamp}+checked"
            place.mkdir()
            page = {f"{one.assignment}.ipynb": folder.released(one.assignment).read_bytes()}
            for file, data in {**page, **one.files, STAMP: stamp.encode()}.items():
                (place / file).write_bytes(data)
        yield root


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
    """Let nbgrader copy the candidates into the class folder."""
    for student, assignment in candidates:
        stamp = folder.root / "submitted" / student / assignment / STAMP
        # nbgrader stops at a time that it cannot read; such a submission is older than any other.
        if stamp.is_file() and read_stamp(stamp.parent) is None:
            stamp.unlink()
    with _staged(folder, candidates) as exchange:
        for assignment in sorted({assignment for _, assignment in candidates}):
            _collect_assignment(folder, exchange, assignment)


def collect(folder: ClassFolder) -> CollectReport:
    """Bring the newest submission of every learner into ``submitted/``; doing it again brings only what is newer.

    Submissions come from the exchange and, as ``<module>-<learner>.zip``, from ``inbox/`` in the class folder. A file
    sent by hand counts from the time of its last answer, since it has no other.

    Raises
    ------
    CollectFailed
        If the class folder cannot be written; doing it again brings the rest.
    """
    problems: list[Problem] = []
    candidates: dict[tuple[str, str], _Candidate] = {}
    try:
        for found in (_from_exchange(folder, problems), _from_inbox(folder, problems)):
            for one in found:
                there = candidates.get((one.student, one.assignment))
                if there is None or one.at > there.at:
                    candidates[one.student, one.assignment] = one
        _place(folder, candidates)
    except Exception as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise CollectFailed(path=folder.root, reason=reason) from error
    collected = (Collected(one.student, one.assignment, one.at, one.by_hand) for one in candidates.values())
    return CollectReport(tuple(collected), tuple(problems))
