"""From a handout to a PDF. The page stands in ``handout.typ``; here blocks become its data, and no text is ever read as markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from avcourse.course.language import say
from avcourse.views.documents.handout.model import (
    Asked,
    Block,
    Choices,
    Figure,
    Handout,
    Lesson,
    NewPage,
    Notes,
    Rules,
    Source,
    Todo,
)
from avcourse.views.documents.letters import Letters, pieces
from avcourse.views.documents.model import Column, Progress, Table, day, link_in, shares
from avcourse.views.documents.pdf import set_pages
from avcourse.views.markdown import Grid, Heading, Paragraph, Points, Quote, Run, Runs, Verbatim, plain_text

TEMPLATE: Final = Path(__file__).with_name("handout.typ")
FULL_WIDTH: Final = 138.0
"""Millimetres of the text, beside the margin for notes."""


class _Setter:
    """Turns blocks into the data of ``handout.typ``; knows which addresses a lesson has named already."""

    def __init__(self, handout: Handout) -> None:
        self.handout = handout
        self.letters = Letters()
        self.notes: dict[str, str] = {}
        self.lesson = ""

    def lines(self, text: str) -> list[list[str]]:
        return [pieces(self.letters.seen(line)) for line in text.split("\n")]

    def runs(self, runs: Runs) -> list[dict[str, Any]]:
        return [self.run(run) for run in runs]

    def run(self, run: Run) -> dict[str, Any]:
        address = link_in(run.href)
        made: dict[str, Any] = {"lines": self.lines(run.text), "bold": run.bold, "italic": run.italic, "code": run.code}
        if address is None:
            return {**made, "href": None}
        first = address not in self.notes
        note = self.notes.setdefault(address, f"{self.lesson}-{len(self.notes) + 1}")
        return {**made, "href": address, "first": first, "note": note, "address": pieces(self.letters.seen(address))}

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Heading():
                # A heading leads nowhere: it stands in the table of contents too.
                level = block.level if self.handout.whole else block.level - 1
                plain = (Run(plain_text(block.runs)),)
                return {"is": "heading", "level": max(1, level), "runs": self.runs(plain)}
            case Paragraph():
                return {"is": "paragraph", "runs": self.runs(block.runs)}
            case Points():
                items = [self.blocks(item) for item in block.items]
                return {"is": "points", "items": items, "ordered": block.ordered, "start": block.start}
            case Quote():
                return {"is": "quote", "blocks": self.blocks(block.blocks)}
            case Grid():
                return self.grid(block)
            case Verbatim():
                return {"is": "verbatim", "lines": self.lines(block.text)}
            case Figure():
                return self.figure(block)
            case Asked():
                return self.asked(block)
            case Rules():
                return {"is": "rules", "count": block.count}
            case Source():
                return {"is": "source", "runs": self.runs((Run(block.text),))}
            case Todo():
                rules = block.rules.count if block.rules else 0
                return {"is": "todo", "lines": self.lines(block.text), "rules": rules}
            case Notes():
                return {**self.block(Heading(2, (Run(block.title),))), "is": "notes"}
            case NewPage():
                return {"is": "page"}

    def blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [self.block(block) for block in blocks]

    def grid(self, block: Grid) -> dict[str, Any]:
        texts = tuple(tuple(plain_text(cell) for cell in row) for row in block.rows)
        table = Table("", tuple(Column(plain_text(cell)) for cell in block.head), texts)
        return {
            "is": "grid",
            "widths": shares(table, self.handout.language),
            "right": list(block.right),
            # The head stands again on the next page: an address would be noted twice.
            "head": [self.runs(tuple(replace(run, href="") for run in cell)) for cell in block.head],
            "rows": [[self.runs(cell) for cell in row] for row in block.rows],
        }

    def figure(self, block: Figure) -> dict[str, Any]:
        return {
            "is": "figure",
            "svg": block.svg,
            "alt": self.letters.seen(block.alt),
            "caption": self.lines(block.caption) if block.caption else None,
        }

    def asked(self, block: Asked) -> dict[str, Any]:
        parts: list[dict[str, Any]] = []
        for part in block.parts:
            if isinstance(part, Choices):
                parts.append({"is": "choices", "mark": part.mark, "items": [self.lines(item) for item in part.items]})
            else:
                parts.append({"is": "rules", "count": part.count})
        return {
            "is": "asked",
            "label": self.lines(block.label),
            "how": self.lines(block.how),
            "runs": self.runs(block.text),
            "parts": parts,
        }

    def part(self, lesson: Lesson) -> dict[str, Any]:
        self.lesson, self.notes = lesson.id, {}
        minutes = say("handout.minutes", self.handout.language, minutes=lesson.minutes)
        return {
            "title": self.lines(lesson.title),
            "minutes": self.lines(minutes),
            "blocks": self.blocks(lesson.blocks),
        }

    def data(self) -> dict[str, Any]:
        """Return everything that stands on the pages."""
        handout, language = self.handout, self.handout.language
        return {
            "title": self.letters.seen(handout.title),
            "course": self.letters.seen(handout.course),
            "whole": handout.whole,
            "date": handout.date.timetuple()[:3],
            "made": self.lines(say("handout.made", language, day=day(handout.date))),
            "how": self.lines(say("handout.how", language)),
            "lang": language,
            "region": "ee" if language == "et" else "gb",
            "contents": say("documents.contents", language),
            "page": say("documents.page", language).split("|"),
            "picture": say("documents.picture", language),
            "margin": say("handout.notes", language),
            "parts": [self.part(lesson) for lesson in handout.lessons],
        }


def write(handout: Handout, progress: Progress | None = None) -> bytes:
    """Return a handout as a PDF that keeps PDF/UA-1; typst checks it while it writes.

    Raises
    ------
    DocumentFailed
        If typst cannot set the handout or it would break the standard.
    """
    language = handout.language
    if progress:
        progress(0, 2, say("documents.setting", language))
    data = json.dumps(_Setter(handout).data())
    made = set_pages(TEMPLATE, data, handout.title)
    if progress:
        progress(2, 2, say("documents.written", language))
    return made
