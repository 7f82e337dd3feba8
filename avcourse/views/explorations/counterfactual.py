"""How much of a change is left when one takes off what would have happened anyway (lesson 11). All figures are invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE, GREY, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Exploration, Picture, Slider, Values
from avcourse.views.markup import grouped

TABLE: Final = "explore-counterfactual"


@dataclass(frozen=True, slots=True)
class Change:
    """A count before and after, taken apart: what went as elsewhere, what the season added, what is left."""

    before: int
    after: int
    others: int
    season: int

    @property
    def expected(self) -> int:
        """What there would have been without the activity, as far as one can know."""
        return self.before + self.others + self.season

    @property
    def left(self) -> int:
        """The most that may be the activity's own."""
        return self.after - self.expected


def take_apart(before: int, after: int, neighbours: float, season: int) -> Change:
    """Return a change taken apart; ``neighbours`` is how much similar places changed, in per cent.

    Examples
    --------
    >>> change = take_apart(60, 90, 30, 0)
    >>> change.expected, change.left
    (78, 12)
    """
    return Change(before, after, round(before * neighbours / 100), season)


def verdict(change: Change, swing: int) -> str:
    """Return which sentence fits: nothing is left, it drowns in the usual swing, or some may be the activity's.

    Examples
    --------
    >>> verdict(take_apart(60, 90, 30, 0), 8), verdict(take_apart(60, 90, 30, 5), 8), verdict(take_apart(60, 90, 50, 0), 8)
    ('some', 'drowned', 'nothing')
    """
    if change.left <= 0:
        return "nothing"
    return "drowned" if change.left <= swing else "some"


def plot_change(change: Change, swing: int, language: Language) -> Any:
    """Return three bars under one another: before, without the activity, in fact; the usual swing stands as a band."""
    figure, axes = new_figure(2.7)
    rows = (("before", change.before, GREY), ("expected", change.expected, PALE), ("after", change.after, BLUE))
    with house_style():
        most = max(1, *(count for _, count, _ in rows), change.expected + swing)
        axes.axvspan(max(0, change.expected - swing), max(0, change.expected + swing), color="#eef1f6", zorder=0)
        for place, (key, count, colour) in enumerate(rows):
            axes.barh(place, max(0, count), height=0.36, color=colour, zorder=2)
            axes.text(0, place - 0.26, say(f"{TABLE}.row-{key}", language), va="bottom", ha="left")
            axes.text(most * 1.04, place - 0.26, grouped(count), va="bottom", ha="right", fontweight="bold")
        if change.left > 0:
            axes.barh(2, change.left, left=max(0, change.expected), height=0.36, color=ACCENT, hatch="//",
                      edgecolor="white", linewidth=0, zorder=3)  # fmt: skip
        axes.axvline(max(0, change.expected), color=ACCENT, linestyle="--", linewidth=1.5, zorder=4)
        axes.set_xlim(0, most * 1.05)
        axes.set_ylim(2.4, -0.75)
        axes.set_axis_off()
    return figure


def draw_counterfactual(values: Values, language: Language) -> Picture:
    """Draw the change, and say how much of it is left."""
    change = take_apart(
        values.whole("before"), values.whole("after"), values.number("neighbours"), values.whole("season")
    )
    swing = values.whole("swing")
    counts = {"before": change.before, "others": change.others, "season": change.season, "left": change.left}
    shown = {key: grouped(count) for key, count in counts.items()}
    shown |= {"after": grouped(change.after), "expected": grouped(change.expected), "swing": grouped(swing)}
    sentence = (
        f"{say(f'{TABLE}.sentence', language, **shown)} {say(f'{TABLE}.{verdict(change, swing)}', language, **shown)}"
    )
    return Picture(
        sentence,
        picture_html(plot_change(change, swing, language), sentence),
        say(f"{TABLE}.caption", language),
        (say(f"{TABLE}.part", language), say(f"{TABLE}.count", language)),
        [(say(f"{TABLE}.part-{key}", language), shown[key]) for key in (*counts, "after")],
        say(f"{TABLE}.note", language),
    )


COUNTERFACTUAL: Final = Exploration(
    TABLE,
    (
        Slider("before", 10, 200, 60),
        Slider("after", 0, 200, 90),
        Slider("neighbours", -50, 100, 30),
        Slider("season", 0, 40, 0),
        Slider("swing", 0, 40, 8),
    ),
    draw_counterfactual,
)
