"""Deadlines: times as people write them, whose submission counts, what is over, and the same in nbgrader's gradebook."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.classroom import schedule as schedule_module
from avcourse.classroom.exchange import collect, peek
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.schedule import (
    ExtensionTooShort,
    NoDeadline,
    PenaltyUnclear,
    Schedule,
    ScheduleUnreadable,
    Terms,
    WhenUnclear,
    close_assignment,
    extend,
    parse_when,
    penalty_share,
    read_schedule,
    reopen_assignment,
    set_terms,
    show_when,
    write_schedule,
)
from avcourse.classroom.workspace import ClassFolder, now_utc, stamp_text
from avcourse.errors import NoAssignment, StudentIdWrong

Make = Callable[[str, ClassFolder], Any]
NOON = datetime(2026, 11, 20, 12)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
moments = st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1))


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-01 17:00", datetime(2026, 12, 1, 15)),
        ("1.12.2026 17.00", datetime(2026, 12, 1, 15)),
        ("01.12.2026 kell 17:00", datetime(2026, 12, 1, 15)),
        (" 1. 7. 2026 9.30 ", datetime(2026, 7, 1, 6, 30)),
        ("2026-07-01T09:30", datetime(2026, 7, 1, 6, 30)),
        ("1.12.2026", datetime(2026, 12, 1, 21, 59)),
        ("2026-12-01T17:00:00Z", datetime(2026, 12, 1, 17)),
        ("2026-12-01T17:00:00+05:00", datetime(2026, 12, 1, 12)),
    ],
)
def test_times_as_people_write_them(text: str, utc: datetime) -> None:
    assert parse_when(text) == utc


@pytest.mark.parametrize(
    "text",
    ["", "homme", "31.2.2026", "1.12.2026 25.00", "12/1/2026", "2026-12-01 17:00:61", "1.12.26", "29.3.2026 3.30"],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(WhenUnclear) as caught:
        parse_when(text)
    assert "1.12.2026 17.00" in caught.value.sentence("et")


@given(moments)
def test_a_time_that_is_shown_is_read_back(at: datetime) -> None:
    at = at.replace(second=0, microsecond=0)
    shown = {parse_when(show_when(at, "et")), parse_when(show_when(at, "en"))}
    # In autumn one hour comes twice by the clock; the first one is meant.
    assert shown in ({at}, {at - HOUR})


@given(
    st.lists(moments, min_size=1, max_size=6), moments, st.sampled_from(["accept", "penalty", "refuse"]), st.booleans()
)
def test_the_last_in_time_counts_or_else_the_first_late_one(
    times: list[datetime], due: datetime, late: Any, closed: bool
) -> None:
    schedule = Schedule({"eeltest": Terms(due, late, closed=closed)})
    order = schedule.in_order("k3f9", "eeltest", [(at, at) for at in times])
    in_time = [at for at in times if at <= due]
    if in_time:
        assert order[0] == max(in_time)
    elif late == "refuse" or closed:
        assert order == []
    else:
        assert order[0] == min(times)
    share = penalty_share(schedule, "k3f9", "eeltest", times[0])
    assert 0 <= share <= 1
    assert (share > 0) == (late == "penalty" and times[0] > due)


def test_what_a_day_late_costs() -> None:
    schedule = Schedule({"eeltest": Terms(NOON, "penalty")}, {("k3f9", "eeltest"): NOON + DAY})
    waits = [timedelta(0), timedelta(seconds=1), DAY, DAY + HOUR, 30 * DAY]
    assert [penalty_share(schedule, "other", "eeltest", NOON + wait) for wait in waits] == [0, 0.1, 0.1, 0.2, 1]
    assert penalty_share(schedule, "k3f9", "eeltest", NOON + DAY) == 0
    assert penalty_share(schedule, "k3f9", "eeltest", None) == 0


def test_over_is_what_nobody_can_hand_in_any_more() -> None:
    longer = {("k3f9", "eeltest"): NOON + DAY}
    refused = {"eeltest": Terms(NOON, "refuse")}
    assert not Schedule().over("eeltest", NOON)
    assert not Schedule(refused).over("eeltest", NOON)
    assert Schedule(refused).over("eeltest", NOON + HOUR)
    assert not Schedule(refused, longer).over("eeltest", NOON + HOUR)
    assert Schedule(refused, longer).over("eeltest", NOON + DAY)
    assert Schedule({"eeltest": Terms(closed=True)}).over("eeltest", NOON)
    assert Schedule({"jareltest": Terms(NOON, "refuse")}).over("eeltest", NOON + HOUR) is False


@pytest.mark.parametrize("terms", [Terms(NOON, "accept"), Terms(NOON, "penalty")])
def test_where_late_work_counts_only_closing_ends_a_test(terms: Terms) -> None:
    assert not Schedule({"jareltest": terms}).over("jareltest", NOON + 400 * DAY)
    assert Schedule({"jareltest": replace(terms, closed=True)}).over("jareltest", NOON + DAY)


def test_tests_are_over_when_the_last_one_is(released: ClassFolder) -> None:
    now = now_utc()
    set_terms(released, "eeltest", Terms(now - DAY, "refuse"))
    assert not schedule_module.tests_over(released, now)
    set_terms(released, "jareltest", Terms(now - DAY, "refuse"))
    assert schedule_module.tests_over(released, now)
    extend(released, "k3f9", "jareltest", now + DAY)
    assert not schedule_module.tests_over(released, now)
    close_assignment(released, "jareltest")
    assert schedule_module.tests_over(released, now_utc())


@given(st.data())
def test_what_is_written_is_read_back(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    terms = st.builds(
        Terms, st.none() | moments, st.sampled_from(["accept", "penalty", "refuse"]), st.floats(0, 1), st.booleans()
    )
    schedule = Schedule(
        data.draw(st.dictionaries(st.sampled_from(["eeltest", "jareltest"]), terms)),
        data.draw(st.dictionaries(st.tuples(st.sampled_from(["k3f9", "m2"]), st.just("eeltest")), moments)),
    )
    root = tmp_path_factory.mktemp("klass")
    folder = ClassFolder(root, "k", "et", root)
    write_schedule(folder, schedule)
    assert read_schedule(folder) == schedule
    shutil.rmtree(root)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"v":1}',
        '{"assignments":{"eeltest":{"due":"homme","late":"accept","penalty":0,"closed":false}},"extensions":[]}',
        '{"assignments":{"eeltest":{"due":null,"late":"never","penalty":0,"closed":false}},"extensions":[]}',
        '{"assignments":{"eeltest":{"due":null,"late":"accept","penalty":NaN,"closed":false}},"extensions":[]}',
        '{"assignments":{},"extensions":[1]}',
    ],
)
def test_a_damaged_file_is_said_and_nothing_is_collected_by_a_guess(text: str, released: ClassFolder) -> None:
    (released.root / "schedule.json").write_text(text)
    with pytest.raises(ScheduleUnreadable) as caught:
        collect(released)
    assert "schedule.json" in caught.value.sentence("en")


def test_what_a_trainer_cannot_set(released: ClassFolder) -> None:
    with pytest.raises(NoAssignment):
        set_terms(released, "vahetest", Terms(NOON))
    with pytest.raises(NoDeadline):
        extend(released, "k3f9", "eeltest", NOON)
    set_terms(released, "eeltest", Terms(NOON))
    with pytest.raises(ExtensionTooShort) as caught:
        extend(released, "k3f9", "eeltest", NOON - HOUR)
    assert "20.11.2026 14.00" in caught.value.sentence("et")
    with pytest.raises(StudentIdWrong):
        extend(released, "../k3f9", "eeltest", NOON + HOUR)
    assert read_schedule(released).extensions == {}


@pytest.fixture
def handed_in(released: ClassFolder, new_learner: Make) -> Callable[[str, datetime, int], None]:
    """Hand answers in at a time, with so many of them wrong."""

    def hand_in(student: str, at: datetime, wrong: int) -> None:
        home = released.root.parent / "homes" / student
        shutil.rmtree(home, ignore_errors=True)
        learner = new_learner(student, released)
        learner.answer("eeltest", "A", wrong)
        place = released.inbound / f"{student}+eeltest+{stamp_text(at)}+x"
        place.mkdir()
        shutil.copy(learner.folder.log_path("eeltest"), place)
        (place / "timestamp.txt").write_text(stamp_text(at))

    return hand_in


def points(classroom: ClassFolder) -> dict[str, float]:
    return {one.student: one.points for one in grade_class(classroom).graded}


def test_which_submission_counts(released: ClassFolder, handed_in: Callable[[str, datetime, int], None]) -> None:
    for wait, wrong in ((-2 * HOUR, 3), (-HOUR, 2), (HOUR, 1), (2 * HOUR, 0)):
        handed_in("both", NOON + wait, wrong)
        if wait > timedelta(0):
            handed_in("late", NOON + wait, wrong)
    set_terms(released, "eeltest", Terms(NOON, "accept"))
    # Looking changes nothing and says what collecting says.
    foreseen = peek(released)
    assert not list((released.root / "submitted").iterdir())
    report = collect(released)
    assert foreseen == report
    assert {(one.student, one.late) for one in report.collected} == {("both", False), ("late", True)}
    assert [(problem.student, problem.kind) for problem in report.problems] == [("both", "late-extra")]
    assert points(released) == {"both": 4, "late": 5}
    assert collect(released).collected == ()

    # An extension makes a later one count, and taking it back the earlier one again.
    extend(released, "both", "eeltest", NOON + 90 * timedelta(minutes=1))
    assert [one.student for one in collect(released).collected] == ["both"]
    assert points(released)["both"] == 5
    extend(released, "both", "eeltest", None)
    assert [one.student for one in collect(released).collected] == ["both"]
    assert points(released)["both"] == 4
    for language in ("et", "en"):
        assert all("{" not in sentence for sentence in collect(released).sentences(language))


def test_late_work_that_is_refused_is_named_and_kept(
    released: ClassFolder, handed_in: Callable[[str, datetime, int], None]
) -> None:
    handed_in("late", NOON + HOUR, 0)
    set_terms(released, "eeltest", Terms(NOON, "refuse"))
    report = collect(released)
    assert report.collected == ()
    assert [problem.kind for problem in report.problems] == ["late-refused"]
    assert "20.11.2026 15.00" in report.problems[0].sentence("et")
    assert len(list(released.inbound.iterdir())) == 1
    # Another try.
    extend(released, "late", "eeltest", NOON + DAY)
    assert [one.late for one in collect(released).collected] == [False]
    # Collected before a deadline was set: it is not taken away, but named.
    extend(released, "late", "eeltest", None)
    report = collect(released)
    assert (report.collected, [problem.kind for problem in report.problems]) == ((), ["late-there"])


def test_what_comes_after_closing_does_not_count(
    released: ClassFolder, handed_in: Callable[[str, datetime, int], None]
) -> None:
    handed_in("early", NOON, 1)
    set_terms(released, "eeltest", Terms(NOON + DAY, "accept"))
    extend(released, "early", "eeltest", NOON + 9 * DAY)
    close_assignment(released, "eeltest", NOON + HOUR)
    handed_in("early", NOON + 2 * HOUR, 0)
    handed_in("late", NOON + 2 * HOUR, 0)
    report = collect(released)
    assert [one.student for one in report.collected] == ["early"]
    assert {(problem.student, problem.kind) for problem in report.problems} == {
        ("early", "late-extra"),
        ("late", "late-refused"),
    }
    assert points(released) == {"early": 5}
    reopen_assignment(released, "eeltest")
    assert len(collect(released).collected) == 2
    assert points(released) == {"early": 6, "late": 6}


@pytest.mark.parametrize("rule", ["accept", "penalty"])
def test_late_work_that_came_before_the_trainer_closed_counts(
    released: ClassFolder, handed_in: Callable[[str, datetime, int], None], rule: Any
) -> None:
    set_terms(released, "eeltest", Terms(NOON, rule))
    handed_in("late", NOON + HOUR, 0)
    close_assignment(released, "eeltest", NOON + 2 * HOUR)
    close_assignment(released, "eeltest", NOON + 9 * HOUR)
    handed_in("later", NOON + 3 * HOUR, 0)
    report = collect(released)
    assert [(one.student, one.late) for one in report.collected] == [("late", True)]
    assert [(problem.student, problem.kind) for problem in report.problems] == [("later", "late-refused")]


@pytest.mark.parametrize("due", [None, timedelta(days=2)])
def test_a_closed_test_with_a_deadline_to_come_is_open_again(released: ClassFolder, due: timedelta | None) -> None:
    """Otherwise its keys would be shown while it can be handed in."""
    close_assignment(released, "jareltest")
    closed = read_schedule(released).of("jareltest")
    set_terms(released, "jareltest", replace(closed, late="refuse"))
    assert schedule_module.tests_over(released, now_utc())
    set_terms(released, "jareltest", replace(closed, due=None if due is None else now_utc() + due))
    assert not schedule_module.tests_over(released, now_utc())


@pytest.mark.parametrize("penalty", [float("nan"), -0.1, 1.5])
def test_a_penalty_that_is_no_share_is_refused_before_it_is_written(released: ClassFolder, penalty: float) -> None:
    with pytest.raises(PenaltyUnclear):
        set_terms(released, "eeltest", Terms(NOON, "penalty", penalty))
    assert read_schedule(released) == Schedule()


def test_a_collected_submission_stays_when_the_exchange_is_emptied(
    released: ClassFolder, handed_in: Callable[[str, datetime, int], None]
) -> None:
    handed_in("k3f9", NOON - HOUR, 2)
    handed_in("k3f9", NOON, 0)
    collect(released)
    shutil.rmtree(next(released.inbound.glob(f"*{stamp_text(NOON)}*")))
    assert collect(released).collected == ()
    assert points(released) == {"k3f9": 6}


@pytest.mark.slow
def test_nbgrader_sees_the_same_deadlines(
    released: ClassFolder, handed_in: Callable[[str, datetime, int], None]
) -> None:
    from nbgrader.api import Gradebook

    handed_in("k3f9", NOON + HOUR, 0)
    handed_in("m2", NOON + HOUR, 0)
    set_terms(released, "eeltest", Terms(NOON))
    extend(released, "m2", "eeltest", NOON + DAY)
    collect(released)
    grade_class(released)
    write_schedule(released, read_schedule(released))
    with Gradebook(released.database) as book:
        assert book.find_assignment("eeltest").duedate == NOON
        found = {student: book.find_submission("eeltest", student) for student in ("k3f9", "m2")}
        assert {student: one.total_seconds_late for student, one in found.items()} == {"k3f9": 3600, "m2": 0}
        assert found["m2"].duedate == NOON + DAY
    data = json.loads((released.root / "schedule.json").read_text())
    assert data["assignments"]["eeltest"]["due"] == "2026-11-20T12:00:00Z"
