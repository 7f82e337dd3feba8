"""Logs that somebody edited by hand: whatever stands in a record, every page is drawn, every document is made and nothing comes alive."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from avcourse.answers.folder import LearnerFolder, find_log, write_marker
from avcourse.answers.responses import LARGEST_LOG, append_response
from avcourse.errors import AnswerNotSaved, RecordRefused
from avcourse.municipality.exchange import PROFILE_FIELDS, SHEETS, export_work
from avcourse.municipality.fields import MOST_ROWS, Field
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.records import KINDS, read_records, save_record, save_records
from avcourse.views.forms.files import FileExchange
from avcourse.views.forms.live import LivePart
from avcourse.views.municipality import PARTS, papers, show_work
from avcourse.views.municipality.method import add_indicator, save_round
from avcourse.views.municipality.own import example_from
from avcourse.views.municipality.planning import assignment_state, commit
from avcourse.views.municipality.result import take_step
from avcourse.views.municipality.solutions import add_starter

CRITERIA: Final = [criterion.id for criterion in load_instrument().criteria]
MARKUP: Final = "<img src=x onerror=alert(1)>"
ODD: Final[list[Any]] = [
    "", "x", MARKUP, "</script><b>", "=1+1", "\ud83d", "\x00\x01", "\ufffe", "2026-11-24", "2026-13-40", "9999-12-31", "20261124",
    "ä" * 5000, "#let x = 1", "$x$ *b* _i_ @ref", "javascript:alert(1)", 'https://a.ee/"onmouseover=1', 0, 1, -1, 2.5, 99, 10**400,
    float("nan"), float("inf"), 1e308, True, False, [], {}, [1], ["x"], [None], [[]], [{}], {"a": 1}, ["inform", {}],
    [{"date": "2026-01-01", "completion": "bad"}], [{"date": 3, "completion": []}], [[[[[[1]]]]]], "unknown", "na", None,
]  # fmt: skip
TEXTS: Final = ("Tekst", "Avaldame eelnõud", MARKUP, "=HYPERLINK(1)", "https://a.ee")


def value_of(rng: random.Random, field: Field, *, odd: bool = True) -> Any:
    if odd and rng.random() < 0.5:
        return rng.choice(ODD)
    match field.kind:
        case "rows":
            rows = range(rng.choice([1, 2, 60]))
            return [{column.id: value_of(rng, column, odd=rng.random() < 0.3) for column in field.fields} for _ in rows]
        case "choice" if field.options:
            return rng.choice(field.options)
        case "choices":
            return list(field.options)
        case "date":
            return rng.choice(["2026-01-01", "1990-01-01", "2100-12-31"])
        case "number" | "money":
            return rng.choice([0, 1, 2, 3])
        case "yes":
            return True
    return rng.choice(CRITERIA) if field.id == "criterion" else rng.choice(TEXTS)


def level(rng: random.Random) -> dict[str, Any]:
    fits = {
        "level": 3,
        "confidence": "guess",
        "evidence": MARKUP,
        "evidence_date": "2026-01-01",
        "version": 1,
        "checked": True,
    }
    return {name: value if rng.random() < 0.7 else rng.choice(ODD) for name, value in fits.items()}


def patch_of(rng: random.Random, kind: str) -> Any:
    if kind in SHEETS or kind == "profile":
        fields = SHEETS[kind].fields if kind in SHEETS else PROFILE_FIELDS
        return {field.id: value_of(rng, field) for field in fields} | {"zzz": rng.choice(ODD)}
    if kind in ("level", "again"):
        return level(rng)
    answers = {
        name: rng.choice([0, 3, 4, *ODD]) if kind == "voice" else rng.choice([level(rng), *ODD]) for name in CRITERIA
    }
    role = rng.choice(["official", "official", *ODD[:4]])
    return {"role": role, "date": rng.choice(ODD), "answers": rng.choice([answers, answers, *ODD])}


def spoil(root: Path, seed: int) -> None:
    """Fill a learner's logs with what no page would have saved."""
    rng = random.Random(seed)
    ids = {
        "level": CRITERIA,
        "again": CRITERIA,
        "earlier": ["own"],
        "plan": ["own"],
        "profile": ["own"] if seed % 2 else [],
        "voice": [f"v{n}" for n in range(12)],
    }
    for kind, module in KINDS.items():
        path = find_log(module, root)
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [(f"{kind}:{name}", patch_of(rng, kind)) for name in ids.get(kind, ["a", "b", "c", "d", "ÄÖ <b>"])]
        lines += [(f"{kind}:odd", rng.choice(ODD))]
        with path.open("a", encoding="utf-8") as stream:
            for question, patch in lines:
                line = {"v": 1, "seq": 1, "assignment": module, "question": question, "form": None, "confidence": None}
                at = rng.choice(["2026-11-24T10:00:00Z", "eile", ""])
                stream.write(json.dumps({**line, "answer": json.dumps(patch), "at": at}) + "\n")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(folder)
    monkeypatch.chdir(folder.root)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    return folder.root


def widgets_in(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_in(child)


def sent(widget: Any) -> Mapping[str, Any]:
    state = widget.get_state()
    return {name: value for name, value in state.items() if name not in ("_esm", "_css", "children", "layout")}


@pytest.mark.parametrize("seed", range(4))
def test_every_part_is_drawn_whatever_stands_in_the_log(home: Path, seed: int) -> None:
    spoil(home, seed)
    for language in ("et", "en"):
        for part in PARTS:
            for widget in widgets_in(show_work(part, language)):
                assert type(widget).__name__ != "Notice", part
                # What goes to the page is JSON in UTF-8, and nothing else.
                json.dumps(sent(widget), allow_nan=False, ensure_ascii=False, default=str).encode()
                if isinstance(widget, LivePart):
                    assert MARKUP not in widget.html, part
                elif hasattr(widget, "items"):
                    assert not [item for item in widget.items if MARKUP in item.get("aside", "")], part


@pytest.mark.parametrize("seed", range(6))
def test_what_the_buttons_do_stands_hostile_records(home: Path, seed: int) -> None:
    spoil(home, seed)
    assignment_state()
    assert save_round("et")
    assert add_starter("website", "et")
    assert commit("commit-again", "a", "et")
    assert take_step(CRITERIA[0], "et")
    add_indicator(load_instrument().indicators[0].id, "et")
    assert json.loads(export_work("Nõpri vald"))


@pytest.mark.parametrize("seed", [0, 1])
def test_every_file_is_made_of_hostile_records(home: Path, seed: int) -> None:
    spoil(home, seed)
    for part in ("assessment-files", "inventory-files", "overview-documents", "plan-documents"):
        for widget in widgets_in(show_work(part, "et")):
            for button in widget._saves.values() if isinstance(widget, FileExchange) else ():
                name, data = button.make(lambda *_: None)
                assert data, name
    if seed == 0:
        for make in (
            papers.inventory_document,
            papers.overview_document,
            papers.proposals_document,
            papers.plan_document,
        ):
            assert papers.write_document(make("en"), "word", lambda *_: None)[1]


def test_numbers_without_end_and_torn_letters_are_no_patch() -> None:
    log = find_log("m08")
    log.parent.mkdir(parents=True, exist_ok=True)
    answers = [
        '{"name": "Veeb", "cost_year": 5}',
        '{"cost_year": NaN}',
        '{"cost_year": 1e999}',
        '{"vendor": "x\\ud83d"}',
    ]
    for answer in answers:
        append_response(log, assignment="m08", question="solution:a", answer=answer)
    data = dict(read_records("solution")["a"].data)
    assert data == {"name": "Veeb", "cost_year": 5, "vendor": "x?"}
    assert (
        example_from(
            dict.fromkeys(("name", "kind", "county", "population", "population_date", "voters", "area_km2"), 10**400)
        )
        is None
    )


def test_what_no_reading_would_find_again_is_not_called_saved() -> None:
    log = find_log("m08")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"\n" * (LARGEST_LOG - 50))
    with pytest.raises(AnswerNotSaved):
        save_record("solution", "a", {"name": "Veeb"})
    assert log.stat().st_size == LARGEST_LOG - 50


def test_a_state_with_long_notes_and_evidence_can_be_saved_to_compare_with() -> None:
    whole = {"version": 1, "level": 3, "evidence": "õ" * 900, "evidence_date": "2026-01-01", "note": "ä" * 900}
    save_records("level", dict.fromkeys(CRITERIA, whole))
    save_round("et")
    (kept,) = read_records("round").values()
    assert set(kept.data["answers"]) == set(CRITERIA)
    assert set(kept.data["answers"][CRITERIA[0]]) == {"version", "level", "evidence", "evidence_date"}
    save_round("et")
    assert len(read_records("round")) == 1


def test_an_indicator_too_many_does_not_take_the_others_with_it() -> None:
    save_record("proposal", "a", {"title": "Palju", "indicators": [{"name": f"m{n}"} for n in range(MOST_ROWS)]})
    with pytest.raises(RecordRefused):
        add_indicator(load_instrument().indicators[0].id, "et")
    assert len(read_records("proposal")["a"].data["indicators"]) == MOST_ROWS
