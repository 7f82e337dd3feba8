"""A question as a flat mapping of plain values, and back: what a format carries field by field, only what differs from the default."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from typing import Any, Final, cast

from avcourse.course.language import Text
from avcourse.course.questions import KINDS, Key, Kind, Option, Question, RubricStep

Flat = dict[str, Any]
ID: Final = re.compile(r"[a-z0-9-]{1,64}")
_WORDS: Final = ("competence", "check")
_NUMBERS: Final = ("minimum", "maximum")
_TEXTS: Final = ("unit", "source")


def pair_of(text: Text) -> dict[str, str]:
    """Return a text as a plain mapping."""
    return {"et": text.et, "en": text.en}


def _rows(options: tuple[Option, ...]) -> list[dict[str, str]]:
    return [{"id": option.id, **pair_of(option.text)} for option in options]


def flat_of(question: Question) -> Flat:
    """Return a question as a flat mapping that JSON can hold.

    Examples
    --------
    >>> flat_of(Question("q", "long", "impact", "judge", Text("Miks?", "Why?")))
    {'id': 'q', 'kind': 'long', 'area': 'impact', 'level': 'judge', 'text': {'et': 'Miks?', 'en': 'Why?'}, 'points': 1.0}
    """
    flat: Flat = {name: getattr(question, name) for name in ("id", "kind", "area", "level")}
    flat |= {"text": pair_of(question.text), "points": question.points}
    flat |= {name: True for name in ("graded", "confidence", "dont_know") if getattr(question, name)}
    for name in ("options", "targets"):
        if options := getattr(question, name):
            flat[name] = _rows(options)
    for name in (*_WORDS, *_NUMBERS, *_TEXTS):
        value = getattr(question, name)
        if value is not None:
            flat[name] = pair_of(value) if isinstance(value, Text) else value
    if question.rubric:
        flat["rubric"] = [{"points": step.points, **pair_of(step.text)} for step in question.rubric]
    return flat | (_flat_key(question.key) if question.key else {})


def _flat_key(key: Key) -> Flat:
    answer = key.answer if isinstance(key.answer, float) else list(key.answer)
    flat: Flat = {"key": True}
    if answer != []:
        flat["key.answer"] = answer
    if key.tolerance:
        flat["key.tolerance"] = key.tolerance
    if key.feedback:
        flat["key.feedback"] = {name: pair_of(text) for name, text in sorted(key.feedback.items())}
    if key.explanation:
        flat["key.explanation"] = pair_of(key.explanation)
    return flat


def _text(value: object) -> Text:
    if not isinstance(value, Mapping) or not all(isinstance(value.get(name), str) for name in ("et", "en")):
        raise ValueError("text")
    return Text(et=value["et"], en=value["en"])


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError("number")
    return value


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("word")
    return value


def _options(value: object) -> tuple[Option, ...]:
    if not isinstance(value, list):
        raise ValueError("options")
    options = tuple(Option(_word(row["id"]), _text(row)) for row in value)
    if len({option.id for option in options}) != len(options):
        raise ValueError("options")
    return options


def _key(flat: Mapping[str, Any]) -> Key | None:
    if not flat.get("key"):
        return None
    answer = flat.get("key.answer", [])
    feedback, explanation = flat.get("key.feedback", {}), flat.get("key.explanation")
    return Key(
        answer=tuple(map(_word, answer)) if isinstance(answer, list) else float(_number(answer)),
        tolerance=float(_number(flat.get("key.tolerance", 0.0))),
        feedback={_word(name): _text(text) for name, text in feedback.items()},
        explanation=None if explanation is None else _text(explanation),
    )


def question_of(flat: Mapping[str, Any]) -> Question:
    """Return the question that a flat mapping holds.

    Raises
    ------
    ValueError, KeyError, TypeError, AttributeError
        If the mapping is none of a question: it may come from anybody.
    """
    kind = flat["kind"]
    if kind not in KINDS or not ID.fullmatch(_word(flat["id"])):
        raise ValueError("kind or id")
    points = float(_number(flat["points"]))
    rubric = tuple(RubricStep(float(_number(row["points"])), _text(row)) for row in flat.get("rubric", []))
    words = {name: _word(flat[name]) for name in _WORDS if name in flat}
    numbers = {name: _number(flat[name]) for name in _NUMBERS if name in flat}
    texts = {name: _text(flat[name]) for name in _TEXTS if name in flat}
    return Question(
        id=flat["id"],
        kind=cast(Kind, kind),
        area=_word(flat["area"]),
        level=_word(flat["level"]),
        text=_text(flat["text"]),
        graded=flat.get("graded") is True,
        points=points,
        confidence=flat.get("confidence") is True,
        dont_know=flat.get("dont_know") is True,
        options=_options(flat.get("options", [])),
        targets=_options(flat.get("targets", [])),
        unit=texts.get("unit"),
        minimum=numbers.get("minimum"),
        maximum=numbers.get("maximum"),
        source=texts.get("source"),
        competence=words.get("competence"),
        key=_key(flat),
        check=words.get("check"),
        rubric=rubric,
    )


def mark_of(value: object) -> str:
    """Return a short fingerprint of a plain value, to see later whether somebody changed it."""
    text = json.dumps(value, ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
