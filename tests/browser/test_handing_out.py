"""What the course hands out, in a real browser: its data as files, and a lesson on paper, from the learner's own machine."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from avcourse.course.course import load_course
from avcourse.course.data_package import describe_tables
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.views import server
from avcourse.views.page import copies

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NARROW = 400
LONG = 60_000


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield the address that lets a browser in, and that of the pages."""
    learner = copies.prepare_folder(tmp_path_factory.mktemp("kursus") / "avcourse")
    site = server.course_site(learner)
    process, running = server.launch(site, 9390)
    assert process.poll() is None, (learner.root / server.LOG).read_text()
    yield running.address(site), f"http://127.0.0.1:{running.port}/voila/render/"
    server.end(process, running)


def open_page(browser: Browser, base: tuple[str, str], language: Language, slug: str, width: int) -> Page:
    page = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True).new_page()
    page.goto(base[0])
    page.goto(f"{base[1]}{language}/{slug}.ipynb")
    return page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [1300, NARROW])
def test_the_data_can_be_read_and_saved(
    browser: Browser, base: tuple[str, str], language: Language, width: int
) -> None:
    page = open_page(browser, base, language, "andmed", width)
    expect(page.get_by_role("heading", level=1)).to_have_text(load_course().module("andmed").title.in_(language))
    expect(page.locator(".av-data")).to_have_count(len(describe_tables()), timeout=LONG)
    for fold in page.locator(".av-data details").all()[:6]:
        fold.locator("summary").click()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    table = describe_tables()[0]
    link = page.locator(f'a[download="{table.path}"]')
    expect(link).to_have_accessible_name(
        f"{say('datasets.save-csv', language)} ({round(table.bytes / 1000)} kB): {table.title.in_(language)}"
    )
    with page.expect_download() as saving:
        link.click()
    assert saving.value.suggested_filename == table.path
    assert hashlib.sha256(saving.value.path().read_bytes()).hexdigest() == table.sha256
    with page.expect_download() as saving:
        page.get_by_role("link", name=say("datasets.save-all", language)).click()
    assert saving.value.path().read_bytes().startswith(b"PK")
    page.context.close()


def test_a_lesson_is_had_on_paper(browser: Browser, base: tuple[str, str]) -> None:
    page = open_page(browser, base, "et", "02_avatud_valitsemise_pohimotted", NARROW)
    button = page.get_by_role("button", name=say("handout.save", "et"))
    expect(button).to_be_visible(timeout=LONG)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    with page.expect_download(timeout=LONG) as saving:
        button.click()
    assert saving.value.suggested_filename == "jaotusmaterjal_02-avatud-valitsemise-pohimotted.pdf"
    assert saving.value.path().read_bytes().startswith(b"%PDF")
    page.context.close()
