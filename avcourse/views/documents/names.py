"""File names as an Estonian office writes them: what, whose, when; lower case, without spaces and dots above letters."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from avcourse.course.language import say
from avcourse.views.documents.model import Document, without_marks

LONGEST: Final = 60
"""Letters of one part of a name; Windows allows a path of 260 altogether."""


def slug(text: str) -> str:
    r"""Return a text as a part of a file name, cut at a word.

    Examples
    --------
    >>> slug("Põhja-Pärnumaa vald"), slug("../..\\\\ *?")
    ('pohja-parnumaa-vald', '')
    """
    whole = "-".join(re.findall("[a-z0-9]+", without_marks(text).lower()))
    if len(whole) <= LONGEST:
        return whole
    cut = whole[: LONGEST + 1]
    return (cut.rpartition("-")[0] or cut)[:LONGEST]


def file_name(title: str, municipality: str, day: date, ending: str, *, mark: str = "") -> str:
    """Return a document's file name; ``mark`` is put last. Parts of which nothing is left are left out.

    Examples
    --------
    >>> file_name("Avatud valitsemise tegevuskava", "Nõpri vald", date(2026, 11, 24), "docx")
    'avatud-valitsemise-tegevuskava_nopri-vald_2026-11-24.docx'
    """
    parts = (slug(title), slug(municipality), day.isoformat(), slug(mark))
    return "_".join(part for part in parts if part) + f".{ending}"


def name_of(document: Document, ending: str) -> str:
    """Return the file name of a document; a made-up example says so."""
    mark = say("documents.example-mark", document.language) if document.example else ""
    title = document.title if slug(document.title) else say("documents.document", document.language)
    return file_name(title, document.municipality, document.date, ending, mark=mark)
