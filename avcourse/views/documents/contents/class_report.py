"""The report on a class for whoever pays for the course: published figures only, no names, words before numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from avcourse.classroom.book import Book
from avcourse.classroom.followup import FollowupFigures
from avcourse.course.course import Course
from avcourse.course.language import Language, Text, say
from avcourse.measurement.disclosure import ROUNDING_LIMIT
from avcourse.measurement.gains import CohortGains, GroupFigures, GroupResult
from avcourse.measurement.records import OVERALL
from avcourse.views.charts import svg
from avcourse.views.charts_municipality import png
from avcourse.views.class_followup import followup_blocks
from avcourse.views.class_gains import area_name, gains_figure, group_name
from avcourse.views.documents.model import (
    Block,
    Bullets,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Note,
    Paragraph,
    Picture,
    Table,
    Value,
)
from avcourse.views.gain_words import (
    area_words,
    calibration_words,
    changes_table,
    gain_words,
    how_to_read,
    p_words,
    published_of,
    shift_words,
    who_words,
)
from avcourse.views.markup import decimal

NO_BOOK: Final = Book((), (), (), 0, ())
NO_FOLLOWUP: Final = FollowupFigures(None, None)


@dataclass(frozen=True, slots=True)
class ReportData:
    """What the report is made of; nothing in it leads to a person.

    ``handed_in`` counts participants by assignment, ``deadlines`` are by assignment, ``alphas`` the reliabilities of the tests' forms,
    ``corrections`` a line for each.
    """

    name: str
    day: date
    course: Course
    gains: CohortGains
    groups: Mapping[str, CohortGains] = field(default_factory=dict)
    members: int = 0
    handed_in: Mapping[str, int] = field(default_factory=dict)
    began: date | None = None
    ended: date | None = None
    deadlines: Mapping[str, date] = field(default_factory=dict)
    alphas: tuple[float, ...] = ()
    book: Book = NO_BOOK
    followup: FollowupFigures = NO_FOLLOWUP
    corrections: tuple[Text, ...] = ()
    example: bool = False


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"class-report.{key}", language, **fields)


def _overall(data: ReportData) -> GroupResult:
    return data.gains.groups[OVERALL]


def _columns(language: Language, *keys: str, numbers: int = 0) -> tuple[Column, ...]:
    """Return columns with the words of these keys, the last ``numbers`` of them for numbers."""
    words = [_say(key, language) for key in keys]
    first = len(words) - numbers
    return tuple(Column(word, "text" if place < first else "number") for place, word in enumerate(words))


def _short(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("short", language))
    parts = [module for module in data.course.modules if module.kind in _KINDS and not module.after]
    hours = decimal(sum(module.minutes for module in parts) / 60, language, 0)
    lines = [_say("short-planned", language, count=len(parts), hours=hours)]
    lines += gain_words(_overall(data), published_of, language)
    lines += area_words(data.gains, published_of, language)
    for name, shared in (("proposals", data.book.proposals), ("cards", data.book.cards)):
        if shared:
            lines.append(_say(f"short-{name}", language, count=len(shared)))
    if data.followup.survey:
        survey = data.followup.survey
        lines.append(_say("short-after", language, answered=survey.answered, invited=survey.invited))
    yield Bullets(tuple(lines))


_KINDS: Final = ("lesson", "exercise", "test", "work")


def _planned(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("planned", language))
    yield Paragraph(_say("planned-text", language))
    rows = tuple(
        (module.title.in_(language), _say(f"kind-{module.kind}", language), module.minutes, module.goal.in_(language))
        for module in data.course.modules
        if module.kind in _KINDS and not module.after
    )
    heads = [Column(_say(key, language)) for key in ("module", "kind", "minutes", "goal")]
    heads[2] = Column(heads[2].head, "number")
    yield Table(_say("modules", language), tuple(heads), rows)
    areas = tuple((area.name.in_(language), area.description.in_(language)) for area in data.course.areas)
    yield Table(_say("areas", language), _columns(language, "area", "objective"), areas)
    facts = [Fact(_say("began", language), data.began, "date"), Fact(_say("ended", language), data.ended, "date")]
    for assignment, due in data.deadlines.items():
        title = data.course.module(assignment).title.in_(language)
        facts.append(Fact(_say("deadline", language, assignment=title), due, "date"))
    yield Heading(_say("dates", language), 2)
    yield Facts(tuple(facts))


def _who(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("who", language))
    lines = [_say("roster", language, count=data.members)] if data.members else []
    yield Paragraph("\n".join([*lines, *who_words(_overall(data), published_of, language)]))
    rows = tuple((data.course.module(name).title.in_(language), count) for name, count in data.handed_in.items())
    yield Table(_say("handed-in", language), _columns(language, "assignment", "people", numbers=1), rows)


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


def _cells(figures: GroupFigures | None, language: Language) -> tuple[Value, ...]:
    """Return means, gain, its interval, ⟨g⟩ and d_av as numbers; words and gaps where nothing may be shown."""
    gain = figures.gain if figures else None
    if gain is None or gain.raw_gain is None:
        return (None,) * 7
    low, high = gain.raw_gain_ci or (None, None)
    per_cents = (gain.pre_mean, gain.post_mean, gain.raw_gain, low, high)
    return (*(_rounded(value, 1) for value in per_cents), _rounded(gain.normalized_gain, 2), _rounded(gain.d_av, 2))


def _figure_columns(first: str, language: Language) -> tuple[Column, ...]:
    words = [say(f"gain-words.{name}", language) for name in ("before", "after", "gain")]
    words += [_say("low", language), _say("high", language)]
    words += [say(f"gain-words.{name}", language) for name in ("share", "effect")]
    return (Column(first), *(Column(word, "number") for word in words))


def _gained(data: ReportData, language: Language) -> Iterator[Block]:
    overall = _overall(data)
    yield Heading(_say("gained", language))
    yield Paragraph("\n".join(gain_words(overall, published_of, language)))
    figures = published_of(overall)
    if figures is None or figures.gain is None:
        return
    yield Paragraph("\n".join(area_words(data.gains, published_of, language)))
    yield _picture(data, language)
    rows = tuple(
        (area_name(area, language), *_cells(published_of(result), language))
        for area, result in data.gains.groups.items()
    )
    yield Table(_say("figures", language), _figure_columns(say("gain-words.area", language), language), rows)
    yield Note("\n".join(how_to_read(language, rounded=figures.gain.n < ROUNDING_LIMIT)))
    yield Heading(say("gain-words.people-table", language), 2)
    yield Paragraph(say("gain-words.people", language))
    head, counts = changes_table(figures, language)
    yield Table(
        say("gain-words.people-table", language),
        (Column(head[0]), Column(head[1], "number")),
        tuple((name, int(count) if count.isdigit() else count) for name, count in counts),
    )
    if data.groups:
        yield Heading(_say("groups-title", language), 2)
        yield _groups(data, language)
        yield Paragraph(say("gain-words.groups-note", language))


def _groups(data: ReportData, language: Language) -> Table:
    first, *rest = _figure_columns(say("gain-words.group-head", language), language)
    rows = []
    for group, gains in data.groups.items():
        result = gains.groups[OVERALL]
        matched = result.published.attrition.n_matched
        rows.append((group_name(group, language, bare=True), matched, *_cells(published_of(result), language)))
    columns = (first, Column(say("gain-words.matched", language), "number"), *rest)
    return Table(_say("groups-title", language), columns, tuple(rows))


def _picture(data: ReportData, language: Language) -> Picture:
    figure: Any = gains_figure(data.gains, language, published_of)
    figures = published_of(_overall(data))
    assert figures is not None
    assert figures.gain is not None
    means = (decimal(value, language, 0) for value in (figures.gain.pre_mean, figures.gain.post_mean))
    alt = say("gain-words.chart-alt", language, **dict(zip(("before", "after"), means, strict=True)))
    return Picture(svg(figure), png(figure), alt, say("gain-words.chart", language))


def _self(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("self", language))
    figures = published_of(_overall(data))
    lines = [*calibration_words(figures, language), *shift_words(figures.response_shift, language)] if figures else []
    yield Paragraph("\n".join(lines) if lines else _say("self-none", language))
    rows = []
    for area, result in data.gains.groups.items():
        known = published_of(result)
        if known and known.response_shift:
            shift = known.response_shift
            rows.append(
                (area_name(area, language), *(_rounded(step, 1) for step in (shift.pre, shift.post, shift.then)))
            )
    if rows:
        columns = _columns(language, "area", "rated-before", "rated-after", "rated-then", numbers=3)
        yield Table(_say("ratings", language), columns, tuple(rows))


def _proposals(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("proposals", language))
    if not (data.book.proposals or data.book.cards):
        yield Paragraph(_say("proposals-none", language))
        return
    yield Paragraph(_say("proposals-text", language))
    kinds = (
        ("proposals", data.book.proposals, ("proposal", "idea"), "idea"),
        ("cards", data.book.cards, ("card", "card-result"), "did"),
    )
    for caption, records, heads, told in kinds:
        if records:
            rows = dict.fromkeys((str(one.data.get("title", "")), str(one.data.get(told) or "")) for one in records)
            yield Table(_say(caption, language), _columns(language, *heads), tuple(rows))


def _after(data: ReportData, language: Language) -> Iterator[Block]:
    yield from followup_blocks(data.followup, language)


def _corrections(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("corrections", language))
    lines = tuple(line.in_(language) for line in data.corrections)
    yield Bullets(lines) if lines else Paragraph(_say("corrections-none", language))


def _method(data: ReportData, language: Language) -> Iterator[Block]:
    yield Heading(_say("method", language))
    names = ("design", "matched", "interval", "cause", "left", "test", "frozen")
    lines = [_say(f"method-{name}", language) for name in names]
    if data.alphas:
        low, high = (decimal(end, language, 2) for end in (min(data.alphas), max(data.alphas)))
        lines.insert(3, _say("reliability", language, low=low, high=high))
    yield Bullets(tuple(lines))
    rows = tuple(_details(data, language))
    if rows:
        share = say("gain-words.share", language)
        ends = [f"{share} {_say(end, language).lower()}" for end in ("low", "high")]
        heads = (_say("matched", language), share, *ends, "d_av", "d_z", "d_rm", "g_av", "p")
        columns = (Column(say("gain-words.area", language)), *(Column(head, "number") for head in heads))
        yield Table(_say("details", language), columns, rows)


def _details(data: ReportData, language: Language) -> Iterator[tuple[Value, ...]]:
    for area, result in data.gains.groups.items():
        figures = published_of(result)
        if figures is None or figures.gain is None:
            continue
        gain = figures.gain
        low, high = gain.normalized_gain_ci or (None, None)
        values: Sequence[float | None] = (gain.normalized_gain, low, high, gain.d_av, gain.d_z, gain.d_rm, gain.g_av)
        yield (area_name(area, language), gain.n, *(_rounded(v, 2) for v in values), p_words(gain.wilcoxon_p, language))


def class_report(data: ReportData, language: Language) -> Document:
    """Return the report on a class as a document."""
    notes = [Note(_say("invented", language))] if data.example else []
    sections = (_short, _planned, _who, _gained, _self, _proposals, _after, _corrections, _method)
    blocks = (block for section in sections for block in section(data, language))
    return Document(
        title=_say("title", language),
        subtitle=_say("subtitle", language),
        municipality=data.name,
        date=data.day,
        language=language,
        blocks=(*notes, Note(_say("note", language)), *blocks),
        example=data.example,
    )
