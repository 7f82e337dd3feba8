"""Rows of a table as patches and patches as rows: which column is which field, and what a cell of it may hold.

One description of the columns serves reading and writing, so that what is written reads back unchanged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as made
from datetime import date, datetime
from typing import Any, Final

from avcourse.course.language import LANGUAGES, Language, Text
from avcourse.municipality.fields import Field, clean_value
from avcourse.municipality.tablefiles import Bad, Cell, Row, cell_problem, find_table, heading_key
from avcourse.municipality.values import Unfit, show_date
from avcourse.municipality.words import both, plain, refuse

ID_COLUMN: Final = "id"
SHOWN: Final = 60
"""Characters of a wrong value that are repeated to the person."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table.

    ``field`` is None where the column only helps to fill in the others and is not read. ``options`` are the labels of a choice;
    ``other`` is how an id begins that may stand there without a label. ``width`` is in characters.
    """

    id: str
    label: Text
    field: Field | None = None
    options: Mapping[str, Text] = made(default_factory=dict)
    other: str | None = None
    help: Text | None = None
    width: int = 20

    def option_of(self, word: str) -> str | None:
        """Return the option that a label of either language or an id stands for."""
        key = heading_key(word)
        for option, label in self.options.items():
            if key in (heading_key(option), heading_key(label.et), heading_key(label.en)):
                return option
        return word if self.other is not None and word.startswith(self.other) else None

    def option_text(self, option: str, language: Language) -> str:
        """Return what stands in a cell for an option."""
        label = self.options.get(option)
        return label.in_(language) if label else option


def headings_of(columns: Sequence[Column]) -> dict[str, str]:
    """Return the column's id for every heading by which it may be called, as keys of ``heading_key``."""
    return {
        heading_key(name): column.id for column in columns for name in (column.id, column.label.et, column.label.en)
    }


@dataclass(frozen=True, slots=True)
class Entry:
    """What a row says: its number, its id (None where left empty) and the values of the columns that the file has."""

    row: int
    id: str | None
    patch: Mapping[str, Any]


class RowReader:
    """Reads the rows of a file by a description of columns and collects what does not fit."""

    def __init__(self, name: str, data: bytes, columns: Sequence[Column]) -> None:
        headings = headings_of(columns)
        self.table = find_table(name, data, headings)
        self.columns = {column.id: column for column in columns}
        self.problems: list[Text] = []
        self.places = self._places(headings)

    def _places(self, headings: Mapping[str, str]) -> dict[str, int]:
        """Return where each column stands; refuse a table that is another one."""
        places: dict[str, int] = {}
        for index, heading in enumerate(self.table.head):
            column = headings.get(heading_key(heading))
            if column is not None and column in places:
                raise refuse(self.table.file, [both("import.head-twice", column=heading)])
            if column is not None:
                places[column] = index
        if not places or set(places) == {ID_COLUMN}:
            named = list(self.columns.values())[:3]
            names = Text(*(", ".join(column.label.in_(language) for column in named) for language in LANGUAGES))
            raise refuse(self.table.file, [both("import.no-head", names=names)])
        known = set(places.values())
        for index in range(max(map(len, self._cells()), default=0)):
            if index not in known:
                self._check_unknown(index)
        return places

    def _cells(self) -> list[tuple[Cell, ...]]:
        return [row.cells for row in self.table.rows]

    def _check_unknown(self, index: int) -> None:
        """Note the first cell of a column that we do not know: leaving it out would lose it without a word."""
        row = next((row for row in self.table.rows if len(row.cells) > index and row.cells[index] is not None), None)
        if row is not None:
            name = self.table.column_name(index)
            reason = both("import.head-unknown", column=name) if index < len(self.table.head) else both("import.beyond")
            self.problems.append(both("import.row", row=row.number, reason=reason))

    def column_name(self, column: str) -> str:
        """Return what the person calls a column in this file."""
        return self.table.column_name(self.places[column])

    def add_problem(self, row: int, column: str, reason: Text) -> None:
        """Note what does not fit in a cell."""
        self.problems.append(cell_problem(row, self.column_name(column), reason))

    def entries(self, read: Callable[[Column, Cell], Any]) -> list[Entry]:
        """Return what the rows say; ``read`` makes a value of a cell and raises Unfit."""
        return [self._entry(row, read) for row in self.table.rows]

    def _entry(self, row: Row, read: Callable[[Column, Cell], Any]) -> Entry:
        patch: dict[str, Any] = {}
        for name, index in self.places.items():
            column, cell = self.columns[name], row.cells[index] if index < len(row.cells) else None
            try:
                if isinstance(cell, Bad):
                    raise Refused(both(f"import.{cell.value}"))
                if name == ID_COLUMN or column.field is not None:
                    patch[name] = read(column, cell)
            except Unfit as fault:
                self.add_problem(row.number, name, fault.reason)
        return Entry(row.number, patch.pop(ID_COLUMN, None), patch)

    def refuse_problems(self) -> None:
        """Refuse the file if anything did not fit.

        Raises
        ------
        ImportRefused
            With all problems.
        """
        if self.problems:
            raise refuse(self.table.file, self.problems)


class Refused(Unfit):
    """A cell that does not fit its column, with a reason of its own."""

    def __init__(self, reason: Text) -> None:
        super().__init__("not-option")
        self.reason = reason


def read_cell(column: Column, cell: Cell) -> Any:
    """Return the value of a cell as it may be saved; None where it is empty.

    Raises
    ------
    Unfit
        If it does not fit the column.
    """
    field_ = column.field
    if field_ is None or cell is None:
        return None
    if field_.kind == "choice":
        return _option(column, as_text(cell))
    if field_.kind == "choices":
        words = [word.strip() for word in as_text(cell).split(";")]
        return clean_value(field_, [_option(column, word) for word in words if word])
    if isinstance(cell, date) and field_.kind != "date":
        # A text that looked like a date to Excel comes back as the date it looked like.
        cell = as_text(cell)
    return clean_value(field_, cell)


def as_text(cell: Cell) -> str:
    """Return a cell as the text that stood there."""
    if isinstance(cell, date):
        return show_date((cell.date() if isinstance(cell, datetime) else cell).isoformat())
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return str(cell).strip()


def _option(column: Column, word: str) -> str:
    option = column.option_of(word)
    if option is None:
        options = Text(*("; ".join(label.in_(language) for label in column.options.values()) for language in LANGUAGES))
        raise Refused(both("import.option", value=plain(word[:SHOWN]), options=options))
    return option


def show_cell(column: Column, value: Any, language: Language) -> str | int | float | date | None:
    """Return what stands in a cell for a value: numbers and dates as such, everything else as text."""
    if value is None or column.field is None:
        return value if isinstance(value, str) else None
    match column.field.kind:
        case "choice":
            text = column.option_text(value, language)
            return int(text) if text.isdigit() else text
        case "choices":
            return "; ".join(column.option_text(option, language) for option in value)
        case "date":
            return date.fromisoformat(value)
        case "number" | "money":
            return value if isinstance(value, int | float) else None
    return str(value)
