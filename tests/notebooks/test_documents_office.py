"""Documents as LibreOffice opens them: what Word and Excel make of them is not ours to see, but this is close."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Final

import pypdf
import pytest

from avcourse.course.language import LANGUAGES, Language, say
from avcourse.municipality.inventory import purpose_cover
from avcourse.views.charts import svg
from avcourse.views.charts_municipality import plot_cover, png
from avcourse.views.documents import excel, word
from avcourse.views.documents.model import (
    Block,
    Bullets,
    Column,
    Document,
    Fact,
    Facts,
    Heading,
    Note,
    Paragraph,
    Picture,
    Table,
)

pytestmark = pytest.mark.slow
SECONDS: Final = 180
Convert = Callable[[Path, str], Path]


@pytest.fixture(scope="session")
def convert(tmp_path_factory: pytest.TempPathFactory) -> Convert:
    """Return a converter by LibreOffice. Without one the tests are skipped on a desk; in CI a skip would look like success: they fail."""
    office = shutil.which("soffice")
    if office is None:
        reason = "no LibreOffice on this machine: install it (apt-get install libreoffice-writer libreoffice-calc)"
        if os.environ.get("CI") == "true":
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    # A profile of its own, so that an open LibreOffice does not take the work and a first start asks nothing.
    profile = tmp_path_factory.mktemp("office")

    def run(source: Path, form: str) -> Path:
        command = [office, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", form]
        command += ["--outdir", str(source.parent), str(source)]
        subprocess.run(command, check=True, capture_output=True, timeout=SECONDS)
        return source.with_suffix(f".{form.partition(':')[0]}")

    return run


def commitment(number: int) -> tuple[Block, ...]:
    part = Fact("Lubadus", f"{number}. lubadus")
    long = "Omavalitsusüksuste dokumendihaldussüsteemide koostalitlusvõime tagamine ja andmevahetuse korraldamine. " * 8
    rows = tuple((f"Samm {step} {long[:80]}", date(2027, step, 1), 1000 * step, None) for step in range(1, 7))
    columns = (Column("Mida tehakse"), Column("Tähtaeg", "date"), Column("Eelarve", "money"), Column("Märkus"))
    return (
        Heading(f"{number}. lubadus", 2),
        Facts((Fact("Vastutaja", "vallasekretär"), Fact("Probleem", long)), "Lubadused", part),
        Table(f"Sammud {number}", columns, rows, sheet="Sammud", part=part),
    )


def document(language: Language) -> Document:
    figure = plot_cover(purpose_cover({}), language)
    wide = Table(
        "Kaasamise päevik",
        tuple(Column(f"Veerg {n}") for n in range(9)),
        (tuple(f"lahter {n}" for n in range(9)),) * 30,
        wide=True,
    )
    formulas = Table(
        "Valemid",
        (Column("Tekst"), Column("Link", "link")),
        (("=1+1", "https://noo.ee"), ("+372 555", None), ("@SUM(A1)", None), ("-2", None)),
    )
    blocks: tuple[Block, ...] = (
        Heading("Algus"),
        Paragraph("Sõna " * 100),
        Note("See on meie lugem."),
        Bullets(("üks", "kaks")),
        Picture(svg(figure), png(figure), "Otstarbed", "Otstarbed"),
        Heading("Lubadused"),
        *(block for number in range(1, 41) for block in commitment(number)),
        Heading("Lisa"),
        wide,
        formulas,
    )
    return Document("Tegevuskava", "Koos", "Nõo vald", date(2026, 11, 24), language, blocks, example=True)


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_opens_with_header_and_page_number_on_every_page(
    tmp_path: Path, convert: Convert, language: Language
) -> None:
    path = tmp_path / "kava.docx"
    path.write_bytes(word.write(document(language)))
    pages = [page.extract_text() for page in pypdf.PdfReader(convert(path, "pdf")).pages]
    assert len(pages) > 20
    before, between = say("documents.page", language).split("|")
    for number, text in enumerate(pages, start=1):
        assert "Nõo vald · Tegevuskava · 24.11.2026" in text
        assert say("documents.example", language) in text
        assert f"{before}{number}{between}{len(pages)}" in text
    whole = "\n".join(pages)
    assert "40. lubadus" in whole
    assert "Vastutaja: vallasekretär" in whole
    # The head of a table stands again where the table goes on: forty tables of two pages at most, and the wide one.
    assert whole.count("Mida tehakse Tähtaeg Eelarve Märkus") > 40
    assert whole.count("Veerg 0 Veerg 1") >= 2


def test_the_wide_table_alone_stands_across(tmp_path: Path, convert: Convert) -> None:
    path = tmp_path / "kava.docx"
    path.write_bytes(word.write(document("et")))
    pages = pypdf.PdfReader(convert(path, "pdf")).pages
    for page in pages:
        across = page.mediabox.width > page.mediabox.height
        assert across == ("Veerg 0 Veerg 1" in page.extract_text())


def test_excel_opens_and_calculates_nothing(tmp_path: Path, convert: Convert) -> None:
    path = tmp_path / "kava.xlsx"
    path.write_bytes(excel.write(document("et")))
    # Every sheet as CSV, separator semicolon, UTF-8, cells as shown.
    convert(path, "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,true,true,false,false,-1")
    sheets = {
        each.stem.removeprefix("kava-"): list(csv.reader(each.open(encoding="utf-8"), delimiter=";"))
        for each in tmp_path.glob("*.csv")
    }
    assert set(sheets) == {"Dokument", "Lubadused", "Sammud", "Kaasamise päevik", "Valemid"}
    assert [row[0] for row in sheets["Valemid"]] == ["Tekst", "=1+1", "+372 555", "@SUM(A1)", "-2"]
    assert len(sheets["Lubadused"]) == 41
    assert len(sheets["Sammud"]) == 241
    assert sheets["Sammud"][1][2] == "01.01.2027"
    assert sheets["Sammud"][1][3].endswith("€")
    assert not [
        cell for rows in sheets.values() for row in rows for cell in row if cell.startswith(("#NAME", "Err:", "#REF"))
    ]
