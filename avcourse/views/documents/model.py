"""What a document is: frozen blocks that Word, PDF and Excel are all written from.

Tables and facts may name a ``sheet``: in Excel those with the same sheet stand under each other as one list, each row with the ``part``
that it belongs to, so that forty commitments are a list of forty rows and not forty sheets.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from avcourse.course.language import Language
from avcourse.municipality.values import show_number
from avcourse.views.markup import decimal

Kind = Literal["text", "number", "money", "date", "share", "link"]
Value = str | int | float | date | None
Progress = Callable[[int, int, str], None]
"""Called with what is done, the total, and what is being done in words."""
MISSING: Final = "–"
PICTURE: Final = 120
"""Width of a picture in millimetres, at most: the charts' words are then about as large as the text."""
LINE, LINE_WIDE = 102, 158
"""Characters of a table's text across a page, upright and turned."""
LONGEST_LINK: Final = 2000
"""Characters of an address; Excel and PDF refuse longer links."""
LONG: Final = 8
"""A document with so many headings (levels 1 and 2) begins with a table of contents."""
_NEW_LINE = re.compile("\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
# Controls, surrogates and non-characters: XML has no place for most of them, and no reader sees any.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Stricter than browsers are: Word takes a whole file for damaged when an address in it is no address.
_LINK = re.compile(
    r"https?://[\w-]+(?:\.[\w-]+)+(?::\d{1,5})?(?:[/?#](?:%[0-9a-fA-F]{2}|[^\s<>\"{}|\\^`\[\]%\x00-\x20])*)?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the first below the document's title."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; each line of the text becomes one of its own."""

    text: str


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of points."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """What a reader should keep in mind; set apart on the page, and on the first sheet of a workbook."""

    text: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One named value."""

    label: str
    value: Value
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Facts:
    """Named values of one thing. With a ``sheet`` they are one row of it in Excel, the first cell of which is ``part``."""

    facts: tuple[Fact, ...]
    sheet: str = ""
    part: Fact | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    head: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True)
class Table:
    """A table; without rows the sentence ``empty`` stands in its place. ``wide`` turns the page."""

    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    empty: str = MISSING
    sheet: str = ""
    part: Fact | None = None
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture with its words for those who do not see it; ``svg`` for PDF, ``png`` for Word."""

    svg: str
    png: bytes
    alt: str
    caption: str


Block = Heading | Paragraph | Bullets | Note | Facts | Table | Picture


@dataclass(frozen=True, slots=True)
class Document:
    """A whole document. ``example`` says on every page that it is made up."""

    title: str
    subtitle: str
    municipality: str
    date: date
    language: Language
    blocks: tuple[Block, ...]
    example: bool = False


def plain(text: str) -> str:
    r"""Return a text that every format can hold: unseen characters are gone, every line end is ``\n``, a tab is a space.

    Examples
    --------
    >>> plain("Tere\x00\r\nvald\tja\x0blinn")
    'Tere\nvald ja\nlinn'
    """
    return _UNSEEN.sub("", _NEW_LINE.sub("\n", text)).replace("\t", " ")


def one_line(text: str) -> str:
    """Return a text as one line."""
    return " ".join(plain(text).split())


def lines(text: str) -> list[str]:
    r"""Return the lines of a text that say something; at least one.

    Examples
    --------
    >>> lines("Üks\n\n kaks "), lines(" ")
    (['Üks', 'kaks'], ['–'])
    """
    return [line for raw in plain(text).split("\n") if (line := raw.strip())] or [MISSING]


def day(value: date) -> str:
    """Return a date as both languages of the course write it."""
    return f"{value:%d.%m.%Y}"


def shown(value: Value, kind: Kind, language: Language) -> str:
    r"""Return a value as people read it; what is missing is an en dash.

    Examples
    --------
    >>> shown(12500, "money", "et"), shown(0.256, "share", "en"), shown(2.5, "number", "et"), shown(None, "date", "et")
    ('12\xa0500\xa0€', '26%', '2,5', '–')
    """
    if value is None or isinstance(value, str):
        return (value and plain(value).strip()) or MISSING
    if isinstance(value, date):
        return day(value)
    if kind == "share":
        return decimal(100 * value, language, 0) + ("%" if language == "en" else "\u00a0%")
    if kind == "money":
        return f"{show_number(value, language)}\u00a0€" if language == "et" else f"€{show_number(value, language)}"
    return show_number(round(value, 2) if isinstance(value, float) else value, language)


def link_in(value: Value) -> str | None:
    """Return the address if a value is nothing but a web address; only http and https are ever made links.

    Examples
    --------
    >>> link_in(" https://noo.ee/avaandmed "), link_in("javascript:alert(1)"), link_in("vaata https://noo.ee")
    ('https://noo.ee/avaandmed', None, None)
    """
    text = value.strip() if isinstance(value, str) else ""
    return text if len(text) <= LONGEST_LINK and _LINK.fullmatch(text) else None


def in_order(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield blocks whose headings skip no level: a reader by ear finds the way by them, and PDF/UA asks for it."""
    level = 0
    for block in blocks:
        if isinstance(block, Heading):
            level = max(1, min(block.level, level + 1, 3))
            yield replace(block, text=one_line(block.text) or MISSING, level=level)
        else:
            yield block


def on_pages(blocks: Iterable[Block]) -> Iterator[tuple[bool, Block]]:
    """Yield each block with whether it stands on a turned page; the heading and words that lead to a wide table turn with it."""
    waiting: list[Block] = []
    for block in blocks:
        if isinstance(block, Table) and block.wide and block.rows:
            yield from ((True, each) for each in (*waiting, block))
            waiting = []
        elif isinstance(block, Heading) or (waiting and isinstance(block, Paragraph | Note)):
            if isinstance(block, Heading) and waiting and not isinstance(waiting[-1], Heading):
                yield from ((False, each) for each in waiting)
                waiting = []
            waiting.append(block)
        else:
            yield from ((False, each) for each in waiting)
            waiting = []
            yield False, block
    yield from ((False, each) for each in waiting)


def is_long(document: Document) -> bool:
    """Return whether a document begins with a table of contents."""
    return sum(isinstance(block, Heading) and block.level < 3 for block in document.blocks) >= LONG


def shares(table: Table, language: Language) -> tuple[float, ...]:
    """Return the share of each column in the table's width: every word fits, and what is left goes to the columns with long texts."""
    line = LINE_WIDE if table.wide else LINE
    needs, wants = [], []
    for place, column in enumerate(table.columns):
        cells = [shown(row[place], column.kind, language) for row in table.rows[:500]]
        # An address may be broken anywhere, but should not stand as a thin pillar.
        words = [16 if link_in(word) else len(word) for text in cells for word in text.split()]
        # The head is bold, and so wider.
        words += [round(1.2 * len(word)) for word in column.head.split()]
        need = min(22, max(words, default=1)) + 3
        longest = max((min(len(text), 250) for text in (column.head, *cells)), default=1)
        needs.append(need)
        wants.append(2 + max(0, longest - need) ** 0.8)
    spare = max(0, line - sum(needs)) / sum(wants)
    widths = [need + spare * want for need, want in zip(needs, wants, strict=True)]
    return tuple(width / sum(widths) for width in widths)


def without_marks(text: str) -> str:
    """Return a text with the marks above and below its letters taken away, as file names need it.

    Examples
    --------
    >>> without_marks("Nõpri, Šveits 2026–2028")
    'Nopri, Sveits 2026–2028'
    """
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
