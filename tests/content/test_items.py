"""Somebody who knows nothing gets nowhere: the bank gives no key away by place, length, wording or form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from avcourse.authoring.bank import BankRow
from avcourse.authoring.build import Content, read_content
from avcourse.authoring.items import item_problems
from avcourse.authoring.naive import Naive, items_of, key_places, naive
from avcourse.course.course import Course
from avcourse.course.language import LANGUAGES, Text

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def content() -> Content:
    found, _ = read_content(ROOT)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def course(content: Content) -> Course:
    return content.course


@pytest.fixture(scope="module")
def bank(content: Content) -> Mapping[str, BankRow]:
    return content.bank


def graded(bank: Mapping[str, BankRow]) -> list[BankRow]:
    return [row for row in bank.values() if row.graded]


def told(result: Naive) -> str:
    scores = ", ".join(f"{o.strategy}/{o.language} {o.score:.1f}" for o in result.outcomes if o.score > result.bound)
    return f"chance {result.chance:.1f} ± {result.spread:.1f}, at most {result.bound:.1f}: {scores}"


# What is allowed follows from the bank's size. Under chance the score of a strategy is a sum of independent picks, one an item, with a
# binomial spread; of all strategies in two languages the best must stay below what chance alone exceeds once in twenty banks, so each
# may reach the quantile 1 - 0.05 / (number of strategies): Bonferroni. More items, smaller margin.
@pytest.mark.parametrize("which", ["graded", "tests", "assignments", "formative"])
def test_the_best_naive_strategy_is_no_better_than_chance(
    bank: Mapping[str, BankRow], course: Course, which: str
) -> None:
    in_tests = {question for slot in course.slots for question in slot.forms.values()}
    chosen = {
        "graded": graded(bank),
        "tests": [row for row in graded(bank) if row.public["id"] in in_tests],
        "assignments": [row for row in graded(bank) if row.public["id"] not in in_tests],
        "formative": [row for row in bank.values() if not row.graded],
    }
    result = naive(chosen[which])
    assert result.items > 15
    assert result.sound, told(result)


def test_the_key_stands_at_every_place(bank: Mapping[str, BankRow]) -> None:
    items = items_of(graded(bank), "et")
    places = key_places(item for item in items if len(item.options) == 4)
    count = places.total()
    # Each place has a quarter, give or take three spreads of a binomial of that size.
    margin = 3 * (count * 0.25 * 0.75) ** 0.5
    assert all(abs(places[place] - count / 4) <= margin for place in range(4)), places


def test_the_form_of_options_gives_nothing_away(bank: Mapping[str, BankRow]) -> None:
    problems = [problem.sentence("en") for problem in item_problems(bank.values())]
    assert not problems, "\n".join(problems)


def test_graded_items_cover_areas_and_levels(bank: Mapping[str, BankRow], course: Course) -> None:
    rows = [row.public for row in graded(bank) if row.public["kind"] != "work"]
    for area in course.areas:
        assert sum(row["area"] == area.id for row in rows) >= 0.1 * len(rows), area.id
    for level, least in (("understand", 0.03), ("apply", 0.25), ("judge", 0.25)):
        assert sum(row["level"] == level for row in rows) >= least * len(rows), level


# Planted faults: each check fails where it should.


def row(number: int, options: Iterable[str], right: int = 0, text: str = "Mida nüüd teete?") -> BankRow:
    made = [{"id": f"o{n}", "et": option, "en": option} for n, option in enumerate(options)]
    public: dict[str, Any] = {"id": f"q{number}", "kind": "single", "graded": True, "options": made}
    public["text"] = {"et": f"{text} {number}", "en": f"{text} {number}"}
    return BankRow(public, {"answer": [f"o{right}"]}, Text(et="", en=""), "content/questions/x.toml", number)


PLAIN = ("Avaldan eelnõu veebis.", "Saadan kirja külale.", "Kutsun kokku komisjoni.", "Ootan ära istungi.")


@pytest.mark.parametrize(
    ("strategy", "make"),
    [
        ("first", lambda n: row(n, PLAIN)),
        ("third", lambda n: row(n, PLAIN, 2)),
        ("longest", lambda n: row(n, [PLAIN[0] + " Nii jõuavad kõik lugeda.", *PLAIN[1:]], 0)),
        ("not-longest", lambda n: row(n, [f"{PLAIN[0]} Pikalt ja laialt.", *PLAIN[1:]], 1 + n % 3)),
        (
            "avoids-absolutes",
            lambda n: row(n, ["Avaldan alati.", "Ei avalda kunagi.", "Avaldan ainult osa.", "Avaldan."], 3),
        ),
        ("most-hedged", lambda n: row(n, ["Vahel võib avaldada.", *PLAIN[1:]], 0)),
        ("has-figure", lambda n: row(n, ["Avaldan 10 päeva.", *PLAIN[1:]], 0)),
        ("echoes-stem", lambda n: row(n, PLAIN, 3, "Kas ootate istungi ära?")),
    ],
)
def test_a_bank_that_gives_itself_away_is_found(strategy: str, make: Any) -> None:
    # A third instead of a quarter takes a large bank to be told from chance.
    result = naive(make(number) for number in range(500 if strategy == "not-longest" else 60))
    assert not result.sound
    assert strategy in {outcome.strategy for outcome in result.outcomes if outcome.score > result.bound}


@pytest.mark.parametrize(
    ("options", "what"),
    [
        (("Avaldan eelnõu veebis ja kutsun kõik külad kokku seda arutama.", *PLAIN[1:]), "length"),
        (("Avaldan eelnõu veebis", *PLAIN[1:]), "full stop"),
        (("avaldan eelnõu veebis.", *PLAIN[1:]), "capital"),
        (("Kõik eelnevad vastused.", *PLAIN[1:]), "none of these"),
        (("None of the above one.", *PLAIN[1:]), "none of these"),
        (PLAIN[1:], "four options"),
        (
            [
                f"Dokumendihaldussüsteemi kasutuselevõtmise ettevalmistamine omavalitsustes "
                f"samaaegselt riiklikult rahastatavate programmide toetusel {n}."
                for n in range(4)
            ],
            "hard",
        ),
    ],
)
def test_options_of_a_telling_form_are_named(options: Iterable[str], what: str) -> None:
    assert any(what in problem.what.en for problem in item_problems([row(1, options)]))
    assert not item_problems([row(1, PLAIN)])


def test_two_questions_of_one_wording_are_named() -> None:
    one, other = row(1, PLAIN), row(1, PLAIN)
    rows = [one, BankRow({**other.public, "id": "q2"}, other.key, other.texts, other.file, 2)]
    assert [problem.id for problem in item_problems(rows)] == ["q2"]


def test_both_languages_are_looked_at() -> None:
    assert {outcome.language for outcome in naive([row(1, PLAIN)]).outcomes} == set(LANGUAGES)
