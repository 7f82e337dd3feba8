"""What came of a course, in words: for the trainer's console and desk, and as blocks for the class report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final

from avcourse.classroom.followup import (
    FEWEST,
    AgainFigures,
    Choices,
    Due,
    FollowupFigures,
    SurveyFigures,
    followup_figures,
    followups_of,
    only_for_trainer,
)
from avcourse.classroom.schedule import CLOCK
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_bank, load_course
from avcourse.course.language import Language, say
from avcourse.municipality.assessment import HIGHEST
from avcourse.views.documents.model import Block, Bullets, Column, Heading, Note, Paragraph, Table, day, one_line, shown

COARSE: Final = 20
"""Below so many answers, shares are rounded to steps of five percentage points (F15)."""


def _word(key: str, language: Language, **fields: object) -> str:
    return say(f"followup.{key}", language, **fields)


def rounded_share(count: int | None, answered: int) -> float | None:
    """Return a share as it may be passed on, None where the count may not.

    Examples
    --------
    >>> rounded_share(4, 7), rounded_share(13, 21), rounded_share(None, 7)
    (0.55, 0.62, None)
    """
    if count is None:
        return None
    steps = 20 if answered < COARSE else 100
    return round(steps * count / answered) / steps


def _chosen(key: str, question: str, choices: Choices, language: Language) -> Block:
    texts = {option.id: option.text.in_(language) for option in load_bank()[question].options}
    columns = (Column(_word("answer", language)), Column(_word("share", language), "share"))
    rows = tuple((texts[one.option], rounded_share(one.count, choices.answered)) for one in choices.options)
    return Table(_word(key, language), columns, rows, _word("not-told", language))


def survey_blocks(survey: SurveyFigures, language: Language) -> Iterator[Block]:
    """Yield what the transfer survey says."""
    yield Heading(_word("survey", language), 2)
    yield Paragraph(_word("answered", language, answered=survey.answered, invited=survey.invited))
    if survey.answered < FEWEST:
        yield Paragraph(_word("few", language))
        return
    names = {area.id: area.name.in_(language) for area in load_course().areas}
    columns = (
        Column(_word("area", language)),
        Column(_word("count", language), "number"),
        Column(_word("share", language), "share"),
    )
    rows = tuple((names[one.area], one.answered, rounded_share(one.applied, one.answered)) for one in survey.applied)
    yield Table(_word("applied", language), columns, rows)
    yield _chosen("hindered", "rk-hindered", survey.hindered, language)
    yield _chosen("helped", "rk-helped", survey.helped, language)
    yield _chosen("plan", "rk-plan", survey.plan, language)
    yield Note(_word("note", language))
    if survey.examples:
        yield Heading(_word("examples", language), 3)
        yield Bullets(survey.examples)


def again_blocks(again: AgainFigures, language: Language) -> Iterator[Block]:
    """Yield what the re-assessment says."""
    yield Heading(_word("again", language), 2)
    yield Paragraph(_word("assessed", language, answered=again.answered, both=again.both))
    if again.risen is None:
        yield Paragraph(_word("few-both", language))
        return
    columns = (
        Column(_word("dimension", language)),
        Column(_word("both", language), "number"),
        Column(_word("before", language), "number"),
        Column(_word("now", language), "number"),
    )
    rows = tuple(
        (say(f"instrument.dimension-{one.dimension}", language), one.both, _level(one.before), _level(one.after))
        for one in again.dimensions
    )
    yield Table(_word("levels", language), columns, rows)
    yield Paragraph(_word("rises", language, risen=again.risen, hollow=again.hollow))
    yield Note(_word("again-note", language))


def _level(share: float | None) -> float | None:
    return None if share is None else round(HIGHEST * share, 1)


def followup_blocks(figures: FollowupFigures, language: Language) -> tuple[Block, ...]:
    """Return the part of the class report on what came after the course."""
    head = Heading(_word("title", language))
    if figures.survey is None and figures.again is None:
        return head, Paragraph(_word("nothing", language))
    survey = survey_blocks(figures.survey, language) if figures.survey else ()
    again = again_blocks(figures.again, language) if figures.again else ()
    return head, *survey, *again


def due_line(due: Due, now: datetime, language: Language) -> str:
    """Return when a follow-up is due, that its time has come, or that it has been sent."""
    title = load_course().module(due.assignment).title.in_(language)
    if due.released:
        return _word("sent", language, title=title)
    if due.at <= now:
        return _word("due-now", language, title=title, assignment=due.assignment)
    local = due.at.replace(tzinfo=UTC).astimezone(CLOCK)
    return _word("due", language, title=title, date=day(local.date()))


def _lines(blocks: Iterable[Block], language: Language) -> Iterator[str]:
    """Yield blocks as lines of a console."""
    for block in blocks:
        match block:
            case Heading():
                yield from ("", block.text)
            case Paragraph() | Note():
                yield block.text
            case Bullets():
                yield from (f"  • {one_line(item)}" for item in block.items)
            case Table():
                yield f"{block.caption}:"
                for row in block.rows:
                    cells = [
                        shown(cell, column.kind, language) for cell, column in zip(row, block.columns, strict=True)
                    ]
                    yield "  " + " · ".join(cells)
                if not block.rows:
                    yield f"  {block.empty}"


def followup_lines(folder: ClassFolder, now: datetime, language: Language) -> list[str]:
    """Return the trainer's console lines: when follow-ups are due, and what those that were sent say."""
    dues = [due_line(due, now, language) for due in followups_of(folder)] or [_word("no-end", language)]
    lines = [*dues, *_lines(followup_blocks(followup_figures(folder), language), language)]
    for key, texts in zip(("unshared", "needs"), only_for_trainer(folder), strict=True):
        if texts:
            lines += _lines([Heading(_word(key, language)), Bullets(texts)], language)
    return lines
