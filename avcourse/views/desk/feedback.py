"""Feedback on the desk: where each assignment stands, what a participant will see, giving and taking back, files to send by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Final

from avcourse.classroom.feedback import Gathered, Gathering, gather_one
from avcourse.classroom.feedback_data import Feedback
from avcourse.classroom.giving_back import Standing, standings
from avcourse.classroom.marked import marked_students
from avcourse.classroom.schedule import show_when, tests_over
from avcourse.classroom.workspace import now_utc
from avcourse.course.course import load_course
from avcourse.course.language import LANGUAGES, say
from avcourse.views.class_feedback import complete, feedback_page
from avcourse.views.desk.pieces import button, card_table, select
from avcourse.views.desk.visit import Asked, Download, Outcome, Visit, form
from avcourse.views.feedback_parts import feedback_html
from avcourse.views.markup import tag, text


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-feedback.{key}", visit.language, **fields)


def _title(visit: Visit, assignment: str) -> str:
    found = load_course().given((assignment,))
    return found[0].title.in_(visit.language) if found else assignment


def page(visit: Visit) -> str:
    """Return where the assignments stand or, at ``<assignment>/<student>``, what one participant will see."""
    if visit.rest:
        student = visit.rest[1] if len(visit.rest) == 2 else visit.query.get("student", "")
        return _preview(visit, visit.rest[0], student)
    title = tag("h1", text(say("desk.part-feedback", visit.language)))
    if not visit.folder.assignments():
        return title + tag("p", text(_say(visit, "empty")), class_="av-empty")
    found = {name: one for name, one in standings(visit.folder).items() if one.graded or one.given}
    if not found:
        return title + tag("p", text(_say(visit, "none-graded")), class_="av-empty")
    order = [module.id for module in load_course().given(found)]
    order += [name for name in found if name not in order]
    return "".join(
        (
            title,
            tag("p", text(_say(visit, "intro"))),
            _give(visit, found),
            _keys(visit),
            tag("section", _table(visit, {name: found[name] for name in order}), class_="desk-section"),
            tag("section", _look(visit, order), class_="desk-section"),
            tag("section", _files(visit, order), class_="desk-section"),
        )
    )


def _give(visit: Visit, found: Mapping[str, Standing]) -> str:
    """Return the one button, with what pressing it would do."""
    ready = {name: one for name, one in found.items() if one.ready}
    if not ready:
        return tag("section", tag("h2", text(_say(visit, "all-given"))), class_="desk-panel desk-next")
    lines = [
        tag(
            "li",
            text(
                _say(
                    visit,
                    "would-give",
                    title=_title(visit, name),
                    new=one.graded - one.given,
                    again=one.changed,
                    same=one.given - one.changed,
                )
            ),
        )
        for name, one in ready.items()
    ]
    dry = tag(
        "details", tag("summary", text(_say(visit, "dry"))), tag("ul", *lines), tag("p", text(_say(visit, "dry-end")))
    )
    head = _say(visit, "ready-head", count=sum(one.ready for one in ready.values()))
    act = tag("div", form(visit, "give", button(_say(visit, "give"))), class_="desk-acts")
    return tag("section", tag("h2", text(head)), act, dry, class_="desk-panel desk-next")


def _keys(visit: Visit) -> str:
    """Return whether single questions of the tests are shown already."""
    if tests_over(visit.folder, now_utc()):
        return tag("p", text(_say(visit, "keys-shown")), class_="av-note av-fb-keys")
    link = tag("a", text(_say(visit, "to-schedule")), href=visit.url("schedule"))
    return tag("p", text(_say(visit, "keys-hidden")), " ", link, class_="av-note av-fb-keys")


def _table(visit: Visit, found: Mapping[str, Standing]) -> str:
    head = [_say(visit, f"col-{name}") for name in ("assignment", "graded", "given", "changed", "act")]
    rows = [
        (
            text(_title(visit, name)),
            text(one.graded),
            text(
                _say(visit, "given", count=one.given, when=show_when(one.at, visit.language)) if one.at else one.given
            ),
            text(one.changed),
            _acts(visit, name, one),
        )
        for name, one in found.items()
    ]
    return card_table(_say(visit, "table"), head, rows)


def _acts(visit: Visit, name: str, one: Standing) -> str:
    """Return what can be done with one assignment; each says of which it is."""
    title = _title(visit, name)
    acts = []
    if one.ready:
        hidden = tag("input", type="hidden", name="assignment", value=name)
        label = _say(visit, "give-one")
        acts.append(form(visit, "give", hidden, button(label, "desk-plain", aria_label=f"{label}: {title}")))
    if one.given:
        label = _say(visit, "undo")
        href = visit.url("overview", "undo", "feedback", name)
        acts.append(tag("a", text(label), href=href, class_="desk-plain", aria_label=f"{label}: {title}"))
    return "".join(acts) or "–"


def _look(visit: Visit, names: list[str]) -> str:
    students = marked_students(visit.folder.database)
    chosen = tag(
        "form",
        select("assignment", _say(visit, "col-assignment"), [(name, _title(visit, name)) for name in names]),
        select("student", _say(visit, "student"), [(student, student) for student in students]),
        button(_say(visit, "look"), "av-act"),
        method="get",
        action=visit.url("feedback", "look"),
        class_="desk-panel",
    )
    return tag("h2", text(_say(visit, "look-head"))) + tag("p", text(_say(visit, "look-what"))) + chosen


def _files(visit: Visit, names: list[str]) -> str:
    links = [
        tag(
            "li",
            tag(
                "a",
                text(_say(visit, "zip", title=_title(visit, name))),
                href=visit.url("feedback", "save", "pages", assignment=name),
            ),
        )
        for name in names
    ]
    return (
        tag("h2", text(_say(visit, "files-head")))
        + tag("p", text(_say(visit, "files-what")))
        + tag("ul", *links, class_="desk-files")
    )


# What one participant will see


def _preview(visit: Visit, assignment: str, student: str) -> str:
    if assignment == "look":
        assignment = visit.query.get("assignment", "")
    found = gather_one(visit.folder, student, assignment)
    back = tag("p", tag("a", text(_say(visit, "back")), href=visit.url("feedback")))
    head = tag("h1", text(_say(visit, "preview", student=student, title=_title(visit, assignment))))
    saved = {"assignment": assignment, "student": student}
    files = [("pdf", "pdf"), ("page", "page")]
    links = (
        tag(
            "a",
            text(_say(visit, f"save-{word}")),
            href=visit.url("feedback", "save", name, **saved),
            class_="desk-plain",
        )
        for name, word in files
    )
    return "".join(
        (
            back,
            head,
            _around(visit, assignment, student),
            tag("div", *links, class_="desk-acts"),
            tag("div", feedback_html(complete(found), visit.language), class_="desk-panel desk-preview"),
        )
    )


def _around(visit: Visit, assignment: str, student: str) -> str:
    """Return the links to the participants before and after this one."""
    students = marked_students(visit.folder.database)
    place = students.index(student)
    links = [
        tag(
            "a",
            text(_say(visit, word, student=students[other])),
            href=visit.url("feedback", assignment, students[other]),
        )
        for word, other in (("before", place - 1), ("after", place + 1))
        if 0 <= other < len(students)
    ]
    return tag("p", " · ".join(links), class_="av-note")


# What can be asked for


def _do_give(visit: Visit, asked: Asked) -> Outcome:
    name = asked.fields.get("assignment", "")
    return Outcome(job=("give", name) if name else ("give",))


ACTIONS: Final = {"give": _do_give}


def _of(visit: Visit) -> Feedback:
    return complete(gather_one(visit.folder, visit.query.get("student", ""), visit.query.get("assignment", "")))


def _save_page(visit: Visit) -> Download:
    feedback = _of(visit)
    name = f"{feedback.student}-{feedback.assignment}-{visit.language}.html"
    return Download(
        name, feedback_page(feedback, visit.language).encode("utf-8", "replace"), "text/html; charset=utf-8"
    )


def _save_pdf(visit: Visit) -> Download:
    from avcourse.views.documents.contents.feedback import feedback_document
    from avcourse.views.documents.pdf import write

    feedback = _of(visit)
    document = feedback_document(feedback, visit.language, now_utc().date())
    return Download(
        f"{feedback.student}-{feedback.assignment}-{visit.language}.pdf", write(document), "application/pdf"
    )


def _save_pages(visit: Visit) -> Download:
    """Give all participants' pages of one assignment, each in both languages."""
    assignment = visit.query.get("assignment", "")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for found in Gathering(visit.folder, [assignment]).of():
            if isinstance(found, Gathered):
                feedback = complete(found)
                for language in LANGUAGES:
                    name = f"{feedback.student}/{assignment}-{language}.html"
                    archive.writestr(name, feedback_page(feedback, language).encode("utf-8", "replace"))
    return Download(f"{visit.folder.id}-{assignment}.zip", packed.getvalue(), "application/zip")


DOWNLOADS: Final[Mapping[str, Callable[[Visit], Download]]] = {
    "pages": _save_pages,
    "page": _save_page,
    "pdf": _save_pdf,
}
