"""Lesson 7's explorations: the duty to have a channel and the deadlines of an incident, against the law's words and a calendar."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import LANGUAGES, Language
from avcourse.municipality.profile import load_municipalities
from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.trust import (
    RESIDENTS_LIMIT,
    channel_duty,
    deadlines,
    month_after,
    outside_work,
    show_moment,
)


def test_the_limit_of_residents_is_met_in_33_of_the_79() -> None:
    assert sum(one.population >= RESIDENTS_LIMIT for one in load_municipalities()) == 33


@pytest.mark.parametrize(
    ("residents", "staff", "duty"),
    [
        (10_000, 0, "residents-only"),
        (9_999, 50, "staff-only"),
        (9_999, 49, "neither"),
        (10_000, 50, "both"),
        (80, 0, "neither"),
    ],
)
def test_or_more_means_that_the_limit_itself_counts(residents: int, staff: int, duty: str) -> None:
    assert channel_duty(residents, staff) == duty


def test_the_month_runs_from_the_notification_not_from_becoming_aware() -> None:
    aware = datetime(2026, 12, 4, 15, 40)
    assert deadlines(aware, 1).third == date(2027, 1, 4)
    assert deadlines(aware, 66).third == date(2027, 1, 7)
    assert deadlines(aware, 66).first == datetime(2026, 12, 5, 15, 40)
    assert deadlines(aware, 66).second == datetime(2026, 12, 7, 15, 40)


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_a_month_later_is_in_the_next_month_and_no_later_in_it(day: date) -> None:
    later = month_after(day)
    assert (later.year - day.year) * 12 + later.month - day.month == 1
    assert later.day == day.day or (later.day < day.day and (later + timedelta(days=1)).day == 1)


def test_weekends_evenings_and_early_mornings_are_outside_work() -> None:
    assert outside_work(datetime(2026, 12, 6, 12))
    assert outside_work(datetime(2026, 12, 7, 7, 59))
    assert not outside_work(datetime(2026, 12, 7, 8))


@pytest.mark.parametrize(
    ("language", "shown"), [("et", "laupäev, 05.12.2026 kell 15.40"), ("en", "Saturday 05.12.2026, 15:40")]
)
def test_a_moment_is_written_as_the_language_does(language: Language, shown: str) -> None:
    assert show_moment(datetime(2026, 12, 5, 15, 40), language) == shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_two_deadlines_at_a_weekend_are_said(language: Language) -> None:
    clock = load_exploration("incident-clock")
    sentence = clock.draw(clock.read({"noticed": "2026-12-03T20:00", "notified": 72}, language), language).sentence
    assert sentence.endswith(("kes siis teate saadab.", "who sends the notice then."))
