"""A map of the 79 municipalities: each is a point at its centre, moved a little where several would lie upon each other.

``map_html`` draws it for any exploration: what is told of a municipality is a class, and classes differ in shade and size, two of them in
shape.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.municipality.profile import SIZE_LIMITS, Municipality, load_municipalities
from avcourse.views.charts import ACCENT, BLUE
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Values
from avcourse.views.explorations.places import PLACE, municipality_of, own_place
from avcourse.views.explorations.signatures import RULES, needed_range
from avcourse.views.markup import grouped, tag, text

TABLE: Final = "explore-municipal-map"
WIDTH: Final = 640
HEIGHT: Final = 430
MARGIN: Final = 22
APART: Final = 19.0
"""Least distance between two points, in units of the drawing: a point's diameter, and a gap."""
SHADES: Final = ("#ffffff", "#d3dceb", "#9fb2d3", "#587ab0", BLUE)
RADII: Final = (5.0, 6.0, 7.0, 8.0, 9.0)
CHANNEL_LIMIT: Final = 10_000
"""Residents from which a municipality needs an internal reporting channel whatever its staff: TÕRTKS § 8 (2) 2), version of 18.05.2025."""
THRESHOLDS: Final = (50, 75, 125, 200)


@cache
def points() -> Mapping[str, tuple[float, float]]:
    """Return where each municipality stands in the drawing, by code."""
    rows = read_table("municipalities")
    narrow = math.cos(math.radians(58.7))
    plain = {row["ehak_code"]: (float(row["centre_lon"]) * narrow, -float(row["centre_lat"])) for row in rows}
    xs, ys = zip(*plain.values(), strict=True)
    scale = min((WIDTH - 2 * MARGIN) / (max(xs) - min(xs)), (HEIGHT - 2 * MARGIN) / (max(ys) - min(ys)))
    placed = [(MARGIN + (x - min(xs)) * scale, MARGIN + (y - min(ys)) * scale) for x, y in plain.values()]
    return dict(zip(plain, spread(placed), strict=True))


def spread(places: Sequence[tuple[float, float]], rounds: int = 80) -> list[tuple[float, float]]:
    """Return the places, pushed apart pair by pair until none lie nearer than ``APART``; the same input gives the same map.

    Examples
    --------
    >>> spread([(100, 100), (100, 110), (300, 300)])
    [(100.0, 95.5), (100.0, 114.5), (300, 300)]
    """
    found = [[x, y] for x, y in places]
    for _ in range(rounds):
        moved = False
        for n, one in enumerate(found):
            for other in found[n + 1 :]:
                dx, dy = other[0] - one[0], other[1] - one[1]
                distance = math.hypot(dx, dy)
                if distance >= APART - 0.01:
                    continue
                # Two at the very same place part along the map's width.
                ux, uy = (dx / distance, dy / distance) if distance else (1.0, 0.0)
                push, moved = (APART - distance) / 2, True
                one[0], one[1] = one[0] - ux * push, one[1] - uy * push
                other[0], other[1] = other[0] + ux * push, other[1] + uy * push
        if not moved:
            break
    return [(x, y) for x, y in found]


def _mark(kind: int, kinds: int, x: float, y: float, title: str = "") -> str:
    """Return one municipality's mark: of two kinds a ring and a filled square, of more circles that grow and darken."""
    inner = tag("title", text(title)) if title else ""
    look: dict[str, str] = {"stroke": BLUE, "stroke_width": "1.5"}
    if kinds == 2:
        if kind:
            return tag("rect", inner, x=f"{x - 7:.1f}", y=f"{y - 7:.1f}", width=14, height=14, fill=BLUE, **look)
        return tag("circle", inner, cx=f"{x:.1f}", cy=f"{y:.1f}", r=6, fill="#ffffff", **look)
    return tag("circle", inner, cx=f"{x:.1f}", cy=f"{y:.1f}", r=str(RADII[kind]), fill=SHADES[kind], **look)


def _chosen(code: str) -> str:
    """Return the ring and the name of one municipality, on the side where there is room."""
    name, (x, y) = municipality_of(code).name, points()[code]
    ring = tag("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r=13, fill="none", stroke=ACCENT, stroke_width=4)
    left = x > WIDTH * 0.55
    look = {"font_size": "21", "font_weight": "700", "text_anchor": "end" if left else "start"}
    place = {"x": f"{x - 18 if left else x + 18:.1f}", "y": f"{y + 7:.1f}"}
    halo = {"stroke": "#ffffff", "stroke_width": "5", "stroke_linejoin": "round", "paint_order": "stroke"}
    return ring + tag("text", text(name), fill=ACCENT, **place, **look, **halo)


def map_html(
    kinds: Mapping[str, int],
    legend: Sequence[str],
    alt: str,
    *,
    chosen: str | None = None,
    titles: Mapping[str, str] | None = None,
) -> str:
    """Return a map of the municipalities as HTML, with its legend.

    Parameters
    ----------
    kinds
        Code of a municipality to its class, 0 … ``len(legend) - 1``; a municipality that is missing is not drawn.
    legend
        What each class means, two to five of them, in the language of the page.
    alt
        What is to be seen, in a sentence.
    chosen
        Code of the municipality that is ringed and named.
    titles
        Code to what is told when a mouse rests on a point; without one the name is told.
    """
    names = {one.code: one.name for one in load_municipalities()}
    told = {code: (titles or {}).get(code, names[code]) for code in kinds}
    marks = [_mark(kind, len(legend), *points()[code], told[code]) for code, kind in kinds.items()]
    named = _chosen(chosen) if chosen in names and chosen is not None else ""
    drawing = tag("svg", *marks, named, viewBox=f"0 0 {WIDTH} {HEIGHT}", aria_hidden="true", focusable="false",
                  font_family="system-ui, sans-serif")  # fmt: skip
    picture = tag("div", drawing, role="img", aria_label=alt, class_="av-picture")
    return picture + tag(
        "ul", *(_legend_line(n, line, len(legend)) for n, line in enumerate(legend)), class_="ave-legend"
    )


def _legend_line(kind: int, line: str, kinds: int) -> str:
    mark = tag("svg", _mark(kind, kinds, 11, 11), viewBox="0 0 22 22", width=22, height=22, aria_hidden="true")
    return tag("li", mark, tag("span", text(line)))


@dataclass(frozen=True, slots=True)
class Theme:
    """What a map tells: the figure behind a municipality's class, in words, and the limits between classes, each the first of the next."""

    figure: Callable[[Municipality], str]
    value: Callable[[Municipality], int]
    limits: tuple[int, ...]

    def kind(self, municipality: Municipality) -> int:
        """Return the class of a municipality."""
        return sum(self.value(municipality) >= limit for limit in self.limits)


def _signatures(municipality: Municipality) -> str:
    low, high = needed_range(municipality, RULES["initiative"])
    return grouped(low) if low == high else f"{grouped(low)}–{grouped(high)}"


THEMES: Final = {
    "size": Theme(lambda one: grouped(one.population), lambda one: one.population, SIZE_LIMITS),
    "channel": Theme(lambda one: grouped(one.population), lambda one: one.population, (CHANNEL_LIMIT,)),
    "density": Theme(lambda one: grouped(density(one)), lambda one: density(one), (10, 20, 50, 500)),
    "signatures": Theme(_signatures, lambda one: needed_range(one, RULES["initiative"])[1], THRESHOLDS),
}


def density(municipality: Municipality) -> int:
    """Return residents to a square kilometre, as a whole number."""
    return round(municipality.population / municipality.area_km2)


def class_names(limits: Sequence[int], language: Language) -> list[str]:
    r"""Return what classes between limits are called.

    Examples
    --------
    >>> class_names([5, 10], "et")
    ['alla 5', '5–9', '10 ja rohkem']
    """
    inner = [f"{grouped(low)}–{grouped(high - 1)}" for low, high in pairwise(limits)]
    return [
        say(f"{TABLE}.below", language, limit=grouped(limits[0])),
        *inner,
        say(f"{TABLE}.from", language, limit=grouped(limits[-1])),
    ]


def draw_map(values: Values, language: Language) -> Picture:
    """Draw a map of what was chosen, and say how many are like the chosen municipality."""
    name, chosen = values.choice("theme"), municipality_of(values.choice(PLACE.id))
    theme, places = THEMES[name], load_municipalities()
    classes, kinds = class_names(theme.limits, language), {one.code: theme.kind(one) for one in places}
    alike = sum(kind == kinds[chosen.code] for kind in kinds.values())
    said = {"name": chosen.name, "figure": theme.figure(chosen), "kind": classes[kinds[chosen.code]], "count": alike}
    title = say(f"{TABLE}.theme-{name}", language)
    titles = {one.code: f"{one.name}: {theme.figure(one)}" for one in places}
    alt = say(f"{TABLE}.alt", language, theme=title, name=chosen.name)
    return Picture(
        say(f"{TABLE}.sentence-{name}", language, **said, total=len(places)),
        map_html(kinds, classes, alt, chosen=chosen.code, titles=titles),
        say(f"{TABLE}.caption", language, theme=title),
        tuple(say(f"{TABLE}.{key}", language) for key in ("place", "county", f"figure-{name}", "class")),
        [(one.name, one.county, theme.figure(one), classes[kinds[one.code]]) for one in places],
        say(f"{TABLE}.note", language),
    )


MAP: Final = Exploration(TABLE, (PLACE, Choice("theme", tuple(THEMES))), draw_map, own_place)
