"""One word per idea: variants of the course's terms that are not used, and forms of address that it does not use."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from avcourse.authoring.sentences import sentences
from avcourse.course.language import Language, as_language

FILE: Final = "content/terms.toml"
_QUOTED: Final = re.compile(r"„[^“”\n]*[“”]")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NO_VERB: Final = ("digi",)
"""What Vabamorf knows as a verb only, and the course as the first half of „digiandmed“."""
_INTERFACE: Final = re.compile(r"avcourse/course/strings\w*\.toml")
_ADDRESS: Final = re.compile(r"(?<=\])\([^)\n]*\)|https?://\S+|`[^`\n]*`|[\w./-]*\w\.[a-z]{2,}[\w./?=-]*")


@dataclass(frozen=True, slots=True)
class Term:
    """A term of the course, what it is not called, and where that is right all the same."""

    language: Language
    use: str
    variants: re.Pattern[str]
    unless: tuple[str, ...]


def read_terms(root: Path) -> list[Term]:
    """Return the reviewed table of terms."""
    rows = tomllib.loads((root / FILE).read_text(encoding="utf-8"))["term"]
    return [
        Term(
            as_language(row["language"]),
            row["use"],
            re.compile(rf"(?<![\w-])(?:{'|'.join(row['not'])})\w*", re.I),
            tuple(row.get("unless", ())),
        )
        for row in rows
    ]


def variants_in(texts: Mapping[str, str], terms: list[Term], language: Language) -> Iterator[str]:
    """Yield ``file: found -> term`` for each variant in the texts of one language; Estonian quotations may say what they like."""
    for name, text in texts.items():
        bare = _QUOTED.sub(" ", _ADDRESS.sub(" ", text)) if language == "et" else _ADDRESS.sub(" ", text)
        for term in terms:
            if term.language != language:
                continue
            for match in term.variants.finditer(bare):
                around = bare[max(match.start() - 60, 0) : match.end() + 60]
                if not any(context in around for context in term.unless):
                    yield f"{name}: {match[0]} -> {term.use}"


_PRONOUN: Final = re.compile(
    r"\b(sina|sinu|sind|sinul|sinule|sinult|sinuga|sinus|sinust|sinusse|sinuta|sul|sulle|sult|sus|sust|su)\b", re.I
)


def _spoken(texts: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield file and sentence of what the course itself says: quotations, addresses and code left out."""
    for name, text in texts.items():
        for paragraph in _QUOTED.sub(" ", _ADDRESS.sub(" ", text)).split("\n"):
            for sentence in sentences(paragraph.strip(" *#|>-")):
                yield name, sentence


def informal_in(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield ``file: word: sentence`` where an Estonian text says „sina“ to its reader; what is quoted may.

    Pronouns are looked for by themselves, verbs by Vabamorf: a word of which every reading is the second person singular of the present,
    or a singular imperative that opens a sentence. Forms that a noun or another person has too say nothing and are let be. On a button
    („Salvesta“) the reader commands the page, so the words of the interface may open with an imperative.
    """
    from estnltk.vabamorf.morf import Vabamorf

    spoken = list(_spoken(texts))
    for name, sentence in spoken:
        yield from (f"{name}: {match[0]}: {sentence[:80]}" for match in _PRONOUN.finditer(sentence))
    opening: dict[str, list[tuple[str, str]]] = {}
    inside: dict[str, list[tuple[str, str]]] = {}
    for name, sentence in spoken:
        words = _WORD.findall(sentence)
        for place, word in enumerate(words):
            if word.islower() or place == 0:
                inside.setdefault(word.lower(), []).append((name, sentence))
        if words and not _INTERFACE.match(name):
            opening.setdefault(words[0].lower(), []).append((name, sentence))
    for places, form in ((inside, "d"), (opening, "o")):
        told = Vabamorf.instance().analyze(sorted(places), guess=False, propername=False, disambiguate=False)
        for word in told:
            readings = {(each["partofspeech"], each["form"]) for each in word["analysis"]}
            if readings == {("V", form)} and word["text"] not in _NO_VERB:
                yield from (f"{name}: {word['text']}: {sentence[:80]}" for name, sentence in places[word["text"]])
