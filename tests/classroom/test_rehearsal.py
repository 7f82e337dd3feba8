"""A class with invented participants: labelled, the same for the same seed, and never beside real answers."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import RehearsalRefused, fill_rehearsal, is_rehearsal
from avcourse.classroom.workspace import ClassFolder, now_utc, open_class, parse_stamp
from avcourse.errors import NoAssignment
from tests.classroom.conftest import TESTS, NewLearner


def contents(folder: ClassFolder) -> dict[str, bytes]:
    """Return every file in the exchange's inbound by its path."""
    files = (path for path in folder.inbound.rglob("*") if path.is_file())
    return {path.relative_to(folder.inbound).as_posix(): path.read_bytes() for path in files}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(released: ClassFolder) -> None:
    fill_rehearsal(released, 12, seed=3)
    first = contents(released)
    fill_rehearsal(released, 12, seed=3)
    assert contents(released) == first
    shutil.rmtree(released.inbound)
    fill_rehearsal(released, 12, seed=4)
    assert not set(contents(released)) & set(first)
    shutil.rmtree(released.inbound)
    fill_rehearsal(released, 4, seed=3)
    assert contents(released).items() <= first.items()
    assert len(contents(released)) < len(first)


def test_a_rehearsal_is_labelled_and_still_a_class(released: ClassFolder) -> None:
    assert not is_rehearsal(released)
    students = fill_rehearsal(released, 3)
    assert students == ("proov-0001", "proov-0002", "proov-0003")
    assert is_rehearsal(released)
    fill_rehearsal(released, 3)
    assert open_class(released.root) == released


def test_invented_answers_are_collected_and_graded_like_any_others(released: ClassFolder) -> None:
    fill_rehearsal(released, 60)
    names = {path.name.split("+")[2] for path in released.inbound.iterdir()}
    assert all((parse_stamp(name) or now_utc()) < now_utc() for name in names)
    assert collect(released).problems == ()
    report = grade_class(released)
    assert report.problems == ()
    counts = Counter(one.assignment for one in report.graded)
    assert counts["eeltest"] == 60 > counts["jareltest"] > 40
    points = {test: [one.points for one in report.graded if one.assignment == test] for test in TESTS}
    means = [sum(points[test]) / len(points[test]) for test in TESTS]
    assert means[0] < means[1] < report.graded[0].max_points
    assert len(set(points["eeltest"])) > 3


def test_a_class_with_real_submissions_is_left_alone(released: ClassFolder, new_learner: NewLearner) -> None:
    learner = new_learner("mari-0001", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    before = contents(released)
    with pytest.raises(RehearsalRefused, match="mari-0001"):
        fill_rehearsal(released, 3)
    assert contents(released) == before
    assert not is_rehearsal(released)


@pytest.mark.parametrize("place", ["submitted/mari", "inbox/eeltest-mari.zip"])
def test_real_work_that_was_collected_or_sent_by_hand_counts_too(released: ClassFolder, place: str) -> None:
    path: Path = released.root / place
    path.parent.mkdir(exist_ok=True)
    path.touch() if path.suffix else path.mkdir()
    with pytest.raises(RehearsalRefused):
        fill_rehearsal(released, 3)


def test_only_what_is_released_is_answered(released: ClassFolder) -> None:
    with pytest.raises(NoAssignment):
        fill_rehearsal(released, 3, assignments=["olematu"])
    fill_rehearsal(released, 3, assignments=["eeltest"])
    assert {path.name.split("+")[1] for path in released.inbound.iterdir()} == {"eeltest"}
