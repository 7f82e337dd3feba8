"""The municipality's digital solutions: what each is for, where nothing serves a purpose and what needs attention soon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.fields import Field, Sheet, fitting
from avcourse.municipality.records import Record

PURPOSES: Final = ("inform", "consult", "involve", "co-decide", "serve", "open-data", "spending", "integrity")
KINDS_OF_SOLUTION: Final = (
    "website",
    "document-register",
    "council-system",
    "app",
    "portal",
    "e-service",
    "survey",
    "map",
    "newsletter",
    "social-media",
    "whistleblowing",
    "other",
)

SOLUTION: Final = Sheet(
    "solution",
    (
        Field("name", "text", required=True),
        Field("purposes", "choices", PURPOSES),
        Field("kind", "choice", KINDS_OF_SOLUTION),
        Field("catalogue", "choice"),
        Field("users_year", "number", minimum=0, whole=True),
        Field("login", "choice", ("none", "tara", "own", "other")),
        Field("licence", "choice", ("open", "closed", "unknown")),
        Field("vendor", "text"),
        Field("cost_year", "money"),
        Field("owner", "text"),
        Field("contract_end", "date"),
        Field("security_review", "date"),
        Field("accessibility", "choice", ("full", "partial", "none", "missing")),
        Field("accessibility_link", "link"),
        Field("estonian", "choice", ("full", "partial", "none")),
        Field("note", "long"),
    ),
)

CONTRACT_DAYS: Final = 180
REVIEW_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class PurposeCover:
    """Which solutions serve a purpose, by id in the order of the inventory."""

    purpose: str
    solutions: tuple[str, ...]

    @property
    def gap(self) -> bool:
        """Whether nothing serves the purpose."""
        return not self.solutions

    @property
    def overlap(self) -> bool:
        """Whether two or more solutions serve it: worth asking, not wrong in itself."""
        return len(self.solutions) > 1


def purpose_cover(solutions: Mapping[str, Record]) -> tuple[PurposeCover, ...]:
    """Return for each purpose the solutions that serve it.

    Examples
    --------
    >>> web = Record("solution", "a", {"name": "Veebileht", "purposes": ["inform"]}, "")
    >>> [cover.purpose for cover in purpose_cover({"a": web}) if not cover.gap]
    ['inform']
    """
    sound = {key: fitting(SOLUTION, record.data) for key, record in solutions.items()}
    return tuple(
        PurposeCover(purpose, tuple(key for key, data in sound.items() if purpose in data.get("purposes", ())))
        for purpose in PURPOSES
    )


@dataclass(frozen=True, slots=True)
class YearlyCost:
    """What the solutions cost in a year: the sum of ``known`` costs in euros; ``unknown`` solutions have none written down."""

    total: int
    known: int
    unknown: int


def yearly_cost(solutions: Mapping[str, Record]) -> YearlyCost:
    """Return the sum of the yearly costs, and of how many solutions it is the sum."""
    costs = [fitting(SOLUTION, record.data).get("cost_year") for record in solutions.values()]
    known = [cost for cost in costs if cost is not None]
    return YearlyCost(sum(known), len(known), len(costs) - len(known))


@dataclass(frozen=True, slots=True)
class SolutionWarning:
    """What needs attention: ``kind`` is a key of the words ``inventory-warning``; ``date`` is the day it speaks of, where there is one."""

    solution: str
    kind: str
    date: str | None = None


def warnings(solutions: Mapping[str, Record], today: date) -> tuple[SolutionWarning, ...]:
    """Return what needs attention, in the order of the inventory: contracts, security reviews, accessibility statements."""
    return tuple(
        warning
        for key, record in solutions.items()
        for warning in _warnings_of(key, fitting(SOLUTION, record.data), today)
    )


def _warnings_of(key: str, data: Mapping[str, Any], today: date) -> list[SolutionWarning]:
    found = []
    end, review = _day(data.get("contract_end")), _day(data.get("security_review"))
    if end is not None and end < today:
        found.append(SolutionWarning(key, "contract-ended", end.isoformat()))
    elif end is not None and end <= today + timedelta(days=CONTRACT_DAYS):
        found.append(SolutionWarning(key, "contract-ends", end.isoformat()))
    if review is None:
        found.append(SolutionWarning(key, "review-missing"))
    elif review < today - timedelta(days=REVIEW_DAYS):
        found.append(SolutionWarning(key, "review-old", review.isoformat()))
    if data.get("accessibility") in (None, "missing"):
        found.append(SolutionWarning(key, "accessibility-missing"))
    return found


def _day(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)


@dataclass(frozen=True, slots=True)
class Starter:
    """A solution that nearly every municipality has, to begin the inventory with. ``id`` is a key of the words ``starter``."""

    id: str
    kind: str
    purposes: tuple[str, ...]
    login: str | None = None


STARTERS: Final = (
    Starter("website", "website", ("inform",), "none"),
    Starter("document-register", "document-register", ("inform",), "none"),
    Starter("council-system", "council-system", ("inform", "co-decide")),
    Starter("council-stream", "portal", ("inform",), "none"),
    Starter("newsletter", "newsletter", ("inform",), "none"),
    Starter("social-media", "social-media", ("inform", "consult"), "other"),
    Starter("survey", "survey", ("consult",)),
    Starter("participatory-budget", "portal", ("involve", "co-decide")),
    Starter("self-service", "e-service", ("serve",), "tara"),
    Starter("map", "map", ("inform", "consult")),
    Starter("issue-reporting", "app", ("consult", "serve")),
    Starter("whistleblowing", "whistleblowing", ("integrity",)),
)


def starter_patch(starter: Starter, language: Language) -> dict[str, Any]:
    """Return a starter as a patch for a new solution, named in a language.

    Examples
    --------
    >>> starter_patch(STARTERS[0], "en")["purposes"]
    ['inform']
    """
    patch = {"name": say(f"starter.{starter.id}", language), "kind": starter.kind, "purposes": list(starter.purposes)}
    return patch | ({"login": starter.login} if starter.login else {})
