"""Copies of a class: one file to keep elsewhere, and the copies of the gradebook that every change leaves."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from avcourse.classroom.backup import Copy, list_copies, restore_copy, write_backup
from avcourse.classroom.schedule import show_when
from avcourse.classroom.workspace import now_utc
from avcourse.course.language import say
from avcourse.views.desk.pieces import button, card_table
from avcourse.views.desk.visit import Asked, Download, Outcome, Visit, form
from avcourse.views.markup import decimal, tag, text

RESTORE: Final = "restore"


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-backups.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return the page of copies, or the question before one is put back."""
    copies = list_copies(visit.folder)
    if visit.rest[:1] == (RESTORE,) and len(visit.rest) == 2:
        return _confirm(visit, copies, visit.rest[1])
    save = tag("a", text(_say(visit, "save")), href=visit.url("backups", "save", "class"), class_="av-button")
    return "".join(
        (
            tag("h1", text(say("desk.part-backups", visit.language))),
            tag("p", text(_say(visit, "intro"))),
            tag(
                "section",
                tag("h2", text(_say(visit, "whole"))),
                tag("p", text(_say(visit, "whole-what"))),
                tag("p", save),
                class_="desk-panel desk-quiet",
            ),
            tag("section", tag("h2", text(_say(visit, "copies"))), _copies(visit, copies), class_="desk-section"),
        )
    )


def _copies(visit: Visit, copies: tuple[Copy, ...]) -> str:
    if not copies:
        return tag("p", text(_say(visit, "none")), class_="av-empty")
    head = [_say(visit, f"col-{key}") for key in ("at", "size", "act")]
    rows = [
        (
            text(show_when(copy.at, visit.language)),
            text(_say(visit, "megabytes", size=decimal(copy.size / 1024**2, visit.language))),
            tag(
                "a",
                text(_say(visit, "restore")),
                href=visit.url("backups", RESTORE, copy.name),
                aria_label=f"{_say(visit, 'restore')}: {show_when(copy.at, visit.language)}",
            ),
        )
        for copy in copies
    ]
    return tag("p", text(_say(visit, "copies-what"))) + card_table(_say(visit, "copies"), head, rows)


def _confirm(visit: Visit, copies: tuple[Copy, ...], name: str) -> str:
    copy = next((one for one in copies if one.name == name), None)
    if copy is None:
        return tag("h1", text(_say(visit, "copies"))) + tag("p", text(_say(visit, "gone")), class_="av-empty")
    when = show_when(copy.at, visit.language)
    ask = form(
        visit,
        RESTORE,
        tag("input", type="hidden", name="copy", value=name),
        button(_say(visit, "restore-yes"), "av-act"),
    )
    back = tag("a", text(_say(visit, "restore-no")), href=visit.url("backups"), class_="av-button")
    return (
        tag("h1", text(_say(visit, "restore-head", when=when)))
        + tag("p", text(_say(visit, "restore-what", when=when)))
        + tag("div", back, ask, class_="desk-acts")
    )


def _restore(visit: Visit, asked: Asked) -> Outcome:
    restore_copy(visit.folder, asked.fields.get("copy", ""))
    return Outcome(_say(visit, "restored"), visit.url("backups"))


def _save(visit: Visit) -> Download:
    with tempfile.TemporaryDirectory(prefix="avcourse-") as room:
        target = Path(room) / f"{visit.folder.id}-{now_utc():%Y-%m-%d-%H%M}.zip"
        write_backup(visit.folder, target)
        return Download(target.name, target.read_bytes(), "application/zip")


ACTIONS: Final = {RESTORE: _restore}
DOWNLOADS: Final = {"class": _save}
