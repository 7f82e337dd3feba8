"""Texts in two languages as HTML that Moodle's multilang filter shows in the reader's language, and back.

A text is a paragraph with two spans. ``data-avcourse`` says what it is (``text``, ``option:ask-first``); Moodle keeps it and shows nothing of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser
from typing import Final

from avcourse.course.language import LANGUAGES, Text

LONGEST: Final = 200_000
"""Characters of a text; the parser of the standard library is slow on long malformed ones."""


def _escape(text: str) -> str:
    return escape(text, quote=False).replace("\r", "&#13;").replace("\n", "<br>")


def spans(text: Text) -> str:
    """Return a text as spans of the multilang filter.

    Examples
    --------
    >>> spans(Text(et="2 < 3", en="yes"))
    '<span lang="et" class="multilang">2 &lt; 3</span><span lang="en" class="multilang">yes</span>'
    """
    return "".join(f'<span lang="{lang}" class="multilang">{_escape(text.in_(lang))}</span>' for lang in LANGUAGES)


def part(name: str, text: Text) -> str:
    """Return a text as a paragraph that says what it is."""
    return f'<p data-avcourse="{escape(name)}">{spans(text)}</p>'


@dataclass
class _Part:
    name: str
    words: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Gathers what stands in spans of a language, by the paragraph around them; other markup is left out, its words stay."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[_Part] = []
        self._language: str | None = None
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if own.get("data-avcourse"):
            self.parts.append(_Part(own["data-avcourse"] or ""))
        if tag == "span" and self._language is None and own.get("lang") in LANGUAGES:
            self._language, self._depth = own["lang"], 0
            if not self.parts:
                self.parts.append(_Part(""))
            self.parts[-1].words.setdefault(self._language or "", "")
        elif tag == "span" and self._language:
            self._depth += 1
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._language:
            if self._depth:
                self._depth -= 1
            else:
                self._language = None

    def handle_data(self, data: str) -> None:
        if self._language:
            self.parts[-1].words[self._language] += data


def parts_in(html: str) -> Iterator[tuple[str, Text]]:
    """Give every text that stands in both languages, with the name of its paragraph ("" where it has none).

    Examples
    --------
    >>> list(parts_in(part("unit", Text(et="eurot", en="euros"))))
    [('unit', Text(et='eurot', en='euros'))]
    """
    if len(html) > LONGEST:
        raise ValueError("text too long")
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for each in reader.parts:
        if each.words.keys() >= set(LANGUAGES):
            yield each.name, Text(et=each.words["et"], en=each.words["en"])


def text_in(html: str) -> Text | None:
    """Return the first text in both languages, or None."""
    return next((text for _, text in parts_in(html)), None)
