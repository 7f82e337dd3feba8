"""The page for colleagues, council members and residents: one HTML file that works alone and gives back a file.

Whoever answers is anonymous: the file has a random id, a role and levels, and nothing else.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from avcourse.course.language import Language, say, words
from avcourse.municipality.instrument import DIMENSIONS, Instrument, load_instrument
from avcourse.municipality.records import read_records
from avcourse.municipality.tables import read_voice
from avcourse.views.documents.names import file_name
from avcourse.views.forms.files import Accepted, FileExchange, Progress, ReadIn, SaveOut
from avcourse.views.forms.live import LivePart
from avcourse.views.forms.stack import stack
from avcourse.views.markup import sentence_or, tag, text
from avcourse.views.municipality.own import my_municipality, name_of, today
from avcourse.views.municipality.taking import take_in

ROLES: Final = ("official", "council", "resident")


def spec_of(instrument: Instrument, municipality: str, language: Language) -> dict[str, Any]:
    """Return what the page needs: its words, the roles and the criteria by dimension, in one language."""
    return {
        "language": language,
        "municipality": municipality,
        "words": words("colleague", language),
        "roles": [{"id": role, "text": say(f"colleague.role-{role}", language)} for role in ROLES],
        "parts": [
            {
                "name": say(f"instrument.dimension-{dimension}", language),
                "criteria": [
                    {
                        "id": criterion.id,
                        "text": criterion.text.in_(language),
                        "anchors": [anchor.in_(language) for anchor in criterion.anchors],
                    }
                    for criterion in instrument.of(dimension)
                ],
            }
            for dimension in DIMENSIONS
        ],
    }


def page(spec: dict[str, Any]) -> bytes:
    """Return the page as one HTML file; what it knows is data in it, never markup."""
    room = files("avcourse.views.municipality")
    # "<" could end the element that holds the data.
    data = json.dumps(spec, ensure_ascii=False).replace("<", "\\u003c")
    html = room.joinpath("colleague.html").read_text(encoding="utf-8")
    parts = {
        "{language}": spec["language"],
        "{title}": text(spec["words"]["title"]),
        "{script}": room.joinpath("colleague.js").read_text(encoding="utf-8"),
        "{data}": data,
    }
    for place, content in parts.items():
        html = html.replace(place, content, 1)
    return html.encode()


def colleague_page(language: Language) -> bytes:
    """Return the page for the learner's own municipality."""
    return page(spec_of(load_instrument(), name_of(my_municipality(), language), language))


def read_in(name: str, data: bytes, language: Language) -> Accepted:
    """Read a returned file; the same file again changes nothing, because it carries its own id."""
    voice_id, voice = read_voice(name, data, load_instrument())
    role = say(f"colleague.role-{voice['role']}", language)
    total = len(read_records("voice").keys() | {voice_id})

    def sentence(_new: int, _changed: int) -> str:
        return say("colleague.read-done", language, role=role, count=len(voice["answers"]), total=total)

    return take_in({"voice": {voice_id: voice}}, sentence, language)


def counts_html(language: Language) -> str:
    """Return how many files of each role have been read in."""
    roles = [record.data.get("role") for record in read_records("voice").values()]
    counts = {role: roles.count(role) for role in ROLES}
    return tag("p", text(say("colleague.counts", language, **counts)))


def show_colleagues(language: Language) -> object:
    """Draw the way out for the page, the way in for returned files, and how many there are."""

    def make(_progress: Progress) -> tuple[str, bytes]:
        own = name_of(my_municipality(), language)
        return file_name(say("colleague.page-file", language), own, today(), "html"), colleague_page(language)

    files_part = FileExchange(
        language,
        reads=[ReadIn("voice", say("colleague.read", language), "", lambda n, d: read_in(n, d, language), ".json")],
        saves=[SaveOut("page", say("colleague.make", language), say("colleague.make-hint", language), make)],
    )
    return stack(files_part, LivePart("voice", lambda: sentence_or(counts_html, language)))
