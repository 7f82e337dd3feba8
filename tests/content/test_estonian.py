"""Every Estonian word that people read is known to Vabamorf's speller or stands in content/wordlist.txt."""

from __future__ import annotations

from pathlib import Path

import pytest

from avcourse.authoring.spelling import all_texts, listed, misspelt, needless, unknown

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def found() -> list[tuple[str, str]]:
    return unknown(all_texts(ROOT, "et"), "et")


def test_every_estonian_word_is_known(found: list[tuple[str, str]]) -> None:
    wrong = misspelt(found, listed(ROOT, "et"))
    assert not wrong, "Mend these words or, if they are right, add them to content/wordlist.txt:\n" + "\n".join(wrong)


def test_a_planted_misspelling_is_found() -> None:
    text = "Volikogu [otusstas](https://kusagil.ee/xyzw) `qwrt` {place} AVP-s 79-st § 37²."
    assert misspelt(unknown({"a.md": text}, "et"), {"AVP"}) == ["a.md: otusstas"]


def test_every_listed_word_is_still_needed(found: list[tuple[str, str]]) -> None:
    left = needless(found, listed(ROOT, "et"))
    assert not left, "Delete these words from content/wordlist.txt: " + ", ".join(left)
