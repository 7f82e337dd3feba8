"""Every statement of law and every figure that the course teaches, with its source and date.

A sentence with § is a statement of law and needs the act's version; a sentence with a figure needs a source with a year or date. Either
stands in the same cell, or in the source of the question. Figures that are no facts are marked by the author (``source.FIGURES``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.problems import Problem
from avcourse.authoring.sentences import blocks, sentences
from avcourse.authoring.source import Code, Prose, Source
from avcourse.course.language import Text

LAW: Final = "law"
FIGURE: Final = "figure"
APPENDIX: Final = ("Allikad", "Edasi lugemiseks")
"""Under these headings stand sources themselves."""

DAY: Final = r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d"
_DAY: Final = re.compile(DAY)
_YEAR: Final = re.compile(r"(?<![\d.,/])(?:19|20)\d\d(?!\d|[.,]\d|/)")
_YEAR_MONTH: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)\b")
_MONTHS: Final = ["jaan", "veeb", "märts", "apr", "mai", "juuni", "juuli", "aug", "sept", "okt", "nov", "dets"]
_NAMED_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS)})\w*\s+((?:19|20)\d\d)\b", re.I)
_VERSION: Final = re.compile(rf"redaktsioon\w*\s+({DAY}(?:\s*(?:,|ja|ning)\s*{DAY})*)", re.I)
_ACT: Final = re.compile(r"([^\W\d_][\w-]*)\s*$")
_IS_ACT: Final = re.compile(r"\w*[A-ZÕÄÖÜ]\w*[A-ZÕÄÖÜ]\w*|\w+(?:seadus|määrus|direktiiv|seadustik)\w*|RK|EL")
_INFLECTED: Final = re.compile(r"-i?\w{0,3}$")
_BRACKET: Final = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
_SOURCE_LINE: Final = re.compile(r"^\**(?:Allik(?:as|ad)|Andmed)\**:\s*(.+)$", re.I)
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
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


def days_in(text: str) -> list[date]:
    """Return the days that a text names; a month or a year is its last day.

    Examples
    --------
    >>> days_in("redaktsioon 16.03.2026; ERR, mai 2025; 2018")
    [datetime.date(2026, 3, 16), datetime.date(2025, 5, 28), datetime.date(2018, 12, 31)]
    """
    found = []
    for day in _DAY.findall(text):
        d, m, y = map(int, day.split("."))
        if 1 <= m <= 12 and 1 <= d <= 31:
            found.append(date(y, m, min(d, 28) if m == 2 else min(d, 30) if m in (4, 6, 9, 11) else d))
    text = _DAY.sub(" ", text)
    for match in _YEAR_MONTH.finditer(text):
        found.append(date(int(match[1]), min(max(int(match[2]), 1), 12), 28))
    text = _YEAR_MONTH.sub(" ", text)
    for match in _NAMED_MONTH.finditer(text):
        month = next(n for n, name in enumerate(_MONTHS, 1) if match[1].lower().startswith(name))
        found.append(date(int(match[2]), month, 28))
    text = _NAMED_MONTH.sub(" ", text)
    return found + [date(int(year), 12, 31) for year in _YEAR.findall(text)]


def _act_before(text: str, place: int, last: str) -> str:
    """Return the act whose § stands at ``place``: the word before it, or the act named last where that word is none."""
    match = _ACT.search(text[:place])
    word = _INFLECTED.sub("", match[1]) if match else ""
    return word if _IS_ACT.fullmatch(word) else last


def acts_in(text: str) -> list[tuple[int, str]]:
    """Return where each § stands and of which act it is ("" where none is named before it).

    Examples
    --------
    >>> acts_in("AvTS § 28 lg 1, § 29 ja KOKS-i § 7")
    [(5, 'AvTS'), (16, 'AvTS'), (31, 'KOKS')]
    """
    found: list[tuple[int, str]] = []
    act = ""
    for match in re.finditer("§+", text):
        act = _act_before(text, match.start(), act)
        found.append((match.start(), act))
    return found


def versions_in(text: str) -> dict[str, str]:
    """Return the version that a text gives for each act: that of the act named last before the word „redaktsioon“.

    Examples
    --------
    >>> versions_in("KüTS § 2 ja § 3; redaktsioon 01.01.2026. AvTS-i redaktsioon 16.03.2026")
    {'KüTS': 'redaktsioon 01.01.2026', 'AvTS': 'redaktsioon 16.03.2026'}
    """
    acts = acts_in(text)
    found: dict[str, str] = {}
    for match in _VERSION.finditer(text):
        before = [act for place, act in acts if place < match.start() and act]
        named = _ACT.search(text[: match.start()].rstrip(" ,;()]"))
        direct = _INFLECTED.sub("", named[1]) if named else ""
        act = direct if _IS_ACT.fullmatch(direct) else (before[-1] if before else "")
        found.setdefault(act, f"redaktsioon {match[1]}")
    return found


def _sources(text: str, datasets: Mapping[str, str]) -> list[tuple[int, str]]:
    """Return where each source stands in a cell's text, and the source: a bracket or line that names somebody and a year, or a dataset."""
    found = []
    for match in _BRACKET.finditer(text):
        if (
            "§" not in match[1]
            and "redaktsioon" not in match[1]
            and _LETTERS.search(_NOT_A_FIGURE[2].sub("", match[1]))
        ):
            if days_in(match[1]):
                found.append((match.start(), match[1].strip()))
            elif "andmesti" in match[1].lower():
                found += [
                    (match.start(), f"{match[1].strip()} ({day})")
                    for name, day in datasets.items()
                    if name in match[1].lower()
                ][:1]
    offset = 0
    for line in text.split("\n"):
        if (named := _SOURCE_LINE.match(line)) and days_in(named[1]):
            found.append((offset, named[1].rstrip(".")))
        offset += len(line) + 1
    return sorted(found)


def has_figure(sentence: str) -> bool:
    """Whether a sentence states a figure; numbers of sources, addresses and names are none.

    Examples
    --------
    >>> has_figure("Vastas 70 % elanikest (ERR, 2025)."), has_figure("Lubadus EE0055 jäi väikeseks (IRM, 2023).")
    (True, False)
    """
    bare = _BRACKET.sub(lambda match: " " if _LETTERS.search(match[1]) and days_in(match[1]) else match[0], sentence)
    for pattern in _NOT_A_FIGURE:
        bare = pattern.sub(" ", bare)
    return _FIGURE.search(bare) is not None


def dataset_days(folder: Path) -> dict[str, str]:
    """Return the date of each dataset by its name and by its Estonian title, in lower case."""
    path = folder / "datapackage.json"
    resources: list[dict[str, Any]] = (
        json.loads(path.read_text(encoding="utf-8"))["resources"] if path.is_file() else []
    )
    found: dict[str, str] = {}
    for resource in resources:
        day = str(resource.get("date") or resource.get("created") or "")
        found[str(resource["name"]).lower()] = day
        title = resource.get("title", "")
        found[str(title.get("et", "") if isinstance(title, dict) else title).split(" / ")[0].lower()] = day
    return {name: day for name, day in found.items() if name and day}


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
    acts = dict.fromkeys(act for at, act in acts_in(text) if place <= at < place + len(sentence))
    only = next(iter(versions.values())) if len(versions) == 1 else None
    # „Seaduse § 5“ or a § alone, where one act is cited in the cell, is of that act.
    named = [(act, versions.get(act) or (only if not act or act[0].islower() else None)) for act in acts]
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
        if "§" in sentence:
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
            if block.kind != "heading" and not _SOURCE_LINE.match(block.text)
            for part in sentences(block.text)
        ]
        sources = _sources(context, datasets)
        if not sources and (shown := _shown_beside(source, index)):
            sources = [(0, f"pilt „{shown}“ ({datasets.get(shown, 'vt pilti')})")]
        where = (source.module, cell.id, source.file, cell.line)
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
    own = _sources(context, datasets)
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


def aged(statements: Iterable[Statement], today: date) -> list[Problem]:
    """Return one warning a cell or question whose statements rest on sources more than a year old; it blocks nothing."""
    old: dict[tuple[str, int, str], date] = {}
    for each in statements:
        if each.day and (today - each.day).days > 365:
            where = (each.file, each.line, each.id)
            old[where] = min(each.day, old.get(where, each.day))
    return [
        Problem(
            *where,
            Text(
                et=f"hoiatus: allikas on üle aasta vana ({day:%d.%m.%Y}). Vaadake, kas see kehtib.",
                en=f"warning: the source is more than a year old ({day:%d.%m.%Y}). See whether it still holds.",
            ),
            blocks=False,
        )
        for where, day in old.items()
    ]
