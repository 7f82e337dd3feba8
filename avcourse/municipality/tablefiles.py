"""Files of tables as they come from people: Excel workbooks and CSV, read as cells and never evaluated.

Every size is bounded before anything is unpacked, and what cannot be a table is refused with a sentence that says what to do.
"""

from __future__ import annotations

import codecs
import csv
import re
import warnings
import zipfile
import zlib
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from enum import Enum
from io import BytesIO, StringIO
from itertools import dropwhile, islice
from typing import Any, Final

from avcourse.course.language import Text
from avcourse.errors import AvcourseError
from avcourse.municipality.words import both, refuse

LARGEST_FILE: Final = 5 * 1024 * 1024
LARGEST_UNPACKED: Final = 40 * 1024 * 1024
MOST_MEMBERS: Final = 500
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 100
LAST_EXCEL_ROW: Final = 1_048_576
HEAD_WITHIN: Final = 20
"""Rows from the top among which the headings are looked for: a title may stand above them."""
SEPARATORS: Final = ";,\t"
FORMULA_STARTS: Final = "=+-@＝＋－＠"
"""What begins a formula, full-width variants included: some spreadsheet programs take those for the plain ones."""
_BREAKS: Final = frozenset("\t\r\n\v\f")


class Bad(Enum):
    """A cell that is no value: a formula, or an error that Excel shows in its place."""

    FORMULA = "formula"
    ERROR = "error-value"


Cell = str | int | float | bool | date | Bad | None
Rows = list[tuple[int, tuple[Cell, ...]]]


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the person sees it in a spreadsheet, and its cells."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it stood in a file. ``head`` are the headings as written; no row is empty."""

    file: str
    head: tuple[str, ...]
    rows: tuple[Row, ...]

    def column_name(self, index: int) -> str:
        """Return what a person calls a column: its heading, or its letter where it has none."""
        return self.head[index] if index < len(self.head) and self.head[index] else column_letter(index)


def column_letter(index: int) -> str:
    """Return the letter of a column.

    Examples
    --------
    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters = ""
    while index >= 0:
        index, rest = divmod(index, 26)
        letters, index = chr(ord("A") + rest) + letters, index - 1
    return letters


def heading_key(text: object) -> str:
    """Return a heading or an option as it is compared: letter case, spaces and punctuation make no difference.

    Examples
    --------
    >>> heading_key(" KULU aastas (€): ") == heading_key("Kulu aastas")
    True
    """
    return " ".join(re.findall(r"[^\W_]+", str(text).casefold()))


def read_table_file(name: str, data: bytes) -> Table:
    r"""Return the table of an Excel workbook or a CSV file.

    Raises
    ------
    ImportRefused
        If the file is no table, is too large, or holds formulas; nothing of it is taken.

    Examples
    --------
    >>> read_table_file("a.csv", "Nimi;Kulu\nVeeb;12,5".encode("cp1257")).rows[0].cells
    ('Veeb', '12,5')
    """
    table = find_table(name, data, ())
    problems = [
        cell_problem(row.number, table.column_name(index), both(f"import.{cell.value}"))
        for row in table.rows
        for index, cell in enumerate(row.cells)
        if isinstance(cell, Bad)
    ]
    if problems:
        raise refuse(name, problems)
    return table


def cell_problem(row: int, column: str, reason: Text) -> Text:
    """Return a sentence about one cell: row and column as the person sees them."""
    return both("import.cell", row=row, column=column, reason=reason)


def find_table(name: str, data: bytes, headings: Collection[str]) -> Table:
    """Return the table whose headings are best known among the sheets and first rows; formulas are kept as ``Bad`` cells.

    ``headings`` are keys as of ``heading_key``; without any, the first row that is not empty is the head.

    Raises
    ------
    ImportRefused
        If there is no such table.
    """
    if len(data) > LARGEST_FILE:
        raise refuse(name, [both("import.too-large", limit="5 MB")])
    if not data.strip():
        raise refuse(name, [both("import.empty")])
    _refuse_what_is_no_table(name, data)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _best(name, _sheets_of_workbook(name, data), headings)
    text = _decode(name, data)
    return _best(name, [_rows_of_csv(name, text, _separator(text, headings))], headings)


def _refuse_what_is_no_table(name: str, data: bytes) -> None:
    start = data[:2048].lstrip(codecs.BOM_UTF8 + b" \t\r\n").lower()
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise refuse(name, [both("import.old-excel")])
    if start.startswith((b"<!doctype", b"<html", b"<table", b"<head", b"<meta", b"<?xml", b"<body")):
        raise refuse(name, [both("import.web-page")])
    if start.startswith((b"%pdf", b"{\\rtf", b"\x89png", b"\xff\xd8\xff", b"\x1f\x8b", b'{"', b"[{")):
        raise refuse(name, [both("import.no-table")])


def _best(name: str, readings: Iterable[Rows], headings: Collection[str]) -> Table:
    """Return the table with most known headings; of equals the first."""
    best: tuple[int, Table] | None = None
    for rows in readings:
        for place, (_, cells) in enumerate(rows[:HEAD_WITHIN] if headings else rows[:1]):
            known = known_in(cells, headings)
            if best is None or known > best[0]:
                best = (known, _table(name, cells, rows[place + 1 :]))
    if best is None:
        raise refuse(name, [both("import.empty")])
    return best[1]


def known_in(cells: Iterable[object], headings: Collection[str]) -> int:
    """Return how many different known headings stand in a row."""
    return len({heading_key(cell) for cell in cells if isinstance(cell, str)} & set(headings))


def _bounded(name: str, rows: Iterable[tuple[int, tuple[Cell, ...]]]) -> Rows:
    """Return the rows that are not empty, as many as a table may have."""
    kept: Rows = []
    for number, cells in rows:
        cells = tuple(None if isinstance(cell, str) and not cell.strip() else cell for cell in cells)
        if all(cell is None for cell in cells):
            continue
        # The head, and what may stand above it, are not counted as rows.
        if len(kept) >= MOST_ROWS + HEAD_WITHIN:
            raise refuse(name, [both("import.too-many-rows", limit=MOST_ROWS)])
        if any(cell is not None for cell in cells[MOST_COLUMNS:]):
            raise refuse(name, [both("import.too-many-columns", limit=MOST_COLUMNS)])
        kept.append((number, cells[:MOST_COLUMNS]))
    return kept


def _table(name: str, head: tuple[Cell, ...], rows: Rows) -> Table:
    if len(rows) > MOST_ROWS:
        raise refuse(name, [both("import.too-many-rows", limit=MOST_ROWS)])
    headings = tuple("" if cell is None or isinstance(cell, Bad) else " ".join(str(cell).split()) for cell in head)
    return Table(name, headings, tuple(Row(number, cells) for number, cells in rows))


def _sheets_of_workbook(name: str, data: bytes) -> list[Rows]:
    """Return the rows of each visible sheet; openpyxl is imported only where a workbook is read."""
    from openpyxl import load_workbook  # type: ignore[import-untyped,unused-ignore]

    _guard_archive(name, data)
    try:
        with warnings.catch_warnings():
            # openpyxl says in warnings what it leaves out (pictures, extensions): none of it is data.
            warnings.simplefilter("ignore")
            # Not data_only: that would show the value last computed where a formula stands, and the formula is what is refused.
            with closing(load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)) as book:
                sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
                return [_rows_of_sheet(name, sheet) for sheet in sheets]
    except AvcourseError:
        raise
    except Exception:
        # A damaged workbook fails in openpyxl in as many ways as a file can be damaged.
        raise refuse(name, [both("import.damaged")]) from None


def _rows_of_sheet(name: str, sheet: Any) -> Rows:
    # A file may state a size that is not its own; ours are the only limits.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(max_row=LAST_EXCEL_ROW, max_col=MOST_COLUMNS + 1)
    return _bounded(name, ((number, tuple(map(_cell, row))) for number, row in _without_gaps(rows)))


def _without_gaps(rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[int, tuple[Any, ...]]]:
    """Yield numbered rows; of a gap, which openpyxl fills with one and the same empty row, only the first: a gap may be a million rows."""
    last: tuple[Any, ...] | None = None
    for number, row in enumerate(rows, start=1):
        if row is not last:
            yield number, row
        last = row


def _cell(cell: Any) -> Cell:
    if cell.data_type == "f":
        return Bad.FORMULA
    if cell.data_type == "e":
        return Bad.ERROR
    value = cell.value
    if isinstance(value, str):
        # Excel writes a character that XML cannot carry as _x000D_.
        return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda match: chr(int(match[1], 16)), value)
    return value if isinstance(value, int | float | date) else None if value is None else str(value)


def _guard_archive(name: str, data: bytes) -> None:
    """Refuse what is no workbook, and what would unpack to more than any honest one."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
            if any(member.filename == "content.xml" for member in members):
                raise refuse(name, [both("import.open-document")])
            if not any(member.filename == "[Content_Types].xml" for member in members):
                raise refuse(name, [both("import.no-table")])
            # zipfile reads no more of a member than the size that it states, so a stated size is an upper bound.
            if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
                raise refuse(name, [both("import.unpacks-too-large")])
            for member in members:
                if member.filename.endswith((".xml", ".rels")) and _declares_types(archive.read(member)):
                    raise refuse(name, [both("import.damaged")])
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error):
        raise refuse(name, [both("import.damaged")]) from None


def _declares_types(raw: bytes) -> bool:
    """Tell whether XML declares entities, which no workbook does and with which a small file can grow without end."""
    return b"<!" in raw.replace(b"\x00", b"").replace(b"<![CDATA[", b"").replace(b"<!--", b"")


def _decode(name: str, data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif data[1:2] == b"\x00" or data[:1] == b"\x00":
        encodings = ["utf-16-le" if data[1:2] == b"\x00" else "utf-16-be"]
    elif re.search(rb"[\x8a\x8e\x9a\x9e]", data):
        # š and ž of Windows-1252; in Windows-1257 these bytes are rare accents that stand alone.
        encodings = ["utf-8-sig", "cp1252", "cp1257", "latin-1"]
    else:
        encodings = ["utf-8-sig", "cp1257", "cp1252", "latin-1"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise refuse(name, [both("import.no-table")])


def _records(text: str, separator: str) -> Iterator[list[str]]:
    return iter(csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True))


def _separator(text: str, headings: Collection[str]) -> str:
    """Return what separates the columns: what makes most headings known, or else most columns in the first row."""

    def merit(separator: str) -> tuple[int, int]:
        best = (0, 0)
        try:
            for record in islice(_records(_after_hint(text)[1], separator), HEAD_WITHIN):
                best = max(best, (known_in(record, headings), len(record) if not headings else 0))
        except csv.Error:
            pass
        return best

    return _after_hint(text)[0] or max(SEPARATORS, key=merit)


def _after_hint(text: str) -> tuple[str | None, str]:
    """Return the separator that Excel may name in the first line (``sep=;``), and the text with that line emptied."""
    hint = re.match(r"sep=([;,\t])(?=\r?\n)", text, re.IGNORECASE)
    return (hint[1], text[hint.end() :]) if hint else (None, text)


def _rows_of_csv(name: str, text: str, separator: str) -> Rows:
    """Return the rows of a CSV text; the number of a row is that of the spreadsheet program, where a cell may hold several lines."""
    number = 0

    def rows() -> Iterator[tuple[int, tuple[Cell, ...]]]:
        nonlocal number
        for number, record in enumerate(_records(_after_hint(text)[1], separator), start=1):
            yield number, tuple(map(_csv_cell, record))

    try:
        return _bounded(name, rows())
    except csv.Error:
        raise refuse(name, [both("import.row", row=number + 1, reason=both("import.quotes"))]) from None


def _csv_cell(text: str) -> Cell:
    if text.lstrip().startswith("="):
        return Bad.FORMULA
    # What the course writes has an apostrophe before it where a spreadsheet program would see a formula.
    return text[1:] if text.startswith("'") and _doubtful(text[1:]) else text


def _doubtful(text: str) -> bool:
    """Whether a spreadsheet program might see a formula in a text, or our own apostrophe before one."""
    inner = text.lstrip("'")
    # What nobody sees may be dropped on the way in, a NUL or a zero-width space too.
    shown = "".join(dropwhile(lambda char: char.isspace() or not char.isprintable(), inner))
    return shown.startswith(tuple(FORMULA_STARTS)) or not _BREAKS.isdisjoint(inner[: len(inner) - len(shown)])


def guard(text: str) -> str:
    """Return a text for a CSV cell so that no spreadsheet program takes it for a formula; reading takes the apostrophe away again.

    Examples
    --------
    >>> guard("=1+1"), guard(" -5 päeva"), guard("＝1"), guard("Tere")
    ("'=1+1", "' -5 päeva", "'＝1", 'Tere')
    """
    return f"'{text}" if _doubtful(text) else text
