"""How questions behaved: figures under the sample rules, and each note with what to do, in both languages."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import pytest

from avcourse.classroom.cohort import TestSheet
from avcourse.course.course import load_course, load_graded
from avcourse.course.language import LANGUAGES
from avcourse.course.questions import DONT_KNOW, display_order
from avcourse.views.class_items import Flag, Item, ItemReport, item_report

BANK = load_graded()
SLOTS = load_course().slots
FIRST = SLOTS[0].id
# Bock & Lieberman (1970): how often each pattern 00000 … 11111 was seen among 1 000 people.
LSAT6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15]
LSAT6 += [10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]


def key(slot: str, form: str = "A") -> str:
    question = BANK[next(each for each in SLOTS if each.id == slot).forms[form]]
    assert question.key is not None
    assert isinstance(question.key.answer, tuple)
    return question.key.answer[0]


def letters(slot: str, form: str = "A") -> dict[str, str]:
    """Letters by option id, in the order in which everybody sees the options."""
    question = BANK[next(each for each in SLOTS if each.id == slot).forms[form]]
    return dict(zip(display_order(question.id, question.option_ids), "abcd", strict=True))


def sheet(learner: int, choices: Sequence[str | None], test: str = "eeltest", form: str = "A") -> TestSheet:
    """A test with these choices in the first slots: an option id, "right", or None for a blank."""
    slots = SLOTS[: len(choices)]
    given = {slot.id: key(slot.id, form) if one == "right" else one for slot, one in zip(slots, choices, strict=True)}
    points = {slot: float(one == key(slot, form)) for slot, one in given.items()}
    outcomes = {
        slot: "blank" if one is None else "unsure" if one == DONT_KNOW else "right" if points[slot] else "wrong"
        for slot, one in given.items()
    }
    return TestSheet(
        learner=f"p{learner:04}",
        module=test,
        form=form,
        points=points,
        outcomes=outcomes,
        confidences=dict.fromkeys(points, 75),
        self_ratings={},
        then_ratings={},
        questions={slot.id: slot.forms[form] for slot in slots},
        choices={slot: None if one is None else (one,) for slot, one in given.items()},
    )


def report(rows: Sequence[Sequence[str | None]], test: str = "eeltest") -> ItemReport:
    return item_report([sheet(number, row, test) for number, row in enumerate(rows)], BANK)


def first(rows: Sequence[Sequence[str | None]], test: str = "eeltest") -> Item:
    return report(rows, test).forms[0].items[0]


def kinds(item: Item) -> list[str]:
    return [flag.kind for flag in item.flags]


def wrong(slot: str, place: int = 0) -> str:
    return [option for option in letters(slot) if option != key(slot)][place]


W = [wrong(slot.id) for slot in SLOTS]


def test_lsat6_as_a_class() -> None:
    patterns = itertools.product((0, 1), repeat=5)
    rows = [
        ["right" if right else W[place] for place, right in enumerate(pattern)]
        for pattern, count in zip(patterns, LSAT6, strict=True)
        for _ in range(count)
    ]
    (form,) = report(rows).forms
    assert (form.n, [item.slot.id for item in form.items]) == (1000, [slot.id for slot in SLOTS[:5]])
    assert [item.difficulty for item in form.items] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert [item.item_rest_r for item in form.items] == pytest.approx(
        [0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5
    )
    assert form.reliability is not None
    assert form.reliability.value == pytest.approx(0.2950, abs=5e-5)
    assert [flag.kind for flag in form.flags] == ["loose"]


@pytest.mark.parametrize(
    ("n", "difficulty", "separation", "rare"),
    [(9, False, False, False), (10, True, False, False), (30, True, True, False), (40, True, True, True)],
)
def test_nothing_below_the_sample_rules(n: int, difficulty: bool, separation: bool, rare: bool) -> None:
    rows = [["right" if place % 3 else W[0], "right" if place % 2 else W[1]] for place in range(n)]
    (form,) = report(rows).forms
    item = form.items[0]
    assert (item.difficulty is not None, item.interval is not None) == (difficulty, difficulty)
    assert (item.item_rest_r is not None, item.discrimination is not None) == (separation, separation)
    assert all((option.chosen.count is not None) == difficulty for option in item.options)
    assert all((option.strongest is not None) == separation for option in item.options)
    assert any(flag.kind == "rare" for flag in item.flags) == rare
    assert (form.reliability is not None) == difficulty
    if not difficulty:
        assert item.flags == ()


def test_an_invalid_test_does_not_count() -> None:
    rows = [["right", "right", "right", "right"]] * 12
    sheets = [sheet(number, row) for number, row in enumerate(rows)]
    sheets += [sheet(99, [None, "right", "right", "right"])]
    assert item_report(sheets, BANK).forms[0].n == 12


def test_almost_nobody_chooses_an_option() -> None:
    rows = [["right" if place % 2 else wrong(FIRST, 0 if place % 4 else 1)] * 1 + ["right"] for place in range(60)]
    item = first(rows)
    unseen = letters(FIRST)[wrong(FIRST, 2)]
    assert [(flag.kind, flag.letter) for flag in item.flags if flag.kind == "rare"] == [("rare", unseen)]
    flag = item.flags[-1]
    assert flag.sentence("et") == f"Peaaegu keegi ei vali vastust {unseen} (0\N{NO-BREAK SPACE}%)."
    assert flag.sentence("en") == f"Almost nobody chooses {unseen} (0%)."
    assert "usutavamaks" in flag.mend("et")


def test_too_easy_is_said_of_the_pre_test_only() -> None:
    rows = [["right", "right" if place % 2 else W[1]] for place in range(60)]
    assert "too-easy" in kinds(first(rows))
    assert "too-easy" not in kinds(first(rows, "jareltest"))
    flag = next(flag for flag in first(rows).flags if flag.kind == "too-easy")
    assert flag.sentence("et") == "Liiga lihtne: juba enne kursust vastas õigesti 100\N{NO-BREAK SPACE}%."
    assert "too-easy" not in kinds(first(rows[:12]))  # twelve of twelve may be chance


def test_too_hard_is_said_of_the_post_test_only() -> None:
    rows = [["right" if place % 10 == 0 else W[0], "right"] for place in range(60)]
    assert "too-hard" in kinds(first(rows, "jareltest"))
    assert "too-hard" not in kinds(first(rows))


def strong_and_weak(strong: str, weak: str, n: int = 60) -> list[list[str | None]]:
    """The stronger half has everything else right; the first slot is answered as said."""
    rest = ["right"] * 6, W[1:7]
    return [[strong, *rest[0]] if place % 2 else [weak, *rest[1]] for place in range(n)]


def test_separating_the_wrong_way_round() -> None:
    item = first(strong_and_weak(W[0], "right"))
    assert kinds(item)[0] == "wrong-way"
    assert item.flags[0].sentence("et").startswith("Eristab valetpidi: kes on muudes küsimustes tugevam")
    assert item.flags[0].sentence("en").startswith("Separates the wrong way round")
    assert "wrong-way" not in kinds(first(strong_and_weak("right", W[0])))


def test_the_strongest_choose_another() -> None:
    item = first(strong_and_weak(wrong(FIRST, 1), "right"))
    flag = next(flag for flag in item.flags if flag.kind == "strong-other")
    assert flag.letter == letters(FIRST)[wrong(FIRST, 1)]
    assert flag.sentence("et").startswith(
        f"Kõige tugevamad valivad hoopis vastuse {flag.letter}: tugevamast veerandist valis selle 16"
    )
    assert "strong-other" not in kinds(first(strong_and_weak("right", W[0])))


def test_unsure_after_the_course() -> None:
    rows = [[DONT_KNOW if place % 2 else "right", "right"] for place in range(40)]
    assert "unsure" in kinds(first(rows, "jareltest"))
    assert "unsure" not in kinds(first(rows))


def test_anchors_before_and_after() -> None:
    """Of twenty people twelve learn the first anchor and one forgets it: 2·P(X ≤ 1), X of 13 at one half."""
    before = [["right"] * 6] * 4 + [[W[0], *["right"] * 5]] * 16
    after = [[W[0], *["right"] * 5]] + [["right"] * 6] * 15 + [[W[0], *["right"] * 5]] * 4
    sheets = [sheet(number, row) for number, row in enumerate(before)]
    sheets += [sheet(number, row, "jareltest") for number, row in enumerate(after)]
    anchor = item_report(sheets, BANK).anchors[0]
    assert anchor.slot.anchor
    assert (anchor.change.n, anchor.change.gained, anchor.change.lost) == (20, 12, 1)
    assert anchor.change.p == pytest.approx(2 * (1 + 13) / 2**13)
    assert (anchor.before, anchor.after) == (0.2, 0.75)
    assert anchor.flags == ()
    turned = [TestSheet(**{name: getattr(one, name) for name in TestSheet.__slots__} | {"module": other}) for one in sheets
              for other in ({"eeltest": "jareltest", "jareltest": "eeltest"}[one.module],)]  # fmt: skip
    (flag,) = item_report(turned, BANK).anchors[0].flags
    assert flag.sentence("et") == "Pärast kursust osatakse vähem: õigest valeks läks 12, valest õigeks 1 osalejat."
    few = [one for one in sheets if int(one.learner[1:]) < 9]
    assert item_report(few, BANK).anchors[0].before is None
    assert item_report(few, BANK).anchors[0].change.p is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_note_says_what_to_do(language: str) -> None:
    numbers = {
        "share": 0.04,
        "r": -0.2,
        "count": 5,
        "right": 2,
        "lost": 9,
        "gained": 1,
        "value": 0.3,
        "low": 0.1,
        "high": 0.5,
    }
    for kind in (
        "rare",
        "too-easy",
        "too-hard",
        "wrong-way",
        "weak",
        "strong-other",
        "unsure",
        "unlearned",
        "loose",
        "negative",
    ):
        flag = Flag(kind, numbers, "c")
        said = flag.sentence("et" if language == "et" else "en"), flag.mend("et" if language == "et" else "en")
        assert all(text.endswith(".") for text in said)
        assert "{" not in "".join(said)
