"""The rubric that a class's open answers are judged by: the course's own or, once the trainer has changed it, the class's.

A change stands in ``CLASS/review/rubric-<question>.json``; the course's text on the learner's page stays as it was released.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.workspace import ClassFolder, read_regular, write_private
from avcourse.course.language import LANGUAGES, Text, say
from avcourse.course.questions import Question
from avcourse.errors import AvcourseError, FolderNotWritable

ROOM: Final = "review"
"""The folder of a class that holds what a person decided about answers; its owner's alone."""
LARGEST: Final = 256 * 1024
MOST_STEPS: Final = 20


class RubricRefused(AvcourseError):
    """A rubric that cannot be: field ``reason``, a Text."""

    et = "Hindamisjuhist ei muudetud. {reason}"
    en = "The rubric has not been changed. {reason}"


class RubricUnreadable(AvcourseError):
    """The class's rubric is damaged: field ``path``."""

    et = (
        "Klassi hindamisjuhist failis {path} ei saa lugeda. Taastage fail varukoopiast või kustutage see: siis kehtib "
        "kursuse hindamisjuhis."
    )
    en = "The class’s rubric in {path} cannot be read. Restore the file from a copy, or delete it: then the course’s rubric applies."


def refused(key: str, **fields: object) -> RubricRefused:
    """Return the refusal ``key`` of table ``[rubric]`` in both languages."""
    et, en = (say(f"rubric.{key}", language, **fields) for language in LANGUAGES)
    return RubricRefused(reason=Text(et=et, en=en))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rubric; ``id`` stays when points and words change."""

    id: str
    points: float
    text: Text


@dataclass(frozen=True, slots=True)
class Rubric:
    """The steps, best first. Where it ``adds``, they are parts: several may be given to one answer and their points are summed."""

    steps: tuple[Step, ...]
    adds: bool = False
    own: bool = field(default=False, compare=False)

    def step(self, name: str) -> Step | None:
        """Return the step of that id, or None."""
        return next((step for step in self.steps if step.id == name), None)

    def points(self, chosen: Iterable[str], most: float) -> float | None:
        """Return what the chosen steps are worth, never above ``most``; None where none is chosen or one is unknown.

        Examples
        --------
        >>> text = Text(et="Hea", en="Good")
        >>> Rubric((Step("a", 2.0, text), Step("b", 1.5, text)), adds=True).points(["a", "b"], 3.0)
        3.0
        """
        found = [self.step(name) for name in dict.fromkeys(chosen)]
        if not found or None in found or (len(found) > 1 and not self.adds):
            return None
        return min(sum(step.points for step in found if step), most)


def course_rubric(question: Question) -> Rubric:
    """Return the rubric as the course has it; a step's id is its points there, which differ from step to step."""
    return Rubric(tuple(Step(f"{step.points:g}", step.points, step.text) for step in question.rubric))


def rubric_path(folder: ClassFolder, question: str) -> Path:
    """Return where a class's own rubric stands."""
    return folder.root / ROOM / f"rubric-{question}.json"


def _parsed(data: dict[str, Any]) -> Rubric:
    steps = tuple(
        Step(str(row["id"]), float(row["points"]), Text(et=str(row["et"]), en=str(row["en"]))) for row in data["steps"]
    )
    if not steps or not all(math.isfinite(step.points) and step.points >= 0 for step in steps):
        raise ValueError("points")
    return Rubric(steps, bool(data["adds"]), own=True)


def read_rubric(folder: ClassFolder, question: Question) -> Rubric:
    """Return the rubric that holds in the class.

    Raises
    ------
    RubricUnreadable
        If the class's own rubric is damaged.
    """
    path = rubric_path(folder, question.id)
    try:
        return _parsed(json.loads(read_regular(path, LARGEST)))
    except FileNotFoundError:
        return course_rubric(question)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise RubricUnreadable(path=path) from error


def check_rubric(rubric: Rubric, most: float) -> None:
    """Find out before anything is written that a rubric cannot be.

    Raises
    ------
    RubricRefused
        If it has no step or too many, points out of bounds, a step without words, or two steps of one id.
    """
    if not 0 < len(rubric.steps) <= MOST_STEPS:
        raise refused("number-of-steps", most=MOST_STEPS)
    if len({step.id for step in rubric.steps}) < len(rubric.steps):
        raise refused("same-step")
    for number, step in enumerate(rubric.steps, start=1):
        if not math.isfinite(step.points) or not 0 <= step.points <= most:
            raise refused("out-of-bounds", number=number, points=f"{step.points:g}", most=f"{most:g}")
        if not step.text.et.strip() or not step.text.en.strip():
            raise refused("no-words", number=number)


def write_rubric(folder: ClassFolder, question: str, rubric: Rubric) -> None:
    """Write the class's own rubric, whole or not at all.

    Raises
    ------
    FolderNotWritable
        If the class folder cannot be written.
    """
    steps = [{"id": s.id, "points": s.points, "et": s.text.et, "en": s.text.en} for s in rubric.steps]
    data = json.dumps({"v": 1, "adds": rubric.adds, "steps": steps}, ensure_ascii=False, indent=1)
    path = rubric_path(folder, question)
    try:
        make_room(folder)
        write_private(path, data.encode())
    except OSError as error:
        raise FolderNotWritable(path=path, reason=error.strerror or str(error)) from error


def make_room(folder: ClassFolder) -> Path:
    """Make the folder for what a person decided, open to its owner only, and return it."""
    room = folder.root / ROOM
    room.mkdir(exist_ok=True)
    room.chmod(0o700)
    return room
