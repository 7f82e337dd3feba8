"""The municipality's own work in a real browser over the real course, as a mayor would do it: assess, choose, promise, mend, download."""

from __future__ import annotations

import io
import json
import re
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import psutil
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect
from pypdf import PdfReader

from avcourse.course.course import load_course
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.records import Record, read_records
from avcourse.municipality.tables import read_voice
from avcourse.views.municipality.colleague import page as page_of
from avcourse.views.municipality.colleague import spec_of

pytestmark = pytest.mark.slow
AVCOURSE = [sys.executable, "-m", "avcourse"]
LESSONS = [module.slug for module in load_course().modules if module.id in ("m04", "m08", "m11", "m12", "m13")]
WORK = [module.slug for module in load_course().assignments if module.kind == "work"]


class Course:
    """A running ``avcourse start``."""

    def __init__(self, folder: Path, *options: str) -> None:
        command = [*AVCOURSE, "start", "--dir", str(folder), "--no-browser", "--port", "9200", *options]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if found := re.search(r"(http://127\.0\.0\.1:\d+)/voila/\S+token=(\S+)", line):
                self.folder, (self.base, self.token) = folder, found.groups()
                return
        raise AssertionError(lines)

    def url(self, page: str, language: str = "et") -> str:
        return f"{self.base}/voila/render/{language}/{page}.ipynb?token={self.token}"

    def records(self, kind: str) -> dict[str, Record]:
        return read_records(kind, self.folder)

    def end(self) -> None:
        self.process.send_signal(signal.SIGINT)
        assert self.process.wait(30) == 0


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    running = Course(tmp_path_factory.mktemp("vald") / "avcourse")
    yield running
    running.end()


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    running = Course(tmp_path_factory.mktemp("näide") / "avcourse", "--example")
    yield running
    running.end()


def opened(context: BrowserContext, url: str, parts: int) -> Page:
    page = context.new_page()
    page.goto(url)
    expect(page.locator(".avw").nth(parts - 1)).to_be_visible(timeout=60_000)
    return page


def kill_kernel(page: Page) -> None:
    kernel = json.loads(page.locator("#jupyter-config-data").inner_text())["kernelId"]
    for process in psutil.process_iter(["cmdline"]):
        if any(kernel in argument for argument in process.info["cmdline"] or ()):
            process.kill()


def chosen(page: Page, criterion: str) -> Any:
    return page.locator(f'[data-criterion="{criterion}"] input[type=radio]:checked').first.get_attribute("value")


def answer_part(page: Page, levels: dict[str, str]) -> None:
    """Answer all criteria of the part that is shown with the keyboard alone."""
    ids = page.locator("[data-criterion]").evaluate_all("nodes => nodes.map((node) => node.dataset.criterion)")
    page.locator(f'[data-criterion="{ids[0]}"] input').first.focus()
    for criterion in ids:
        expect(page.locator(f'[data-criterion="{criterion}"]').locator(":focus")).to_have_count(1)
        page.keyboard.press(levels.get(criterion, "2"))
        page.keyboard.press("Enter")


def downloaded(page: Page, name: re.Pattern[str]) -> tuple[str, bytes]:
    with page.expect_download(timeout=60_000) as waiting:
        page.get_by_role("button", name=name).first.click()
    return waiting.value.suggested_filename, Path(waiting.value.path()).read_bytes()


def test_a_mayor_assesses_chooses_promises_mends_and_downloads(course: Course, browser: Browser) -> None:
    instrument = load_instrument()
    context = browser.new_context(viewport={"width": 1300, "height": 900}, accept_downloads=True)
    page = opened(context, course.url("04_enesehindamine"), 3)

    # One of the 79.
    page.locator("select", has=page.locator("option", has_text="Nõo vald")).select_option(label="Nõo vald")
    expect(page.get_by_text("Tartu maakond").first).to_be_visible()

    # 70 criteria with the keyboard; a reload and a killed kernel on the way lose nothing.
    levels = {"t01": "3", "t02": "t", "p04": "k"}
    titles = page.locator(".avw-parts button")
    for part in range(6):
        titles.nth(part).click()
        answer_part(page, levels)
        if part == 1:
            page.reload()
            expect(page.locator(".avw-criterion").first).to_be_visible(timeout=60_000)
            titles.first.click()
            assert chosen(page, "t01") == "3"
        if part == 3:
            expect(page.locator(".avw-parts button").nth(3)).to_contain_text("15/15")
            page.wait_for_timeout(1500)
            kill_kernel(page)
            page.reload()
            expect(page.locator(".avw-criterion").first).to_be_visible(timeout=60_000)
    expect(page.locator(".avw-progress-words")).to_contain_text("70/70")
    page.wait_for_timeout(1500)
    saved = course.records("level")
    assert set(saved) == {criterion.id for criterion in instrument.criteria}
    assert (saved["t01"].data["level"], saved["t02"].data["level"], saved["p04"].data["level"]) == (3, "unknown", "na")

    # The result, when asked for; three steps become proposals.
    page.reload()
    steps = page.locator(".av-step")
    expect(steps).to_have_count(7, timeout=60_000)
    for _ in range(3):
        page.locator('[data-act="take"]').first.click()
        expect(page.locator(".avw-said", has_text="Võetud ettepanekuks")).to_be_visible()
        page.wait_for_timeout(300)
    assert len(course.records("proposal")) == 3

    # One becomes a commitment.
    page = opened(context, course.url("13_tegevuskava"), 4)
    page.locator('[data-act="commit"]').first.click()
    page.wait_for_timeout(800)
    commitments = course.records("commitment")
    assert len(commitments) == 1
    (own,) = commitments.values()
    assert own.data["proposal"] in course.records("proposal")
    assert own.data["criterion"] in saved

    # What the check says about partners is mended, and it stops saying it.
    page.reload()
    form = page.locator(".avw-card", has=page.locator("h3", has_text=own.data["title"])).last
    expect(form).to_be_visible(timeout=60_000)
    form.get_by_role("button", name=re.compile("Muuda")).first.click()
    aside = form.locator(".avw-aside")
    expect(aside).to_be_visible()
    before = aside.inner_text()
    field = form.locator('[data-field="partners"]').locator("input, textarea").first
    field.fill("Nõo külaselts ja raamatukogu lugemisklubi")
    field.blur()
    expect(aside).not_to_have_text(before, timeout=10_000)
    page.wait_for_timeout(1000)
    assert course.records("commitment")[own.id].data["partners"].startswith("Nõo külaselts")
    kill_kernel(page)
    page.reload()
    expect(page.locator(".avw-card h3", has_text=own.data["title"]).last).to_be_visible(timeout=60_000)

    # Word, PDF and Excel of the plan.
    name, word = downloaded(page, re.compile("Word"))
    assert name.endswith(".docx")
    assert "noo-vald" in name
    assert own.data["title"] in re.sub(
        "<[^>]+>", "", zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml").decode()
    )
    name, pdf = downloaded(page, re.compile("PDF"))
    assert name.endswith(".pdf")
    assert "Nõo vald" in PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    name, excel = downloaded(page, re.compile("Excel"))
    assert openpyxl.load_workbook(io.BytesIO(excel)).sheetnames
    context.close()


@pytest.mark.parametrize(
    ("name", "language"), [(name, ("et", "en")[place % 2]) for place, name in enumerate([*LESSONS, *WORK])]
)
def test_every_page_of_the_worked_example_passes_the_accessibility_engine(
    example: Course, browser: Browser, name: str, language: str
) -> None:
    asked: list[str] = []
    context = browser.new_context(viewport={"width": 1300, "height": 900}, reduced_motion="reduce")
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(example.url(name, language))
    expect(page.locator(".avw, .avw-live, .avf").first).to_be_visible(timeout=60_000)
    expect(page.locator(".outcome.waiting")).to_have_count(0, timeout=60_000)
    for width in (1300, 400):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(300)
        results = Axe().run(page)
        assert results.violations_count == 0, f"{width} px: {results.generate_report()}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert asked
    assert [url for url in asked if not re.match(r"(http|ws)://127\.0\.0\.1[:/]|data:|blob:", url)] == []
    context.close()


def test_a_colleague_answers_on_the_page_that_works_alone(browser: Browser, tmp_path: Path) -> None:
    path = tmp_path / "leht.html"
    path.write_bytes(page_of(spec_of(load_instrument(), "Nõo <vald>", "et")))
    context = browser.new_context(viewport={"width": 400, "height": 900}, accept_downloads=True)
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    page.goto(path.as_uri())
    expect(page.get_by_role("heading", level=1)).to_contain_text("Nõo <vald>")
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    page.locator('input[name="t01"][value="3"]').check()
    page.locator('input[name="t02"][value="unknown"]').check()
    save = page.get_by_role("button", name="Salvesta fail")
    save.click()
    expect(page.get_by_role("status")).to_contain_text("kes te olete")
    page.locator('input[name="role"][value="resident"]').check()
    page.reload()
    assert page.locator('input[name="t01"][value="3"]').is_checked()
    with page.expect_download() as waiting:
        save.click()
    first, voice = read_voice("hinnang.json", Path(waiting.value.path()).read_bytes())
    assert (voice["role"], voice["answers"]) == ("resident", {"t01": 3, "t02": "unknown"})
    # Whoever comes next at the same computer starts anew.
    page.get_by_role("button", name="Alusta uue vastajana").click()
    expect(page.locator("input:checked")).to_have_count(0)
    page.locator('input[name="role"][value="council"]').check()
    page.locator('input[name="t01"][value="1"]').check()
    with page.expect_download() as waiting:
        save.click()
    assert read_voice("hinnang.json", Path(waiting.value.path()).read_bytes())[0] != first
    assert {url.split(":")[0] for url in asked} <= {"file", "blob"}
    context.close()
