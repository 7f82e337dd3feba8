"""The self-assessment answered again: what it is compared with, where the answers go, and what the page says."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.errors import AnswerNotSaved, RecordRefused
from avcourse.municipality.assessment import answers_from, has_evidence
from avcourse.municipality.instrument import DIMENSIONS, load_instrument
from avcourse.municipality.reassessment import earlier_state
from avcourse.municipality.records import read_records, save_record
from avcourse.views.municipality import reassessing, show_work
from avcourse.views.municipality.reassessing import again_levels, comparison_html, save_again, state_html

TODAY = date(2027, 11, 24)
PROOF = {"evidence": "https://vald.ee/istungid", "evidence_date": "2026-10-01"}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(folder)
    monkeypatch.chdir(folder.root)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    monkeypatch.setattr(reassessing, "today", lambda: TODAY)
    return folder.log_path("enesehindamine")


def said(log: Path, at: str, criterion: str, **data: Any) -> None:
    """Put an answer of some day into the log."""
    log.parent.mkdir(parents=True, exist_ok=True)
    line = {"v": 1, "seq": 1, "assignment": "enesehindamine", "question": f"level:{criterion}", "form": None}
    entry = {**line, "answer": json.dumps({"version": 1, **data}), "confidence": None, "at": f"{at}T10:00:00Z"}
    with log.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(entry) + "\n")


def test_what_the_log_said_half_a_year_ago_is_the_earlier_state(home: Path) -> None:
    said(home, "2026-11-20", "t01", level=1)
    said(home, "2027-05-28", "t01", level=2)
    said(home, "2027-05-29", "t01", level=3)
    assert earlier_state(TODAY) == {"date": "2027-05-28", "answers": {"t01": {"version": 1, "level": 2}}}


def test_a_saved_state_stands_before_the_log_and_a_fresh_one_is_none(home: Path) -> None:
    said(home, "2027-02-01", "t01", level=2)
    save_record("round", "2026-11-24", {"date": "2026-11-24", "answers": {"t01": {"version": 1, "level": 1}}})
    save_record("round", "2027-11-01", {"date": "2027-11-01", "answers": {"t01": {"version": 1, "level": 4}}})
    assert earlier_state(TODAY)["date"] == "2026-11-24"


def test_where_nothing_is_old_enough_what_stands_today_is_compared_with(home: Path) -> None:
    assert earlier_state(TODAY) == {"date": "2027-11-24", "answers": {}}
    said(home, "2027-10-01", "t01", level=2)
    assert earlier_state(TODAY)["answers"]["t01"]["level"] == 2


def test_an_answer_goes_into_both_logs_and_keeps_what_it_rests_on(home: Path) -> None:
    said(home, "2026-11-20", "t01", level=2, confidence="guess", note="Vaata üle", **PROOF)
    assert dict(again_levels()["t01"].data) == {"version": 1, "note": "Vaata üle", **PROOF}, "the level is asked anew"
    save_again("t01", {"level": 2})
    again, standing = read_records("again")["t01"].data, read_records("level")["t01"].data
    assert again == {"version": 1, "level": 2, "note": "Vaata üle", **PROOF}
    assert standing == {"version": 1, "level": 2, "confidence": "guess", "note": "Vaata üle", **PROOF}
    assert read_records("earlier")["own"].data["date"] == "2026-11-20"
    assert has_evidence(answers_from(read_records("again"), load_instrument())["t01"])
    assert "ühegi kriteeriumi tase ei ole muutunud" in comparison_html("et").casefold()


def test_the_state_of_before_stays_what_it_was_at_the_first_answer(home: Path) -> None:
    said(home, "2026-11-20", "t01", level=1)
    said(home, "2026-11-20", "t02", level=1)
    save_again("t01", {"level": 3})
    save_again("t01", {"evidence": "https://vald.ee", "evidence_date": "2027-11-01"})
    save_again("t02", {"level": 3})
    assert read_records("earlier")["own"].data["answers"]["t01"]["level"] == 1
    page = state_html("et")
    assert "Uuesti vastatud 2/70 kriteeriumile." in page
    assert "Tase on tõusnud 2 kriteeriumil, neist uuema tõendiga 1." in page
    assert "20.11.2026" in page
    assert "tõus uue tõendita" in comparison_html("et")


def test_what_does_not_fit_is_refused_and_nothing_is_written(home: Path) -> None:
    for criterion, patch in (("t01", {"level": 7}), ("zz", {"level": 1}), ("t01", {"evidence_date": "2027-12-24"})):
        with pytest.raises(RecordRefused):
            save_again(criterion, patch)
    assert read_records("again") == read_records("earlier") == read_records("level") == {}


def test_an_answer_that_reached_one_log_only_is_saved_by_trying_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = save_record

    def broken(kind: str, name: str, patch: Any) -> Any:
        if kind == "again":
            raise AnswerNotSaved(path=home, reason="ketas täis")
        return whole(kind, name, patch)

    monkeypatch.setattr(reassessing, "save_record", broken)
    with pytest.raises(AnswerNotSaved):
        save_again("t01", {"level": 3})
    assert "level" not in again_levels()["t01"].data, "the page asks again"
    monkeypatch.undo()
    save_again("t01", {"level": 3})
    assert again_levels()["t01"].data["level"] == 3


@pytest.mark.parametrize("language", ["et", "en"])
def test_the_form_shows_the_earlier_answer_and_leaves_the_level_open(home: Path, language: str) -> None:
    said(home, "2026-11-20", "t01", level=2, **PROOF)
    said(home, "2026-11-20", "t02", level=3, version=99)
    form: Any = show_work("again-assessment", language)
    facts = {c["id"]: c["facts"][0] for part in form.parts for c in part["criteria"]}
    assert [part["id"] for part in form.parts] == list(DIMENSIONS)
    assert facts["t01"] == {"et": "Varem (20.11.2026): 2", "en": "Before (20.11.2026): 2"}[language]
    assert facts["t02"].startswith({"et": "Kriteeriumi tähendus", "en": "The criterion’s meaning"}[language])
    assert facts["t03"] == {"et": "Varem vastamata", "en": "Not answered before"}[language]
    assert form.answers["t01"] == PROOF
    assert read_records("earlier") == {}, "looking writes nothing"
    for part in ("again-state", "again-comparison"):
        assert show_work(part, language) is not None
