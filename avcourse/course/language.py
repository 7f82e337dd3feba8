"""The two languages of the course and the words of its user interface.

Estonian is first; English is complete. There is no fallback: a missing word is an error, found by a test before a person does.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal

Language = Literal["et", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("et", "en")


@dataclass(frozen=True, slots=True)
class Text:
    """One text in both languages.

    Examples
    --------
    >>> Text(et="jah", en="yes").in_("en")
    'yes'
    """

    et: str
    en: str

    def in_(self, language: Language) -> str:
        """Return the text in one language."""
        return self.et if language == "et" else self.en


def as_language(value: object) -> Language:
    """Return ``value`` as a language; anything unknown is Estonian, the course's first language.

    Examples
    --------
    >>> as_language("en"), as_language("fi")
    ('en', 'et')
    """
    return "en" if value == "en" else "et"


@cache
def _strings() -> dict[str, dict[str, str]]:
    room = files("avcourse.course")
    sources = (file for file in room.iterdir() if file.name.startswith("strings") and file.name.endswith(".toml"))
    words: dict[str, dict[str, str]] = {}
    for source in sources:
        for table, pairs in tomllib.loads(source.read_text(encoding="utf-8")).items():
            words |= {f"{table}.{key}": pair for key, pair in pairs.items()}
    return words


def say(key: str, language: Language, **fields: object) -> str:
    """Return the user-interface words ``key`` (``"table.name"`` in ``strings*.toml``), filled with ``fields``.

    Raises
    ------
    KeyError
        If the key does not exist.

    Examples
    --------
    >>> say("forms.dont-know", "et")
    'Ei tea'
    """
    text = _strings()[key][language]
    return text.format(**fields) if fields else text


def words(table: str, language: Language) -> dict[str, str]:
    """Return all words of one table of ``strings*.toml`` in one language, for a page or a form."""
    return dict(_words(table, language))


@cache
def _words(table: str, language: Language) -> Mapping[str, str]:
    prefix = f"{table}."
    return {key.removeprefix(prefix): pair[language] for key, pair in _strings().items() if key.startswith(prefix)}
