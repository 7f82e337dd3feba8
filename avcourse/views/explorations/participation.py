"""Participatory budgets compared (lesson 6): turnout, voters and money for each voter, from ``datasets/participatory-budgeting.csv``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.views.charts import BLUE, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Values, show_number
from avcourse.views.markup import decimal, grouped

TABLE: Final = "explore-participatory-budgets"


@dataclass(frozen=True, slots=True)
class Vote:
    """One vote on a participatory budget; what was not published is nothing."""

    place: Mapping[Language, str]
    note: Mapping[Language, str]
    country: str
    year: int
    euros: int | None
    voters: int | None
    turnout: float | None

    def name(self, language: Language) -> str:
        """Return place and year."""
        return f"{self.place[language]} {self.year}"


def read_votes() -> list[Vote]:
    """Return the votes of the table, in its order."""
    return [
        Vote(
            {"et": row["place_et"], "en": row["place_en"]},
            {"et": row["note_et"], "en": row["note_en"]},
            row["country"],
            int(row["year"]),
            int(row["sum_eur"]) if row["sum_eur"] else None,
            int(row["voters"]) if row["voters"] else None,
            float(row["turnout_percent"]) if row["turnout_percent"] else None,
        )
        for row in read_table("participatory-budgeting")
    ]


def euros_per_voter(vote: Vote) -> float | None:
    """Return how much money stood behind each voter, where both figures are known."""
    return vote.euros / vote.voters if vote.euros and vote.voters else None


MEASURES: Final[Mapping[str, Callable[[Vote], float | None]]] = {
    "turnout": lambda vote: vote.turnout,
    "voters": lambda vote: vote.voters,
    "euros": euros_per_voter,
}


def shown_of(value: float, measure: str, language: Language) -> str:
    """Return a value of a measure as people read it."""
    return show_number(value, language) if measure == "turnout" else grouped(round(value))


def known_votes(measure: str, group: str) -> list[tuple[Vote, float]]:
    """Return the votes of which a measure is known: in Estonia, or everywhere."""
    pairs = [(vote, MEASURES[measure](vote)) for vote in read_votes() if group == "all" or vote.country == "EE"]
    return [(vote, value) for vote, value in pairs if value is not None]


def plot_votes(known: Sequence[tuple[Vote, float]], measure: str, language: Language) -> Any:
    """Return a bar for each vote; those in Estonia are dark."""
    figure, axes = new_figure(0.4 * len(known) + 0.8)
    with house_style():
        colours = [BLUE if vote.country == "EE" else PALE for vote, _ in known]
        axes.barh(range(len(known)), [value for _, value in known], color=colours, height=0.65)
        for place, (_, value) in enumerate(known):
            said = shown_of(value, measure, language)
            axes.annotate(said, (value, place), textcoords="offset points", xytext=(5, 0), va="center")
        axes.set_yticks(range(len(known)), [vote.name(language) for vote, _ in known], fontsize=11)
        axes.set_xlim(0, max(value for _, value in known) * 1.2)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        axes.invert_yaxis()
    return figure


def draw_votes(values: Values, language: Language) -> Picture:
    """Draw one measure of the votes, and say what it shows and whom it does not."""
    measure, group = values.choice("measure"), values.choice("places")
    known = known_votes(measure, group)
    (low, least), (high, most) = min(known, key=lambda pair: pair[1]), max(known, key=lambda pair: pair[1])
    sentence = say(
        f"{TABLE}.sentence-{measure}",
        language,
        low=low.name(language),
        least=shown_of(least, measure, language),
        high=high.name(language),
        most=shown_of(most, measure, language),
    )
    rows = [
        (
            vote.name(language),
            decimal(vote.turnout, language) if vote.turnout else "–",
            grouped(vote.voters) if vote.voters else "–",
            grouped(vote.euros) if vote.euros else "–",
            vote.note[language],
        )
        for vote in read_votes()
        if group == "all" or vote.country == "EE"
    ]
    head = tuple(say(f"{TABLE}.{key}", language) for key in ("vote", "turnout", "voters", "sum", "design"))
    figure = picture_html(plot_votes(known, measure, language), sentence)
    caption = say(f"{TABLE}.caption-{measure}", language)
    return Picture(sentence, figure, caption, head, rows, say(f"{TABLE}.note-{measure}", language))


BUDGETS: Final = Exploration(
    TABLE, (Choice("measure", tuple(MEASURES)), Choice("places", ("estonia", "all"), "all")), draw_votes
)
