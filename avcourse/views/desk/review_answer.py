"""The page of one open answer: question, rubric, answer, comment, and what can be done with it.

What a learner wrote stands in it as text only. Nothing tells whose it is until the trainer asks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, cast

from avcourse.classroom.review import SHOWS, OpenAnswer, OpenQuestion, Show
from avcourse.classroom.roster import read_names
from avcourse.classroom.rubric import Step
from avcourse.course.language import Language, say
from avcourse.municipality.values import number_text, show_number
from avcourse.views.desk.visit import Visit, form
from avcourse.views.markup import tag, text

_UNSHOWABLE: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Control characters, halves of pairs, no characters at all: a browser drops some of them, a server cannot send others."""
_SCRIPT_WORDS: Final = ("saving", "not-loaded", "flag", "unflag")


def as_text(written: str) -> str:
    r"""Return a learner's text escaped; what cannot be shown is seen as such.

    Examples
    --------
    >>> as_text("<b>\x00\ud800\r\n$x$")
    '&lt;b&gt;��\n$x$'
    """
    return text(_UNSHOWABLE.sub("\N{REPLACEMENT CHARACTER}", written.replace("\r\n", "\n").replace("\r", "\n")))


def show_in(query: Mapping[str, str]) -> Show:
    """Return which answers the trainer goes through: those that wait, unless the address says otherwise."""
    return cast(Show, query["show"]) if query.get("show") in SHOWS else "waiting"


def place_words(asked: OpenQuestion, place: int | None, language: Language) -> dict[str, str]:
    """Return the words that change with every mark, by the id of the element that says them."""
    waiting, flagged, total = asked.count("waiting"), asked.count("flagged"), len(asked.answers)
    progress = say("review.progress", language, graded=total - waiting, waiting=waiting, flagged=flagged)
    words = {"review-progress": progress}
    words |= {f"review-show-{show}": say(f"review.show-{show}", language, count=asked.count(show)) for show in SHOWS}
    if place is not None:
        words["review-given"] = given_words(asked, asked.answers[place], language)
    return words


def given_words(asked: OpenQuestion, answer: OpenAnswer, language: Language) -> str:
    """Return the sentence about an answer's points."""
    most = show_number(asked.points, language)
    if answer.points is None:
        return say("review.not-given", language, most=most)
    return say("review.given", language, points=show_number(answer.points, language), most=most)


def done_page(visit: Visit, asked: OpenQuestion, show: Show) -> str:
    """Return the page that says that nothing is left to look at."""
    language = visit.language
    said = say("review.all-done" if asked.answers else "review.none-graded", language)
    return tag(
        "div",
        _head(visit, asked, None, show),
        tag("p", text(said), class_="av-empty"),
        tag("div", _undo(visit, asked), class_="desk-acts"),
        id="review",
        tabindex="-1",
    )


def answer_page(visit: Visit, asked: OpenQuestion, place: int, show: Show) -> str:
    """Return the page of one answer."""
    answer, language = asked.answers[place], visit.language
    main = form(
        visit,
        "mark",
        tag("input", type="hidden", name="answer", value=answer.token),
        tag("input", type="hidden", name="seen", value=answer.state),
        _rubric(visit, asked, answer),
        tag("div", _answer(visit, asked, place, show), _comment(visit, asked, place), class_="review-read"),
        id="review-form",
        class_="review-columns",
        autocomplete="off",
    )
    return tag(
        "div",
        _head(visit, asked, place, show),
        main,
        tag("div", _moves(visit, asked, place, show), _flag(visit, answer), _undo(visit, asked), class_="desk-acts"),
        _keys(asked, language),
        _blanks(visit, asked),
        id="review",
        data_answer=answer.token,
    )


def _url(visit: Visit, asked: OpenQuestion, show: Show, **query: str) -> str:
    return visit.url(visit.part, asked.assignment, asked.question.id, show=show, **query)


def _head(visit: Visit, asked: OpenQuestion, place: int | None, show: Show) -> str:
    language = visit.language
    words = place_words(asked, place, language)
    filters = (
        tag(
            "a",
            text(words[f"review-show-{one}"]),
            href=_url(visit, asked, one),
            id=f"review-show-{one}",
            aria_current="true" if one == show else None,
        )
        for one in SHOWS
    )
    title = say("review.title", language)
    return "".join(
        (
            tag(
                "p",
                tag("a", text(say("review.all-questions", language)), href=visit.url(visit.part)),
                class_="review-up",
            ),
            tag("h1", text(f"{title}: {asked.title.in_(language)}")),
            tag("p", text(asked.question.text.in_(language)), class_="review-question"),
            tag("p", text(words["review-progress"]), id="review-progress", class_="av-facts"),
            tag("nav", *filters, class_="review-shows", aria_label=say("review.show", language)),
            _script_place(visit),
        )
    )


def _rubric(visit: Visit, asked: OpenQuestion, answer: OpenAnswer) -> str:
    language, adds = visit.language, asked.rubric.adds
    chosen = visit.typed.get("step", "") if visit.typed else None
    steps = [
        _step(step, number, adds, step.id in answer.steps if chosen is None else step.id == chosen, language)
        for number, step in enumerate(asked.rubric.steps, start=1)
    ]
    edit = tag(
        "a",
        text(say("review.edit-rubric", language)),
        href=visit.url(visit.part, asked.assignment, asked.question.id, "rubric"),
    )
    legend = tag("legend", text(say("review.parts" if adds else "review.steps", language)))
    return tag(
        "div",
        tag("h2", text(say("review.rubric", language))),
        tag("fieldset", legend, *steps, class_="review-steps"),
        _points(visit, asked, answer),
        tag("p", edit, class_="av-facts"),
        class_="review-rubric",
    )


def _step(step: Step, number: int, adds: bool, chosen: bool, language: Language) -> str:
    """Return a step to choose; its key is its points or, where several are chosen, its number."""
    points = show_number(step.points, language)
    key = str(number) if adds else points
    words = tag("span", text(say("review.step", language, points=points)), class_="review-points")
    shortcut = tag("kbd", text(number), aria_hidden="true") if adds and number < 10 else ""
    return tag(
        "label",
        tag(
            "input",
            type="checkbox" if adds else "radio",
            name="step",
            value=step.id,
            data_key=key if len(key) == 1 else None,
            checked="checked" if chosen else None,
        ),
        tag("span", shortcut, words, " ", text(step.text.in_(language))),
        class_="review-step",
    )


def _points(visit: Visit, asked: OpenQuestion, answer: OpenAnswer) -> str:
    language = visit.language
    typed = "" if answer.points is None or answer.steps else number_text(answer.points)
    typed = typed if language == "et" else typed.replace(",", ".")
    label = say("review.points", language, most=show_number(asked.points, language))
    box = tag(
        "input",
        type="text",
        id="review-points",
        name="points",
        inputmode="decimal",
        maxlength=8,
        value=visit.typed.get("points", typed),
    )
    return tag("p", tag("label", text(label), for_="review-points"), box, class_="desk-field review-other")


def _answer(visit: Visit, asked: OpenQuestion, place: int, show: Show) -> str:
    answer, language = asked.answers[place], visit.language
    number = say("review.answer", language, number=place + 1, total=len(asked.answers))
    again = answer.points is not None and answer.waits
    marks = (
        tag("p", text(given_words(asked, answer, language)), id="review-given", class_="review-given"),
        tag("p", text(say("review.again", language)), class_="notice") if again else "",
        tag(
            "p", text(say("review.flagged", language)), id="review-flagged", hidden=None if answer.flagged else "hidden"
        ),
    )
    said = (
        tag("p", text(say("review.lost" if answer.lost else "marking.no-answer", language)), class_="av-empty")
        if answer.text is None
        else tag("div", as_text(answer.text), class_="review-text", dir="auto")
    )
    return tag(
        "section",
        tag("h2", text(number), id="review-place"),
        *marks,
        said,
        _who(visit, asked, answer, show),
        id="review-answer",
        tabindex="-1",
        aria_labelledby="review-place",
    )


def _who(visit: Visit, asked: OpenQuestion, answer: OpenAnswer, show: Show) -> str:
    """Return whose answer it is, as far as the trainer has asked: first the id, then the name where this machine knows it."""
    language, who = visit.language, visit.query.get("who", "")

    def link(word: str, **query: str) -> str:
        return tag(
            "a", text(say(word, language)), href=_url(visit, asked, show, answer=answer.token, **query), rel="nofollow"
        )

    if who not in ("id", "name"):
        return tag("p", link("review.who", who="id"), class_="review-who")
    names, parts = read_names(visit.folder), [text(say("review.student", language, student=answer.student))]
    if who == "name" and names:
        name = names.get(answer.student)
        parts.append(text(say("review.no-name", language) if name is None else say("review.name", language, name=name)))
    elif names:
        parts.append(link("review.who-name", who="name"))
    return tag("p", " · ".join((*parts, link("review.hide"))), class_="review-who")


def _comment(visit: Visit, asked: OpenQuestion, place: int) -> str:
    language, answer = visit.language, asked.answers[place]
    alike = len(asked.alike(place))
    box = tag(
        "textarea",
        # A browser leaves out the first line break of a textarea.
        "\n" + as_text(visit.typed.get("comment", answer.comment)),
        id="review-comment",
        name="comment",
        rows=3,
        maxlength=5000,
        aria_describedby="review-comment-hint",
    )
    hint = tag("span", text(say("review.comment-hint", language)), id="review-comment-hint", class_="desk-hint")
    label = tag("label", text(say("review.comment", language)), for_="review-comment")
    same = (
        tag(
            "label",
            tag("input", type="checkbox", name="alike", value="1"),
            text(say("review.alike", language, count=alike)),
            class_="desk-choice",
        )
        if alike
        else ""
    )
    save = tag(
        "button", text(say("review.save-next", language)), type="submit", name="go", value="next", class_="av-button"
    )
    return tag("div", label, hint, box, class_="desk-field") + tag("div", same, save, class_="review-save")


def _moves(visit: Visit, asked: OpenQuestion, place: int, show: Show) -> str:
    before, following = asked.before(place, show), asked.after(place, show)
    links = (("previous", before), ("next", following))
    return "".join(
        tag(
            "a",
            text(say(f"review.{word}", visit.language)),
            href=None if one is None else _url(visit, asked, show, answer=one.token),
            hidden="hidden" if one is None else None,
            id=f"review-{word}",
            class_="desk-plain review-move",
        )
        for word, one in links
    )


def _flag(visit: Visit, answer: OpenAnswer) -> str:
    word = "unflag" if answer.flagged else "flag"
    return form(
        visit,
        "flag",
        tag("input", type="hidden", name="answer", value=answer.token),
        tag("input", type="hidden", name="later", value="0" if answer.flagged else "1"),
        tag("button", text(say(f"review.{word}", visit.language)), type="submit", class_="desk-plain"),
        id="review-flag",
    )


def _undo(visit: Visit, asked: OpenQuestion) -> str:
    return form(
        visit,
        "undo",
        tag("input", type="hidden", name="undo", value="" if asked.undoable is None else asked.undoable),
        tag("button", text(say("review.undo", visit.language)), type="submit", class_="desk-plain"),
        id="review-undo",
        hidden="hidden" if asked.undoable is None else None,
    )


def _blanks(visit: Visit, asked: OpenQuestion) -> str:
    count = len(asked.blank)
    if not count:
        return ""
    button = tag("button", text(say("review.give-blanks", visit.language)), type="submit", class_="av-act")
    return form(
        visit,
        "blanks",
        tag("p", text(say("review.blanks", visit.language, count=count))),
        button,
        class_="review-blanks",
    )


def _script_place(visit: Visit) -> str:
    """Return the line in which the script says what is saved, with the words that it needs."""
    words = {f"data_{key.replace('-', '_')}": say(f"review.{key}", visit.language) for key in _SCRIPT_WORDS}
    words["data_not_saved"] = say("review.not-saved", visit.language, count="{count}")
    return tag("p", id="review-said", role="status", class_="review-said", **words)


def _keys(asked: OpenQuestion, language: Language) -> str:
    first = "key-part" if asked.rubric.adds else "key-digit"
    keys = (("0–9", first), ("Enter, J", "key-next"), ("K", "key-previous"), ("C", "key-comment"), ("F", "key-flag"),
            ("U", "key-undo"), ("?", "key-help"))  # fmt: skip
    rows = (tag("dt", tag("kbd", text(key))) + tag("dd", text(say(f"review.{word}", language))) for key, word in keys)
    switch = tag(
        "label",
        tag("input", type="checkbox", id="review-keys-on", checked="checked"),
        text(say("review.keys-on", language)),
        class_="desk-choice",
    )
    return tag(
        "details",
        tag("summary", text(say("review.keys", language))),
        tag("p", text(say("review.keys-where", language))),
        tag("dl", *rows, class_="review-keys"),
        switch,
        id="review-keys",
        hidden="hidden",
    )
