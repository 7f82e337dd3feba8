"""Pictures of the municipality's own work, for its pages and its documents. ``plot_*`` returns a Figure; each stands beside a table.

Nothing is told by colour alone: claimed and evidenced, roles and states differ in shape, place or words too.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

import matplotlib
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import DimensionResult, Interval
from avcourse.municipality.fields import option_label
from avcourse.municipality.inventory import SOLUTION, PurposeCover
from avcourse.municipality.plan import COMPLETION
from avcourse.municipality.profile import load_municipalities
from avcourse.municipality.values import show_date
from avcourse.views.charts import ACCENT, BLUE, GREY, PALE, WIDTH, house_style

INK: Final = "#1c2430"
TRACK: Final = "#eef1f6"
FAINT: Final = "#6f86ad"
SHAPES: Final = {"official": "^", "council": "s", "resident": "D"}
STATES: Final = {
    "not-started": ("#ffffff", INK, None),
    "limited": (PALE, INK, None),
    "substantial": ("#4f6da3", "#ffffff", None),
    "complete": (BLUE, "#ffffff", None),
    "withdrawn": ("#ffffff", INK, "////"),
}
"""Colour of a state of completion, of the words in it, and hatching."""
COMPLETION_ORDER: Final = (3, 2, 1, 0, 4)
MOST_DATES: Final = 8


def _figure(height: float) -> tuple[Figure, Any]:
    with house_style():
        # Margins are given here: matplotlib's own layout engine would cost more than the drawing.
        figure = Figure(figsize=(WIDTH, height))
        return figure, figure.add_axes((0.02, 0.02, 0.96, 0.96))


def plot_intervals(
    results: Sequence[DimensionResult], markers: Mapping[str, Mapping[str, float]], language: Language
) -> Figure:
    """Return where each dimension stands: the claimed interval above, the evidenced one below, and how other roles see it.

    ``markers`` gives for a role (official, council, resident) the place of a dimension, 0–1.
    """
    roles = [role for role in SHAPES if markers.get(role)]
    legend = 0.3 * math.ceil((2 + len(roles)) / 2) + 0.12
    height = 0.86 * len(results) + 0.45 + legend
    figure, axes = _figure(height)
    axes.set_position((0.03, 0.4 / height, 0.91, 1 - (0.4 + legend) / height))
    with house_style():
        for place, result in enumerate(results):
            axes.text(
                0,
                place - 0.16,
                say(f"instrument.dimension-{result.dimension}", language),
                va="bottom",
                fontweight="bold",
            )
            _lane(axes, place, result.claimed, PALE, "white", language)
            _lane(axes, place + 0.3, result.evidenced, FAINT, BLUE, language)
            for role in roles:
                seen = markers[role].get(result.dimension)
                if seen is not None:
                    axes.scatter(
                        [100 * seen],
                        [place + 0.15],
                        s=70,
                        marker=SHAPES[role],
                        color=ACCENT,
                        edgecolor="white",
                        zorder=4,
                    )
        handles = [
            axes.scatter(
                [], [], s=90, facecolor="white", edgecolor=BLUE, linewidth=2, label=say("work-charts.claimed", language)
            ),
            axes.scatter([], [], s=90, color=BLUE, label=say("work-charts.evidenced", language)),
        ]
        handles += [
            axes.scatter(
                [], [], s=70, marker=SHAPES[role], color=ACCENT, label=say(f"instrument.role-{role}", language)
            )
            for role in roles
        ]
        axes.legend(
            handles=handles,
            frameon=False,
            ncols=2,
            loc="lower left",
            bbox_to_anchor=(0, 1),
            borderaxespad=0.2,
            handletextpad=0.3,
        )
        axes.set_xlim(-2, 102)
        axes.set_ylim(len(results) - 0.45, -0.62)
        axes.set_yticks([])
        axes.spines["left"].set_visible(False)
        axes.set_xticks(range(0, 101, 20), [_percent(share, language) for share in range(0, 101, 20)])
    return figure


def _lane(axes: Any, place: float, interval: Interval | None, bar: str, face: str, language: Language) -> None:
    axes.plot([0, 100], [place, place], color=TRACK, linewidth=11, solid_capstyle="round", zorder=0)
    if interval is None:
        axes.text(1, place, say("work-charts.no-estimate", language), va="center", fontsize=11, color=GREY)
        return
    ends = [100 * interval.low, 100 * interval.high]
    axes.plot(ends, [place, place], color=bar, linewidth=11, solid_capstyle="round", zorder=1)
    axes.scatter([100 * interval.level], [place], s=90, facecolor=face, edgecolor=BLUE, linewidth=2, zorder=3)


def _percent(share: int, language: Language) -> str:
    return f"{share} %" if language == "et" else f"{share}%"


def plot_effort_impact(points: Sequence[tuple[str, int, int]], language: Language) -> Figure:
    """Return proposals by their numbers in the nine fields of effort and impact, 1–3 each; quick wins are framed.

    A point is its number in the table beside, effort, impact.
    """
    figure, axes = _figure(4.4)
    axes.set_position((0.24, 0.15, 0.75, 0.84))
    with house_style():
        for effort in (1, 2, 3):
            for impact in (1, 2, 3):
                quick = effort == 1 and impact >= 2
                axes.add_patch(
                    Rectangle(
                        (effort - 0.48, impact - 0.48),
                        0.96,
                        0.96,
                        facecolor="#e3eaf5" if quick else TRACK,
                        edgecolor="none",
                    )
                )
                _numbers(axes, effort, impact, [name for name, e, i in points if (e, i) == (effort, impact)])
        axes.add_patch(Rectangle((0.5, 1.5), 1, 2, fill=False, edgecolor=BLUE, linewidth=2))
        axes.text(1, 3.55, say("work-charts.quick", language), ha="center", va="bottom", color=BLUE, fontweight="bold")
        axes.set_xticks([1, 2, 3], [say(f"work-charts.effort-{n}", language) for n in (1, 2, 3)])
        axes.set_yticks([1, 2, 3], [say(f"work-charts.impact-{n}", language) for n in (1, 2, 3)])
        axes.set_xlabel(say("work-charts.effort", language), fontweight="bold")
        axes.set_ylabel(say("work-charts.impact", language), fontweight="bold")
        axes.tick_params(length=0, labelsize=11.5)
        for spine in axes.spines.values():
            spine.set_visible(False)
        axes.set_xlim(0.48, 3.52)
        axes.set_ylim(0.48, 3.8)
    return figure


def _numbers(axes: Any, effort: int, impact: int, names: Sequence[str]) -> None:
    """Write the numbers of a field in rows that fit it."""
    if not names:
        return
    across = max(3, math.ceil(math.sqrt(1.6 * len(names))))
    rows = [names[begin : begin + across] for begin in range(0, len(names), across)]
    size = min(14, 44 / across)
    for row, own in enumerate(rows):
        height = impact + (len(rows) / 2 - row - 0.5) * min(0.3, 0.9 / len(rows))
        for column, name in enumerate(own):
            axes.text(
                effort + (column - (len(own) - 1) / 2) * 0.86 / across,
                height,
                name,
                ha="center",
                va="center",
                fontsize=size,
                fontweight="bold",
                color=BLUE,
            )


def plot_tiles(tiles: Mapping[str, tuple[int, int]], own: str | None, language: Language) -> Figure:
    """Return the 79 municipalities as tiles (code to column and row, row 0 in the north), the own one marked by colour, frame and name."""
    columns = max((column for column, _ in tiles.values()), default=0) + 1
    rows = max((row for _, row in tiles.values()), default=0) + 1
    figure, axes = _figure(WIDTH * (rows + 1.1) / columns)
    names = {each.code: each.name for each in load_municipalities()}
    with house_style():
        for code, (column, row) in tiles.items():
            mine = code == own
            look = (
                {"facecolor": ACCENT, "edgecolor": INK, "linewidth": 2}
                if mine
                else {"facecolor": "#dfe6f1", "edgecolor": "none"}
            )
            axes.add_patch(Rectangle((column + 0.05, row + 0.05), 0.9, 0.9, zorder=2 if mine else 1, **look))
            short = names.get(code, "")[:3]
            axes.text(
                column + 0.5,
                row + 0.5,
                short,
                ha="center",
                va="center",
                fontsize=8,
                color="white" if mine else INK,
                zorder=3,
            )
        if own in tiles:
            axes.add_patch(Rectangle((0.05, rows + 0.25), 0.7, 0.7, facecolor=ACCENT, edgecolor=INK, linewidth=2))
            axes.text(
                1, rows + 0.6, names.get(own or "", say("work-charts.own", language)), va="center", fontweight="bold"
            )
        axes.set_xlim(0, columns)
        axes.set_ylim(rows + 1.1, 0)
        axes.set_aspect("equal")
        axes.set_axis_off()
    return figure


def plot_cover(cover: Sequence[PurposeCover], language: Language) -> Figure:
    """Return how many solutions serve each purpose; a gap is named."""
    figure, axes = _figure(0.62 * len(cover) + 0.2)
    most = max([1, *(len(each.solutions) for each in cover)])
    with house_style():
        for place, each in enumerate(cover):
            count = len(each.solutions)
            axes.barh(place, most, height=0.34, color=TRACK)
            axes.barh(place, count, height=0.34, color=BLUE)
            label = option_label(SOLUTION, "purposes", each.purpose, language)
            axes.text(0, place - 0.28, label, va="bottom", ha="left")
            note = say("work-charts.gap", language) if each.gap else str(count)
            axes.text(
                most, place - 0.28, note, va="bottom", ha="right", fontweight="bold", color=ACCENT if each.gap else INK
            )
        axes.set_xlim(0, most)
        axes.set_ylim(len(cover) - 0.7, -0.85)
        axes.set_axis_off()
    return figure


def plot_completion(states: Sequence[tuple[date, Sequence[int]]], names: Sequence[str], language: Language) -> Figure:
    """Return how many commitments stood in which state on each date, oldest first; of many dates, eight.

    Counts and ``names`` are in the order of ``COMPLETION``.
    """
    if len(states) > MOST_DATES:
        last = len(states) - 1
        states = [states[round(place * last / (MOST_DATES - 1))] for place in range(MOST_DATES)]
    # What is done stands at the left, so that its end can be compared down the page.
    shown = [place for place in COMPLETION_ORDER if any(counts[place] for _, counts in states)]
    legend = 0.3 * math.ceil(len(shown) / 2) + 0.1
    height = 0.46 * max(1, len(states)) + legend + 0.1
    figure, axes = _figure(height)
    axes.set_position((0.21, 0.05 / height, 0.77, 1 - (0.1 + legend) / height))
    begins = [0] * len(states)
    with house_style():
        for place in shown:
            counts = [counts[place] for _, counts in states]
            face, ink, hatch = STATES[COMPLETION[place]]
            axes.barh(
                range(len(states)),
                counts,
                left=begins,
                height=0.7,
                color=face,
                edgecolor=GREY,
                linewidth=1,
                hatch=hatch,
                label=names[place],
            )
            for row, count in enumerate(counts):
                if count:
                    # On hatching a number needs a ground of its own.
                    ground = {"facecolor": face, "edgecolor": "none", "pad": 1.5} if hatch else None
                    middle = begins[row] + count / 2
                    axes.text(
                        middle, row, str(count), ha="center", va="center", color=ink, fontweight="bold", bbox=ground
                    )
            begins = [begin + count for begin, count in zip(begins, counts, strict=True)]
        if shown:
            axes.legend(
                frameon=False, ncols=2, loc="lower left", bbox_to_anchor=(-0.27, 1), borderaxespad=0.1, fontsize=12
            )
        axes.set_yticks(range(len(states)), [show_date(day.isoformat()) for day, _ in states])
        axes.tick_params(length=0)
        axes.set_ylim(len(states) - 0.45, -0.55)
        axes.set_xlim(0, max([1, *begins]))
        axes.set_xticks([])
        for spine in axes.spines.values():
            spine.set_visible(False)
    return figure


def png(figure: Figure) -> bytes:
    """Return a figure as PNG on white, sharp enough for print; the same bytes every time."""
    stream = io.BytesIO()
    with house_style():
        figure.savefig(stream, format="png", dpi=200, facecolor="white", metadata={"Software": None})
    return stream.getvalue()


def font_folder() -> Path:
    """Return the folder of the open fonts that travel with matplotlib: documents are set in the charts' own DejaVu Sans."""
    return Path(matplotlib.get_data_path(), "fonts", "ttf")


@cache
def letters_in_font() -> frozenset[int]:
    """Return the code points that both the regular and the bold DejaVu Sans can show."""
    fonts = (font_manager.get_font(str(font_folder() / name)) for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf"))
    return frozenset.intersection(*(frozenset(font.get_charmap()) for font in fonts))
