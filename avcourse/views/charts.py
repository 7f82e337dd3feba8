"""Charts: one quiet style, each with its figures beside it as a table. ``plot_*`` returns a Figure; ``show_chart`` draws one on a page."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from typing import Any, Final

import matplotlib
from matplotlib.figure import Figure

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.views.markup import decimal, draw, table, tag, text

BLUE: Final = "#1b3a6b"
ACCENT: Final = "#b4530a"
GREY: Final = "#5b6573"
PALE: Final = "#c9d3e3"
STYLE: Final[Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 13,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": "#1c2430",
    "xtick.color": "#1c2430",
    "ytick.color": "#1c2430",
    "text.color": "#1c2430",
    "svg.fonttype": "path",
    # A dollar sign in somebody's words is no formula.
    "text.parse_math": False,
    # Element ids in the SVG are drawn from this salt: the same figure gives the same bytes.
    "svg.hashsalt": "avcourse",
}
_STYLING: Final = threading.RLock()
WIDTH: Final = 5.6
"""Inches; narrow enough that the words stay readable on a telephone."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its figures: ``alt`` says in one sentence what is to be seen."""

    figure: Figure
    alt: str
    caption: str
    head: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the house style, one thread at a time.

    Matplotlib's settings are the same for all threads: a page may draw while a PDF is made, and would take the style away in the middle.
    """
    with _STYLING, matplotlib.rc_context(STYLE):
        yield


def new_figure(height: float) -> tuple[Figure, Any]:
    """Return an empty figure in the house style, with its axes; draw on it inside ``house_style()``."""
    with house_style():
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        return figure, figure.add_subplot()


def plot_shares(labels: Sequence[str], shares: Sequence[float], language: Language) -> Figure:
    """Return horizontal bars of per cents, 0 to 100, labels above the bars so that long ones stay readable."""
    figure, axes = new_figure(0.62 * len(labels) + 0.3)
    places = range(len(labels))
    with house_style():
        axes.barh(places, [100] * len(labels), height=0.34, color="#eef1f6")
        axes.barh(places, shares, height=0.34, color=[ACCENT if share == min(shares) else BLUE for share in shares])
        for place, label, share in zip(places, labels, shares, strict=True):
            axes.text(0, place - 0.28, label, va="bottom", ha="left")
            axes.text(100, place - 0.28, f"{decimal(share, language, 0)} %", va="bottom", ha="right", fontweight="bold")
    axes.set_xlim(0, 100)
    axes.invert_yaxis()
    axes.set_axis_off()
    return figure


def plot_members(
    dates: Sequence[date], countries: Sequence[int], local: Sequence[int | None], language: Language
) -> Figure:
    """Return the number of member countries and of local governments over time; only dates with a verified figure."""
    figure, axes = new_figure(3.4)
    with house_style():
        axes.plot(dates, countries, color=BLUE, marker="o", linewidth=2, label=say("charts.countries", language))
        known = [(when, count) for when, count in zip(dates, local, strict=True) if count is not None]
        axes.plot([k[0] for k in known], [k[1] for k in known], color=ACCENT, marker="s", linestyle="--", linewidth=2,
                  label=say("charts.local-governments", language))  # fmt: skip
        for place, (when, count) in enumerate(zip(dates, countries, strict=True)):
            close = place > 0 and (when - dates[place - 1]).days < 400
            axes.annotate(
                str(count), (when, count), textcoords="offset points", xytext=(0, -20 if close else 9), ha="center"
            )
        for when, count in known:
            axes.annotate(str(count), (when, count), textcoords="offset points", xytext=(-9, -4), ha="right")
        axes.legend(frameon=False, loc="upper left")
    axes.set_ylim(0, max([*countries, *(k[1] for k in known)]) * 1.25)
    years = sorted({when.year for when in dates})
    axes.set_xticks([date(year, 1, 1) for year in range(years[0], years[-1] + 2, max(1, (years[-1] - years[0]) // 5))])
    axes.set_xticklabels([str(year) for year in range(years[0], years[-1] + 2, max(1, (years[-1] - years[0]) // 5))])
    return figure


def plot_periods(labels: Sequence[str], periods: Sequence[tuple[int, int]], notes: Sequence[str]) -> Figure:
    """Return a timeline of periods in years, one bar a row, with a note on each."""
    figure, axes = new_figure(0.52 * len(labels) + 0.6)
    with house_style():
        for place, (label, (begin, end), note) in enumerate(zip(labels, periods, notes, strict=True)):
            axes.barh(place, end - begin, left=begin, height=0.62, color=BLUE)
            axes.text((begin + end) / 2, place, label, color="white", va="center", ha="center", fontweight="bold")
            right = place < len(labels) / 2
            axes.text(
                end + 0.15 if right else begin - 0.15,
                place,
                note,
                va="center",
                ha="left" if right else "right",
                color="#1c2430",
            )
    first, last = min(p[0] for p in periods), max(p[1] for p in periods)
    axes.set_xticks(range(first, last + 1, 2))
    axes.set_xlim(first - 0.3, last + 0.3)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.invert_yaxis()
    return figure


def plot_gains(
    labels: Sequence[str],
    before: Sequence[float],
    after: Sequence[float],
    language: Language,
    *,
    notes: Sequence[str] = (),
) -> Figure:
    """Return per-area means before and after, in per cent: an open and a filled point joined by a line.

    A note stands opposite each label.
    """
    figure, axes = new_figure(0.62 * len(labels) + 1.0)
    with house_style():
        for place, (label, x0, x1) in enumerate(zip(labels, before, after, strict=True)):
            axes.plot([0, 100], [place, place], color="#eef1f6", linewidth=6, solid_capstyle="round", zorder=0)
            axes.plot([x0, x1], [place, place], color=PALE, linewidth=6, solid_capstyle="round", zorder=1)
            axes.scatter(
                [x0],
                [place],
                s=90,
                facecolor="white",
                edgecolor=BLUE,
                linewidth=2,
                zorder=3,
                label=say("charts.before", language) if not place else None,
            )
            axes.scatter(
                [x1], [place], s=90, color=ACCENT, zorder=3, label=say("charts.after", language) if not place else None
            )
            axes.text(0, place - 0.22, label, va="bottom", ha="left")
        for place, note in enumerate(notes):
            axes.text(100, place - 0.22, note, va="bottom", ha="right", color=GREY, fontsize=11)
        axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    axes.set_xlim(-2, 102)
    axes.set_ylim(len(labels) - 0.6, -0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(say("charts.per-cent", language))
    return figure


def residents(language: Language) -> Chart:
    """Return what residents thought of their municipality in 2022."""
    rows = read_table("residents-2022")
    labels = [row[f"measure_{language}"] for row in rows]
    shares = [float(row["share_percent"]) for row in rows]
    return Chart(
        plot_shares(labels, shares, language),
        say(
            "charts.residents-alt",
            language,
            lowest=labels[shares.index(min(shares))],
            share=decimal(min(shares), language, 0),
        ),
        say("charts.residents-caption", language),
        (say("charts.measure", language), say("charts.per-cent", language)),
        [(label, decimal(share, language, 0)) for label, share in zip(labels, shares, strict=True)],
    )


def members(language: Language) -> Chart:
    """Return the growth of the Open Government Partnership."""
    rows = read_table("ogp-members")
    dates = [date.fromisoformat((row["date"] + "-01-01")[:10]) for row in rows]
    countries = [int(row["countries"]) for row in rows]
    local = [int(row["local_governments"]) if row["local_governments"] else None for row in rows]
    return Chart(
        plot_members(dates, countries, local, language),
        say("charts.members-alt", language, first=countries[0], last=countries[-1]),
        say("charts.members-caption", language),
        (say("charts.year", language), say("charts.countries", language), say("charts.local-governments", language)),
        [(row["date"], row["countries"], row["local_governments"] or "–") for row in rows],
    )


def plans(language: Language) -> Chart:
    """Return Estonia's action plans over time."""
    rows = [row for row in read_table("ogp-plans") if row["period_end"]]
    names = [say("charts.plan", language, plan=row["plan"]) for row in rows]
    notes = [
        say("charts.commitments", language, count=row["commitments"]) if row["commitments"] else "" for row in rows
    ]
    return Chart(
        plot_periods(names, [(int(r["period_start"][:4]), int(r["period_end"][:4])) for r in rows], notes),
        say("charts.plans-alt", language, count=len(rows)),
        say("charts.plans-caption", language),
        tuple(say(f"charts.{name}", language) for name in ("plan-head", "period", "headline", "commitments-head")),
        [
            (
                r["plan"],
                f"{r['period_start'][:4]}–{r['period_end'][:4]}",
                r[f"headline_{language}"],
                r["commitments"] or "–",
            )
            for r in rows
        ],
    )


ROOM: Final = "avcourse.views"
CHARTS: Final[Mapping[str, str]] = {
    "catalogue-purposes": "charts_digital:purposes",
    "egov-benchmark": "charts_digital:benchmark",
    "inspections": "charts_impact:findings",
    "local-turnout": "charts_impact:turnout",
    "ogp-members": "charts:members",
    "ogp-plans": "charts:plans",
    "residents-2022": "charts:residents",
}
"""Name of a chart to ``module:function`` in this room; the function takes the language and returns a ``Chart``.

A lesson's own charts stand in ``charts_<topic>.py``, which is imported when one of them is drawn.
"""


def make_chart(name: str, language: Language) -> Chart:
    """Return one of the course's charts by its name in ``CHARTS``."""
    module, _, function = CHARTS[name].partition(":")
    chart = getattr(import_module(f"{ROOM}.{module}"), function)(language)
    if not isinstance(chart, Chart):
        raise TypeError(f"{CHARTS[name]} returns no chart")
    return chart


def svg(figure: Figure) -> str:
    """Return a figure as an SVG element without date, the same bytes every time."""
    stream = io.StringIO()
    with house_style():
        figure.savefig(
            stream, format="svg", transparent=True, metadata=dict.fromkeys(("Date", "Creator", "Format", "Type"))
        )
    whole = stream.getvalue()
    return whole[whole.index("<svg") :]


def picture_html(figure: Figure, alt: str) -> str:
    """Return a figure as a picture with its words for those who do not see it."""
    picture = svg(figure).replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    return tag("div", picture, role="img", aria_label=alt, class_="av-picture")


def chart_html(chart: Chart, language: Language) -> str:
    """Return a figure with its picture, what it shows in words, and its figures in a table to unfold."""
    details = tag(
        "details", tag("summary", text(say("charts.as-table", language))), table(chart.caption, chart.head, chart.rows)
    )
    return tag(
        "figure",
        picture_html(chart.figure, chart.alt),
        tag("figcaption", text(chart.caption)),
        details,
        class_="av-figure",
    )


def show_chart(name: str, language: str, *, reveal: bool = False) -> object:
    """Draw one of the course's charts in a notebook; the names stand in ``CHARTS``.

    With ``reveal`` the chart is folded until it is asked for, so that a question before it is not answered by it.
    """

    def make(chosen: Language) -> str:
        html = chart_html(make_chart(name, chosen), chosen)
        if not reveal:
            return html
        return tag("details", tag("summary", text(say("charts.reveal", chosen))), html, class_="av-reveal")

    return draw(make, language)
