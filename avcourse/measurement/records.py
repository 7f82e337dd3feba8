"""Graded tests as measurement wants them: one learner's as a record, many learners' as one table of arrays.

A class of 100 000 is computed on tables alone; records are for a single learner and for classes of usual size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

OVERALL: Final = "all"
OUTCOMES: Final = ("right", "partly", "wrong", "unsure", "blank", "invalid", "open")
"""A table holds an outcome as its place here."""
ABSENT: Final = -1
"""In a table: a slot that the learner's test did not have, or a confidence that was not stated."""
BLANK_LIMIT = 0.20

Ratings: TypeAlias = Mapping[str, int | None]
Whole: TypeAlias = npt.NDArray[np.int16]
Real: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Rows: TypeAlias = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class TestRecord:
    """One learner's graded test, per slot: points (0 or 1), area, stated confidence (%) and outcome.

    Outcomes are "right", "wrong", "unsure" ("ei tea"), "blank" and "invalid". Self-ratings are per area.
    """

    __test__: ClassVar[bool] = False  # for pytest, which takes a class of this name for a test

    learner: str
    form: Literal["A", "B"]
    scores: Mapping[str, int]
    areas: Mapping[str, str]
    confidences: Ratings
    outcomes: Mapping[str, str]
    self_ratings: Ratings

    def __post_init__(self) -> None:
        if not self.scores.keys() == self.areas.keys() == self.outcomes.keys():
            raise ValueError(f"{self.learner}: scores, areas and outcomes must have the same slots")
        if not set(self.scores.values()) <= {0, 1}:
            raise ValueError(f"{self.learner}: points must be 0 or 1")


@dataclass(frozen=True, slots=True, eq=False)
class TestTable:
    """The graded tests of many learners, at most one each: a row is a learner, a column a slot.

    ``points`` are 0 or 1; ``outcomes`` places in `OUTCOMES` or `ABSENT`; ``confidences`` per cents or `ABSENT`; the two kinds of ratings
    have a column for each of ``rated``, NaN where there is none.
    """

    __test__: ClassVar[bool] = False

    learners: Sequence[str]
    areas: Mapping[str, str]
    points: Whole
    outcomes: Whole
    confidences: Whole
    rated: Sequence[str]
    self_ratings: Real
    then_ratings: Real

    def __post_init__(self) -> None:
        if len(set(self.learners)) < len(self.learners):
            raise ValueError("a learner has two tests; hand in the last before the deadline only")
        shape, ratings = (len(self.learners), len(self.areas)), (len(self.learners), len(self.rated))
        if not self.points.shape == self.outcomes.shape == self.confidences.shape == shape:
            raise ValueError(f"points, outcomes and confidences must be learners by slots, {shape}")
        if self.confidences.max(initial=0) > 100:
            raise ValueError("confidences must be per cents")
        if not self.self_ratings.shape == self.then_ratings.shape == ratings:
            raise ValueError(f"ratings must be learners by areas, {ratings}")

    def columns(self, group: str) -> Rows:
        """Return the columns of an area, of all with ``"all"``."""
        return np.flatnonzero([group in (OVERALL, area) for area in self.areas.values()])

    def valid(self) -> Flags:
        """Judge whose test counts, as `is_valid` does for one."""
        blank = (self.outcomes == OUTCOMES.index("blank")).sum(axis=1)
        return np.asarray(blank < BLANK_LIMIT * (self.outcomes != ABSENT).sum(axis=1))

    def only(self, rows: Flags) -> TestTable:
        """Return the table of some of its learners."""
        return TestTable(
            [learner for learner, kept in zip(self.learners, rows, strict=True) if kept],
            self.areas,
            self.points[rows],
            self.outcomes[rows],
            self.confidences[rows],
            self.rated,
            self.self_ratings[rows],
            self.then_ratings[rows],
        )


def is_valid(record: TestRecord) -> bool:
    """Judge whether a test counts: under 20 % of the slots blank. "Ei tea" (unsure) is an answer, not a blank.

    A test without slots is invalid. Source: the course's own rule.

    Examples
    --------
    >>> import dataclasses
    >>> slots = ["s1", "s2", "s3", "s4", "s5"]
    >>> record = TestRecord("k3f9", "A", dict.fromkeys(slots, 0), dict.fromkeys(slots, "digital"), {},
    ...                     dict.fromkeys(slots, "unsure"), {})
    >>> is_valid(record), is_valid(dataclasses.replace(record, outcomes=record.outcomes | {"s1": "blank"}))
    (True, False)
    """
    blank = sum(outcome == "blank" for outcome in record.outcomes.values())
    return blank < BLANK_LIMIT * len(record.outcomes)


def table_of(
    records: Sequence[TestRecord], areas: Sequence[str], then: Mapping[str, Ratings] | None = None
) -> TestTable:
    """Return records as a table; ``then`` has the self-ratings afterwards about before, by learner and area.

    Examples
    --------
    >>> record = TestRecord("k3f9", "A", {"s1": 1}, {"s1": "digital"}, {"s1": 75}, {"s1": "right"}, {"digital": 4})
    >>> table = table_of([record], ["digital"])
    >>> table.points.tolist(), table.confidences.tolist(), table.self_ratings.tolist()
    ([[1]], [[75]], [[4.0]])
    """
    slots: dict[str, str] = {}
    for record in records:
        slots.update(record.areas)
    place = {outcome: number for number, outcome in enumerate(OUTCOMES)}
    learners = [record.learner for record in records]

    def whole(rows: Iterable[list[int]]) -> Whole:
        return np.array(list(rows), dtype=np.int16).reshape(len(records), len(slots))

    def ratings(given: Iterable[Ratings]) -> Real:
        rows = [[np.nan if (step := own.get(area)) is None else step for area in areas] for own in given]
        return np.array(rows, dtype=np.float64).reshape(len(records), len(areas))

    return TestTable(
        learners,
        slots,
        whole([record.scores.get(slot, 0) for slot in slots] for record in records),
        whole(
            [place[record.outcomes[slot]] if slot in record.outcomes else ABSENT for slot in slots]
            for record in records
        ),
        whole(
            [ABSENT if (stated := record.confidences.get(slot)) is None else stated for slot in slots]
            for record in records
        ),
        areas,
        ratings(record.self_ratings for record in records),
        ratings((then or {}).get(learner, {}) for learner in learners),
    )
