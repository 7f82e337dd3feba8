"""Lesson 7: which municipality must have an internal reporting channel, and when the notices of a cyber incident are due.

TÕRTKS § 8 (2) 2), version of 18.05.2025: 50 or more staff in an authority or institution, or 10 000 or more residents. KüTS § 8 (1),
(4¹) and (7), version of 01.01.2026: 24 and 72 hours from becoming aware, a month from submitting the notification.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.charts import ACCENT, BLUE, GREY, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Exploration, Moment, Number, Picture, Slider, Values
from avcourse.views.explorations.places import PLACE, municipality_of, own_place
from avcourse.views.markup import grouped

CHANNEL_TABLE: Final = "explore-channel-duty"
CLOCK_TABLE: Final = "explore-incident-clock"
STAFF_LIMIT: Final = 50
RESIDENTS_LIMIT: Final = 10_000
WORKDAY: Final = range(8, 17)
SATURDAY: Final = 5


# Who must have a channel --------------------------------------------------------------------------------------------


def channel_duty(residents: int, staff: int) -> str:
    """Return which of the two limits is met, as a key of the words; either is enough for the duty.

    Examples
    --------
    >>> channel_duty(10_000, 49), channel_duty(9_999, 50), channel_duty(9_999, 49), channel_duty(12_000, 80)
    ('residents-only', 'staff-only', 'neither', 'both')
    """
    met = residents >= RESIDENTS_LIMIT, staff >= STAFF_LIMIT
    return {(True, True): "both", (True, False): "residents-only", (False, True): "staff-only"}.get(met, "neither")


def plot_residents(places: Sequence[Municipality], chosen: Municipality, language: Language) -> Any:
    """Return the municipalities from the largest to the smallest on a scale of equal ratios, with the limit."""
    figure, axes = new_figure(3.6)
    ordered = sorted(places, key=lambda one: -one.population)
    colours = [BLUE if one.population >= RESIDENTS_LIMIT else GREY for one in ordered]
    with house_style():
        axes.set(yscale="log")
        axes.scatter(range(len(ordered)), [one.population for one in ordered], s=26, color=colours, linewidth=0)
        axes.axhline(RESIDENTS_LIMIT, color=ACCENT, linewidth=1.5, linestyle="--")
        axes.text(
            len(ordered), RESIDENTS_LIMIT * 1.12, say(f"{CHANNEL_TABLE}.limit", language), color=ACCENT, ha="right"
        )
        place = next(at for at, one in enumerate(ordered) if one.code == chosen.code)
        axes.scatter([place], [chosen.population], s=110, facecolor="none", edgecolor=ACCENT, linewidth=2.5, zorder=4)
        # A name stands above the falling row of points, on the side with room.
        late = place > len(ordered) // 2
        axes.annotate(chosen.name, (place, chosen.population), textcoords="offset points", xytext=(-8 if late else 10, -20 if late else 9),
                      ha="right" if late else "left", color=ACCENT, fontweight="bold")  # fmt: skip
        axes.set_ylabel(say(f"{CHANNEL_TABLE}.residents", language))
        axes.set_xticks([])
        axes.set_ylim(top=1_000_000)
        axes.set_yticks([100, 1_000, 10_000, 100_000])
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _place: grouped(round(value)))
    return figure


def draw_channel(values: Values, language: Language) -> Picture:
    """Draw the municipalities by residents, and say whether the chosen one must have a channel."""
    places, chosen, staff = load_municipalities(), municipality_of(values.choice(PLACE.id)), values.whole("staff")
    count = {"count": len(places), "over": sum(one.population >= RESIDENTS_LIMIT for one in places)}
    said = {key: say(f"{CHANNEL_TABLE}.{key}", language) for key in ("yes", "no")}
    numbers = {"residents": grouped(chosen.population), "staff": grouped(staff)}
    return Picture(
        say(f"{CHANNEL_TABLE}.{channel_duty(chosen.population, staff)}", language, name=chosen.name, **numbers),
        picture_html(
            plot_residents(places, chosen, language), say(f"{CHANNEL_TABLE}.alt", language, name=chosen.name, **count)
        ),
        say(f"{CHANNEL_TABLE}.caption", language, **count),
        tuple(say(f"{CHANNEL_TABLE}.{key}", language) for key in ("name", "residents", "over")),
        [
            (one.name, grouped(one.population), said["yes" if one.population >= RESIDENTS_LIMIT else "no"])
            for one in sorted(places, key=lambda one: -one.population)
        ],
        say(f"{CHANNEL_TABLE}.note", language),
    )


# The clock of an incident -------------------------------------------------------------------------------------------


def month_after(day: date) -> date:
    """Return the same day of the next month, or that month's last day.

    Examples
    --------
    >>> month_after(date(2026, 12, 9)), month_after(date(2027, 1, 31))
    (datetime.date(2027, 1, 9), datetime.date(2027, 2, 28))
    """
    year, month = (day.year + 1, 1) if day.month == 12 else (day.year, day.month + 1)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Deadlines:
    """When each notice is due at the latest."""

    first: datetime
    second: datetime
    third: date


def deadlines(aware: datetime, notified_after: int) -> Deadlines:
    """Return the three deadlines; the notification was submitted so many hours after becoming aware.

    Examples
    --------
    >>> deadlines(datetime(2026, 12, 7, 9), 48).third
    datetime.date(2027, 1, 9)
    """
    submitted = aware + timedelta(hours=notified_after)
    return Deadlines(aware + timedelta(hours=24), aware + timedelta(hours=72), month_after(submitted.date()))


def outside_work(moment: datetime) -> bool:
    """Whether a moment is at a weekend, before 8 or from 17; holidays are not known here.

    Examples
    --------
    >>> outside_work(datetime(2026, 12, 4, 16, 59)), outside_work(datetime(2026, 12, 4, 17)), outside_work(datetime(2026, 12, 5, 12))
    (False, True, True)
    """
    return moment.weekday() >= SATURDAY or moment.hour not in WORKDAY


def show_moment(moment: date, language: Language) -> str:
    """Return a day with its name, and the time of day where there is one."""
    day = say(f"{CLOCK_TABLE}.day-{moment.weekday()}", language)
    if not isinstance(moment, datetime):
        return say(f"{CLOCK_TABLE}.date", language, day=day, date=f"{moment:%d.%m.%Y}")
    time = f"{moment:%H.%M}" if language == "et" else f"{moment:%H:%M}"
    return say(f"{CLOCK_TABLE}.moment", language, day=day, date=f"{moment:%d.%m.%Y}", time=time)


def plot_clock(steps: Sequence[tuple[str, date]], language: Language) -> Any:
    """Return the steps on a line from top to bottom; those outside working hours are filled with the accent."""
    figure, axes = new_figure(3.2)
    with house_style():
        axes.plot([0, 0], [0, len(steps) - 1], color=PALE, linewidth=4, zorder=1)
        for place, (key, moment) in enumerate(steps):
            late = isinstance(moment, datetime) and outside_work(moment)
            axes.scatter([0], [place], s=190, color=ACCENT if late else BLUE, zorder=2)
            axes.text(0.08, place - 0.14, say(f"{CLOCK_TABLE}.{key}", language), fontweight="bold", va="center")
            axes.text(0.08, place + 0.2, show_moment(moment, language), va="center", color=ACCENT if late else GREY)
    axes.set_xlim(-0.06, 1)
    axes.set_ylim(len(steps) - 0.6, -0.5)
    axes.set_axis_off()
    return figure


def draw_clock(values: Values, language: Language) -> Picture:
    """Draw when the notices are due, and say it."""
    aware = values.moment("noticed")
    due = deadlines(aware, values.whole("notified"))
    steps: list[tuple[str, date]] = [
        ("aware", aware),
        ("first", due.first),
        ("second", due.second),
        ("third", due.third),
    ]
    shown = {key: show_moment(moment, language) for key, moment in steps}
    late = {key: isinstance(moment, datetime) and outside_work(moment) for key, moment in steps}
    hours = say(f"{CLOCK_TABLE}.hours-{late['first'] + late['second']}", language)
    rows = [
        (
            say(f"{CLOCK_TABLE}.{key}", language),
            shown[key],
            say(f"{CLOCK_TABLE}.{key}-say", language),
            say(f"{CLOCK_TABLE}.{'yes' if late[key] else 'no'}", language),
        )
        for key, _ in steps
    ]
    sentence = {key: shown[key] for key in ("first", "second", "third")}
    return Picture(
        say(f"{CLOCK_TABLE}.sentence", language, hours=hours, **sentence),
        picture_html(plot_clock(steps, language), say(f"{CLOCK_TABLE}.alt", language)),
        say(f"{CLOCK_TABLE}.caption", language),
        tuple(say(f"{CLOCK_TABLE}.{key}", language) for key in ("step", "when", "what", "off")),
        rows,
        say(f"{CLOCK_TABLE}.note", language),
    )


CHANNEL: Final = Exploration(CHANNEL_TABLE, (PLACE, Number("staff", 0, 20_000, 40)), draw_channel, own_place)
CLOCK: Final = Exploration(
    CLOCK_TABLE, (Moment("noticed", "2026-12-04T15:40"), Slider("notified", 1, 72, 66)), draw_clock
)
