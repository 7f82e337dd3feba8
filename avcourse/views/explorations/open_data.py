"""Open data (lesson 5): formats published in 2021, the five stars of one dataset, and the regulator's ten points for the own website.

The counts are those of ``datasets/open-data-portal-2021.csv``; the stars follow 5stardata.info; the ten points are the topics of the
Data Protection Inspectorate's monitoring of 2020.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE, GREY, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Checks, Choice, Exploration, Picture, Values
from avcourse.views.markup import decimal, tag, text

# Formats of 2021 ---------------------------------------------------------------------------------------------------

FORMATS_TABLE: Final = "explore-open-data-formats"
KINDS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("HTML", "HTM", "PDF", "RTF", "TXT", "DOC"), "reading"),
    # XLXS is how some publishers typed XLSX.
    **dict.fromkeys(("XLS", "XLSX", "XLXS"), "maker"),
    **dict.fromkeys(("CSV", "XML", "JSON"), "open"),
}
"""What a format is good for; one that is not named is ``other`` (maps, archives, translation memories)."""
KIND_COLOURS: Final = {"reading": ACCENT, "maker": PALE, "open": BLUE, "other": GREY}
PUBLISHERS: Final = {"municipalities": "municipalities", "all": "all publishers"}


def kind_of(file_format: str) -> str:
    """Return what a format is good for.

    Examples
    --------
    >>> kind_of("PDF"), kind_of("XLXS"), kind_of("CSV"), kind_of("SHP")
    ('reading', 'maker', 'open', 'other')
    """
    return KINDS.get(file_format, "other")


def formats_of(publishers: str) -> list[tuple[str, int]]:
    """Return format and count of a group of publishers, commonest first.

    Examples
    --------
    >>> formats_of("municipalities")[0]
    ('PDF', 47)
    """
    rows = [row for row in read_table("open-data-portal-2021") if row["publishers_en"] == PUBLISHERS[publishers]]
    return sorted(((row["file_format"], int(row["datasets"])) for row in rows), key=lambda pair: -pair[1])


def share_of(formats: Sequence[tuple[str, int]], kind: str) -> tuple[int, float]:
    """Return how many of the mentions are of a kind, and in per cent.

    Examples
    --------
    >>> share_of([("PDF", 3), ("CSV", 1)], "reading")
    (3, 75.0)
    """
    count = sum(number for name, number in formats if kind_of(name) == kind)
    return count, 100 * count / sum(number for _, number in formats)


def plot_formats(formats: Sequence[tuple[str, int]], language: Language) -> Any:
    """Return a bar for each format, coloured by what it is good for."""
    figure, axes = new_figure(0.34 * len(formats) + 0.9)
    with house_style():
        for kind, colour in KIND_COLOURS.items():
            places = [place for place, (name, _) in enumerate(formats) if kind_of(name) == kind]
            if places:
                label = say(f"{FORMATS_TABLE}.kind-{kind}", language)
                axes.barh(places, [formats[place][1] for place in places], color=colour, label=label)
        for place, (_, count) in enumerate(formats):
            axes.annotate(str(count), (count, place), textcoords="offset points", xytext=(5, 0), va="center")
        axes.set_yticks(range(len(formats)), [name for name, _ in formats])
        axes.set_xlim(0, max(count for _, count in formats) * 1.15)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()
        axes.legend(frameon=False, loc="lower right", fontsize=11)
    return figure


def draw_formats(values: Values, language: Language) -> Picture:
    """Draw the formats of a group of publishers, and say how many can be calculated with."""
    publishers = values.choice("publishers")
    formats = formats_of(publishers)
    (reading, reading_share), (opened, open_share) = share_of(formats, "reading"), share_of(formats, "open")
    sentence = say(
        f"{FORMATS_TABLE}.sentence-{publishers}",
        language,
        total=sum(number for _, number in formats),
        reading=reading,
        reading_share=decimal(reading_share, language, 0),
        open=opened,
        open_share=decimal(open_share, language, 0),
    )
    rows = [(name, str(count), say(f"{FORMATS_TABLE}.kind-{kind_of(name)}", language)) for name, count in formats]
    head = tuple(say(f"{FORMATS_TABLE}.{key}", language) for key in ("format", "datasets", "kind"))
    figure = picture_html(plot_formats(formats, language), sentence)
    caption = say(f"{FORMATS_TABLE}.caption", language)
    return Picture(sentence, figure, caption, head, rows, say(f"{FORMATS_TABLE}.note", language))


# It starts with all publishers: the municipalities’ share is asked beside it.
FORMATS: Final = Exploration(FORMATS_TABLE, (Choice("publishers", tuple(PUBLISHERS), "all"),), draw_formats)

# Five stars --------------------------------------------------------------------------------------------------------

STARS_TABLE: Final = "explore-five-stars"
STEPS: Final = ("licence", "table", "open", "address", "links")
CARE: Final = ("description", "date", "contact")
STAR: Final = "M12 1.8l3.1 6.6 7.1.9-5.2 5 1.3 7.2-6.3-3.5-6.3 3.5L7 14.3 1.8 9.3l7.1-.9z"


def stars_of(has: Collection[str]) -> int:
    """Return the stars of a dataset: steps count from the first one up, and stop where one is missing.

    Examples
    --------
    >>> stars_of(("table", "open")), stars_of(("licence", "table")), stars_of(STEPS)
    (0, 2, 5)
    """
    return next((place for place, step in enumerate(STEPS) if step not in has), len(STEPS))


def stars_svg(stars: int, alt: str) -> str:
    """Return five stars of which so many are filled."""
    shapes = (
        tag(
            "path",
            d=STAR,
            transform=f"translate({place * 30} 0)",
            fill=BLUE if place < stars else "#ffffff",
            stroke=BLUE if place < stars else GREY,
            stroke_width="1.5",
        )
        for place in range(len(STEPS))
    )
    svg = tag("svg", *shapes, viewBox="-2 0 150 24", width="300", height="48", aria_hidden="true", focusable="false")
    return tag("div", svg, role="img", aria_label=alt, class_="av-picture")


def draw_stars(values: Values, language: Language) -> Picture:
    """Draw the stars of the dataset that was described, and say what is missing."""
    has, care = values.checks("has"), values.checks("care")
    stars = stars_of(has)
    said = [say(f"{STARS_TABLE}.stars-{stars}", language)]
    if stars < len(STEPS):
        said.append(say(f"{STARS_TABLE}.next-{STEPS[stars]}", language))
    if any(step in has for step in STEPS[stars + 1 :]):
        said.append(say(f"{STARS_TABLE}.skipped", language))
    missing = [say(f"{STARS_TABLE}.care-{one}", language) for one in CARE if one not in care]
    note = say(f"{STARS_TABLE}.missing", language, what="; ".join(missing)) if missing else ""
    yes, no = say(f"{STARS_TABLE}.yes", language), say(f"{STARS_TABLE}.no", language)
    rows = [
        (str(place), say(f"{STARS_TABLE}.has-{step}", language), yes if step in has else no)
        for place, step in enumerate(STEPS, 1)
    ]
    head = tuple(say(f"{STARS_TABLE}.{key}", language) for key in ("star", "has", "there"))
    sentence = " ".join(said)
    picture = stars_svg(stars, said[0])
    return Picture(sentence, picture, say(f"{STARS_TABLE}.caption", language), head, rows, note)


STARS: Final = Exploration(STARS_TABLE, (Checks("has", STEPS, ("table",)), Checks("care", CARE)), draw_stars)

# Ten points --------------------------------------------------------------------------------------------------------

POINTS_TABLE: Final = "explore-ten-points"
POINTS: Final = (
    "officer",
    "privacy",
    "procurement",
    "council",
    "budget",
    "staff",
    "benefits",
    "mail",
    "marks",
    "names",
)
LEAST_2020: Final = 5
"""The lowest result of any municipality in 2020."""


def points_svg(found: Collection[str], alt: str) -> str:
    """Return ten numbered squares, those found filled."""
    shapes = []
    for place, point in enumerate(POINTS):
        x, there = place * 30, point in found
        fill = BLUE if there else "#ffffff"
        shapes.append(tag("rect", x=x, y=0, width=26, height=26, rx=3, fill=fill, stroke=BLUE if there else GREY))
        colour = "#ffffff" if there else "#1c2430"
        number = tag("text", text(place + 1), x=x + 13, y=18, fill=colour, text_anchor="middle", font_size=13)
        shapes.append(number)
    svg = tag("svg", *shapes, viewBox="-1 -1 300 28", width="100%", aria_hidden="true", focusable="false")
    return tag("div", svg, role="img", aria_label=alt, class_="av-picture")


def draw_points(values: Values, language: Language) -> Picture:
    """Draw which of the ten points were found on the own website, and say what to look at first."""
    found = values.checks("points")
    missing = [point for point in POINTS if point not in found]
    sentence = say(f"{POINTS_TABLE}.sentence", language, count=len(found))
    if not missing:
        sentence += " " + say(f"{POINTS_TABLE}.all", language)
    elif found:
        first = say(f"{POINTS_TABLE}.points-{missing[0]}", language)
        sentence += " " + say(f"{POINTS_TABLE}.first", language, what=first)
    yes, no = say(f"{POINTS_TABLE}.yes", language), say(f"{POINTS_TABLE}.no", language)
    rows = [
        (
            str(place),
            say(f"{POINTS_TABLE}.points-{point}", language),
            say(f"{POINTS_TABLE}.basis-{point}", language),
            yes if point in found else no,
        )
        for place, point in enumerate(POINTS, 1)
    ]
    head = tuple(say(f"{POINTS_TABLE}.{key}", language) for key in ("number", "point", "basis", "found"))
    note = say(f"{POINTS_TABLE}.note", language, least=LEAST_2020)
    return Picture(sentence, points_svg(found, sentence), say(f"{POINTS_TABLE}.caption", language), head, rows, note)


TEN_POINTS: Final = Exploration(POINTS_TABLE, (Checks("points", POINTS),), draw_points)
