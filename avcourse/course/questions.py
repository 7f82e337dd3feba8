"""The question bank: frozen questions with stable ids, read from plain mappings.

A question knows no assignment and no position. Options are identified by id, never by place or text. A key is present for formative
questions; for graded ones only in the trainer's key file. Standard library only: a page with a form must open fast.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, cast

from avcourse.course.language import Text

Kind = Literal["single", "multiple", "number", "short", "long", "rating", "ordering", "matching", "work"]
KINDS: Final[tuple[Kind, ...]] = (
    "single",
    "multiple",
    "number",
    "short",
    "long",
    "rating",
    "ordering",
    "matching",
    "work",
)
Answer = tuple[str, ...] | float | str
DONT_KNOW: Final = "dont-know"
CONFIDENCES: Final[tuple[int, ...]] = (25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question, or one target of a matching question."""

    id: str
    text: Text


@dataclass(frozen=True, slots=True)
class Key:
    """What is right, and what is said about each answer.

    ``answer`` is the set of right option ids (single, multiple), the right order (ordering), ``"left:target"`` pairs (matching), a number,
    or the accepted texts (short). ``feedback`` maps option ids, or ``"right"`` and ``"wrong"``, to a text.
    """

    answer: tuple[str, ...] | float
    tolerance: float
    feedback: Mapping[str, Text]
    explanation: Text | None


@dataclass(frozen=True, slots=True)
class RubricStep:
    """What an open answer that is worth ``points`` looks like: one step of a rubric, for trainer and learner alike."""

    points: float
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """One item of the bank. ``key`` is None where nothing is right or wrong, or where the key stays with the trainer.

    A question of kind "work" is answered by the municipality's records and graded by the rule named ``check``
    (``municipality.grading``); one with a ``rubric`` waits for a person. A ``withdrawn`` one turned out unfit: it counts for nobody.
    """

    id: str
    kind: Kind
    area: str
    level: str
    text: Text
    graded: bool = False
    points: float = 1.0
    confidence: bool = False
    dont_know: bool = False
    options: tuple[Option, ...] = ()
    targets: tuple[Option, ...] = ()
    unit: Text | None = None
    minimum: float | None = None
    maximum: float | None = None
    source: Text | None = None
    competence: str | None = None
    key: Key | None = None
    check: str | None = None
    rubric: tuple[RubricStep, ...] = ()
    withdrawn: bool = False

    @property
    def by_hand(self) -> bool:
        """Whether a person must read and grade the answer."""
        return self.graded and bool(self.rubric)

    @property
    def option_ids(self) -> frozenset[str]:
        """Ids of the options; "ei tea" is not among them."""
        return frozenset(option.id for option in self.options)


def _text(value: Mapping[str, str] | None) -> Text | None:
    return None if value is None else Text(et=value["et"], en=value["en"])


def _options(rows: Iterable[Mapping[str, Any]]) -> tuple[Option, ...]:
    return tuple(Option(id=row["id"], text=Text(et=row["et"], en=row["en"])) for row in rows)


def key_from(data: Mapping[str, Any]) -> Key:
    """Return the key that stands in a mapping of the built bank or key file."""
    answer = data["answer"]
    return Key(
        answer=tuple(answer) if isinstance(answer, list) else float(answer),
        tolerance=float(data.get("tolerance", 0.0)),
        feedback={name: Text(et=row["et"], en=row["en"]) for name, row in data.get("feedback", {}).items()},
        explanation=_text(data.get("explanation")),
    )


def question_from(data: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Question:
    """Return the question that stands in a mapping of the built bank, with ``key`` from the key file where given.

    Examples
    --------
    >>> q = question_from({"id": "q", "kind": "long", "area": "impact", "level": "judge", "text": {"et": "Miks?", "en": "Why?"}})
    >>> q.text.en, q.key
    ('Why?', None)
    """
    own_key = key if key is not None else data.get("key")
    text = _text(data["text"])
    assert text is not None
    return Question(
        id=data["id"],
        kind=cast(Kind, data["kind"]),
        area=data["area"],
        level=data["level"],
        text=text,
        graded=bool(data.get("graded", False)),
        points=float(data.get("points", 1.0)),
        confidence=bool(data.get("confidence", False)),
        dont_know=bool(data.get("dont_know", False)),
        options=_options(data.get("options", ())),
        targets=_options(data.get("targets", ())),
        unit=_text(data.get("unit")),
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        source=_text(data.get("source") or (own_key or {}).get("source")),
        competence=data.get("competence"),
        key=None if own_key is None else key_from(own_key),
        check=data.get("check"),
        rubric=tuple(
            RubricStep(float(row["points"]), Text(et=row["et"], en=row["en"])) for row in data.get("rubric", ())
        ),
        withdrawn=bool(data.get("withdrawn", False)),
    )


def display_order(question: str, options: Iterable[str]) -> tuple[str, ...]:
    """Return option ids in the order in which they are shown: drawn from their ids, the same for everybody.

    Examples
    --------
    >>> sorted(display_order("q", ["a", "b", "c"]))
    ['a', 'b', 'c']
    """
    return tuple(sorted(options, key=lambda option: hashlib.sha256(f"{question}/{option}".encode()).digest()))
