"""Handouts as files, for whoever asks: a learner's page, the trainer's desk, the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.views.documents.handout.gathering import gather, printed
from avcourse.views.documents.handout.setting import write
from avcourse.views.documents.model import Progress

WHOLE: Final = "all"
"""The name of the whole course's handout, beside the ids of lessons."""


def handouts() -> tuple[str, ...]:
    """Return the names of all handouts: each lesson's and that of the whole course.

    Examples
    --------
    >>> handouts()[0], handouts()[-1]
    ('m01', 'all')
    """
    return (*(module.id for module in printed(load_course())), WHOLE)


def handout_name(name: str, language: Language) -> str:
    """Return a handout's file name.

    Examples
    --------
    >>> handout_name("m01", "et"), handout_name("all", "en")
    ('jaotusmaterjal_01-alustamine.pdf', 'handout_whole-course.pdf')
    """
    own = say("handout.whole", language) if name == WHOLE else load_course().module(name).slug
    return f"{say('handout.file', language)}_{own.replace('_', '-')}.pdf"


def make_handout(name: str, language: Language, progress: Progress | None = None) -> tuple[str, bytes]:
    """Return a handout's file name and bytes.

    Raises
    ------
    NotPrinted
        If there is no handout of that name.
    DocumentFailed
        If it could not be set.
    """
    made = gather(None if name == WHOLE else name, language, date.today())
    return handout_name(name, language), write(made, progress)


def save_handouts(names: tuple[str, ...], language: Language, folder: Path) -> list[Path]:
    """Write handouts into a folder and return their paths; every name is known before anything is written."""
    made = [make_handout(name, language) for name in names or handouts()]
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in made:
        (folder / name).write_bytes(data)
    return [folder / name for name, _ in made]
