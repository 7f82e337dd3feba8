"""Letters of a PDF: what the font has, and where a line may be broken."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from avcourse.views.charts_municipality import letters_in_font
from avcourse.views.documents.model import MISSING

BOX: Final = "□"
"""Stands for a character that the font of the PDF does not have."""
LONG_WORD: Final = 40
_ADDRESS = re.compile(r"(?<=[/.\-_=&?#@])(?=[^/.\-_=&?#@])")


class Letters:
    """Gives texts in the letters that the font has; notes whether a character had to be replaced."""

    def __init__(self) -> None:
        self._known = letters_in_font()
        self.boxed = False

    def seen(self, text: str) -> str:
        """Return a text in the letters that the font has."""
        return "".join(map(self._letter, text))

    def _letter(self, letter: str) -> str:
        if ord(letter) in self._known or letter == "\n":
            return letter
        # Marks that choose between looks of the letter before them have no look of their own.
        if unicodedata.category(letter) in ("Cf", "Mn", "Me") or letter in "\u115f\u1160\u3164\uffa0":
            return ""
        self.boxed = True
        return BOX


def pieces(line: str) -> list[str]:
    """Return a line in pieces: an address may be broken after its signs, an endless word anywhere between two letters.

    Examples
    --------
    >>> pieces("vaata https://www.riigiteataja.ee/akt/12 ja loe")
    ['vaata https://', 'www.', 'riigiteataja.', 'ee/', 'akt/', '12', ' ja loe']
    """
    found = [""]
    for word in re.split(r"(\s+)", line):
        if "://" in word or "@" in word:
            first, *rest = _ADDRESS.split(word)
            found[-1] += first
            found += rest
            if rest:
                found.append("")
        elif len(word) > LONG_WORD:
            for place, letter in enumerate(word):
                if place % 12 == 0 and place and not unicodedata.combining(letter):
                    found.append("")
                found[-1] += letter
        else:
            found[-1] += word
    return [piece for piece in found if piece] or [MISSING]
