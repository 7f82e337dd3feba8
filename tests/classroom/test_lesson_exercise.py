"""A lesson's graded exercise in a class: released, answered by invented participants, graded, given back, seen on the desk."""

from __future__ import annotations

import html
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from avcourse.classroom.edition import read_edition, write_edition
from avcourse.classroom.exchange import collect
from avcourse.classroom.feedback import feedback_of
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_course, load_graded
from avcourse.course.language import say
from avcourse.measurement.items import FEWEST_PER_ITEM
from avcourse.views.desk import exercise_items
from avcourse.views.desk.dispatch import Desk, Request
from avcourse.views.desk.exercise_items import exercises

MODULE = next(module for module in load_course().modules if module.kind == "exercise")
LEARNERS = 12


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    classroom = new_class(tmp_path_factory.mktemp("template") / "klass", "sygis-2026", "et", None)
    release(classroom, [MODULE.id])
    fill_rehearsal(classroom, LEARNERS, seed=2)
    collect(classroom)
    assert grade_class(classroom).problems == ()
    return classroom.root


@pytest.fixture
def classroom(template: Path, tmp_path: Path) -> ClassFolder:
    root = tmp_path / "klass"
    shutil.copytree(template, root)
    return ClassFolder(root, "sygis-2026", "et", root / "exchange")


def test_points_are_neither_all_nor_none_and_the_open_question_waits(classroom: ClassFolder) -> None:
    scores = read_scores(classroom.database)
    bank = load_graded()
    judged = [name for name in MODULE.questions if not bank[name].by_hand]
    totals = [sum(own[name] for name in judged) for own in scores.values()]
    assert len(totals) > LEARNERS / 2
    assert 0 < min(totals) < max(totals) <= sum(bank[name].points for name in judged)
    assert len(judged) == len(MODULE.questions) - 1


def test_feedback_tells_the_right_answer_why_and_which_lesson_to_read(classroom: ClassFolder) -> None:
    student = next(student for student, _ in read_scores(classroom.database))
    feedback = feedback_of(classroom, student, MODULE.id)
    bank = load_graded()
    assert [item.slot for item in feedback.items] == [name for name in MODULE.questions if not bank[name].by_hand]
    assert all(item.right and item.explanation and item.source for item in feedback.items)
    assert [reading.lessons for reading in feedback.readings] == [(MODULE.id.removesuffix("-ulesanne"),)]
    assert len(feedback.opens) == 1


def test_the_desk_shows_how_its_questions_went_from_ten_submissions_on(
    classroom: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    for language in ("et", "en"):
        shown = exercises(classroom, "et" if language == "et" else "en")
        assert MODULE.title.in_("et" if language == "et" else "en") in shown
    bank = load_graded()
    shown = exercises(classroom, "et")
    for name in MODULE.questions:
        assert (html.escape(bank[name].text.et, quote=False) in shown) != bank[name].by_hand, name
    few = dict(list(read_scores(classroom.database).items())[: FEWEST_PER_ITEM - 1])
    assert len(few) == FEWEST_PER_ITEM - 1
    monkeypatch.setattr(exercise_items, "read_scores", lambda _: few)
    assert exercises(classroom, "et") == ""


def test_what_the_class_was_given_is_shown_also_when_the_checkout_asks_something_else(classroom: ClassFolder) -> None:
    edition = read_edition(classroom, MODULE.id)
    gone, dropped, *_ = (name for name in MODULE.questions if not edition.bank[name].by_hand)
    module = edition.structure["modules"][0]
    own = {**edition.structure, "modules": [{**module, "questions": [q for q in module["questions"] if q != gone]}]}
    rows = {name: row for name, row in edition.rows.items() if name != gone}
    keys = {name: key for name, key in edition.keys.items() if name != gone}
    write_edition(classroom, replace(edition, structure=own, rows=rows, keys=keys, left_out=frozenset({dropped})))
    shown = exercises(classroom, "et")
    bank = load_graded()
    assert html.escape(bank[gone].text.et, quote=False) not in shown
    assert html.escape(bank[dropped].text.et, quote=False) not in shown
    assert MODULE.title.et in shown


def test_the_desk_says_which_exercises_are_missing(classroom: ClassFolder) -> None:
    other = [module.id for module in load_course().modules if module.kind == "exercise"][1]
    graded = f"1 {say('desk-submissions.state-graded', 'et')}"
    missing = say("desk-submissions.exercises-missing-one", "et", lessons="3")
    desk = Desk(classroom.root.parent, "/avcourse/desk/", "/static/")

    def page() -> str:
        return desk.respond(Request((classroom.root.name, "submissions"), "et")).body

    assert page().count(graded) > LEARNERS / 2
    assert missing not in page()
    release(classroom, [other])
    assert page().count(missing) == page().count(graded) > LEARNERS / 2
