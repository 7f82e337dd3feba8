"""The rules of the self-assessment: what the answers say, how sure that is, where the roles differ and what has changed.

Pure. Beside the claimed level (the answer) stands the evidenced one (what can be shown). What is not known is an interval, never a false
number: "ei tea" counts as 0 in the low bound and as 4 in the high one. What does not apply is left out everywhere, and so is an answer
to another version of a criterion: it was given to another statement.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any, Final, Literal, cast

from avcourse.municipality.instrument import DIMENSIONS, TIERS, Criterion, Instrument
from avcourse.municipality.records import Record

Level = int | Literal["unknown", "na"]
HIGHEST: Final = 4
AS_A_RULE: Final = 3
"""The level from which a criterion is met: yes, as a rule."""
PRACTICE_WITHOUT_EVIDENCE: Final = 2
"""Highest evidenced level of what is no legal duty and has no evidence."""
ENOUGH: Final = (3, 5)
"""Share of the weight, as a fraction, that must be answered before anything is said: 60 %. A fraction, so that exactly 60 % is enough."""
FEWEST_VOICES: Final = 5
DISAGREE: Final = 0.83
"""AD_Md above which roles disagree: a sixth of the five steps (Burke and Dunlap)."""
ROLES: Final = ("leader", "official", "council", "resident")
CONFIDENCES: Final = ("sure", "rather", "guess")


@dataclass(frozen=True, slots=True)
class Answer:
    """The leader's answer to a criterion. ``version`` is that of the criterion which was answered."""

    level: Level
    confidence: str | None
    evidence: str
    evidence_date: str | None
    checked: bool
    version: int
    note: str

    @property
    def number(self) -> int | None:
        """The level where it is one of 0 to 4."""
        return self.level if isinstance(self.level, int) else None


Answers = Mapping[str, Answer]


def _as_level(value: object) -> Level | None:
    if value in ("unknown", "na"):
        return cast(Level, value)
    whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= HIGHEST
    return cast(int, value) if whole else None


def _as_date(value: object) -> str | None:
    try:
        return date.fromisoformat(value).isoformat() if isinstance(value, str) else None
    except ValueError:
        return None


def answer_from(data: Mapping[str, Any]) -> Answer | None:
    """Return the answer that stands in the data of a ``level`` record, or None where no level has been chosen.

    Examples
    --------
    >>> answer_from({"version": 1, "level": 3, "evidence": "https://…", "evidence_date": "2026-11-24"}).number
    3
    """
    level = _as_level(data.get("level"))
    if level is None:
        return None
    confidence, version = data.get("confidence"), data.get("version")
    return Answer(
        level=level,
        confidence=confidence if confidence in CONFIDENCES else None,
        evidence=str(data.get("evidence") or ""),
        evidence_date=_as_date(data.get("evidence_date")),
        checked=data.get("checked") is True,
        # Without a version the answer is to the first one: it is asked again rather than taken for what it may not be.
        version=version if isinstance(version, int) and not isinstance(version, bool) else 1,
        note=str(data.get("note") or ""),
    )


def answers_from(records: Mapping[str, Record], instrument: Instrument) -> Answers:
    """Return the answers that stand in ``level`` records by criterion; what fits no criterion is left out."""
    found = {c.id: answer_from(records[c.id].data) for c in instrument.criteria if c.id in records}
    return {name: answer for name, answer in found.items() if answer is not None}


def current_answer(criterion: Criterion, answers: Answers) -> Answer | None:
    """Return the answer to this very version of the criterion, or None."""
    answer = answers.get(criterion.id)
    return answer if answer is not None and answer.version == criterion.version else None


def has_evidence(answer: Answer) -> bool:
    """Return whether there is evidence: a text or link with a date, or a check by a peer or the trainer."""
    return answer.checked or bool(answer.evidence.strip() and answer.evidence_date)


def claimed_bounds(answer: Answer | None) -> tuple[int, int]:
    """Return the lowest and the highest level that the answer may stand for.

    Nothing is known of what is unanswered or "ei tea"; a guess may be wrong by one. Leave out "ei kohaldu" before asking.
    """
    level = None if answer is None else answer.number
    if answer is None or level is None:
        return 0, HIGHEST
    slack = 1 if answer.confidence == "guess" else 0
    return max(0, level - slack), min(HIGHEST, level + slack)


def evidenced(level: int, evident: bool, basis: str) -> int:
    """Return the level that can be shown: without evidence 0 for a legal duty, at most 2 otherwise.

    Examples
    --------
    >>> evidenced(4, True, "law"), evidenced(4, False, "law"), evidenced(4, False, "practice"), evidenced(1, False, "practice")
    (4, 0, 2, 1)
    """
    if evident:
        return level
    return 0 if basis == "law" else min(level, PRACTICE_WITHOUT_EVIDENCE)


def evidenced_bounds(answer: Answer | None, basis: str) -> tuple[int, int]:
    """Return the lowest and the highest level that may be shown: ``claimed_bounds``, cut where there is no evidence."""
    low, high = claimed_bounds(answer)
    if answer is None or answer.number is None:
        return low, high
    evident = has_evidence(answer)
    return evidenced(low, evident, basis), evidenced(high, evident, basis)


@dataclass(frozen=True, slots=True)
class Interval:
    """Where a dimension stands, as shares 0–1 of Σ weight·level / Σ 4·weight.

    ``level`` is that of what has been answered; ``low`` and ``high`` hold it under every completion of what has not. ``answered`` is the
    share of the weight that has a level.
    """

    low: float
    high: float
    level: float
    answered: float


@dataclass(frozen=True, slots=True)
class DimensionResult:
    """Claimed and evidenced interval of a dimension, None for "hinnang puudub"; ``criteria`` counts those that apply."""

    dimension: str
    claimed: Interval | None
    evidenced: Interval | None
    answered: float
    criteria: int


Applying = Sequence[tuple[Criterion, Answer | None]]


def _applying(criteria: Iterable[Criterion], answers: Answers) -> Applying:
    pairs = ((criterion, current_answer(criterion, answers)) for criterion in criteria)
    return [(criterion, answer) for criterion, answer in pairs if answer is None or answer.level != "na"]


def _interval(
    pairs: Applying,
    bounds: Callable[[Criterion, Answer | None], tuple[int, int]],
    shown: Callable[[Criterion, Answer], int],
) -> Interval | None:
    whole = sum(criterion.weight for criterion, _ in pairs)
    given = [(c, a) for c, a in pairs if a is not None and a.number is not None]
    weight = sum(criterion.weight for criterion, _ in given)
    if whole == 0 or weight * ENOUGH[1] < whole * ENOUGH[0]:
        return None
    ends = [(criterion.weight, *bounds(criterion, answer)) for criterion, answer in pairs]
    return Interval(
        low=sum(w * low for w, low, _ in ends) / (HIGHEST * whole),
        high=sum(w * high for w, _, high in ends) / (HIGHEST * whole),
        level=sum(c.weight * shown(c, a) for c, a in given) / (HIGHEST * weight),
        answered=weight / whole,
    )


def _dimension(name: str, pairs: Applying) -> DimensionResult:
    whole = sum(criterion.weight for criterion, _ in pairs)
    given = sum(c.weight for c, a in pairs if a is not None and a.number is not None)
    return DimensionResult(
        dimension=name,
        claimed=_interval(pairs, lambda _, answer: claimed_bounds(answer), lambda _, answer: answer.number or 0),
        evidenced=_interval(
            pairs,
            lambda criterion, answer: evidenced_bounds(answer, criterion.basis),
            lambda criterion, answer: evidenced(answer.number or 0, has_evidence(answer), criterion.basis),
        ),
        answered=given / whole if whole else 0.0,
        criteria=len(pairs),
    )


def assess(instrument: Instrument, answers: Answers) -> tuple[DimensionResult, ...]:
    """Return where each dimension stands, in the order of ``DIMENSIONS``; dimensions are never averaged into one figure."""
    return tuple(_dimension(name, _applying(instrument.of(name), answers)) for name in DIMENSIONS)


@dataclass(frozen=True, slots=True)
class TierResult:
    """Share of a tier's weight that is met with evidence: at least ``low``, at most ``high``; ``criteria`` counts those that apply."""

    tier: str
    low: float
    high: float
    criteria: int


def tier_met(instrument: Instrument, answers: Answers) -> tuple[TierResult, ...]:
    """Return how much of each tier is met (evidenced at 3 or more), in the order of ``TIERS``.

    A tier of which nothing applies is not met: there is nothing to show.
    """
    results = []
    for tier in TIERS:
        pairs = _applying((criterion for criterion in instrument.criteria if criterion.tier == tier), answers)
        ends = [(criterion.weight, *evidenced_bounds(answer, criterion.basis)) for criterion, answer in pairs]
        whole = sum(weight for weight, _, _ in ends)
        low = sum(weight for weight, lowest, _ in ends if lowest >= AS_A_RULE)
        high = sum(weight for weight, _, highest in ends if highest >= AS_A_RULE)
        results.append(TierResult(tier, low / whole if whole else 0.0, high / whole if whole else 0.0, len(pairs)))
    return tuple(results)


def _read_off(basic: float, advanced: float, exemplary: float) -> float:
    if basic < 1:
        return 3 * basic
    return 3 + 3 * advanced if advanced < 1 else 6 + 3 * exemplary


def reading(instrument: Instrument, answers: Answers) -> tuple[float, float]:
    """Return our own 0–9 reading, low and high, in the frame that officials know: basic 0–3, advanced 4–6, exemplary 7–9.

    A tier counts only when the one below is whole. It is not the ministry's figure.
    """
    basic, advanced, exemplary = tier_met(instrument, answers)
    low = _read_off(basic.low, advanced.low, exemplary.low)
    return low, _read_off(basic.high, advanced.high, exemplary.high)


def disagreement(values: Sequence[float]) -> float:
    """Return AD_Md, the mean distance from the median; 0 of nothing.

    Examples
    --------
    >>> disagreement([4, 4, 5, 1, 2])
    1.2
    """
    if not values:
        return 0.0
    middle = median(values)
    return sum(abs(value - middle) for value in values) / len(values)


@dataclass(frozen=True, slots=True)
class Voice:
    """The anonymous answers of one colleague or resident: criterion id to level 0–4."""

    role: str
    date: str
    answers: Mapping[str, int]


def voices_from(records: Mapping[str, Record], instrument: Instrument) -> tuple[Voice, ...]:
    """Return the voices that stand in ``voice`` records; an unknown role, criterion or level is left out."""
    known = {criterion.id for criterion in instrument.criteria}
    voices = []
    for record in records.values():
        role, given = record.data.get("role"), record.data.get("answers")
        if role in ROLES[1:] and isinstance(given, Mapping):
            levels = {name: _as_level(value) for name, value in given.items() if name in known}
            numbers = {name: level for name, level in levels.items() if isinstance(level, int)}
            voices.append(Voice(str(role), str(record.data.get("date") or ""), numbers))
    return tuple(voices)


@dataclass(frozen=True, slots=True)
class RoleView:
    """How a role sees the criteria: criterion id to median level. ``count`` is the number of people."""

    role: str
    count: int
    medians: Mapping[str, float]


def roles_of(instrument: Instrument, answers: Answers, voices: Iterable[Voice]) -> tuple[RoleView, ...]:
    """Return the roles side by side, never pooled: the leader, and each other role from which at least five answered.

    A criterion's median, too, is shown only from five levels: fewer would show what a single person said.
    """
    own = {c.id: answer.number for c in instrument.criteria if (answer := current_answer(c, answers)) is not None}
    levels = {name: float(level) for name, level in own.items() if level is not None}
    views = [RoleView("leader", 1, levels)] if levels else []
    heard = list(voices)
    for role in ROLES[1:]:
        people = [voice.answers for voice in heard if voice.role == role]
        if len(people) < FEWEST_VOICES:
            continue
        said = {c.id: [answer[c.id] for answer in people if c.id in answer] for c in instrument.criteria}
        medians = {name: float(median(given)) for name, given in said.items() if len(given) >= FEWEST_VOICES}
        views.append(RoleView(role, len(people), medians))
    return tuple(views)


def role_level(instrument: Instrument, view: RoleView, dimension: str) -> float | None:
    """Return where a role sees a dimension, 0–1; None where it judged under 60 % of the weight."""
    criteria = instrument.of(dimension)
    seen = [c for c in criteria if c.id in view.medians]
    weight, whole = sum(c.weight for c in seen), sum(c.weight for c in criteria)
    if whole == 0 or weight * ENOUGH[1] < whole * ENOUGH[0]:
        return None
    return sum(c.weight * view.medians[c.id] for c in seen) / (HIGHEST * weight)


@dataclass(frozen=True, slots=True)
class Disagreement:
    """How far the roles' medians of a criterion lie apart: ``value`` is AD_Md, ``flagged`` above 0.83."""

    criterion: Criterion
    medians: Mapping[str, float]
    value: float
    flagged: bool


def disagreements(instrument: Instrument, views: Sequence[RoleView]) -> tuple[Disagreement, ...]:
    """Return every criterion that two or more roles judged, largest disagreement (so the flagged ones) first, then by id."""
    found = []
    for criterion in instrument.criteria:
        medians = {view.role: view.medians[criterion.id] for view in views if criterion.id in view.medians}
        if len(medians) > 1:
            value = disagreement(list(medians.values()))
            found.append(Disagreement(criterion, medians, value, value > DISAGREE))
    return tuple(sorted(found, key=lambda each: (-each.value, each.criterion.id)))


@dataclass(frozen=True, slots=True)
class Change:
    """A criterion that stands elsewhere than before; ``hollow`` marks a rise without newer evidence."""

    criterion: Criterion
    before: Answer
    after: Answer
    hollow: bool


def _newer_evidence(before: Answer, after: Answer) -> bool:
    if after.checked and not before.checked:
        return True
    if not (after.evidence.strip() and after.evidence_date):
        return False
    return not has_evidence(before) or before.evidence_date is None or after.evidence_date > before.evidence_date


def changes(instrument: Instrument, before: Answers, after: Answers) -> tuple[Change, ...]:
    """Return the criteria whose claimed or evidenced level changed; only the same criterion and version is compared."""
    found = []
    for criterion in instrument.criteria:
        old, new = current_answer(criterion, before), current_answer(criterion, after)
        if old is None or new is None or old.number is None or new.number is None:
            continue
        was = old.number, evidenced(old.number, has_evidence(old), criterion.basis)
        now = new.number, evidenced(new.number, has_evidence(new), criterion.basis)
        if was != now:
            found.append(Change(criterion, old, new, new.number > old.number and not _newer_evidence(old, new)))
    return tuple(found)
