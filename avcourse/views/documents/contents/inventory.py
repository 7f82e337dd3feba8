"""The inventory of digital solutions: what there is, which purposes it serves, what it costs and what needs attention."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from avcourse.course.language import Language, say
from avcourse.municipality.fields import option_label
from avcourse.municipality.inventory import SOLUTION, PurposeCover, purpose_cover, warnings, yearly_cost
from avcourse.municipality.profile import Municipality
from avcourse.municipality.records import Record
from avcourse.municipality.values import show_date
from avcourse.views.charts_municipality import plot_cover
from avcourse.views.documents.contents.pieces import facts_of, label_of, name_of, picture, section, title_of
from avcourse.views.documents.model import (
    Block,
    Bullets,
    Column,
    Document,
    Fact,
    Heading,
    Paragraph,
    Table,
    shown,
)

LISTED: Final = (
    "purposes",
    "kind",
    "users_year",
    "cost_year",
    "owner",
    "contract_end",
    "security_review",
    "accessibility",
)
"""Columns of the list, after the name; what is read less often stands with each solution."""
REST: Final = ("login", "licence", "vendor", "accessibility_link", "estonian", "note")


@dataclass(frozen=True, slots=True)
class InventoryData:
    """The municipality's solutions by id, as they stand in the records; ``date`` is the day on which deadlines are judged."""

    municipality: Municipality | None
    date: date
    solutions: Mapping[str, Record]
    example: bool = False


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"doc-inventory.{key}", language, **fields)


def _short(data: InventoryData, language: Language) -> list[Block]:
    heading = Heading(_say("short", language))
    if not data.solutions:
        return [heading, Paragraph(_say("nothing", language))]
    cost = yearly_cost(data.solutions)
    total = shown(cost.total, "money", language)
    money = _say("cost", language, total=total, known=cost.known, unknown=cost.unknown)
    blocks: list[Block] = [heading, Paragraph(_say("count", language, count=len(data.solutions)))]
    blocks.append(Paragraph(money if cost.known else _say("cost-none", language)))
    cover = purpose_cover(data.solutions)
    for kind, found in (("gaps", [c for c in cover if c.gap]), ("overlaps", [c for c in cover if c.overlap])):
        names = ", ".join(_purpose(each, language) for each in found)
        blocks.append(Paragraph(_say(kind, language, names=names) if names else _say(f"{kind}-none", language)))
    return blocks


def _purpose(cover: PurposeCover, language: Language) -> str:
    return option_label(SOLUTION, "purposes", cover.purpose, language)


def _cover(data: InventoryData, language: Language) -> list[Block]:
    cover = purpose_cover(data.solutions)
    rows = tuple(
        (
            _purpose(each, language),
            len(each.solutions),
            _say("gap" if each.gap else "overlap" if each.overlap else "served", language),
            ", ".join(title_of(data.solutions[key], language, "name") for key in each.solutions) or None,
        )
        for each in cover
    )
    columns = (
        Column(_say("purpose", language)),
        Column(_say("number", language), "number"),
        Column(_say("meaning", language)),
        Column(_say("solutions", language)),
    )
    gaps, overlaps = sum(each.gap for each in cover), sum(each.overlap for each in cover)
    alt = _say("cover-alt", language, gaps=gaps, overlaps=overlaps)
    return [
        Heading(_say("cover", language)),
        picture(plot_cover(cover, language), alt, _say("cover-picture", language)),
        Table(_say("cover-table", language), columns, rows),
    ]


def _warnings(data: InventoryData, language: Language) -> list[Block]:
    rows = []
    for each in warnings(data.solutions, data.date):
        words = say(f"inventory-warning.{each.kind}", language, date=show_date(each.date or ""))
        rows.append((title_of(data.solutions[each.solution], language, "name"), words))
    columns = (Column(_say("solution", language)), Column(_say("warning", language)))
    table = Table(_say("warnings", language), columns, tuple(rows), empty=_say("warnings-none", language))
    return [Heading(_say("warnings", language)), table]


def _list(data: InventoryData, language: Language) -> list[Block]:
    columns = [Column(label_of(SOLUTION, "name", language))]
    rows = []
    for record in data.solutions.values():
        facts = facts_of(SOLUTION, LISTED, record.data, language)
        rows.append((title_of(record, language, "name"), *(fact.value for fact in facts)))
    columns += [Column(fact.label, fact.kind) for fact in facts_of(SOLUTION, LISTED, {}, language)]
    table = Table(_say("list", language), tuple(columns), tuple(rows), empty=_say("nothing", language), wide=True)
    return [Heading(_say("list", language)), table]


def _details(data: InventoryData, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(_say("details", language))] if data.solutions else []
    for record in data.solutions.values():
        name = title_of(record, language, "name")
        part = Fact(label_of(SOLUTION, "name", language), name)
        facts = facts_of(SOLUTION, REST, record.data, language)
        blocks += [Heading(name, 2), section(facts, _say("details", language), part)]
    return blocks


def inventory(data: InventoryData, language: Language) -> Document:
    """Return the inventory as a document."""
    blocks = [*_short(data, language)]
    if data.solutions:
        blocks += [*_cover(data, language), *_warnings(data, language), *_list(data, language)]
        blocks += [*_details(data, language)]
    else:
        blocks.append(Bullets((_say("begin", language),)))
    return Document(
        title=_say("title", language),
        subtitle=_say("subtitle", language),
        municipality=name_of(data.municipality, language),
        date=data.date,
        language=language,
        blocks=tuple(blocks),
        example=data.example,
    )
