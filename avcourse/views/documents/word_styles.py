"""The dress of a Word document: styles, bullets, settings, page, header and footer. What stands in it is written by ``word``."""

from __future__ import annotations

from datetime import UTC, datetime, time
from importlib.resources import files
from typing import Any, Final

import docx
from docx.document import Document as WordDocument
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, RGBColor

from avcourse.course.language import Language, say
from avcourse.views.documents.model import Document, day, one_line

TAGS: Final[dict[Language, str]] = {"et": "et-EE", "en": "en-GB"}
OWN_STYLES: Final = (
    "TABLE",
    "PICTURE",
    "UNDER-PICTURE",
    "FACT",
    "NOTE",
    "EXAMPLE",
    "CELL",
    "NUMBER",
    "HEAD",
    "AFTER-TABLE",
)
"""Styles that Word does not know; their names in people's words stand in ``strings_documents.toml``."""
_BULLETS: Final = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="1">
  <w:multiLevelType w:val="singleLevel"/>
  <w:lvl w:ilvl="0">
    <w:start w:val="1"/><w:numFmt w:val="bullet"/><w:pStyle w:val="ListBullet"/><w:lvlText w:val="•"/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="340" w:hanging="227"/></w:pPr>
    <w:rPr><w:rFonts w:ascii="Arial" w:hAnsi="Arial" w:cs="Arial"/><w:color w:val="1B3A6B"/></w:rPr>
  </w:lvl>
</w:abstractNum>"""


def element(tag: str, parent: Any = None, **attributes: str) -> Any:
    """Return a new element ``w:tag`` with attributes of the same namespace, as the last child of ``parent``."""
    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    if parent is not None:
        parent.append(made)
    return made


def field(paragraph: Any, code: str, cached: str) -> None:
    """Append a field to a paragraph: what Word counts itself, and what is shown until it does."""
    for part in ("begin", "code", "separate", "cached", "end"):
        run = element("r", paragraph)
        if part == "code":
            instruction = element("instrText", run)
            instruction.text = f" {code} "
            instruction.set(qn("xml:space"), "preserve")
        elif part == "cached":
            element("t", run).text = cached
        else:
            element("fldChar", run, fldCharType=part)


def _styles(word: WordDocument, language: Language) -> None:
    source = files("avcourse.views.documents").joinpath("styles.xml").read_text(encoding="utf-8")
    source = source.replace("LANGUAGE", TAGS[language])
    for name in OWN_STYLES:
        source = source.replace(
            f'w:name w:val="{name}"', f'w:name w:val="{say(f"word-styles.{name.lower()}", language)}"'
        )
    own, old = parse_xml(source.encode()), word.styles.element
    latent = old.find(qn("w:latentStyles"))
    for child in list(old):
        old.remove(child)
    for child in list(own):
        old.append(child)
    # The names of the styles that Word itself has, and which of them it shows.
    old.insert(1, latent)


def _numbering(word: WordDocument) -> None:
    root = word.part.numbering_part.element
    for child in list(root):
        root.remove(child)
    root.append(parse_xml(_BULLETS))
    element("abstractNumId", element("num", root, numId="1"), val="1")


def _settings(word: WordDocument, language: Language) -> None:
    root = word.settings.element
    stop = root.find(qn("w:defaultTabStop"))
    # Estonian compounds need hyphens in narrow columns.
    hyphens = [
        element("autoHyphenation", val="1"),
        element("consecutiveHyphenLimit", val="2"),
        element("doNotHyphenateCaps", val="1"),
    ]
    for made in reversed(hyphens):
        stop.addnext(made)
    zoom = root.find(qn("w:zoom"))
    zoom.attrib.clear()
    zoom.set(qn("w:percent"), "100")
    root.find(qn("w:themeFontLang")).set(qn("w:val"), TAGS[language])
    root.find(qn("w:decimalSymbol")).set(qn("w:val"), "," if language == "et" else ".")
    root.find(qn("w:listSeparator")).set(qn("w:val"), ";" if language == "et" else ",")
    for setting in root.iter(qn("w:compatSetting")):
        # 15 is the present format; with less, Word opens the document in compatibility mode.
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")


def _properties(word: WordDocument, document: Document) -> None:
    properties, made = word.core_properties, datetime.combine(document.date, time(12), UTC)
    properties.title = one_line(document.title)[:255]
    properties.subject = one_line(document.subtitle)[:255]
    properties.author = properties.last_modified_by = one_line(document.municipality)[:255]
    properties.language = TAGS[document.language]
    properties.comments = say("documents.example", document.language) if document.example else ""
    properties.created = properties.modified = made
    properties.revision = 1


def _page(word: WordDocument, document: Document) -> None:
    section = word.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    section.header_distance = section.footer_distance = Cm(1.1)
    first = section.header.paragraphs[0]
    first.style = word.styles["Header"]
    if document.example:
        run = first.add_run(say("documents.example", document.language))
        run.style, run.font.color.rgb = word.styles["Strong"], RGBColor(0xB4, 0x53, 0x0A)
        first = section.header.add_paragraph(style=word.styles["Header"])
    first.add_run(header_line(document))
    footer = section.footer.paragraphs[0]
    footer.style = word.styles["Footer"]
    before, between = say("documents.page", document.language).split("|")
    for text, code in ((before, "PAGE"), (between, "NUMPAGES")):
        footer.add_run(text)
        field(footer._p, code, "1")


def header_line(document: Document) -> str:
    """Return what stands above every page: whose document, which, of when."""
    title = one_line(document.title)
    short = title if len(title) <= 90 else f"{title[:89].rstrip()}…"
    return " · ".join(filter(None, (one_line(document.municipality), short, day(document.date))))


def subtitles(document: Document) -> list[str]:
    """Return what stands under the title: the subtitle, whose document it is, and of when."""
    whose = ", ".join(filter(None, (one_line(document.municipality), day(document.date))))
    return [text for text in (one_line(document.subtitle), whose) if text]


def new_document(document: Document) -> WordDocument:
    """Return an empty Word document in the house's dress, with the properties, header and footer of ``document``."""
    word = docx.Document()
    _styles(word, document.language)
    _numbering(word)
    _settings(word, document.language)
    _properties(word, document)
    _page(word, document)
    return word
