"""Plain tables for other programs and for a spreadsheet: every text safe against formulas, numbers kept as numbers."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Final, Literal

from avcourse.municipality.tablefiles import column_letter, guard
from avcourse.municipality.tablewriting import BLUE, put_text
from avcourse.municipality.values import number_text

Plain = str | int | float | None
Dialect = Literal["plain", "estonian"]
"""``plain``: commas and decimal points, for programs; ``estonian``: semicolons and decimal commas, as Estonian Excel opens it."""
NO_VALUE: Final = "-"
"""A minus alone, as Moodle writes "no grade": no program takes it for a formula, so it needs no guard."""
LONGEST_CELL: Final = 32_767
"""Characters of a cell that Excel takes; a longer text makes the whole workbook unreadable."""


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table: its name, its head, its rows."""

    name: str
    head: tuple[str, ...]
    rows: tuple[tuple[Plain, ...], ...]


def _csv_text(cell: Plain, dialect: Dialect) -> str:
    if isinstance(cell, str):
        return cell if cell == NO_VALUE else guard(cell)
    if cell is None:
        return ""
    text = number_text(cell)
    return text if dialect == "estonian" else text.replace(",", ".")


def plain_csv(head: Sequence[str], rows: Iterable[Sequence[Plain]], dialect: Dialect = "plain") -> bytes:
    r"""Return a table as CSV.

    Examples
    --------
    >>> plain_csv(["id", "points"], [["=a", -2.5]])
    b"id,points\r\n'=a,-2.5\r\n"
    >>> plain_csv(["id", "points"], [["a", -2.5]], "estonian").decode("utf-8-sig")
    'id;points\r\na;-2,5\r\n'
    """
    stream = StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if dialect == "estonian" else ",", lineterminator="\r\n")
    writer.writerow([guard(cell) for cell in head])
    writer.writerows([_csv_text(cell, dialect) for cell in row] for row in rows)
    return stream.getvalue().encode("utf-8-sig" if dialect == "estonian" else "utf-8")


def plain_xlsx(tables: Iterable[PlainTable]) -> bytes:
    """Return tables as an Excel workbook, one sheet each; texts are marked as texts, whatever they begin with."""
    from openpyxl import Workbook  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE  # type: ignore[import-untyped,unused-ignore]
    from openpyxl.styles import Font, PatternFill  # type: ignore[import-untyped,unused-ignore]

    book = Workbook()
    book.properties.creator = "avcourse"
    book.remove(book.active)
    for table in tables:
        sheet = book.create_sheet(table.name)
        sheet.freeze_panes = "A2"
        for number, row in enumerate((table.head, *table.rows), start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place)
                if isinstance(value, str):
                    put_text(cell, ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)[:LONGEST_CELL])
                elif value is not None:
                    cell.value = value
        for place in range(len(table.head)):
            sheet.cell(1, place + 1).font = Font(bold=True, color="FFFFFF")
            sheet.cell(1, place + 1).fill = PatternFill("solid", start_color=BLUE)
            sheet.column_dimensions[column_letter(place)].width = 22
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
