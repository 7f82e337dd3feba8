"""Gains and items of a very large class: 100 000 learners, a test of 40 questions before and after, drawn from a 2PL model."""

from __future__ import annotations

import time
from typing import Any, Final

import numpy as np

from avcourse.measurement import (
    TestTable,
    cronbach_alpha,
    distractor_counts,
    item_statistics,
    mcnemar_exact,
    table_gains,
)

LEARNERS: Final = 100_000
ITEMS: Final = 40
ANCHORS: Final = 12
AREAS: Final = ("principles", "transparency", "participation", "digital", "impact")
OPTIONS: Final = ("a", "b", "c", "d")


def _answers(rng: np.random.Generator, ability: Any, hard: Any, steep: Any) -> Any:
    chance = 1 / (1 + np.exp(-steep * (ability[:, None] - hard)))
    return (rng.random(chance.shape) < chance).astype(np.int16)


def _table(rng: np.random.Generator, points: Any) -> TestTable:
    ratings = rng.integers(1, 6, (LEARNERS, len(AREAS))).astype(np.float64)
    return TestTable(
        learners=[f"p{number:06}" for number in range(LEARNERS)],
        areas={f"s{number}": AREAS[number % len(AREAS)] for number in range(ITEMS)},
        points=points,
        outcomes=np.where(points == 1, 0, 2).astype(np.int16),
        confidences=rng.choice([25, 50, 75, 100], points.shape).astype(np.int16),
        rated=AREAS,
        self_ratings=ratings,
        then_ratings=ratings - 1,
    )


def measure() -> dict[str, float]:
    """Return the seconds that the gains of the class take, the items of both tests, and both together."""
    rng = np.random.default_rng(0)
    ability, hard, steep = rng.normal(size=LEARNERS), rng.normal(size=ITEMS), rng.uniform(0.6, 1.6, ITEMS)
    before, after = (_answers(rng, ability + learned, hard, steep) for learned in (0.0, 0.8))
    tables = _table(rng, before), _table(rng, after)
    choices = rng.choice(OPTIONS, LEARNERS).tolist()
    item_statistics([[0, 1]])  # pandas is imported before the clock starts
    begin = time.perf_counter()
    table_gains(*tables, areas=AREAS)
    between = time.perf_counter()
    for points in (before, after):
        item_statistics(points)
        cronbach_alpha(points)
        for _ in range(ITEMS):
            distractor_counts(choices, options=OPTIONS, key="a")
    for item in range(ANCHORS):
        mcnemar_exact(before[:, item], after[:, item])
    end = time.perf_counter()
    return {"gains": round(between - begin, 3), "items": round(end - between, 3), "all": round(end - begin, 3)}
