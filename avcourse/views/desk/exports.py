"""The desk's page of exports: files for other programs, one participant's own data, and erasing somebody."""

from __future__ import annotations

from typing import Final

from avcourse.classroom.erase import erase, plan_erasing
from avcourse.classroom.exports import ALL, file_name, write_export, write_own_data
from avcourse.course.language import say
from avcourse.errors import AvcourseError
from avcourse.views.desk.pieces import button, card_table, field
from avcourse.views.desk.visit import Asked, Download, Outcome, Save, Visit, form
from avcourse.views.markup import tag, text

PART: Final = "exports"
KEYS: Final = "keys"
PERSON: Final = "person"
ERASE: Final = "erase"
OWN_DATA: Final = "own-data"
_KNOWN: Final = "yes"


class KeysUnasked(AvcourseError):
    """A file with keys asked for by somebody who has not seen the warning."""

    et = "Failis on testide võtmed. Avage see hoiatuse juurest lehel „Väljavõtted“."
    en = "The file holds keys of the tests. Open it from the warning on the page ‘Exports’."


class IdDiffers(AvcourseError):
    """The id typed to confirm is another one."""

    et = "Tunnus ei ole sama. Midagi ei kustutatud. Kirjutage osaleja tunnus täpselt nii, nagu see lehe päises on."
    en = "The id is not the same. Nothing was erased. Type the participant’s id exactly as it stands in the heading."


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"desk-exports.{key}", visit.language, **fields)


def page(visit: Visit) -> str:
    """Return the page of exports, the warning before files with keys, or one participant's page."""
    if visit.rest[:1] == (KEYS,):
        return _keys(visit)
    if visit.rest[:1] == (PERSON,):
        return _person(visit, visit.query.get("student", "").strip())
    return "".join(
        (
            tag("h1", text(say("desk.part-exports", visit.language))),
            tag("p", text(_say(visit, "intro"))),
            tag("section", _files(visit, _say(visit, "files"), keys=False), class_="desk-section"),
            _with_keys(visit),
            _one(visit),
        )
    )


def _files(visit: Visit, caption: str, *, keys: bool) -> str:
    known = {"known": _KNOWN} if keys else {}
    rows = []
    for name, export in ALL.items():
        if export.keys == keys:
            file = file_name(visit.folder, export, visit.language)
            link = tag(
                "a",
                text(_say(visit, "download")),
                href=visit.url(PART, "save", name, **known),
                aria_label=f"{_say(visit, 'download')}: {file}",
            )
            rows.append((text(file), text(say(f"exports.for-{name}", visit.language)), link))
    head = [_say(visit, f"col-{key}") for key in ("file", "for", "act")]
    return card_table(caption, head, rows)


def _with_keys(visit: Visit) -> str:
    link = tag("a", text(_say(visit, "keys-open")), href=visit.url(PART, KEYS), class_="av-button")
    return tag(
        "section",
        tag("h2", text(_say(visit, "bank"))),
        tag("p", text(_say(visit, "bank-what"))),
        tag("p", link),
        class_="desk-panel desk-quiet",
    )


def _keys(visit: Visit) -> str:
    back = tag("a", text(_say(visit, "back")), href=visit.url(PART))
    return "".join(
        (
            tag("h1", text(_say(visit, "bank"))),
            tag("p", text(say("exports.keys", visit.language)), class_="av-note"),
            _files(visit, _say(visit, "files"), keys=True),
            tag("p", back),
        )
    )


def _one(visit: Visit) -> str:
    hint = _say(visit, "one-hint")
    ask = tag(
        "form",
        field("student", _say(visit, "one-student"), hint, required="required"),
        button(_say(visit, "one-open")),
        method="get",
        action=visit.url(PART, PERSON),
    )
    return tag(
        "section",
        tag("h2", text(_say(visit, "one"))),
        tag("p", text(_say(visit, "one-what"))),
        ask,
        class_="desk-section",
    )


def _person(visit: Visit, student: str) -> str:
    traces = plan_erasing(visit.folder, student)
    save = tag(
        "a", text(_say(visit, "own-save")), href=visit.url(PART, "save", OWN_DATA, student=student), class_="av-button"
    )
    places = (tag("li", text(trace.sentence(visit.folder, visit.language))) for trace in traces)
    ask = form(
        visit,
        ERASE,
        tag("input", type="hidden", name="student", value=student),
        field("again", _say(visit, "erase-again"), _say(visit, "erase-hint"), required="required"),
        button(_say(visit, "erase-yes"), "av-act"),
    )
    back = tag("a", text(_say(visit, "back")), href=visit.url(PART))
    return "".join(
        (
            tag("h1", text(_say(visit, "person", student=student))),
            tag(
                "section",
                tag("h2", text(_say(visit, "own"))),
                tag("p", text(_say(visit, "own-what"))),
                tag("p", save),
                class_="desk-panel desk-quiet",
            ),
            tag(
                "section",
                tag("h2", text(_say(visit, "erase"))),
                tag("p", text(_say(visit, "erase-what"))),
                tag(
                    "details",
                    tag("summary", text(_say(visit, "erase-places", count=len(traces)))),
                    tag("ul", *places),
                ),
                ask,
                class_="desk-section",
            ),
            tag("p", back),
        )
    )


def _erase(visit: Visit, asked: Asked) -> Outcome:
    student = asked.fields.get("student", "")
    if asked.fields.get("again", "").strip() != student:
        raise IdDiffers
    report = erase(visit.folder, student)
    return Outcome("\n".join(report.sentences(visit.language)), visit.url(PART))


def _save(name: str) -> Save:
    def save(visit: Visit) -> Download:
        export = ALL[name]
        if export.keys and visit.query.get("known") != _KNOWN:
            raise KeysUnasked
        # It stays among the exports too, where erasing somebody finds it.
        path = write_export(visit.folder, name, visit.language)
        return Download(path.name, path.read_bytes())

    return save


def _save_own_data(visit: Visit) -> Download:
    student = visit.query.get("student", "")
    path = write_own_data(visit.folder, student)
    return Download(path.name, path.read_bytes(), "application/zip")


ACTIONS: Final = {ERASE: _erase}
DOWNLOADS: Final = {**{name: _save(name) for name in ALL}, OWN_DATA: _save_own_data}
