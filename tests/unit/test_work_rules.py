"""The municipality's own work: its forms, inventory, catalogue, proposals, plan, experience, and the file of all of it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.course.language import LANGUAGES, Text, words
from avcourse.errors import ImportRefused, RecordRefused
from avcourse.municipality.assessment import DimensionResult, Interval
from avcourse.municipality.catalogue import load_cases, load_catalogue, solution_from
from avcourse.municipality.exchange import (
    SHEETS,
    export_work,
    read_work,
    save_work,
    write_records,
)
from avcourse.municipality.experience import partners_for, weakest_and_strongest
from avcourse.municipality.fields import (
    Field,
    Sheet,
    clean,
    fits_log,
    fitting,
    help_text,
    label,
    missing,
    option_label,
    show_value,
    spec_of,
)
from avcourse.municipality.instrument import DIMENSIONS, Criterion, Indicator, Instrument, Step
from avcourse.municipality.inventory import (
    PURPOSES,
    SOLUTION,
    STARTERS,
    purpose_cover,
    starter_patch,
    warnings,
    yearly_cost,
)
from avcourse.municipality.plan import COMMITMENT, CONSULTATION, PLAN, election_day, term_end
from avcourse.municipality.proposals import PROPOSAL, commitment_from, indicator_rows, proposal_from_step
from avcourse.municipality.records import Record, read_records, save_record
from avcourse.municipality.steps import NextStep

TODAY = date(2026, 11, 24)


def same(text: str) -> Text:
    return Text(text, text)


CRITERION = Criterion(
    id="t02",
    version=1,
    dimension="transparency",
    tier="basic",
    weight=3,
    basis="law",
    in_force="2026-03-16",
    source=same("AvTS"),
    check="web",
    principles=(6,),
    title=Text("Eelnõud enne vastuvõtmist", "Drafts before adoption"),
    text=Text("Eelnõud on veebis.", "Drafts are online."),
    evidence=Text("Võtke viis määrust.", "Take five regulations."),
    not_applicable=None,
    anchors=tuple(Text(f"Kirjeldus {n}.", f"Description {n}.") for n in range(5)),
    steps=(Step(2, 1, 2, Text("Avaldage eelnõud.", "Publish drafts."), Text("Valige üks.", "Pick one."), None),),
)
SHARE = Indicator(
    id="share",
    kind="output",
    criteria=("t02",),
    direction="up",
    name=Text("Avaldatud eelnõud", "Drafts published"),
    unit=same("%"),
    formula=same("a / b"),
    source=Text("dokumendiregister", "document register"),
    frequency=Text("kord aastas", "yearly"),
    caution=same("-"),
)
INSTRUMENT = Instrument((CRITERION,), (SHARE,))


def next_step(kind: str, claimed: int | None, evidenced: int | None) -> NextStep:
    step = CRITERION.steps[0] if kind == "improve" else None
    return NextStep(CRITERION, kind, step, claimed, evidenced, 1.0, True, True, 1.0, True)  # type: ignore[arg-type]


def records(kind: str, **data: Mapping[str, Any]) -> dict[str, Record]:
    return {key: Record(kind, key, each, "") for key, each in data.items()}


# Forms


def test_every_field_and_option_has_words_in_both_languages_and_no_word_is_left_over() -> None:
    for kind, sheet in SHEETS.items():
        used = set()
        fields = [(field.id, field) for field in sheet.fields]
        fields += [(f"{field.id}--{sub.id}", sub) for field in sheet.fields for sub in field.fields]
        for prefix, field in fields:
            used |= {prefix, f"{prefix}-help", *(f"{prefix}-{option}" for option in field.options)}
        for language in LANGUAGES:
            spec_of(sheet, language)
            assert set(words(kind, language)) <= used, kind


def test_labels_and_options_of_a_field_can_be_told_apart() -> None:
    for sheet in SHEETS.values():
        for language in LANGUAGES:
            for fields, prefix in [(sheet.fields, "")] + [(f.fields, f"{f.id}.") for f in sheet.fields]:
                labels = [label(sheet, prefix + field.id, language) for field in fields]
                assert len(set(labels)) == len(labels), (sheet.kind, prefix)
            for field in sheet.fields:
                options = [option_label(sheet, field.id, option, language) for option in field.options]
                assert len(set(options)) == len(options), field.id
                assert not [option for option in options if ";" in option]


@pytest.mark.parametrize(
    ("field", "given_value", "kept"),
    [
        ("name", "  Valla\n veeb ", "Valla veeb"),
        ("note", "a\r\nb\x00 ", "a\nb"),
        ("purposes", ["spending", "inform", "inform"], ["inform", "spending"]),
        ("purposes", [], None),
        ("users_year", "1 200", 1200),
        ("users_year", 12.0, 12),
        ("cost_year", "5 000 €", 5000),
        ("cost_year", 0, 0),
        ("contract_end", "31.12.2027", "2027-12-31"),
        ("contract_end", "", None),
        ("accessibility_link", "www.naidisvald.ee/a", "https://www.naidisvald.ee/a"),
        ("catalogue", "solution-7", "solution-7"),
        ("kind", None, None),
    ],
)
def test_what_fits_is_made_plain(field: str, given_value: object, kept: object) -> None:
    assert clean(SOLUTION, {field: given_value}) == {field: kept}


@pytest.mark.parametrize(
    ("field", "value", "word"),
    [
        ("name", "", "tühjaks"),
        ("name", "a" * 301, "301"),
        ("name", ["x"], "tekst"),
        ("note", "Tere <script>alert(1)</script>", "HTML"),
        ("note", '<a href="x">siin</a>', "HTML"),
        ("purposes", "inform", "loetelust"),
        ("purposes", ["inform", "magic"], "loetelust"),
        ("kind", "blog", "loetelust"),
        ("kind", {}, "loetelust"),
        ("users_year", "palju", "arv"),
        ("users_year", "1.200", "tuhandeid"),
        ("users_year", 1.5, "täisarv"),
        ("users_year", -1, "0 või suurem"),
        ("users_year", True, "arv"),
        ("users_year", float("nan"), "arv"),
        ("users_year", 10**13, "liiga suur"),
        ("cost_year", "1,999 €", "tuhandeid"),
        ("cost_year", "12,50", "täisarv"),
        ("contract_end", "31.02.2027", "24.11.2026"),
        ("contract_end", "varsti", "24.11.2026"),
        ("contract_end", "1830-01-01", "1990"),
        ("accessibility_link", "javascript:alert(1)", "https"),
        ("accessibility_link", "https://", "https"),
        ("catalogue", "Solution 7", "loetelust"),
        ("vendors", "x", "sellist välja"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(field: str, value: object, word: str) -> None:
    with pytest.raises(RecordRefused) as caught:
        clean(SOLUTION, {field: value})
    assert word in caught.value.sentence("et")
    assert caught.value.sentence("en") != caught.value.sentence("et")


def test_less_than_and_angle_brackets_in_plain_text_are_no_html() -> None:
    kept = "alla <5 000 elaniku ja a < b > c, <vallavalitsus>"
    assert clean(SOLUTION, {"note": kept}) == {"note": kept}


def test_rows_are_cleaned_and_a_fault_names_its_row_and_column() -> None:
    rows = [{"date": "1.3.2027", "what": " Avaldame lehe "}, {"what": ""}, {}]
    assert clean(COMMITMENT, {"milestones": rows}) == {"milestones": [{"what": "Avaldame lehe", "date": "2027-03-01"}]}
    assert clean(COMMITMENT, {"milestones": [{}]}) == {"milestones": None}
    with pytest.raises(RecordRefused) as caught:
        clean(COMMITMENT, {"milestones": [{"what": "Avaldame"}, {"date": "homme"}]})
    assert "Vahe-eesmärgid, rida 2, Kuupäev" in caught.value.sentence("et")
    assert "Milestones, row 2, Date" in caught.value.sentence("en")
    for wrong in ("x", [1], [{"who": "x"}], [{}] * 51):
        with pytest.raises(RecordRefused):
            clean(COMMITMENT, {"milestones": wrong})


def test_a_record_longer_than_a_line_of_the_log_is_refused_before_it_is_lost() -> None:
    long_fields = [field.id for field in COMMITMENT.fields if field.kind == "long"]
    patch = dict.fromkeys(long_fields, "õ" * 4000)
    assert not fits_log(patch)
    with pytest.raises(RecordRefused, match="too long to be saved"):
        clean(COMMITMENT, patch)
    assert clean(COMMITMENT, {"problem": "õ" * 4_000})["problem"]


def test_a_page_is_told_what_it_needs() -> None:
    spec = {each["id"]: each for each in spec_of(COMMITMENT, "et")}
    assert [column["id"] for column in spec["milestones"]["fields"]] == ["what", "date", "owner", "output"]
    assert spec["title"]["required"] is True
    assert spec["potential"]["options"][0] == {"id": "unclear", "text": "Ebaselge"}
    assert spec["proposal"]["options"] == []
    effort = next(each for each in spec_of(PROPOSAL, "en") if each["id"] == "effort")
    assert (effort["minimum"], effort["maximum"], effort["kind"]) == (1, 3, "number")
    assert help_text(COMMITMENT, "start", "et") is None
    json.dumps(spec_of(COMMITMENT, "en"))


@pytest.mark.parametrize(
    ("field", "value", "et", "en"),
    [
        ("cost_year", 5000, "5\u00a0000\u00a0€", "€5\u00a0000"),
        ("contract_end", "2026-11-24", "24.11.2026", "24.11.2026"),
        ("purposes", ["inform", "co-decide"], "Teavitamine, Kaasotsustamine", "Informing, Deciding together"),
        ("kind", "app", "Rakendus", "App"),
        ("catalogue", "solution-7", "solution-7", "solution-7"),
        ("users_year", 12500, "12\u00a0500", "12\u00a0500"),
        ("note", None, "", ""),
    ],
)
def test_values_are_shown_as_people_read_them(field: str, value: object, et: str, en: str) -> None:
    assert (show_value(SOLUTION, field, value, "et"), show_value(SOLUTION, field, value, "en")) == (et, en)


def test_rows_and_yes_are_shown_too() -> None:
    rows = [{"what": "Avaldame lehe", "date": "2027-03-01"}, {"what": "Teavitame"}]
    assert show_value(COMMITMENT, "milestones", rows, "et") == "Avaldame lehe; 01.03.2027\nTeavitame"
    assert show_value(COMMITMENT, "milestones.date", "2027-03-01", "en") == "01.03.2027"
    assert show_value(COMMITMENT, "no_budget", True, "et") == "jah"
    with pytest.raises(KeyError):
        show_value(COMMITMENT, "milestones.nothing", 1, "et")


def values(field: Field) -> st.SearchStrategy[Any]:
    """Anything that a page might send for a field, fitting or not."""
    texts = st.text(max_size=40)
    options = st.sampled_from(field.options) if field.options else st.just("t01")
    row = st.fixed_dictionaries({}, optional={sub.id: st.deferred(lambda sub=sub: values(sub)) for sub in field.fields})
    return {
        "text": texts,
        "long": texts,
        "choice": options,
        "choices": st.lists(options, max_size=4),
        "number": st.integers(0, 10**6) | st.floats(0, 1000),
        "money": st.integers(0, 10**6),
        "date": st.dates(date(1995, 1, 1), date(2090, 1, 1)).map(date.isoformat),
        "link": st.just("https://a.ee/b"),
        "yes": st.booleans(),
        "rows": st.lists(row, max_size=3),
    }[field.kind]


def any_patch(sheet: Sheet) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={field.id: values(field) | st.none() for field in sheet.fields})


@given(data=st.data(), sheet=st.sampled_from([SOLUTION, COMMITMENT, PROPOSAL, CONSULTATION, PLAN]))
def test_cleaning_twice_changes_nothing_more(data: st.DataObject, sheet: Sheet) -> None:
    try:
        once = clean(sheet, data.draw(any_patch(sheet)))
    except RecordRefused:
        return
    assert clean(sheet, {name: value for name, value in once.items() if value is not None}) == {
        name: value for name, value in once.items() if value is not None
    }
    json.dumps(once, allow_nan=False).encode("utf-8")


def test_what_does_not_fit_is_left_out_where_rules_read() -> None:
    assert fitting(SOLUTION, {"name": "Veeb", "purposes": {"a": 1}, "cost_year": "NaN", "x": 1}) == {"name": "Veeb"}
    assert missing(SOLUTION, {"kind": "app"}) == ("name",)


def test_the_rules_need_the_standard_library_only() -> None:
    names = ["fields", "inventory", "catalogue", "proposals", "plan", "linter", "experience", "tables", "exchange"]
    code = f"import sys\nfor n in {names}: __import__('avcourse.municipality.' + n)\n" + (
        "print([m for m in ('numpy', 'pandas', 'openpyxl', 'docx', 'IPython') if m in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


# Inventory and catalogue


def test_purposes_without_a_solution_and_with_several() -> None:
    solutions = records("solution", a={"purposes": ["inform"]}, b={"purposes": ["inform", "serve"]}, c={"purposes": 3})
    cover = {each.purpose: each for each in purpose_cover(solutions)}
    assert list(cover) == list(PURPOSES)
    assert cover["inform"].solutions == ("a", "b")
    assert cover["inform"].overlap
    assert not cover["serve"].gap
    assert not cover["serve"].overlap
    assert [each.purpose for each in cover.values() if each.gap] == [
        "consult",
        "involve",
        "co-decide",
        "open-data",
        "spending",
        "integrity",
    ]


def test_the_yearly_cost_says_of_how_many() -> None:
    cost = yearly_cost(records("solution", a={"cost_year": 3600}, b={"cost_year": 0}, c={}, d={"cost_year": "?"}))
    assert (cost.total, cost.known, cost.unknown) == (3600, 2, 2)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        ({"contract_end": "2026-11-23"}, ["contract-ended"]),
        ({"contract_end": "2026-11-24"}, ["contract-ends"]),
        ({"contract_end": "2027-05-23"}, ["contract-ends"]),  # 180 days
        ({"contract_end": "2027-05-24"}, []),
        ({"security_review": "2025-11-24"}, []),
        ({"security_review": "2025-11-23"}, ["review-old"]),
        ({"security_review": None}, ["review-missing"]),
        ({"accessibility": "missing"}, ["accessibility-missing"]),
        ({"accessibility": None}, ["accessibility-missing"]),
    ],
)
def test_warnings(data: dict[str, Any], kinds: list[str]) -> None:
    sound = {"security_review": "2026-06-01", "accessibility": "full"} | data
    found = warnings(records("solution", a=sound), TODAY)
    assert [warning.kind for warning in found] == kinds
    assert all(words("inventory-warning", "et")[warning.kind] for warning in found)


def test_starters_are_solutions_that_can_be_saved() -> None:
    for starter in STARTERS:
        for language in LANGUAGES:
            patch = starter_patch(starter, language)
            assert clean(SOLUTION, patch) == patch


def test_the_catalogue_and_the_cases() -> None:
    items, cases = load_catalogue(), load_cases()
    assert {case.id for case in cases} >= {f"case-{number}" for number in range(1, 50)}
    known = {item.id for item in items}
    for item in items:
        assert set(item.purposes) <= set(PURPOSES), item.id
        assert item.verified in ("verified", "partly")
        assert item.open in ("yes", "no", "partly", "")
        assert item.estonian_ui in ("yes", "no", "unknown")
        assert item.source
        assert clean(SOLUTION, solution_from(item))
        assert bool(item.users.et) == bool(item.users.en)
        assert bool(item.notes.et) == bool(item.notes.en)
    for case in cases:
        assert case.dimension in DIMENSIONS
        assert case.solution is None or case.solution in known, case.id
        assert all(text.et and text.en for text in (case.title, case.place, case.what, case.result, case.lesson))
    assert not [item for item in items if "memory" in repr(item)]


def test_examples_of_the_instrument_stand_in_the_catalogue() -> None:
    root = Path(__file__).resolve().parents[2]
    files = (root / "content" / "instrument").glob("*.toml")
    named = {name for file in files for name in re.findall(r'example = "([\w-]+)"', file.read_text(encoding="utf-8"))}
    assert named
    assert named <= {each.id for each in (*load_catalogue(), *load_cases())}


# Proposals and commitments


def test_a_step_becomes_a_proposal_with_what_the_assessment_found() -> None:
    patch = proposal_from_step(next_step("improve", 2, 0), "et", INSTRUMENT)
    assert patch == {
        "title": "Eelnõud enne vastuvõtmist",
        "problem": "Kirjeldus 0.",
        "origin": "step",
        "criterion": "t02",
        "status": "open",
        "effort": 1,
        "impact": 2,
        "idea": "Avaldage eelnõud.",
        "activities": "Valige üks.",
        "indicators": [
            {
                "kind": "output",
                "name": "Avaldatud eelnõud",
                "unit": "%",
                "source": "dokumendiregister",
                "frequency": "kord aastas",
            }
        ],
    }
    assert clean(PROPOSAL, patch) == patch


def test_evidence_and_finding_out_are_proposals_too() -> None:
    evidence = proposal_from_step(next_step("evidence", 3, 0), "en", INSTRUMENT)
    assert evidence["problem"] == "Description 3."
    assert evidence["idea"].endswith("Take five regulations.")
    find_out = proposal_from_step(next_step("find-out", None, None), "en", INSTRUMENT)
    assert "problem" not in find_out
    assert (find_out["effort"], find_out["impact"]) == (1, 1)


def test_a_commitment_copies_its_proposal_and_keeps_its_id() -> None:
    data = {"title": "Eelnõud veebi", "idea": "Avaldame.", "criterion": "t02", "risk": "Aega ei ole.", "supporters": 4}
    patch = commitment_from(Record("proposal", "p1", data, ""), "en", INSTRUMENT)
    assert (patch["proposal"], patch["criterion"], patch["action"]) == ("p1", "t02", "Avaldame.")
    assert patch["risk"] == "Aega ei ole."
    assert patch["completion"] == "not-started"
    assert [row["name"] for row in patch["indicators"]] == ["Drafts published"]
    assert "supporters" not in patch
    assert clean(COMMITMENT, patch) == patch
    own = commitment_from(Record("proposal", "p1", {**data, "indicators": [{"name": "Oma"}]}, ""), "en", INSTRUMENT)
    assert own["indicators"] == [{"name": "Oma"}]
    assert indicator_rows("t99", "et", INSTRUMENT) == []


@pytest.mark.parametrize(
    ("year", "day"), [(2021, date(2021, 10, 17)), (2025, date(2025, 10, 19)), (2029, date(2029, 10, 21))]
)
def test_councils_are_elected_on_the_third_sunday_of_october(year: int, day: date) -> None:
    assert election_day(year) == day


@given(st.dates(date(2000, 1, 1), date(2080, 1, 1)))
def test_a_term_ends_within_four_years_on_a_sunday(today: date) -> None:
    end = term_end(today)
    assert today <= end
    assert (end.year % 4, end.month, end.weekday()) == (1, 10, 6)
    assert 15 <= end.day <= 21
    assert (end - today).days <= 4 * 366 + 7


# Experience


def result(**middles: float | None) -> tuple[DimensionResult, ...]:
    return tuple(
        DimensionResult(
            dimension=dimension,
            claimed=None,
            evidenced=None if middle is None else Interval(middle, middle, middle, 1.0),
            answered=1.0,
            criteria=1,
        )
        for dimension, middle in middles.items()
    )


def test_partners_who_help_both_ways_come_first_and_only_with_consent() -> None:
    own = result(transparency=0.9, participation=0.1, integrity=0.5, digital=0.2, inclusion=None, leadership=0.8)
    assert weakest_and_strongest(own) == (("participation", "digital"), ("leadership", "transparency"))
    partners = records(
        "partner",
        silent={"municipality": "A", "offers": ["participation"], "seeks": ["transparency"]},
        one={"municipality": "B", "offers": ["participation", "digital"], "consent": True},
        both={"municipality": "C", "offers": ["digital"], "seeks": ["leadership", "integrity"], "consent": True},
        none={"municipality": "D", "offers": ["integrity"], "consent": True},
        odd={"municipality": "E", "offers": 5, "consent": True},
    )
    found = partners_for(own, partners)
    assert [(match.partner, match.learn, match.share) for match in found] == [
        ("both", ("digital",), ("leadership",)),
        ("one", ("participation", "digital"), ()),
    ]


def test_without_estimates_nobody_is_weak() -> None:
    assert weakest_and_strongest(result(transparency=None, digital=0.5)) == ((), ())


# The file of all work

WORK: dict[str, dict[str, dict[str, Any]]] = {
    "level": {"t02": {"version": 1, "level": 3, "confidence": "sure", "evidence": "https://a.ee", "checked": True}},
    "voice": {"abc123": {"role": "official", "date": "2026-11-24", "answers": {"t02": 2, "p10": "unknown"}}},
    "round": {"2026-11-24": {"date": "2026-11-24", "answers": {"t02": {"version": 1, "level": "na"}}}},
    "solution": {"a": {"name": "Veeb", "purposes": ["inform"], "cost_year": 100}},
    "proposal": {"p": {"title": "Eelnõud", "effort": 2}},
    "commitment": {"c": {"title": "Lubadus", "milestones": [{"what": "Avaldame lehe"}], "no_budget": False}},
    "plan": {"own": {"title": "Kava", "period_end": "2029-06-30"}},
    "card": {"k": {"title": "Kaart", "dimension": "digital"}},
    "partner": {"m": {"municipality": "Nopri vald", "offers": ["digital"]}},
    "profile": {"own": {"name": "Nopri vald", "kind": "vald", "population": 4321}},
}


def test_all_work_goes_out_and_comes_back_unchanged(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    for kind, own in WORK.items():
        for key, data in own.items():
            save_record(kind, key, data, first)
    written = export_work("Nopri vald", first)
    work = read_work("too.json", written)
    assert work.municipality == "Nopri vald"
    assert work.records == WORK
    save_work(work, second)
    assert export_work("Nopri vald", second) == written
    log = second / "responses.jsonl"
    size = log.stat().st_size
    save_work(work, second)
    assert log.stat().st_size == size, "what stands already is not written again"


def test_reading_in_takes_away_fields_and_keeps_other_records(tmp_path: Path) -> None:
    save_record("solution", "a", {"name": "Vana", "note": "x"}, tmp_path)
    save_record("solution", "z", {"name": "Jääb"}, tmp_path)
    save_work(read_work("a.json", write_records({"solution": {"a": {"name": "Uus"}}})), tmp_path)
    found = {key: dict(record.data) for key, record in read_records("solution", tmp_path).items()}
    assert found == {"a": {"name": "Uus"}, "z": {"name": "Jääb"}}


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9-]{1,12}", fullmatch=True),
        any_patch(COMMITMENT).map(lambda patch: {**patch, "title": "Lubadus"}),
        max_size=3,
    )
)
def test_any_commitments_read_back_unchanged(own: dict[str, dict[str, Any]]) -> None:
    cleaned = {}
    for key, patch in own.items():
        try:
            cleaned[key] = {name: value for name, value in clean(COMMITMENT, patch).items() if value is not None}
        except RecordRefused:
            continue
    read = read_work("a.json", write_records({"commitment": cleaned}))
    assert read.records.get("commitment", {}) == cleaned


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "tühi"),
        (b"{", "ei ole avcourse"),
        (b"[]", "ei ole avcourse"),
        (b'{"avcourse": true, "records": {}}', "ei ole avcourse"),
        (b'{"avcourse": 2, "records": {}}', "uuema"),
        (b'{"avcourse": 1}', "ei ole avcourse"),
        (b'{"avcourse": 1, "records": {"user": {}}}', "tundmatu"),
        (b'{"avcourse": 1, "records": {"solution": []}}', "kujul"),
        (b'{"avcourse": 1, "records": {"solution": {"../x": {"name": "A"}}}}', "kujul"),
        (b'{"avcourse": 1, "records": {"solution": {"a": {"name": "A", "cost_year": NaN}}}}', "ei ole avcourse"),
        (b'{"avcourse": 1, "records": {"solution": {"a": {"cost_year": 1}}}}', "Nimi"),
        (b'{"avcourse": 1, "records": {"solution": {"a": {"name": "<script>x</script>"}}}}', "HTML"),
        (b'{"avcourse": 1, "records": {"level": {"t01": {"level": 7}}}}', "Tase"),
        (b'{"avcourse": 1, "records": {"voice": {"a": {"role": "mayor"}}}}', "role"),
        (b'{"avcourse": 1, "records": {"voice": {"a": {"name": "Mari"}}}}', "name"),
        (b'{"avcourse": 1, "records": {"round": {"a": {"answers": {"t01": {"level": 9}}}}}}', "answers"),
        (b'{"avcourse": 1, "municipality": {"a": 1}, "records": {}}', "tekst"),
        (b"[" * 100_000, "ei ole avcourse"),
        (b" " * (5 * 1024 * 1024 + 1), "liiga suur"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(data: bytes, word: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        read_work("töö.json", data)
    sentence = caught.value.sentence("et")
    assert word in sentence
    assert "töö.json" in sentence
    assert caught.value.sentence("en") != sentence


def test_all_problems_of_a_file_are_told() -> None:
    wrong = {"solution": {"a": {"name": "A", "cost_year": "palju"}, "b": {"name": "B", "kind": "blog"}}}
    with pytest.raises(ImportRefused) as caught:
        read_work("a.json", write_records(wrong))
    problems = caught.value.fields["problems"]
    assert isinstance(problems, tuple)
    assert [problem.et for problem in problems] == [
        "Digilahendus, „a“, väli „Kulu aastas (€)“: kirjutage arv numbritega, näiteks 1200.",
        "Digilahendus, „b“, väli „Liik“: valige vastus loetelust.",
    ]
    assert "Vigu kokku: 2" in caught.value.sentence("et")
