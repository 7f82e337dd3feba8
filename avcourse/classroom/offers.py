"""What has come in, from the exchange and by hand, and which of it counts by the class's deadlines.

Nothing is written here: collecting and its dry run look at the same offers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG
from avcourse.classroom import workspace
from avcourse.classroom.entries import list_entries, odd_entry, of_several_accounts, read_entry
from avcourse.classroom.inbox import hand_ins, odd_zip, read_hand_in
from avcourse.classroom.roster import read_roster
from avcourse.classroom.schedule import Schedule, read_schedule, when_text
from avcourse.classroom.workspace import INBOX, ClassFolder, Refused, SubmissionProblem, read_regular, read_stamp

Progress = Callable[[int, int, str], None]
"""Called after each participant's assignment with how many are done, how many there are, and whose it was."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A submission that has come: when, how to read its files, which are checked as they are read, and what else is odd about it."""

    at: datetime
    read: Callable[[], Mapping[str, bytes]]
    odd: Callable[[], Iterable[SubmissionProblem]] = tuple


@dataclass(frozen=True, slots=True)
class Chosen:
    """The submission that counts and is not in ``submitted/`` yet."""

    student: str
    assignment: str
    at: datetime
    files: Mapping[str, bytes]
    late: bool


Offers = dict[tuple[str, str], list[Offer]]


def _find(folder: ClassFolder, now: datetime, problems: list[SubmissionProblem]) -> Offers:
    """Return what has come, by student and assignment; of equal times what came through the exchange goes first."""
    offers = _in_exchange(folder, now, problems)
    released = folder.assignments()
    for path in hand_ins(folder.root / INBOX):
        try:
            sent = read_hand_in(path, released, now)
        except Refused as refused:
            problems.append(refused.problem)
            continue
        # The answers are read again if they are chosen: a whole class of them is not kept in memory.
        again = partial(_hand_in_files, path, released, now)
        offers.setdefault((sent.student, sent.assignment), []).append(Offer(sent.at, again, partial(odd_zip, sent)))
    return offers


def _hand_in_files(path: Path, assignments: Sequence[str], now: datetime) -> Mapping[str, bytes]:
    return {LOG: read_hand_in(path, assignments, now).log}


def _in_exchange(folder: ClassFolder, now: datetime, problems: list[SubmissionProblem]) -> Offers:
    if workspace.WINDOWS:
        return {}
    if not os.access(folder.inbound, os.R_OK | os.X_OK):
        problems.append(SubmissionProblem(folder.id, "–", "no-exchange", {"path": folder.inbound}))
        return {}
    entries = list_entries(folder.inbound, folder.assignments(), now, problems)
    several = of_several_accounts(entries)
    offers: Offers = {}
    for (student, assignment), own in entries.items():
        if student in several:
            problems.append(SubmissionProblem(student, assignment, "owner"))
        else:
            offers[student, assignment] = [
                Offer(entry.at, partial(read_entry, entry), partial(odd_entry, entry, now)) for entry in own
            ]
    return offers


def choices(
    folder: ClassFolder, now: datetime, problems: list[SubmissionProblem], progress: Progress | None
) -> Iterator[Chosen]:
    """Give what collecting brings, one submission at a time; what the trainer should know is added to ``problems``."""
    schedule, members = read_schedule(folder), {member.student for member in read_roster(folder)}
    offers = _find(folder, now, problems)
    for done, (student, assignment) in enumerate(sorted(offers), start=1):
        if members and student not in members:
            problems.append(SubmissionProblem(student, assignment, "off-roster"))
        try:
            chosen = _choose(folder, (student, assignment), offers[student, assignment], schedule, now, problems)
            if chosen is not None:
                yield chosen
        except Refused as refused:
            problems.append(refused.problem)
        if progress:
            progress(done, len(offers), student)


def _choose(
    folder: ClassFolder,
    whose: tuple[str, str],
    offers: Sequence[Offer],
    schedule: Schedule,
    now: datetime,
    problems: list[SubmissionProblem],
) -> Chosen | None:
    """Return the submission that counts, None where ``submitted/`` has it already or none does."""
    place = folder.root / "submitted" / whose[0] / whose[1]
    if place.is_symlink() or place.parent.is_symlink():
        raise Refused(SubmissionProblem(*whose, "linked", {"name": place.name}))
    there = read_stamp(place)
    given: list[tuple[datetime, Offer | None]] = [(offer.at, offer) for offer in offers]
    if there is not None and there < now:
        # What was collected before counts like the others: the exchange may have been emptied since.
        given.insert(0, (there, None))
    problems += _late(schedule, whose, given)
    for offer in schedule.in_order(*whose, given):
        if offer is None:
            return None
        try:
            files = offer.read()
        except Refused as refused:
            problems.append(refused.problem)
            continue
        # A time that is still to come was cut off at ``now``, and will be again the next time: only the answers tell.
        if there is not None and max(there, offer.at) >= now and _has(place, files[LOG]):
            return None
        problems += offer.odd()
        return Chosen(*whose, offer.at, files, schedule.is_late(*whose, offer.at))
    return None


def _has(place: Path, log: bytes) -> bool:
    try:
        return read_regular(place / LOG, LARGEST_LOG + 1) == log
    except OSError:
        return False


def _late(
    schedule: Schedule, whose: tuple[str, str], given: Sequence[tuple[datetime, Offer | None]]
) -> list[SubmissionProblem]:
    """Return what the trainer should know about what came after the participant's deadline and does not count."""
    due = schedule.due_of(*whose)
    times = [at for at, _ in given]
    if due is None or max(times) <= due:
        return []
    if min(times) <= due:
        kind = "late-extra"
    elif schedule.counts(*whose, min(times)):
        return []
    else:
        kind = "late-there" if given[0][1] is None else "late-refused"
    return [SubmissionProblem(*whose, kind, {"at": when_text(max(times)), "due": when_text(due)})]
