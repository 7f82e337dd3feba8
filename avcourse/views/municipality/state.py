"""Where the municipality stands: everything that a page or a document says about the self-assessment, computed once from the records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from avcourse.municipality.assessment import (
    Answers,
    Change,
    DimensionResult,
    RoleView,
    TierResult,
    answers_from,
    assess,
    changes,
    reading,
    role_level,
    roles_of,
    tier_met,
    voices_from,
)
from avcourse.municipality.instrument import Instrument, load_instrument
from avcourse.municipality.profile import Municipality
from avcourse.municipality.reassessment import answers_of_round, earlier_round, rounds_of
from avcourse.municipality.records import Record, read_records
from avcourse.municipality.steps import NextStep, next_steps
from avcourse.views.municipality.own import my_municipality, today


@dataclass(frozen=True, slots=True)
class State:
    """The state of the self-assessment on a day.

    ``reading`` is our 0–9 reading, low and high bound; ``last_round`` the earlier saved state that it is compared with, or None.
    """

    municipality: Municipality | None
    date: date
    instrument: Instrument
    answers: Answers
    results: tuple[DimensionResult, ...]
    reading: tuple[float, float]
    tiers: tuple[TierResult, ...]
    steps: tuple[NextStep, ...]
    roles: tuple[RoleView, ...]
    last_round: Record | None
    changes: tuple[Change, ...]

    def markers(self) -> Mapping[str, Mapping[str, float]]:
        """Return where each role but the leader sees each dimension, 0–1: role to dimension to share of the best level."""
        seen = {
            view.role: {
                result.dimension: level
                for result in self.results
                if (level := role_level(self.instrument, view, result.dimension)) is not None
            }
            for view in self.roles
            if view.role != "leader"
        }
        return {role: levels for role, levels in seen.items() if levels}


def read_state() -> State:
    """Return the state of the learner in whose folder this kernel works.

    Raises
    ------
    ResponsesUnreadable
        If the log cannot be read.
    """
    instrument = load_instrument()
    answers = answers_from(read_records("level"), instrument)
    voices = voices_from(read_records("voice"), instrument)
    rounds = rounds_of(read_records("round"))
    last = earlier_round(rounds, today())
    before = answers_of_round(last, instrument) if last else None
    return State(
        municipality=my_municipality(),
        date=today(),
        instrument=instrument,
        answers=answers,
        results=assess(instrument, answers),
        reading=reading(instrument, answers),
        steps=next_steps(instrument, answers),
        tiers=tier_met(instrument, answers),
        roles=roles_of(instrument, answers, voices),
        last_round=last,
        changes=changes(instrument, before, answers) if before else (),
    )


def show_date(iso: str) -> str:
    """Return an ISO date as both languages write it in Estonia; what is no date stays as it is.

    Examples
    --------
    >>> show_date("2026-11-24"), show_date("2026")
    ('24.11.2026', '2026')
    """
    try:
        day = date.fromisoformat(iso[:10])
    except ValueError:
        return iso
    return f"{day.day:02}.{day.month:02}.{day.year}"
