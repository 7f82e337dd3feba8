"""The certificate: when it can be made, what stands in it, and that the name is kept nowhere."""

from __future__ import annotations

import io
import logging
import re
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pypdf
import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import append_response
from avcourse.course.course import load_course
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.errors import DocumentFailed
from avcourse.views import certificate as page
from avcourse.views.completion import LISTED, Completion, completion_of, show_unfinished, unfinished_html
from avcourse.views.documents import pdf
from avcourse.views.documents.contents.certificate import CertificateData, Score, certificate
from avcourse.views.forms.files import LONGEST_LINE, Asked, FileExchange, SaveAsked
from avcourse.views.home import Progress, progress_of

NAME = "Õie-Mall Žürii"
"""A name that no text of the course holds."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LearnerFolder:
    made = LearnerFolder(tmp_path / "avcourse", "k3f9-q7mw", "et")
    write_marker(made)
    monkeypatch.chdir(made.root)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return made


@pytest.fixture
def all_done(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Let every part be done but those whose ids the test puts into the returned set."""
    left: set[str] = set()

    def progress(_folder: object, _course: object, module: Any) -> Progress:
        open_ = module.id in left
        return Progress(module, 3 if open_ else 5, 5, not open_, None)

    monkeypatch.setattr("avcourse.views.completion.progress_of", progress)
    return left


def data(score: Score | None = None) -> CertificateData:
    course = load_course()
    done = [module for module in course.modules if module.kind in ("lesson", "test")]
    return CertificateData(NAME, date(2026, 11, 27), course.title, done, score)


def words_of(raw: bytes) -> str:
    # A line may be broken anywhere, also within a word at a hyphen.
    return " ".join(" ".join(p.extract_text() for p in pypdf.PdfReader(io.BytesIO(raw)).pages).split())


# The rule ----------------------------------------------------------------------------------------------------------


def test_whoever_has_done_nothing_is_told_every_required_part(folder: LearnerFolder) -> None:
    course = load_course()
    completion = completion_of(folder, course)
    required = [m.id for m in course.modules if m.kind in ("lesson", "test") and progress_of(folder, course, m).asked]
    assert [one.progress.module.id for one in completion.missing] == required
    assert {"eeltest", "jareltest", "m02", "m03"} <= set(required)
    assert completion.done == ()
    html = page.waiting_html(folder, "et")
    assert all(course.module(name).title.et in html for name in required)


@pytest.mark.parametrize("left", ["m02", "m13", "eeltest", "jareltest"])
def test_one_open_lesson_or_test_is_enough_to_wait(folder: LearnerFolder, all_done: set[str], left: str) -> None:
    assert completion_of(folder, load_course()).whole
    all_done.add(left)
    completion = completion_of(folder, load_course())
    assert [(one.progress.module.id, one.why) for one in completion.missing] == [(left, "open")]


@pytest.mark.parametrize("left", ["m02-ulesanne", "tegevuskava", "areng", "rakendamine"])
def test_assignments_and_follow_ups_are_not_required_but_listed_only_when_done(
    folder: LearnerFolder, all_done: set[str], left: str
) -> None:
    all_done.add(left)
    completion = completion_of(folder, load_course())
    assert completion.whole
    assert left not in {module.id for module in completion.done}
    assert "m02" in {module.id for module in completion.done}


def test_in_a_class_a_test_has_to_be_submitted(folder: LearnerFolder, all_done: set[str]) -> None:
    (folder.root / "class.toml").write_text('id = "sygis"\nexchange = "/srv/vahetus"\n', encoding="utf-8")
    missing = completion_of(folder, load_course()).missing
    assert [(one.progress.module.id, one.why) for one in missing] == [
        ("eeltest", "not-submitted"),
        ("jareltest", "not-submitted"),
    ]
    for test in ("eeltest", "jareltest"):
        folder.answers(test).mkdir(parents=True)
        (folder.answers(test) / "receipts.jsonl").write_text("{}\n", encoding="utf-8")
    assert completion_of(folder, load_course()).whole


def test_minutes_are_those_of_what_is_done(folder: LearnerFolder, all_done: set[str]) -> None:
    course = load_course()
    completion = completion_of(folder, course)
    assert completion.minutes == sum(m.minutes for m in course.modules if m.kind in LISTED and not m.after)
    assert Completion((), ()).minutes == 0


def test_the_post_test_names_open_lessons_and_is_silent_without_any(
    folder: LearnerFolder, all_done: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert unfinished_html(folder, "et") == ""
    assert unfinished_html(None, "et") == ""
    all_done |= {"m03", "jareltest"}
    html = unfinished_html(folder, "et")
    assert html.count("<li>") == 1
    assert 'href="03_avatud_valitsemise_partnerlus.ipynb"' in html
    assert "vastatud 3/5" in html
    monkeypatch.setenv("NBGRADER_EXECUTION", "1")
    assert show_unfinished("et") is None
    assert page.show_certificate("et") is None


# The document ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_certificate_says_who_what_and_how_much_it_is_worth(language: Language) -> None:
    raw = pdf.write(certificate(data(), language))
    found = words_of(raw)
    course = load_course()
    assert NAME in found
    assert course.title.in_(language) in found
    assert "27.11.2026" in found
    assert say("certificate.meaning-4", language) in found
    for module in data().done:
        assert module.title.in_(language).split()[0] in found
    assert say("certificate.score", language) not in found
    assert "16" not in re.findall(r"\d+", say("certificate.says", language, name="", course="", lessons=13))


def test_the_score_stands_there_only_if_asked_for() -> None:
    found = words_of(pdf.write(certificate(data(Score(10, 16, 20)), "et")))
    assert "enne kursust 10, pärast kursust 16 punkti 20-st" in found


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_tagged_for_screen_readers(language: Language) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf.write(certificate(data(), language))))
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith(language)
    assert reader.metadata is not None
    assert reader.metadata.title == say("certificate.title", language)
    assert "<pdfuaid:part>1" in root["/Metadata"].get_object().get_data().decode("utf-8")
    assert NAME not in str(reader.metadata)


# The name ----------------------------------------------------------------------------------------------------------


class Exchange(FileExchange):
    """A widget whose messages the test reads."""

    def __init__(self, *args: Any, **fields: Any) -> None:
        self.sent: list[tuple[Any, Any]] = []
        self.ended = threading.Event()
        super().__init__(*args, **fields)

    def send(self, content: object, buffers: Any = None) -> None:
        self.sent.append((content, buffers))
        if isinstance(content, dict) and content.get("type") == "done":
            self.ended.set()


def pressed(folder: LearnerFolder, given: object) -> tuple[Any, Any, Exchange]:
    button = SaveAsked(
        "certificate", "", "", (Asked("name", "line", ""), Asked("score", "tick", "")), page.maker(folder, "et")
    )
    widget = Exchange("et", saves=[button])
    widget._receive(widget, {"type": "make", "call": "1", "id": "certificate", "given": given}, None)
    assert widget.ended.wait(60)
    return (*widget.sent[-1], widget)


def test_the_name_goes_into_the_file_and_nowhere_else(
    folder: LearnerFolder, all_done: set[str], caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    append_response(folder.log_path("m01"), assignment="m01", question="m01-in-a-year", answer="tekst")
    reply, buffers, widget = pressed(folder, {"name": f"  {NAME}\n ", "score": True, "other": NAME})
    assert reply["ok"], reply
    assert NAME in words_of(buffers[0])
    assert reply["name"].startswith("kursuse-labimise-kinnitus_")
    assert "zurii" not in reply["name"]
    kept = [path for path in folder.root.rglob("*") if path.is_file()]
    assert kept
    for path in kept:
        assert NAME.encode() not in path.read_bytes(), path
        assert "Žürii" not in path.name
    assert NAME not in caplog.text
    assert NAME not in "".join(capfd.readouterr())
    assert NAME not in str(widget.get_state())


@pytest.mark.parametrize("given", [{"name": "  "}, {"name": 7}, {}, None, {"score": True}])
def test_without_a_name_there_is_no_certificate(folder: LearnerFolder, all_done: set[str], given: object) -> None:
    reply, _, _ = pressed(folder, given)
    assert not reply["ok"]
    assert "nimi on kirjutamata" in reply["sentence"]


def test_a_page_that_is_older_than_the_answers_gives_no_certificate(folder: LearnerFolder, all_done: set[str]) -> None:
    all_done.add("m05")
    with pytest.raises(DocumentFailed, match="missing"):
        page.maker(folder, "en")({"name": NAME}, lambda *_: None)


def test_a_long_name_is_cut_and_marks_are_no_markup(folder: LearnerFolder, all_done: set[str]) -> None:
    reply, buffers, _ = pressed(folder, {"name": "#strong[x] *" + "A" * 500})
    assert reply["ok"], reply
    found = words_of(buffers[0])
    assert "#strong[x] *AAA" in found
    longest = max(map(len, re.findall("A+", found.replace(" ", ""))))
    assert longest == LONGEST_LINE - len("#strong[x] *")


@pytest.mark.parametrize(("given", "told"), [(True, True), (False, False), ("on", False), (None, False)])
def test_the_score_is_told_only_where_the_box_is_ticked(
    folder: LearnerFolder, all_done: set[str], monkeypatch: pytest.MonkeyPatch, given: object, told: bool
) -> None:
    score: Callable[[object], Score] = lambda _: Score(10, 16, 20)  # noqa: E731
    monkeypatch.setattr(page, "own_score", score)
    reply, buffers, _ = pressed(folder, {"name": NAME, "score": given})
    assert reply["ok"], reply
    assert (say("certificate.score", "et") in words_of(buffers[0])) == told


def test_the_form_asks_for_the_score_only_where_it_can_be_worked_out(
    folder: LearnerFolder, all_done: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked() -> list[str]:
        shown: Any = page.show_certificate("et")
        return [one["id"] for one in shown.saves[0]["asks"]]

    assert asked() == ["name"]
    score: Callable[[object], Score] = lambda _: Score(10, 16, 20)  # noqa: E731
    monkeypatch.setattr(page, "own_score", score)
    assert asked() == ["name", "score"]
