"""The trainer's path in a real browser over the real course: from a new class to the report, with nothing typed in a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from avcourse.answers.responses import append_response
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.workspace import ClassFolder, new_class, open_class
from avcourse.course.course import load_course
from avcourse.course.language import say
from avcourse.views import server
from avcourse.views.desk.parts import find_parts

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EVIL = '<img src=x onerror="window.evil=1">'
WIDE, NARROW = {"width": 1300, "height": 900}, {"width": 400, "height": 860}
QUICK, LONG = 15_000, 180_000


@dataclass
class Trainer:
    """A running desk, and what a trainer's browser asked of other machines, which must be nothing."""

    place: Path
    running: server.Running
    site: server.Site
    elsewhere: list[str] = field(default_factory=list)

    @property
    def desk(self) -> str:
        return f"http://127.0.0.1:{self.running.port}/avcourse/desk/"

    def open(self, browser: Browser, *, size: dict[str, int] = WIDE, script: bool = True) -> Page:
        context = browser.new_context(viewport=size, java_script_enabled=script, accept_downloads=True)  # type: ignore[arg-type]
        own = f"http://127.0.0.1:{self.running.port}/"
        context.on(
            "request", lambda one: None if one.url.startswith((own, "data:")) else self.elsewhere.append(one.url)
        )
        page = context.new_page()
        page.set_default_timeout(QUICK)
        page.goto(self.running.address(self.site))
        return page


@pytest.fixture(scope="module")
def trainer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trainer]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AVCOURSE_NAMES", str(tmp_path_factory.mktemp("nimed")))
        place = tmp_path_factory.mktemp("desk") / "minu klassid"
        place.mkdir()
        new_class(place / EVIL.replace("/", ""), "evil", "en")
        site = server.Site(place, "et", "desk", "avcourse/desk/", "desk-start", place)
        process, running = server.launch(site, 9160)
    assert process.poll() is None, (place / server.LOG).read_text()
    found = Trainer(place, running, site)
    yield found
    server.end(process, running)
    assert found.elsewhere == []


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def wait_for_work(page: Page) -> None:
    """Wait until the long work on the class's page has ended, having seen how far it is."""
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("[data-job]")).to_have_count(0, timeout=LONG)


def roster_csv() -> bytes:
    rows = "".join(f"proov-{number:04d};{'AB'[number % 2]}\n" for number in range(1, 80))
    return f"Tunnus;Rühm\n{rows}vaatleja-1;<script>window.evil=1</script>\n".encode()


def hand_in(folder: ClassFolder) -> None:
    """Let 79 invented people of different ability hand in; one writes a script, and somebody's folder has one for a name."""
    fill_rehearsal(folder, 79)
    (work,) = folder.inbound.glob("proov-0001+enesehindamine+*")
    for text in ("<script>window.evil=1</script>", f"Kolm leidu. {EVIL}"):
        append_response(work / "responses.jsonl", assignment="enesehindamine", question="ea-reflection", answer=text)
    (folder.inbound / f"{EVIL.replace('/', '')}+eeltest+2026-11-09 10:00:00.000000 UTC+x").mkdir()


def check_page(page: Page, width: int) -> None:
    """Hold a page to what every page of the desk keeps: no fault of the engine, no overflow, nothing of a stranger's that runs."""
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width, page.url
    assert page.evaluate("window.evil") is None, page.url
    assert page.locator("h1").count() == 1, page.url


def test_trainer_goes_from_a_new_class_to_its_report(browser: Browser, trainer: Trainer, tmp_path: Path) -> None:
    page = trainer.open(browser)
    expect(page.get_by_role("heading", level=1)).to_have_text("Klassid")
    check_page(page, 1300)

    page.get_by_label("Klassi nimi").fill("Sügis 2026")
    press(page, "Tee klass")
    expect(page.get_by_role("status")).to_contain_text("on valmis")
    folder = open_class(trainer.place / "sugis-2026")

    # The roster, with a group that tries to be more than a word.
    page.get_by_role("link", name="Osalejad", exact=True).click()
    roster = tmp_path / "osalejad.csv"
    roster.write_bytes(roster_csv())
    page.get_by_label("Osalejate fail").set_input_files(roster)
    press(page, "Loe fail sisse")
    expect(page.get_by_role("table")).to_contain_text("<script>window.evil=1</script>")
    check_page(page, 1300)
    with page.expect_download() as saving:
        page.get_by_role("link", name="Salvesta klassikaart").click()
    assert saving.value.suggested_filename == "class.toml"

    # Release, and hand in.
    page.get_by_role("link", name="Ülevaade", exact=True).click()
    page.get_by_text("Mida see teeb?").click()
    expect(page.get_by_text("Praegu ei ole veel midagi muudetud.")).to_be_visible()
    assert folder.assignments() == ()
    press(page, "Anna ülesanded välja")
    expect(page.get_by_role("progressbar")).to_be_visible()
    check_page(page, 1300)
    wait_for_work(page)
    assert sorted(folder.assignments()) == sorted(one.id for one in load_course().assignments if not one.after)
    hand_in(folder)

    # A deadline; what is no time is told, and stays to be mended.
    page.get_by_role("link", name="Tähtajad", exact=True).click()
    card = page.locator("section", has=page.get_by_role("heading", name="Järeltest", exact=True))
    card.get_by_text("Muuda tähtaega").click()
    card.get_by_label("Tähtaeg", exact=True).fill("homme")
    card.get_by_role("button", name="Salvesta tähtaeg").click()
    expect(page.get_by_role("status")).to_contain_text("„homme“ ei ole kuupäev")
    expect(card.get_by_label("Tähtaeg", exact=True)).to_have_value("homme")
    check_page(page, 1300)
    card.get_by_label("Tähtaeg", exact=True).fill("1.3.2027 17.00")
    card.get_by_role("button", name="Salvesta tähtaeg").click()
    expect(page.get_by_text("Esitada saab kuni 1.3.2027 17.00")).to_be_visible()

    # Collect and grade, with what was odd named at the end.
    page.get_by_role("link", name="Ülevaade", exact=True).click()
    press(page, "Kogu ja hinda")
    wait_for_work(page)
    graded = set(read_scores(folder.database))
    assert len({student for student, _ in graded}) == 79
    expect(page.get_by_role("table").nth(1)).to_contain_text("<img src=x")
    check_page(page, 1300)

    # Open answers with the keyboard: two are marked, saved at once, and the script is only text.
    page.get_by_role("link", name="Vaata avatud vastused üle").click()
    expect(page.locator("main table").get_by_role("link").first).to_be_visible()
    page.get_by_role("link", name="Avatud vastused", exact=True).click()
    page.get_by_role("link", name=re.compile("Millised kolm leidu")).click()
    expect(page.locator("#review-answer")).to_be_visible()
    check_page(page, 1300)
    waiting = sum(name == "enesehindamine" for _, name in graded)
    for key in ("2", "3"):
        before = page.locator("#review-answer").inner_text()
        with page.expect_response(lambda answer: answer.request.method == "POST") as saved:
            page.keyboard.press(key)
        assert saved.value.ok
        page.keyboard.press("Enter")
        expect(page.locator("#review-answer")).not_to_have_text(before)
    page.goto(f"{trainer.desk}sugis-2026/")
    row = page.get_by_role("row", name=re.compile("Enesehindamise esitamine"))
    expect(row.locator("[data-label='Ootab teid']")).to_have_text(str(waiting - 2))

    # Feedback out, and back, and out.
    press(page, f"Anna tagasiside juba praegu ({len(graded)})")
    wait_for_work(page)
    expect(row.locator("[data-label='Tagasiside antud']")).to_contain_text(str(waiting))
    assert len(list((folder.exchange / folder.id / "feedback").iterdir())) == len(graded)
    row.locator("[data-label='Tagasiside antud']").get_by_role("link").click()
    expect(page.get_by_role("button", name="Jah, võta tagasi")).to_be_visible()
    check_page(page, 1300)
    press(page, "Jah, võta tagasi")
    expect(row.locator("[data-label='Tagasiside antud']")).to_have_text("0")

    # What was gained, and the report.
    page.get_by_role("link", name="Areng", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Areng")
    expect(page.locator("figure svg, figure img").first).to_be_visible()
    page.get_by_role("link", name="Aruanne", exact=True).click()
    for ending in ("docx", "pdf", "xlsx"):
        with page.expect_download(timeout=60_000) as saving:
            page.locator(f"form:has(input[name=file][value={ending}]) button").click()
        assert saving.value.suggested_filename.endswith(f".{ending}")
        assert saving.value.path().stat().st_size > 2_000
    page.context.close()


@pytest.mark.parametrize(("language", "size"), [("et", WIDE), ("en", NARROW), ("et", NARROW), ("en", WIDE)])
def test_every_page_is_clean_in_both_languages_and_widths(
    browser: Browser, trainer: Trainer, language: str, size: dict[str, int]
) -> None:
    page = trainer.open(browser, size=size)
    page.goto(f"{trainer.desk}?lang={language}")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_text("<img src=x onerror")).to_be_visible()
    check_page(page, size["width"])
    for part in find_parts():
        page.goto(f"{trainer.desk}sugis-2026/{part.id}/")
        expect(page.locator("html")).to_have_attribute("lang", language)
        check_page(page, size["width"])
    page.goto(f"{trainer.desk}{quote(EVIL)}/")
    check_page(page, size["width"])
    page.context.close()


def test_desk_works_without_script(browser: Browser, trainer: Trainer) -> None:
    page = trainer.open(browser, size=NARROW, script=False)
    page.goto(f"{trainer.desk}sugis-2026/")
    expect(page.get_by_role("navigation", name="Klassi lehed").get_by_role("link", name="Osalejad")).to_be_visible()
    press(page, "Kogu ja hinda uuesti")
    expect(page.get_by_role("progressbar")).to_be_visible()
    # The page looks again by itself.
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=LONG)
    expect(page.get_by_role("heading", name="Valmis")).to_be_visible()
    page.context.close()


def test_jupyterlab_opens_the_desk_from_its_launcher(browser: Browser, trainer: Trainer) -> None:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{trainer.running.port}/lab?token={trainer.running.token}")
    card = page.locator(".jp-LauncherCard", has_text=say("desk.name", "et"))
    with context.expect_page(timeout=60_000) as opened:
        card.click(timeout=60_000)
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Klassid")
    assert opened.value.url == trainer.desk
    context.close()
