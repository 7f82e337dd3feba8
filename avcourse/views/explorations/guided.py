"""A small guided look at data (lesson 5): five cells as somebody typed them, and what a program reads in them. The table is invented."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Cells, Column, Exploration, Picture, Values, show_number
from avcourse.views.markup import grouped

TABLE: Final = "explore-guided-data"
CLUBS: Final = ("sports", "choir", "youth", "village", "seniors")
DECIDED: Final = 30_800
"""Euros that the order says were given: what the cells come to once they are right (12400, 3200, 8600, 4100, 2500)."""
LONGEST: Final = 14
NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


def start_cells(language: Language) -> Sequence[tuple[str, str]]:
    """Return the table as it was published, slips included."""
    return [(say(f"{TABLE}.club-{club}", language), say(f"{TABLE}.typed-{club}", language)) for club in CLUBS]


def read_cell(typed: str) -> float | None:
    """Return the number that a program reads in a cell, or nothing: a comma and a point are both a decimal mark.

    Examples
    --------
    >>> read_cell("12400"), read_cell("8.600"), read_cell("3,2"), read_cell("4100 €"), read_cell("1 200"), read_cell("")
    (12400.0, 8.6, 3.2, None, None, None)
    """
    # Only ASCII digits: "²" and "٣" are digits to str.isdigit but no number to a program that reads tables.
    plain = typed.strip()
    return float(plain.replace(",", ".")) if plain.isascii() and NUMBER.fullmatch(plain) else None


def plot_grants(labels: Sequence[str], read: Sequence[float | None], language: Language) -> Any:
    """Return a bar for each cell that was read as a number; where none was read, the picture says so."""
    figure, axes = new_figure(0.5 * len(labels) + 0.4)
    largest = max((value for value in read if value is not None), default=0) or 1
    with house_style():
        for place, value in enumerate(read):
            axes.barh(place, value or 0, color=BLUE, height=0.6)
            said = say(f"{TABLE}.unread", language) if value is None else show_number(value, language)
            colour = ACCENT if value is None else "#1c2430"
            axes.text((value or 0) + largest * 0.015, place, said, va="center", color=colour)
        axes.set_yticks(range(len(labels)), labels)
        axes.set_xlim(0, largest * 1.25)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()
    return figure


def draw_grants(values: Values, language: Language) -> Picture:
    """Draw the cells as a program reads them, and say whether they come to what was decided."""
    cells = [(str(label), str(typed)) for label, typed in values.cells("grants")]
    read = [read_cell(typed) for _, typed in cells]
    numbers = [value for value in read if value is not None]
    total = sum(numbers)
    right = len(numbers) == len(cells) and total == DECIDED
    sentence = say(
        f"{TABLE}.{'right' if right else 'sentence'}",
        language,
        count=len(numbers),
        cells=len(cells),
        total=show_number(round(total, 3), language),
        decided=grouped(DECIDED),
    )
    rows = [
        (label, typed, say(f"{TABLE}.unread", language) if value is None else show_number(value, language))
        for (label, typed), value in zip(cells, read, strict=True)
    ]
    labels = [say(f"{TABLE}.club-{club}", language) for club in CLUBS]
    return Picture(
        sentence,
        picture_html(plot_grants(labels, read, language), sentence),
        say(f"{TABLE}.caption", language),
        tuple(say(f"{TABLE}.{key}", language) for key in ("grants-club", "grants-sum", "read")),
        rows,
        say(f"{TABLE}.note-{'right' if right else 'hint'}", language),
    )


COLUMNS: Final = (Column("club", editable=False), Column("sum", longest=LONGEST))
GUIDED: Final = Exploration(TABLE, (Cells("grants", COLUMNS, start_cells),), draw_grants)
