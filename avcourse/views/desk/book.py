"""The class's book of experience: what participants agreed to share, as one document, and the file with which they find partners."""

from __future__ import annotations

from datetime import date
from functools import partial
from importlib import import_module
from typing import Final

from avcourse.classroom.book import PARTNERS, Book, gather_book, partners_bytes
from avcourse.course.language import say
from avcourse.views.class_book import WRITERS, book_document
from avcourse.views.desk.visit import Download, Save, Visit
from avcourse.views.documents.names import file_name
from avcourse.views.markup import tag, text

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_KINDS: Final = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-book.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return what there is to share, and the files."""
    title = tag("h1", text(say("desk.part-book", visit.language))) + tag("p", text(_say(visit, "intro")))
    found = gather_book(visit.folder)
    if not (found.cards or found.proposals):
        return title + tag("p", text(_say(visit, "empty", withheld=found.withheld)), class_="av-empty")
    return title + _counts(visit, found) + _files(visit) + _partners(visit, found)


def _counts(visit: Visit, found: Book) -> str:
    counts = {"cards": len(found.cards), "proposals": len(found.proposals), "withheld": found.withheld}
    unread = (say("class-book.unreadable", visit.language, student=student) for student in found.unreadable)
    return tag("p", text(say("class-book.gathered", visit.language, **counts))) + "".join(
        tag("p", text(sentence), class_="notice") for sentence in unread
    )


def _files(visit: Visit) -> str:
    links = (
        tag("a", text(_say(visit, ending)), href=visit.url("book", "save", ending), class_="av-act")
        for ending in WRITERS
    )
    return tag(
        "section",
        tag("h2", text(_say(visit, "files"))),
        tag("p", text(_say(visit, "files-what"))),
        tag("div", *links, class_="desk-acts"),
        class_="desk-panel desk-quiet",
    )


def _partners(visit: Visit, found: Book) -> str:
    if not found.partners:
        return ""
    link = tag("a", text(_say(visit, "partners-save")), href=visit.url("book", "save", PARTNERS), class_="av-act")
    return tag(
        "section",
        tag("h2", text(_say(visit, "partners"))),
        tag("p", text(_say(visit, "partners-what", count=len(found.partners)))),
        tag("p", link),
        class_="desk-section",
    )


def _save_book(visit: Visit, ending: str) -> Download:
    document = book_document(visit.folder, gather_book(visit.folder), visit.language, date.today())
    data: bytes = import_module(f"avcourse.views.documents.{WRITERS[ending]}").write(document)
    name = file_name(say("class-book.file", visit.language), visit.folder.id, document.date, ending)
    return Download(name, data, _KINDS[ending])


def _save_partners(visit: Visit) -> Download:
    return Download(PARTNERS, partners_bytes(gather_book(visit.folder)), "application/json")


DOWNLOADS: Final[dict[str, Save]] = {
    **{ending: partial(_save_book, ending=ending) for ending in WRITERS},
    PARTNERS: _save_partners,
}
