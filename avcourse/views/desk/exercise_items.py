"""How the questions of the lessons' assignments went: a table each, below the tests on the desk's page of questions.

An assignment is no measurement, everybody answers the same questions with the lesson at hand; so there are no forms, no correlations and
nothing that speaks of reliability. What is worth knowing is which question most people got wrong, since that is what a trainer takes up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from avcourse.classroom.edition import read_edition
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_course
from avcourse.course.language import Language, Text, say
from avcourse.measurement.items import FEWEST_PER_ITEM
from avcourse.views.class_items import percent
from avcourse.views.markup import decimal, table, tag, text

HARD: Final = 0.5
"""Below this mean share of a question's points it is worth taking up in the room."""


@dataclass(frozen=True, slots=True)
class QuestionShare:
    """One question: who answered it or left it blank in what was handed in (``n``), and the mean share of its points, 0 to 1."""

    question: str
    asked: Text
    n: int
    share: float


def question_shares(
    scores: Mapping[tuple[str, str], Mapping[str, float]], assignment: str, points: Mapping[str, tuple[Text, float]]
) -> tuple[QuestionShare, ...]:
    """Return how each question of an assignment went, in the order of ``points`` (question id to its text and most points).

    Examples
    --------
    >>> scores = {("a", "m"): {"q": 1.0}, ("b", "m"): {"q": 0.0}, ("a", "other"): {"q": 1.0}}
    >>> question_shares(scores, "m", {"q": (Text("Mis?", "What?"), 1.0)})[0].share
    0.5
    """
    rows = []
    for question, (asked, most) in points.items():
        got = [own[question] / most for (_, name), own in scores.items() if name == assignment and question in own]
        if got:
            rows.append(QuestionShare(question, asked, len(got), sum(got) / len(got)))
    return tuple(rows)


def _table(title: str, rows: tuple[QuestionShare, ...], language: Language) -> str:
    head = tuple(say(f"exercise-items.{name}", language) for name in ("question", "n", "share"))
    cells = [(one.asked.in_(language), decimal(one.n, language, 0), percent(one.share, language)) for one in rows]
    hard = [one for one in rows if one.share < HARD]
    if hard:
        worst = min(hard, key=lambda one: one.share)
        said = say("exercise-items.hard", language, question=worst.asked.in_(language))
    else:
        said = say("exercise-items.fine", language)
    return tag("details", tag("summary", text(title)), tag("p", text(said)), table(title, head, cells))


def exercises(folder: ClassFolder, language: Language) -> str:
    """Return the section on the lessons' assignments, empty while none is graded; from ten submissions on, as for the tests."""
    released = [module for module in load_course().given(folder.assignments()) if module.kind == "exercise"]
    scores = read_scores(folder.database) if released and folder.gradebook.is_file() else {}
    tables = []
    for module in released:
        # As the class was given it: a later checkout may ask other questions. What was taken out counts for nobody.
        edition = read_edition(folder, module.id)
        asked = (edition.bank[name] for name in edition.own.modules[0].questions if name not in edition.left_out)
        judged = [question for question in asked if question.graded and not question.by_hand]
        points = {question.id: (question.text, question.points) for question in judged}
        rows = question_shares(scores, module.id, points)
        if rows and max(one.n for one in rows) >= FEWEST_PER_ITEM:
            tables.append(_table(module.title.in_(language), rows, language))
    if not tables:
        return ""
    return "".join(
        (
            tag("h2", text(say("exercise-items.title", language))),
            tag("p", text(say("exercise-items.lead", language))),
            *tables,
        )
    )
