"""The self-assessment answered again: the form with the earlier answer beside each criterion, how far one is, and what has changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from avcourse.course.language import Language, say
from avcourse.errors import RecordRefused
from avcourse.municipality.assessment import CONFIDENCES, Answers, answers_from, changes, current_answer
from avcourse.municipality.instrument import DIMENSIONS, Criterion, load_instrument
from avcourse.municipality.level_records import fitting_levels
from avcourse.municipality.levels import clean_level
from avcourse.municipality.reassessment import OWN, answers_of_round, earlier_state, rises
from avcourse.municipality.records import Record, read_records, save_record
from avcourse.municipality.words import both, plain
from avcourse.views.forms.assessment import AssessmentForm
from avcourse.views.forms.live import LivePart, announce
from avcourse.views.markup import sentence_or, tag, text
from avcourse.views.municipality.assessment import parts_of
from avcourse.views.municipality.editing import empty_html
from avcourse.views.municipality.method import Comparison, change_table, count_table
from avcourse.views.municipality.own import example_banner, my_municipality, today
from avcourse.views.municipality.result import level_word
from avcourse.views.municipality.state import show_date

ASKED_ANEW = ("level", "confidence")
"""What the form asks again; what it rests on is offered as it stood."""


def earlier_record() -> Record:
    """Return the state that answers are compared with: the one saved with the first new answer, before that the one that would be."""
    kept = read_records("earlier").get(OWN)
    return kept if kept is not None else Record("earlier", OWN, earlier_state(today()), "")


def again_levels() -> dict[str, Record]:
    """Return the answers as the form shows them: given anew, or still open with what the earlier answer rested on."""
    standing = fitting_levels(read_records("level"))
    open_ = {
        name: Record(one.kind, one.id, {key: value for key, value in one.data.items() if key not in ASKED_ANEW}, one.at)
        for name, one in standing.items()
    }
    return {**open_, **fitting_levels(read_records("again"))}


def save_again(criterion_id: str, patch: Mapping[str, Any]) -> Record:
    """Check a patch of a new answer and save it, both here and as what stands in the self-assessment.

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
    cleaned = clean_level(criterion, patch, today())
    rests_on = {} if criterion_id in read_records("again") else dict(again_levels().get(criterion_id, _NONE).data)
    rests_on.pop("version", None)
    if OWN not in read_records("earlier"):
        save_record("earlier", OWN, earlier_state(today()))
    # The answer given again is what the page reads back: written last, a fault between the two is mended by saving again.
    save_record("level", criterion_id, cleaned)
    saved = save_record("again", criterion_id, {**rests_on, **cleaned})
    announce("level")
    return saved


_NONE = Record("level", "", {}, "")


def before_words(criterion: Criterion, earlier: Answers, date: str, language: Language) -> str:
    """Return what was answered before, in words."""
    if criterion.id not in earlier:
        return say("again-part.before-none", language)
    answer = current_answer(criterion, earlier)
    if answer is None:
        return say("again-part.before-reworded", language)
    return say("again-part.before", language, date=show_date(date), level=level_word(answer.level, language))


def show_again(language: Language) -> object:
    """Draw the form of the criteria with the earlier answer beside each."""
    instrument, record = load_instrument(), earlier_record()
    earlier, date = answers_of_round(record, instrument), str(record.data.get("date", ""))
    parts = parts_of(language)
    for part in parts:
        for spec in part["criteria"]:
            words = before_words(instrument.criterion(spec["id"]), earlier, date, language)
            spec["facts"] = [words, *spec["facts"]]
    return AssessmentForm(
        "again",
        language,
        parts=parts,
        confidences=[{"id": name, "text": say(f"instrument.confidence-{name}", language)} for name in CONFIDENCES],
        read=again_levels,
        save=save_again,
        seconds=26,
    )


def comparison_of() -> Comparison:
    """Return the earlier state beside what has been answered anew."""
    instrument, record = load_instrument(), earlier_record()
    before = answers_of_round(record, instrument)
    after = answers_from(read_records("again"), instrument)
    return Comparison(str(record.data.get("date", "")), None, before, after, changes(instrument, before, after))


def state_html(language: Language) -> str:
    """Return how far the re-assessment is, with what it is compared, and how many levels have risen."""
    instrument, comparison = load_instrument(), comparison_of()
    given = {c.id for c in instrument.criteria if current_answer(c, comparison.after) is not None}
    key = "earlier" if comparison.before else "nothing-earlier"
    counted = say("again-part.state", language, answered=len(given), total=len(instrument.criteria))
    parts = []
    for dimension in DIMENSIONS:
        own = instrument.of(dimension)
        name, answered = say(f"instrument.dimension-{dimension}", language), sum(c.id in given for c in own)
        parts.append(tag("li", text(say("assess.state-part", language, name=name, answered=answered, total=len(own)))))
    risen = rises(instrument, comparison.before, comparison.after)
    shown = say("again-part.rises", language, risen=len(risen), shown=sum(not one.hollow for one in risen))
    return "".join(
        (
            example_banner(my_municipality(), language),
            tag("p", text(say(f"again-part.{key}", language, date=show_date(comparison.before_date)))),
            tag("p", tag("strong", text(counted))),
            tag("ul", *parts),
            tag("p", text(shown)) if risen else "",
        )
    )


def show_state(language: Language) -> object:
    """Draw how far the re-assessment is."""
    return LivePart("again", lambda: sentence_or(state_html, language))


def comparison_html(language: Language) -> str:
    """Return what has changed among the criteria answered anew."""
    comparison = comparison_of()
    if not (comparison.before and comparison.after):
        return empty_html("again-part.compare-empty", language)
    note = tag("p", text(say("comparison-part.note", language)), class_="av-note")
    return change_table(comparison, language) + count_table(comparison, language) + note


def show_comparison(language: Language) -> object:
    """Draw the earlier state beside the new answers; drawn again when asked, so that answering stays quick."""
    return LivePart("again", lambda: sentence_or(comparison_html, language), refresh="asked")
