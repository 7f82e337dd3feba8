"""The names that grade cells use: ``use_key`` (in hidden tests) and ``score``, and the same walk for a whole test.

Plain ``nbgrader autograde`` and ``avcourse class grade`` both come through here, so they cannot differ.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from avcourse.answers.folder import find_log
from avcourse.answers.grading import Score, grade
from avcourse.answers.responses import Response, latest, read_log
from avcourse.course.course import Slot, find_question, load_bank, load_course
from avcourse.course.questions import Answer, Key, Question, key_from
from avcourse.errors import KeysMissing

_keys: dict[str, Key] = {}


def use_key(question: str, key: Mapping[str, object]) -> None:
    """Keep the key of a graded question for ``score`` in this kernel; called by hidden tests only."""
    _keys[question] = key_from(key)


@dataclass(frozen=True, slots=True)
class SlotResult:
    """What stood in a slot of one learner's test and what it is worth."""

    slot: str
    question: str | None
    score: Score
    response: Response | None


def rating_in(question: Question, answer: Answer | None) -> int | None:
    """Return the step of a rating question that an answer chose, or None where it could not have been chosen on its form.

    Examples
    --------
    >>> from avcourse.course.course import load_bank
    >>> rating_in(load_bank()["self-impact"], ("4",)), rating_in(load_bank()["self-impact"], ("99",))
    (4, None)
    """
    chosen = isinstance(answer, tuple) and question.kind == "rating" and grade(question, answer).outcome == "open"
    return int(answer[0]) if chosen and isinstance(answer, tuple) else None


def form_in(module: str, responses: Iterable[Response], slots: Iterable[Slot]) -> str | None:
    """Return the form that a log was answered in: that of its first answer to a question of the test."""
    asked = {form: {slot.forms[form] for slot in slots} for form in ("A", "B")}
    for response in responses:
        if response.assignment == module and response.form and response.question in asked[response.form]:
            return response.form
    return None


def grade_slots(
    module: str,
    asked: Iterable[Slot],
    responses: tuple[Response, ...],
    slots: tuple[Slot, ...],
    bank: Mapping[str, Question],
) -> dict[str, SlotResult]:
    """Grade the ``asked`` of the test's slots in one learner's log; ``bank`` holds the graded questions with their keys."""
    form = form_in(module, responses, slots)
    if form is None:
        return {slot.id: SlotResult(slot.id, None, grade(bank[slot.forms["A"]], None), None) for slot in asked}
    own = latest(response for response in responses if response.form == form)
    results = {}
    for slot in asked:
        question = bank[slot.forms[form]]
        response = own.get((module, question.id))
        worth = grade(question, None if response is None else response.answer)
        results[slot.id] = SlotResult(slot.id, question.id, worth, response)
    return results


def grade_slot(
    module: str, slot: Slot, responses: tuple[Response, ...], slots: tuple[Slot, ...], bank: Mapping[str, Question]
) -> SlotResult:
    """Grade one slot of one learner's log; for a whole test ``grade_slots`` reads the log once."""
    return grade_slots(module, [slot], responses, slots, bank)[slot.id]


def score(address: str) -> float:
    """Return the points for the slot or question at ``address``, as nbgrader wants them: a built-in float as a cell's last value.

    Without a key (a learner's own page) nothing is graded and the value is 0.0; while nbgrader grades, a missing key is an error, so that
    nobody gets 0 points in silence.

    Parameters
    ----------
    address
        ``"<module>/<slot or question id>"``, for example ``"eeltest/principles-1"``.

    Raises
    ------
    KeysMissing
        If nbgrader is grading and the hidden tests gave no key.
    """
    module, _, place = address.partition("/")
    path = find_log(module, Path.cwd())
    responses = read_log(path).responses
    course = load_course()
    slot = course.slot(place)
    questions = (find_question(address),) if slot is None else tuple(load_bank()[q] for q in slot.forms.values())
    bank = {question.id: replace(question, key=_keys[question.id]) for question in questions if question.id in _keys}
    if len(bank) < len({question.id for question in questions}):
        if os.environ.get("NBGRADER_EXECUTION") == "autograde":
            raise KeysMissing(path=address)
        return 0.0
    if slot is not None:
        return grade_slot(module, slot, responses, course.slots, bank).score.points
    question = bank[questions[0].id]
    response = latest(responses).get((module, question.id))
    return grade(question, None if response is None else response.answer).points
