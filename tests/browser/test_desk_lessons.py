"""The trainer's guides in a real browser: readable in both languages, on a telephone and on paper."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from avcourse.classroom.workspace import new_class
from avcourse.course.language import say
from avcourse.views import server
from avcourse.views.desk.lessons import guide_path, taught

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

NARROW = 400


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Yield the address that lets a browser in, and that of a class's lessons."""
    place = tmp_path_factory.mktemp("klassid")
    new_class(place / "sygis", "sygis", "et")
    site = server.Site(place, "et", "desk", "avcourse/desk/", "desk-start", place)
    process, running = server.launch(site, 9190)
    assert process.poll() is None, (place / server.LOG).read_text()
    yield running.address(site), f"http://127.0.0.1:{running.port}/avcourse/desk/sygis/lessons/"
    server.end(process, running)


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, NARROW])
def test_lessons_and_guides_are_clean(browser: Browser, desk: tuple[str, str], language: str, width: int) -> None:
    page = browser.new_context(viewport={"width": width, "height": 900}).new_page()
    page.goto(desk[0])
    page.goto(f"{desk[1]}?lang={language}")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("desk.part-lessons", language))  # type: ignore[arg-type]
    guides = [module.id for module in taught() if guide_path(module, language).is_file()]  # type: ignore[arg-type]
    for address in (desk[1], *(f"{desk[1]}{guide}/" for guide in guides)):
        page.goto(address)
        expect(page.locator("html")).to_have_attribute("lang", language)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.context.close()


def test_a_guide_is_printed_without_the_desk_round_it(browser: Browser, desk: tuple[str, str]) -> None:
    page = browser.new_context().new_page()
    page.goto(desk[0])
    page.goto(f"{desk[1]}m01/")
    page.get_by_role("table").first.focus()
    page.emulate_media(media="print")
    for gone in (".masthead", ".desk-menu", ".desk-guide-foot >> nth=0"):
        expect(page.locator(gone)).to_be_hidden()
    expect(page.locator(".desk-guide h1")).to_be_visible()
    page.context.close()
