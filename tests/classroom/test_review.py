"""Open answers graded by hand: what stands in the gradebook, what is remembered, taken back, worked out anew."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avcourse.answers.responses import append_response
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.mark_log import forget_student, log_of
from avcourse.classroom.marking import (
    MarkRefused,
    Overtaken,
    Wish,
    change_rubric,
    flag,
    give,
    give_blanks,
    mark,
    settle,
    undo,
    unsettled,
)
from avcourse.classroom.release import release
from avcourse.classroom.review import OpenAnswer, OpenQuestion, open_answers, open_question
from avcourse.classroom.rubric import Rubric, RubricRefused, RubricUnreadable, Step, rubric_path, write_rubric
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.language import Text
from benchmarks.gradebook_rows import rows

WORK, CHANGE = "tegevuskava", "tk-change"
SAID = {"anu": "Elanik näeb eelnõu.", "bert": None, "cille": "  elanik NÄEB\neelnõu. ", "dora": "Muu.", "ene": None}
WORDS = Text(et="Hea vastus", en="A good answer")
HandIn = Callable[[str, str | None, int], None]


@pytest.fixture(scope="module")
def released_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class in which the action plan of the course itself has been released."""
    folder = new_class(tmp_path_factory.mktemp("template") / "klass", "sygis-2026", "et", None)
    release(folder, (WORK,))
    return folder.root


@pytest.fixture
def classroom(released_work: Path, tmp_path: Path) -> ClassFolder:
    root = tmp_path / "klass"
    shutil.copytree(released_work, root)
    return ClassFolder(root, "sygis-2026", "et", root / "exchange")


@pytest.fixture
def hand_in(classroom: ClassFolder) -> HandIn:
    def make(student: str, text: str | None, day: int) -> None:
        place = classroom.root / "submitted" / student / WORK
        place.mkdir(parents=True, exist_ok=True)
        (place / "timestamp.txt").write_text(f"2026-11-{day} 10:00:00.000001 UTC")
        if text is None:
            append_response(place / "responses.jsonl", assignment=WORK, question="plan:own", answer="{}")
        else:
            append_response(place / "responses.jsonl", assignment=WORK, question=CHANGE, answer=text)

    return make


@pytest.fixture
def graded(classroom: ClassFolder, hand_in: HandIn) -> ClassFolder:
    for student, text in SAID.items():
        hand_in(student, text, 10)
    grade_class(classroom)
    return classroom


def asked(folder: ClassFolder) -> OpenQuestion:
    found = open_question(folder, WORK, CHANGE)
    assert found is not None
    return found


def answer_of(folder: ClassFolder, student: str) -> OpenAnswer:
    return next(answer for answer in asked(folder).answers if answer.student == student)


def give_step(folder: ClassFolder, student: str, step: str, **more: Any) -> None:
    give(folder, WORK, CHANGE, {student: Wish(steps=(step,), **more)})


def book(folder: ClassFolder) -> dict[str, list[tuple[object, ...]]]:
    return rows(folder.gradebook)


def halved(folder: ClassFolder, **worth: float) -> Rubric:
    """Return the rubric that holds with other points for some steps, by id after an ``s``."""
    steps = asked(folder).rubric.steps
    return Rubric(tuple(Step(s.id, worth.get(f"s{s.id}", s.points), s.text) for s in steps))


# Reading


def test_answers_come_in_an_order_that_tells_nobody_apart_and_stays(graded: ClassFolder) -> None:
    first = asked(graded)
    assert [answer.student for answer in first.answers] != sorted(SAID)
    assert {answer.student: answer.text for answer in first.answers} == {
        student: None if text is None else text.strip() for student, text in SAID.items()
    }
    give_step(graded, "anu", "3")
    assert [answer.token for answer in asked(graded).answers] == [answer.token for answer in first.answers]
    assert not [answer for answer in first.answers if answer.student in answer.token]
    assert all(first.find(answer.token) == place for place, answer in enumerate(first.answers))
    assert first.find("puudub") is None


def test_the_next_answer_is_one_that_is_asked_for_and_never_the_same(graded: ClassFolder) -> None:
    order = [answer.student for answer in asked(graded).answers]
    for student in order[:2]:
        give_step(graded, student, "2")
    flag(graded, WORK, CHANGE, order[0], True)
    now = asked(graded)

    def name(answer: OpenAnswer | None) -> str | None:
        return answer and answer.student

    assert name(now.first("waiting")) == order[2]
    assert (name(now.after(0, "waiting")), name(now.after(4, "waiting"))) == (order[2], order[2])
    assert (name(now.after(4, "all")), name(now.before(4, "all"))) == (order[0], order[3])
    assert (name(now.after(0, "flagged")), name(now.after(3, "flagged"))) == (None, order[0])
    assert (name(now.before(2, "waiting")), name(now.before(2, "flagged"))) == (order[1], order[0])
    assert [now.count(show) for show in ("waiting", "all", "flagged")] == [3, 5, 1]


def test_same_texts_are_found_and_blanks_counted(graded: ClassFolder) -> None:
    now = asked(graded)
    place = now.find(answer_of(graded, "anu").token)
    assert place is not None
    assert [other.student for other in now.alike(place)] == ["cille"]
    assert {answer.student for answer in now.blank} == {"bert", "ene"}


# Grading


def test_a_step_and_a_comment_stand_in_the_gradebook_as_formgrader_has_them(graded: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    give_step(graded, "anu", "3", comment=" Hea, aga <b>mõõdik</b>?\r\nVaata veel. ")
    with Gradebook(graded.database) as gradebook:
        found = gradebook.find_submission_notebook(WORK, WORK, "anu")
        grade = next(one for one in found.grades if one.name == CHANGE)
        comment = next(one for one in found.comments if one.name == CHANGE)
        assert (grade.score, grade.manual_score, grade.needs_manual_grade) == (3.0, 3.0, False)
        assert comment.comment == "Hea, aga <b>mõõdik</b>?\nVaata veel."
    answer = answer_of(graded, "anu")
    assert (answer.points, answer.steps, answer.waits) == (3.0, ("3",), False)
    before = book(graded)
    assert give(graded, WORK, CHANGE, {"anu": Wish(steps=("3",))}) == ()
    grade_class(graded)
    assert book(graded) == before
    give(graded, WORK, CHANGE, {"anu": Wish(comment="")})
    assert (answer_of(graded, "anu").comment, answer_of(graded, "anu").points) == ("", 3.0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 4))
def test_points_never_leave_their_bounds(graded: ClassFolder, points: float) -> None:
    before = answer_of(graded, "dora").points
    try:
        give(graded, WORK, CHANGE, {"dora": Wish(points=points)})
    except MarkRefused:
        assert not 0 <= points <= 4
        assert answer_of(graded, "dora").points == before
    else:
        assert answer_of(graded, "dora").points == points
        assert math.isfinite(points)
        assert 0 <= points <= 4


def test_what_was_seen_before_it_changed_is_not_overwritten(graded: ClassFolder, hand_in: HandIn) -> None:
    seen = {"anu": answer_of(graded, "anu").state}
    give(graded, WORK, CHANGE, {"anu": Wish(points=2)}, seen)
    # The same once more, as a page does that has not heard the answer, is no quarrel.
    assert give(graded, WORK, CHANGE, {"anu": Wish(points=2)}, seen) == ()
    with pytest.raises(Overtaken):
        give(graded, WORK, CHANGE, {"anu": Wish(points=4)}, seen)
    seen = {"anu": answer_of(graded, "anu").state}
    hand_in("anu", "Hoopis teine vastus.", 12)
    grade_class(graded)
    with pytest.raises(Overtaken):
        give(graded, WORK, CHANGE, {"anu": Wish(points=3)}, seen)
    answer = answer_of(graded, "anu")
    assert (answer.points, answer.waits, answer.text) == (2.0, True, "Hoopis teine vastus.")
    give(graded, WORK, CHANGE, {"anu": Wish(points=2)}, {"anu": answer.state})
    assert not answer_of(graded, "anu").waits


def test_one_wish_that_cannot_be_granted_stops_all(graded: ClassFolder) -> None:
    before = book(graded)
    for wishes in ({"anu": Wish(points=1), "keegi": Wish(points=1)}, {"anu": Wish(points=1), "dora": Wish(steps=("9",))},
                   {"anu": Wish(steps=("3", "2"))}, {"anu": Wish(comment="x" * 5001)}):  # fmt: skip
        with pytest.raises(MarkRefused) as caught:
            give(graded, WORK, CHANGE, wishes)
        assert caught.value.sentence("et") != caught.value.sentence("en")
    with pytest.raises(MarkRefused):
        give(graded, WORK, "tk-openness", {"anu": Wish(points=1)})
    assert book(graded) == before
    assert not (graded.root / "review" / "marks.jsonl").exists()


# Taking back

ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(["step", "points", "comment", "flag", "blanks"]),
        st.sampled_from(sorted(SAID)),
        st.integers(0, 4),
    ),
    min_size=1,
    max_size=6,
)


def act(folder: ClassFolder, kind: str, student: str, number: int) -> None:
    if kind == "step":
        give_step(folder, student, str(number), comment="sammuga")
    elif kind == "points":
        give(folder, WORK, CHANGE, {student: Wish(points=number / 2)})
    elif kind == "comment":
        give(folder, WORK, CHANGE, {student: Wish(comment="märkus " * number)})
    elif kind == "flag":
        flag(folder, WORK, CHANGE, student, number > 1)
    else:
        give_blanks(folder, WORK, CHANGE)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_undo_goes_back_step_by_step_to_where_it_began(
    graded: ClassFolder, actions: list[tuple[str, str, int]]
) -> None:
    states = [(asked(graded), book(graded))]
    for action in actions:
        act(graded, *action)
        now = (asked(graded), book(graded))
        if now != states[-1]:
            states.append(now)
    log_of.cache_clear()  # another sitting reads the log anew
    for answers, gradebook in reversed(states[:-1]):
        undo(graded, WORK, CHANGE)
        assert (asked(graded).answers, book(graded)) == (answers.answers, gradebook)
    with pytest.raises(MarkRefused):
        undo(graded, WORK, CHANGE)


def test_undo_leaves_alone_what_was_changed_elsewhere(graded: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    give_step(graded, "anu", "3")
    give_step(graded, "dora", "1")
    with Gradebook(graded.database) as gradebook:
        gradebook.find_grade(CHANGE, WORK, WORK, "dora").manual_score = 2.5
        gradebook.db.commit()
    answer = answer_of(graded, "dora")
    assert (answer.points, answer.steps) == (2.5, ())
    assert undo(graded, WORK, CHANGE).students == ("anu",)
    assert (answer_of(graded, "anu").points, answer_of(graded, "dora").points) == (None, 2.5)


def test_undo_takes_back_the_action_that_was_meant_or_none(graded: ClassFolder) -> None:
    give_step(graded, "anu", "3")
    meant = asked(graded).undoable
    give_step(graded, "dora", "1")
    with pytest.raises(MarkRefused):
        undo(graded, WORK, CHANGE, meant)
    assert undo(graded, WORK, CHANGE, asked(graded).undoable).students == ("dora",)
    assert asked(graded).undoable == meant


def test_what_was_handed_in_again_waits_also_after_undo(graded: ClassFolder, hand_in: HandIn) -> None:
    give_step(graded, "anu", "3")
    give_step(graded, "anu", "4")
    hand_in("anu", "Parem.", 12)
    grade_class(graded)
    undo(graded, WORK, CHANGE)
    answer = answer_of(graded, "anu")
    assert (answer.points, answer.waits, answer.steps) == (3.0, True, ("3",))


def test_blanks_get_nothing_at_once_and_back(graded: ClassFolder) -> None:
    give(graded, WORK, CHANGE, {"ene": Wish(points=1)})
    before = book(graded)
    assert give_blanks(graded, WORK, CHANGE) == 1
    assert (answer_of(graded, "bert").points, answer_of(graded, "ene").points) == (0.0, 1.0)
    assert give_blanks(graded, WORK, CHANGE) == 0
    undo(graded, WORK, CHANGE)
    assert book(graded) == before


# The rubric


def test_a_changed_rubric_gives_anew_what_its_steps_gave_and_nothing_else(graded: ClassFolder) -> None:
    give_step(graded, "anu", "3", comment="jääb")
    give_step(graded, "cille", "3")
    give(graded, WORK, CHANGE, {"dora": Wish(points=3)})
    rubric = halved(graded, s3=2.5)
    assert change_rubric(graded, WORK, CHANGE, rubric) == 2
    points = {a.student: (a.points, a.steps, a.comment) for a in asked(graded).answers if a.points is not None}
    assert points == {"anu": (2.5, ("3",), "jääb"), "cille": (2.5, ("3",), ""), "dora": (3.0, (), "")}
    before, log = book(graded), (graded.root / "review" / "marks.jsonl").read_bytes()
    assert change_rubric(graded, WORK, CHANGE, rubric) == 0
    assert (book(graded), (graded.root / "review" / "marks.jsonl").read_bytes()) == (before, log)
    # The way back: a mark is taken back under a rubric that is another by now.
    give_step(graded, "anu", "1")
    change_rubric(graded, WORK, CHANGE, halved(graded, s3=2.0, s1=0.5))
    undo(graded, WORK, CHANGE)
    assert (answer_of(graded, "anu").points, answer_of(graded, "anu").steps) == (2.0, ("3",))


def test_a_change_that_stopped_after_the_rubric_is_finished_later(graded: ClassFolder) -> None:
    give_step(graded, "anu", "3")
    write_rubric(graded, CHANGE, halved(graded, s3=1.5))
    assert unsettled(asked(graded))
    assert settle(graded, WORK, CHANGE) == 1
    assert (answer_of(graded, "anu").points, unsettled(asked(graded))) == (1.5, False)
    assert settle(graded, WORK, CHANGE) == 0


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    worth=st.lists(st.integers(0, 8), min_size=5, max_size=5),
    chosen=st.lists(st.integers(0, 4), min_size=5, max_size=5),
)
def test_changing_a_rubric_is_the_same_as_having_graded_by_it(
    graded: ClassFolder, worth: list[int], chosen: list[int]
) -> None:
    for student, step in zip(sorted(SAID), chosen, strict=True):
        give_step(graded, student, str(step))
    change_rubric(graded, WORK, CHANGE, halved(graded, **{f"s{step}": points / 2 for step, points in enumerate(worth)}))
    points = {answer.student: answer.points for answer in asked(graded).answers}
    assert points == {student: worth[step] / 2 for student, step in zip(sorted(SAID), chosen, strict=True)}
    assert change_rubric(graded, WORK, CHANGE, asked(graded).rubric) == 0


def test_parts_add_up_and_stop_at_what_the_answer_is_worth(graded: ClassFolder) -> None:
    parts = Rubric((Step("a", 2.5, WORDS), Step("b", 1.0, WORDS), Step("c", 1.5, WORDS)), adds=True)
    change_rubric(graded, WORK, CHANGE, parts)
    give(graded, WORK, CHANGE, {"anu": Wish(steps=("a", "b")), "dora": Wish(steps=("a", "b", "c"))})
    assert (answer_of(graded, "anu").points, answer_of(graded, "dora").points) == (3.5, 4.0)
    change_rubric(graded, WORK, CHANGE, Rubric((Step("a", 0.5, WORDS), *parts.steps[1:]), adds=True))
    assert (answer_of(graded, "anu").points, answer_of(graded, "dora").points) == (1.5, 3.0)


def test_a_step_that_is_gone_leaves_its_points(graded: ClassFolder) -> None:
    give_step(graded, "anu", "3")
    change_rubric(graded, WORK, CHANGE, Rubric((Step("4", 4.0, WORDS),)))
    assert answer_of(graded, "anu").points == 3.0


@pytest.mark.parametrize(
    "steps",
    [
        (),
        (Step("a", 4.5, WORDS),),
        (Step("a", -1.0, WORDS),),
        (Step("a", math.nan, WORDS),),
        (Step("a", 1.0, WORDS), Step("a", 2.0, WORDS)),
        (Step("a", 1.0, Text(et=" ", en="Good")),),
        tuple(Step(str(n), 1.0, WORDS) for n in range(21)),
    ],
)
def test_a_rubric_that_cannot_be_is_refused_in_words(graded: ClassFolder, steps: tuple[Step, ...]) -> None:
    give_step(graded, "anu", "3")
    with pytest.raises(RubricRefused) as caught:
        change_rubric(graded, WORK, CHANGE, Rubric(steps))
    assert caught.value.sentence("et") != caught.value.sentence("en")
    assert not rubric_path(graded, CHANGE).exists()
    assert answer_of(graded, "anu").points == 3.0


def test_a_damaged_rubric_is_named_and_not_taken_for_none(graded: ClassFolder) -> None:
    write_rubric(graded, CHANGE, halved(graded))
    rubric_path(graded, CHANGE).write_text('{"steps": [')
    with pytest.raises(RubricUnreadable) as caught:
        open_answers(graded, WORK)
    assert f"rubric-{CHANGE}.json" in caught.value.sentence("et")


# The log


def test_the_log_is_the_trainers_alone_and_a_torn_line_hides_nothing(graded: ClassFolder) -> None:
    give_step(graded, "anu", "3")
    path = graded.root / "review" / "marks.jsonl"
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq":2,"kind":"mark","cha')
    give_step(graded, "dora", "2")
    log_of.cache_clear()
    assert (answer_of(graded, "anu").steps, answer_of(graded, "dora").steps) == (("3",), ("2",))
    assert len(path.read_bytes().splitlines()) == 3


def test_a_log_that_was_put_back_is_read_anew(graded: ClassFolder) -> None:
    path = graded.root / "review" / "marks.jsonl"
    give_step(graded, "anu", "3")
    kept = path.read_bytes()
    give_step(graded, "dora", "2")
    assert answer_of(graded, "dora").steps == ("2",)
    path.write_bytes(kept)
    assert (answer_of(graded, "anu").steps, answer_of(graded, "dora").steps) == (("3",), ())


def test_a_learner_is_taken_out_of_the_log(graded: ClassFolder) -> None:
    give(graded, WORK, CHANGE, {"anu": Wish(steps=("3",), comment="Anu märkus"), "cille": Wish(steps=("3",))})
    give_step(graded, "anu", "2")
    assert (forget_student(graded, "anu"), forget_student(graded, "anu")) == (2, 0)
    raw = (graded.root / "review" / "marks.jsonl").read_text(encoding="utf-8")
    assert "anu" not in raw
    assert "Anu" not in raw
    assert [json.loads(line)["changes"][0]["student"] for line in raw.splitlines()] == ["cille"]
    assert (answer_of(graded, "cille").steps, answer_of(graded, "anu").steps) == (("3",), ())


def test_any_cell_can_be_marked_and_the_mark_taken_back_by_number(graded: ClassFolder) -> None:
    mark(graded, WORK, "anu", "tk-openness", 2.5)
    with pytest.raises(MarkRefused):
        mark(graded, WORK, "anu", "tk-openness", 3.5)
    grade_class(graded)
    mark(graded, WORK, "anu", CHANGE, 1)
    assert (answer_of(graded, "anu").points, answer_of(graded, "anu").steps) == (1.0, ())
