"""Invented participants: how able they are, what they answer, how sure they are of it. Synthetic data, never a measurement.

Answers follow a two-parameter logistic model: the chance of a right answer is 1/(1 + exp(−a(θ − b))), where θ is the
person's ability in the item's area, b the item's difficulty and a how sharply it tells people apart. All of it is drawn
from the seed, the participant's number and the item's id, so that one more participant changes no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from avcourse.course.questions import CONFIDENCES, DONT_KNOW, Answer, Question


@dataclass(frozen=True, slots=True)
class Person:
    """An invented participant.

    ``areas`` is the ability in each area before the course, ``growth`` what the course adds, ``boldness`` how many per cent
    the person is surer than right, ``shift`` how much lower the own start looks afterwards, ``diligence`` (0 to 1) the share
    of the work that is done, ``blanks`` the chance to skip a question.
    """

    number: int
    ability: float
    areas: Mapping[str, float]
    growth: float
    boldness: float
    shift: float
    diligence: float
    blanks: float
    leaves: bool

    def now(self, area: str, later: bool) -> float:
        """Return the ability in an area: before the course, or ``later``."""
        return self.areas[area] + (self.growth if later else 0.0)


@dataclass(frozen=True, slots=True)
class Item:
    """How an item behaves in the model, and which of its wrong options draw how many."""

    sharpness: float
    difficulty: float
    pulls: tuple[float, ...]

    def chance(self, ability: float) -> float:
        """Return the chance of a right answer.

        Examples
        --------
        >>> Item(1.0, 0.0, ()).chance(0.0)
        0.5
        """
        return 1 / (1 + math.exp(-self.sharpness * (ability - self.difficulty)))


def draw_person(number: int, areas: tuple[str, ...], seed: int) -> Person:
    """Return the invented participant with a number."""
    draw = Random(f"{seed}/person/{number}")
    ability = draw.gauss(0.0, 1.0)
    grows = draw.random() > 0.15
    return Person(
        number=number,
        ability=ability,
        areas={area: ability + draw.gauss(0.0, 0.35) for area in areas},
        growth=max(0.0, draw.gauss(0.9, 0.5)) if grows else 0.0,
        boldness=draw.gauss(12.0, 8.0),
        shift=max(0.0, draw.gauss(0.6, 0.4)),
        diligence=min(1.0, max(0.15, 0.72 + 0.16 * ability + draw.gauss(0.0, 0.1))),
        # Now and then somebody stops half-way: from a fifth left blank a test does not count.
        blanks=0.35 if draw.random() < 0.03 else 0.015,
        leaves=draw.random() < 0.1,
    )


def draw_item(question: str, seed: int) -> Item:
    """Return how an item behaves."""
    draw = Random(f"{seed}/item/{question}")
    pulls = (draw.uniform(0.8, 1.2), draw.uniform(0.4, 0.8), draw.uniform(0.02, 0.6))
    return Item(math.exp(draw.gauss(0.15, 0.3)), draw.gauss(0.1, 0.8), pulls)


def answer_item(
    question: Question, item: Item, person: Person, later: bool, draw: Random
) -> tuple[Answer, int | None] | None:
    """Return what a person answers and how sure they are of it, or None for a blank."""
    if draw.random() < person.blanks:
        return None
    chance = item.chance(person.now(question.area, later))
    right = draw.random() < chance
    if not right and question.dont_know and draw.random() < 0.22:
        return (DONT_KNOW,), None
    answer = right_answer(question) if right else _wrong_answer(question, item, draw)
    return answer, _sure(100 * chance + person.boldness + draw.gauss(0.0, 15.0)) if question.confidence else None


def _sure(percent: float) -> int:
    return min(CONFIDENCES, key=lambda step: abs(step - percent))


def right_answer(question: Question) -> Answer:
    """Return the right answer as the form would save it."""
    assert question.key is not None
    right = question.key.answer
    if question.kind == "short" and isinstance(right, tuple):
        return right[0]
    return right[:1] if question.kind == "single" and isinstance(right, tuple) else right


def _wrong_answer(question: Question, item: Item, draw: Random) -> Answer:
    assert question.key is not None
    right = question.key.answer
    if isinstance(right, float):
        return right + draw.choice((-1, 1)) * (2 * question.key.tolerance + draw.randint(1, 9))
    names = [option.id for option in question.options]
    match question.kind:
        case "single":
            others = [name for name in names if name not in right]
            pulls = (item.pulls * len(others))[: len(others)]
            return (draw.choices(others, pulls)[0],)
        case "multiple":
            return tuple(draw.sample(names, max(1, len(right) - 1)))
        case "ordering":
            return tuple(draw.sample(names, len(names)))
        case "matching":
            return tuple(f"{name}:{draw.choice(question.targets).id}" for name in names)
    return "ei tea"


def rate(question: Question, person: Person, later: bool, draw: Random) -> Answer:
    """Return a self-rating: before the course, after it, or afterwards about before (``then-``), which then looks lower."""
    then = question.id.startswith("then-")
    ability = person.now(question.area, later and not then)
    level = 2.9 + 0.55 * ability + person.boldness / 40 - (person.shift if then else 0.0) + draw.gauss(0.0, 0.4)
    steps = [option.id for option in question.options]
    return (steps[min(len(steps) - 1, max(0, round(level) - 1))],)
