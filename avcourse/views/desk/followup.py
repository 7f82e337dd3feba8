"""The desk's page of what comes after the course: when it is due, what may be passed on, and what is for the trainer alone."""

from __future__ import annotations

from collections.abc import Iterable

from avcourse.classroom.followup import followup_figures, followups_of, only_for_trainer
from avcourse.classroom.workspace import now_utc
from avcourse.course.language import Language, say
from avcourse.views.class_followup import due_line, followup_blocks
from avcourse.views.desk.visit import Visit
from avcourse.views.documents.model import Block, Bullets, Heading, Note, Paragraph, Table, shown
from avcourse.views.markup import table, tag, text


def _html(blocks: Iterable[Block], language: Language) -> str:
    parts = []
    for block in blocks:
        match block:
            case Heading():
                parts.append(tag("h2" if block.level < 3 else "h3", text(block.text)))
            case Paragraph():
                parts.append(tag("p", text(block.text)))
            case Note():
                parts.append(tag("p", text(block.text), class_="av-note"))
            case Bullets():
                parts.append(tag("ul", *(tag("li", text(item)) for item in block.items)))
            case Table() if block.rows:
                kinds = [column.kind for column in block.columns]
                rows = [
                    tuple(shown(cell, kind, language) for cell, kind in zip(row, kinds, strict=True))
                    for row in block.rows
                ]
                parts.append(table(block.caption, tuple(column.head for column in block.columns), rows))
            case Table():
                parts.append(tag("p", text(f"{block.caption}: {block.empty}")))
    return "".join(parts)


def page(visit: Visit) -> str:
    """Return the page."""
    folder, language = visit.folder, visit.language
    now = now_utc()
    dues = [due_line(due, now, language) for due in followups_of(folder)] or [say("followup.no-end", language)]
    # The page has the title of the whole already.
    _, *blocks = followup_blocks(followup_figures(folder), language)
    examples, needs = only_for_trainer(folder)
    for key, texts in (("unshared", examples), ("needs", needs)):
        if texts:
            blocks += [Heading(say(f"followup.{key}", language), 2), Bullets(texts)]
    lines = tag("ul", *(tag("li", text(line)) for line in dues))
    return tag("h1", text(say("followup.title", language))) + lines + _html(blocks, language)
