"""What a class did as statements of the Experience API (xAPI 1.0.3), one JSON object a line, for a learning record store.

A person is an account: the pseudonym at the class's address. That address and those of the activities end in ``.invalid``, which never is
anybody's: an identifier, not a page. No words of a participant go in. A statement's id follows from what it says, so exporting
again gives the same statements, and a changed score a new one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from uuid import UUID, uuid5

from avcourse.classroom.export_facts import Fact, Total, facts, totals
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import Course, load_course
from avcourse.course.language import LANGUAGES, Text, say

HOME: Final = "https://avcourse.invalid"
_VERBS: Final = "http://adlnet.gov/expapi/verbs"
_TYPES: Final = "http://adlnet.gov/expapi/activities"
_NAMESPACE: Final = UUID("7d0a8a4e-5a0e-5f0d-9f5b-2b7f0c1d6e3a")
_AT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
Statement = dict[str, Any]


def _map(text: Text) -> dict[str, str]:
    return {language: text.in_(language) for language in LANGUAGES}


def _activity(path: str, kind: str, name: Text) -> Statement:
    definition = {"type": f"{_TYPES}/{kind}", "name": _map(name)}
    return {"objectType": "Activity", "id": f"{HOME}/course/{path}", "definition": definition}


def _title(assignment: str, course: Course) -> Text:
    titles = {module.id: module.title for module in course.modules}
    return titles.get(assignment, Text(assignment, assignment))


def _assessment(assignment: str, course: Course) -> Statement:
    return _activity(assignment, "assessment", _title(assignment, course))


def _score(points: float, most: float | None) -> Statement:
    if not most:
        return {}
    raw = min(max(points, 0.0), most)
    return {"score": {"scaled": round(raw / most, 6), "raw": round(raw, 6), "min": 0, "max": most}}


def _statement(
    folder: ClassFolder,
    student: str,
    verb: str,
    target: Statement,
    result: Statement,
    at: str | None,
    around: Statement,
) -> Statement:
    display = Text(*(say(f"exports.verb-{verb}", language) for language in LANGUAGES))
    home = f"{HOME}/class/{folder.id}"
    statement: Statement = {
        "actor": {"objectType": "Agent", "account": {"homePage": home, "name": student}},
        "verb": {"id": f"{_VERBS}/{verb}", "display": _map(display)},
        "object": target,
        **({"result": result} if result else {}),
        "context": {
            "registration": str(uuid5(_NAMESPACE, f"{home} {student}")),
            "platform": "avcourse",
            "contextActivities": around,
        },
    }
    if at is not None:
        statement["timestamp"] = at
    return {"id": str(uuid5(_NAMESPACE, json.dumps(statement, sort_keys=True))), **statement}


def _answered(folder: ClassFolder, fact: Fact, course: Course) -> Statement:
    name = Text(fact.question, fact.question)
    target = _activity(f"{fact.assignment}/{fact.question}", "question", name)
    result: Statement = {} if fact.points is None else _score(fact.points, fact.most)
    if fact.outcome in ("right", "partly", "wrong", "unsure"):
        result["success"] = fact.outcome == "right"
    if fact.confidence is not None:
        result["extensions"] = {f"{HOME}/extensions/confidence": fact.confidence}
    around = {"parent": [_assessment(fact.assignment, course)], "grouping": [_course(course)]}
    return _statement(folder, fact.student, "answered", target, result, fact.at, around)


def _course(course: Course) -> Statement:
    return {
        "objectType": "Activity",
        "id": f"{HOME}/course",
        "definition": {"type": f"{_TYPES}/course", "name": _map(course.title)},
    }


def _handed_in(folder: ClassFolder, total: Total, course: Course) -> Iterator[Statement]:
    at = f"{total.at:%Y-%m-%dT%H:%M:%SZ}" if total.at else None
    target, around = _assessment(total.assignment, course), {"grouping": [_course(course)]}
    yield _statement(folder, total.student, "completed", target, {"completion": True}, at, around)
    score = _score(total.points, total.most)
    if score and not total.waiting:
        yield _statement(folder, total.student, "scored", target, score, at, around)


def statements(folder: ClassFolder, student: str | None = None) -> Iterator[Statement]:
    """Give the statements of a graded class or of one student: each answer, each assignment handed in, each score that is final.

    Raises
    ------
    NothingReleased, GradebookFailed
        If there is nothing to export.
    """
    course = load_course()
    for fact in facts(folder, student):
        # A question without an answer is no event, and a time that is none would be refused.
        if fact.at is not None and _AT.fullmatch(fact.at) and fact.outcome != "blank":
            yield _answered(folder, fact, course)
    for total in totals(folder, student):
        yield from _handed_in(folder, total, course)


def json_lines(rows: Iterator[Mapping[str, Any]]) -> bytes:
    r"""Return mappings as JSON lines.

    Examples
    --------
    >>> json_lines(iter([{"a": "õ"}, {"b": 1}])).decode()
    '{"a":"õ"}\n{"b":1}\n'
    """
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":"), allow_nan=False) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()


def xapi_lines(folder: ClassFolder) -> bytes:
    """Return the statements of a class as JSON lines."""
    return json_lines(statements(folder))
