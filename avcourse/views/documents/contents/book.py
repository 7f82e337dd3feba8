"""The book of a class: practice cards and proposals that may be shared. Nobody is named who has not said so.

A card says itself whether it may be shared (``consent``: no, anonymous, named); a proposal is named only where its municipality consented.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from avcourse.course.language import Language, say
from avcourse.municipality.experience import CARD
from avcourse.municipality.instrument import DIMENSIONS, Instrument
from avcourse.municipality.proposals import PROPOSAL
from avcourse.municipality.records import Record
from avcourse.views.documents.contents.pieces import criterion_title, facts_of, label_of, section, title_of
from avcourse.views.documents.model import Block, Document, Fact, Heading, Note, Paragraph

TOLD: Final = ("problem", "did", "result", "number", "source", "differently")
PROPOSED: Final = ("problem", "idea", "effort", "impact", "status", "response")
"""Fields of a proposal that a class may see: who supports it is left out, for that may lead to people."""


@dataclass(frozen=True, slots=True)
class SharedCard:
    """A practice card and the municipality that it comes from."""

    data: Mapping[str, Any]
    municipality: str


@dataclass(frozen=True, slots=True)
class SharedProposal:
    """A proposal; ``named`` only where the municipality consented to stand beside it."""

    data: Mapping[str, Any]
    municipality: str
    named: bool = False


@dataclass(frozen=True, slots=True)
class BookData:
    """The class (as a name on the cover), and what was shared in it."""

    name: str
    date: date
    cards: tuple[SharedCard, ...]
    proposals: tuple[SharedProposal, ...]
    instrument: Instrument
    example: bool = False


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"doc-book.{key}", language, **fields)


def _source(municipality: str, named: bool, language: Language) -> Fact:
    return Fact(_say("from", language), municipality if named and municipality else _say("anonymous", language))


def _record(kind: str, data: Mapping[str, Any]) -> Record:
    return Record(kind, "", data, "")


def _card(card: SharedCard, language: Language) -> list[Block]:
    named = card.data.get("consent") == "named"
    title = title_of(_record("card", card.data), language)
    facts = (_source(card.municipality, named, language), *facts_of(CARD, TOLD, card.data, language))
    if named:
        facts += facts_of(CARD, ("contact",), card.data, language)
    return [Heading(title, 3), section(facts, _say("cards", language), Fact(label_of(CARD, "title", language), title))]


def _cards(data: BookData, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(_say("cards", language))]
    shared = [card for card in data.cards if card.data.get("consent") in ("anonymous", "named")]
    if not shared:
        return [*blocks, Paragraph(_say("no-cards", language))]
    places = {name: [c for c in shared if c.data.get("dimension") == name] for name in DIMENSIONS}
    places[""] = [card for card in shared if card.data.get("dimension") not in DIMENSIONS]
    for name, cards in places.items():
        if cards:
            blocks.append(
                Heading(say(f"instrument.dimension-{name}", language) if name else _say("other", language), 2)
            )
            blocks += [block for card in cards for block in _card(card, language)]
    return blocks


def _proposals(data: BookData, language: Language) -> list[Block]:
    blocks: list[Block] = [Heading(_say("proposals", language))]
    if not data.proposals:
        return [*blocks, Paragraph(_say("no-proposals", language))]
    for proposal in data.proposals:
        title = title_of(_record("proposal", proposal.data), language)
        criterion = criterion_title(proposal.data.get("criterion"), data.instrument, language)
        facts = (
            _source(proposal.municipality, proposal.named, language),
            *facts_of(PROPOSAL, PROPOSED, proposal.data, language),
            Fact(label_of(PROPOSAL, "criterion", language), criterion),
        )
        part = Fact(label_of(PROPOSAL, "title", language), title)
        blocks += [Heading(title, 2), section(facts, _say("proposals", language), part)]
    return blocks


def book(data: BookData, language: Language) -> Document:
    """Return the book of a class as a document."""
    return Document(
        title=_say("title", language),
        subtitle=_say("subtitle", language),
        municipality=data.name,
        date=data.date,
        language=language,
        blocks=(Note(_say("note", language)), *_cards(data, language), *_proposals(data, language)),
        example=data.example,
    )
