"""What the parts of the municipality's work share: an editor for a form, a part that follows the records, and words for what is empty."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from avcourse.course.language import Language, say, words
from avcourse.municipality.catalogue import load_catalogue
from avcourse.municipality.fields import Sheet, clean, fitting, show_value, spec_of
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.records import Record, read_records, remove_record, save_record
from avcourse.views.markup import sentence_or, tag, text
from avcourse.views.municipality.own import example_banner, is_example, my_municipality

PLACE: Final = "my-municipality"
"""The topic that is announced when another municipality is chosen."""


def empty_html(key: str, language: Language) -> str:
    """Return what stands where nothing is yet."""
    return tag("p", text(say(key, language)), class_="av-empty")


def title_of(record: Record, language: Language) -> str:
    """Return a record's title or name, or that it has none."""
    return str(record.data.get("title") or record.data.get("name") or say("parts.untitled", language))


def shown(sheet: Sheet, record: Record, fields: Iterable[str], language: Language) -> str:
    """Return the values of some fields in one line; what is empty is left out."""
    values = (show_value(sheet, field, record.data.get(field), language) for field in fields)
    return " · ".join(value for value in values if value)


def live(
    topics: Sequence[str], make: Callable[[Language], str], language: Language, **acts: Callable[[str], str]
) -> object:
    """Return a part that is made anew when one of the topics, or the municipality, changes; ``acts`` are what its buttons do."""
    from avcourse.views.forms.live import LivePart

    return LivePart((*topics, PLACE), lambda: sentence_or(make, language), acts=acts)


def with_banner(part: object, language: Language) -> object:
    """Return a widget, below the words that it is invented where the municipality is."""
    from avcourse.views.forms.live import LivePart
    from avcourse.views.forms.stack import stack

    municipality = my_municipality()
    if not is_example(municipality):
        return part
    return stack(LivePart(PLACE, lambda: example_banner(my_municipality(), language)), part)


def fitting_records(sheet: Sheet) -> dict[str, Record]:
    """Return the records of a form with only what the form would have taken, whatever a log holds."""
    records = read_records(sheet.kind).items()
    return {name: Record(one.kind, one.id, fitting(sheet, one.data), one.at) for name, one in records}


def choices_of(field: str, language: Language) -> list[dict[str, str]]:
    """Return the options of a field that takes the id of something else."""
    match field:
        case "catalogue":
            pairs = [(item.id, item.name) for item in load_catalogue()]
        case "criterion":
            pairs = [(criterion.id, criterion.title.in_(language)) for criterion in load_instrument().criteria]
        case _:
            pairs = [(record.id, title_of(record, language)) for record in read_records(field).values()]
    return [{"id": name, "text": title} for name, title in pairs]


def form_of(sheet: Sheet, language: Language, fields: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return what a page may know of a form, or of some of its fields, with the options that stand elsewhere put in."""
    spec = [field for field in spec_of(sheet, language) if not fields or field["id"] in fields]
    for field in spec:
        if field["kind"] == "choice" and not field["options"]:
            field["options"] = choices_of(field["id"], language)
    return spec


def edit_records(
    sheet: Sheet,
    language: Language,
    *,
    table: str = "",
    groups: Mapping[str, Sequence[str]] | None = None,
    folded: Sequence[str] = (),
    fields: Sequence[str] = (),
    whole: bool = True,
    **more: Any,
) -> object:
    """Return the editor of the records of a form.

    Parameters
    ----------
    table
        The table of its words: ``empty`` and ``add``, and a legend for each of the groups.
    groups
        Key of a legend to the fields that stand under it.
    folded
        Groups that are opened when they are wanted.
    fields
        Those that are shown; by default all.
    whole
        Whether records may be begun and removed here.
    more
        What else ``RecordsEditor`` takes.
    """
    from avcourse.views.forms.records import RecordsEditor

    editor = RecordsEditor(
        sheet.kind,
        language,
        spec=lambda: form_of(sheet, language, fields),
        read=lambda: fitting_records(sheet),
        save=lambda name, patch: save_record(sheet.kind, name, clean(sheet, patch)),
        remove=(lambda name: remove_record(sheet.kind, name)) if whole else None,
        add=whole,
        groups=[
            {"legend": say(f"{table}.{key}", language), "fields": list(own), "folded": key in folded}
            for key, own in (groups or {}).items()
        ],
        texts=texts_of(table, language),
        **more,
    )
    return with_banner(editor, language)


def texts_of(table: str, language: Language) -> dict[str, str]:
    """Return the words of a part that stand in place of a widget's general ones."""
    own = words(table, language)
    return {key: own[key] for key in ("empty", "add") if key in own} | {"untitled": say("parts.untitled", language)}


def is_web_page(value: str) -> bool:
    """Whether a text is nothing but a web address."""
    return re.fullmatch(r"https?://[^\s<>\"]+", value) is not None


def detail(label: str, value: str) -> dict[str, str]:
    """Return a detail of an item of a collection; an address is a link."""
    return {"label": label, "text": value, "href": value if is_web_page(value) else ""}


def facet(name: str, label: str, options: Iterable[tuple[str, str]], kind: str = "select") -> dict[str, Any]:
    """Return a facet of a collection from ids and words."""
    return {"id": name, "label": label, "kind": kind, "options": [{"id": one, "text": said} for one, said in options]}


def countries_of(codes: str, language: Language) -> dict[str, str]:
    """Return the names of countries by their codes; a code without a name stays a code.

    Examples
    --------
    >>> countries_of("EE, FI", "en")
    {'EE': 'Estonia', 'FI': 'Finland'}
    """
    names = words("countries", language)
    return {code: names.get(code, code) for code in re.split(r"[,;\s]+", codes) if code}


def country_options(places: Iterable[str], language: Language) -> list[tuple[str, str]]:
    """Return the countries in several places as options of a facet, by name."""
    found = {code: name for codes in places for code, name in countries_of(codes, language).items()}
    return sorted(found.items(), key=lambda pair: pair[1])
