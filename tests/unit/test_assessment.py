"""The rules of the self-assessment: worked examples, bounds and properties."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import Text
from avcourse.municipality import peers
from avcourse.municipality.assessment import (
    DISAGREE,
    Answer,
    Answers,
    RoleView,
    Voice,
    answers_from,
    assess,
    changes,
    claimed_bounds,
    disagreement,
    disagreements,
    evidenced,
    evidenced_bounds,
    has_evidence,
    reading,
    role_level,
    roles_of,
    tier_met,
    voices_from,
)
from avcourse.municipality.instrument import DIMENSIONS, Criterion, Instrument, Step
from avcourse.municipality.profile import Municipality, load_municipalities, size_class
from avcourse.municipality.records import Record
from avcourse.municipality.steps import MOVES, NextStep, draw_moves, next_steps, priority, stabilities

SAME = Text(et="tekst", en="text")


def steps(*pairs: tuple[int, int]) -> tuple[Step, ...]:
    """Return the three steps of a criterion with (effort, impact) to levels 2, 3 and 4."""
    return tuple(
        Step(to, effort, impact, SAME, SAME, None) for to, (effort, impact) in zip((2, 3, 4), pairs, strict=True)
    )


def criterion(name: str, **fields: Any) -> Criterion:
    plain = {
        "id": name, "version": 1, "dimension": "integrity", "tier": "basic", "weight": 1, "basis": "practice", "in_force": None,
        "source": SAME, "check": "web", "principles": (6,), "title": SAME, "text": SAME, "evidence": SAME,
        "not_applicable": None, "anchors": (SAME,) * 5, "steps": steps((1, 1), (1, 1), (1, 1)),
    }  # fmt: skip
    return Criterion(**{**plain, **fields})


def instrument(*criteria: Criterion) -> Instrument:
    return Instrument(criteria, ())


def said(level: int | str, *, proof: bool = False, **fields: Any) -> Answer:
    evidence = {"evidence": "https://vald.ee/otsus", "evidence_date": "2026-11-01"} if proof else {}
    plain: dict[str, Any] = {
        "confidence": "sure",
        "evidence": "",
        "evidence_date": None,
        "checked": False,
        "version": 1,
        "note": "",
    }
    return Answer(**{"level": level, **plain, **evidence, **fields})


def record(kind: str, name: str, **data: Any) -> Record:
    return Record(kind, name, data, "2026-11-24T10:00:00Z")


# What random municipalities look like.
BASES = st.sampled_from(("law", "practice", "proposal"))
ONE_TO_THREE = st.integers(1, 3)
CRITERIA = st.builds(
    lambda basis, weight, tier, dimension, pairs: {
        "basis": basis,
        "weight": weight,
        "tier": tier,
        "dimension": dimension,
        "steps": steps(*pairs),
    },
    BASES,
    ONE_TO_THREE,
    st.sampled_from(("basic", "advanced", "exemplary")),
    st.sampled_from(DIMENSIONS[:2]),
    st.tuples(*[st.tuples(ONE_TO_THREE, ONE_TO_THREE)] * 3),
)
LEVELS = st.sampled_from((0, 1, 2, 3, 4))
ANSWERS = st.builds(
    lambda level, proof, confidence: said(level, proof=proof, confidence=confidence),
    st.one_of(LEVELS, st.sampled_from(("unknown", "na"))),
    st.booleans(),
    st.sampled_from(("sure", "rather", "guess", None)),
)


@st.composite
def municipalities(draw: st.DrawFn, most: int = 12) -> tuple[Instrument, dict[str, Answer]]:
    rows = draw(st.lists(CRITERIA, min_size=1, max_size=most))
    made = instrument(*(criterion(f"c{number:02d}", **row) for number, row in enumerate(rows)))
    given_answers = {c.id: draw(st.one_of(st.none(), ANSWERS)) for c in made.criteria}
    return made, {name: answer for name, answer in given_answers.items() if answer is not None}


# Levels


def test_the_evidenced_level_by_hand() -> None:
    for level in range(5):
        assert evidenced(level, True, "law") == evidenced(level, True, "practice") == level
        assert evidenced(level, False, "law") == 0
    assert [evidenced(level, False, "practice") for level in range(5)] == [0, 1, 2, 2, 2]
    assert [evidenced(level, False, "proposal") for level in range(5)] == [0, 1, 2, 2, 2]


@pytest.mark.parametrize(
    ("fields", "evident"),
    [
        ({}, False),
        ({"evidence": "https://vald.ee"}, False),
        ({"evidence_date": "2026-11-01"}, False),
        ({"evidence": "  ", "evidence_date": "2026-11-01"}, False),
        ({"evidence": "https://vald.ee", "evidence_date": "2026-11-01"}, True),
        ({"checked": True}, True),
    ],
)
def test_evidence_is_a_text_with_a_date_or_a_check(fields: dict[str, Any], evident: bool) -> None:
    assert has_evidence(said(3, **fields)) is evident


def test_bounds_by_hand() -> None:
    assert claimed_bounds(None) == claimed_bounds(said("unknown")) == (0, 4)
    assert claimed_bounds(said(3)) == claimed_bounds(said(3, confidence="rather")) == (3, 3)
    assert [claimed_bounds(said(level, confidence="guess")) for level in (0, 2, 4)] == [(0, 1), (1, 3), (3, 4)]
    assert evidenced_bounds(said(3, confidence="guess"), "law") == (0, 0)
    assert evidenced_bounds(said(2, confidence="guess"), "practice") == (1, 2)
    assert evidenced_bounds(said(3, confidence="guess", proof=True), "law") == (2, 4)
    assert evidenced_bounds(said("unknown", proof=True), "law") == evidenced_bounds(None, "law") == (0, 4)


def test_answers_come_from_records_and_what_does_not_fit_is_left_out() -> None:
    made = instrument(*(criterion(name) for name in ("a", "b", "c", "d", "e")))
    answers = answers_from(
        {
            "a": record("level", "a", version=2, level=3, confidence="guess", evidence="link", evidence_date="2026-11-01", note="jah"),
            "b": record("level", "b", level="unknown", confidence="väga", evidence_date="eile", checked="jah", version="2"),
            "c": record("level", "c", level=5),
            "d": record("level", "d", level=True),
            "e": record("level", "e", evidence="tõend on, tase valimata", evidence_date="2026-11-01"),
            "z": record("level", "z", level=3),
        },
        made,
    )  # fmt: skip
    assert answers == {
        "a": Answer(3, "guess", "link", "2026-11-01", False, 2, "jah"),
        "b": Answer("unknown", None, "", None, False, 1, ""),
    }


# Intervals


def test_an_interval_by_hand() -> None:
    made = instrument(
        criterion("a", basis="law", weight=3),
        criterion("b", weight=2),
        criterion("c", weight=1),
        criterion("d", weight=3),
    )
    answers = {"a": said(3, proof=True), "b": said(4), "c": said("unknown"), "d": said("na")}
    result = {each.dimension: each for each in assess(made, answers)}["integrity"]
    assert (result.criteria, result.answered) == (3, 5 / 6)
    # Σ4w = 4·(3 + 2 + 1) = 24; claimed 3·3 + 2·4 = 17, evidenced 3·3 + 2·2 = 13; the unknown adds 0 to 1·4.
    assert result.claimed is not None
    assert (result.claimed.low, result.claimed.high, result.claimed.level) == (17 / 24, 21 / 24, 17 / 20)
    assert result.evidenced is not None
    assert (result.evidenced.low, result.evidenced.high, result.evidenced.level) == (13 / 24, 17 / 24, 13 / 20)


def test_dimensions_stand_in_order_and_an_empty_one_has_no_estimate() -> None:
    results = assess(instrument(criterion("a")), {"a": said("na")})
    assert tuple(each.dimension for each in results) == DIMENSIONS
    assert {(each.claimed, each.evidenced, each.answered, each.criteria) for each in results} == {(None, None, 0.0, 0)}


@pytest.mark.parametrize(("weights", "estimate"), [((3, 2), True), ((2, 3), False), ((3, 3), False)])
def test_under_sixty_per_cent_of_the_weight_there_is_no_estimate(weights: tuple[int, int], estimate: bool) -> None:
    made = instrument(criterion("a", weight=weights[0]), criterion("b", weight=weights[1]))
    result = assess(made, {"a": said(3, proof=True), "b": said("unknown")})[2]
    assert (result.claimed is not None) is (result.evidenced is not None) is estimate
    assert result.answered == weights[0] / sum(weights)
    # What does not apply is no part of the weight.
    assert assess(made, {"a": said(3), "b": said("na")})[2].claimed is not None


def test_an_answer_to_another_version_counts_as_unanswered() -> None:
    made = instrument(criterion("a", version=2))
    assert assess(made, {"a": said(4, proof=True)})[2].answered == 0
    assert assess(made, {"a": said(4, proof=True, version=2)})[2].answered == 1
    assert reading(made, {"a": said(4, proof=True)}) == (0, 3)
    assert next_steps(made, {"a": said(4, proof=True)})[0].kind == "find-out"


@given(municipalities(), st.data())
def test_the_interval_holds_every_completion_of_what_is_not_known(
    made: tuple[Instrument, dict[str, Answer]], data: st.DataObject
) -> None:
    form, answers = made
    whole = dict(answers)
    for each in form.criteria:
        answer = answers.get(each.id)
        if answer is not None and answer.level == "na":
            continue
        if answer is None or answer.number is None:
            whole[each.id] = said(data.draw(LEVELS), proof=data.draw(st.booleans()))
        elif answer.confidence == "guess":
            low, high = claimed_bounds(answer)
            whole[each.id] = replace(answer, level=data.draw(st.integers(low, high)), confidence="sure")
    for before, after in zip(assess(form, answers), assess(form, whole), strict=True):
        for wide, exact in ((before.claimed, after.claimed), (before.evidenced, after.evidenced)):
            if wide is None:
                continue
            assert exact is not None
            assert exact.answered == 1
            assert exact.low == pytest.approx(exact.level) == pytest.approx(exact.high)
            assert wide.low - 1e-12 <= exact.level <= wide.high + 1e-12
            assert wide.low >= 0
            assert wide.low - 1e-12 <= wide.level <= wide.high + 1e-12
            assert wide.high <= 1
    lowest, highest = reading(form, answers)
    exact_low, exact_high = reading(form, whole)
    assert lowest <= exact_low == exact_high <= highest


def ordered(before: object, after: object) -> bool:
    """Return whether no figure of ``after`` is below that of ``before``."""
    pairs = zip(dataclasses.astuple(before), dataclasses.astuple(after), strict=True)  # type: ignore[call-overload]
    return all(b <= a + 1e-12 for b, a in pairs)


@given(municipalities(), st.data())
def test_more_evidence_and_a_higher_level_never_lower(
    made: tuple[Instrument, dict[str, Answer]], data: st.DataObject
) -> None:
    form, answers = made
    known = [name for name, answer in answers.items() if answer.number is not None]
    if not known:
        return
    name = data.draw(st.sampled_from(known))
    level = answers[name].number or 0
    for better in (
        replace(answers[name], evidence="link", evidence_date="2026-11-01"),
        replace(answers[name], checked=True),
        replace(answers[name], level=min(4, level + 1)),
    ):
        after = {**answers, name: better}
        for old, new in zip(assess(form, answers), assess(form, after), strict=True):
            assert (old.claimed is None) == (new.claimed is None)
            assert old.claimed is None or new.claimed is None or ordered(old.claimed, new.claimed)
            assert old.evidenced is None or new.evidenced is None or ordered(old.evidenced, new.evidenced)
        assert all(b <= a for b, a in zip(reading(form, answers), reading(form, after), strict=True))


# The 0–9 reading


def tiers(basic: list[int], advanced: list[int], exemplary: list[int]) -> Instrument:
    rows = [("basic", w) for w in basic] + [("advanced", w) for w in advanced] + [("exemplary", w) for w in exemplary]
    return instrument(*(criterion(f"c{n}", tier=tier, weight=weight) for n, (tier, weight) in enumerate(rows)))


def test_the_reading_by_hand() -> None:
    form = tiers([3, 1], [2, 2], [1, 2])
    met, not_met = said(3, proof=True), said(2, proof=True)

    def given_levels(*values: Answer) -> tuple[float, float]:
        return reading(form, {f"c{n}": value for n, value in enumerate(values)})

    assert given_levels(*[not_met] * 6) == (0, 0)
    assert given_levels(met, *[not_met] * 5) == (2.25, 2.25)
    # A tier counts only when the one below is whole.
    assert given_levels(met, not_met, met, met, met, met) == (2.25, 2.25)
    assert given_levels(met, met, not_met, not_met, not_met, not_met) == (3, 3)
    assert given_levels(met, met, met, not_met, met, met) == (4.5, 4.5)
    assert given_levels(met, met, met, met, not_met, not_met) == (6, 6)
    assert given_levels(met, met, met, met, met, not_met) == (7, 7)
    assert given_levels(*[met] * 6) == (9, 9)
    # Without evidence a tier is not met, whatever is claimed.
    assert given_levels(*[said(4)] * 6) == (0, 0)
    # Unknown: unmet in the low bound, met in the high one.
    assert given_levels(met, said("unknown"), met, met) == (2.25, 9)
    assert reading(form, {}) == (0, 9)
    # What does not apply is left out.
    assert given_levels(met, said("na"), met, said("na"), not_met, said("na")) == (6, 6)
    # A guess of 3 may be a 2.
    assert given_levels(replace(met, confidence="guess"), met, *[not_met] * 4) == (0.75, 3)


def test_a_tier_of_which_nothing_applies_is_not_met() -> None:
    form = tiers([1], [1], [1])
    assert reading(form, {f"c{n}": said("na") for n in range(3)}) == (0, 0)
    assert [
        (t.tier, t.low, t.high, t.criteria) for t in tier_met(form, {"c0": said("na"), "c1": said(3, proof=True)})
    ] == [
        ("basic", 0, 0, 0),
        ("advanced", 1, 1, 1),
        ("exemplary", 0, 1, 1),
    ]


@given(municipalities())
def test_the_reading_lies_within_its_frame(made: tuple[Instrument, dict[str, Answer]]) -> None:
    low, high = reading(*made)
    assert 0 <= low <= high <= 9


# Roles


def test_disagreement_by_hand() -> None:
    assert disagreement([4, 4, 5, 1, 2]) == 1.2
    assert disagreement([3, 3, 3]) == disagreement([2]) == disagreement([]) == 0
    assert disagreement([4, 1]) == 1.5


@given(st.lists(st.integers(0, 4), min_size=1, max_size=30))
def test_disagreement_is_between_nothing_and_half_the_range(values: list[int]) -> None:
    value = disagreement(values)
    assert 0 <= value <= (max(values) - min(values)) / 2 + 1e-12
    assert value == pytest.approx(disagreement([v + 1 for v in reversed(values)]))


def voices(role: str, count: int, **answers: int) -> tuple[Voice, ...]:
    return tuple(Voice(role, "2026-11-24", answers) for _ in range(count))


def test_roles_stand_side_by_side_and_others_only_from_five() -> None:
    form = instrument(criterion("a"), criterion("b"), criterion("c"))
    mine = {"a": said(4), "b": said("unknown"), "c": said("na")}
    heard = (
        *voices("official", 4, a=1, b=1),
        Voice("official", "2026-11-24", {"a": 2}),
        *voices("resident", 4, a=0),
        *voices("council", 2, a=1),
        *voices("council", 4, a=2),
    )
    views = roles_of(form, mine, heard)
    assert [(view.role, view.count, dict(view.medians)) for view in views] == [
        ("leader", 1, {"a": 4}),
        ("official", 5, {"a": 1}),  # four levels of b are too few to show
        ("council", 6, {"a": 2}),
    ]
    assert roles_of(form, {}, ()) == ()
    assert [view.role for view in roles_of(form, {}, (*heard, *voices("resident", 1, b=3)))] == [
        "official",
        "council",
        "resident",
    ]
    assert views[0].medians.get("b") is None


def test_a_role_judges_a_dimension_from_sixty_per_cent_of_its_weight() -> None:
    form = instrument(criterion("a", weight=3), criterion("b", weight=2), criterion("c", dimension="digital"))
    assert role_level(form, RoleView("resident", 5, {"a": 2}), "integrity") == 0.5
    assert role_level(form, RoleView("resident", 5, {"a": 2, "b": 4}), "integrity") == 14 / 20
    assert role_level(form, RoleView("resident", 5, {"b": 4}), "integrity") is None
    assert role_level(form, RoleView("resident", 5, {"a": 4}), "leadership") is None


def test_disagreements_flagged_and_largest_first() -> None:
    form = instrument(*(criterion(name) for name in "abcd"))
    views = (
        RoleView("leader", 1, {"a": 4, "b": 3, "c": 4, "d": 4}),
        RoleView("official", 5, {"a": 3, "b": 3, "c": 1}),
        RoleView("council", 5, {"a": 2.0, "b": 2.0}),
    )
    found = disagreements(form, views)
    # c: |4 − 2.5| = 1.5; a: (1 + 0 + 1)/3; b: 1/3; d was judged by one role only.
    assert [(each.criterion.id, each.flagged) for each in found] == [("c", True), ("a", False), ("b", False)]
    assert [each.value for each in found] == pytest.approx([1.5, 2 / 3, 1 / 3])
    assert found[0].medians == {"leader": 4, "official": 1}
    assert DISAGREE == 0.83


def test_voices_come_from_records_and_what_does_not_fit_is_left_out() -> None:
    form = instrument(criterion("a"), criterion("b"))
    found = voices_from(
        {
            "1": record("voice", "1", role="official", date="2026-11-01", answers={"a": 3, "b": "unknown", "z": 1}),
            "2": record("voice", "2", role="leader", answers={"a": 4}),
            "3": record("voice", "3", role="resident", answers=[3]),
            "4": record("voice", "4", role="council", answers={"a": 9, "b": True}),
        },
        form,
    )
    assert found == (Voice("official", "2026-11-01", {"a": 3}), Voice("council", "", {}))


# Re-assessment


@pytest.mark.parametrize(
    ("before", "after", "hollow"),
    [
        (said(2), said(3), True),
        (said(2), said(3, proof=True), False),
        (said(2, proof=True), said(3, proof=True), True),
        (said(2, proof=True), said(3, proof=True, evidence_date="2026-11-02"), False),
        (said(2, proof=True), said(3, proof=True, evidence_date="2026-10-31"), True),
        (said(2, proof=True), said(3, proof=True, checked=True), False),
        (said(2, checked=True), said(3, checked=True), True),
        (said(3, proof=True), said(2), False),
        (said(3), said(3, proof=True), False),
        (said(3, proof=True), said(3), False),
    ],
)
def test_a_rise_without_newer_evidence_is_hollow(before: Answer, after: Answer, hollow: bool) -> None:
    (change,) = changes(instrument(criterion("a")), {"a": before}, {"a": after})
    assert (change.criterion.id, change.before, change.after, change.hollow) == ("a", before, after, hollow)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (said(2), said(2)),
        (said(2), said(2, proof=True)),  # a practice at 2 stands at 2 with and without evidence
        (said(2, version=1), said(4, version=2)),
        (said(2, version=1), said(4, version=1)),  # of an instrument that has moved on
        (said("unknown"), said(3)),
        (said(3), said("na")),
        (None, said(3)),
        (said(3), None),
    ],
)
def test_only_the_same_version_with_two_levels_is_compared(before: Answer | None, after: Answer | None) -> None:
    moved_on = after is not None and before is not None and before.level == 2 and after.level == 4
    form = instrument(criterion("a", version=2 if moved_on else 1))
    old: Answers = {} if before is None else {"a": before}
    new: Answers = {} if after is None else {"a": after}
    assert changes(form, old, new) == ()


# Next steps


def test_priority_by_hand() -> None:
    assert priority(3, 3, 0, 3, 1) == 6.75
    assert priority(1, 4, 3, 1, 3) == 1 / 12
    assert priority(2, 3, 3, 3, 1) == priority(2, 3, 4, 3, 1) == 0


@given(ONE_TO_THREE, st.integers(0, 4), st.integers(0, 4), ONE_TO_THREE, ONE_TO_THREE)
def test_priority_is_monotone_in_each_argument(weight: int, target: int, shown: int, impact: int, effort: int) -> None:
    here = priority(weight, target, shown, impact, effort)
    assert here >= 0
    assert priority(weight + 1, target, shown, impact, effort) >= here
    assert priority(weight, target + 1, shown, impact, effort) >= here
    assert priority(weight, target, shown + 1, impact, effort) <= here
    assert priority(weight, target, shown, impact + 1, effort) >= here
    assert priority(weight, target, shown, impact, effort + 1) <= here


def only(form: Instrument, answers: Mapping[str, Answer]) -> NextStep | None:
    found = next_steps(form, answers, draws=10)
    return found[0] if found else None


def test_each_kind_of_step_by_hand() -> None:
    ways = steps((1, 2), (2, 3), (3, 1))
    law, practice = criterion("a", basis="law", weight=3, steps=ways), criterion("a", weight=2, steps=ways)

    def shown(each: Criterion, answer: Answer | None) -> tuple[Any, ...] | None:
        step = only(instrument(each), {} if answer is None else {"a": answer})
        to = step.step.to if step and step.step else None
        return (
            None
            if step is None
            else (step.kind, to, step.claimed, step.evidenced, step.priority, step.legal, step.quick)
        )

    # weight·(target − evidenced)/4·impact/effort, a legal duty without evidence stands at 0
    assert shown(law, said(0)) == ("improve", 2, 0, 0, 3 * 3 / 4 * 2, True, True)
    assert shown(law, said(1)) == ("improve", 2, 1, 0, 3 * 3 / 4 * 2, True, True)
    assert shown(law, said(2, proof=True)) == ("improve", 3, 2, 2, 3 / 4 * 3 / 2, True, False)
    assert shown(law, said(4)) == ("evidence", None, 4, 0, 9 / 4, True, False)
    assert shown(law, said(3, proof=True)) == ("improve", 4, 3, 3, 3 / 4 / 3, False, False)
    assert shown(law, said(4, proof=True)) is None
    assert shown(law, said("na")) is None
    assert shown(law, said("unknown")) == shown(law, None) == ("find-out", None, None, None, 9 / 4, False, False)
    assert shown(practice, said(1)) == ("improve", 2, 1, 1, 2 * 2 / 4 * 2, False, True)
    assert shown(criterion("a"), said(2)) == ("improve", 3, 2, 2, 1 / 4, False, False)
    assert shown(practice, said(3)) == ("evidence", None, 3, 2, 2 * 1 / 4, False, False)


def test_legal_duties_first_then_priority_then_id() -> None:
    quick = steps((1, 3), (1, 3), (1, 3))
    form = instrument(
        criterion("e", weight=3, steps=quick),
        criterion("d", basis="law", weight=1),
        criterion("c", weight=1, steps=quick),
        criterion("b", basis="law", weight=2),
        criterion("a", weight=1, steps=quick),
    )
    found = next_steps(form, dict.fromkeys("abcde", said(0)))
    assert [each.criterion.id for each in found] == ["b", "d", "e", "a", "c"]
    assert [each.criterion.id for each in next_steps(form, dict.fromkeys("abcde", said(0)), count=2)] == ["b", "d"]
    # Fewer than seven stay among the first seven whatever is drawn.
    assert {(each.stability, each.sure) for each in found} == {(1.0, True)}


@given(municipalities(), st.integers(0, 9))
def test_the_order_holds_for_any_municipality(made: tuple[Instrument, dict[str, Answer]], count: int) -> None:
    form, answers = made
    found = next_steps(form, answers, count=count, draws=5)
    everything = next_steps(form, answers, count=99, draws=5)
    assert found == everything[:count]
    keys = [(not each.legal, -each.priority, each.criterion.id) for each in everything]
    assert keys == sorted(keys)
    assert len({each.criterion.id for each in everything}) == len(everything)
    for each in everything:
        assert each.priority > 0
        assert each.sure == (each.stability >= 0.8)
        assert not each.legal or each.criterion.basis == "law"
        assert (each.step is not None) == (each.kind == "improve")
    left = {c.id for c in form.criteria} - {each.criterion.id for each in everything}
    done = {name for name, a in answers.items() if a.level == "na" or (a.level == 4 and has_evidence(a))}
    assert left == done


def many(count: int = 20) -> tuple[Instrument, dict[str, Answer]]:
    form = instrument(
        *(
            criterion(
                f"c{n:02d}",
                weight=n % 3 + 1,
                basis="law" if n % 4 == 0 else "practice",
                steps=steps((n % 3 + 1, 2), (1, n % 3 + 1), (2, 1)),
            )
            for n in range(count)
        )
    )
    levels: list[int | str] = [0, 2, 3, 4, 1, "unknown", "na"]
    return form, {f"c{n:02d}": said(levels[n % 7], proof=n % 2 == 0) for n in range(count) if n != 13}


def test_stability_is_what_rerunning_the_rules_under_each_draw_gives() -> None:
    form, answers = many()
    draws = 60
    expected = dict.fromkeys((c.id for c in form.criteria if c.id != "c06"), 0)
    for draw in draw_moves(len(form.criteria), draws, 4).tolist():
        moved, moved_answers = [], {}
        for each, place in zip(form.criteria, draw, strict=True):
            level_move, weight_move = MOVES[place]
            moved.append(replace(each, weight=min(3, max(1, each.weight + weight_move))))
            answer = answers.get(each.id)
            if answer is not None:
                number = answer.number
                level = answer.level if number is None else min(4, max(0, number + level_move))
                moved_answers[each.id] = replace(answer, level=level)
        for step in next_steps(instrument(*moved), moved_answers, count=7, draws=0):
            expected[step.criterion.id] += 1
    got = stabilities(form, answers, draws=draws, seed=4)
    na = {name for name, answer in answers.items() if answer.level == "na"}
    assert got == {name: pytest.approx(count / draws) for name, count in expected.items() if name not in na}
    assert any(0 < share < 1 for share in got.values())
    assert sum(got.values()) == pytest.approx(7)


def test_what_is_done_is_a_step_only_in_the_draws_that_lower_it() -> None:
    form = instrument(criterion("a"), criterion("b"))
    lowered = [MOVES[place][0] == -1 for place in draw_moves(2, 300, 0)[:, 0].tolist()]
    assert stabilities(form, {"a": said(4, proof=True)}, draws=300) == {"a": sum(lowered) / 300, "b": 1.0}
    assert 0.25 < sum(lowered) / 300 < 0.42


def test_stability_is_seeded_and_reproducible() -> None:
    form, answers = many()
    assert next_steps(form, answers) == next_steps(form, answers)
    assert next_steps(form, answers, seed=1) != next_steps(form, answers)
    backwards = Instrument(tuple(reversed(form.criteria)), ())
    assert next_steps(backwards, answers) == next_steps(form, answers)
    fresh = (
        "import numpy as np; print(np.random.default_rng(0).integers(0, 9, size=(1000, 3), dtype=np.intp)[0].tolist())"
    )
    drawn = subprocess.run([sys.executable, "-c", fresh], capture_output=True, text=True, check=True).stdout.strip()
    assert str(draw_moves(3, 1000, 0)[0].tolist()) == drawn


@pytest.mark.parametrize(("rank", "sure"), [(0, True), (19, False)])
def test_a_clear_first_is_sure_and_a_clear_last_is_not(rank: int, sure: bool) -> None:
    big, small = steps((1, 3), (1, 3), (1, 3)), steps((3, 1), (3, 1), (3, 1))
    form = instrument(
        *(criterion(f"c{n:02d}", weight=3 if n == 0 else 1, steps=big if n == 0 else small) for n in range(20))
    )
    found = next_steps(form, {c.id: said(0) for c in form.criteria}, count=20)
    assert (found[rank].criterion.id, found[rank].sure) == (f"c{rank:02d}", sure)


# Peers


def town(code: str, population: int, kind: str = "vald", area: float = 300.0) -> Municipality:
    return Municipality(code, f"KOV {code}", kind, "Maakond", population, "2024-06", population, area)


def test_peers_are_of_the_same_class_and_kind_and_never_oneself() -> None:
    own = town("00", 6000)
    same = [town(f"1{n}", 5000 + n) for n in range(5)]
    other = [town("20", 4999), town("21", 10_000), town("22", 6000, kind="linn")]
    assert peers.peers_of(own, [own, *same, *other], "class") == tuple(same)
    assert peers.peers_of(own, [own, *same[:4], *other], "class") is None


def test_the_nearest_eight_by_hand() -> None:
    own = town("00", 6000)
    # The same density all over, so that only size tells: 1 %, 2 % … 12 % more people and land.
    others = [town(f"{n:02d}", 6000 + 60 * n, area=300 * (1 + n / 100)) for n in range(1, 13)]
    found = peers.peers_of(own, [*reversed(others), own], "nearest")
    assert found == tuple(others[:8])
    assert peers.peers_of(own, [own, *others[:4]], "nearest") is None
    assert peers.peers_of(town("99", 0, area=0.0), others, "nearest") is not None


def test_nearest_looks_at_density_too() -> None:
    own = town("00", 6000, area=10)
    dense = [town(f"1{n}", 6500 + n, kind="linn", area=10) for n in range(8)]
    sparse = [town(f"2{n}", 6000 + n, area=900) for n in range(8)]
    assert peers.peers_of(own, [*sparse, *dense], "nearest") == tuple(dense)


@given(
    st.lists(st.tuples(st.integers(0, 500_000), st.sampled_from(("linn", "vald")), st.floats(1, 3000)), max_size=30),
    st.sampled_from(("class", "nearest")),
)
def test_peers_are_never_fewer_than_five(rows: list[tuple[int, str, float]], mode: peers.Mode) -> None:
    everyone = [town(f"{n:02d}", *row) for n, row in enumerate(rows)]
    for own in everyone[:3]:
        found = peers.peers_of(own, everyone, mode)
        if found is None:
            continue
        assert len(found) >= 5
        assert own not in found
        assert len(set(found)) == len(found)
        assert mode == "class" or len(found) <= 8
        assert mode == "nearest" or {(p.kind, size_class(p)) for p in found} == {(own.kind, size_class(own))}


def test_the_middle_half_only_from_five() -> None:
    assert peers.middle_half([5, 1, 4, 2, 3]) == (2, 4)
    assert peers.middle_half([0, 0, 0.5, 1, 1, 1]) == (0.125, 1)
    assert peers.middle_half([1, 2, 3, 4]) is None


def test_every_real_municipality_has_eight_nearest() -> None:
    everyone = load_municipalities()
    for own in everyone:
        found = peers.peers_of(own, everyone, "nearest")
        assert found is not None
        assert len(found) == 8


def test_the_tiles_are_the_best_deal_and_keep_the_map() -> None:
    tiles = peers.tile_map()
    everyone = load_municipalities()
    laid = peers.lay_tiles()
    columns, rows = (1 + max(place[axis] for place in tiles.values()) for axis in (0, 1))
    at = {place: code for code, place in laid.items()}
    grid = "\n".join(" ".join(at.get((c, r), "....") for c in range(columns)) for r in range(rows))
    assert laid == tiles, f"paste into _TILES of municipality/peers.py:\n{grid}"
    assert set(tiles) == {each.code for each in everyone}
    assert len(set(tiles.values())) == 79
    code = {each.name: each.code for each in everyone}
    (narva, tallinn, valga, saaremaa, hiiumaa) = (
        tiles[code[name]] for name in ("Narva linn", "Tallinn", "Valga vald", "Saaremaa vald", "Hiiumaa vald")
    )
    assert saaremaa[0] < tallinn[0] < narva[0] == columns - 1
    assert tallinn[1] < hiiumaa[1] < saaremaa[1] < valga[1]


# Speed and weight


def test_the_rules_draw_in_nothing_heavy() -> None:
    code = (
        "import sys, avcourse.municipality.assessment, avcourse.municipality.peers\n"
        "print([m for m in ('numpy','scipy','pandas','IPython') if m in sys.modules])"
    )
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


def test_one_municipality_is_assessed_in_less_than_sixty_milliseconds() -> None:
    form, answers = many(70)
    best = 1.0
    for _run in range(5):
        begun = time.perf_counter()
        assess(form, answers)
        next_steps(form, answers)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.06
