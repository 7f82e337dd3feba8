"""A document as Excel: a first sheet that says what it is, then a sheet for each table, ready to filter, count and print."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from avcourse.course.language import say
from avcourse.views.documents.model import (
    Column,
    Document,
    Facts,
    Kind,
    Note,
    Progress,
    Table,
    Value,
    day,
    link_in,
    one_line,
    plain,
    shown,
)
from avcourse.views.documents.word_styles import TAGS

LONGEST: Final = 32_767
"""Characters that a cell of Excel holds."""
_FORMATS: Final[dict[Kind, str]] = {"money": r"#,##0\ [$€-425]", "share": "0%"}
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_BOLD_WHITE = Font(name="Arial", size=10, bold=True, color="FFFFFF")
_PLAIN = Font(name="Arial", size=10)
_LINK = Font(name="Arial", size=10, color="1B3A6B", underline="single")
_BLUE = PatternFill("solid", start_color="1B3A6B")
_UNDER = Border(bottom=Side("thin", color="AEBACB"))
_TEXT = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
_RIGHT = Alignment(horizontal="right", vertical="top", indent=1)
_NUMBERS: Final = ("number", "money", "share")
MANY_COLUMNS: Final = 8
"""From more columns on they are narrower."""
FIRST: Final = 90
"""Width of the first sheet."""
PAGE: Final = 170
"""Characters that are still readable across a landscape A4."""
# A cell that begins so is a formula to some program, however it was stored.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class _Sheet:
    """What becomes one sheet: tables and facts of the same name under each other. A row knows its cells by their column's head."""

    title: str
    columns: dict[str, Column] = field(default_factory=dict)
    rows: list[dict[str, Value]] = field(default_factory=list)


def _rows_of(block: Table | Facts) -> tuple[list[Column], list[list[Value]]]:
    """Return columns and rows of a block as they stand in Excel: what a part belongs to comes first."""
    if isinstance(block, Table):
        columns, rows = list(block.columns), [list(row) for row in block.rows]
    else:
        columns = [Column(fact.label, fact.kind) for fact in block.facts]
        rows = [[fact.value for fact in block.facts]]
    if block.part:
        columns.insert(0, Column(block.part.label, block.part.kind))
        rows = [[block.part.value, *row] for row in rows]
    return columns, rows


def _gather(document: Document) -> list[_Sheet]:
    """Return the sheets in the order in which their first table stands in the document."""
    sheets: dict[str, _Sheet] = {}
    for block in document.blocks:
        if isinstance(block, Table) or (isinstance(block, Facts) and block.sheet):
            title = block.sheet or (block.caption if isinstance(block, Table) else "")
            sheet = sheets.setdefault(title, _Sheet(title))
            columns, rows = _rows_of(block)
            for column in columns:
                sheet.columns.setdefault(column.head, column)
            heads = [column.head for column in columns]
            sheet.rows += [dict(zip(heads, row, strict=True)) for row in rows]
    return list(sheets.values())


def _names(titles: Iterable[str]) -> list[str]:
    r"""Return names of sheets as Excel wants them: at most 31 characters, none of ``[]:*?/\``, no two alike."""
    names: list[str] = []
    for title in titles:
        clean = _FORBIDDEN.sub(" ", one_line(title)).strip("' ")
        base = (" ".join(clean.split()) or "–")[:31].strip("' ")
        name, number = base, 2
        while name.lower() in {*(known.lower() for known in names), "history"}:
            ending = f" ({number})"
            name, number = base[: 31 - len(ending)].rstrip() + ending, number + 1
        names.append(name)
    return names


def _put(sheet: Worksheet, row: int, column: int, value: Value, kind: Kind = "text", font: Font = _PLAIN) -> Any:
    """Write one cell: numbers and dates as such, everything else as text whatever it begins with. Nothing is an empty cell."""
    cell: Any = sheet.cell(row, column)
    cell.font, cell.alignment = font, _TEXT
    if isinstance(value, str):
        text = plain(value).strip()
        if not text:
            return cell
        cell.value = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
        # openpyxl would take "=1+1" for a formula and "#N/A" for an error.
        cell.data_type = "s"
        cell.quotePrefix = text.startswith(_FORMULA)
        if address := link_in(text):
            cell.hyperlink, cell.font = address, _LINK
    elif value is not None:
        cell.value = value
        if isinstance(value, date):
            cell.number_format = "dd.mm.yyyy"
        else:
            cell.number_format, cell.alignment = _number_format(value, kind), _RIGHT
    return cell


def _number_format(value: float, kind: Kind) -> str:
    return _FORMATS.get(kind, "#,##0" if isinstance(value, int) else "General")


def _dress(sheet: Worksheet, document: Document, *, pages: int = 1) -> None:
    """Set a sheet up for print: A4 across, ``pages`` wide, whose it is above and the page number below."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = pages, 0
    above = [one_line(document.municipality), one_line(document.title)]
    if document.example:
        above.insert(0, say("documents.example", document.language))
    # An ampersand begins a code there; two are one.
    sheet.oddHeader.left.text = " · ".join(text[:70] for text in above).replace("&", "&&")
    sheet.oddHeader.right.text = day(document.date)
    before, between = say("documents.page", document.language).split("|")
    sheet.oddFooter.right.text = f"{before}&P{between}&N"


def _width(column: Column, texts: list[str], most: int) -> float:
    """Return a column's width in characters: every word of the head and the longest line, within reason."""
    longest = max((len(line) for text in texts for line in text.split("\n")), default=0)
    word = max(map(len, column.head.split()), default=0)
    return max(10, word + 5, min(most, longest + 3))


def _write_sheet(sheet: Worksheet, made: _Sheet, document: Document) -> None:
    columns = list(made.columns.values())
    texts = [[shown(row.get(c.head), c.kind, document.language) for row in made.rows] for c in columns]
    most = 55 if len(columns) <= MANY_COLUMNS else 38
    widths = [_width(column, own, most) for column, own in zip(columns, texts, strict=True)]
    for place, (column, width) in enumerate(zip(columns, widths, strict=True), start=1):
        cell = _put(sheet, 1, place, column.head, font=_BOLD_WHITE)
        side = "right" if column.kind in _NUMBERS else "left"
        cell.fill, cell.alignment = _BLUE, Alignment(horizontal=side, vertical="bottom", wrap_text=True, indent=1)
        sheet.column_dimensions[get_column_letter(place)].width = width
    for number, row in enumerate(made.rows, start=2):
        for place, column in enumerate(columns, start=1):
            _put(sheet, number, place, row.get(column.head), column.kind).border = _UNDER
        cells = zip((own[number - 2] for own in texts), widths, strict=True)
        _set_height(sheet, number, max((_lines(text, width) for text, width in cells), default=1))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(made.rows) + 1}"
    sheet.print_title_rows, sheet.print_title_cols = "1:1", "A:A"
    _dress(sheet, document, pages=max(1, round(sum(widths) / PAGE)))


def _lines(text: str, width: float) -> int:
    return sum(-(-len(line) // max(1, int(1.05 * width))) or 1 for line in text.split("\n"))


def _set_height(sheet: Worksheet, row: int, lines: int) -> None:
    """Make a row as high as its lines: LibreOffice does not do so by itself. Excel allows 409 points."""
    if lines > 1:
        sheet.row_dimensions[row].height = min(409, 13 * lines + 2)


def _first(sheet: Worksheet, document: Document, names: list[str], made: list[_Sheet]) -> None:
    """Write the first sheet: what this is, whose, of when, what to keep in mind, and where to find what."""
    language = document.language
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = FIRST, 14
    facts = [say("documents.example", language)] if document.example else []
    facts += [document.subtitle, document.municipality, day(document.date)]
    row = 1
    _put(sheet, row, 1, document.title, font=Font(name="Arial", size=18, bold=True, color="1B3A6B"))
    sheet.row_dimensions[1].height = 26 * _lines(document.title, 0.62 * FIRST)
    for text in filter(None, map(one_line, facts)):
        row += 1
        mark = document.example and row == 2
        _put(sheet, row, 1, text, font=Font(name="Arial", size=11, bold=mark, color="B4530A" if mark else "1C2430"))
    notes = [block.text for block in document.blocks if isinstance(block, Note)]
    row += 1
    for text in [*notes, say("documents.empty-cell", language)]:
        row += 1
        _put(sheet, row, 1, text)
        _set_height(sheet, row, _lines(text, FIRST))
    row += 2
    for place, key in enumerate(("sheets", "rows"), start=1):
        _put(sheet, row, place, say(f"documents.{key}", language), font=_BOLD_WHITE).fill = _BLUE
    for name, each in zip(names, made, strict=True):
        row += 1
        cell = _put(sheet, row, 1, name, font=_LINK)
        quoted = name.replace("'", "''")
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1", display=name)
        _put(sheet, row, 2, len(each.rows), "number")
    _dress(sheet, document)


def write(document: Document, progress: Progress | None = None) -> bytes:
    """Return a document as an Excel workbook."""
    language = document.language
    book = Workbook()
    made = _gather(document)
    first, *names = _names([say("documents.first-sheet", language), *(sheet.title for sheet in made)])
    front = book.active
    assert isinstance(front, Worksheet)
    front.title = first
    _first(front, document, names, made)
    for done, (name, each) in enumerate(zip(names, made, strict=True)):
        if progress:
            progress(done, len(made), say("documents.writing", language))
        _write_sheet(book.create_sheet(name), each, document)
    properties, noon = book.properties, datetime.combine(document.date, time(12), UTC).replace(tzinfo=None)
    properties.title, properties.subject = one_line(document.title)[:255], one_line(document.subtitle)[:255]
    properties.creator = properties.lastModifiedBy = one_line(document.municipality)[:255]
    properties.language = TAGS[language]
    properties.created = properties.modified = noon
    stream = io.BytesIO()
    book.save(stream)
    if progress:
        progress(len(made), len(made), say("documents.written", language))
    return stream.getvalue()
