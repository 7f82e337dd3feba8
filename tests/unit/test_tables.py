"""Files of tables, in and out: what is written reads back, what does not fit is refused whole with row and column."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from time import monotonic
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from avcourse.course.language import Language, Text
from avcourse.errors import ImportRefused, RecordRefused
from avcourse.municipality.fields import clean
from avcourse.municipality.instrument import Criterion, Instrument
from avcourse.municipality.inventory import SOLUTION
from avcourse.municipality.levels import clean_level
from avcourse.municipality.tablefiles import guard
from avcourse.municipality.tables import (
    read_assessment,
    read_solutions,
    read_table_file,
    read_voice,
    write_assessment_csv,
    write_assessment_json,
    write_assessment_xlsx,
    write_solutions_csv,
    write_solutions_json,
    write_solutions_xlsx,
)

TODAY = date(2026, 11, 24)


def criterion(name: str, *, version: int = 1, may_not_apply: bool = False) -> Criterion:
    return Criterion(
        id=name,
        version=version,
        dimension="transparency",
        tier="basic",
        weight=1,
        basis="practice",
        in_force=None,
        source=Text("x", "x"),
        check="web",
        principles=(),
        title=Text(f"Nimi {name}", f"Name {name}"),
        text=Text(f"Väide {name}.", f"Statement {name}."),
        evidence=Text("=Tõend", "=Evidence"),
        not_applicable=Text("Kui ei ole", "If none") if may_not_apply else None,
        anchors=tuple(Text(f"=Kirjeldus {n}", f"=Anchor {n}") for n in range(5)),
        steps=(),
    )


INSTRUMENT = Instrument((criterion("t01"), criterion("t02", version=3, may_not_apply=True), criterion("e1")), ())


def workbook(rows: list[list[Any]], title: str = "Leht1") -> bytes:
    book = openpyxl.Workbook()
    book.active.title = title
    for row in rows:
        book.active.append(row)
    return saved(book)


def saved(book: Any) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def refusal(read: Callable[[], object]) -> ImportRefused:
    with pytest.raises(ImportRefused) as caught:
        read()
    assert caught.value.sentence("et") != caught.value.sentence("en")
    return caught.value


def without_none(patches: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {key: {name: value for name, value in patch.items() if value is not None} for key, patch in patches.items()}


# Reading a table

ROWS = [["Nimi", "Kulu aastas (€)", "Märkus"], ["Žürii veeb", "1 200", "Šokk; ja „õ, ä, ö, ü“"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1257", "cp1252"])
@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_csv_in_the_encodings_and_with_the_separators_that_people_have(encoding: str, separator: str) -> None:
    lines = [separator.join(f'"{cell}"' for cell in row) for row in ROWS]
    data = "\r\n".join(lines).encode(encoding)
    table = read_table_file("a.csv", data)
    assert table.head == ("Nimi", "Kulu aastas (€)", "Märkus")
    assert table.rows[0].cells == tuple(ROWS[1])
    found = without_none(read_solutions("a.csv", data))
    assert list(found.values()) == [{"name": "Žürii veeb", "cost_year": 1200, "note": "Šokk; ja „õ, ä, ö, ü“"}]


def test_latin_1_is_read_too() -> None:
    assert read_table_file("a.csv", b"Nimi;Liik\n\xd5un\x81;x").rows[0].cells[0] == "Õun\x81"


def test_the_separator_is_the_one_that_makes_the_headings_known() -> None:
    data = "Nimi;Märkus, selgitus\nVeeb;a, b, c\n".encode()
    assert refusal(lambda: read_solutions("a.csv", data)).fields["count"] == 1
    data = 'sep=,\r\nNimi,Märkus\r\nVeeb,"a; b"\r\n'.encode()
    assert list(without_none(read_solutions("a.csv", data)).values()) == [{"name": "Veeb", "note": "a; b"}]


@pytest.mark.parametrize(
    "head",
    [
        ["Nimi", "Kulu aastas (€)", "Eestikeelne"],
        ["NAME", "cost a year (€)", "in estonian"],
        ["name", "COST_YEAR", " Estonian "],
        ["Nimi:", "Kulu  aastas", "ESTONIAN"],
    ],
)
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1)])
def test_headings_in_either_language_or_as_ids_in_any_case_and_order(head: list[str], order: tuple[int, ...]) -> None:
    row = ["Veeb", "12", "täielikult"]
    data = workbook([[head[i] for i in order], [row[i] for i in order]])
    assert list(read_solutions("a.xlsx", data).values()) == [{"name": "Veeb", "cost_year": 12, "estonian": "full"}]


def test_a_title_above_the_headings_and_empty_rows_between() -> None:
    data = workbook([["Meie digilahendused 2026"], [], ["Nimi", "Liik"], [], ["Veeb", "Veebileht"], [None, "  "]])
    assert list(read_solutions("a.xlsx", data).values()) == [{"name": "Veeb", "kind": "website"}]


def test_the_sheet_with_the_headings_is_read_and_hidden_ones_are_not() -> None:
    book = openpyxl.Workbook()
    book.active.append(["Juhend", "Nimi on kohustuslik"])
    hidden = book.create_sheet("peidetud")
    hidden.append(["Nimi", "Liik", "Märkus"])
    hidden.append(["Vana", "Rakendus", "x"])
    hidden.sheet_state = "hidden"
    right = book.create_sheet("andmed")
    right.append(["Nimi", "Liik"])
    right.append(["Uus", "Rakendus"])
    assert list(read_solutions("a.xlsx", saved(book)).values()) == [{"name": "Uus", "kind": "app"}]


@pytest.mark.parametrize(
    "value", [datetime(2027, 12, 31), date(2027, 12, 31), "31.12.2027", "2027-12-31", 46752, "2027-12-31 00:00:00"]
)
def test_dates_as_people_and_excel_write_them(value: object) -> None:
    found = read_solutions("a.xlsx", workbook([["Nimi", "Lepingu lõpp"], ["Veeb", value]]))
    assert [patch["contract_end"] for patch in found.values()] == ["2027-12-31"]


def test_a_date_or_number_in_a_text_column_is_the_text_it_looked_like() -> None:
    data = workbook([["Nimi", "Tarnija", "Märkus"], [365, 1.5, datetime(2026, 11, 24)]])
    assert list(read_solutions("a.xlsx", data).values()) == [{"name": "365", "vendor": "1,5", "note": "24.11.2026"}]


@pytest.mark.parametrize(
    ("cells", "places"),
    [
        ({"Liik": "Blogi"}, "Rida 2, veerg „Liik“: „Blogi“ ei ole loetelus. Sobivad: Veebileht; "),
        ({"Otstarve": "Teavitamine; Maagia"}, "Rida 2, veerg „Otstarve“: „Maagia“ ei ole loetelus"),
        ({"Kulu aastas (€)": "palju"}, "Rida 2, veerg „Kulu aastas (€)“: kirjutage arv numbritega"),
        ({"Kulu aastas (€)": "1.200"}, "ei selgu, kas punkt või koma"),
        ({"Kulu aastas (€)": -5}, "sobib arv 0 või suurem"),
        ({"Kulu aastas (€)": True}, "kirjutage arv"),
        ({"Lepingu lõpp": "32.01.2027"}, "Rida 2, veerg „Lepingu lõpp“: kirjutage kuupäev"),
        ({"Lepingu lõpp": time(12, 30)}, "kirjutage kuupäev"),
        ({"Lepingu lõpp": "11/24/2026"}, "kirjutage kuupäev"),
        ({"Märkus": "<img src=x onerror=alert(1)>"}, "HTML"),
        ({"Märkus": "=1+1"}, "Rida 2, veerg „Märkus“: lahtris on valem"),
        ({"Märkus": "#N/A"}, "Exceli viga"),
        ({"Märkus": "a" * 4001}, "liiga pikk"),
        ({"Tunnus": "Ä b"}, "tunnus „Ä b“ ei sobi"),
        ({"Tunnus": 12}, "tunnus „12“ ei sobi"),
        ({"Hind": 5}, "veergu „Hind“ me ei tunne"),
        ({"Nimi": None}, "Rida 2, veerg „Nimi“: see lahter peab olema täidetud"),
    ],
)
def test_a_cell_that_does_not_fit_is_named_by_row_and_column(cells: dict[str, Any], places: str) -> None:
    row = {"Nimi": "Veeb", "Liik": "Rakendus"} | cells
    error = refusal(lambda: read_solutions("inventuur.xlsx", workbook([list(row), list(row.values())])))
    assert places in error.sentence("et")
    assert "inventuur.xlsx" in error.sentence("et")
    assert error.fields["count"] == 1


def test_all_problems_are_told_and_the_first_stands_in_the_sentence() -> None:
    rows = [["Nimi", "Liik", "Kulu aastas (€)"], ["A", "Blogi", "x"], ["B", "Rakendus", "=1+1"]]
    error = refusal(lambda: read_solutions("a.xlsx", workbook(rows)))
    problems = error.fields["problems"]
    assert isinstance(problems, tuple)
    assert [problem.en.split(":")[0] for problem in problems] == [
        "Row 2, column ‘Liik’",
        "Row 2, column ‘Kulu aastas (€)’",
        "Row 3, column ‘Kulu aastas (€)’",
    ]
    assert error.fields["problem"] == problems[0]
    assert error.fields["count"] == 3


def test_formulas_are_refused_by_the_plain_reader_too_and_never_evaluated() -> None:
    for data in (workbook([["a", "b"], [1, "=SUM(1,2)"]]), b"a;b\n1;=SUM(1,2)\n", b'a;b\n1;"=HYPERLINK(""x"")"\n'):
        error = refusal(lambda data=data: read_table_file("a", data))  # type: ignore[misc]
        assert "Rida 2, veerg „b“" in error.sentence("et")
    assert read_table_file("a.csv", b"a;b\n'=1+1;+372 600\n").rows[0].cells == ("=1+1", "+372 600")


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "tühi"),
        (b" \r\n ", "tühi"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "vana Exceli"),
        (b"<html><table><tr><td>Nimi</td></tr></table></html>", "veebileht"),
        (b"\xef\xbb\xbf<!DOCTYPE html>", "veebileht"),
        (b"%PDF-1.7", "ei ole tabel"),
        (b"PK\x03\x04 broken", "rikutud"),
        (b"a;b\n1;\x00\x01", "ei ole tabel"),
        (b'Nimi;Liik\n"Veeb;Rakendus\n', "jutumärgid"),
        (b"Nimi;Liik\nVeeb;Rakendus;x\n", "lahtreid on rohkem"),
        (b"Nimi;Nimi\nA;B\n", "mitu korda"),
        (b"Foo;Bar\nA;B\n", "tuttavat veerupealkirja"),
        (b"Nimi;Liik\n", "ei ole ühtegi vastust"),
        (b"Liik;Tarnija\nRakendus;x\n", "Puudub veerg „Nimi“"),
        (b"Nimi\n" + b"Veeb\n" * 5_001, "5000 rea"),
        (b"Nimi;" + b";" * 100 + b"\nVeeb;" + b"x;" * 101, "100 veeru"),
        (b"x" * (5 * 1024 * 1024 + 1), "5 MB"),
        (b"Tunnus;Nimi\n#a1;A\n#a1;B\n", "mitu korda"),
    ],
)
def test_files_that_are_no_such_table(data: bytes, word: str) -> None:
    assert word in refusal(lambda: read_solutions("a.csv", data)).sentence("et")


def archive(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def with_sheet(xml: bytes) -> bytes:
    """Return a workbook whose sheet is the given XML."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["Nimi"], ["Veeb"]]))) as old, zipfile.ZipFile(stream, "w", 8) as new:
        for member in old.infolist():
            new.writestr(member.filename, xml if member.filename.endswith("sheet1.xml") else old.read(member))
    return stream.getvalue()


SHEET = (
    b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'
)


def test_archives_that_would_grow_or_are_something_else() -> None:
    bomb = with_sheet(SHEET % (b"<sheetData>" + b" " * 60_000_000 + b"</sheetData>"))
    assert len(bomb) < 200_000
    assert "lahti pakituna" in refusal(lambda: read_solutions("a.xlsx", bomb)).sentence("et")
    many = archive(**{f"a{number}_dot_txt": b"" for number in range(600)}, **{"[Content_Types]_dot_xml": b"<a/>"})
    assert "lahti pakituna" in refusal(lambda: read_solutions("a.xlsx", many)).sentence("et")
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccc">]><worksheet>&b;</worksheet>'
    assert "rikutud" in refusal(lambda: read_solutions("a.xlsx", with_sheet(laughs))).sentence("et")
    assert "rikutud" in refusal(lambda: read_solutions("a.xlsx", with_sheet(b"<worksheet><"))).sentence("et")
    assert ".ods" in refusal(lambda: read_solutions("a.ods", archive(content_dot_xml=b"<a/>"))).sentence("et")
    assert "ei ole tabel" in refusal(lambda: read_solutions("a.zip", archive(a_dot_txt=b"x"))).sentence("et")
    word = archive(word__document_dot_xml=b"<a/>", **{"[Content_Types]_dot_xml": b"<a/>"})
    assert "rikutud" in refusal(lambda: read_solutions("a.docx", word)).sentence("et")


def cell(place: str, text: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


def test_a_sheet_that_lies_about_its_size_costs_nothing() -> None:
    began = monotonic()
    lying = SHEET % (
        b'<dimension ref="A1:A1"/><sheetData><row r="1">%s</row><row r="900000">%s</row></sheetData>'
        % (cell("A1", "Nimi"), cell("A900000", "Veeb"))
    )
    assert list(read_solutions("a.xlsx", with_sheet(lying)).values()) == [{"name": "Veeb"}]
    beyond = SHEET % (
        b'<sheetData><row r="1">%s</row><row r="99999999999">%s</row></sheetData>' % (cell("A1", "Nimi"), b"")
    )
    assert "ühtegi vastust" in refusal(lambda: read_solutions("a.xlsx", with_sheet(beyond))).sentence("et")
    long = SHEET % (
        b"<sheetData>"
        + b"".join(b"<row>" + cell(f"A{n}", "Nimi") + b"</row>" for n in range(1, 5_100))
        + b"</sheetData>"
    )
    assert "5000 rea" in refusal(lambda: read_solutions("a.xlsx", with_sheet(long))).sentence("et")
    assert monotonic() - began < 20


# Writing the inventory

SOLUTIONS: dict[str, dict[str, Any]] = {
    "4e12345678": {
        "name": '=HYPERLINK("x")',
        "purposes": ["inform", "open-data"],
        "kind": "website",
        "catalogue": "solution-7",
        "users_year": 12400,
        "login": "tara",
        "cost_year": 0,
        "contract_end": "2027-12-31",
        "estonian": "full",
        "note": "+372 600\n@kõik\n'tsitaat",
    },
    "b": {"name": "-Kaart_x0041_", "vendor": "'=OÜ", "note": "''", "catalogue": "solution-999"},
}
WRITERS: dict[str, Callable[[dict[str, dict[str, Any]], Language], bytes]] = {
    "xlsx": write_solutions_xlsx,
    "csv": write_solutions_csv,
    "json": lambda solutions, _: write_solutions_json(solutions),
}


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("ending", list(WRITERS))
def test_the_inventory_reads_back_unchanged(ending: str, language: Language) -> None:
    written = WRITERS[ending](SOLUTIONS, language)
    assert without_none(read_solutions(f"a.{ending}", written)) == SOLUTIONS


def solutions() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    text = st.text(st.characters(codec="utf-8"), max_size=25) | st.sampled_from(
        [
            "=1",
            "'",
            "''=",
            "-",
            "@a",
            "+1",
            "_x0041_",
            "a;b",
            'a"b',
            "a\tb",
            "1,5",
            "2027-01-01",
            "TRUE",
            "#N/A",
            "1e5",
            "<5",
        ]
    )
    day = st.dates(date(1990, 1, 1), date(2100, 12, 31)).map(date.isoformat)
    made = {
        "text": text,
        "long": text,
        "number": st.integers(0, 10**12),
        "money": st.integers(0, 10**12),
        "date": day,
        "link": st.from_regex(r"https?://[a-z]{1,9}\.ee/[a-z=+@-]{0,9}", fullmatch=True),
    }
    fields = {
        field.id: st.sampled_from(field.options)
        if field.kind == "choice" and field.options
        else st.lists(st.sampled_from(field.options), max_size=8)
        if field.kind == "choices"
        else made.get(field.kind, st.sampled_from(["solution-7", "solution-500"]))
        for field in SOLUTION.fields
    }
    name = fields.pop("name")
    data = st.fixed_dictionaries({"name": name}, optional=fields).map(cleaned).filter(lambda each: "name" in each)
    return st.dictionaries(st.from_regex(r"[a-z0-9-]{1,10}", fullmatch=True), data, min_size=1, max_size=4)


def cleaned(patch: dict[str, Any]) -> dict[str, Any]:
    try:
        return {name: value for name, value in clean(SOLUTION, patch).items() if value is not None}
    except RecordRefused:
        return {}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(solutions(), st.sampled_from(list(WRITERS)), st.sampled_from(["et", "en"]))
def test_any_inventory_reads_back_unchanged(given_: dict[str, dict[str, Any]], ending: str, language: Language) -> None:
    written = WRITERS[ending](given_, language)
    assert without_none(read_solutions(f"a.{ending}", written)) == given_


@given(st.text(max_size=20))
def test_no_guarded_text_begins_like_a_formula(text: str) -> None:
    assert not guard(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_new_row_gets_an_id_and_the_same_at_every_reading() -> None:
    data = workbook([["Tunnus", "Nimi"], [None, "Veeb"], [None, "veeb "], ["#b", "Kaart"]])
    first, second = read_solutions("a.xlsx", data), read_solutions("a.xlsx", data)
    assert first == second
    assert len(first) == 3
    assert first["b"] == {"name": "Kaart"}


def test_an_emptied_cell_takes_the_field_away_and_a_missing_column_does_not() -> None:
    data = workbook([["Tunnus", "Nimi", "Märkus"], ["#a", "Veeb", None]])
    assert read_solutions("a.xlsx", data) == {"a": {"name": "Veeb", "note": None}}


def test_the_workbook_is_made_for_filling_in() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_solutions_xlsx(SOLUTIONS, "et")))
    assert book.sheetnames == ["Digilahendused", "Juhend", "Loetelud"]
    assert [sheet.sheet_state for sheet in book] == ["visible", "visible", "hidden"]
    sheet = book["Digilahendused"]
    head = {cell.value: cell.column_letter for cell in sheet[1]}
    assert sheet.freeze_panes == "C2"
    assert sheet["B1"].alignment.wrap_text
    assert sheet.column_dimensions[head["Märkus"]].width > 30
    name = sheet[f"{head['Nimi']}2"]
    assert (name.value, name.data_type, name.number_format, name.quotePrefix) == ('=HYPERLINK("x")', "s", "@", True)
    assert sheet[f"{head['Lepingu lõpp']}2"].value == datetime(2027, 12, 31)
    assert sheet[f"{head['Kulu aastas (€)']}2"].value == 0
    assert sheet[f"{head['Lahendus kataloogis']}2"].value == "Rahvaalgatus.ee"
    lists = {
        str(rule.sqref).split(":")[0].rstrip("0123456789"): rule.formula1
        for rule in sheet.data_validations.dataValidation
    }
    assert set(lists) == {
        head[name] for name in ("Liik", "Lahendus kataloogis", "Sisselogimine", "Lähtekood", "Eestikeelne")
    } | {head["Vastavus ligipääsetavuse nõuetele"]}
    where = lists[head["Eestikeelne"]].split("!")[1].replace("$", "")
    assert [row[0].value for row in book["Loetelud"][where]] == ["Täielikult", "Osaliselt", "Ei ole"]
    assert any("Lisa" in str(row[0].value) or "lisage" in str(row[0].value) for row in book["Juhend"].iter_rows())


def test_csv_opens_in_estonian_excel() -> None:
    data = write_solutions_csv(SOLUTIONS, "et")
    assert data.startswith(b"\xef\xbb\xbfTunnus;Nimi;")
    line = data.decode("utf-8-sig").splitlines()[1]
    assert line.startswith(
        '#4e12345678;"\'=HYPERLINK(""x"")";Teavitamine; Avaandmed;'.replace(
            "Teavitamine; Avaandmed", '"Teavitamine; Avaandmed"'
        )
    )
    assert ";31.12.2027;" in line
    assert ";2027-12-31;" in write_solutions_csv(SOLUTIONS, "en").decode("utf-8-sig")


# The assessment

LEVELS: dict[str, dict[str, Any]] = {
    "t01": {"version": 1, "level": 3, "confidence": "sure", "evidence": "=https://a.ee", "evidence_date": "2026-11-01"},
    "t02": {"version": 3, "level": "na", "note": "-ei ole\nolnud"},
    "e1": {"version": 1, "level": "unknown", "confidence": "guess"},
}


def read_levels(name: str, data: bytes) -> dict[str, dict[str, Any]]:
    return without_none(read_assessment(name, data, INSTRUMENT, TODAY))


@pytest.mark.parametrize("language", ["et", "en"])
def test_the_assessment_reads_back_unchanged(language: Language) -> None:
    assert read_levels("a.xlsx", write_assessment_xlsx(LEVELS, language, INSTRUMENT)) == LEVELS
    assert read_levels("a.csv", write_assessment_csv(LEVELS, language, INSTRUMENT)) == LEVELS
    assert read_levels("a.json", write_assessment_json(LEVELS)) == LEVELS


def answers() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    text = st.text(st.characters(codec="utf-8"), max_size=25) | st.sampled_from(["=1", "'@", "-5", "1,5", "a\nb"])
    patch = st.fixed_dictionaries(
        {"level": st.integers(0, 4) | st.just("unknown")},
        optional={
            "confidence": st.sampled_from(["sure", "rather", "guess"]),
            "evidence": text,
            "note": text,
            "evidence_date": st.dates(date(1990, 1, 1), TODAY).map(date.isoformat),
        },
    )
    return st.dictionaries(st.sampled_from(["t01", "t02", "e1"]), patch, min_size=1)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers(), st.sampled_from(["xlsx", "csv", "json"]), st.sampled_from(["et", "en"]))
def test_any_answers_read_back_unchanged(given_: dict[str, dict[str, Any]], ending: str, language: Language) -> None:
    try:
        levels = without_none(
            {key: clean_level(INSTRUMENT.criterion(key), patch, TODAY) for key, patch in given_.items()}
        )
    except RecordRefused:
        return
    written = {
        "xlsx": lambda: write_assessment_xlsx(levels, language, INSTRUMENT),
        "csv": lambda: write_assessment_csv(levels, language, INSTRUMENT),
        "json": lambda: write_assessment_json(levels),
    }[ending]()
    assert read_levels(f"a.{ending}", written) == levels


def test_the_assessments_workbook_shows_what_helps_to_judge() -> None:
    book = openpyxl.load_workbook(io.BytesIO(write_assessment_xlsx({}, "et", INSTRUMENT)))
    sheet = book["Enesehindamine"]
    head = [cell.value for cell in sheet[1]]
    assert head == [
        "Tunnus",
        "Mõõde",
        "Väide",
        *(f"Tase {n}" for n in range(5)),
        "Tase",
        "Kindlus",
        "Tõend",
        "Tõendi kuupäev",
        "Märkus",
    ]
    assert sheet.freeze_panes == "D2"
    assert [cell.value for cell in sheet[2]][:4] == ["t01", "Läbipaistvus", "Väide t01.", "=Kirjeldus 0"]
    assert sheet["D2"].data_type == "s"
    rule = next(rule for rule in sheet.data_validations.dataValidation if "I2" in str(rule.sqref))
    where = rule.formula1.split("!")[1].replace("$", "")
    assert [row[0].value for row in book["Loetelud"][where]] == [0, 1, 2, 3, 4, "Ei tea", "Ei kohaldu"]
    assert refusal(lambda: read_levels("a.xlsx", write_assessment_xlsx({}, "et", INSTRUMENT)))


@pytest.mark.parametrize(
    ("row", "kept"),
    [
        ({"level": "ei tea"}, "unknown"),
        ({"level": "Don’t know"}, "unknown"),
        ({"level": "EI KOHALDU"}, "na"),
        ({"level": "na"}, "na"),
        ({"level": "3"}, 3),
        ({"level": 3.0}, 3),
        ({"level": 0}, 0),
    ],
)
def test_levels_as_clerks_write_them(row: dict[str, Any], kept: object) -> None:
    data = workbook([["id", *row], ["T02", *row.values()]])
    assert read_levels("a.xlsx", data) == {"t02": {"version": 3, "level": kept}}


@pytest.mark.parametrize(
    ("row", "places"),
    [
        ({"id": "t09", "level": 1}, "kriteeriumi „t09“"),
        ({"id": None, "level": 1}, "Rida 2, veerg „id“"),
        ({"id": "t01", "level": 5}, "tase „5“ ei sobi"),
        ({"id": "t01", "level": 2.5}, "tase „2.5“ ei sobi"),
        ({"id": "t01", "level": "ei kohaldu"}, "kohaldub igale omavalitsusele"),
        ({"id": "t01", "level": "=3"}, "valem"),
        ({"id": "t01", "level": None, "note": "x"}, "tase on märkimata"),
        ({"id": "t01", "level": 2, "confidence": "väga"}, "Sobivad: Kindel; "),
        ({"id": "t01", "level": 2, "evidence_date": "2031-01-01"}, "veerg „evidence_date“"),
        ({"id": "t01", "level": 2, "evidence": "<b>x</b>"}, "HTML"),
        ({"id": "t01", "confidence": "Kindel"}, "Puudub veerg „Tase“"),
        ({"level": 3}, "Puudub veerg „Tunnus“"),
        ({"id": "t01", "level": None}, "ei ole ühtegi vastust"),
    ],
)
def test_answers_that_do_not_fit(row: dict[str, Any], places: str) -> None:
    data = workbook([list(row), list(row.values())])
    assert places in refusal(lambda: read_assessment("a.xlsx", data, INSTRUMENT, TODAY)).sentence("et")


def test_a_criterion_may_stand_only_once() -> None:
    data = workbook([["id", "level"], ["t01", 1], ["t01", 2]])
    assert "Rida 3" in refusal(lambda: read_levels("a.xlsx", data)).sentence("et")


# Colleagues


def voice(**changes: Any) -> bytes:
    own = {"id": "ab12", "role": "official", "date": "2026-11-24", "answers": {"t01": 3, "t02": "unknown"}} | changes
    return json.dumps(
        {"avcourse": 1, "voice": {key: value for key, value in own.items() if value is not None}}
    ).encode()


def test_a_colleagues_file_gives_its_record_and_nothing_else() -> None:
    data = voice(name="Mari", answers={"t01": 3, "t02": "unknown", "gone": 2})
    assert read_voice("a.json", data, INSTRUMENT) == (
        "ab12",
        {"role": "official", "date": "2026-11-24", "answers": {"t01": 3, "t02": "unknown"}},
    )


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"{}", "ei ole avcourse"),
        (b'{"avcourse": 1}', "kolleegi vastuste fail"),
        (b'{"avcourse": 1, "voice": []}', "kolleegi vastuste fail"),
        (voice(id="../x"), "kolleegi vastuste fail"),
        (voice(id=None), "kolleegi vastuste fail"),
        (voice(role="leader"), "roll"),
        (voice(role=["official"]), "roll"),
        (voice(date="eile"), "kolleegi vastuste fail"),
        (voice(answers={"t01": 7}), "Nimi t01"),
        (voice(answers={"t01": "3"}), "Nimi t01"),
        (voice(answers={"t01": True}), "Nimi t01"),
        (voice(answers={"t01": {"level": 3}}), "Nimi t01"),
        (voice(answers={"t99": 3}), "ühtegi vastust"),
        (voice(answers=[3]), "kolleegi vastuste fail"),
        (voice() + b" " * 200 * 1024, "200 kB"),
    ],
)
def test_a_file_that_is_no_colleagues(data: bytes, word: str) -> None:
    assert word in refusal(lambda: read_voice("a.json", data, INSTRUMENT)).sentence("et")
