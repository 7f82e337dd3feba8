"""One learner's feedback as a document, for printing and for sending by hand; the same facts as on the page, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from avcourse.classroom.feedback_data import CheckItem, Feedback, Item, OpenItem
from avcourse.course.language import Language, say
from avcourse.views.documents.model import (
    Block,
    Bullets,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Note,
    Paragraph,
    Table,
)
from avcourse.views.feedback_parts import OVERALL, area_name, lesson_titles, number, reading_words, title_of, when


def feedback_document(feedback: Feedback, language: Language, day: date) -> Document:
    """Return the feedback as a document of the day ``day``."""
    handed_in = (
        say("feedback.handed-in", language, when=when(feedback.handed_in, language)) if feedback.handed_in else ""
    )
    return Document(
        title=say("feedback.title", language, assignment=title_of(feedback, language)),
        subtitle=handed_in,
        municipality=say("feedback.whose", language, classroom=feedback.classroom, student=feedback.student),
        date=day,
        language=language,
        blocks=tuple(_blocks(feedback, language)),
    )


def _blocks(feedback: Feedback, language: Language) -> Iterator[Block]:
    def word(key: str, **fields: object) -> str:
        return say(f"feedback.{key}", language, **fields)

    def figure(value: float) -> str:
        return number(value, language)

    key = "points-so-far" if feedback.waits else "points"
    yield Heading(word(key, points=figure(feedback.points), most=figure(feedback.most)))
    if feedback.penalty:
        yield Paragraph(word("penalty", points=figure(feedback.penalty)))
    if feedback.waits:
        yield Paragraph(word("waits"))
    if feedback.calibration:
        yield Paragraph(word(f"calibration-{feedback.calibration}"))
    if not feedback.whole:
        due = " " + word("rest-from", when=when(feedback.rest_from, language)) if feedback.rest_from else ""
        yield Note(word("rest") + due)
    yield from _change(feedback, language)
    yield from _areas(feedback, language)
    yield from _items(feedback, language)
    if feedback.opens:
        yield Heading(word("open"))
        for one in feedback.opens:
            yield from _open(one, language)
    if feedback.checks:
        yield Heading(word("checks"))
        for check in feedback.checks:
            yield from _check(check, language)
    if feedback.ratings:
        figures = {"pre": feedback.ratings.before, "post": feedback.ratings.after, "then": feedback.ratings.then}
        rounded = {name: figure(round(value, 1)) for name, value in figures.items()}
        yield Heading(say("growth.ratings", language))
        yield Paragraph(say("growth.ratings-text", language, **rounded))
    yield from _readings(feedback, language)
    yield Note(word("foot"))


def _change(feedback: Feedback, language: Language) -> Iterator[Block]:
    overall = next((one for one in feedback.changes if one.group == OVERALL), None)
    if overall is None:
        return
    summary = say("growth.summary", language, before=overall.before, after=overall.after, items=overall.items)
    yield Heading(say("feedback.change", language))
    yield Paragraph(f"{say(f'growth.{overall.verdict}', language)}. {summary}")
    heads = [say(f"growth.{name}", language) for name in ("area", "meaning", "before", "after")]
    rows = [
        (
            area_name(one.group, language),
            say(f"growth.{one.verdict}", language),
            f"{one.before}/{one.items}",
            f"{one.after}/{one.items}",
        )
        for one in feedback.changes
    ]
    yield Table(say("growth.table", language), tuple(map(Column, heads)), tuple(rows))
    yield Note(say("growth.how-to-read", language))


def _areas(feedback: Feedback, language: Language) -> Iterator[Block]:
    if not feedback.areas:
        return
    rated = any(one.self_rating is not None for one in feedback.areas)
    looked_back = any(one.then_rating is not None for one in feedback.areas)
    heads = ["area", "area-points"] + ["self-rating"] * rated + ["then-rating"] * looked_back
    rows = tuple(
        (
            area_name(one.area, language),
            None if one.points is None else f"{number(one.points, language)}/{number(one.most, language)}",
            *([one.self_rating] * rated + [one.then_rating] * looked_back),
        )
        for one in feedback.areas
    )
    yield Heading(say("feedback.areas", language))
    columns = tuple(Column(say(f"feedback.{name}", language)) for name in heads)
    yield Table(say(f"feedback.areas-{'table' if rated else 'points'}", language), columns, rows)


def _items(feedback: Feedback, language: Language) -> Iterator[Block]:
    if not feedback.items:
        return
    sure = [one for one in feedback.items if one.confident_wrong]
    right = [one for one in feedback.items if one.outcome == "right"]
    others = [one for one in feedback.items if one.outcome != "right" and not one.confident_wrong]
    yield Heading(say("growth.confident-wrong", language))
    yield Paragraph(say("feedback.confident-wrong-why" if sure else "growth.no-confident-wrong", language))
    for one in sure:
        yield from _item(one, language)
    if others:
        yield Heading(say("feedback.others", language))
        for one in others:
            yield from _item(one, language)
    if right:
        yield Heading(say("feedback.rights", language, count=len(right)))
        for one in right:
            yield from _item(one, language)


def _item(item: Item, language: Language) -> Iterator[Block]:
    """Give one question: a line and facts, since a heading for each would fill the table of contents with questions."""
    outcome = say(f"feedback.outcome-{item.outcome}", language)
    head = say("feedback.item", language, area=area_name(item.area, language), outcome=outcome)
    yield Paragraph(f"▪ {head}")
    facts = [Fact(say("feedback.question", language), item.asked.in_(language))]
    why = "\n".join(one.in_(language) for one in item.why)
    if item.chosen:
        chosen = "\n".join(one.in_(language) for one in item.chosen)
        facts.append(_fact("growth.you-chose", f"{chosen}\n{why}", language))
    if item.outcome != "right" and item.right:
        facts.append(_fact("growth.right-was", "\n".join(one.in_(language) for one in item.right), language))
    if item.explanation:
        facts.append(Fact(say("feedback.explanation", language), item.explanation.in_(language)))
    if item.source:
        facts.append(Fact(say("feedback.source", language), item.source.in_(language)))
    yield Facts(tuple(facts))


def _fact(key: str, value: str, language: Language) -> Fact:
    return Fact(say(key, language).rstrip(":"), value)


def _open(one: OpenItem, language: Language) -> Iterator[Block]:
    most = number(one.most, language)
    points = (
        say("feedback.open-waits", language, most=most)
        if one.points is None
        else f"{number(one.points, language)}/{most}"
    )
    facts = [
        Fact(say("feedback.question", language), one.asked.in_(language)),
        Fact(say("feedback.your-answer", language), one.answer or say("marking.no-answer", language)),
        Fact(say("feedback.area-points", language), points),
    ]
    if one.steps:
        facts.append(_fact("feedback.step", "\n".join(each.in_(language) for each in one.steps), language))
    if one.comment is not None:
        facts.append(Fact(say("feedback.comment", language), one.comment))
    yield Facts(tuple(facts))


def _check(one: CheckItem, language: Language) -> Iterator[Block]:
    points = f"{number(one.points, language)}/{number(one.most, language)}"
    facts = [Fact(points, one.rule.in_(language))]
    if one.missing:
        more = [say("feedback.more", language, count=one.more)] if one.more else []
        lines = [each.in_(language) for each in one.missing] + more
        facts.append(_fact("feedback.missing", "\n".join(lines), language))
    yield Facts(tuple(facts))


def _readings(feedback: Feedback, language: Language) -> Iterator[Block]:
    if not feedback.readings:
        return
    lines = []
    for one in feedback.readings:
        named = ", ".join(lesson_titles(one.lessons, language))
        if one.area is None:
            lines.append(f"{say('feedback.reading-work', language)} {named}")
            continue
        line = reading_words(one.area, one.missing, language)
        lines.append(f"{line}: {named}" if named else line)
    yield Heading(say("feedback.readings", language))
    yield Bullets(tuple(lines))
