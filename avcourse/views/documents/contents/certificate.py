"""The certificate of completion: who says to have completed what, on this learner's own machine. It claims nothing beyond that."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from avcourse.course.course import Module
from avcourse.course.language import Language, Text, say
from avcourse.views.documents.model import Bullets, Column, Document, Fact, Facts, Heading, Paragraph, Table


@dataclass(frozen=True, slots=True)
class Score:
    """Points of the two tests, out of so many; on the certificate only if the learner wants them there."""

    before: int
    after: int
    items: int


@dataclass(frozen=True, slots=True)
class CertificateData:
    """What a certificate is made of. ``name`` is as typed at the moment of making; ``score`` None where it is not wanted."""

    name: str
    date: datetime.date
    course: Text
    done: Sequence[Module]
    score: Score | None = None

    @property
    def minutes(self) -> int:
        """Return the planned minutes of all parts."""
        return sum(module.minutes for module in self.done)


def hours(minutes: int, language: Language) -> str:
    """Return planned minutes as hours and minutes, and that they are planned."""
    return say("certificate.hours", language, hours=minutes // 60, minutes=minutes % 60)


def certificate(data: CertificateData, language: Language) -> Document:
    """Return the certificate as a document. The person's name stands in the text only: neither title nor file name holds it."""
    course = data.course.in_(language)
    lessons = sum(module.kind in ("lesson", "growth") for module in data.done)
    facts = [
        Fact(say("certificate.made", language), data.date, "date"),
        Fact(say("certificate.volume", language), hours(data.minutes, language)),
    ]
    if data.score:
        score = data.score
        words = say("certificate.score-is", language, before=score.before, after=score.after, items=score.items)
        facts.append(Fact(say("certificate.score", language), words))
    rows = tuple(
        (module.title.in_(language), say(f"certificate.kind-{module.kind}", language), module.minutes)
        for module in data.done
    )
    columns = (
        Column(say("certificate.part", language)),
        Column(say("certificate.kind", language)),
        Column(say("certificate.minutes", language), "number"),
    )
    return Document(
        title=say("certificate.title", language),
        subtitle=data.name,
        municipality=course,
        date=data.date,
        language=language,
        blocks=(
            Paragraph(say("certificate.says", language, name=data.name, course=course, lessons=lessons)),
            Facts(tuple(facts)),
            Heading(say("certificate.meaning", language)),
            Bullets(tuple(say(f"certificate.meaning-{number}", language) for number in range(1, 5))),
            Table(say("certificate.parts-table", language), columns, rows),
        ),
    )
