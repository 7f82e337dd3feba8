"""The choice of one of the 79 municipalities, for every exploration that shows them: at first the learner's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from avcourse.course.language import Language
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.views.explorations.controls import Choice
from avcourse.views.municipality.own import is_example, my_municipality


def offers(_language: Language) -> Sequence[tuple[str, str]]:
    """Return code and name of every municipality, by name."""
    return [(one.code, one.name) for one in load_municipalities()]


def own_place() -> Mapping[str, object]:
    """Return the learner's own municipality as a start value, where a real one is chosen."""
    own = my_municipality()
    return {} if own is None or is_example(own) else {PLACE.id: own.code}


def municipality_of(code: str) -> Municipality:
    """Return the municipality of a code that the choice offered."""
    return next(one for one in load_municipalities() if one.code == code)


PLACE = Choice("place", offers=offers)
