"""What somebody scores who knows nothing: strategies that look at the place, length and wording of options, not at what they say.

A bank is sound when no such strategy does better than chance. What chance alone gives, and how far it may stray, follows from the number of
options of each item.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Final

from avcourse.authoring.bank import BankRow
from avcourse.course.language import LANGUAGES, Language

KINDS: Final = ("single", "multiple")
ALPHA: Final = 0.05
_WORD: Final = re.compile(r"[^\W\d_]{4,}")
_STEM: Final = 5
"""Two words are the same to somebody who skims when their first letters are; Estonian and English both inflect at the end."""
HEDGES: Final[Mapping[Language, re.Pattern[str]]] = {
    "et": re.compile(
        r"\b(v[õo]i[bdks]\w*|tavaliselt|sageli|enamasti|üldjuhul|mõni\w*|mõne\w*|pigem|vajaduse(?:l|ta)|võimalusel|ehk|umbes|osaliselt|sobiva\w*)\b",
        re.I,
    ),
    "en": re.compile(
        r"\b(may|might|can|could|usually|often|mostly|generally|some|sometimes|rather|perhaps|about|partly|suitable"
        r"|where (?:needed|possible))\b",
        re.I,
    ),
}
ABSOLUTES: Final[Mapping[Language, re.Pattern[str]]] = {
    "et": re.compile(
        r"\b(alati|kunagi|ainult|üksnes|kõik|kõigi\w*|kõike|mitte keegi|ükski|ühtegi|täielikult|kindlasti|mingil juhul)\b",
        re.I,
    ),
    "en": re.compile(r"\b(always|never|only|all|every|none|nobody|no one|entirely|certainly|must)\b", re.I),
}


@dataclass(frozen=True, slots=True)
class Item:
    """A question of choice as somebody sees it who only looks: its stem, its options in the order shown, and which are right."""

    id: str
    stem: str
    options: tuple[str, ...]
    right: frozenset[int]

    @property
    def chance(self) -> float:
        """How often a blind pick is right."""
        return len(self.right) / len(self.options)


Scores = Sequence[float]
Strategy = Callable[[Item], Scores]
"""Gives each option a score; the option with the highest is picked, and of equal ones any."""


def items_of(rows: Iterable[BankRow], language: Language) -> list[Item]:
    """Return the questions of choice in which something is right and something is not, as shown in one language."""
    items = []
    for row in rows:
        options = row.public.get("options", [])
        key = (row.key or {}).get("answer")
        if row.public["kind"] not in KINDS or not key or len(options) < 2 or "withdrawn" in row.public:
            continue
        right = frozenset(n for n, option in enumerate(options) if option["id"] in key)
        if 0 < len(right) < len(options):
            texts = tuple(option[language] for option in options)
            items.append(Item(str(row.public["id"]), row.public["text"][language], texts, right))
    return items


def stems(text: str) -> frozenset[str]:
    """Return the beginnings of a text's longer words.

    Examples
    --------
    >>> sorted(stems("Avaldate eelnõu ja avaldasite selle"))
    ['avald', 'eelnõ', 'selle']
    """
    return frozenset(word.lower()[:_STEM] for word in _WORD.findall(text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one | other), 1)


def _closeness(item: Item) -> list[float]:
    """Return for each option how much it shares with the others, on the mean."""
    words = [stems(option) for option in item.options]
    return [
        sum(_overlap(own, other) for m, other in enumerate(words) if m != n) / (len(words) - 1)
        for n, own in enumerate(words)
    ]


def _place(place: int) -> Strategy:
    return lambda item: [float(n == min(place, len(item.options) - 1)) for n in range(len(item.options))]


def _matches(pattern: re.Pattern[str], sign: int) -> Strategy:
    return lambda item: [float(sign * len(pattern.findall(option))) for option in item.options]


def strategies(language: Language) -> dict[str, Strategy]:
    """Return every strategy by its name; the words that some look for are those of ``language``."""
    return {
        "first": _place(0),
        "second": _place(1),
        "third": _place(2),
        "fourth": _place(3),
        "longest": lambda item: [float(len(option)) for option in item.options],
        "shortest": lambda item: [-float(len(option)) for option in item.options],
        "not-longest": lambda item: [-float(len(option) == max(map(len, item.options))) for option in item.options],
        "not-shortest": lambda item: [-float(len(option) == min(map(len, item.options))) for option in item.options],
        "echoes-stem": lambda item: [float(len(stems(option) & stems(item.stem))) for option in item.options],
        "most-hedged": _matches(HEDGES[language], 1),
        "least-hedged": _matches(HEDGES[language], -1),
        "avoids-absolutes": _matches(ABSOLUTES[language], -1),
        "unlike-others": lambda item: [-closeness for closeness in _closeness(item)],
        "like-others": _closeness,
        "has-figure": _matches(re.compile(r"[§\d]"), 1),
    }


def picked(item: Item, scores: Scores) -> float:
    """Return how often the pick is right: of equally good options any may be picked.

    Examples
    --------
    >>> picked(Item("q", "?", ("a", "b", "c"), frozenset({1})), [0.0, 2.0, 2.0])
    0.5
    """
    best = [n for n, score in enumerate(scores) if score == max(scores)]
    return sum(n in item.right for n in best) / len(best)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one strategy scores over a set of items in one language, and which it gets right for certain."""

    strategy: str
    language: Language
    score: float
    hits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Naive:
    """What all strategies score over a set of items; scores are numbers of items got right.

    ``bound`` is the most that the best strategy may score. Each strategy's score under chance is a sum of independent draws with mean
    ``chance`` and spread ``spread``; of so many strategies the best one strays further than any one, so each is allowed what chance
    exceeds once in ``strategies / ALPHA`` (Bonferroni).
    """

    items: int
    chance: float
    spread: float
    bound: float
    outcomes: tuple[Outcome, ...]

    @property
    def best(self) -> Outcome:
        """The strategy that scores most."""
        return max(self.outcomes, key=lambda outcome: outcome.score)

    @property
    def sound(self) -> bool:
        """Whether no strategy is better than chance by more than chance itself allows."""
        return not self.outcomes or self.best.score <= self.bound


def naive(rows: Iterable[BankRow]) -> Naive:
    """Return what knowing nothing scores over these questions."""
    kept = list(rows)
    outcomes = []
    items: list[Item] = []
    for language in LANGUAGES:
        items = items_of(kept, language)
        for name, strategy in strategies(language).items():
            shares = {item.id: picked(item, strategy(item)) for item in items}
            hits = tuple(name for name, share in shares.items() if share == 1)
            outcomes.append(Outcome(name, language, sum(shares.values()), hits))
    chance = sum(item.chance for item in items)
    spread = sqrt(sum(item.chance * (1 - item.chance) for item in items))
    bound = chance + NormalDist().inv_cdf(1 - ALPHA / max(len(outcomes), 1)) * spread
    return Naive(len(items), chance, spread, bound, tuple(outcomes) if items else ())


def key_places(items: Iterable[Item]) -> Counter[int]:
    """Return how often the right option of an item with one stands at each place."""
    return Counter(place for item in items if len(item.right) == 1 for place in item.right)
