"""What was handed in: by whom, how far it is, and a place to put what came as files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, get_args

from avcourse.classroom.imports import import_files
from avcourse.classroom.overview import State, states
from avcourse.classroom.roster import read_roster
from avcourse.classroom.workspace import printable
from avcourse.course.course import Module, lesson_of, load_course
from avcourse.course.language import say
from avcourse.views.desk.lobby import NoFileChosen
from avcourse.views.desk.pieces import FIND, MOST_SHOWN, button, card_table, field, find_form, rest_note
from avcourse.views.desk.visit import Asked, Outcome, Visit, form
from avcourse.views.markup import tag, text

STATES: Final[tuple[State, ...]] = get_args(State)


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-submissions.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return who has handed in what, and the form for files."""
    found = states(visit.folder) if visit.folder.assignments() else {}
    return "".join(
        (
            tag("h1", text(say("desk.part-submissions", visit.language))),
            tag("p", text(_say(visit, "intro"))),
            tag("section", tag("h2", text(_say(visit, "upload"))), _upload(visit), class_="desk-panel desk-quiet"),
            tag("section", tag("h2", text(_say(visit, "in"))), _list(visit, found), class_="desk-section"),
        )
    )


def _upload(visit: Visit) -> str:
    send = form(
        visit,
        "upload",
        field(
            "files",
            _say(visit, "file"),
            _say(visit, "file-hint"),
            type="file",
            accept=".zip",
            multiple="multiple",
            required="required",
        ),
        button(_say(visit, "send")),
        enctype="multipart/form-data",
    )
    return send + tag("p", text(_say(visit, "again")), class_="av-note")


def _list(visit: Visit, found: Mapping[tuple[str, str], State]) -> str:
    students = sorted({student for student, _ in found})
    missing = [member.student for member in read_roster(visit.folder) if member.student not in students]
    absent = ""
    if missing:
        shown = ", ".join(missing[:MOST_SHOWN]) + (" …" if len(missing) > MOST_SHOWN else "")
        absent = tag("p", text(_say(visit, "missing", count=len(missing), students=shown)))
    if not students:
        return tag("p", text(_say(visit, "empty")), class_="av-empty") + absent
    sought = visit.query.get(FIND, "").strip()
    chosen = [student for student in students if sought.casefold() in student.casefold()]
    return absent + find_form(sought, len(students), visit.language) + _table(visit, chosen, found)


def _table(visit: Visit, students: list[str], found: Mapping[tuple[str, str], State]) -> str:
    given = load_course().given(visit.folder.assignments())
    # The lessons' exercises share a column: one each would be wider than a screen and say "graded" a hundred times.
    exercises = [module for module in given if module.kind == "exercise"]
    modules = [module for module in given if module.kind != "exercise"]
    head = [_say(visit, "col-student"), *(module.title.in_(visit.language) for module in modules)]
    head += [_say(visit, "col-exercises")] if exercises else []
    rows = []
    for student in students[:MOST_SHOWN]:
        row = [text(printable(student)), *(_state(visit, found.get((student, module.id))) for module in modules)]
        rows.append([*row, _exercises(visit, student, exercises, found)] if exercises else row)
    return card_table(_say(visit, "table"), head, rows) + rest_note(len(students), visit.language)


def _state(visit: Visit, state: State | None) -> str:
    if state is None:
        return tag("span", "–", class_="desk-none")
    return tag("span", text(_say(visit, f"state-{state}")), class_=f"desk-state-{state}")


def _exercises(visit: Visit, student: str, exercises: Sequence[Module], found: Mapping[tuple[str, str], State]) -> str:
    """Return how many of the lessons' exercises are how far, and of which lessons one is missing."""
    lessons = load_course().lessons
    counts = Counter(found[student, module.id] for module in exercises if (student, module.id) in found)
    parts = [
        tag("span", text(f"{counts[state]} {_say(visit, f'state-{state}')}"), class_=f"desk-state-{state}")
        for state in STATES
        if counts[state]
    ]
    missing = [str(lessons.index(lesson_of(one)) + 1) for one in exercises if (student, one.id) not in found]
    if not counts:
        return tag("span", "–", class_="desk-none")
    if missing:
        key = "exercises-missing-one" if len(missing) == 1 else "exercises-missing"
        parts.append(text(_say(visit, key, lessons=", ".join(missing))))
    return ", ".join(parts)


def _take(visit: Visit, asked: Asked) -> Outcome:
    sent = [one for one in asked.files.get("files", ()) if one.name or one.data]
    if not sent:
        raise NoFileChosen
    said: list[str] = []
    for one in sent:
        said += import_files(visit.folder, one.name, one.data).sentences(visit.language)
    return Outcome("\n".join(said))


ACTIONS: Final = {"upload": _take}
