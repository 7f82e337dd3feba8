"""Every Estonian word that people read is known to Vabamorf's speller or stands in content/wordlist.txt."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import avcourse.errors
from avcourse.authoring.source import Prose, read_source
from avcourse.errors import AvcourseError

ROOT = Path(__file__).resolve().parents[2]
CONTENT = ROOT / "content"
WORDLIST = CONTENT / "wordlist.txt"
NOT_PROSE = tuple(
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"^```.*?^```",  # a fenced block
        r"`[^`\n]*`",  # code
        r"(?<=\])\([^)\n]*\)",  # the address of a link or picture
        r"https?://\S+",
        r"\{[^{}]*\}",  # a placeholder
        r"[\w./-]*\w\.[a-z]\w*[\w./?=-]*",  # a file or site: class.toml, rahvaalgatus.ee
        r"\w*_\w*",  # an identifier
        r"\b[A-Za-z]+\d\w*",  # an id: EE0055, m01
        r"(?<=[A-ZÕÄÖÜ\d])-i?(?:d|ga|ks|l|le|lt|na|ni|s|sse|st|t)?\b",  # an ending: AVP-s, 79-st
    )
)


def words_in(text: str) -> Iterator[str]:
    """Yield the words of a text, without markup, addresses, placeholders and endings set off by a hyphen."""
    for pattern in NOT_PROSE:
        text = pattern.sub(" ", text)
    return (word for word in re.findall(r"[^\W\d_]+", text) if word.isalpha())


def estonian_of(value: object) -> Iterator[str]:
    """Yield every ``et`` value at any depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == "et" and isinstance(inner, str):
                yield inner
            elif key == "et" and isinstance(inner, list):
                yield from inner
            else:
                yield from estonian_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from estonian_of(inner)


def all_texts() -> dict[str, str]:
    """Return the Estonian text of every file that holds some, by its name from the repository."""
    texts: dict[str, list[str]] = {}
    for path in [path for room in ("lessons", "exercises", "guide") for path in CONTENT.glob(f"{room}/*.md")]:
        source = read_source(path, ROOT)[0]
        texts[source.file] = [cell.text.et for cell in source.cells if isinstance(cell, Prose)]
    tables = (CONTENT / "course.toml", *ROOT.glob("avcourse/course/strings*.toml"))
    for path in [*CONTENT.glob("questions/*.toml"), *CONTENT.glob("instrument/*.toml"), *tables]:
        texts[path.relative_to(ROOT).as_posix()] = list(estonian_of(tomllib.loads(path.read_text(encoding="utf-8"))))
    classes = [each for each in vars(avcourse.errors).values() if isinstance(each, type)]
    texts["avcourse/errors.py"] = [each.et for each in classes if issubclass(each, AvcourseError)]
    for path in ROOT.glob("datasets/*.csv"):
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        cells = [cell for row in rows for cell in row.items()]
        texts[f"datasets/{path.name}"] = [text for column, text in cells if column.endswith("_et")]
    readme = ROOT / "README.et.md"
    if readme.exists():
        texts[readme.name] = [readme.read_text(encoding="utf-8")]
    return {name: "\n\n".join(parts) for name, parts in sorted(texts.items())}


def listed() -> set[str]:
    """Return the words of the list."""
    return {line for line in WORDLIST.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")}


def unknown(texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return file and word for each word that Vabamorf does not accept."""
    from estnltk.vabamorf.morf import spellcheck  # type: ignore[import-untyped]  # a missing estnltk fails here

    found = sorted({(name, word) for name, text in texts.items() for word in words_in(text)})
    verdicts = spellcheck(sorted({word for _, word in found}))
    wrong = {verdict["text"] for verdict in verdicts if not verdict["spelling"]}
    return [(name, word) for name, word in found if word in wrong]


def uncapitalised(word: str) -> str:
    """Return the word as it stands inside a sentence."""
    return word[0].lower() + word[1:]


def misspelt(texts: Mapping[str, str], allowed: set[str]) -> list[str]:
    """Return ``file: word`` for each word that neither the speller nor the list knows."""
    return [f"{name}: {word}" for name, word in unknown(texts) if not {word, uncapitalised(word)} & allowed]


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    return all_texts()


def test_every_estonian_word_is_known(texts: dict[str, str]) -> None:
    wrong = misspelt(texts, listed())
    assert not wrong, "Mend these words or, if they are right, add them to content/wordlist.txt:\n" + "\n".join(wrong)


def test_a_planted_misspelling_is_found() -> None:
    text = "Volikogu [otusstas](https://kusagil.ee/xyzw) `qwrt` {place} AVP-s 79-st."
    assert misspelt({"a.md": text}, {"AVP"}) == ["a.md: otusstas"]


def test_every_listed_word_is_still_needed(texts: dict[str, str]) -> None:
    words = {word for _, word in unknown(texts)}
    needless = sorted(listed() - words - {uncapitalised(word) for word in words})
    assert not needless, "Delete these words from content/wordlist.txt: " + ", ".join(needless)
