"""The instrument of the self-assessment: criteria with anchors and steps, and ready indicators.

Authors write ``content/instrument/*.toml``; ``avcourse build`` makes ``course/instrument.json`` from it, which is read here.
Standard library only: the page with the form must open fast.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from avcourse.course.course import material
from avcourse.course.language import Text
from avcourse.errors import MaterialMissing

DIMENSIONS: Final = ("transparency", "participation", "integrity", "digital", "inclusion", "leadership")
TIERS: Final = ("basic", "advanced", "exemplary")
BASES: Final = ("law", "practice", "proposal")
CHECKS: Final = ("web", "document", "sample", "statistics", "request")


@dataclass(frozen=True, slots=True)
class Step:
    """What to do to reach level ``to`` (2, 3 or 4). Effort and impact are 1–3; ``example`` is ``case-N`` or ``solution-N``."""

    to: int
    effort: int
    impact: int
    what: Text
    first: Text
    example: str | None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One statement that is judged.

    ``version`` rises when the meaning changes; answers to another version are not compared. ``in_force`` is the ISO date of the version of
    the act that was read, for a legal duty only. ``anchors`` describe levels 0 to 4.
    """

    id: str
    version: int
    dimension: str
    tier: str
    weight: int
    basis: str
    in_force: str | None
    source: Text
    check: str
    principles: tuple[int, ...]
    title: Text
    text: Text
    evidence: Text
    not_applicable: Text | None
    anchors: tuple[Text, ...]
    steps: tuple[Step, ...]

    def step_from(self, level: int) -> Step | None:
        """Return the next step from a level; from 0 and 1 it is the same, from 4 there is none."""
        return next((step for step in self.steps if step.to > max(level, 1)), None)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A ready indicator for a plan: ``kind`` is output or outcome, ``direction`` (up, down) is where better is."""

    id: str
    kind: str
    criteria: tuple[str, ...]
    direction: str
    name: Text
    unit: Text
    formula: Text
    source: Text
    frequency: Text
    caution: Text


@dataclass(frozen=True, slots=True)
class Instrument:
    """All criteria, dimension by dimension, and all indicators."""

    criteria: tuple[Criterion, ...]
    indicators: tuple[Indicator, ...]

    def criterion(self, criterion_id: str) -> Criterion:
        """Return a criterion by id.

        Raises
        ------
        KeyError
            If there is none.
        """
        for criterion in self.criteria:
            if criterion.id == criterion_id:
                return criterion
        raise KeyError(criterion_id)

    def of(self, dimension: str) -> tuple[Criterion, ...]:
        """Return the criteria of a dimension, in order."""
        return tuple(criterion for criterion in self.criteria if criterion.dimension == dimension)

    def indicators_for(self, criterion_id: str) -> tuple[Indicator, ...]:
        """Return the indicators that fit a criterion, in order."""
        return tuple(indicator for indicator in self.indicators if criterion_id in indicator.criteria)


def _text(pair: Mapping[str, str]) -> Text:
    return Text(et=pair["et"], en=pair["en"])


def _steps(rows: Iterable[Mapping[str, Any]]) -> tuple[Step, ...]:
    return tuple(
        Step(r["to"], r["effort"], r["impact"], _text(r["what"]), _text(r["first"]), r.get("example")) for r in rows
    )


def _criterion(row: Mapping[str, Any]) -> Criterion:
    left_out = row.get("not_applicable")
    anchors = zip(row["anchors"]["et"], row["anchors"]["en"], strict=True)
    return Criterion(
        id=row["id"],
        version=row["version"],
        dimension=row["dimension"],
        tier=row["tier"],
        weight=row["weight"],
        basis=row["basis"],
        in_force=row.get("in_force"),
        source=_text(row["source"]),
        check=row["check"],
        principles=tuple(row["principles"]),
        title=_text(row["title"]),
        text=_text(row["text"]),
        evidence=_text(row["evidence"]),
        not_applicable=_text(left_out) if left_out else None,
        anchors=tuple(Text(et=et, en=en) for et, en in anchors),
        steps=_steps(row["steps"]),
    )


def _indicator(row: Mapping[str, Any]) -> Indicator:
    return Indicator(
        id=row["id"],
        kind=row["kind"],
        criteria=tuple(row["criteria"]),
        direction=row["direction"],
        name=_text(row["name"]),
        unit=_text(row["unit"]),
        formula=_text(row["formula"]),
        source=_text(row["source"]),
        frequency=_text(row["frequency"]),
        caution=_text(row["caution"]),
    )


def instrument_from(data: Mapping[str, Any]) -> Instrument:
    """Return the instrument that stands in the mapping of ``instrument.json``.

    Examples
    --------
    >>> instrument_from({"criteria": [], "indicators": []}).of("integrity")
    ()
    """
    return Instrument(tuple(map(_criterion, data["criteria"])), tuple(map(_indicator, data["indicators"])))


@cache
def load_instrument() -> Instrument:
    """Return the built instrument.

    Raises
    ------
    MaterialMissing
        If ``course/instrument.json`` has not been built.
    """
    path = material() / "course" / "instrument.json"
    try:
        return instrument_from(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None
