"""Releasing: the class gets solutions and keys, the gradebook its cells, the exchange the notebook for learners."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from avcourse.classroom import workspace
from avcourse.classroom.exercise import quiet_nbgrader, strip_notebook
from avcourse.classroom.workspace import INBOX, KEYS, ClassFolder, make_exchange, make_private, write_private
from avcourse.course.course import keys_path, load_course, material
from avcourse.course.language import Language, say
from avcourse.errors import FolderNotWritable, KeysMissing, NoAssignment, ReleaseFailed


@dataclass(frozen=True, slots=True)
class Released:
    """An assignment that learners can have: new in the exchange, refreshed or the same there, or only here."""

    assignment: str
    state: Literal["new", "refreshed", "same", "here"]
    path: Path

    def sentence(self, language: Language) -> str:
        """Return what was done."""
        return say(f"class.released-{self.state}", language, assignment=self.assignment, path=self.path, inbox=INBOX)


def _release_to_exchange(folder: ClassFolder, assignment: str) -> None:
    from nbgrader.coursedir import CourseDirectory
    from nbgrader.exchange.default import ExchangeReleaseAssignment

    with quiet_nbgrader(folder.log) as (logger, _):
        place = CourseDirectory(root=str(folder.root), course_id=folder.id, assignment_id=assignment, log=logger)
        exchange = ExchangeReleaseAssignment(coursedir=place, root=str(folder.exchange), force=True, log=logger)
        try:
            exchange.start()
        except Exception as error:
            raise ReleaseFailed(assignment=assignment, reason=str(error)) from error


def _release_one(folder: ClassFolder, assignment: str, solution: Path) -> Released:
    data = strip_notebook(solution, database=folder.database, course=folder.id, log=folder.log)
    for target, content in ((folder.source(assignment), solution.read_bytes()), (folder.released(assignment), data)):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    if workspace.WINDOWS:
        return Released(assignment, "here", folder.released(assignment))
    there = folder.exchange / folder.id / "outbound" / assignment / f"{assignment}.ipynb"
    before = there.read_bytes() if there.is_file() else None
    if before != data:
        _release_to_exchange(folder, assignment)
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
    ReleaseFailed
        If nbgrader or the exchange refuses.
    FolderNotWritable
        If the class folder cannot be written.
    """
    if not keys_path().is_file():
        raise KeysMissing(path=keys_path())
    solutions = material() / "solutions" / folder.language
    known = {path.stem: path for path in sorted(solutions.glob("*/*.ipynb")) if path.stem == path.parent.name}
    for name in assignments or ():
        if name not in known:
            raise NoAssignment(assignment=name, known=", ".join(known))
    try:
        make_exchange(folder.exchange, folder.id)
        # nbgrader writes the cells with their keys into the gradebook; it takes an empty file for a new one.
        make_private(folder.gradebook)
        later = {module.id for module in load_course().followups}
        chosen = assignments or [name for name in known if name not in later]
        released = [_release_one(folder, name, known[name]) for name in chosen]
        write_private(folder.root / KEYS, keys_path().read_bytes())
    except OSError as error:
        raise FolderNotWritable(path=error.filename or folder.root, reason=error.strerror or str(error)) from error
    return released
