"""Every statement of law and every figure that the course teaches, with its source and date.

A sentence with § is a statement of law and needs the act's version; a sentence with a figure needs a source with a year or date. Either
stands in the same cell, or in the source of the question. Figures that are no facts are marked by the author (``source.FIGURES``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.citations import (
    BRACKET,
    SOURCE_LINE,
    SUBSECTION,
    VERSION,
    acts_in,
    days_in,
    names_somebody,
    read_elsewhere,
    sources_in,
    versions_in,
)
from avcourse.authoring.problems import Problem
from avcourse.authoring.sentences import blocks, sentences
from avcourse.authoring.source import Code, Prose, Source
from avcourse.course.language import Text

LAW: Final = "law"
FIGURE: Final = "figure"
APPENDIX: Final = ("Allikad", "Edasi lugemiseks")
"""Under these headings stand sources themselves."""

_NOT_A_FIGURE: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"https?://\S+",
        r"[\w./-]*\w\.[a-z]{2,}[\w./?=-]*",  # a site or file
        r"\b[A-Za-zÕÄÖÜõäöü]+-?\d[\w/]*",  # an id or a name: EE0055, m01, COVID-19
        r"\b\d+(?:\.\s*)?(?:õppe)?tun(?:d|ni|nis|nist)\b",  # a lesson of the course
        r"(?:õppe)?tun(?:d|ni|nis|nist)\s+\d+",
        r"\b[Dd]okumen\w+\s+\d+(?:(?:,| ja| ning| või)\s+\d+)*",
        r"\b[Pp]unkt\w*\s+\d+(?:(?:,| ja| ning| või)\s+\d+)*",
        r"\(\d(?:(?:,| ja| ning) \d)*\)",  # points told off: (1), (3 ja 4)
        r"\b\d{4}/\d+\b",  # a directive’s number
        r"^[„“]?\d{1,2}\.(?=\s+[A-ZÕÄÖÜ])|„\d{1,2}\.$",  # a point of a list
        r"^\d+(?=[ .]*·)",  # a level or number that heads a row
    )
)
_FIGURE: Final = re.compile(r"\d")
_NUMBER: Final = re.compile(r"\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence with a § or a figure; ``source`` is empty where none stands by it, ``day`` the latest date that its source names."""

    module: str
    id: str
    file: str
    line: int
    kind: str
    sentence: str
    source: str
    day: date | None

    @property
    def sourced(self) -> bool:
        """Whether its source and the source's date are known."""
        return bool(self.source) and self.day is not None


def has_figure(sentence: str) -> bool:
    """Whether a sentence states a figure; numbers of sources, addresses and names are none.

    Examples
    --------
    >>> has_figure("Vastas 70 % elanikest (ERR, 2025)."), has_figure("Lubadus EE0055 jäi väikeseks (IRM, 2023).")
    (True, False)
    """
    bare = BRACKET.sub(lambda match: " " if names_somebody(match[1]) and days_in(match[1]) else match[0], sentence)
    for pattern in _NOT_A_FIGURE:
        bare = pattern.sub(" ", bare)
    return _FIGURE.search(bare) is not None


def _shown_beside(source: Source, index: int) -> str:
    """Return the chart or exploration that a cell explains: the nearest code cell before or after it, questions left out."""
    for step in (1, -1):
        place = index + step
        while 0 <= place < len(source.cells):
            cell = source.cells[place]
            if isinstance(cell, Prose):
                break
            if match := re.search(r'(show_chart|explore)\("([a-z0-9-]+)"', cell.source):
                return match[2]
            place += step
    return ""


def _statement(
    where: tuple[str, str, str, int], kind: str, sentence: str, source: str, *, day: date | None = None
) -> Statement:
    days = days_in(source)
    return Statement(*where, kind, sentence, source, day or (max(days) if days else None))


def _law_source(text: str, sentence: str, place: int, versions: Mapping[str, str]) -> str:
    """Return acts and versions on which a sentence with § rests; empty where one of its acts has none."""
    found = acts_in(text)
    acts = dict.fromkeys(act for at, act in found if place <= at < place + len(sentence))
    if not acts:
        # „(lg 7)“ goes on with the paragraph named last.
        acts = dict.fromkeys([act for at, act in found if at < place][-1:] or [""])
    only = next(iter(versions.values())) if len(versions) == 1 else None
    # „Seaduse § 5“ or a § alone, where one act is cited in the cell, is of that act.
    named = [
        (act, versions.get(act) or (only if not act or act[0].islower() else None) or read_elsewhere(text, act))
        for act in acts
    ]
    if any(version is None for _, version in named):
        return ""
    return "; ".join(f"{act} {version}".strip() for act, version in named)


def _of_text(
    where: tuple[str, str, str, int],
    parts: Iterable[str],
    context: str,
    sources: list[tuple[int, str]],
    *,
    figures: bool,
) -> Iterator[Statement]:
    """Yield the statements of some plain sentences that stand in ``context``, where also versions and sources are looked for."""
    versions = versions_in(context)
    at = 0
    for sentence in parts:
        place = context.find(sentence, at)
        at = place = max(place, 0)
        if "§" not in sentence and VERSION.search(sentence):
            continue
        if "§" in sentence or (versions and SUBSECTION.search(sentence)):
            yield _statement(where, LAW, sentence, _law_source(context, sentence, place, versions))
        elif figures and has_figure(sentence):
            later = [text for start, text in sources if start >= place]
            earlier = [text for start, text in sources if start < place]
            law = [f"{act} {version}".strip() for act, version in versions.items()]
            yield _statement(where, FIGURE, sentence, (later or earlier[::-1] or law or [""])[0])


def of_source(source: Source, datasets: Mapping[str, str]) -> Iterator[Statement]:
    """Yield the statements of a lesson's or exercise's prose."""
    for index, cell in enumerate(source.cells):
        if isinstance(cell, Code):
            continue
        kept = list(blocks(cell.text.et))
        if kept and kept[0].text in APPENDIX:
            continue
        context = "\n".join(block.text for block in kept)
        parts = [
            part
            for block in kept
            if block.kind != "heading" and not SOURCE_LINE.match(block.text)
            for part in sentences(block.text)
        ]
        sources = sources_in(context, datasets, cell.text.et)
        if not sources and (shown := _shown_beside(source, index)):
            sources = [(0, f"pilt „{shown}“ ({datasets.get(shown, 'vt pilti')})")]
        where = (source.module, cell.id, source.file, cell.line)
        # The law in an invented document of an exercise is the document's, and may be wrong on purpose.
        document = cell.figures == "invented" and source.file.startswith("content/exercises/")
        if not document:
            yield from _of_text(where, parts, context, sources, figures=cell.figures is None)


def of_question(module: str, row: BankRow, datasets: Mapping[str, str]) -> Iterator[Statement]:
    """Yield the statements of a question: its text, options, feedback and explanation rest on its ``source``.

    Where its figures are invented, those of text and options are no statements; feedback may still tell of the world outside: where the
    question has a dated source, what feedback does not merely repeat is listed with it.
    """
    key = row.key or {}
    public = row.public
    source = str((public.get("source") or key.get("source") or {}).get("et", ""))
    asked = [public["text"]["et"], *(each["et"] for name in ("options", "targets") for each in public.get(name, ()))]
    if len(asked) > 30:
        asked = asked[:1]
    told = [each["et"] for each in key.get("feedback", {}).values()]
    if "explanation" in key:
        # The explanation of an open question is a model answer: as invented as the question.
        (asked if public["kind"] == "long" else told).append(key["explanation"]["et"])
    told += [step["et"] for step in public.get("rubric", ())]
    figures = row.figures
    context = "\n".join([*asked, *told, source])
    own = sources_in(context, datasets)
    sources = [(len(context), source)] if source and days_in(source) else own
    where = (module, str(public["id"]), row.file, row.line)
    given = set(_NUMBER.findall("\n".join(asked)))
    dated = bool(source and days_in(source))
    for parts, free in (
        (asked, figures is not None),
        (told, figures is not None and (figures != "invented" or not dated)),
    ):
        split = [part for text in parts for part in sentences(text)]
        for statement in _of_text(where, split, context, sources, figures=not free):
            repeated = figures == "invented" and set(_NUMBER.findall(statement.sentence)) <= given
            if statement.kind == LAW or not repeated:
                yield statement


_MISSING: Final = {
    LAW: Text(
        et="paragrahvi juures ei ole redaktsiooni: „{sentence}“ "
        "Lisage samasse lahtrisse (küsimusel välja source) „redaktsioon pp.kk.aaaa“.",
        en="a paragraph without the version of its act: ‘{sentence}’ "
        "Add ‘redaktsioon dd.mm.yyyy’ to the Estonian cell (for a question, to source).",
    ),
    FIGURE: Text(
        et="arvul ei ole allikat ja kuupäeva: „{sentence}“ "
        "Lisage samasse lahtrisse (Allikas, aasta) või märkige lahtrile või küsimusele figures.",
        en="a figure without source and date: ‘{sentence}’ "
        "Add (Source, year) to the cell, or mark the cell or question with figures.",
    ),
}


def unsourced(statements: Iterable[Statement]) -> list[Problem]:
    """Return each statement without source or date as a problem, with what mends it."""
    return [
        Problem(
            each.file,
            each.line,
            each.id,
            Text(
                et=_MISSING[each.kind].et.format(sentence=each.sentence),
                en=_MISSING[each.kind].en.format(sentence=each.sentence),
            ),
        )
        for each in statements
        if not each.sourced
    ]
