"""A picture with controls as people meet it: Chromium on one side, the real kernel side on the other."""

from __future__ import annotations

import functools
import re
import shutil
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import expect

from avcourse.course import language as words_of
from avcourse.course.language import Language
from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.controls import (
    Cells,
    Checks,
    Choice,
    Column,
    Exploration,
    Moment,
    Number,
    Picture,
    Slider,
    Values,
)
from avcourse.views.forms.explorer import Explorer
from avcourse.views.markup import tag, text
from tests.browser.test_work_widgets import HERE, STATIC, Desk, QuietHandler

WORDS = ("title", "years", "people", "kind", "kind-a", "kind-b", "ways", "ways-web", "ways-letter", "from", "costs")
TABLE = {f"explore-trial.{one}": {"et": one.capitalize(), "en": f"{one.capitalize()} (en)"} for one in WORDS}
TABLE |= {
    "explore-trial.costs-what": {"et": "Mis", "en": "What"},
    "explore-trial.costs-sum": {"et": "Summa", "en": "Sum"},
}
TABLE |= {
    "explore-trial.years-unit": {"et": "%", "en": "%"},
    "explore-trial.people-help": {"et": "Abi.", "en": "Help."},
}


def draw_trial(values: Values, _language: Language) -> Picture:
    if values.whole("years") == 13:
        raise ZeroDivisionError
    said = [values.whole("years"), values.number("people"), values.choice("kind"), *values.checks("ways"),
            values.moment("from").day, *(cell for row in values.cells("costs") for cell in row)]  # fmt: skip
    line = " ".join(map(str, said))
    drawn = tag("svg", tag("text", text(line), y=15), viewBox="0 0 300 20", aria_hidden="true")
    picture = tag("div", drawn, role="img", aria_label="Pilt")
    return Picture(line, picture, "Arvud", ("Mis", "Väärtus"), [("kõik", line)])


COLUMNS = (Column("what", editable=False), Column("sum", numbers=True, maximum=99))
TRIAL = Exploration(
    "explore-trial",
    (
        Slider("years", 1, 20, 5),
        Number("people", 0, 9000, 1200.5),
        Choice("kind", ("a", "b")),
        Checks("ways", ("web", "letter"), ("letter",)),
        Moment("from", "2026-09-04T15:30"),
        Cells("costs", COLUMNS, lambda _: [("Majutus", 3.0), ("Tugi", 4.0)]),
    ),
    draw_trial,
)  # fmt: skip
START = "5 1200.5 a letter 4 Majutus 3.0 Tugi 4.0"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("explorer")
    for source in (HERE / "work_harness.html", STATIC / "page.css", STATIC / "parts.css"):
        shutil.copy(source, root)
    (root / "Explorer.js").write_text(str(Explorer._esm), encoding="utf-8")
    (root / "widget.css").write_text(str(Explorer._css), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/work_harness.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    everything = {**words_of._strings(), **TABLE}
    monkeypatch.setattr(words_of, "_strings", lambda: everything)
    words_of._words.cache_clear()


@pytest.fixture(params=[1300, 400])
def desk(browser: Chromium, address: str, request: pytest.FixtureRequest) -> Iterator[Desk]:
    made = Desk(browser, address, request.param)
    yield made
    assert made.page.evaluate("document.documentElement.scrollWidth") <= request.param
    made.context.close()
    assert made.errors == []
    words_of._words.cache_clear()


def test_every_control_changes_the_sentence_by_keyboard_and_wrong_values_are_told_calmly(desk: Desk) -> None:
    box = desk.mount(Explorer(TRIAL, "et"))
    sentence = box.get_by_role("status")
    expect(sentence).to_have_text(START)
    expect(box.get_by_role("img")).to_contain_text(START)
    desk.keys("Tab", "ArrowRight", "ArrowRight")
    slider = box.get_by_role("slider", name="Years")
    expect(slider).to_be_focused()
    expect(sentence).to_have_text(START.replace("5 1200", "7 1200"))
    expect(slider).to_have_attribute("aria-valuetext", "7\u00a0%")
    expect(box.locator(".ave-value")).to_have_text("7\u00a0%")
    expect(box.get_by_role("img")).to_contain_text("7 1200.5")
    people = box.get_by_label("People")
    expect(people).to_have_value("1\u202f200,5")
    people.fill("palju")
    expect(box.get_by_text("Sobib arv vahemikus 0–9\u202f000.")).to_be_visible()
    expect(people).to_have_attribute("aria-invalid", "true")
    expect(sentence).to_contain_text("7 1200.5")
    people.fill("3 000")
    expect(sentence).to_contain_text("7 3000.0 a")
    expect(people).not_to_have_attribute("aria-invalid", "true")
    box.get_by_label("Kind", exact=True).select_option("b")
    box.get_by_label("Ways-web").check()
    box.get_by_label("Summa, Tugi").fill("8,5")
    box.get_by_label("From").fill("2026-10-09T08:00")
    expect(sentence).to_have_text("7 3000.0 b web letter 9 Majutus 3.0 Tugi 8.5")
    box.get_by_text("Arvud tabelina").click()
    expect(box.get_by_role("cell", name="7 3000.0 b")).to_be_visible()
    slider.fill("13")
    expect(box.get_by_text("Nende väärtustega pilti ei tekkinud.")).to_be_visible()
    desk.check_shape(desk.page.viewport_size["width"] if desk.page.viewport_size else 0)
    box.get_by_role("button", name="Algseis").press("Enter")
    expect(sentence).to_have_text(START)
    expect(box.get_by_role("cell", name="5 1200.5 a")).to_be_visible()
    expect(people).to_have_value("1\u202f200,5")


def test_a_real_one_stands_at_once_in_english_and_follows(desk: Desk) -> None:
    box = desk.mount(Explorer(load_exploration("signatures"), "en"))
    expect(box.get_by_role("status")).to_contain_text("Alutaguse vald: an initiative needs 39–46 signatures.")
    box.get_by_label("Municipality").select_option(label="Ruhnu vald")
    expect(box.get_by_role("status")).to_contain_text("Ruhnu vald: an initiative needs 5 signatures.")
    expect(box.get_by_role("img", name=re.compile("Ruhnu vald"))).to_be_visible()
    assert desk.violations() == []


def test_a_silent_kernel_is_told_and_many_moves_are_few_drawings(desk: Desk) -> None:
    box = desk.mount(Explorer(TRIAL, "et"), "one")
    slider = box.get_by_role("slider")
    slider.focus()
    desk.keys(*["ArrowRight"] * 7)
    expect(box.get_by_role("status")).to_contain_text("12 1200.5")
    assert desk.page.evaluate("window.models.one.sent.length") <= 7
    desk.kernel(dead=True)
    desk.page.clock.install()
    desk.keys("ArrowRight", "ArrowRight")
    desk.page.clock.run_for(20_000)
    expect(box.get_by_text("Leht ei saa kursusega ühendust.")).to_be_visible()
