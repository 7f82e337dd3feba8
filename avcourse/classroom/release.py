"""Releasing: the class gets solutions and keys, the gradebook its cells, the exchange the notebook for learners."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from avcourse.classroom import workspace
from avcourse.classroom.corrections import compare
from avcourse.classroom.edition import (
    Edition,
    checkout_edition,
    class_keys,
    corrected_source,
    has_edition,
    read_edition,
    write_edition,
)
from avcourse.classroom.exercise import strip_notebook
from avcourse.classroom.guard import copy_database, not_writable, writing_class
from avcourse.classroom.inbox import hand_ins, whose
from avcourse.classroom.workspace import INBOX, KEYS, ClassFolder, Refused, make_exchange, make_private, write_private
from avcourse.course.course import keys_path, load_course, material
from avcourse.course.language import Language, say
from avcourse.errors import KeysMissing, NoAssignment, ReleaseFailed


@dataclass(frozen=True, slots=True)
class Released:
    """An assignment that learners can have: new in the exchange, refreshed or the same there, or only here."""

    assignment: str
    state: Literal["new", "refreshed", "same", "here"]
    path: Path

    def sentence(self, language: Language) -> str:
        """Return what was done."""
        return say(f"class.released-{self.state}", language, assignment=self.assignment, path=self.path, inbox=INBOX)


def _outbound(folder: ClassFolder, assignment: str) -> Path:
    return folder.exchange / folder.id / "outbound" / assignment / f"{assignment}.ipynb"


def in_exchange(folder: ClassFolder, assignment: str) -> bool:
    """Whether participants can have a released assignment from the exchange; not after its release was undone."""
    return _outbound(folder, assignment).is_file()


def _release_to_exchange(folder: ClassFolder, assignment: str, data: bytes) -> None:
    """Put the notebook where nbgrader would, with the permissions it would give: whole, since a participant may be fetching it."""
    target = _outbound(folder, assignment)
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    _write(target, data)
    target.chmod(0o644)


def _write(target: Path, data: bytes) -> None:
    partial = target.with_name(f".{target.name}.part")
    partial.write_bytes(data)
    partial.replace(target)


def _strip(folder: ClassFolder, solution: Path) -> bytes:
    """Return the notebook without keys; the gradebook gets its cells.

    nbgrader makes a new gradebook in many steps, and takes one that stopped in between for damaged; so a new one is made beside.
    """
    if folder.gradebook.stat().st_size:
        return strip_notebook(solution, database=folder.database, course=folder.id, log=folder.log)
    with TemporaryDirectory(prefix="avcourse-") as name:
        fresh = Path(name) / folder.gradebook.name
        data = strip_notebook(solution, database=f"sqlite:///{fresh}", course=folder.id, log=folder.log)
        copy_database(fresh, folder.gradebook)
    return data


class AssignmentCorrected(ReleaseFailed):
    """An assignment whose questions or keys changed after somebody answered: fields ``assignment``, ``questions``."""

    et = (
        "Ülesannet „{assignment}“ on juba esitatud, kuid selles on muudetud: {questions}. Parandatud võtmed saate klassile käsuga "
        "avcourse class correct {assignment}. Kui muutus küsimus ise, peab ülesandel olema uus tunnus."
    )
    en = (
        "‘{assignment}’ has been submitted already, and this has changed in it: {questions}. Take corrected keys into the class with "
        "avcourse class correct {assignment}. If a question itself changed, the assignment needs a new id."
    )


def was_answered(folder: ClassFolder, assignment: str) -> bool:
    """Whether somebody has handed an assignment in, collected or not."""
    there = folder.inbound.iterdir() if folder.inbound.is_dir() else ()
    waiting = any(f"+{assignment}+" in path.name for path in there)
    by_hand = any(_is_of(path.name, assignment, folder) for path in hand_ins(folder.root / INBOX))
    return waiting or by_hand or any((folder.root / "submitted").glob(f"*/{assignment}"))


def _is_of(name: str, assignment: str, folder: ClassFolder) -> bool:
    """Whether a file that was sent by hand is of this assignment."""
    try:
        return whose(name, folder.assignments())[0] == assignment
    except Refused:
        return False


def _edition(folder: ClassFolder, assignment: str) -> Edition:
    """Return what the class is given: what the checkout has, or what it was given before where somebody has answered that."""
    new = checkout_edition(assignment)
    if not has_edition(folder, assignment) or not was_answered(folder, assignment):
        return new
    old = read_edition(folder, assignment)
    changes = compare(old, new)
    if changes:
        raise AssignmentCorrected(assignment=assignment, questions=", ".join(one.question for one in changes))
    return old


def _release_one(folder: ClassFolder, edition: Edition, solution: Path) -> Released:
    assignment = edition.assignment
    with TemporaryDirectory(prefix="avcourse-") as name:
        source = Path(name) / solution.name
        raw = solution.read_bytes()
        source.write_bytes(corrected_source(raw, edition) if edition.left_out else raw)
        data = _strip(folder, source)
        content = source.read_bytes()
    for target, written in ((folder.source(assignment), content), (folder.released(assignment), data)):
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, written)
    write_edition(folder, edition)
    if workspace.WINDOWS:
        return Released(assignment, "here", folder.released(assignment))
    there = _outbound(folder, assignment)
    before = there.read_bytes() if there.is_file() else None
    if before != data:
        _release_to_exchange(folder, assignment, data)
    return Released(assignment, "new" if before is None else "same" if before == data else "refreshed", there)


def release(folder: ClassFolder, assignments: Sequence[str] | None = None) -> list[Released]:
    """Release assignments of the checkout to a class; doing it again refreshes what changed.

    Parameters
    ----------
    folder
        The class.
    assignments
        Which assignments; by default those of the course. Follow-ups are sent by name, when their time has come.

    Raises
    ------
    KeysMissing
        If this is a learner's installation, which has no solutions.
    NoAssignment
        If the course has no such assignment in the language of the class.
    AssignmentFrozen
        If graded cells changed although somebody has submitted already.
    AssignmentCorrected
        If questions or keys changed although somebody has submitted already.
    ReleaseFailed
        If nbgrader refuses.
    ClassBusy
        If somebody else is writing the class.
    ClassNotWritable
        If the class folder or the exchange cannot be written.
    """
    if not keys_path().is_file():
        raise KeysMissing(path=keys_path())
    solutions = material() / "solutions" / folder.language
    known = {path.stem: path for path in sorted(solutions.glob("*/*.ipynb")) if path.stem == path.parent.name}
    for name in assignments or ():
        if name not in known:
            raise NoAssignment(assignment=name, known=", ".join(known))
    with writing_class(folder, "release"):
        try:
            make_exchange(folder.exchange, folder.id)
            # nbgrader writes the cells with their keys into the gradebook; it takes an empty file for a new one.
            make_private(folder.gradebook)
            later = {module.id for module in load_course().followups}
            chosen = assignments or [name for name in known if name not in later]
            editions = [_edition(folder, name) for name in chosen]
            released = [_release_one(folder, edition, known[edition.assignment]) for edition in editions]
            write_private(folder.root / KEYS, class_keys(folder))
        except OSError as error:
            raise not_writable(error, folder.root) from error
    return released


def undo_release(folder: ClassFolder, assignment: str) -> bool:
    """Withdraw an assignment from the exchange, so that nobody can fetch or submit it; releasing it again brings it back.

    What was submitted, collected and graded stays, and so do the class's own copies. Return whether it was in the exchange.

    Raises
    ------
    NoAssignment
        If it has not been released to the class.
    ClassBusy
        If somebody else is writing the class.
    ClassNotWritable
        If the exchange cannot be written.
    """
    if assignment not in folder.assignments():
        raise NoAssignment(assignment=assignment, known=", ".join(folder.assignments()))
    with writing_class(folder, "undo-release", copy=False):
        there = _outbound(folder, assignment)
        was_there = there.is_file()
        try:
            # The notebook first: without it the assignment is withdrawn, wherever this stops.
            there.unlink(missing_ok=True)
            if there.parent.is_dir():
                shutil.rmtree(there.parent)
        except OSError as error:
            raise not_writable(error, there) from error
        return was_there
