"""How hard a text is to read: LIX, words a sentence plus the percentage of words longer than six letters.

It was made for Swedish and counts letters only, so it serves Estonian and English alike; Estonian words are longer, so its bound is higher.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from avcourse.authoring.sentences import blocks, sentences
from avcourse.authoring.source import Prose, Source
from avcourse.course.language import Language

LONG: Final = 7
MOST: Final[Mapping[Language, float]] = {"et": 55, "en": 45}
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*")


def lix(parts: list[str]) -> float:
    """Return the LIX of some sentences, 0 where there are none.

    Examples
    --------
    >>> lix(["Vald avaldab eelnõu.", "Elanikud loevad."])
    42.5
    """
    words = [word for part in parts for word in _WORD.findall(part)]
    if not words:
        return 0.0
    long = sum(len(word) >= LONG for word in words)
    return round(len(words) / len(parts) + 100 * long / len(words), 1)


def prose_of(source: Source, language: Language) -> list[str]:
    """Return the sentences of a page, headings and rows of tables left out."""
    return [
        part
        for cell in source.cells
        if isinstance(cell, Prose)
        for block in blocks(cell.text.in_(language))
        if block.kind == "paragraph"
        for part in sentences(block.text)
    ]
