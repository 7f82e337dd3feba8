"""Explorations: pictures whose controls a reader moves. ``explore`` draws one on a page; how to write one stands in ``docs/author.md``."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from avcourse.views.explorations.controls import Exploration

ROOM: Final = "avcourse.views.explorations"
EXPLORATIONS: Final = {
    "five-stars": "open_data:STARS",
    "guided-data": "guided:GUIDED",
    "open-data-formats": "open_data:FORMATS",
    "ten-points": "open_data:TEN_POINTS",
    "five-year-cost": "costs:COSTS",
    "once-only": "once_only:ONCE_ONLY",
    "municipal-map": "municipal_map:MAP",
    "council-timeline": "council:COUNCIL",
    "counterfactual": "counterfactual:COUNTERFACTUAL",
    "participatory-budgets": "participation:BUDGETS",
    "evidence-level": "judging:EVIDENCE",
    "sample-check": "judging:CHECK",
    "scale": "scale:SCALE",
    "signatures": "signatures:SIGNATURES",
    "channel-duty": "trust:CHANNEL",
    "incident-clock": "trust:CLOCK",
    "team-map": "team:TEAM",
    "same-skill": "same_skill:SAME_SKILL",
}
"""Name to ``module:constant`` in this room; a module is imported when one of its explorations is drawn."""


def load_exploration(name: str) -> Exploration:
    """Return an exploration by its name in ``EXPLORATIONS``.

    Raises
    ------
    KeyError
        If there is none of that name.

    Examples
    --------
    >>> load_exploration("signatures").table
    'explore-signatures'
    """
    module, _, constant = EXPLORATIONS[name].partition(":")
    found = getattr(import_module(f"{ROOM}.{module}"), constant)
    if not isinstance(found, Exploration):
        raise TypeError(f"{EXPLORATIONS[name]} is no exploration")
    return found
