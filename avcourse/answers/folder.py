"""The learner's folder: where answers lie, who the learner is (a random pseudonym), which language and class.

The rule that nothing of a learner is lost: pages may be refreshed at every start, ``answers/`` is only ever appended to.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from avcourse.course.course import Form
from avcourse.course.language import Language, as_language
from avcourse.errors import CardUnreadable, FolderDamaged, FolderNotWritable, StudentIdWrong

MARKER: Final = "avcourse.toml"
CARD: Final = "class.toml"
LOG: Final = "responses.jsonl"
RECEIPTS: Final = "receipts.jsonl"
CLASS_ID: Final = re.compile(r"[a-z0-9-]{1,64}")
STUDENT_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,63}")
"""A pseudonym or, on a hub, an account name. nbgrader builds paths and patterns from it, so nothing else may stand in it."""
PSEUDONYM_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class ClassCard:
    """What joins a learner to a class: course id, exchange folder, and the id under which answers are submitted."""

    id: str
    exchange: Path
    student: str


@dataclass(frozen=True, slots=True)
class LearnerFolder:
    """A learner's folder that has its marker file."""

    root: Path
    learner: str
    language: Language

    def answers(self, module: str) -> Path:
        """Return the folder that holds the answer log of a module."""
        return self.root / "answers" / module

    def log_path(self, module: str) -> Path:
        """Return the path of a module's answer log."""
        return self.answers(module) / LOG

    def card(self) -> ClassCard | None:
        """Return the class card, or None before joining a class."""
        path = self.root / CARD
        return read_card(path, self.learner) if path.is_file() else None


def read_card(path: Path, learner: str) -> ClassCard:
    """Read a class card; ``learner`` is the student id where the card names none.

    Raises
    ------
    CardUnreadable
        If the file is no class card.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        card = ClassCard(str(data["id"]), Path(str(data["exchange"])), str(data.get("student", learner)))
        if not CLASS_ID.fullmatch(card.id) or not STUDENT_ID.fullmatch(card.student):
            raise ValueError(card.id)
        return card
    except (OSError, ValueError, KeyError):
        raise CardUnreadable(path=path) from None


def join_class(folder: LearnerFolder, card: Path, student: str | None) -> ClassCard:
    """Copy a class card into the learner's folder and return it; ``student`` replaces the pseudonym towards the class.

    Raises
    ------
    CardUnreadable
        If ``card`` is no class card.
    StudentIdWrong
        If ``student`` cannot be an id.
    FolderNotWritable
        If the learner's folder cannot be written.
    """
    joined = read_card(card, folder.learner)
    if student is not None and not STUDENT_ID.fullmatch(student):
        raise StudentIdWrong(student=student)
    joined = replace(joined, exchange=(card.parent / joined.exchange).resolve(), student=student or joined.student)
    text = "".join(f"{name} = {toml_string(str(getattr(joined, name)))}\n" for name in ("id", "exchange", "student"))
    _write(folder.root / CARD, text)
    return joined


def _write(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".part")
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise FolderNotWritable(path=path.parent, reason=error.strerror or str(error)) from error


def new_pseudonym() -> str:
    """Return a random learner id such as ``"k3f9-q7mw"``: not a name, and easy to read out."""
    letters = [secrets.choice(PSEUDONYM_ALPHABET) for _ in range(8)]
    return "".join(letters[:4]) + "-" + "".join(letters[4:])


def toml_string(value: str) -> str:
    """Return ``value`` as a TOML basic string."""
    escaped = "".join(
        f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char
        for char in value.replace("\\", "\\\\").replace('"', '\\"')
    )
    return f'"{escaped}"'


def write_marker(folder: LearnerFolder) -> None:
    """Write the marker file of a learner's folder, whole or not at all.

    Raises
    ------
    FolderNotWritable
        If the folder cannot be made or written.
    """
    text = (
        "# See on avcourse’i õppija kaust. / This is a learner’s folder of avcourse.\n"
        f"learner = {toml_string(folder.learner)}\n"
        f"language = {toml_string(folder.language)}\n"
    )
    _write(folder.root / MARKER, text)


def read_folder(root: Path) -> LearnerFolder | None:
    """Return the learner's folder at ``root``, or None where there is no readable marker."""
    try:
        data = tomllib.loads((root / MARKER).read_text(encoding="utf-8-sig"))
        return LearnerFolder(root, str(data["learner"]), as_language(data.get("language")))
    except (OSError, ValueError, KeyError):
        return None


def find_folder(start: Path | None = None) -> LearnerFolder | None:
    """Return the learner's folder that holds ``start`` (default: working directory); None under nbgrader or outside one.

    Raises
    ------
    FolderDamaged
        If there is a marker file that cannot be read.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    place = (start or Path.cwd()).resolve()
    for parent in (place, *place.parents):
        if (parent / MARKER).is_file():
            folder = read_folder(parent)
            if folder is None:
                # Anything else would write the answers to another place than the one where they are looked for.
                raise FolderDamaged(path=parent / MARKER)
            return folder
    return None


def find_log(module: str, start: Path | None = None) -> Path:
    """Return the answer log of ``module``: in the learner's folder, else beside the notebook (plain nbgrader)."""
    folder = find_folder(start)
    return folder.log_path(module) if folder else (start or Path.cwd()) / LOG


def form_of(learner: str, module: str, tests: tuple[str, ...]) -> Form:
    """Return the learner's form of a test: half the learners get A first, half B, and the other one afterwards.

    Examples
    --------
    >>> pre, post = (form_of("k3f9-q7mw", test, ("eeltest", "jareltest")) for test in ("eeltest", "jareltest"))
    >>> {pre, post} == {"A", "B"}
    True
    """
    coin = hashlib.sha256(learner.encode()).digest()[0] % 2
    return "A" if (coin + tests.index(module)) % 2 == 0 else "B"
