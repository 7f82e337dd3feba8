"""Take the README's screenshots anew: ``.venv/bin/python docs/screenshots/take.py``. Answers in them are made up by this script."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from avcourse.answers.folder import LearnerFolder, form_of, read_folder
from avcourse.answers.responses import append_response
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.roster import import_roster
from avcourse.classroom.schedule import Terms, extend, set_terms
from avcourse.classroom.workspace import new_class
from avcourse.course.course import load_course, load_graded
from avcourse.views.desk.parts import find_parts
from avcourse.views.desk.work import work
from avcourse.views.server import Site, end, launch
from benchmarks.pages import FLAGS, ended, start_ours

HERE = Path(__file__).resolve().parent
PAGES = {
    "home": ("index", ".av-home", 0),
    "lesson": ("03_avatud_valitsemise_partnerlus", "fieldset legend", 2650),
    "test": ("eeltest", "fieldset legend", 3150),
    "growth": ("minu_areng", ".av-growth-page", 0),
}
NARROW = {"lesson": 3500, "test": 4900}
EXAMPLE = {
    "assessment": ("04_enesehindamine", ".avw-assessment"),
    "result": ("04_enesehindamine", ".av-figure"),
    "inventory": ("08_digilahendused", ".av-figure"),
    "plan": ("13_tegevuskava", ".av-findings"),
}
"""Pages of the worked example and what they are scrolled to."""


def answer_tests(folder: LearnerFolder) -> None:
    """Answer both tests: 9 of 20 right before, 16 after."""
    course, bank = load_course(), load_graded()
    tests = tuple(test.id for test in course.tests)
    for test, right, rating in ((tests[0], 9, "2"), (tests[1], 16, "4")):
        form, log = form_of(folder.learner, test, tests), folder.log_path(test)
        for question in course.module(test).questions:
            given = "2" if question.startswith("then") else rating
            append_response(log, assignment=test, question=question, answer=(given,), form=form)
        for number, slot in enumerate(course.slots):
            question_ = bank[slot.forms[form]]
            assert question_.key is not None
            assert isinstance(question_.key.answer, tuple)
            wrong = next(o.id for o in question_.options if o.id not in question_.key.answer)
            answer = question_.key.answer if number < right else (wrong,)
            confidence = (50, 75, 100, 25)[number % 4]
            append_response(
                log, assignment=test, question=question_.id, answer=answer, form=form, confidence=confidence
            )


def take(page: Page, target: Path) -> None:
    """Write what the window shows; 128 colours are plenty for text on white, and a quarter of the bytes."""
    page.screenshot(path=target)
    Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)


def windows(browser: Browser, name: str, address: str) -> Iterator[tuple[Page, str, Path]]:
    """Give each page open in both languages and widths: the page, the word for its width, and where its picture goes."""
    base, _, query = address.partition("?")
    root = base.rsplit("/", 2)[0]
    page_name, ready = (PAGES | EXAMPLE)[name][:2]
    for language in ("et", "en"):
        for width, height, word in ((1300, 1000, "wide"), (400, 860, "narrow")):
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto(f"{root}/{language}/{page_name}.ipynb?{query}")
            page.wait_for_selector(ready, timeout=60_000)
            page.wait_for_load_state("networkidle")
            page.wait_for_timeout(2_500)
            yield page, word, HERE / f"{name}-{language}-{word}.png"
            page.close()


def take_course(browser: Browser, place: Path) -> None:
    """Take the pages of a learner."""
    process, address, _ = start_ours(place / "avcourse")
    with ended(process):
        for name, (_, _, scroll) in PAGES.items():
            if name == "test":
                learner = read_folder(place / "avcourse")
                assert learner is not None
                answer_tests(learner)
            for page, word, target in windows(browser, name, address):
                page.evaluate("y => window.scrollTo(0, y)", scroll if word == "wide" else NARROW.get(name, 0))
                page.wait_for_timeout(300)
                take(page, target)


def take_example(browser: Browser, place: Path) -> None:
    """Take the pages of the worked example, each scrolled to what it is about."""
    process, address, _ = start_ours(place / "example", "--example")
    with ended(process):
        for name, (_, ready) in EXAMPLE.items():
            for page, _, target in windows(browser, name, address):
                page.locator(ready).first.evaluate("node => { node.scrollIntoView(); window.scrollBy(0, -90); }")
                page.wait_for_timeout(300)
                take(page, target)


def fill_class(classes: Path) -> None:
    """Make a class in the middle of its life: roster, deadlines, graded, two answers reviewed, feedback on the tests out."""
    folder = new_class(classes / "sugis-2026", "sugis-2026", "et")
    new_class(classes / "kevad-2027", "kevad-2027", "en")
    release(folder)
    rows = "".join(f"proov-{number:04d};{'Saared' if number % 2 else 'Mandri'}\n" for number in range(1, 80))
    import_roster(folder, "osalejad.csv", f"Tunnus;Rühm\n{rows}".encode())
    fill_rehearsal(folder)
    for name, day in (("eeltest", 12), ("enesehindamine", 14), ("tegevuskava", 16), ("jareltest", 18)):
        set_terms(
            folder, name, Terms(due=datetime(2026, 11, day, 15), late="penalty" if name == "tegevuskava" else "accept")
        )
    extend(folder, "proov-0007", "tegevuskava", datetime(2026, 12, 4, 15))
    work(folder, ["run"])
    work(folder, ["give", "eeltest"])


def take_desk(browser: Browser, place: Path) -> None:
    """Take the trainer's pages: every part of a class with invented participants."""
    classes = place / "klassid"
    fill_class(classes)
    site = Site(classes, "et", "desk", "avcourse/desk/", "desk-start", classes)
    process, running = launch(site, 9180)
    base, token = running.address(site).split("?")
    pages = {"classes": "", **{part.id: f"sugis-2026/{part.id}/" for part in find_parts()}}
    try:
        for language in ("et", "en"):
            for width, height, word in ((1300, 1000, "wide"), (400, 860, "narrow")):
                page = browser.new_page(viewport={"width": width, "height": height})
                page.goto(f"{base}?{token}")
                page.goto(f"{base}?lang={language}")
                for name, path in pages.items():
                    page.goto(base + path)
                    if name == "review":
                        page.get_by_role("main").get_by_role("table").get_by_role("link").first.click()
                        page.wait_for_load_state("networkidle")
                    take(page, HERE / f"desk-{name}-{language}-{word}.png")
                page.close()
    finally:
        end(process, running)


def main() -> None:
    """Start the course in new folders, look at its pages in both languages and both widths.

    ``take.py example`` takes the pages of the worked example alone, ``take.py desk`` those of the trainer's desk.
    """
    wanted = sys.argv[1:] or ["course", "example", "desk"]
    takes = {"course": take_course, "example": take_example, "desk": take_desk}
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        for name in wanted:
            takes[name](browser, Path(place))
        browser.close()


if __name__ == "__main__":
    main()
