"""The class's own page: what is in and what is done, one button that does the next right thing, and how far it is."""

from __future__ import annotations

from typing import Final

from avcourse.classroom.overview import NextStep, Overview, Standings, next_step, overview
from avcourse.classroom.schedule import show_when
from avcourse.classroom.workspace import printable
from avcourse.course.language import say
from avcourse.views.desk import jobs
from avcourse.views.desk.job_panel import job_panel
from avcourse.views.desk.parts import find_part
from avcourse.views.desk.pieces import button, card_table
from avcourse.views.desk.visit import Asked, Outcome, Visit, form
from avcourse.views.markup import tag, text

MOST_TROUBLES: Final = 200
"""A page with more lines helps nobody; the rest is counted."""


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-class.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return the class's page, or the question before something is taken back."""
    if visit.rest[:1] == ("undo",) and len(visit.rest) == 3:
        return _confirm(visit, visit.rest[1], visit.rest[2])
    job = jobs.read_job(visit.folder)
    title = tag("h1", text(visit.folder.root.name))
    if job.state == "working":
        # What is being written is no state to show, and looking would hold up the work.
        return title + job_panel(visit, job)
    found = overview(visit.folder)
    # What has just been done is told first; later it is there for whoever looks for it.
    old = job.state == "done" and not job.fresh
    return "".join(
        (
            title,
            _facts(visit, found),
            "" if old else job_panel(visit, job),
            _next(visit, found),
            _table(visit, found),
            _troubles(visit, found),
            job_panel(visit, job) if old else "",
        )
    )


def _facts(visit: Visit, found: Overview) -> str:
    who = text(_say(visit, "members", count=found.members) if found.members else _say(visit, "no-roster"))
    linked = tag("a", who, href=visit.url("roster"))
    return tag("p", linked, " · ", text(_say(visit, f"in-{visit.folder.language}")))


# The next right thing


def _next(visit: Visit, found: Overview) -> str:
    step = next_step(found)
    titles = ", ".join(row.title.in_(visit.language) for row in found.rows if row.assignment in step.assignments)
    counts = {
        "count": step.count,
        "titles": titles,
        "new": found.total("new"),
        "all": found.total("new") + found.total("collected"),
    }
    head = tag("h2", text(_say(visit, f"{step.step}-head", **counts)))
    return tag(
        "section",
        head,
        _wait(visit, found, step) if step.step == "wait" else _act(visit, step, counts),
        _other_acts(visit, found, step),
        class_="desk-panel desk-next",
    )


def _act(visit: Visit, step: NextStep, counts: dict[str, object]) -> str:
    label = _say(visit, step.step)
    if step.step == "review":
        there = find_part("review") is not None
        target = visit.url("review", step.assignments[0]) if there else visit.home
        act = tag("a", text(label), class_="av-button", href=target)
    elif step.step == "send":
        act = form(
            visit, "release", tag("input", type="hidden", name="assignment", value=step.assignments[0]), button(label)
        )
    else:
        act = form(visit, step.step, button(label))
    explained = tag(
        "details",
        tag("summary", text(_say(visit, "what"))),
        tag("p", text(_say(visit, f"{step.step}-what", **counts))),
        class_="desk-what",
    )
    return tag("div", act, class_="desk-acts") + explained


def _wait(visit: Visit, found: Overview, step: NextStep) -> str:
    if found.busy:
        return tag("p", text(_say(visit, "wait-busy")))
    if step.back is not None:
        return tag("p", text(_say(visit, "wait-due", due=show_when(step.back, visit.language))))
    return tag("p", text(_say(visit, "wait-any")))


def _other_acts(visit: Visit, found: Overview, step: NextStep) -> str:
    """Return what can be done besides: always less conspicuous than the one next thing."""
    acts = []
    if step.step not in ("run", "release"):
        acts.append(form(visit, "run", button(_say(visit, "run-again"), "desk-plain")))
    if step.step == "review" and found.total("ready"):
        acts.append(form(visit, "give", button(_say(visit, "give-now", count=found.total("ready")), "desk-plain")))
    if found.total("graded") and find_part("gains") is not None:
        acts.append(tag("a", text(_say(visit, "see-gains")), href=visit.url("gains"), class_="desk-plain"))
    return tag("div", *acts, class_="desk-acts desk-other") if acts else ""


# Where the assignments stand


def _table(visit: Visit, found: Overview) -> str:
    keys = ("assignment", "released", "new", "collected", "graded", "waiting", "given", "due")
    head = tuple(_say(visit, f"col-{key}") for key in keys)
    rows = [_row(visit, row, found.busy) for row in found.rows]
    return tag("section", card_table(_say(visit, "table"), head, rows), class_="desk-section")


def _row(visit: Visit, row: Standings, busy: bool) -> tuple[str, ...]:
    title = text(row.title.in_(visit.language))
    if not row.known:
        hint = _say(visit, "later", days=row.after) if row.after else _say(visit, "not-yet")
        none = tag("span", "–", class_="desk-none")
        return (title, text(hint) + _release_button(visit, row), none, none, none, none, none, none)
    due = "–" if row.due is None else show_when(row.due, visit.language)
    return (
        title,
        text(_say(visit, "yes")) + _undo_link(visit, "release", row, _say(visit, "undo"))
        if row.released
        else text(_say(visit, "withdrawn")) + _release_button(visit, row),
        _number(row.new, strong=True),
        _number(row.collected),
        _number(row.graded, busy=busy) + _beside(visit, "ungraded", row.ungraded),
        _number(row.waiting, busy=busy, strong=True),
        _number(row.given, busy=busy) + (_undo_link(visit, "feedback", row, _say(visit, "undo")) if row.given else ""),
        text(due) + (tag("span", text(_say(visit, "over")), class_="desk-beside") if row.over else ""),
    )


def _release_button(visit: Visit, row: Standings) -> str:
    label = _say(visit, "release-one")
    return form(
        visit,
        "release",
        tag("input", type="hidden", name="assignment", value=row.assignment),
        button(label, "desk-plain", aria_label=f"{label}: {row.title.in_(visit.language)}"),
    )


def _number(count: int, *, busy: bool = False, strong: bool = False) -> str:
    if busy:
        return "…"
    return tag("strong", str(count), class_="desk-count") if strong and count else str(count)


def _beside(visit: Visit, key: str, count: int) -> str:
    return tag("span", text(_say(visit, key, count=count)), class_="desk-beside") if count else ""


def _undo_link(visit: Visit, what: str, row: Standings, label: str) -> str:
    whole = f"{label}: {row.title.in_(visit.language)}"
    href = visit.url("overview", "undo", what, row.assignment)
    return " " + tag("a", text(label), href=href, class_="desk-undo", aria_label=whole)


# Who could not be graded


def _troubles(visit: Visit, found: Overview) -> str:
    troubles = found.last.troubles
    if not troubles:
        return ""
    head = tuple(_say(visit, f"trouble-{key}") for key in ("who", "of", "what", "mend"))
    titles = {row.assignment: row.title.in_(visit.language) for row in found.rows}
    rows = [
        (
            text(printable(one.student)),
            text(titles.get(one.assignment, printable(one.assignment))),
            text(one.what.in_(visit.language)),
            text(one.mend.in_(visit.language)),
        )
        for one in troubles[:MOST_TROUBLES]
    ]
    more = len(troubles) - MOST_TROUBLES
    rest = tag("p", text(_say(visit, "trouble-more", count=more)), class_="av-note") if more > 0 else ""
    return tag(
        "section",
        tag("h2", text(_say(visit, "troubles", count=len(troubles)))),
        tag("p", text(_say(visit, "troubles-what"))),
        card_table(_say(visit, "troubles-table"), head, rows),
        rest,
        class_="desk-section desk-troubles",
    )


# Taking back


def _confirm(visit: Visit, what: str, assignment: str) -> str:
    """Return the page that asks before something is taken back: what happens, and what does not."""
    rows = {row.assignment: row for row in overview(visit.folder).rows if row.known}
    row = rows.get(assignment)
    if row is None or what not in ("release", "feedback"):
        return tag("p", text(_say(visit, "nothing-to-undo")), class_="av-empty")
    title = row.title.in_(visit.language)
    back = tag("a", text(_say(visit, "undo-no")), href=visit.home, class_="av-button")
    ask = form(
        visit,
        f"undo-{what}",
        tag("input", type="hidden", name="assignment", value=assignment),
        button(_say(visit, f"undo-{what}-yes"), "av-act"),
    )
    return (
        tag("h1", text(_say(visit, f"undo-{what}-head", title=title)))
        + tag("p", text(_say(visit, f"undo-{what}-what", title=title, count=row.given)))
        + tag("div", back, ask, class_="desk-acts")
    )


# What can be asked for


def _release(visit: Visit, asked: Asked) -> Outcome:
    one = asked.fields.get("assignment", "")
    return Outcome(job=("release", *((one,) if one else ())))


def _run(visit: Visit, asked: Asked) -> Outcome:
    return Outcome(job=("run",))


def _give(visit: Visit, asked: Asked) -> Outcome:
    return Outcome(job=("give",))


def _again(visit: Visit, asked: Asked) -> Outcome:
    job = jobs.read_job(visit.folder)
    return Outcome(job=job.words) if job.unfinished else Outcome(_say(visit, "nothing-to-finish"), visit.home)


def _stop(visit: Visit, asked: Asked) -> Outcome:
    key = "stopping" if jobs.stop(visit.folder) else "nothing-to-stop"
    return Outcome(_say(visit, key), visit.home)


def _undo_release(visit: Visit, asked: Asked) -> Outcome:
    from avcourse.classroom.release import undo_release

    assignment = asked.fields.get("assignment", "")
    undo_release(visit.folder, assignment)
    return Outcome(_say(visit, "undone-release", assignment=assignment), visit.home)


def _undo_feedback(visit: Visit, asked: Asked) -> Outcome:
    from avcourse.classroom.feedback import undo_feedback

    count = undo_feedback(visit.folder, asked.fields.get("assignment", ""))
    return Outcome(_say(visit, "undone-feedback", count=count), visit.home)


ACTIONS: Final = {
    "release": _release,
    "run": _run,
    "give": _give,
    "again": _again,
    "stop": _stop,
    "undo-release": _undo_release,
    "undo-feedback": _undo_feedback,
}
