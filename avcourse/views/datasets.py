"""The page of the course's data: each table with its description, source and terms, a look at its rows, and the files to save.

Files are links that carry their own bytes: they are small, and nothing has to be asked for to save them.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Final

from avcourse.course.data_package import Described, Field, Reference, describe_tables, package_zip, read_bytes
from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say, words
from avcourse.municipality.values import show_number
from avcourse.views.markup import draw, table, tag, text

SHOWN_ROWS: Final = 5
ZIP: Final = "avcourse-datasets.zip"
WIDTH, HEIGHT, EDGE = 320, 64, 6
"""Of a small picture, in units of the drawing, and the room left at its edges."""
FEWEST, MOST = 4, 40
"""Rows of which a small picture is drawn: of fewer the table says more, of more nobody reads single points."""
_TIMES: Final = ("year", "date")
_TIME: Final = re.compile(r"\d{4}(-\d\d){0,2}")
_NAMES: Final = ("year", "rank")
_NUMBERS: Final = ("integer", "number")
Row = Mapping[str, str]


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"datasets.{key}", language, **fields)


def datasets_html(language: Language) -> str:
    """Return the page's tables: first a list of them with the whole package, then each by itself."""
    tables = describe_tables()
    listed = (
        tag("li", tag("a", text(one.title.in_(language)), href=f"#{_anchor(one)}"), text(f" ({_size(one, language)})"))
        for one in tables
    )
    whole = _file_link(ZIP, package_zip(), "application/zip", _say("save-all", language), style="av-button")
    return "".join(
        (
            tag("p", whole),
            tag("p", text(_say("save-all-what", language, count=len(tables))), class_="av-facts"),
            tag("ul", *listed),
            *(_table(one, language) for one in tables),
        )
    )


def show_datasets(language: str) -> object:
    """Draw the course's tables in a notebook."""
    return draw(datasets_html, language)


def _anchor(one: Described) -> str:
    return f"data-{one.name}"


def _size(one: Described, language: Language) -> str:
    return _say("rows", language, count=show_number(len(read_table(one.name)), language))


def _table(one: Described, language: Language) -> str:
    title, rows = one.title.in_(language), read_table(one.name)
    return tag(
        "section",
        tag("h2", text(title), id=_anchor(one)),
        tag("p", text(one.description.in_(language))),
        small_picture(one, rows, language),
        _facts(one, language),
        _fold(_say("fields", language, count=len(one.fields)), _fields(one, language)),
        _fold(_say("look", language), _look(one, rows, language)),
        tag("p", _file_link(one.path, read_bytes(one), "text/csv", _say("save-csv", language), title)),
        class_="av-data",
    )


def _file_link(name: str, data: bytes, kind: str, label: str, of: str = "", style: str = "av-act") -> str:
    href = f"data:{kind};base64,{b64encode(data).decode('ascii')}"
    size = f" ({_kilobytes(len(data))})"
    return tag(
        "a",
        text(label + size),
        href=href,
        download=name,
        class_=style,
        aria_label=f"{label}{size}: {of}" if of else None,
    )


def _kilobytes(count: int) -> str:
    return f"{max(1, round(count / 1000))} kB"


def _facts(one: Described, language: Language) -> str:
    """Return what is to be known before the table is used."""
    facts = {
        "as-of": text(one.created),
        "source": _references(one.sources, language),
        "terms": _references(one.licences, language),
        "size": text(_size(one, language)),
        "sha256": tag("code", text(one.sha256)),
    }
    pairs = (tag("div", tag("dt", text(_say(key, language))), tag("dd", value)) for key, value in facts.items())
    return tag("dl", *pairs, class_="av-data-facts")


def _references(references: Sequence[Reference], language: Language) -> str:
    return "<br>".join(_reference(one, language) for one in references)


def _reference(one: Reference, language: Language) -> str:
    label = text(one.title.in_(language))
    return tag("a", label, href=one.path, rel="noopener") if one.path.startswith("https://") else label


def _fold(label: str, content: str) -> str:
    return tag("details", tag("summary", text(label)), content)


def _fields(one: Described, language: Language) -> str:
    kinds = words("datasets-types", language)
    rows = [
        (
            each.name,
            each.title.in_(language),
            kinds.get(each.type, each.type),
            each.unit.in_(language) if each.unit else "–",
        )
        for each in one.fields
    ]
    head = tuple(_say(f"col-{key}", language) for key in ("name", "title", "type", "unit"))
    return table(_say("fields-of", language, title=one.title.in_(language)), head, rows)


def _look(one: Described, rows: Sequence[Row], language: Language) -> str:
    """Return the first rows, in the page's language where columns come in both."""
    fields = [each for each in one.fields if each.language in (None, language)]
    head = tuple(each.title.in_(language) for each in fields)
    shown = [tuple(_cell(row[each.name], each, language) for each in fields) for row in rows[:SHOWN_ROWS]]
    caption = _say("look-of", language, title=one.title.in_(language), shown=len(shown), count=len(rows))
    return table(caption, head, shown)


def _cell(value: str, field: Field, language: Language) -> str:
    if not value:
        return "–"
    return show_number(float(value), language) if field.type == "number" else value


# Small pictures ----------------------------------------------------------------------------------------------------


def small_picture(one: Described, rows: Sequence[Row], language: Language) -> str:
    """Return a small picture where the table is a row of figures in time or a few labelled figures; else nothing."""
    ends = {each.name[-4:]: each.name for each in one.fields}
    if {"_lon", "_lat"} <= ends.keys():
        sizes = next((each for each in one.fields if each.unit and each.unit.en == "persons"), None)
        return _places(rows, ends["_lon"], ends["_lat"], sizes, language)
    if not FEWEST <= len(rows) <= MOST:
        return ""
    time = next(
        (each for each in one.fields if each.name in _TIMES and all(_TIME.fullmatch(row[each.name]) for row in rows)),
        None,
    )
    # A number without a unit is the name of something; a rank or a year is no quantity.
    figures = [each for each in one.fields if each.type in _NUMBERS and each.unit and each.unit.en not in _NAMES]
    if time and figures and len({row[time.name] for row in rows}) == len(rows):
        # A share says more than the counts that it is made of.
        figure = next((each for each in figures if each.unit and each.unit.en == "per cent"), figures[0])
        return _line(_points(rows, time.name, figure.name), figure, language)
    labels = [each for each in one.fields if each.language == language]
    if len(figures) == 1 and len(labels) == 1 and len({row[labels[0].name] for row in rows}) == len(rows):
        return _bars(_points(rows, labels[0].name, figures[0].name), figures[0], language)
    return ""


def _points(rows: Sequence[Row], label: str, figure: str) -> list[tuple[str, float]]:
    return [(row[label], float(row[figure])) for row in rows if row[figure]]


def _line(points: Sequence[tuple[str, float]], field: Field, language: Language) -> str:
    highest = max(value for _, value in points) or 1.0
    moments = [_moment(time) for time, _ in points]
    begun, span = min(moments), (max(moments) - min(moments)) or 1.0
    places = [
        (EDGE + (WIDTH - 2 * EDGE) * (moment - begun) / span, HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * value / highest)
        for moment, (_, value) in zip(moments, points, strict=True)
    ]
    way = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#1b3a6b"/>' for x, y in places)
    (first, begin), (last, end) = points[0], points[-1]
    told = _say("line", language, what=_what(field, language), first=first, begin=show_number(begin, language),
                last=last, end=show_number(end, language))  # fmt: skip
    return _drawn(f'<polyline points="{way}" fill="none" stroke="#1b3a6b" stroke-width="2"/>{dots}', HEIGHT, told)


def _moment(time: str) -> float:
    """Return a year, a year and month or a date as years.

    Examples
    --------
    >>> _moment("2011"), _moment("2011-07"), _moment("2011-07-01")
    (2011.0, 2011.5, 2011.5)
    """
    year, month, day = (*map(int, time.split("-")), 1, 1)[:3]
    return year + (month - 1) / 12 + (day - 1) / 365


def _bars(points: Sequence[tuple[str, float]], field: Field, language: Language) -> str:
    highest = max(value for _, value in points) or 1.0
    bars = "".join(
        f'<rect x="0" y="{12 * number}" width="{WIDTH * value / highest:.1f}" height="8" fill="#1b3a6b"/>'
        for number, (_, value) in enumerate(points)
    )
    least, most = (choose(points, key=lambda point: point[1]) for choose in (min, max))
    told = _say("bars", language, what=_what(field, language), least=least[0], low=show_number(least[1], language),
                most=most[0], high=show_number(most[1], language))  # fmt: skip
    return _drawn(bars, 12 * len(points), told)


def _places(rows: Sequence[Row], lon: str, lat: str, sizes: Field | None, language: Language) -> str:
    """Return the rows as circles where they lie; their areas are in the ratio of what is counted in persons."""
    known = [row for row in rows if row[lon] and row[lat]]
    # A degree of longitude is about half as wide in Estonia as one of latitude is high.
    points = [(0.52 * float(row[lon]), -float(row[lat])) for row in known]
    left, top = (min(values) for values in zip(*points, strict=True))
    across, down = (max(values) - min(values) for values in zip(*points, strict=True))
    scale = (WIDTH - 4 * EDGE) / across
    most = max((float(row[sizes.name] or 0) for row in known), default=1.0) if sizes else 1.0
    circles = "".join(
        f'<circle cx="{2 * EDGE + scale * (x - left):.1f}" cy="{2 * EDGE + scale * (y - top):.1f}" '
        f'r="{max(2.0, 2 * EDGE * (float(row[sizes.name] or 0) / most) ** 0.5 if sizes else 3.0):.1f}" fill="#1b3a6b" fill-opacity="0.6"/>'
        for row, (x, y) in zip(known, points, strict=True)
    )
    told = _say("places-by", language, what=_what(sizes, language)) if sizes else _say("places", language)
    return _drawn(circles, round(scale * down) + 4 * EDGE, told)


def _what(field: Field, language: Language) -> str:
    unit = f" ({field.unit.in_(language)})" if field.unit else ""
    return field.title.in_(language) + unit


def _drawn(shapes: str, height: int, told: str) -> str:
    picture = f'<svg viewBox="0 0 {WIDTH} {height}" aria-hidden="true" focusable="false">{shapes}</svg>'
    return tag("figure", picture, tag("figcaption", text(told)), class_="av-data-picture")
