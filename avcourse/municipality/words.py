"""Sentences in both languages at once: what a rule or a refusal says before anyone knows who will read it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from avcourse.course.language import LANGUAGES, Text, say
from avcourse.errors import ImportRefused

LONGEST_NAME: Final = 80
"""Characters of a file's name that a sentence has room for; its end tells more than its beginning."""


def both(key: str, **fields: object) -> Text:
    """Return the words ``key`` in both languages; a field that is a Text is filled in its own language.

    Examples
    --------
    >>> both("forms.dont-know").en
    'Don’t know'
    """
    et, en = (
        say(key, language, **{name: _in(value, language) for name, value in fields.items()}) for language in LANGUAGES
    )
    return Text(et, en)


def _in(value: object, language: str) -> object:
    return value.in_("et" if language == "et" else "en") if isinstance(value, Text) else value


def plain(value: object) -> Text:
    """Return what is the same in both languages: a name or a number that a person wrote."""
    return Text(str(value), str(value))


def refuse(file: str, problems: Sequence[Text]) -> ImportRefused:
    """Return the refusal of a file: the first problem in its sentence, all of them in ``fields["problems"]``."""
    return ImportRefused(file=file[-LONGEST_NAME:], problem=problems[0], count=len(problems), problems=tuple(problems))
