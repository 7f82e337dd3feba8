"""The widgets of the municipality's work as people meet them: Chromium on one side, the real kernel side with a store on the other."""

from __future__ import annotations

import base64
import copy
import functools
import json
import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Locator, Page, expect

import avcourse.views
from avcourse.course.language import Text
from avcourse.errors import AnswerNotSaved, ImportRefused, RecordRefused
from avcourse.municipality.records import Record
from avcourse.views.forms import live
from avcourse.views.forms.assessment import AssessmentForm
from avcourse.views.forms.browse import Browser
from avcourse.views.forms.files import Accepted, FileExchange, Progress, ReadIn, SaveOut
from avcourse.views.forms.live import LivePart, announce
from avcourse.views.forms.records import RecordsEditor

HERE = Path(__file__).parent
VIEWS = Path(avcourse.views.__file__).parent
STATIC = VIEWS / "page" / "voila" / "templates" / "avcourse" / "static"
SCRIPTS = {one.__name__: one for one in (RecordsEditor, AssessmentForm, Browser, FileExchange, LivePart)}
SENT = tuple[str, str, Any, list[str]]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("harness")
    for source in (HERE / "work_harness.html", STATIC / "page.css", STATIC / "parts.css"):
        shutil.copy(source, root)
    for name, widget in SCRIPTS.items():
        (root / f"{name}.js").write_text(str(widget._esm), encoding="utf-8")
    (root / "widget.css").write_text(str(RecordsEditor._css), encoding="utf-8")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=root))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/work_harness.html"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(live, "_watchers", {})


@dataclass
class Store:
    """Records as the municipality's log would keep them, and everything that was written to it."""

    records: dict[str, Record] = field(default_factory=dict)
    writes: list[tuple[str, dict[str, Any] | None]] = field(default_factory=list)
    full: bool = False

    def read(self) -> Mapping[str, Record]:
        return copy.deepcopy(self.records)

    def put(self, name: str, at: datetime | None = None, /, **data: Any) -> None:
        moment = (at or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
        old = self.records[name].data if name in self.records else {}
        kept = {key: value for key, value in {**old, **data}.items() if value is not None}
        self.records[name] = Record("solution", name, kept, moment)

    def save(self, name: str, patch: dict[str, Any]) -> None:
        if self.full:
            raise AnswerNotSaved(path="responses.jsonl", reason="ketas on täis")
        cost = patch.get("cost")
        if isinstance(cost, str):
            if not re.fullmatch(r"[\d \u00a0]+(€)?", cost):
                raise RecordRefused(name=Text("Kulu", "Cost"), reason=Text("Kirjutage arv.", "Write a number."))
            patch = {**patch, "cost": int(re.sub(r"\D", "", cost))}
        self.writes.append((name, patch))
        self.put(name, **patch)

    def remove(self, name: str) -> None:
        self.writes.append((name, None))
        del self.records[name]


class Desk:
    """A page with widgets on it, and the kernel side behind them."""

    def __init__(self, browser: Chromium, address: str, width: int) -> None:
        self.widgets: dict[str, Any] = {}
        self.context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.outgoing: list[SENT] = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.expose_function("to_kernel", self._to_kernel)
        self.page.goto(address)

    def _to_kernel(self, name: str, content: dict[str, Any], buffers: list[str]) -> None:
        widget = self.widgets.get(name)
        if widget is not None:
            widget._receive(widget, content, [memoryview(base64.b64decode(one)) for one in buffers])
            self.deliver()

    def deliver(self) -> None:
        """Hand to the page what the kernel side has sent."""
        while self.outgoing:
            name, event, value, buffers = self.outgoing.pop(0)
            self.page.evaluate("one => window.from_kernel(...one)", [name, event, value, buffers])

    def attach(self, widget: Any, name: str) -> dict[str, Any]:
        def send(value: dict[str, Any], buffers: list[bytes] | None = None) -> None:
            self.outgoing.append((name, "custom", value, [base64.b64encode(one).decode() for one in buffers or []]))

        def follow(change: Any) -> None:
            if change["name"] in traits:
                self.outgoing.append((name, change["name"], change["new"], []))

        traits = {trait: getattr(widget, trait) for trait in widget.trait_names(sync=True) if trait[0] != "_"}
        traits = {trait: value for trait, value in traits.items() if isinstance(value, str | dict | list | bool | int)}
        widget.send = send
        widget.observe(follow)
        self.widgets[name] = widget
        return traits

    def mount(self, widget: Any, name: str = "") -> Locator:
        name = name or type(widget).__name__
        traits = self.attach(widget, name)
        self.draw(type(widget).__name__, name, traits)
        return self.last()

    def draw(self, script: str, name: str, traits: dict[str, Any]) -> None:
        self.page.wait_for_function("window.ready")
        self.page.evaluate("([script, name, traits]) => window.mount(script, name, traits)",
                           [f"./{script}.js", name, json.loads(json.dumps(traits))])  # fmt: skip

    def again(self, name: str) -> Locator:
        """Draw a widget a second time."""
        self.draw(type(self.widgets[name]).__name__, name, {})
        return self.last()

    def last(self) -> Locator:
        drawn = self.page.locator("main > div")
        return drawn.nth(drawn.count() - 1)

    def reload(self) -> None:
        self.outgoing.clear()
        self.widgets = {}
        self.page.reload()

    def keys(self, *names: str) -> None:
        for name in names:
            self.page.keyboard.press(name)

    def until(self, holds: Callable[[], bool], seconds: float = 6) -> None:
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError("it did not come to be in time")
            self.page.wait_for_timeout(50)
            self.deliver()

    def nothing_kept(self) -> bool:
        """Whether the browser holds no draft any more."""
        return bool(self.page.evaluate("localStorage.length") == 0)

    def kernel(self, *, dead: bool = False, deaf: bool = False) -> None:
        self.page.evaluate("([dead, deaf]) => Object.assign(window, { dead, deaf })", [dead, deaf])

    def violations(self) -> list[str]:
        """Return what the accessibility engine finds, in words."""
        found = Axe().run(self.page).response["violations"]
        return [f"{v['id']}: {node['html']}" for v in found for node in v["nodes"]]

    def check_shape(self, width: int) -> None:
        """Check what a person with a small screen or a large finger needs."""
        assert self.violations() == []
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        controls = "button, select, label.avf-choice, summary, label.avw-tick, .avw-choose, input[type=text], textarea"
        small = self.page.locator(f".avf :is({controls})").evaluate_all(
            "all => all.filter(e => e.offsetParent && e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
        )
        assert small == []
        ids = self.page.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        assert len(set(ids)) == len(ids)


Make = Callable[..., Desk]


@pytest.fixture
def desk(browser: Chromium, address: str) -> Iterator[Make]:
    desks: list[Desk] = []

    def make(width: int = 1300) -> Desk:
        desks.append(Desk(browser, address, width))
        return desks[-1]

    yield make
    for made in desks:
        made.context.close()
        assert made.errors == []


def word(name: str, kind: str, **more: Any) -> dict[str, Any]:
    label = more.pop("label", name.capitalize())
    basis: dict[str, Any] = {
        "help": None,
        "required": False,
        "options": [],
        "fields": [],
        "minimum": None,
        "maximum": None,
    }
    return {"id": name, "kind": kind, "label": label, **basis, **more}


def options(*names: str) -> list[dict[str, str]]:
    return [{"id": name, "text": name.capitalize()} for name in names]


SPEC = [
    word("name", "text", label="Nimetus", required=True),
    word("purposes", "choices", label="Eesmärk", options=options("teavitada", "kaasata")),
    word("kind", "choice", label="Liik", options=options(*"abcdefg")),
    word("login", "choice", label="Sisselogimine", options=options("pole", "tara"), help="Kuidas inimene sisse logib."),
    word("users", "number", label="Kasutajaid", minimum=0),
    word("cost", "money", label="Kulu"),
    word("ends", "date", label="Lepingu lõpp"),
    word("link", "link", label="Aadress"),
    word("open", "yes", label="Avatud lähtekood"),
    word("note", "long", label="Märkus"),
    word(
        "steps",
        "rows",
        label="Sammud",
        fields=[word("what", "text", label="Mida"), word("date", "date", label="Millal")],
    ),
]
GROUPS = [
    {"legend": "Raha", "fields": ["cost", "ends"], "folded": False},
    {"legend": "Muu", "fields": ["note", "steps"], "folded": True},
]


def editor_of(store: Store, language: str = "et", **more: Any) -> RecordsEditor:
    given: dict[str, Any] = {
        "spec": SPEC, "read": store.read, "save": store.save, "remove": store.remove, "groups": GROUPS,
        "listing": lambda record: (str(record.data.get("name", "")), f"{record.data.get('cost', '–')} €"),
    }  # fmt: skip
    return RecordsEditor("solution", language, **{**given, **more})  # type: ignore[arg-type]


def data_of(store: Store) -> list[dict[str, Any]]:
    return [dict(record.data) for record in store.records.values()]


# Records


def test_a_record_is_added_by_keyboard_and_each_field_is_saved_alone(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(editor_of(store))
    expect(box).to_contain_text("Siia tulevad teie kirjed.")
    own.keys("Tab", "Enter")
    expect(box.get_by_label("Nimetus (kohustuslik)")).to_be_focused()
    assert store.writes == []
    own.page.keyboard.type("Veebileht")
    own.keys("Tab")
    own.until(lambda: data_of(store) == [{"name": "Veebileht"}])
    expect(box.get_by_role("heading", name="Veebileht")).to_be_visible()
    own.keys("Space", "Tab", "Space")
    own.until(lambda: data_of(store)[0].get("purposes") == ["teavitada", "kaasata"])
    own.keys("Tab")
    own.page.keyboard.type("C")
    own.until(lambda: data_of(store)[0].get("kind") == "c")
    box.get_by_label("Tara").check()
    box.get_by_label("Kulu").fill("5 000 €")
    box.get_by_label("Lepingu lõpp").fill("2027-05-01")
    box.get_by_label("Avatud lähtekood").check()
    own.until(lambda: data_of(store)[0].get("open") is True)
    expect(box.get_by_label("Kulu")).to_have_value("5000")
    expect(box.locator(".avw-line")).to_contain_text("Salvestatud")
    assert all(len(patch or {}) == 1 for _, patch in store.writes)
    box.get_by_role("button", name="Sulge: Veebileht").last.press("Enter")
    edit = box.get_by_role("button", name="Muuda: Veebileht")
    expect(edit).to_be_focused()
    expect(edit).to_have_attribute("aria-expanded", "false")
    expect(box.locator(".avw-card")).to_contain_text("5000 €")
    name, kept = next(iter(store.records)), data_of(store)[0]
    assert re.fullmatch("[0-9a-f]{10}", name)
    assert kept == {"name": "Veebileht", "purposes": ["teavitada", "kaasata"], "kind": "c", "login": "tara", "cost": 5000,
                    "ends": "2027-05-01", "open": True}  # fmt: skip


def test_a_record_that_was_begun_and_left_empty_is_none(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Lisa").first.click()
    box.get_by_role("button", name="Sulge").first.click()
    expect(box.locator(".avw-card")).to_have_count(0)
    expect(box.get_by_role("button", name="Lisa")).to_be_focused()
    expect(box).to_contain_text("Siia tulevad teie kirjed.")
    assert store.writes == []


def test_typing_is_saved_in_a_pause_and_a_field_can_be_emptied(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", login="tara")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    expect(box.get_by_label("Nimetus")).to_be_focused()
    own.keys("End")
    own.page.keyboard.type("ileht")
    own.until(lambda: data_of(store) == [{"name": "Veebileht", "login": "tara"}])
    expect(box.get_by_label("Nimetus")).to_be_focused()
    assert len(store.writes) == 1
    box.get_by_role("button", name="Tühista valik").click()
    own.until(lambda: data_of(store) == [{"name": "Veebileht"}])
    expect(box.get_by_label("Pole")).to_be_focused()


def test_a_refused_value_is_said_and_stays_until_it_is_mended(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", cost=100)
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    cost = box.get_by_label("Kulu")
    cost.fill("palju")
    own.keys("Tab")
    expect(box.get_by_text("Välja „Kulu“ ei salvestatud: Kirjutage arv.")).to_be_visible()
    expect(cost).to_have_attribute("aria-invalid", "true")
    expect(cost).to_have_value("palju")
    expect(box.get_by_role("alert")).to_be_hidden()
    own.reload()
    box = own.mount(editor_of(store))
    expect(box.get_by_label("Kulu")).to_have_value("palju")
    expect(box.get_by_text("Kirjutage arv.")).to_be_visible()
    box.get_by_label("Kulu").fill("200")
    own.keys("Tab")
    own.until(lambda: data_of(store)[0]["cost"] == 200)
    expect(box.get_by_text("Kirjutage arv.")).to_have_count(0)
    own.until(own.nothing_kept)


def test_half_a_date_takes_nothing_away(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", ends="2027-05-01")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    box.get_by_label("Lepingu lõpp").focus()
    own.keys("Backspace", "Shift+Tab")
    expect(box.get_by_text("Kuupäev on poolik")).to_be_visible()
    own.page.wait_for_timeout(300)
    assert store.writes == []


def test_rows_are_added_moved_removed_and_brought_back(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", steps=[{"what": "üks", "date": "2027-01-01"}, {"what": "kaks"}])
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    box.get_by_text("Muu", exact=True).click()
    box.get_by_role("button", name="Lisa rida: Sammud").press("Enter")
    row = box.get_by_role("group", name="Sammud: rida 3")
    expect(row.get_by_label("Mida")).to_be_focused()
    own.page.keyboard.type("kolm")
    own.keys("Tab")
    own.until(lambda: len(data_of(store)[0]["steps"]) == 3)
    up = box.get_by_role("button", name="Üles: Sammud: rida 3")
    up.press("Enter")
    own.until(lambda: [row["what"] for row in data_of(store)[0]["steps"]] == ["üks", "kolm", "kaks"])
    expect(box.get_by_role("button", name="Üles: Sammud: rida 2")).to_be_focused()
    box.get_by_role("button", name="Eemalda rida: Sammud: rida 1").press("Enter")
    own.until(lambda: [row["what"] for row in data_of(store)[0]["steps"]] == ["kolm", "kaks"])
    undo = box.get_by_role("button", name="Võta tagasi")
    expect(undo).to_be_focused()
    own.keys("Enter")
    own.until(lambda: data_of(store)[0]["steps"][0] == {"what": "üks", "date": "2027-01-01"})
    expect(box.get_by_role("group", name="Sammud: rida 1").get_by_label("Mida")).to_be_focused()


def test_removing_can_be_undone_and_the_focus_is_never_lost(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", cost=5, hidden="mida leht ei tunne")
    store.put("b", name="Äpp")
    box = own.mount(editor_of(store))
    before = dict(store.records["a"].data)
    box.get_by_role("button", name="Kustuta: Veeb").press("Enter")
    own.until(lambda: "a" not in store.records)
    undo = box.get_by_role("button", name="Võta tagasi")
    expect(undo).to_be_focused()
    expect(box.get_by_role("status").filter(has_text="„Veeb“ on kustutatud.")).to_have_count(1)
    own.keys("Enter")
    own.until(lambda: store.records.get("a") is not None)
    assert dict(store.records["a"].data) == before
    expect(box.get_by_role("button", name="Muuda: Veeb")).to_be_focused()
    expect(box.locator("h3")).to_have_text(["Veeb", "Äpp"])
    box.get_by_role("button", name="Kustuta: Veeb").press("Enter")
    box.get_by_role("button", name="Peida teade").press("Enter")
    expect(box.get_by_role("button", name="Lisa")).to_be_focused()


def test_what_was_typed_just_before_removing_comes_back_too(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.page.keyboard.type("Uus ")
    box.get_by_role("button", name="Kustuta: Veeb").click()
    own.until(lambda: not store.records)
    box.get_by_role("button", name="Võta tagasi").click()
    own.until(lambda: data_of(store) == [{"name": "Uus Veeb"}] or data_of(store) == [{"name": "VeebUus "}])


def test_a_silent_kernel_is_loud_and_everything_is_sent_after_a_reload(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(dead=True)
    box.get_by_label("Kasutajaid").fill("12")
    box.get_by_label("Tara").check()
    box.get_by_role("button", name="Lisa").first.click()
    own.page.keyboard.type("Uus asi")
    own.keys("Tab")
    alert = box.get_by_role("alert").filter(has_text="Muudatus ei ole salvestatud.")
    expect(alert).to_contain_text("proovime ise uuesti", timeout=6000)
    expect(alert).to_contain_text("Laadige leht uuesti. Teie muudatused on selles veebilehitsejas alles", timeout=20000)
    expect(box.get_by_role("status").filter(has_text="Salvestatud")).to_have_count(0)
    assert own.violations() == []
    clients = own.page.evaluate("Object.values(models)[0].sent.map(one => one.client)")
    assert len(set(clients)) == 3 < len(clients)
    own.reload()
    box = own.mount(editor_of(store))
    own.until(lambda: len(store.records) == 2 and "login" in store.records["a"].data)
    assert data_of(store) == [{"name": "Veeb", "users": "12", "login": "tara"}, {"name": "Uus asi"}]
    expect(box.get_by_role("alert")).to_be_hidden()
    own.until(own.nothing_kept)


def test_a_reply_that_was_lost_leaves_no_second_line(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(deaf=True)
    box.get_by_label("Tara").check()
    own.until(lambda: len(store.writes) == 1)
    expect(box.get_by_role("alert")).to_be_visible(timeout=6000)
    own.kernel()
    expect(box.get_by_role("alert")).to_be_hidden(timeout=6000)
    assert len(store.writes) == 1


def test_a_draft_is_there_again_before_it_was_ever_sent(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    box.get_by_text("Muu", exact=True).click()
    box.get_by_label("Märkus").press_sequentially("Pool lauset")
    assert store.writes == []
    # The page vanishes without a word, as when the machine is switched off.
    own.page.evaluate("window.dead = true")
    own.reload()
    own.mount(editor_of(store))
    own.until(lambda: data_of(store)[0].get("note") == "Pool lauset")


def test_an_older_draft_never_overwrites_what_is_newer_and_is_not_lost(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb", note="algne")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(dead=True)
    box.get_by_label("Nimetus").fill("Vana")
    box.get_by_text("Muu", exact=True).click()
    box.get_by_label("Märkus").fill("minu märkus")
    own.page.wait_for_timeout(1100)
    store.put("a", name="Uuem")
    own.reload()
    box = own.mount(editor_of(store))
    own.until(lambda: store.records["a"].data.get("note") == "minu märkus")
    expect(box.get_by_text("Teie kirjutasite: „Vana“")).to_be_visible()
    expect(box.get_by_label("Nimetus")).to_have_value("Uuem")
    assert store.records["a"].data["name"] == "Uuem"
    own.reload()
    box = own.mount(editor_of(store))
    expect(box.get_by_text("Teie kirjutasite: „Vana“")).to_be_visible()
    assert own.violations() == []
    box.get_by_role("button", name="Kasuta minu oma").click()
    own.until(lambda: store.records["a"].data["name"] == "Vana")
    expect(box.get_by_text("Teie kirjutasite")).to_have_count(0)
    own.until(own.nothing_kept)


def test_what_was_typed_in_a_record_that_is_gone_is_shown(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(dead=True)
    box.get_by_label("Nimetus").fill("Kaua kirjutatud")
    own.keys("Tab")
    store.remove("a")
    own.reload()
    box = own.mount(editor_of(store))
    expect(box.get_by_text("Teie kirjutasite: „Nimetus: Kaua kirjutatud“")).to_be_visible()
    assert store.records == {}
    box.get_by_role("button", name="Jäta minu oma kõrvale").click()
    expect(box.get_by_text("Kaua kirjutatud")).to_have_count(0)
    own.until(own.nothing_kept)


def test_two_open_pages_that_change_different_fields_keep_both(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    first, second = own.mount(editor_of(store), "one"), own.mount(editor_of(store), "two")
    for box in (first, second):
        box.get_by_role("button", name="Muuda: Veeb").click()
    first.get_by_label("Tara").check()
    second.get_by_label("Kasutajaid").fill("7")
    own.keys("Tab")
    own.until(lambda: data_of(store) == [{"name": "Veeb", "login": "tara", "users": "7"}])
    # The second one hears of it, since both belong to one kernel.
    expect(second.get_by_label("Tara")).to_be_checked()


def test_a_draft_waits_for_the_page_that_has_its_field(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(dead=True)
    box.get_by_label("Kasutajaid").fill("12")
    own.reload()
    other = own.mount(editor_of(store, spec=SPEC[:1], groups=[]))
    expect(other.get_by_role("button", name="Muuda: Veeb")).to_be_visible()
    own.page.wait_for_timeout(300)
    assert not own.nothing_kept()
    assert own.page.evaluate("Object.values(models)[0].sent.length") == 0
    own.reload()
    own.mount(editor_of(store))
    own.until(lambda: data_of(store) == [{"name": "Veeb", "users": "12"}])
    own.until(own.nothing_kept)


def test_without_storage_the_page_says_to_copy_the_text(desk: Make) -> None:
    own, store = desk(), Store()
    own.context.add_init_script("Storage.prototype.setItem = () => { throw new Error('full') }")
    own.reload()
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    own.kernel(dead=True)
    box.get_by_label("Tara").check()
    expect(box.get_by_role("alert")).to_contain_text("Kopeerige salvestamata tekst mujale", timeout=25000)
    own.kernel()
    box.get_by_role("button", name="Proovi kohe uuesti").click()
    own.until(lambda: data_of(store)[0].get("login") == "tara")


def test_a_full_disk_is_said_in_the_kernels_words(desk: Make) -> None:
    own, store = desk(), Store(full=True)
    store.put("a", name="Veeb")
    box = own.mount(editor_of(store))
    box.get_by_role("button", name="Muuda: Veeb").click()
    box.get_by_label("Tara").check()
    expect(box.get_by_role("alert")).to_contain_text("ketas on täis")
    store.full = False
    box.get_by_role("button", name="Proovi kohe uuesti").click()
    own.until(lambda: data_of(store)[0].get("login") == "tara")
    expect(box.get_by_role("alert")).to_be_hidden()


def test_actions_asides_and_changed_options(desk: Make) -> None:
    own, store, acts = desk(), Store(), list[tuple[str, str]]()
    store.put("a", name="Veeb")
    spec = copy.deepcopy(SPEC)

    def act(action: str, name: str) -> str:
        acts.append((action, name))
        spec[2]["options"] = options("uus", *"abcdefg")
        return "Tehtud!"

    box = own.mount(
        editor_of(store, spec=lambda: copy.deepcopy(spec), act=act, actions=[{"id": "copy", "label": "Kopeeri"}],
                  aside=lambda record: f"<p>Kulu: <strong>{record.data.get('cost', 'puudub')}</strong></p>")
    )  # fmt: skip
    box.get_by_role("button", name="Muuda: Veeb").click()
    expect(box.locator(".avw-aside")).to_have_text("Kulu: puudub")
    box.get_by_label("Kulu").fill("9")
    own.keys("Tab")
    expect(box.locator(".avw-aside strong")).to_have_text("9")
    box.get_by_label("Liik").focus()
    box.get_by_role("button", name="Kopeeri: Veeb").click()
    expect(box.get_by_text("Tehtud!")).to_be_visible()
    assert acts == [("copy", "a")]
    box.get_by_label("Liik").select_option("uus")
    own.until(lambda: data_of(store)[0].get("kind") == "uus")


def test_one_record_of_its_kind_is_always_open(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(editor_of(store, single=True))
    expect(box.get_by_role("button", name=re.compile("Lisa$|Kustuta|Muuda"))).to_have_count(0)
    box.get_by_label("Nimetus").fill("Tegevuskava")
    own.keys("Tab")
    own.until(lambda: {name: record.data["name"] for name, record in store.records.items()} == {"own": "Tegevuskava"})
    box.get_by_label("Kasutajaid").fill("3")
    own.keys("Tab")
    own.until(lambda: store.records["own"].data.get("users") == "3")
    expect(box.locator(".avw-line")).to_contain_text("Salvestatud")


def test_texts_are_never_markup(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="<img src=x onerror=alert(1)>", note="</textarea><b>x</b>")
    box = own.mount(editor_of(store))
    expect(box.locator("h3")).to_have_text("<img src=x onerror=alert(1)>")
    box.get_by_role("button", name="Muuda").click()
    expect(box.locator("b, img")).to_have_count(0)
    store.full = True
    box.get_by_role("button", name="Kustuta").click()
    expect(box.locator(".avw-undo")).to_contain_text("<img src=x")
    expect(box.locator("b, img")).to_have_count(0)


def test_the_editor_drawn_twice_stays_one(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("a", name="Veeb")
    first = own.mount(editor_of(store), "one")
    second = own.again("one")
    first.get_by_role("button", name="Muuda: Veeb").click()
    second.get_by_role("button", name="Muuda: Veeb").click()
    first.get_by_label("Tara").check()
    expect(second.get_by_label("Tara")).to_be_checked()
    own.check_shape(1300)
    second.get_by_role("button", name="Kustuta: Veeb").click()
    expect(first.locator(".avw-card")).to_have_count(0)


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_editor_is_accessible(desk: Make, width: int, language: str) -> None:
    own, store = desk(width), Store()
    store.put("a", name="Väga pikk nimetus, mis ei mahu kuidagi ühele reale kitsal ekraanil", steps=[{"what": "üks"}])
    own.mount(editor_of(Store(), language), "empty")
    box = own.mount(
        editor_of(
            store,
            language,
            actions=[{"id": "copy", "label": "Kopeeri"}],
            act=lambda *_: "",
            aside=lambda _: "<p>Vaata</p>",
        )
    )
    own.check_shape(width)
    box.get_by_role("button", name=re.compile("^(Muuda|Edit)")).click()
    box.locator("summary").click()
    box.get_by_label("Kulu").fill("palju")
    own.keys("Tab")
    expect(box.locator(".avf-error").filter(has_text=re.compile("Kulu|Cost"))).to_be_visible()
    own.check_shape(width)
    box.get_by_role("button", name=re.compile("^(Kustuta|Delete)")).click()
    expect(box.locator(".avw-undo").last).to_be_visible()
    own.check_shape(width)


# Assessment


def criterion(name: str, number: str, na: str | None = None) -> dict[str, Any]:
    anchors = [f"{number} tase {level} <b>ankur</b>" for level in range(5)]
    return {"id": name, "number": number, "text": f"Väide {number}", "facts": ["Seadus: AvTS § 9", "Baas"], "hint": "Vaadake veebi.",
            "anchors": anchors, "na": na}  # fmt: skip


PARTS = [
    {
        "id": "t",
        "title": "Läbipaistvus",
        "criteria": [criterion(f"t{n}", f"1.{n}", "Kui kooli ei ole." if n == 2 else None) for n in (1, 2, 3)],
    },
    {"id": "p", "title": "Kaasamine", "criteria": [criterion("p1", "2.1"), criterion("p2", "2.2", "")]},
]
CONFIDENCES = [
    {"id": "sure", "text": "Kindel"},
    {"id": "rather", "text": "Pigem kindel"},
    {"id": "guess", "text": "Oletus"},
]


def assessment_of(store: Store, language: str = "et") -> AssessmentForm:
    return AssessmentForm("level", language, parts=PARTS, confidences=CONFIDENCES, read=store.read, save=store.save)  # type: ignore[arg-type]


def levels(store: Store) -> dict[str, Any]:
    return {name: record.data.get("level") for name, record in store.records.items()}


def test_several_statements_by_keyboard_alone(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(assessment_of(store))
    expect(box).to_contain_text("Vastatud 0/5 · jäänud umbes 4 min")
    expect(box.get_by_text("Klaviatuur: 0–4 valib taseme, T „Ei tea“, K „Ei kohaldu“")).to_be_visible()
    own.keys("Tab", "Enter")
    expect(box.get_by_role("radio", name="0 1.1 tase 0")).to_be_focused()
    own.keys("3", "Enter", "k", "Enter", "t", "PageUp")
    own.until(lambda: levels(store) == {"t1": 3, "t2": "na", "t3": "unknown"})
    expect(box.get_by_role("radio", name="Ei kohaldu Kui kooli ei ole.")).to_be_focused()
    own.keys("PageDown", "k")
    own.page.wait_for_timeout(200)
    assert levels(store)["t3"] == "unknown"
    own.keys("Enter")
    expect(box.get_by_role("button", name="Järgmine osa: Kaasamine")).to_be_focused()
    own.keys("Enter")
    expect(box.get_by_role("heading", name="Kaasamine")).to_be_focused()
    expect(box.get_by_role("button", name="Läbipaistvus, vastatud 3/3")).to_be_visible()
    own.keys("Tab", "0", "Enter", "4")
    own.until(lambda: levels(store) == {"t1": 3, "t2": "na", "t3": "unknown", "p1": 0, "p2": 4})
    expect(box).to_contain_text("Vastatud 5/5 · Kõik väited on vastatud.")
    expect(box.get_by_role("button", name=re.compile("Jätka|Alusta"))).to_have_count(0)
    expect(box.get_by_role("status").filter(has_text="Salvestatud")).to_have_count(1)


def test_arrows_move_within_a_statement_and_only_the_last_place_is_saved(desk: Make) -> None:
    own, store = desk(), Store()
    own.mount(assessment_of(store))
    own.keys("Tab", "Enter", "Space", "ArrowDown", "ArrowDown")
    own.until(lambda: levels(store) == {"t1": 2})
    assert [patch for _, patch in store.writes if patch != {"level": 0}] == [{"level": 2}]


def test_what_a_level_rests_on_unfolds_and_keys_only_write_there(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(assessment_of(store))
    own.keys("Tab", "Enter", "2")
    one = box.locator("[data-criterion=t1]")
    one.get_by_label("Pigem kindel").check()
    evidence = one.get_by_label("Tõend: link")
    evidence.focus()
    own.page.keyboard.type("tk 3 https://vald.ee/k4")
    one.get_by_label("Tõendi kuupäev").fill("2026-11-01")
    one.get_by_label("Kolleeg või koolitaja kontrollis").check()
    one.get_by_label("Märkus").focus()
    own.page.keyboard.type("01234\nt")
    own.keys("PageDown", "Tab")
    kept = {"level": 2, "confidence": "rather", "evidence": "tk 3 https://vald.ee/k4", "evidence_date": "2026-11-01", "checked": True,
            "note": "01234\nt"}  # fmt: skip
    own.until(lambda: dict(store.records["t1"].data) == kept)
    one.get_by_label("Ei tea").check()
    expect(evidence).to_be_hidden()
    expect(one.get_by_label("Märkus")).to_be_visible()
    one.get_by_role("button", name="Tühista vastus: 1.1").click()
    own.until(lambda: levels(store) == {"t1": None})
    expect(one.get_by_role("radio").first).to_be_focused()
    expect(one.get_by_label("Märkus")).to_be_hidden()
    assert store.records["t1"].data["evidence"] == kept["evidence"]


def test_whoever_comes_back_goes_on_at_the_first_open_statement(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("t1", level=3)
    store.put("t2", level="na")
    store.put("p1", level=1)
    box = own.mount(assessment_of(store))
    box.get_by_role("button", name="Kaasamine, vastatud 1/2").click()
    expect(box.get_by_role("radio", name="1 2.1 tase 1")).to_be_checked()
    own.reload()
    box = own.mount(assessment_of(store))
    expect(box.get_by_role("heading", name="Kaasamine")).to_be_visible()
    box.get_by_role("button", name="Jätka sealt, kus pooleli jäi").click()
    expect(box.get_by_role("heading", name="Läbipaistvus")).to_be_visible()
    expect(box.get_by_role("radio", name="0 1.3 tase 0")).to_be_focused()


def test_levels_given_to_a_silent_kernel_are_sent_after_a_reload(desk: Make) -> None:
    own, store = desk(), Store()
    store.put("t3", level=1)
    box = own.mount(assessment_of(store))
    own.kernel(dead=True)
    own.keys("Tab", "Enter", "3", "Enter", "1", "Enter", "2")
    expect(box).to_contain_text("Vastatud 3/5")
    expect(box.get_by_role("alert")).to_contain_text("Muudatus ei ole salvestatud.", timeout=6000)
    own.page.wait_for_timeout(1100)
    store.put("t3", level=4)
    own.reload()
    box = own.mount(assessment_of(store))
    own.until(lambda: levels(store) == {"t3": 4, "t1": 3, "t2": 1})
    expect(box.get_by_text("Teie kirjutasite: „2 · 1.3 tase 2")).to_be_visible()
    expect(box.get_by_role("radio", name="4 1.3 tase 4")).to_be_checked()
    box.get_by_role("button", name="Kasuta minu oma").click()
    own.until(lambda: levels(store)["t3"] == 2)
    own.until(own.nothing_kept)


def test_answers_from_elsewhere_are_shown(desk: Make) -> None:
    own, store = desk(), Store()
    box = own.mount(assessment_of(store))
    store.put("t1", level=4)
    announce("level")
    own.deliver()
    expect(box.get_by_role("radio", name="4 1.1 tase 4")).to_be_checked()
    expect(box).to_contain_text("Vastatud 1/5")


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_assessment_is_accessible(desk: Make, width: int, language: str) -> None:
    own, store = desk(width), Store()
    box = own.mount(assessment_of(store, language), "one")
    own.check_shape(width)
    box.get_by_role("radio").nth(3).check()
    expect(box.locator(".avw-rests").first).to_be_visible()
    expect(box.locator("b")).to_have_count(0)
    own.check_shape(width)
    own.again("one")
    own.check_shape(width)
    expect(own.page.get_by_role("radio", checked=True)).to_have_count(2)


# Looking through


ITEMS = [
    {"id": f"i{n}", "title": title, "summary": f"Kokkuvõte {n}",
     "facts": [{"label": "Litsents", "value": licence}, {"label": "Aasta", "value": str(2000 + n)}],
     "details": [{"label": "Kirjeldus", "text": f"Pikk jutt {n}"}, {"label": "Allikas", "text": "veeb", "href": href}],
     "tags": {"purpose": purposes, "licence": [licence]}, "sort": {"year": 2000 + n}}
    for n, (title, licence, purposes, href) in enumerate(
        [("Õpetav äpp", "open", ["inform"], "https://a.ee"),
         ("Volikogu veeb", "closed", ["inform", "involve"], "javascript:alert(1)"),
         ("Žürii", "open", ["involve"], None), ("<b>Rasvane</b>", "closed", [], None),
         *((f"Lisa {k}", "open", [], None) for k in range(11))], start=1)
]  # fmt: skip
FACETS = [
    {"id": "purpose", "label": "Milleks", "kind": "checkboxes", "options": options("inform", "involve")},
    {"id": "licence", "label": "Litsents", "kind": "select", "options": options("open", "closed")},
]


def browser_of(language: str = "et", items: list[dict[str, Any]] | None = None, **more: Any) -> Browser:
    given: dict[str, Any] = {
        "items": ITEMS if items is None else items, "facets": FACETS, "sorts": [{"id": "year", "label": "Uuemad enne", "down": True}],
        "actions": [{"id": "add", "label": "Lisa minu loetelusse"}], "act": lambda action, item: f"{action}: {item}",
    }  # fmt: skip
    return Browser("catalogue", language, **{**given, **more})  # type: ignore[arg-type]


def test_searching_and_filtering_is_kept_for_the_sitting(desk: Make) -> None:
    own = desk()
    box = own.mount(browser_of())
    titles = box.locator(".avw-cards h3")
    expect(box.get_by_role("status").filter(has_text="Leitud 15, kokku 15.")).to_be_visible()
    expect(titles).to_have_count(12)
    box.get_by_role("button", name="Näita veel 3").press("Enter")
    expect(titles).to_have_count(15)
    box.get_by_role("searchbox", name="Otsi").fill("ZURII")
    expect(titles).to_have_text(["Žürii"])
    box.get_by_role("searchbox").fill("opetav pikk")
    expect(titles).to_have_text(["Õpetav äpp"])
    box.get_by_role("searchbox").fill("")
    box.get_by_label("Inform (2)").check()
    expect(box.get_by_role("status").filter(has_text="Leitud 2, kokku 15.")).to_be_visible()
    box.get_by_label("Involve (2)").check()
    box.get_by_label("Järjestus").select_option("year")
    expect(titles).to_have_text(["Žürii", "Volikogu veeb", "Õpetav äpp"])
    box.get_by_label("Litsents", exact=True).select_option("open")
    expect(titles).to_have_text(["Žürii", "Õpetav äpp"])
    own.reload()
    box = own.mount(browser_of())
    expect(box.locator(".avw-cards h3")).to_have_text(["Žürii", "Õpetav äpp"])
    expect(box.get_by_label("Inform (2)")).to_be_checked()
    box.get_by_role("searchbox").fill("mida ei ole")
    expect(box).to_contain_text("Midagi ei leitud.")
    box.get_by_role("button", name="Tühista otsing ja valikud").click()
    expect(box.get_by_role("searchbox")).to_be_focused()
    expect(box.get_by_role("status").filter(has_text="Leitud 15")).to_be_visible()


def test_up_to_four_are_compared_side_by_side(desk: Make) -> None:
    own = desk()
    box = own.mount(browser_of())
    for n in range(4):
        box.locator(".avw-tick").nth(n).click()
    table = box.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(5)
    expect(table.get_by_role("row", name="Aasta 2001 2002 2003 2004")).to_be_visible()
    box.locator(".avw-tick").nth(4).click()
    expect(box.get_by_role("checkbox", name="Võrdle: Lisa 0")).not_to_be_checked()
    expect(box.get_by_role("status").filter(has_text="Võrrelda saab kuni nelja.")).to_have_count(1)
    box.get_by_role("button", name="Vaata võrdlust (4)").press("Enter")
    expect(box.get_by_role("heading", name="Võrdlus")).to_be_focused()
    own.keys("Tab", "Tab", "Enter")
    expect(table.get_by_role("columnheader")).to_have_count(4)
    expect(box.get_by_role("heading", name="Võrdlus")).to_be_focused()
    expect(box.get_by_role("checkbox", name="Võrdle: Õpetav äpp")).not_to_be_checked()


def test_details_actions_and_strange_addresses(desk: Make) -> None:
    own = desk()
    box = own.mount(browser_of())
    card = box.locator(".avw-card").nth(0)
    card.get_by_text("Lähemalt").click()
    expect(card.get_by_role("link", name="veeb")).to_have_attribute("href", "https://a.ee")
    card.get_by_role("button", name="Lisa minu loetelusse: Õpetav äpp").click()
    expect(card.get_by_text("add: i1")).to_be_visible()
    other = box.locator(".avw-card").nth(1)
    other.get_by_text("Lähemalt").click()
    expect(other.get_by_role("link")).to_have_count(0)
    expect(box.locator("b")).to_have_count(0)
    own.kernel(dead=True)
    card.get_by_role("button", name="Lisa minu loetelusse").click()
    expect(card).to_contain_text("Leht ei saa kursusega ühendust", timeout=20000)


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_browser_is_accessible(desk: Make, width: int, language: str) -> None:
    own = desk(width)
    own.mount(browser_of(language, items=[]), "empty")
    box = own.mount(browser_of(language), "one")
    own.check_shape(width)
    box.locator(".avw-tick").nth(0).click()
    box.locator(".avw-tick").nth(1).click()
    box.locator("summary").first.click()
    own.again("one")
    own.check_shape(width)


# Files


def exchange_of(language: str = "et", **more: Any) -> FileExchange:
    def read(name: str, data: bytes) -> Accepted:
        if data.startswith(b"vale"):
            problems = [Text(f"Rida {n}, veerg „Kulu“: vale.", f"Row {n}, column ‘Cost’: wrong.") for n in (2, 5)]
            raise ImportRefused(file=name, problem=problems[0], count=2, problems=problems)
        return Accepted(f"Loetud {len(data)} baiti failist {name}.", lambda: "Võeti tagasi.")

    def make(progress: Progress) -> tuple[str, bytes]:
        progress("Kirjutan lehekülgi", 0.25)
        progress("Kirjutan pilte", 0.5)
        return "kava 2026.docx", b"PK\x03\x04"

    given: dict[str, Any] = {
        "reads": [ReadIn("table", "Loetelu failist", "Excel või CSV.", read, ".csv,.xlsx")],
        "saves": [SaveOut("word", "Laadi alla Word", "Muudetav dokument.", make)],
    }
    return FileExchange(language, **{**given, **more})  # type: ignore[arg-type]


def choose(box: Locator, name: str, data: bytes) -> None:
    box.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": data})


def test_a_file_is_read_in_pieces_and_taken_back(desk: Make) -> None:
    own = desk()
    box = own.mount(exchange_of())
    expect(box).to_contain_text("Fail võib olla kuni 5 MB.")
    own.keys("Tab")
    expect(box.get_by_label("Loetelu failist: Vali fail")).to_be_focused()
    choose(box, "loetelu.csv", b"x" * 1_300_000)
    expect(box.get_by_role("status").filter(has_text="Loetud 1300000 baiti failist loetelu.csv.")).to_be_visible(
        timeout=20000
    )
    assert own.page.evaluate("Object.values(models)[0].sent.length") == 3
    box.get_by_role("button", name="Võta tagasi: Loetelu failist").press("Enter")
    expect(box.get_by_role("status").filter(has_text="Võeti tagasi.")).to_be_visible()
    expect(box.get_by_role("button", name="Võta tagasi")).to_have_count(0)
    expect(box.get_by_label("Loetelu failist: Vali fail")).to_be_focused()


def test_a_refused_file_is_told_with_all_its_problems(desk: Make) -> None:
    own = desk()
    box = own.mount(exchange_of())
    choose(box, "vale.csv", b"vale")
    expect(box.get_by_role("alert").filter(has_text="Rida 2, veerg „Kulu“: vale. Vigu kokku: 2.")).to_be_visible()
    box.get_by_text("Kõik leitud vead").click()
    expect(box.get_by_text("Rida 5, veerg „Kulu“: vale.")).to_be_visible()
    expect(box.get_by_role("button", name="Võta tagasi")).to_have_count(0)
    assert own.violations() == []
    choose(box, "hea.csv", b"hea")
    expect(box.get_by_role("alert").filter(has_text="vale")).to_have_count(0)
    expect(box.get_by_text("Loetud 3 baiti")).to_be_visible()


def test_a_file_that_is_too_large_or_empty_is_not_sent(desk: Make) -> None:
    own = desk()
    box = own.mount(exchange_of())
    choose(box, "suur.csv", b"x" * (5 * 1024 * 1024 + 1))
    expect(box.get_by_role("alert").filter(has_text="Fail on liiga suur ja seda ei saadetud.")).to_be_visible()
    choose(box, "tühi.csv", b"")
    expect(box.get_by_role("alert").filter(has_text="Fail on tühi")).to_be_visible()
    assert own.page.evaluate("Object.values(models)[0].sent.length") == 0


def test_a_dropped_file_is_read(desk: Make) -> None:
    own = desk()
    box = own.mount(exchange_of())
    drop = """zone => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['abc'], 'a.csv'));
      for (const type of ['dragover', 'drop']) zone.dispatchEvent(new DragEvent(type, { dataTransfer, bubbles: true, cancelable: true }));
    }"""
    box.locator(".avw-drop").evaluate(drop)
    expect(box.get_by_text("Loetud 3 baiti failist a.csv.")).to_be_visible()


def test_a_document_is_made_with_progress_and_saved_under_its_name(desk: Make) -> None:
    own = desk()
    go = threading.Event()

    def make(progress: Progress) -> tuple[str, bytes]:
        progress("Kirjutan pilte", 0.5)
        go.wait(10)
        return "kava 2026.docx", b"PK\x03\x04"

    box = own.mount(exchange_of(saves=[SaveOut("word", "Laadi alla Word", "Muudetav.", make)]))
    button = box.get_by_role("button", name="Laadi alla Word")
    button.press("Enter")
    own.until(
        lambda: box.locator(".avw-meter").last.is_visible() and "50" in box.locator(".avw-meter").last.inner_text()
    )
    expect(box.locator(".avw-meter").last).to_contain_text("Kirjutan pilte: 50 %")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(button).to_be_focused()
    assert own.violations() == []
    with own.page.expect_download() as download:
        go.set()
        own.until(lambda: bool(own.outgoing) or not box.locator(".avw-meter").last.is_visible())
    assert download.value.suggested_filename == "kava 2026.docx"
    assert Path(download.value.path()).read_bytes() == b"PK\x03\x04"
    expect(box.get_by_text("Fail kava 2026.docx on teie allalaadimiste kaustas.")).to_be_visible()
    expect(button).to_be_focused()


def test_a_kernel_that_is_gone_is_told_in_a_sentence(desk: Make) -> None:
    own = desk()
    box = own.mount(exchange_of())
    own.kernel(dead=True)
    choose(box, "a.csv", b"abc")
    box.get_by_role("button", name="Laadi alla Word").click()
    sentence = box.get_by_role("alert").filter(has_text="Leht ei saa kursusega ühendust.")
    expect(sentence).to_have_count(2, timeout=20_000)
    expect(box.get_by_role("button", name="Laadi alla Word")).not_to_have_attribute("aria-disabled", "true")


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("width", [1300, 400])
def test_the_exchange_is_accessible(desk: Make, width: int, language: str) -> None:
    own = desk(width)
    box = own.mount(exchange_of(language), "one")
    own.again("one")
    choose(box, "vale.csv", b"vale")
    expect(box.locator("summary")).to_be_visible()
    own.check_shape(width)


# Parts that follow


def html_of(count: int) -> str:
    return (
        f"<h3>Seis {count}</h3><p><button type='button' class='av-act' data-act='take' data-value='x'>Võta x</button> "
        f"<button type='button' class='av-act' data-act='take' data-value='y'>Võta y</button></p>"
        f"<details><summary>Kõik</summary><p>Sisu {count}</p></details>"
    )


def test_a_part_that_is_asked_waits_and_keeps_place_and_folds(desk: Make) -> None:
    own, count = desk(), [0]

    def make() -> str:
        count[0] += 1
        return html_of(count[0])

    box = own.mount(
        LivePart(("level", "round"), make, acts={"take": lambda value: f"Võetud {value} <b>"}, refresh="asked")
    )
    expect(box.get_by_role("heading")).to_have_text("Seis 1")
    box.get_by_text("Kõik").click()
    announce("round")
    own.deliver()
    expect(box.get_by_text("Vastused on muutunud.")).to_be_visible()
    expect(box.get_by_role("heading")).to_have_text("Seis 1")
    assert own.violations() == []
    box.get_by_role("button", name="Värskenda").press("Enter")
    expect(box.get_by_role("heading")).to_have_text("Seis 2")
    expect(box.get_by_role("heading")).to_be_focused()
    expect(box.get_by_text("Sisu 2")).to_be_visible()
    expect(box.get_by_text("Vastused on muutunud.")).to_be_hidden()
    box.get_by_role("button", name="Võta y").press("Enter")
    expect(box.get_by_role("status").filter(has_text="Võetud y <b>")).to_be_visible()
    expect(box.get_by_role("heading")).to_have_text("Seis 3")
    expect(box.get_by_role("button", name="Võta y")).to_be_focused()
    expect(box.get_by_text("Sisu 3")).to_be_visible()


def test_a_button_that_vanishes_gives_its_focus_to_the_heading(desk: Make) -> None:
    own, taken = desk(), list[str]()
    button = "<button type='button' data-act='take' data-value='1'>Võta</button>"
    box = own.mount(
        LivePart(
            "level",
            lambda: "<h3>Pealkiri</h3>" + ("" if taken else button),
            acts={"take": lambda value: taken.append(value)},
        )
    )
    box.get_by_role("button", name="Võta").press("Enter")
    expect(box.get_by_role("button")).to_have_count(0)
    expect(box.get_by_role("heading")).to_be_focused()


def test_a_part_without_buttons_follows_at_once_and_is_read_out(desk: Make) -> None:
    own, words = desk(), ["enne"]
    part = LivePart("my-municipality", lambda: f"<p>{words[0]}</p>")
    first, second = own.mount(part, "one"), own.again("one")
    words[0] = "pärast"
    announce("my-municipality")
    own.deliver()
    expect(first.get_by_role("status").first).to_have_text("pärast")
    expect(second.get_by_role("status").first).to_have_text("pärast")


def test_an_act_that_fails_or_is_not_heard_is_told(desk: Make) -> None:
    own = desk()

    def broken(_: str) -> str:
        raise AnswerNotSaved(path="x", reason="ketas on täis")

    def worse(_: str) -> str:
        raise ZeroDivisionError

    html = "<button type='button' data-act='a'>Üks</button><button type='button' data-act='b'>Kaks</button>"
    box = own.mount(LivePart("level", lambda: html, acts={"a": broken, "b": worse}))
    box.get_by_role("button", name="Üks").click()
    expect(box.get_by_role("status").filter(has_text="ketas on täis")).to_be_visible()
    box.get_by_role("button", name="Kaks").click()
    expect(box.get_by_role("status").filter(has_text="See ei õnnestunud. Teie andmed on alles")).to_be_visible()


@pytest.mark.parametrize("width", [1300, 400])
def test_a_part_is_accessible(desk: Make, width: int) -> None:
    own = desk(width)
    box = own.mount(LivePart("level", lambda: html_of(1), acts={"take": lambda _: "Võetud."}, refresh="asked"))
    announce("level")
    own.deliver()
    expect(box.get_by_role("button", name="Värskenda")).to_be_visible()
    assert own.violations() == []
    assert own.page.evaluate("document.documentElement.scrollWidth") <= width
