"""How the questions of a class's tests behaved, and what to look at, in words: for trainer and author, since keys are to be seen.

Nothing is said below the sample rules: per question nothing under ten tests, correlations from thirty, rare options from forty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import pandas as pd

from avcourse.classroom.cohort import TestSheet
from avcourse.classroom.edition import read_edition
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import Course, Slot, load_course
from avcourse.course.language import Language, say
from avcourse.course.questions import DONT_KNOW, Question, display_order
from avcourse.measurement.items import (
    FEWEST_PER_ITEM,
    McNemar,
    OptionCount,
    distractor_counts,
    item_statistics,
    mcnemar_exact,
    strongest,
)
from avcourse.measurement.records import is_valid
from avcourse.measurement.statistics import Reliability, cronbach_alpha
from avcourse.views.markup import decimal
from avcourse.views.testrecord import record_of

TOO_EASY: Final = (0.9, 0.8)
"""Difficulty from which on a question is too easy before the course, and what the low end of its interval must exceed."""
BLIND: Final = 0.35
"""Where even the high end of the interval stays below this, no more are right than by blind choice among four."""
WEAK: Final = 0.1
FEWEST_FOR_WEAK: Final = 100
"""A correlation of 0.1 is told from 0.2 only by so many."""
UNSURE: Final = 0.3
LOOSE: Final = 0.5
CHANGED: Final = 0.05
CLEARLY: Final = (2, 1.5)
"""By how many of the strongest, and how many times, another option must beat the right one: one person more is chance."""


@dataclass(frozen=True, slots=True)
class Flag:
    """Something to look at: a word of table ``item-flags``; shares and correlations are numbers until they are said."""

    kind: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    letter: str = ""

    def sentence(self, language: Language) -> str:
        """Return what is the matter."""
        return say(f"item-flags.{self.kind}", language, **self._told(language))

    def mend(self, language: Language) -> str:
        """Return what to do about it."""
        return say(f"item-flags.{self.kind}-mend", language, **self._told(language))

    def _told(self, language: Language) -> dict[str, str]:
        told = {"letter": self.letter}
        for name, value in self.numbers.items():
            told[name] = percent(value, language) if name == "share" else decimal(value, language, _DIGITS.get(name, 0))
        if "low" in self.numbers:
            low, high = (decimal(self.numbers[end], language, 2) for end in ("low", "high"))
            told["range"] = say("gain-words.to", language, low=low, high=high)
        return told


_DIGITS: Final = {"r": 2, "value": 2, "low": 2, "high": 2}


@dataclass(frozen=True, slots=True)
class ItemOption:
    """An option of a question: the letter by which notes name it, whether it is the right one, how many chose it.

    ``strongest`` counts those of the upper 27 % of the test; None below thirty tests.
    """

    letter: str
    option: str
    right: bool
    chosen: OptionCount
    strongest: int | None


@dataclass(frozen=True, slots=True)
class Item:
    """A question of one form of one test; figures are None below the sample rules. Only single choices have ``options``."""

    slot: Slot
    question: Question
    n: int
    difficulty: float | None
    interval: tuple[float, float] | None
    item_rest_r: float | None
    discrimination: float | None
    options: tuple[ItemOption, ...]
    unsure: OptionCount | None
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class FormItems:
    """One form of one test: how many valid tests there are, how reliable the form is, its questions."""

    test: str
    form: str
    n: int
    reliability: Reliability | None
    items: tuple[Item, ...]
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class Anchor:
    """A question that both tests asked, among those with both tests; shares are None below ten."""

    slot: Slot
    question: Question
    before: float | None
    after: float | None
    change: McNemar
    flags: tuple[Flag, ...]


@dataclass(frozen=True, slots=True)
class ItemReport:
    """All forms of the tests that were taken, and the anchors."""

    forms: tuple[FormItems, ...]
    anchors: tuple[Anchor, ...]


def item_report(sheets: Iterable[TestSheet], bank: Mapping[str, Question]) -> ItemReport:
    """Return how the questions behaved; ``bank`` holds the graded questions with their keys. Only valid tests count."""
    course = load_course()
    valid = [sheet for sheet in sheets if is_valid(record_of(sheet))]
    forms = []
    for test in course.tests:
        for form in ("A", "B"):
            own = [sheet for sheet in valid if sheet.module == test.id and sheet.form == form]
            if own:
                forms.append(_form_items(test.id, form, own, course, bank))
    return ItemReport(tuple(forms), tuple(_anchors(valid, course, bank)))


def slot_name(slot: Slot, language: Language) -> str:
    """Return what a slot of the tests is called: its area and its number.

    Examples
    --------
    >>> slot_name(Slot("impact-2", "impact", "apply", {}), "et")
    'Mõju hindamine 2'
    """
    area = next(each.name.in_(language) for each in load_course().areas if each.id == slot.area)
    return f"{area} {slot.id.rpartition('-')[2]}"


def percent(share: float, language: Language) -> str:
    r"""Return a share in per cent.

    Examples
    --------
    >>> percent(0.256, "et"), percent(0.256, "en")
    ('26\xa0%', '26%')
    """
    return decimal(100 * share, language, 0) + ("\N{NO-BREAK SPACE}%" if language == "et" else "%")


def _matrix(sheets: Sequence[TestSheet], slots: Sequence[Slot]) -> pd.DataFrame:
    """Return right or wrong, people by slots; a slot that some test of the form does not have is left out."""
    shared = [slot.id for slot in slots if all(slot.id in sheet.points for sheet in sheets)]
    rows = [[int(sheet.points[slot] >= 0.5) for slot in shared] for sheet in sheets]
    return pd.DataFrame(rows, index=[sheet.learner for sheet in sheets], columns=shared)


def class_bank(folder: ClassFolder) -> dict[str, Question]:
    """Return the graded questions of a class's tests with their keys, as the class was given them or as they were corrected."""
    tests = {test.id for test in load_course().tests}
    released = [name for name in folder.assignments() if load_course().successor(name) in tests]
    return {name: question for test in released for name, question in read_edition(folder, test).graded.items()}


def _question(slot: Slot, form: str, sheets: Sequence[TestSheet], bank: Mapping[str, Question]) -> Question | None:
    """Return what stood in a slot; a class may have been given another question than the course now has."""
    asked = (sheet.questions.get(slot.id) for sheet in sheets)
    return bank.get(next((name for name in asked if name), slot.forms[form]))


def _form_items(
    test: str, form: str, sheets: Sequence[TestSheet], course: Course, bank: Mapping[str, Question]
) -> FormItems:
    points = _matrix(sheets, course.slots)
    table = item_statistics(points)
    figures = {str(slot): {str(name): float(value) for name, value in row.items()} for slot, row in table.iterrows()}
    best = frozenset(strongest(points))
    later = test == course.tests[-1].id
    items = tuple(
        _item(slot, question, sheets, figures[slot.id], best, later)
        for slot in course.slots
        if slot.id in points.columns and (question := _question(slot, form, sheets, bank))
    )
    reliability = cronbach_alpha(points) if len(sheets) >= FEWEST_PER_ITEM else None
    return FormItems(test, form, len(sheets), reliability, items, tuple(_form_flags(reliability)))


def _form_flags(reliability: Reliability | None) -> Iterator[Flag]:
    if reliability is None or reliability.value is None or reliability.ci is None:
        return
    low, high = reliability.ci
    numbers = {"value": reliability.value, "low": low, "high": high}
    if reliability.warning == "negative":
        yield Flag("negative", numbers)
    elif reliability.value < LOOSE:
        yield Flag("loose", numbers)


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _choice(sheet: TestSheet, slot: str) -> str | None:
    """Return the one option that was chosen; None for a blank and for what is no single choice."""
    answer = sheet.choices.get(slot)
    return answer[0] if isinstance(answer, tuple) and len(answer) == 1 else None


def _item(
    slot: Slot,
    question: Question,
    sheets: Sequence[TestSheet],
    figures: Mapping[str, float],
    best: frozenset[str],
    later: bool,
) -> Item:
    choices = [_choice(sheet, slot.id) for sheet in sheets] if question.kind == "single" else []
    top = [choice for choice, sheet in zip(choices, sheets, strict=False) if sheet.learner in best]
    options = _options(question, choices, top if best else None)
    unsure = distractor_counts(choices, options=[DONT_KNOW], key="")[0] if choices and question.dont_know else None
    difficulty, low, high = (_known(figures[name]) for name in ("difficulty", "difficulty_low", "difficulty_high"))
    item = Item(
        slot=slot,
        question=question,
        n=int(figures["n"]),
        difficulty=difficulty,
        interval=None if low is None or high is None else (low, high),
        item_rest_r=_known(figures["item_rest_r"]),
        discrimination=_known(figures["discrimination"]),
        options=options,
        unsure=unsure,
        flags=(),
    )
    return replace(item, flags=tuple(_flags(item, later)))


def _options(
    question: Question, choices: Sequence[str | None], top: Sequence[str | None] | None
) -> tuple[ItemOption, ...]:
    if not choices or question.key is None or not isinstance(question.key.answer, tuple):
        return ()
    order = display_order(question.id, question.option_ids)
    key = question.key.answer[0]
    counts = distractor_counts(choices, options=order, key=key)
    return tuple(
        ItemOption(letter, name, name == key, count, None if top is None else top.count(name))
        for letter, name, count in zip("abcdefghij", order, counts, strict=False)
    )


def _flags(item: Item, later: bool) -> Iterator[Flag]:
    """Yield what to look at, the gravest first; ``later`` is the test after the course."""
    if item.item_rest_r is not None and item.item_rest_r < 0:
        yield Flag("wrong-way", {"r": item.item_rest_r})
    right = next((each for each in item.options if each.right), None)
    others = [each for each in item.options if not each.right and each.strongest is not None]
    if right is not None and right.strongest is not None and others:
        most = max(others, key=lambda each: each.strongest or 0)
        if (most.strongest or 0) >= max(CLEARLY[0] + right.strongest, CLEARLY[1] * right.strongest):
            yield Flag("strong-other", {"count": most.strongest or 0, "right": right.strongest}, most.letter)
    if item.difficulty is not None and item.interval is not None:
        low, high = item.interval
        if not later and item.difficulty >= TOO_EASY[0] and low > TOO_EASY[1]:
            yield Flag("too-easy", {"share": item.difficulty})
        if later and high < BLIND:
            yield Flag("too-hard", {"share": item.difficulty})
    if later and item.unsure is not None and item.unsure.share is not None and item.unsure.share >= UNSURE:
        yield Flag("unsure", {"share": item.unsure.share})
    if item.item_rest_r is not None and 0 <= item.item_rest_r < WEAK and item.n >= FEWEST_FOR_WEAK:
        yield Flag("weak", {"r": item.item_rest_r})
    for each in item.options:
        if each.chosen.rare and each.chosen.share is not None:
            yield Flag("rare", {"share": each.chosen.share}, each.letter)


def _anchors(valid: Sequence[TestSheet], course: Course, bank: Mapping[str, Question]) -> Iterator[Anchor]:
    if len(course.tests) < 2:
        return
    first, last = ({s.learner: s for s in valid if s.module == course.tests[place].id} for place in (0, -1))
    both = sorted(first.keys() & last.keys())
    for slot in course.slots:
        question = bank.get(slot.forms["A"])
        if not slot.anchor or question is None:
            continue
        own = [name for name in both if slot.id in first[name].points and slot.id in last[name].points]
        before, after = ([int(side[name].points[slot.id] >= 0.5) for name in own] for side in (first, last))
        change = mcnemar_exact(before, after)
        enough = change.n >= FEWEST_PER_ITEM
        shares = [sum(points) / len(own) if enough else None for points in (before, after)]
        yield Anchor(slot, question, shares[0], shares[1], change, tuple(_anchor_flags(change)))


def _anchor_flags(change: McNemar) -> Iterator[Flag]:
    gained, lost = change.gained or 0, change.lost or 0
    if change.p is not None and change.p < CHANGED and lost > gained:
        yield Flag("unlearned", {"lost": lost, "gained": gained})
