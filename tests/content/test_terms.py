"""One word per idea, as the glossary has it, and "teie" to the reader throughout."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from avcourse.authoring.spelling import all_texts
from avcourse.authoring.terms import informal_in, read_terms, variants_in
from avcourse.course.language import LANGUAGES, Language

ROOT = Path(__file__).resolve().parents[2]


@cache
def texts_of(language: Language) -> dict[str, str]:
    return all_texts(ROOT, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_those_of_the_glossary(language: Language) -> None:
    found = sorted(set(variants_in(texts_of(language), read_terms(ROOT), language)))
    assert not found, "Use the term, or add the context to content/terms.toml:\n" + "\n".join(found)


def test_the_reader_is_teie() -> None:
    found = list(informal_in(texts_of("et")))
    assert not found, "The course says „teie“:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("language", "text", "named"),
    [
        ("et", "Seadke indikaatorile algtase.", ["indikaatorile", "algtase"]),
        ("et", "Seaduses on „indikaatorid“, [siin](https://koduleht.ee).", []),
        ("et", "Vastake infonõudele.", ["infonõudele"]),
        ("en", "An email with a metric.", ["email", "metric"]),
    ],
)
def test_a_planted_variant_is_found(language: Language, text: str, named: list[str]) -> None:
    found = list(variants_in({"a.md": text}, read_terms(ROOT), language))
    assert sorted(each.split(" -> ")[0] for each in found) == sorted(f"a.md: {name}" for name in named)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Siin näed sina tulemust.", "sina"),
        ("Mida sa teed? See on sinu vald.", "sinu"),
        ("Kui avaldad eelnõu, saavad inimesed lugeda.", "avaldad"),
        ("Lehel on pilt. Vaata seda.", "vaata"),
    ],
)
def test_a_planted_sina_is_found(text: str, word: str) -> None:
    assert f"a.md: {word}" in {":".join(each.lower().split(":")[:2]) for each in informal_in({"a.md": text})}


@pytest.mark.parametrize(
    "text",
    [
        "Elanik ütles: „Sinu vald ei kuula.“",
        "Ärge oodake, vaadake ise.",
        "Eelnõud on veebis ja teed on lahti.",
        "Ta ei avalda.",
    ],
)
def test_what_is_no_sina_is_let_be(text: str) -> None:
    assert list(informal_in({"a.md": text})) == []
