"""What a learner gets back for one assignment: frozen, in both languages at once, and the JSON in which it travels.

The JSON is data and nothing else. It goes through a shared disk, so whoever reads it believes nothing: ``read_feedback`` checks every type,
length and number, and pages escape every text. It holds no fingerprint of single answers either: twenty answers that are right or wrong are
soon guessed back from a hash.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

from avcourse.answers.grading import Outcome
from avcourse.course.language import Text
from avcourse.errors import AvcourseError

VERSION: Final = 1
LARGEST_FEEDBACK: Final = 1024 * 1024
"""Bytes of a feedback file; an honest one is below 200 kB."""
_LONGEST_TEXT: Final = 25_000
_MOST_ROWS: Final = 400
CONFIDENT: Final = 75
FEEDBACK: Final = "feedback"
"""The folder of feedback: in the class, in the exchange, and with the learner."""

Verdict = Literal["unknown", "reliable-gain", "likely-gain", "within-error", "likely-loss", "reliable-loss"]
Calibration = Literal["over", "under", "fitting"]


class FeedbackUnreadable(AvcourseError):
    """A feedback file that is none: field ``path``."""

    et = "Tagasisidet failis {path} ei saa lugeda. Andke sellest koolitajale teada."
    en = "The feedback in {path} cannot be read. Tell your trainer."


@dataclass(frozen=True, slots=True)
class AreaPoints:
    """Points in one area of a test, and how the learner rated themselves there (1–5); None where the points would tell of an item."""

    area: str
    points: float | None
    most: float
    self_rating: int | None = None
    then_rating: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a test: what was asked, chosen and right, and why.

    ``why`` is what the key says of each chosen option. ``by_hand`` says that the trainer changed the points.
    """

    slot: str
    area: str
    asked: Text
    outcome: Outcome
    points: float
    most: float
    confidence: int | None
    chosen: tuple[Text, ...]
    right: tuple[Text, ...]
    why: tuple[Text, ...]
    explanation: Text | None
    source: Text | None
    by_hand: bool = False

    @property
    def confident_wrong(self) -> bool:
        """Whether the learner was sure and yet wrong."""
        return self.outcome == "wrong" and not self.by_hand and (self.confidence or 0) >= CONFIDENT


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An open answer as a person graded it; ``points`` is None while it waits, ``steps`` are those of the rubric that it reached."""

    question: str
    asked: Text
    answer: str | None
    points: float | None
    most: float
    steps: tuple[Text, ...]
    comment: str | None


@dataclass(frozen=True, slots=True)
class CheckItem:
    """A public rule about the municipality's own work: the rule, its points, and what is missing; ``more`` counts what is not listed."""

    question: str
    rule: Text
    points: float
    most: float
    missing: tuple[Text, ...]
    more: int = 0
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """From the pre-test to the post-test in one area or in all: points, items, error of measurement, and what it means."""

    group: str
    before: int
    after: int
    items: int
    error: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Ratings:
    """Mean self-ratings before, after, and afterwards about before."""

    before: float
    after: float
    then: float


@dataclass(frozen=True, slots=True)
class Reading:
    """Where to read on: lessons by id, for an area or, where that is None, for the assignment; ``missing`` as ``AreaPoints`` has it."""

    area: str | None
    missing: float | None
    lessons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one learner gets back for one assignment.

    ``whole`` is False while a test is still to come for somebody in the class: then there is no item, and ``rest_from`` says when the
    post-test is due (ISO 8601), where that is known. ``points`` are the gradebook's, the penalty taken off. ``calibration``, ``changes``
    and ``ratings`` are worked out by views.
    """

    classroom: str
    student: str
    assignment: str
    kind: Literal["test", "work"]
    handed_in: str
    points: float
    most: float
    penalty: float
    whole: bool
    rest_from: str | None = None
    areas: tuple[AreaPoints, ...] = ()
    items: tuple[Item, ...] = ()
    opens: tuple[OpenItem, ...] = ()
    checks: tuple[CheckItem, ...] = ()
    readings: tuple[Reading, ...] = ()
    calibration: Calibration | None = None
    changes: tuple[Change, ...] = ()
    ratings: Ratings | None = None

    @property
    def waits(self) -> bool:
        """Whether an open answer still waits for the trainer."""
        return any(one.points is None for one in self.opens)


def exchange_name(class_id: str, student: str, assignment: str, digest: str) -> str:
    """Return the name of a learner's feedback in the exchange; ``digest`` is the SHA-256 of the graded answers, as on the receipt.

    Examples
    --------
    >>> exchange_name("sygis", "k3f9-q7mw", "eeltest", "0" * 64)[:12]
    '72edb68b7c70'
    """
    return hashlib.sha256(f"{class_id}/{student}/{assignment}/{digest}".encode()).hexdigest() + ".json"


def feedback_json(feedback: Feedback) -> bytes:
    """Return the feedback as it travels."""
    return json.dumps({"v": VERSION, **_plain(feedback)}, ensure_ascii=False, allow_nan=False).encode(
        "utf-8", "replace"
    )


def _is_record(value: Any) -> bool:
    return is_dataclass(value)


def _plain(value: Any) -> Any:
    if _is_record(value):
        return {name: _plain(getattr(value, name)) for name in _names(cast(Hashable, type(value)))}
    return [_plain(one) for one in value] if isinstance(value, tuple) else value


@cache
def _names(kind: Hashable) -> tuple[str, ...]:
    return tuple(one.name for one in fields(cast(Any, kind)))


def read_feedback(raw: bytes, path: object = "–") -> Feedback:
    """Return the feedback that stands in bytes from a shared disk.

    Raises
    ------
    FeedbackUnreadable
        If anything in it is not as this version writes it.

    Examples
    --------
    >>> one = Feedback("k", "m", "eeltest", "test", "", 3.0, 4.0, 0.0, False)
    >>> read_feedback(feedback_json(one)) == one
    True
    """
    try:
        if len(raw) > LARGEST_FEEDBACK:
            raise ValueError("size")
        data = json.loads(raw.decode("utf-8"))
        if not isinstance(data, dict) or data.pop("v", None) != VERSION:
            raise ValueError("version")
        made = _made(Feedback, data)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise FeedbackUnreadable(path=path) from error
    assert isinstance(made, Feedback)
    return made


@cache
def _hints(kind: Hashable) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _made(kind: Any, data: Any) -> Any:
    """Return ``data`` as a value of the type ``kind``; ValueError where it is none."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        options = get_args(kind)
        if data is None and NoneType in options:
            return None
        return _made(next(option for option in options if option is not NoneType), data)
    if origin is Literal:
        if data not in get_args(kind):
            raise ValueError(data)
        return data
    if origin is tuple:
        if not isinstance(data, list) or len(data) > _MOST_ROWS:
            raise ValueError(kind)
        return tuple(_made(get_args(kind)[0], one) for one in data)
    if _is_record(kind):
        if not isinstance(data, dict) or data.keys() != set(_names(kind)):
            raise ValueError(kind)
        return kind(**{name: _made(hint, data[name]) for name, hint in _hints(kind).items() if name in data})
    return _leaf(kind, data)


def _leaf(kind: Any, data: Any) -> Any:
    if kind is float and isinstance(data, int | float) and not isinstance(data, bool):
        number = float(data)
        if not math.isfinite(number) or abs(number) > 1e6:
            raise ValueError(data)
        return number
    if type(data) is not kind or (kind is str and len(data) > _LONGEST_TEXT) or (kind is int and abs(data) > 10**6):
        raise ValueError(data)
    return data
