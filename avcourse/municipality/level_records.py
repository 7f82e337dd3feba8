"""Records of kind ``level`` as they stand in files: the columns a clerk fills in, and what may stand in a file of all work.

What a new answer to a criterion may be is ruled in ``levels.py``; a file of all work may also hold answers to criteria of another version.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final

from avcourse.municipality.assessment import CONFIDENCES
from avcourse.municipality.fields import Field, clean_value
from avcourse.municipality.records import Record
from avcourse.municipality.values import Unfit

LEVELS: Final = ("0", "1", "2", "3", "4", "unknown", "na")

LEVEL_FIELDS: Final = (
    Field("level", "choice", LEVELS),
    Field("confidence", "choice", CONFIDENCES),
    Field("evidence", "long"),
    Field("evidence_date", "date"),
    Field("note", "long"),
)
"""What a clerk can fill in; ``version`` and ``checked`` are not theirs to write."""


def as_level(value: object) -> int | str | None:
    """Return a level as records hold it: 0 to 4, ``"unknown"`` or ``"na"``; None where there is none.

    Raises
    ------
    Unfit
        If it is no level.

    Examples
    --------
    >>> as_level("3"), as_level(3.0), as_level("na")
    (3, 3, 'na')
    """
    if isinstance(value, int | float) and not isinstance(value, bool) and value in range(5):
        value = str(int(value))
    level: str | None = clean_value(LEVEL_FIELDS[0], value)
    return int(level) if level is not None and level.isdigit() else level


def _is_version(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 1


def check_level(name: str, value: object) -> dict[str, Any]:
    """Return one field of a ``level`` record as it may be saved.

    Raises
    ------
    Unfit
        If it does not fit.
    """
    field = next((field for field in LEVEL_FIELDS if field.id == name), None)
    if name == "level":
        return {name: as_level(value)}
    if field is not None:
        return {name: clean_value(field, value)}
    if (name == "version" and _is_version(value)) or (name == "checked" and isinstance(value, bool)):
        return {name: value}
    raise Unfit("unknown")


def check_levels(value: object) -> dict[str, Any]:
    """Return a whole ``level`` record, as a round holds one for each criterion.

    Raises
    ------
    Unfit
        If a field does not fit.
    """
    if not isinstance(value, Mapping):
        raise Unfit("not-rows")
    checked = [check_level(str(name), each) for name, each in value.items()]
    return {name: each for pair in checked for name, each in pair.items() if each is not None}


def fitting_levels(records: Mapping[str, Record]) -> dict[str, Record]:
    """Return ``level`` records with only what may stand in them, whatever a log holds.

    Examples
    --------
    >>> fitting_levels({"a": Record("level", "a", {"level": 3, "evidence": [], "else": 1}, "")})["a"].data
    {'level': 3}
    """
    return {name: Record(one.kind, one.id, _fitting(one.data), one.at) for name, one in records.items()}


def _fitting(data: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in data.items():
        with suppress(Unfit):
            found |= check_level(name, value)
    return {name: value for name, value in found.items() if value is not None}
