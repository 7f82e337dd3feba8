"""Experience that is shared: a practice card, and partners in the class who are strong where one is weak."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from avcourse.municipality.assessment import DimensionResult
from avcourse.municipality.fields import Field, Sheet, fitting
from avcourse.municipality.instrument import DIMENSIONS
from avcourse.municipality.records import Record

CARD: Final = Sheet(
    "card",
    (
        Field("title", "text", required=True),
        Field("problem", "long"),
        Field("did", "long"),
        Field("result", "long"),
        Field("number", "text"),
        Field("source", "text"),
        Field("differently", "long"),
        Field("dimension", "choice", DIMENSIONS),
        Field("consent", "choice", ("no", "anonymous", "named")),
        Field("municipality", "text"),
        Field("contact", "text"),
    ),
)

PARTNER: Final = Sheet(
    "partner",
    (
        Field("municipality", "text", required=True),
        Field("offers", "choices", DIMENSIONS),
        Field("seeks", "choices", DIMENSIONS),
        Field("contact", "text"),
        Field("consent", "yes"),
    ),
)

COUNT: Final = 2
"""How many dimensions count as one's strongest and one's weakest."""


@dataclass(frozen=True, slots=True)
class Match:
    """A partner (record id): ``learn`` are dimensions to learn there, ``share`` those in which one can help."""

    partner: str
    learn: tuple[str, ...]
    share: tuple[str, ...]


def weakest_and_strongest(result: Iterable[DimensionResult]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return one's weakest and strongest dimensions by the middle of the evidenced interval; a dimension without an estimate is neither.

    With fewer than four estimates the halves are smaller, so that no dimension is both.
    """
    middles = [
        ((each.evidenced.low + each.evidenced.high) / 2, each.dimension)
        for each in result
        if each.evidenced is not None
    ]
    # Equal dimensions stand in the instrument's order, so that the same answers always find the same partners.
    order = [dimension for _, dimension in sorted(middles, key=lambda pair: (pair[0], DIMENSIONS.index(pair[1])))]
    half = min(COUNT, len(order) // 2)
    return tuple(order[:half]), tuple(order[len(order) - half :])


def partners_for(result: Iterable[DimensionResult], partners: Mapping[str, Record]) -> tuple[Match, ...]:
    """Return partners who offer what one is weak in, those first with whom the help goes both ways; only who consented is named."""
    weak, strong = weakest_and_strongest(result)
    matches = []
    for key, record in partners.items():
        data = fitting(PARTNER, record.data)
        learn = tuple(dimension for dimension in weak if dimension in data.get("offers", ()))
        share = tuple(dimension for dimension in strong if dimension in data.get("seeks", ()))
        if learn and data.get("consent"):
            matches.append(Match(key, learn, share))
    return tuple(sorted(matches, key=lambda match: (not match.share, -len(match.learn), match.partner)))
