"""What the learner wrote in an earlier lesson, shown where it is built on: a task must not ask for the same thought twice."""

from __future__ import annotations

from avcourse.answers.folder import find_log
from avcourse.answers.responses import latest, read_log
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.views.markup import sentence_or, tag, text

DECISION = ("m02", "m02-own-decision")
COMMITMENT = ("m03", "m03-own-commitment")


def written(place: tuple[str, str]) -> str:
    """Return what was last written at a question of a module; nothing where nothing was."""
    response = latest(read_log(find_log(place[0])).responses).get(place)
    return response.answer.strip() if response and isinstance(response.answer, str) else ""


def earlier_html(place: tuple[str, str], language: Language) -> str:
    """Return an earlier answer as a quotation with the way back to it, or where to give it."""
    module = load_course().module(place[0])
    link = tag("a", text(module.title.in_(language)), href=f"{module.slug}.ipynb#question-{place[0]}-{place[1]}")
    answer = written(place)
    if not answer:
        return tag("p", text(say("earlier.none", language)), " ", link, class_="av-empty")
    lines = (tag("p", text(line)) for line in answer.splitlines() if line.strip())
    source = tag("p", text(say("earlier.from", language)), " ", link, class_="av-note")
    return tag("blockquote", *lines, class_="av-earlier") + source


def _live(place: tuple[str, str], language: Language) -> object:
    from avcourse.views.forms.live import LivePart

    return LivePart(place[1], lambda: sentence_or(lambda chosen: earlier_html(place, chosen), language))


def show_decision(language: Language) -> object:
    """Draw the decision that was looked at in lesson 2."""
    return _live(DECISION, language)


def show_commitment(language: Language) -> object:
    """Draw the commitment that was worded in lesson 3."""
    return _live(COMMITMENT, language)
