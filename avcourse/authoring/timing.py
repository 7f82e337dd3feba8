"""How long a page takes (words, questions, pictures, the author's own minutes) against the minutes that the course promises."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.source import Code, Prose, Source, word_count
from avcourse.course.course import Course, Module

WORDS_A_MINUTE: Final = 200
MINUTES: Final[Mapping[str, float]] = {
    "single": 1,
    "multiple": 1.5,
    "number": 1,
    "short": 1.5,
    "rating": 0.3,
    "ordering": 1.5,
    "matching": 2,
    "long": 4,
    "work": 0,
}
"""Minutes a question of each kind takes, its reading included; the municipality's work takes its time elsewhere."""
SHOWN: Final[Mapping[str, float]] = {"show_chart": 0.5, "explore": 2}
HELD: Final = ("lesson", "exercise", "growth")
"""Kinds of modules whose minutes must fit: items of a test are long situations, and work on the municipality takes what it takes."""
MARGIN: Final = 3
_CALL: Final = re.compile(rf"\b({'|'.join(SHOWN)})\(")


@dataclass(frozen=True, slots=True)
class Timing:
    """Where the minutes of one module come from; ``words`` are the Estonian ones."""

    module: str
    kind: str
    declared: int
    words: int
    reading: float
    questions: float
    pictures: float
    own: float
    after: bool

    @property
    def computed(self) -> float:
        """Minutes in all."""
        return round(self.reading + self.questions + self.pictures + self.own, 1)

    @property
    def fits(self) -> bool:
        """Whether the promise holds, or none is held to it."""
        return self.kind not in HELD or abs(self.declared - self.computed) <= MARGIN


def timing_of(module: Module, source: Source, course: Course, bank: Mapping[str, BankRow]) -> Timing:
    """Return how long one page takes."""
    words = sum(word_count(cell.text.et) for cell in source.cells if isinstance(cell, Prose))
    asked = [place for _, place, _ in source.asked()]
    kinds = [str(bank[place].public["kind"]) for place in asked if place in bank]
    if module.kind == "test":
        kinds += ["single"] * len(course.slots)
    pictures = [call for cell in source.cells if isinstance(cell, Code) for call in _CALL.findall(cell.source)]
    return Timing(
        module=module.id,
        kind=module.kind,
        declared=module.minutes,
        words=words,
        reading=words / WORDS_A_MINUTE,
        questions=sum(MINUTES[kind] for kind in kinds),
        pictures=sum(SHOWN[name] for name in pictures),
        own=source.own_minutes,
        after=bool(module.after),
    )


def timings(course: Course, sources: Mapping[str, Source], bank: Mapping[str, BankRow]) -> tuple[Timing, ...]:
    """Return how long each page of the course takes, in course order."""
    return tuple(timing_of(module, sources[module.id], course, bank) for module in course.modules)
