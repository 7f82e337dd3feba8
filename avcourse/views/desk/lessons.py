"""The desk's page of lessons: how long each takes, what to hand out, and the trainer's guide to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from avcourse.course.course import TAUGHT, Module, keys_path, load_course
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError
from avcourse.views.desk.pieces import card_table
from avcourse.views.desk.visit import Download, Visit
from avcourse.views.markup import tag, text

PART: Final = "lessons"
HANDOUT: Final = "handout"
WHOLE: Final = "all"
STYLES: Final = ("lessons.css",)


class GuideMissing(AvcourseError):
    """A guide that is not there: field ``lesson``."""

    et = "Juhendit ei ole: {lesson}. Avage mõni teine õppetund loetelust „Õppetunnid“."
    en = "There is no guide to {lesson}. Open another lesson from the list ‘Lessons’."


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-lessons.{key}", visit.language, **fields)


def taught() -> Iterator[Module]:
    """Yield the modules that a trainer teaches, in course order."""
    return (module for module in load_course().modules if module.kind in TAUGHT)


def guide_path(module: Module, language: Language) -> Path:
    """Return where the guide to a lesson stands in a trainer's checkout; there may be none."""
    return keys_path().parent / "guide" / language / f"{module.slug}.md"


def page(visit: Visit) -> str:
    """Return the list of lessons, or the guide to one of them."""
    if not visit.rest:
        return _list(visit)
    module = next((module for module in taught() if module.id == visit.rest[0]), None)
    if module is None:
        raise GuideMissing(lesson=visit.rest[0])
    return _guide(visit, module)


def _list(visit: Visit) -> str:
    lessons = list(taught())
    head = [_say(visit, f"col-{key}") for key in ("lesson", "minutes", "guide", "handout")]
    rows = [
        (
            text(module.title.in_(visit.language)),
            text(say("home.minutes", visit.language, minutes=module.minutes)),
            _guide_link(visit, module),
            _handout_link(
                visit,
                module.id,
                _say(visit, "handout"),
                _say(visit, "handout-of", lesson=module.title.in_(visit.language)),
            ),
        )
        for module in lessons
    ]
    minutes = sum(module.minutes for module in lessons)
    return "".join(
        (
            tag("h1", text(say("desk.part-lessons", visit.language))),
            tag("p", text(_say(visit, "intro"))),
            card_table(_say(visit, "list", count=len(lessons), hours=round(minutes / 60)), head, rows),
            tag("p", text(_say(visit, "handout-what"))),
            tag("p", _handout_link(visit, WHOLE, _say(visit, "handout-whole"))),
        )
    )


def _guide_link(visit: Visit, module: Module) -> str:
    title = module.title.in_(visit.language)
    if not guide_path(module, visit.language).is_file():
        return tag("span", text(_say(visit, "no-guide")), class_="desk-none")
    label = _say(visit, "guide-of", lesson=title)
    return tag("a", text(_say(visit, "guide")), href=visit.url(PART, module.id), aria_label=label)


def _handout_link(visit: Visit, name: str, words: str, aloud: str | None = None) -> str:
    return tag("a", text(words), href=visit.url(PART, "save", HANDOUT, lesson=name), aria_label=aloud)


def _save_handout(visit: Visit) -> Download:
    from avcourse.views.documents.handout.files import make_handout

    return Download(*make_handout(visit.query.get("lesson", ""), visit.language), "application/pdf")


def _guide(visit: Visit, module: Module) -> str:
    from avcourse.views.markdown import as_html

    path = guide_path(module, visit.language)
    if not path.is_file():
        raise GuideMissing(lesson=module.title.in_(visit.language))
    back, title = tag("a", text(_say(visit, "back")), href=visit.url(PART)), module.title.in_(visit.language)
    return "".join(
        (
            tag("article", as_html(path.read_text(encoding="utf-8"), _say(visit, "table")), class_="desk-guide"),
            tag("p", text(_say(visit, "print")), class_="av-note desk-guide-foot"),
            tag(
                "p", _handout_link(visit, module.id, _say(visit, "handout-of", lesson=title)), class_="desk-guide-foot"
            ),
            tag("p", back, class_="desk-guide-foot"),
        )
    )


DOWNLOADS: Final = {HANDOUT: _save_handout}
