"""The learner's own municipality, as chosen in the first lesson: a few facts that later lessons build on."""

from __future__ import annotations

from avcourse.answers.folder import find_log
from avcourse.answers.responses import latest, read_log
from avcourse.course.language import Language, as_language, say
from avcourse.municipality.profile import Municipality, load_municipalities, size_class
from avcourse.views.markup import decimal, grouped, sentence_or, table, tag, text

PLACE = ("m01", "my-municipality")


def my_municipality() -> Municipality | None:
    """Return the municipality chosen in lesson 1, or None."""
    response = latest(read_log(find_log(PLACE[0])).responses).get(PLACE)
    chosen = response.answer if response else ()
    return next((m for m in load_municipalities() if isinstance(chosen, tuple) and f"kov-{m.code}" in chosen), None)


def municipality_html(municipality: Municipality | None, language: Language) -> str:
    """Return the facts of a municipality as a table, or what to do where none is chosen."""
    if municipality is None:
        return tag("p", text(say("municipality.none", language)), class_="av-empty")
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


def show_municipality(language: str) -> object:
    """Draw the chosen municipality's facts in a notebook, and again when another one is chosen."""
    from avcourse.views.forms.live import LivePart

    chosen = as_language(language)
    return LivePart(PLACE[1], lambda: sentence_or(lambda own: municipality_html(my_municipality(), own), chosen))
