"""What gives an item away, or makes it harder to read than it is to answer: the form of its options, not what they say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.naive import Item, items_of
from avcourse.authoring.problems import Problem
from avcourse.authoring.readability import lix
from avcourse.authoring.sentences import sentences
from avcourse.course.language import LANGUAGES, Language, Text

RATIO: Final = {True: 1.5, False: 2.5}
"""How many times the letters of the shortest option the longest may have, of a graded and of a formative question."""
SLACK: Final = 15
"""So many letters more are no hint where options are short, as names are."""
HARDEST: Final[Mapping[Language, float]] = {"et": 70, "en": 56}
"""LIX of one question: a text so short strays further from its mean than a page does."""
ENOUGH: Final = 40
"""Of fewer words a mean says nothing."""
SUMMARY: Final = re.compile(
    r"\b(kõik (?:eel|üla)\w*|ükski (?:eel|üla|neist|nimeta)\w*|mitte ükski\b|kõik vastused|(?:all|none) of the (?:above|options))",
    re.I,
)
_OPENING: Final = " „“‘'\"*(«"


def _ends_as(option: str) -> str:
    end = option.rstrip("“”’'\")")[-1:]
    return end if end in ".!?" else ""


def _begins_as(option: str) -> str | None:
    """Return whether an option begins like a sentence; None for a figure, which fits either."""
    first = option.lstrip(_OPENING)[:1]
    return None if not first.isalpha() else "upper" if first.isupper() else "lower"


def faults_of(item: Item, language: Language, graded: bool) -> Iterator[Text]:
    """Yield what is wrong with the form of an item in one language, with what mends it."""
    lengths = [len(option) for option in item.options]
    if max(lengths) > RATIO[graded] * min(lengths) + SLACK:
        yield Text(
            et=f"{language}: valikute pikkus erineb ({min(lengths)}–{max(lengths)} märki). Ühtlustage.",
            en=f"{language}: options differ in length ({min(lengths)}–{max(lengths)} characters). Make them alike.",
        )
    if len({_ends_as(option) for option in item.options}) > 1:
        yield Text(
            et=f"{language}: osa valikuid lõpeb punktiga, osa mitte. Ühtlustage.",
            en=f"{language}: some options end in a full stop, some do not. Make them alike.",
        )
    if len({begin for option in item.options if (begin := _begins_as(option))}) > 1:
        yield Text(
            et=f"{language}: osa valikuid algab suure tähega, osa väikesega. Ühtlustage.",
            en=f"{language}: some options begin with a capital, some do not. Make them alike.",
        )
    if any(SUMMARY.search(option) for option in item.options):
        yield Text(
            et=f"{language}: valik „kõik“ või „mitte ükski“ annab vastuse ära. Asendage see sisulise valikuga.",
            en=f"{language}: an option ‘all’ or ‘none of these’ gives the answer away. Replace it by one of substance.",
        )
    parts = [part for text in (item.stem, *filter(_ends_as, item.options)) for part in sentences(text)]
    if sum(len(part.split()) for part in parts) >= ENOUGH and (hard := lix(parts)) > HARDEST[language]:
        yield Text(
            et=f"{language}: tekst on raske (LIX {hard:g}, lubatud {HARDEST[language]}). Lühendage lauseid.",
            en=f"{language}: the text is hard (LIX {hard:g}, at most {HARDEST[language]}). Shorten its sentences.",
        )


def item_problems(rows: Iterable[BankRow]) -> list[Problem]:
    """Return what is wrong with the form of questions of choice, and which two ask the same."""
    kept = {str(row.public["id"]): row for row in rows}
    problems = []
    for language in LANGUAGES:
        for item in items_of(kept.values(), language):
            row = kept[item.id]
            problems += [Problem(row.file, row.line, item.id, fault) for fault in faults_of(item, language, row.graded)]
    for row in kept.values():
        if row.graded and row.public["kind"] == "single" and len(row.public.get("options", ())) != 4:
            four = Text(et="hinnataval küsimusel peab olema neli valikut.", en="a graded question needs four options.")
            problems.append(Problem(row.file, row.line, str(row.public["id"]), four))
    return problems + _doubles(kept)


def _doubles(rows: Mapping[str, BankRow]) -> list[Problem]:
    """Return questions with a key whose stem another one has too."""
    alike: dict[str, list[str]] = defaultdict(list)
    for name, row in rows.items():
        if row.key and row.key.get("answer"):
            alike[re.sub(r"\W+", " ", row.public["text"]["et"]).strip().lower()].append(name)
    return [
        Problem(
            rows[name].file,
            rows[name].line,
            name,
            Text(
                et=f"sama küsib ka „{same[0]}“. Sõnastage teisiti või jätke üks välja.",
                en=f"‘{same[0]}’ asks the same. Word it differently or leave one out.",
            ),
        )
        for same in alike.values()
        for name in same[1:]
    ]
