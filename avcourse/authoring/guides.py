"""The trainer's guides, ``content/guide/*.md``: written like lessons, without code cells, built for trainers only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from avcourse.authoring.problems import Problem
from avcourse.authoring.source import Code, Prose, Source
from avcourse.course.course import TAUGHT, Course
from avcourse.course.language import LANGUAGES, Language, Text

ROOM: Final = "solutions/guide"
"""Where the built guides stand: beside the keys, in no learner's wheel."""


def guide_problems(guides: Mapping[str, Source], course: Course) -> list[Problem]:
    """Return what is wrong with the guides, by module, apart from what is wrong with any source."""
    problems: list[Problem] = []
    taught = {module.id for module in course.modules if module.kind in TAUGHT}

    def problem(source: Source, line: int, where: str, et: str, en: str) -> None:
        problems.append(Problem(source.file, line, where, Text(et=et, en=en)))

    for source in guides.values():
        if source.module not in taught:
            problem(
                source,
                2,
                source.module or "?",
                "juhend peab nimetama õppetunni. Parandage rida „module:“ faili alguses.",
                "a guide must name a lesson. Mend the line ‘module:’ at the top.",
            )
        for cell in source.cells:
            if isinstance(cell, Code):
                problem(
                    source,
                    cell.line,
                    cell.id,
                    "juhendis ei ole koodilahtreid. Kustutage lahter.",
                    "a guide has no code cells. Delete the cell.",
                )
    return problems


def build_guide(source: Source, language: Language) -> bytes:
    """Return a guide in one language as Markdown."""
    parts = [cell.text.in_(language).strip() for cell in source.cells if isinstance(cell, Prose)]
    origin = f"<!-- Built by `avcourse build` from {source.file}: edit there. -->"
    return ("\n\n".join([*parts, origin]) + "\n").encode()


def guide_files(guides: Mapping[str, Source], course: Course) -> dict[str, bytes]:
    """Return every built guide: path from the repository's root to bytes."""
    return {
        f"{ROOM}/{language}/{course.module(module).slug}.md": build_guide(source, language)
        for module, source in guides.items()
        for language in LANGUAGES
    }
