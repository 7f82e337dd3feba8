"""Small pieces of HTML that pages share; whatever is put in is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Final

from avcourse.course.language import Language, as_language
from avcourse.errors import AvcourseError

VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})
"""Elements without an end tag."""


def tag(name: str, /, *content: str, **attributes: str | int | None) -> str:
    """Return an element; ``content`` is HTML already, attributes are escaped, None leaves one out.

    Examples
    --------
    >>> tag("a", text("Õpi & loe"), href="x.ipynb", class_="quiet")
    '<a href="x.ipynb" class="quiet">Õpi &amp; loe</a>'
    >>> tag("input", type="hidden", name="a", value='"')
    '<input type="hidden" name="a" value="&quot;">'
    """
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(str(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{pairs}>" if name in VOID else f"<{name}{pairs}>{''.join(content)}</{name}>"


def text(value: object) -> str:
    """Return ``value`` escaped."""
    return escape(str(value))


def table(caption: str, head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """Return a table with a caption, column headers and the first cell of a row as its header; all cells are plain text."""
    header = tag("tr", *(tag("th", text(cell), scope="col") for cell in head))
    body = (
        tag("tr", tag("th", text(row[0]), scope="row"), *(tag("td", text(cell)) for cell in row[1:])) for row in rows
    )
    inner = tag("caption", text(caption)) + tag("thead", header) + tag("tbody", *body)
    return tag("div", tag("table", inner), class_="av-table", role="region", tabindex=0, aria_label=caption)


def sentence_or(make: Callable[[Language], str], language: Language) -> str:
    """Return what ``make`` makes, or the sentence of the error that it met."""
    try:
        return make(language)
    except AvcourseError as error:
        return tag("p", text(error.sentence(language)), class_="av-empty")


def draw(make: Callable[[Language], str], language: str) -> object:
    """Return HTML as a notebook cell's output; IPython is imported only here, where something is drawn."""
    from IPython.display import HTML

    return HTML(sentence_or(make, as_language(language)))  # type: ignore[no-untyped-call]


def decimal(value: float | None, language: Language, digits: int = 1) -> str:
    """Return a number with the language's decimal sign and a real minus; an en dash where there is none.

    Examples
    --------
    >>> decimal(-2.25, "et"), decimal(-0.04, "en"), decimal(None, "en")
    ('−2,2', '0.0', '–')
    """
    if value is None:
        return "–"
    # Adding 0.0 makes a rounded −0 a plain 0.
    plain = f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
    return plain.replace(".", ",") if language == "et" else plain


def grouped(value: int) -> str:
    r"""Return a whole number with thin groups of three digits, as both languages of the course write it.

    Examples
    --------
    >>> grouped(456518)
    '456\u202f518'
    """
    return f"{value:,}".replace(",", "\u202f")
