"""The whole path in a real browser over the real course: open, answer with the keyboard, come back, lose the kernel, submit, be graded."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from avcourse.answers.folder import read_folder
from avcourse.answers.responses import Response, append_response, latest, read_log
from avcourse.course.course import load_course, load_graded

pytestmark = pytest.mark.slow
AVCOURSE = [sys.executable, "-m", "avcourse"]
FILLED = ("m04", "m08", "m11", "m12", "m13")
"""Lessons around the municipality's own work: looked at in test_work_path.py, where it is filled in, as are the submissions."""
DRAWN = "fieldset legend, .av-home, .av-empty, .av-data"
"""Something that a kernel drew, on every page."""
PAGES = [module.slug for module in load_course().modules if module.kind != "work" and module.id not in FILLED]


@dataclass
class Course:
    """A running ``avcourse start``: its folder, address and token."""

    folder: Path
    address: str

    @property
    def base(self) -> str:
        return self.address.split("/voila/")[0]

    @property
    def token(self) -> str:
        return self.address.split("token=")[1]

    def url(self, page: str, language: str = "et") -> str:
        return f"{self.base}/voila/render/{language}/{page}.ipynb?token={self.token}"

    def log(self, module: str) -> dict[tuple[str, str], Response]:
        return dict(latest(read_log(self.folder / "answers" / module / "responses.jsonl").responses))


def start(folder: Path) -> tuple[subprocess.Popen[str], Course]:
    command = [*AVCOURSE, "start", "--dir", str(folder), "--no-browser", "--port", "9100"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if found := re.search(r"http://127\.0\.0\.1\S+", line):
            return process, Course(folder, found[0])
    raise AssertionError(f"no address: {lines}")


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    process, running = start(tmp_path_factory.mktemp("õppija kaust") / "avcourse")
    yield running
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


@contextmanager
def window(browser: Browser, width: int = 1300) -> Iterator[BrowserContext]:
    """A fresh browser window; at its end nothing in it may have asked anything of another machine."""
    asked: list[str] = []
    with browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce") as made:
        made.on("request", lambda request: asked.append(request.url))
        made.on("page", lambda page: page.on("websocket", lambda socket: asked.append(socket.url)))
        yield made
    assert asked
    assert [url for url in asked if not re.match(r"(http|ws)://127\.0\.0\.1[:/]|data:|blob:", url)] == []


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with window(browser) as made:
        yield made


def open_page(context: BrowserContext, url: str, forms: int = 1) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(page.locator("fieldset legend").nth(forms - 1)).to_be_visible(timeout=60_000)
    return page


def kill_kernel(page: Page) -> None:
    """Kill the process that answers for a page, as a machine short of memory does."""
    kernel = json.loads(page.locator("#jupyter-config-data").inner_text())["kernelId"]
    found = [
        process
        for process in psutil.process_iter(["cmdline"])
        if any(kernel in argument for argument in process.info["cmdline"] or ())
    ]
    assert len(found) == 1, (kernel, found)
    found[0].kill()


@pytest.mark.parametrize(("name", "language"), [(name, ("et", "en")[place % 2]) for place, name in enumerate(PAGES)])
def test_every_page_passes_the_accessibility_engine(course: Course, browser: Browser, name: str, language: str) -> None:
    # Each opening starts a kernel: once a page, the languages by turns, since structure and words come from one builder.
    widths = (1300, 400) if language == "et" else (400, 1300)
    with window(browser, widths[0]) as context:
        page = context.new_page()
        page.goto(course.url(name, language))
        expect(page.locator(DRAWN).first).to_be_visible(timeout=60_000)
        expect(page.locator(".outcome.waiting")).to_have_count(0, timeout=60_000)
        assert page.locator("html").get_attribute("lang") == language
        assert page.locator("h1").count() == 1
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            violations = Axe().run(page).response["violations"]
            assert [(v["id"], v["nodes"][0]["html"][:120]) for v in violations] == [], f"{width} px"


def test_a_lesson_is_answered_by_keyboard_and_kept_through_reload_and_a_dead_kernel(
    course: Course, context: BrowserContext
) -> None:
    page = open_page(context, course.url("01_alustamine"), 8)
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    status = page.get_by_text(re.compile(r"Salvestatud \d\d?[:.]\d\d")).first
    expect(status).to_be_visible(timeout=10_000)
    first = course.log("m01")
    assert len(first) == 1
    ((_, question),) = first
    page.reload()
    expect(page.locator("input[type=radio]:checked").first).to_be_visible(timeout=60_000)
    kill_kernel(page)
    page.reload()
    expect(page.locator("input[type=radio]:checked").first).to_be_visible(timeout=60_000)
    assert course.log("m01")["m01", question] == first["m01", question]


def test_an_answer_given_while_the_kernel_is_gone_is_kept_and_saved_after_a_reload(
    course: Course, context: BrowserContext
) -> None:
    page = open_page(context, course.url("02_avatud_valitsemise_pohimotted"), 8)
    kill_kernel(page)
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("alert").filter(has_text="ei ole salvestatud").first).to_be_visible(timeout=30_000)
    assert course.log("m02") == {}
    page.reload()
    expect(page.get_by_text(re.compile(r"Salvestatud \d\d?[:.]\d\d")).first).to_be_visible(timeout=60_000)
    assert len(course.log("m02")) == 1


def test_the_municipality_is_shown_as_soon_as_it_is_chosen(course: Course, context: BrowserContext) -> None:
    page = open_page(context, course.url("01_alustamine", "en"), 8)
    page.locator("select").filter(has=page.locator("option", has_text="Ruhnu vald")).select_option(label="Ruhnu vald")
    expect(page.get_by_role("table").filter(has_text="Saare county")).to_be_visible(timeout=20_000)


def living(kernels: list[str]) -> list[str]:
    """Return which of the kernels still have a process."""
    lines = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    return [kernel for kernel in kernels if any(kernel in line for line in lines)]


def test_a_page_that_is_left_gives_its_kernel_back(course: Course, context: BrowserContext) -> None:
    page, kernels = context.new_page(), []
    for name in ("01_alustamine", "02_avatud_valitsemise_pohimotted", "index", "minu_areng", "01_alustamine"):
        page.goto(course.url(name))
        expect(page.locator(DRAWN).first).to_be_visible(timeout=60_000)
        page.wait_for_load_state("networkidle")
        kernels.append(json.loads(page.locator("#jupyter-config-data").inner_text())["kernelId"])
    begun = time.monotonic()
    while len(living(kernels)) > 1 and time.monotonic() < begun + 20:
        time.sleep(0.5)
    assert living(kernels) == kernels[-1:]


def test_home_leads_to_the_first_question_without_an_answer(course: Course, context: BrowserContext) -> None:
    page = open_page(context, course.url("03_avatud_valitsemise_partnerlus"), 8)
    page.locator("input[type=radio]").first.check()
    expect(page.get_by_text(re.compile("Salvestatud")).first).to_be_visible(timeout=10_000)
    page.goto(course.url("index"))
    page.get_by_role("link", name="Avatud valitsemise partnerlus", exact=True).first.click()
    second = load_course().module("m03").questions[1]
    expect(page.locator(f"#question-m03-{second}")).to_be_in_viewport(timeout=60_000)
    # The other language opens at the same place.
    page.wait_for_timeout(3_000)
    page.get_by_role("link", name="In English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en", timeout=30_000)
    expect(page.locator("[id^=question-m03]").nth(1)).to_be_in_viewport(timeout=60_000)


def test_jupyterlab_opens_the_same_notebook(course: Course, context: BrowserContext) -> None:
    page = open_page(context, course.url("01_alustamine"))
    page.get_by_role("link", name="Ava JupyterLabis").click()
    expect(page.locator(".jp-Notebook")).to_be_visible(timeout=60_000)
    assert "/lab/tree/et/01_alustamine.ipynb" in page.url
    expect(page.locator(".jp-Notebook h1").filter(has_text="Alustamine")).to_be_visible(timeout=30_000)


def run(*arguments: str, cwd: Path) -> str:
    result = subprocess.run(
        [*AVCOURSE, *arguments],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "AVCOURSE_LANG": "et"},
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def answer_test(folder: Path, module: str, form: str, right: int, skip: int = 0) -> None:
    """Answer a test in a learner's folder: the first ``right`` slots rightly, the rest wrongly, the last ``skip`` not at all."""
    bank, slots = load_graded(), load_course().slots
    for number, slot in enumerate(slots[: len(slots) - skip]):
        question = bank[slot.forms[form]]
        assert question.key is not None
        assert isinstance(question.key.answer, tuple)
        wrong = next(o.id for o in question.options if o.id not in question.key.answer)
        append_response(folder / "answers" / module / "responses.jsonl", assignment=module, question=question.id,
                        answer=question.key.answer if number < right else (wrong,), form=form, confidence=75)  # fmt: skip


def test_from_the_first_answer_to_a_measured_gain(course: Course, context: BrowserContext, tmp_path: Path) -> None:
    desk = tmp_path / "klass"
    run("class", "new", str(desk), "--id", "sygis", cwd=tmp_path)
    run("class", "release", cwd=desk)
    card = desk / "card" / "class.toml"

    # One learner in the browser …
    learner = read_folder(course.folder)
    assert learner is not None
    run("join", str(card), "--dir", str(course.folder), cwd=tmp_path)
    page = open_page(context, course.url("eeltest"), 25)
    form = page.locator("fieldset").filter(has=page.locator("input[value='dont-know']")).first
    form.locator("input[value='dont-know']").focus()
    page.keyboard.press("Space")
    expect(page.get_by_text(re.compile("Salvestatud")).first).to_be_visible(timeout=10_000)
    (response,) = course.log("eeltest").values()
    assert response.answer == ("dont-know",)
    whole = page.content()
    said = [text.et for question in load_graded().values() if question.key for text in question.key.feedback.values()]
    assert said
    assert not [text for text in said if text[:60] in whole]
    letter = str(response.form)
    other = "B" if letter == "A" else "A"
    answer_test(course.folder, "eeltest", letter, right=8)
    answer_test(course.folder, "jareltest", other, right=16)
    for module in ("eeltest", "jareltest"):
        page.goto(course.url(module))
        page.get_by_role("button", name="Esita").click(timeout=60_000)
        expect(page.get_by_text(re.compile("Kviitungi number")).first).to_be_visible(timeout=60_000)

    # … and four on the command line.
    points = {"a": (6, 12), "b": (10, 14), "c": (12, 18), "d": (9, 9)}
    for name, (before, after) in points.items():
        folder = tmp_path / name
        run("join", str(card), "--dir", str(folder), "--student", f"osaleja-{name}", cwd=tmp_path)
        answer_test(folder, "eeltest", "A", right=before)
        answer_test(folder, "jareltest", "B", right=after)
        for module in ("eeltest", "jareltest"):
            assert "sha256" in run("submit", module, "--dir", str(folder), cwd=tmp_path)

    run("class", "collect", cwd=desk)
    assert "10" in run("class", "grade", cwd=desk)
    groups = json.loads(run("class", "gains", "--json", "--csv", str(tmp_path / "g.csv"), cwd=desk))["groups"]
    overall = groups["all"]
    # By hand: before 8 6 10 12 9 of 20 → mean 45 %; after 16 12 14 18 9 → mean 69 %; gain 24; ⟨g⟩ = 24/55.
    assert overall["status"] == "shown"
    assert overall["gain"]["n"] == 5
    assert overall["gain"]["pre_mean"] == pytest.approx(45)
    assert overall["gain"]["post_mean"] == pytest.approx(69)
    assert overall["gain"]["raw_gain"] == pytest.approx(24)
    assert overall["gain"]["normalized_gain"] == pytest.approx(24 / 55)
    assert (tmp_path / "g.csv").read_text(encoding="utf-8-sig").count("\n") == 7
    assert (desk / "gains.svg").is_file()
    assert run("class", "gains", "--json", cwd=desk) == run("class", "gains", "--json", cwd=desk)

    # Alone, the learner sees the own gain on the home page's link.
    page.goto(course.url("index"))
    page.get_by_role("link", name="Vaadake oma arengut").click(timeout=60_000)
    expect(page.get_by_text("Enne kursust 8, pärast kursust 16 punkti")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("heading", name="Kindel, kuid vale")).to_be_visible()
    assert [(v["id"], v["nodes"][0]["html"][:120]) for v in Axe().run(page).response["violations"]] == []
