"""Feedback on the desk: what stands there, what a participant will see, what the button does, and the files to send by hand."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from avcourse.classroom.feedback import NoFeedback, release_feedback
from avcourse.classroom.feedback_data import read_feedback
from avcourse.classroom.giving_back import DATA, feedback_room
from avcourse.classroom.schedule import close_assignment
from avcourse.classroom.workspace import ClassFolder
from avcourse.errors import NoAssignment
from avcourse.views.class_feedback import write_feedback
from avcourse.views.desk.feedback import ACTIONS, DOWNLOADS, page
from avcourse.views.desk.visit import Asked, Visit
from avcourse.views.feedback_parts import feedback_html


def visit(folder: ClassFolder, *rest: str, **query: str) -> Visit:
    return Visit(folder, "en", "/avcourse/desk/k/", "feedback", rest, query, "token")


def test_without_anything_graded_the_page_says_what_comes_first(classroom: ClassFolder, released: ClassFolder) -> None:
    assert "There is no graded submission yet" in page(visit(released))


def test_the_page_says_who_would_get_what_and_after_giving_that_all_have_it(graded: ClassFolder) -> None:
    before = page(visit(graded))
    assert "Graded work waiting for feedback: 3" in before
    assert "first feedback for 2 participants, updated feedback for 0; unchanged for 0" in before
    assert "For now, feedback on the tests has only points per area" in before
    write_feedback(graded)
    release_feedback(graded)
    given = page(visit(graded))
    assert "All graded work has been given feedback" in given
    assert "/avcourse/desk/k/overview/undo/feedback/eeltest/" in given
    close_assignment(graded, "jareltest")
    over = page(visit(graded))
    assert "Graded work waiting for feedback: 3" in over
    assert "now has the right answers and explanations" in over


def test_the_preview_is_what_the_participant_will_get(graded: ClassFolder) -> None:
    write_feedback(graded)
    kept = read_feedback((feedback_room(graded, "k3f9", "jareltest") / DATA).read_bytes())
    for place in (visit(graded, "jareltest", "k3f9"), visit(graded, "look", assignment="jareltest", student="k3f9")):
        shown = page(place)
        assert feedback_html(kept, "en") in shown
        assert "Next: m7x2" in shown
    assert feedback_html(kept, "et") in page(replace(visit(graded, "jareltest", "k3f9"), language="et"))
    with pytest.raises(NoFeedback):
        page(visit(graded, "jareltest", "<b>x</b>"))
    with pytest.raises(NoAssignment):
        page(visit(graded, "puudub", "k3f9"))


def test_the_button_hands_the_work_to_the_worker(graded: ClassFolder) -> None:
    assert ACTIONS["give"](visit(graded), Asked({})).job == ("give",)
    assert ACTIONS["give"](visit(graded), Asked({"assignment": "eeltest"})).job == ("give", "eeltest")


def test_files_to_send_by_hand(graded: ClassFolder) -> None:
    packed = DOWNLOADS["pages"](visit(graded, assignment="eeltest"))
    with zipfile.ZipFile(io.BytesIO(packed.data)) as archive:
        names = archive.namelist()
        assert sorted(names) == sorted(
            f"{who}/eeltest-{lang}.html" for who in ("k3f9", "m7x2") for lang in ("et", "en")
        )
        assert all("m7x2" not in archive.read(name).decode() for name in names if name.startswith("k3f9"))
    one = {"assignment": "eeltest", "student": "k3f9"}
    saved = DOWNLOADS["page"](visit(graded, **one))
    assert saved.name == "k3f9-eeltest-en.html"
    assert b"k3f9" in saved.data
    assert DOWNLOADS["pdf"](visit(graded, **one)).data.startswith(b"%PDF")
