"""The question bank as Moodle XML.

Every question becomes a question of Moodle's own where there is one with the same rule of grading (docs/architecture.md has the table).
What Moodle keeps goes where Moodle keeps it: the id into ``idnumber``, kind, area and level into tags, both languages into
multilang spans. What it has no place for stands in ``<avcourse>``, an element that Moodle's import does not look at: each such field
with the fingerprint of what the reader finds without it, so that whoever edits the visible part is not overruled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from avcourse.course.formats.fields import flat_of, mark_of
from avcourse.course.formats.multilang import part, spans
from avcourse.course.language import Text, say
from avcourse.course.questions import DONT_KNOW, Question

TAG: Final = "avcourse:"
REST: Final = "avcourse"
CATEGORY: Final = "$course$/top/avcourse"
MOST_PARTS: Final = 10
"""Right options among which Moodle's list of fractions can divide a mark."""
LONGEST_ANSWER: Final = 255
"""Characters of a plain answer in Moodle's tables."""
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TAGGED: Final = ("kind", "area", "level", "competence", "check", "minimum", "maximum")


def _clean(text: str) -> str:
    """Return a text as XML can hold it; what it cannot stands in the rest."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _add(parent: ET.Element, tag: str, text: str, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, tag, attributes)
    child.text = _clean(text)
    return child


def _worded(parent: ET.Element, tag: str, text: str, *, html: bool = True, **attributes: str) -> ET.Element:
    """Add an element with a ``<text>`` inside, as Moodle writes texts."""
    child = ET.SubElement(parent, tag, attributes | ({"format": "html"} if html else {}))
    _add(child, "text", text)
    return child


def _answer(parent: ET.Element, text: str, fraction: str, feedback: Text | None, *, html: bool = True) -> ET.Element:
    child = _worded(parent, "answer", text, html=html, fraction=fraction)
    if not html:
        child.set("format", "plain_text")
    _worded(child, "feedback", spans(feedback) if feedback else "")
    return child


def moodle_type(question: Question) -> str:
    """Return Moodle's name of the type that a question becomes; ``description`` where Moodle could not grade it by the same rule."""
    key, options = question.key, question.option_ids
    right = () if key is None or isinstance(key.answer, float) else key.answer
    choices = len(question.options) >= 2
    match question.kind:
        case "single" if choices and len(right) == 1 and set(right) <= options:
            return "multichoice"
        case "multiple" if choices and 0 < len(set(right)) <= MOST_PARTS and set(right) <= options:
            return "multichoice"
        case "single" | "rating" if choices and not right:
            return "multichoice"
        case "number" if key is not None and isinstance(key.answer, float):
            return "numerical"
        case "short" if right and all(text.strip() for text in right):
            return "shortanswer"
        case "ordering" if choices and sorted(right) == sorted(options):
            return "ordering"
        case "matching" if choices and matching_pairs(question):
            return "matching"
        case "long" | "short":
            return "essay"
    return "description"


def matching_pairs(question: Question) -> Mapping[str, str] | None:
    """Return the right target of every left side, or None where some have none or several."""
    answer = question.key.answer if question.key else ()
    pairs = dict(pair.split(":", 1) for pair in answer if ":" in pair) if not isinstance(answer, float) else {}
    whole = isinstance(answer, tuple) and len(pairs) == len(answer)
    targets = {target.id for target in question.targets}
    return pairs if whole and pairs.keys() == question.option_ids and set(pairs.values()) <= targets else None


def _feedback(question: Question, name: str) -> Text | None:
    return question.key.feedback.get(name) if question.key else None


def _combined(element: ET.Element, question: Question) -> None:
    for tag, name in (("correct", "right"), ("partiallycorrect", "wrong"), ("incorrect", "wrong")):
        said = _feedback(question, name)
        _worded(element, f"{tag}feedback", spans(said) if said else "")


def _choice(element: ET.Element, question: Question) -> None:
    right = set(question.key.answer) if question.key and isinstance(question.key.answer, tuple) else set()
    single = question.kind != "multiple"
    _add(element, "single", str(single).lower())
    _add(element, "shuffleanswers", str(question.kind != "rating").lower())
    _add(element, "answernumbering", "abc")
    _combined(element, question)
    share = 100 if single else 100 / len(right)
    for option in question.options:
        if not right:
            # Nothing is right or wrong, and Moodle asks for one answer of 100 %; the mark is 0.
            fraction = 100.0
        else:
            fraction = share if option.id in right else 0 if single else -share
        _answer(
            element,
            part(f"option:{option.id}", option.text),
            f"{fraction:.5f}".rstrip("0").rstrip("."),
            _feedback(question, option.id),
        )
    if question.dont_know and right and single:
        unsure = Text(et=say("forms.dont-know", "et"), en=say("forms.dont-know", "en"))
        _answer(element, part(f"option:{DONT_KNOW}", unsure), "0", None)


def _numerical(element: ET.Element, question: Question) -> None:
    key = question.key
    assert key is not None
    answer = _answer(element, repr(key.answer), "100", _feedback(question, "right"), html=False)
    _add(answer, "tolerance", repr(key.tolerance))
    if wrong := _feedback(question, "wrong"):
        _add(_answer(element, "*", "0", wrong, html=False), "tolerance", "0")


def _short(element: ET.Element, question: Question) -> None:
    key = question.key
    assert key is not None
    assert isinstance(key.answer, tuple)
    _add(element, "usecase", "0")
    for text in key.answer:
        # An asterisk stands for anything in Moodle; ours stands for itself.
        _answer(element, text.replace("*", "\\*"), "100", _feedback(question, "right"), html=False)
    if wrong := _feedback(question, "wrong"):
        _answer(element, "*", "0", wrong, html=False)


def _ordering(element: ET.Element, question: Question) -> None:
    assert question.key is not None
    assert isinstance(question.key.answer, tuple)
    # Moodle's rule of this name is ours: each item is judged by the one that follows it.
    kinds = {"layouttype": "VERTICAL", "selecttype": "ALL", "selectcount": "0", "showgrading": "SHOW"}
    for tag, value in {**kinds, "gradingtype": "RELATIVE_NEXT_EXCLUDE_LAST"}.items():
        _add(element, tag, value)
    _combined(element, question)
    texts = {option.id: option.text for option in question.options}
    for place, option in enumerate(question.key.answer, start=1):
        _answer(element, part(f"option:{option}", texts[option]), f"{place}.0000000", _feedback(question, option))


def target_text(text: Text) -> str:
    """Return a target as Moodle's plain answers have it: both languages where they fit, else the Estonian."""
    both = f"{text.et} / {text.en}"
    return both if len(both) <= LONGEST_ANSWER else text.et[:LONGEST_ANSWER]


def _matching(element: ET.Element, question: Question) -> None:
    pairs = matching_pairs(question) or {}
    targets = {target.id: target.text for target in question.targets}
    _add(element, "shuffleanswers", "true")
    _combined(element, question)
    for option in question.options:
        _subquestion(element, part(f"option:{option.id}", option.text), targets[pairs[option.id]])
    for name, text in targets.items():
        if name not in set(pairs.values()):
            # Moodle takes an answer without a question for a wrong choice.
            _subquestion(element, "", text)


def _subquestion(element: ET.Element, html: str, target: Text) -> None:
    _add(_worded(element, "subquestion", html), "answer", "").append(_text_element(target_text(target)))


def _text_element(text: str) -> ET.Element:
    element = ET.Element("text")
    element.text = _clean(text)
    return element


def _essay(element: ET.Element, question: Question) -> None:
    for tag, value in {
        "responseformat": "plain",
        "responserequired": "1",
        "responsefieldlines": "10",
        "attachments": "0",
    }.items():
        _add(element, tag, value)
    steps = (f"<p><b>{step.points:g}</b></p>{part(f'rubric:{step.points!r}', step.text)}" for step in question.rubric)
    _worded(element, "graderinfo", "".join(steps))


_BODIES: Final = {
    "multichoice": _choice,
    "numerical": _numerical,
    "shortanswer": _short,
    "ordering": _ordering,
    "matching": _matching,
    "essay": _essay,
}


def marked(question: Question) -> bool:
    """Whether the question gives a mark in Moodle: what has no right answer and no reader there gives none."""
    kind = moodle_type(question)
    return kind != "description" and not (kind == "multichoice" and not (question.key and question.key.answer))


def _question_html(question: Question) -> str:
    html = part("text", question.text) + (part("unit", question.unit) if question.unit else "")
    if moodle_type(question) in ("essay", "description"):
        html += "".join(part(f"option:{option.id}", option.text) for option in question.options)
        html += "".join(part(f"target:{target.id}", target.text) for target in question.targets)
    return html


def _general_feedback(question: Question) -> str:
    explanation = question.key.explanation if question.key else None
    texts = (("explanation", explanation), ("source", question.source))
    return "".join(part(name, text) for name, text in texts if text)


def _tags(element: ET.Element, question: Question) -> None:
    flat = flat_of(question)
    tags = ET.SubElement(element, "tags")
    words = [f"{name}={flat[name]}" for name in _TAGGED if name in flat]
    words += [name for name in ("graded", "confidence", "dont_know", "key") if flat.get(name)]
    if not marked(question):
        words.append(f"points={question.points!r}")
    for word in words:
        _worded(tags, "tag", f"{TAG}{word}", html=False)


def question_element(question: Question) -> ET.Element:
    """Return the part of a question that Moodle reads."""
    kind = moodle_type(question)
    element = ET.Element("question", type=kind)
    _worded(element, "name", question.id, html=False)
    _worded(element, "questiontext", _question_html(question))
    _worded(element, "generalfeedback", _general_feedback(question))
    _add(element, "defaultgrade", repr(question.points if marked(question) else 0.0))
    _add(element, "penalty", "0")
    _add(element, "hidden", "0")
    _add(element, "idnumber", question.id)
    if kind in _BODIES:
        _BODIES[kind](element, question)
    _tags(element, question)
    return element


def with_rest(element: ET.Element, question: Question, read: Mapping[str, object]) -> ET.Element:
    """Add what the reader does not find in the part that Moodle reads; ``read`` is what it does find."""
    flat = flat_of(question)
    rest = {
        name: [mark_of(read.get(name)), flat.get(name)]
        for name in sorted(flat.keys() | read.keys())
        if flat.get(name) != read.get(name)
    }
    if rest:
        _add(element, REST, json.dumps(rest, ensure_ascii=True, sort_keys=True))
    return element


def category_element(area: str) -> ET.Element:
    """Return the pseudo-question that tells Moodle in which category the next questions go."""
    element = ET.Element("question", type="category")
    _worded(element, "category", f"{CATEGORY}/{area}", html=False)
    _worded(element, "info", "")
    return element


def by_area(questions: Iterable[Question]) -> list[tuple[str, list[Question]]]:
    """Return questions by area, in the order in which areas and questions come first."""
    found = list(questions)
    areas = list(dict.fromkeys(question.area for question in found))
    found.sort(key=lambda question: areas.index(question.area))
    return [(area, list(group)) for area, group in groupby(found, key=lambda question: question.area)]
