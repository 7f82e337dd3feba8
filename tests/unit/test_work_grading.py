"""What the municipality's work is worth: known answers worked by hand, and what must hold for any work."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.answers.responses import Response, append_response
from avcourse.course.language import Text
from avcourse.course.questions import Question, question_from
from avcourse.errors import NoQuestion
from avcourse.municipality import grading
from avcourse.municipality.grading import CHECKS, grade_work, last_day, score_work, work_points
from avcourse.municipality.instrument import DIMENSIONS, instrument_from

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2026, 11, 24)
PAIR = {"et": "a", "en": "b"}
BASES = {"t1": "law", "t2": "practice", "t3": "law", "t4": "law", "d1": "law", "d2": "practice"}
INSTRUMENT = instrument_from(
    {
        "criteria": [
            {
                "id": name,
                "version": 2 if name == "t4" else 1,
                "dimension": "transparency" if name.startswith("t") else "digital",
                "tier": "basic",
                "weight": 1,
                "basis": basis,
                "source": PAIR,
                "check": "web",
                "principles": [],
                "title": PAIR,
                "text": PAIR,
                "evidence": PAIR,
                "anchors": {"et": ["a"] * 5, "en": ["b"] * 5},
                "steps": [],
            }
            for name, basis in BASES.items()
        ],
        "indicators": [],
    }
)
SHOWN = {"evidence": "https://naidisvald.ee", "evidence_date": "2026-11-01"}


@pytest.fixture(autouse=True)
def small_instrument(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grading, "load_instrument", lambda: INSTRUMENT)


def said(kind: str, name: str, data: object, at: str = "2026-11-24T10:00:00Z") -> Response:
    answer = data if isinstance(data, str) else json.dumps(data)
    return Response(1, "enesehindamine", f"{kind}:{name}", None, answer, None, at)


def levels(**given: Any) -> tuple[Response, ...]:
    """Return answers to criteria: a level, or a whole record."""
    return tuple(
        said("level", name, {"version": INSTRUMENT.criterion(name).version} | (v if isinstance(v, dict) else {"level": v}))
        for name, v in given.items()
    )  # fmt: skip


def test_every_kind_of_answer_counts_and_the_height_of_the_level_does_not() -> None:
    assert grade_work("answered-transparency", levels(t1=0, t2="unknown", t3="na", t4=4), TODAY) == 1.0
    assert grade_work("answered-transparency", levels(t1=0, t2=4, d1=3), TODAY) == 0.5
    assert grade_work("answered-digital", levels(t1=0), TODAY) == 0.0


def test_what_is_no_answer_does_not_count() -> None:
    taken_back = (*levels(t1=3), said("level", "t1", ""))
    other_version = (said("level", "t4", {"version": 1, "level": 3}),)
    impossible = levels(t1=5, t2=True, t3="3", t4={"evidence": "x"})
    for log in ((), taken_back, other_version, impossible, (said("level", "t1", "[["),)):
        assert grade_work("answered-transparency", log, TODAY) == 0.0


def test_evidence_is_asked_for_legal_duties_claimed_as_met() -> None:
    # t1 and t3 are duties claimed at 3 and 4, one with evidence; t2 is no duty, d1 is a duty claimed at 2.
    log = levels(t1={"level": 3, **SHOWN}, t2=4, t3=4, d1=2)
    assert grade_work("evidence", log, TODAY) == 0.5
    without_date = levels(t1={"level": 3, "evidence": "https://naidisvald.ee"})
    checked = levels(t1={"level": 3, "checked": True})
    assert (grade_work("evidence", without_date, TODAY), grade_work("evidence", checked, TODAY)) == (0.0, 1.0)


def test_modesty_costs_nothing_and_silence_earns_nothing() -> None:
    assert grade_work("evidence", levels(t1=0, t3=2, t4="na", d1="unknown"), TODAY) == 1.0
    assert grade_work("evidence", levels(t1=0, t2=4), TODAY) == 0.25
    assert grade_work("evidence", (), TODAY) == 0.0


ROW = {"name": "x", "unit": "%", "baseline": "1", "target": "2", "source": "y", "owner": "z", "due": "2028-01-01"}
WHOLE: Mapping[str, Any] = {
    "title": "Eelnõud avalikuks",
    "problem": "Eelnõusid ei näe.",
    "action": "Avaldame kõik eelnõud veebis enne istungit.",
    "openness": "Igaüks saab eelnõu enne otsust lugeda.",
    "mechanism": ["information"],
    "owner": "vallasekretär",
    "partners": "MTÜ Kogukonnad",
    "start": "2027-01-01",
    "end": "2028-12-31",
    "milestones": [{"what": "Avaldame eelnõu", "date": "2027-06-01", "owner": "vallasekretär", "output": "veebileht"}],
    "indicators": [{**ROW, "kind": "output"}, {**ROW, "kind": "outcome"}],
}


def plan(*commitments: Mapping[str, Any]) -> tuple[Response, ...]:
    return tuple(said("commitment", str(number), data) for number, data in enumerate(commitments))


def without(*fields: str) -> dict[str, Any]:
    return {name: value for name, value in WHOLE.items() if name not in fields}


def test_a_whole_commitment_passes_everything() -> None:
    rules = [name for name in CHECKS if name.startswith("rule-")]
    assert len(rules) == 6
    assert {name: grade_work(name, plan(WHOLE), TODAY) for name in ("commitment", *rules)} == dict.fromkeys(
        ("commitment", *rules), 1.0
    )


@pytest.mark.parametrize(
    ("check", "worse"),
    [
        ("rule-verifiable", without("owner")),
        ("rule-relevant", {**WHOLE, "mechanism": ["technology"]}),
        ("rule-indicators", {**WHOLE, "indicators": [{**ROW, "kind": "output"}]}),
        ("rule-milestone", without("milestones")),
        ("rule-partner", without("partners")),
        ("rule-term", {**WHOLE, "end": "2029-10-22"}),
        ("rule-term", without("end")),
    ],
)
def test_a_gap_costs_its_own_share(check: str, worse: Mapping[str, Any]) -> None:
    assert grade_work(check, plan(WHOLE, worse), TODAY) == 0.5
    assert grade_work(check, plan({**worse, "completion": "withdrawn"}, WHOLE), TODAY) == 1.0


def test_the_day_before_the_elections_is_within_the_term() -> None:
    assert grade_work("rule-term", plan({**WHOLE, "end": "2029-10-21"}), TODAY) == 1.0


def test_the_most_complete_commitment_counts() -> None:
    assert grade_work("commitment", plan(without("problem", "owner"), {"title": "Kaasame"}), TODAY) == 6 / 8
    assert grade_work("commitment", plan({**WHOLE, "start": "kunagi", "mechanism": []}), TODAY) == 6 / 8
    for name in CHECKS:
        assert grade_work(name, (), TODAY) == 0.0


def question(check: str, points: float = 4.0) -> Question:
    return Question("q", "work", "impact", "apply", Text("a", "b"), graded=True, points=points, check=check)


def test_points_are_of_one_assignment_and_of_the_day_of_the_last_answer() -> None:
    log = levels(t1=0, t2=0)
    other = tuple(Response(9, "tegevuskava", r.question, None, r.answer, None, r.at) for r in levels(t3=0))
    assert work_points(question("answered-transparency"), (*log, *other), "enesehindamine") == 2.0
    with pytest.raises(NoQuestion):
        work_points(question("answered-weather"), log, "enesehindamine")
    # Of a plan handed in after the elections of 2029 the next term counts.
    commitment = {**WHOLE, "end": "2030-06-30"}
    early = said("commitment", "a", commitment)
    late = said("commitment", "a", {}, "2029-11-01T08:00:00Z")
    assert work_points(question("rule-term"), [early], "enesehindamine") == 0.0
    assert work_points(question("rule-term"), [early, late], "enesehindamine") == 4.0
    assert last_day([said("plan", "own", {}, "eile"), late, early]) == date(2029, 11, 1)


@given(
    st.lists(
        st.tuples(
            st.sampled_from(sorted(BASES)),
            st.one_of(st.integers(-1, 6), st.sampled_from(["unknown", "na", "x", None, True, 2.5])),
            st.booleans(),
        )
    )
)
def test_a_share_is_a_share_and_more_answers_never_cost(given_answers: list[tuple[str, Any, bool]]) -> None:
    log: tuple[Response, ...] = ()
    for name, level, shown in given_answers:
        before = {check: grade_work(check, log, TODAY) for check in CHECKS}
        log += levels(**{name: {"level": level, **(SHOWN if shown else {})}})
        after = {check: grade_work(check, log, TODAY) for check in CHECKS}
        assert all(isinstance(share, float) and 0.0 <= share <= 1.0 for share in after.values())
        if level is not None and (level in ("unknown", "na") or (type(level) is int and 0 <= level <= 4)):
            assert all(after[f"answered-{d}"] >= before[f"answered-{d}"] for d in DIMENSIONS)


@given(
    st.dictionaries(
        st.sampled_from(sorted(WHOLE)),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**13), 10**13)
            | st.floats(allow_nan=False)
            | st.text(max_size=9),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        ),
    )
)
def test_no_commitment_breaks_the_rules(odd: Mapping[str, Any]) -> None:
    for check in CHECKS:
        assert 0.0 <= grade_work(check, plan({**WHOLE, **odd}), TODAY) <= 1.0


def test_score_work_reads_the_log_beside_the_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = {"id": "q", "kind": "work", "area": "impact", "level": "apply", "text": PAIR, "points": 2, "graded": True}
    asked = question_from({**row, "check": "answered-digital"})
    monkeypatch.setattr(grading, "find_question", lambda address: {"enesehindamine/q": asked}[address])
    monkeypatch.chdir(tmp_path)
    assert score_work("enesehindamine/q") == 0.0
    answer = json.dumps({"version": 1, "level": 0})
    append_response(tmp_path / "responses.jsonl", assignment="enesehindamine", question="level:d1", answer=answer)
    for execution in (None, "autograde"):
        if execution:
            monkeypatch.setenv("NBGRADER_EXECUTION", execution)
        points = score_work("enesehindamine/q")
        assert (points, type(points)) == (1.0, float)


def test_every_check_of_the_bank_is_a_rule_and_every_rule_is_asked() -> None:
    rows = [
        row
        for name in ("enesehindamine", "tegevuskava", "rakendamine", "kordushindamine")
        for row in tomllib.loads((ROOT / f"content/questions/{name}.toml").read_text(encoding="utf-8"))["question"]
    ]
    assert sorted(row["check"] for row in rows if row["kind"] == "work") == sorted(CHECKS)


def test_grading_needs_the_standard_library_only() -> None:
    code = (
        "import avcourse, sys; avcourse.score_work; "
        "print([m for m in ('numpy','pandas','ipywidgets','anywidget','nbgrader','matplotlib','IPython') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (done.stdout.strip(), done.stderr) == ("[]", "")
