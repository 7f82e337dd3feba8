"""The frame round every page of the desk: where one is, the menu of parts, what has just happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from avcourse.course.language import LANGUAGES, Language, say
from avcourse.views.markup import tag, text

POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'self'"
)
"""What a browser may do on a page of the desk: nothing inline, nothing from elsewhere."""
STYLES: Final = ("page.css", "parts.css", "feedback.css", "desk.css")
REFRESH_SECONDS: Final = 4


@dataclass(frozen=True, slots=True)
class Notice:
    """One sentence about what has just been done, or why not."""

    sentence: str
    kind: Literal["done", "trouble"] = "done"


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the menu."""

    label: str
    address: str
    current: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame needs to know.

    ``desk`` is the address of the list of classes, ``static`` that of the desk's files, ``here`` that of this page;
    ``working`` says that a page without script should look again by itself.
    """

    language: Language
    title: str
    desk: str
    static: str
    here: str
    class_name: str = ""
    class_home: str = ""
    menu: tuple[Link, ...] = ()
    notice: Notice | None = None
    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    rehearsal: bool = False
    working: bool = False


def render(frame: Frame, main: str) -> str:
    """Return the whole document round ``main``, which is HTML."""
    body = (
        tag("a", text(_say(frame, "skip")), class_="skip", href="#content"),
        _masthead(frame),
        tag(
            "div",
            _menu(frame),
            tag("main", _notice(frame.notice), main, id="content", tabindex="-1"),
            class_="desk-body" if frame.menu else "desk-body desk-alone",
        ),
        tag("footer", tag("p", text(_say(frame, "foot")), class_="small"), class_="foot"),
    )
    return "\n".join(("<!doctype html>", tag("html", _head(frame), "\n", tag("body", *body), lang=frame.language), ""))


def _say(frame: Frame, key: str, **fields: object) -> str:
    return say(f"desk.{key}", frame.language, **fields)


def _head(frame: Frame) -> str:
    place = f"{frame.class_name} – " if frame.class_name else ""
    refresh = tag("noscript", tag("meta", http_equiv="refresh", content=REFRESH_SECONDS)) if frame.working else ""
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("title", text(f"{frame.title} – {place}{_say(frame, 'name')}")),
        tag("link", rel="icon", href=f"{frame.static}mark.svg", type="image/svg+xml"),
        *(tag("link", rel="stylesheet", href=f"{frame.static}{name}") for name in (*STYLES, *frame.styles)),
        # Not deferred: it says before anything is drawn that there is script, so that the narrow menu does not jump.
        tag("script", src=f"{frame.static}desk.js"),
        *(tag("script", src=f"{frame.static}{name}", defer="defer") for name in frame.scripts),
        refresh,
    )


def _masthead(frame: Frame) -> str:
    others = (language for language in LANGUAGES if language != frame.language)
    joint = "&" if "?" in frame.here else "?"
    switches = (
        tag(
            "a",
            text(say("page.own-name", other)),
            class_="other",
            href=f"{frame.here}{joint}lang={other}",
            lang=other,
            hreflang=other,
        )
        for other in others
    )
    home = tag("a", text(_say(frame, "name")), class_="course", href=frame.desk)
    line = tag("div", home, *switches, class_="masthead-line")
    return tag("header", line, _place(frame), class_="masthead")


def _place(frame: Frame) -> str:
    if not frame.class_name:
        return ""
    all_classes = tag("a", text(_say(frame, "all-classes")), href=frame.desk)
    name = tag("a", text(frame.class_name), href=frame.class_home, class_="desk-class")
    parts = (all_classes, tag("span", "/", aria_hidden="true"), name)
    line = tag("nav", tag("p", *parts, class_="where"), class_="place-line", aria_label=_say(frame, "place"))
    practice = tag("p", text(_say(frame, "rehearsal")), class_="desk-rehearsal") if frame.rehearsal else ""
    return tag("div", line, practice, class_="place")


def _menu(frame: Frame) -> str:
    if not frame.menu:
        return ""
    current = next((link.label for link in frame.menu if link.current), "")
    entries = (
        tag("li", tag("a", text(link.label), href=link.address, aria_current="page" if link.current else None))
        for link in frame.menu
    )
    button = tag(
        "button",
        text(_say(frame, "menu")),
        tag("span", text(current), class_="desk-menu-current"),
        type="button",
        class_="desk-menu-button",
        aria_expanded="false",
        aria_controls="desk-parts",
    )
    return tag("nav", button, tag("ul", *entries, id="desk-parts"), class_="desk-menu", aria_label=_say(frame, "parts"))


def _notice(notice: Notice | None) -> str:
    """Return the place where sentences are told; it stands there empty too, so that a script's sentence is read out."""
    told = "" if notice is None else tag("p", text(notice.sentence))
    kind = "" if notice is None else f" desk-{notice.kind}"
    return tag("div", told, class_=f"desk-notice{kind}", id="desk-notice", role="status")
