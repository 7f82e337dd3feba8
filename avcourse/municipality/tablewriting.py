"""Tables written for people with a spreadsheet program: a workbook with drop-down lists and instructions, or CSV for Estonian Excel."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO, StringIO
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.tablefiles import MOST_ROWS, column_letter, guard
from avcourse.municipality.tablerows import Column, show_cell
from avcourse.municipality.values import number_text, show_date

BLUE: Final = "1B3A6B"
PALE: Final = "EEF2F7"
DATE_FORMAT: Final = "DD.MM.YYYY"
SPACE_BELOW: Final = 300
"""Rows below the last one that have drop-down lists too, for new entries."""
LONGEST_PROMPT: Final = 250


@dataclass(frozen=True, slots=True)
class Written:
    """A table to be written: its columns, its rows by column id, the sheet's name, and general instructions."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    help: tuple[str, ...]
    frozen: int = 1
    grows: bool = False


def write_csv(written: Written, language: Language) -> bytes:
    """Return a table as CSV: UTF-8 with its mark and semicolons, as Estonian Excel opens it."""
    stream = StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([guard(column.label.in_(language)) for column in written.columns])
    for row in written.rows:
        writer.writerow(
            [_csv_text(show_cell(column, row.get(column.id), language), language) for column in written.columns]
        )
    return stream.getvalue().encode("utf-8-sig")


def _csv_text(cell: str | int | float | date | None, language: Language) -> str:
    if isinstance(cell, date):
        return show_date(cell.isoformat()) if language == "et" else cell.isoformat()
    if isinstance(cell, int | float):
        text = number_text(cell)
        return text if language == "et" else text.replace(",", ".")
    return "" if cell is None else guard(cell)


def write_xlsx(written: Written, language: Language) -> bytes:
    """Return a table as an Excel workbook: the table, instructions, and the lists of its drop-downs on a hidden sheet."""
    from openpyxl import Workbook  # type: ignore[import-untyped,unused-ignore]

    book = Workbook()
    book.properties.creator = "avcourse"
    book.properties.title = written.title
    sheet = book.active
    sheet.title = written.title
    _write_head(sheet, written, language)
    for number, row in enumerate(written.rows, start=2):
        for index, column in enumerate(written.columns, start=1):
            _write_cell(sheet.cell(number, index), column, show_cell(column, row.get(column.id), language))
    _write_help(book.create_sheet(say("table.sheet-help", language)), written, language)
    _write_lists(book, sheet, written, language)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def put_text(cell: Any, text: str) -> None:
    """Write a text that stays a text, whatever it begins with."""
    # Excel would read _x0041_ as a character; the underscore itself is written so.
    cell.value = re.sub(r"_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", text)
    cell.data_type = "s"
    cell.number_format = "@"
    if guard(text) != text:
        cell.quotePrefix = True


def _write_cell(cell: Any, column: Column, value: str | int | float | date | None) -> None:
    from openpyxl.styles import Alignment, PatternFill  # type: ignore[import-untyped,unused-ignore]

    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if column.field is None:
        cell.fill = PatternFill("solid", start_color=PALE)
    elif column.field.kind == "date":
        cell.number_format = DATE_FORMAT
    elif column.field.kind == "money":
        cell.number_format = "#,##0"
    if isinstance(value, str):
        put_text(cell, value)
    elif value is not None:
        cell.value = value


def _write_head(sheet: Any, written: Written, language: Language) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    for index, column in enumerate(written.columns):
        cell = sheet.cell(1, index + 1)
        put_text(cell, column.label.in_(language))
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", start_color=BLUE)
        cell.alignment = Alignment(vertical="center", wrap_text=True)
        sheet.column_dimensions[column_letter(index)].width = column.width
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = f"{column_letter(written.frozen)}2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _write_help(sheet: Any, written: Written, language: Language) -> None:
    from openpyxl.styles import Alignment, Font

    top = Alignment(vertical="top", wrap_text=True)
    for index, width in enumerate((28, 70, 60)):
        sheet.column_dimensions[column_letter(index)].width = width
    number = 1
    for paragraph in written.help:
        sheet.merge_cells(start_row=number, start_column=1, end_row=number, end_column=3)
        put_text(sheet.cell(number, 1), paragraph)
        sheet.cell(number, 1).alignment = top
        sheet.row_dimensions[number].height = 48
        number += 1
    number += 1
    for index, key in enumerate(("help-column", "help-text", "help-options"), start=1):
        put_text(sheet.cell(number, index), say(f"table.{key}", language))
        sheet.cell(number, index).font = Font(bold=True)
    for column in (column for column in written.columns if column.field is not None):
        number += 1
        options = "; ".join(label.in_(language) for label in column.options.values()) if column.other is None else ""
        for index, text in enumerate((column.label.in_(language), column.help and column.help.in_(language), options)):
            put_text(sheet.cell(number, index + 1), text or "")
            sheet.cell(number, index + 1).alignment = top


def _write_lists(book: Any, sheet: Any, written: Written, language: Language) -> None:
    """Put each choice's options on a hidden sheet and let the column's cells choose from there."""
    from openpyxl.worksheet.datavalidation import DataValidation  # type: ignore[import-untyped,unused-ignore]

    chosen = [(i, column) for i, column in enumerate(written.columns) if column.field and column.field.kind == "choice"]
    lists = book.create_sheet(say("table.sheet-lists", language))
    lists.sheet_state = "hidden"
    last = min(len(written.rows) + 1 + (SPACE_BELOW if written.grows else 0), MOST_ROWS + 1)
    for place, (index, column) in enumerate(chosen):
        letter = column_letter(place)
        for number, label in enumerate(column.options.values(), start=1):
            text = label.in_(language)
            cell = lists.cell(number, place + 1)
            if text.isdigit():
                # A level is typed as a number, and a list of texts would not hold it.
                cell.value = int(text)
            else:
                put_text(cell, text)
        rule = DataValidation(
            type="list",
            formula1=f"'{lists.title}'!${letter}$1:${letter}${max(len(column.options), 1)}",
            allow_blank=True,
            showErrorMessage=True,
            error=say("field.not-option", language),
            promptTitle=column.label.in_(language)[:30],
            prompt=say("table.prompt", language)[:LONGEST_PROMPT],
            showInputMessage=True,
        )
        sheet.add_data_validation(rule)
        rule.add(f"{column_letter(index)}2:{column_letter(index)}{max(last, 2)}")
