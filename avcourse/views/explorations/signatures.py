"""How many signatures a local initiative or a local poll needs: a range, because the law's base is not in the table.

KOKS § 32 (1) and (1¹), § 32¹ (2), version of 01.07.2026, in force so since 20.02.2026: at least one per cent of the residents from 16
and never fewer than five, for a poll at least ten per cent and never fewer than 20. The table of June 2024 has voters, who are at most
as many as those residents, and all residents, who are more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib

from avcourse.course.language import Language, say
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.charts import ACCENT, BLUE, GREY, STYLE, new_figure, picture_html
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
    """Return the range of every municipality over its population, both on scales of equal ratios; the chosen one is named."""
    figure, axes = new_figure(4.2)
    ranges = [needed_range(one, RULES[rule]) for one in places]
    with matplotlib.rc_context(STYLE):
        axes.set(xscale="log", yscale="log")
        axes.vlines([p.population for p in places], *zip(*ranges, strict=True), color=BLUE, linewidth=2.5, alpha=0.55)
        if rule == "initiative":
            short = [p for p in places if falls_short(p)]
            enough = [p for p in places if not falls_short(p)]
            for group, marker, key in ((enough, "o", "enough"), (short, "x", "short")):
                axes.scatter([p.population for p in group], [portal_figure(p) for p in group], s=22, marker=marker, color=GREY,
                             linewidth=1.2, zorder=3, label=say(f"{TABLE}.legend-{key}", language))  # fmt: skip
            axes.legend(frameon=False, loc="lower right", fontsize=10, handletextpad=0.2)
        low, high = needed_range(chosen, RULES[rule])
        axes.vlines([chosen.population], [low], [high], color=ACCENT, linewidth=5, zorder=4)
        axes.scatter([chosen.population], [high], s=60, marker="v", color=ACCENT, zorder=5)
        late = chosen.population > 20_000
        axes.annotate(chosen.name, (chosen.population, high), textcoords="offset points", xytext=(-9 if late else 9, 10),
                      ha="right" if late else "left", color=ACCENT, fontweight="bold")  # fmt: skip
        axes.set_xlabel(say(f"{TABLE}.residents", language))
        axes.set_ylabel(say(f"{TABLE}.signatures", language))
        axes.set_xticks([200, 1_000, 5_000, 20_000, 100_000, 400_000])
        ticks = [5, 20, 100, 500, 2_000, 5_000] if rule == "initiative" else [20, 100, 500, 2_000, 10_000, 40_000]
        axes.set_yticks(ticks)
        axes.minorticks_off()
        axes.xaxis.set_major_formatter(lambda value, _place: grouped(round(value)))
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
