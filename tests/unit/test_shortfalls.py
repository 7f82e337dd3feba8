"""What a check found missing is named exactly where points are missing: never with full points, always without."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avcourse.answers.responses import Response
from avcourse.municipality.example import load_example
from avcourse.municipality.grading import CHECKS, Work
from avcourse.municipality.shortfalls import shortfalls

TODAY = date(2026, 11, 27)
SAYING = [check for check in CHECKS if check != "survey" and not check.startswith("again")]
EXAMPLE = {kind: load_example("et").get(kind, {}) for kind in ("level", "commitment")}


def work_of(records: dict[str, dict[str, dict[str, Any]]]) -> Work:
    said = [
        Response(seq, "m", f"{kind}:{name}", None, json.dumps(data), None, "2026-11-26T10:00:00Z")
        for seq, (kind, name, data) in enumerate(
            (kind, name, data) for kind, own in records.items() for name, data in own.items()
        )
    ]
    return Work(tuple(said), TODAY)


@st.composite
def parts_of_the_example(draw: st.DrawFn) -> Work:
    """Give the worked example with records and fields left out."""
    kept: dict[str, dict[str, dict[str, Any]]] = {}
    for kind, own in EXAMPLE.items():
        names = draw(st.sets(st.sampled_from(sorted(own)))) if draw(st.booleans()) else set(own)
        gone = draw(
            st.sets(st.sampled_from(("title", "action", "owner", "end", "mechanism", "evidence", "indicators")))
        )
        kept[kind] = {
            name: {field: value for field, value in own[name].items() if field not in gone} for name in sorted(names)
        }
    return work_of(kept)


@settings(max_examples=40, deadline=None)
@given(parts_of_the_example())
def test_something_is_named_exactly_where_points_are_missing(work: Work) -> None:
    for check in SAYING:
        assert bool(shortfalls(check, work)) == (CHECKS[check](work) < 1.0), check


def test_the_words_are_for_people_in_both_languages() -> None:
    assert EXAMPLE["level"]
    assert EXAMPLE["commitment"]
    for check in CHECKS:
        for text in shortfalls(check, work_of({})):
            assert text.et
            assert text.en
            assert "{" not in text.et + text.en


def test_a_title_with_braces_is_only_a_title() -> None:
    found = shortfalls("rule-verifiable", work_of({"commitment": {"a": {"title": "{0} {x}"}}}))
    assert found
    assert all("{0} {x}" in text.et for text in found)


@pytest.mark.parametrize("check", [None, "", "survey", "nothing-of-the-kind"])
def test_a_check_that_cannot_say_what_it_misses_says_nothing(check: str | None) -> None:
    assert shortfalls(check, work_of({})) == ()
