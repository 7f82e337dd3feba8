"""The learner's own municipality, as chosen in the first lesson: a few facts that later lessons build on."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from avcourse.answers.folder import find_log
from avcourse.answers.responses import latest, read_log
from avcourse.course.language import Language, as_language, say
from avcourse.municipality.profile import Municipality, load_municipalities, size_class
from avcourse.municipality.records import read_records
from avcourse.views.markup import decimal, grouped, sentence_or, table, tag, text

PLACE = ("m01", "my-municipality")
EXAMPLE_CODE = "0000"
"""The worked example's municipality has a code that no real one has."""


def example_from(data: Mapping[str, Any]) -> Municipality | None:
    """Return the invented municipality of the worked example, or None where the record is not whole."""
    try:
        return Municipality(
            EXAMPLE_CODE,
            str(data["name"]),
            str(data["kind"]),
            str(data["county"]),
            int(data["population"]),
            str(data["population_date"]),
            int(data["voters"]),
            float(data["area_km2"]),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def my_municipality() -> Municipality | None:
    """Return the municipality chosen in lesson 1, or that of the worked example; None before a choice."""
    profile = read_records("profile").get("own")
    if profile is not None and (invented := example_from(profile.data)):
        return invented
    response = latest(read_log(find_log(PLACE[0])).responses).get(PLACE)
    chosen = response.answer if response else ()
    return next((m for m in load_municipalities() if isinstance(chosen, tuple) and f"kov-{m.code}" in chosen), None)


def is_example(municipality: Municipality | None) -> bool:
    """Whether the municipality is the invented one."""
    return municipality is not None and municipality.code == EXAMPLE_CODE


def today() -> date:
    """Return today's date on this machine: documents carry the date of the office's desk."""
    return date.today()


def name_of(municipality: Municipality | None, language: Language) -> str:
    """Return the municipality's name, or what stands in its place before a choice."""
    return municipality.name if municipality else say("work.no-municipality", language)


def municipality_html(municipality: Municipality | None, language: Language) -> str:
    """Return the facts of a municipality as a table, or what to do where none is chosen."""
    if municipality is None:
        return tag("p", text(say("municipality.none", language)), class_="av-empty")
    if is_example(municipality):
        return example_banner(municipality, language)
    alike = [m for m in load_municipalities() if size_class(m) == size_class(municipality) and m != municipality]
    year, month = municipality.population_date.split("-")
    rows = [
        (say("municipality.county", language), say("municipality.county-name", language, name=municipality.county)),
        (say("municipality.population", language, when=f"{month}.{year}"), grouped(municipality.population)),
        (say("municipality.area", language), f"{grouped(round(municipality.area_km2))} km²"),
        (say("municipality.density", language), decimal(municipality.population / municipality.area_km2, language)),
        (say("municipality.alike", language), grouped(len(alike))),
    ]
    facts = table(municipality.name, (say("municipality.fact", language), say("municipality.value", language)), rows)
    return facts + tag("p", text(say("municipality.source", language)), class_="av-note")


def example_banner(municipality: Municipality | None, language: Language) -> str:
    """Return the words that say that what follows is invented; nothing for a real municipality."""
    if municipality is None or not is_example(municipality):
        return ""
    return tag("p", text(say("work.example", language, name=municipality.name)), class_="av-example", role="note")


def show_municipality(language: str) -> object:
    """Draw the chosen municipality's facts in a notebook, and again when another one is chosen."""
    from avcourse.views.forms.live import LivePart

    chosen = as_language(language)
    return LivePart(PLACE[1], lambda: sentence_or(lambda own: municipality_html(my_municipality(), own), chosen))


def show_own(language: Language) -> object:
    """Draw the choice of the municipality with its facts, on any page; the worked example shows only its banner."""
    from avcourse.views.forms.question import ask
    from avcourse.views.forms.stack import stack

    if is_example(my_municipality()):
        return show_municipality(language)
    return stack(ask("/".join(PLACE), language), show_municipality(language))


def safe_link(value: str) -> str:
    """Return a text as HTML, as a link where it is nothing but a web address.

    Examples
    --------
    >>> safe_link("https://vald.ee/a")
    '<a href="https://vald.ee/a" rel="noreferrer">https://vald.ee/a</a>'
    >>> safe_link("javascript:alert(1)")
    'javascript:alert(1)'
    """
    if re.fullmatch(r"https?://[^\s<>\"]+", value):
        return tag("a", text(value), href=value, rel="noreferrer")
    return text(value)
