"""How many fields of a form people still have to fill in, once it takes what is known from where it is known. The form is invented."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, GREY, PALE, house_style, new_figure, picture_html
from avcourse.views.explorations.controls import Checks, Exploration, Picture, Slider, Values
from avcourse.views.markup import grouped

TABLE: Final = "explore-once-only"
PERSON: Final = "person"
FORM: Final = {
    "name": "login",
    "code": "login",
    "home": "population",
    "club": "business",
    "address": "business",
    "right": "business",
    "register": PERSON,
    "debt": "own",
    "before": "own",
    "mail": PERSON,
    "times": PERSON,
    "people": PERSON,
    "fax": "drop",
    "heard": "drop",
}
"""Field of the form to where its answer is known; ``drop`` is what nobody uses."""
WAYS: Final = ("login", "population", "business", "own", "drop")


def fields_left(ways: Collection[str]) -> tuple[str, ...]:
    """Return the fields that people still fill in when the ways are used.

    Examples
    --------
    >>> fields_left(WAYS)
    ('register', 'mail', 'times', 'people')
    """
    return tuple(field for field, way in FORM.items() if way not in ways)


def plot_form(left: Collection[str], language: Language) -> Any:
    """Return the form as a list: a filled square beside what people fill in, an empty one with its source beside the rest."""
    figure, axes = new_figure(0.3 * len(FORM) + 0.2)
    with house_style():
        for place, (field, way) in enumerate(FORM.items()):
            asked = field in left
            axes.scatter([0], [place], s=90, marker="s", facecolor=ACCENT if asked else "white",
                         edgecolor=ACCENT if asked else GREY, linewidth=1.5)  # fmt: skip
            axes.text(0.04, place, say(f"{TABLE}.{field}", language), va="center", fontsize=12,
                      fontweight="bold" if asked else "normal", color=None if asked else GREY)  # fmt: skip
            if not asked:
                axes.text(
                    1, place, say(f"{TABLE}.from-{way}", language), va="center", ha="right", fontsize=11, color=GREY
                )
            axes.axhline(place + 0.5, color=PALE, linewidth=0.6)
    axes.set_xlim(-0.03, 1.01)
    axes.set_ylim(len(FORM) - 0.4, -0.6)
    axes.set_axis_off()
    return figure


def draw_once_only(values: Values, language: Language) -> Picture:
    """Draw the form, and say how much writing falls away in a year."""
    left, yearly = fields_left(values.checks("ways")), values.whole("applications")
    spared = (len(FORM) - len(left)) * yearly
    whole = grouped(len(FORM) * yearly)
    counts = {"left": len(left), "all": len(FORM), "yearly": grouped(yearly), "spared": grouped(spared), "whole": whole}
    return Picture(
        say(f"{TABLE}.sentence{'' if len(left) < len(FORM) else '-all'}", language, **counts),
        picture_html(plot_form(left, language), say(f"{TABLE}.alt", language, **counts)),
        say(f"{TABLE}.caption", language),
        (say(f"{TABLE}.field", language), say(f"{TABLE}.source", language)),
        [
            (say(f"{TABLE}.{field}", language), say(f"{TABLE}.from-{PERSON if field in left else way}", language))
            for field, way in FORM.items()
        ],
        say(f"{TABLE}.note", language),
    )


ONCE_ONLY: Final = Exploration(TABLE, (Checks("ways", WAYS), Slider("applications", 0, 1000, 200, 10)), draw_once_only)
