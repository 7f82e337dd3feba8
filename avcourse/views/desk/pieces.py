"""Pieces of HTML that pages of the desk share: a table that becomes cards on a narrow screen, a labelled field, a button."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from avcourse.course.language import Language, say
from avcourse.views.desk.visit import Visit, form
from avcourse.views.markup import tag, text

MOST_SHOWN: Final = 200
"""Participants on a page: more rows help nobody; the rest is counted, and found by id."""
FIND: Final = "find"
"""The query's word for the id, or a part of it, that is looked for."""


def card_table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table whose cells are HTML and whose rows become cards where there is no room for columns.

    ``caption`` and ``head`` are plain text. The roles are said aloud, since a table that is laid out as blocks loses them.
    """
    header = (tag("th", text(cell), scope="col", role="columnheader") for cell in head)
    body = (
        tag(
            "tr",
            tag("th", row[0], scope="row", role="rowheader"),
            *(tag("td", cell, role="cell", data_label=label) for label, cell in zip(head[1:], row[1:], strict=True)),
            role="row",
        )
        for row in rows
    )
    return tag(
        "table",
        tag("caption", text(caption)),
        tag("thead", tag("tr", *header, role="row"), role="rowgroup"),
        tag("tbody", *body, role="rowgroup"),
        class_="desk-table",
        role="table",
    )


def field(name: str, label: str, hint: str = "", value: str = "", *, key: str = "", **more: str | None) -> str:
    """Return a labelled field of a form, all plain text.

    ``key`` tells it from others of the same name on the page, ``more`` are attributes of the field itself.
    """
    own = f"{name}-{key}" if key else name
    described = {"aria_describedby": f"hint-{own}"} if hint else {}
    attributes = {"id": f"field-{own}", "name": name, "autocomplete": "off", **described, **more}
    return tag(
        "div",
        tag("label", text(label), for_=f"field-{own}"),
        tag("p", text(hint), class_="desk-hint", id=f"hint-{own}") if hint else "",
        tag("input", value=value or None, **attributes),
        class_="desk-field",
    )


def choices(name: str, label: str, hint: str, options: Sequence[tuple[str, str]], chosen: str) -> str:
    """Return a group of radio buttons; options are pairs of value and label, all plain text."""
    described = f"hint-{name}" if hint else None
    return tag(
        "fieldset",
        tag("legend", text(label)),
        tag("p", text(hint), class_="desk-hint", id=described) if hint else "",
        *(
            tag(
                "label",
                tag("input", type="radio", name=name, value=value, checked="checked" if value == chosen else None),
                " ",
                tag("span", text(words)),
                class_="desk-choice",
            )
            for value, words in options
        ),
        class_="desk-field",
        aria_describedby=described,
    )


def select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str = "") -> str:
    """Return a labelled list to choose one of; options are pairs of value and label, all plain text."""
    listed = (
        tag("option", text(words), value=value, selected="selected" if value == chosen else None)
        for value, words in options
    )
    return tag(
        "div",
        tag("label", text(label), for_=f"field-{name}"),
        tag("select", *listed, id=f"field-{name}", name=name),
        class_="desk-field",
    )


def button(label: str, style: str = "av-button", **more: str | None) -> str:
    """Return the button that sends its form; ``label`` is plain text."""
    return tag("button", text(label), type="submit", class_=style, **more)


def save_form(visit: Visit, action: str, name: str, label: str) -> str:
    """Return a button that saves the file ``name``, where saving changes something: a form of its own, so that each can be pressed."""
    return form(visit, action, tag("input", type="hidden", name="file", value=name), button(label, "av-act"))


def find_form(sought: str, count: int, language: Language) -> str:
    """Return a form that looks for participants by id; nothing where all have room on the page."""
    if count <= MOST_SHOWN and not sought:
        return ""
    sent = button(say("desk-submissions.find-go", language), "av-act")
    box = field(FIND, say("desk-submissions.find", language), value=sought, type="search")
    return tag("form", box, sent, method="get", class_="desk-find")


def rest_note(count: int, language: Language) -> str:
    """Return that ``count`` participants have no room on the page; nothing where it has room for all."""
    more = count - MOST_SHOWN
    return tag("p", text(say("desk-submissions.more", language, count=more)), class_="av-note") if more > 0 else ""
