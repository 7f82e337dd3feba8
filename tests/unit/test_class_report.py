"""The class report: both languages in all three formats, published figures only, and invented classes labelled everywhere."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf
import pytest

from avcourse.classroom.book import Book
from avcourse.classroom.cohort import TestSheet
from avcourse.classroom.followup import (
    AgainFigures,
    AreaUse,
    Choices,
    DimensionChange,
    FollowupFigures,
    Named,
    SurveyFigures,
)
from avcourse.course.course import load_course, load_graded
from avcourse.course.language import LANGUAGES, Language, Text, say
from avcourse.municipality.records import Record
from avcourse.views.class_gains import gains_in
from avcourse.views.class_report import report_bytes, withheld
from avcourse.views.documents.contents.class_report import ReportData, class_report
from avcourse.views.documents.model import Bullets, Document, Facts, Heading, Note, Paragraph, Table

COURSE = load_course()
PAIRS = [(4, 9), (3, 8), (4, 12), (5, 15), (6, 19), (7, 13), (7, 14), (8, 10), (9, 16), (10, 17), (2, 6), (5, 5)]
"""Right answers before and after; means 29.2 and 60 per cent, published as 30 and 60."""


def sheets(pairs: list[tuple[int, int]], left: int = 0) -> list[TestSheet]:
    made = []
    everybody = [*pairs, *[(3 + place, None) for place in range(left)]]
    for number, pair in enumerate(everybody):
        for module, right in zip(("eeltest", "jareltest"), pair, strict=True):
            if right is None:
                continue
            points = {slot.id: float(place < right) for place, slot in enumerate(COURSE.slots)}
            made.append(
                TestSheet(
                    learner=f"salajane-{number}",
                    module=module,
                    form="A",
                    points=points,
                    outcomes={slot: "right" if p else "wrong" for slot, p in points.items()},
                    confidences={slot: 50 if p else 75 for slot, p in points.items()},
                    self_ratings={area.id: 2 + number % 3 for area in COURSE.areas},
                    then_ratings={area.id: 1 + number % 2 for area in COURSE.areas} if module == "jareltest" else {},
                )
            )
    return made


def data(pairs: list[tuple[int, int]] = PAIRS, groups: dict[str, str] | None = None, **more: Any) -> ReportData:
    found = gains_in(sheets(pairs, more.pop("left", 0)), groups or {})
    handed_in = {"eeltest": 14, "jareltest": 12}
    start = {"name": "sygis-2026", "day": date(2026, 11, 27), "course": COURSE, "handed_in": handed_in}
    return ReportData(**start, gains=found.gains, groups=found.groups, **more)


def text_of(document: Document, ending: str) -> str:
    made = report_bytes(document, ending)
    if ending == "docx":
        word = docx.Document(io.BytesIO(made))
        cells = [cell.text for table in word.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])
    if ending == "xlsx":
        book = openpyxl.load_workbook(io.BytesIO(made))
        return "\n".join(str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None)
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in pages)).replace("- ", "")


def words_of(document: Document) -> str:
    """Everything that the blocks say, whatever they are written as."""
    said: list[str] = [document.title, document.subtitle]
    for block in document.blocks:
        if isinstance(block, Heading | Paragraph | Note):
            said.append(block.text)
        elif isinstance(block, Bullets):
            said += block.items
        elif isinstance(block, Facts):
            said += [f"{fact.label} {fact.value}" for fact in block.facts]
        elif isinstance(block, Table):
            said += [str(cell) for row in block.rows for cell in row]
        else:
            said += [block.alt, block.caption, block.svg]
    return "\n".join(said)


def table(document: Document, language: Language, key: str) -> Table:
    caption = say(f"class-report.{key}", language)
    return next(block for block in document.blocks if isinstance(block, Table) and block.caption == caption)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("ending", ["docx", "pdf", "xlsx"])
def test_every_format_tells_the_same_in_both_languages(language: Language, ending: str) -> None:
    found = text_of(class_report(data(), language), ending)
    keys = ("modules", "figures", "details") if ending == "xlsx" else ("short", "planned", "who", "gained", "method")
    if ending != "xlsx":
        assert say("followup.title", language) in found
    for key in keys:
        assert say(f"class-report.{key}", language).replace("- ", "") in found
    for area in COURSE.areas:
        assert area.name.in_(language) in found
    assert "salajane" not in found
    if ending != "xlsx":
        assert say("gain-words.grew", language, pre=30, post=60, gain=30, low=20, high=40)[:40] in found


def test_only_the_published_set_goes_in() -> None:
    made = class_report(data(), "en")
    rows = table(made, "en", "figures").rows
    assert rows[0][1:6] == (30, 60, 30, 20, 40)
    assert all(cell is None or cell % 5 == 0 for row in rows for cell in row[1:6])
    words = words_of(made)
    assert "29.2" not in words
    assert "rose from 30% to 60%" in words


@pytest.mark.parametrize("n", range(5))
def test_below_five_no_figure_at_all(n: int) -> None:
    pairs = PAIRS[:n]
    made = class_report(data(pairs), "et")
    captions = [block.caption for block in made.blocks if isinstance(block, Table)]
    for key in ("figures", "details", "ratings", "groups-title"):
        assert say(f"class-report.{key}", "et") not in captions
    words = words_of(made).partition(say("class-report.gained", "et"))[2].partition(say("class-report.self", "et"))[0]
    assert not re.search(r"\d", words)
    assert withheld(data(pairs), "et")[0].startswith("Kõik testide arvud")


def test_groups_of_the_roster_follow_the_remainder_rule() -> None:
    groups = {f"salajane-{number}": "Juhid" if number < 9 else "Volikogu" for number in range(12)}
    made = class_report(data(groups=groups), "et")
    rows = {row[0]: row[1:] for row in table(made, "et", "groups-title").rows}
    assert rows["Volikogu"][0] == rows["Juhid"][0] - 6 == 3
    assert set(rows["Juhid"][1:]) == set(rows["Volikogu"][1:]) == {None}
    assert [reason[:4] for reason in withheld(data(groups=groups), "et") if reason.startswith("Rühm")] == ["Rühm"] * 2
    two = {f"salajane-{number}": "Juhid" if number % 2 else "Volikogu" for number in range(12)}
    rows = {row[0]: row[1:] for row in table(class_report(data(groups=two), "et"), "et", "groups-title").rows}
    assert rows["Juhid"][3] % 5 == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_invented_class_says_so_on_every_page_and_sheet(language: Language) -> None:
    made = class_report(data(example=True), language)
    label = say("documents.example", language)
    pages = pypdf.PdfReader(io.BytesIO(report_bytes(made, "pdf"))).pages
    assert all(label in page.extract_text() for page in pages)
    book = openpyxl.load_workbook(io.BytesIO(report_bytes(made, "xlsx")))
    assert all(label in (sheet.oddHeader.left.text or "") for sheet in book)
    word = docx.Document(io.BytesIO(report_bytes(made, "docx")))
    assert all(label in "".join(p.text for p in section.header.paragraphs) for section in word.sections)
    assert say("class-report.invented", language) in words_of(made)
    assert label not in words_of(class_report(data(), language))


def test_proposals_survey_and_corrections_are_told() -> None:
    proposal = Record("proposal", "a", {"title": "=Eelarve kaardil", "idea": "Avaldame kulud kaardil"}, "")
    applied = (AreaUse("impact", 9, 6), AreaUse("digital", 3, None))
    helped = Choices(9, (Named("council", 5), Named("time", 2)))
    survey = SurveyFigures(9, 12, applied, helped, Choices(9, ()), Choices(9, ()), ("Panime eelnõud varem välja.",))
    again = AgainFigures(6, 5, (DimensionChange("digital", 5, 0.31, 0.5),), 7, 2)
    more = {
        "book": Book((), (proposal,), (), 3, ()),
        "followup": FollowupFigures(survey, again),
        "corrections": (Text(et="Eeltesti küsimuse võti parandati.", en="A key was corrected."),),
        "members": 15,
    }
    made = class_report(data(**more), "et")
    words = words_of(made)
    for part in (
        "=Eelarve kaardil", "Avaldame kulud kaardil", "Vastanuid: 9. Järeltesti tegi 12.", "Panime eelnõud varem välja.",
        "Eeltesti küsimuse võti parandati.", "nimekirjas oli 15 osalejat", "tõendiga on tase tõusnud 7 korral",
    ):  # fmt: skip
        assert part in words
    applied_table = next(b for b in made.blocks if isinstance(b, Table) and b.caption.startswith("Kui suur osa"))
    assert applied_table.rows == (("Mõju hindamine", 9, 0.65), ("Digilahendused", 3, None))
    cells = [
        cell
        for sheet in openpyxl.load_workbook(io.BytesIO(report_bytes(made, "xlsx")))
        for row in sheet
        for cell in row
    ]
    (formula,) = [cell for cell in cells if cell.value == "=Eelarve kaardil"]
    assert (formula.data_type, formula.quotePrefix) == ("s", True)
    assert "3" in next(reason for reason in withheld(data(**more), "et") if "lubanud jagada" in reason)


def test_what_is_withheld_is_explained() -> None:
    reasons = " ".join(withheld(data(left=2), "et"))
    assert "pooleli jätnute keskmine: neid on 2" in reasons
    assert "ümardatud viieni" in reasons
    many = withheld(data([(place % 7, 6 + place % 11) for place in range(40)]), "en")
    assert not any("rounded" in reason for reason in many)


def test_no_key_nor_question_of_a_test_stands_in_the_report() -> None:
    words = words_of(class_report(data(), "et"))
    for question in load_graded().values():
        assert question.text.et not in words
        assert not any(option.text.et in words for option in question.options)


@pytest.mark.parametrize("part", ["points", "confidences", "self_ratings", "then_ratings"])
def test_whatever_a_published_figure_rests_on_is_in_the_fingerprint(part: str) -> None:
    before = sheets(PAIRS)
    other = dict.fromkeys(getattr(before[1], part), 1 if part == "points" else 5)
    after = [before[0], replace(before[1], **{part: other}), *before[2:]]
    old, new = gains_in(before, {}).learners, gains_in(after, {}).learners
    assert [name for name in old if old[name] != new[name]] == ["salajane-0"]
