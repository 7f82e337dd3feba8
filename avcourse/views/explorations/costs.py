"""What a digital solution costs over five years: bought, built, or ordered together with neighbours. All start values are invented."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE, GREY, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Exploration, Number, Picture, Slider, Values
from avcourse.views.markup import decimal, grouped

TABLE: Final = "explore-costs"
YEARS: Final = 5
WAYS: Final = ("buy", "build", "share")
LOOKS: Final[dict[str, dict[str, Any]]] = {
    "buy": {"color": ACCENT, "linestyle": "-", "marker": "o"},
    "build": {"color": BLUE, "linestyle": "--", "marker": "s"},
    "share": {"color": GREY, "linestyle": "-.", "marker": "^"},
}


@dataclass(frozen=True, slots=True)
class Offer:
    """One way to a solution, in euros: paid ``once``, ``yearly`` in the first year, ``own`` work a year and at the ``leaving``.

    ``growth`` is by how many per cent the yearly fee rises from year to year.
    """

    once: float
    yearly: float
    own: float
    growth: float = 0
    leaving: float = 0


def cumulative(offer: Offer) -> tuple[float, ...]:
    """Return what has been paid at the start, at the end of each of five years, and last when the solution is left.

    Examples
    --------
    >>> cumulative(Offer(once=10, yearly=2, own=1, leaving=5))
    (10, 13.0, 16.0, 19.0, 22.0, 25.0, 30.0)
    """
    paid = [offer.once]
    for year in range(YEARS):
        paid.append(paid[-1] + offer.yearly * (1 + offer.growth / 100) ** year + offer.own)
    return (*paid, paid[-1] + offer.leaving)


def share_of(common: float, partners: int, extra: float) -> float:
    """Return one partner's equal part of common work; ``extra`` is the per cent that agreeing adds as soon as there are two.

    Examples
    --------
    >>> share_of(1000, 1, 20), share_of(1000, 4, 20)
    (1000, 300.0)
    """
    return common if partners == 1 else common * (1 + extra / 100) / partners


def crossing(first: tuple[float, ...], second: tuple[float, ...]) -> float | None:
    """Return after how many years the dearer of two lines at the start becomes the cheaper one, or None within the five years.

    Leaving counts as the end of the fifth year. Where the two start alike, the first difference says which is the dearer.

    Examples
    --------
    >>> crossing((10, 20, 30), (16, 20, 24))
    1.0
    """
    gaps = [one - other for one, other in zip(first, second, strict=True)]
    for year, (before, after) in enumerate(pairwise(gaps)):
        if before * after < 0:
            return min(year + before / (before - after), float(YEARS))
        if after == 0 and before and any(gap * before < 0 for gap in gaps[year + 2 :]):
            return min(float(year + 1), float(YEARS))
    return None


def offers_of(values: Values) -> dict[str, Offer]:
    """Return the three ways that the controls describe."""
    own = values.number("hours") * values.number("rate")
    growth, partners, extra = values.number("growth"), values.whole("partners"), values.number("extra")
    built, kept, joined = values.number("build-once"), values.number("build-year"), values.number("integration")
    return {
        "buy": Offer(
            values.number("buy-once") + joined, values.number("buy-year"), own, growth, values.number("leaving")
        ),
        "build": Offer(built + joined, kept, own, growth),
        "share": Offer(share_of(built, partners, extra) + joined, share_of(kept, partners, extra), own, growth),
    }


def plot_costs(lines: dict[str, tuple[float, ...]], language: Language) -> Any:
    """Return the three lines of what has been paid; leaving is an upright step at the end."""
    figure, axes = new_figure(4.0)
    years = [*range(YEARS + 1), YEARS]
    with house_style():
        for way, line in lines.items():
            axes.plot(years, line, linewidth=2.2, markersize=6, label=say(f"{TABLE}.{way}", language), **LOOKS[way])
        axes.set_xlabel(say(f"{TABLE}.years-axis", language))
        axes.set_ylabel(say(f"{TABLE}.euros-axis", language))
        axes.set_xticks(range(YEARS + 1))
        axes.set_ylim(0, max(1.0, max(max(line) for line in lines.values()) * 1.08))
        axes.yaxis.set_major_formatter(lambda value, _place: grouped(round(value)))
        axes.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=11, columnspacing=1)
    return figure


def _meeting(one: str, other: str, lines: dict[str, tuple[float, ...]], language: Language) -> str:
    names = {"one": say(f"{TABLE}.{one}-of", language), "other": say(f"{TABLE}.{other}-of", language)}
    when = crossing(lines[one], lines[other])
    if when is None:
        return say(f"{TABLE}.apart", language, **names)
    cheaper = one if lines[one][-1] < lines[other][-1] else other
    return say(
        f"{TABLE}.cross",
        language,
        year=decimal(when, language, 1),
        cheaper=say(f"{TABLE}.{cheaper}-is", language),
        **names,
    )


def describe(lines: dict[str, tuple[float, ...]], language: Language) -> str:
    """Say what each way costs over five years, which is the cheapest, and where buying meets the other two."""
    totals = {way: grouped(round(line[-1])) for way, line in lines.items()}
    least = min(line[-1] for line in lines.values())
    cheapest = [way for way in WAYS if round(lines[way][-1]) == round(least)]
    best = (
        say(f"{TABLE}.cheapest", language, way=say(f"{TABLE}.{cheapest[0]}-is", language))
        if len(cheapest) == 1
        else say(f"{TABLE}.tie", language)
    )
    said = [say(f"{TABLE}.totals", language, **totals), best]
    return " ".join([*said, *(_meeting("buy", other, lines, language) for other in ("build", "share"))])


def draw_costs(values: Values, language: Language) -> Picture:
    """Draw what the three ways have cost after each year."""
    lines = {way: cumulative(offer) for way, offer in offers_of(values).items()}
    when = [*(say(f"{TABLE}.after", language, year=year) for year in range(YEARS + 1)), say(f"{TABLE}.left", language)]
    return Picture(
        describe(lines, language),
        picture_html(plot_costs(lines, language), say(f"{TABLE}.alt", language)),
        say(f"{TABLE}.caption", language),
        tuple(say(f"{TABLE}.{key}", language) for key in ("when", *WAYS)),
        [(moment, *(grouped(round(lines[way][place])) for way in WAYS)) for place, moment in enumerate(when)],
        say(f"{TABLE}.note", language),
    )


MOST: Final = 1_000_000
COSTS: Final = Exploration(
    TABLE,
    (
        Number("buy-once", 0, MOST, 24_000, 500),
        Slider("buy-year", 0, 40_000, 6_000, 500),
        Number("leaving", 0, MOST, 3_000, 500),
        Slider("growth", 0, 20, 5, 1),
        Number("build-once", 0, MOST, 38_000, 500),
        Slider("build-year", 0, 40_000, 3_000, 500),
        Slider("partners", 1, 20, 2),
        Slider("extra", 0, 100, 20, 5),
        Slider("hours", 0, 600, 60, 10),
        Number("rate", 0, 500, 25, 1),
        Number("integration", 0, MOST, 4_000, 500),
    ),
    draw_costs,
)
