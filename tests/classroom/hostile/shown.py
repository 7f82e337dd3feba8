"""Everything that a class shows of its submissions: graded notebooks, the pages of the desk as a visitor walks through them, exports."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from datetime import date
from urllib.parse import parse_qsl, unquote, urlsplit

import openpyxl

from avcourse.classroom import exports
from avcourse.classroom.book import gather_book
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import LANGUAGES, Language
from avcourse.views.class_book import book_document
from avcourse.views.desk.dispatch import Desk, Request
from avcourse.views.documents import excel

ADDRESS = "/avcourse/desk/"
PAGES = 150
_LINK = re.compile(r'href="([^"]+)"')
_ACTS = re.compile(r"\s*[=+@\uff1d\uff0b\uff20]")
"""What a spreadsheet may take for a formula; a minus is left out, since figures have one."""


def walk(classroom: ClassFolder, language: Language) -> Iterator[tuple[str, str]]:
    """Give the desk's pages of a class, from its own page on along every link."""
    desk = Desk(classroom.root.parent, ADDRESS, "/static/")
    start = f"{ADDRESS}{classroom.root.name}/"
    waiting, seen = [start], {start}
    while waiting and len(seen) < PAGES:
        address = waiting.pop(0)
        parts = urlsplit(address)
        steps = tuple(unquote(step) for step in parts.path.removeprefix(ADDRESS).strip("/").split("/"))
        if "save" in steps:
            continue
        reply = desk.respond(Request(steps, language, dict(parse_qsl(parts.query))))
        assert reply.status < 500, address
        # What the server could not send would be a page that is not there.
        reply.body.encode()
        yield address, reply.body
        for link in _LINK.findall(reply.body):
            target = html.unescape(link)
            if target.startswith(start) and target not in seen:
                seen.add(target)
                waiting.append(target)


def read(classroom: ClassFolder) -> Iterator[tuple[str, str]]:
    """Give whatever would act on what stands in it, with its name: graded notebooks' cells, feedback, pages of the desk."""
    for path in (classroom.root / "autograded").rglob("*.ipynb"):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        yield f"graded {path.name}", "\n".join("".join(cell["source"]) for cell in cells)
    for path in classroom.root.rglob("*.html"):
        yield path.name, path.read_text(encoding="utf-8")
    for language in LANGUAGES:
        yield from walk(classroom, language)


def unescaped(classroom: ClassFolder, *typed: str) -> list[str]:
    """Return where typed words stand as they are in something that would act on them, and cells that a spreadsheet would run."""
    found = [f"{words!r} in {name}" for name, whole in read(classroom) for words in typed if words in whole]
    for language in LANGUAGES:
        book = excel.write(book_document(classroom, gather_book(classroom), language, date(2026, 11, 27)))
        found += [f"book: {cell!r}" for cell in acting("book.xlsx", book)]
        for export in exports.ALL.values():
            found += [
                f"{export.file.et}: {cell!r}" for cell in acting(export.file.et, export.make(classroom, language))
            ]
    return found


def acting(file: str, data: bytes) -> list[str]:
    """Return the cells of a table that a spreadsheet would take for formulas."""
    if file.endswith(".csv"):
        text = data.decode("utf-8-sig")
        rows = csv.reader(io.StringIO(text), delimiter=";" if ";" in text.splitlines()[0] else ",")
        return [cell for row in rows for cell in row if _ACTS.match(cell)]
    if file.endswith(".xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(data)).worksheets
        return [str(cell.value) for sheet in sheets for row in sheet for cell in row if cell.data_type == "f"]
    return []
