"""What an independent reviewer would ask about a plan, asked before the plan is adopted.

The first three questions are those of the Independent Reporting Mechanism (IRM): can the commitment be verified, does it open government,
how much would change. The others are the course's own. ``must`` is a gap that anybody can see, ``should`` a rule of thumb about wording or
habit. The words stand in the table ``linter``; a finding tells the reason and the mend in words for a mayor.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal

from avcourse.course.language import Text
from avcourse.municipality.fields import fitting
from avcourse.municipality.plan import COMMITMENT, CONSULTATION, PLAN, term_end
from avcourse.municipality.records import Record
from avcourse.municipality.values import show_date
from avcourse.municipality.wording import (
    has_figure,
    has_object,
    has_verb,
    names_person,
    only_intends,
    only_own_house,
    words_of,
)
from avcourse.municipality.words import both

Severity = Literal["must", "should"]
RULES: Final = (
    "verifiable",
    "relevant",
    "potential",
    "milestone",
    "indicators",
    "partner",
    "budget",
    "baseline",
    "term",
    "consultation",
    "period",
    "plan",
)
FEWEST_WORDS: Final = 5
MOST_COMMITMENTS: Final = 7
INDICATOR_COLUMNS: Final = ("name", "unit", "baseline", "target", "source", "owner", "due")


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: which rule, how grave, where (record id of the commitment or consultation, field, row from 0), why, and what to do."""

    rule: str
    severity: Severity
    commitment: str | None
    field: str | None
    row: int | None
    reason: Text
    mend: Text


@dataclass(frozen=True, slots=True)
class _Place:
    """Makes findings about one record."""

    record: str | None

    def must(self, code: str, field: str | None, row: int | None = None, **words: object) -> Finding:
        return self._find("must", code, field, row, words)

    def should(self, code: str, field: str | None, row: int | None = None, **words: object) -> Finding:
        return self._find("should", code, field, row, words)

    def _find(
        self, severity: Severity, code: str, field: str | None, row: int | None, words: dict[str, object]
    ) -> Finding:
        # The first word of a code is its rule: milestone-date belongs to milestone.
        if row is not None:
            words["number"] = row + 1
        reason, mend = both(f"linter.{code}", **words), both(f"linter.{code}-mend", **words)
        return Finding(code.partition("-")[0], severity, self.record, field, row, reason, mend)


def lint_commitment(commitment: Record, today: date) -> tuple[Finding, ...]:
    """Return what a reviewer would ask about one commitment, in the order of ``RULES``.

    Examples
    --------
    >>> finding = lint_commitment(Record("commitment", "a", {"title": "Parandame kaasamist"}, ""), date(2026, 11, 24))[0]
    >>> finding.rule, finding.severity, finding.field
    ('verifiable', 'must', 'action')
    """
    return _lint(commitment.id, fitting(COMMITMENT, commitment.data), today)


def _lint(key: str, data: Mapping[str, Any], today: date) -> tuple[Finding, ...]:
    place = _Place(key)
    return (
        *_verifiable(place, data),
        *_relevant(place, data),
        *_potential(place, data),
        *_milestones(place, data),
        *_indicators(place, data),
        *_partner(place, data),
        *_budget(place, data),
        *_baseline(place, data),
        *_term(place, data, today),
    )


def _verifiable(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    action = data.get("action", "")
    if not action:
        yield place.must("verifiable-action", "action")
    elif only_intends(action):
        yield place.should("verifiable-intends", "action")
    elif len(words_of(action)) < FEWEST_WORDS:
        yield place.should("verifiable-short", "action")
    if not data.get("end"):
        yield place.must("verifiable-end", "end")
    if not data.get("owner"):
        yield place.must("verifiable-owner", "owner")
    elif names_person(data.get("owner", "")):
        yield place.should("verifiable-person", "owner")


def _relevant(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    openness, mechanisms = data.get("openness", ""), data.get("mechanism") or []
    if not openness:
        yield place.must("relevant-openness", "openness")
    elif len(words_of(openness)) < FEWEST_WORDS:
        yield place.should("relevant-short", "openness")
    if not mechanisms:
        yield place.must("relevant-mechanism", "mechanism")
    elif set(mechanisms) == {"technology"}:
        yield place.must("relevant-technology", "mechanism")


def _potential(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    if not data.get("problem"):
        yield place.must("potential-problem", "problem")
    if not data.get("potential"):
        yield place.must("potential-missing", "potential")
    elif data["potential"] == "unclear":
        yield place.should("potential-unclear", "potential")
    elif data["potential"] == "modest":
        yield place.should("potential-modest", "potential")


def _milestones(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    rows = data.get("milestones", [])
    if not rows:
        yield place.must("milestone-none", "milestones")
    for number, row in enumerate(rows):
        yield from _milestone(place, number, row, data)


def _milestone(place: _Place, number: int, row: Mapping[str, Any], data: Mapping[str, Any]) -> Iterator[Finding]:
    what, day, owner = row.get("what", ""), row.get("date", ""), row.get("owner", "")
    if not what:
        yield place.must("milestone-what", "milestones", number)
    elif not has_verb(what):
        yield place.should("milestone-verb", "milestones", number, what=what)
    elif not has_object(what):
        yield place.should("milestone-object", "milestones", number, what=what)
    if not day:
        yield place.must("milestone-date", "milestones", number)
    elif (data.get("end") and day > data["end"]) or (data.get("start") and day < data["start"]):
        yield place.must("milestone-outside", "milestones", number, date=show_date(day))
    if not owner:
        yield place.must("milestone-owner", "milestones", number)
    elif names_person(owner):
        yield place.should("milestone-person", "milestones", number)
    if not row.get("output"):
        yield place.must("milestone-output", "milestones", number)


def _indicators(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    rows = data.get("indicators", [])
    kinds = {row.get("kind") for row in rows}
    if "output" not in kinds:
        yield place.must("indicators-output", "indicators")
    if "outcome" not in kinds:
        yield place.must("indicators-outcome", "indicators")
    for number, row in enumerate(rows):
        gaps = [column for column in INDICATOR_COLUMNS if not row.get(column)]
        if gaps:
            labels = [both(f"commitment.indicators--{column}") for column in gaps]
            names = Text(*(", ".join(f"„{each.et}“" for each in labels), ", ".join(f"‘{each.en}’" for each in labels)))
            yield place.must("indicators-gaps", "indicators", number, names=names)
        if not row.get("kind"):
            yield place.must("indicators-kind", "indicators", number)
        if row.get("target") and row.get("baseline", "") == row.get("target", ""):
            yield place.should("indicators-still", "indicators", number)
        elif row.get("target") and not has_figure(row.get("target", "")):
            yield place.should("indicators-figure", "indicators", number)


def _partner(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    partners = data.get("partners", "")
    if not partners:
        yield place.must("partner-none", "partners")
    elif only_own_house(partners):
        yield place.should("partner-own", "partners")


def _budget(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    budget, free = data.get("budget"), data.get("no_budget") is True
    if budget and free:
        yield place.must("budget-both", "budget")
    elif not budget and not free:
        yield place.must("budget-missing", "budget")
    if not data.get("development_plan"):
        yield place.should("budget-plan", "development_plan")


def _baseline(place: _Place, data: Mapping[str, Any]) -> Iterator[Finding]:
    baseline = data.get("baseline", "")
    if not baseline:
        yield place.must("baseline-missing", "baseline")
    elif not has_figure(baseline):
        yield place.should("baseline-figure", "baseline")


def _term(place: _Place, data: Mapping[str, Any], today: date) -> Iterator[Finding]:
    start, end = data.get("start", ""), data.get("end", "")
    last = term_end(today).isoformat()
    if not start:
        yield place.should("term-start", "start")
    if start and end and start > end:
        yield place.must("term-order", "end", start=show_date(start), end=show_date(end))
    if end > last:
        yield place.must("term-late", "end", end=show_date(end), last=show_date(last))


def lint_plan(
    plan: Record | None, commitments: Mapping[str, Record], consultations: Mapping[str, Record], today: date
) -> tuple[Finding, ...]:
    """Return what a reviewer would ask about the plan as a whole and about each of its commitments; withdrawn ones are left out."""
    place, data = _Place(None), fitting(PLAN, plan.data) if plan else {}
    promised = {key: fitting(COMMITMENT, record.data) for key, record in commitments.items()}
    living = {key: own for key, own in promised.items() if own.get("completion") != "withdrawn"}
    asked = {key: fitting(CONSULTATION, record.data) for key, record in consultations.items()}
    return (
        *(finding for key, own in living.items() for finding in _lint(key, own, today)),
        *_consultations(asked),
        *_period(place, data, living, today),
        *_whole(place, data, len(living)),
    )


def _consultations(consultations: Mapping[str, Mapping[str, Any]]) -> Iterator[Finding]:
    if not consultations:
        yield _Place(None).must("consultation-none", None)
        return
    for number, (key, data) in enumerate(consultations.items(), start=1):
        place = _Place(key)
        for field in ("date", "channel", "who", "summary", "response"):
            if not data.get(field):
                grave = place.must if field in ("summary", "response") else place.should
                yield grave(f"consultation-{field}", field, entry=number)
    channels = {data.get("channel", "").casefold() for data in consultations.values()} - {""}
    if len(channels) == 1:
        yield _Place(None).should("consultation-one", "channel")


def _period(
    place: _Place, data: Mapping[str, Any], commitments: Mapping[str, Mapping[str, Any]], today: date
) -> Iterator[Finding]:
    start, end = data.get("period_start", ""), data.get("period_end", "")
    last = term_end(today).isoformat()
    if not start:
        yield place.must("period-start", "period_start")
    if not end:
        yield place.must("period-end", "period_end")
    if start and end and start >= end:
        yield place.must("period-order", "period_end", start=show_date(start), end=show_date(end))
    if end > last:
        yield place.must("period-late", "period_end", end=show_date(end), last=show_date(last))
    for key, own in commitments.items():
        own_start, own_end = own.get("start", ""), own.get("end", "")
        if (end and own_end > end) or (start and own_start and own_start < start):
            field = "end" if end and own_end > end else "start"
            yield _Place(key).must("period-outside", field, start=show_date(start) or "…", end=show_date(end) or "…")


def _whole(place: _Place, data: Mapping[str, Any], count: int) -> Iterator[Finding]:
    if not count:
        yield place.must("plan-empty", None)
    if count > MOST_COMMITMENTS:
        yield place.should("plan-many", None, count=count)
    for field in ("title", "monitoring", "contact"):
        if not data.get(field):
            yield place.must(f"plan-{field}", field)
    for field in ("intro", "state", "adopted_by"):
        if not data.get(field):
            yield place.should(f"plan-{field.replace('_', '-')}", field)
    if names_person(data.get("contact", "")):
        yield place.should("plan-person", "contact")
