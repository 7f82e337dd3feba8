"""One learner's feedback as HTML: the same on the trainer's file, on the desk and on the learner's own page.

All texts are escaped: questions, what the learner wrote, what the trainer wrote, whatever stands in a file from a shared disk. There is no
script, no style attribute and no address but those of the course's own lessons; bars and intervals are small SVG beside a table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from avcourse.classroom.feedback_data import AreaPoints, Change, CheckItem, Feedback, Item, OpenItem, Reading
from avcourse.classroom.schedule import show_when
from avcourse.course.course import load_course
from avcourse.course.language import Language, Text, say
from avcourse.errors import NoQuestion
from avcourse.views.markup import decimal, tag, text

OVERALL: Final = "all"


def number(value: float, language: Language) -> str:
    """Return points as people write them: no decimals where there are none.

    Examples
    --------
    >>> number(12.0, "et"), number(1.6666, "et"), number(2.5, "en")
    ('12', '1,67', '2.5')
    """
    if float(value).is_integer():
        return decimal(value, language, 0)
    return decimal(value, language, 2).rstrip("0")


def when(stamp: str, language: Language) -> str:
    """Return a UTC time as people write it; what is no time stays as it is."""
    try:
        return show_when(datetime.fromisoformat(stamp).replace(tzinfo=None), language)
    except ValueError:
        return stamp


def title_of(feedback: Feedback, language: Language) -> str:
    """Return the title of the assignment, or its id where this course does not know it."""
    try:
        return load_course().module(feedback.assignment).title.in_(language)
    except NoQuestion:
        return feedback.assignment


@dataclass(frozen=True, slots=True)
class _Style:
    """How feedback is drawn: in which language, lessons as links or not, and at which level its headings begin."""

    language: Language
    links: bool
    level: int

    def head(self, words: str) -> str:
        """Return a heading of a section."""
        return tag(f"h{self.level}", text(words))

    def asked(self, question: Text) -> str:
        """Return a question as a heading below that of its section."""
        return tag(f"h{self.level + 1}", text(question.in_(self.language)), class_="av-fb-asked")


def feedback_html(feedback: Feedback, language: Language, *, links: bool = False, level: int = 2) -> str:
    """Return the feedback as HTML without its title.

    Parameters
    ----------
    links
        Whether lessons are links, as on a page of the course.
    level
        The level of the sections' headings.
    """
    style = _Style(language, links, level)
    sections = (_score, _rest, _change, _areas, _items, _opens, _checks, _ratings, _readings)
    return tag("div", *(draw(feedback, style) for draw in sections), class_="av-feedback")


def _w(key: str, language: Language, **fields: object) -> str:
    return text(say(f"feedback.{key}", language, **fields))


def _bar(share: float, kind: str = "") -> str:
    """Return a bar; its number always stands beside it in words."""
    width = round(100 * min(1.0, max(0.0, share)), 1)
    return tag(
        "svg",
        tag("rect", width=100, height=8, class_="av-fb-track"),
        tag("rect", width=f"{width:g}", height=8, class_="av-fb-fill"),
        viewBox="0 0 100 8",
        preserveAspectRatio="none",
        class_=f"av-fb-bar {kind}".strip(),
        aria_hidden="true",
        focusable="false",
    )


def _share(points: float, most: float) -> float:
    return points / most if most else 0.0


def _score(feedback: Feedback, style: _Style) -> str:
    language = style.language
    points, most = number(feedback.points, language), number(feedback.most, language)
    key = "points-so-far" if feedback.waits else "points"
    notes = []
    if feedback.penalty:
        notes.append(_w("penalty", language, points=number(feedback.penalty, language)))
    if feedback.waits:
        notes.append(_w("waits", language))
    if feedback.calibration:
        notes.append(_w(f"calibration-{feedback.calibration}", language))
    return tag(
        "div",
        tag("p", _w(key, language, points=points, most=most), class_="av-fb-points"),
        _bar(_share(feedback.points, feedback.most)),
        *(tag("p", note) for note in notes),
        class_="av-fb-score",
    )


def _rest(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if feedback.whole:
        return ""
    due = " " + _w("rest-from", language, when=when(feedback.rest_from, language)) if feedback.rest_from else ""
    return tag(
        "div",
        style.head(say("feedback.rest-title", language)),
        tag("p", _w("rest", language), due),
        class_="av-fb-rest",
    )


# Change


def area_name(area: str, language: Language) -> str:
    """Return what an area, or all of them, is called; an unknown one keeps its id."""
    if area == OVERALL:
        return say("gains.all", language)
    return next((one.name.in_(language) for one in load_course().areas if one.id == area), area)


def _interval(change: Change) -> str:
    """Return before, after and the error of what came after, on a line from nothing to everything."""
    most = max(1, change.items)
    before, after = (4 + 92 * min(most, max(0, points)) / most for points in (change.before, change.after))
    spread = 92 * (change.error or 0.0) / most
    low, high = max(4.0, after - spread), min(96.0, after + spread)
    marks = [tag("line", x1=4, x2=96, y1=10, y2=10, class_="av-fb-scale")]
    if change.error is not None:
        marks += [
            tag("line", x1=f"{low:.1f}", x2=f"{high:.1f}", y1=10, y2=10, class_="av-fb-error"),
            *(tag("line", x1=f"{x:.1f}", x2=f"{x:.1f}", y1=6, y2=14, class_="av-fb-error") for x in (low, high)),
        ]
    marks.append(tag("circle", cx=f"{before:.1f}", cy=10, r=4, class_="av-fb-before"))
    marks.append(tag("circle", cx=f"{after:.1f}", cy=10, r=4, class_="av-fb-after"))
    return tag("svg", *marks, viewBox="0 0 100 20", class_="av-fb-interval", aria_hidden="true", focusable="false")


def _change(feedback: Feedback, style: _Style) -> str:
    language = style.language
    overall = next((one for one in feedback.changes if one.group == OVERALL), None)
    if overall is None:
        return ""
    summary = say("growth.summary", language, before=overall.before, after=overall.after, items=overall.items)
    verdict = say(f"growth.{overall.verdict}", language)
    head = [say(f"growth.{name}", language) for name in ("area", "meaning", "before", "after")]
    cells = [tag("th", text(name), scope="col") for name in head]
    cells.append(tag("th", _w("change-picture", language), scope="col", class_="av-fb-wide"))
    rows = [
        tag(
            "tr",
            tag("th", text(area_name(one.group, language)), scope="row"),
            tag("td", text(say(f"growth.{one.verdict}", language))),
            *(tag("td", text(f"{points}/{one.items}")) for points in (one.before, one.after)),
            tag("td", _interval(one), class_="av-fb-wide"),
        )
        for one in feedback.changes
    ]
    return tag(
        "section",
        style.head(say("feedback.change", language)),
        tag("p", tag("strong", text(f"{verdict}.")), " ", text(summary), class_="av-fb-lead"),
        _enclosed(say("growth.table", language), cells, rows),
        tag("p", _w("change-legend", language), class_="av-note av-fb-wide"),
        tag("p", text(say("growth.how-to-read", language)), class_="av-note"),
    )


def _enclosed(caption: str, head: Sequence[str], rows: Sequence[str]) -> str:
    """Return a table whose cells are HTML, in a box that scrolls by itself; no landmark, since a page may hold several like it."""
    inner = tag("caption", text(caption)) + tag("thead", tag("tr", *head)) + tag("tbody", *rows)
    return tag("div", tag("table", inner), class_="av-table", role="group", tabindex=0, aria_label=caption)


# Areas and ratings


def _areas(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if not feedback.areas:
        return ""
    rated = any(one.self_rating is not None for one in feedback.areas)
    looked_back = any(one.then_rating is not None for one in feedback.areas)
    heads = ["area", "area-points"] + ["self-rating"] * rated + ["then-rating"] * looked_back
    head = [tag("th", _w(name, language), scope="col") for name in heads]
    head.append(tag("th", _w("area-share", language), scope="col", class_="av-fb-wide"))
    rows = [_area_row(one, language, rated=rated, looked_back=looked_back) for one in feedback.areas]
    caption = say(f"feedback.areas-{'table' if rated else 'points'}", language)
    return tag("section", style.head(say("feedback.areas", language)), _enclosed(caption, head, rows))


def _area_row(one: AreaPoints, language: Language, *, rated: bool, looked_back: bool) -> str:
    points = "–"
    if one.points is not None:
        shown = {"points": number(one.points, language), "most": number(one.most, language)}
        points = say("feedback.check-points", language, **shown)
    ratings = [one.self_rating] * rated + [one.then_rating] * looked_back
    return tag(
        "tr",
        tag("th", text(area_name(one.area, language)), scope="row"),
        tag("td", text(points)),
        *(tag("td", text("–" if rating is None else rating)) for rating in ratings),
        tag("td", "–" if one.points is None else _bar(_share(one.points, one.most)), class_="av-fb-wide"),
    )


def _ratings(feedback: Feedback, style: _Style) -> str:
    language = style.language
    ratings = feedback.ratings
    if ratings is None:
        return ""
    figures = {
        "pre": decimal(ratings.before, language),
        "post": decimal(ratings.after, language),
        "then": decimal(ratings.then, language),
    }
    return tag(
        "section",
        style.head(say("growth.ratings", language)),
        tag("p", text(say("growth.ratings-text", language, **figures))),
    )


# Single questions


def _items(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if not feedback.items:
        return ""
    sure = [one for one in feedback.items if one.confident_wrong]
    right = [one for one in feedback.items if one.outcome == "right"]
    others = [one for one in feedback.items if one.outcome != "right" and not one.confident_wrong]

    def listed(items: Iterable[Item], empty: str) -> str:
        made = [tag("li", *_item(one, style)) for one in items]
        return tag("ol", *made, class_="av-fb-items") if made else tag("p", text(empty))

    parts = [
        style.head(say("growth.confident-wrong", language)),
        tag("p", _w("confident-wrong-why", language)) if sure else "",
        listed(sure, say("growth.no-confident-wrong", language)),
        style.head(say("feedback.others", language)),
        listed(others, say("feedback.others-none", language)),
    ]
    if right:
        parts += [
            style.head(say("feedback.rights", language, count=len(right))),
            tag("details", tag("summary", _w("rights-show", language)), listed(right, "")),
        ]
    return tag("section", *parts)


def _texts(texts: Sequence[Text], language: Language) -> str:
    """Return one text, or several as a list."""
    shown = [text(one.in_(language)) for one in texts]
    return shown[0] if len(shown) == 1 else tag("ul", *(tag("li", one) for one in shown))


def _item(item: Item, style: _Style) -> list[str]:
    language = style.language
    outcome = say(f"feedback.outcome-{item.outcome}", language)
    facts = [say("feedback.item", language, area=area_name(item.area, language), outcome=outcome)]
    if item.confidence is not None and item.outcome in ("right", "partly", "wrong"):
        facts.append(say("feedback.sure", language, confidence=item.confidence))
    if item.by_hand:
        facts.append(say("feedback.by-hand", language, points=number(item.points, language)))
    parts = [tag("p", text(" · ".join(facts)), class_=f"av-fb-facts av-fb-{item.outcome}")]
    parts.append(style.asked(item.asked))
    if item.chosen:
        parts.append(_labelled("growth.you-chose", _texts(item.chosen, language), language))
        parts += [tag("p", text(one.in_(language)), class_="av-fb-why") for one in item.why]
    if item.outcome != "right" and item.right:
        parts.append(_labelled("growth.right-was", _texts(item.right, language), language))
    if item.explanation:
        parts.append(tag("p", text(item.explanation.in_(language))))
    if item.source:
        parts.append(tag("p", text(say("growth.source", language, source=item.source.in_(language))), class_="av-note"))
    lessons = [m.id for m in load_course().modules if m.kind == "lesson" and item.area in m.areas]
    if item.outcome != "right" and lessons:
        named = ", ".join(filter(None, (_lesson(one, style) for one in lessons)))
        parts.append(tag("p", _w("read", language), " ", named, class_="av-note"))
    return parts


def _labelled(key: str, shown: str, language: Language) -> str:
    """Return a label and what it names; a list cannot stand in a paragraph."""
    return tag("div", tag("strong", text(say(key, language))), " ", shown, class_="av-fb-said")


def lesson_titles(lessons: Iterable[str], language: Language) -> list[str]:
    """Return the titles of lessons that this course has."""
    titles = {one.id: one.title.in_(language) for one in load_course().modules}
    return [titles[one] for one in lessons if one in titles]


def _lesson(module_id: str, style: _Style) -> str:
    module = next((one for one in load_course().modules if one.id == module_id), None)
    if module is None:
        return ""
    title = text(module.title.in_(style.language))
    return tag("a", title, href=f"{module.slug}.ipynb") if style.links else title


# Open answers and the municipality's own work


def _opens(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if not feedback.opens:
        return ""
    made = (tag("li", *_open(one, style)) for one in feedback.opens)
    return tag("section", style.head(say("feedback.open", language)), tag("ol", *made, class_="av-fb-items"))


def _open(one: OpenItem, style: _Style) -> list[str]:
    language = style.language
    most = number(one.most, language)
    points = (
        _w("open-waits", language, most=most)
        if one.points is None
        else _w("open-points", language, points=number(one.points, language), most=most)
    )
    parts = [tag("p", points, class_="av-fb-facts"), style.asked(one.asked)]
    if one.answer is None:
        parts.append(tag("p", text(say("marking.no-answer", language))))
    else:
        parts.append(tag("p", tag("strong", _w("your-answer", language)), class_="av-fb-label"))
        parts.append(tag("blockquote", text(one.answer), class_="av-fb-answer"))
    if one.steps:
        shown = _texts(one.steps, language)
        parts.append(tag("div", tag("strong", _w("step", language)), " ", shown, class_="av-fb-said"))
    if one.comment is not None:
        parts.append(tag("p", tag("strong", _w("comment", language)), class_="av-fb-label"))
        parts.append(tag("blockquote", text(one.comment), class_="av-fb-comment"))
    return parts


def _checks(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if not feedback.checks:
        return ""
    made = (tag("li", *_check(one, language)) for one in feedback.checks)
    return tag("section", style.head(say("feedback.checks", language)), tag("ul", *made, class_="av-fb-items"))


def _check(one: CheckItem, language: Language) -> list[str]:
    full = one.points >= one.most
    points = say(
        "feedback.check-points", language, points=number(one.points, language), most=number(one.most, language)
    )
    facts = f"✓ {say('feedback.check-full', language)}, {points}" if full else points
    if one.by_hand:
        facts += " · " + say("feedback.by-hand", language, points=number(one.points, language))
    parts = [
        tag("p", text(facts), class_=f"av-fb-facts{' av-fb-right' if full else ''}"),
        tag("p", text(one.rule.in_(language))),
    ]
    if one.missing:
        items = [tag("li", text(each.in_(language))) for each in one.missing]
        if one.more:
            items.append(tag("li", _w("more", language, count=one.more)))
        parts.append(tag("p", tag("strong", _w("missing", language)), class_="av-fb-label"))
        parts.append(tag("ul", *items, class_="av-fb-missing"))
    return parts


# Where to read on


def _readings(feedback: Feedback, style: _Style) -> str:
    language = style.language
    if feedback.kind == "work" and not feedback.readings:
        return ""
    if feedback.kind == "test" and not feedback.readings:
        body = tag("p", text(say("growth.nothing-again", language)))
    else:
        body = tag("ul", *(tag("li", _reading(one, style)) for one in feedback.readings))
    return tag("section", style.head(say("feedback.readings", language)), body)


def reading_words(area: str, missing: float | None, language: Language) -> str:
    """Return which area to read on and, where that may be told, how many points are missing."""
    name = area_name(area, language)
    if missing is None:
        return name
    return say("growth.again-area", language, area=name, count=number(missing, language))


def _reading(one: Reading, style: _Style) -> str:
    language = style.language
    named = [shown for lesson in one.lessons if (shown := _lesson(lesson, style))]
    if one.area is None:
        return _w("reading-work", language) + " " + ", ".join(named)
    line = text(reading_words(one.area, one.missing, language))
    return line + tag("ul", *(tag("li", lesson) for lesson in named)) if named else line
