"""Pages as people see them: served by the server that ``avcourse start`` starts, seen by Chromium."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from avcourse.answers.folder import LearnerFolder
from avcourse.course.language import say
from avcourse.views import server
from avcourse.views.page import copies

pytestmark = pytest.mark.slow

FORM = '''import anywidget, traitlets
class Form(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
      el.innerHTML = '<fieldset><legend>Kas?</legend>'
        + '<label><input type="radio" name="a" value="jah"> Jah</label></fieldset><p role="status"></p>';
      const said = () => { el.querySelector("p").textContent = model.get("reply"); };
      model.on("change:reply", said);
      el.addEventListener("change", (e) => { model.set("value", e.target.value); model.save_changes(); });
    } }"""
    value = traitlets.Unicode("").tag(sync=True)
    reply = traitlets.Unicode("").tag(sync=True)
form = Form()
form.observe(lambda change: setattr(form, "reply", "Salvestatud: " + change["new"]), "value")
form'''
TABLE = """from IPython.display import HTML
head, row = "<th scope='col'>Näitajagrupp</th>" * 9, "<td>12</td>" * 9
HTML(f"<table><thead><tr>{head}</tr></thead><tbody><tr>{row}</tr></tbody></table>")"""
PROSE = """# {title}

Selles õppetunnis saate teada, milleks andmeid avada.

## Miks?

Vaadake [portaali](https://avaandmed.eesti.ee/) ja [kohalikku lehte](index.ipynb). <script>window.evil = 1</script>

| Andmed | Kes küsib | Kui tihti |
|---|---|---|
| Eelarve | elanikud | kord kuus |
"""
TITLES = {"et": ["Alustamine", "Avatud andmed", "Osalemine"], "en": ["Getting started", "Open data", "Taking part"]}
FILES = ["01_alustamine.ipynb", "02_andmed.ipynb", "03_osalemine.ipynb"]
COURSE = {"et": "Avatud valitsemine", "en": "Open government"}


def prose(source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def code(source: str, **metadata: object) -> dict[str, Any]:
    hidden = {"jupyter": {"source_hidden": True}, **metadata}
    return {"cell_type": "code", "metadata": hidden, "source": source, "outputs": [], "execution_count": None}


def write_notebook(path: Path, about: dict[str, Any], cells: list[dict[str, Any]]) -> None:
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    metadata = {"kernelspec": kernel, "avcourse": about}
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}
    path.write_text(json.dumps(notebook), encoding="utf-8")


def write_course(root: Path) -> None:
    for language, other in (("et", "en"), ("en", "et")):
        folder = root / "course" / language
        folder.mkdir(parents=True)
        titles = TITLES[language]
        links = [{"href": file, "title": title} for file, title in zip(FILES, titles, strict=True)]
        common = {"language": language, "course": COURSE[language], "home": "index.ipynb", "count": 3}
        cells = [
            [prose(PROSE.format(title=titles[0])), code(FORM), prose("## Tabel"), code(TABLE)],
            [
                prose(PROSE.format(title=titles[1])),
                code("import warnings; warnings.warn('hoiatus')\nraise RuntimeError('saladus 42')"),
                code("print('hindamine')", nbgrader={"grade": True, "grade_id": "g", "points": 1, "schema_version": 3}),
                prose("## Pärast viga"),
                code(FORM),
            ],
            [prose(f"# {titles[2]}"), code("import os; os.kill(os.getpid(), 9)"), prose("## Lõpp\n\nTekst jääb.")],
        ]
        for number, file in enumerate(FILES):
            about = {
                **common,
                "module": f"m0{number + 1}",
                "kind": "lesson",
                "title": titles[number],
                "minutes": 30,
                "number": number + 1,
                "previous": links[number - 1] if number else None,
                "next": links[number + 1] if number < 2 else None,
                "other": {"href": f"../{other}/{file}", "language": other},
            }
            write_notebook(folder / file, about, cells[number])
        about = {**common, "module": "home", "kind": "home", "title": COURSE[language], "next": links[0]}
        about["other"] = {"href": f"../{other}/index.ipynb", "language": other}
        write_notebook(folder / "index.ipynb", about, [prose(f"# {COURSE[language]}\n\nTere tulemast."), code("None")])


HOME = server.course_site(LearnerFolder(Path("õppija"), "k", "et"))


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Running]:
    root = tmp_path_factory.mktemp("pages")
    write_course(root / "material")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(copies, "material", lambda: root / "material")
        learner = copies.prepare_folder(root / "õppija kaust")
    process, running = server.launch(server.course_site(learner), 8960)
    assert process.poll() is None, (learner.root / server.LOG).read_text()
    yield running
    server.end(process, running)
    assert process.returncode == 0


@pytest.fixture
def page(browser: Browser, running: server.Running) -> Iterator[Page]:
    """A fresh browser window at the home page; whatever it asks of another machine fails the test."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    elsewhere: list[str] = []
    own = (f"http://127.0.0.1:{running.port}/", f"ws://127.0.0.1:{running.port}/", "data:", "blob:")
    page.on("request", lambda request: None if request.url.startswith(own) else elsewhere.append(request.url))
    page.goto(running.address(HOME))
    yield page
    assert elsewhere == []
    context.close()


def open_page(page: Page, name: str, language: str = "et") -> None:
    page.goto(re.sub(r"/voila/render/.*|/lab.*", f"/voila/render/{language}/{name}", page.url))


def wait_until_open(page: Page) -> None:
    expect(page.locator("#page-status")).to_have_text("", timeout=60_000)


def test_page_says_what_and_where_it_is(page: Page) -> None:
    open_page(page, FILES[1])
    wait_until_open(page)
    assert page.title() == "Avatud andmed – Avatud valitsemine"
    assert page.locator("html").get_attribute("lang") == "et"
    assert page.locator("h1").all_inner_texts() == ["Avatud andmed"]
    for landmark in ("banner", "main", "contentinfo"):
        expect(page.get_by_role(landmark)).to_have_count(1)
    place = page.get_by_role("navigation", name=say("page.place", "et"))
    expect(place).to_contain_text("Õppetund 2/3 · 30 min")
    levels = page.locator("h1, h2, h3").evaluate_all("all => all.map((one) => Number(one.tagName[1]))")
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_address_bar_keeps_no_token_and_home_opens_without_one(page: Page) -> None:
    wait_until_open(page)
    assert "token" not in page.url
    page.reload()
    expect(page.locator("h1")).to_have_text("Avatud valitsemine")


def test_skip_link_leads_to_the_content(page: Page) -> None:
    open_page(page, FILES[0])
    wait_until_open(page)
    page.keyboard.press("Tab")
    expect(page.get_by_text(say("page.skip", "et"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


@pytest.mark.parametrize("width", [1300, 400])
@pytest.mark.parametrize("name", [FILES[0], FILES[1], "index.ipynb", "puudub.ipynb"])
def test_page_passes_the_accessibility_engine_and_fits(page: Page, name: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, name)
    if name != "puudub.ipynb":
        wait_until_open(page)
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1300, 400])
def test_home_has_no_empty_stripe_and_room_for_the_word_that_it_is_opening(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, "index.ipynb")
    wait_until_open(page)
    before = page.locator("h1").bounding_box()
    assert before is not None
    assert page.locator(".place").evaluate("(one) => one.clientHeight") == 0
    for word in ("opening", "late"):
        page.locator("#page-status").evaluate("(one, text) => { one.textContent = text; }", say(f"page.{word}", "et"))
        status = page.locator("#page-status").bounding_box()
        assert status is not None
        assert page.locator("h1").bounding_box() == before
        assert status["y"] + status["height"] <= before["y"]


def test_prose_stands_before_cells_have_run(page: Page) -> None:
    page.route("**/voila.js", lambda route: route.abort())
    open_page(page, FILES[0])
    expect(page.locator("h1")).to_have_text("Alustamine")
    expect(page.locator("#page-status")).to_have_text(say("page.opening", "et"))


def test_form_is_drawn_and_talks_to_its_kernel(page: Page) -> None:
    open_page(page, FILES[0])
    page.get_by_label("Jah").check(timeout=60_000)
    expect(page.get_by_text("Salvestatud: jah")).to_be_visible()


def test_code_and_grade_cells_are_not_shown(page: Page) -> None:
    open_page(page, FILES[1])
    wait_until_open(page)
    content = page.content()
    assert "raise RuntimeError" not in content
    assert "hindamine" not in content


def test_failing_cell_is_told_in_a_sentence_and_the_rest_goes_on(page: Page, running: server.Running) -> None:
    open_page(page, FILES[1])
    wait_until_open(page)
    expect(page.get_by_text(say("page.failed", "et", part="Miks?"))).to_have_count(1)
    expect(page.get_by_label("Jah")).to_be_visible()
    content = page.content()
    assert not re.search("saladus|Traceback|RuntimeError|hoiatus", content)


def test_dead_kernel_is_told_in_words(page: Page) -> None:
    open_page(page, FILES[2])
    expect(page.get_by_role("alert")).to_contain_text(say("page.dead", "et"), timeout=60_000)
    expect(page.get_by_text("Tekst jääb.")).to_be_visible()
    expect(page.get_by_role("button", name=say("page.reload", "et"))).to_be_visible()


def test_markdown_is_cleaned_and_links_out_are_marked(page: Page) -> None:
    open_page(page, FILES[0])
    wait_until_open(page)
    assert page.evaluate("window.evil") is None
    assert page.get_by_role("link", name="portaali").get_attribute("rel") == "noopener"
    assert "¶" not in page.content()


def test_next_previous_and_language_lead_to_their_pages(page: Page) -> None:
    open_page(page, FILES[0])
    wait_until_open(page)
    page.get_by_role("link", name="Järgmine Avatud andmed").click()
    expect(page.locator("h1")).to_have_text("Avatud andmed")
    page.get_by_role("link", name="In English").click()
    expect(page.locator("h1")).to_have_text("Open data")
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="Previous Getting started").click()
    expect(page.locator("h1")).to_have_text("Getting started")
    page.get_by_role("link", name="Open government").click()
    expect(page.locator("h1")).to_have_text("Open government")


def test_leaving_a_page_gives_its_kernel_back(page: Page) -> None:
    open_page(page, FILES[0])
    page.get_by_label("Jah").wait_for(timeout=60_000)
    kernel = json.loads(page.locator("#jupyter-config-data").inner_text())["kernelId"]
    open_page(page, "index.ipynb")
    wait_until_open(page)
    status = f"fetch('/api/kernels/{kernel}').then((answer) => answer.status)"
    page.wait_for_function(f"{status}.then((status) => status === 404)", timeout=15_000)


def test_jupyterlab_opens_the_same_notebook(page: Page) -> None:
    open_page(page, FILES[0])
    wait_until_open(page)
    page.get_by_role("link", name=say("page.lab", "et")).click()
    tab = page.locator(".lm-TabBar-tab", has_text=FILES[0])
    tab.first.wait_for(timeout=90_000)
    expect(page.locator(".jp-Notebook h1")).to_contain_text("Alustamine", timeout=60_000)
    expect(page.locator(".jp-Placeholder, .jp-InputPlaceholder").first).to_be_attached()


def test_no_script_leaves_the_prose(browser: Browser, running: server.Running) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{running.port}/voila/render/et/{FILES[0]}?token={running.token}")
    expect(page.locator("h1")).to_have_text("Alustamine")
    assert say("page.noscript", "et") in page.content()
    context.close()
