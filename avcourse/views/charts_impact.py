"""Charts of lessons 4 and 11: what inspectors found, and turnout at local elections."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE, Chart, house_style, new_figure
from avcourse.views.markup import decimal, grouped


def plot_turnout(years: Sequence[int], shares: Sequence[float], final: Sequence[bool], language: Language) -> Any:
    """Return turnout by year, each point with its figure; a preliminary figure is an open point."""
    figure, axes = new_figure(3.0)
    with house_style():
        axes.plot(years, shares, color=BLUE, linewidth=2)
        for year, share, sure in zip(years, shares, final, strict=True):
            axes.scatter(
                [year], [share], s=55, zorder=3, facecolor=BLUE if sure else "white", edgecolor=BLUE, linewidth=2
            )
            axes.annotate(
                decimal(share, language),
                (year, share),
                textcoords="offset points",
                xytext=(0, 9),
                ha="center",
                fontsize=11,
            )
        axes.set_ylim(0, 72)
        axes.set_xticks(list(years))
        axes.set_xticklabels([str(year)[2:] if place % 2 else str(year) for place, year in enumerate(years)])
        axes.set_ylabel(say("charts-impact.turnout", language))
    return figure


def turnout(language: Language) -> Chart:
    """Return turnout at local elections in all Estonia."""
    rows = read_table("local-turnout")
    shares = [float(row["turnout_percent"]) for row in rows]
    final = [row["note_en"] == "final" for row in rows]
    return Chart(
        plot_turnout([int(row["year"]) for row in rows], shares, final, language),
        say(
            "charts-impact.turnout-alt",
            language,
            first=decimal(shares[0], language),
            last=decimal(shares[-1], language),
            lowest=decimal(min(shares), language),
        ),
        say("charts-impact.turnout-caption", language),
        tuple(say(f"charts-impact.{key}", language) for key in ("year", "turnout", "voted", "note")),
        [
            (row["year"], decimal(share, language), grouped(int(row["voted"])), row[f"note_{language}"])
            for row, share in zip(rows, shares, strict=True)
        ],
    )


def plot_findings(labels: Sequence[str], checked: Sequence[int], gaps: Sequence[int]) -> Any:
    """Return a bar for every check: how many of those checked had gaps."""
    figure, axes = new_figure(0.66 * len(labels) + 0.2)
    with house_style():
        for place, (label, all_of, found) in enumerate(zip(labels, checked, gaps, strict=True)):
            axes.barh(place, 1, height=0.3, color="#eef1f6")
            axes.barh(place, found / all_of, height=0.3, color=ACCENT)
            axes.text(0, place - 0.24, label, va="bottom", ha="left", fontsize=11.5)
            axes.text(1, place - 0.24, f"{found} / {all_of}", va="bottom", ha="right", fontweight="bold")
        axes.set_xlim(0, 1)
        axes.set_ylim(len(labels) - 0.6, -0.75)
        axes.set_axis_off()
    return figure


def findings(language: Language) -> Chart:
    """Return in how many of the municipalities checked inspectors found gaps."""
    rows = read_table("inspections")
    labels = [f"{row['year']}: {row[f'topic_{language}']}" for row in rows]
    checked, gaps = [int(row["checked"]) for row in rows], [int(row["with_gaps"]) for row in rows]
    return Chart(
        plot_findings(labels, checked, gaps),
        say("charts-impact.findings-alt", language, count=len(rows)),
        say("charts-impact.findings-caption", language),
        tuple(
            say(f"charts-impact.{key}", language)
            for key in ("year", "topic", "inspector", "checked", "with-gaps", "source")
        ),
        [
            (
                row["year"],
                row[f"topic_{language}"],
                row[f"inspector_{language}"],
                row["checked"],
                row["with_gaps"],
                row["source"],
            )
            for row in rows
        ],
    )
