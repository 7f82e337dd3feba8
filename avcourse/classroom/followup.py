"""After the course: when the survey and the re-assessment are due, and what came of the course by what they say.

The figures are for passing on: none rests on fewer than five answers, none tells what everybody in a small class said, and an example is
there only where its author agreed. Points play no part, and nothing of this enters the gain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import fmean
from typing import Final

from avcourse.answers.folder import LOG
from avcourse.answers.grading import grade
from avcourse.answers.responses import LARGEST_LOG, Response, latest, parse_log
from avcourse.classroom.grading_run import find_submissions
from avcourse.classroom.schedule import read_schedule
from avcourse.classroom.workspace import ClassFolder, read_regular, read_stamp
from avcourse.course.course import load_bank, load_course
from avcourse.municipality.assessment import assess
from avcourse.municipality.instrument import DIMENSIONS, Instrument, load_instrument
from avcourse.municipality.reassessment import again_in, earlier_in, rises, sound_answers

SURVEY: Final = "rakendamine"
AGAIN: Final = "kordushindamine"
FEWEST: Final = 5
"""Answers that a figure rests on at least (F15)."""
MANY: Final = 10
"""Below so many, what all of them said alike is not said (F15)."""
APPLIED: Final = ("once", "several", "routine")
"""Steps of ``rk-applied`` that say that something was done."""


@dataclass(frozen=True, slots=True)
class AreaUse:
    """How many of those who answered have applied an area at work; None where the figure would tell of single people."""

    area: str
    answered: int
    applied: int | None


@dataclass(frozen=True, slots=True)
class Named:
    """An option and how many chose it."""

    option: str
    count: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen in one question by ``answered`` people, most frequent first; empty below five.

    Below ten, what all chose is left out like what nobody did: shown without its number it would be known all the same.
    """

    answered: int
    options: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class SurveyFigures:
    """The transfer survey: ``answered`` of ``invited`` (who took the post-test), and what they said.

    ``examples`` are told only with consent and only from five surveys up, in an order that says nothing of who wrote them.
    """

    answered: int
    invited: int
    applied: tuple[AreaUse, ...]
    helped: Choices
    hindered: Choices
    plan: Choices
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DimensionChange:
    """Mean evidenced level of a dimension, 0–1, in ``both`` municipalities with both states; None below five.

    A rise without newer evidence counts as none.
    """

    dimension: str
    both: int
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True)
class AgainFigures:
    """The re-assessment: how many handed it in, how many with an earlier state, and what changed.

    ``risen`` counts criteria, over all municipalities, that rose with newer evidence and ``hollow`` those that rose without; None below
    five municipalities with both states.
    """

    answered: int
    both: int
    dimensions: tuple[DimensionChange, ...]
    risen: int | None
    hollow: int | None


@dataclass(frozen=True, slots=True)
class FollowupFigures:
    """What the follow-ups of a class say; None for one that has not been sent."""

    survey: SurveyFigures | None
    again: AgainFigures | None


@dataclass(frozen=True, slots=True)
class Due:
    """A follow-up of a class: when it is due (UTC), and whether it has been sent."""

    assignment: str
    at: datetime
    released: bool


def _answers(folder: ClassFolder, assignment: str) -> Iterator[tuple[str, tuple[Response, ...]]]:
    """Yield whose and what the answers of each submission are; one that cannot be read is named where it is graded."""
    for student, name in find_submissions(folder, (assignment,))[0]:
        place = folder.root / "submitted" / student / name
        try:
            raw = b"" if place.is_symlink() else read_regular(place / LOG, LARGEST_LOG + 1)
        except OSError:
            continue
        own = tuple(response for response in parse_log(raw).responses if response.assignment == assignment)
        if own:
            yield student, own


def _logs(folder: ClassFolder, assignment: str) -> list[tuple[Response, ...]]:
    return [own for _, own in _answers(folder, assignment)]


def fingerprints(folder: ClassFolder) -> dict[str, dict[str, str]]:
    """Return for each follow-up of which figures are told (``/<assignment>``) a fingerprint of each participant's answers."""
    sent = folder.assignments()
    found = {
        f"/{name}": {
            student: hashlib.sha256(repr(own).encode()).hexdigest()[:16] for student, own in _answers(folder, name)
        }
        for name in (SURVEY, AGAIN)
        if name in sent
    }
    return {kind: marks for kind, marks in found.items() if len(marks) >= FEWEST}


def told(count: int, answered: int) -> int | None:
    """Return a count as it may be passed on, or None: from five answers up, and what all said alike only from ten.

    Examples
    --------
    >>> told(3, 7), told(3, 4), told(7, 7), told(0, 7), told(12, 12)
    (3, None, None, None, 12)
    """
    alike = count in (0, answered)
    return None if answered < FEWEST or (alike and answered < MANY) else count


def _chosen(logs: Sequence[tuple[Response, ...]], question: str) -> list[tuple[str, ...]]:
    """Return what each learner chose in a question; what could not have been chosen on its form is left out."""
    row = load_bank()[question]
    given = (latest(log).get((SURVEY, question)) for log in logs)
    return [
        response.answer
        for response in given
        if response is not None and isinstance(response.answer, tuple) and grade(row, response.answer).outcome == "open"
    ]


def _choices(logs: Sequence[tuple[Response, ...]], question: str) -> Choices:
    chosen = _chosen(logs, question)
    counts = {option.id: sum(option.id in own for own in chosen) for option in load_bank()[question].options}
    if len(chosen) < FEWEST:
        return Choices(len(chosen), ())
    # Sorting is stable: of equals, the order is the form's.
    shown = sorted(counts.items(), key=lambda pair: -pair[1])
    return Choices(len(chosen), tuple(Named(name, count) for name, count in shown if told(count, len(chosen))))


def _applied(logs: Sequence[tuple[Response, ...]]) -> Iterator[AreaUse]:
    chosen = [dict(pair.split(":", 1) for pair in own) for own in _chosen(logs, "rk-applied")]
    for area in load_course().areas:
        said = [own[area.id] for own in chosen if area.id in own]
        yield AreaUse(area.id, len(said), told(sum(step in APPLIED for step in said), len(said)))


def _texts(logs: Iterable[tuple[Response, ...]], question: str, agreed: bool | None = None) -> tuple[str, ...]:
    """Return what learners wrote, where ``agreed`` is given only of those who did or did not agree to share it."""
    texts = []
    for log in logs:
        given = latest(log)
        consent, response = given.get((SURVEY, "rk-share")), given.get((SURVEY, question))
        shared = consent is not None and consent.answer == ("yes",)
        if agreed in (None, shared) and response is not None and isinstance(response.answer, str):
            texts.append(response.answer.strip())
    return _shuffled(filter(None, texts))


def _shuffled(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts, each once, in an order that says nothing of who wrote them, the same again tomorrow."""
    return tuple(sorted(set(texts), key=lambda text: hashlib.sha256(text.encode("utf-8", "replace")).digest()))


def survey_figures(logs: Sequence[tuple[Response, ...]], invited: int) -> SurveyFigures:
    """Return the figures of the transfer survey from the answers of each learner."""
    return SurveyFigures(
        answered=len(logs),
        invited=invited,
        applied=tuple(_applied(logs)),
        helped=_choices(logs, "rk-helped"),
        hindered=_choices(logs, "rk-hindered"),
        plan=_choices(logs, "rk-plan"),
        examples=_texts(logs, "rk-example", agreed=True) if len(logs) >= FEWEST else (),
    )


def only_for_trainer(folder: ClassFolder) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the examples that may not be shared, and what participants say they would need; neither says who wrote it."""
    logs = _logs(folder, SURVEY)
    return _texts(logs, "rk-example", agreed=False), _texts(logs, "rk-need")


def _levels(instrument: Instrument, log: tuple[Response, ...]) -> Mapping[str, tuple[float, float]]:
    """Return the evidenced level of before and of now, for the dimensions that have both."""
    before, after = earlier_in(log, instrument), again_in(log, instrument)
    pairs = zip(assess(instrument, before), assess(instrument, sound_answers(instrument, before, after)), strict=True)
    return {
        old.dimension: (old.evidenced.level, new.evidenced.level)
        for old, new in pairs
        if old.evidenced and new.evidenced
    }


def again_figures(logs: Sequence[tuple[Response, ...]]) -> AgainFigures:
    """Return the figures of the re-assessment from the answers of each learner."""
    instrument = load_instrument()
    with_both = [log for log in logs if earlier_in(log, instrument) and again_in(log, instrument)]
    levels = [_levels(instrument, log) for log in with_both]
    dimensions = []
    for name in DIMENSIONS:
        pairs = [own[name] for own in levels if name in own]
        enough = len(pairs) >= FEWEST
        before, after = (fmean(side) for side in zip(*pairs, strict=True)) if enough else (None, None)
        dimensions.append(DimensionChange(name, len(pairs), before, after))
    risen = [
        change.hollow
        for log in with_both
        for change in rises(instrument, earlier_in(log, instrument), again_in(log, instrument))
    ]
    shown = len(with_both) >= FEWEST
    return AgainFigures(
        answered=len(logs),
        both=len(with_both),
        dimensions=tuple(dimensions),
        risen=risen.count(False) if shown else None,
        hollow=risen.count(True) if shown else None,
    )


def followup_figures(folder: ClassFolder) -> FollowupFigures:
    """Return what the follow-ups of a class say, from the latest collected submission of every learner."""
    sent = folder.assignments()
    invited = len({student for student, _ in find_submissions(folder, _post_tests(folder))[0]})
    return FollowupFigures(
        survey=survey_figures(list(_logs(folder, SURVEY)), invited) if SURVEY in sent else None,
        again=again_figures(_logs(folder, AGAIN)) if AGAIN in sent else None,
    )


def _post_tests(folder: ClassFolder) -> tuple[str, ...]:
    """Return the class's post-test: also the one that it had before a corrected one took its place."""
    course = load_course()
    return tuple(name for name in folder.assignments() if course.successor(name) == course.tests[-1].id)


def course_end(folder: ClassFolder) -> datetime | None:
    """Return when the course ends or ended for the class: at the last deadline of the post-test, extensions too.

    Without a deadline it is the latest submission; None before any.
    """
    tests = _post_tests(folder)
    schedule = read_schedule(folder)
    dues = [due for test in tests if (due := schedule.of(test).due)]
    if dues:
        return max([*dues, *(until for (_, name), until in schedule.extensions.items() if name in tests)])
    found = find_submissions(folder, tests)[0]
    stamps = (read_stamp(folder.root / "submitted" / student / test) for student, test in found)
    return max((stamp for stamp in stamps if stamp is not None), default=None)


def followups_of(folder: ClassFolder) -> tuple[Due, ...]:
    """Return every follow-up of the course with the day on which it is due, the soonest first; none before the course has ended."""
    end = course_end(folder)
    if end is None:
        return ()
    sent = folder.assignments()
    return tuple(Due(one.id, end + timedelta(days=one.after), one.id in sent) for one in load_course().followups)


def due_followups(folder: ClassFolder, now: datetime) -> tuple[Due, ...]:
    """Return the follow-ups whose time has come (``now`` is UTC, without zone) and which have not been sent yet.

    Raises
    ------
    ScheduleUnreadable
        If the deadlines cannot be read.
    """
    return tuple(one for one in followups_of(folder) if not one.released and one.at <= now)
