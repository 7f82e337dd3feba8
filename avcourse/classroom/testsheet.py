"""One learner's graded test as tidy facts: what each slot is worth, how sure the learner was, how the learner rated themselves.

Pure: a log and a bank with keys go in. The class's cohort, the feedback and one's own gain are all made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from avcourse.answers.responses import Response, latest
from avcourse.answers.scoring import form_in, grade_slots, rating_in
from avcourse.course.course import Course, load_bank
from avcourse.course.questions import Answer, Question


@dataclass(frozen=True, slots=True)
class TestSheet:
    """One learner's test.

    ``points``, ``outcomes`` and ``confidences`` go by slot, the ratings by area; ``questions`` says which question of the bank stood in a
    slot, ``choices`` the answer as it was given, None where there was none, and ``areas`` the area of a slot as the class was given it.
    """

    # pytest would otherwise take the class for a test.
    __test__ = False

    learner: str
    module: str
    form: str | None
    points: Mapping[str, float]
    outcomes: Mapping[str, str]
    confidences: Mapping[str, int | None]
    self_ratings: Mapping[str, int | None]
    then_ratings: Mapping[str, int | None]
    questions: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Answer | None] = field(default_factory=dict)
    areas: Mapping[str, str] = field(default_factory=dict)


def ratings_in(
    prefix: str,
    module: str,
    course: Course,
    answers: Mapping[tuple[str, str], Response],
    bank: Mapping[str, Question],
) -> dict[str, int | None]:
    """Return the ratings by area, for the areas that the module asks about; None where there is no possible answer."""
    ratings: dict[str, int | None] = {}
    for area in course.areas:
        question = f"{prefix}-{area.id}"
        if question in course.module(module).questions:
            response = answers.get((module, question))
            # The class's own bank first: a later checkout may not ask this any more.
            asked = bank[question] if question in bank else load_bank()[question]
            ratings[area.id] = rating_in(asked, response.answer if response else None)
    return ratings


def sheet_of(
    learner: str,
    module: str,
    log: tuple[Response, ...],
    course: Course,
    bank: Mapping[str, Question],
    points: Mapping[str, float] | None = None,
) -> TestSheet:
    """Return a learner's test.

    Parameters
    ----------
    log
        What was answered; answers to other assignments are left out.
    bank
        The graded questions with their keys.
    points
        Points by slot as the gradebook has them; slots without are left out. Without a gradebook the keys alone say.
    """
    own = tuple(response for response in log if response.assignment == module)
    answers = latest(own)
    slots = [slot for slot in course.slots if points is None or slot.id in points]
    results = grade_slots(module, slots, own, course.slots, bank)
    return TestSheet(
        learner=learner,
        module=module,
        form=form_in(module, own, course.slots),
        points={slot: result.score.points if points is None else points[slot] for slot, result in results.items()},
        outcomes={slot: result.score.outcome for slot, result in results.items()},
        confidences={
            slot: None if result.response is None else result.response.confidence for slot, result in results.items()
        },
        self_ratings=ratings_in("self", module, course, answers, bank),
        then_ratings=ratings_in("then", module, course, answers, bank),
        questions={slot: result.question for slot, result in results.items() if result.question is not None},
        choices={slot: result.response.answer if result.response else None for slot, result in results.items()},
        areas={slot.id: slot.area for slot in slots},
    )
