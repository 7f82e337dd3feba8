"""What each learner gets back: gathered from gradebook, graded log and bank, never from a notebook.

THE RULE ON KEYS. Half the class has form A of a test first, half form B, so that every graded item is still to come for somebody
until the post-test is over for the whole class (``schedule.tests_over``). Until then feedback on a test has points in all and, where
no area has all or none of them, per area, self-ratings and where to read on: no item, no key, not whether one single answer was
right. It is held here, at the one place where items are made, and once more where files leave for the exchange (``giving_back``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Final

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.grading import LONGEST_TEXT, grade
from avcourse.answers.responses import LARGEST_LOG, Response, latest, parse_log
from avcourse.answers.scoring import grade_slot
from avcourse.classroom.edition import read_edition
from avcourse.classroom.feedback_data import FEEDBACK, AreaPoints, CheckItem, Feedback, Item, OpenItem, Reading
from avcourse.classroom.feedback_words import answer_words, right_words, why_words
from avcourse.classroom.giving_back import (
    GivenBack,
    GivingReport,
    given_back,
    read_basis,
    release_feedback,
    undo_feedback,
)
from avcourse.classroom.graded_copy import Paper, read_paper
from avcourse.classroom.mark_log import log_of
from avcourse.classroom.marked import Mark, Marked, count_marked, read_marked
from avcourse.classroom.rubric import Rubric, read_rubric
from avcourse.classroom.testsheet import TestSheet, sheet_of
from avcourse.classroom.workspace import ClassFolder, SubmissionProblem, now_utc, read_regular
from avcourse.course.course import Course, Module, load_course
from avcourse.course.language import LANGUAGES, Text
from avcourse.course.questions import Question
from avcourse.errors import AvcourseError, NoAssignment
from avcourse.municipality.grading import Work, last_day
from avcourse.municipality.shortfalls import shortfalls

__all__ = [
    "FEEDBACK",
    "Gathered",
    "Gathering",
    "GivenBack",
    "GivingReport",
    "NoFeedback",
    "feedback_of",
    "given_back",
    "release_feedback",
    "undo_feedback",
]
LONGEST_LINE: Final = 1500
MOST_MISSING: Final = 6
"""How much of what a check found missing is listed; a whole dimension would bury the rest."""
TO_READ_AGAIN: Final = 2.0
"""Points missing in an area from which its lessons are named: one of four may be chance."""


class NoFeedback(AvcourseError):
    """Feedback on what was not graded: fields ``student``, ``assignment``."""

    et = (
        "Osalejal „{student}“ ei ole ülesande „{assignment}“ hinnatud esitust, seega ei ole ka tagasisidet. "
        "Hinnake enne: avcourse class grade."
    )
    en = (
        "The participant ‘{student}’ has no graded submission of ‘{assignment}’, so there is no feedback. "
        "Grade first: avcourse class grade."
    )


Have = Callable[[str, str, str], bool]


@dataclass(frozen=True, slots=True)
class Gathered:
    """Feedback on one submission, with what only the trainer's machine needs.

    ``made_of`` changes when anything that the feedback rests on does; ``digest`` is the SHA-256 of the graded log; ``sheets`` are the
    learner's tests, from which views work out the change.
    """

    feedback: Feedback
    made_of: str
    digest: str
    sheets: tuple[TestSheet, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """Feedback that is written already and need not be gathered again."""

    student: str
    assignment: str


class Gathering:
    """Gathers the feedback of a class, learner by learner.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignments have not been released to the class.
    """

    def __init__(self, folder: ClassFolder, assignments: Sequence[str] | None = None, now: datetime | None = None):
        folder.check_released()
        known = folder.assignments()
        for name in assignments or ():
            if name not in known:
                raise NoAssignment(assignment=name, known=", ".join(known))
        self.folder = folder
        self.assignments = tuple(assignments or known)
        self.problems: list[SubmissionProblem] = []
        course = load_course()
        self._editions = {name: read_edition(folder, name) for name in known}
        self._courses = {name: edition.within(course) for name, edition in self._editions.items()}
        self._papers = {name: read_paper(folder.released(name)) for name in known}
        self._rubrics: dict[str, Rubric] = {}
        self._marks = log_of(folder)
        self._marks.refresh()
        self._basis = read_basis(folder, now or now_utc())

    def __len__(self) -> int:
        return count_marked(self.folder.database, self.assignments)

    def of(self, students: Sequence[str] | None = None, have: Have | None = None) -> Iterator[Gathered | Kept]:
        """Give the feedback of these learners, by default of all; what cannot be gathered is named in ``problems``.

        ``have(student, assignment, made_of)`` says of what is written already; of that only the name is given.
        """
        # The change from test to test needs both, whichever was asked for.
        wanted = tuple(dict.fromkeys((*self.assignments, *self._basis.tests)))
        for own in read_marked(self.folder.database, wanted, students):
            by_name = {marked.assignment: marked for marked in own}
            made_of = {name: self._basis.made_of(name, by_name) for name in self.assignments if name in by_name}
            kept = {name for name, word in made_of.items() if have and have(own[0].student, name, word)}
            yield from (Kept(own[0].student, name) for name in kept)
            if kept != made_of.keys():
                yield from (one for one in self._learner(own, made_of) if one.feedback.assignment not in kept)

    def _learner(self, own: tuple[Marked, ...], made_of: Mapping[str, str]) -> Iterator[Gathered]:
        logs = {}
        for marked in own:
            try:
                logs[marked.assignment] = self._log(marked)
            except OSError:
                if marked.assignment in self.assignments:
                    problem = SubmissionProblem(marked.student, marked.assignment, "feedback-no-log")
                    self.problems.append(problem)
        found = {marked.assignment: marked for marked in own if marked.assignment in logs}
        read = {name: parse_log(raw).responses for name, raw in logs.items()}
        try:
            sheets = tuple(self._sheet(found[test], read[test]) for test in self._basis.tests if test in found)
            for name in (one for one in self.assignments if one in found):
                feedback = self._feedback(found[name], read[name])
                digest = hashlib.sha256(logs[name]).hexdigest()
                yield Gathered(feedback, made_of[name], digest, sheets if feedback.kind == "test" else ())
        except AvcourseError:
            raise
        except Exception as error:  # one learner's work must never keep the others from theirs, whatever is in it
            fields = {"reason": repr(error)}
            self.problems.append(SubmissionProblem(own[0].student, own[0].assignment, "feedback-failed", fields))

    def _log(self, marked: Marked) -> bytes:
        """Return the log as it was graded: a newer one that waits for grading would not belong to the points."""
        if not STUDENT_ID.fullmatch(marked.student):
            raise FileNotFoundError(marked.student)
        place: Path = self.folder.root / "autograded" / marked.student / marked.assignment
        return read_regular(place / LOG, LARGEST_LOG + 1)

    def _sheet(self, marked: Marked, log: tuple[Response, ...]) -> TestSheet:
        name = marked.assignment
        edition, course = self._editions[name], self._courses[name]
        points = {cell: mark.points for cell, mark in marked.marks.items() if cell not in edition.left_out}
        return sheet_of(marked.student, name, log, course, edition.bank, points)

    def _feedback(self, marked: Marked, log: tuple[Response, ...]) -> Feedback:
        name = marked.assignment
        course, paper = self._courses[name], self._papers[name]
        module = course.module(name)
        own = tuple(response for response in log if response.assignment == name)
        is_test = module.kind == "test"
        # Twice on purpose: what is a test by either account stays closed.
        whole = self._basis.whole(name) and (self._basis.over or not is_test)
        left_out = self._editions[name].left_out
        cells = [cell for cell in paper.order if cell in marked.marks and cell not in left_out]
        points = sum(mark.points for mark in marked.marks.values())
        sheet = self._sheet(marked, own) if is_test else None
        areas = _areas(course, sheet, paper) if sheet else ()
        # All or nothing in an area says of each of its answers whether it was right, and the other areas would tell by subtraction.
        told = whole or not any(one.points in (0.0, one.most) for one in areas)
        return Feedback(
            classroom=self.folder.id,
            student=marked.student,
            assignment=name,
            kind="test" if is_test else "work",
            handed_in=f"{marked.at:%Y-%m-%dT%H:%M:%SZ}" if marked.at else "",
            points=max(0.0, points - marked.penalty),
            most=sum(paper.most(cell) or 0.0 for cell in paper.order),
            penalty=min(marked.penalty, points),
            whole=whole,
            rest_from=None if whole else self._basis.rest_from,
            areas=areas if told else tuple(replace(one, points=None) for one in areas),
            items=tuple(self._items(paper, cells, marked.marks, own)) if whole else (),
            opens=tuple(self._opens(paper, marked.student, marked.marks, own)) if whole else (),
            checks=tuple(self._checks(paper, cells, marked.marks, own)),
            readings=_readings(course, module, areas, counted=told),
        )

    def _items(
        self, paper: Paper, cells: Sequence[str], marks: Mapping[str, Mark], log: tuple[Response, ...]
    ) -> Iterator[Item]:
        """Give the items that a key judges."""
        edition = self._editions[paper.assignment]
        for cell in cells:
            slot = edition.own.slot(cell)
            if cell not in paper.cells or (slot is None and self._question(paper, cell).kind == "work"):
                continue
            if slot is not None:
                result = grade_slot(paper.assignment, slot, log, edition.own.slots, edition.bank)
                response, score = result.response, result.score
                # Nobody who left the whole test blank was asked a form's question; an anchor was asked of all.
                question = edition.bank[result.question or slot.forms["A"]]
                if result.question is None and not slot.anchor:
                    continue
            else:
                question = self._question(paper, cell)
                response = latest(log).get((paper.assignment, cell))
                score = grade(question, None if response is None else response.answer)
            mark, answer = marks[cell], response.answer if response else None
            yield Item(
                slot=cell,
                area=question.area,
                asked=question.text,
                outcome=score.outcome,
                points=mark.points,
                most=paper.cells[cell],
                confidence=response.confidence if response else None,
                chosen=() if score.outcome == "invalid" else answer_words(question, answer),
                right=right_words(question),
                why=why_words(question, answer, score.outcome),
                explanation=question.key.explanation if question.key else None,
                source=question.source,
                by_hand=mark.by_hand,
            )

    def _opens(
        self, paper: Paper, student: str, marks: Mapping[str, Mark], log: tuple[Response, ...]
    ) -> Iterator[OpenItem]:
        """Give the answers that a person grades."""
        for cell in paper.by_hand:
            if cell not in marks:
                continue
            question, mark = self._question(paper, cell), marks[cell]
            response = latest(log).get((paper.assignment, cell))
            said = response.answer.strip() if response and isinstance(response.answer, str) else ""
            yield OpenItem(
                question=cell,
                asked=question.text,
                answer=said[:LONGEST_TEXT] or None,
                points=None if mark.waits else mark.points,
                most=paper.by_hand[cell],
                steps=() if mark.waits else self._steps(paper.assignment, question, student, mark),
                comment=(mark.comment or "").strip()[:LONGEST_TEXT] or None,
            )

    def _steps(self, assignment: str, question: Question, student: str, mark: Mark) -> tuple[Text, ...]:
        """Return the steps of the rubric that the trainer chose or, where the points were typed in, the one that they reach."""
        if question.id not in self._rubrics:
            self._rubrics[question.id] = read_rubric(self.folder, question)
        rubric = self._rubrics[question.id]
        chosen = self._marks.history(assignment, question.id).steps(student, mark.points)
        found = [step for name in chosen if (step := rubric.step(name))]
        if not found and not rubric.adds:
            reached = [step for step in rubric.steps if step.points <= mark.points]
            found = [max(reached, key=lambda step: step.points)] if reached else []
        return tuple(step.text for step in found)

    def _checks(
        self, paper: Paper, cells: Sequence[str], marks: Mapping[str, Mark], log: tuple[Response, ...]
    ) -> Iterator[CheckItem]:
        """Give the rules about the municipality's own work; they are public, and so is what is missing."""
        work = Work(log, last_day(log))
        for cell in cells:
            question = self._editions[paper.assignment].bank.get(cell)
            if question is None or question.kind != "work":
                continue
            mark, most = marks[cell], paper.cells[cell]
            missing = () if mark.points >= most else shortfalls(question.check, work)
            yield CheckItem(
                question=cell,
                rule=question.text,
                points=mark.points,
                most=most,
                missing=tuple(map(_cut, missing[:MOST_MISSING])),
                more=max(0, len(missing) - MOST_MISSING),
                by_hand=mark.by_hand,
            )

    def _question(self, paper: Paper, cell: str) -> Question:
        return self._editions[paper.assignment].bank[cell]


def _cut(line: Text) -> Text:
    """Return a line that may hold a title of any length, short enough to read."""
    et, en = (line.in_(language)[:LONGEST_LINE] for language in LANGUAGES)
    return Text(et=et, en=en)


def _areas(course: Course, sheet: TestSheet, paper: Paper) -> tuple[AreaPoints, ...]:
    slots = {slot.id: slot.area for slot in course.slots if slot.id in sheet.points}
    return tuple(
        AreaPoints(
            area=area.id,
            points=sum(sheet.points[slot] for slot, own in slots.items() if own == area.id),
            most=sum(paper.cells.get(slot, 0.0) for slot, own in slots.items() if own == area.id),
            self_rating=sheet.self_ratings.get(area.id),
            then_rating=sheet.then_ratings.get(area.id),
        )
        for area in course.areas
        if area.id in slots.values()
    )


def _readings(course: Course, module: Module, areas: Sequence[AreaPoints], *, counted: bool) -> tuple[Reading, ...]:
    """Return where to read on: the lessons on areas with points missing or, for own work, the lesson that leads to it."""
    if module.kind != "test":
        before = course.modules[: course.modules.index(module)]
        lesson = next((one.id for one in reversed(before) if one.kind == "lesson"), None)
        return (Reading(None, 0.0, (lesson,)),) if lesson else ()
    missing = {one.area: one.most - (one.points or 0.0) for one in areas}
    return tuple(
        Reading(
            area,
            count if counted else None,
            tuple(lesson.id for lesson in course.modules if lesson.kind == "lesson" and area in lesson.areas),
        )
        for area, count in missing.items()
        if count >= TO_READ_AGAIN
    )


def feedback_of(folder: ClassFolder, student: str, assignment: str) -> Feedback:
    """Return what one learner gets back for one assignment.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignment has not been released to the class.
    NoFeedback
        If the learner has no graded submission of it.
    GradebookFailed
        If the gradebook cannot be read.
    """
    return gather_one(folder, student, assignment).feedback


def gather_one(folder: ClassFolder, student: str, assignment: str) -> Gathered:
    """Return what ``feedback_of`` returns, with what views need to work out the change; raises the same."""
    found = next(Gathering(folder, [assignment]).of([student]), None)
    if not isinstance(found, Gathered):
        raise NoFeedback(student=student, assignment=assignment)
    return found
