"""Moodle XML read back: our own questions whole, foreign ones named. Nothing in the file is trusted.

A document type or an entity is refused, as are files beyond any honest size or depth.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from xml.etree import ElementTree as ET
from xml.parsers import expat

from avcourse.course.formats.fields import ID, Flat, mark_of, pair_of, question_of
from avcourse.course.formats.moodle_write import (
    REST,
    TAG,
    by_area,
    category_element,
    question_element,
    with_rest,
)
from avcourse.course.formats.multilang import parts_in, text_in
from avcourse.course.language import Language, Text, say
from avcourse.course.questions import DONT_KNOW, Question
from avcourse.errors import AvcourseError

LARGEST_XML: Final = 16 * 1024 * 1024
DEEPEST: Final = 30
_SHOWN: Final = 80


class MoodleUnreadable(AvcourseError):
    """A file that is no Moodle XML, or one that nobody should open: field ``reason``, a Text."""

    et = "Faili ei saa lugeda. {reason}"
    en = "The file cannot be read. {reason}"


@dataclass(frozen=True, slots=True)
class QuestionProblem:
    """A question that was not taken: its name in the file, and a word of ``[formats]`` for why."""

    name: str
    kind: str
    fields: Mapping[str, object] = field(default_factory=dict)

    def sentence(self, language: Language) -> str:
        """Return which question it is, what is the matter and what to do."""
        return say(f"formats.{self.kind}", language, name=self.name, **self.fields)


@dataclass(frozen=True, slots=True)
class MoodleReading:
    """What a file of Moodle XML holds: questions of the bank, and those that are none."""

    questions: tuple[Question, ...]
    problems: tuple[QuestionProblem, ...]


def write_moodle(questions: Iterable[Question]) -> bytes:
    """Return questions as Moodle XML; ``read_moodle`` gives the same questions back.

    Examples
    --------
    >>> question = Question("q", "long", "impact", "judge", Text(et="Miks?", en="Why?"))
    >>> read_moodle(write_moodle([question])).questions == (question,)
    True
    """
    quiz = ET.Element("quiz")
    for area, group in by_area(questions):
        quiz.append(category_element(area))
        for question in group:
            element = question_element(question)
            # Read as it will be: XML turns some characters into others.
            again = _parse(_bytes(element))
            quiz.append(with_rest(element, question, _visible(again)))
    ET.indent(quiz)
    return _bytes(quiz)


def _bytes(element: ET.Element) -> bytes:
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(element, encoding="unicode").encode() + b"\n"


def _unreadable(key: str, **fields: object) -> MoodleUnreadable:
    et, en = (say(f"formats.{key}", language, **fields) for language in ("et", "en"))
    return MoodleUnreadable(reason=Text(et=et, en=en))


def _parse(data: bytes) -> ET.Element:
    """Return the tree of an XML file without document type, entities and endless depth."""
    if len(data) > LARGEST_XML:
        raise _unreadable("too-large", megabytes=LARGEST_XML // 2**20)
    builder, parser, depth = ET.TreeBuilder(), expat.ParserCreate(), 0

    def refuse(*_: object) -> None:
        raise _unreadable("doctype")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise _unreadable("deep")
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
        return builder.close()
    except (expat.ExpatError, ValueError, LookupError, AssertionError) as error:
        raise _unreadable("no-xml", reason=str(error)) from None


def _said(element: ET.Element, path: str) -> str:
    found = element.find(path)
    return "" if found is None else found.text or ""


def _shown_name(element: ET.Element) -> str:
    text = _said(element, "questiontext/text")[:1000]
    name = _said(element, "name/text")[:1000].strip() or re.sub(r"<[^<>]*>", " ", text)
    return _printable(name)


def _printable(text: str) -> str:
    plain = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return plain[:_SHOWN] or "–"


def _tags(element: ET.Element) -> dict[str, str]:
    tags = {}
    for tag in element.iterfind("tags/tag"):
        word = _said(tag, "text").strip()
        if word.startswith(TAG):
            name, _, value = word.removeprefix(TAG).partition("=")
            tags[name] = value
    return tags


def _options(parts: Iterable[tuple[str, Text]], mark: str = "option:") -> list[dict[str, str]]:
    found = ((name.removeprefix(mark), text) for name, text in parts if name.startswith(mark))
    return [{"id": option, **pair_of(text)} for option, text in found if option != DONT_KNOW]


def _visible(element: ET.Element) -> Flat:
    """Return what the part of a question that Moodle keeps says, as a flat mapping; what is not there is left out."""
    tags = _tags(element)
    flat: Flat = {name: tags[name] for name in ("kind", "area", "level", "competence", "check") if name in tags}
    flat |= {name: True for name in ("graded", "confidence", "dont_know", "key") if name in tags}
    flat["id"] = _said(element, "idnumber").strip()
    for name in ("minimum", "maximum", "points"):
        if name in tags:
            flat[name] = _number(tags[name])
    flat.setdefault("points", _number(_said(element, "defaultgrade")))
    parts = list(parts_in(_said(element, "questiontext/text")))
    flat |= {name: pair_of(text) for name, text in reversed(parts) if name in ("text", "unit")}
    if "text" not in flat and parts:
        flat["text"] = pair_of(parts[0][1])
    after = dict(parts_in(_said(element, "generalfeedback/text")))
    flat |= {name: pair_of(after[part]) for name, part in _AFTER.items() if part in after}
    flat |= _READERS.get(element.get("type", ""), _listed)(element, parts, flat)
    return {name: value for name, value in flat.items() if value not in ([], {})}


_AFTER: Final = {"source": "source", "key.explanation": "explanation"}


def _number(text: str) -> float:
    """Return a number as it was written, whole ones as such; nan where it is none, which no question takes."""
    try:
        value = json.loads(text.strip())
    except (ValueError, RecursionError):
        return math.nan
    return value if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def _listed(element: ET.Element, parts: list[tuple[str, Text]], _: Flat) -> Flat:
    """Read a description or an essay: options and targets stand in the text, steps of a rubric among the words for the grader."""
    steps = parts_in(_said(element, "graderinfo/text"))
    rubric = [
        {"points": _number(name.removeprefix("rubric:")), **pair_of(text)}
        for name, text in steps
        if name.startswith("rubric:")
    ]
    return {"options": _options(parts), "targets": _options(parts, "target:"), "rubric": rubric}


def _answers(element: ET.Element) -> Iterator[tuple[str, float, Text | None]]:
    for answer in element.iterfind("answer"):
        fraction = _number(answer.get("fraction", "0"))
        yield _said(answer, "text"), fraction, text_in(_said(answer, "feedback/text"))


def _overall(element: ET.Element) -> dict[str, dict[str, str]]:
    said = {
        name: text_in(_said(element, f"{tag}feedback/text")) for name, tag in (("right", "correct"), ("wrong", "incorrect"))
    }
    return {name: pair_of(text) for name, text in said.items() if text}


def _read_options(element: ET.Element, _: list[tuple[str, Text]], flat: Flat) -> Flat:
    """Read a choice or an ordering."""
    options: list[dict[str, str]] = []
    right, feedback = [], _overall(element)
    for html, fraction, said in _answers(element):
        found = _options(parts_in(html))
        options += found
        if found and fraction > 0:
            right.append(found[0]["id"])
        if found and said:
            feedback[found[0]["id"]] = pair_of(said)
    # Where nothing is right or wrong, every option has the full mark.
    graded = element.get("type") == "ordering" or flat.get("kind") == "multiple" or len(right) < len(options)
    return {"options": options, "key.answer": right if graded else [], "key.feedback": dict(sorted(feedback.items()))}


def _read_number(element: ET.Element, _: list[tuple[str, Text]], __: Flat) -> Flat:
    found: Flat = {"key.feedback": {}}
    for answer, (text, fraction, said) in zip(element.iterfind("answer"), _answers(element), strict=True):
        if fraction > 0 and "key.answer" not in found:
            found["key.answer"] = float(_number(text))
            if tolerance := _number(_said(answer, "tolerance") or "0"):
                found["key.tolerance"] = float(tolerance)
        if said:
            found["key.feedback"]["right" if fraction > 0 else "wrong"] = pair_of(said)
    return found


def _read_short(element: ET.Element, _: list[tuple[str, Text]], __: Flat) -> Flat:
    accepted, feedback = [], {}
    for text, fraction, said in _answers(element):
        if fraction > 0:
            accepted.append(text.replace("\\*", "*"))
        if said:
            feedback["right" if fraction > 0 else "wrong"] = pair_of(said)
    return {"key.answer": accepted, "key.feedback": feedback}


def _read_matching(element: ET.Element, _: list[tuple[str, Text]], __: Flat) -> Flat:
    options: list[dict[str, str]] = []
    targets: dict[str, str] = {}
    pairs = []
    for subquestion in element.iterfind("subquestion"):
        # Moodle has no place for the id of a target; it gets one from its text where the rest is gone.
        said = _said(subquestion, "answer/text")
        target = targets.setdefault(said, f"target-{len(targets) + 1}")
        if found := _options(parts_in(_said(subquestion, "text"))):
            options += found
            pairs.append(f"{found[0]['id']}:{target}")
    rows = [{"id": name, "et": _half(said, 0), "en": _half(said, 1)} for said, name in targets.items()]
    return {"options": options, "targets": rows, "key.answer": pairs, "key.feedback": _overall(element)}


def _half(said: str, place: int) -> str:
    halves = said.split(" / ")
    return halves[place] if len(halves) == 2 else said


_READERS: Final = {
    "multichoice": _read_options,
    "ordering": _read_options,
    "numerical": _read_number,
    "shortanswer": _read_short,
    "matching": _read_matching,
}


def _rest(element: ET.Element, flat: Flat) -> Flat:
    """Return what the question says besides what Moodle keeps, as far as nobody has changed that since."""
    text = _said(element, REST)
    rest: Any = json.loads(text) if text else {}
    kept = {name: value for name, (mark, value) in rest.items() if mark == mark_of(flat.get(name))}
    whole = {**flat, **kept}
    return {name: value for name, value in whole.items() if value is not None}


def _fault(question: Question, areas: Iterable[str]) -> tuple[str, Mapping[str, object]] | None:
    """Return why a question could not stand in the bank."""
    ids = [option.id for option in (*question.options, *question.targets)]
    if question.area not in areas:
        return "no-area", {"area": _printable(question.area)}
    if not all(ID.fullmatch(one) for one in ids) or not (question.text.et.strip() and question.text.en.strip()):
        return "incomplete", {}
    return None


def read_moodle(data: bytes, areas: Iterable[str] | None = None) -> MoodleReading:
    """Return the questions of the bank in a file of Moodle XML, and a problem for each that is none.

    Parameters
    ----------
    data
        The file.
    areas
        Areas that a question may belong to; by default any.

    Raises
    ------
    MoodleUnreadable
        If the file is too large or no XML, has a document type, or is no quiz.
    """
    root = _parse(data)
    if root.tag != "quiz":
        raise _unreadable("no-quiz")
    questions: dict[str, Question] = {}
    problems = []
    for element in root.iterfind("question"):
        if element.get("type") == "category":
            continue
        name = _shown_name(element)
        if "kind" not in _tags(element):
            problems.append(QuestionProblem(name, "foreign", {"type": _printable(element.get("type", ""))}))
            continue
        try:
            question = question_of(_rest(element, _visible(element)))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            problems.append(QuestionProblem(name, "damaged"))
            continue
        if fault := None if areas is None else _fault(question, areas):
            problems.append(QuestionProblem(name, *fault))
        elif question.id in questions:
            problems.append(QuestionProblem(name, "double"))
        else:
            questions[question.id] = question
    return MoodleReading(tuple(questions.values()), tuple(problems))
