"""An assignment corrected after its release: old submissions are graded anew by the corrected key, where the question is the same.

A key, feedback or rubric may be corrected under the same id. A changed question needs a new assignment, which says whose place it takes
(``replaces`` in content/course.toml); there the questions that did not change carry their corrected keys back to the old submissions.
What is corrected stands in ``CLASS/corrections.jsonl``, without names, and as a line in reports. See decision 0010.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, replace
from typing import Final, Literal

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, parse_log
from avcourse.answers.scoring import form_in
from avcourse.classroom.edition import (
    Edition,
    checkout_edition,
    class_keys,
    corrected_source,
    digest,
    public_digest,
    read_edition,
    write_edition,
)
from avcourse.classroom.exercise import strip_notebook
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import Progress, grade_class
from avcourse.classroom.guard import not_writable, writing_class
from avcourse.classroom.oddities import FIRST_PAGE
from avcourse.classroom.workspace import KEYS, ClassFolder, now_utc, read_regular, write_private
from avcourse.course.course import load_course
from avcourse.course.language import Language, Text, say
from avcourse.errors import NoAssignment

LOG_OF_CORRECTIONS: Final = "corrections.jsonl"
_NAMES: Final = ("assignment", "question", "state", "old_key", "new_key", "scores_changed", "at")
"""What a line of the list says, in the order of the fields of a correction."""
State = Literal["corrected", "withdrawn", "changed"]


@dataclass(frozen=True, slots=True)
class Correction:
    """What became of one question: corrected (a new key), withdrawn (counts for nobody), or changed (keeps its old key).

    ``scores`` is how many participants' points changed, ``at`` when (UTC).
    """

    assignment: str
    question: str
    state: State
    old: str
    new: str
    scores: int = 0
    at: str = ""

    def sentence(self, language: Language, *, to_come: bool = False) -> str:
        """Return it in words, for the trainer and for reports; ``to_come`` where it has not been done yet."""
        key = f"would-{self.state}" if to_come and self.state != "changed" else self.state
        # By its id: the text of an item may be long, and in a report it would tell an anchor before its time.
        assignment = load_course().module(self.assignment).title.in_(language)
        return say(f"correct.{key}", language, assignment=assignment, question=self.question, count=self.scores)


def compare(old: Edition, new: Edition) -> tuple[Correction, ...]:
    """Return how the graded questions of an assignment differ between what a class was given and what the checkout has.

    A question that is gone from the new one, or marked ``withdrawn``, counts for nobody from now on.
    """
    found = []
    for name, key in old.keys.items():
        row, newer = old.rows[name], new.rows.get(name)
        cells = old.cells_of(name)
        state: State
        if newer is None or newer.get("withdrawn"):
            if old.left_out.issuperset(cells):
                continue
            state = "withdrawn"
        elif public_digest(row) != public_digest(newer):
            state = "changed"
        elif key != new.keys.get(name, key):
            state = "corrected"
        else:
            continue
        found.append(Correction(old.assignment, name, state, digest(key), digest(new.keys.get(name))))
    return tuple(found)


Scores = Mapping[str, Mapping[str, float]]


def _scores(folder: ClassFolder, assignment: str) -> dict[str, dict[str, float]]:
    return {student: own for (student, name), own in read_scores(folder.database).items() if name == assignment}


def _points(scores: Scores, cells: tuple[str, ...]) -> dict[str, dict[str, float]]:
    return {student: {cell: own[cell] for cell in cells if cell in own} for student, own in scores.items()}


def plan_correction(folder: ClassFolder, assignment: str) -> tuple[Correction, ...]:
    """Return what ``correct`` would do, and change nothing.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    KeysMissing
        If this is a learner's installation, which has no keys.
    """
    folder.check_released()
    if assignment not in folder.assignments():
        raise NoAssignment(assignment=assignment, known=", ".join(folder.assignments()))
    return compare(read_edition(folder, assignment), checkout_edition(load_course().successor(assignment)))


def _corrected(old: Edition, new: Edition, plan: tuple[Correction, ...], scores: Scores) -> Edition:
    """Return the edition with its new keys; the cells of withdrawn questions are left out.

    What is pending holds the points from before, so that whoever finishes an interrupted correction can still count.
    """
    keys = {one.question: new.keys[one.question] for one in plan if one.state == "corrected"}
    rubrics = {
        name: {**row, "rubric": new.rows[name]["rubric"]}
        for name, row in old.rows.items()
        if name in new.rows and "rubric" in new.rows[name] and public_digest(row) == public_digest(new.rows[name])
    }
    left_out = {cell for one in plan if one.state == "withdrawn" for cell in old.cells_of(one.question)}
    at = now_utc().strftime("%Y-%m-%dT%H:%M:%SZ")
    pending = tuple(
        {
            "question": one.question,
            "state": one.state,
            "old": one.old,
            "new": one.new,
            "at": at,
            "before": _points(scores, old.cells_of(one.question)),
        }
        for one in plan
    )
    return replace(
        old,
        keys={**old.keys, **keys},
        rows={**old.rows, **rubrics},
        left_out=old.left_out | left_out,
        pending=(*old.pending, *pending),
    )


def _write(folder: ClassFolder, edition: Edition) -> None:
    """Bring an edition's keys into the class: the solution notebook, the gradebook's cells, the released notebook, the key file."""
    name, source = edition.assignment, folder.source(edition.assignment)
    write_private(source, corrected_source(source.read_bytes(), edition))
    page, before = folder.released(name), folder.released(name).with_name(FIRST_PAGE)
    stripped = strip_notebook(source, database=folder.database, course=folder.id, log=folder.log)
    if stripped != page.read_bytes():
        if not before.exists():
            write_private(before, page.read_bytes())
        write_private(page, stripped)
    write_edition(folder, edition)
    write_private(folder.root / KEYS, class_keys(folder))


def _changed(folder: ClassFolder, edition: Edition, question: str, before: Scores, after: Scores) -> int:
    """Count the participants to whom a question was put and whose points for it changed."""
    cells = edition.cells_of(question)
    moved = [student for student, own in _points(after, cells).items() if own != before.get(student, own)]
    return sum(question in _asked(folder, edition, student, cells) for student in moved)


def _asked(folder: ClassFolder, edition: Edition, student: str, cells: tuple[str, ...]) -> set[str]:
    """Return which questions stood in cells for a participant: in a test that depends on the form."""
    slots = [slot for cell in cells if (slot := edition.own.slot(cell)) is not None]
    if not slots:
        return set(cells)
    try:
        raw = read_regular(folder.root / "autograded" / student / edition.assignment / LOG, LARGEST_LOG + 1)
    except OSError:
        return set()
    form = form_in(edition.assignment, parse_log(raw).responses, edition.own.slots)
    return {slot.forms[form] for slot in slots} if form else set()


def correct(folder: ClassFolder, assignment: str, progress: Progress | None = None) -> tuple[Correction, ...]:
    """Take the checkout's corrections of an assignment into the class and grade its submissions anew; again, it changes nothing.

    Points that were given by hand stay. What was interrupted is finished the next time.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    KeysMissing
        If this is a learner's installation, which has no keys.
    ClassBusy, ClassNotWritable, GradebookFailed
        If the class cannot be written.
    """
    plan_correction(folder, assignment)
    with writing_class(folder, "correct"):
        old = read_edition(folder, assignment)
        new = checkout_edition(load_course().successor(assignment))
        plan = compare(old, new)
        to_do = tuple(one for one in plan if one.state != "changed")
        edition = _corrected(old, new, to_do, _scores(folder, assignment) if to_do else {})
        kept = tuple(one for one in plan if one.state == "changed")
        if not edition.pending:
            if edition.rows != old.rows:
                write_edition(folder, edition)
            return kept
        try:
            _write(folder, edition)
            grade_class(folder, [assignment], progress)
            done = _note(folder, edition, _scores(folder, assignment))
            write_edition(folder, replace(edition, pending=()))
        except OSError as error:
            raise not_writable(error, folder.root) from error
        return (*done, *kept)


def _note(folder: ClassFolder, edition: Edition, after: Scores) -> tuple[Correction, ...]:
    """Write what was corrected into the class's list, each once, and return it."""
    done = tuple(
        Correction(
            edition.assignment,
            row["question"],
            row["state"],
            row["old"],
            row["new"],
            _changed(folder, edition, row["question"], row["before"], after),
            row["at"],
        )
        for row in edition.pending
    )
    there = corrections(folder)
    known = {(one.assignment, one.question, one.at) for one in there}
    lines = [*there, *(one for one in done if (one.assignment, one.question, one.at) not in known)]
    text = "".join(json.dumps(dict(zip(_NAMES, astuple(one), strict=True))) + "\n" for one in lines)
    write_private(folder.root / LOG_OF_CORRECTIONS, text.encode())
    return done


def corrections(folder: ClassFolder) -> tuple[Correction, ...]:
    """Return what has been corrected in the class, the oldest first; a line that was damaged is left out."""
    try:
        lines = (folder.root / LOG_OF_CORRECTIONS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    found = []
    for line in lines:
        try:
            row = json.loads(line)
            found.append(Correction(*(row[name] for name in _NAMES)))
        except (ValueError, KeyError, TypeError):
            continue
    return tuple(found)


def correction_lines(folder: ClassFolder) -> tuple[Text, ...]:
    """Return the corrections in words, as reports print them."""
    return tuple(Text(et=one.sentence("et"), en=one.sentence("en")) for one in corrections(folder))
