"""The minutes that a page promises are those that reading, questions, pictures and own work take."""

from __future__ import annotations

from pathlib import Path

import pytest

from avcourse.authoring.bank import BankRow
from avcourse.authoring.build import read_content
from avcourse.authoring.source import Code, Prose, Source, read_source
from avcourse.authoring.timing import HELD, MARGIN, timing_of, timings
from avcourse.course.course import Module, load_course
from avcourse.course.language import Text

ROOT = Path(__file__).resolve().parents[2]


def module(minutes: int) -> Module:
    text = Text(et="-", en="-")
    return Module("m01", "lesson", "01", minutes, text, text, (), ())


def page(words: int, own: float) -> Source:
    code = 'ask("m01/q", "et")\nshow_chart("x", "et")\nexplore("y", "et")'
    cells = (Prose("a", Text(et="sõna " * words, en="-"), 1), Code("b", code, False, 2))
    return Source("f.md", "m01", cells, own)


@pytest.mark.parametrize(("minutes", "fits"), [(13, True), (16, True), (17, False), (9, False)])
def test_minutes_are_words_questions_pictures_and_own_work(minutes: int, fits: bool) -> None:
    bank = {"q": BankRow({"kind": "matching"}, None, Text(et="", en=""), "f", 1)}
    timing = timing_of(module(minutes), page(500, 6), load_course(), bank)
    assert (timing.reading, timing.questions, timing.pictures, timing.own) == (2.5, 2, 2.5, 6)
    assert timing.computed == 13
    assert timing.fits == fits
    assert abs(minutes - timing.computed) <= MARGIN or not fits


def test_every_page_takes_as_long_as_it_promises() -> None:
    content, _ = read_content(ROOT)
    assert content is not None
    found = timings(content.course, content.sources, content.bank)
    walk = [each for each in found if not each.after]
    print(f"in all {sum(t.declared for t in walk)} minutes promised, {sum(t.computed for t in walk):.0f} computed")
    assert [f"{t.module}: {t.declared} promised, {t.computed:g} computed" for t in found if not t.fits] == []


def test_own_minutes_and_figures_are_read_from_the_source(tmp_path: Path) -> None:
    both = '+++ {"id": "a", "lang": "et", "figures": "FIGURES"}\n\n# A\n\n+++ {"id": "a", "lang": "en"}\n\n# A\n\n'
    head = "---\nmodule: m01\nown_minutes: {}\n---\n\n"
    (tmp_path / "x.md").write_text(head.format(6) + both.replace("FIGURES", "invented"), encoding="utf-8")
    source, problems = read_source(tmp_path / "x.md", tmp_path)
    assert problems == []
    assert source.own_minutes == 6
    assert [cell.figures for cell in source.cells if isinstance(cell, Prose)] == ["invented"]
    (tmp_path / "x.md").write_text(head.format("kuus") + both.replace("FIGURES", "made-up"), encoding="utf-8")
    assert {problem.id for problem in read_source(tmp_path / "x.md", tmp_path)[1]} == {"a", "own_minutes"}


def test_what_is_held_to_its_minutes_is_taught_or_handed_in() -> None:
    content, _ = read_content(ROOT)
    assert content is not None
    assert {m.kind for m in content.course.modules} - set(HELD) <= {"data", "home", "test", "work"}
