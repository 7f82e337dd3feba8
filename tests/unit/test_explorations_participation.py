"""The exploration of participatory budgets: known answers."""

from __future__ import annotations

import pytest

from avcourse.views.explorations import load_exploration, participation


def test_money_for_each_voter_needs_both_figures() -> None:
    found = {vote.name("en"): participation.euros_per_voter(vote) for vote in participation.read_votes()}
    assert found["Tartu city 2024"] == pytest.approx(200_000 / 5_859)
    assert found["Helsinki 2021"] == pytest.approx(187, abs=0.5)
    assert found["Tartu city 2013"] is None
    assert found["Tartu rural municipality 2021"] is None


def test_what_is_not_known_is_not_drawn() -> None:
    names = [vote.name("et") for vote, _ in participation.known_votes("turnout", "estonia")]
    assert names == ["Tartu linn 2013", "Tartu linn 2015", "Tartu linn 2017"]
    assert len(participation.known_votes("turnout", "all")) == 5


def test_the_sentence_names_the_lowest_and_the_highest() -> None:
    exploration = load_exploration("participatory-budgets")
    values = exploration.read({"measure": "turnout", "places": "all"}, "et")
    picture = exploration.draw(values, "et")
    assert "Tartu linn 2013 (3,3 %)" in picture.sentence
    assert "Helsingi 2021 (8,1 %)" in picture.sentence
    assert len(picture.rows) == len(participation.read_votes())
