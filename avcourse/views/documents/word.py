"""A document as Word: real styles that an official can change, headers that repeat, pictures with words.

The body is built of XML elements directly: python-docx looks a style up at every paragraph, which a book of proposals feels.
"""

from __future__ import annotations

import io
from itertools import count
from typing import Any, Final

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.shared import Cm, Emu, Mm

from avcourse.course.language import say
from avcourse.views.documents.model import (
    MISSING,
    PICTURE,
    Block,
    Bullets,
    Document,
    Facts,
    Heading,
    Kind,
    Note,
    Paragraph,
    Picture,
    Progress,
    Table,
    Value,
    in_order,
    is_long,
    lines,
    link_in,
    on_pages,
    one_line,
    plain,
    shares,
    shown,
)
from avcourse.views.documents.word_styles import element, field, new_document, subtitles

PORTRAIT, LANDSCAPE = 9638, 14570
"""Width of the text in twentieths of a point: A4 less margins of 2 cm."""
_NUMBERS: Final = ("number", "money", "share")


class _Writer:
    """Writes one document; holds what is counted on the way (bookmarks, tables, pictures)."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.language = document.language
        self.word: WordDocument = new_document(document)
        self.end: Any = self.word.element.body[-1]
        self.marks = count(1)
        self.numbers = {"table": count(1), "picture": count(1)}
        self.wide = False

    def put(self, made: Any) -> Any:
        """Append to the body, whose end is the last section's properties."""
        self.end.addprevious(made)
        return made

    def paragraph(self, style: str, text: str = "") -> Any:
        """Append a paragraph of a style."""
        made = _paragraph(style)
        self.run(made, text)
        return self.put(made)

    def run(self, parent: Any, text: str, style: str = "") -> None:
        """Append a run of text; lines are kept as lines, a web address that stands alone becomes a link."""
        address = link_in(text)
        if address and not style:
            link = element("hyperlink", parent)
            link.set(qn("r:id"), self.word.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            parent, style = link, "Hyperlink"
        if text:
            _run(parent, text, style)

    def turn(self, wide: bool) -> None:
        """Begin a page of the other orientation, if this one is not right."""
        if wide == self.wide:
            return
        section = self.word.add_section(WD_SECTION.NEW_PAGE)
        section.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
        section.page_width, section.page_height = (Cm(29.7), Cm(21)) if wide else (Cm(21), Cm(29.7))
        # The paragraph that ends the section must not take a line of its own, or a full page would be followed by an empty one.
        self.end.getprevious().find(qn("w:pPr")).insert(
            0, element("spacing", before="0", after="0", line="20", lineRule="exact")
        )
        self.wide = wide

    def heading(self, block: Heading) -> None:
        """Append a heading with the bookmark that the table of contents leads to."""
        made = _paragraph(f"Heading{block.level}")
        mark = str(next(self.marks))
        element("bookmarkStart", made, id=mark, name=f"_Toc{mark:0>9}")
        _run(made, block.text)
        element("bookmarkEnd", made, id=mark)
        self.put(made)

    def contents(self, blocks: list[Block]) -> None:
        """Append a table of contents that is there at once; Word adds the page numbers when it is updated."""
        holder = self.put(element("sdt"))
        part = element("docPartObj", element("sdtPr", holder))
        element("docPartGallery", part, val="Table of Contents")
        element("docPartUnique", part)
        inner = element("sdtContent", holder)
        title = _paragraph("TOCHeading")
        _run(title, say("documents.contents", self.language))
        inner.append(title)
        entries = [
            (mark, block.level, block.text)
            for mark, block in enumerate((b for b in blocks if isinstance(b, Heading)), start=1)
            if block.level < 3
        ]
        for mark, level, text in entries:
            made = _paragraph(f"TOC{level}")
            if mark == entries[0][0]:
                _begin_field(made, r'TOC \o "1-2" \h \z \u')
            _run(element("hyperlink", made, anchor=f"_Toc{mark:0>9}", history="1"), text)
            inner.append(made)
        element("fldChar", element("r", inner[-1]), fldCharType="end")

    def caption(self, kind: str, style: str, text: str) -> None:
        """Append a numbered caption; the number is a field, so that Word counts on when an official adds a table."""
        made = _paragraph(style)
        number = str(next(self.numbers[kind]))
        word = say(f"documents.{kind}", self.language)
        _run(made, f"{word} ")
        field(made, rf"SEQ {word} \* ARABIC", number)
        _run(made, f". {one_line(text)}")
        self.put(made)

    def facts(self, block: Facts) -> None:
        """Append named values, each beginning with its name."""
        for fact in block.facts:
            first, *rest = lines(shown(fact.value, fact.kind, self.language))
            made = self.paragraph("Fact")
            _run(made, f"{one_line(fact.label)}: ", "Strong")
            self.run(made, first)
            for line in rest:
                element("ind", self.paragraph("Fact", line).find(qn("w:pPr")), left="284", firstLine="0")

    def table(self, block: Table) -> None:
        """Append a table, or its sentence where it has no rows."""
        if not block.rows:
            for line in lines(block.empty):
                self.paragraph("Normal", line)
            return
        self.caption("table", "Caption", block.caption)
        whole = LANDSCAPE if self.wide else PORTRAIT
        widths = [round(share * whole) for share in shares(block, self.language)]
        table = self.put(element("tbl"))
        look = element("tblPr", table)
        element("tblStyle", look, val="QuietTable")
        element("tblW", look, w=str(sum(widths)), type="dxa")
        element("tblLayout", look, type="fixed")
        element(
            "tblLook",
            look,
            val="0620",
            firstRow="1",
            lastRow="0",
            firstColumn="0",
            lastColumn="0",
            noHBand="1",
            noVBand="1",
        )
        element("tblCaption", look, val=one_line(block.caption)[:250])
        grid = element("tblGrid", table)
        for width in widths:
            element("gridCol", grid, w=str(width))
        head = self.row(
            table, [(column.head, "text", column.kind in _NUMBERS) for column in block.columns], widths, "CellHead"
        )
        element("tblHeader", head)
        for row in block.rows:
            cells = zip(row, block.columns, strict=True)
            self.row(table, [(value, column.kind, column.kind in _NUMBERS) for value, column in cells], widths, "Cell")
        # Word needs a paragraph after a table, and a little room is right anyway.
        self.put(_paragraph("AfterTable"))

    def row(self, table: Any, cells: list[tuple[Value, Kind, bool]], widths: list[int], style: str) -> Any:
        """Append a row that is not split between pages and return its properties; a cell is value, kind, set to the right."""
        row = element("tr", table)
        properties = element("trPr", row)
        element("cantSplit", properties)
        for (value, kind, right), width in zip(cells, widths, strict=True):
            cell = element("tc", row)
            element("tcW", element("tcPr", cell), w=str(width), type="dxa")
            made = _paragraph("CellNumber" if right and style == "Cell" else style)
            if right and style != "Cell":
                element("jc", made.find(qn("w:pPr")), val="right")
            self.run(made, "\n".join(lines(shown(value, kind, self.language))))
            cell.append(made)
        return properties

    def picture(self, block: Picture) -> None:
        """Append a picture with its words and its caption."""
        holder = self.word.add_paragraph()
        element("pStyle", holder._p.get_or_add_pPr(), val="Picture")
        shape = holder.add_run().add_picture(io.BytesIO(block.png))
        widest = Mm(PICTURE)
        if shape.width > widest:
            shape.height, shape.width = Emu(round(shape.height * widest / shape.width)), Emu(widest)
        named: tuple[Any, ...] = (shape._inline.docPr, shape._inline.graphic.graphicData.pic.nvPicPr.cNvPr)
        for place in named:
            place.set("descr", one_line(block.alt))
        self.caption("picture", "PictureCaption", block.caption)

    def block(self, block: Block) -> None:
        """Append one block."""
        match block:
            case Heading():
                self.heading(block)
            case Paragraph():
                for line in lines(block.text):
                    self.paragraph("Normal", line)
            case Bullets():
                for item in block.items:
                    self.paragraph("ListBullet", "\n".join(lines(item)))
            case Note():
                self.paragraph("Note", "\n".join(lines(block.text)))
            case Facts():
                self.facts(block)
            case Table():
                self.table(block)
            case Picture():
                self.picture(block)

    def front(self) -> None:
        """Append the title, and what says whose and of when the document is."""
        document = self.document
        if document.example:
            self.paragraph("Example", say("documents.example", self.language))
        self.paragraph("Title", one_line(document.title) or MISSING)
        for text in subtitles(document):
            self.paragraph("Subtitle", text)

    def write(self, progress: Progress | None) -> bytes:
        """Write all of it."""
        self.front()
        blocks = list(in_order(self.document.blocks))
        if is_long(self.document):
            self.contents(blocks)
        for done, (wide, block) in enumerate(on_pages(blocks)):
            if progress and done % 50 == 0:
                progress(done, len(blocks), say("documents.writing", self.language))
            self.turn(wide)
            self.block(block)
        stream = io.BytesIO()
        self.word.save(stream)
        if progress:
            progress(len(blocks), len(blocks), say("documents.written", self.language))
        return stream.getvalue()


def _paragraph(style: str) -> Any:
    made = element("p")
    element("pStyle", element("pPr", made), val=style)
    return made


def _run(parent: Any, text: str, style: str = "") -> None:
    run = element("r", parent)
    if style:
        element("rStyle", element("rPr", run), val=style)
    for place, line in enumerate(plain(text).split("\n")):
        if place:
            element("br", run)
        words = element("t", run)
        words.text = line
        words.set(qn("xml:space"), "preserve")


def _begin_field(parent: Any, code: str) -> None:
    """Begin a field whose result goes on over several paragraphs."""
    element("fldChar", element("r", parent), fldCharType="begin")
    instruction = element("instrText", element("r", parent))
    instruction.text = f" {code} "
    instruction.set(qn("xml:space"), "preserve")
    element("fldChar", element("r", parent), fldCharType="separate")


def write(document: Document, progress: Progress | None = None) -> bytes:
    """Return a document as a Word file."""
    return _Writer(document).write(progress)
