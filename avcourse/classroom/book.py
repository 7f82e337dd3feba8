"""What a class shares: practice cards and proposals from the collected action plans, as far as their authors agreed.

Consent is the card's own: without it a card stays out, "anonymous" goes in without municipality and contact, "named" with
both. Nothing else of a submission is used: no pseudonym, no municipality from elsewhere. The order is that of the subjects,
so that an anonymous card does not stand beside its author's named one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from avcourse.answers.folder import LOG
from avcourse.answers.responses import LARGEST_LOG, Response, parse_log
from avcourse.classroom.grading_run import find_submissions
from avcourse.classroom.workspace import ClassFolder, read_regular
from avcourse.municipality.experience import CARD, PARTNER
from avcourse.municipality.fields import fitting
from avcourse.municipality.instrument import DIMENSIONS
from avcourse.municipality.proposals import PROPOSAL
from avcourse.municipality.records import Record, fold
from avcourse.municipality.values import clean_text

ASSIGNMENT: Final = "tegevuskava"
PARTNERS: Final = "partners.json"
_NAMING: Final = ("municipality", "contact")
_PRIVATE: Final = ("share", "supporters_who")
"""Fields that the book has no use for: who stood behind a proposal may lead to people."""


@dataclass(frozen=True, slots=True)
class Book:
    """What may be shared: cards and proposals with made-up ids, rows of ``PARTNER``.

    ``withheld`` counts the cards and proposals that have no consent, ``unreadable`` names the students whose log cannot be read.
    """

    cards: tuple[Record, ...]
    proposals: tuple[Record, ...]
    partners: tuple[Record, ...]
    withheld: int
    unreadable: tuple[str, ...]


def shared_card(data: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a practice card as its author agreed to show it, or None where there is no consent or no title.

    Examples
    --------
    >>> card = {"title": "Kaasav eelarve", "contact": "arendusjuht", "municipality": "Nõpri vald", "consent": "anonymous"}
    >>> shared_card(card), shared_card({**card, "consent": "no"})
    ({'title': 'Kaasav eelarve', 'consent': 'anonymous'}, None)
    """
    fit = fitting(CARD, data)
    consent = fit.get("consent")
    if consent not in ("anonymous", "named") or "title" not in fit:
        return None
    kept = {name: value for name, value in fit.items() if name not in (*_PRIVATE, *_NAMING)}
    return kept | (_named(data) if consent == "named" else {})


def _named(data: Mapping[str, Any]) -> dict[str, str]:
    names = {}
    for field in _NAMING:
        with suppress(ValueError):
            names[field] = clean_text(data.get(field))
    return {field: value for field, value in names.items() if value}


def shared_proposal(data: Mapping[str, Any], plan: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return a proposal without names, or None where neither it nor the plan says ``share``.

    A proposal that says no stays out, whatever the plan says.
    """
    fit = fitting(PROPOSAL, data)
    agreed = data.get("share", plan.get("share"))
    if agreed is not True or "title" not in fit:
        return None
    return {name: value for name, value in fit.items() if name not in (*_PRIVATE, *_NAMING)}


def partners_of(cards: Iterable[Mapping[str, Any]]) -> tuple[dict[str, Any], ...]:
    """Return a row of ``PARTNER`` for each municipality that may be named: what it has experience with, and whom to ask."""
    found: dict[tuple[str, str], set[str]] = {}
    for card in cards:
        if card.get("municipality"):
            offers = found.setdefault((card["municipality"], card.get("contact", "")), set())
            offers |= {card["dimension"]} if "dimension" in card else set()
    rows = (
        {
            "municipality": municipality,
            "offers": [name for name in DIMENSIONS if name in offers] or None,
            "contact": contact or None,
            "consent": True,
        }
        for (municipality, contact), offers in sorted(found.items())
    )
    return tuple(fitting(PARTNER, row) for row in rows)


def _number(kind: str, rows: Iterable[Mapping[str, Any]]) -> tuple[Record, ...]:
    """Return records under ids that are drawn from what they say: the same again tomorrow, and no trace of whose they were."""
    records = {}
    for data in rows:
        text = json.dumps(data, ensure_ascii=True, sort_keys=True)
        name = hashlib.sha256(text.encode()).hexdigest()[:10]
        records[name] = Record(kind, name, data, "")
    return tuple(records.values())


def _subject(data: Mapping[str, Any]) -> tuple[int, str]:
    dimension = data.get("dimension")
    return (DIMENSIONS.index(dimension) if dimension in DIMENSIONS else len(DIMENSIONS)), str(data["title"]).casefold()


def _log(folder: ClassFolder, student: str) -> tuple[Response, ...]:
    place = folder.root / "submitted" / student / ASSIGNMENT
    if place.is_symlink():
        raise OSError(place)
    responses = parse_log(read_regular(place / LOG, LARGEST_LOG + 1)).responses
    return tuple(response for response in responses if response.assignment == ASSIGNMENT)


def _shared(log: tuple[Response, ...]) -> tuple[list[dict[str, Any] | None], list[dict[str, Any] | None]]:
    """Return the cards and the proposals of one learner, None for each that may not be shown."""
    plan = fold(log, "plan").get("own")
    shared = plan.data if plan else {}
    cards = [shared_card(record.data) for record in fold(log, "card").values()]
    return cards, [shared_proposal(record.data, shared) for record in fold(log, "proposal").values()]


def gather_book(folder: ClassFolder) -> Book:
    """Return what the class shares, from the latest collected action plan of every learner.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    """
    folder.check_released()
    unreadable: list[str] = []
    cards: list[dict[str, Any] | None] = []
    proposals: list[dict[str, Any] | None] = []
    for student, assignment in find_submissions(folder, folder.assignments())[0]:
        if assignment != ASSIGNMENT:
            continue
        try:
            own_cards, own_proposals = _shared(_log(folder, student))
        except Exception:  # one submission must never stop the class, whatever is in it
            unreadable.append(student)
            continue
        cards += own_cards
        proposals += own_proposals
    kept = sorted((card for card in cards if card), key=_subject)
    ideas = sorted((proposal for proposal in proposals if proposal), key=_subject)
    withheld = sum(one is None for one in (*cards, *proposals))
    return Book(
        _number("card", kept),
        _number("proposal", ideas),
        _number("partner", partners_of(kept)),
        withheld,
        tuple(unreadable),
    )


def partners_bytes(book: Book) -> bytes:
    """Return the partners as the page of lesson 12 reads them in (docs/municipality.md, Files in and out)."""
    records = {"partner": {record.id: dict(record.data) for record in book.partners}}
    data = {"avcourse": 1, "municipality": None, "records": records}
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
