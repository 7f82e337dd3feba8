"""How many signatures a local initiative or a local poll needs: a range, because the law's base is not in the table.

KOKS § 32 (1) and (1¹), § 32¹ (2), version of 01.07.2026, in force so since 20.02.2026: at least one per cent of the residents from 16
and never fewer than five, for a poll at least ten per cent and never fewer than 20. The table of June 2024 has voters, who are at most
as many as those residents, and all residents, who are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.charts import ACCENT, BLUE, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Values
from avcourse.views.explorations.places import PLACE, municipality_of, own_place
from avcourse.views.markup import grouped

TABLE: Final = "explore-signatures"


@dataclass(frozen=True, slots=True)
class Rule:
    """A share of the residents from 16, in per cent, and the number below which the law does not go."""

    percent: int
    least: int


RULES: Final = {"initiative": Rule(1, 5), "poll": Rule(10, 20)}


def needed(base: int, rule: Rule) -> int:
    """Return the signatures that a rule asks of so many residents; *at least* a share is rounded up.

    Examples
    --------
    >>> needed(4997, RULES["initiative"]), needed(151, RULES["initiative"]), needed(151, RULES["poll"])
    (50, 5, 20)
    """
    return max(rule.least, -(-base * rule.percent // 100))


def needed_range(municipality: Municipality, rule: Rule) -> tuple[int, int]:
    """Return the fewest and the most signatures that may be needed: by voters, and by all residents."""
    return needed(municipality.voters, rule), needed(municipality.population, rule)


def portal_figure(municipality: Municipality) -> int:
    """Return what rahvaalgatus.ee showed in June 2024: one per cent of the voters, rounded to the nearest, five at least."""
    return max(RULES["initiative"].least, (municipality.voters + 50) // 100)


def falls_short(municipality: Municipality) -> bool:
    """Whether the portal's figure is less than one per cent of the voters."""
    return portal_figure(municipality) < needed_range(municipality, RULES["initiative"])[0]


def plot_signatures(places: Sequence[Municipality], rule: str, chosen: Municipality, language: Language) -> Any:
    """Return the range of every municipality, fewest residents first, on a scale of equal ratios; only the chosen one is named."""
    figure, axes = new_figure(4.2)
    order = sorted(places, key=lambda one: one.population)
    lows, highs = zip(*(needed_range(one, RULES[rule]) for one in order), strict=True)
    place = order.index(chosen)
    with house_style():
        axes.set_yscale("log")
        colours = [ACCENT if one is chosen else PALE for one in order]
        # A range of one figure has no length: a square end keeps it visible.
        axes.vlines(range(len(order)), lows, highs, color=colours, linewidth=3.5, capstyle="projecting")
        if rule == "initiative":
            for short, marker, key in ((False, "o", "enough"), (True, "x", "short")):
                group = [n for n, one in enumerate(order) if falls_short(one) is short]
                axes.scatter(group, [portal_figure(order[n]) for n in group], s=14, marker=marker, color=BLUE,
                             linewidth=1.3, zorder=3, label=say(f"{TABLE}.legend-{key}", language))  # fmt: skip
            axes.legend(frameon=False, loc="upper left", fontsize=12, handletextpad=0.1, borderaxespad=0)
        # The ranges rise from left to right: there is room below on the left half, above on the right half.
        late = place >= len(order) / 2
        axes.annotate(chosen.name, (place, highs[place] if late else lows[place]), textcoords="offset points",
                      xytext=(0, 9) if late else (-3, -20), ha="right" if late else "left", color=ACCENT,
                      fontweight="bold")  # fmt: skip
        axes.set_xlabel(say(f"{TABLE}.order", language))
        axes.set_ylabel(say(f"{TABLE}.signatures", language))
        axes.set_xticks([])
        axes.set_yticks(
            [5, 20, 100, 500, 2_000, 5_000] if rule == "initiative" else [20, 100, 500, 2_000, 10_000, 40_000]
        )
        axes.set_ylim(RULES[rule].least / 2, max(highs) * 1.3)
        axes.minorticks_off()
        axes.yaxis.set_major_formatter(lambda value, _place: grouped(round(value)))
    return figure


def _range_text(low: int, high: int) -> str:
    return grouped(low) if low == high else f"{grouped(low)}–{grouped(high)}"


def _sentence(chosen: Municipality, rule: str, language: Language) -> str:
    low, high = needed_range(chosen, RULES[rule])
    said = say(f"{TABLE}.sentence-{rule}", language, name=chosen.name, range=_range_text(low, high))
    if rule == "poll":
        return said
    portal = portal_figure(chosen)
    key = "portal-short" if falls_short(chosen) else "portal-enough"
    return f"{said} {say(f'{TABLE}.{key}', language, portal=grouped(portal), low=grouped(low))}"


def draw_signatures(values: Values, language: Language) -> Picture:
    """Draw the ranges of all municipalities, and say that of the chosen one."""
    rule, chosen, places = values.choice("rule"), municipality_of(values.choice(PLACE.id)), load_municipalities()
    head = ["name", "voters", "residents", "range"]
    rows: list[tuple[str, ...]] = [
        (p.name, grouped(p.voters), grouped(p.population), _range_text(*needed_range(p, RULES[rule]))) for p in places
    ]
    if rule == "initiative":
        head += ["portal", "is-short"]
        said = {short: say(f"{TABLE}.{'yes' if short else 'no'}", language) for short in (True, False)}
        rows = [(*row, grouped(portal_figure(p)), said[falls_short(p)]) for row, p in zip(rows, places, strict=True)]
    short = sum(map(falls_short, places))
    alt = say(f"{TABLE}.alt", language, count=len(places), name=chosen.name)
    return Picture(
        _sentence(chosen, rule, language),
        picture_html(plot_signatures(places, rule, chosen, language), alt),
        say(f"{TABLE}.caption-{rule}", language, short=short, count=len(places)),
        tuple(say(f"{TABLE}.{key}", language) for key in head),
        rows,
        say(f"{TABLE}.note-{rule}", language),
    )


SIGNATURES: Final = Exploration(TABLE, (PLACE, Choice("rule", tuple(RULES))), draw_signatures, own_place)
