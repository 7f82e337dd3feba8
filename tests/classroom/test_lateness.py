"""What coming late costs: from the deadline through grading and marking by hand to what nbgrader's export says."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avcourse.classroom.exchange import collect
from avcourse.classroom.gradebook import read_penalties, read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.marking import mark
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.schedule import Terms, set_terms
from avcourse.classroom.workspace import ClassFolder, read_stamp

TEST, WHO = "eeltest", "proov-0001"


def sent(folder: ClassFolder) -> datetime:
    stamp = read_stamp(folder.root / "submitted" / WHO / TEST)
    assert stamp is not None
    return stamp


def total(folder: ClassFolder) -> float:
    return sum(read_scores(folder.database)[WHO, TEST].values())


@pytest.fixture
def late(released: ClassFolder) -> ClassFolder:
    """Give a class in which one test came a day and an hour after its deadline, and costs a tenth for each begun day."""
    fill_rehearsal(released, 3, assignments=[TEST])
    collect(released)
    due = sent(released) - timedelta(days=1, hours=1)
    set_terms(released, TEST, Terms(due=due, late="penalty", penalty=0.1))
    grade_class(released)
    return released


def test_each_begun_day_costs_its_share_of_the_points(late: ClassFolder) -> None:
    assert total(late) > 0
    assert read_penalties(late.database)[WHO, TEST] == pytest.approx(0.2 * total(late))


def test_points_by_hand_change_what_lateness_costs_at_once(late: ClassFolder) -> None:
    before = total(late)
    cell = next(cell for cell, points in read_scores(late.database)[WHO, TEST].items() if points == 1.0)
    mark(late, TEST, WHO, cell, 0.0)
    assert total(late) == before - 1
    assert read_penalties(late.database)[WHO, TEST] == pytest.approx(0.2 * (before - 1))


def test_another_rule_takes_the_penalty_back_at_the_next_grading(late: ClassFolder) -> None:
    set_terms(late, TEST, Terms(due=sent(late), late="penalty", penalty=0.1))
    grade_class(late)
    assert (WHO, TEST) not in read_penalties(late.database)


def test_nbgraders_own_export_takes_off_the_same(late: ClassFolder, tmp_path: Path) -> None:
    from nbgrader.api import Gradebook
    from nbgrader.plugins import CsvExportPlugin

    with Gradebook(late.database) as book:
        CsvExportPlugin(to=str(tmp_path / "grades.csv")).export(book)
    with (tmp_path / "grades.csv").open() as stream:
        rows = {row["student_id"]: row for row in csv.DictReader(stream) if row["assignment"] == TEST}
    assert float(rows[WHO]["raw_score"]) == total(late)
    assert float(rows[WHO]["score"]) == pytest.approx(0.8 * total(late))
