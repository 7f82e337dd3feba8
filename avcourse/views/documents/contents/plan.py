"""The action plan in the form of an OGP plan: introduction, state, commitments, monitoring, and the consultation log as an annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.fields import label, option_label
from avcourse.municipality.instrument import Instrument
from avcourse.municipality.plan import COMMITMENT, COMPLETION, CONSULTATION, PLAN
from avcourse.municipality.profile import Municipality
from avcourse.municipality.records import Record
from avcourse.views.charts_municipality import plot_completion
from avcourse.views.documents.contents.pieces import (
    criterion_title,
    day_of,
    fact_of,
    facts_of,
    indicators,
    label_of,
    logic_model,
    name_of,
    picture,
    row_table,
    rows_of,
    section,
    title_of,
)
from avcourse.views.documents.model import Block, Column, Document, Fact, Heading, Paragraph, Table, shown

WHO: Final = ("owner", "partners", "start", "end")
WHY: Final = ("problem", "causes", "baseline")
HOW: Final = ("action", "openness", "mechanism", "potential")
MILESTONE: Final = ("what", "output", "date", "owner")
"""Columns in the order of the OGP template: milestone, expected output, when, who."""


@dataclass(frozen=True, slots=True)
class PlanData:
    """The plan with its commitments, consultations and proposals by id, as they stand in the records.

    ``course`` is how completion went: for each day (ISO) how many commitments stood in each state of ``COMPLETION``, oldest first.
    """

    municipality: Municipality | None
    date: date
    plan: Record | None
    commitments: Mapping[str, Record]
    consultations: Mapping[str, Record]
    proposals: Mapping[str, Record]
    instrument: Instrument
    course: Sequence[tuple[str, Sequence[int]]] = ()
    example: bool = False

    @property
    def fields(self) -> Mapping[str, Any]:
        """Return what is written of the plan as a whole."""
        return self.plan.data if self.plan else {}


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"doc-plan.{key}", language, **fields)


def completion_of(commitment: Record) -> str | None:
    """Return a commitment's state now: what was chosen, else the last entry of its log, None where there is neither."""
    log = sorted(rows_of(commitment.data, "status_log"), key=lambda row: str(row.get("date") or ""))
    found = commitment.data.get("completion") or (log[-1].get("completion") if log else None)
    return found if found in COMPLETION else None


def _completion(commitment: Record, language: Language) -> str | None:
    state = completion_of(commitment)
    return option_label(COMMITMENT, "completion", state, language) if state else None


def _budget(data: Mapping[str, Any], language: Language) -> Fact:
    amount = fact_of(COMMITMENT, "budget", data, language)
    free = data.get("no_budget") is True and amount.value is None
    return (
        Fact(_say("budget", language), _say("no-budget", language), "text")
        if free
        else Fact(_say("budget", language), amount.value, "money")
    )


def _front(data: PlanData, language: Language) -> list[Block]:
    fields = data.fields
    facts = facts_of(PLAN, ("period_start", "period_end", "adopted_by", "contact"), fields, language)
    return [
        Heading(_say("brief", language)),
        section(facts, _say("plan-sheet", language), Fact(label(PLAN, "title", language), _title(data, language))),
        Heading(label_of(PLAN, "intro", language)),
        Paragraph(str(fields.get("intro") or _say("no-intro", language))),
        Heading(label_of(PLAN, "state", language)),
        Paragraph(str(fields.get("state") or _say("no-state", language))),
    ]


def _summary(data: PlanData, language: Language) -> list[Block]:
    columns = (
        Column(say("document-labels.number", language), "number"),
        Column(_say("commitment", language)),
        Column(label_of(COMMITMENT, "owner", language)),
        Column(label_of(COMMITMENT, "end", language), "date"),
        Column(_say("budget", language), "money"),
        Column(label_of(COMMITMENT, "completion", language)),
    )
    rows = tuple(
        (
            place,
            title_of(record, language),
            fact_of(COMMITMENT, "owner", record.data, language).value,
            day_of(record.data.get("end")),
            _budget(record.data, language).value,
            _completion(record, language),
        )
        for place, record in enumerate(data.commitments.values(), start=1)
    )
    table = Table(_say("summary", language), columns, rows, empty=_say("no-commitments", language))
    return [Heading(_say("commitments", language)), table]


def _origin(data: PlanData, record: Record, language: Language) -> tuple[Fact, ...]:
    source = data.proposals.get(str(record.data.get("proposal")))
    criterion = criterion_title(record.data.get("criterion"), data.instrument, language)
    return (
        Fact(label_of(COMMITMENT, "proposal", language), title_of(source, language) if source else None),
        Fact(label_of(COMMITMENT, "criterion", language), criterion),
    )


def _commitment(place: int, record: Record, data: PlanData, language: Language) -> list[Block]:
    fields = record.data
    title = f"{place}. {title_of(record, language)}"
    part = Fact(_say("commitment", language), title)
    facts = (
        *facts_of(COMMITMENT, WHO, fields, language),
        _budget(fields, language),
        fact_of(COMMITMENT, "development_plan", fields, language),
        *facts_of(COMMITMENT, WHY, fields, language),
        *facts_of(COMMITMENT, HOW, fields, language),
        *_origin(data, record, language),
    )
    columns, rows = row_table(COMMITMENT, "milestones", MILESTONE, rows_of(fields, "milestones"), language)
    milestones = Table(
        _say("milestones-of", language, title=title_of(record, language)),
        columns,
        rows,
        empty=_say("no-milestones", language),
        sheet=label(COMMITMENT, "milestones", language),
        part=part,
    )
    return [
        Heading(title, 2),
        section(facts, _say("commitments", language), part),
        milestones,
        indicators(COMMITMENT, record, part, language),
        logic_model(COMMITMENT, record, part, language),
    ]


def _monitoring(data: PlanData, language: Language) -> list[Block]:
    blocks: list[Block] = [
        Heading(_say("monitoring", language)),
        Paragraph(str(data.fields.get("monitoring") or _say("no-monitoring", language))),
    ]
    course = [(day, counts) for iso, counts in data.course if (day := day_of(iso))]
    if course:
        names = [option_label(COMMITMENT, "completion", state, language) for state in COMPLETION]
        figure = plot_completion(course, names, language)
        blocks.append(picture(figure, _say("course-alt", language), _say("course", language)))
        head = (Column(label(COMMITMENT, "status_log.date", language), "date"), *(Column(n, "number") for n in names))
        blocks.append(Table(_say("course-table", language), head, tuple((day, *counts) for day, counts in course)))
    rows = []
    for place, record in enumerate(data.commitments.values(), start=1):
        _, log = row_table(
            COMMITMENT, "status_log", ("date", "completion", "note"), rows_of(record.data, "status_log"), language
        )
        title = f"{place}. {title_of(record, language)}"
        rows += [(title, *cells) for cells in log] or [(title, None, _completion(record, language), None)]
    columns, _ = row_table(COMMITMENT, "status_log", ("date", "completion", "note"), (), language)
    head = (Column(_say("commitment", language)), *columns)
    blocks.append(Table(_say("log", language), head, tuple(rows), empty=_say("no-commitments", language)))
    return blocks


def _annex(data: PlanData, language: Language) -> list[Block]:
    names = [field.id for field in CONSULTATION.fields]
    columns = tuple(Column(fact.label, fact.kind) for fact in facts_of(CONSULTATION, names, {}, language))
    rows = tuple(
        tuple(fact.value for fact in facts_of(CONSULTATION, names, record.data, language))
        for record in data.consultations.values()
    )
    table = Table(_say("consultations", language), columns, rows, empty=_say("no-consultations", language), wide=True)
    return [Heading(_say("annex", language)), table]


def _title(data: PlanData, language: Language) -> str:
    return str(data.fields.get("title") or _say("title", language))


def _period(data: PlanData, language: Language) -> str:
    start, end = (day_of(data.fields.get(f"period_{name}")) for name in ("start", "end"))
    if start is None and end is None:
        return _say("no-period", language)
    return f"{shown(start, 'date', language)} – {shown(end, 'date', language)}"


def plan(data: PlanData, language: Language) -> Document:
    """Return the action plan as a document."""
    blocks = [*_front(data, language), *_summary(data, language)]
    for place, record in enumerate(data.commitments.values(), start=1):
        blocks += _commitment(place, record, data, language)
    blocks += [*_monitoring(data, language), *_annex(data, language)]
    return Document(
        title=_title(data, language),
        subtitle=_period(data, language),
        municipality=name_of(data.municipality, language),
        date=data.date,
        language=language,
        blocks=tuple(blocks),
        example=data.example,
    )
