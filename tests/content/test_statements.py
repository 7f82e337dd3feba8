"""Every § and every figure has its source and date, and docs/facts.md lists them all."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from avcourse import cli
from avcourse.authoring.bank import BankRow
from avcourse.authoring.build import BUILT, build_files, read_content, write_files
from avcourse.authoring.citations import unlike
from avcourse.authoring.facts import facts_page
from avcourse.authoring.recheck import Recheck, read_recheck, to_recheck
from avcourse.authoring.source import Code, Prose, Source
from avcourse.authoring.statements import Statement, of_question, of_source, unsourced
from avcourse.classroom.exercise import make_exercises
from avcourse.course.course import load_course
from avcourse.course.language import Text

ROOT = Path(__file__).resolve().parents[2]
DATASETS = {"residents-2022": "2022", "omavalitsused": "2024-06"}


def stated(text: str, *, figures: str | None = None, chart: str = "") -> list[Statement]:
    prose = Prose("cell", Text(et=text, en="-"), 7, figures)
    cells = (prose, Code("chart", f'show_chart("{chart}", "et")', False, 9)) if chart else (prose,)
    return list(of_source(Source("content/lessons/99_x.md", "m01", cells), DATASETS))


@pytest.mark.parametrize(
    "text",
    [
        "Protokoll on avalik (KOKS § 51 lg 6, redaktsioon 01.07.2026).",
        "Protokoll on avalik (KOKS § 51 lg 6, redaktsioon 01.07.2026). Ka istung on avalik (KOKS § 44 lg 4).",
        "| Kohustus | Alus |\n|---|---|\n| Istung | KOKS § 44 |\n\nTabel: KOKS § 44, redaktsioon 01.07.2026.",
        "Teade antakse (KüTS § 8 lg 1; redaktsioon 01.01.2026). Aega on 24 tundi.",
        "Vastas 70 % (ERR, 23.08.2025).",
        "Vastas 70 %.\n\nAllikas: ERR, august 2025.",
        "Eestis on 79 omavalitsust (andmestik „Omavalitsused“).",
        "Eestis on 79 omavalitsust. Allikas on andmestik `omavalitsused`.",
        "Nii on (KVS § 12). Seadust (KVS) lugesime teisesest allikast (Saarde valla veebileht, november 2026).",
        "Astmed on e-Riigi Akadeemia juhendist (2009). Neid on seal 3.",
        "Küsitlus on nõuandev (KOKS § 32¹ lg 1, redaktsioon 01.07.2026). Vastatakse kolme kuuga (lg 13).",
        "| Mis | Alus |\n|---|---|\n| Istung | KOKS § 44 |\n\nKOKS-i redaktsioon on 01.07.2026.",
    ],
)
def test_what_has_its_source_beside_it_is_sourced(text: str) -> None:
    assert unsourced(stated(text)) == []
    assert stated(text)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Protokoll on avalik (KOKS § 51 lg 6).", "KOKS § 51"),
        ("Nii on (KOKS § 51, redaktsioon 01.07.2026). Teisiti on mujal (AvTS § 3).", "AvTS § 3"),
        ("Nii on (KOKS § 51, redaktsioon 01.07.2026; AvTS § 3).", "AvTS § 3"),
        ("Seda ütles 70 % vastanutest.", "70 %"),
        ("Seda ütles 70 % vastanutest (ERR).", "70 %"),
        ("Seda ütles 70 % (2025).", "70 %"),
    ],
)
def test_what_has_none_is_named_with_file_line_id_and_mend(text: str, named: str) -> None:
    (problem,) = unsourced(stated(text))
    for language in ("et", "en"):
        assert named in problem.sentence(language)
        assert problem.sentence(language).startswith("content/lessons/99_x.md:7: cell: ")
    assert "Lisage" in problem.what.et


def test_marked_figures_are_no_statements_but_paragraphs_always_are() -> None:
    text = "Vald kogus 240 allkirja. Tund kestab 30 minutit. Vastata tuleb (KOKS § 32)."
    assert [each.kind for each in stated(text)] == ["figure", "figure", "law"]
    assert [each.kind for each in stated(text, figures="invented")] == ["law"]


def test_an_invented_document_of_an_exercise_may_cite_the_law_wrongly() -> None:
    cell = Prose("cell", Text(et="> Linn vastab 20 päevaga (AvTS § 74).", en="-"), 7, "invented")
    assert not list(of_source(Source("content/exercises/x.md", "m01", (cell,)), {}))
    assert list(of_source(Source("content/lessons/x.md", "m01", (cell,)), {}))


def test_a_cell_may_rest_on_the_chart_that_it_explains() -> None:
    (statement,) = stated("Pildil on 79 omavalitsust.", chart="residents-2022")
    assert statement.sourced
    assert "residents-2022" in statement.source
    assert not stated("Pildil on 79 omavalitsust.")[0].sourced


def row(figures: str | None = None, source: str = "", told: str = "") -> BankRow:
    public = {"id": "q", "text": {"et": "Vallas on 5200 elanikku. Mida teete?", "en": "-"}, "kind": "single"}
    key = {"answer": ["a"], "feedback": {"a": {"et": told, "en": "-"}}, "source": {"et": source, "en": "-"}}
    return BankRow(public, key, Text(et="", en=""), "content/questions/x.toml", 3, figures)


def test_a_question_rests_on_its_source_and_its_situation_may_be_invented() -> None:
    assert unsourced(of_question("m01", row(), {}))
    assert not unsourced(of_question("m01", row(source="ERR, 2025"), {}))
    assert not list(of_question("m01", row("invented", told="Neid on 5200."), {}))
    outside = list(of_question("m01", row("invented", "hel.fi, 2021", "Helsingis osales 12 %."), {}))
    assert [each.sentence for each in outside] == ["Helsingis osales 12 %."]
    assert outside[0].sourced
    assert unsourced(of_question("m01", row("invented", "KOKS § 32", "Nii nõuab KOKS § 32."), {}))
    law = row("invented", "KOKS § 32 (redaktsioon 01.07.2026)", "Nii nõuab KOKS § 32.")
    assert [each.day for each in of_question("m01", law, {})] == [date(2026, 7, 1)]


def test_a_statement_is_to_be_checked_again_a_year_after_it_was_and_when_its_act_is_amended() -> None:
    statements = stated("Nii on (KOKS § 51, redaktsioon 18.05.2025).")
    plain = Recheck(date(2024, 1, 1), ())
    assert to_recheck(statements, plain, date(2026, 5, 18)) == []
    (warning,) = to_recheck(statements, plain, date(2026, 5, 19))
    assert not warning.blocks
    assert "18.05.2025" in warning.sentence("et")
    looked_at = Recheck(date(2026, 1, 1), (("KOKS", date(2026, 7, 1)), ("AvTS", date(2026, 6, 1))))
    assert to_recheck(statements, looked_at, date(2026, 6, 30)) == []
    (amended,) = to_recheck(statements, looked_at, date(2026, 7, 1))
    assert "01.07.2026" in amended.sentence("et")
    (old,) = to_recheck(stated("Nii oli 12 korda (ERR, 2020)."), looked_at, date(2027, 1, 2))
    assert "01.01.2026" in old.sentence("et")


def test_the_day_of_the_last_look_and_the_known_amendments_are_read() -> None:
    recheck = read_recheck(ROOT)
    assert recheck.checked <= date.today()
    assert ("AvTS", date(2026, 12, 1)) in recheck.amendments


def test_the_whole_course_is_sourced() -> None:
    content, _ = read_content(ROOT)
    assert content is not None
    assert [problem.sentence("en") for problem in unsourced(content.statements)] == []


def test_both_languages_name_the_same_paragraphs_and_days() -> None:
    content, _ = read_content(ROOT)
    assert content is not None
    texts = {f"{s.module}/{c.id}": c.text for s in content.sources.values() for c in s.cells if isinstance(c, Prose)}
    texts |= {name: row.texts for name, row in content.bank.items()}
    assert {name: found for name, text in texts.items() if (found := unlike(text))} == {}
    assert unlike(Text(et="KOKS § 37², redaktsioon 01.07.2026", en="KOKS § 37², version of 01.07.2025"))


def test_check_refuses_a_statement_without_source_that_was_planted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("content", "datasets", *BUILT):
        shutil.copytree(ROOT / room, tmp_path / room)
    lesson = tmp_path / "content/lessons/01_alustamine.md"
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(
        text.replace("Tere tulemast!", "Osales 17 % (AvTS § 3).", 1).replace("Welcome!", "Of all, 17%.", 1),
        encoding="utf-8",
    )
    content, problems = read_content(tmp_path)
    assert content is not None
    assert problems == []
    write_files(tmp_path, build_files(content, make_exercises))
    monkeypatch.setattr(cli, "_checkout", lambda: tmp_path)
    result = CliRunner().invoke(cli.main, ["check"], env={"AVCOURSE_LANG": "en"})
    assert result.exit_code == 1
    assert re.search(
        r"01_alustamine\.md:\d+: title: a paragraph without the version of its act: ‘Osales 17 %", result.output
    )


def test_the_page_of_facts_lists_sentence_source_and_date() -> None:
    page = facts_page(load_course(), stated("Protokoll on avalik (KOKS § 51, redaktsioon 01.07.2026).")).decode()
    assert (
        "| cell | Protokoll on avalik (KOKS § 51, redaktsioon 01.07.2026). | KOKS redaktsioon 01.07.2026 | 01.07.2026 |"
        in page
    )
    assert "**?**" in facts_page(load_course(), stated("Vastas 70 %.")).decode()
