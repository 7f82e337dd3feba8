"""From built notebooks to handouts: prose as it stands, forms as questions on paper, what lives on the page as a sentence about it."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any, Final

from avcourse.course.course import TAUGHT, Course, Module, load_bank, load_course, material
from avcourse.course.language import Language, say, words
from avcourse.errors import AvcourseError
from avcourse.views.charts import make_chart, svg
from avcourse.views.documents.handout.model import Asked, Block, Figure, Handout, Lesson, NewPage, Notes, Rules, Todo
from avcourse.views.documents.handout.questions import answered, asked
from avcourse.views.markdown import Grid, Heading, Paragraph, Run, as_blocks

OFFER: Final = ("handout-title", "handout")
"""Cells in which a page offers its handout."""
DRAFT: Final = Rules(5)
MOST_ROWS: Final = 15
"""Rows of a table that an exploration shows; a longer one is for looking things up on the page."""
_SVG: Final = re.compile(r'(?:aria-label="(?P<alt>[^"]*)"[^>]*>\s*)?(?P<svg><svg\b.*?</svg>)', re.DOTALL)


class NotPrinted(AvcourseError):
    """A handout asked for of something that has none: field ``lesson``."""

    et = "Õppetundi „{lesson}“ ei ole. Jaotusmaterjali saab teha neist: {known}."
    en = "There is no lesson ‘{lesson}’. Handouts can be made of: {known}."


def printed(course: Course) -> tuple[Module, ...]:
    """Return the modules that stand in the course's handout, in order: what is taught, not what is graded."""
    return tuple(module for module in course.modules if module.kind in TAUGHT)


def gather(lesson: str | None, language: Language, day: date) -> Handout:
    """Return the handout of a lesson by its id, or of the whole course.

    Raises
    ------
    NotPrinted
        If the course has no such lesson.
    """
    course = load_course()
    modules = printed(course)
    chosen = tuple(module for module in modules if lesson in (None, module.id))
    if not chosen:
        raise NotPrinted(lesson=lesson, known=", ".join(module.id for module in modules))
    title = course.title.in_(language)
    lessons = tuple(lesson_of(module, language) for module in chosen)
    if lesson is None:
        return Handout(title, title, day, language, lessons, whole=True)
    return Handout(lessons[0].title, title, day, language, lessons, whole=False)


def lesson_of(module: Module, language: Language) -> Lesson:
    """Return one lesson as it is printed."""
    path = material() / "course" / language / f"{module.slug}.ipynb"
    cells = [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["id"] not in OFFER]
    page = _Page(language)
    blocks = [block for cell in cells for block in page.blocks_of(cell)]
    if blocks and isinstance(blocks[0], Heading) and blocks[0].level == 1:
        blocks = blocks[1:]
    blocks.append(Notes(say("handout.notes", language)))
    if page.answers:
        title = Heading(2, (Run(say("handout.answers", language)),))
        blocks += [NewPage(), title, Paragraph((Run(say("handout.answers-what", language)),)), *page.answers]
    return Lesson(module.id, module.title.in_(language), module.minutes, tuple(blocks))


@dataclass(slots=True)
class _Page:
    """Reads a page's cells one after another; numbers its questions and keeps their answers for the end."""

    language: Language
    questions: int = 0
    answers: list[Block] = field(default_factory=list)

    def blocks_of(self, cell: Mapping[str, Any]) -> Iterator[Block]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            yield from as_blocks(source)
            return
        call = _call_in(source)
        if call is None:
            return
        draw = _DRAWN.get(call.name, _unknown)
        yield from draw(self, call)


@dataclass(frozen=True, slots=True)
class _Call:
    """What a code cell calls, as its author wrote it."""

    name: str
    argument: str
    options: Mapping[str, object]


def _call_in(source: str) -> _Call | None:
    """Return the call that draws a cell's output: its last expression; the notebook is read, never run."""
    body = ast.parse(source).body
    last = body[-1] if body else None
    if not (isinstance(last, ast.Expr) and isinstance(last.value, ast.Call) and isinstance(last.value.func, ast.Name)):
        return None
    call = last.value
    given = [value.value for value in call.args if isinstance(value, ast.Constant)]
    options = {
        each.arg: each.value.value for each in call.keywords if each.arg and isinstance(each.value, ast.Constant)
    }
    return _Call(last.value.func.id, str(given[0]) if given else "", options)


def _ask(page: _Page, call: _Call) -> Iterator[Asked]:
    question = load_bank()[call.argument.partition("/")[2]]
    page.questions += 1
    page.answers += answered(question, page.questions, page.language)
    yield asked(question, page.questions, page.language)


def _chart(page: _Page, call: _Call) -> Iterator[Block]:
    chart = make_chart(call.argument, page.language)
    figure = Figure(svg(chart.figure), chart.alt, chart.caption)
    if call.options.get("reveal"):
        # On the page it is folded until the question before it has been thought about.
        page.answers.append(figure)
        yield Paragraph((Run(say("handout.chart-later", page.language), italic=True),))
    else:
        yield figure


def _explore(page: _Page, call: _Call) -> Iterator[Block]:
    """Give an exploration as it stands when the page is opened: the picture, what it says, and its figures where they are few."""
    from avcourse.views.explorations import load_exploration

    exploration = load_exploration(call.argument)
    picture = exploration.draw(exploration.read(exploration.first(page.language), page.language), page.language)
    for match in _SVG.finditer(picture.html):
        yield Figure(match["svg"], unescape(match["alt"] or "") or picture.sentence, picture.caption)
    yield Paragraph((Run(" ".join(filter(None, (picture.sentence, picture.note)))),))
    if 0 < len(picture.rows) <= MOST_ROWS:
        rows = tuple(tuple((Run(str(cell)),) for cell in row) for row in picture.rows)
        head = tuple((Run(str(cell)),) for cell in picture.head)
        yield Grid(head, rows, tuple(False for _ in head))
    yield Todo(say("handout.explore", page.language))


def _work(page: _Page, call: _Call) -> Iterator[Todo]:
    known = words("handout-work", page.language)
    sentence = known.get(call.argument, say("handout.on-the-page", page.language))
    yield Todo(sentence, DRAFT if call.argument in DRAFTED else None)


def _said(key: str, rules: Rules | None = None) -> Callable[[_Page, _Call], Iterator[Todo]]:
    def draw(page: _Page, _call: _Call) -> Iterator[Todo]:
        yield Todo(say(f"handout.{key}", page.language), rules)

    return draw


def _nothing(_page: _Page, _call: _Call) -> Iterator[Block]:
    return iter(())


_unknown = _said("on-the-page")
DRAFTED: Final = frozenset(
    (
        "assessment",
        "inventory",
        "indicators",
        "logic-model",
        "cards",
        "proposals",
        "commitments",
        "consultations",
        "plan-front",
    )
)
"""Parts of the municipality's work for which paper has room for a draft."""
_DRAWN: Final[Mapping[str, Callable[[_Page, _Call], Iterator[Block]]]] = {
    "ask": _ask,
    "show_chart": _chart,
    "explore": _explore,
    "show_work": _work,
    "show_municipality": _said("municipality"),
    "show_growth": _said("growth"),
    "show_handout": _nothing,
    "submit_form": _nothing,
    "score_work": _nothing,
}
