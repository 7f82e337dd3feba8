"""Statements of the Experience API, held against the rules of its specification (xAPI 1.0.3, part two)."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from avcourse.classroom.export_xapi import HOME, xapi_lines
from avcourse.classroom.gradebook import GRADE, connect
from avcourse.classroom.workspace import ClassFolder

IRI = re.compile(r"[a-z][a-z0-9+.-]*://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TOP = {
    "id",
    "actor",
    "verb",
    "object",
    "result",
    "context",
    "timestamp",
    "stored",
    "authority",
    "version",
    "attachments",
}
RESULT = {"score", "success", "completion", "response", "duration", "extensions"}
CONTEXT = {
    "registration",
    "instructor",
    "team",
    "contextActivities",
    "revision",
    "platform",
    "language",
    "statement",
    "extensions",
}


def nulls(value: object) -> bool:
    if isinstance(value, dict):
        return any(map(nulls, value.values()))
    return any(map(nulls, value)) if isinstance(value, list) else value is None


def language_map(value: object) -> bool:
    return isinstance(value, dict) and all(LANGUAGE.fullmatch(k) and isinstance(v, str) for k, v in value.items())


def faults(statement: dict[str, Any]) -> list[str]:
    """Return which rules of the specification a statement breaks."""
    found = [f"property {name}" for name in statement.keys() - TOP]
    found += [f"no {name}" for name in ("actor", "verb", "object") if name not in statement]
    if found:
        return found
    if nulls(statement):
        found.append("null")
    try:
        UUID(statement["id"])
        UUID(statement["context"]["registration"])
    except ValueError:
        found.append("uuid")
    actor = statement["actor"]
    if len(actor.keys() & {"mbox", "mbox_sha1sum", "openid", "account"}) != 1:
        found.append("identifier")
    account = actor.get("account", {})
    if not IRI.fullmatch(account.get("homePage", "")) or not isinstance(account.get("name"), str):
        found.append("account")
    verb = statement["verb"]
    if not IRI.fullmatch(verb["id"]) or not language_map(verb["display"]):
        found.append("verb")
    around = statement["context"]["contextActivities"]
    if around.keys() - {"parent", "grouping", "category", "other"} or statement["context"].keys() - CONTEXT:
        found.append("context")
    for activity in (statement["object"], *(each for group in around.values() for each in group)):
        definition = activity["definition"]
        if activity["objectType"] != "Activity" or not IRI.fullmatch(activity["id"]):
            found.append("activity")
        if not IRI.fullmatch(definition["type"]) or not language_map(definition["name"]):
            found.append("definition")
    result = statement.get("result", {})
    if result.keys() - RESULT or any(not isinstance(result.get(n, True), bool) for n in ("success", "completion")):
        found.append("result")
    if any(not IRI.fullmatch(name) for name in result.get("extensions", {})):
        found.append("extension")
    if score := result.get("score"):
        if score.keys() - {"scaled", "raw", "min", "max"} or not -1 <= score["scaled"] <= 1:
            found.append("scaled")
        if not score["min"] < score["max"] or not score["min"] <= score["raw"] <= score["max"]:
            found.append("raw")
    at = statement.get("timestamp", "2026-01-01T00:00:00Z")
    if not at.endswith("Z") or datetime.fromisoformat(at).utcoffset() is None:
        found.append("timestamp")
    return found


@pytest.fixture
def lines(graded: ClassFolder) -> list[dict[str, Any]]:
    return [json.loads(line) for line in xapi_lines(graded).splitlines()]


def test_every_statement_keeps_the_rules(lines: list[dict[str, Any]]) -> None:
    assert [(found, line) for line in lines if (found := faults(line))] == []
    assert len({line["id"] for line in lines}) == len(lines)
    verbs = [line["verb"]["id"].rsplit("/", 1)[1] for line in lines]
    assert {verb: verbs.count(verb) for verb in verbs} == {"answered": 18, "completed": 3, "scored": 3}


def test_a_score_is_what_the_gradebook_says(lines: list[dict[str, Any]]) -> None:
    scored = [line for line in lines if line["verb"]["id"].endswith("scored")]
    assert [line["result"]["score"] for line in scored] == [{"scaled": 0.666667, "raw": 4, "min": 0, "max": 6}] * 3
    assert {line["object"]["id"] for line in scored} == {f"{HOME}/course/eeltest", f"{HOME}/course/jareltest"}
    answered = [line for line in lines if line["verb"]["id"].endswith("answered")]
    assert sum(line["result"]["score"]["raw"] for line in answered) == 12
    assert {line["result"]["extensions"][f"{HOME}/extensions/confidence"] for line in answered} == {75}


def test_doing_it_again_gives_the_same_and_a_new_score_a_new_statement(graded: ClassFolder) -> None:
    first = xapi_lines(graded)
    assert xapi_lines(graded) == first
    with connect(graded.database) as connection:
        connection.execute(update(GRADE).values(manual_score=1.0))
    ids = [{json.loads(line)["id"] for line in data.splitlines()} for data in (first, xapi_lines(graded))]
    assert ids[0] != ids[1]


def test_a_score_that_waits_for_a_person_is_not_stated(graded: ClassFolder) -> None:
    assert b"verbs/scored" in xapi_lines(graded)
    with connect(graded.database) as connection:
        connection.execute(update(GRADE).values(needs_manual_grade=True))
    assert b"verbs/scored" not in xapi_lines(graded)


def change(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def apply(statement: dict[str, Any]) -> None:
        *steps, last = path.split("/")
        place: Any = statement
        for step in steps:
            place = place[step]
        place[last] = value

    return apply


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("id", "x", "uuid"),
        ("actor/mbox", "mailto:a@b.ee", "identifier"),
        ("actor/account/homePage", "kodu", "account"),
        ("verb/display", {"eesti keel": "vastas"}, "verb"),
        ("object/id", "eeltest", "activity"),
        ("result/score/scaled", 66.7, "scaled"),
        ("result/score/raw", 7, "raw"),
        ("result/success", None, "null"),
        ("timestamp", "2026-11-22T10:00:00", "timestamp"),
        ("extra", 1, "property extra"),
    ],
)
def test_the_rules_find_what_breaks_them(lines: list[dict[str, Any]], path: str, value: object, rule: str) -> None:
    statement = copy.deepcopy(next(line for line in lines if "score" in line["result"]))
    change(path, value)(statement)
    assert rule in faults(statement)
