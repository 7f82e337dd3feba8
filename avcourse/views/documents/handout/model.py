"""What a handout is made of: the blocks of its lessons' Markdown, and those that only paper has."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from avcourse.course.language import Language
from avcourse.views import markdown
from avcourse.views.markdown import Runs

Mark = Literal["box", "letter"]
"""What stands before a choice: a box to tick or to write in, or a letter to refer to."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its words for those who do not see it."""

    svg: str
    alt: str
    caption: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What a question gives to choose from."""

    items: tuple[str, ...]
    mark: Mark = "box"


@dataclass(frozen=True, slots=True)
class Rules:
    """Empty lines to write on."""

    count: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as it is printed: its name, how to answer, what is asked, and room for the answer."""

    label: str
    how: str
    text: Runs
    parts: tuple[Choices | Rules, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where what has just been said comes from."""

    text: str


@dataclass(frozen=True, slots=True)
class Todo:
    """What is done on the page of the course, and lines for a draft of it."""

    text: str
    rules: Rules | None = None


@dataclass(frozen=True, slots=True)
class Notes:
    """The rest of the page for notes, under a heading of the level that sections have."""

    title: str


@dataclass(frozen=True, slots=True)
class NewPage:
    """What follows begins on a page of its own."""


Block = markdown.Block | Figure | Asked | Rules | Source | Todo | Notes | NewPage


@dataclass(frozen=True, slots=True)
class Lesson:
    """One lesson of a handout; headings in ``blocks`` begin at level 1 where the lesson's own title stands."""

    id: str
    title: str
    minutes: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Handout:
    """A whole handout. ``whole`` says that it is the course and not one lesson."""

    title: str
    course: str
    date: date
    language: Language
    lessons: tuple[Lesson, ...]
    whole: bool
