"""How the questions behaved: difficulty, how well they separate, which distractors work, what was learnt item by item.

The only room of `measurement` that needs pandas.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import special

from avcourse.measurement.statistics import wilson_interval

FEWEST_PER_ITEM = 10
FEWEST_TO_SEPARATE = 30
FEWEST_FOR_RARE = 40
RARE_SHARE = 0.05
COLUMNS = ["n", "difficulty", "difficulty_low", "difficulty_high", "item_rest_r", "discrimination"]


@dataclass(frozen=True, slots=True)
class OptionCount:
    """How many chose an option; `rare` marks a distractor under 5 %, None where that may not be said."""

    option: str
    count: int | None
    share: float | None
    rare: bool | None


@dataclass(frozen=True, slots=True)
class McNemar:
    """One item before and after: how many `gained` it (0 → 1), how many `lost` it (1 → 0), and the exact p."""

    n: int
    gained: int | None
    lost: int | None
    p: float | None


def item_statistics(items: npt.ArrayLike | pd.DataFrame) -> pd.DataFrame:
    """Describe difficulty and separation of each item (F11).

    difficulty p = mean, with Wilson's 95 % interval; item_rest_r = corr(item, sum of the other items); discrimination
    D = (right in the upper − right in the lower 27 %)/g with g = max(1, round(.27 n)), people ordered by sum score,
    ties by id.

    Parameters
    ----------
    items
        0/1 points, people × items, shape (n, k), without gaps, one form at a time. A DataFrame's index is the
        people's ids and its columns the items; an array is numbered from 0.

    Returns
    -------
    pandas.DataFrame
        Index `item`; columns n, difficulty, difficulty_low, difficulty_high (0–1), item_rest_r, discrimination (−1 to
        1).

    Notes
    -----
    Small samples: NaN for everything but n below n = 10; item_rest_r and discrimination NaN below n = 30, item_rest_r
    also where the item or the rest has no spread.

    Sources: Ebel & Frisbie (1991), Essentials of Educational Measurement, ch. 13; Kelley (1939), J. Educ. Psychol.
    30, 17.

    Examples
    --------
    >>> table = item_statistics([[1, 0]] * 9 + [[0, 0]] * 3)
    >>> table.loc[0, ["difficulty", "difficulty_low", "difficulty_high"]].round(3).tolist()
    [0.75, 0.468, 0.911]
    """
    table = items if isinstance(items, pd.DataFrame) else pd.DataFrame(np.asarray(items))
    points = table.to_numpy(dtype=np.float64)
    if not ((points == 0) | (points == 1)).all():
        raise ValueError("items must be 0 or 1, without gaps")
    n = len(table)
    right = points.sum(axis=0)
    result = pd.DataFrame(np.nan, index=table.columns.rename("item"), columns=COLUMNS).assign(n=n)
    if n >= FEWEST_PER_ITEM:
        result["difficulty"] = right / n
        intervals = [wilson_interval(int(count), n) or (np.nan, np.nan) for count in right]
        result[["difficulty_low", "difficulty_high"]] = np.reshape(intervals, (-1, 2))
    if n >= FEWEST_TO_SEPARATE:
        order = _order(points.sum(axis=1), table.index)
        size = _end_size(n)
        result["item_rest_r"] = _item_rest(points)
        result["discrimination"] = (points[order[-size:]].sum(axis=0) - points[order[:size]].sum(axis=0)) / size
    return result.astype({"n": int})


def strongest(items: pd.DataFrame) -> pd.Index:
    """Return the ids of the upper 27 % by sum score, as `item_statistics` takes them; nobody below n = 30.

    Examples
    --------
    >>> len(strongest(pd.DataFrame([[1, 0]] * 40))), len(strongest(pd.DataFrame([[1, 0]] * 29)))
    (11, 0)
    """
    if len(items) < FEWEST_TO_SEPARATE:
        return items.index[:0]
    order = _order(items.to_numpy(dtype=np.float64).sum(axis=1), items.index)
    return items.index[order[-_end_size(len(items)) :]]


def distractor_counts(choices: Sequence[str | None], *, options: Sequence[str], key: str) -> tuple[OptionCount, ...]:
    """Count how often each option of one item was chosen (F11).

    share = count/n, where n is everyone who had the item; a choice outside `options` (blank: None) counts in n only.

    Parameters
    ----------
    choices
        One option id per learner.
    options
        The option ids to count, in the order of the result.
    key
        The right option; it is counted, but never called rare.

    Notes
    -----
    Small samples: count and share are None below n = 10; `rare` (under 5 %) is None below n = 40.

    Source: Haladyna & Downing (1993), Educ. Psychol. Meas. 53, 999.

    Examples
    --------
    >>> distractor_counts(["a"] * 9 + ["b"] * 3, options=["a", "b"], key="a")[1]
    OptionCount(option='b', count=3, share=0.25, rare=None)
    """
    n = len(choices)
    if n < FEWEST_PER_ITEM:
        return tuple(OptionCount(option, None, None, None) for option in options)
    chosen = Counter(choices)
    counts = [chosen[option] for option in options]
    return tuple(
        OptionCount(option, count, count / n, None if n < FEWEST_FOR_RARE or option == key else count / n < RARE_SHARE)
        for option, count in zip(options, counts, strict=True)
    )


def mcnemar_exact(pre: npt.ArrayLike, post: npt.ArrayLike) -> McNemar:
    """Test by exact McNemar one item answered by the same learners before and after (F11).

    p = min(1, 2·P(X ≤ min(b, c))), X binomial with b + c trials and one half; b gained the item, c lost it.

    Parameters
    ----------
    pre, post
        0/1 points of the same n learners in the same order, shape (n,).

    Notes
    -----
    Small samples: everything but n is None below n = 10; p is None where no answer changed.

    Source: McNemar (1947), Psychometrika 12, 153.

    Examples
    --------
    >>> mcnemar_exact([0] * 8 + [1] * 4, [1] * 8 + [1] * 3 + [0])
    McNemar(n=12, gained=8, lost=1, p=0.0390625)
    """
    before, after = np.asarray(pre), np.asarray(post)
    if before.ndim != 1 or before.shape != after.shape or not np.isin([before, after], (0, 1)).all():
        raise ValueError("pre and post must be 0 or 1, as many before as after")
    n = before.size
    if n < FEWEST_PER_ITEM:
        return McNemar(n=n, gained=None, lost=None, p=None)
    gained, lost = int((after > before).sum()), int((after < before).sum())
    changed = gained + lost
    p = min(1.0, 2 * float(special.bdtr(min(gained, lost), changed, 0.5))) if changed else None
    return McNemar(n=n, gained=gained, lost=lost, p=p)


def _end_size(n: int) -> int:
    return max(1, round(0.27 * n))


def _order(total: npt.NDArray[np.float64], ids: pd.Index) -> npt.NDArray[np.intp]:
    """Return the people's places from the lowest sum score up; ties stand in the order of their ids."""
    # By id first, so that the stable sort by score leaves ties in that order.
    order = np.arange(len(ids)) if ids.is_monotonic_increasing else ids.argsort()
    return order[np.argsort(total[order], kind="stable")]


def _item_rest(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return each column's correlation with the sum of the others; NaN where one of the two has no spread.

    Of 0/1 points all sums are whole numbers, so that nothing is lost by working with them alone.
    """
    n, total, right = len(points), points.sum(axis=1), points.sum(axis=0)
    with_total = points.T @ total
    rest = total.sum() - right
    together = n * (with_total - right) - right * rest
    spread = np.sqrt(n * right - right**2) * np.sqrt(n * (total @ total - 2 * with_total + right) - rest**2)
    result: npt.NDArray[np.float64] = np.full(len(right), np.nan)
    np.divide(together, spread, out=result, where=spread > 0)
    return result
