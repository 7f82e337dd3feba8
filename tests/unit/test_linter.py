"""What the linter asks of a plan, shown by one sound plan and by each thing taken away from it."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import words
from avcourse.municipality.linter import RULES, Finding, lint_commitment, lint_plan
from avcourse.municipality.records import Record
from avcourse.municipality.wording import has_verb, names_person, only_intends, only_own_house

TODAY = date(2026, 11, 24)
ROW = {
    "unit": "%",
    "baseline": "13",
    "target": "90",
    "source": "register",
    "owner": "vallasekretär",
    "due": "2028-01-31",
}
SOUND: dict[str, Any] = {
    "title": "Iga määruse eelnõu on kümme päeva enne istungit veebis",
    "problem": "Elanik näeb eelnõu alles pärast vastuvõtmist.",
    "baseline": "2026. aastal avaldati enne istungit 4 eelnõu 31-st.",
    "action": "Vallasekretär avaldab iga eelnõu veebis kümme päeva enne istungit.",
    "openness": "Elanik näeb eelnõu ja saab ettepaneku teha.",
    "mechanism": ["information", "participation"],
    "potential": "substantial",
    "owner": "vallasekretär",
    "partners": "külade ühendus",
    "budget": 2000,
    "development_plan": "arengukava 4.2",
    "start": "2027-01-01",
    "end": "2028-12-31",
    "milestones": [
        {
            "what": "Vallasekretär avaldab eelnõude lehe",
            "date": "2027-03-01",
            "owner": "vallasekretär",
            "output": "link lehele",
        }
    ],
    "indicators": [
        {"kind": "output", "name": "Avaldatud eelnõud", **ROW},
        {"kind": "outcome", "name": "Ettepanekuid aastas", **ROW, "unit": "tk"},
    ],
}
PLAN = {
    "title": "Kava",
    "intro": "Miks",
    "state": "Olukord",
    "period_start": "2027-01-01",
    "period_end": "2029-06-30",
    "adopted_by": "volikogu",
    "monitoring": "kaks korda aastas",
    "contact": "vallasekretär",
}
TALK = {
    "date": "2026-12-01",
    "channel": "rahvakoosolek",
    "who": "külavanemad",
    "count": 20,
    "summary": "Sooviti eelnõusid varem.",
    "response": "Võtame arvesse.",
}


def record(kind: str, data: dict[str, Any], key: str = "c") -> Record:
    return Record(kind, key, data, "")


def changed(**fields: Any) -> dict[str, Any]:
    """Return the sound commitment with fields changed; ``milestone__date`` reaches into the first row, None takes away."""
    data = copy.deepcopy(SOUND)
    for name, value in fields.items():
        head, _, column = name.partition("__")
        target = data[f"{head}s"][0] if column else data
        if value is None:
            target.pop(column or head, None)
        else:
            target[column or head] = value
    return data


def findings(data: dict[str, Any]) -> list[tuple[str, str, str | None]]:
    found = lint_commitment(record("commitment", data), TODAY)
    return [(each.rule, each.severity, each.field) for each in found]


def test_a_sound_commitment_and_plan_have_nothing_to_mend() -> None:
    assert findings(SOUND) == []
    talks = {"a": record("consultation", TALK, "a"), "b": record("consultation", {**TALK, "channel": "veeb"}, "b")}
    assert lint_plan(record("plan", PLAN, "own"), {"c": record("commitment", SOUND)}, talks, TODAY) == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"action": None}, ("verifiable", "must", "action")),
        ({"action": "Parandame kaasamist ja arendame koostööd kogukonnaga."}, ("verifiable", "should", "action")),
        ({"action": "We improve and promote participation in the municipality."}, ("verifiable", "should", "action")),
        ({"action": "Avaldame eelnõud veebis"}, ("verifiable", "should", "action")),
        ({"end": None}, ("verifiable", "must", "end")),
        ({"owner": None}, ("verifiable", "must", "owner")),
        ({"owner": "Mari Maasikas"}, ("verifiable", "should", "owner")),
        ({"openness": None}, ("relevant", "must", "openness")),
        ({"openness": "Suurem läbipaistvus"}, ("relevant", "should", "openness")),
        ({"mechanism": None}, ("relevant", "must", "mechanism")),
        ({"mechanism": ["technology"]}, ("relevant", "must", "mechanism")),
        ({"problem": None}, ("potential", "must", "problem")),
        ({"potential": None}, ("potential", "must", "potential")),
        ({"potential": "unclear"}, ("potential", "should", "potential")),
        ({"potential": "modest"}, ("potential", "should", "potential")),
        ({"milestones": None}, ("milestone", "must", "milestones")),
        ({"milestone__what": None}, ("milestone", "must", "milestones")),
        ({"milestone__what": "Uus eelnõude leht"}, ("milestone", "should", "milestones")),
        ({"milestone__what": "Avaldame"}, ("milestone", "should", "milestones")),
        ({"milestone__date": None}, ("milestone", "must", "milestones")),
        ({"milestone__date": "2029-01-01"}, ("milestone", "must", "milestones")),
        ({"milestone__date": "2026-12-31"}, ("milestone", "must", "milestones")),
        ({"milestone__owner": None}, ("milestone", "must", "milestones")),
        ({"milestone__owner": "Jaan Tamm"}, ("milestone", "should", "milestones")),
        ({"milestone__output": None}, ("milestone", "must", "milestones")),
        ({"indicator__kind": "outcome"}, ("indicators", "must", "indicators")),
        ({"indicator__baseline": None}, ("indicators", "must", "indicators")),
        ({"indicator__due": None}, ("indicators", "must", "indicators")),
        ({"indicator__target": "13"}, ("indicators", "should", "indicators")),
        ({"indicator__target": "rohkem"}, ("indicators", "should", "indicators")),
        ({"partners": None}, ("partner", "must", "partners")),
        ({"partners": "vallavalitsus ja volikogu"}, ("partner", "should", "partners")),
        ({"budget": None}, ("budget", "must", "budget")),
        ({"no_budget": True}, ("budget", "must", "budget")),
        ({"development_plan": None}, ("budget", "should", "development_plan")),
        ({"baseline": None}, ("baseline", "must", "baseline")),
        ({"baseline": "Eelnõusid avaldatakse harva."}, ("baseline", "should", "baseline")),
        ({"start": None}, ("term", "should", "start")),
        ({"start": "2028-12-31", "end": "2028-01-01", "milestones": [], "x": 1}, ("term", "must", "end")),
        ({"end": "2029-10-22"}, ("term", "must", "end")),
    ],
)
def test_each_gap_is_found_and_only_it(change: dict[str, Any], expected: tuple[str, str, str]) -> None:
    found = findings(changed(**change))
    others = [each for each in found if each != expected]
    assert expected in found
    assert [each for each in others if "milestones" not in change] == []


def test_the_day_of_the_elections_is_still_in_the_term() -> None:
    assert findings(changed(end="2029-10-21")) == []


def test_a_commitment_without_extra_money_needs_no_sum() -> None:
    assert findings(changed(budget=None, no_budget=True)) == []
    assert findings(changed(budget=0, no_budget=True)) == []


def test_a_finding_says_where_why_and_what_to_do() -> None:
    data = changed()
    data["milestones"].append({"what": "Koolitame ametnikke", "owner": "personalijuht", "output": "nimekiri"})
    (finding,) = lint_commitment(record("commitment", data, "c7"), TODAY)
    assert (finding.commitment, finding.field, finding.row) == ("c7", "milestones", 1)
    assert finding.reason.et == "Vahe-eesmärk 2: kuupäev puudub."
    assert finding.mend.en == "Give the day by which it is done."
    (finding,) = lint_commitment(record("commitment", changed(indicator__unit=None, indicator__source=None)), TODAY)
    assert "„Ühik“, „Allikas“" in finding.reason.et
    assert "‘Unit’, ‘Source’" in finding.reason.en


def plan_findings(
    plan: dict[str, Any] | None, commitments: dict[str, dict[str, Any]], talks: list[dict[str, Any]]
) -> list[Finding]:
    return list(
        lint_plan(
            None if plan is None else record("plan", plan, "own"),
            {key: record("commitment", data, key) for key, data in commitments.items()},
            {str(number): record("consultation", talk, str(number)) for number, talk in enumerate(talks)},
            TODAY,
        )
    )


TALKS = [TALK, {**TALK, "channel": "veebiküsitlus"}]


@pytest.mark.parametrize(
    ("plan", "commitments", "talks", "expected"),
    [
        (PLAN, {}, TALKS, [("plan", "must", None, None)]),
        (PLAN, {"c": SOUND}, [], [("consultation", "must", None, None)]),
        (PLAN, {"c": SOUND}, [TALK], [("consultation", "should", None, "channel")]),
        (PLAN, {"c": SOUND}, [TALK, {**TALKS[1], "response": ""}], [("consultation", "must", "1", "response")]),
        (PLAN, {"c": SOUND}, [TALK, {**TALKS[1], "who": None}], [("consultation", "should", "1", "who")]),
        ({**PLAN, "period_start": None}, {"c": SOUND}, TALKS, [("period", "must", None, "period_start")]),
        ({**PLAN, "period_end": None}, {"c": SOUND}, TALKS, [("period", "must", None, "period_end")]),
        ({**PLAN, "period_end": "2029-10-22"}, {"c": SOUND}, TALKS, [("period", "must", None, "period_end")]),
        ({**PLAN, "period_end": "2028-06-30"}, {"c": SOUND}, TALKS, [("period", "must", "c", "end")]),
        ({**PLAN, "period_start": "2027-02-01"}, {"c": SOUND}, TALKS, [("period", "must", "c", "start")]),
        ({**PLAN, "monitoring": None}, {"c": SOUND}, TALKS, [("plan", "must", None, "monitoring")]),
        ({**PLAN, "adopted_by": None}, {"c": SOUND}, TALKS, [("plan", "should", None, "adopted_by")]),
        ({**PLAN, "contact": "Mari Maasikas"}, {"c": SOUND}, TALKS, [("plan", "should", None, "contact")]),
        (PLAN, {str(n): SOUND for n in range(8)}, TALKS, [("plan", "should", None, None)]),
        (PLAN, {"c": SOUND, "d": {"title": "x", "completion": "withdrawn"}}, TALKS, []),
    ],
)
def test_the_plan_as_a_whole(
    plan: dict[str, Any], commitments: dict[str, dict[str, Any]], talks: list[dict[str, Any]], expected: list[Any]
) -> None:
    found = plan_findings(plan, commitments, talks)
    assert [(each.rule, each.severity, each.commitment, each.field) for each in found] == expected


def test_nothing_written_yet_is_many_gaps_and_no_crash() -> None:
    found = plan_findings(None, {"c": {}}, [{}])
    assert {each.rule for each in found} == set(RULES) - {"term"} | {"term"}
    for each in found:
        for text in (each.reason, each.mend):
            assert text.et != text.en
            assert "{" not in text.et + text.en


def test_every_rule_has_a_name() -> None:
    assert {f"rule-{rule}" for rule in RULES} == {key for key in words("linter", "et") if key.startswith("rule-")}


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.dictionaries(st.sampled_from(sorted(SOUND)), json_values),
    st.dictionaries(st.sampled_from(sorted(PLAN)), json_values),
)
def test_whatever_stands_in_a_log_the_linter_answers(data: dict[str, Any], plan: dict[str, Any]) -> None:
    for each in plan_findings(plan, {"c": {**SOUND, **data}}, [data]):
        assert each.reason.et
        assert each.mend.en


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        ("Kinnitatakse kaasamise kord", True),
        ("Vallasekretär avaldab lehe", True),
        ("Külaseltsid esitavad ettepanekud", True),
        ("Koolitame ametnikke", True),
        ("Ametnike koolitamine", True),
        ("Küsitlust korraldada kord aastas", True),
        ("Kord on kinnitatud", True),
        ("Publish the drafts", True),
        ("Officials trained in plain language", True),
        ("The clerk plans and runs a survey", True),
        ("Uus veebileht", False),
        ("Oma teema ja seda mitme liikme jaoks", False),
        ("New website", False),
        ("Inimesed ja avatud andmed", False),
    ],
)
def test_verbs_are_told_by_their_form(text: str, verb: bool) -> None:
    assert has_verb(text) is verb


def test_posts_names_intentions_and_the_own_house() -> None:
    assert [
        names_person(text)
        for text in ("Mari-Liis Tamm", "Head of Communications", "Municipal Secretary", "abivallavanem")
    ] == [
        True,
        False,
        False,
        False,
    ]
    assert only_intends("Toetame külaseltse")
    assert not only_intends("Toetame kolme külaseltsi")
    assert not only_intends("Kinnitame korra")
    assert only_own_house("Vallavalitsus")
    assert not only_own_house("MTÜ Nurme Küla")
    assert not only_own_house("")
