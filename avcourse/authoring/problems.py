"""What is wrong with the content: file, line, id, and what to do, in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from avcourse.course.language import Language, Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend. ``file`` is relative to the repository; ``line`` is 1-based, 0 where a whole file is meant.

    ``blocks`` is False where a build may go on: a stale translation, while its author is still at work.
    """

    file: str
    line: int
    id: str
    what: Text
    blocks: bool = True

    def sentence(self, language: Language) -> str:
        """Return the problem as one line: place, id, what and mend."""
        return f"{self.file}:{self.line}: {self.id}: {self.what.in_(language)}"


def line_of(text: str, *needles: str) -> int:
    """Return the 1-based line of the first line that holds all needles, or 0."""
    for number, line in enumerate(text.splitlines(), start=1):
        if all(needle in line for needle in needles):
            return number
    return 0


def relative(path: Path, root: Path) -> str:
    """Return ``path`` as it is named to people: relative to the repository, with forward slashes."""
    return path.relative_to(root).as_posix()
