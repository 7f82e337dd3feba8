"""Questions that come back from Moodle: what has changed against the bank, and the changed ones as source for ``content/questions/``.

Moodle keeps neither the order of options nor the ids of targets; where nothing else changed, the bank's own are taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from avcourse.answers.folder import toml_string
from avcourse.authoring.bank import AREAS, SURVEYED
from avcourse.course.formats.fields import flat_of
from avcourse.course.formats.moodle_read import MoodleReading, read_moodle
from avcourse.course.formats.moodle_write import target_text
from avcourse.course.language import Text
from avcourse.course.questions import Key, Option, Question

_PLAIN: Final = ("graded", "confidence", "dont_know")
_TEXTS: Final = ("unit", "source")
_WORDS: Final = ("check", "competence")
_NUMBERS: Final = ("minimum", "maximum")


@dataclass(frozen=True, slots=True)
class Returned:
    """What a file brought: questions that the bank has like that, changed ones with the names of changed fields, new ones."""

    same: tuple[Question, ...]
    changed: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]
    new: tuple[Question, ...]
    reading: MoodleReading


def _options(read: tuple[Option, ...], own: tuple[Option, ...]) -> tuple[Option, ...]:
    """Return options in the bank's order, new ones at the end."""
    order = {option.id: place for place, option in enumerate(own)}
    return tuple(sorted(read, key=lambda option: order.get(option.id, len(order))))


def _key(read: Question, own: Question) -> Key | None:
    if read.key is None or own.key is None or not isinstance(read.key.answer, tuple) or read.kind == "ordering":
        return read.key
    order = own.key.answer if isinstance(own.key.answer, tuple) else ()
    ranked = sorted(read.key.answer, key=lambda answer: order.index(answer) if answer in order else len(order))
    return replace(read.key, answer=tuple(ranked))


def _targets(read: Question, own: Question) -> Question:
    """Return a question with the bank's ids of targets, where the texts are those that Moodle was given."""
    said = {target_text(target.text): target for target in own.targets}
    found = {target.id: said.get(target_text(target.text)) or said.get(target.text.et) for target in read.targets}
    ids = {name: target.id if target else name for name, target in found.items()}
    targets = tuple(found[target.id] or target for target in read.targets)
    key = read.key
    if key is not None and isinstance(key.answer, tuple):
        pairs = (answer.split(":", 1) for answer in key.answer if ":" in answer)
        key = replace(key, answer=tuple(f"{left}:{ids.get(right, right)}" for left, right in pairs))
    return replace(read, targets=targets, key=key)


def settled(read: Question, own: Question) -> Question:
    """Return a question that was read with the bank's orders and ids, as far as they still fit.

    Examples
    --------
    >>> options = (Option("a", Text("jah", "yes")), Option("b", Text("ei", "no")))
    >>> own = Question("q", "single", "impact", "apply", Text("Kas?", "Is it?"), options=options)
    >>> settled(replace(own, options=options[::-1]), own) == own
    True
    """
    if read.kind == "matching":
        read = _targets(read, own)
    return replace(
        read,
        options=_options(read.options, own.options),
        targets=_options(read.targets, own.targets),
        key=_key(read, own),
    )


def returned(data: bytes, bank: Mapping[str, Question]) -> Returned:
    """Return what a file of Moodle XML brings, held against the bank.

    Raises
    ------
    MoodleUnreadable
        If the file is none, or nobody should open it.
    """
    reading = read_moodle(data, AREAS)
    same, changed, questions, new = [], {}, [], []
    for read in reading.questions:
        own = bank.get(read.id)
        if own is None:
            new.append(read)
            continue
        question = settled(read, own)
        before, after = flat_of(own), flat_of(question)
        fields = tuple(sorted(n for n in before.keys() | after.keys() if before.get(n) != after.get(n)))
        if fields:
            changed[question.id] = fields
            questions.append(question)
        else:
            same.append(question)
    return Returned(tuple(same), changed, tuple(questions), tuple(new), reading)


# As source


def _pair(name: str, text: Text) -> Iterator[str]:
    yield f"{name}.et = {toml_string(text.et)}"
    yield f"{name}.en = {toml_string(text.en)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)


def _municipalities(question: Question) -> bool:
    """Whether the options are the municipalities, which the source does not list."""
    return bool(question.options) and all(option.id.startswith("kov-") for option in question.options)


def _key_lines(question: Question) -> Iterator[str]:
    key = question.key
    if _municipalities(question):
        yield 'options_from = "municipalities"'
    elif key is None and question.options and question.kind in SURVEYED:
        yield "survey = true"
    if key is None:
        return
    if isinstance(key.answer, float):
        yield f"key = {_number(key.answer)}"
    elif question.kind in ("ordering", "short"):
        name = "key" if question.kind == "ordering" else "accept"
        yield f"{name} = [{', '.join(map(toml_string, key.answer))}]"
    if key.tolerance:
        yield f"tolerance = {_number(key.tolerance)}"
    if key.explanation:
        yield from _pair("explanation", key.explanation)
    for name in ("right", "wrong"):
        if name in key.feedback:
            yield from _pair(f"feedback_{name}", key.feedback[name])


def _option_lines(question: Question) -> Iterator[str]:
    if _municipalities(question):
        return
    key = question.key
    right = key.answer if key is not None and isinstance(key.answer, tuple) else ()
    pairs = dict(answer.split(":", 1) for answer in right if ":" in answer) if question.kind == "matching" else {}
    # The order of right answers is that of the options in the source.
    order = [*pairs] or [answer for answer in right if question.kind != "ordering"]
    for option in sorted(question.options, key=lambda one: order.index(one.id) if one.id in order else len(order)):
        yield from ("", "[[question.option]]", f"id = {toml_string(option.id)}")
        yield f"et = {toml_string(option.text.et)}"
        yield f"en = {toml_string(option.text.en)}"
        if option.id in pairs:
            yield f"match = {toml_string(pairs[option.id])}"
        elif option.id in right and question.kind in ("single", "multiple"):
            yield "correct = true"
        if key is not None and option.id in key.feedback:
            yield from _pair("feedback", key.feedback[option.id])


def _row_lines(table: str, rows: Iterable[tuple[str, Text]]) -> Iterator[str]:
    for first, text in rows:
        yield from ("", f"[[question.{table}]]", first, f"et = {toml_string(text.et)}", f"en = {toml_string(text.en)}")


def source_of(question: Question) -> str:
    """Return a question as it stands in ``content/questions/*.toml``.

    Examples
    --------
    >>> print(source_of(Question("q", "long", "impact", "judge", Text("Miks?", "Why?"))))
    [[question]]
    id = "q"
    kind = "long"
    area = "impact"
    level = "judge"
    text.et = "Miks?"
    text.en = "Why?"
    <BLANKLINE>
    """
    lines = [
        "[[question]]",
        *(f"{name} = {toml_string(getattr(question, name))}" for name in ("id", "kind", "area", "level")),
    ]
    lines += [f"{name} = true" for name in _PLAIN if getattr(question, name)]
    if question.points != 1:
        lines.append(f"points = {_number(question.points)}")
    lines += [f"{name} = {toml_string(value)}" for name in _WORDS if (value := getattr(question, name)) is not None]
    lines += [f"{name} = {_number(value)}" for name in _NUMBERS if (value := getattr(question, name)) is not None]
    lines += _pair("text", question.text)
    for name in _TEXTS:
        if (text := getattr(question, name)) is not None:
            lines += _pair(name, text)
    lines += _key_lines(question)
    lines += _option_lines(question)
    lines += _row_lines("target", ((f"id = {toml_string(target.id)}", target.text) for target in question.targets))
    lines += _row_lines("rubric", ((f"points = {_number(step.points)}", step.text) for step in question.rubric))
    return "\n".join(lines) + "\n"
