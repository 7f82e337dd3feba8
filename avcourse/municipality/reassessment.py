"""The self-assessment answered again a year later: with what it is compared, and which changes count.

Answers given again are records of their own (``again``, one a criterion), so that what was asked anew stays apart from what was merely
still there; the state that they are compared with travels with them (``earlier``). Pure but for ``earlier_state``, which reads the
learner's log.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from avcourse.answers.folder import find_log
from avcourse.answers.responses import Response, read_log
from avcourse.municipality.assessment import Answers, Change, answers_from, changes
from avcourse.municipality.fields import fits_log
from avcourse.municipality.instrument import Instrument
from avcourse.municipality.level_records import fitting_levels
from avcourse.municipality.records import KINDS, Record, fold, read_records

MODULE: Final = KINDS["again"]
OWN: Final = "own"
"""The id of the one ``earlier`` record."""
OLD_ENOUGH: Final = timedelta(days=180)
"""A state younger than half a year is what stands now, not what was."""
SHORT_EVIDENCE: Final = 120
"""Characters of each evidence that a saved state keeps where the whole does not fit."""

Levels = Mapping[str, Mapping[str, Any]]


def rounds_of(records: Mapping[str, Record]) -> tuple[Record, ...]:
    """Return saved states by date, oldest first; of one day in the order in which they were saved (``-2`` before ``-10``)."""
    return tuple(sorted(records.values(), key=lambda r: (str(r.data.get("date", "")), len(r.id), r.id)))


def earlier_round(rounds: Sequence[Record], day: date) -> Record | None:
    """Return the last state saved before a day: one of today is what stands now, and says nothing of what has changed.

    Examples
    --------
    >>> old, new = (Record("round", day, {"date": day}, "") for day in ("2025-11-10", "2026-11-24"))
    >>> earlier_round([old, new], date(2026, 11, 24)) == old
    True
    """
    return next((record for record in reversed(rounds) if str(record.data.get("date", "")) < day.isoformat()), None)


def answers_of_round(record: Record, instrument: Instrument) -> Answers:
    """Return the answers that a saved state holds."""
    kept = record.data.get("answers")
    rows = kept if isinstance(kept, dict) else {}
    return answers_from(
        {name: Record("level", name, data, record.at) for name, data in rows.items() if isinstance(data, dict)},
        instrument,
    )


def kept_levels(records: Mapping[str, Record]) -> dict[str, dict[str, Any]]:
    """Return levels as a saved state keeps them.

    Where the whole is more than a line of the log holds, what no comparison reads is left out: notes, and evidence beyond its beginning.
    """
    levels = {name: dict(record.data) for name, record in fitting_levels(records).items()}
    if fits_log({"answers": levels}):
        return levels
    return {
        name: {
            field: value[:SHORT_EVIDENCE] if field == "evidence" else value
            for field, value in data.items()
            if field != "note"
        }
        for name, data in levels.items()
    }


def earlier_state(today: date, start: Path | None = None) -> dict[str, Any]:
    """Return the state that new answers are compared with, as an ``earlier`` record holds it: ``date`` and ``answers``.

    It is the last state saved at least half a year ago; where none was saved, what the log said then (it forgets nothing); where there
    was nothing yet, what stands today.

    Raises
    ------
    ResponsesUnreadable
        If the log cannot be read.
    """
    limit = today - OLD_ENOUGH
    saved = earlier_round(rounds_of(read_records("round", start)), limit + timedelta(days=1))
    if saved is not None:
        return dict(saved.data)
    log = read_log(find_log(KINDS["level"], start)).responses
    then = fold((response for response in log if "" < response.at[:10] <= limit.isoformat()), "level")
    if then:
        day = max(record.at for record in then.values())[:10]
        return {"date": day, "answers": kept_levels(then)}
    return {"date": today.isoformat(), "answers": kept_levels(fold(log, "level"))}


def again_in(responses: Iterable[Response], instrument: Instrument) -> Answers:
    """Return the answers given again that stand in the responses of one re-assessment."""
    return answers_from(fold(responses, "again"), instrument)


def earlier_in(responses: Iterable[Response], instrument: Instrument) -> Answers:
    """Return the answers of the state that a re-assessment is compared with; none where it holds none."""
    record = fold(responses, "earlier").get(OWN)
    return answers_of_round(record, instrument) if record else {}


def rises(instrument: Instrument, before: Answers, after: Answers) -> tuple[Change, ...]:
    """Return the criteria that are claimed to stand higher than before."""
    found = changes(instrument, before, after)
    return tuple(one for one in found if (one.after.number or 0) > (one.before.number or 0))


def sound_answers(instrument: Instrument, before: Answers, after: Answers) -> Answers:
    """Return the new answers with every rise that has no newer evidence put back to the level of before.

    Examples
    --------
    >>> from avcourse.municipality.assessment import answer_from
    >>> from avcourse.municipality.instrument import load_instrument
    >>> old, new = ({"t01": answer_from({"level": level, "version": 1})} for level in (1, 4))
    >>> sound_answers(load_instrument(), old, new)["t01"].level
    1
    """
    hollow = {
        change.criterion.id: change.before.level for change in changes(instrument, before, after) if change.hollow
    }
    return {name: replace(answer, level=hollow[name]) if name in hollow else answer for name, answer in after.items()}
