"""Exports of a graded class: Moodle's columns, tidy tables, safe cells, a private place."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import update

from avcourse.classroom.export_competences import COLUMNS, competency_framework
from avcourse.classroom.export_grades import moodle_grades, response_table
from avcourse.classroom.exports import ALL, ExportShared, NoExport, write_export
from avcourse.classroom.gradebook import GRADE, connect
from avcourse.classroom.roster import import_roster
from avcourse.classroom.workspace import ClassFolder
from avcourse.cli_class import class_
from avcourse.municipality.tableplain import PlainTable, plain_csv, plain_xlsx

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def moodle_reads(data: bytes) -> tuple[list[str], list[dict[str, str]]]:
    """Read a file as Moodle's gradeimport_csv does, by the rules of its code.

    UTF-8, commas, a heading whose names differ, the same number of cells in every row. A grade is ``-`` (none) or a number
    with a decimal point, at most 100; the person's cell is never empty.
    """
    text = data.decode("utf-8")
    assert not text.startswith("\ufeff")
    head, *rows = list(csv.reader(io.StringIO(text, newline="")))
    assert all(len(row) == len(head) for row in rows)
    assert len(set(head)) == len(head)
    for row in rows:
        assert row[0]
        for grade in row[1::2]:
            assert grade == "-" or 0 <= float(grade) <= 100
    return head, [dict(zip(head, row, strict=True)) for row in rows]


def test_moodle_takes_the_grades(graded: ClassFolder) -> None:
    head, rows = moodle_reads(moodle_grades(graded, "en"))
    assert head[0] == "ID number"
    assert head[1].endswith("(max 6 points)")
    assert [row["ID number"] for row in rows] == ["k3f9", "m7x2"]
    assert rows[0][head[1]] == "4"
    assert rows[1][head[3]] == "-"


def test_a_grade_that_waits_for_a_person_is_no_grade(graded: ClassFolder) -> None:
    with connect(graded.database) as connection:
        connection.execute(update(GRADE).values(needs_manual_grade=True))
    head, rows = moodle_reads(moodle_grades(graded, "et"))
    assert {row[head[1]] for row in rows} == {"-"}


def test_names_only_where_the_trainer_gives_them(graded: ClassFolder) -> None:
    head, rows = moodle_reads(moodle_grades(graded, "et", {"k3f9": "mari@vald.ee"}))
    assert head[0] == "Kasutajanimi"
    assert [row["Kasutajanimi"] for row in rows] == ["mari@vald.ee"]


def test_the_competency_framework_has_moodle_s_columns_in_order() -> None:
    head, framework, *areas = list(csv.reader(io.StringIO(competency_framework("et").decode("utf-8"), newline="")))
    assert head == [
        "Parent ID number",
        "ID number",
        "Short name",
        "Description",
        "Description format",
        "Scale values",
        "Scale configuration",
        "Rule type",
        "Rule outcome",
        "Rule config",
        "Cross-referenced competency ID numbers",
        "Exported ID",
        "Is framework",
        "Taxonomy",
    ]
    assert head == list(COLUMNS)
    row = dict(zip(head, framework, strict=True))
    assert row["Is framework"] == "1"
    # As competency_framework::validate_scaleconfiguration and validate_taxonomies read them.
    scale, *values = json.loads(row["Scale configuration"])
    assert "scaleid" in scale
    assert [value["id"] for value in values] == list(range(1, len(row["Scale values"].split(",")) + 1))
    assert sum(value["scaledefault"] for value in values) == 1
    assert any(value["proficient"] for value in values)
    known = "behaviour|competency|concept|domain|indicator|level|outcome|practice|proficiency|skill|value"
    assert all(re.fullmatch(known, each) for each in row["Taxonomy"].split(","))
    assert len(areas) == 5
    for cells in areas:
        area = dict(zip(head, cells, strict=True))
        assert (area["Parent ID number"], area["Is framework"]) == ("", "")
        assert area["ID number"]
        assert 0 < len(area["Short name"]) <= 100


def test_answers_are_tidy_and_hold_no_words(graded: ClassFolder) -> None:
    table = response_table(graded, "en")
    assert table.head == ("student", "assignment", "question", "form", "outcome", "points", "max", "confidence", "at")
    own = [row for row in table.rows if row[:2] == ("k3f9", "eeltest")]
    assert len(own) == 6
    assert [row[5] for row in own].count(1.0) == 4
    assert {row[3] for row in own} == {"A"}
    assert {row[7] for row in own} == {75}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_export_is_written_for_the_trainer_alone(graded: ClassFolder, name: str) -> None:
    path = write_export(graded, name, "et")
    assert path.parent == graded.root / "exports"
    assert path.stat().st_size > 100
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_a_file_with_keys_is_written_after_a_warning_only(graded: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(graded.root)
    for name in ("questions-xml", "questions-gift"):
        refused = CliRunner().invoke(class_, ["export", name], input="n\n")
        assert refused.exit_code == 1
        assert "võtmed" in refused.output
        assert not (graded.root / "exports" / ALL[name].file.et).exists()
        assert CliRunner().invoke(class_, ["export", name, "--yes"]).exit_code == 0
        assert (graded.root / "exports" / ALL[name].file.et).exists()


def test_nothing_is_exported_to_where_participants_look(graded: ClassFolder) -> None:
    for place in (graded.exchange, graded.root / "release", graded.root / "card", graded.exchange / "sygis-2026"):
        with pytest.raises(ExportShared):
            write_export(graded, "grades", "et", place / "hinded.csv")
        assert not (place / "hinded.csv").exists()
    (graded.root / "link").symlink_to(graded.exchange)
    with pytest.raises(ExportShared):
        write_export(graded, "grades", "et", graded.root / "link" / "hinded.csv")


def test_the_command_lists_writes_and_refuses(graded: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(graded.root)
    run = CliRunner().invoke
    assert all(name in run(class_, ["export"]).output for name in ALL)
    assert run(class_, ["export", "grades"]).exit_code == 0
    assert run(class_, ["export", "nothing"]).exit_code == 1
    with pytest.raises(NoExport):
        write_export(graded, "nothing", "et")


def test_names_go_to_moodle_only_on_request_and_never_into_the_class(
    graded: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    monkeypatch.chdir(graded.root)
    import_roster(graded, "o.csv", b"tunnus;nimi\nk3f9;mari@vald.ee\n")
    run = CliRunner().invoke
    assert run(class_, ["export", "moodle-grades"]).exit_code == 0
    assert b"mari@" not in (graded.root / "exports" / "moodle-hinded.csv").read_bytes()
    assert run(class_, ["export", "moodle-grades", "--names"]).exit_code == 2
    assert run(class_, ["export", "moodle-grades", "hinded.csv", "--names"]).exit_code == 1
    assert not (graded.root / "hinded.csv").exists()
    target = tmp_path / "hinded.csv"
    result = run(class_, ["export", "moodle-grades", str(target), "--names"])
    assert result.exit_code == 0
    assert "jäi välja osalejaid: 1" in result.output
    assert [row["Kasutajanimi"] for row in moodle_reads(target.read_bytes())[1]] == ["mari@vald.ee"]


@given(st.text())
def test_no_cell_of_a_csv_begins_a_formula(text: str) -> None:
    for dialect in ("plain", "estonian"):
        raw = plain_csv(["a", "b"], [[text, -1.5]], dialect)
        separator = ";" if dialect == "estonian" else ","
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter=separator))
        assert rows[1][0] == "-" or not rows[1][0].lstrip(" \u00a0").startswith(FORMULAS)
        assert rows[1][1] == ("-1,5" if dialect == "estonian" else "-1.5")


@pytest.mark.parametrize(
    "text",
    ["=1", " =1", "\u00a0+1", "＝1", "－2", "@a", "\t1", "\r=1", "-2+3", "'=1", "\x00=1", "\u200b=1", "\ufeff=1"],
)
def test_hostile_cells_stay_texts(text: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(plain_xlsx([PlainTable("a", ("h",), ((text,), (-2.5,)))]))
    assert plain_csv(["h"], [[text]]).decode().split("\r\n", 1)[1].lstrip('"').startswith("'")
    sheet = load_workbook(path)["a"]
    assert sheet["A2"].data_type == "s"
    assert sheet["A3"].value == -2.5
    assert sheet["A3"].data_type == "n"


def test_what_excel_would_read_as_a_character_stays(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(plain_xlsx([PlainTable("a", ("h",), (("_x0041_",),))]))
    # Excel takes _x005F_ for the underscore; openpyxl shows the file as it is.
    assert load_workbook(path)["a"]["A2"].value == "_x005F_x0041_"
