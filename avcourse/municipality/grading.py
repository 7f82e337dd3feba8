"""What the municipality's work is worth as an assignment: complete, with evidence, and without gaps that a reviewer would name.

How high a municipality judges itself never counts: an honest 0 is worth as much as a 4. Pure, and by the same rules that the pages use;
what a log holds that could not have been entered on a form counts as not there. Standard library only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

from avcourse.answers.folder import find_log
from avcourse.answers.grading import grade
from avcourse.answers.responses import Response, latest, read_log
from avcourse.course.course import Module, find_question, load_bank, load_course
from avcourse.course.questions import Question
from avcourse.errors import NoQuestion
from avcourse.municipality.assessment import AS_A_RULE, Answers, answers_from, current_answer, has_evidence
from avcourse.municipality.fields import fitting
from avcourse.municipality.instrument import DIMENSIONS, load_instrument
from avcourse.municipality.linter import Finding, lint_commitment
from avcourse.municipality.plan import COMMITMENT
from avcourse.municipality.reassessment import again_in, earlier_in, rises
from avcourse.municipality.records import Record, fold

ESSENTIAL: Final = ("title", "problem", "action", "openness", "mechanism", "owner", "start", "end")
"""Fields without which nobody could tell what is promised, why, by whom and by when."""
LINTED: Final = ("verifiable", "relevant", "indicators", "milestone", "partner", "term")
"""Rules of the linter that are graded."""
CHOSEN: Final = ("rating", "single", "multiple", "matching")
"""Kinds of questions that are answered by choosing."""
NOTHING_TO_JUDGE: Final[Mapping[str, str]] = {"term": "end"}
"""A rule that says nothing where a field is empty must not be passed by leaving it empty."""
BEFORE_ANY: Final = date(2026, 1, 1)


@dataclass(frozen=True)
class Work:
    """The records in one learner's log for one assignment, judged on one day; each kind is read once, however many checks ask."""

    responses: tuple[Response, ...]
    today: date

    @cached_property
    def answers(self) -> Answers:
        """Return the levels of the self-assessment by criterion."""
        return answers_from(fold(self.responses, "level"), load_instrument())

    @cached_property
    def again(self) -> Answers:
        """Return the levels given anew in the re-assessment, by criterion."""
        return again_in(self.responses, load_instrument())

    @cached_property
    def commitments(self) -> tuple[Record, ...]:
        """Return the commitments that stand; withdrawn ones are no longer promised."""
        found = fold(self.responses, "commitment").values()
        records = [Record(one.kind, one.id, fitting(COMMITMENT, one.data), one.at) for one in found]
        return tuple(record for record in records if record.data and record.data.get("completion") != "withdrawn")

    @cached_property
    def findings(self) -> tuple[tuple[Finding, ...], ...]:
        """Return for each commitment the gaps that a reviewer would name."""
        return tuple(
            tuple(each for each in lint_commitment(one, self.today) if each.severity == "must")
            for one in self.commitments
        )

    @cached_property
    def gaps(self) -> tuple[frozenset[str], ...]:
        """Return for each commitment the rules by which there is a gap."""
        return tuple(frozenset(each.rule for each in found) for found in self.findings)


Check = Callable[[Work], float]


def _share(hits: Iterable[bool]) -> float:
    verdicts = list(hits)
    return sum(verdicts) / len(verdicts) if verdicts else 0.0


def _answered(dimension: str) -> Check:
    """Share of a dimension's criteria with a level, "ei tea" or "ei kohaldu"."""

    def check(work: Work) -> float:
        criteria = load_instrument().of(dimension)
        return _share(current_answer(criterion, work.answers) is not None for criterion in criteria)

    return check


def _evidence(work: Work) -> float:
    """Share with evidence among the legal duties claimed at 3 or 4.

    Whoever claims none has nothing to prove: then it is the share of legal duties that are answered, so that modesty costs nothing.
    """
    given = [current_answer(c, work.answers) for c in load_instrument().criteria if c.basis == "law"]
    claimed = [a for a in given if a is not None and a.number is not None and a.number >= AS_A_RULE]
    return _share(has_evidence(answer) for answer in claimed) if claimed else _share(a is not None for a in given)


def _commitment(work: Work) -> float:
    """Share of the essential fields that the most complete commitment has."""
    return max((_share(name in one.data for name in ESSENTIAL) for one in work.commitments), default=0.0)


def _without_gap(rule: str) -> Check:
    """Share of commitments in which a reviewer would name no gap by the rule."""
    needed = NOTHING_TO_JUDGE.get(rule)

    def check(work: Work) -> float:
        pairs = zip(work.commitments, work.gaps, strict=True)
        return _share(rule not in gaps and (needed is None or needed in one.data) for one, gaps in pairs)

    return check


def _survey(work: Work) -> float:
    """Share of a survey's questions that were answered by choosing, whatever was chosen; writing is voluntary."""
    given = latest(work.responses)
    if not given:
        return 0.0
    module = work.responses[0].assignment
    asked = [load_bank()[name] for name in load_course().module(module).questions]

    def answered(question: Question) -> bool:
        response = given.get((module, question.id))
        whole = response is not None and grade(question, response.answer).outcome == "open"
        rows = len(question.options) if question.kind == "matching" else 1
        return whole and response is not None and len(response.answer) >= rows  # type: ignore[arg-type]  # a tuple, since it fits

    return _share(answered(question) for question in asked if question.kind in CHOSEN)


def _again(dimension: str) -> Check:
    """Share of a dimension's criteria that were answered anew."""

    def check(work: Work) -> float:
        criteria = load_instrument().of(dimension)
        return _share(current_answer(criterion, work.again) is not None for criterion in criteria)

    return check


def _again_evidence(work: Work) -> float:
    """Share with newer evidence among the criteria claimed to have risen.

    Where nothing has risen there is nothing to prove: then it is the share of criteria answered anew, so that honesty costs nothing.
    """
    instrument = load_instrument()
    found = rises(instrument, earlier_in(work.responses, instrument), work.again)
    if found:
        return _share(not change.hollow for change in found)
    return _share(current_answer(criterion, work.again) is not None for criterion in instrument.criteria)


SURVEY: Final = "survey"
CHECKS: Final[Mapping[str, Check]] = {
    **{f"answered-{dimension}": _answered(dimension) for dimension in DIMENSIONS},
    "evidence": _evidence,
    "commitment": _commitment,
    **{f"rule-{rule}": _without_gap(rule) for rule in LINTED},
    SURVEY: _survey,
    **{f"again-{dimension}": _again(dimension) for dimension in DIMENSIONS},
    "again-evidence": _again_evidence,
}
"""What ``check`` of a question of kind "work" can name."""


def parts_of(module: Module) -> tuple[str, ...]:
    """Return the checks that are a part of the work each; that of a survey only says again how many of its questions are answered.

    Examples
    --------
    >>> parts_of(load_course().module("rakendamine"))
    ()
    """
    return tuple(check for check in module.checks if load_bank()[check].check != SURVEY)


def last_day(responses: Iterable[Response]) -> date:
    """Return the day of the latest answer: the day on which work is judged, so that grading it again gives the same.

    Examples
    --------
    >>> last_day([Response(1, "tegevuskava", "plan:own", None, "{}", None, "2026-11-24T10:00:00Z")])
    datetime.date(2026, 11, 24)
    """
    days = []
    for response in responses:
        with suppress(ValueError):
            days.append(date.fromisoformat(response.at[:10]))
    return max(days, default=BEFORE_ANY)


def grade_work(check: str, responses: tuple[Response, ...], today: date) -> float:
    """Return how much of a check the work in one assignment's responses passes, from 0 to 1.

    Raises
    ------
    KeyError
        If there is no such check.

    Examples
    --------
    >>> grade_work("commitment", (), date(2026, 11, 24))
    0.0
    """
    return CHECKS[check](Work(responses, today))


def work_points(question: Question, responses: Iterable[Response], module: str) -> float:
    """Return the points of a question of kind "work" for one learner's log; answers to other assignments are left out.

    Raises
    ------
    NoQuestion
        If no rule judges the question.
    """
    return work_scores([question], responses, module)[question.id]


def work_scores(questions: Iterable[Question], responses: Iterable[Response], module: str) -> dict[str, float]:
    """Return the points of several questions of kind "work" by id, as ``work_points`` gives each.

    Raises
    ------
    NoQuestion
        If no rule judges one of them.
    """
    own = tuple(response for response in responses if response.assignment == module)
    work = Work(own, last_day(own))
    scores = {}
    for question in questions:
        if question.check is None or question.check not in CHECKS:
            raise NoQuestion(address=f"{module}/{question.id}")
        scores[question.id] = question.points * CHECKS[question.check](work)
    return scores


def score_work(address: str) -> float:
    """Return the points for the municipality's work at ``"<module>/<question id>"``, as nbgrader wants them: a built-in float.

    The rules are public, so the value is the same on a learner's own page and while nbgrader grades.

    Raises
    ------
    NoQuestion
        If there is no such question, or no rule judges it.
    ResponsesUnreadable
        If the log cannot be read.
    """
    module = address.partition("/")[0]
    return float(work_points(find_question(address), read_log(find_log(module, Path.cwd())).responses, module))
