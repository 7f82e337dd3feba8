"""A cell's Markdown as plain sentences: what a reader reads as one statement."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")
_END: Final = re.compile(r"(?<=[.!?…])([“”’\")]*)\s+(?=[A-ZÕÄÖÜŠŽ„‘“(\d])")
_READ: Final = ("text", "softbreak", "hardbreak")
_ORDINAL: Final = re.compile(r"(?:^|[\s(–-])\d{1,2}\.$")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, an item of a list, a row of a table or a heading, as plain text."""

    kind: str
    text: str


def _plain(token: Token) -> str:
    """Return an inline token's words, without addresses; code is no prose."""
    words = (child.content if child.type == "text" else " " for child in token.children or () if child.type in _READ)
    return "".join(words).strip()


def blocks(markdown: str) -> Iterator[Block]:
    """Yield the blocks of a cell in order; the cells of a table's row are joined by a middle dot.

    Examples
    --------
    >>> [block.text for block in blocks("## Pealkiri" + chr(10) * 2 + "[Üks](http://a.ee) ja *kaks*.")]
    ['Pealkiri', 'Üks ja kaks.']
    """
    row: list[str] | None = None
    kind = "paragraph"
    for token in _MARKDOWN.parse(markdown):
        if token.type == "heading_open" or token.type == "thead_open":
            kind = "heading"
        elif token.type in ("heading_close", "thead_close"):
            kind = "paragraph"
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield Block("heading" if kind == "heading" else "row", " · ".join(part for part in row if part))
            row = None
        elif token.type == "inline" and row is not None:
            row.append(_plain(token))
        elif token.type == "inline":
            yield Block(kind, _plain(token))


def sentences(text: str) -> list[str]:
    """Return the sentences of plain text; an ordinal such as „14.“ ends none.

    Examples
    --------
    >>> sentences("Eestis oli 1. jaanuaril 79 valda (ERR, 2025). Valige oma! Kohtume 14. Riigikogus.")
    ['Eestis oli 1. jaanuaril 79 valda (ERR, 2025).', 'Valige oma!', 'Kohtume 14. Riigikogus.']
    """
    found: list[str] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.start() + len(match[1])].strip()
        if _ORDINAL.search(piece):
            continue
        found.append(piece)
        start = match.end()
    rest = text[start:].strip()
    return [piece for piece in [*found, rest] if piece]
