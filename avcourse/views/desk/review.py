"""Open answers on the desk: which questions there are, one answer after another, and what their forms do.

The page of an answer (``review_answer.py``) works with plain forms; ``static/review.js`` makes it quick: it saves as soon as something is
chosen and has the next answer ready. The page of a rubric is ``review_rubric.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from avcourse.classroom.marking import (
    Wish,
    find_question,
    flag,
    give,
    give_blanks,
    refused,
    settle,
    undo,
)
from avcourse.classroom.review import OpenAnswer, OpenQuestion, Show, open_answers
from avcourse.course.language import say
from avcourse.municipality.values import Unfit, clean_number, number_text
from avcourse.views.desk.pieces import card_table
from avcourse.views.desk.review_answer import answer_page, done_page, place_words, show_in
from avcourse.views.desk.review_rubric import rubric_page, save_rubric
from avcourse.views.desk.visit import Action, Asked, Outcome, Visit
from avcourse.views.markup import tag, text

RUBRIC: Final = "rubric"
SCRIPTS: Final = ("review.js",)
STYLES: Final = ("review.css",)


def page(visit: Visit) -> str:
    """Return the list of questions or, further down the address, an answer to one of them or its rubric.

    Raises
    ------
    NoAssignment, MarkRefused
        If there is no such question.
    GradebookFailed, RubricUnreadable
        If the gradebook or the class's own rubric cannot be read.
    """
    if len(visit.rest) < 2:
        return _questions(visit)
    assignment, name, *further = visit.rest
    if further == [RUBRIC]:
        return rubric_page(visit, find_question(visit.folder, assignment, name))
    settled = settle(visit.folder, assignment, name)
    asked, show = find_question(visit.folder, assignment, name), show_in(visit.query)
    wanted = asked.find(visit.typed.get("answer") or visit.query.get("answer", ""))
    if wanted is None:
        first = asked.first(show)
        wanted = None if first is None else asked.find(first.token)
    note = tag("p", text(say("review.settled", visit.language, count=settled)), class_="notice") if settled else ""
    return note + (done_page(visit, asked, show) if wanted is None else answer_page(visit, asked, wanted, show))


def _questions(visit: Visit) -> str:
    language = visit.language
    asked = [name for name in visit.folder.assignments() if visit.rest in ((), (name,))]
    found = [one for name in asked for one in open_answers(visit.folder, name)]
    parts = [tag("h1", text(say("review.title", language))), tag("p", text(say("review.intro", language)))]
    if not found:
        parts.append(tag("p", text(say("review.none", language)), class_="av-empty"))
    else:
        parts.append(_table(visit, found))
        if not any(one.answers for one in found):
            parts.append(tag("p", text(say("review.none-graded", language)), class_="av-empty"))
    return "".join(parts)


def _table(visit: Visit, found: list[OpenQuestion]) -> str:
    language = visit.language
    columns = ("question", "assignment", "answers", "waiting", "flagged")
    rows = [
        (
            tag(
                "a",
                text(one.question.text.in_(language)),
                href=visit.url(visit.part, one.assignment, one.question.id),
            ),
            text(one.title.in_(language)),
            *(text(number) for number in (len(one.answers), one.count("waiting"), one.count("flagged"))),
        )
        for one in found
    ]
    head = [say(f"review.column-{name}", language) for name in columns]
    return card_table(say("review.questions", language), head, rows)


# What the forms do


def _question(visit: Visit) -> OpenQuestion:
    assignment, name = (*visit.rest, "", "")[:2]
    return find_question(visit.folder, assignment, name)


def _answer(asked: OpenQuestion, fields: Mapping[str, str]) -> tuple[int, OpenAnswer]:
    place = asked.find(fields.get("answer", ""))
    if place is None:
        raise refused("overtaken")
    return place, asked.answers[place]


def _wish(asked: OpenQuestion, answer: OpenAnswer, sent: Asked) -> Wish:
    """Return what a form wishes; points that were typed in go before a step, unless they only stood there from before."""
    fields = sent.fields
    typed, steps = fields.get("points", "").strip(), sent.lists.get("step", ())
    comment = fields.get("comment")
    before = "" if answer.steps or answer.points is None else number_text(answer.points)
    if typed and not (steps and typed.replace(".", ",") == before):
        try:
            points = clean_number(typed)
        except Unfit as error:
            raise refused("not-number", most=f"{asked.points:g}") from error
        return Wish(points=None if points is None else float(points), comment=comment)
    return Wish(steps=tuple(steps) or None, comment=comment)


def _told(visit: Visit, asked: OpenQuestion, token: str, show: Show, **more: object) -> dict[str, Any]:
    """Return what the script needs to know after something was saved."""
    place = asked.find(token)
    following = None if place is None else asked.after(place, show)
    return {
        "state": None if place is None else asked.answers[place].state,
        "flagged": place is not None and asked.answers[place].flagged,
        "undo": asked.undoable,
        "next": None if following is None else address(visit, asked, show, following.token),
        "words": place_words(asked, place, visit.language),
        **more,
    }


def address(visit: Visit, asked: OpenQuestion, show: Show, token: str | None = None) -> str:
    """Return the address of an answer, or of what comes first."""
    query = {"show": show} | ({} if token is None else {"answer": token})
    return visit.url(visit.part, asked.assignment, asked.question.id, **query)


def _mark(visit: Visit, sent: Asked) -> Outcome:
    """Save points and comment; the plain form then goes on to the next answer."""
    asked, show = _question(visit), show_in(visit.query)
    place, answer = _answer(asked, sent.fields)
    wish = _wish(asked, answer, sent)
    wishes = {answer.student: wish}
    if sent.fields.get("alike") and (wish.steps or wish.points is not None):
        wishes |= {other.student: wish for other in asked.alike(place)}
    given = give(
        visit.folder, asked.assignment, asked.question.id, wishes, {answer.student: sent.fields.get("seen", "")}
    )
    now = _question(visit)
    told = _told(visit, now, answer.token, show, alike=len(given) > 1)
    more = len(wishes) > 1
    sentence = (
        say("review.saved-alike", visit.language, count=len(wishes)) if more else say("review.saved", visit.language)
    )
    to = address(visit, asked, show, answer.token)
    if sent.fields.get("go") == "next":
        to = told["next"] or address(visit, asked, show)
    return Outcome(sentence, to, told)


def _flag(visit: Visit, sent: Asked) -> Outcome:
    """Leave an answer for later, or no more."""
    asked, show = _question(visit), show_in(visit.query)
    _, answer = _answer(asked, sent.fields)
    later = sent.fields.get("later") == "1"
    flag(visit.folder, asked.assignment, asked.question.id, answer.student, later)
    sentence = say("review.flagged-now" if later else "review.unflagged-now", visit.language)
    return Outcome(
        sentence, address(visit, asked, show, answer.token), _told(visit, _question(visit), answer.token, show)
    )


def _undo(visit: Visit, sent: Asked) -> Outcome:
    """Take back the action that the form means, and show the answer as it is again."""
    asked, show = _question(visit), show_in(visit.query)
    number = sent.fields.get("undo", "")
    if not (number.isascii() and number.isdigit()):
        raise refused("nothing-to-undo")
    undone = undo(visit.folder, asked.assignment, asked.question.id, int(number))
    tokens = {answer.student: answer.token for answer in asked.answers}
    token = next((tokens[student] for student in undone.students if student in tokens), None)
    sentence = say("review.undone", visit.language, count=len(undone.students))
    return Outcome(sentence, address(visit, asked, show, token))


def _blanks(visit: Visit, sent: Asked) -> Outcome:
    """Give every blank answer 0 points."""
    asked = _question(visit)
    count = give_blanks(visit.folder, asked.assignment, asked.question.id)
    return Outcome(say("review.blanks-given", visit.language, count=count), address(visit, asked, show_in(visit.query)))


def _rubric(visit: Visit, sent: Asked) -> Outcome:
    """Change the class's own rubric."""
    asked = _question(visit)
    count = save_rubric(visit, asked, sent)
    return Outcome(say("rubric.saved", visit.language, count=count))


ACTIONS: Final[Mapping[str, Action]] = {
    "mark": _mark,
    "flag": _flag,
    "undo": _undo,
    "blanks": _blanks,
    "rubric": _rubric,
}
