"""A document as PDF/UA-1, which screen readers can read. The page stands in ``document.typ``; here texts become its data.

The font travels in a pinned package, the date is the document's and nothing of the machine is read: the same document gives the same
bytes.
"""

from __future__ import annotations

import json
import re
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import typst

from avcourse.course.language import say
from avcourse.errors import DocumentFailed
from avcourse.municipality.words import both
from avcourse.views.charts_municipality import font_folder
from avcourse.views.documents.letters import BOX, Letters, pieces
from avcourse.views.documents.model import (
    LINE,
    LINE_WIDE,
    MISSING,
    PICTURE,
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Note,
    Paragraph,
    Picture,
    Progress,
    Table,
    Value,
    in_order,
    is_long,
    lines,
    link_in,
    on_pages,
    one_line,
    shares,
    shown,
)
from avcourse.views.documents.word_styles import header_line, subtitles

TEMPLATE: Final = Path(__file__).with_name("document.typ")
LONG_ROW: Final = 20
"""Lines, roughly counted, from which on a row may go on over the page."""
_NUMBERS: Final = ("number", "money", "share")


class _Pages:
    """Turns blocks into the data of ``document.typ``; notes whether a character had to be replaced."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language = document.language
        self.letters = Letters()

    def words(self, text: str) -> list[list[str]]:
        """Return the lines of a text, each as pieces between which it may be broken."""
        return [pieces(self.letters.seen(line)) for line in lines(text)]

    def line(self, text: str) -> dict[str, Any]:
        return {"lines": [pieces(self.letters.seen(text))], "link": link_in(text)}

    def table(self, block: Table) -> dict[str, Any]:
        if not block.rows:
            return {"is": "paragraph", "lines": [self.line(line) for line in lines(block.empty)]}
        widths = shares(block, self.language)
        return {
            "is": "table",
            "caption": self.words(one_line(block.caption)),
            "widths": widths,
            "right": [column.kind in _NUMBERS for column in block.columns],
            "head": [self.words(column.head) for column in block.columns],
            "rows": [self.row(row, block, widths) for row in block.rows],
        }

    def row(self, row: tuple[Value, ...], block: Table, widths: tuple[float, ...]) -> dict[str, Any]:
        """Return a row; it is kept on one page unless it is so long that it might not fit one."""
        texts = [shown(value, column.kind, self.language) for value, column in zip(row, block.columns, strict=True)]
        across = LINE_WIDE if block.wide else LINE
        heights = [
            sum(1 + len(line) / (width * across) for line in lines(text))
            for text, width in zip(texts, widths, strict=True)
        ]
        return {
            "cells": [{"lines": self.words(text), "link": link_in(text)} for text in texts],
            "long": max(heights, default=0) > LONG_ROW,
        }

    def facts(self, block: Facts) -> list[dict[str, Any]]:
        return [
            {
                "label": self.words(one_line(fact.label)),
                "values": [self.line(line) for line in lines(shown(fact.value, fact.kind, self.language))],
            }
            for fact in block.facts
        ]

    def block(self, block: Block) -> dict[str, Any]:
        """Return one block as data."""
        match block:
            case Heading():
                return {"is": "heading", "level": block.level, "lines": self.words(block.text)}
            case Paragraph():
                return {"is": "paragraph", "lines": [self.line(line) for line in lines(block.text)]}
            case Bullets():
                return {"is": "bullets", "items": [self.words(item) for item in block.items]}
            case Note():
                return {"is": "note", "lines": self.words(block.text)}
            case Facts():
                return {"is": "facts", "facts": self.facts(block)}
            case Table():
                return self.table(block)
            case Picture():
                alt = self.letters.seen(one_line(block.alt)) or MISSING
                width = min(_width(block.svg), PICTURE)
                return {
                    "is": "picture",
                    "svg": block.svg,
                    "alt": alt,
                    "caption": self.words(block.caption),
                    "width": width,
                }

    def data(self) -> dict[str, Any]:
        """Return everything that stands on the pages."""
        document, language = self.document, self.language
        turned = groupby(on_pages(in_order(document.blocks)), key=lambda pair: pair[0])
        parts = [{"wide": wide, "blocks": [self.block(block) for _, block in group]} for wide, group in turned]
        made = {
            "title": self.letters.seen(one_line(document.title)) or MISSING,
            "subtitles": [self.words(text) for text in subtitles(document)],
            "municipality": self.letters.seen(one_line(document.municipality)),
            "header": self.letters.seen(header_line(document)),
            "date": document.date.timetuple()[:3],
            "lang": language,
            "region": "ee" if language == "et" else "gb",
            "example": say("documents.example", language) if document.example else None,
            "contents": say("documents.contents", language) if is_long(document) else None,
            "page": say("documents.page", language).split("|"),
            "picture": say("documents.picture", language),
            "table": say("documents.table", language),
            "parts": parts,
        }
        if self.letters.boxed:
            note = {"is": "note", "lines": self.words(say("documents.boxed", language, box=BOX))}
            parts.append({"wide": False, "blocks": [note]})
        return made


def _width(svg: str) -> float:
    """Return the natural width of a picture in millimetres; matplotlib writes it in points."""
    match = re.search(r'<svg[^>]*?\bwidth="([\d.]+)pt"', svg)
    return float(match[1]) * 25.4 / 72 if match else 140.0


def set_pages(template: Path, data: str, name: str) -> bytes:
    """Return the PDF that a template makes of ``data`` (JSON), set in the charts' fonts; typst checks PDF/UA-1 while it writes.

    Raises
    ------
    DocumentFailed
        If typst cannot set the document called ``name`` or it would break the standard.
    """
    try:
        return typst.compile(
            template,
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            sys_inputs={"data": data},
            pdf_standards=["ua-1"],
        )
    except typst.TypstError as error:
        raise DocumentFailed(name=name[:80], reason=both("documents.not-set", detail=str(error))) from error


def write(document: Document, progress: Progress | None = None) -> bytes:
    """Return a document as a PDF that keeps PDF/UA-1; typst checks it while it writes.

    Raises
    ------
    DocumentFailed
        If typst cannot set the document or it would break the standard.
    """
    language = document.language
    if progress:
        progress(0, 2, say("documents.writing", language))
    data = json.dumps(_Pages(document).data())
    if progress:
        progress(1, 2, say("documents.setting", language))
    made = set_pages(TEMPLATE, data, one_line(document.title))
    if progress:
        progress(2, 2, say("documents.written", language))
    return made
