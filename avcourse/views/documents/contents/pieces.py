"""Pieces that several documents are made of: fields of a form as facts, rows as tables, pictures, words for what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from avcourse.course.language import Language, say, words
from avcourse.municipality.fields import Field, Sheet, label, show_value
from avcourse.municipality.instrument import Instrument
from avcourse.municipality.profile import Municipality
from avcourse.municipality.proposals import LOGIC
from avcourse.municipality.records import Record
from avcourse.views.charts import svg
from avcourse.views.charts_municipality import png
from avcourse.views.documents.model import Column, Fact, Facts, Kind, Picture, Table, Value

_KINDS: Final[Mapping[str, Kind]] = {"number": "number", "money": "money", "date": "date", "link": "link"}
INDICATOR_COLUMNS: Final = ("name", "baseline", "target", "source", "owner", "due")
"""The row as municipalities write it in development plans; kind and unit stand with the name, which leaves room for words."""


def name_of(municipality: Municipality | None, language: Language) -> str:
    """Return the municipality's name, or that none is chosen."""
    return municipality.name if municipality else say("document-labels.no-municipality", language)


def title_of(record: Record, language: Language, field: str = "title") -> str:
    """Return a record's title, or that it has none."""
    return str(record.data.get(field) or say("document-labels.untitled", language))


def label_of(sheet: Sheet, field: str, language: Language) -> str:
    """Return what a field is called in a document: as on the form, unless the form speaks to the one who fills it in."""
    own = words("document-labels", language).get(f"{sheet.kind}-{field}")
    return own or label(sheet, field, language)


def day_of(value: object) -> date | None:
    """Return an ISO date as a date; None for anything else.

    Examples
    --------
    >>> day_of("2026-11-24"), day_of("sügisel"), day_of(None)
    (datetime.date(2026, 11, 24), None, None)
    """
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def _value(sheet: Sheet, field_id: str, field: Field, value: Any, language: Language) -> Value:
    if value is None or value == "":
        return None
    match field.kind:
        case "number" | "money" if isinstance(value, int | float) and not isinstance(value, bool):
            return value
        case "date":
            return day_of(value) or str(value)
        case "choice" if field.options and value not in field.options:
            return str(value)
        case "choices" if isinstance(value, list | tuple):
            return show_value(sheet, field_id, [each for each in value if each in field.options], language)
        case "choice":
            own = words("document-labels", language).get(f"{sheet.kind}-{field_id}-{value}")
            return own or show_value(sheet, field_id, value, language)
        case "yes":
            return show_value(sheet, field_id, value, language)
    return str(value)


def fact_of(sheet: Sheet, field_id: str, data: Mapping[str, Any], language: Language) -> Fact:
    """Return one field of a record as a fact: numbers, money and dates stay what they are."""
    field = sheet.field(field_id)
    value = _value(sheet, field_id, field, data.get(field_id), language)
    return Fact(label_of(sheet, field_id, language), value, _KINDS.get(field.kind, "text"))


def facts_of(sheet: Sheet, fields: Sequence[str], data: Mapping[str, Any], language: Language) -> tuple[Fact, ...]:
    """Return several fields of a record as facts."""
    return tuple(fact_of(sheet, field, data, language) for field in fields)


def rows_of(data: Mapping[str, Any], field: str) -> list[Mapping[str, Any]]:
    """Return a field of rows; what is no row is left out."""
    rows = data.get(field)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list | tuple) else []


def row_table(
    sheet: Sheet,
    field: str,
    columns: Sequence[str],
    rows: Sequence[Mapping[str, Any]],
    language: Language,
) -> tuple[tuple[Column, ...], tuple[tuple[Value, ...], ...]]:
    """Return columns and rows of a field of rows."""
    fields = [sheet.field(f"{field}.{column}") for column in columns]
    heads = tuple(
        Column(label(sheet, f"{field}.{each.id}", language), _KINDS.get(each.kind, "text")) for each in fields
    )
    made = tuple(
        tuple(_value(sheet, f"{field}.{each.id}", each, row.get(each.id), language) for each in fields) for row in rows
    )
    return heads, made


def indicators(sheet: Sheet, record: Record, part: Fact, language: Language) -> Table:
    """Return the indicators of a proposal or commitment in the form indicator, baseline, target, source, responsible, due."""
    rows = rows_of(record.data, "indicators")
    columns, made = row_table(sheet, "indicators", INDICATOR_COLUMNS, rows, language)
    named = []
    for row, cells in zip(rows, made, strict=True):
        kind = _value(sheet, "indicators.kind", sheet.field("indicators.kind"), row.get("kind"), language)
        marks = ", ".join(str(each) for each in (str(kind).lower() if kind else None, row.get("unit")) if each)
        name = str(cells[0] or say("document-labels.untitled", language))
        named.append((f"{name} ({marks})" if marks else name, *cells[1:]))
    return Table(
        say("document-labels.indicators", language, title=title_of(record, language)),
        columns,
        tuple(named),
        empty=say("document-labels.indicators-none", language),
        sheet=say("document-labels.indicators-sheet", language),
        part=part,
    )


def logic_model(sheet: Sheet, record: Record, part: Fact, language: Language) -> Table:
    """Return the logic model, from what is put in to what changes in the end; without rows where nothing of it is written."""
    rows = [(label_of(sheet, field, language), record.data.get(field)) for field in LOGIC]
    columns = tuple(Column(say(f"document-labels.logic-{name}", language)) for name in ("part", "text"))
    return Table(
        say("document-labels.logic", language, title=title_of(record, language)),
        columns,
        tuple((name, str(text) if text else None) for name, text in rows) if any(text for _, text in rows) else (),
        empty=say("document-labels.logic-none", language),
        sheet=say("document-labels.logic-sheet", language),
        part=part,
    )


def criterion_title(criterion: object, instrument: Instrument, language: Language) -> str | None:
    """Return a criterion's title by its id, None where there is none."""
    found = next((each for each in instrument.criteria if each.id == criterion), None)
    return found.title.in_(language) if found else None


def picture(figure: Any, alt: str, caption: str) -> Picture:
    """Return a figure of ``views.charts_municipality`` as a block."""
    return Picture(svg(figure), png(figure), alt, caption)


def section(facts: Sequence[Fact], sheet: str, part: Fact) -> Facts:
    """Return facts that are one row of an Excel sheet."""
    return Facts(tuple(facts), sheet, part)
