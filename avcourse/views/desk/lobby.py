"""The desk's first page: the classes, a new one, and a practice class for whoever wants to try first."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field as with_default
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import quote

from avcourse.answers.folder import CARD
from avcourse.classroom.backup import restore_backup
from avcourse.classroom.rehearsal import is_rehearsal, label_rehearsal
from avcourse.classroom.workspace import ClassFolder, new_class, open_class, printable
from avcourse.course.language import LANGUAGES, Language, as_language, say
from avcourse.errors import AvcourseError, NotAClass
from avcourse.views.desk import jobs
from avcourse.views.desk.pieces import button, choices, field
from avcourse.views.desk.visit import Asked, Outcome, form
from avcourse.views.markup import tag, text

PRACTICE_LEARNERS: Final = 79
LONGEST_NAME: Final = 60
"""Characters of a file's name: each may take four bytes, and a disk takes 255."""


class NameNeeded(AvcourseError):
    """A class without a name, or with one of which no folder can be made."""

    et = "Klassil peab olema nimi, milles on vähemalt üks täht või number, näiteks „Sügis 2026“."
    en = "A class needs a name with at least one letter or digit, for example ‘Autumn 2026’."


class NoFileChosen(AvcourseError):
    """A form for a file came without one."""

    et = "Faili ei ole valitud. Valige fail ja vajutage nuppu uuesti."
    en = "No file was chosen. Choose one and press the button again."


class NameTaken(AvcourseError):
    """A folder of that name is there already: field ``name``."""

    et = "Klass või kaust „{name}“ on juba olemas. Valige teine nimi."
    en = "There is already a class or folder ‘{name}’. Choose another name."


@dataclass(frozen=True, slots=True)
class Lobby:
    """A request to the desk's first page."""

    place: Path
    address: str
    language: Language
    query: Mapping[str, str] = with_default(default_factory=dict)
    xsrf: str = ""
    typed: Mapping[str, str] = with_default(default_factory=dict)

    def say(self, key: str, **fields: object) -> str:
        """Return words of the first page."""
        return say(f"desk-lobby.{key}", self.language, **fields)


def find_classes(place: Path) -> dict[str, ClassFolder]:
    """Return the classes of a desk by the name of their folder; what is no class is left out."""
    found: dict[str, ClassFolder] = {}
    for child in sorted(place.iterdir()) if place.is_dir() else ():
        if (child / CARD).is_file() and not child.name.startswith("."):
            with suppress(NotAClass):
                found[child.name] = open_class(child)
    return found


def suggest_id(name: str) -> str:
    """Return an id made of a name: small letters, digits and hyphens.

    Examples
    --------
    >>> suggest_id("Sügis 2026: Võru & Põlva")
    'sugis-2026-voru-polva'
    """
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:64].strip("-")


def page(lobby: Lobby) -> str:
    """Return the list of classes with the forms for a new one and for practice."""
    classes = find_classes(lobby.place)
    listed = tag("ul", *(_card(lobby, name, folder) for name, folder in classes.items()), class_="desk-classes")
    empty = tag("p", text(lobby.say("empty")), class_="av-empty")
    return "".join(
        (
            tag("h1", text(say("desk.classes", lobby.language))),
            tag("p", text(lobby.say("intro"))),
            listed if classes else empty,
            tag(
                "div",
                _panel(lobby, "new", _new_form(lobby), "desk-panel"),
                tag(
                    "div",
                    _panel(lobby, "practice", _practice_form(lobby), "desk-panel desk-quiet"),
                    tag("details", tag("summary", text(lobby.say("restore"))), _restore_form(lobby)),
                    class_="desk-stack",
                ),
                class_="desk-columns",
            ),
        )
    )


def _panel(lobby: Lobby, key: str, content: str, style: str) -> str:
    return tag("section", tag("h2", text(lobby.say(key))), content, class_=style)


def _card(lobby: Lobby, name: str, folder: ClassFolder) -> str:
    released = len(folder.assignments())
    facts = text(lobby.say("released", count=released) if released else lobby.say("not-released"))
    badge = tag("span", text(lobby.say("invented")), class_="av-badge") if is_rehearsal(folder) else ""
    working = jobs.read_job(folder).state == "working"
    busy = tag("span", text(lobby.say("working")), class_="av-badge av-badge-legal") if working else ""
    link = tag("a", text(name), href=f"{lobby.address}{quote(name, safe='')}/")
    language = text(say(f"desk-class.in-{folder.language}", lobby.language))
    return tag(
        "li",
        tag("h2", link, class_="desk-class-name"),
        tag("p", language, " · ", facts, class_="av-facts"),
        badge,
        busy,
        class_="desk-class-card",
    )


def _new_form(lobby: Lobby) -> str:
    typed = lobby.typed
    chosen = as_language(typed.get("language", lobby.language))
    languages = [(one, say("page.own-name", one)) for one in LANGUAGES]
    return form(
        lobby,
        "new",
        field(
            "name",
            lobby.say("name"),
            lobby.say("name-hint"),
            typed.get("name", ""),
            required="required",
            maxlength="60",
        ),
        choices("language", lobby.say("language"), lobby.say("language-hint"), languages, chosen),
        tag(
            "details",
            tag("summary", text(lobby.say("more"))),
            field("id", lobby.say("id"), lobby.say("id-hint"), typed.get("id", ""), maxlength="64"),
            field("exchange", lobby.say("exchange"), lobby.say("exchange-hint"), typed.get("exchange", "")),
            open="open" if typed.get("exchange") or typed.get("id") else None,
        ),
        button(lobby.say("make")),
    )


def _practice_form(lobby: Lobby) -> str:
    return (
        tag("p", text(lobby.say("practice-what", count=PRACTICE_LEARNERS)))
        + tag("p", text(lobby.say("practice-safe")), class_="av-note")
        + form(lobby, "practice", button(lobby.say("practice-make"), "av-act"))
    )


def _restore_form(lobby: Lobby) -> str:
    file = field(
        "backup", lobby.say("backup"), lobby.say("backup-hint"), type="file", accept=".zip", required="required"
    )
    return form(lobby, "restore", file, button(lobby.say("restore-go"), "av-act"), enctype="multipart/form-data")


def _make(lobby: Lobby, name: str, class_id: str, language: Language, exchange: Path | None) -> ClassFolder:
    # The folder has the class's id for its name: what stands in an address and on a disk is better plain.
    root = lobby.place / class_id
    if root.exists():
        raise NameTaken(name=class_id)
    return new_class(root, class_id, language, exchange)


def make_class(lobby: Lobby, asked: Asked) -> Outcome:
    """Make a new class and go to its page."""
    name = asked.fields.get("name", "").strip()
    class_id = asked.fields.get("id", "").strip() or suggest_id(name)
    if not class_id:
        raise NameNeeded
    exchange = asked.fields.get("exchange", "").strip()
    place = Path(exchange).expanduser().absolute() if exchange else None
    folder = _make(lobby, name, class_id, as_language(asked.fields.get("language")), place)
    sentence = say("desk-lobby.made", lobby.language, name=folder.root.name)
    return Outcome(sentence, f"{lobby.address}{quote(folder.root.name, safe='')}/")


def make_practice(lobby: Lobby, asked: Asked) -> Outcome:
    """Make a practice class and let the worker release to it and fill it."""
    stem = say("desk-lobby.practice-id", lobby.language)
    number = next(n for n in range(1, 1000) if not (lobby.place / f"{stem}-{n}").exists())
    folder = _make(lobby, stem, f"{stem}-{number}", lobby.language, None)
    label_rehearsal(folder)
    jobs.begin(folder, ("rehearsal", str(PRACTICE_LEARNERS)))
    sentence = say("desk-lobby.practice-made", lobby.language)
    return Outcome(sentence, f"{lobby.address}{quote(folder.root.name, safe='')}/")


def restore_class(lobby: Lobby, asked: Asked) -> Outcome:
    """Make a class from a backup, beside the others, and go to its page."""
    sent = [one for one in asked.files.get("backup", ()) if one.name or one.data]
    if not sent:
        raise NoFileChosen
    stem = suggest_id(Path(sent[0].name).stem) or "klass"
    names = (stem, *(f"{stem}-{number}" for number in range(2, 1000)))
    root = next(lobby.place / name for name in names if not (lobby.place / name).exists())
    with TemporaryDirectory(prefix="avcourse-") as room:
        # Under its own name, since a refusal says it.
        file = Path(room) / (printable(Path(sent[0].name).name).strip(".")[:LONGEST_NAME] or "klass.zip")
        file.write_bytes(sent[0].data)
        restored = restore_backup(file, root)
    return Outcome("\n".join(restored.sentences(lobby.language)), f"{lobby.address}{quote(root.name, safe='')}/")


ACTIONS: Final = {"new": make_class, "practice": make_practice, "restore": restore_class}
