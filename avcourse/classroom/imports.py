"""Submissions that came as files: one zip as the page offers it, or one zip of many, such as Moodle's "Download all submissions".

Whose a file is says its own name, ``<assignment>-<pseudonym>.zip``: Moodle's folders are called after people, and what is called after
people is neither used nor kept. What fits goes into ``inbox/`` under a clean name, and is collected from there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Final

from avcourse.answers.folder import LOG
from avcourse.classroom.guard import not_writable, writing_class
from avcourse.classroom.inbox import BROKEN_ZIP, LARGEST_ZIP, check_hand_in, crowded
from avcourse.classroom.workspace import INBOX, ClassFolder, Refused, SubmissionProblem, write_private
from avcourse.course.language import Language, say
from avcourse.errors import NothingReleased

LARGEST_IMPORT: Final = 512 * 1024 * 1024
LARGEST_TOGETHER: Final = 4 * LARGEST_IMPORT
"""Bytes that all files of a zip may have when unpacked."""
MOST_FILES: Final = 20_000
MOST_MARKS: Final = 3 * MOST_FILES
"""Marks of members that a zip of zips may hold: each inner one has some of its own."""
_MOODLE: Final = "_assignsubmission_file_"
"""Stands between the person and the file's name where Moodle makes no folders."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What went into the inbox, what was there already, and what did not fit."""

    taken: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    problems: tuple[SubmissionProblem, ...] = ()

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what a trainer should know."""
        yield say("imports.taken", language, taken=len(self.taken), same=len(self.same))
        for problem in self.problems:
            yield problem.sentence(language)


def import_files(folder: ClassFolder, name: str, data: bytes) -> ImportReport:
    """Put the submissions in a file that came by hand into ``inbox/``; doing it again changes nothing.

    Parameters
    ----------
    folder
        The class.
    name
        The file's name as it came.
    data
        The file.

    Raises
    ------
    NothingReleased
        If no assignment has been released to the class.
    ClassBusy, ClassNotWritable
        If the class cannot be written.
    """
    assignments = folder.assignments()
    if not assignments:
        raise NothingReleased(path=folder.root)
    taken: list[str] = []
    same: list[str] = []
    problems: list[SubmissionProblem] = []
    with writing_class(folder, "import", copy=False):
        for inner, shown, content in _files(folder, Path(name).name, data, problems):
            try:
                sent = check_hand_in(inner, content, assignments)
                clean, new = _put(folder, f"{sent.assignment}-{sent.student}", content)
                (taken if new else same).append(clean)
            except Refused as refused:
                problem = refused.problem
                problems.append(SubmissionProblem(shown, problem.assignment, problem.kind, problem.fields))
            except OSError as error:
                raise not_writable(error, folder.root / INBOX) from error
    return ImportReport(tuple(taken), tuple(same), tuple(problems))


def _files(
    folder: ClassFolder, name: str, data: bytes, problems: list[SubmissionProblem]
) -> Iterator[tuple[str, str, bytes]]:
    """Give name, name to show, and content of each submission in a file; one is in memory at a time."""
    if len(data) > LARGEST_IMPORT or crowded(data, MOST_MARKS):
        problems.append(SubmissionProblem(name, "–", "zip-large"))
        return
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            logs = {f"{assignment}/{LOG}" for assignment in folder.assignments()}
            if any(member.filename in logs for member in members):
                yield name, name, data
                return
            if len(members) > MOST_FILES or sum(member.file_size for member in members) > LARGEST_TOGETHER:
                problems.append(SubmissionProblem(name, "–", "zip-large"))
                return
            yield from _members(archive, members, problems)
    except BROKEN_ZIP:
        problems.append(SubmissionProblem(name, "–", "zip-broken"))


def _members(
    archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], problems: list[SubmissionProblem]
) -> Iterator[tuple[str, str, bytes]]:
    for number, member in enumerate(members, start=1):
        *folders, last = member.filename.replace("\\", "/").split("/")
        if not last or last.startswith(".") or "__MACOSX" in folders:
            continue
        inner = last.rsplit(_MOODLE, 1)[-1]
        # The number finds the file in the zip; the folder would name a person.
        shown = f"{number}: {inner}"
        if not inner.casefold().endswith(".zip"):
            problems.append(SubmissionProblem(shown, "–", "inbox-file"))
        else:
            try:
                # Nothing is unpacked, so a link leads nowhere; what is too long is refused when it is looked at.
                with archive.open(member) as stream:
                    content = stream.read(LARGEST_ZIP + 1)
            except BROKEN_ZIP:
                problems.append(SubmissionProblem(shown, "–", "zip-broken"))
                continue
            yield inner, shown, content


def _put(folder: ClassFolder, stem: str, content: bytes) -> tuple[str, bool]:
    """Write a file into the inbox under the first free name, as a browser would; return its name, and whether it is new."""
    inbox = folder.root / INBOX
    inbox.mkdir(mode=0o700, exist_ok=True)
    number = 1
    while True:
        place = inbox / (f"{stem}.zip" if number == 1 else f"{stem} ({number}).zip")
        if not place.exists() and not place.is_symlink():
            write_private(place, content)
            return place.name, True
        if place.is_file() and not place.is_symlink() and place.read_bytes() == content:
            return place.name, False
        number += 1
