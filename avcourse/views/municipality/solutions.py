"""Digital solutions: the catalogue of what others use, the municipality's own inventory and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from avcourse.course.language import LANGUAGES, Language, say
from avcourse.municipality.catalogue import CatalogueItem, load_catalogue, solution_from
from avcourse.municipality.fields import option_label
from avcourse.municipality.inventory import (
    PURPOSES,
    SOLUTION,
    STARTERS,
    PurposeCover,
    SolutionWarning,
    purpose_cover,
    starter_patch,
    warnings,
    yearly_cost,
)
from avcourse.municipality.records import Record, new_id, save_record
from avcourse.municipality.values import show_date
from avcourse.views.markup import grouped, table, tag, text
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
from avcourse.views.municipality.own import example_banner, my_municipality, today

# The catalogue -----------------------------------------------------------------------------------------------------


def add_from_catalogue(item_id: str, language: Language) -> str:
    """Put a solution of the catalogue on the municipality's list, once, and return what to say."""
    from avcourse.views.forms.live import announce

    item = next((each for each in load_catalogue() if each.id == item_id), None)
    if item is None:
        return say("parts.not-there", language)
    if any(record.data.get("catalogue") == item.id for record in fitting_records(SOLUTION).values()):
        return say("catalogue-part.added-before", language, name=item.name)
    save_record("solution", new_id(), solution_from(item))
    announce("solution")
    return say("catalogue-part.added", language, name=item.name)


def catalogue_item(item: CatalogueItem, language: Language) -> dict[str, Any]:
    """Return a solution of the catalogue as the page shows it: facts on the card and in the comparison, details unfold."""

    def fact(name: str, value: str) -> dict[str, str]:
        return {"label": say(f"catalogue-part.{name}", language), "value": value or say("parts.unknown", language)}

    def option(field: str, value: str) -> str:
        return say(f"catalogue-option.{field}-{value}", language) if value else ""

    countries = countries_of(item.origin, language)
    details = {"repository": item.repository, "notes": item.notes.in_(language), "activity": item.last_activity,
               "source": item.source, "checked": show_date(item.checked)}  # fmt: skip
    return {
        "id": item.id,
        "title": item.name,
        "summary": item.purpose.in_(language),
        "facts": [
            fact("users", item.users.in_(language)),
            fact("open-source", option("open", item.open)),
            fact("licence", item.licence),
            fact("estonian", option("estonian_ui", item.estonian_ui)),
            fact("languages", item.languages),
            fact("origin", ", ".join(countries.values())),
            fact("verified", option("verified", item.verified)),
        ],
        "details": [detail(say(f"catalogue-part.{name}", language), text) for name, text in details.items() if text],
        "tags": {"purpose": list(item.purposes), "origin": list(countries), "open": [item.open] if item.open else [],
                 "estonian": [item.estonian_ui] if item.estonian_ui else []},
    }  # fmt: skip


def show_catalogue(language: Language) -> object:
    """Draw the catalogue: search, filter, compare, and take over into the own list."""
    from avcourse.views.forms.browse import Browser

    items = load_catalogue()
    purposes = [(one, option_label(SOLUTION, "purposes", one, language)) for one in PURPOSES]
    opens = [(one, say(f"catalogue-option.open-{one}", language)) for one in ("yes", "partly", "no")]
    tongues = [(one, say(f"catalogue-option.estonian_ui-{one}", language)) for one in ("yes", "no", "unknown")]
    origins = country_options((item.origin for item in items), language)
    browser = Browser(
        "catalogue",
        language,
        items=[catalogue_item(item, language) for item in items],
        facets=[
            facet("purpose", say("catalogue-part.purpose", language), purposes, "checkboxes"),
            facet("open", say("catalogue-part.open-source", language), opens),
            facet("estonian", say("catalogue-part.estonian", language), tongues),
            facet("origin", say("catalogue-part.origin", language), origins),
        ],
        actions=[{"id": "add", "label": say("catalogue-part.add", language)}],
        act=lambda _, item: add_from_catalogue(item, language),
        texts={"empty": say("catalogue-part.empty", language)},
    )
    return with_banner(browser, language)


# The inventory -----------------------------------------------------------------------------------------------------


def starters_html(language: Language) -> str:
    """Return the kinds that nearly every municipality has and this list has not yet, a button each."""
    kept = {str(record.data.get("name")) for record in fitting_records(SOLUTION).values()}
    left = [one for one in STARTERS if not kept & {say(f"starter.{one.id}", tongue) for tongue in LANGUAGES}]
    if not left:
        return ""
    buttons = (
        tag("button", text(f"+ {say(f'starter.{one.id}', language)}"), type="button", class_="av-act",
            data_act="starter", data_value=one.id)
        for one in left
    )  # fmt: skip
    title = say("inventory-part.starters", language)
    return tag("h3", text(title)) + tag("p", *buttons, class_="av-acts")


def add_starter(starter_id: str, language: Language) -> str:
    """Put a usual kind of solution on the list and return what to say."""
    from avcourse.views.forms.live import announce

    starter = next((one for one in STARTERS if one.id == starter_id), None)
    if starter is None:
        return say("parts.not-there", language)
    patch = starter_patch(starter, language)
    save_record("solution", new_id(), patch)
    announce("solution")
    return say("inventory-part.started", language, name=patch["name"])


def show_inventory(language: Language) -> object:
    """Draw the editor of the inventory, with usual kinds to begin with."""
    from avcourse.views.forms.stack import stack

    editor = edit_records(
        SOLUTION,
        language,
        table="inventory-part",
        listing=lambda record: (title_of(record, language), shown(SOLUTION, record, ("kind", "purposes"), language)),
    )
    starters = live(("solution",), starters_html, language, starter=lambda starter: add_starter(starter, language))
    return stack(starters, editor)


# What the inventory says -------------------------------------------------------------------------------------------


def _purpose(cover: PurposeCover, language: Language) -> str:
    return option_label(SOLUTION, "purposes", cover.purpose, language)


def cover_html(solutions: Mapping[str, Record], language: Language) -> str:
    """Return which purposes the solutions serve: picture, table, gaps and overlaps in words."""
    from avcourse.views.charts import Chart, chart_html
    from avcourse.views.charts_municipality import plot_cover

    cover = purpose_cover(solutions)
    gaps, overlaps = [c for c in cover if c.gap], [c for c in cover if c.overlap]
    head = tuple(say(f"inventory-part.{name}", language) for name in ("purpose", "number", "meaning", "solutions"))
    rows = [
        (
            _purpose(each, language),
            str(len(each.solutions)),
            say(f"inventory-part.is-{'gap' if each.gap else 'overlap' if each.overlap else 'one'}", language),
            ", ".join(title_of(solutions[one], language) for one in each.solutions) or say("parts.none", language),
        )
        for each in cover
    ]
    alt = say("inventory-part.cover-alt", language, gaps=len(gaps), overlaps=len(overlaps))
    chart = Chart(plot_cover(cover, language), alt, say("inventory-part.cover", language), head, rows)
    said = [
        (kind, [tag("li", text(_line(each, solutions, language))) for each in found])
        for kind, found in (("gaps", gaps), ("overlaps", overlaps))
    ]
    lists = (
        tag("h3", text(say(f"inventory-part.{kind}", language))) + tag("ul", *items)
        if items
        else tag("p", text(f"✓ {say(f'inventory-part.{kind}-none', language)}"))
        for kind, items in said
    )
    return chart_html(chart, language) + "".join(lists)


def _line(cover: PurposeCover, solutions: Mapping[str, Record], language: Language) -> str:
    names = ", ".join(title_of(solutions[one], language) for one in cover.solutions)
    return f"{_purpose(cover, language)}: {names}" if names else _purpose(cover, language)


def warning_text(warning: SolutionWarning, language: Language) -> str:
    """Return a warning in words."""
    return say(f"inventory-warning.{warning.kind}", language, date=show_date(warning.date or ""))


def warnings_html(solutions: Mapping[str, Record], day: date, language: Language) -> str:
    """Return what needs attention, as a table."""
    title = say("inventory-part.warnings", language)
    found = warnings(solutions, day)
    if not found:
        return tag("p", text(f"✓ {say('inventory-part.warnings-none', language)}"))
    head = (say("inventory-part.solution", language), say("inventory-part.warning", language))
    rows = [(title_of(solutions[each.solution], language), warning_text(each, language)) for each in found]
    return tag("h3", text(title)) + table(title, head, rows)


def cost_text(solutions: Mapping[str, Record], language: Language) -> str:
    """Return what the solutions cost in a year, and of how many that is known."""
    cost = yearly_cost(solutions)
    if not cost.known:
        return say("inventory-part.cost-none", language)
    return say("inventory-part.cost", language, total=grouped(cost.total), known=cost.known, unknown=cost.unknown)


def overview_html(language: Language, day: date) -> str:
    """Return the overview of the inventory."""
    banner = example_banner(my_municipality(), language)
    solutions = fitting_records(SOLUTION)
    if not solutions:
        return banner + empty_html("inventory-part.overview-empty", language)
    lead = f"{say('inventory-part.count', language, count=len(solutions))} {cost_text(solutions, language)}"
    return "".join(
        (
            banner,
            tag("p", text(lead), class_="av-lead"),
            cover_html(solutions, language),
            warnings_html(solutions, day, language),
        )
    )


def show_overview(language: Language) -> object:
    """Draw the overview of the inventory; it follows the list."""
    return live(("solution",), lambda own: overview_html(own, today()), language)
