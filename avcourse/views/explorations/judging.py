"""Judging oneself (lesson 4): what evidence does to a level, and how many documents one has to open to notice a fault."""

from __future__ import annotations

from typing import Any, Final

from matplotlib.patches import Rectangle

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import Answer, claimed_bounds, evidenced_bounds
from avcourse.views.charts import ACCENT, BLUE, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Slider, Values

LEVEL: Final = "explore-evidence-level"
SAMPLE: Final = "explore-sample-check"
MOST: Final = 30
Bounds = tuple[int, int]


def bounds_of(level: int, basis: str, evidence: str, confidence: str) -> tuple[Bounds, Bounds]:
    """Return lowest and highest level, claimed and evidenced, by the rules of the self-assessment itself.

    Examples
    --------
    >>> bounds_of(3, "law", "undated", "sure"), bounds_of(3, "practice", "none", "guess"), bounds_of(3, "law", "dated", "guess")
    (((3, 3), (0, 0)), ((2, 4), (2, 2)), ((2, 4), (2, 4)))
    """
    written = "" if evidence == "none" else "link"
    day = "2026-11-01" if evidence in ("dated", "checked") else None
    answer = Answer(level, confidence, written, day, evidence == "checked", 1, "")
    return claimed_bounds(answer), evidenced_bounds(answer, basis)


def plot_bounds(claimed: Bounds, shown: Bounds, language: Language) -> Any:
    """Return two rows of the five levels; what the answer may stand for is filled in."""
    figure, axes = new_figure(2.2)
    with house_style():
        for place, (key, (low, high), colour) in enumerate((("claimed", claimed, PALE), ("shown", shown, BLUE))):
            axes.text(0, place - 0.27, say(f"{LEVEL}.row-{key}", language), va="bottom", ha="left")
            for level in range(5):
                inside = low <= level <= high
                axes.add_patch(
                    Rectangle((level + 0.02, place - 0.2), 0.96, 0.42, facecolor=colour if inside else "#eef1f6")
                )
                axes.text(level + 0.5, place, str(level), va="center", ha="center",
                          color="white" if inside and colour == BLUE else "#1c2430", fontweight="bold" if inside else "normal")  # fmt: skip
    axes.set_xlim(0, 5)
    axes.set_ylim(1.3, -0.7)
    axes.set_axis_off()
    return figure


def _range(bounds: Bounds) -> str:
    low, high = bounds
    return str(low) if low == high else f"{low}–{high}"


def draw_level(values: Values, language: Language) -> Picture:
    """Draw the claimed and the evidenced level, and say why they differ."""
    level, basis, evidence = int(values.choice("level")), values.choice("basis"), values.choice("evidence")
    claimed, shown = bounds_of(level, basis, evidence, values.choice("confidence"))
    if evidence in ("dated", "checked"):
        why = say(f"{LEVEL}.why-{evidence}", language)
    else:
        key = f"why-{evidence}" if evidence == "undated" else f"why-{basis}"
        why = say(f"{LEVEL}.{key}", language)
    sentence = f"{say(f'{LEVEL}.sentence', language, claimed=_range(claimed), shown=_range(shown))} {why}"
    return Picture(
        sentence,
        picture_html(plot_bounds(claimed, shown, language), sentence),
        say(f"{LEVEL}.caption", language),
        (say(f"{LEVEL}.which", language), say(f"{LEVEL}.level-head", language)),
        [(say(f"{LEVEL}.row-{key}", language), _range(one)) for key, one in (("claimed", claimed), ("shown", shown))],
    )


def chance_to_notice(share: float, looked: int) -> float:
    """Return the chance of meeting at least one faulty document; ``share`` of faulty ones in per cent.

    Examples
    --------
    >>> round(chance_to_notice(20, 3), 2), round(chance_to_notice(20, 10), 2)
    (0.49, 0.89)
    """
    return float(1 - (1 - share / 100) ** looked)


def plot_chance(share: float, looked: int, language: Language) -> Any:
    """Return the chance over the number of documents opened, with the chosen number marked."""
    figure, axes = new_figure(2.8)
    numbers = range(1, MOST + 1)
    with house_style():
        axes.plot(numbers, [100 * chance_to_notice(share, n) for n in numbers], color=BLUE, linewidth=2)
        chance = 100 * chance_to_notice(share, looked)
        axes.plot([looked, looked], [0, chance], color=ACCENT, linestyle="--", linewidth=1.5)
        axes.scatter([looked], [chance], s=80, color=ACCENT, zorder=3)
        axes.set_ylim(0, 105)
        axes.set_xlim(0, MOST + 1)
        axes.set_xlabel(say(f"{SAMPLE}.axis-looked", language))
        axes.set_ylabel(say(f"{SAMPLE}.axis-chance", language))
    return figure


def draw_sample(values: Values, language: Language) -> Picture:
    """Draw the chance of noticing a fault, and say how often it stays unnoticed."""
    share, looked = values.whole("share"), values.whole("looked")
    missed = round(100 * (1 - chance_to_notice(share, looked)))
    key = "much" if missed > 20 else "little"
    sentence = f"{say(f'{SAMPLE}.sentence', language, share=share, looked=looked, missed=missed)} {say(f'{SAMPLE}.{key}', language)}"
    return Picture(
        sentence,
        picture_html(plot_chance(share, looked, language), sentence),
        say(f"{SAMPLE}.caption", language, share=share),
        (say(f"{SAMPLE}.axis-looked", language), say(f"{SAMPLE}.missed", language)),
        [(str(n), str(round(100 * (1 - chance_to_notice(share, n))))) for n in (1, 2, 3, 5, 10, 20, 30)],
        say(f"{SAMPLE}.note", language),
    )


EVIDENCE: Final = Exploration(
    LEVEL,
    (
        Choice("level", ("0", "1", "2", "3", "4"), "3"),
        Choice("basis", ("law", "practice")),
        Choice("evidence", ("none", "undated", "dated", "checked")),
        Choice("confidence", ("sure", "guess")),
    ),
    draw_level,
)
CHECK: Final = Exploration(SAMPLE, (Slider("share", 1, 50, 20), Slider("looked", 1, MOST, 3)), draw_sample)
