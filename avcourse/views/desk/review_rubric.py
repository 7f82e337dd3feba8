"""The page on which a trainer changes the rubric of a question for the own class."""

from __future__ import annotations

from typing import Final

from avcourse.classroom.marking import change_rubric
from avcourse.classroom.review import OpenQuestion
from avcourse.classroom.rubric import Rubric, Step, refused
from avcourse.course.language import Text, say
from avcourse.municipality.values import Unfit, clean_number, number_text, show_number
from avcourse.views.desk.visit import Asked, Visit, form
from avcourse.views.markup import tag, text

_FIELDS: Final = ("id", "points", "et", "en")


def rubric_page(visit: Visit, asked: OpenQuestion) -> str:
    """Return the page."""
    language, typed = visit.language, visit.typed
    back = tag(
        "a", text(say("rubric.to-answers", language)), href=visit.url(visit.part, asked.assignment, asked.question.id)
    )
    blank = Step(_free_id(asked.rubric), 0.0, Text(et="", en=""))
    steps = [
        _step(visit, asked, number, step, new=step is blank)
        for number, step in enumerate((*asked.rubric.steps, blank), start=1)
    ]
    adds = bool(typed.get("adds")) if typed else asked.rubric.adds
    choice = tag(
        "label",
        tag("input", type="checkbox", name="adds", value="1", checked="checked" if adds else None),
        text(say("rubric.adds", language)),
        class_="desk-choice",
    )
    save = tag("button", text(say("rubric.save", language)), type="submit", class_="av-button")
    return "".join(
        (
            tag("p", back, class_="review-up"),
            tag("h1", text(say("rubric.title", language))),
            tag("p", text(asked.question.text.in_(language)), class_="review-question"),
            tag("p", text(say("rubric.intro", language))),
            form(visit, "rubric", *steps, tag("p", choice), save),
        )
    )


def _free_id(rubric: Rubric) -> str:
    return next(name for name in (f"n{number}" for number in range(1, 100)) if rubric.step(name) is None)


def _step(visit: Visit, asked: OpenQuestion, number: int, step: Step, *, new: bool) -> str:
    language = visit.language
    points = "" if new else number_text(step.points)
    values = {
        "points": points if language == "et" else points.replace(",", "."),
        "et": step.text.et,
        "en": step.text.en,
    }
    values = {name: visit.typed.get(f"{name}-{number}", value) for name, value in values.items()}

    def field(name: str, label: str, box: str) -> str:
        return tag("div", tag("label", text(label), for_=f"{name}-{number}"), box, class_="desk-field")

    boxes = [
        tag("input", type="hidden", name=f"id-{number}", value=step.id),
        field(
            "points",
            say("rubric.points", language, most=show_number(asked.points, language)),
            tag(
                "input",
                type="text",
                id=f"points-{number}",
                name=f"points-{number}",
                inputmode="decimal",
                maxlength=8,
                value=values["points"],
            ),
        ),
    ]
    boxes += [
        field(
            name,
            say(f"rubric.words-{name}", language),
            tag(
                "textarea", "\n" + text(values[name]), id=f"{name}-{number}", name=f"{name}-{number}", rows=3, lang=name
            ),
        )
        for name in ("et", "en")
    ]
    legend = say("rubric.new-step", language) if new else say("rubric.step", language, number=number)
    return tag("fieldset", tag("legend", text(legend)), *boxes, class_="review-edit")


def save_rubric(visit: Visit, asked: OpenQuestion, sent: Asked) -> int:
    """Write the rubric that the form has and return how many answers got other points.

    Raises
    ------
    RubricRefused, MarkRefused
        If the rubric cannot be.
    """
    steps = []
    for number in range(1, len(asked.rubric.steps) + 2):
        name, points, et, en = (sent.fields.get(f"{field}-{number}", "").strip() for field in _FIELDS)
        if points or et or en:
            steps.append(Step(name, _points(points, number, asked.points), Text(et=et, en=en)))
    adds = bool(sent.fields.get("adds"))
    if not adds:
        steps.sort(key=lambda step: -step.points)
    rubric = Rubric(tuple(steps), adds)
    return change_rubric(visit.folder, asked.assignment, asked.question.id, rubric)


def _points(typed: str, number: int, most: float) -> float:
    try:
        points = clean_number(typed, minimum=0, maximum=most)
    except Unfit as error:
        raise refused("out-of-bounds", number=number, points=typed[:20], most=f"{most:g}") from error
    if points is None:
        raise refused("out-of-bounds", number=number, points="–", most=f"{most:g}")
    return float(points)
