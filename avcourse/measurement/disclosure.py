"""What of a group's figures may leave the trainer's desk (F15), and how coarse it then is."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Literal, TypeAlias, TypeVar

from avcourse.measurement.statistics import FEWEST_FOR_STATISTICS

Status: TypeAlias = Literal["collecting", "suppressed", "shown"]
FEWEST_TO_PUBLISH = 5
EQUAL_ANSWERS_LIMIT = 10  # below this, "all answered the same" tells what each person answered
ROUNDING_LIMIT = 20

# Steps of rounding below 20 people: per cents to 5 (F15), the others so that they do not give the per cents back.
_PER_CENT = dict.fromkeys(("pre_mean", "post_mean", "raw_gain", "raw_gain_ci", "left_pre_mean"), 5.0)
_SHARE = dict.fromkeys(("normalized_gain", "normalized_gain_ci", "bias"), 0.05)
_FINE = dict.fromkeys(("brier", "resolution", "p_t", "wilcoxon_p"), 0.01)
_STEPS = _PER_CENT | _SHARE | _FINE
_OTHER_STEP = 0.1

_Name = TypeVar("_Name", bound=str)
_Figures = TypeVar("_Figures")


def status_of(n: int, *same: bool) -> Status:
    """Say what may be shown of n people; below 10 nothing where one thing is the ``same`` for all of them.

    Examples
    --------
    >>> status_of(2), status_of(4), status_of(9, False, True), status_of(10, True)
    ('collecting', 'suppressed', 'suppressed', 'shown')
    """
    if n < FEWEST_FOR_STATISTICS:
        return "collecting"
    if n < FEWEST_TO_PUBLISH or (n < EQUAL_ANSWERS_LIMIT and any(same)):
        return "suppressed"
    return "shown"


def published(exact: _Figures | None, n: int, *same: bool) -> _Figures | None:
    """Return the figures of n people as they may be shown, or None."""
    return coarser(exact, n) if exact and status_of(n, *same) == "shown" else None


def coarser(figures: _Figures, n: int) -> _Figures:
    """Round the figures below 20 people, so that no single answer can be worked back from them."""
    if n >= ROUNDING_LIMIT:
        return figures
    changes: dict[str, Any] = {}
    for name in (item.name for item in fields(figures)):  # type: ignore[arg-type]
        value, step = getattr(figures, name), _STEPS.get(name, _OTHER_STEP)
        if isinstance(value, tuple):
            changes[name] = tuple(_round_to(end, step) for end in value)
        elif isinstance(value, float):
            changes[name] = _round_to(value, step)
    return replace(figures, **changes)  # type: ignore[type-var]


def _round_to(value: float, step: float) -> float:
    """Round to the nearest multiple of the step, halves up."""
    return round(math.floor(value / step + 0.5) * step, 6)


def published_counts(counts: Mapping[_Name, int | None]) -> dict[_Name, int | None]:
    """Return how many people fell into each class as it may be shown beside their total."""
    known = [count or 0 for count in counts.values()]
    if sum(known) < EQUAL_ANSWERS_LIMIT and sum(known) in known:
        return dict.fromkeys(counts)
    shown = safe_to_publish(known)
    return {name: count if show else None for name, count, show in zip(counts, known, shown, strict=True)}


def safe_to_publish(counts: Sequence[int]) -> list[bool]:
    """Decide which sibling groups may be shown beside their total (F15).

    A group needs at least 5 people. Where those hidden are together fewer than 5, total minus shown would give them
    away, so the smallest shown group (the first of equals) is hidden with them. `counts` are the people per group;
    the groups do not overlap and together are the total.

    Source: complementary suppression, Hundepool et al. (2012), Statistical Disclosure Control, ch. 4.

    Examples
    --------
    >>> safe_to_publish([12, 7, 3])
    [True, False, False]
    """
    if any(count < 0 for count in counts):
        raise ValueError(f"a group cannot have fewer than 0 people: {list(counts)}")
    shown = [count >= FEWEST_TO_PUBLISH for count in counts]
    hidden = sum(count for count, show in zip(counts, shown, strict=True) if not show)
    if 0 < hidden < FEWEST_TO_PUBLISH and any(shown):
        shown[min((count, place) for place, count in enumerate(counts) if shown[place])[1]] = False
    return shown


def siblings_to_publish(counts: Sequence[int], fit: Sequence[bool]) -> list[bool]:
    """Decide which sibling groups may be shown beside their total, where some are not ``fit`` to be shown themselves.

    As `safe_to_publish`, and besides: a group that stands alone behind the shown ones would be the difference of the
    total and them, however many people it has, so the smallest shown group is hidden with it.

    Examples
    --------
    >>> siblings_to_publish([12, 8], [True, False]), siblings_to_publish([12, 8, 6], [True, False, False])
    ([False, False], [True, False, False])
    """
    shown = [own and count >= FEWEST_TO_PUBLISH for own, count in zip(fit, counts, strict=True)]
    behind = [count for count, show in zip(counts, shown, strict=True) if count and not show]
    if behind and any(shown) and (len(behind) == 1 or sum(behind) < FEWEST_TO_PUBLISH):
        shown[min((count, place) for place, count in enumerate(counts) if shown[place])[1]] = False
    return shown
