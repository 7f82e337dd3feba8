"""What a class gained, said in sentences and laid out in tables: the trainer's page and the report for others use the same ones.

Whoever calls says which figures may be seen (``exact_of`` on the trainer's screen, ``published_of`` for whatever leaves it); nothing here
chooses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from avcourse.course.language import Language, say
from avcourse.measurement.gains import CHANGES, CohortGains, GroupFigures, GroupResult, ResponseShift
from avcourse.measurement.records import OVERALL
from avcourse.measurement.statistics import Calibration, GroupGain, Interval
from avcourse.views.class_gains import area_name, group_name
from avcourse.views.markup import decimal

Seen = Callable[[GroupResult], GroupFigures | None]
FITTING: Final = 0.1
"""A bias of confidence below ten percentage points is called none."""
SIZES: Final = ((0.8, "large"), (0.5, "medium"), (0.2, "small"))
"""Cohen's (1988) words for an effect size."""
SHARES: Final = ((0.7, "high"), (0.3, "medium"))
"""Hake's (1998) words for a normalized gain."""


def exact_of(result: GroupResult) -> GroupFigures | None:
    """Return a group's exact figures, for the trainer's eyes only; None below five."""
    return result.exact if result.status == "shown" else None


def published_of(result: GroupResult) -> GroupFigures | None:
    """Return a group's figures as they may leave the desk, or None."""
    return result.published if result.published_status == "shown" else None


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"gain-words.{key}", language, **fields)


def _word(value: float, steps: Sequence[tuple[float, str]], lowest: str) -> str:
    return next((word for limit, word in steps if abs(value) >= limit), lowest)


def _digits(gain: GroupGain) -> int:
    """Return how many decimals per cents are shown with: none where they have been rounded to five."""
    figures = (gain.pre_mean, gain.post_mean, gain.raw_gain)
    return 0 if all(value is None or float(value).is_integer() for value in figures) else 1


def who_words(result: GroupResult, seen: Seen, language: Language) -> list[str]:
    """Return who took part, who left, and which tests do not count. Head-counts are never withheld."""
    figures = seen(result)
    who = (figures or result.published).attrition
    lines = [_say("who", language, matched=who.n_matched, pre=who.n_pre, post=who.n_post)]
    if who.n_left and figures and who.left_pre_mean is not None:
        lines.append(_say("left", language, count=who.n_left, mean=decimal(who.left_pre_mean, language, 0)))
    elif who.n_left:
        lines.append(_say("left-count", language, count=who.n_left))
    if who.n_invalid:
        lines.append(_say("invalid", language, count=who.n_invalid))
    return lines


def gain_words(result: GroupResult, seen: Seen, language: Language) -> list[str]:
    """Return what a group gained, in sentences with their uncertainty; one that says why not, where it may not be said."""
    figures = seen(result)
    if figures is None or figures.gain is None or figures.gain.raw_gain is None:
        return [_say("collecting" if result.status == "collecting" else "suppressed", language)]
    gain = figures.gain
    assert gain.raw_gain is not None
    assert gain.raw_gain_ci is not None
    low, high = gain.raw_gain_ci
    digits = _digits(gain)
    told = {"pre": gain.pre_mean, "post": gain.post_mean, "gain": gain.raw_gain, "low": low, "high": high}
    numbers = {name: decimal(value, language, digits) for name, value in told.items()}
    lines = [_say(direction(gain), language, **numbers)]
    if figures.ceiling:
        lines.append(_say("ceiling", language))
    elif gain.normalized_gain is not None and direction(gain) == "grew":
        word = _say(f"room-{_word(gain.normalized_gain, SHARES, 'low')}", language)
        lines.append(_say("room", language, share=decimal(100 * gain.normalized_gain, language, 0), word=word))
    if gain.d_av is not None:
        word = _say(f"size-{_word(gain.d_av, SIZES, 'none')}", language)
        lines.append(_say("size", language, word=word, d=decimal(gain.d_av, language, 1)))
    return lines


def direction(gain: GroupGain) -> str:
    """Return ``grew``, ``fell``, or ``chance`` where the interval of the gain holds zero.

    Examples
    --------
    >>> direction(GroupGain(9, raw_gain=4.0, raw_gain_ci=(-1.0, 9.0))), direction(GroupGain(9, raw_gain=4.0, raw_gain_ci=(1.0, 7.0)))
    ('chance', 'grew')
    """
    low, high = gain.raw_gain_ci or (0.0, 0.0)
    return "grew" if low > 0 else "fell" if high < 0 else "chance"


def area_words(gains: CohortGains, seen: Seen, language: Language) -> list[str]:
    """Return in which areas the gain is beyond chance, in which it is not, and of which nothing may be said."""
    found: dict[str, list[str]] = {"grew": [], "chance": [], "fell": [], "hidden": []}
    for area, result in gains.groups.items():
        if area == OVERALL or result.status == "collecting":
            continue
        figures = seen(result)
        known = figures.gain if figures else None
        found[direction(known) if known and known.raw_gain is not None else "hidden"].append(area_name(area, language))
    keys = {"grew": "areas-sure", "chance": "areas-chance", "fell": "areas-fell", "hidden": "areas-hidden"}
    return [_say(keys[way], language, names=", ".join(names)) for way, names in found.items() if names]


def surer(calibration: Calibration | None, table: str, language: Language) -> str | None:
    """Return in words how sure somebody was, from table ``gain-words`` (a class) or ``gain-desk`` (one participant)."""
    if calibration is None or calibration.bias is None:
        return None
    bias, prefix = calibration.bias, "surer" if table == "gain-words" else "calibration"
    word = "over" if bias >= FITTING else "under" if bias <= -FITTING else "fitting"
    fields = {} if word == "fitting" else {"bias": decimal(abs(100 * bias), language, 0)}
    return say(f"{table}.{prefix}-{word}", language, **fields)


def calibration_words(figures: GroupFigures, language: Language) -> list[str]:
    """Return how sure participants were, compared with what they had right, before and after."""
    pre, post = (surer(each, "gain-words", language) for each in (figures.calibration_pre, figures.calibration_post))
    return [_say("surer", language, pre=pre, post=post)] if pre and post else []


def shift_words(shift: ResponseShift | None, language: Language) -> list[str]:
    """Return how self-ratings moved, and how their yardstick did."""
    if shift is None:
        return []
    steps = {
        name: decimal(value, language)
        for name, value in zip(("pre", "post", "then"), (shift.pre, shift.post, shift.then), strict=True)
    }
    moves = {
        "difference": signed(shift.post_minus_pre, language),
        "retrospect": signed(shift.post_minus_then, language),
    }
    return [_say("shift", language, **steps, **moves)]


def signed(value: float | None, language: Language, digits: int = 1) -> str:
    """Return a change with its sign.

    Examples
    --------
    >>> signed(2.25, "et"), signed(-1, "en"), signed(0, "en")
    ('+2,2', '−1.0', '0.0')
    """
    shown = decimal(value, language, digits)
    return f"+{shown}" if value is not None and round(value, digits) > 0 else shown


def p_words(p: float | None, language: Language) -> str:
    """Return a probability with three decimals; one below a thousandth says so.

    Examples
    --------
    >>> p_words(0.0005, "et"), p_words(0.0312, "en"), p_words(None, "en")
    ('< 0,001', '0.031', '–')
    """
    return f"< {decimal(0.001, language, 3)}" if p is not None and p < 0.001 else decimal(p, language, 3)


def span(interval: Interval | None, language: Language, digits: int) -> str:
    """Return an interval in words; an en dash where there is none."""
    if interval is None:
        return "–"
    return _say("to", language, low=decimal(interval[0], language, digits), high=decimal(interval[1], language, digits))


def _gain_cells(figures: GroupFigures | None, language: Language) -> tuple[str, ...]:
    if figures is None or figures.gain is None or figures.gain.raw_gain is None:
        return (_say("hidden", language), *["–"] * 5)
    gain = figures.gain
    digits = _digits(gain)
    share = say("gains.ceiling", language) if figures.ceiling else decimal(gain.normalized_gain, language, 2)
    return (
        decimal(gain.pre_mean, language, digits),
        decimal(gain.post_mean, language, digits),
        signed(gain.raw_gain, language, digits),
        span(gain.raw_gain_ci, language, digits),
        share if gain.normalized_gain_ci is None else f"{share} ({span(gain.normalized_gain_ci, language, 2)})",
        decimal(gain.d_av, language, 1),
    )


def gains_table(gains: CohortGains, seen: Seen, language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of the figures per area, as text."""
    head = tuple(_say(name, language) for name in ("area", "before", "after", "gain", "range", "share", "effect"))
    return head, [
        (area_name(area, language), *_gain_cells(seen(result), language)) for area, result in gains.groups.items()
    ]


def groups_table(
    by_group: Mapping[str, CohortGains], seen: Seen, language: Language
) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of the figures per group of the roster, all areas together, as text."""
    names = ("group-head", "matched", "before", "after", "gain", "range", "share", "effect")
    rows = []
    for group, gains in by_group.items():
        result = gains.groups[OVERALL]
        matched = str(result.published.attrition.n_matched)
        rows.append((group_name(group, language, bare=True), matched, *_gain_cells(seen(result), language)))
    return tuple(_say(name, language) for name in names), rows


def changes_table(figures: GroupFigures, language: Language) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """Return head and rows of how many participants changed how, as text."""
    head = (_say("change", language), _say("count", language))
    hidden = _say("hidden", language)
    counts = ((change, figures.changes.get(change)) for change in CHANGES)
    return head, [(say(f"growth.{change}", language), hidden if n is None else str(n)) for change, n in counts]


def how_to_read(language: Language, *, rounded: bool) -> tuple[str, ...]:
    """Return what a reader needs to know to read the figures."""
    names = ("how-gain", "how-share", "how-effect", *(["how-rounded"] if rounded else []))
    return tuple(_say(name, language) for name in names)
