"""The assessment and the inventory as files of a spreadsheet program, and colleagues' answers: read in and written out.

A file is read whole or not at all: the first thing that does not fit stands in the sentence of the refusal, all of it in
``error.fields["problems"]``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from avcourse.course.language import Language, Text, say
from avcourse.errors import RecordRefused
from avcourse.municipality.catalogue import load_catalogue
from avcourse.municipality.exchange import VOICES, read_json, read_work, write_records
from avcourse.municipality.fields import ID, Field, help_text
from avcourse.municipality.instrument import Criterion, Instrument, load_instrument
from avcourse.municipality.inventory import SOLUTION
from avcourse.municipality.level_records import LEVEL_FIELDS, LEVELS, as_level
from avcourse.municipality.levels import clean_level
from avcourse.municipality.tablefiles import Cell, Table, heading_key, read_table_file
from avcourse.municipality.tablerows import ID_COLUMN, SHOWN, Column, Entry, Refused, RowReader, as_text, read_cell
from avcourse.municipality.tablewriting import Written, write_csv, write_xlsx
from avcourse.municipality.values import Unfit, clean_date
from avcourse.municipality.words import both, plain, refuse

__all__ = [
    "Table",
    "read_assessment",
    "read_solutions",
    "read_table_file",
    "read_voice",
    "write_assessment_csv",
    "write_assessment_json",
    "write_assessment_xlsx",
    "write_solutions_csv",
    "write_solutions_json",
    "write_solutions_xlsx",
]

LARGEST_VOICE: Final = 200 * 1024
ID_MARK: Final = "#"
"""Stands before an id of ours in a table: without it a spreadsheet program takes 4e12 for a number."""

Levels = Mapping[str, Mapping[str, Any]]
"""Criterion id to the data of its ``level`` record."""


def assessment_columns() -> tuple[Column, ...]:
    """Return the columns of the assessment's table: what helps to judge stands beside what is filled in."""
    shown = [
        Column(ID_COLUMN, both("table.id"), width=8),
        Column("dimension", both("table.dimension"), width=16),
        Column("statement", both("table.statement"), width=44),
        *(Column(f"anchor-{level}", both("table.anchor", level=level), width=26) for level in range(5)),
    ]
    widths = {"level": 12, "confidence": 14, "evidence": 40, "evidence_date": 14, "note": 30}
    return (
        *shown,
        *(
            Column(
                field.id,
                both(f"table.{field.id}"),
                field,
                _level_options(field.id),
                help=both(f"table.help-{field.id}"),
                width=widths[field.id],
            )
            for field in LEVEL_FIELDS
        ),
    )


def _level_options(field_id: str) -> dict[str, Text]:
    options = next(field.options for field in LEVEL_FIELDS if field.id == field_id)
    if field_id == "level":
        return {level: plain(level) if level.isdigit() else both(f"instrument.level-{level}") for level in LEVELS}
    return {option: both(f"instrument.{field_id}-{option}") for option in options}


def read_assessment(
    name: str, data: bytes, instrument: Instrument | None = None, today: date | None = None
) -> dict[str, dict[str, Any]]:
    """Return patches for ``level`` records by criterion id; a row in which nothing is filled in says nothing.

    Raises
    ------
    ImportRefused
        If anything in the file does not fit.
    """
    if _is_json(data):
        return _of_kind(name, data, "level")
    known = {criterion.id: criterion for criterion in (instrument or load_instrument()).criteria}
    reader = RowReader(name, data, assessment_columns())
    for needed in (ID_COLUMN, "level"):
        if needed not in reader.places:
            raise refuse(name, [both("import.no-id-column", column=both(f"table.{needed}"))])
    patches: dict[str, dict[str, Any]] = {}
    for entry in reader.entries(_read_assessment_cell):
        criterion = known.get((entry.id or "").lower())
        if criterion is None:
            shown = plain((entry.id or "")[:SHOWN])
            reader.add_problem(entry.row, ID_COLUMN, both("import.criterion-unknown", value=shown))
        elif criterion.id in patches:
            reader.add_problem(entry.row, ID_COLUMN, both("import.id-twice", value=plain(criterion.id)))
        else:
            patches[criterion.id] = _answer_patch(reader, entry, criterion, today or date.today())
    reader.refuse_problems()
    filled = {key: patch for key, patch in patches.items() if patch["level"] is not None}
    if not filled:
        raise refuse(name, [both("import.nothing")])
    return filled


def _answer_patch(reader: RowReader, entry: Entry, criterion: Criterion, today: date) -> dict[str, Any]:
    """Return what a row says of a criterion, by the same rules as the page."""
    patch: dict[str, Any] = {}
    for field, value in entry.patch.items():
        try:
            patch |= clean_level(criterion, {field: value}, today)
        except RecordRefused as error:
            reason = both("import.level-applies") if (field, value) == ("level", "na") else error.fields["reason"]
            reader.add_problem(entry.row, field, reason if isinstance(reason, Text) else plain(reason))
    if patch.get("level") is None and any(entry.patch.values()) and "level" in patch:
        reader.add_problem(entry.row, "level", both("import.level-missing"))
    return patch


def _read_assessment_cell(column: Column, cell: Cell) -> Any:
    if column.id == ID_COLUMN:
        return _id_text(cell)
    if column.id in ("evidence", "note"):
        return None if cell is None else as_text(cell)
    if column.id == "evidence_date":
        return cell
    if column.id != "level" or cell is None:
        return read_cell(column, cell)
    option = column.option_of(as_text(cell))
    if option is None:
        raise Refused(both("import.level", value=plain(as_text(cell)[:SHOWN])))
    return as_level(option)


def _id_text(cell: Cell) -> str | None:
    text = "" if cell is None else str(cell).strip().removeprefix(ID_MARK)
    return text or None


def _assessment_table(levels: Levels, language: Language, instrument: Instrument | None) -> Written:
    rows = []
    for criterion in (instrument or load_instrument()).criteria:
        level = levels.get(criterion.id, {})
        row: dict[str, Any] = {
            ID_COLUMN: criterion.id,
            "dimension": say(f"instrument.dimension-{criterion.dimension}", language),
            "statement": criterion.text.in_(language),
            **{f"anchor-{number}": anchor.in_(language) for number, anchor in enumerate(criterion.anchors)},
            **{field.id: level.get(field.id) for field in LEVEL_FIELDS},
        }
        # In a table a level is an option like any other.
        rows.append(row | {"level": None if row["level"] is None else str(row["level"])})
    help_ = (say("table.help-general", language),)
    return Written(say("table.sheet-level", language), assessment_columns(), tuple(rows), help_, frozen=3)


def write_assessment_xlsx(levels: Levels, language: Language, instrument: Instrument | None = None) -> bytes:
    """Return the assessment as a workbook: every criterion with its anchors, and the answers given so far."""
    return write_xlsx(_assessment_table(levels, language, instrument), language)


def write_assessment_csv(levels: Levels, language: Language, instrument: Instrument | None = None) -> bytes:
    """Return the assessment as CSV for Estonian Excel."""
    return write_csv(_assessment_table(levels, language, instrument), language)


def write_assessment_json(levels: Levels) -> bytes:
    """Return the answers as JSON that reads in again unchanged."""
    return write_records({"level": levels})


def solution_columns() -> tuple[Column, ...]:
    """Return the columns of the inventory's table."""
    return (Column(ID_COLUMN, both("table.id"), width=14), *map(_solution_column, SOLUTION.fields))


def _solution_column(field: Field) -> Column:
    key = f"solution.{field.id}"
    if field.id == "catalogue":
        options = {item.id: plain(item.name) for item in load_catalogue()}
    else:
        options = {option: both(f"{key}-{option}") for option in field.options}
    helped = both(f"{key}-help") if help_text(SOLUTION, field.id, "et") else None
    if field.kind == "choices":
        several = both("table.help-several")
        helped = Text(f"{helped.et} {several.et}", f"{helped.en} {several.en}") if helped else several
    width = {"text": 26, "long": 44, "link": 34, "choices": 34, "choice": 20}.get(field.kind, 14)
    # A row of the catalogue that has since been withdrawn is kept by its id.
    other = "solution-" if field.id == "catalogue" else None
    return Column(field.id, both(key), field, options, other, helped, width)


def read_solutions(name: str, data: bytes) -> dict[str, dict[str, Any]]:
    """Return patches for ``solution`` records by id; a row without id gets one from its name, the same at every reading.

    Raises
    ------
    ImportRefused
        If anything in the file does not fit.
    """
    if _is_json(data):
        return _of_kind(name, data, "solution")
    reader = RowReader(name, data, solution_columns())
    if "name" not in reader.places:
        raise refuse(name, [both("import.no-id-column", column=both("solution.name"))])
    patches: dict[str, dict[str, Any]] = {}
    for entry in reader.entries(_read_solution_cell):
        if entry.patch.get("name") is None and "name" in entry.patch:
            reader.add_problem(entry.row, "name", both("import.required"))
        key = entry.id or _id_of(str(entry.patch.get("name")), patches)
        if key in patches:
            reader.add_problem(entry.row, ID_COLUMN, both("import.id-twice", value=plain(key)))
        patches[key] = dict(entry.patch)
    reader.refuse_problems()
    if not patches:
        raise refuse(name, [both("import.nothing")])
    return patches


def _read_solution_cell(column: Column, cell: Cell) -> Any:
    if column.id != ID_COLUMN:
        return read_cell(column, cell)
    text = _id_text(cell)
    if text is not None and (isinstance(cell, int | float) or not ID.fullmatch(text)):
        raise Refused(both("import.id-wrong", value=plain(text[:SHOWN])))
    return text


def _id_of(solution: str, taken: Mapping[str, object]) -> str:
    """Return an id made of a name, so that the same file read in twice changes the same records and doubles none."""
    count = 0
    while True:
        key = hashlib.sha256(f"{heading_key(solution)} {count}".encode()).hexdigest()[:10]
        if key not in taken:
            return key
        count += 1


def _solution_table(solutions: Mapping[str, Mapping[str, Any]], language: Language) -> Written:
    rows = tuple({ID_COLUMN: f"{ID_MARK}{key}", **data} for key, data in solutions.items())
    help_ = (say("table.help-general", language), say("table.help-new-row", language))
    return Written(say("table.sheet-solution", language), solution_columns(), rows, help_, frozen=2, grows=True)


def write_solutions_xlsx(solutions: Mapping[str, Mapping[str, Any]], language: Language) -> bytes:
    """Return the inventory as a workbook with room for new rows."""
    return write_xlsx(_solution_table(solutions, language), language)


def write_solutions_csv(solutions: Mapping[str, Mapping[str, Any]], language: Language) -> bytes:
    """Return the inventory as CSV for Estonian Excel."""
    return write_csv(_solution_table(solutions, language), language)


def write_solutions_json(solutions: Mapping[str, Mapping[str, Any]]) -> bytes:
    """Return the inventory as JSON that reads in again unchanged."""
    return write_records({"solution": solutions})


def _is_json(data: bytes) -> bool:
    return data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _of_kind(name: str, data: bytes, kind: str) -> dict[str, dict[str, Any]]:
    found = read_work(name, data).records.get(kind)
    if not found:
        raise refuse(name, [both("import.nothing")])
    return {key: dict(record) for key, record in found.items()}


def read_voice(name: str, data: bytes, instrument: Instrument | None = None) -> tuple[str, dict[str, Any]]:
    """Return id and data of the ``voice`` record in a colleague's file; whatever else stands in the file is left out.

    Raises
    ------
    ImportRefused
        If the file is no colleague's file, or holds no answer to a criterion of the assessment.
    """
    if len(data) > LARGEST_VOICE:
        raise refuse(name, [both("import.too-large", limit="200 kB")])
    voice = read_json(name, data).get("voice")
    answers = voice.get("answers") if isinstance(voice, dict) else None
    if not isinstance(voice, dict) or not isinstance(answers, dict):
        raise refuse(name, [both("import.voice")])
    key = voice.get("id")
    if not isinstance(key, str) or not ID.fullmatch(key):
        raise refuse(name, [both("import.voice")])
    if voice.get("role") not in VOICES:
        raise refuse(name, [both("import.voice-role")])
    try:
        day = clean_date(voice.get("date"))
    except Unfit:
        day = None
    if day is None:
        raise refuse(name, [both("import.voice")])
    known = {criterion.id: criterion for criterion in (instrument or load_instrument()).criteria}
    kept = _voice_answers(name, {each: level for each, level in answers.items() if each in known}, known)
    return key, {"role": voice["role"], "date": day, "answers": kept}


def _voice_answers(name: str, answers: Mapping[str, Any], known: Mapping[str, Criterion]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    problems = []
    for each, level in answers.items():
        try:
            if isinstance(level, str) and level.isdigit():
                raise Unfit("not-option")
            found = as_level(level)
            if found is not None:
                kept[each] = found
        except Unfit:
            problems.append(both("import.voice-level", name=known[each].title))
    if problems:
        raise refuse(name, problems)
    if not kept:
        raise refuse(name, [both("import.voice-answers")])
    return kept
