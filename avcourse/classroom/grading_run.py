"""Grading a class in one run.

Answers are data. Of a submission only ``responses.jsonl`` is read; the notebook that a learner handed in is neither
executed nor parsed, and the released notebook says which cells are graded. Whatever is wrong with one submission is
named, and the rest of the class is graded. nbgrader is not imported: that alone would take longer than the run.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from avcourse.answers.folder import LOG, STUDENT_ID
from avcourse.answers.grading import grade
from avcourse.answers.responses import LARGEST_LOG, Response, latest, parse_log
from avcourse.answers.scoring import form_in, grade_slots
from avcourse.classroom.edition import Edition, read_edition
from avcourse.classroom.entries import LARGEST_PAGE
from avcourse.classroom.gradebook import Marks, write_marks
from avcourse.classroom.graded_copy import Paper, graded_text, read_paper
from avcourse.classroom.guard import writing_class
from avcourse.classroom.oddities import KnownPages, known_pages, odd_answers, odd_page
from avcourse.classroom.schedule import Schedule, penalty_share, read_schedule, write_terms
from avcourse.classroom.workspace import (
    KEYS,
    STAMP,
    ClassFolder,
    Refused,
    SubmissionProblem,
    now_utc,
    read_regular,
    read_stamp,
)
from avcourse.course.course import Course, load_course
from avcourse.errors import KeyUnknown, NoAssignment
from avcourse.municipality.grading import CHECKS, work_scores

Progress = Callable[[int, int, str], None]
"""Called after each submission with how many are done, how many there are, and whose it was."""


@dataclass(frozen=True, slots=True)
class Graded:
    """A submission that was graded by rules and keys; ``by_hand`` counts the open answers that only a person can grade."""

    student: str
    assignment: str
    points: float
    max_points: float
    by_hand: int = 0


@dataclass(frozen=True, slots=True)
class GradingReport:
    """What a run graded, and everything that the trainer should know about. A submission can be in both."""

    graded: tuple[Graded, ...]
    problems: tuple[SubmissionProblem, ...]

    def by_hand(self) -> dict[str, int]:
        """Return how many answers of each assignment a person has to grade or has graded."""
        counts: dict[str, int] = {}
        for one in self.graded:
            if one.by_hand:
                counts[one.assignment] = counts.get(one.assignment, 0) + one.by_hand
        return counts


def _check_keys(paper: Paper, edition: Edition, keys: Path) -> None:
    """Find out before the run that a question has no key and no rule, not in the middle of it."""
    for cell in paper.cells:
        slot = edition.own.slot(cell)
        asked = set(slot.forms.values()) if slot else {cell}
        if not asked <= edition.graded.keys() and not _by_rule(cell, edition):
            raise KeyUnknown(assignment=paper.assignment, cell=cell, path=keys)


def _by_rule(cell: str, edition: Edition) -> bool:
    """Whether a grade cell judges the municipality's work: by a public rule, without a key."""
    question = edition.bank.get(cell)
    return question is not None and question.kind == "work" and question.check in CHECKS


def _points(paper: Paper, edition: Edition, log: tuple[Response, ...]) -> dict[str, float]:
    """Return what each grade cell is worth, by the rules of ``score`` and ``score_work``, never above the cell's points."""
    bank, own = edition.bank, edition.own
    slots = [slot for slot in own.slots if slot.id in paper.cells]
    results = grade_slots(paper.assignment, slots, log, own.slots, bank) if slots else {}
    points = {slot: result.score.points for slot, result in results.items()}
    ruled = [bank[cell] for cell in paper.cells if cell not in points and _by_rule(cell, edition)]
    points |= work_scores(ruled, log, paper.assignment) if ruled else {}
    answers = latest(log)
    for cell in paper.cells.keys() - points.keys():
        response = answers.get((paper.assignment, cell))
        points[cell] = grade(bank[cell], None if response is None else response.answer).points
    return {cell: min(float(points[cell]), most) for cell, most in paper.cells.items()}


def _written(paper: Paper, log: tuple[Response, ...]) -> dict[str, str]:
    """Return the open answers that a person will grade, by cell."""
    given = {cell: latest(log).get((paper.assignment, cell)) for cell in paper.by_hand}
    return {cell: response.answer for cell, response in given.items() if response and isinstance(response.answer, str)}


def _read_log(folder: Path, problem: Callable[..., SubmissionProblem]) -> bytes:
    try:
        if folder.is_symlink():
            raise Refused(problem("linked", name=folder.name))
        return read_regular(folder / LOG, LARGEST_LOG + 1)
    except FileNotFoundError:
        raise Refused(problem("no-log")) from None
    except OSError as error:
        kind = "linked" if error.errno == errno.ELOOP else "unreadable"
        raise Refused(problem(kind, name=LOG, reason=error.strerror)) from None


def _own_answers(
    raw: bytes, paper: Paper, course: Course, problem: Callable[..., SubmissionProblem]
) -> tuple[tuple[Response, ...], list[SubmissionProblem]]:
    """Return the answers to this assignment and what is odd about the log."""
    reading = parse_log(raw)
    own = tuple(r for r in reading.responses if r.assignment == paper.assignment)
    form = form_in(paper.assignment, own, course.slots)
    counts = {
        "broken-lines": len(reading.problems),
        "other-assignment": len(reading.responses) - len(own),
        "other-form": sum(1 for r in own if r.form is not None and r.form != form),
    }
    if not own:
        raise Refused(problem("no-answers"))
    return own, [problem(kind, count=count) for kind, count in counts.items() if count]


def _write_copy(target: Path, assignment: str, text: str, files: Mapping[str, bytes]) -> None:
    """Write the graded notebook with the log that was graded; each file whole, also over nbgrader's read-only ones.

    What is there already is left: replacing a file costs more than all the rest of grading it again.
    """
    target.mkdir(parents=True, exist_ok=True)
    for name, data in {f"{assignment}.ipynb": text.encode(), **files}.items():
        if _holds(target / name, data):
            continue
        partial = target / f".{name}.part"
        partial.write_bytes(data)
        partial.replace(target / name)


def _holds(path: Path, data: bytes) -> bool:
    try:
        return read_regular(path, len(data) + 1) == data
    except OSError:
        return False


def _page(place: Path, assignment: str) -> bytes | None:
    """Return the page that the learner handed in, None where there is none that can be read."""
    try:
        return read_regular(place / f"{assignment}.ipynb", LARGEST_PAGE)
    except OSError:
        return None


@dataclass(frozen=True, slots=True)
class _Rules:
    """What a run grades by, each by assignment: what the class was given, papers, pages that were given out; deadlines and the time."""

    editions: Mapping[str, Edition]
    courses: Mapping[str, Course]
    papers: Mapping[str, Paper]
    pages: Mapping[str, KnownPages]
    schedule: Schedule
    now: datetime


def _grade_one(
    folder: ClassFolder, student: str, assignment: str, rules: _Rules
) -> tuple[Marks, list[SubmissionProblem]]:
    paper, edition, course = rules.papers[assignment], rules.editions[assignment], rules.courses[assignment]

    def problem(kind: str, **fields: object) -> SubmissionProblem:
        return SubmissionProblem(student, assignment, kind, fields)

    place = folder.root / "submitted" / student / assignment
    raw = _read_log(place, problem)
    own, problems = _own_answers(raw, paper, course, problem)
    points = _points(paper, edition, own)
    oddities = [
        *odd_answers(own, paper, course, edition.bank, rules.now),
        *odd_page(_page(place, assignment), rules.pages[assignment]),
    ]
    problems += [problem(one.kind, **one.fields) for one in oddities]
    stamp = read_stamp(place)
    files = {LOG: raw}
    if stamp is None:
        problems.append(problem("no-time"))
    else:
        files[STAMP] = read_regular(place / STAMP, 100)
    try:
        text = graded_text(paper, points, _written(paper, own), folder.language)
        _write_copy(folder.root / "autograded" / student / assignment, assignment, text, files)
    except OSError as error:
        raise Refused(problem("not-written", reason=error.strerror)) from error
    return Marks(
        student, assignment, stamp, points, penalty_share(rules.schedule, student, assignment, stamp)
    ), problems


def find_submissions(
    folder: ClassFolder, assignments: Collection[str]
) -> tuple[list[tuple[str, str]], list[SubmissionProblem]]:
    """Return student and assignment of everything under ``submitted/`` that can be graded, and what is odd there.

    Hidden and loose files are nobody's submission and left out. A link is not followed, wherever it leads.
    """
    found: list[tuple[str, str]] = []
    problems: list[SubmissionProblem] = []
    students = folder.root / "submitted"
    for home in sorted(students.iterdir()) if students.is_dir() else []:
        try:
            _find_of(home, assignments, found, problems)
        except OSError as error:
            fields = {"name": home.name, "reason": error.strerror}
            problems.append(SubmissionProblem(home.name, "–", "home-unreadable", fields))
    return found, problems


def _find_of(
    home: Path, assignments: Collection[str], found: list[tuple[str, str]], problems: list[SubmissionProblem]
) -> None:
    """Add what one folder of a student holds."""
    if home.name.startswith(".") or not (home.is_dir() or home.is_symlink()):
        return
    if home.is_symlink() or not STUDENT_ID.fullmatch(home.name):
        kind = "linked" if home.is_symlink() else "wrong-id"
        problems.append(SubmissionProblem(home.name, "–", kind, {"name": home.name}))
        return
    for place in sorted(home.iterdir()):
        if place.name in assignments:
            found.append((home.name, place.name))
        elif place.is_dir() and not place.name.startswith("."):
            problems.append(SubmissionProblem(home.name, place.name, "unknown-assignment"))


def _papers(folder: ClassFolder, assignments: Sequence[str] | None) -> dict[str, Paper]:
    known = folder.assignments()
    for name in assignments or ():
        if name not in known:
            raise NoAssignment(assignment=name, known=", ".join(known))
    return {name: read_paper(folder.released(name)) for name in assignments or known}


def grade_class(
    folder: ClassFolder, assignments: Sequence[str] | None = None, progress: Progress | None = None
) -> GradingReport:
    """Grade what was collected and write gradebook and ``autograded/``; doing it again gives the same.

    A submission without a readable log is named and not graded: a missing file is not the same as no knowledge. A log
    with some broken lines is graded by the good ones and named.

    Parameters
    ----------
    folder
        The class.
    assignments
        Which assignments; all that are released by default.
    progress
        Called after each submission.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    NoAssignment
        If an assignment is not released.
    KeyUnknown
        If there is no key for a graded cell.
    GradebookFailed
        If the gradebook cannot be written; then no mark of this run is in it.
    ClassBusy, FolderNotWritable
        If somebody else is at work on the class, or its folder cannot be written.
    """
    folder.check_released()
    with writing_class(folder, "grade"):
        rules = _rules(folder, assignments)
        found, problems = find_submissions(folder, folder.assignments())
        return _grade(folder, rules, [one for one in found if one[1] in rules.papers], problems, progress)


def _rules(folder: ClassFolder, assignments: Sequence[str] | None) -> _Rules:
    papers = _papers(folder, assignments)
    editions = {name: read_edition(folder, name) for name in papers}
    for name, paper in papers.items():
        _check_keys(paper, editions[name], folder.root / KEYS)
    course = load_course()
    courses = {name: edition.within(course) for name, edition in editions.items()}
    pages = {name: known_pages(paper, folder.released(name)) for name, paper in papers.items()}
    return _Rules(editions, courses, papers, pages, read_schedule(folder), now_utc())


def _grade(
    folder: ClassFolder,
    rules: _Rules,
    found: Sequence[tuple[str, str]],
    problems: list[SubmissionProblem],
    progress: Progress | None,
) -> GradingReport:
    """Grade what was found, each submission on its way into the gradebook, so that no more than a batch is held at a time."""
    graded: list[Graded] = []

    def marks() -> Iterator[Marks]:
        for done, (student, name) in enumerate(found, start=1):
            try:
                mark, odd = _grade_one(folder, student, name, rules)
                graded.append(_graded(mark, rules.papers[name]))
                problems.extend(odd)
                yield mark
            except Refused as refused:
                problems.append(refused.problem)
            except Exception as error:  # one submission must never stop the class, whatever is in it
                problems.append(SubmissionProblem(student, name, "unexpected", {"reason": repr(error)}))
            if progress:
                progress(done, len(found), student)

    if found:
        write_marks(folder.database, marks(), lambda connection: write_terms(connection, rules.schedule))
    return GradingReport(tuple(graded), tuple(problems))


def _graded(mark: Marks, paper: Paper) -> Graded:
    points, most = sum(mark.points.values()), sum(paper.cells.values())
    return Graded(mark.student, mark.assignment, points, most, len(paper.by_hand))
