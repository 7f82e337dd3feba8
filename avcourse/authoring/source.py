"""Reading the lesson and exercise sources: one MyST Markdown file with both languages, read by jupytext.

Every prose cell is a pair, Estonian then English, with one given id; code cells stand once. What breaks this is returned as problems.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import jupytext
from markdown_it import MarkdownIt
from markdown_it.token import Token

from avcourse.authoring.problems import Problem, line_of, relative
from avcourse.course.language import Text

ID: Final = re.compile(r"[a-z0-9-]{1,64}")
ASK: Final = re.compile(r'ask\(\s*"(?P<module>[a-z0-9-]+)/(?P<place>[a-z0-9-]+)"')
MOST_WORDS: Final = 120
FIGURES: Final = ("invented", "course", "sum")
"""Figures that are no facts: of an invented example, of the course itself, plain arithmetic on figures that have their source elsewhere."""
_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")


@dataclass(frozen=True, slots=True)
class Prose:
    """A prose cell in both languages; ``figures`` says why its figures need no source (one of ``FIGURES``), None where they do."""

    id: str
    text: Text
    line: int
    figures: str | None = None


@dataclass(frozen=True, slots=True)
class Code:
    """A code cell; ``slots`` marks the place where a test's forms and grade cells go."""

    id: str
    source: str
    slots: bool
    line: int


@dataclass(frozen=True, slots=True)
class Source:
    """A lesson or exercise as written; ``own_minutes`` is for work that is neither reading nor questions."""

    file: str
    module: str
    cells: tuple[Prose | Code, ...]
    own_minutes: float = 0

    def asked(self) -> Iterator[tuple[str, str, int]]:
        """Yield module, place and line of every form on the page."""
        for cell in self.cells:
            if isinstance(cell, Code):
                for match in ASK.finditer(cell.source):
                    yield match["module"], match["place"], cell.line


def read_source(path: Path, root: Path) -> tuple[Source, list[Problem]]:
    """Return a source file's cells and what is wrong with them."""
    raw = path.read_text(encoding="utf-8")
    name = relative(path, root)
    notebook = jupytext.reads(raw, fmt="md:myst")
    problems: list[Problem] = []
    cells: list[Prose | Code] = []
    waiting: tuple[str, str, str | None] | None = None
    seen: set[str] = set()

    def problem(cell_id: str, et: str, en: str) -> None:
        line = line_of(raw, f'"id": "{cell_id}"') or line_of(raw, f":id: {cell_id}")
        problems.append(Problem(name, line, cell_id or "?", Text(et=et, en=en)))

    def close_pair() -> None:
        if waiting:
            problem(
                waiting[0],
                "ingliskeelne paarik puudub. Lisage see kohe järele.",
                "the English partner is missing. Add it right after.",
            )

    for cell in notebook.cells:
        cell_id = str(cell.metadata.get("id", ""))
        line = line_of(raw, f'"id": "{cell_id}"') or line_of(raw, f":id: {cell_id}")
        if not ID.fullmatch(cell_id):
            problem(
                cell_id,
                "lahtril ei ole sobivat id-d. Andke id kujul [a-z0-9-]{1,64}.",
                "the cell has no proper id. Give one like [a-z0-9-]{1,64}.",
            )
            continue
        language = cell.metadata.get("lang")
        if cell.cell_type == "markdown" and language == "en" and waiting and waiting[0] == cell_id:
            cells.append(Prose(cell_id, Text(et=waiting[1], en=str(cell.source)), line, waiting[2]))
            waiting = None
            continue
        close_pair()
        waiting = None
        if cell_id in seen:
            problem(
                cell_id,
                "id on failis juba olemas. Valige uus.",
                "the id stands in this file already. Choose a new one.",
            )
        seen.add(cell_id)
        if cell.cell_type == "code":
            cells.append(Code(cell_id, str(cell.source), bool(cell.metadata.get("slots")), line))
        elif language == "et":
            figures = cell.metadata.get("figures")
            waiting = (cell_id, str(cell.source), figures)
            if figures not in (None, *FIGURES):
                allowed = ", ".join(FIGURES)
                problem(cell_id, f"figures peab olema üks neist: {allowed}.", f"figures must be one of: {allowed}.")
        else:
            problem(
                cell_id,
                "eestikeelne paarik puudub. Eestikeelne lahter peab olema ees, sama id-ga.",
                "the Estonian partner is missing. It must stand before, with the same id.",
            )
    close_pair()
    minutes = notebook.metadata.get("own_minutes", 0)
    if not isinstance(minutes, int | float) or minutes < 0:
        problem("own_minutes", "own_minutes peab olema minutite arv.", "own_minutes must be a number of minutes.")
        minutes = 0
    source = Source(name, str(notebook.metadata.get("module", "")), tuple(cells), minutes)
    return source, problems + structure_problems(source)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the two partners of a cell must have in common."""

    headings: tuple[int, ...]
    lists: tuple[int, ...]
    images: tuple[str, ...]
    links: int
    tables: tuple[int, ...]
    html: bool
    nameless: bool
    """Whether a table has a column without a heading, which a screen reader cannot name."""


def _inline(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children or ()


def shape_of(markdown: str) -> Shape:
    """Return the structure of a piece of Markdown.

    Examples
    --------
    >>> shape_of("# Pealkiri" + chr(10) * 2 + "* üks" + chr(10) + "* kaks").lists
    (2,)
    """
    tokens = _MARKDOWN.parse(markdown)
    inline = list(_inline(tokens))
    lists: list[int] = []
    stack: list[int] = []
    for token in tokens:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            stack.append(0)
        elif token.type == "list_item_open":
            stack[-1] += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.append(stack.pop())
    return Shape(
        headings=tuple(int(token.tag[1]) for token in tokens if token.type == "heading_open"),
        lists=tuple(lists),
        images=tuple(str(token.attrs["src"]) for token in inline if token.type == "image"),
        links=sum(token.type == "link_open" for token in inline),
        tables=(sum(token.type == "tr_open" for token in tokens), sum(token.type == "th_open" for token in tokens)),
        html=any(token.type in ("html_block", "html_inline") for token in [*tokens, *inline]),
        nameless=any(a.type == "th_open" and not b.content.strip() for a, b in pairwise(tokens)),
    )


def word_count(markdown: str) -> int:
    """Return how many words a reader reads (addresses of links and table rules are not read)."""
    prose = re.sub(r"\]\([^)]*\)|[|#*>`_-]+", " ", markdown)
    return len(re.findall(r"\w[\w’'.,–-]*", prose))


_PARITY: Final = (
    ("headings", Text(et="pealkirjade tasemed erinevad", en="heading levels differ")),
    ("lists", Text(et="loendite pikkus erineb", en="lists differ in length")),
    ("images", Text(et="pildid erinevad", en="images differ")),
    ("links", Text(et="linkide arv erineb", en="the number of links differs")),
    ("tables", Text(et="tabelite ridade või veergude arv erineb", en="tables differ in rows or columns")),
)


def structure_problems(source: Source) -> list[Problem]:
    """Return where partners differ, cells are too long, or headings are out of order."""
    problems: list[Problem] = []

    def problem(cell: Prose, et: str, en: str) -> None:
        problems.append(Problem(source.file, cell.line, cell.id, Text(et=et, en=en)))

    levels: list[int] = []
    for cell in source.cells:
        if not isinstance(cell, Prose):
            continue
        et, en = shape_of(cell.text.et), shape_of(cell.text.en)
        for field, words in _PARITY:
            if getattr(et, field) != getattr(en, field):
                problem(
                    cell,
                    f"{words.et}: {getattr(et, field)} ja {getattr(en, field)}. Ühtlustage paarikud.",
                    f"{words.en}: {getattr(et, field)} and {getattr(en, field)}. Make the partners alike.",
                )
        if et.html or en.html:
            problem(cell, "lahtris on HTML. Kasutage ainult Markdowni.", "the cell has HTML. Use Markdown only.")
        if et.nameless or en.nameless:
            problem(
                cell,
                "tabelis on veerg ilma pealkirjata. Andke igale veerule nimi.",
                "the table has a column without a heading. Name every column.",
            )
        for language, text in (("et", cell.text.et), ("en", cell.text.en)):
            if (count := word_count(text)) > MOST_WORDS:
                problem(
                    cell,
                    f"{language}: {count} sõna. Tehke kaks lahtrit, kummaski kuni {MOST_WORDS} sõna.",
                    f"{language}: {count} words. Make two cells of at most {MOST_WORDS} words.",
                )
        for level in et.headings:
            if (level == 1) != (not levels) or (levels and level > levels[-1] + 1):
                problem(
                    cell,
                    f"pealkirja tase {level} ei sobi siia. Esimene on #, siis ## ja ###, ilma vaheta.",
                    f"heading level {level} does not fit here. The first is #, then ## and ###, without gaps.",
                )
            levels.append(level)
    return problems
