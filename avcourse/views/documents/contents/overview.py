"""The overview of the self-assessment: where the municipality stands, how sure that is, and what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import (
    AS_A_RULE,
    Answer,
    Answers,
    Change,
    DimensionResult,
    RoleView,
    TierResult,
    Voice,
    assess,
    changes,
    current_answer,
    disagreements,
    evidenced,
    evidenced_bounds,
    has_evidence,
    reading,
    role_level,
    roles_of,
    tier_met,
)
from avcourse.municipality.instrument import Criterion, Instrument
from avcourse.municipality.peers import peers_of, tile_map
from avcourse.municipality.profile import Municipality, load_municipalities
from avcourse.municipality.steps import NextStep, next_steps
from avcourse.views.charts_municipality import plot_intervals, plot_tiles
from avcourse.views.documents.contents.pieces import day_of, name_of, picture
from avcourse.views.documents.contents.steps import OverviewWords, step_blocks
from avcourse.views.documents.model import (
    Block,
    Bullets,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Table,
    shown,
)
from avcourse.views.markup import decimal

WORTH_SAYING = 0.05
"""A gap between claimed and evidenced of fewer points is not spoken of."""
DISAGREEMENTS = 10


@dataclass(frozen=True, slots=True)
class OverviewData:
    """What the overview is made of; ``overview_data`` works most of it out from the answers.

    ``since`` is the day of the earlier state that ``changes`` compare with. ``examples`` are titles of cases and solutions by the id that
    a step names. ``peers`` are the nearest municipalities, None where there are none to show.
    """

    municipality: Municipality | None
    date: datetime.date
    instrument: Instrument
    answers: Answers
    results: tuple[DimensionResult, ...]
    reading: tuple[float, float]
    tiers: tuple[TierResult, ...]
    steps: tuple[NextStep, ...]
    roles: tuple[RoleView, ...] = ()
    changes: tuple[Change, ...] = ()
    since: datetime.date | None = None
    peers: tuple[Municipality, ...] | None = None
    examples: Mapping[str, str] = field(default_factory=dict)
    example: bool = False


def overview_data(
    municipality: Municipality | None,
    day: datetime.date,
    instrument: Instrument,
    answers: Answers,
    *,
    voices: Iterable[Voice] = (),
    before: Answers | None = None,
    since: datetime.date | None = None,
    examples: Mapping[str, str] | None = None,
    example: bool = False,
) -> OverviewData:
    """Return everything that the overview says, from the answers and the rules of the assessment."""
    known = municipality is not None and municipality in load_municipalities()
    return OverviewData(
        municipality=municipality,
        date=day,
        instrument=instrument,
        answers=answers,
        results=assess(instrument, answers),
        reading=reading(instrument, answers),
        tiers=tier_met(instrument, answers),
        steps=next_steps(instrument, answers),
        roles=roles_of(instrument, answers, voices),
        changes=changes(instrument, before, answers) if before is not None else (),
        since=since if before is not None else None,
        peers=peers_of(municipality, load_municipalities(), "nearest") if municipality and known else None,
        examples=examples or {},
        example=example,
    )


def _given(data: OverviewData) -> list[tuple[Criterion, Answer]]:
    pairs = ((criterion, current_answer(criterion, data.answers)) for criterion in data.instrument.criteria)
    return [(criterion, answer) for criterion, answer in pairs if answer is not None]


def _in_words(data: OverviewData, word: OverviewWords) -> Iterator[str]:
    """Yield the state in words."""
    given = _given(data)
    if not given:
        yield word("nothing")
        return
    evident = sum(has_evidence(answer) for _, answer in given)
    yield word("answered", answered=len(given), total=len(data.instrument.criteria), evident=evident)
    rated = [(each.dimension, each.claimed, each.evidenced) for each in data.results]
    both = [(name, claimed, shown_) for name, claimed, shown_ in rated if claimed and shown_]
    if len(both) > 1:
        ordered = sorted(both, key=lambda each: each[2].level)
        names = [f"{word.dimension(each[0])} ({shown(each[2].level, 'share', word.language)})" for each in ordered]
        yield word("strongest", strong=names[-1], weak=names[0])
    gaps = sorted(((claimed.level - shown_.level, name) for name, claimed, shown_ in both), reverse=True)
    if gaps and gaps[0][0] >= WORTH_SAYING:
        yield word("gap", name=word.dimension(gaps[0][1]), points=round(100 * gaps[0][0]))
    duties = [c for c in data.instrument.criteria if c.basis == "law" and not _left_out(data, c)]
    met = [c for c in duties if evidenced_bounds(current_answer(c, data.answers), c.basis)[0] >= AS_A_RULE]
    yield word("law", count=len(duties), met=len(met))
    unknown = sum(answer.level == "unknown" for _, answer in given)
    if unknown:
        yield word("unknown", count=unknown)
    missing = [word.dimension(each.dimension) for each in data.results if each.claimed is None]
    if missing:
        yield word("no-estimate", names=", ".join(missing))


def _left_out(data: OverviewData, criterion: Criterion) -> bool:
    answer = current_answer(criterion, data.answers)
    return answer is not None and answer.level == "na"


def _short(data: OverviewData, word: OverviewWords) -> list[Block]:
    warnings = tuple(say(f"result.warning-{number}", word.language) for number in range(1, 5))
    return [
        Heading(word("short")),
        *(Paragraph(sentence) for sentence in _in_words(data, word)),
        Heading(word("warnings"), 2),
        Bullets(warnings),
    ]


def _levels(data: OverviewData, word: OverviewWords) -> list[Block]:
    markers = {
        view.role: {
            each.dimension: place
            for each in data.results
            if (place := role_level(data.instrument, view, each.dimension)) is not None
        }
        for view in data.roles
        if view.role != "leader"
    }
    rows = [
        (
            word.dimension(each.dimension),
            *((each.claimed.low, each.claimed.high) if each.claimed else (None, None)),
            *((each.evidenced.low, each.evidenced.high) if each.evidenced else (None, None)),
            each.answered,
            each.criteria,
        )
        for each in data.results
    ]
    columns = word.columns(
        "dimension",
        ("claimed-low", "share"),
        ("claimed-high", "share"),
        ("evidenced-low", "share"),
        ("evidenced-high", "share"),
        ("share", "share"),
        ("criteria", "number"),
    )
    figure = plot_intervals(data.results, markers, word.language)
    return [
        Heading(word("levels")),
        Paragraph(word("levels-text")),
        picture(figure, word("levels-alt"), word("levels-picture")),
        Table(word("levels-table"), columns, tuple(rows)),
    ]


def _reading(data: OverviewData, word: OverviewWords) -> list[Block]:
    low, high = (decimal(bound, word.language) for bound in data.reading)
    rows = tuple((say(f"instrument.tier-{t.tier}", word.language), t.low, t.high, t.criteria) for t in data.tiers)
    columns = word.columns("tier", ("at-least", "share"), ("at-most", "share"), ("criteria", "number"))
    return [
        Heading(word("reading")),
        Paragraph(word("reading-is", range=low if low == high else f"{low}–{high}")),
        Note(word("reading-note")),
        Table(word("tiers-table"), columns, rows),
    ]


def _disagreements(data: OverviewData, word: OverviewWords) -> list[Block]:
    found = disagreements(data.instrument, data.roles)[:DISAGREEMENTS]
    if not found:
        return [Heading(word("disagree")), Paragraph(word("disagree-none"))]
    roles = [view.role for view in data.roles]
    columns = (
        Column(word("criterion")),
        *(Column(say(f"instrument.role-{role}", word.language), "number") for role in roles),
        *word.columns(("difference", "number"), "talk"),
    )
    rows = tuple(
        (
            each.criterion.title.in_(word.language),
            *(each.medians.get(role) for role in roles),
            round(each.value, 2),
            word("yes" if each.flagged else "no"),
        )
        for each in found
    )
    return [
        Heading(word("disagree")),
        Paragraph(word("disagree-text")),
        Table(word("disagree-table"), columns, rows),
    ]


def _peers(data: OverviewData, word: OverviewWords) -> list[Block]:
    blocks: list[Block] = [Heading(word("peers"))]
    own = data.municipality
    if own is None or not data.peers:
        return [*blocks, Paragraph(word("peers-none"))]
    rows = tuple((each.name, each.county, each.population, round(each.area_km2)) for each in (own, *data.peers))
    columns = word.columns("municipality", "county", ("population", "number"), ("area", "number"))
    return [
        *blocks,
        Paragraph(word("peers-text", count=len(data.peers))),
        picture(plot_tiles(tile_map(), own.code, word.language), word("map-alt", name=own.name), word("map")),
        Table(word("peers-table"), columns, rows),
        Paragraph(say("municipality.source", word.language)),
    ]


def _meaning(change: Change, word: OverviewWords) -> str:
    before, after = change.before.number or 0, change.after.number or 0
    if after == before:
        return word("same")
    return word("fall") if after < before else word("hollow" if change.hollow else "rise")


def _changes(data: OverviewData, word: OverviewWords) -> list[Block]:
    blocks: list[Block] = [Heading(word("changes"))]
    if data.since is None:
        return [*blocks, Paragraph(word("changes-none"))]
    rows = tuple(
        (each.criterion.title.in_(word.language), word.level(each.before), word.level(each.after), _meaning(each, word))
        for each in data.changes
    )
    columns = word.columns("criterion", ("before", "number"), ("now", "number"), "meaning")
    return [
        *blocks,
        Paragraph(word("changes-text", date=shown(data.since, "date", word.language))),
        Table(word("changes-table"), columns, rows, empty=word("changes-empty")),
    ]


def _evidence(data: OverviewData, word: OverviewWords) -> list[Block]:
    rows = tuple(
        (
            word.dimension(criterion.dimension),
            criterion.title.in_(word.language),
            say(f"instrument.basis-{criterion.basis}", word.language),
            word.level(answer),
            None if answer.number is None else evidenced(answer.number, has_evidence(answer), criterion.basis),
            answer.evidence,
            day_of(answer.evidence_date),
            word("yes") if answer.checked else None,
        )
        for criterion, answer in _given(data)
    )
    columns = word.columns(
        "dimension",
        "criterion",
        "basis",
        ("claimed", "number"),
        ("evidenced", "number"),
        ("proof", "link"),
        ("proof-date", "date"),
        "checked",
    )
    table = Table(word("evidence-table"), columns, rows, empty=word("evidence-none"), wide=True)
    return [Heading(word("evidence")), table]


def overview(data: OverviewData, language: Language) -> Document:
    """Return the overview as a document."""
    word = OverviewWords(language)
    blocks = [
        *(block for part in (_short, _levels, _reading) for block in part(data, word)),
        *step_blocks(data.steps, data.examples, word),
        *(block for part in (_disagreements, _peers, _changes, _evidence) for block in part(data, word)),
    ]
    return Document(
        title=word("title"),
        subtitle=word("subtitle"),
        municipality=name_of(data.municipality, language),
        date=data.date,
        language=language,
        blocks=tuple(blocks),
        example=data.example,
    )
