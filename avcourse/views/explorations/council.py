"""From the council's sitting backwards: by when what has to be done for a plan (lesson 13).

KOKS § 37² (3), (5)–(8), § 43 (3) and § 51 (6), KOFS § 22 (3), § 23 (1) and § 26 (1), versions of 01.07.2026; AvTS § 28 (1) 17),
version of 16.03.2026. What no law asks is our advice and drawn hollow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.values import show_date
from avcourse.views.charts import ACCENT, BLUE, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Moment, Picture, Values

TABLE: Final = "explore-council"
DEVELOPMENT: Final = "development"
BACKWARDS: Final = (
    ("groups", 56),
    ("draft", 35),
    ("discussion", 28),
    ("closing", 21),
    ("answers", 14),
    ("committee", 10),
    ("invitation", 4),
)
"""Step and how many days before the sitting it is done at the latest; the draft is online for two weeks, 35 to 21 days before."""
ALWAYS_LAW: Final = frozenset({"draft", "invitation", "sitting", "published"})
LAW_OF_DEVELOPMENT: Final = ALWAYS_LAW | {"discussion", "answers"}
WORKING_DAYS: Final = 7
TERM_ENDS: Final = date(2029, 10, 1)
"""The month of the next regular elections."""


@dataclass(frozen=True, slots=True)
class Step:
    """What is done, by which day, and whether a law asks it."""

    id: str
    day: date
    law: bool


def after_working_days(day: date, count: int) -> date:
    """Return the day so many working days later; public holidays are not known here.

    Examples
    --------
    >>> after_working_days(date(2027, 11, 17), 7)
    datetime.date(2027, 11, 26)
    """
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < 5
    return day


def steps_to(sitting: date, kind: str) -> tuple[Step, ...]:
    """Return the steps in order of time."""
    law = LAW_OF_DEVELOPMENT if kind == DEVELOPMENT else ALWAYS_LAW
    days = [*((name, sitting - timedelta(days=before)) for name, before in BACKWARDS), ("sitting", sitting),
            ("published", after_working_days(sitting, WORKING_DAYS))]  # fmt: skip
    return tuple(Step(name, day, name in law) for name, day in days)


def warnings(sitting: date, kind: str) -> tuple[str, ...]:
    """Return which sentences about money and time belong to this day.

    Examples
    --------
    >>> warnings(date(2027, 11, 17), "development"), warnings(date(2027, 12, 8), "development"), warnings(date(2029, 10, 3), "separate")
    (('money-autumn',), ('money-december', 'late'), ('money-autumn', 'term'))
    """
    money = "december" if sitting.month == 12 else "autumn" if sitting.month >= 9 else "midyear"
    late = ("late",) if kind == DEVELOPMENT and sitting.month == 12 else ()
    return (f"money-{money}", *late, *(("term",) if sitting >= TERM_ENDS else ()))


def plot_steps(steps: Sequence[Step], language: Language) -> Any:
    """Return a line from top to bottom with a day and a step at each mark; filled marks are the law's."""
    figure, axes = new_figure(0.42 * len(steps) + 0.3)
    with house_style():
        axes.plot([0, 0], [0, len(steps) - 1], color=PALE, linewidth=4, zorder=1)
        for place, step in enumerate(steps):
            colour = ACCENT if step.id == "sitting" else BLUE
            axes.scatter(
                [0], [place], s=90, facecolor=colour if step.law else "white", edgecolor=colour, linewidth=2, zorder=3
            )
            weight = "bold" if step.id == "sitting" else "normal"
            axes.text(
                -0.25,
                place,
                show_date(step.day.isoformat()),
                va="center",
                ha="right",
                fontsize=11,
                fontweight=weight,
            )
            axes.text(
                0.25,
                place,
                say(f"{TABLE}.step-{step.id}", language),
                va="center",
                ha="left",
                fontsize=11,
                fontweight=weight,
            )
    axes.set_xlim(-1.9, 5.6)
    axes.set_ylim(len(steps) - 0.5, -0.5)
    axes.set_axis_off()
    return figure


def draw_council(values: Values, language: Language) -> Picture:
    """Draw the steps, and say the first of them and what the day means for money."""
    kind, sitting = values.choice("kind"), values.moment("sitting").date()
    steps = steps_to(sitting, kind)
    days = {step.id: show_date(step.day.isoformat()) for step in steps}
    said = [say(f"{TABLE}.sentence", language, sitting=days["sitting"], draft=days["draft"], groups=days["groups"])]
    said += [say(f"{TABLE}.{key}", language) for key in warnings(sitting, kind)]
    basis = {True: say(f"{TABLE}.law", language), False: say(f"{TABLE}.advice", language)}
    return Picture(
        " ".join(said),
        picture_html(plot_steps(steps, language), say(f"{TABLE}.alt", language, sitting=days["sitting"])),
        say(f"{TABLE}.caption", language),
        tuple(say(f"{TABLE}.{key}", language) for key in ("day", "step", "basis")),
        [(days[step.id], say(f"{TABLE}.step-{step.id}", language), basis[step.law]) for step in steps],
        say(f"{TABLE}.note-{kind}", language),
    )


COUNCIL: Final = Exploration(
    TABLE, (Choice("kind", (DEVELOPMENT, "separate")), Moment("sitting", "2027-11-17T17:00")), draw_council
)
