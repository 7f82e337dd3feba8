"""The proposals: what was proposed, by whom, how the municipality answered and why; effort and impact beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from avcourse.course.language import Language, say
from avcourse.municipality.fields import option_label
from avcourse.municipality.instrument import Instrument
from avcourse.municipality.profile import Municipality
from avcourse.municipality.proposals import LOGIC, PROPOSAL
from avcourse.municipality.records import Record
from avcourse.views.charts_municipality import plot_effort_impact
from avcourse.views.documents.contents.pieces import (
    criterion_title,
    facts_of,
    indicators,
    label_of,
    logic_model,
    name_of,
    picture,
    rows_of,
    section,
    title_of,
)
from avcourse.views.documents.model import Block, Column, Document, Fact, Heading, Paragraph, Table, Value

MAIN: Final = ("problem", "idea", "origin", "supporters", "supporters_who", "effort", "impact")
ANSWER: Final = ("status", "response", "response_date")
STATUSES: Final = PROPOSAL.field("status").options
SCALE: Final = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class ProposalsData:
    """The proposals by id, as they stand in the records; the instrument names the criteria that they improve."""

    municipality: Municipality | None
    date: date
    proposals: Mapping[str, Record]
    instrument: Instrument
    example: bool = False


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"doc-proposals.{key}", language, **fields)


def status_of(proposal: Record) -> str:
    """Return a proposal's status; one without is open."""
    status = proposal.data.get("status")
    return status if status in STATUSES else "open"


def _short(data: ProposalsData, language: Language) -> list[Block]:
    heading = Heading(_say("short", language))
    if not data.proposals:
        return [heading, Paragraph(_say("nothing", language))]
    records = data.proposals.values()
    counts = [(status, sum(status_of(record) == status for record in records)) for status in STATUSES]
    answered = sum(bool(record.data.get("response")) for record in records)
    columns = (Column(label_of(PROPOSAL, "status", language)), Column(_say("number", language), "number"))
    rows = tuple((option_label(PROPOSAL, "status", status, language), count) for status, count in counts)
    return [
        heading,
        Paragraph(_say("count", language, count=len(data.proposals), answered=answered)),
        Table(_say("statuses", language), columns, rows),
    ]


def _effort_impact(data: ProposalsData, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(_say("effort-impact", language))]
    numbered = list(enumerate(data.proposals.values(), start=1))
    points = [
        (str(place), record.data["effort"], record.data["impact"])
        for place, record in numbered
        if record.data.get("effort") in SCALE and record.data.get("impact") in SCALE
    ]
    if points:
        quick = sum(effort == 1 and impact > 1 for _, effort, impact in points)
        alt = _say("effort-alt", language, count=len(points), quick=quick)
        blocks.append(picture(plot_effort_impact(points, language), alt, _say("effort-picture", language)))
    else:
        blocks.append(Paragraph(_say("effort-none", language)))
    columns = (
        Column(say("document-labels.number", language), "number"),
        Column(_say("proposal", language)),
        # Shorter than on the form, whose labels name the scale: the picture above shows it.
        *(Column(say(f"work-charts.{field}", language), "number") for field in ("effort", "impact")),
        Column(label_of(PROPOSAL, "supporters", language), "number"),
        Column(label_of(PROPOSAL, "status", language)),
    )
    rows: list[tuple[Value, ...]] = [
        (
            place,
            title_of(record, language),
            *(record.data.get(field) for field in ("effort", "impact", "supporters")),
            option_label(PROPOSAL, "status", status_of(record), language),
        )
        for place, record in numbered
    ]
    return [*blocks, Table(_say("list", language), columns, tuple(rows))]


def proposal_blocks(place: int, record: Record, instrument: Instrument, language: Language) -> list[Block]:
    """Return one proposal: what and why, the reasoned response, and the logic model and indicators where there are some."""
    title = f"{place}. {title_of(record, language)}"
    part = Fact(_say("proposal", language), title)
    data = {**record.data, "status": status_of(record)}
    criterion = criterion_title(data.get("criterion"), instrument, language)
    facts = (
        *facts_of(PROPOSAL, MAIN, data, language),
        Fact(label_of(PROPOSAL, "criterion", language), criterion),
        *facts_of(PROPOSAL, ANSWER, data, language),
    )
    blocks: list[Block] = [Heading(title, 2), section(facts, _say("sheet", language), part)]
    if any(data.get(field) for field in LOGIC):
        blocks.append(logic_model(PROPOSAL, record, part, language))
    if rows_of(data, "indicators"):
        blocks.append(indicators(PROPOSAL, record, part, language))
    return blocks


def proposals(data: ProposalsData, language: Language) -> Document:
    """Return the proposals as a document."""
    blocks = _short(data, language)
    if data.proposals:
        blocks += [*_effort_impact(data, language), Heading(_say("one-by-one", language))]
        for place, record in enumerate(data.proposals.values(), start=1):
            blocks += proposal_blocks(place, record, data.instrument, language)
    return Document(
        title=_say("title", language),
        subtitle=_say("subtitle", language),
        municipality=name_of(data.municipality, language),
        date=data.date,
        language=language,
        blocks=tuple(blocks),
        example=data.example,
    )
