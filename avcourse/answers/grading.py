"""Pure grading: a question and an answer give a score. No file, no widget, no nbgrader is known here."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

from avcourse.course.questions import DONT_KNOW, Answer, Key, Question

Outcome = Literal["right", "partly", "wrong", "unsure", "blank", "invalid", "open"]
LONGEST_TEXT: Final = 20_000


@dataclass(frozen=True, slots=True)
class Score:
    """Points for one question. ``outcome`` keeps "ei tea" (unsure), blank and invalid answers apart: all three give no points."""

    points: float
    max_points: float
    outcome: Outcome


def _fits(question: Question, answer: Answer) -> bool:
    """Whether the answer could have been given on the question's form."""
    match question.kind:
        case "number":
            return isinstance(answer, float | int)
        case "short" | "long":
            return isinstance(answer, str) and len(answer) <= LONGEST_TEXT
    if not isinstance(answer, tuple) or len(set(answer)) != len(answer):
        return False
    match question.kind:
        case "single" | "rating":
            return len(answer) == 1 and set(answer) <= question.option_ids
        case "multiple":
            return set(answer) <= question.option_ids
        case "ordering":
            return set(answer) == question.option_ids
    rights = {target.id for target in question.targets}
    pairs = [pair.split(":", 1) for pair in answer if ":" in pair]
    whole = len(pairs) == len(answer) and len({pair[0] for pair in pairs}) == len(pairs)
    return whole and all(left in question.option_ids and right in rights for left, right in pairs)


def _share(question: Question, key: Key, answer: Answer) -> float:
    """Return how much of the answer is right, from 0 to 1."""
    right = key.answer
    if isinstance(right, float):
        return float(isinstance(answer, float | int) and abs(answer - right) <= key.tolerance)
    if isinstance(answer, str):
        return float(answer.strip().casefold() in {text.strip().casefold() for text in right})
    assert isinstance(answer, tuple)
    match question.kind:
        case "multiple":
            hits = len(set(answer) & set(right)) - len(set(answer) - set(right))
            return max(0, hits) / len(right)
        case "ordering":
            place = {option: index for index, option in enumerate(right)}
            steps = [place[b] == place[a] + 1 for a, b in pairwise(answer)]
            return sum(steps) / max(1, len(right) - 1)
        case "matching":
            return len(set(answer) & set(right)) / len(right)
    return float(set(answer) == set(right))


def grade(question: Question, answer: Answer | None) -> Score:
    """Return the score of one answer.

    Single, number and short answers are all or nothing; multiple: right ones less wrong ones over the number of right ones, never below 0;
    ordering: the share of neighbours in the right order; matching: the share of right pairs.

    Examples
    --------
    >>> from avcourse.course.questions import question_from
    >>> q = question_from({"id": "q", "kind": "number", "area": "impact", "level": "apply", "text": {"et": "?", "en": "?"}},
    ...                   {"answer": 79})
    >>> grade(q, 79.0).outcome, grade(q, 80.0).outcome, grade(q, None).outcome
    ('right', 'wrong', 'blank')
    """
    best = question.points
    if answer is None or answer == () or (isinstance(answer, str) and not answer.strip()):
        return Score(0.0, best, "blank")
    if question.dont_know and answer == (DONT_KNOW,):
        return Score(0.0, best, "unsure")
    if not _fits(question, answer):
        return Score(0.0, best, "invalid")
    key = question.key
    if key is None or key.answer == ():
        return Score(0.0, best, "open")
    share = _share(question, key, answer)
    outcome: Outcome = "right" if share >= 1 else "partly" if share > 0 else "wrong"
    return Score(best * share, best, outcome)
