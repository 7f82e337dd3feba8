"""Questions that come back from Moodle, held against the bank and written as source."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from avcourse.authoring.bank import read_bank
from avcourse.authoring.from_moodle import returned, source_of
from avcourse.cli import main
from avcourse.course.course import load_bank, load_graded
from avcourse.course.formats.moodle_read import write_moodle
from avcourse.course.language import Text
from avcourse.course.questions import Question

ROOT = Path(__file__).resolve().parents[2]
BANK = {**load_bank(), **load_graded()}


def through_moodle(*questions: Question) -> bytes:
    """Return questions as Moodle would export them again: without the element that it does not know."""
    return re.sub(rb"<avcourse>.*?</avcourse>", b"", write_moodle(questions), flags=re.DOTALL)


def test_the_whole_bank_comes_back_from_moodle_as_it_was() -> None:
    found = returned(through_moodle(*BANK.values()), BANK)
    assert (dict(found.changed), found.new, found.reading.problems) == ({}, (), ())
    assert {question.id: question for question in found.same} == BANK


def test_the_bank_written_as_source_is_the_bank(tmp_path: Path) -> None:
    (tmp_path / "datasets").symlink_to(ROOT / "datasets")
    (tmp_path / "all.toml").write_text("\n".join(map(source_of, BANK.values())), encoding="utf-8")
    again, problems = read_bank(tmp_path, tmp_path)
    assert problems == []
    own, _ = read_bank(ROOT / "content" / "questions", ROOT)
    assert again.keys() == own.keys()
    for name, row in own.items():
        plain = {"points": 1, "graded": False, "confidence": False, "dont_know": False}
        assert {**plain, **again[name].public} == {**plain, **row.public}, name
        assert again[name].key == row.key, name


@pytest.mark.parametrize(
    "name", ["m01-timeline", "m01-cases", "di-accessibility-a", "m01-comparison", "m01-budget-word"]
)
def test_what_was_edited_in_moodle_is_found_and_nothing_else(name: str) -> None:
    question = BANK[name]
    edited = replace(question, text=Text("Uus tekst?", question.text.en))
    found = returned(through_moodle(edited), BANK)
    assert found.changed == {name: ("text",)}
    assert found.questions == (edited,)


def test_the_author_gets_the_differing_ones_as_source(tmp_path: Path) -> None:
    edited = replace(BANK["m01-timeline"], text=Text("Uus tekst?", "New text?"))
    new = replace(BANK["m01-cases"], id="m01-cases-b")
    file, source = tmp_path / "moodle.xml", tmp_path / "new.toml"
    file.write_bytes(write_moodle([edited, new, BANK["m01-registers"]]))
    result = CliRunner().invoke(main, ["questions", str(file), str(source)], env={"AVCOURSE_LANG": "et"})
    assert result.exit_code == 0, result.output
    assert "Samad: 1. Muudetud: 1. Uued: 1. Võtmata jäi: 0." in result.output
    rows, problems = read_bank(tmp_path, tmp_path)
    assert problems == []
    assert rows.keys() == {"m01-timeline", "m01-cases-b"}
    assert rows["m01-timeline"].public["text"] == {"et": "Uus tekst?", "en": "New text?"}


def test_a_file_that_is_none_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.xml").write_bytes(b"<!DOCTYPE x><quiz/>")
    result = CliRunner().invoke(main, ["questions", str(tmp_path / "x.xml")])
    assert result.exit_code == 1
    assert "DOCTYPE" in result.output
    assert "Traceback" not in result.output
