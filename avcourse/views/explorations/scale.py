"""What a case would be at the scale of one's own municipality (lesson 12): money and voters for each resident, carried over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from avcourse.course.datasets import read_table
from avcourse.course.language import Language, say
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.charts import ACCENT, BLUE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Values
from avcourse.views.explorations.places import PLACE, municipality_of, own_place
from avcourse.views.markup import decimal, grouped

TABLE: Final = "explore-scale"
CASES: Final = (
    ("tartu", "Tartu linn", 2024),
    ("elva", "Elva vald", 2021),
    ("haapsalu", "Haapsalu linn", 2021),
    ("laane-nigula", "Lääne-Nigula vald", 2021),
)
"""Id, place and year of the participatory budgets of the dataset that name a sum, the latest of each place."""


@dataclass(frozen=True, slots=True)
class Case:
    """A participatory budget and how many residents its place has (population register, June 2024)."""

    id: str
    name: str
    year: int
    residents: int
    euros: int
    voters: int | None

    @property
    def euros_each(self) -> float:
        """Euros for each resident."""
        return self.euros / self.residents


def load_cases() -> tuple[Case, ...]:
    """Return the cases of ``CASES`` from the datasets."""
    budgets = {(row["place_et"], int(row["year"])): row for row in read_table("participatory-budgeting")}
    places = {one.name: one.population for one in load_municipalities()}
    return tuple(
        Case(name, place, year, places[place], int(row["sum_eur"]), int(row["voters"]) if row["voters"] else None)
        for name, place, year in CASES
        for row in (budgets[(place, year)],)
    )


def at_scale(case: Case, residents: int) -> tuple[int, int | None]:
    """Return sum and voters that would be the same share among so many residents, the sum rounded to hundreds.

    Examples
    --------
    >>> at_scale(Case("a", "A", 2024, 10_000, 20_000, 500), 1_000)
    (2000, 50)
    """
    share = residents / case.residents
    return round(case.euros * share / 100) * 100, None if case.voters is None else round(case.voters * share)


def plot_scale(cases: tuple[Case, ...], chosen: Case, language: Language) -> Any:
    """Return euros for each resident in every case; the chosen one stands out."""
    figure, axes = new_figure(0.62 * len(cases) + 0.4)
    most = max(case.euros_each for case in cases)
    with house_style():
        for place, case in enumerate(cases):
            axes.barh(place, case.euros_each, height=0.32, color=ACCENT if case == chosen else BLUE)
            axes.text(0, place - 0.25, f"{case.name}, {case.year}", va="bottom", ha="left")
            said = say(f"{TABLE}.euros-each", language, euros=decimal(case.euros_each, language))
            axes.text(
                most, place - 0.25, said, va="bottom", ha="right", fontweight="bold" if case == chosen else "normal"
            )
    axes.set_xlim(0, most)
    axes.set_ylim(len(cases) - 0.6, -0.8)
    axes.set_axis_off()
    return figure


def _sentence(case: Case, own: Municipality, language: Language) -> str:
    euros, voters = at_scale(case, own.population)
    words = {"case": case.name, "sum": grouped(case.euros), "own": own.name, "euros": grouped(euros)}
    said = say(f"{TABLE}.sentence", language, **words)
    if voters is None or case.voters is None:
        return said
    return f"{said} {say(f'{TABLE}.voters-sentence', language, voters=grouped(voters), theirs=grouped(case.voters))}"


def draw_scale(values: Values, language: Language) -> Picture:
    """Draw what the cases cost for each resident, and say what the chosen one would be here."""
    cases, own = load_cases(), municipality_of(values.choice(PLACE.id))
    chosen = next(case for case in cases if case.id == values.choice("case"))
    rows = []
    for case in cases:
        euros, voters = at_scale(case, own.population)
        rows.append((f"{case.name}, {case.year}", grouped(case.residents), grouped(case.euros),
                     "–" if case.voters is None else grouped(case.voters), grouped(euros),
                     "–" if voters is None else grouped(voters)))  # fmt: skip
    return Picture(
        _sentence(chosen, own, language),
        picture_html(
            plot_scale(cases, chosen, language), say(f"{TABLE}.alt", language, count=len(cases), case=chosen.name)
        ),
        say(f"{TABLE}.caption", language),
        tuple(
            say(f"{TABLE}.{key}", language) for key in ("case", "residents", "sum", "voters", "own-sum", "own-voters")
        ),
        rows,
        say(f"{TABLE}.note", language),
    )


SCALE: Final = Exploration(TABLE, (Choice("case", tuple(name for name, *_ in CASES)), PLACE), draw_scale, own_place)
