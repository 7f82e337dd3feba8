"""The next steps: what to do first, why, and whether that order would survive a slightly different judgement."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from avcourse.municipality.assessment import (
    AS_A_RULE,
    HIGHEST,
    Answer,
    Answers,
    current_answer,
    evidenced,
    has_evidence,
)
from avcourse.municipality.instrument import Criterion, Instrument, Step

StepKind = Literal["improve", "evidence", "find-out"]
FIRST: Final = 7
"""How many steps are the first ones: a step is stable that stays among them."""
SURE: Final = 0.8
MOVES: Final = tuple((level, weight) for level in (-1, 0, 1) for weight in (-1, 0, 1))
"""How a draw may move the level and the weight of a criterion; all nine are equally likely."""
_WEIGHTS: Final = (1, 3)


@dataclass(frozen=True, slots=True)
class NextStep:
    """One next step.

    ``step`` is None where evidence is to be found or the level to be found out; ``claimed`` and ``evidenced`` are None where the level is
    not known. ``legal``: a legal duty that is not met with evidence (of one that nobody has looked at we do not say so). ``quick``: effort
    1, impact 2 or more. ``stability`` is the share of draws in which the criterion stays in the first seven, ``sure`` from 0.8.
    """

    criterion: Criterion
    kind: StepKind
    step: Step | None
    claimed: int | None
    evidenced: int | None
    priority: float
    legal: bool
    quick: bool
    stability: float
    sure: bool


def priority(weight: int, target: int, evidenced: int, impact: int, effort: int) -> float:
    """Return weight·(target − evidenced)/4·impact/effort, never negative.

    Examples
    --------
    >>> priority(weight=3, target=3, evidenced=1, impact=2, effort=1)
    3.0
    """
    # One division only: equal priorities are then equal floats, and the id decides.
    return weight * max(0, target - evidenced) * impact / (HIGHEST * effort)


@dataclass(frozen=True, slots=True)
class _Way:
    """What would be next for a criterion at a level."""

    kind: StepKind
    step: Step | None
    evidenced: int
    legal: bool

    def priority(self, weight: int) -> float:
        impact, effort = (self.step.impact, self.step.effort) if self.step else (1, 1)
        return priority(weight, _target(self.evidenced), self.evidenced, impact, effort)


def _target(evidenced: int) -> int:
    return AS_A_RULE if evidenced < AS_A_RULE else HIGHEST


def _way(criterion: Criterion, level: int | None, evident: bool) -> _Way | None:
    """Return what is next from a level (None: not known), or None where nothing is left to do."""
    if level is None:
        return _Way("find-out", None, 0, legal=False)
    shown = evidenced(level, evident, criterion.basis)
    legal = criterion.basis == "law" and shown < AS_A_RULE
    if level >= AS_A_RULE and not evident:
        return _Way("evidence", None, shown, legal)
    step = criterion.step_from(level)
    return _Way("improve", step, shown, legal) if step else None


def _candidates(instrument: Instrument, answers: Answers) -> Iterable[tuple[int, Criterion, Answer | None]]:
    """Yield the criteria that apply with their place in the order of ids."""
    for place, criterion in enumerate(sorted(instrument.criteria, key=lambda each: each.id)):
        answer = current_answer(criterion, answers)
        if answer is None or answer.level != "na":
            yield place, criterion, answer


def _key(way: _Way | None, weight: int, place: int, count: int) -> int:
    """Return a whole number that orders as the rules do: legal duties, priority, id; −1 for nothing to do.

    Whole numbers, each its own, make the first seven of a draw exact: 24 times a priority is whole.
    """
    if way is None:
        return -1
    return (way.legal * 1000 + round(24 * way.priority(weight))) * count + (count - 1 - place)


@lru_cache(maxsize=8)
def draw_moves(criteria: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return the seeded draws: for each draw (row) and criterion in order of ids (column) the place of its move in ``MOVES``."""
    moves = np.random.default_rng(seed).integers(0, len(MOVES), size=(draws, criteria), dtype=np.intp)
    moves.setflags(write=False)
    return moves


@lru_cache(maxsize=8)
def _places(criteria: int, draws: int, seed: int) -> NDArray[np.intp]:
    """Return the same as places in a flat table of criteria × moves."""
    places: NDArray[np.intp] = draw_moves(criteria, draws, seed) + len(MOVES) * np.arange(criteria, dtype=np.intp)
    places.setflags(write=False)
    return places


def _moved_keys(criterion: Criterion, answer: Answer | None, place: int, count: int) -> list[int]:
    """Return the key of a criterion under each of the ``MOVES``; what is not known stays unknown."""
    level = None if answer is None else answer.number
    evident = answer is not None and has_evidence(answer)
    ways = {
        move: _way(criterion, None if level is None else min(HIGHEST, max(0, level + move)), evident)
        for move in (-1, 0, 1)
    }
    lowest, highest = _WEIGHTS
    weights = {move: min(highest, max(lowest, criterion.weight + move)) for move in (-1, 0, 1)}
    return [_key(ways[level_move], weights[weight_move], place, count) for level_move, weight_move in MOVES]


def stabilities(instrument: Instrument, answers: Answers, *, draws: int = 1000, seed: int = 0) -> dict[str, float]:
    """Return for every criterion that applies the share of draws in which it is among the first seven."""
    count, candidates = len(instrument.criteria), list(_candidates(instrument, answers))
    if not candidates or draws < 1:
        return {criterion.id: 0.0 for _, criterion, _ in candidates}
    table = np.full((count, len(MOVES)), -1, dtype=np.int32)
    for place, criterion, answer in candidates:
        table[place] = _moved_keys(criterion, answer, place, count)
    keys = np.take(table, _places(count, draws, seed))
    last = max(0, count - FIRST)
    threshold = np.maximum(np.partition(keys, last, axis=1)[:, last : last + 1], 0)
    shares = (keys >= threshold).mean(axis=0).tolist()
    return {criterion.id: shares[place] for place, criterion, _ in candidates}


def next_steps(
    instrument: Instrument, answers: Answers, *, count: int = FIRST, draws: int = 1000, seed: int = 0
) -> tuple[NextStep, ...]:
    """Return the first ``count`` steps: unmet legal duties first, then by priority, then by id.

    The target is 3 ("as a rule"), from an evidenced 3 on it is 4. The same answers and seed always give the same steps.
    """
    found = []
    for place, criterion, answer in _candidates(instrument, answers):
        level = None if answer is None else answer.number
        way = _way(criterion, level, answer is not None and has_evidence(answer))
        if way is not None:
            found.append((_key(way, criterion.weight, place, len(instrument.criteria)), criterion, level, way))
    found.sort(key=lambda each: -each[0])
    stability = stabilities(instrument, answers, draws=draws, seed=seed)
    return tuple(
        NextStep(
            criterion=criterion,
            kind=way.kind,
            step=way.step,
            claimed=level,
            evidenced=None if level is None else way.evidenced,
            priority=way.priority(criterion.weight),
            legal=way.legal,
            quick=way.step is not None and way.step.effort == 1 and way.step.impact >= 2,
            stability=stability[criterion.id],
            sure=stability[criterion.id] >= SURE,
        )
        for _, criterion, level, way in found[: max(0, count)]
    )
