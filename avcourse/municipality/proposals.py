"""Proposals: what could be done, who stands behind it and how the municipality answered; and what a commitment takes over from one.

A proposal is copied from a recommended step and a commitment from a proposal: each keeps the id of where it comes from and may then be
changed without changing the other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from avcourse.course.language import Language, Text, say
from avcourse.municipality.fields import Field, Sheet, fitting
from avcourse.municipality.instrument import Instrument, load_instrument
from avcourse.municipality.records import Record

if TYPE_CHECKING:
    # What computes steps needs numpy; what copies one does not.
    from avcourse.municipality.steps import NextStep

LOGIC: Final = ("inputs", "activities", "outputs", "outcomes", "long_impact", "assumption", "risk")
"""The logic model, from what is put in to what changes in the end, with what it rests on and what could go wrong."""

LOGIC_FIELDS: Final = tuple(Field(name, "long") for name in LOGIC)

INDICATORS: Final = Field(
    "indicators",
    "rows",
    fields=(
        Field("kind", "choice", ("output", "outcome")),
        Field("name", "text"),
        Field("unit", "text"),
        Field("baseline", "text"),
        Field("target", "text"),
        Field("source", "text"),
        Field("owner", "text"),
        Field("frequency", "text"),
        Field("due", "date"),
    ),
)
"""The row that municipalities already use in development plans: indicator, baseline, target, source, responsible, due."""

PROPOSAL: Final = Sheet(
    "proposal",
    (
        Field("title", "text", required=True),
        Field("problem", "long"),
        Field("idea", "long"),
        Field("origin", "choice", ("step", "own", "colleague", "resident", "ngo")),
        Field("criterion", "choice"),
        Field("supporters", "number", minimum=0, whole=True),
        Field("supporters_who", "text"),
        Field("effort", "number", minimum=1, maximum=3, whole=True),
        Field("impact", "number", minimum=1, maximum=3, whole=True),
        Field("status", "choice", ("open", "accepted", "partly", "rejected")),
        Field("response", "long"),
        Field("response_date", "date"),
        *LOGIC_FIELDS,
        INDICATORS,
        Field("share", "yes"),
    ),
)


def proposal_from_step(step: NextStep, language: Language, instrument: Instrument | None = None) -> dict[str, Any]:
    """Return a recommended step as a patch for a new proposal, in one language.

    The problem is what the assessment found: the anchor of the level that is evidenced.
    """
    criterion = step.criterion
    patch: dict[str, Any] = {
        "title": criterion.title.in_(language),
        "problem": _problem(step).in_(language) if step.kind != "find-out" else None,
        "origin": "step",
        "criterion": criterion.id,
        "status": "open",
        "effort": 1,
        "impact": 1,
    }
    if step.kind == "improve" and step.step is not None:
        patch |= {"effort": step.step.effort, "impact": step.step.impact}
        patch |= {"idea": step.step.what.in_(language), "activities": step.step.first.in_(language)}
    else:
        patch["idea"] = say(f"proposal-from.{step.kind}", language, hint=criterion.evidence.in_(language))
    patch["indicators"] = indicator_rows(criterion.id, language, instrument) or None
    return {field: value for field, value in patch.items() if value is not None}


def _problem(step: NextStep) -> Text:
    level = step.claimed if step.kind == "evidence" else step.evidenced
    return step.criterion.text if level is None else step.criterion.anchors[level]


def indicator_rows(criterion: str, language: Language, instrument: Instrument | None = None) -> list[dict[str, Any]]:
    """Return the instrument's indicators for a criterion as rows to fill in: baseline, target, responsible and due are left open."""
    found = (instrument or load_instrument()).indicators_for(criterion)
    return [
        {
            "kind": indicator.kind,
            "name": indicator.name.in_(language),
            "unit": indicator.unit.in_(language),
            "source": indicator.source.in_(language),
            "frequency": indicator.frequency.in_(language),
        }
        for indicator in found
    ]


def commitment_from(proposal: Record, language: Language, instrument: Instrument | None = None) -> dict[str, Any]:
    """Return a proposal as a patch for a new commitment; indicators are suggested where the proposal has none.

    Examples
    --------
    >>> commitment_from(Record("proposal", "a", {"title": "Eelnõud veebi", "idea": "Avaldame eelnõud."}, ""), "et")
    {'proposal': 'a', 'completion': 'not-started', 'title': 'Eelnõud veebi', 'action': 'Avaldame eelnõud.'}
    """
    data = fitting(PROPOSAL, proposal.data)
    patch: dict[str, Any] = {"proposal": proposal.id, "completion": "not-started"}
    patch |= {field: data.get(field) for field in ("title", "criterion", "problem")}
    patch["action"] = data.get("idea")
    patch |= {field: data.get(field) for field in LOGIC}
    criterion = data.get("criterion")
    suggested = indicator_rows(criterion, language, instrument) if criterion else []
    patch["indicators"] = data.get("indicators") or suggested or None
    return {field: value for field, value in patch.items() if value is not None}
