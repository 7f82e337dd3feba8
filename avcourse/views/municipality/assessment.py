"""The assessment on a page: the form of the 70 criteria, files in and out, and how far one is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import RecordRefused
from avcourse.municipality.assessment import CONFIDENCES, answers_from, current_answer, has_evidence
from avcourse.municipality.instrument import DIMENSIONS, Criterion, load_instrument
from avcourse.municipality.level_records import fitting_levels
from avcourse.municipality.levels import clean_level
from avcourse.municipality.records import Record, read_records, save_record
from avcourse.municipality.tables import (
    read_assessment,
    write_assessment_csv,
    write_assessment_json,
    write_assessment_xlsx,
)
from avcourse.municipality.words import both, plain
from avcourse.views.documents.names import file_name
from avcourse.views.forms.assessment import AssessmentForm
from avcourse.views.forms.files import FileExchange, Progress, ReadIn, SaveOut
from avcourse.views.forms.live import LivePart
from avcourse.views.markup import sentence_or, tag, text
from avcourse.views.municipality.own import my_municipality, name_of, today
from avcourse.views.municipality.taking import merged, take_in

LESSON: Final = "m04"
Levels = Mapping[str, Mapping[str, Any]]


def criterion_spec(criterion: Criterion, number: int, language: Language) -> dict[str, Any]:
    """Return what the page may know of a criterion, in one language."""
    left_out = criterion.not_applicable
    return {
        "id": criterion.id,
        "number": number,
        "text": criterion.text.in_(language),
        "facts": [
            say(f"instrument.basis-{criterion.basis}", language),
            criterion.source.in_(language),
            say(f"instrument.tier-{criterion.tier}", language),
        ],
        "hint": criterion.evidence.in_(language),
        "anchors": [anchor.in_(language) for anchor in criterion.anchors],
        "na": left_out.in_(language) if left_out else None,
    }


def parts_of(language: Language) -> list[dict[str, Any]]:
    """Return the criteria dimension by dimension, numbered through."""
    instrument = load_instrument()
    numbers = {criterion.id: number for number, criterion in enumerate(
        (c for dimension in DIMENSIONS for c in instrument.of(dimension)), start=1)}  # fmt: skip
    return [
        {
            "id": dimension,
            "title": say(f"instrument.dimension-{dimension}", language),
            "criteria": [criterion_spec(c, numbers[c.id], language) for c in instrument.of(dimension)],
        }
        for dimension in DIMENSIONS
    ]


def save_level(criterion_id: str, patch: Mapping[str, Any]) -> Record:
    """Check a patch of an answer and save it.

    Raises
    ------
    RecordRefused
        If it does not fit.
    AnswerNotSaved
        If it could not be written.
    """
    try:
        criterion = load_instrument().criterion(criterion_id)
    except KeyError:
        raise RecordRefused(name=plain(criterion_id[:60]), reason=both("field.unknown")) from None
    return save_record("level", criterion_id, clean_level(criterion, patch, today()))


def show_assessment(language: Language) -> object:
    """Draw the form of the 70 criteria."""
    return AssessmentForm(
        "level",
        language,
        parts=parts_of(language),
        confidences=[{"id": name, "text": say(f"instrument.confidence-{name}", language)} for name in CONFIDENCES],
        read=lambda: fitting_levels(read_records("level")),
        save=save_level,
        seconds=55,
    )


def show_files(language: Language) -> object:
    """Draw the ways out to Excel, CSV and JSON, and the way in."""
    writers: dict[str, Callable[[Levels], bytes]] = {
        "xlsx": lambda levels: write_assessment_xlsx(levels, language),
        "csv": lambda levels: write_assessment_csv(levels, language),
        "json": write_assessment_json,
    }

    def save_as(kind: str) -> SaveOut:
        def make(_progress: Progress) -> tuple[str, bytes]:
            name = file_name(say("assess.file", language), name_of(my_municipality(), language), today(), kind)
            levels = fitting_levels(read_records("level"))
            return name, writers[kind]({key: record.data for key, record in levels.items()})

        hint = say("assess.save-xlsx-hint", language) if kind == "xlsx" else ""
        return SaveOut(kind, say(f"assess.save-{kind}", language), hint, make)

    def read(name: str, data: bytes) -> Any:
        patches = read_assessment(name, data)
        return take_in(
            merged("level", patches), lambda new, old: say("assess.read-done", language, count=new + old), language
        )

    place = ReadIn("table", say("assess.read", language), "", read, ".xlsx,.csv,.json")
    return FileExchange(language, reads=[place], saves=[save_as(kind) for kind in writers])


def state_html(language: Language) -> str:
    """Return how far the assessment is, in all and dimension by dimension."""
    instrument = load_instrument()
    given_once = answers_from(read_records("level"), instrument)
    # An answer to another version of a criterion counts as none, here as in every result.
    answers = {c.id: answer for c in instrument.criteria if (answer := current_answer(c, given_once)) is not None}
    line = say(
        "assess.state",
        language,
        answered=len(answers),
        total=len(instrument.criteria),
        evident=sum(map(has_evidence, answers.values())),
    )
    parts = []
    for dimension in DIMENSIONS:
        own = instrument.of(dimension)
        given = sum(criterion.id in answers for criterion in own)
        name = say(f"instrument.dimension-{dimension}", language)
        parts.append(tag("li", text(say("assess.state-part", language, name=name, answered=given, total=len(own)))))
    slug = load_course().module(LESSON).slug
    link = tag("a", text(say("assess.state-link", language)), href=f"{slug}.ipynb")
    return tag("p", tag("strong", text(line))) + tag("ul", *parts) + tag("p", link)


def show_state(language: Language) -> object:
    """Draw how far the assessment is."""
    return LivePart("level", lambda: sentence_or(state_html, language))
