"""Where a text says what it rests on: the version of an act, a source with a year or day, a dataset of the course."""

from __future__ import annotations

import json
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.sentences import sentences
from avcourse.course.language import Text

DAY: Final = r"\d{1,2}\.\d{1,2}\.(?:19|20)\d\d"
_DAY: Final = re.compile(DAY)
_YEAR: Final = re.compile(r"(?<![\d.,/])(?:19|20)\d\d(?!\d|[.,]\d|/)")
_PARAGRAPH: Final = re.compile(r"§+(?:-\w+)?\s*(\d+[⁰¹²³⁴⁵⁶⁷⁸⁹]*)")
_YEAR_MONTH: Final = re.compile(r"\b((?:19|20)\d\d)-(\d\d)\b")
_MONTHS: Final = ["jaan", "veeb", "märts", "apr", "mai", "juuni", "juuli", "aug", "sept", "okt", "nov", "dets"]
_NAMED_MONTH: Final = re.compile(rf"\b({'|'.join(_MONTHS)})\w*\s+((?:19|20)\d\d)\b", re.I)
_DOCUMENT: Final = re.compile(
    r"[^.()\n]{0,60}\b\w*(?:juhend|aruan|uuring|soovitus|raport|raamat|audit|seire|ülevaa|statistika)\w* \((?:19|20)\d\d\)",
    re.I,
)
"""A document that is named in the sentence, its year behind it: „e-kaasamise juhendist (2009)“."""
_YEAR_ALONE: Final = re.compile(r" \((?:19|20)\d\d\)")
SUBSECTION: Final = re.compile(r"\blg\s+\d")
VERSION: Final = re.compile(rf"redaktsioon\w*\s+(?:on\s+)?({DAY}(?:\s*(?:,|ja|ning)\s*{DAY})*)", re.I)
_ACT: Final = re.compile(r"([^\W\d_][\w-]*)\s*$")
_IS_ACT: Final = re.compile(r"\w*[A-ZÕÄÖÜ]\w*[A-ZÕÄÖÜ]\w*|\w+(?:seadus|määrus|direktiiv|seadustik)\w*|RK|EL")
_INFLECTED: Final = re.compile(r"-i?\w{0,3}$")
BRACKET: Final = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)")
SOURCE_LINE: Final = re.compile(r"^\**(?:Allik(?:as|ad)|Andmed)\**:\s*(.+)$", re.I)
_ID: Final = re.compile(r"\b[A-Za-zÕÄÖÜõäöü]+-?\d[\w/]*")
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")


def _day(year: int, month: int, day: int = 31) -> date | None:
    """Return a day, at most the last one of its month; None where there is no such month."""
    return date(year, month, min(day, monthrange(year, month)[1])) if 1 <= month <= 12 and day >= 1 else None


def days_in(text: str) -> list[date]:
    """Return the days that a text names; a month or a year is its last day.

    Examples
    --------
    >>> days_in("redaktsioon 16.03.2026; ERR, mai 2025; 2018")
    [datetime.date(2026, 3, 16), datetime.date(2025, 5, 31), datetime.date(2018, 12, 31)]
    """
    found = []
    for day in _DAY.findall(text):
        d, m, y = map(int, day.split("."))
        found.append(_day(y, m, d))
    text = _DAY.sub(" ", text)
    found += [_day(int(match[1]), int(match[2])) for match in _YEAR_MONTH.finditer(text)]
    text = _YEAR_MONTH.sub(" ", text)
    for match in _NAMED_MONTH.finditer(text):
        month = next(n for n, name in enumerate(_MONTHS, 1) if match[1].lower().startswith(name))
        found.append(_day(int(match[2]), month))
    text = _NAMED_MONTH.sub(" ", text)
    found += [_day(int(year), 12) for year in _YEAR.findall(text)]
    return [day for day in found if day]


def unlike(text: Text) -> list[str]:
    """Return the days and paragraphs that stand in one language only; an act's version must be in both.

    Examples
    --------
    >>> unlike(Text(et="AvTS § 28, redaktsioon 16.03.2026", en="AvTS § 29, version of 16.03.2026"))
    ['§ 28', '§ 29']
    """
    found = [{*_DAY.findall(one), *(f"§ {number}" for number in _PARAGRAPH.findall(one))} for one in (text.et, text.en)]
    return sorted(found[0] ^ found[1])


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
    for match in VERSION.finditer(text):
        before = [act for place, act in acts if place < match.start() and act]
        named = _ACT.search(text[: match.start()].rstrip(" ,;()]"))
        direct = _INFLECTED.sub("", named[1]) if named else ""
        act = direct if _IS_ACT.fullmatch(direct) else (before[-1] if before else "")
        found.setdefault(act, f"redaktsioon {match[1]}")
    return found


def sources_in(text: str, datasets: Mapping[str, str], raw: str = "") -> list[tuple[int, str]]:
    """Return where each source stands in a cell's text, and the source: a bracket or line that names somebody and a year, or a dataset.

    ``raw`` is the cell's Markdown, in which a dataset may be named as code.
    """
    found = []
    for match in BRACKET.finditer(text):
        plain = "§" not in match[1] and "redaktsioon" not in match[1]
        if plain and names_somebody(match[1]) and days_in(match[1]):
            found.append((match.start(), match[1].strip()))
    if _YEAR_ALONE.search(text):
        # Looking for documents from every letter on is slow, and most texts name none.
        found += [(match.start(), match[0].strip()) for match in _DOCUMENT.finditer(text)]
    offset = 0
    for line in text.split("\n"):
        if (named := SOURCE_LINE.match(line)) and days_in(named[1]):
            found.append((offset, named[1].rstrip(".")))
        offset += len(line) + 1
    if "andmesti" in text.lower():
        told = (raw or text).lower()
        quoted = {name for name in datasets if f"`{name}`" in told or f"„{name}“" in told or f"({name}" in told}
        found += [
            (text.lower().index("andmesti"), f"andmestik „{name}“ ({datasets[name]})") for name in sorted(quoted)
        ][:1]
    return sorted(found)


def names_somebody(bracket: str) -> bool:
    """Whether a bracket holds a name, and not only an id and years."""
    return _LETTERS.search(_ID.sub("", bracket)) is not None


def read_elsewhere(text: str, act: str) -> str | None:
    """Return the dated source that a text names for an act which was not read in Riigi Teataja: in a sentence on the act itself."""
    for sentence in (part for whole in sentences(text.replace("\n", " ")) for part in whole.split("; ")):
        if act and act in sentence and "redaktsioon" not in sentence:
            for match in BRACKET.finditer(sentence):
                if "§" not in match[1] and names_somebody(match[1]) and days_in(match[1]):
                    return match[1].strip()
    return None


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
