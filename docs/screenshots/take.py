"""Take the README's screenshots anew: ``.venv/bin/python docs/screenshots/take.py``. Answers in them are made up by this script."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from avcourse.answers.folder import LearnerFolder, form_of, read_folder
from avcourse.answers.responses import append_response
from avcourse.course.course import load_course, load_graded
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
"""Pages of the worked example and what they are scrolled to. ``take.py example`` takes these alone."""


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


def main() -> None:
    """Start the course in new folders, look at its pages in both languages and both widths."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        if "example" not in sys.argv[1:]:
            take_course(browser, Path(place))
        take_example(browser, Path(place))
        browser.close()


if __name__ == "__main__":
    main()
