"""The desk's lessons: every guide is a page in both languages, and nothing in it runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from avcourse.classroom.workspace import new_class
from avcourse.course.course import load_course
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.views.desk import lessons
from avcourse.views.desk.dispatch import Desk, Reply, Request
from avcourse.views.documents.handout.files import handout_name
from avcourse.views.markdown import as_html

EVIL = '<img src=x onerror="alert(1)">'


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    new_class(tmp_path / "sygis", "sygis", "et")
    return Desk(tmp_path, "/avcourse/desk/", "/avcourse/desk-static/")


def open_page(desk: Desk, language: Language, *rest: str) -> Reply:
    return desk.respond(Request(("sygis", "lessons", *rest), language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_has_every_lesson_and_leads_to_its_guide(desk: Desk, language: Language) -> None:
    body = open_page(desk, language).body
    taught = list(lessons.taught())
    assert len(taught) == len([m for m in load_course().modules if m.kind in ("lesson", "growth")])
    for module in taught:
        assert module.title.in_(language) in body
        there = lessons.guide_path(module, language).is_file()
        assert (f"/avcourse/desk/sygis/lessons/{module.id}/" in body) == there
    assert lessons.guide_path(taught[0], language).is_file()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_guide_is_a_page_of_the_desk(desk: Desk, language: Language) -> None:
    for module in lessons.taught():
        if not lessons.guide_path(module, language).is_file():
            continue
        reply = open_page(desk, language, module.id)
        assert reply.status == 200
        assert len(re.findall("<h1", reply.body)) == 1
        assert len(re.findall("<h2", reply.body)) >= 5
        assert "Built by" not in reply.body
        assert "lang=" in reply.body
        assert not re.search(r"<(script|style)[^>]*>[^<]|style=|onclick=", reply.body)


def test_a_guide_that_is_not_there_is_said_in_a_sentence(desk: Desk) -> None:
    page = open_page(desk, "et", EVIL)
    assert EVIL not in page.body
    assert "Juhendit ei ole" in page.body
    assert say("desk.part-lessons", "et") in page.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_handout_is_saved_from_the_list(desk: Desk, language: Language) -> None:
    body = open_page(desk, language).body
    for name in ("m01", "all"):
        assert f"/avcourse/desk/sygis/lessons/save/handout/?lesson={name}" in body
    steps = ("sygis", "lessons", "save", "handout")
    reply = desk.respond(Request(steps, language, {"lesson": "m01"}))
    assert reply.download is not None
    assert (reply.download.name, reply.download.kind) == (handout_name("m01", language), "application/pdf")
    assert reply.download.data.startswith(b"%PDF")
    refused = desk.respond(Request(steps, language, {"lesson": EVIL}))
    assert refused.download is None
    assert EVIL not in refused.body
    assert "m01, m02" in refused.body


def test_markdown_brings_in_nothing_that_runs() -> None:
    html = as_html(
        f"# T\n\n{EVIL}\n\n[x](javascript:alert(1)) <script>alert(1)</script>\n\n| a | b |\n|---|--:|\n| c | d |\n"
    )
    assert "onerror" not in html
    assert "script" not in html
    assert '<th scope="col">' in html
