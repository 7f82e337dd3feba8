"""The 79 municipalities: name, county, population and size class."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

from avcourse.course.datasets import read_table

SIZE_LIMITS: Final = (5_000, 10_000, 20_000, 50_000)
"""Upper limits of the size classes, in residents; the last class has none."""


@dataclass(frozen=True, slots=True)
class Municipality:
    """One municipality. Population and voters are counts, area is in square kilometres."""

    code: str
    name: str
    kind: str
    county: str
    population: int
    population_date: str
    voters: int
    area_km2: float


@cache
def load_municipalities() -> tuple[Municipality, ...]:
    """Return all municipalities, ordered by name.

    Source: rahvaalgatus.ee's list of June 2024 and the Land Board's division; see ``datasets/datapackage.json``.

    Examples
    --------
    >>> len(load_municipalities())
    79
    """
    rows = read_table("municipalities")
    found = (
        Municipality(r["ehak_code"], r["name"], r["type"], r["county"], int(r["population"]), r["population_date"],
                     int(r["voters"]), float(r["area_km2"]))
        for r in rows
    )  # fmt: skip
    return tuple(sorted(found, key=lambda m: m.name))


def size_class(municipality: Municipality) -> int:
    """Return the size class, 0 (smallest) to 4, by ``SIZE_LIMITS``."""
    return sum(municipality.population >= limit for limit in SIZE_LIMITS)
