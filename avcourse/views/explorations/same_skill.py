"""What a test of a few questions can say: the same skill gives different results (lesson 14).

Nothing is drawn by lot: all is worked out.
"""

from __future__ import annotations

import math
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.views.charts import BLUE, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Choice, Exploration, Picture, Slider, Values
from avcourse.views.markup import decimal

TABLE: Final = "explore-same-skill"
USUAL: Final = 0.9
"""The share of times that the range in words holds, at least."""
JUMP: Final = {4: 1, 20: 2, 40: 4}
"""Questions in a test, and the points of a gain whose chance is told."""


def chances(questions: int, share: float) -> list[float]:
    """Return the chance of 0, 1, … right answers, where each question is answered rightly with the same chance.

    Examples
    --------
    >>> chances(2, 0.5)
    [0.25, 0.5, 0.25]
    """
    return [math.comb(questions, n) * share**n * (1 - share) ** (questions - n) for n in range(questions + 1)]


def usual_range(weights: list[float]) -> tuple[int, int]:
    """Return the fewest and most points of a range that holds at least ``USUAL`` of the times, built from the most likely outwards.

    Examples
    --------
    >>> usual_range(chances(20, 0.6)), usual_range(chances(4, 0.5))
    ((8, 15), (1, 4))
    """
    low = high = max(range(len(weights)), key=lambda n: weights[n])
    held = weights[low]
    while held < USUAL:
        below = weights[low - 1] if low else -1.0
        above = weights[high + 1] if high + 1 < len(weights) else -1.0
        if above >= below:
            high += 1
            held += above
        else:
            low -= 1
            held += below
    return low, high


def chance_of_gain(weights: list[float], points: int) -> float:
    """Return the chance that a second test of the same skill is better by at least so many points.

    Examples
    --------
    >>> round(chance_of_gain(chances(2, 0.5), 1), 4)
    0.3125
    """
    return sum(
        first * second
        for before, first in enumerate(weights)
        for after, second in enumerate(weights)
        if after - before >= points
    )


def plot_chances(weights: list[float], usual: tuple[int, int], language: Language) -> Any:
    """Return how often each number of right answers comes, in a hundred times; the usual range is dark."""
    figure, axes = new_figure(2.8)
    with house_style():
        inside = [usual[0] <= points <= usual[1] for points in range(len(weights))]
        axes.bar(
            range(len(weights)), [100 * w for w in weights], color=[BLUE if i else PALE for i in inside], width=0.8
        )
        axes.set_xlabel(say(f"{TABLE}.points", language))
        axes.set_ylabel(say(f"{TABLE}.often", language))
        axes.set_xlim(-0.6, len(weights) - 0.4)
        axes.xaxis.get_major_locator().set_params(integer=True)
    return figure


def draw_same_skill(values: Values, language: Language) -> Picture:
    """Draw the results that one and the same skill gives, and say how far they lie apart."""
    questions, percent = int(values.choice("questions")), values.whole("share")
    weights = chances(questions, percent / 100)
    low, high = usual_range(weights)
    jump = JUMP[questions]
    luck = decimal(100 * chance_of_gain(weights, jump), language, 0)
    told = {"share": percent, "questions": questions, "low": low, "high": high, "luck": luck, "jump": jump}
    sentence = say(f"{TABLE}.sentence", language, **told)
    return Picture(
        sentence,
        picture_html(plot_chances(weights, (low, high), language), say(f"{TABLE}.alt", language, **told)),
        say(f"{TABLE}.caption", language),
        (say(f"{TABLE}.points", language), say(f"{TABLE}.often", language)),
        [(str(points), decimal(100 * weight, language, 1)) for points, weight in enumerate(weights)],
        say(f"{TABLE}.note", language),
    )


SAME_SKILL: Final = Exploration(
    TABLE,
    (Slider("share", 10, 95, 60, 5), Choice("questions", tuple(map(str, JUMP)), "20")),
    draw_same_skill,
)
