"""Until when: deadlines of the assignments, what becomes of late work, longer time or another try for single participants."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from avcourse.classroom.roster import read_roster
from avcourse.classroom.schedule import (
    LATE_RULES,
    LateRule,
    PenaltyUnclear,
    Schedule,
    Terms,
    close_assignment,
    extend,
    parse_when,
    read_schedule,
    reopen_assignment,
    set_terms,
    show_when,
)
from avcourse.course.course import load_course
from avcourse.course.language import say
from avcourse.views.desk.pieces import button, card_table, choices, field, select
from avcourse.views.desk.visit import Asked, Outcome, Visit, form
from avcourse.views.markup import decimal, tag, text


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-schedule.{key}", visit.language, **fields)


def _title(visit: Visit, assignment: str) -> str:
    found = load_course().given((assignment,))
    return found[0].title.in_(visit.language) if found else assignment


def page(visit: Visit) -> str:
    """Return the deadlines with a form for each assignment, and the extensions."""
    names, schedule = visit.folder.assignments(), read_schedule(visit.folder)
    title = tag("h1", text(say("desk.part-schedule", visit.language)))
    if not names:
        return title + tag("p", text(_say(visit, "empty")), class_="av-empty")
    order = [module.id for module in load_course().given(names)]
    return "".join(
        (
            title,
            tag("p", text(_say(visit, "intro"))),
            tag("div", *(_assignment(visit, name, schedule.of(name)) for name in order), class_="desk-grid"),
            tag("section", _extensions(visit, schedule, order), class_="desk-section"),
        )
    )


def _assignment(visit: Visit, name: str, terms: Terms) -> str:
    typed = visit.typed if visit.typed.get("assignment") == name else {}
    due = "" if terms.due is None else show_when(terms.due, visit.language)
    state = _say(visit, "closed" if terms.closed else "no-deadline" if terms.due is None else "until", due=due)
    rules = [(rule, _say(visit, f"late-{rule}")) for rule in LATE_RULES]
    percent = decimal(terms.penalty * 100, visit.language, 0)
    change = form(
        visit,
        "terms",
        tag("input", type="hidden", name="assignment", value=name),
        field("due", _say(visit, "due"), _say(visit, "due-hint"), typed.get("due", due), key=name),
        choices("late", _say(visit, "late"), "", rules, typed.get("late", terms.late)),
        field(
            "penalty",
            _say(visit, "penalty"),
            _say(visit, "penalty-hint"),
            typed.get("penalty", percent),
            key=name,
            inputmode="decimal",
        ),
        button(_say(visit, "save")),
    )
    return tag(
        "section",
        tag("h2", text(_title(visit, name))),
        tag("p", text(state), class_="desk-state"),
        tag("details", tag("summary", text(_say(visit, "change"))), change, open="open" if typed else None),
        _closing(visit, name, terms),
        class_="desk-panel desk-terms",
    )


def _closing(visit: Visit, name: str, terms: Terms) -> str:
    act = "reopen" if terms.closed else "close"
    label = _say(visit, act)
    return form(
        visit,
        act,
        tag("input", type="hidden", name="assignment", value=name),
        button(label, "desk-plain", aria_label=f"{label}: {_title(visit, name)}"),
    )


def _extensions(visit: Visit, schedule: Schedule, names: list[str]) -> str:
    due = [name for name in names if schedule.of(name).due is not None]
    head = tag("h2", text(_say(visit, "longer"))) + tag("p", text(_say(visit, "longer-what")))
    if not due:
        return head + tag("p", text(_say(visit, "longer-no-due")), class_="av-empty")
    return head + _given(visit, schedule) + tag("div", _extend(visit, due), class_="desk-panel")


def _given(visit: Visit, schedule: Schedule) -> str:
    if not schedule.extensions:
        return ""
    columns = [_say(visit, f"col-{key}") for key in ("student", "assignment", "until", "take-back")]
    rows = [
        (
            text(student),
            text(_title(visit, name)),
            text(show_when(until, visit.language)),
            form(
                visit,
                "shorten",
                tag("input", type="hidden", name="student", value=student),
                tag("input", type="hidden", name="assignment", value=name),
                button(
                    _say(visit, "shorten"),
                    "desk-plain",
                    aria_label=f"{_say(visit, 'shorten')}: {student}, {_title(visit, name)}",
                ),
            ),
        )
        for (student, name), until in sorted(schedule.extensions.items())
    ]
    return card_table(_say(visit, "given"), columns, rows)


def _extend(visit: Visit, names: list[str]) -> str:
    typed = visit.typed if visit.typed.get("action") == "extend" else {}
    members = [(member.student, member.student) for member in read_roster(visit.folder)]
    student = typed.get("student", "")
    who = (
        select("student", _say(visit, "student"), members, student)
        if members
        else field("student", _say(visit, "student"), _say(visit, "student-hint"), student, required="required")
    )
    return form(
        visit,
        "extend",
        who,
        select(
            "assignment",
            _say(visit, "col-assignment"),
            [(name, _title(visit, name)) for name in names],
            typed.get("assignment", ""),
        ),
        field(
            "until", _say(visit, "longer-until"), _say(visit, "due-hint"), typed.get("until", ""), required="required"
        ),
        button(_say(visit, "extend")),
    )


# What can be asked for


def _percent(given: str) -> float:
    try:
        share = float(given.strip().rstrip("%").replace(",", ".")) / 100
    except ValueError:
        raise PenaltyUnclear(given=given) from None
    if not 0 <= share <= 1:
        raise PenaltyUnclear(given=given)
    return share


def _set(visit: Visit, asked: Asked) -> Outcome:
    name, due = asked.fields.get("assignment", ""), asked.fields.get("due", "").strip()
    late = asked.fields.get("late", "")
    rule: LateRule = late if late in LATE_RULES else "accept"
    percent = asked.fields.get("penalty", "").strip()
    old = read_schedule(visit.folder).of(name)
    share = _percent(percent) if percent else old.penalty
    set_terms(visit.folder, name, replace(old, due=parse_when(due) if due else None, late=rule, penalty=share))
    return Outcome(_say(visit, "set", title=_title(visit, name)))


def _close(visit: Visit, asked: Asked) -> Outcome:
    name = asked.fields.get("assignment", "")
    close_assignment(visit.folder, name)
    return Outcome(_say(visit, "closed-now", title=_title(visit, name)))


def _reopen(visit: Visit, asked: Asked) -> Outcome:
    name = asked.fields.get("assignment", "")
    reopen_assignment(visit.folder, name)
    return Outcome(_say(visit, "reopened", title=_title(visit, name)))


def _longer(visit: Visit, asked: Asked) -> Outcome:
    student, name = asked.fields.get("student", "").strip(), asked.fields.get("assignment", "")
    until = parse_when(asked.fields.get("until", ""))
    extend(visit.folder, student, name, until)
    when = show_when(until, visit.language)
    return Outcome(_say(visit, "extended", student=student, title=_title(visit, name), until=when))


def _shorten(visit: Visit, asked: Asked) -> Outcome:
    student, name = asked.fields.get("student", ""), asked.fields.get("assignment", "")
    extend(visit.folder, student, name, None)
    return Outcome(_say(visit, "shortened", student=student, title=_title(visit, name)))


ACTIONS: Final = {"terms": _set, "close": _close, "reopen": _reopen, "extend": _longer, "shorten": _shorten}
