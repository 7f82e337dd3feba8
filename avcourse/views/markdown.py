"""Markdown where a page is not drawn by Voilà: as blocks for print, as HTML for the desk. mistune arrives with Jupyter's nbconvert."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from html import escape
from typing import Any, cast

from avcourse.views.page.prose import clean_prose


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text with one look; ``href`` is where it leads."""

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    href: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the page's title."""

    level: int
    runs: Runs


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Runs


@dataclass(frozen=True, slots=True)
class Points:
    """A list, numbered or not; each item holds blocks."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that somebody else says: a document, a message."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; ``right`` says which columns stand at the right edge."""

    head: tuple[Runs, ...]
    rows: tuple[tuple[Runs, ...], ...]
    right: tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Verbatim:
    """Text that stands as it was typed."""

    text: str


Block = Heading | Paragraph | Points | Quote | Grid | Verbatim
_Tokens = Iterable[dict[str, Any]]


@cache
def _parser(kind: str) -> Callable[[str], Any]:
    import mistune

    renderer: Any = None if kind == "tokens" else mistune.HTMLRenderer(escape=False)
    return cast("Callable[[str], Any]", mistune.create_markdown(renderer=renderer, plugins=["table"]))


def as_html(markdown: str, table: str = "") -> str:
    r"""Return Markdown as HTML that is safe to show; a table, called ``table`` aloud, can be scrolled where it is too wide.

    Examples
    --------
    >>> as_html("*Tere* <script>x</script>")
    '<p><em>Tere</em> x</p>\n'
    """
    html = clean_prose(_parser("html")(markdown)).replace("<th>", '<th scope="col">')
    box = f'<div class="av-table" role="region" tabindex="0" aria-label="{escape(table)}">'
    return html.replace("<table>", f"{box}<table>").replace("</table>", "</table></div>")


def as_blocks(markdown: str) -> tuple[Block, ...]:
    """Return Markdown as blocks; comments and other HTML are left out.

    Examples
    --------
    >>> as_blocks("## Üks **kaks**")
    (Heading(level=2, runs=(Run(text='Üks ', bold=False, italic=False, code=False, href=''), \
Run(text='kaks', bold=True, italic=False, code=False, href=''))),)
    """
    return tuple(_blocks(_parser("tokens")(markdown)))


def plain_text(runs: Runs) -> str:
    """Return what runs say, without looks."""
    return "".join(run.text for run in runs)


def _blocks(tokens: _Tokens) -> Iterator[Block]:
    for token in tokens:
        attributes, inner = token.get("attrs", {}), token.get("children", [])
        match token["type"]:
            case "heading":
                yield Heading(attributes["level"], _runs(inner))
            case "paragraph" | "block_text":
                yield Paragraph(_runs(inner))
            case "list":
                items = tuple(tuple(_blocks(item["children"])) for item in inner)
                yield Points(items, bool(attributes["ordered"]), int(attributes.get("start", 1)))
            case "block_quote":
                yield Quote(tuple(_blocks(inner)))
            case "table":
                yield _grid(inner)
            case "block_code":
                yield Verbatim(str(token["raw"]).rstrip())


def _grid(parts: list[dict[str, Any]]) -> Grid:
    head = parts[0]["children"]
    rows = parts[1]["children"] if len(parts) > 1 else []
    return Grid(
        tuple(_runs(cell["children"]) for cell in head),
        tuple(tuple(_runs(cell["children"]) for cell in row["children"]) for row in rows),
        tuple(cell["attrs"].get("align") == "right" for cell in head),
    )


def _runs(tokens: _Tokens, look: Run = Run("")) -> Runs:
    """Return inline tokens as runs in the look round them, neighbours of one look joined."""
    found: list[Run] = []
    for run in _inline(tokens, look):
        if found and replace(found[-1], text="") == replace(run, text=""):
            found[-1] = replace(run, text=found[-1].text + run.text)
        elif run.text:
            found.append(run)
    return tuple(found)


def _inline(tokens: _Tokens, look: Run) -> Iterator[Run]:
    for token in tokens:
        kind, inner = token["type"], token.get("children", [])
        if kind == "strong":
            yield from _runs(inner, replace(look, bold=True))
        elif kind == "emphasis":
            yield from _runs(inner, replace(look, italic=True))
        elif kind == "link":
            yield from _runs(inner, replace(look, href=str(token["attrs"]["url"])))
        elif kind == "codespan":
            yield replace(look, text=str(token["raw"]), code=True)
        elif kind == "softbreak":
            yield replace(look, text=" ")
        elif kind == "linebreak":
            yield replace(look, text="\n")
        elif kind == "text":
            yield replace(look, text=str(token["raw"]))
