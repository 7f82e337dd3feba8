"""Open answers graded_plan by hand: what stands in the gradebook, what is remembered, taken back, worked out anew."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avcourse.classroom import marking
from avcourse.classroom.edition import read_edition, write_edition
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.mark_log import MarkLog, log_of
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
from avcourse.classroom.review import OpenAnswer, OpenQuestion, open_answers, open_question
from avcourse.classroom.rubric import Rubric, RubricRefused, RubricUnreadable, Step, rubric_path, write_rubric
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import Text
from benchmarks.gradebook_rows import rows

WORK, CHANGE = "tegevuskava", "tk-change"
SAID = ("anu", "bert", "cille", "dora", "ene")
"""Who handed in what stands in conftest.py: anu and cille say the same, bert and ene nothing."""
ADDRESSES = count(1)
WORDS = Text(et="Hea vastus", en="A good answer")
HandIn = Callable[[str, str | None, int], None]


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


def read_whole(folder: ClassFolder) -> OpenQuestion:
    """Return what somebody reads who has read nothing of the class before."""
    return asked(read_anew(folder))


def read_anew(folder: ClassFolder) -> ClassFolder:
    """Return the class under an address that nothing has been read from yet."""
    way = ("..", folder.root.name) * next(ADDRESSES)
    return ClassFolder(folder.root.joinpath(*way), folder.id, folder.language, folder.exchange)


def halved(folder: ClassFolder, **worth: float) -> Rubric:
    """Return the rubric that holds with other points for some steps, by id after an ``s``."""
    steps = asked(folder).rubric.steps
    return Rubric(tuple(Step(s.id, worth.get(f"s{s.id}", s.points), s.text) for s in steps))


# Reading


def test_answers_come_in_an_order_that_tells_nobody_apart_and_stays(graded_plan: ClassFolder) -> None:
    first = asked(graded_plan)
    assert [answer.student for answer in first.answers] != sorted(SAID)
    texts = {answer.student: answer.text for answer in first.answers}
    assert texts == {
        "anu": "Elanik näeb eelnõu.",
        "bert": None,
        "cille": "elanik NÄEB\neelnõu.",
        "dora": "Muu.",
        "ene": None,
    }
    give_step(graded_plan, "anu", "3")
    assert [answer.token for answer in asked(graded_plan).answers] == [answer.token for answer in first.answers]
    assert not [answer for answer in first.answers if answer.student in answer.token]
    assert all(first.find(answer.token) == place for place, answer in enumerate(first.answers))
    assert first.find("puudub") is None


def test_the_next_answer_is_one_that_is_asked_for_and_never_the_same(graded_plan: ClassFolder) -> None:
    order = [answer.student for answer in asked(graded_plan).answers]
    for student in order[:2]:
        give_step(graded_plan, student, "2")
    flag(graded_plan, WORK, CHANGE, order[0], True)
    now = asked(graded_plan)

    def name(answer: OpenAnswer | None) -> str | None:
        return answer and answer.student

    assert name(now.first("waiting")) == order[2]
    assert (name(now.after(0, "waiting")), name(now.after(4, "waiting"))) == (order[2], order[2])
    assert (name(now.after(4, "all")), name(now.before(4, "all"))) == (order[0], order[3])
    assert (name(now.after(0, "flagged")), name(now.after(3, "flagged"))) == (None, order[0])
    assert (name(now.before(2, "waiting")), name(now.before(2, "flagged"))) == (order[1], order[0])
    assert [now.count(show) for show in ("waiting", "all", "flagged")] == [3, 5, 1]


def test_same_texts_are_found_and_blanks_counted(graded_plan: ClassFolder) -> None:
    now = asked(graded_plan)
    place = now.find(answer_of(graded_plan, "anu").token)
    assert place is not None
    assert [other.student for other in now.alike(place)] == ["cille"]
    assert {answer.student for answer in now.blank} == {"bert", "ene"}


def test_the_question_is_the_one_that_the_class_was_given(graded_plan: ClassFolder) -> None:
    """A later checkout changes no rubric in silence, and a question that was withdrawn is nobody's work."""
    edition = read_edition(graded_plan, WORK)
    row = edition.rows[CHANGE]
    older = [{**step, "et": f"Toona: {step['et']}"} for step in row["rubric"]]
    write_edition(graded_plan, replace(edition, rows={**edition.rows, CHANGE: {**row, "rubric": older}}))
    assert [step.text.et[:7] for step in asked(graded_plan).rubric.steps] == ["Toona: "] * 5
    write_edition(graded_plan, replace(edition, left_out=frozenset({CHANGE})))
    assert open_answers(graded_plan, WORK) == ()


# Grading


def test_a_step_and_a_comment_stand_in_the_gradebook_as_formgrader_has_them(graded_plan: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    give_step(graded_plan, "anu", "3", comment=" Hea, aga <b>mõõdik</b>?\r\nVaata veel. ")
    with Gradebook(graded_plan.database) as gradebook:
        found = gradebook.find_submission_notebook(WORK, WORK, "anu")
        grade = next(one for one in found.grades if one.name == CHANGE)
        comment = next(one for one in found.comments if one.name == CHANGE)
        assert (grade.score, grade.manual_score, grade.needs_manual_grade) == (3.0, 3.0, False)
        assert comment.comment == "Hea, aga <b>mõõdik</b>?\nVaata veel."
    answer = answer_of(graded_plan, "anu")
    assert (answer.points, answer.steps, answer.waits) == (3.0, ("3",), False)
    before = book(graded_plan)
    assert give(graded_plan, WORK, CHANGE, {"anu": Wish(steps=("3",))}) == ()
    grade_class(graded_plan)
    assert book(graded_plan) == before
    give(graded_plan, WORK, CHANGE, {"anu": Wish(comment="")})
    assert (answer_of(graded_plan, "anu").comment, answer_of(graded_plan, "anu").points) == ("", 3.0)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(points=st.floats(allow_nan=True, allow_infinity=True) | st.floats(0, 4))
def test_points_never_leave_their_bounds(graded_plan: ClassFolder, points: float) -> None:
    before = answer_of(graded_plan, "dora").points
    try:
        give(graded_plan, WORK, CHANGE, {"dora": Wish(points=points)})
    except MarkRefused:
        assert not 0 <= points <= 4
        assert answer_of(graded_plan, "dora").points == before
    else:
        assert answer_of(graded_plan, "dora").points == points
        assert math.isfinite(points)
        assert 0 <= points <= 4


def test_what_was_seen_before_it_changed_is_not_overwritten(graded_plan: ClassFolder, hand_in_plan: HandIn) -> None:
    seen = {"anu": answer_of(graded_plan, "anu").state}
    give(graded_plan, WORK, CHANGE, {"anu": Wish(points=2)}, seen)
    # The same once more, as a page does that has not heard the answer, is no quarrel.
    assert give(graded_plan, WORK, CHANGE, {"anu": Wish(points=2)}, seen) == ()
    with pytest.raises(Overtaken):
        give(graded_plan, WORK, CHANGE, {"anu": Wish(points=4)}, seen)
    seen = {"anu": answer_of(graded_plan, "anu").state}
    hand_in_plan("anu", "Hoopis teine vastus.", 12)
    grade_class(graded_plan)
    with pytest.raises(Overtaken):
        give(graded_plan, WORK, CHANGE, {"anu": Wish(points=3)}, seen)
    answer = answer_of(graded_plan, "anu")
    assert (answer.points, answer.waits, answer.text) == (2.0, True, "Hoopis teine vastus.")
    give(graded_plan, WORK, CHANGE, {"anu": Wish(points=2)}, {"anu": answer.state})
    assert not answer_of(graded_plan, "anu").waits


def test_one_wish_that_cannot_be_granted_stops_all(graded_plan: ClassFolder) -> None:
    before = book(graded_plan)
    for wishes in ({"anu": Wish(points=1), "keegi": Wish(points=1)}, {"anu": Wish(points=1), "dora": Wish(steps=("9",))},
                   {"anu": Wish(steps=("3", "2"))}, {"anu": Wish(comment="x" * 5001)}):  # fmt: skip
        with pytest.raises(MarkRefused) as caught:
            give(graded_plan, WORK, CHANGE, wishes)
        assert caught.value.sentence("et") != caught.value.sentence("en")
    with pytest.raises(MarkRefused):
        give(graded_plan, WORK, "tk-openness", {"anu": Wish(points=1)})
    assert book(graded_plan) == before
    assert not (graded_plan.root / "review" / "marks.jsonl").exists()


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


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_undo_goes_back_step_by_step_to_where_it_began(
    graded_plan: ClassFolder, actions: list[tuple[str, str, int]]
) -> None:
    states = [(asked(graded_plan), book(graded_plan))]
    for action in actions:
        act(graded_plan, *action)
        now = (asked(graded_plan), book(graded_plan))
        assert now[0] == read_whole(graded_plan)
        if now != states[-1]:
            states.append(now)
    log_of.cache_clear()  # another sitting reads the log anew
    for answers, gradebook in reversed(states[:-1]):
        undo(graded_plan, WORK, CHANGE)
        assert (asked(graded_plan), book(graded_plan)) == (answers, gradebook)
        assert asked(graded_plan) == read_whole(graded_plan)
    with pytest.raises(MarkRefused):
        undo(graded_plan, WORK, CHANGE)


def test_undo_leaves_alone_what_was_changed_elsewhere(graded_plan: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    give_step(graded_plan, "anu", "3")
    give_step(graded_plan, "dora", "1")
    with Gradebook(graded_plan.database) as gradebook:
        gradebook.find_grade(CHANGE, WORK, WORK, "dora").manual_score = 2.5
        gradebook.db.commit()
    answer = answer_of(graded_plan, "dora")
    assert (answer.points, answer.steps) == (2.5, ())
    assert undo(graded_plan, WORK, CHANGE).students == ("anu",)
    assert (answer_of(graded_plan, "anu").points, answer_of(graded_plan, "dora").points) == (None, 2.5)


def test_undo_takes_back_the_action_that_was_meant_or_none(graded_plan: ClassFolder) -> None:
    give_step(graded_plan, "anu", "3")
    meant = asked(graded_plan).undoable
    give_step(graded_plan, "dora", "1")
    with pytest.raises(MarkRefused):
        undo(graded_plan, WORK, CHANGE, meant)
    assert undo(graded_plan, WORK, CHANGE, asked(graded_plan).undoable).students == ("dora",)
    assert asked(graded_plan).undoable == meant


def test_what_was_handed_in_again_waits_also_after_undo(graded_plan: ClassFolder, hand_in_plan: HandIn) -> None:
    give_step(graded_plan, "anu", "3")
    give_step(graded_plan, "anu", "4")
    hand_in_plan("anu", "Parem.", 12)
    grade_class(graded_plan)
    undo(graded_plan, WORK, CHANGE)
    answer = answer_of(graded_plan, "anu")
    assert (answer.points, answer.waits, answer.steps) == (3.0, True, ("3",))


def test_blanks_get_nothing_at_once_and_back(graded_plan: ClassFolder) -> None:
    give(graded_plan, WORK, CHANGE, {"ene": Wish(points=1)})
    before = book(graded_plan)
    assert give_blanks(graded_plan, WORK, CHANGE) == 1
    assert (answer_of(graded_plan, "bert").points, answer_of(graded_plan, "ene").points) == (0.0, 1.0)
    assert give_blanks(graded_plan, WORK, CHANGE) == 0
    undo(graded_plan, WORK, CHANGE)
    assert book(graded_plan) == before


def test_an_answer_that_cannot_be_read_is_not_taken_for_a_blank_one(graded_plan: ClassFolder) -> None:
    log = graded_plan.root / "autograded" / "bert" / WORK / "responses.jsonl"
    kept = log.read_bytes()
    log.unlink()
    give(graded_plan, WORK, CHANGE, {"dora": Wish(points=1)})
    assert read_whole(graded_plan).blank == tuple(a for a in read_whole(graded_plan).answers if a.student == "ene")
    assert give_blanks(read_anew(graded_plan), WORK, CHANGE) == 1
    assert (answer_of(read_anew(graded_plan), "bert").lost, answer_of(graded_plan, "ene").points) == (True, 0.0)
    log.write_bytes(kept)


# The rubric


def test_a_changed_rubric_gives_anew_what_its_steps_gave_and_nothing_else(graded_plan: ClassFolder) -> None:
    give_step(graded_plan, "anu", "3", comment="jääb")
    give_step(graded_plan, "cille", "3")
    give(graded_plan, WORK, CHANGE, {"dora": Wish(points=3)})
    rubric = halved(graded_plan, s3=2.5)
    assert change_rubric(graded_plan, WORK, CHANGE, rubric) == 2
    points = {a.student: (a.points, a.steps, a.comment) for a in asked(graded_plan).answers if a.points is not None}
    assert points == {"anu": (2.5, ("3",), "jääb"), "cille": (2.5, ("3",), ""), "dora": (3.0, (), "")}
    before, log = book(graded_plan), (graded_plan.root / "review" / "marks.jsonl").read_bytes()
    assert change_rubric(graded_plan, WORK, CHANGE, rubric) == 0
    assert (book(graded_plan), (graded_plan.root / "review" / "marks.jsonl").read_bytes()) == (before, log)
    # The way back: a mark is taken back under a rubric that is another by now.
    give_step(graded_plan, "anu", "1")
    change_rubric(graded_plan, WORK, CHANGE, halved(graded_plan, s3=2.0, s1=0.5))
    undo(graded_plan, WORK, CHANGE)
    assert (answer_of(graded_plan, "anu").points, answer_of(graded_plan, "anu").steps) == (2.0, ("3",))


def test_a_change_that_stopped_after_the_rubric_is_finished_later(graded_plan: ClassFolder) -> None:
    give_step(graded_plan, "anu", "3")
    write_rubric(graded_plan, CHANGE, halved(graded_plan, s3=1.5))
    assert unsettled(asked(graded_plan))
    assert settle(graded_plan, WORK, CHANGE) == 1
    assert (answer_of(graded_plan, "anu").points, unsettled(asked(graded_plan))) == (1.5, False)
    assert settle(graded_plan, WORK, CHANGE) == 0


def test_what_stopped_between_log_and_gradebook_counts_for_nothing_and_can_be_done_again(
    graded_plan: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_step(graded_plan, "anu", "3")
    before = book(graded_plan)
    append = MarkLog.append

    def stop(self: MarkLog, *given: Any) -> None:
        append(self, *given)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(MarkLog, "append", stop)
        with pytest.raises(KeyboardInterrupt):
            give_step(graded_plan, "dora", "4")
        with pytest.raises(KeyboardInterrupt):
            change_rubric(graded_plan, WORK, CHANGE, halved(graded_plan, s3=2.5))
    assert book(graded_plan) == before
    assert answer_of(graded_plan, "dora").points is None
    assert settle(graded_plan, WORK, CHANGE) == 1
    assert answer_of(graded_plan, "anu").points == 2.5
    assert undo(graded_plan, WORK, CHANGE).students == ("anu",)
    give_step(graded_plan, "dora", "4")
    assert answer_of(graded_plan, "dora").steps == ("4",)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    worth=st.lists(st.integers(0, 8), min_size=5, max_size=5),
    chosen=st.lists(st.integers(0, 4), min_size=5, max_size=5),
)
def test_changing_a_rubric_is_the_same_as_having_graded_by_it(
    graded_plan: ClassFolder, worth: list[int], chosen: list[int]
) -> None:
    for student, step in zip(sorted(SAID), chosen, strict=True):
        give_step(graded_plan, student, str(step))
    change_rubric(
        graded_plan, WORK, CHANGE, halved(graded_plan, **{f"s{step}": points / 2 for step, points in enumerate(worth)})
    )
    points = {answer.student: answer.points for answer in asked(graded_plan).answers}
    assert points == {student: worth[step] / 2 for student, step in zip(sorted(SAID), chosen, strict=True)}
    assert change_rubric(graded_plan, WORK, CHANGE, asked(graded_plan).rubric) == 0


def test_parts_add_up_and_stop_at_what_the_answer_is_worth(graded_plan: ClassFolder) -> None:
    parts = Rubric((Step("a", 2.5, WORDS), Step("b", 1.0, WORDS), Step("c", 1.5, WORDS)), adds=True)
    change_rubric(graded_plan, WORK, CHANGE, parts)
    give(graded_plan, WORK, CHANGE, {"anu": Wish(steps=("a", "b")), "dora": Wish(steps=("a", "b", "c"))})
    assert (answer_of(graded_plan, "anu").points, answer_of(graded_plan, "dora").points) == (3.5, 4.0)
    change_rubric(graded_plan, WORK, CHANGE, Rubric((Step("a", 0.5, WORDS), *parts.steps[1:]), adds=True))
    assert (answer_of(graded_plan, "anu").points, answer_of(graded_plan, "dora").points) == (1.5, 3.0)


def test_a_step_that_is_gone_leaves_its_points(graded_plan: ClassFolder) -> None:
    give_step(graded_plan, "anu", "3")
    change_rubric(graded_plan, WORK, CHANGE, Rubric((Step("4", 4.0, WORDS),)))
    assert answer_of(graded_plan, "anu").points == 3.0


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
def test_a_rubric_that_cannot_be_is_refused_in_words(graded_plan: ClassFolder, steps: tuple[Step, ...]) -> None:
    give_step(graded_plan, "anu", "3")
    with pytest.raises(RubricRefused) as caught:
        change_rubric(graded_plan, WORK, CHANGE, Rubric(steps))
    assert caught.value.sentence("et") != caught.value.sentence("en")
    assert not rubric_path(graded_plan, CHANGE).exists()
    assert answer_of(graded_plan, "anu").points == 3.0


def test_a_damaged_rubric_is_named_and_not_taken_for_none(graded_plan: ClassFolder) -> None:
    write_rubric(graded_plan, CHANGE, halved(graded_plan))
    rubric_path(graded_plan, CHANGE).write_text('{"steps": [')
    with pytest.raises(RubricUnreadable) as caught:
        open_answers(graded_plan, WORK)
    assert f"rubric-{CHANGE}.json" in caught.value.sentence("et")


# The log


def test_the_log_is_the_trainers_alone_and_a_torn_line_hides_nothing(graded_plan: ClassFolder) -> None:
    give_step(graded_plan, "anu", "3")
    path = graded_plan.root / "review" / "marks.jsonl"
    assert (path.stat().st_mode & 0o077, path.parent.stat().st_mode & 0o077) == (0, 0)
    with path.open("ab") as stream:
        stream.write(b'{"v":1,"seq":2,"kind":"mark","cha')
    give_step(graded_plan, "dora", "2")
    log_of.cache_clear()
    assert (answer_of(graded_plan, "anu").steps, answer_of(graded_plan, "dora").steps) == (("3",), ("2",))
    assert len(path.read_bytes().splitlines()) == 3


def test_a_log_that_was_put_back_is_read_anew(graded_plan: ClassFolder) -> None:
    path = graded_plan.root / "review" / "marks.jsonl"
    give_step(graded_plan, "anu", "3")
    kept = path.read_bytes()
    give_step(graded_plan, "dora", "2")
    assert answer_of(graded_plan, "dora").steps == ("2",)
    path.write_bytes(kept)
    assert (answer_of(graded_plan, "anu").steps, answer_of(graded_plan, "dora").steps) == (("3",), ())


def test_a_log_that_lost_a_learner_is_read_anew(graded_plan: ClassFolder) -> None:
    """Erasing a participant rewrites the log without their changes."""
    give(graded_plan, WORK, CHANGE, {"anu": Wish(steps=("3",)), "cille": Wish(steps=("3",))})
    assert answer_of(graded_plan, "anu").steps == ("3",)
    path = graded_plan.root / "review" / "marks.jsonl"
    row = json.loads(path.read_bytes())
    row["changes"] = [change for change in row["changes"] if change["student"] != "anu"]
    path.write_text(json.dumps(row) + "\n")
    assert (answer_of(graded_plan, "cille").steps, answer_of(graded_plan, "anu").steps) == (("3",), ())
    assert undo(graded_plan, WORK, CHANGE).students == ("cille",)


def test_any_cell_can_be_marked_and_the_mark_taken_back_by_number(graded_plan: ClassFolder) -> None:
    mark(graded_plan, WORK, "anu", "tk-openness", 2.5)
    with pytest.raises(MarkRefused):
        mark(graded_plan, WORK, "anu", "tk-openness", 3.5)
    grade_class(graded_plan)
    mark(graded_plan, WORK, "anu", CHANGE, 1)
    assert (answer_of(graded_plan, "anu").points, answer_of(graded_plan, "anu").steps) == (1.0, ())


def test_a_refusal_names_some_participants_and_not_a_class_of_thousands(
    graded_plan: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "SOME", 1)
    with pytest.raises(MarkRefused) as caught:
        give(graded_plan, WORK, CHANGE, {"keegi": Wish(points=1.0)})
    assert ": anu, …. " in caught.value.sentence("et")
