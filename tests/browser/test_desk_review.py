"""Grading open answers with the keyboard, in a real browser: nothing is lost, nothing runs, everybody can use it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect

from avcourse.answers.responses import append_response
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.release import release
from avcourse.classroom.review import OpenQuestion, open_question
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.views import server

pytestmark = pytest.mark.slow

PLAN, CHANGE = "tegevuskava", "tk-change"
ATTACK = '<script>window.evil = 1</script><img src="x" onerror="window.evil = 1"> $x^2$'
TEXTS = [f"Vastus number {number}." for number in range(8)] + [ATTACK, "sõna " * 4000, "x" * 3000, None]


@dataclass(frozen=True)
class Opened:
    """A desk with one class of twelve, and its server."""

    folder: ClassFolder
    running: server.Running
    site: server.Site

    def address(self, query: str = "") -> str:
        return f"http://127.0.0.1:{self.running.port}/avcourse/desk/klass/review/{PLAN}/{CHANGE}/{query}"

    def asked(self) -> OpenQuestion:
        found = open_question(self.folder, PLAN, CHANGE)
        assert found is not None
        return found


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    root = tmp_path_factory.mktemp("toolaud")
    folder = new_class(root / "klass", "klass", "et", None)
    release(folder, (PLAN,))
    for number, text in enumerate(TEXTS):
        place = folder.root / "submitted" / f"osaleja-{number:02d}" / PLAN
        place.mkdir(parents=True)
        (place / "timestamp.txt").write_text("2026-11-20 10:00:00.000001 UTC")
        question, answer = ("plan:own", "{}") if text is None else (CHANGE, text)
        append_response(place / "responses.jsonl", assignment=PLAN, question=question, answer=answer)
    grade_class(folder)
    site = server.Site(root, "et", "desk", "avcourse/desk/", "desk-start", root)
    process, running = server.launch(site, 8970)
    assert process.poll() is None, (root / server.LOG).read_text()
    yield Opened(folder, running, site)
    server.end(process, running)


@pytest.fixture
def page(browser: Browser, opened: Opened) -> Iterator[Page]:
    """A fresh window on the desk; a script's error or a forbidden request fails the test."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(opened.running.address(opened.site))
    yield page
    assert page.evaluate("window.evil") is None
    assert wrong == []
    context.close()


def place(page: Page) -> int:
    return int(page.locator("#review-place").inner_text().split()[1].split("/")[0])


def press(page: Page, key: str, said: str = "Salvestatud.") -> None:
    page.keyboard.press(key)
    expect(page.locator("#review-said")).to_have_text(said)


def axe_findings(page: Page) -> list[tuple[str, Any]]:
    found = json.loads(json.dumps(Axe().run(page).response))["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]]) for one in found]


def test_twelve_answers_by_keyboard_only(page: Page, opened: Opened) -> None:
    """Grade, reload half-way, go back, take back, comment, lose an answer of the server, flag: the gradebook has it all."""
    page.goto(opened.address())
    wanted = ["4", "3", "2", "1", "0", "4", "3", "2", "1", "0", "4", "3"]
    for number in range(1, 5):
        expect(page.locator("#review-place")).to_have_text(f"Vastus {number}/12")
        press(page, wanted[number - 1])
        page.keyboard.press("j" if number % 2 else "Enter")
    expect(page.locator("#review-place")).to_have_text("Vastus 5/12")
    assert page.evaluate("document.activeElement.id") == "review-answer"
    page.reload()
    # The place is kept, and so is what can be taken back.
    assert place(page) == 5
    press(page, "u", "Tagasi võetud. Muudetud vastuseid: 1.")
    assert place(page) == 4
    expect(page.locator("#review-given")).to_have_text("Hindamata, kuni 4 punkti")
    press(page, "1")
    page.keyboard.press("k")
    expect(page.locator("#review-place")).to_have_text("Vastus 3/12")
    expect(page.locator("[name=step]:checked")).to_have_value("2")
    page.keyboard.press("c")
    page.keyboard.type("Juhtub 4. j k u: kirjas, mitte käsk.")
    page.keyboard.press("Escape")
    expect(page.locator("#review-said")).to_have_text("Salvestatud.")
    assert place(page) == 3
    # The fourth one waits no more: from the third it goes on to the fifth.
    for number in range(5, 13):
        page.keyboard.press("Enter")
        expect(page.locator("#review-place")).to_have_text(f"Vastus {number}/12")
        press(page, wanted[number - 1])
    press(page, "f", "Jäetud hilisemaks.")
    expect(page.locator("#review-progress")).to_have_text("Hinnatud 12, ootab 0, hilisemaks jäetud 1.")
    asked = opened.asked()
    assert [answer.points for answer in asked.answers] == [float(points) for points in wanted]
    assert [answer.steps for answer in asked.answers] == [(points,) for points in wanted]
    assert asked.answers[2].comment == "Juhtub 4. j k u: kirjas, mitte käsk."
    assert [answer.flagged for answer in asked.answers] == [False] * 11 + [True]
    page.keyboard.press("Enter")
    expect(page.locator("#review .av-empty")).to_be_visible()
    # Nothing is left to look at, but the way back is still a key.
    press(page, "u", "Tagasi võetud. Muudetud vastuseid: 1.")
    assert place(page) == 12
    expect(page.locator("#review-flagged")).to_be_hidden()


def test_what_the_server_did_not_answer_is_kept_and_sent_again(page: Page, opened: Opened) -> None:
    page.goto(opened.address("?show=all"))
    first, second = opened.asked().answers[:2]
    lost: list[str] = []
    heard: list[str] = []

    def lose(route: Any) -> None:
        """Let the first request never arrive, and the answer to the second one never come back."""
        if route.request.method != "POST" or len(lost) > 1:
            route.continue_()
            return
        lost.append(str(route.request.post_data))
        if len(lost) == 2:
            heard.append(route.fetch().text())
        route.abort()

    page.route("**/review/**", lose)
    page.keyboard.press("2")
    expect(page.locator("#review-said")).to_contain_text("Salvestamata: 1.")
    assert opened.asked().answers[0].points == first.points != 2.0
    # On with the next one all the same; a reload loses nothing of either.
    page.keyboard.press("j")
    expect(page.locator("#review-place")).to_have_text("Vastus 2/12")
    page.keyboard.press("1")
    page.reload()
    expect(page.locator("[name=step]:checked")).to_have_value("1")
    expect(page.locator("#review-said")).to_have_text("Salvestatud.", timeout=20_000)
    assert len(lost) == 2
    assert '"ok": true' in heard[0]
    now = opened.asked()
    assert [(answer.points, answer.steps) for answer in now.answers[:2]] == [(2.0, ("2",)), (1.0, ("1",))]
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('avcourse-review:')).length") == 0
    # What was asked for twice stands in the log once: two steps back and all is as before.
    page.unroute("**/review/**")
    press(page, "u", "Tagasi võetud. Muudetud vastuseid: 1.")
    page.keyboard.press("u")
    expect(page.locator("#review-place")).to_have_text("Vastus 1/12")
    expect(page.locator("#review-said")).to_have_text("Tagasi võetud. Muudetud vastuseid: 1.")
    assert [answer.points for answer in opened.asked().answers[:2]] == [first.points, second.points]


def test_what_somebody_else_changed_is_not_overwritten(page: Page, opened: Opened) -> None:
    from avcourse.classroom.marking import Wish, give

    page.goto(opened.address("?show=all"))
    student = opened.asked().answers[0].student
    give(opened.folder, PLAN, CHANGE, {student: Wish(points=3.5)})
    page.keyboard.press("0")
    expect(page.locator("#review-said")).to_contain_text("on vahepeal muutunud")
    assert opened.asked().answers[0].points == 3.5
    # The page shows the answer as it is by now, and then it can be graded.
    expect(page.locator("#review-points")).to_have_value("3,5")
    press(page, "0")
    assert opened.asked().answers[0].points == 0.0


def test_keys_can_be_turned_off_and_stay_off(page: Page, opened: Opened) -> None:
    page.goto(opened.address("?show=all"))
    before = opened.asked()
    page.keyboard.press("?")
    expect(page.locator("#review-keys")).to_have_attribute("open", "")
    page.locator("#review-keys-on").uncheck()
    page.reload()
    for key in ("1", "j", "f", "?"):
        page.keyboard.press(key)
    assert place(page) == 1
    assert opened.asked() == before
    page.locator("#review-keys summary").click()
    page.locator("#review-keys-on").check()
    page.keyboard.press("j")
    expect(page.locator("#review-place")).to_have_text("Vastus 2/12")


def test_points_are_typed_and_the_mouse_does_the_same(page: Page, opened: Opened) -> None:
    page.goto(opened.address("?show=all"))
    page.locator("#review-points").fill("2,5")
    page.locator("#review-points").press("Enter")
    expect(page.locator("#review-place")).to_have_text("Vastus 2/12")
    expect(page.locator("#review-said")).to_have_text("Salvestatud.")
    page.locator(".review-step").nth(1).click()
    expect(page.locator("#review-given")).to_have_text("Punktid: 3/4")
    page.locator("#review-points").fill("7")
    page.locator("#review-comment").focus()
    expect(page.locator("#review-said")).to_contain_text("0 kuni 4 punkti, mitte 7")
    assert [answer.points for answer in opened.asked().answers[:2]] == [2.5, 3.0]
    # Who is on the way to the next answer already is brought back to the one that was refused.
    page.locator("#review-points").fill("9")
    page.locator("#review-points").press("Enter")
    expect(page.locator("#review-said")).to_contain_text("0 kuni 4 punkti, mitte 9")
    expect(page.locator("#review-place")).to_have_text("Vastus 2/12")
    expect(page.locator("#review-points")).to_have_value("9")


def test_without_script_the_forms_do_it(browser: Browser, opened: Opened) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(opened.running.address(opened.site))
    page.goto(opened.address("?show=all"))
    page.locator("[name=step][value='4']").check()
    page.locator("#review-points").fill("")
    page.locator("#review-comment").fill("Ilma skriptita")
    page.get_by_role("button", name="Salvesta ja edasi").click()
    assert place(page) == 2
    assert page.locator("#desk-notice").inner_text().endswith("Salvestatud.")
    answer = opened.asked().answers[0]
    assert (answer.points, answer.comment) == (4.0, "Ilma skriptita")
    context.close()


def test_every_answer_is_text_accessible_and_fits_a_narrow_screen(page: Page, opened: Opened) -> None:
    shown: set[str] = set()
    page.set_viewport_size({"width": 400, "height": 800})
    for answer in opened.asked().answers:
        page.goto(opened.address(f"?show=all&answer={answer.token}"))
        if answer.text is not None:
            shown.add(page.locator(".review-text").evaluate("(box) => box.textContent"))
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        assert answer.student not in page.content()
    assert shown == {text.strip() for text in TEXTS if text}
    page.keyboard.press("?")
    assert axe_findings(page) == []
    for address in (opened.address("rubric/"), opened.address().removesuffix(f"{PLAN}/{CHANGE}/")):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 400
        assert axe_findings(page) == []
    page.set_viewport_size({"width": 1300, "height": 900})
    page.goto(opened.address("?show=all&who=id"))
    assert axe_findings(page) == []
    assert opened.asked().answers[0].student in page.locator(".review-who").inner_text()
