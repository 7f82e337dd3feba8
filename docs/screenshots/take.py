"""Take the README's screenshots anew: ``.venv/bin/python docs/screenshots/take.py``. Answers in them are made up by this script."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

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


def main() -> None:
    """Start the course in a new folder, look at its pages in both languages and both widths."""
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place) / "avcourse"
        process, address, _ = start_ours(folder)
        with ended(process):
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
            base, _, query = address.partition("?")
            root = base.rsplit("/", 2)[0]
            for name, (page_name, ready, scroll) in PAGES.items():
                if name == "test":
                    learner = read_folder(folder)
                    assert learner is not None
                    answer_tests(learner)
                for language in ("et", "en"):
                    for width, height, word in ((1300, 1000, "wide"), (400, 860, "narrow")):
                        page = browser.new_page(viewport={"width": width, "height": height})
                        page.goto(f"{root}/{language}/{page_name}.ipynb?{query}")
                        page.wait_for_selector(ready, timeout=60_000)
                        page.wait_for_load_state("networkidle")
                        page.wait_for_timeout(2_500)
                        page.evaluate("y => window.scrollTo(0, y)", scroll if word == "wide" else NARROW.get(name, 0))
                        page.wait_for_timeout(300)
                        target = HERE / f"{name}-{language}-{word}.png"
                        page.screenshot(path=target)
                        # 128 colours are plenty for text on white, and a quarter of the bytes.
                        Image.open(target).convert("RGB").quantize(128).save(target, optimize=True)
                        page.close()
            browser.close()


if __name__ == "__main__":
    main()
