"""The kernel side of the widgets of the municipality's work: what is refused, what is saved and said, and what is never overwritten."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import LANGUAGES, Text, as_language, words
from avcourse.errors import AnswerNotSaved, ImportRefused, RecordRefused
from avcourse.municipality.records import Record, read_records, remove_record, save_record
from avcourse.views.forms import live
from avcourse.views.forms.assessment import AssessmentForm
from avcourse.views.forms.browse import Browser
from avcourse.views.forms.changes import ROOM, Change, answer_change, is_overtaken, read_change, size_in_log
from avcourse.views.forms.files import LARGEST_FILE, Accepted, FileExchange, Progress, ReadIn, SaveOut
from avcourse.views.forms.live import LivePart, announce, watch
from avcourse.views.forms.records import RecordsEditor, pieces_of

Sent = list[dict[str, Any]]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SCRIPTS = {
    "shared": ("shared.js", "fields.js"),
    "records": ("records.js", "fields.js"),
    "assessment": ("assessment.js",),
    "browser": ("browse.js",),
    "files": ("files.js",),
    "live": ("live.js",),
}
KINDS = {"name": "text", "note": "long", "cost": "money"}
SPEC = [{"id": name, "kind": kind, "label": name.capitalize()} for name, kind in KINDS.items()]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "avcourse.toml").write_text('learner = "k3f9-q7mw"\nlanguage = "et"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(live, "_watchers", {})
    return tmp_path


@dataclass
class Store:
    """Records in memory, with every write that came."""

    records: dict[str, Record] = field(default_factory=dict)
    writes: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    fault: Exception | None = None

    def read(self) -> Mapping[str, Record]:
        return dict(self.records)

    def save(self, name: str, patch: dict[str, Any], at: datetime = NOON) -> None:
        if self.fault:
            raise self.fault
        self.writes.append((name, patch))
        old = self.records[name].data if name in self.records else {}
        data = {key: value for key, value in {**old, **patch}.items() if value is not None}
        self.records[name] = Record("solution", name, data, at.isoformat().replace("+00:00", "Z"))

    def remove(self, name: str) -> None:
        del self.records[name]


def heard(widget: Any) -> Sent:
    """Return the list that everything the widget sends is added to."""
    sent: Sent = []
    widget.send = lambda content, buffers=None: sent.append(content if not buffers else {**content, "buffers": buffers})
    return sent


def tell(widget: Any, buffers: object = (), **content: Any) -> None:
    widget._receive(widget, content, list(buffers))  # type: ignore[call-overload]


def change_to(
    name: str, field_id: str, value: object, base: object = None, at: datetime = NOON, **more: Any
) -> dict[str, Any]:
    return {"type": "save", "client": "page-1", "id": name, "field": field_id, "value": value, "bases": [base],
            "at": at.isoformat().replace("+00:00", "Z"), "fresh": False, **more}  # fmt: skip


def editor_of(store: Store, **more: Any) -> RecordsEditor:
    return RecordsEditor(
        "solution", "et", **{"spec": SPEC, "read": store.read, "save": store.save, "remove": store.remove, **more}
    )


# Changes


@pytest.mark.parametrize(
    "wrong",
    [{"client": 5}, {"client": None}, {"id": "../x"}, {"id": "A"}, {"id": None}, {"id": ""}, {"field": "key"}, {"field": None},
     {"bases": None}, {"at": 7}],
)  # fmt: skip
def test_what_could_not_come_from_the_form_is_no_change(wrong: dict[str, Any]) -> None:
    assert read_change(change_to("a", "name", "x"), {"name"}) is not None
    assert read_change({**change_to("a", "name", "x"), **wrong}, {"name"}) is None


def test_half_an_emoji_does_not_reach_the_log() -> None:
    change = read_change(change_to("a", "name", [{"what": "Tore \ud83d"}]), {"name"})
    assert change is not None
    assert change.value == [{"what": "Tore \ufffd"}]


@pytest.mark.parametrize(
    ("kept", "base", "minutes", "overtaken"),
    [
        ("enne", "enne", -60, False),  # nobody touched it, however long ago it was typed
        ("uus", "enne", -60, False),  # it is saved already: only the reply was lost
        ("teine", "enne", -60, True),  # somebody was later
        ("teine", "enne", 60, False),  # somebody was earlier: the last word counts
    ],
)
def test_when_a_change_is_overtaken(kept: str, base: str, minutes: int, overtaken: bool) -> None:
    record = Record("solution", "a", {"name": kept}, "2026-11-24T12:00:00Z")
    change = Change("c", "a", "name", "uus", (base,), (NOON + timedelta(minutes=minutes)).isoformat(), False)
    assert is_overtaken(change, record) is overtaken


def test_a_record_that_is_gone_is_not_begun_again_by_an_old_page() -> None:
    old, begun = (Change("c", "a", "name", "uus", (None,), NOON.isoformat(), fresh) for fresh in (False, True))
    assert is_overtaken(old, None)
    assert not is_overtaken(begun, None)


def test_a_time_that_is_none_overwrites_nothing() -> None:
    record = Record("solution", "a", {"name": "teine"}, "2026-11-24T12:00:00Z")
    assert is_overtaken(Change("c", "a", "name", "uus", ("enne",), "hiljem", False), record)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc"), st.integers(-9, 9)), max_size=12))
def test_no_order_of_messages_puts_an_older_word_over_a_newer_one(steps: list[tuple[str, str, int]]) -> None:
    """Each message: what is typed, what the page knew, and when it was typed; the store's clock is the time of typing."""
    store, clock = Store(), NOON
    store.save("r", {"name": "a"}, clock)
    for value, base, minutes in steps:
        made = NOON + timedelta(minutes=minutes)
        before = store.records["r"]
        change = Change("c", "r", "name", value, (base,), made.isoformat(), False)
        reply = answer_change(change, store.read, lambda name, patch, at=made: store.save(name, patch, at), "et")  # type: ignore[misc]
        after = store.records["r"]
        if before.data["name"] not in (base, value) and datetime.fromisoformat(before.at) > made:
            assert (reply["type"], reply.get("overtaken")) == ("not-saved", True)
            assert after == before
        else:
            assert reply["type"] == "saved"
            assert after.data["name"] == value


def test_the_same_change_twice_leaves_one_line() -> None:
    store = Store()
    store.save("a", {"name": "enne"})
    change = Change("c", "a", "name", "uus", ("enne",), NOON.isoformat(), False)
    replies = [answer_change(change, store.read, store.save, "et") for _ in range(2)]
    assert [reply["type"] for reply in replies] == ["saved", "saved"]
    assert store.writes[1:] == [("a", {"name": "uus"})]


@pytest.mark.parametrize(
    ("fault", "again"),
    [
        (RecordRefused(name=Text("Kulu", "Cost"), reason=Text("see ei ole arv.", "this is no number.")), False),
        (AnswerNotSaved(path="x", reason="ketas on täis"), True),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_final_and_a_full_disk_is_not(fault: Exception, again: bool, language: str) -> None:
    store = Store(fault=fault)
    change = Change("c", "a", "cost", "palju", (None,), NOON.isoformat(), True)
    reply = answer_change(change, store.read, store.save, as_language(language))
    assert (reply["type"], reply["again"], reply["overtaken"]) == ("not-saved", again, False)
    assert reply["sentence"] == fault.sentence(language)  # type: ignore[attr-defined]


def test_a_text_too_long_for_a_line_of_the_log_is_refused() -> None:
    store = Store()
    change = Change("c", "a", "note", "„" * 30_000, (None,), NOON.isoformat(), True)
    reply = answer_change(change, store.read, store.save, "et")
    assert "liiga pikk" in reply["sentence"]
    assert store.writes == []


# Records


def test_a_change_is_saved_announced_and_shown() -> None:
    store, told = Store(), list[str]()
    watch("solution", lambda: told.append("solution"))
    editor = editor_of(store)
    sent = heard(editor)
    tell(editor, **change_to("a1", "name", "Veeb", fresh=True))
    assert sent == [{"type": "saved", "client": "page-1"}]
    assert told == ["solution"]
    assert [(item["id"], item["data"], item["title"]) for item in editor.items] == [("a1", {"name": "Veeb"}, "Veeb")]


def test_a_field_that_the_form_has_not_is_refused_for_good() -> None:
    store = Store()
    editor = editor_of(store)
    sent = heard(editor)
    tell(editor, **change_to("a1", "secret", "x", fresh=True))
    tell(editor, **{**change_to("a1", "name", "x"), "client": None})
    editor._receive(editor, "nonsense", [])
    assert [(one["type"], one["again"]) for one in sent] == [("not-saved", False)]
    assert store.writes == []


def test_one_record_of_its_kind_has_one_id() -> None:
    store = Store()
    store.save("other", {"name": "võõras"})
    editor = editor_of(store, single=True)
    sent = heard(editor)
    assert editor.items == []
    tell(editor, **change_to("a1", "name", "x", fresh=True))
    tell(editor, **change_to("own", "name", "Kava", fresh=True))
    assert [one["type"] for one in sent] == ["not-saved", "saved"]
    assert [item["id"] for item in editor.items] == ["own"]


def test_a_picture_that_fails_does_not_say_that_saving_failed() -> None:
    store, drawn = Store(), list[str]()
    watch("solution", lambda: [][1])
    watch("solution", lambda: drawn.append("x"))
    editor = editor_of(store)
    sent = heard(editor)
    tell(editor, **change_to("a1", "name", "Veeb", fresh=True))
    assert [one["type"] for one in sent] == ["saved"]
    assert drawn == ["x"]


def test_removing_and_undo_bring_everything_back_even_more_than_a_line_holds(folder: Path) -> None:
    """With the real log: a line has room for 64 kB, and a record may be larger than that."""
    whole = {f"f{n}": "ä" * 4_000 for n in range(30)}
    for name, value in whole.items():
        save_record("solution", "a1", {name: value})
    spec = [{"id": name, "kind": "long", "label": name} for name in whole]
    editor = RecordsEditor("solution", "et", spec=spec, read=lambda: read_records("solution"),
                           save=lambda name, patch: save_record("solution", name, patch),
                           remove=lambda name: remove_record("solution", name))  # fmt: skip
    sent = heard(editor)
    tell(editor, type="remove", call="1", id="a1")
    assert read_records("solution") == {}
    tell(editor, type="restore", call="2", id="a1")
    assert dict(read_records("solution")["a1"].data) == whole
    assert [(one["call"], one["ok"]) for one in sent] == [("1", True), ("2", True)]


@given(st.dictionaries(st.text("abc", min_size=1, max_size=3), st.text(max_size=40_000), max_size=6))
def test_pieces_are_the_whole_and_each_is_as_small_as_it_can_be(data: dict[str, str]) -> None:
    pieces = list(pieces_of(data))
    assert {key: value for piece in pieces for key, value in piece.items()} == data
    assert all(len(piece) == 1 or size_in_log(piece) <= 60_000 for piece in pieces)


def test_undo_never_writes_over_what_is_there_again() -> None:
    store = Store()
    store.save("a", {"name": "vana"})
    editor = editor_of(store)
    heard(editor)
    tell(editor, type="remove", call="1", id="a")
    store.save("a", {"name": "uus"})
    tell(editor, type="restore", call="2", id="a")
    assert store.records["a"].data == {"name": "uus"}


def test_actions_asides_and_listing_are_made_for_each_record() -> None:
    store = Store()
    store.save("a", {"name": "Veeb", "cost": 5})
    editor = editor_of(
        store,
        listing=lambda record: (record.data["name"].upper(), f"{record.data['cost']} €"),
        actions=lambda record: [{"id": "copy", "label": record.id}],
        act=lambda action, name: f"{action} {name}",
        aside=lambda record: f"<p>{record.data['cost']}</p>",
    )
    sent = heard(editor)
    assert [editor.items[0][key] for key in ("title", "facts", "aside", "actions")] == [
        "VEEB", "5 €", "<p>5</p>", [{"id": "copy", "label": "a"}]]  # fmt: skip
    tell(editor, type="act", call="1", act="copy", id="a")
    tell(editor, type="act", call="2", act="copy", id="../a")
    assert sent == [{"type": "done", "call": "1", "ok": True, "sentence": "copy a"}]


def test_an_action_that_breaks_is_told_in_a_sentence() -> None:
    store = Store()
    store.save("a", {"name": "Veeb"})
    editor = editor_of(store, act=lambda *_: str(1 / 0), actions=[{"id": "x", "label": "X"}])
    sent = heard(editor)
    tell(editor, type="act", call="1", act="x", id="a")
    assert (sent[0]["ok"], sent[0]["sentence"]) == (False, words("widget", "et")["failed"])


def test_drafts_belong_to_the_learner_of_the_folder() -> None:
    assert editor_of(Store()).learner == "k3f9-q7mw"


# Assessment


def test_an_answer_is_one_field_of_a_known_statement() -> None:
    store = Store()
    parts = [{"id": "t", "title": "T", "criteria": [{"id": "t01"}]}]
    form = AssessmentForm("level", "et", parts=parts, confidences=[], read=store.read, save=store.save)
    sent = heard(form)
    tell(form, **change_to("t01", "level", 3, fresh=True))
    tell(form, **change_to("t99", "level", 3, fresh=True))
    tell(form, **change_to("t01", "version", 9))
    assert [one["type"] for one in sent] == ["saved", "not-saved", "not-saved"]
    assert form.answers == {"t01": {"level": 3}}
    store.save("t01", {"version": 2, "note": "leht"})
    store.save("t77", {"level": 1})
    announce("level")
    assert form.answers == {"t01": {"level": 3, "note": "leht"}}


# Looking through


def test_only_an_action_of_an_item_that_is_there_is_called() -> None:
    calls = list[tuple[str, str]]()

    def act(action: str, item: str) -> str:
        calls.append((action, item))
        raise AnswerNotSaved(path="x", reason="ketas on täis")

    browser = Browser(
        "c", "et", items=[{"id": "i1", "title": "Üks"}], actions=[{"id": "add", "label": "Lisa"}], act=act
    )
    sent = heard(browser)
    for action, item in (("add", "i1"), ("add", "i9"), ("drop", "i1"), (None, ["i1"])):
        tell(browser, type="act", call="1", act=action, id=item)
    assert calls == [("add", "i1")]
    assert (sent[0]["ok"], "ketas on täis" in sent[0]["sentence"]) == (False, True)


# Files


def exchange_of(read: Any = None, make: Any = None) -> tuple[FileExchange, Sent]:
    accepted = read or (lambda name, data: Accepted(f"{name} {len(data)}", lambda: "Tagasi."))
    exchange = FileExchange(
        "et",
        reads=[ReadIn("t", "Tabel", "", accepted)],
        saves=[SaveOut("w", "Word", "", make or (lambda _: ("a.docx", b"PK")))],
    )
    return exchange, heard(exchange)


def piece(exchange: FileExchange, data: bytes, size: int, index: int, call: str = "1") -> None:
    tell(exchange, [memoryview(data)], type="piece", call=call, id="t", name="a.csv", size=size, index=index)


def test_a_file_in_pieces_is_put_together_read_and_taken_back_once() -> None:
    exchange, sent = exchange_of()
    piece(exchange, b"ab", 5, 0)
    piece(exchange, b"cde", 5, 1)
    assert [one["type"] for one in sent] == ["got", "got", "done"]
    assert (sent[-1]["sentence"], sent[-1]["undo"]) == ("a.csv 5", True)
    for _ in range(2):
        tell(exchange, type="undo", call="2", id="t")
    assert [(one["ok"], one["sentence"]) for one in sent[3:]] == [
        (True, "Tagasi."),
        (False, words("widget-files", "et")["no-undo"]),
    ]


def test_pieces_of_two_files_or_out_of_order_are_no_file() -> None:
    read = list[bytes]()
    exchange, sent = exchange_of(lambda name, data: read.append(data))
    piece(exchange, b"ab", 4, 1)
    piece(exchange, b"ab", 4, 0)
    piece(exchange, b"cd", 4, 1, call="2")
    piece(exchange, b"ab", 1, 0)
    piece(exchange, b"ab", 4, 0)
    piece(exchange, b"cd", 4, 2)
    assert [one["type"] for one in sent] == ["done", "got", "done", "done", "got", "done"]
    assert not any(one["ok"] for one in sent if one["type"] == "done")
    assert read == []


def test_a_file_that_is_too_large_is_refused_before_it_is_kept() -> None:
    exchange, sent = exchange_of()
    piece(exchange, b"ab", LARGEST_FILE + 1, 0)
    assert sent[-1]["ok"] is False
    assert exchange._transfer is None


def test_a_refused_file_names_all_its_problems_and_a_broken_one_is_told() -> None:
    problems = [Text(f"Rida {n}", f"Row {n}") for n in range(30)]

    def refuse(name: str, data: bytes) -> Accepted:
        if data == b"!":
            raise KeyError("sisemine")
        raise ImportRefused(file=name, problem=problems[0], count=30, problems=problems)

    exchange, sent = exchange_of(refuse)
    piece(exchange, b"x", 1, 0)
    assert "Rida 0 Vigu kokku: 30." in sent[-1]["sentence"]
    assert sent[-1]["problems"] == [f"Rida {n}" for n in range(20)]
    piece(exchange, b"!", 1, 0)
    assert sent[-1]["sentence"] == words("widget-files", "et")["unreadable"]


def test_a_second_file_withdraws_the_undo_of_the_first() -> None:
    def undo_first() -> str:
        raise AssertionError("the first file is no longer the last one")

    def read(name: str, data: bytes) -> Accepted:
        return Accepted("Loetud.", undo_first if data == b"1" else None)

    exchange, sent = exchange_of(read)
    piece(exchange, b"1", 1, 0)
    piece(exchange, b"2", 1, 0)
    tell(exchange, type="undo", call="2", id="t")
    assert (sent[-1]["ok"], sent[-1]["sentence"]) == (False, words("widget-files", "et")["no-undo"])


def wait_for(sent: Sent, count: int) -> None:
    """Wait until a thread has delivered its messages."""
    rest = threading.Event()
    for _ in range(200):
        if sum(one["type"] == "done" for one in sent) >= count:
            return
        rest.wait(0.02)
    raise AssertionError(sent)


def test_a_document_is_made_beside_everything_else_and_one_at_a_time() -> None:
    go = threading.Event()

    def make(progress: Progress) -> tuple[str, bytes]:
        progress("Kirjutan", 0.5)
        progress("Kirjutan", 7.0)
        go.wait(5)
        return "kava.docx", b"PK"

    exchange, sent = exchange_of(make=make)
    tell(exchange, type="make", call="1", id="w")
    tell(exchange, type="make", call="2", id="w")
    wait_for(sent, 1)
    assert [(one["call"], one["sentence"]) for one in sent if one["type"] == "done"] == [
        ("2", words("widget-files", "et")["busy"])
    ]
    tell(exchange, type="alive", call="3")
    go.set()
    wait_for(sent, 2)
    assert {"type": "alive", "call": "3"} in sent
    assert [one["share"] for one in sent if one["type"] == "progress"] == [0.0, 0.5, 1.0]
    assert (sent[-1]["name"], sent[-1]["buffers"], sent[-1]["ok"]) == ("kava.docx", [b"PK"], True)


def test_a_document_that_fails_is_told_and_the_next_one_can_be_made() -> None:
    results: list[Any] = [ZeroDivisionError(), ("kava.docx", b"PK")]

    def make(_: Progress) -> tuple[str, bytes]:
        result = results.pop(0)
        if isinstance(result, Exception):
            raise result
        return result  # type: ignore[no-any-return]

    exchange, sent = exchange_of(make=make)
    tell(exchange, type="make", call="1", id="w")
    wait_for(sent, 1)
    assert (sent[-1]["ok"], sent[-1]["sentence"][:18]) == (False, "„Word“ jäi tegemat")
    tell(exchange, type="make", call="2", id="w")
    wait_for(sent, 2)
    assert sent[-1]["ok"] is True


# Parts that follow


def test_a_part_follows_each_of_its_topics() -> None:
    count = [0]

    def make() -> str:
        count[0] += 1
        return f"<p>{count[0]}</p>"

    one, several = LivePart("level", make), LivePart(("level", "round"), make)
    announce("round")
    assert (one.html, several.html) == ("<p>1</p>", "<p>3</p>")
    announce("level")
    assert (one.html, several.html) == ("<p>4</p>", "<p>5</p>")


def test_a_part_that_is_asked_is_not_made_until_then() -> None:
    count = iter(range(1, 9))
    part = LivePart("level", lambda: f"<p>{next(count)}</p>", refresh="asked")
    sent = heard(part)
    announce("level")
    announce("level")
    assert (part.stale, part.html) == (True, "<p>1</p>")
    tell(part, type="refresh", call="1", language="et")
    assert (part.stale, part.html, sent[0]["ok"]) == (False, "<p>2</p>", True)


@pytest.mark.parametrize(
    ("language", "word"), [("et", "ei õnnestunud"), ("en", "did not work"), ("xx", "ei õnnestunud")]
)
def test_a_button_calls_its_act_and_a_failure_speaks_the_pages_language(language: str, word: str) -> None:
    calls = list[str]()
    part = LivePart(
        "level",
        lambda: f"<p>{len(calls)}</p>",
        acts={"take": lambda value: calls.append(value), "fall": lambda _: str(1 / 0)},
    )
    sent = heard(part)
    tell(part, type="act", call="1", act="take", value="y", language=language)
    assert (calls, part.html) == (["y"], "<p>1</p>")
    tell(part, type="act", call="2", act="fall", language=language)
    tell(part, type="act", call="3", act="unknown", language=language)
    assert [one["ok"] for one in sent] == [True, False, True]
    assert word in sent[1]["sentence"]


# What the scripts may and may not


def test_every_word_that_a_script_uses_stands_in_its_table() -> None:
    for name, files in SCRIPTS.items():
        script = "\n".join((ROOM / file).read_text(encoding="utf-8") for file in files)
        used = {one or other for one, other in re.findall(r'\bwords(?:\.(\w+)|\["([\w-]+)"\])', script)}
        known = words("widget", "et") | (
            words(f"widget-{name}", "et") if name != "shared" else words("widget-records", "et")
        )
        assert used - known.keys() == set(), name


def test_scripts_are_short_fetch_nothing_and_set_html_only_where_it_is_ours() -> None:
    files = {file for group in SCRIPTS.values() for file in group}
    scripts = {file: (ROOM / file).read_text(encoding="utf-8") for file in files}
    html = [file for file, script in scripts.items() for _ in re.findall("innerHTML", script)]
    assert sorted(html) == ["live.js", "records.js"]
    for file, script in scripts.items():
        assert script.count("\n") < 400, file
        assert not re.search(
            r"\bfetch\(|XMLHttpRequest|\bimport\b|eval\(|insertAdjacentHTML|document\.write|outerHTML", script
        ), file
