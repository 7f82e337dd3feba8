"""The desk's page of open answers without a browser: what stands on it, what its forms do, whom it does not name."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.marking import Wish, give
from avcourse.classroom.review import OpenAnswer, OpenQuestion, open_question
from avcourse.classroom.roster import NAMES, names_path
from avcourse.classroom.rubric import Rubric, Step, write_rubric
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import Text, say
from avcourse.views.desk.dispatch import Desk, Reply, Request
from avcourse.views.desk.visit import Asked

PLAN, CHANGE = "tegevuskava", "tk-change"
PEOPLE = ("anu", "bert", "cille", "dora", "ene")
HOSTILE = (
    '<script>window.evil = 1</script><img src=x onerror="window.evil = 1">',
    "</div></main><h1>Pealkiri</h1>\x00 nul, \u202e tagurpidi",
    "$x^2$ {{7*7}} [viide](javascript:alert(1)) &amp; &lt;b&gt;",
    "pikk " * 4000 + "x" * 20_000,
)


class Seen(HTMLParser):
    """What a browser makes of a page: elements with attributes, forms with fields, the text by id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag not in ("input", "meta", "link", "br"):
            self._open.append(given.get("id") or given.get("class") or "")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for name in {*self._open, "page"}:
            self.texts[name] = self.texts.get(name, "") + data

    def named(self, name: str) -> list[dict[str, str | None]]:
        return [given for _, given in self.elements if given.get("name") == name]

    def by_id(self, name: str) -> dict[str, str | None]:
        return next(given for _, given in self.elements if given.get("id") == name)

    def value(self, name: str) -> str:
        return str(self.named(name)[0].get("value"))


@pytest.fixture
def desk(graded_plan: ClassFolder) -> Desk:
    return Desk(graded_plan.root.parent, "/avcourse/desk/", "/avcourse/desk-static/")


def reply(desk: Desk, *rest: str, address: str = "", sent: dict[str, Any] | None = None, data: bool = False) -> Reply:
    """Return what the desk says at an address of the review, or at one that it gave itself."""
    query = dict(parse_qsl(urlsplit(address).query))
    lists = {name: tuple(value) if isinstance(value, list) else (str(value),) for name, value in (sent or {}).items()}
    asked = None if sent is None else Asked({name: values[-1] for name, values in lists.items() if values}, lists)
    return desk.respond(Request(("klass", "review", *rest), "et", query, asked, "t0k3n", data))


def look(desk: Desk, address: str = "") -> Seen:
    return Seen(reply(desk, PLAN, CHANGE, address=address).body)


def act(desk: Desk, page: Seen, address: str = "", **sent: Any) -> Reply:
    """Send the page's form of points, with other fields as given."""
    fields = {name: page.value(name) for name in ("answer", "seen")}
    return reply(desk, PLAN, CHANGE, address=address, sent={"action": "mark", **fields, **sent})


def asked(folder: ClassFolder) -> OpenQuestion:
    found = open_question(folder, PLAN, CHANGE)
    assert found is not None
    return found


def answer_of(folder: ClassFolder, token: str) -> OpenAnswer:
    return next(answer for answer in asked(folder).answers if answer.token == token)


def test_the_list_says_what_waits_where(desk: Desk, graded_plan: ClassFolder) -> None:
    body = reply(desk).body
    links = [given["href"] for tag, given in Seen(body).elements if tag == "a"]
    assert f"/avcourse/desk/klass/review/{PLAN}/{CHANGE}/" in links
    assert re.findall(r"<td[^>]*>(\d+)</td>", body) == ["5", "5", "0"]


def test_every_answer_can_be_walked_to_and_nobody_is_named(desk: Desk, graded_plan: ClassFolder) -> None:
    numbers, address = [], ""
    for _ in PEOPLE:
        page = look(desk, address)
        raw = reply(desk, PLAN, CHANGE, address=address).body
        assert not [
            student for student in PEOPLE if f'"{student}"' in raw or f" {student} " in raw or f">{student}<" in raw
        ]
        assert not [word for word in page.texts["page"].split() if word.strip(".:") in PEOPLE]
        numbers.append(page.texts["review-place"])
        address = str(page.by_id("review-next")["href"])
    assert numbers == [f"Vastus {number}/5" for number in range(1, 6)]
    assert look(desk, address).texts["review-place"] == "Vastus 1/5"


def test_id_and_name_are_told_one_press_after_the_other(
    desk: Desk, graded_plan: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(NAMES, str(tmp_path / "nimed"))
    first = asked(graded_plan).answers[0]
    page = look(desk, "?who=id")
    assert say("review.student", "et", student=first.student) in page.texts["review-who"]
    assert say("review.who-name", "et") not in page.texts["review-who"]
    path = names_path(graded_plan)
    path.parent.mkdir()
    path.write_text(f"student,name\n{first.student},Mari <b>Maasikas\n")
    page = look(desk, "?who=id")
    assert "Maasikas" not in page.texts["page"]
    assert say("review.who-name", "et") in page.texts["review-who"]
    assert "Nimi: Mari <b>Maasikas" in look(desk, "?who=name").texts["review-who"]
    assert "Maasikas" not in look(desk).texts["page"]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_learner_wrote_is_text_and_nothing_else(desk: Desk, graded_plan: ClassFolder, text: str) -> None:
    token = next(answer.token for answer in asked(graded_plan).answers if answer.student == "dora")
    address = f"?show=all&answer={token}"
    plain = look(desk, address)
    log = graded_plan.root / "submitted" / "dora" / PLAN / "responses.jsonl"
    row = json.loads(log.read_text(encoding="utf-8"))
    log.write_text(json.dumps(row | {"answer": text, "seq": 2}) + "\n", encoding="utf-8")
    (log.parent / "timestamp.txt").write_text("2026-11-12 10:00:00.000001 UTC")
    grade_class(graded_plan)
    give(graded_plan, PLAN, CHANGE, {"dora": Wish(comment=text[:4000])})
    body = reply(desk, PLAN, CHANGE, address=address).body
    body.encode("utf-8")
    page = Seen(body)
    shown = page.texts["review-text"]
    assert shown == "".join("\ufffd" if char == "\x00" else char for char in text).strip()
    assert [tag for tag, _ in page.elements] == [tag for tag, _ in plain.elements]
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]


def test_plain_forms_grade_and_go_on_to_what_waits(desk: Desk, graded_plan: ClassFolder) -> None:
    first, second = asked(graded_plan).answers[:2]
    page = look(desk)
    assert [given["value"] for given in page.named("step")] == ["4", "3", "2", "1", "0"]
    done = act(desk, page, step="3", points="", comment="Hästi põhjendatud.", go="next")
    assert (done.status, f"answer={second.token}" in str(done.to)) == (303, True)
    answer = answer_of(graded_plan, first.token)
    assert (answer.points, answer.steps, answer.comment) == (3.0, ("3",), "Hästi põhjendatud.")
    page = look(desk, str(done.to))
    assert (page.texts["review-place"], page.texts["desk-notice"]) == ("Vastus 2/5", "Salvestatud.")
    act(desk, page, points="2,5", comment="", go="next")
    assert answer_of(graded_plan, second.token).points == 2.5
    # Without script the number stays in its field when a step is chosen instead.
    page = look(desk, f"?show=all&answer={second.token}")
    assert page.value("points") == "2,5"
    act(desk, page, step="1", points="2,5", comment="")
    assert (answer_of(graded_plan, second.token).points, answer_of(graded_plan, second.token).steps) == (1.0, ("1",))
    page = look(desk, f"?show=all&answer={second.token}")
    assert [given["value"] for given in page.named("step") if "checked" in given] == ["1"]
    assert page.texts["review-progress"] == "Hinnatud 2, ootab 3, hilisemaks jäetud 0."


@pytest.mark.parametrize("points", ["kolm", "4,5", "-1", "nan", "1e400", "9" * 50])
def test_points_that_are_none_are_refused_and_what_was_typed_stays(
    desk: Desk, graded_plan: ClassFolder, points: str
) -> None:
    page = look(desk)
    done = act(desk, page, points=points, comment="Jääb <alles>")
    assert done.status == 422
    shown = Seen(done.body)
    assert shown.value("points") == points
    assert shown.texts["review-comment"].strip() == "Jääb <alles>"
    assert shown.texts["desk-notice"]
    assert asked(graded_plan).count("waiting") == 5


def test_what_changed_meanwhile_is_not_overwritten_and_a_script_hears_why(desk: Desk, graded_plan: ClassFolder) -> None:
    page = look(desk)
    give(graded_plan, PLAN, CHANGE, {asked(graded_plan).answers[0].student: Wish(points=4)})
    fields = {"action": "mark", "answer": page.value("answer"), "seen": page.value("seen"), "points": "1"}
    heard = reply(desk, PLAN, CHANGE, sent=fields, data=True)
    said = json.loads(heard.body)
    assert (heard.status, said["ok"], said["error"]) == (422, False, "Overtaken")
    assert asked(graded_plan).answers[0].points == 4.0


def test_a_script_hears_what_changed_on_the_page(desk: Desk, graded_plan: ClassFolder) -> None:
    page, order = look(desk), asked(graded_plan).answers
    fields = {"action": "mark", "answer": page.value("answer"), "seen": page.value("seen"), "step": ["2"]}
    said = json.loads(reply(desk, PLAN, CHANGE, sent=fields, data=True).body)
    assert (said["ok"], said["sentence"]) == (True, "Salvestatud.")
    data = said["data"]
    assert data["state"] == asked(graded_plan).answers[0].state != page.value("seen")
    assert f"answer={order[1].token}" in data["next"]
    assert data["words"]["review-given"] == "Punktid: 2/4"
    assert data["undo"] == asked(graded_plan).undoable
    assert not [student for student in PEOPLE if f'"{student}"' in json.dumps(said)]


def test_same_texts_get_the_same_at_one_press(desk: Desk, graded_plan: ClassFolder) -> None:
    token = next(answer.token for answer in asked(graded_plan).answers if answer.student == "anu")
    page = look(desk, f"?answer={token}")
    assert say("review.alike", "et", count=1) in page.texts["page"]
    act(desk, page, step="3", alike="1")
    points = {answer.student: answer.points for answer in asked(graded_plan).answers}
    assert points == {"anu": 3.0, "cille": 3.0, "bert": None, "dora": None, "ene": None}
    page = look(desk, f"?show=all&answer={token}")
    assert not page.named("alike")
    reply(desk, PLAN, CHANGE, sent={"action": "undo", "undo": page.value("undo")})
    assert asked(graded_plan).count("waiting") == 5


def test_flag_undo_and_blanks_by_plain_forms(desk: Desk, graded_plan: ClassFolder) -> None:
    page = look(desk)
    flags = {"action": "flag", "answer": page.value("answer"), "later": page.value("later")}
    reply(desk, PLAN, CHANGE, sent=flags)
    page = look(desk, "?show=flagged")
    assert (page.texts["review-place"], "hidden" in page.by_id("review-flagged")) == ("Vastus 1/5", False)
    reply(desk, PLAN, CHANGE, sent={"action": "blanks"})
    assert {answer.student: answer.points for answer in asked(graded_plan).answers if answer.points is not None} == {
        "bert": 0.0,
        "ene": 0.0,
    }
    for _ in range(2):
        reply(desk, PLAN, CHANGE, sent={"action": "undo", "undo": look(desk, "?show=all").value("undo")})
    assert (asked(graded_plan).count("waiting"), asked(graded_plan).count("flagged")) == (5, 0)
    assert "hidden" in look(desk).by_id("review-undo")
    assert reply(desk, PLAN, CHANGE, sent={"action": "undo", "undo": "1"}).status == 422
    assert reply(desk, PLAN, CHANGE, sent={"action": "undo", "undo": "kõik"}).status == 422


def test_the_rubric_can_be_changed_and_gives_anew(desk: Desk, graded_plan: ClassFolder) -> None:
    act(desk, look(desk), step="3")
    page = Seen(reply(desk, PLAN, CHANGE, "rubric").body)
    names = [f"{name}-{number}" for number in range(1, 7) for name in ("id", "points", "et", "en")]
    fields = {
        name: page.texts[name].removeprefix("\n") if name[:2] in ("et", "en") else page.value(name) for name in names
    }
    assert (fields["points-2"], fields["et-6"], fields["points-6"]) == ("3", "", "")
    wrong = reply(desk, PLAN, CHANGE, "rubric", sent={"action": "rubric", **fields, "points-2": "viis"})
    assert (wrong.status, Seen(wrong.body).value("points-2")) == (422, "viis")
    new = {"points-2": "2,5", "points-6": "3,5", "et-6": "Peaaegu", "en-6": "Nearly"}
    done = reply(desk, PLAN, CHANGE, "rubric", sent={"action": "rubric", **fields, **new})
    assert done.status == 303
    assert asked(graded_plan).answers[0].points == 2.5
    assert [(step.id, step.points) for step in asked(graded_plan).rubric.steps] == [
        ("4", 4.0),
        ("n1", 3.5),
        ("3", 2.5),
        ("2", 2.0),
        ("1", 1.0),
        ("0", 0.0),
    ]


def test_parts_are_chosen_several_at_a_time(desk: Desk, graded_plan: ClassFolder) -> None:
    steps = tuple(Step(name, 1.5, Text(et=name, en=name)) for name in "ab")
    write_rubric(graded_plan, CHANGE, Rubric(steps, adds=True))
    page = look(desk)
    assert [(given["type"], given["data-key"]) for given in page.named("step")] == [
        ("checkbox", "1"),
        ("checkbox", "2"),
    ]
    act(desk, page, step=["a", "b"])
    assert asked(graded_plan).answers[0].points == 3.0


def test_a_rubric_change_that_stopped_is_finished_by_looking(desk: Desk, graded_plan: ClassFolder) -> None:
    act(desk, look(desk), step="3")
    steps = tuple(Step(s.id, 2.0 if s.id == "3" else s.points, s.text) for s in asked(graded_plan).rubric.steps)
    write_rubric(graded_plan, CHANGE, Rubric(steps))
    page = look(desk, "?show=all")
    assert (page.texts["review-given"], page.texts["notice"]) == ("Punktid: 2/4", say("review.settled", "et", count=1))


def test_what_is_not_there_is_said_in_words(desk: Desk, graded_plan: ClassFolder) -> None:
    for rest in ((PLAN, "puudub"), ("puudub", CHANGE), ("eeltest", CHANGE)):
        page = Seen(reply(desk, *rest).body)
        assert page.texts["av-empty"]
    for step in "43210":
        act(desk, look(desk), step=step)
    assert say("review.all-done", "et") in look(desk).texts["page"]
