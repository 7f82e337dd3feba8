"""The desk's page of the report: what will be published, what is withheld and why, and the files."""

from __future__ import annotations

from datetime import date
from typing import Final

from avcourse.course.language import say
from avcourse.errors import NothingReleased, PublishedTooSoon
from avcourse.measurement.records import OVERALL
from avcourse.views.class_gains import check_publishable, publish
from avcourse.views.class_report import WRITERS, gather_report, report_bytes, withheld
from avcourse.views.desk.pieces import save_form
from avcourse.views.desk.visit import Asked, Download, Outcome, Visit
from avcourse.views.documents.contents.class_report import ReportData, class_report
from avcourse.views.documents.model import Heading
from avcourse.views.documents.names import name_of
from avcourse.views.gain_words import area_words, gain_words, gains_table, published_of, who_words
from avcourse.views.markup import table, tag, text


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"report-desk.{key}", visit.language, **fields)


def _preview(visit: Visit, data: ReportData) -> str:
    """Return the report's main sentences and figures, just as they would be passed on."""
    language, overall = visit.language, data.gains.groups[OVERALL]
    sections = (
        block.text for block in class_report(data, language).blocks if isinstance(block, Heading) and block.level == 1
    )
    sentences = [
        *gain_words(overall, published_of, language),
        *area_words(data.gains, published_of, language),
        *who_words(overall, published_of, language),
    ]
    figures = ""
    if published_of(overall):
        figures = table(say("gain-words.table", language), *gains_table(data.gains, published_of, language))
    return "".join(
        (
            tag("h2", text(_say(visit, "preview"))),
            tag("ul", *(tag("li", text(name)) for name in sections)),
            *(tag("p", text(sentence)) for sentence in sentences),
            figures,
        )
    )


def _withheld(visit: Visit, data: ReportData) -> str:
    reasons = withheld(data, visit.language)
    title = tag("h2", text(_say(visit, "withheld")))
    if not reasons:
        return title + tag("p", text(_say(visit, "withheld-none")))
    return title + tag("ul", *(tag("li", text(reason)) for reason in reasons))


def _files(visit: Visit) -> str:
    buttons = (save_form(visit, "publish", ending, _say(visit, ending)) for ending in WRITERS)
    return "".join(
        (
            tag("h2", text(_say(visit, "files"))),
            tag("div", *buttons, class_="desk-acts"),
            tag("p", text(_say(visit, "files-note")), class_="av-note"),
            tag("p", text(say("class-report.read-first", visit.language)), class_="av-note"),
        )
    )


def page(visit: Visit) -> str:
    """Return the page of the report."""
    title = tag("h1", text(_say(visit, "title"))) + tag("p", text(_say(visit, "lead")), class_="av-lead")
    try:
        data, found = gather_report(visit.folder, date.today())
    except NothingReleased as error:
        return title + tag("p", text(error.sentence(visit.language)), class_="av-empty")
    try:
        check_publishable(visit.folder, found)
        files = _files(visit)
    except PublishedTooSoon as error:
        files = tag("h2", text(_say(visit, "too-soon"))) + tag("p", text(error.sentence(visit.language)))
    return title + files + _withheld(visit, data) + _preview(visit, data)


def _publish(visit: Visit, asked: Asked) -> Outcome:
    """Give the report as a file, and note that its figures leave the desk."""
    ending = asked.fields.get("file", "")
    if ending not in _KINDS:
        return Outcome()
    data, found = gather_report(visit.folder, date.today())
    document = class_report(data, visit.language)
    publish(visit.folder, found)
    return Outcome(download=Download(name_of(document, ending), report_bytes(document, ending), _KINDS[ending]))


_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_KINDS: Final = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
ACTIONS: Final = {"publish": _publish}
