"""A learner without keys, as the wheel leaves them: feedback on the home page and on My gain, and the rest once the test is over."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.classroom.exchange import collect
from avcourse.classroom.feedback import release_feedback
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.schedule import close_assignment
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import PACKAGE
from avcourse.views.class_feedback import write_feedback
from tests.classroom.test_feedback_leak import keys_in

pytestmark = pytest.mark.slow


@dataclass
class Running:
    """A class, one of its participants, and the address of that participant's course."""

    classroom: ClassFolder
    base: str
    token: str

    def url(self, page: str, language: str) -> str:
        return f"{self.base}/voila/render/{language}/{page}.ipynb?token={self.token}"


def participant(classroom: ClassFolder, root: Path, students: tuple[str, ...]) -> LearnerFolder:
    """Give a participant with both tests a folder with answers and receipts, as after submitting."""
    submitted = classroom.root / "submitted"
    student = next(one for one in students if (submitted / one / "jareltest").is_dir())
    folder = LearnerFolder(root, student, "et")
    root.mkdir(parents=True)
    write_marker(folder)
    shutil.copy(classroom.root / "card" / "class.toml", root)
    for test in ("eeltest", "jareltest"):
        folder.answers(test).mkdir(parents=True)
        log = submitted / student / test / "responses.jsonl"
        shutil.copy(log, folder.answers(test))
        receipt = {
            "assignment": test,
            "at": "2026-11-20T10:00:00Z",
            "sha256": hashlib.sha256(log.read_bytes()).hexdigest(),
        }
        (folder.answers(test) / "receipts.jsonl").write_text(json.dumps(receipt) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    place = tmp_path_factory.mktemp("tagasiside")
    classroom = new_class(place / "klass", "proov", "et", None)
    release(classroom, ["eeltest", "jareltest"])
    students = fill_rehearsal(classroom, 3)
    collect(classroom)
    grade_class(classroom)
    # An installation without solutions, like the learner's wheel.
    bare = place / "bare"
    shutil.copytree(PACKAGE, bare / "avcourse", ignore=shutil.ignore_patterns("__pycache__"))
    for room in ("course", "exercises", "datasets"):
        shutil.copytree(PACKAGE.parent / room, bare / room)
    learner = participant(classroom, place / "õppija", students)
    command = [sys.executable, "-m", "avcourse", "start", "--dir", str(learner.root), "--no-browser", "--port", "9160"]
    environment = {**os.environ, "PYTHONPATH": str(bare)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=place) as process:
        assert process.stdout is not None
        address = next(found[0] for line in process.stdout if (found := re.search(r"http://127\.0\.0\.1\S+", line)))
        yield Running(classroom, address.split("/voila/")[0], address.split("token=")[1])
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def check(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    violations = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in violations] == []


def test_the_learner_gets_feedback_and_the_rest_of_it_when_the_test_is_over(running: Running, browser: Browser) -> None:
    with browser.new_context(viewport={"width": 1300, "height": 900}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(running.url("index", "et"))
        expect(page.locator(".av-home")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("annab teie klassi koolitaja")).to_be_visible()

        write_feedback(running.classroom)
        release_feedback(running.classroom)
        page.reload()
        expect(page.locator(".av-fb-link")).to_have_count(2, timeout=60_000)
        check(page, 1300)
        page.locator(".av-fb-link a").first.click()
        first = page.locator("#feedback-eeltest")
        expect(first.get_by_role("heading", name="Mida siin veel ei ole")).to_be_visible(timeout=60_000)
        expect(
            page.locator("#feedback-jareltest").get_by_role("heading", name="Mis kursuse jooksul muutus")
        ).to_be_visible()
        assert keys_in({"page": page.content()}) == []

        close_assignment(running.classroom, "jareltest")
        write_feedback(running.classroom)
        release_feedback(running.classroom)
        page.reload()
        last = page.locator("#feedback-jareltest")
        expect(last.get_by_role("heading", name="Kindel, kuid vale")).to_be_visible(timeout=60_000)
        last.get_by_text("Näita õigeid vastuseid").click()
        expect(last.get_by_role("heading", name=re.compile("Õiged vastused"))).to_be_visible()
        assert keys_in({"page": page.content()})
        page.close()


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_page_with_feedback_passes_the_accessibility_engine(
    running: Running, browser: Browser, language: str, width: int
) -> None:
    write_feedback(running.classroom)
    release_feedback(running.classroom)
    with browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(running.url("minu_areng", language))
        expect(page.locator("#feedback-jareltest")).to_be_visible(timeout=60_000)
        page.locator("#feedback-eeltest > summary").click()
        page.wait_for_load_state("networkidle")
        check(page, width)
        page.locator("#feedback-jareltest summary").last.click()
        check(page, width)
        for place in Path(running.classroom.root / "feedback").glob(f"*/*/{language}.html"):
            page.goto(place.as_uri())
            check(page, width)
            break
