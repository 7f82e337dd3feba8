"""A level and what it rests on, as it may be saved: what a page or a file says is read here again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from avcourse.errors import RecordRefused
from avcourse.municipality.assessment import CONFIDENCES, HIGHEST
from avcourse.municipality.instrument import Criterion
from avcourse.municipality.values import Unfit, clean_date, clean_text, clean_yes
from avcourse.municipality.words import both


def clean_level(criterion: Criterion, patch: Mapping[str, object], today: date) -> dict[str, Any]:
    """Return a patch of a ``level`` record as it may be saved; a new level carries the version of the criterion.

    Raises
    ------
    RecordRefused
        If a value does not fit.
    """
    return {
        **{field: _clean(criterion, field, value, today) for field, value in patch.items()},
        **({"version": criterion.version} if "level" in patch else {}),
    }


def _clean(criterion: Criterion, field: str, value: object, today: date) -> Any:
    if value is None or value == "":
        return None
    try:
        match field:
            case "level":
                return _level(criterion, value)
            case "confidence":
                if value not in CONFIDENCES:
                    raise Unfit("not-option")
                return value
            case "evidence" | "note":
                return clean_text(value, lines=field == "note", longest=2_000)
            case "evidence_date":
                found = clean_date(value)
                if found is not None and found > today.isoformat():
                    raise Unfit("date-future")
                return found
            case "checked":
                return clean_yes(value)
    except Unfit as fault:
        raise RecordRefused(name=both(f"assess.{field}"), reason=fault.reason) from None
    raise RecordRefused(name=criterion.title, reason=both("field.unknown"))


def _level(criterion: Criterion, value: object) -> int | str:
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST
    if value == "unknown" or (value == "na" and criterion.not_applicable is not None) or whole:
        return value  # type: ignore[return-value]  # narrowed by the three conditions
    raise Unfit("not-option")
