"""Forms described once: which fields a record has, what they are called, what fits them and how people read them.

The words of a sheet stand in ``course/strings_work.toml``, in the table that has the name of its kind: ``<field>`` is the label,
``<field>-help`` the help, ``<field>-<option>`` an option; ``.`` before a field of rows is written ``--``. See docs/municipality.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from avcourse.answers.responses import LONGEST_LINE
from avcourse.course.language import Language, Text, say, words
from avcourse.errors import RecordRefused
from avcourse.municipality.values import (
    Unfit,
    clean_date,
    clean_link,
    clean_money,
    clean_number,
    clean_text,
    clean_yes,
    show_date,
    show_number,
)
from avcourse.municipality.words import both, plain

FieldKind = Literal["text", "long", "choice", "choices", "number", "money", "date", "link", "yes", "rows"]
MOST_ROWS: Final = 50
ROOM_ON_LINE: Final = 512
"""Bytes of a line of the log that are not the answer."""
ID: Final = re.compile(r"[a-z0-9-]{1,64}")


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    A choice without options takes the id of something else (a criterion, a proposal, a row of the catalogue): the page puts its options in.
    ``fields`` are those of a row; ``whole`` is for counts, where 1.200 would be doubtful.
    """

    id: str
    kind: FieldKind
    options: tuple[str, ...] = ()
    required: bool = False
    fields: tuple[Field, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form: ``kind`` is the kind of its records and the table of its words."""

    kind: str
    fields: tuple[Field, ...]

    def field(self, field_id: str) -> Field:
        """Return a field by its id; ``"milestones.date"`` is a field of rows.

        Raises
        ------
        KeyError
            If there is none.
        """
        fields, found = self.fields, None
        for part in field_id.split("."):
            found = next((field for field in fields if field.id == part), None)
            if found is None:
                raise KeyError(field_id)
            fields = found.fields
        if found is None:  # pragma: no cover
            raise KeyError(field_id)
        return found


def _key(sheet: Sheet, field_id: str, ending: str = "") -> str:
    return f"{sheet.kind}.{field_id.replace('.', '--')}{ending}"


def label(sheet: Sheet, field_id: str, language: Language) -> str:
    """Return what a field is called."""
    return say(_key(sheet, field_id), language)


def option_label(sheet: Sheet, field_id: str, option: str, language: Language) -> str:
    """Return what an option is called; the id of something else stays an id."""
    return say(_key(sheet, field_id, f"-{option}"), language) if sheet.field(field_id).options else option


def help_text(sheet: Sheet, field_id: str, language: Language) -> str | None:
    """Return what helps to fill a field in, or None."""
    return words(sheet.kind, language).get(f"{field_id.replace('.', '--')}-help")


def clean(sheet: Sheet, patch: Mapping[str, object]) -> dict[str, Any]:
    """Return a patch as it may be saved; an empty value becomes None, which takes the field away.

    Raises
    ------
    RecordRefused
        If a value does not fit its field, a field is unknown, or a required one would be emptied.
    """
    cleaned = {}
    for name, value in patch.items():
        field = next((each for each in sheet.fields if each.id == name), None)
        if field is None:
            raise RecordRefused(name=plain(str(name)[:60]), reason=both("field.unknown"))
        try:
            cleaned[name] = clean_value(field, value)
            if field.required and cleaned[name] is None:
                raise Unfit("required")
        except Unfit as fault:
            raise RecordRefused(name=place(sheet, name, fault), reason=fault.reason) from None
    if not fits_log(cleaned):
        raise RecordRefused(name=both(_key(sheet, next(iter(cleaned)))), reason=both("field.too-much"))
    return cleaned


def fits_log(data: Mapping[str, object]) -> bool:
    """Tell whether a record, saved at once, fits on a line of the log; a longer line would not be read again."""
    answer = json.dumps(data, ensure_ascii=False)
    return len(json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace")) + ROOM_ON_LINE <= LONGEST_LINE


def place(sheet: Sheet, field_id: str, fault: Unfit) -> Text:
    """Return where a value stands that does not fit: the field's label, and row and column where it has rows."""
    name = both(_key(sheet, field_id))
    if fault.row is None:
        return name
    known = fault.sub is not None and any(field.id == fault.sub for field in sheet.field(field_id).fields)
    column = both(_key(sheet, f"{field_id}.{fault.sub}")) if known else plain(fault.sub or "")
    return both("field.place" if fault.sub else "field.place-row", field=name, row=fault.row, column=column)


def clean_value(field: Field, value: object) -> Any:
    """Return one value as it may be saved; None where it is empty.

    Raises
    ------
    Unfit
        If it does not fit its field.
    """
    if value is None or value == "":
        return None
    match field.kind:
        case "text" | "long":
            return clean_text(value, lines=field.kind == "long")
        case "number":
            return clean_number(value, whole=field.whole, minimum=field.minimum, maximum=field.maximum)
        case "money":
            return clean_money(value)
        case "date":
            return clean_date(value)
        case "link":
            return clean_link(value)
        case "yes":
            return clean_yes(value)
        case "choice":
            return _clean_choice(field, value)
        case "choices":
            return _clean_choices(field, value)
        case "rows":
            return _clean_rows(field, value)


def _clean_choice(field: Field, value: object) -> str:
    fits = isinstance(value, str) and (value in field.options if field.options else bool(ID.fullmatch(value)))
    if not fits:
        raise Unfit("not-option")
    return str(value)


def _clean_choices(field: Field, value: object) -> list[str] | None:
    if not isinstance(value, list | tuple):
        raise Unfit("not-option")
    chosen = {_clean_choice(field, each) for each in value}
    return [option for option in field.options if option in chosen] or None


def _clean_rows(field: Field, value: object) -> list[dict[str, Any]] | None:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        raise Unfit("not-rows")
    if len(value) > MOST_ROWS:
        raise Unfit("too-many-rows", limit=MOST_ROWS)
    rows = [_clean_row(field, number, row) for number, row in enumerate(value, start=1)]
    return [row for row in rows if row] or None


def _clean_row(field: Field, number: int, row: Mapping[str, object]) -> dict[str, Any]:
    columns = {column.id: column for column in field.fields}
    cleaned: dict[str, Any] = {}
    for name, value in row.items():
        try:
            if name not in columns:
                raise Unfit("unknown")
            cleaned[name] = clean_value(columns[name], value)
        except Unfit as fault:
            fault.row, fault.sub = number, str(name)[:60]
            raise
    # Columns in the order of the form, whatever order they came in.
    return {name: cleaned[name] for name in columns if cleaned.get(name) is not None}


def fitting(sheet: Sheet, data: Mapping[str, object]) -> dict[str, Any]:
    """Return the fields of a record that fit their form; what was not made by the form (a log edited by hand) is left out.

    Rules read records through this, so that they may trust what they find: a submitted log is data, whoever wrote it.

    Examples
    --------
    >>> sheet = Sheet("consultation", (Field("date", "date"), Field("count", "number")))
    >>> fitting(sheet, {"date": "yesterday", "count": 12, "else": []})
    {'count': 12}
    """
    found = {}
    for field in sheet.fields:
        try:
            value = clean_value(field, data.get(field.id))
        except Unfit:
            continue
        if value is not None:
            found[field.id] = value
    return found


def missing(sheet: Sheet, data: Mapping[str, object]) -> tuple[str, ...]:
    """Return the required fields that a record has not."""
    return tuple(field.id for field in sheet.fields if field.required and data.get(field.id) is None)


def spec_of(sheet: Sheet, language: Language) -> list[dict[str, Any]]:
    """Return what a page may know of a form: its fields with their words in one language."""
    return [_spec(sheet, field, field.id, language) for field in sheet.fields]


def _spec(sheet: Sheet, field: Field, field_id: str, language: Language) -> dict[str, Any]:
    return {
        "id": field.id,
        "kind": field.kind,
        "label": label(sheet, field_id, language),
        "help": help_text(sheet, field_id, language),
        "required": field.required,
        "options": [
            {"id": option, "text": option_label(sheet, field_id, option, language)} for option in field.options
        ],
        "fields": [_spec(sheet, column, f"{field_id}.{column.id}", language) for column in field.fields],
        "minimum": field.minimum,
        "maximum": field.maximum,
        "whole": field.whole,
    }


def show_value(sheet: Sheet, field_id: str, value: Any, language: Language) -> str:
    r"""Return a value as people read it; nothing is an empty text.

    Examples
    --------
    >>> sheet = Sheet("consultation", (Field("date", "date"), Field("count", "number")))
    >>> show_value(sheet, "date", "2026-11-24", "en"), show_value(sheet, "count", 1200, "et")
    ('24.11.2026', '1\xa0200')
    """
    if value is None:
        return ""
    field = sheet.field(field_id)
    match field.kind:
        case "number":
            return show_number(value, language)
        case "money":
            amount = show_number(value, language)
            return f"{amount}\u00a0€" if language == "et" else f"€{amount}"
        case "date":
            return show_date(value)
        case "yes":
            return say("field.yes" if value else "field.no", language)
        case "choice":
            return option_label(sheet, field_id, value, language)
        case "choices":
            return ", ".join(option_label(sheet, field_id, option, language) for option in value)
        case "rows":
            return "\n".join(_show_row(sheet, field, row, language) for row in value)
    return str(value)


def _show_row(sheet: Sheet, field: Field, row: Mapping[str, Any], language: Language) -> str:
    shown = (show_value(sheet, f"{field.id}.{column.id}", row.get(column.id), language) for column in field.fields)
    return "; ".join(text for text in shown if text)
