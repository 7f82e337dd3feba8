"""Who is in a class: the roster by pseudonym, the card that participants join with, names only on request and only on this machine."""

from __future__ import annotations

from io import BytesIO
from typing import Final
from zipfile import ZipFile

from avcourse.answers.folder import CARD
from avcourse.classroom.roster import Member, import_roster, read_names, read_roster, undo_roster
from avcourse.classroom.workspace import WINDOWS
from avcourse.course.language import say
from avcourse.views.desk.lobby import NoFileChosen
from avcourse.views.desk.pieces import FIND, MOST_SHOWN, button, card_table, field, find_form, rest_note
from avcourse.views.desk.visit import Asked, Download, Outcome, Visit, form
from avcourse.views.markup import tag, text

NAMES: Final = "names"
"""The word in the query that shows names; it is not kept anywhere, so that the next look is without them."""


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-roster.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return the roster with the card and the form for a file."""
    members = read_roster(visit.folder)
    return "".join(
        (
            tag("h1", text(say("desk.part-roster", visit.language))),
            tag("p", text(_say(visit, "intro"))),
            tag(
                "div",
                tag("section", _card(visit, members), class_="desk-panel desk-quiet"),
                tag("section", _upload(visit, members), class_="desk-panel"),
                class_="desk-columns desk-even",
            ),
            tag("section", _members(visit, members), class_="desk-section"),
        )
    )


def _card(visit: Visit, members: tuple[Member, ...]) -> str:
    save = tag("a", text(_say(visit, "card-save")), href=visit.url("roster", "save", "card"), class_="av-act")
    how = "card-how-files" if WINDOWS else "card-how"
    return (
        tag("h2", text(_say(visit, "card")))
        + tag("p", text(_say(visit, how)))
        + tag("p", save)
        + _own_cards(visit, members)
        + tag(
            "details",
            tag("summary", text(_say(visit, "card-where"))),
            tag(
                "p",
                text(_say(visit, "card-place", id=visit.folder.id, exchange=visit.folder.exchange)),
                class_="av-note",
            ),
        )
    )


def _own_cards(visit: Visit, members: tuple[Member, ...]) -> str:
    if not members:
        return ""
    save = tag("a", text(_say(visit, "cards-save")), href=visit.url("roster", "save", "cards"), class_="av-act")
    return tag("p", save) + tag("p", text(_say(visit, "cards-what")), class_="av-note")


def _upload(visit: Visit, members: tuple[Member, ...]) -> str:
    send = form(
        visit,
        "upload",
        field(
            "file", _say(visit, "file"), _say(visit, "file-hint"), type="file", accept=".csv,.xlsx", required="required"
        ),
        button(_say(visit, "send")),
        enctype="multipart/form-data",
    )
    undo = form(visit, "undo", button(_say(visit, "undo"), "desk-plain")) if _has_previous(visit) else ""
    return tag("h2", text(_say(visit, "read-more" if members else "read"))) + send + undo


def _has_previous(visit: Visit) -> bool:
    from avcourse.classroom.roster import PREVIOUS

    return (visit.folder.root / PREVIOUS).is_file()


def _members(visit: Visit, members: tuple[Member, ...]) -> str:
    if not members:
        return tag("p", text(_say(visit, "empty")), class_="av-empty")
    known = read_names(visit.folder)
    shown = known if visit.query.get(NAMES) == "show" else {}
    head = [_say(visit, "col-student"), _say(visit, "col-group")]
    sought = visit.query.get(FIND, "").strip()
    chosen = [member for member in members if sought.casefold() in member.student.casefold()]
    listed = chosen[:MOST_SHOWN]
    rows = [[text(member.student), text(member.group or "–")] for member in listed]
    if shown:
        head.insert(1, _say(visit, "col-name"))
        for row, member in zip(rows, listed, strict=True):
            row.insert(1, text(shown.get(member.student, "–")))
    return (
        tag("h2", text(_say(visit, "members", count=len(members))))
        + (_names_switch(visit, bool(shown)) if known else "")
        + find_form(sought, len(members), visit.language)
        + card_table(_say(visit, "table"), head, rows)
        + rest_note(len(chosen), visit.language)
    )


def _names_switch(visit: Visit, shown: bool) -> str:
    key = "names-hide" if shown else "names-show"
    kept = {FIND: visit.query[FIND]} if visit.query.get(FIND) else {}
    href = visit.url("roster", **kept) if shown else visit.url("roster", **{NAMES: "show"}, **kept)
    link = tag("a", text(_say(visit, key)), href=href, class_="av-act")
    return tag("div", link, tag("span", text(_say(visit, "names-where")), class_="av-note"), class_="desk-acts")


def _read(visit: Visit, asked: Asked) -> Outcome:
    sent = [one for one in asked.files.get("file", ()) if one.name or one.data]
    if not sent:
        raise NoFileChosen
    report = import_roster(visit.folder, sent[0].name, sent[0].data)
    return Outcome("\n".join(report.sentences(visit.language)), visit.url("roster"))


def _undo(visit: Visit, asked: Asked) -> Outcome:
    members = undo_roster(visit.folder)
    return Outcome(_say(visit, "undone", count=len(members)), visit.url("roster"))


def _save_card(visit: Visit) -> Download:
    return Download(CARD, (visit.folder.root / "card" / CARD).read_bytes(), "application/toml")


def _save_cards(visit: Visit) -> Download:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        for member in read_roster(visit.folder):
            card = visit.folder.root / "card" / member.student / CARD
            archive.writestr(f"{member.student}/{CARD}", card.read_bytes())
    return Download(f"{visit.folder.id}-kaardid.zip", data.getvalue(), "application/zip")


ACTIONS: Final = {"upload": _read, "undo": _undo}
DOWNLOADS: Final = {"card": _save_card, "cards": _save_cards}
