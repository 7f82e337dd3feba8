"""What of the course is completed: the rule of the certificate, and which lessons are still open before the post-test.

The course is completed when every lesson is done as the home page counts it, both tests are answered, and in a class also submitted.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from avcourse.answers.folder import RECEIPTS, LearnerFolder, find_folder
from avcourse.course.course import Course, Module, load_course
from avcourse.course.language import Language, say
from avcourse.errors import CardUnreadable
from avcourse.views.home import Progress, progress_of
from avcourse.views.markup import draw, tag, text

REQUIRED: Final = ("lesson", "test")
LISTED: Final = ("lesson", "exercise", "test", "work", "growth")
"""Kinds of modules that a certificate lists once they are done."""
Why = Literal["open", "not-submitted"]


@dataclass(frozen=True, slots=True)
class Missing:
    """A part that the certificate waits for, and why: not all is answered, or answered but not handed in to the class."""

    progress: Progress
    why: Why


@dataclass(frozen=True, slots=True)
class Completion:
    """Which parts are done, in course order, and which required ones are not."""

    done: tuple[Module, ...]
    missing: tuple[Missing, ...]

    @property
    def whole(self) -> bool:
        """Whether everything required is done."""
        return not self.missing

    @property
    def minutes(self) -> int:
        """Return the planned minutes of what is done."""
        return sum(module.minutes for module in self.done)


def is_in_class(folder: LearnerFolder | None) -> bool:
    """Whether the learner has joined a class; an unreadable card is the card of some class."""
    try:
        return folder is not None and folder.card() is not None
    except CardUnreadable:
        return True


def was_submitted(folder: LearnerFolder, module: Module) -> bool:
    """Whether a module has been handed in at least once."""
    return (folder.answers(module.id) / RECEIPTS).is_file()


def completion_of(folder: LearnerFolder | None, course: Course) -> Completion:
    """Return what the learner has completed, and what is missing for the certificate."""
    done: list[Module] = []
    missing: list[Missing] = []
    in_class = is_in_class(folder)
    for module in course.modules:
        if module.kind not in LISTED or module.after:
            continue
        progress = progress_of(folder, course, module)
        handed_in = module.kind != "test" or not in_class or (folder is not None and was_submitted(folder, module))
        if progress.done and progress.asked and handed_in:
            done.append(module)
        elif module.kind in REQUIRED and progress.asked:
            missing.append(Missing(progress, "not-submitted" if progress.done else "open"))
    return Completion(tuple(done), tuple(missing))


def missing_html(missing: Iterable[Missing], language: Language) -> str:
    """Return what is missing as a list with links, each with how far one is."""
    items = []
    for one in missing:
        progress = one.progress
        words = say(f"completion.{one.why}", language, answered=progress.answered, asked=progress.asked)
        link = tag("a", text(progress.module.title.in_(language)), href=progress.href)
        items.append(tag("li", link, text(f": {words}")))
    return tag("ul", *items)


def unfinished_html(folder: LearnerFolder | None, language: Language) -> str:
    """Return which lessons are still open, for the top of the post-test; nothing where all are done or nobody is known."""
    if folder is None:
        return ""
    missing = completion_of(folder, load_course()).missing
    lessons = [one for one in missing if one.progress.module.kind == "lesson"]
    if not lessons:
        return ""
    heading = tag("strong", text(say("completion.before-test", language, count=len(lessons))))
    why = tag("p", heading, " ", text(say("completion.before-test-why", language)))
    return tag("div", why, missing_html(lessons, language), class_="av-empty")


def show_unfinished(language: str) -> object:
    """Draw which lessons are still open, to stand as the last expression of a cell; under nbgrader nothing is drawn."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    return draw(lambda chosen: unfinished_html(find_folder(), chosen), language)
