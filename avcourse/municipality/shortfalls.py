"""What the checks of the municipality's own work found missing, in words for the person who did the work."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from avcourse.course.language import Text
from avcourse.municipality.assessment import AS_A_RULE, Answers, current_answer, has_evidence
from avcourse.municipality.fields import label
from avcourse.municipality.grading import ESSENTIAL, LINTED, NOTHING_TO_JUDGE, Work
from avcourse.municipality.instrument import DIMENSIONS, Criterion, load_instrument
from avcourse.municipality.plan import COMMITMENT
from avcourse.municipality.reassessment import earlier_in, rises
from avcourse.municipality.records import Record
from avcourse.municipality.words import both, plain


def shortfalls(check: str | None, work: Work) -> tuple[Text, ...]:
    """Return what is missing by a check, one sentence each; nothing for a check that does not say what it misses.

    Examples
    --------
    >>> from datetime import date
    >>> [text.en for text in shortfalls("commitment", Work((), date(2026, 11, 24)))][:2]
    ['Commitment', 'Problem']
    """
    kind, _, name = (check or "").partition("-")
    if kind in ("answered", "again") and name in DIMENSIONS:
        criteria = load_instrument().of(name)
        return tuple(_unanswered(criteria, work.answers if kind == "answered" else work.again))
    if check == "again-evidence":
        return tuple(_risen(work))
    if check == "evidence":
        return tuple(_unproven(work))
    if check == "commitment":
        return tuple(_incomplete(work))
    return tuple(_gaps(name, work)) if kind == "rule" and name in LINTED else ()


def _field(name: str) -> Text:
    return Text(label(COMMITMENT, name, "et"), label(COMMITMENT, name, "en"))


def _title(commitment: Record) -> Text:
    title = commitment.data.get("title")
    return plain(title) if title else both("document-labels.untitled")


def _unanswered(criteria: Iterable[Criterion], answers: Answers) -> Iterator[Text]:
    return (criterion.title for criterion in criteria if current_answer(criterion, answers) is None)


def _risen(work: Work) -> Iterator[Text]:
    """Give the criteria that are said to have risen without newer evidence; where none rose, those not answered anew."""
    instrument = load_instrument()
    found = rises(instrument, earlier_in(work.responses, instrument), work.again)
    if not found:
        return _unanswered(instrument.criteria, work.again)
    return (change.criterion.title for change in found if change.hollow)


def _unproven(work: Work) -> Iterator[Text]:
    duties = [(c, current_answer(c, work.answers)) for c in load_instrument().criteria if c.basis == "law"]
    claimed = [(c, a) for c, a in duties if a is not None and a.number is not None and a.number >= AS_A_RULE]
    for criterion, answer in claimed or duties:
        if answer is None or (claimed and not has_evidence(answer)):
            yield criterion.title


def _incomplete(work: Work) -> Iterator[Text]:
    """Give the fields that the most complete commitment lacks."""
    found = [one.data for one in work.commitments]
    best = max(found, key=lambda data: sum(name in data for name in ESSENTIAL), default={})
    return (_field(name) for name in ESSENTIAL if name not in best)


def _gaps(rule: str, work: Work) -> Iterator[Text]:
    needed = NOTHING_TO_JUDGE.get(rule)
    if not work.commitments:
        yield both("shortfalls.none")
    for one, findings in zip(work.commitments, work.findings, strict=True):
        gaps = [each for each in findings if each.rule == rule]
        for each in gaps:
            yield both("shortfalls.gap", title=_title(one), reason=each.reason, mend=each.mend)
        if not gaps and needed is not None and needed not in one.data:
            yield both("shortfalls.empty", title=_title(one), field=_field(needed))
