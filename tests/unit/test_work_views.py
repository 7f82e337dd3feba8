"""The parts of the municipality's own work: what they show, what their buttons do, and that files come in whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.errors import AnswerNotSaved, ImportRefused
from avcourse.municipality.exchange import export_work
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.plan import COMMITMENT
from avcourse.municipality.records import Record, read_records, save_record, save_records
from avcourse.views.forms.browse import Browser
from avcourse.views.forms.live import LivePart, watch
from avcourse.views.forms.records import RecordsEditor
from avcourse.views.municipality import PARTS, experience, method, own, papers, planning, show_work, solutions, taking
from avcourse.views.municipality.editing import form_of
from avcourse.views.municipality.method import add_indicator, comparison_html, save_round
from avcourse.views.municipality.planning import (
    commit,
    effort_impact_html,
    linter_html,
    plan_state_html,
    progress_html,
    reading_of,
    status_on,
    timeline,
)
from avcourse.views.municipality.solutions import add_starter, overview_html, starters_html

DAY = date(2026, 11, 24)
MINE = [
    name
    for name, place in PARTS.items()
    if place.split(":")[0] in ("solutions", "method", "experience", "planning", "papers")
]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(folder)
    monkeypatch.chdir(folder.root)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    for room in (own, planning, solutions, method, papers):
        monkeypatch.setattr(room, "today", lambda: DAY)
    return folder.root


def announced(topic: str) -> list[str]:
    """Return a list that grows whenever a topic is announced."""
    heard: list[str] = []
    watch(topic, lambda: heard.append(topic))
    return heard


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("part", MINE)
def test_every_part_stands_before_anything_is_entered(part: str, language: str) -> None:
    drawn = show_work(part, language)
    assert hasattr(drawn, "comm"), drawn  # a widget, not a sentence about what went wrong


@pytest.mark.parametrize("language", ["et", "en"])
def test_what_is_empty_speaks(language: Any) -> None:
    for html in (
        overview_html(language, DAY),
        effort_impact_html(language),
        linter_html(language),
        progress_html(language, DAY),
        plan_state_html(language),
        comparison_html("now", language),
    ):
        assert "av-empty" in html
        assert len(html) > 60


def test_the_worked_example_says_so_on_every_part_that_shows_it() -> None:
    save_record("profile", "own", {"name": "Näidisvald", "kind": "vald", "county": "X", "population": 1, "population_date": "2026-01",
                                   "voters": 1, "area_km2": 1.0})  # fmt: skip
    for html in (overview_html("et", DAY), effort_impact_html("et"), linter_html("et"), progress_html("et", DAY), plan_state_html("et"),
                 comparison_html("now", "et")):  # fmt: skip
        assert "av-example" in html
        assert "Näidisvald" in html
    for part in MINE:
        banners = [w for w in widgets_in(show_work(part, "et")) if isinstance(w, LivePart) and "av-example" in w.html]
        assert banners, part


def widgets_in(widget: Any) -> Iterator[Any]:
    yield widget
    for child in getattr(widget, "children", ()):
        yield from widgets_in(child)


# Inventory


def test_the_overview_counts_what_the_list_says() -> None:
    save_record("solution", "a", {"name": "Veeb < & Co", "purposes": ["inform"], "cost_year": 1200, "security_review": "2026-10-01",
                                  "accessibility": "full", "contract_end": "2027-01-31"})  # fmt: skip
    save_record(
        "solution",
        "b",
        {"name": "Leht", "purposes": ["inform", "consult"], "security_review": "2026-10-01", "accessibility": "full"},
    )
    html = overview_html("et", DAY)
    assert "Lahendusi loetelus: 2." in html
    assert "1\u202f200" in html
    assert "puudub 1 lahendusel" in html
    # Eight purposes, two of them served, one by both solutions.
    assert "otstarbeid on 6, mitme lahendusega 1." in html
    assert "Teavitamine: Veeb &lt; &amp; Co, Leht" in html
    assert "31.01.2027" in html


def test_a_starter_is_offered_until_it_is_on_the_list() -> None:
    heard = announced("solution")
    assert "Omavalitsuse veebileht" in starters_html("et")
    add_starter("website", "et")
    assert heard == ["solution"]
    assert [r.data["kind"] for r in read_records("solution").values()] == ["website"]
    # In the other language it is the same solution.
    assert "Omavalitsuse veebileht" not in starters_html("et")
    assert "Municipal website" not in starters_html("en")


# Proposals and commitments


def test_a_proposal_becomes_a_commitment_once_unless_another_is_asked_for() -> None:
    save_record("proposal", "p", {"title": "Eelnõud veebi", "idea": "Avaldame eelnõud."})
    heard = announced("commitment")
    assert "sai lubadus" in commit("commit", "p", "et")
    assert "juba lubadus tehtud" in commit("commit", "p", "et")
    assert len(read_records("commitment")) == 1
    assert "nüüd on neid 2" in commit("commit-again", "p", "et")
    assert [r.data["proposal"] for r in read_records("commitment").values()] == ["p", "p"]
    assert heard == ["commitment", "commitment"]
    save_record("proposal", "p", {"status": "rejected"})
    assert "tagasi lükatud" in commit("commit-again", "p", "et")
    assert len(read_records("commitment")) == 2


def test_effort_and_impact_order_quick_wins_first_and_leave_rejected_out() -> None:
    save_record("proposal", "a", {"title": "Suur", "effort": 3, "impact": 3})
    save_record("proposal", "b", {"title": "Kiire", "effort": 1, "impact": 2})
    save_record("proposal", "c", {"title": "Eiei", "effort": 1, "impact": 3, "status": "rejected"})
    save_record("proposal", "d", {"title": "Arvudeta"})
    html = effort_impact_html("et")
    rows = html[html.index("<tbody>") :]
    assert rows.index("Kiire") < rows.index("Suur")
    assert "Eiei" not in html
    assert "märkimata: Arvudeta" in html
    assert {(e, i): reading_of(e, i) for e in (1, 2, 3) for i in (1, 2, 3)} == {
        (1, 1): "reading-small", (1, 2): "reading-quick", (1, 3): "reading-quick",
        (2, 1): "reading-doubt", (2, 2): "reading-middle", (2, 3): "reading-middle",
        (3, 1): "reading-doubt", (3, 2): "reading-big", (3, 3): "reading-big",
    }  # fmt: skip


def test_the_check_names_what_is_missing_and_what_is_kept() -> None:
    save_record("commitment", "c", {"title": "Parandame < kaasamist"})
    html = linter_html("et")
    assert "Parandame &lt; kaasamist" in html
    assert "av-finding-must" in html
    assert "Kava tervikuna" in html
    must = html.count("av-finding-must")
    assert f": {must}." in html


def log(*entries: tuple[str, str]) -> Record:
    rows = [{"date": day, "completion": status} for day, status in entries]
    return Record("commitment", "c", {"title": "x", "status_log": rows}, "")


def test_completion_over_time_is_that_of_the_last_entry_by_the_day() -> None:
    first = log(("2027-03-01", "substantial"), ("2027-01-10", "limited"))
    second = log(("2027-03-01", "complete"))
    assert [status_on(first, day) for day in ("2027-01-09", "2027-01-10", "2027-02-28", "2027-03-01")] == [
        "not-started", "limited", "limited", "substantial",
    ]  # fmt: skip
    # not-started, limited, substantial, complete, withdrawn
    assert timeline([first, second]) == [("2027-01-10", (1, 1, 0, 0, 0)), ("2027-03-01", (0, 0, 1, 1, 0))]


def test_a_commitment_past_its_end_is_late_unless_it_is_complete() -> None:
    save_record("commitment", "a", {"title": "Hiljaks", "end": "2026-11-23"})
    save_record("commitment", "b", {"title": "Valmis", "end": "2026-11-23", "completion": "complete"})
    save_record("commitment", "c", {"title": "Täna", "end": "2026-11-24"})
    html = progress_html("et", DAY)
    assert html.count("tähtaeg on möödas") == 1
    assert html.index("Hiljaks") < html.index("tähtaeg on möödas") < html.index("Valmis")


def test_the_state_of_the_assignment_is_what_will_be_graded() -> None:
    save_record("commitment", "c", {"title": "Eelnõud veebi", "problem": "Eelnõusid ei näe."})
    # Two of the eight essential fields; no rule without a gap yet.
    assert "25 %" in plan_state_html("et")


def test_what_a_log_holds_that_no_form_took_breaks_nothing() -> None:
    save_record(
        "commitment", "c", {"title": 7, "status_log": "x", "end": ["y"], "indicators": [1], "completion": {"a": 1}}
    )
    save_record("proposal", "p", {"title": None, "effort": "3", "impact": True, "indicators": 5})
    save_record("solution", "s", {"purposes": "inform", "cost_year": "palju", "contract_end": 5})
    for html in (
        overview_html("et", DAY),
        effort_impact_html("et"),
        linter_html("et"),
        progress_html("et", DAY),
        plan_state_html("et"),
    ):
        assert html


def test_fields_that_name_other_records_get_their_options() -> None:
    save_record("proposal", "p", {"title": "Eelnõud veebi"})
    spec = {field["id"]: field for field in form_of(COMMITMENT, "et")}
    assert spec["proposal"]["options"] == [{"id": "p", "text": "Eelnõud veebi"}]
    assert len(spec["criterion"]["options"]) == len(load_instrument().criteria)


@pytest.mark.parametrize(
    "part", ["inventory", "logic-model", "cards", "proposals", "commitments", "consultations", "plan-front"]
)
def test_every_field_of_a_form_stands_in_at_most_one_group(part: str) -> None:
    editor = next(w for w in widgets_in(show_work(part, "et")) if isinstance(w, RecordsEditor))
    grouped = [field for group in editor.groups for field in group["fields"]]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) <= {field["id"] for field in editor.spec}
    if grouped:
        assert set(grouped) == {field["id"] for field in editor.spec}


# Method


def level(name: str, number: int, evidence: str = "", day: str = "") -> None:
    criterion = load_instrument().criterion(name)
    patch: dict[str, Any] = {
        "version": criterion.version,
        "level": number,
        "evidence": evidence or None,
        "evidence_date": day or None,
    }
    save_record("level", name, patch)


def test_a_saved_state_is_compared_and_a_rise_without_newer_evidence_is_hollow() -> None:
    shown, bare, fallen = (c.id for c in load_instrument().criteria[:3])
    for name in (shown, bare, fallen):
        level(name, 2)
    heard = announced("round")
    assert "vastuseid 3" in save_round("et")
    assert "uut seisu ei salvestatud" in save_round("et")
    assert heard == ["round"]
    level(shown, 3, "https://vald.ee/register", "2026-11-20")
    level(bare, 4)
    level(fallen, 1)
    html = comparison_html("now", "et")
    assert [html.count(mark) for mark in ("▲", "△", "▼")] == [1, 1, 1]
    assert "0 → 1" in html  # answers with evidence
    assert "3 → 3" in html  # answers
    assert "Salvestatud seise on üks" in comparison_html("rounds", "et")
    save_round("et")
    assert sorted(read_records("round")) == ["2026-11-24", "2026-11-24-2"]
    assert [comparison_html("rounds", "et").count(mark) for mark in ("▲", "△", "▼")] == [1, 1, 1]
    assert "Ühegi kriteeriumi tase ei ole muutunud" in comparison_html("now", "et")


def test_nothing_is_saved_as_a_state_before_there_is_an_answer() -> None:
    assert "ei ole veel midagi" in save_round("et")
    assert not read_records("round")


def test_the_choice_of_states_is_a_button_on_the_page() -> None:
    part = show_work("comparison", "et")
    assert isinstance(part, LivePart)
    level(load_instrument().criteria[0].id, 2)
    part._receive(part, {"type": "act", "act": "save", "value": "today", "call": 1, "language": "et"}, None)
    assert read_records("round")
    part._receive(part, {"type": "act", "act": "pair", "value": "rounds", "call": 2, "language": "et"}, None)
    assert "Salvestatud seise on üks" in part.html


def test_an_indicator_goes_into_the_latest_proposal_once() -> None:
    indicator = load_instrument().indicators[0]
    assert "Ettepanekuid veel ei ole" in add_indicator(indicator.id, "et")
    save_record("proposal", "a", {"title": "Esimene"})
    save_record("proposal", "b", {"title": "Teine"})
    save_record("proposal", "c", {"title": "Kolmas", "status": "rejected"})
    assert "„Teine“" in add_indicator(indicator.id, "et")
    assert "already has" in add_indicator(indicator.id, "en")
    rows = read_records("proposal")["b"].data["indicators"]
    assert [(row["kind"], row["name"]) for row in rows] == [(indicator.kind, indicator.name.et)]
    assert "indicators" not in read_records("proposal")["a"].data


# Files


def work(**records: Any) -> bytes:
    return json.dumps({"avcourse": 1, "municipality": None, "records": records}).encode()


def test_the_whole_work_comes_back_as_it_was_and_can_be_taken_back() -> None:
    save_record("proposal", "p", {"title": "Eelnõud veebi", "effort": 1})
    save_record("solution", "s", {"name": "Veeb"})
    saved = export_work()
    save_record("proposal", "p", {"title": "Muudetud", "impact": 3})
    save_record("solution", "s", {"note": "vana"})
    heard = announced("proposal")
    accepted = papers.take_work("too.json", saved, "et")
    assert dict(read_records("proposal")["p"].data) == {"title": "Eelnõud veebi", "effort": 1}
    assert "Uusi kirjeid: 0, muudetud: 2." in accepted.sentence
    assert heard == ["proposal"]
    assert accepted.undo is not None
    assert "nagu enne" in accepted.undo()
    assert dict(read_records("proposal")["p"].data) == {"title": "Muudetud", "effort": 1, "impact": 3}
    assert dict(read_records("solution")["s"].data) == {"name": "Veeb", "note": "vana"}


def test_a_file_that_brings_nothing_new_says_so() -> None:
    save_record("proposal", "p", {"title": "Eelnõud veebi"})
    accepted = papers.take_work("too.json", export_work(), "et")
    assert "midagi ei muudetud" in accepted.sentence
    assert accepted.undo is None


def test_what_was_changed_after_a_file_is_not_undone_with_it() -> None:
    accepted = papers.take_work("too.json", work(proposal={"p": {"title": "Failist"}}), "et")
    save_record("proposal", "p", {"idea": "Ise lisatud"})
    assert accepted.undo is not None
    assert "ei võetud midagi tagasi" in accepted.undo()
    assert dict(read_records("proposal")["p"].data) == {"title": "Failist", "idea": "Ise lisatud"}


def test_a_file_with_one_fault_changes_nothing() -> None:
    data = work(proposal={"p": {"title": "Hea"}, "q": {"title": "Halb", "effort": 9}})
    with pytest.raises(ImportRefused):
        papers.take_work("too.json", data, "et")
    assert not read_records("proposal")


def test_a_log_that_cannot_be_written_leaves_every_log_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    save_record("solution", "s", {"name": "Veeb"})

    def failing(kind: str, patches: Any) -> None:
        if kind == "proposal":
            raise AnswerNotSaved(path="x", reason="ketas on täis")
        save_records(kind, patches)

    monkeypatch.setattr(taking, "save_records", failing)
    with pytest.raises(AnswerNotSaved):
        papers.take_work(
            "too.json",
            work(solution={"s": {"name": "Uus"}, "t": {"name": "Teine"}}, proposal={"p": {"title": "x"}}),
            "et",
        )
    assert {name: dict(record.data) for name, record in read_records("solution").items()} == {"s": {"name": "Veeb"}}


def test_the_class_file_replaces_the_partners_of_an_earlier_one() -> None:
    first = work(partner={"a": {"municipality": "A vald", "offers": ["digital"], "consent": True}})
    second = work(partner={"b": {"municipality": "B vald", "offers": ["digital"], "consent": True}, "c": {"municipality": "C vald"}},
                  proposal={"p": {"title": "Võõras"}})  # fmt: skip
    papers.take_partners("partners.json", first, "et")
    accepted = papers.take_partners("partners.json", second, "et")
    assert "Omavalitsusi: 1." in accepted.sentence
    assert list(read_records("partner")) == ["b"]  # without consent nobody is kept
    assert not read_records("proposal")  # nothing else is read
    assert accepted.undo is not None
    accepted.undo()
    assert list(read_records("partner")) == ["a"]
    with pytest.raises(ImportRefused):
        papers.take_partners("partners.json", work(partner={"c": {"municipality": "C vald"}}), "et")


def test_partners_are_those_who_are_strong_where_one_is_weak(monkeypatch: pytest.MonkeyPatch) -> None:
    instrument = load_instrument()
    for criterion in instrument.of("digital"):
        level(criterion.id, 0, "https://vald.ee", "2026-11-01")
    for criterion in instrument.of("transparency"):
        level(criterion.id, 4, "https://vald.ee", "2026-11-01")
    save_record(
        "partner",
        "a",
        {"municipality": "A & B vald", "offers": ["digital"], "seeks": ["transparency"], "consent": True},
    )
    save_record("partner", "b", {"municipality": "Sama nõrk vald", "offers": ["transparency"], "consent": True})
    html = experience.partners_html("et")
    assert "A &amp; B vald" in html
    assert "Sama nõrk vald" not in html
    assert html.index("Digi ja andmed") < html.index("Läbipaistvus")


def test_the_inventory_goes_out_as_a_table_and_comes_back() -> None:
    save_record("solution", "s", {"name": "Veeb", "purposes": ["inform"], "cost_year": 1200})
    name, data = papers.table_button("xlsx", "et").make(lambda *_: None)
    assert name.startswith("digilahendused_")
    assert name.endswith("_2026-11-24.xlsx")
    save_record("solution", "s", {"cost_year": 5, "note": None})
    accepted = papers.take_solutions(name, data, "et")
    assert read_records("solution")["s"].data["cost_year"] == 1200
    assert "muudetud: 1." in accepted.sentence


@pytest.mark.parametrize("make", ["inventory_document", "overview_document", "proposals_document", "plan_document"])
def test_documents_are_made_of_what_is_there_even_of_nothing(make: str) -> None:
    said: list[tuple[str, float]] = []
    for language in ("et", "en"):
        document = getattr(papers, make)(language)
        name, data = papers.write_document(document, "word", lambda label, share: said.append((label, share)))
        assert name.endswith("_2026-11-24.docx")
        assert data.startswith(b"PK")
    assert said
    assert all(0 <= share <= 1 for _, share in said)


def test_the_worked_example_is_marked_in_names_of_files() -> None:
    save_record("profile", "own", {"name": "Näidisvald", "kind": "vald", "county": "X", "population": 1, "population_date": "2026-01",
                                   "voters": 1, "area_km2": 1.0})  # fmt: skip
    assert papers.work_button("et").make(lambda *_: None)[0] == "minu-too_naidisvald_2026-11-24_naide.json"


def test_every_item_of_a_collection_can_be_found_by_its_facets() -> None:
    for part in ("catalogue", "indicators", "cases"):
        for language in ("et", "en"):
            browser = next(w for w in widgets_in(show_work(part, language)) if isinstance(w, Browser))
            options = {one["id"]: {option["id"] for option in one["options"]} for one in browser.facets}
            assert browser.items
            for item in browser.items:
                assert item["title"]
                for facet, tags in item["tags"].items():
                    assert set(tags) <= options[facet], (part, item["id"], facet)
