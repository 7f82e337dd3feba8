"""From a changed answer to the new picture: the result of the self-assessment in a real browser, 70 criteria answered."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from avcourse.course.course import load_course
from benchmarks.pages import FLAGS, ended, start_ours

ROUNDS: Final = 5


def measure(place: Path) -> dict[str, float]:
    """Return the median and the longest time in seconds from the click on "refresh" to the new picture."""
    process, address, _ = start_ours(place / "example", "--example")
    taken = []
    with ended(process), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        base, _, query = address.partition("?")
        slug = load_course().module("m04").slug
        page = browser.new_page(viewport={"width": 1300, "height": 900})
        page.goto(f"{base.rsplit('/', 1)[0]}/{slug}.ipynb?{query}")
        picture = page.locator(".av-figure svg").first
        picture.wait_for(timeout=60_000)
        criterion = page.locator("[data-criterion]").first
        for turn in range(ROUNDS):
            criterion.locator("input[type=radio]").nth(turn % 2 + 1).check()
            refresh = page.locator(".avw-stale:not([hidden]) button").first
            refresh.wait_for()
            page.evaluate("document.querySelector('.av-figure svg').dataset.old = 'yes'")
            begin = time.perf_counter()
            refresh.click()
            page.wait_for_function("!document.querySelector('.av-figure svg')?.dataset.old")
            page.locator(".av-figure svg").first.wait_for()
            taken.append(time.perf_counter() - begin)
        browser.close()
    return {"click_to_picture_median_s": round(statistics.median(taken), 2), "longest_s": round(max(taken), 2)}
