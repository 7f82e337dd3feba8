"""The catalogue of solutions and cases: what others use and what came of it, from the course's datasets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from avcourse.course.datasets import read_table
from avcourse.course.language import Text


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """One solution. ``purposes`` are those of the inventory; ``open`` is yes, no or partly, ``estonian_ui`` yes, no or unknown.

    ``verified`` is verified or partly: what the sources did not show is left empty rather than guessed.
    """

    id: str
    name: str
    purposes: tuple[str, ...]
    purpose: Text
    origin: str
    licence: str
    open: str
    repository: str
    users: Text
    estonian_ui: str
    languages: str
    last_activity: str
    notes: Text
    verified: str
    source: str
    checked: str


@dataclass(frozen=True, slots=True)
class Case:
    """What somebody did and what came of it. ``solution`` is the id of a catalogue item that the case shows, or None."""

    id: str
    title: Text
    place: Text
    country: str
    year: str
    what: Text
    result: Text
    lesson: Text
    dimension: str
    solution: str | None
    verified: str
    source: str


def _text(row: Mapping[str, str], name: str) -> Text:
    return Text(row[f"{name}_et"], row[f"{name}_en"])


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


@cache
def load_catalogue() -> tuple[CatalogueItem, ...]:
    """Return all solutions of the catalogue, in the order of their numbers.

    Examples
    --------
    >>> next(item.name for item in load_catalogue() if item.id == "solution-7")
    'Rahvaalgatus.ee'
    """
    return tuple(
        CatalogueItem(
            id=row["id"],
            name=row["name"],
            purposes=_parts(row["purposes"]),
            purpose=_text(row, "purpose"),
            origin=row["origin"],
            licence=row["licence"],
            open=row["open"],
            repository=row["repository"],
            users=_text(row, "users"),
            estonian_ui=row["estonian_ui"],
            languages=row["languages"],
            last_activity=row["last_activity"],
            notes=_text(row, "notes"),
            verified=row["verified"],
            source=row["source"],
            checked=row["checked"],
        )
        for row in read_table("solutions")
    )


@cache
def load_cases() -> tuple[Case, ...]:
    """Return all cases, in the order of their numbers.

    Examples
    --------
    >>> load_cases()[0].country
    'EE'
    """
    return tuple(
        Case(
            id=row["id"],
            title=_text(row, "title"),
            place=_text(row, "place"),
            country=row["country"],
            year=row["year"],
            what=_text(row, "what"),
            result=_text(row, "result"),
            lesson=_text(row, "lesson"),
            dimension=row["dimension"],
            solution=row["solution"] or None,
            verified=row["verified"],
            source=row["source"],
        )
        for row in read_table("cases")
    )


def solution_from(item: CatalogueItem) -> dict[str, Any]:
    """Return a catalogue item as a patch for a new solution of the inventory; what the catalogue does not know is left out.

    Examples
    --------
    >>> item = next(item for item in load_catalogue() if item.id == "solution-7")
    >>> solution_from(item)["catalogue"]
    'solution-7'
    """
    licence = {"yes": "open", "no": "closed"}.get(item.open)
    estonian = {"yes": "full", "no": "none"}.get(item.estonian_ui)
    patch = {"name": item.name, "catalogue": item.id, "purposes": list(item.purposes) or None, "licence": licence}
    return {field: value for field, value in (patch | {"estonian": estonian}).items() if value is not None}
