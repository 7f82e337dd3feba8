"""Every English word that people read is known to a British speller or stands in content/wordlist-en.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from avcourse.authoring.spelling import all_texts, listed, misspelt, needless, unknown

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str]]:
    return unknown(all_texts(ROOT, "en"), "en")


def test_every_english_word_is_known(found: list[tuple[str, str]]) -> None:
    wrong = misspelt(found, listed(ROOT, "en"))
    assert not wrong, "Mend these words or, if right, add them to content/wordlist-en.txt:\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("The council [decidid](https://kusagil.ee/xyzw) on `qwrt` {place}: AVP’s § 37².", "decidid"),
        ("The color of open government", "color"),
        ("Everyone’s behavior", "behavior"),
    ],
)
def test_a_planted_misspelling_is_found(text: str, wrong: str) -> None:
    assert misspelt(unknown({"a.md": text}, "en"), {"AVP"}) == [f"a.md: {wrong}"]


def test_every_listed_word_is_still_needed(found: list[tuple[str, str]]) -> None:
    left = needless(found, listed(ROOT, "en"))
    assert not left, "Delete these words from content/wordlist-en.txt: " + ", ".join(left)
