"""Whom one may look at beside oneself: peers of the same size and kind or the nearest ones, and the map of equal tiles.

No ranks and no names: of peers one sees the middle half, and that only from five.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final, Literal

from avcourse.course.datasets import read_table
from avcourse.municipality.profile import Municipality, size_class

Mode = Literal["class", "nearest"]
FEWEST_PEERS: Final = 5
NEAREST: Final = 8
_TILES: Final = """
.... .... .... .... 0198 0890 0446 .... 0424 0191 .... .... .... .... ....
.... .... .... .... 0296 0784 0653 0245 0353 0272 0661 0903 0321 0735 0511
.... .... .... 0431 0726 0719 0305 0651 0141 0792 0663 0442 0251 0803 0514
.... 0907 .... 0184 0441 0317 0338 0567 0255 0928 0901 0486 0130 .... ....
0205 .... .... .... 0503 0668 0293 0834 0618 0247 0796 0586 .... .... ....
.... .... 0478 .... 0430 0809 0638 0615 0899 0793 0432 0291 .... .... ....
0714 .... .... .... 0624 0712 0480 0897 0171 0528 0283 0622 .... .... ....
.... .... .... 0303 .... 0214 .... .... 0824 0557 0284 0919 0708 .... ....
.... .... .... .... .... .... .... .... 0855 0142 0698 0917 0732 .... ....
.... .... 0689 .... .... .... .... .... .... .... .... .... .... .... ....
"""
"""The 79 EHAK codes, north up: what ``lay_tiles`` computes, kept so that a page need not wait for scipy (a test holds both alike)."""


def peers_of(own: Municipality, everyone: Sequence[Municipality], mode: Mode) -> tuple[Municipality, ...] | None:
    """Return the peers of a municipality, itself left out; None where there are fewer than five.

    ``class``: the same size class and kind (linn, vald). ``nearest``: the eight nearest by the logarithms of population, density and area,
    each divided by its standard deviation, nearest first.
    """
    others = [other for other in everyone if other.code != own.code]
    if mode == "class":
        found = [other for other in others if other.kind == own.kind and size_class(other) == size_class(own)]
    else:
        found = _nearest(own, others)
    return tuple(found) if len(found) >= FEWEST_PEERS else None


def _features(municipality: Municipality) -> tuple[float, float, float]:
    # A profile typed in for the worked example may hold a zero, which has no logarithm.
    people, area = math.log(max(municipality.population, 1)), math.log(max(municipality.area_km2, 0.1))
    return people, people - area, area


def _nearest(own: Municipality, others: Sequence[Municipality]) -> list[Municipality]:
    features = [_features(other) for other in others]
    # A column in which all are alike but for rounding must not decide.
    spreads = [max(statistics.pstdev(column), 1e-9) for column in zip(*features, strict=True)]
    place = _features(own)

    def distance(feature: tuple[float, float, float]) -> float:
        return math.dist(
            [a / s for a, s in zip(feature, spreads, strict=True)], [a / s for a, s in zip(place, spreads, strict=True)]
        )

    ordered = sorted(zip(others, features, strict=True), key=lambda pair: (distance(pair[1]), pair[0].code))
    return [other for other, _ in ordered[:NEAREST]]


def middle_half(values: Sequence[float]) -> tuple[float, float] | None:
    """Return the quartiles between which the middle half lies, or None where there are fewer than five values.

    Examples
    --------
    >>> middle_half([5, 1, 4, 2, 3])
    (2.0, 4.0)
    """
    if len(values) < FEWEST_PEERS:
        return None
    lower, _, upper = statistics.quantiles(values, n=4, method="inclusive")
    return float(lower), float(upper)


@cache
def tile_map() -> Mapping[str, tuple[int, int]]:
    """Return the tile of each municipality: EHAK code to column and row, from 0 in the north-west; each has its own.

    Examples
    --------
    >>> len(set(tile_map().values()))
    79
    """
    rows = [line.split() for line in _TILES.strip().splitlines()]
    return {
        code: (column, row) for row, cells in enumerate(rows) for column, code in enumerate(cells) if code != "...."
    }


def lay_tiles() -> dict[str, tuple[int, int]]:
    """Compute the tiles anew: the tiles of ``tile_map`` (they have the shape of Estonia) dealt out by centre point.

    The centre points are stretched to the size of the grid; the sum of squared distances between point and tile is the smallest possible.
    For whoever changes the tiles or the municipalities: paste the outcome into ``_TILES``.
    """
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    rows = sorted(read_table("municipalities"), key=lambda row: row["ehak_code"])
    # West to east and, as rows do, north to south; a stretch to the grid follows, so degrees need no projection.
    points = np.array([(float(row["centre_lon"]), -float(row["centre_lat"])) for row in rows])
    tiles = np.array(sorted(tile_map().values()))
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    points = tiles.min(axis=0) + (points - low) / size * np.ptp(tiles, axis=0)
    apart = ((points[:, None, :] - tiles[None, :, :]) ** 2).sum(axis=2)
    found, places = linear_sum_assignment(apart)
    return {rows[i]["ehak_code"]: (int(tiles[j][0]), int(tiles[j][1])) for i, j in zip(found, places, strict=True)}
