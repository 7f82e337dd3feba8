"""All of the municipality's work in one JSON file: saved out, read in again unchanged, on this computer or another.

``{"avcourse": 1, "municipality": "…", "records": {kind: {id: data}}}``. What is read in is checked by the same rules as what is typed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from avcourse.course.language import Text
from avcourse.municipality.assessment import ROLES
from avcourse.municipality.experience import CARD, PARTNER
from avcourse.municipality.fields import ID, Field, clean_value, fits_log, missing, place
from avcourse.municipality.inventory import SOLUTION
from avcourse.municipality.level_records import LEVEL_FIELDS, as_level, check_level, check_levels
from avcourse.municipality.plan import COMMITMENT, CONSULTATION, PLAN
from avcourse.municipality.proposals import PROPOSAL
from avcourse.municipality.records import KINDS, read_records, save_records
from avcourse.municipality.values import Unfit, clean_text
from avcourse.municipality.words import both, plain, refuse

FORMAT: Final = 1
LARGEST_WORK: Final = 5 * 1024 * 1024
SHEETS: Final = {sheet.kind: sheet for sheet in (SOLUTION, PROPOSAL, COMMITMENT, CONSULTATION, PLAN, CARD, PARTNER)}
"""The forms, by the kind of their records."""

VOICES: Final = tuple(role for role in ROLES if role != "leader")
"""Roles of colleagues; the leader answers in the course itself."""

PROFILE_FIELDS: Final = (
    Field("name", "text"),
    Field("kind", "choice", ("vald", "linn")),
    Field("county", "text"),
    Field("population", "number", minimum=0, whole=True),
    Field("population_date", "text"),
    Field("voters", "number", minimum=0, whole=True),
    Field("area_km2", "number", minimum=0),
)


@dataclass(frozen=True, slots=True)
class Work:
    """What a file holds: the municipality's name, where it says one, and records by kind and id."""

    municipality: str | None
    records: Mapping[str, Mapping[str, Mapping[str, Any]]]


def write_records(records: Mapping[str, Mapping[str, Mapping[str, Any]]], municipality: str | None = None) -> bytes:
    """Return records as the bytes of a file; kinds without records are left out."""
    data = {
        "avcourse": FORMAT,
        "municipality": municipality,
        "records": {kind: {key: dict(own) for key, own in found.items()} for kind, found in records.items() if found},
    }
    return (json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode("utf-8")


def export_work(municipality: str | None = None, start: Path | None = None) -> bytes:
    """Return all of the learner's records as the bytes of a file; ``municipality`` is the name to be written into it.

    Raises
    ------
    ResponsesUnreadable
        If a log cannot be read.
    """
    records = {kind: {key: record.data for key, record in read_records(kind, start).items()} for kind in KINDS}
    return write_records(records, municipality)


def read_json(name: str, data: bytes) -> dict[str, Any]:
    """Return the object in a JSON file of the course.

    Raises
    ------
    ImportRefused
        If the file is none.
    """
    if len(data) > LARGEST_WORK:
        raise refuse(name, [both("import.too-large", limit="5 MB")])
    if not data.strip():
        raise refuse(name, [both("import.empty")])
    try:
        found = json.loads(data.decode("utf-8-sig"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise refuse(name, [both("import.json")]) from None
    version = found.get("avcourse") if isinstance(found, dict) else None
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise refuse(name, [both("import.json")])
    if version > FORMAT:
        raise refuse(name, [both("import.json-newer")])
    return dict(found)


def _no_constant(word: str) -> float:
    """Refuse NaN and Infinity: JSON has neither."""
    raise ValueError(word)


def read_work(name: str, data: bytes) -> Work:
    """Return what a file of the municipality's work holds, checked; nothing is saved.

    Raises
    ------
    ImportRefused
        If anything in the file does not fit.
    """
    found = read_json(name, data)
    records = found.get("records")
    if not isinstance(records, dict):
        raise refuse(name, [both("import.json")])
    problems: list[Text] = []
    read: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, own in records.items():
        if kind not in KINDS:
            problems.append(both("import.json-kind", name=plain(str(kind)[:60])))
        elif not isinstance(own, dict):
            problems.append(both("import.json-shape"))
        else:
            read[kind] = {key: _checked(kind, key, record, problems) for key, record in own.items()}
    try:
        municipality = clean_text(found.get("municipality") or "")
    except Unfit as fault:
        municipality = None
        problems.append(fault.reason)
    if problems:
        raise refuse(name, problems)
    return Work(municipality, {kind: own for kind, own in read.items() if own})


def _checked(kind: str, key: str, record: object, problems: list[Text]) -> dict[str, Any]:
    """Return a record with only what fits; what does not is added to ``problems``."""
    named = {"kind": both(f"import.kind-{kind}"), "name": plain(key[:60])}
    if not ID.fullmatch(key) or not isinstance(record, dict):
        problems.append(both("import.record", reason=both("import.json-shape"), **named))
        return {}
    cleaned: dict[str, Any] = {}
    for field, value in record.items():
        try:
            cleaned |= _CHECKS[kind](str(field), value)
        except Unfit as fault:
            where = _place(kind, str(field), fault)
            problems.append(both("import.record-field", field=where, reason=fault.reason, **named))
    if kind in SHEETS and not problems:
        sheet = SHEETS[kind]
        problems += [
            both("import.record-field", field=both(f"{kind}.{gap}"), reason=both("field.required"), **named)
            for gap in missing(sheet, cleaned)
        ]
    if not fits_log(cleaned):
        problems.append(both("import.record", reason=both("field.too-much"), **named))
    return {field: value for field, value in cleaned.items() if value is not None}


def _place(kind: str, field: str, fault: Unfit) -> Text:
    sheet = SHEETS.get(kind)
    if sheet is not None and any(own.id == field for own in sheet.fields):
        return place(sheet, field, fault)
    if kind in ("level", "again") and any(own.id == field for own in LEVEL_FIELDS):
        return both(f"table.{field}")
    return plain(" ".join(part for part in (field[:60], fault.sub) if part))


def _of_fields(fields: tuple[Field, ...]) -> Callable[[str, object], dict[str, Any]]:
    known = {field.id: field for field in fields}

    def check(name: str, value: object) -> dict[str, Any]:
        if name not in known:
            raise Unfit("unknown")
        return {name: clean_value(known[name], value)}

    return check


def _check_voice(name: str, value: object) -> dict[str, Any]:
    if name == "role":
        return {name: clean_value(Field("role", "choice", VOICES), value)}
    if name == "date":
        return {name: clean_value(Field("date", "date"), value)}
    if name == "answers" and isinstance(value, dict):
        return {name: {key: _of_criterion(key, as_level, level) for key, level in value.items()}}
    raise Unfit("unknown")


def _check_round(name: str, value: object) -> dict[str, Any]:
    if name == "date":
        return {name: clean_value(Field("date", "date"), value)}
    if name == "answers" and isinstance(value, dict):
        return {name: {key: _of_criterion(key, check_levels, answer) for key, answer in value.items()}}
    raise Unfit("unknown")


def _of_criterion(key: str, check: Callable[[object], Any], value: object) -> Any:
    try:
        if not ID.fullmatch(key):
            raise Unfit("unknown")
        return check(value)
    except Unfit as fault:
        fault.sub = key[:60]
        raise


_CHECKS: Final[Mapping[str, Callable[[str, object], dict[str, Any]]]] = {
    "level": check_level,
    "voice": _check_voice,
    "round": _check_round,
    "again": check_level,
    "earlier": _check_round,
    "profile": _of_fields(PROFILE_FIELDS),
    **{kind: _of_fields(sheet.fields) for kind, sheet in SHEETS.items()},
}


def save_work(work: Work, start: Path | None = None) -> None:
    """Save what a file held: its records stand afterwards as they are in the file, other records stay.

    Raises
    ------
    AnswerNotSaved
        If a log cannot be written; reading the same file in again completes it.
    """
    for kind, records in work.records.items():
        old = read_records(kind, start)
        patches = {
            key: {**dict.fromkeys(old[key].data if key in old else ()), **record} for key, record in records.items()
        }
        # A record that already stands as in the file needs no new line.
        changed = {
            key: patch for key, patch in patches.items() if key not in old or dict(old[key].data) != dict(records[key])
        }
        save_records(kind, changed, start)
