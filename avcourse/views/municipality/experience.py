"""What others have learnt: cases, the municipality's own practice cards, and partners in the class."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import DimensionResult, answers_from, assess
from avcourse.municipality.catalogue import Case, load_cases
from avcourse.municipality.experience import CARD, PARTNER, Match, partners_for
from avcourse.municipality.instrument import DIMENSIONS, load_instrument
from avcourse.municipality.records import Record, read_records
from avcourse.views.markup import table
from avcourse.views.municipality.editing import (
    countries_of,
    country_options,
    detail,
    edit_records,
    empty_html,
    facet,
    fitting_records,
    live,
    shown,
    title_of,
    with_banner,
)
from avcourse.views.municipality.own import example_banner, my_municipality


def dimension_names(dimensions: Iterable[str], language: Language) -> str:
    """Return the names of dimensions in one line, or a dash."""
    names = (say(f"instrument.dimension-{dimension}", language) for dimension in dimensions)
    return ", ".join(names) or say("parts.none", language)


# Cases -------------------------------------------------------------------------------------------------------------


def case_item(case: Case, language: Language) -> dict[str, Any]:
    """Return a case as the page shows it."""

    def fact(name: str, value: str) -> dict[str, str]:
        return {"label": say(f"cases-part.{name}", language), "value": value}

    countries = countries_of(case.country, language)
    details = {"what": case.what, "result": case.result, "lesson": case.lesson}
    return {
        "id": case.id,
        "title": case.title.in_(language),
        "summary": case.what.in_(language),
        "facts": [
            fact("place", f"{case.place.in_(language)} ({', '.join(countries.values())})"),
            fact("year", case.year or say("parts.unknown", language)),
            fact("dimension", dimension_names([case.dimension] if case.dimension else [], language)),
            fact("result", case.result.in_(language)),
        ],
        "details": [
            *(detail(say(f"cases-part.{name}", language), said.in_(language)) for name, said in details.items()),
            detail(say("cases-part.source", language), case.source),
        ],
        "tags": {
            "dimension": [case.dimension] if case.dimension else [],
            "country": list(countries),
            "year": [case.year[:4]] if case.year else [],
        },
        "sort": {"year": case.year[:4]},
    }


def show_cases(language: Language) -> object:
    """Draw the cases: search and filter."""
    from avcourse.views.forms.browse import Browser

    cases = load_cases()
    dimensions = [(one, say(f"instrument.dimension-{one}", language)) for one in DIMENSIONS]
    countries = country_options((case.country for case in cases), language)
    years = [(one, one) for one in sorted({case.year[:4] for case in cases if case.year}, reverse=True)]
    browser = Browser(
        "cases",
        language,
        items=[case_item(case, language) for case in cases],
        facets=[
            facet("dimension", say("cases-part.dimension", language), dimensions, "checkboxes"),
            facet("country", say("cases-part.country", language), countries),
            facet("year", say("cases-part.year", language), years),
        ],
        sorts=[{"id": "year", "label": say("cases-part.newest", language), "down": True}],
        texts={"empty": say("cases-part.empty", language)},
    )
    return with_banner(browser, language)


# Practice cards ----------------------------------------------------------------------------------------------------


def show_cards(language: Language) -> object:
    """Draw the editor of the practice cards."""
    return edit_records(
        CARD,
        language,
        table="cards-part",
        listing=lambda record: (title_of(record, language), shown(CARD, record, ("dimension", "consent"), language)),
    )


# Partners ----------------------------------------------------------------------------------------------------------


def own_result() -> tuple[DimensionResult, ...]:
    """Return where the municipality stands, by dimension."""
    instrument = load_instrument()
    return assess(instrument, answers_from(read_records("level"), instrument))


def _partner_row(match: Match, partners: Mapping[str, Record], language: Language) -> tuple[str, ...]:
    data = partners[match.partner].data
    return (
        str(data.get("municipality") or say("parts.untitled", language)),
        dimension_names(match.learn, language),
        dimension_names(match.share, language),
        str(data.get("contact") or say("parts.none", language)),
    )


def partners_html(language: Language) -> str:
    """Return who is strong where one is weak, those first who can be helped in return."""
    banner = example_banner(my_municipality(), language)
    partners, result = fitting_records(PARTNER), own_result()
    if not partners:
        return banner + empty_html("partners-part.empty", language)
    if all(one.evidenced is None for one in result):
        return banner + empty_html("partners-part.no-result", language)
    matches = partners_for(result, partners)
    if not matches:
        return banner + empty_html("partners-part.none", language)
    head = tuple(say(f"partners-part.{name}", language) for name in ("partner", "strong", "weak", "contact"))
    rows = [_partner_row(match, partners, language) for match in matches]
    return banner + table(say("partners-part.table", language), head, rows)


def show_partners(language: Language) -> object:
    """Draw the place for the class's file and who is found in it."""
    from avcourse.views.forms.files import FileExchange, ReadIn
    from avcourse.views.forms.stack import stack
    from avcourse.views.municipality.papers import take_partners

    place = ReadIn(
        "partners",
        say("partners-part.read", language),
        say("partners-part.read-hint", language),
        lambda name, data: take_partners(name, data, language),
        ".json",
    )
    return stack(FileExchange(language, reads=[place]), live(("partner", "level"), partners_html, language))
