"""Documents: what stands in them comes out of Word, PDF and Excel as it was put in, for everybody to read."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
import typst
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st

from avcourse.course.language import Language, say
from avcourse.errors import DocumentFailed
from avcourse.municipality.inventory import purpose_cover
from avcourse.municipality.profile import load_municipalities
from avcourse.views import charts_municipality as charts
from avcourse.views.charts import svg
from avcourse.views.documents import excel, pdf, word
from avcourse.views.documents.model import (
    MISSING,
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
    in_order,
    lines,
    link_in,
    on_pages,
    plain,
    shares,
)
from avcourse.views.documents.names import file_name, name_of, slug

DAY = date(2026, 11, 24)
NOO = next(each for each in load_municipalities() if each.code == "0528")
FIGURE = charts.plot_cover(purpose_cover({}), "et")
PICTURE = Picture(svg(FIGURE), charts.png(FIGURE), "Kõik otstarbed on katmata.", "Otstarbed")
WRITERS: tuple[Callable[[Document], bytes], ...] = (word.write, pdf.write, excel.write)


def document(
    *blocks: Block, language: Language = "et", example: bool = False, title: str = "Avatud valitsemise tegevuskava"
) -> Document:
    return Document(title, "Koos elanikega", "Nõo vald", DAY, language, blocks, example)


def whole(language: Language = "et", *, example: bool = False) -> Document:
    """Return a document with every kind of block and enough headings for a table of contents."""
    table = Table(
        "Vahe-eesmärgid",
        (Column("Mida"), Column("Tähtaeg", "date"), Column("Raha", "money"), Column("Osa", "share"), Column("Link", "link")),
        (("Avaldame eelnõud", date(2027, 3, 1), 12500, 0.25, "https://noo.ee/eelnoud?a=1"), ("Küsime", None, None, None, None)),
    )  # fmt: skip
    wide = replace(table, caption="Lai tabel", wide=True)
    facts = Facts(
        (Fact("Vastutaja", "vallasekretär"), Fact("Eelarve", 4500, "money"), Fact("Risk", None)),
        "Lubadused",
        Fact("Lubadus", "1. Eelnõud"),
    )
    chapters = [
        block for number in range(8) for block in (Heading(f"Peatükk {number}"), Heading("Osa", 2), Paragraph("Tekst"))
    ]
    blocks = (
        Heading("Algus"), Paragraph("Esimene lõik.\nTeine lõik."), Note("See on meie lugem."), Bullets(("üks", "kaks")),
        table, facts, PICTURE, Heading("Lisa"), wide, *chapters,
    )  # fmt: skip
    return document(*blocks, language=language, example=example)


def word_of(made: Document) -> Any:
    return docx.Document(io.BytesIO(word.write(made)))


def word_xml(made: Document, part: str = "word/document.xml") -> str:
    return zipfile.ZipFile(io.BytesIO(word.write(made))).read(part).decode()


def pdf_of(made: Document) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.write(made)))


def pdf_text(made: Document) -> str:
    return "\n".join(page.extract_text() for page in pdf_of(made).pages)


def book_of(made: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(excel.write(made)))


# The model ---------------------------------------------------------------------------------------------------------

ANY_TEXT = st.text(st.characters(categories=None), max_size=50)  # type: ignore[arg-type]
HEADINGS = st.builds(Heading, st.just("P"), st.integers(-2, 7))
SOME_BLOCKS = st.lists(
    st.one_of(
        HEADINGS,
        st.builds(Paragraph, st.just("L")),
        st.builds(
            lambda wide, rows: Table("T", (Column("A"),), (("a",),) * rows, wide=wide), st.booleans(), st.integers(0, 2)
        ),
    ),
    max_size=12,
)


@given(SOME_BLOCKS)
def test_headings_skip_no_level_and_no_block_is_lost_by_turning_pages(blocks: list[Block]) -> None:
    ordered = list(in_order(blocks))
    level = 0
    for block in ordered:
        if isinstance(block, Heading):
            assert 1 <= block.level <= min(3, level + 1)
            level = block.level
    turned = list(on_pages(blocks))
    assert [block for _, block in turned] == blocks
    assert all(wide for wide, block in turned if isinstance(block, Table) and block.wide and block.rows)
    assert not any(wide for wide, block in turned if isinstance(block, Table) and not (block.wide and block.rows))


def test_the_heading_of_a_wide_table_stands_on_its_page() -> None:
    table = Table("T", (Column("A"),), (("a",),), wide=True)
    turned = list(
        on_pages([Heading("A"), Paragraph("a"), Heading("B"), Heading("C", 2), Paragraph("c"), table, Paragraph("d")])
    )
    assert [wide for wide, _ in turned] == [False, False, True, True, True, True, False]


@given(ANY_TEXT)
def test_plain_text_holds_nothing_unseen_and_is_plain_already(text: str) -> None:
    made = plain(text)
    assert plain(made) == made
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", made)
    assert all(line.strip() for line in lines(text))


@given(st.lists(st.lists(st.text(max_size=300), min_size=3, max_size=3), max_size=4), st.booleans())
def test_columns_share_the_whole_width(rows: list[list[str]], wide: bool) -> None:
    table = Table("T", (Column("Lühike"), Column("Pikem päis"), Column("")), tuple(map(tuple, rows)), wide=wide)
    made = shares(table, "et")
    assert sum(made) == pytest.approx(1)
    assert min(made) > 0.02


def test_a_long_text_gets_more_room_than_a_date() -> None:
    columns = (Column("Mida"), Column("Kuupäev", "date"))
    made = shares(Table("T", columns, (("Pikk selgitus, mis läheb üle rea " * 5, DAY),)), "et")
    assert made[0] > 3 * made[1]


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("https://noo.ee/a%20b?x=1#y", True),
        ("http://noo.ee:8080", True),
        ("https://…", False),
        ("https://noo", False),
        ("https://noo.ee/[", False),
        ("https://noo.ee/100%", False),
        ("javascript:alert(1)", False),
        ("file:///etc/passwd", False),
        ("vaata https://noo.ee", False),
        ("https://noo.ee/" + "a" * 2000, False),
    ],
)
def test_only_a_web_address_alone_is_a_link(text: str, link: bool) -> None:
    assert (link_in(text) == text) is link


# Names of files ----------------------------------------------------------------------------------------------------


def test_file_names_are_those_of_an_estonian_office() -> None:
    made = document()
    assert name_of(made, "docx") == "avatud-valitsemise-tegevuskava_noo-vald_2026-11-24.docx"
    assert name_of(replace(made, example=True), "pdf") == "avatud-valitsemise-tegevuskava_noo-vald_2026-11-24_naide.pdf"
    english = replace(made, title="Open government action plan", language="en", example=True)
    assert name_of(english, "xlsx") == "open-government-action-plan_noo-vald_2026-11-24_example.xlsx"
    assert name_of(replace(made, title="План"), "docx") == "dokument_noo-vald_2026-11-24.docx"
    assert slug("Žüriitöö Šotimaal 2026–2028") == "zuriitoo-sotimaal-2026-2028"


@given(ANY_TEXT, ANY_TEXT)
def test_any_text_makes_a_file_name_that_every_system_takes(title: str, municipality: str) -> None:
    name = file_name(title, municipality, DAY, "docx")
    assert re.fullmatch(r"[a-z0-9_-]*2026-11-24\.docx", name)
    assert len(name) < 150


# Whatever people write ---------------------------------------------------------------------------------------------

HOSTILE = (
    '#panic("x") $x^2$ *a* _b_ `c` @viide <silt> = pealkiri // märkus /* a */ \\ \\u{41} #sys.inputs',
    "=1+1",
    "+372 5555 5555",
    "-2",
    "@SUM(A1)",
    '=HYPERLINK("http://x.ee","y")',
    "#N/A",
    "<w:p>&amp;]]><script>alert(1)</script>",
    "&[Page]&P",
    "مرحبا بالعالم שלום",
    "Ülemaailmne õunapäev žürii Šveitsis",
    "''",
)


def everywhere(text: str) -> Document:
    table = Table(text, (Column("A"), Column("B", "link")), ((text, text),))
    facts = Facts((Fact(text, text),), text, Fact("Osa", text))
    blocks = (
        Heading(text),
        Heading(text, 3),
        Paragraph(text),
        Bullets((text,)),
        Note(text),
        facts,
        table,
        replace(PICTURE, alt=text, caption=text),
    )
    return Document(text, text, text, DAY, "et", blocks)


def assert_comes_out(text: str) -> None:
    made = everywhere(text)
    read = word_of(made)
    paragraphs = [paragraph.text for paragraph in read.paragraphs]
    assert all(line in paragraphs for line in lines(text))
    assert read.tables[0].cell(1, 0).text == "\n".join(lines(text))
    cells = [cell for sheet in book_of(made) for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    kept = plain(text).strip()
    assert not kept or kept in [cell.value for cell in cells]
    assert pdf.write(made).startswith(b"%PDF-1.7")


@settings(max_examples=25, deadline=None)
@given(ANY_TEXT)
def test_any_text_goes_through_all_writers_and_comes_out_as_text(text: str) -> None:
    assert_comes_out(text)


@pytest.mark.parametrize(
    "text",
    [*HOSTILE, "x" * 10_000, "sõna " * 2000, "https://noo.ee/" + "a/" * 900, "👨‍👩‍👧 ja 中文"],
    ids=lambda text: ascii(text[:20]),
)
def test_hostile_and_endless_texts_come_out_as_text(text: str) -> None:
    assert_comes_out(text)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.text("abcõäöüšž#$*_`@<>=/\\[]{}()&%!?\"';:,.0123456789", min_size=1, max_size=15), min_size=1, max_size=8
    )
)
def test_the_letters_of_a_pdf_are_those_of_the_text(words: list[str]) -> None:
    text = " ".join(words)
    # A line may end in a hyphen that the text has not, and a reader of PDF guesses at spaces.
    bare = re.sub(r"[\s\u00ad‐-]", "", pdf_text(document(Paragraph(text))))
    assert re.sub(r"\s", "", text) in bare


def test_typst_markup_of_a_learner_is_shown_and_not_run() -> None:
    text = pdf_text(document(Heading("= Peatükk #let x"), Paragraph(HOSTILE[0])))
    assert "= Peatükk #let x" in text
    assert '#panic("x") $x^2$ *a* _b_ `c` @viide <silt> = pealkiri // märkus /* a */ \\ \\u{41}' in text.replace(
        "\n", " "
    )


def test_a_letter_that_the_font_lacks_is_a_box_and_said_to_be_one() -> None:
    text = pdf_text(document(Paragraph("Hea mõte 👍🏽 ja 中")))
    assert "Hea mõte □□ ja □" in text
    assert say("documents.boxed", "et", box="□")[:40] in text.replace("\n", " ")
    assert "□" not in pdf_text(document(Paragraph("Hea mõte")))


# Word --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "tag", "footer"), [("et", "et-EE", "lk 1/1"), ("en", "en-GB", "p. 1 of 1")])
def test_word_knows_its_language_title_and_pages(language: Language, tag: str, footer: str) -> None:
    made = whole(language)
    read = word_of(made)
    assert read.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}").get(qn("w:val")) == tag
    properties = read.core_properties
    assert (properties.title, properties.language, properties.author) == (made.title, tag, "Nõo vald")
    assert "python-docx" not in properties.comments
    for section in read.sections:
        assert [p.text for p in section.header.paragraphs] == ["Nõo vald · Avatud valitsemise tegevuskava · 24.11.2026"]
        paragraph = section.footer.paragraphs[0]
        assert "".join(run.text for run in paragraph.runs) == footer
        assert re.findall(r"<w:instrText[^>]*> (\w+) <", paragraph._p.xml) == ["PAGE", "NUMPAGES"]
        assert sorted(round(side.cm, 1) for side in (section.page_width, section.page_height)) == [21.0, 29.7]


def test_word_has_real_styles_and_no_blue_of_python_docx() -> None:
    read = word_of(whole())
    used = {paragraph.style.name for paragraph in read.paragraphs}
    assert {"Title", "Subtitle", "Heading 1", "Heading 2", "Normal", "List Bullet", "Caption"} <= used
    assert {"Märkus", "Väli ja väärtus", "Pildi allkiri"} <= used
    colours = set(re.findall(r'w:color w:val="(\w+)"', word_xml(whole(), "word/styles.xml")))
    assert colours <= {"1B3A6B", "B4530A", "1C2430", "444E5C", "FFFFFF"}
    bullets = [p for p in read.paragraphs if p.style.name == "List Bullet"]
    assert [p.text for p in bullets] == ["üks", "kaks"]
    number = bullets[0].style.element.find(f".//{qn('w:numId')}").get(qn("w:val"))
    numbering = word_xml(whole(), "word/numbering.xml")
    assert f'<w:num w:numId="{number}">' in numbering
    assert 'w:numFmt w:val="bullet"' in numbering


def test_word_tables_repeat_their_head_and_split_no_row() -> None:
    read = word_of(whole())
    assert len(read.tables) == 2
    for table in read.tables:
        head, *rows = table._tbl.findall(qn("w:tr"))
        assert head.find(f".//{qn('w:tblHeader')}") is not None
        assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (head, *rows))
        assert not any(row.find(f".//{qn('w:tblHeader')}") is not None for row in rows)
        assert table._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
        assert [cell.text for cell in table.rows[1].cells] == [
            "Avaldame eelnõud",
            "01.03.2027",
            "12\u00a0500\u00a0€",
            "25\u00a0%",
            "https://noo.ee/eelnoud?a=1",
        ]
        assert [cell.text for cell in table.rows[2].cells] == ["Küsime", *[MISSING] * 4]
    wide = [section.page_width > section.page_height for section in read.sections]
    assert wide == [False, True, False]


def test_word_pictures_have_words_and_captions_numbers() -> None:
    xml = word_xml(whole())
    assert xml.count(f'descr="{PICTURE.alt}"') == 2
    captions = [p.text for p in word_of(whole()).paragraphs if p.style.name in ("Caption", "Pildi allkiri")]
    assert captions == ["Tabel 1. Vahe-eesmärgid", "Joonis 1. Otstarbed", "Tabel 2. Lai tabel"]
    assert re.findall(r"SEQ (\w+)", xml) == ["Tabel", "Joonis", "Tabel"]


def test_words_table_of_contents_is_there_and_leads_to_its_headings() -> None:
    xml = word_xml(whole())
    marks = re.findall(r'w:bookmarkStart [^>]*w:name="(_Toc\d+)"', xml)
    entries = re.findall(r'<w:hyperlink w:anchor="(_Toc\d+)"', xml)
    assert len(entries) == 18
    assert entries == marks
    assert r'TOC \o "1-2"' in xml
    assert xml.count('fldCharType="begin"') == xml.count('fldCharType="end"')
    assert "TOC" not in word_xml(document(Heading("Ainus")))


def test_word_links_only_what_is_an_address() -> None:
    made = document(Paragraph("https://noo.ee/a"), Paragraph("javascript:alert(1)"), Paragraph("vt https://noo.ee/b"))
    relations = word_xml(made, "word/_rels/document.xml.rels")
    assert re.findall(r'Target="(https?://[^"]*)" TargetMode="External"', relations) == ["https://noo.ee/a"]


def test_three_thousand_paragraphs_stay_fast() -> None:
    import time

    made = document(*(Paragraph(f"Lõik {number}") for number in range(3000)))
    begun = time.monotonic()
    word.write(made)
    # Measured at 0.2 s; python-docx's own way takes ten times as long.
    assert time.monotonic() - begun < 3


# PDF ---------------------------------------------------------------------------------------------------------------


def tags_of(reader: pypdf.PdfReader) -> Iterator[Any]:
    """Yield the elements of the structure tree."""

    def walk(node: Any) -> Iterator[Any]:
        node = node.get_object()
        if isinstance(node, dict) and "/S" in node:
            yield node
        inner = node.get("/K", []) if isinstance(node, dict) else node
        for child in inner if isinstance(inner, list) else [inner]:
            if isinstance(child, pypdf.generic.IndirectObject | dict):
                yield from walk(child)

    root: Any = reader.trailer["/Root"]
    return walk(root["/StructTreeRoot"])


@pytest.mark.parametrize(("language", "tag"), [("et", "et-EE"), ("en", "en-GB")])
def test_pdf_says_that_it_is_accessible_and_is_tagged(language: Language, tag: str) -> None:
    reader = pdf_of(whole(language))
    root: Any = reader.trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == "Avatud valitsemise tegevuskava"
    assert reader.metadata.author == "Nõo vald"
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == DAY
    found = list(tags_of(reader))
    kinds = [node["/S"] for node in found]
    assert kinds.count("/TH") == 10
    assert [node["/Alt"] for node in found if node["/S"] == "/Figure"] == [PICTURE.alt]
    assert {"/H1", "/H2", "/TOC", "/L", "/Link", "/Caption"} <= set(kinds)


def test_pdf_has_header_and_page_number_on_every_page() -> None:
    reader = pdf_of(whole("en", example=True))
    pages = [page.extract_text() for page in reader.pages]
    assert len(pages) > 2
    for number, text in enumerate(pages, start=1):
        assert "Nõo vald · Avatud valitsemise tegevuskava · 24.11.2026" in text
        assert f"p. {number} of {len(pages)}" in text
        assert "Made-up example" in text
    turned = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert any(turned)
    assert not all(turned)


def test_the_same_document_gives_the_same_pdf() -> None:
    assert pdf.write(whole()) == pdf.write(whole())


def test_a_row_longer_than_a_page_goes_on_and_the_head_stands_again() -> None:
    made = document(Table("T", (Column("Päis"), Column("B")), (("sõna " * 3000 + "LÕPP", "b"), *(("a", "b"),) * 60)))
    pages = [page.extract_text() for page in pdf_of(made).pages]
    assert len(pages) > 3
    assert "".join(pages).count("sõna") == 3000
    # What runs over the edge of a page can still be read by a machine, but not by people.
    assert max(text.count("sõna") for text in pages) < 2000
    assert [("LÕPP" in text) for text in pages].count(True) == 1
    assert all("Päis" in text for text in pages)


def test_what_cannot_be_set_is_said_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> bytes:
        raise typst.TypstError("no such font")

    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(DocumentFailed) as caught:
        pdf.write(whole())
    assert caught.value.sentence("et").startswith(
        "Dokumenti „Avatud valitsemise tegevuskava“ ei õnnestunud koostada: lehekülgi"
    )
    assert "its pages could not be set (no such font)" in caught.value.sentence("en")


# Excel -------------------------------------------------------------------------------------------------------------


def test_excel_cells_are_what_they_are() -> None:
    sheet = book_of(whole())["Vahe-eesmärgid"]
    assert [cell.value for cell in sheet[1]] == ["Mida", "Tähtaeg", "Raha", "Osa", "Link"]
    text, day, money, share, link = sheet[2]
    assert text.data_type == "s"
    assert day.value.date() == date(2027, 3, 1)
    assert day.number_format == "dd.mm.yyyy"
    assert (money.value, money.number_format) == (12500, r"#,##0\ [$€-425]")
    assert (share.value, share.number_format) == (0.25, "0%")
    assert link.hyperlink.target == "https://noo.ee/eelnoud?a=1"
    # What is missing is an empty cell, and the first sheet says so.
    assert [cell.value for cell in sheet[3]] == ["Küsime", None, None, None, None]
    assert say("documents.empty-cell", "et") in [cell.value for cell in book_of(whole())["Dokument"]["A"]]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", "\t=1", "\r=1", "=cmd|' /C calc'!A0"])
def test_what_looks_like_a_formula_stays_text(text: str) -> None:
    data = excel.write(document(Table("T", (Column("A"),), ((text,),))))
    cell = openpyxl.load_workbook(io.BytesIO(data))["T"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text.strip(), "s", True)
    assert b"<f>" not in zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet2.xml")


def test_excel_sheets_are_ready_to_read_and_to_print() -> None:
    read = book_of(whole(example=True))
    assert read.sheetnames == ["Dokument", "Vahe-eesmärgid", "Lubadused", "Lai tabel"]
    for sheet in read:
        assert sheet.page_setup.orientation == "landscape"
        assert str(sheet.page_setup.paperSize) == "9"
        assert sheet.oddHeader.left.text == "Väljamõeldud näide · Nõo vald · Avatud valitsemise tegevuskava"
        assert sheet.oddFooter.right.text == "lk &P/&N"
    table = read["Vahe-eesmärgid"]
    assert (table.freeze_panes, table.auto_filter.ref, table.print_title_rows) == ("A2", "A1:E3", "$1:$1")
    front = [cell.value for cell in read["Dokument"]["A"] if cell.value]
    assert front[:5] == [
        "Avatud valitsemise tegevuskava",
        "Väljamõeldud näide",
        "Koos elanikega",
        "Nõo vald",
        "24.11.2026",
    ]
    assert "See on meie lugem." in front
    assert read.properties.creator == "Nõo vald"
    assert read.properties.language == "et-EE"


def test_an_ampersand_in_a_name_is_no_code_in_the_header() -> None:
    made = replace(document(Table("T", (Column("A"),), ())), municipality="Vald & Linn &P")
    xml = zipfile.ZipFile(io.BytesIO(excel.write(made))).read("xl/worksheets/sheet2.xml").decode()
    assert "Vald &amp;&amp; Linn &amp;&amp;P" in xml


def test_tables_of_one_sheet_are_one_list_with_what_they_belong_to() -> None:
    def part(number: int) -> Table:
        extra = (Column("Hind", "money"),) if number == 2 else ()
        return Table(
            f"Lubadus {number}",
            (Column("Mida"), *extra),
            ((f"samm {number}", 5)[: 1 + len(extra)],),
            sheet="Sammud",
            part=Fact("Lubadus", f"{number}. lubadus"),
        )

    sheet = book_of(document(part(1), part(2)))["Sammud"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["Lubadus", "Mida", "Hind"],
        ["1. lubadus", "samm 1", None],
        ["2. lubadus", "samm 2", 5],
    ]


@given(st.lists(ANY_TEXT, max_size=5))
@settings(max_examples=30, deadline=None)
def test_any_caption_makes_a_sheet_of_its_own(captions: list[str]) -> None:
    tables = [
        Table(caption, (Column("A"),), ((1,),), sheet=f"{number}{caption}") for number, caption in enumerate(captions)
    ]
    names = book_of(document(*tables, *tables[:1])).sheetnames
    assert len({name.lower() for name in names}) == len(captions) + 1
    assert all(0 < len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_progress_is_told_from_nothing_to_all() -> None:
    for writer in (word, pdf, excel):
        told: list[tuple[int, int, str]] = []
        writer.write(whole(), lambda done, total, label, told=told: told.append((done, total, label)))  # type: ignore[misc]
        assert told[0][0] == 0
        assert told[-1][0] == told[-1][1]
        assert told[-1][2] == say("documents.written", "et")
