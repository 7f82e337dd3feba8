"""What lies in the exchange: folders into which everybody may put something, named by nbgrader.

What lies there is looked at before nbgrader's collecting sees it: one folder with a hostile name would otherwise stop
the whole class or lead out of ``submitted/``. Only regular files, of bounded size, under checked names are handed on.

Whose submission it is. In a room with one account for all, nbgrader's ``check_owner`` would warn of everybody, and
pseudonyms are not account names anyway; it is switched off (it only ever writes to a log). Instead an id that is an
account's name on this machine, as on a hub, must come from that account, and one id must not come from two accounts. On
a hub every learner has an account of their own, so there this holds; in a shared account there is nothing to hold on
to, and the trainer knows the room.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Final

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.classroom.workspace import STAMP, Refused, SubmissionProblem, parse_stamp, read_regular, received

LARGEST_PAGE: Final = 5 * 1024 * 1024
_SECRET: Final = "submission_secret.txt"
_FIRST: Final = 4096
_MOST_LOOKED_AT: Final = 1000
"""Names in a submission's folder that are looked at; an honest one has four."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission in the exchange, by its name: not opened yet."""

    student: str
    assignment: str
    at: datetime
    changed: float
    owner: int
    path: Path


def _entry(path: Path, assignments: Collection[str], now: datetime) -> Entry:
    parts = path.name.split("+")
    stamp = parse_stamp(parts[2]) if len(parts) in (3, 4) else None
    if stamp is None or not STUDENT_ID.fullmatch(parts[0]) or parts[1] not in assignments:
        raise Refused(SubmissionProblem(path.name, "–", "entry-name"))
    if path.is_symlink() or not path.is_dir():
        raise Refused(SubmissionProblem(parts[0], parts[1], "entry-linked"))
    status = path.stat()
    return Entry(parts[0], parts[1], received(stamp, status, now), status.st_mtime, status.st_uid, path)


def list_entries(
    inbound: Path, assignments: Collection[str], now: datetime, problems: list[SubmissionProblem]
) -> dict[tuple[str, str], list[Entry]]:
    """Return what the exchange holds by student and assignment, the newest first; what has no place there is named."""
    entries: dict[tuple[str, str], list[Entry]] = {}
    for path in sorted(inbound.iterdir()):
        try:
            entry = _entry(path, assignments, now)
            entries.setdefault((entry.student, entry.assignment), []).append(entry)
        except Refused as refused:
            problems.append(refused.problem)
    for own in entries.values():
        own.sort(key=lambda entry: (entry.at, entry.changed), reverse=True)
    return entries


def _account(name: str) -> int | None:
    """Return the number of the account called ``name``, or None where there is none."""
    try:
        import pwd

        return pwd.getpwnam(name).pw_uid
    except (ImportError, KeyError):
        return None


def of_several_accounts(entries: dict[tuple[str, str], list[Entry]]) -> set[str]:
    """Return the students whose entries do not all come from one account, or not from the account of that name."""
    owners: dict[str, set[int]] = {}
    for (student, _), own in entries.items():
        account = _account(student)
        owners.setdefault(student, set() if account is None else {account}).update(entry.owner for entry in own)
    return {student for student, found in owners.items() if len(found) > 1}


def read_entry(entry: Entry) -> dict[str, bytes]:
    """Return the files of a submission that count, by name.

    Raises
    ------
    Refused
        If a file cannot be read or there is no answer: such an entry must not take the place of an earlier, good one.
    """
    limits = {LOG: LARGEST_LOG + 1, f"{entry.assignment}.ipynb": LARGEST_PAGE, _SECRET: 1000}
    files = {}
    for name, limit in limits.items():
        try:
            files[name] = read_regular(entry.path / name, limit)
        except FileNotFoundError:
            continue
        except OSError as error:
            fields = {"file": name, "reason": error.strerror}
            raise Refused(SubmissionProblem(entry.student, entry.assignment, "entry-unreadable", fields)) from error
    if not _has_answer(files.get(LOG, b""), entry.assignment):
        raise Refused(SubmissionProblem(entry.student, entry.assignment, "entry-empty"))
    # A page without end is left behind: the released one takes its place, and the answers are what counts.
    return {name: data for name, data in files.items() if name == LOG or len(data) < limits[name]}


def _has_answer(log: bytes, assignment: str) -> bool:
    """Whether a log holds an answer to the assignment: mostly its first lines tell, and the rest is read when it is graded."""
    first = log[:_FIRST]
    parts = (first[: first.rfind(b"\n") + 1], log)
    return any(response.assignment == assignment for part in parts for response in parse_log(part).responses)


def odd_entry(entry: Entry, now: datetime) -> Iterator[SubmissionProblem]:
    """Give what is odd about a submission that counts: files that nobody asked for, a page without end, a time that is to come."""

    def problem(kind: str, **fields: object) -> SubmissionProblem:
        return SubmissionProblem(entry.student, entry.assignment, kind, fields)

    page = f"{entry.assignment}.ipynb"
    usual = {LOG, page, _SECRET, STAMP, ".ipynb_checkpoints"}
    with os.scandir(entry.path) as found:
        extra = sum(one.name not in usual for one in islice(found, _MOST_LOOKED_AT))
    if extra:
        yield problem("extra-files", count=extra)
    with suppress(OSError):
        if (entry.path / page).lstat().st_size >= LARGEST_PAGE:
            yield problem("page-large")
    stated = parse_stamp(entry.path.name.split("+")[2])
    if stated is not None and stated > now:
        yield problem("stamp-ahead")
