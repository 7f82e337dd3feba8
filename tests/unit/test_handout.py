"""Handouts: everything that is taught stands in them, nothing that is graded, and a reader by ear finds the way."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from datetime import date
from functools import cache
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pypdf
import pytest
from click.testing import CliRunner

from avcourse.cli import main
from avcourse.course.course import load_bank, load_course, load_graded, material
from avcourse.course.language import LANGUAGES, Language, say, words
from avcourse.course.questions import Key, Option, Question
from avcourse.views.documents.handout.files import handout_name, handouts, make_handout
from avcourse.views.documents.handout.gathering import NotPrinted, gather, printed
from avcourse.views.documents.handout.model import Asked, Block, Figure, Handout, Lesson, NewPage, Notes
from avcourse.views.documents.handout.questions import answered
from avcourse.views.documents.handout.setting import write
from avcourse.views.handout import show_handout
from avcourse.views.markdown import Heading, Paragraph, Points, Run, as_blocks
from avcourse.views.municipality import PARTS

DAY = date(2026, 11, 27)


@cache
def whole(language: Language) -> Handout:
    return gather(None, language, DAY)


@cache
def whole_pdf(language: Language) -> bytes:
    return write(whole(language))


@cache
def pages_of(language: Language) -> list[str]:
    """Return the text of each page of the whole course's PDF."""
    done = subprocess.run(["pdftotext", "-", "-"], input=whole_pdf(language), capture_output=True, check=True)
    return done.stdout.decode().removesuffix("\f").split("\f")


@cache
def read_aloud(language: Language) -> str:
    """Return what stands in the whole course's PDF, without spaces: lines and hyphens come where the page has room."""
    # A page's footer may stand in the middle of a sentence.
    feet = r"\n[^\n]*Märkmed\n|\nNotes\n|(lk \d+/\d+|p\. \d+ of \d+)"
    return squeezed(re.sub(feet, "\n", "\n".join(pages_of(language))))


def squeezed(text: str) -> str:
    return re.sub(r"[\s\-‐\u00ad]+", "", text)


def asked_on(language: Language) -> Iterator[tuple[str, Question]]:
    """Yield the questions of the built lessons, found apart from the code under test."""
    for module in printed(load_course()):
        page = material() / "course" / language / f"{module.slug}.ipynb"
        for cell in json.loads(page.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                for found in re.findall(r'^ask\("[^/]+/([^"]+)"', "".join(cell["source"]), re.MULTILINE):
                    yield module.id, load_bank()[found]


def contains(language: Language, text: str) -> bool:
    return squeezed(text) in read_aloud(language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_heading_stands_in_the_course(language: Language) -> None:
    headings = [
        "".join(run.text for run in block.runs)
        for lesson in whole(language).lessons
        for block in lesson.blocks
        if isinstance(block, Heading)
    ]
    titles = [module.title.in_(language) for module in printed(load_course())]
    assert len(headings) > 50
    assert [text for text in (*titles, *headings) if not contains(language, text)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_stands_in_the_course_with_its_options(language: Language) -> None:
    found = list(asked_on(language))
    assert len(found) > 25
    printed_questions = sum(isinstance(block, Asked) for lesson in whole(language).lessons for block in lesson.blocks)
    assert printed_questions == len(found)
    for _, question in found:
        texts = [question.text.in_(language)]
        if len(question.options) < 20:
            texts += [option.text.in_(language) for option in (*question.options, *question.targets)]
        missing = [text for text in texts if not contains(language, text[:45])]
        assert missing == [], question.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_formative_is_explained_at_the_end(language: Language) -> None:
    explained = [q for _, q in asked_on(language) if q.key and q.key.explanation and not q.graded]
    assert len(explained) > 25
    for question in explained:
        assert question.key is not None
        assert question.key.explanation is not None
        assert contains(language, question.key.explanation.in_(language)[:45]), question.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_key_or_feedback_of_a_graded_question_is_inside(language: Language) -> None:
    graded = load_graded()
    assert len(graded) > 40
    for question in graded.values():
        assert question.key is not None
        said = [*question.key.feedback.values(), *([question.key.explanation] if question.key.explanation else [])]
        told = [text.in_(language) for text in said if len(text.in_(language)) > 25]
        assert [text for text in told if contains(language, text)] == [], question.id


def test_a_graded_question_with_a_key_at_hand_is_not_answered() -> None:
    question = next(question for question in load_graded().values() if question.kind == "single")
    assert question.key is not None
    assert answered(question, 1, "et") == ()


def test_an_answer_says_what_is_right_in_each_kind() -> None:
    def told(kind: str, answer: Any, **more: Any) -> str:
        options = tuple(Option(name, word(name)) for name in ("a", "b"))
        key = Key(answer, more.pop("tolerance", 0.0), {}, word("selgitus"))
        question = Question("q", kind, "impact", "apply", word("?"), options=options, key=key, **more)  # type: ignore[arg-type]
        return repr(answered(question, 3, "et"))

    def word(text: str) -> Any:
        from avcourse.course.language import Text

        return Text(et=text, en=text)

    targets = (Option("x", word("X")), Option("y", word("Y")))
    assert "b → A" in told("matching", ("a:y", "b:x"), targets=targets)
    ordered = told("ordering", ("b", "a"))
    assert ordered.index("'b'") < ordered.index("'a'")
    assert "12,5 € (±2)" in told("number", 12.5, tolerance=2.0, unit=word("€"))
    assert "„jah“" in told("short", ("jah", "yes"))
    assert "selgitus" in told("rating", ())
    assert "Küsimus 3" in told("long", ())


def test_every_part_of_the_own_work_has_its_sentence() -> None:
    assert set(PARTS) <= set(words("handout-work", "et"))


def tags_of(reader: pypdf.PdfReader) -> Iterator[Any]:
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
def test_the_course_is_tagged_titled_and_has_bookmarks(language: Language, tag: str) -> None:
    reader = pypdf.PdfReader(BytesIO(whole_pdf(language)))
    root: Any = reader.trailer["/Root"]
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert root["/Lang"] == tag
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert reader.metadata.title == load_course().title.in_(language)
    found = list(tags_of(reader))
    kinds = {node["/S"] for node in found}
    assert {"/H1", "/H2", "/TOC", "/L", "/Link", "/Table", "/TH", "/Figure"} <= kinds
    assert all(node.get("/Alt") for node in found if node["/S"] == "/Figure")
    marks = [one["/Title"] for one in reader.outline if not isinstance(one, list)]
    assert [module.title.in_(language) for module in printed(load_course())] == marks
    sizes = {(round(float(page.mediabox.width)), round(float(page.mediabox.height))) for page in reader.pages}
    assert sizes == {(595, 842)}
    pages = pages_of(language)
    assert len(pages) == len(reader.pages)
    for number, page in enumerate(pages, start=1):
        first, second = say("documents.page", language).split("|")
        assert f"{first}{number}{second}{len(pages)}" in page


def test_every_lesson_can_be_had_alone() -> None:
    # In turn in one language and the other: in both they stand in the whole course.
    for name, language in zip(handouts()[:-1], cycle(LANGUAGES), strict=False):
        file, data = make_handout(name, language)
        reader = pypdf.PdfReader(BytesIO(data))
        title = load_course().module(name).title.in_(language)
        assert reader.metadata is not None
        assert str(reader.metadata.title).startswith(title)
        assert file == handout_name(name, language)
        assert reader.outline, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_rest_of_the_page_is_for_notes(language: Language) -> None:
    lesson = gather("m02", language, DAY).lessons[0]
    notes = [block for block in lesson.blocks if isinstance(block, Notes)]
    assert [block.title for block in notes] == [say("handout.notes", language)]
    assert lesson.blocks.index(notes[0]) < lesson.blocks.index(NewPage())


def of_blocks(*blocks: Block) -> Handout:
    return Handout("T", "K", DAY, "et", (Lesson("m", "T", 5, blocks),), whole=False)


def test_addresses_stand_in_notes_and_nothing_is_markup() -> None:
    evil = '#panic("x") $x$ *a* <m> @b \\ `c` [d]'
    links = (
        "[üks](https://www.eesti.ee/a) [kaks](https://www.eesti.ee/a) [kolm](javascript:alert(1)) [neli](02_x.ipynb)"
    )
    made = write(of_blocks(Paragraph((Run(evil),)), *as_blocks(links), *as_blocks("> tsitaat\n\n1. a\n2. b\n")))
    reader = pypdf.PdfReader(BytesIO(made))
    text = "".join(page.extract_text() for page in reader.pages)
    assert squeezed(evil) in squeezed(text)
    assert squeezed(text).count("https://www.eesti.ee/a") == 1
    assert "javascript" not in text
    assert b"javascript" not in made


def test_a_picture_without_words_is_refused_by_the_standard() -> None:
    from avcourse.errors import DocumentFailed

    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="9" height="9"/></svg>'
    assert write(of_blocks(Figure(svg, "Ruut", "Joonis")))
    with pytest.raises(DocumentFailed):
        write(of_blocks(Figure("<svg", "Ruut", "Joonis")))


def test_points_inside_points_are_set() -> None:
    inner = Points(((Paragraph((Run("sees"),)),),))
    assert write(of_blocks(Points(((Paragraph((Run("väljas"),)), inner),))))


def test_the_command_writes_what_is_asked_and_names_what_there_is(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["handout", "m02", "--lang", "en", "--to", str(tmp_path / "uus")])
    assert run.exit_code == 0, run.output
    assert [path.name for path in (tmp_path / "uus").iterdir()] == [handout_name("m02", "en")]
    run = CliRunner().invoke(main, ["handout", "m99", "--to", str(tmp_path / "muu")])
    assert run.exit_code == 1
    assert "m01" in run.output
    assert not (tmp_path / "muu").exists()
    with pytest.raises(NotPrinted):
        make_handout("eeltest", "et")


def test_a_page_offers_its_handout_without_loading_what_makes_it() -> None:
    code = (
        "from avcourse import show_handout; import sys; show_handout('m02', 'et');"
        "print([m for m in ('typst', 'mistune', 'matplotlib') if m in sys.modules])"
    )
    import sys

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    widget: Any = show_handout("m02", "en")
    assert [save["label"] for save in widget.saves] == [say("handout.save", "en")]
