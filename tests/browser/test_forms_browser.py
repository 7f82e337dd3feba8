"""Forms as people meet them: Chromium on one side, the real kernel side with an answer log on the other."""

from __future__ import annotations

import base64
import functools
import json
import re
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from avcourse.answers.responses import Response, read_log
from avcourse.course import course
from avcourse.views.forms import question, submit

HERE = Path(__file__).parent
FORMS = Path(question.__file__).parent
LESSON = ("reply", "compare", "timeline", "cases", "signatures", "word", "letter", "home")


Make = Callable[..., "Desk"]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("harness")
    for source in (HERE / "forms_harness.html", *FORMS.glob("*.js"), *FORMS.glob("*.css")):
        shutil.copy(source, root)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/forms_harness.html"
    server.shutdown()
    server.server_close()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    home = tmp_path / "home"
    home.mkdir()
    (home / "avcourse.toml").write_text('learner = "k3f9-q7mw"\nlanguage = "et"\n', encoding="utf-8")
    monkeypatch.setattr(course, "material", lambda: tmp_path / "material")
    monkeypatch.chdir(home)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    yield home
    course.load_course.cache_clear()
    course.load_bank.cache_clear()


class Desk:
    """A page with forms on it, and the kernel side behind them."""

    def __init__(self, browser: Browser, address: str, folder: Path, width: int) -> None:
        self.folder = folder
        self.widgets: dict[str, Any] = {}
        self.context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        built = json.loads((HERE.parent / "unit" / "forms_course.json").read_text(encoding="utf-8"))
        self.structure, self.data = built["course"], built["questions"]
        self.build()
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.expose_function("to_kernel", self._to_kernel)
        self.page.goto(address)

    def build(self) -> None:
        """Build the course material anew, after a change of ``data``."""
        place = self.folder.parent / "material" / "course"
        place.mkdir(parents=True, exist_ok=True)
        (place / "course.json").write_text(json.dumps(self.structure), encoding="utf-8")
        (place / "questions.json").write_text(
            json.dumps([{k: v for k, v in row.items() if v is not None} for row in self.data]), encoding="utf-8"
        )
        course.load_course.cache_clear()
        course.load_bank.cache_clear()

    def _to_kernel(self, name: str, content: dict[str, Any]) -> list[tuple[str, Any, list[str]]]:
        widget, out = self.widgets[name], []
        before = widget.state

        def send(value: dict[str, Any], buffers: list[bytes] | None = None) -> None:
            out.append(("custom", value, [base64.b64encode(one).decode() for one in buffers or []]))

        widget.send = send
        widget._receive(widget, content, [])
        if widget.state != before:
            out.insert(0, ("state", widget.state, []))
        return out

    def mount(self, widget: Any, name: str, kind: str = "form") -> Locator:
        self.page.wait_for_function("window.ready")
        self.widgets[name] = widget
        traits = {trait: getattr(widget, trait) for trait in widget.trait_names(sync=True) if trait[0] != "_"}
        traits = {trait: value for trait, value in traits.items() if isinstance(value, str | dict)}
        self.page.evaluate("([kind, name, traits]) => window.mount(kind, name, traits)", [kind, name, traits])
        return self.page.locator(".avf").nth(self.page.locator(".avf").count() - 1)

    def ask(self, place: str, language: str = "et") -> Locator:
        widget = question.ask(place, language)
        assert isinstance(widget, question.QuestionForm)
        return self.mount(widget, f"{place}-{language}")

    def reload(self) -> None:
        self.page.reload()
        self.widgets = {}

    def responses(self, module: str) -> tuple[Response, ...]:
        return read_log(self.folder / "answers" / module / "responses.jsonl").responses

    def saved(self, module: str, answer: Any, confidence: int | None = None) -> None:
        """Wait until the last line of the log holds an answer."""
        for _ in range(100):
            last = self.responses(module)[-1:]
            if [(r.answer, r.confidence) for r in last] == [(answer, confidence)]:
                return
            self.page.wait_for_timeout(50)
        raise AssertionError(f"{answer} is not in the log but {last}")

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def violations(self) -> list[str]:
        """Return what the accessibility engine finds, in words."""
        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]


@pytest.fixture
def desk(browser: Browser, address: str, folder: Path) -> Iterator[Make]:
    desks: list[Desk] = []

    def make(width: int = 1300) -> Desk:
        desks.append(Desk(browser, address, folder, width))
        return desks[-1]

    yield make
    for made in desks:
        made.context.close()
        assert made.errors == []


def test_single_by_keyboard_gives_feedback_at_once(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/reply")
    own.keys("Tab", "Space")
    own.saved("m01", ("reasons",))
    expect(form.locator(".avf-panel")).to_contain_text("Õige")
    expect(form.get_by_role("status").filter(has_text="Salvestatud")).to_be_visible()
    own.keys("ArrowDown")
    own.saved("m01", ("thanks",))
    expect(form.locator(".avf-panel")).to_contain_text("Vale")
    expect(form.get_by_role("group")).to_have_accessible_name(re.compile("Elanik tegi.*kaaluti"))
    own.keys("Tab", "Enter")
    own.saved("m01", ())
    expect(form.locator(".avf-panel")).to_have_count(0)
    expect(form.get_by_role("radio").first).to_be_focused()
    expect(form.get_by_role("radio", checked=True)).to_have_count(0)


def test_multiple_by_keyboard_is_judged_when_checked(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/compare", "en")
    own.keys("Tab", "Space", "Tab", "Tab", "Space")
    own.saved("m01", ("older", "better"))
    expect(form.locator(".avf-panel")).to_have_count(0)
    own.keys("Tab", "Tab", "Enter")
    panel = form.locator(".avf-panel")
    expect(panel).to_contain_text("Partly right")
    expect(panel).to_contain_text("The figure does not reach that far.")
    expect(panel).to_contain_text("One right answer was not chosen.")
    own.keys("Shift+Tab", "Space")
    own.saved("m01", ("dont-know",))
    expect(panel).to_have_count(0)
    expect(form.get_by_role("checkbox", checked=True)).to_have_count(1)


def test_ordering_by_keyboard_keeps_the_focus_and_says_the_place(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/timeline")
    own.keys("Tab", "Tab", "Enter")
    own.saved("m01", ("act", "tartu", "poll"))
    down = form.get_by_role("button", name="Alla: Tartus toimub")
    expect(down).to_be_focused()
    expect(form.locator("[aria-live=polite]").last).to_have_text(re.compile(r"Tartus .* Koht 2, kokku 3\."))
    own.keys("Enter", "Enter")
    own.saved("m01", ("act", "poll", "tartu"))
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-disabled", "true")
    form.get_by_role("button", name="Kontrolli").press("Enter")
    expect(form.locator(".avf-panel")).to_contain_text("Avaliku teabe seadus jõustus 2001.")


def test_an_untouched_order_is_no_answer_until_it_is_called_right(desk: Make) -> None:
    own = desk()
    row = next(row for row in own.data if row["id"] == "timeline")
    row.update(graded=True, key=None)
    own.build()
    form = own.ask("m01/timeline")
    assert own.responses("m01") == ()
    expect(form.get_by_role("button", name="Kontrolli")).to_have_count(0)
    form.get_by_role("button", name="See järjekord on õige").press("Enter")
    own.saved("m01", ("tartu", "act", "poll"))
    expect(form.get_by_role("button", name="See järjekord on õige")).to_have_count(0)
    expect(form.get_by_role("button", name="Alla: Tartus")).to_be_focused()


def test_matching_by_keyboard(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/cases")
    form.get_by_label("Kehra:").focus()
    own.page.keyboard.type("Täht")
    own.saved("m01", ("kehra:deadline",))
    form.get_by_label("Helsingi:").focus()
    own.page.keyboard.type("Raha")
    own.saved("m01", ("kehra:deadline", "helsinki:money"))
    form.get_by_role("button", name="Kontrolli").press("Enter")
    expect(form.locator(".avf-panel")).to_contain_text("Kõik paarid sobivad.")


@pytest.mark.parametrize(
    ("language", "typed", "number"),
    [
        ("et", "79,5", 79.5),
        ("et", "7 950", 7950.0),
        ("en", "79.5", 79.5),
        ("en", "7,950", 7950.0),
        ("en", "79,5", 79.5),
    ],
)
def test_numbers_are_read_as_people_write_them(desk: Make, language: str, typed: str, number: float) -> None:
    own = desk()
    form = own.ask("m01/signatures", language)
    own.keys("Tab")
    own.page.keyboard.type(typed)
    own.saved("m01", number)
    own.reload()
    form = own.ask("m01/signatures", language)
    shown = f"{number:g}".replace(".", "," if language == "et" else ".")
    expect(form.get_by_role("textbox")).to_have_value(shown)


def test_a_number_out_of_range_or_in_words_is_said_and_not_saved(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/signatures")
    field = form.get_by_role("textbox")
    for wrong, sentence in (("9000", "Sobib arv vahemikus 1–8000."), ("sada", "Kirjutage arv numbritega")):
        field.fill(wrong)
        own.keys("Tab")
        expect(form.locator(".avf-error")).to_contain_text(sentence)
        expect(field).to_have_attribute("aria-invalid", "true")
    assert own.responses("m01") == ()
    form.get_by_label("Ei tea").press("Space")
    own.saved("m01", ("dont-know",))
    expect(field).to_have_value("")
    field.fill("80")
    own.saved("m01", 80.0)
    expect(form.get_by_label("Ei tea")).not_to_be_checked()


def test_texts_are_saved_in_a_pause_and_on_leaving(desk: Make) -> None:
    own = desk()
    short, long = own.ask("m01/word"), own.ask("m01/letter")
    own.keys("Tab")
    own.page.keyboard.type("avts")
    own.saved("m01", "avts")
    own.keys("Tab", "Enter")
    expect(short.locator(".avf-panel")).to_contain_text("Õige lühend.")
    long.get_by_role("textbox").focus()
    own.page.keyboard.type("Tere!")
    own.keys("Tab")
    own.saved("m01", "Tere!")
    expect(long.locator(".avf-count")).to_have_text("Tähemärke: 5")
    long.get_by_text("Näita näidisvastust").press("Enter")
    expect(long.get_by_text("Täname ettepaneku eest.")).to_be_visible()
    long.get_by_role("textbox").press("End")
    own.page.keyboard.type(" Kahjuks.")
    own.saved("m01", "Tere! Kahjuks.")
    expect(long.get_by_text("Täname ettepaneku eest.")).to_be_visible()
    assert len(own.responses("m01")) == 3


def test_a_text_that_is_too_long_is_said(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/letter")
    form.get_by_role("textbox").fill("x" * 20_001)
    form.get_by_role("textbox").blur()
    expect(form.locator(".avf-error")).to_contain_text("liiga pikk")
    assert own.responses("m01") == ()


def test_a_long_list_is_a_sorted_select_found_by_typing(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/home")
    own.keys("Tab")
    own.page.keyboard.type("Põlva")
    own.saved("m01", ("kov-12",))
    names = form.get_by_role("option").all_inner_texts()
    assert names[-3:] == ["Viljandi vald", "Õpetatud küla", "Ülenurme vald"]


def test_rating_and_confidence_by_keyboard(desk: Make) -> None:
    own = desk()
    own.ask("eeltest/self-principles")
    own.keys("Tab", "Space", "ArrowRight", "ArrowRight")
    own.saved("eeltest", ("3",))
    form = own.ask("eeltest/principles-1")
    sure = form.get_by_role("group", name="Kui kindel te oma vastuses olete?")
    expect(sure.get_by_role("radio").last).to_be_disabled()
    form.get_by_role("radio").first.press("Space")
    expect(sure.get_by_role("radio").last).to_be_enabled()
    own.keys("Tab", "ArrowRight", "ArrowRight")
    own.saved("eeltest", ("reasons",), 75)
    expect(form.locator(".avf-feedback")).to_be_empty()
    form.get_by_label("Ei tea").press("Space")
    own.saved("eeltest", ("dont-know",))
    expect(sure).to_have_count(0)


def test_arrowing_past_options_judges_only_the_one_where_one_stops(desk: Make) -> None:
    own = desk()
    own.ask("m01/reply")
    own.keys("Tab", "ArrowDown", "ArrowDown")
    own.saved("m01", ("registered",))
    assert [r.answer for r in own.responses("m01")] == [("registered",)]


def test_silence_of_the_kernel_is_loud_and_the_answer_survives_a_reload(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/reply")
    own.page.evaluate("window.dead = true")
    form.get_by_role("radio").nth(1).check()
    alert = form.get_by_role("alert")
    expect(alert).to_contain_text(re.compile(r"Vastus ei ole salvestatud\.\s*Hoidke see leht lahti"), timeout=6000)
    expect(form.get_by_role("status").filter(has_text="Salvestatud")).to_have_count(0)
    expect(alert).to_contain_text("Laadige leht uuesti. Teie vastus on selles veebilehitsejas alles", timeout=20000)
    expect(form.get_by_role("button", name="Laadi leht uuesti")).to_be_visible()
    sent = own.page.evaluate("Object.values(models)[0].sent.map(one => one.client)")
    assert len(sent) >= 3
    assert len(set(sent)) == 1
    assert own.violations() == []
    own.reload()
    form = own.ask("m01/reply")
    own.saved("m01", ("thanks",))
    expect(form.get_by_role("radio").nth(1)).to_be_checked()
    expect(form.get_by_role("alert")).to_be_hidden()
    assert own.page.evaluate("localStorage.length") == 0


def test_a_kernel_that_comes_back_gets_the_latest_answer_once(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/reply", "en")
    own.page.evaluate("window.dead = true")
    form.get_by_role("radio").nth(1).check()
    expect(form.get_by_role("alert")).to_contain_text("The answer has not been saved.", timeout=6000)
    form.get_by_role("radio").nth(2).check()
    own.page.evaluate("window.dead = false")
    form.get_by_role("button", name="Try again now").click()
    own.saved("m01", ("registered",))
    expect(form.get_by_role("alert")).to_be_hidden()
    assert len(own.responses("m01")) == 1


def test_a_full_disk_is_said_in_the_kernels_words(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    own = desk()
    form = own.ask("m01/reply")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        form.get_by_role("radio").first.check()
        expect(form.get_by_role("alert")).to_contain_text("No space left on device")
    own.saved("m01", ("reasons",))
    expect(form.get_by_role("alert")).to_be_hidden()


def test_an_older_leftover_never_overwrites_a_newer_answer(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/reply")
    own.page.evaluate("window.dead = true")
    form.get_by_role("radio").nth(1).check()
    own.page.wait_for_timeout(1100)
    other = question.QuestionForm("m01/reply", "et")
    other._receive(other, {"type": "answer", "client": 1, "answer": ["reasons"]}, [])
    own.reload()
    form = own.ask("m01/reply")
    expect(form.get_by_role("radio").first).to_be_checked()
    own.page.wait_for_timeout(500)
    assert [r.answer for r in own.responses("m01")] == [("reasons",)]


def test_a_draft_is_kept_before_it_is_sent(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/letter")
    form.get_by_role("textbox").focus()
    own.page.keyboard.type("Pool lauset")
    own.reload()
    assert own.responses("m01") == ()
    form = own.ask("m01/letter")
    expect(form.get_by_role("textbox")).to_have_value("Pool lauset")
    own.saved("m01", "Pool lauset")


def test_a_leftover_that_is_no_longer_offered_withdraws_nothing(desk: Make) -> None:
    own = desk()
    own.ask("m01/reply").get_by_role("radio").first.check()
    own.saved("m01", ("reasons",))
    kept = {"client": "x", "question": "reply", "answer": ["gone"], "seq": 1, "at": "2099-01-01T00:00:00Z"}
    own.page.evaluate("kept => localStorage.setItem('avcourse:k3f9-q7mw:m01/reply', JSON.stringify(kept))", kept)
    own.reload()
    expect(own.ask("m01/reply").get_by_role("radio").first).to_be_checked()
    own.page.wait_for_timeout(300)
    assert len(own.responses("m01")) == 1


def test_without_storage_the_page_says_to_note_the_answer_down(desk: Make) -> None:
    own = desk()
    own.context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    own.reload()
    form = own.ask("m01/reply")
    own.page.evaluate("window.dead = true")
    form.get_by_role("radio").first.check()
    expect(form.get_by_role("alert")).to_contain_text("kopeerige mujale", timeout=25000)
    own.page.evaluate("window.dead = false")
    form.get_by_role("button", name="Proovi kohe uuesti").click()
    own.saved("m01", ("reasons",))


def test_the_same_question_twice_in_a_page(desk: Make) -> None:
    own = desk()
    widget = question.ask("m01/reply", "et")
    first, second = own.mount(widget, "same"), own.mount(widget, "same")
    first.get_by_role("radio").nth(1).check()
    expect(second.get_by_role("radio").nth(1)).to_be_checked()
    expect(second.locator(".avf-panel")).to_contain_text("Vale")
    second.get_by_role("radio").nth(0).check()
    expect(first.get_by_role("radio").nth(0)).to_be_checked()
    third = own.ask("m01/reply", "et")
    expect(third.get_by_role("radio").nth(0)).to_be_checked()
    third.get_by_role("radio").nth(2).check()
    own.saved("m01", ("registered",))
    expect(second.get_by_role("radio").nth(0)).to_be_checked()
    ids = own.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
    assert len(set(ids)) == len(ids)


def test_texts_are_never_markup(desk: Make) -> None:
    own = desk()
    row = next(row for row in own.data if row["id"] == "reply")
    row["text"] = {"et": "<img src=x onerror=alert(1)> **1 < 2**", "en": "…"}
    row["key"]["explanation"] = row["options"][0] = {**row["options"][0], "et": "<b>rasvane</b>"}
    own.build()
    form = own.ask("m01/reply")
    form.get_by_role("radio").first.check()
    expect(form.locator("legend")).to_have_text("<img src=x onerror=alert(1)> **1 < 2**")
    expect(form.locator(".avf-panel")).to_contain_text("<b>rasvane</b>")
    expect(form.locator("b, img")).to_have_count(0)


def test_keys_do_not_reach_the_shortcuts_of_the_lab(desk: Make) -> None:
    own = desk()
    form = own.ask("m01/reply")
    own.page.evaluate("document.body.addEventListener('keydown', event => (window.leaked = event.key))")
    own.keys("Tab", "Space", "x", "Escape")
    assert own.page.evaluate("window.leaked") == "Tab"
    expect(form).to_have_attribute("data-lm-suppress-shortcuts", "true")


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_no_accessibility_violation_and_no_sideways_scrolling(desk: Make, width: int, language: str) -> None:
    own = desk(width)
    forms = {place: own.ask(f"m01/{place}", language) for place in LESSON}
    own.ask("eeltest/self-principles", language)
    own.ask("eeltest/principles-1", language)
    own.mount(submit.submit_form("eeltest", language), "submit", "submit")
    assert own.violations() == []
    forms["reply"].get_by_role("radio").nth(1).check()
    forms["compare"].get_by_role("checkbox").first.check()
    forms["cases"].get_by_role("combobox").first.select_option(index=1)
    forms["word"].get_by_role("textbox").fill("AvTS")
    for place in ("compare", "timeline", "cases", "word"):
        forms[place].locator(".avf-first").click()
        expect(forms[place].locator(".avf-panel")).to_be_visible()
    forms["letter"].get_by_role("textbox").fill("Tere!")
    forms["letter"].locator("summary").click()
    forms["signatures"].get_by_role("textbox").fill("9000")
    forms["signatures"].get_by_role("textbox").blur()
    expect(own.page.locator("[data-avcourse-unsaved]")).to_have_count(0)
    assert own.violations() == []
    assert own.page.evaluate("document.documentElement.scrollWidth") <= width
    controls = ".avf :is(button, select, label.avf-choice, summary, a, input[type=text], textarea)"
    small = own.page.locator(controls).evaluate_all(
        "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
    )
    assert small == []


# Handing in


def test_without_a_class_the_answers_are_a_file(desk: Make) -> None:
    own = desk()
    own.ask("eeltest/principles-1")
    own.ask("eeltest/self-principles")
    panel = own.mount(submit.submit_form("eeltest", "et"), "submit", "submit")
    expect(panel).to_contain_text("Vastatud küsimusi: 0, kokku 3. Vastamata on veel 3 küsimust.")
    expect(panel).to_contain_text("Te ei ole klassiga liitunud")
    panel.get_by_role("link", name="Mine esimese vastamata küsimuse juurde").click()
    expect(own.page.locator(".avf").first.get_by_role("radio").first).to_be_focused()
    own.keys("Space")
    expect(panel).to_contain_text("Vastatud küsimusi: 1, kokku 3.")
    with own.page.expect_download() as download:
        panel.get_by_role("button", name="Laadi alla vastuste fail").click()
    assert download.value.suggested_filename == "eeltest-k3f9-q7mw.zip"
    with zipfile.ZipFile(download.value.path()) as archive:
        assert archive.namelist() == ["eeltest/responses.jsonl"]
        assert archive.read("eeltest/responses.jsonl") == (own.folder / "answers/eeltest/responses.jsonl").read_bytes()
    expect(panel).to_contain_text("Saatke see koolitajale.")
    assert own.violations() == []


def test_handing_in_gives_a_receipt_that_is_still_there_later(desk: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    own = desk()
    (own.folder / "class.toml").write_text('id = "avo"\nexchange = "/srv/exchange"\n', encoding="utf-8")
    results: list[dict[str, Any]] = [
        {"ok": False, "sentence": "Klass on suletud."},
        {"ok": True, "at": "2026-11-21T12:00:00Z", "sha256": "ab12" * 16, "assignment": "eeltest"},
    ]

    monkeypatch.setattr(submit.SubmitForm, "_start", lambda form: form._finish(results.pop(0)))
    panel = own.mount(submit.submit_form("eeltest", "et"), "submit", "submit")
    panel.get_by_role("button", name="Esita").press("Enter")
    expect(panel.get_by_role("alert")).to_have_text("Esitamine ei õnnestunud.Klass on suletud.")
    expect(panel.get_by_role("button", name="Laadi alla vastuste fail")).to_be_visible()
    panel.get_by_role("button", name="Esita").press("Enter")
    expect(panel).to_contain_text(re.compile(r"Esitatud 21\. november 2026.*Kviitungi number: ab12ab12ab12", re.DOTALL))
    expect(panel.get_by_role("alert")).to_be_hidden()
    expect(panel.get_by_role("button", name="Esita uuesti")).to_be_focused()
    panel.get_by_text("Kviitungi täielik kontrollsumma").click()
    expect(panel.get_by_text("ab12" * 16)).to_be_visible()
    assert own.violations() == []
    receipts = own.folder / "answers" / "eeltest" / "receipts.jsonl"
    receipts.parent.mkdir(parents=True, exist_ok=True)
    receipts.write_text(
        json.dumps({"assignment": "eeltest", "at": "2026-11-21T12:00:00Z", "sha256": "ab12" * 16}) + "\n"
    )
    own.reload()
    panel = own.mount(submit.submit_form("eeltest", "et"), "submit", "submit")
    expect(panel).to_contain_text("Esitatud 21. november 2026")


def test_unsaved_answers_and_a_silent_kernel_stop_the_handing_in(desk: Make) -> None:
    own = desk()
    (own.folder / "class.toml").write_text('id = "avo"\nexchange = "/srv/exchange"\n', encoding="utf-8")
    form = own.ask("eeltest/principles-1")
    panel = own.mount(submit.submit_form("eeltest", "et"), "submit", "submit")
    own.page.evaluate("window.dead = true")
    form.get_by_role("radio").first.check()
    panel.get_by_role("button", name="Esita").click()
    expect(panel.get_by_role("button", name="Esitan …")).to_be_visible()
    expect(panel.get_by_role("alert")).to_contain_text("Mõni vastus ei ole veel salvestatud", timeout=8000)
    own.page.evaluate("localStorage.clear()")
    own.reload()
    panel = own.mount(submit.submit_form("eeltest", "et"), "submit", "submit")
    own.page.evaluate("window.dead = true")
    panel.get_by_role("button", name="Esita").click()
    expect(panel.get_by_role("alert")).to_contain_text("Leht ei saa kursusega ühendust.", timeout=8000)
