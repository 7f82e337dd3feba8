"""The desk's page of questions: what to look at first, then each with its figures. Keys are to be seen; nothing of it is published."""

from __future__ import annotations

from typing import Final

from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.measurement.items import FEWEST_TO_SEPARATE
from avcourse.views.class_items import (
    Anchor,
    Flag,
    FormItems,
    Item,
    ItemReport,
    class_bank,
    item_report,
    percent,
    slot_name,
)
from avcourse.views.desk.exercise_items import exercises
from avcourse.views.desk.gains import found_or_none
from avcourse.views.desk.visit import Visit
from avcourse.views.gain_words import p_words
from avcourse.views.markup import decimal, table, tag, text

BAR: Final = 64
"""Width of a bar of 100 per cent, in pixels."""
SHORT: Final = 110
"""Characters of a question that name it in a list."""
MANY: Final = 8
"""Questions with notes that are shown at once."""
SEPARATED: Final = 40
"""Tests from which on no figure of a form is withheld."""


def _say(language: Language, key: str, **fields: object) -> str:
    return say(f"items.{key}", language, **fields)


def _form_name(form: FormItems, language: Language) -> str:
    title = load_course().module(form.test).title.in_(language)
    return _say(language, "form", test=title, form=form.form)


def short(whole: str) -> str:
    """Return the end of a question, where it asks, cut at a word.

    Examples
    --------
    >>> short("Lühike küsimus?")
    'Lühike küsimus?'
    """
    if len(whole) <= SHORT:
        return whole
    return f"… {whole[-SHORT:].partition(' ')[2]}"


def _flag(flag: Flag, language: Language) -> str:
    return tag("li", tag("strong", text(flag.sentence(language))), " ", text(flag.mend(language)))


def _noted(place: str, question: str, flags: tuple[Flag, ...], language: Language) -> str:
    return tag(
        "li",
        tag("p", tag("strong", text(place)), tag("br"), text(short(question)), class_="av-noted"),
        tag("ul", *(_flag(flag, language) for flag in flags)),
    )


def _flags(report: ItemReport, language: Language) -> str:
    """Return what to look at, questions with a doubtful key first."""
    noted: list[tuple[int, str, int]] = []
    grave = ("negative", "wrong-way", "strong-other", "unlearned")

    def note(place: str, question: str, flags: tuple[Flag, ...]) -> None:
        if flags:
            rank = min(grave.index(flag.kind) if flag.kind in grave else len(grave) for flag in flags)
            noted.append((rank, _noted(place, question, flags, language), len(flags)))

    for form in report.forms:
        name = _form_name(form, language)
        note(name, "", form.flags)
        for item in form.items:
            note(f"{name} · {slot_name(item.slot, language)}", item.question.text.in_(language), item.flags)
    for anchor in report.anchors:
        note(
            f"{_say(language, 'anchors')} · {slot_name(anchor.slot, language)}",
            anchor.question.text.in_(language),
            anchor.flags,
        )
    title = tag("h2", text(_say(language, "flags")))
    if not noted:
        most = max(form.n for form in report.forms)
        early = most < FEWEST_TO_SEPARATE
        none = _say(language, "flags-early", n=most) if early else _say(language, "flags-none")
        return title + tag("p", text(none))
    lead = _say(language, "flags-count", count=sum(count for _, _, count in noted), items=len(noted))
    ordered = [html for _, html, _ in sorted(noted, key=lambda one: one[0])]
    shown, more = ordered[:MANY], ordered[MANY:]
    rest = (
        tag("details", tag("summary", text(_say(language, "flags-more", count=len(more)))), tag("ul", *more))
        if more
        else ""
    )
    return title + tag("p", text(lead)) + tag("ul", *shown, class_="av-flags") + rest


def bar(share: float) -> str:
    """Return a small bar, for the eye only: the number stands beside it."""
    track = tag("rect", width=BAR, height=8, y=2, rx=4, fill="#eef1f6")
    filled = tag("rect", width=round(BAR * share), height=8, y=2, rx=4, fill="#1b3a6b")
    return tag("svg", track, filled, width=BAR, height=12, aria_hidden="true", focusable="false", class_="av-bar")


def _cell(content: str) -> str:
    return tag("td", content)


def _item_row(item: Item, language: Language) -> str:
    name = slot_name(item.slot, language)
    if item.slot.anchor:
        name = _say(language, "anchor", slot=name)
    low_high = "–"
    if item.interval:
        low_high = say(
            "gain-words.to", language, low=percent(item.interval[0], language), high=percent(item.interval[1], language)
        )
    right = "–" if item.difficulty is None else f"{bar(item.difficulty)} {text(percent(item.difficulty, language))}"
    return tag(
        "tr",
        tag("th", text(name), scope="row"),
        tag("td", right, class_="desk-bar"),
        _cell(text(low_high)),
        _cell(text(decimal(item.item_rest_r, language, 2))),
        _cell(text(decimal(item.discrimination, language, 2))),
    )


def _items_table(form: FormItems, language: Language) -> str:
    caption = _form_name(form, language)
    head = ("question", "right", "range", "rest", "discrimination")
    cells = (tag("th", text(_say(language, name)), scope="col") for name in head)
    body = (_item_row(item, language) for item in form.items)
    inner = tag("caption", text(caption)) + tag("thead", tag("tr", *cells)) + tag("tbody", *body)
    return tag("div", tag("table", inner), class_="av-table", role="region", tabindex=0, aria_label=caption)


def _count(value: int | None) -> str:
    return "–" if value is None else str(value)


def _options(item: Item, form: str, language: Language) -> str:
    """Return who chose what in one question."""
    words = {option.id: option.text.in_(language) for option in item.question.options}
    rows = []
    for each in item.options:
        name = f"{each.letter}) {words[each.option]}"
        share = "–" if each.chosen.share is None else percent(each.chosen.share, language)
        marked = _say(language, "key-mark", option=name) if each.right else name
        rows.append((marked, _count(each.chosen.count), share, _count(each.strongest)))
    if item.unsure is not None:
        share = "–" if item.unsure.share is None else percent(item.unsure.share, language)
        rows.append((_say(language, "dont-know"), _count(item.unsure.count), share, "–"))
    head = tuple(_say(language, name) for name in ("option", "chosen", "share", "strongest"))
    return tag(
        "section",
        tag("h4", text(slot_name(item.slot, language))),
        tag("p", text(item.question.text.in_(language))),
        table(_say(language, "options", slot=slot_name(item.slot, language), form=form), head, rows),
    )


def _form(form: FormItems, language: Language) -> str:
    title = tag("h3", text(_form_name(form, language)))
    if form.reliability is None:
        return title + tag("p", text(_say(language, "few", n=form.n)))
    value, ends = form.reliability.value, form.reliability.ci
    low, high = (decimal(end, language, 2) for end in ends or (None, None))
    spread = say("gain-words.to", language, low=low, high=high)
    said = _say(language, "taken", n=form.n, value=decimal(value, language, 2), range=spread)
    parts = [tag("p", text(_say(language, "few-separate")), class_="av-note")] if form.n < SEPARATED else []
    parts.append(_items_table(form, language))
    parts += [_options(item, _form_name(form, language), language) for item in form.items if item.options]
    details = tag("details", tag("summary", text(_say(language, "show-items"))), *parts)
    return title + tag("p", text(said)) + details


def _anchor_row(anchor: Anchor, language: Language) -> tuple[str, ...]:
    before, after = ("–" if share is None else percent(share, language) for share in (anchor.before, anchor.after))
    change = anchor.change
    p = p_words(change.p, language)
    return (slot_name(anchor.slot, language), before, after, _count(change.gained), _count(change.lost), p)


def _anchors(report: ItemReport, language: Language) -> str:
    rows = [_anchor_row(anchor, language) for anchor in report.anchors if anchor.change.n]
    if not rows:
        return ""
    head = tuple(_say(language, name) for name in ("question", "before", "after", "gained", "lost", "p"))
    title = _say(language, "anchors")
    lead = tag("p", text(_say(language, "anchors-lead")))
    return tag("h2", text(title)) + lead + table(title, head, rows)


def page(visit: Visit) -> str:
    """Return the page of questions."""
    language = visit.language
    title = tag("h1", text(_say(language, "title")))
    read = found_or_none(visit.folder)
    report = item_report(read[0], class_bank(visit.folder)) if read else ItemReport((), ())
    lessons = exercises(visit.folder, language)
    if not any(form.reliability for form in report.forms):
        return title + tag("p", text(_say(language, "nothing")), class_="av-empty") + lessons
    notes = (tag("li", text(_say(language, f"how-{name}"))) for name in ("right", "rest", "discrimination", "alpha"))
    return "".join(
        (
            title,
            tag("p", text(_say(language, "lead")), class_="av-lead"),
            _flags(report, language),
            _anchors(report, language),
            tag("h2", text(_say(language, "all"))),
            tag("details", tag("summary", text(_say(language, "how-title"))), tag("ul", *notes)),
            *(_form(form, language) for form in report.forms),
            lessons,
        )
    )
