"""Charts of the lesson on digital solutions: what the catalogue holds for each purpose, and how e-services were measured in Europe."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from matplotlib.figure import Figure

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.municipality.catalogue import load_catalogue
from avcourse.municipality.inventory import PURPOSES
from avcourse.views.charts import ACCENT, BLUE, GREY, PALE, Chart, house_style, new_figure
from avcourse.views.markup import decimal

YEAR: Final = "2022"
DIMENSIONS: Final = ("user_centricity", "transparency", "key_enablers", "cross_border", "overall")


def count_purposes() -> dict[str, tuple[int, int]]:
    """Return for each purpose how many solutions of the catalogue serve it, and how many of these are known to speak Estonian.

    Examples
    --------
    >>> count_purposes()["integrity"]
    (1, 1)
    """
    items = load_catalogue()
    serving = {purpose: [item for item in items if purpose in item.purposes] for purpose in PURPOSES}
    return {key: (len(found), sum(item.estonian_ui == "yes" for item in found)) for key, found in serving.items()}


def plot_purposes(counts: Mapping[str, tuple[int, int]], language: Language) -> Figure:
    """Return a bar a purpose, the part in Estonian in front; labels stand above the bars."""
    figure, axes = new_figure(0.56 * len(counts) + 0.5)
    most = max(total for total, _ in counts.values())
    with house_style():
        for place, (purpose, (total, estonian)) in enumerate(counts.items()):
            first = not place
            axes.barh(
                place, total, height=0.36, color=PALE, label=say("charts-digital.all", language) if first else None
            )
            axes.barh(place, estonian, height=0.36, color=BLUE,
                      label=say("charts-digital.estonian", language) if first else None)  # fmt: skip
            axes.text(
                0, place - 0.26, say(f"solution.purposes-{purpose}", language), va="bottom", ha="left", fontsize=12
            )
            axes.text(total + most / 60, place, f"{estonian} / {total}", va="center", ha="left", fontsize=12)
        axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=12)
    axes.set_xlim(0, most * 1.12)
    axes.set_ylim(len(counts) - 0.6, -0.75)
    axes.set_axis_off()
    return figure


def purposes(language: Language) -> Chart:
    """Return the chart of what the catalogue holds for each purpose."""
    counts = count_purposes()
    return Chart(
        plot_purposes(counts, language),
        say("charts-digital.purposes-alt", language, count=len(load_catalogue())),
        say("charts-digital.purposes-caption", language, count=len(load_catalogue())),
        tuple(say(f"charts-digital.{key}", language) for key in ("purpose", "all", "estonian")),
        [
            (say(f"solution.purposes-{key}", language), str(total), str(estonian))
            for key, (total, estonian) in counts.items()
        ],
    )


def plot_benchmark(rows: Sequence[tuple[str, Mapping[str, float]]], language: Language) -> Figure:
    """Return a line of points a dimension: Estonia in front, the other countries behind; ``rows`` are names with scores by country."""
    figure, axes = new_figure(0.72 * len(rows) + 1.1)
    style: dict[str, Any] = {"va": "bottom", "fontsize": 12}
    with house_style():
        for place, (name, scores) in enumerate(rows):
            others = [score for code, score in scores.items() if code != "EE"]
            axes.plot([0, 100], [place, place], color="#eef1f6", linewidth=6, solid_capstyle="round", zorder=0)
            axes.scatter(others, [place] * len(others), s=46, facecolor="white", edgecolor=GREY, linewidth=1.4, zorder=2,
                         label=None if place else say("charts-digital.others", language))  # fmt: skip
            axes.scatter([scores["EE"]], [place], s=90, color=ACCENT, zorder=3,
                         label=None if place else say("charts-digital.estonia", language))  # fmt: skip
            axes.text(0, place - 0.22, name, ha="left", **style)
            axes.text(
                100,
                place - 0.22,
                decimal(scores["EE"], language, 1),
                ha="right",
                fontweight="bold",
                color=ACCENT,
                **style,
            )
        axes.legend(frameon=False, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=12)
    axes.set_xlim(-2, 102)
    axes.set_ylim(len(rows) - 0.6, -0.75)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    axes.set_xticks(range(0, 101, 20))
    axes.set_xlabel(say("charts-digital.points", language))
    return figure


def benchmark(language: Language) -> Chart:
    """Return the chart of the eGovernment Benchmark of 2022: nine countries in four dimensions and in all."""
    table = [row for row in read_table("egov-benchmark-2020-2022") if row["year"] == YEAR]
    names = {row["dimension"]: row[f"dimension_{language}"] for row in table}
    countries = {row["country_code"]: row[f"country_{language}"] for row in table}
    scores = {(row["country_code"], row["dimension"]): float(row["score"]) for row in table}
    rows = [(names[key], {code: scores[code, key] for code in countries}) for key in DIMENSIONS]
    return Chart(
        plot_benchmark([(name[0].upper() + name[1:], found) for name, found in rows], language),
        say("charts-digital.benchmark-alt", language, overall=decimal(scores["EE", "overall"], language, 1)),
        say("charts-digital.benchmark-caption", language),
        (say("charts-digital.country", language), *(name for name, _ in rows)),
        [
            (countries[code], *(decimal(scores[code, key], language, 1) for key in DIMENSIONS))
            for code in sorted(countries, key=lambda code: -scores[code, "overall"])
        ],
    )
