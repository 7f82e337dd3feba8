"""The question bank as Moodle XML and GIFT: nothing is lost, Moodle takes it, and nothing hostile is taken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from avcourse.course.course import load_bank, load_course, load_graded
from avcourse.course.formats.fields import ID
from avcourse.course.formats.gift import gift_question, write_gift
from avcourse.course.formats.moodle_read import DEEPEST, LARGEST_XML, MoodleUnreadable, read_moodle, write_moodle
from avcourse.course.formats.moodle_write import moodle_type, question_element, target_text
from avcourse.course.formats.multilang import text_in
from avcourse.course.language import Text
from avcourse.course.questions import KINDS, Key, Option, Question, RubricStep

BANK = {**load_bank(), **load_graded()}
REST = re.compile(rb"<avcourse>.*?</avcourse>", re.DOTALL)

texts = st.builds(Text, et=st.text(), en=st.text())
ids = st.from_regex(ID, fullmatch=True).filter(lambda name: name != "dont-know")
numbers = st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """Draw any question that the bank's own classes can hold, sensible or not."""
    kind = draw(st.sampled_from(KINDS))
    names = draw(st.lists(ids, max_size=6, unique=True))
    rights = draw(st.lists(ids, min_size=1, max_size=3, unique=True))
    subset = st.lists(st.sampled_from(names), unique=True).map(tuple) if names else st.just(())
    pairs = st.tuples(*(st.sampled_from(rights).map(lambda right, left=left: f"{left}:{right}") for left in names))
    answers = {
        "number": numbers,
        "short": st.lists(st.text(), max_size=3).map(tuple),
        "ordering": st.permutations(names).map(tuple),
        "matching": pairs,
    }
    said = st.sampled_from(["right", "wrong", *names])
    key = st.builds(
        Key,
        answer=answers.get(kind, subset),
        tolerance=st.floats(0, 1e6),
        feedback=st.dictionaries(said, texts, max_size=4),
        explanation=st.none() | texts,
    )
    return Question(
        id=draw(ids),
        kind=kind,
        area=draw(ids),
        level=draw(ids),
        text=draw(texts),
        graded=draw(st.booleans()),
        points=draw(numbers),
        confidence=draw(st.booleans()),
        dont_know=draw(st.booleans()),
        options=tuple(Option(name, draw(texts)) for name in names),
        targets=tuple(Option(name, draw(texts)) for name in rights) if kind == "matching" else (),
        unit=draw(st.none() | texts),
        minimum=draw(st.none() | numbers | st.integers(-1000, 1000)),
        maximum=draw(st.none() | numbers),
        source=draw(st.none() | texts),
        competence=draw(st.none() | st.text()),
        key=draw(st.none() | key),
        check=draw(st.none() | ids),
        rubric=tuple(draw(st.lists(st.builds(RubricStep, points=numbers, text=texts), max_size=3))),
    )


@settings(max_examples=150, deadline=None)
@given(st.lists(questions(), max_size=3, unique_by=lambda question: question.id))
def test_out_and_in_again_is_the_same_whatever_the_question(drawn: list[Question]) -> None:
    reading = read_moodle(write_moodle(drawn))
    assert reading.problems == ()
    assert {q.id: q for q in reading.questions} == {q.id: q for q in drawn}


def test_the_whole_bank_goes_out_and_in_without_loss() -> None:
    reading = read_moodle(write_moodle(BANK.values()), [area.id for area in load_course().areas])
    assert reading.problems == ()
    assert {q.id: q for q in reading.questions} == BANK
    assert {q.kind for q in reading.questions} == set(KINDS)


def without_order(question: Question) -> Question:
    """Return a question without what Moodle cannot keep: the order of options and of right answers, ids of targets."""
    key = question.key and replace(
        question.key,
        answer=tuple(sorted(question.key.answer)) if isinstance(question.key.answer, tuple) else question.key.answer,
    )
    if question.kind == "ordering":
        key = question.key
    if question.kind == "matching":
        pairs = (
            [pair.split(":") for pair in question.key.answer]
            if question.key and isinstance(question.key.answer, tuple)
            else []
        )
        said = {target.id: target_text(target.text) for target in question.targets}
        key = question.key and replace(
            question.key, answer=tuple(sorted(f"{left}:{said[right]}" for left, right in pairs))
        )
    targets = tuple(sorted((Option("", target.text) for target in question.targets), key=str))
    return replace(question, key=key, options=tuple(sorted(question.options, key=str)), targets=targets)


def test_through_moodle_only_orders_and_target_ids_are_lost() -> None:
    """Moodle drops the element that it does not know; everything else must come back."""
    reading = read_moodle(REST.sub(b"", write_moodle(BANK.values())))
    assert reading.problems == ()
    assert {q.id: without_order(q) for q in reading.questions} == {name: without_order(q) for name, q in BANK.items()}


def test_what_somebody_edited_is_not_overruled() -> None:
    question = BANK["m01-timeline"]
    data = write_moodle([question])
    edited = data.replace("Jõustub avaliku teabe seadus.".encode(), "Avaliku teabe seadus jõustub.".encode())
    (read,) = read_moodle(edited).questions
    assert {o.id: o.text.et for o in read.options}["information-act"] == "Avaliku teabe seadus jõustub."
    assert read.key == question.key


# As Moodle's import takes it: rules of qformat_xml, qformat_default and the question types' save_question_options


FRACTIONS = {
    100.0,
    90,
    83.33333,
    80,
    75,
    70,
    66.66667,
    60,
    50,
    40,
    33.33333,
    30,
    25,
    20,
    16.66667,
    14.28571,
    12.5,
    11.11111,
    10,
    5,
    0,
}


def said(element: ET.Element, path: str) -> str:
    found = element.find(path)
    return (found.text or "") if found is not None else ""


def moodle_faults(element: ET.Element) -> list[str]:
    """Return why Moodle would refuse a question or spoil it."""
    faults = []
    kind, name = element.get("type"), said(element, "name/text")
    if not name.strip() or len(name) > 255:
        faults.append("name")
    if len(said(element, "idnumber")) > 100:
        faults.append("idnumber")
    if any(
        len(tag.text or "") > 255 or re.search(r"[<>`]", tag.text or "") for tag in element.iterfind("tags/tag/text")
    ):
        faults.append("tag")
    answers = element.findall("answer")
    fractions = [float(answer.get("fraction", "0")) for answer in answers]
    known = {"multichoice", "shortanswer", "numerical", "matching", "essay", "description", "ordering"}
    if kind not in known:
        faults.append("type")
    if kind == "multichoice":
        single = said(element, "single") == "true"
        if len(answers) < 2:
            faults.append("answers")
        if single and max(fractions) != 100:
            faults.append("fractionsnomax")
        if not single and round(sum(f for f in fractions if f > 0) / 100, 2) != 1:
            faults.append("fractionsaddwrong")
    if kind in ("multichoice", "shortanswer", "numerical") and any(
        not any(abs(abs(each) - value) < 0.001 for value in FRACTIONS) for each in fractions
    ):
        faults.append("fraction")
    if kind in ("shortanswer", "numerical") and 100 not in fractions:
        faults.append("no right answer")
    if kind == "numerical":
        for answer in answers:
            if said(answer, "text") != "*":
                float(said(answer, "text")), float(said(answer, "tolerance"))
    if kind == "ordering" and fractions != [float(place) for place in range(1, len(answers) + 1)]:
        faults.append("order")
    if kind == "matching":
        pairs = [(said(s, "text"), said(s, "answer/text")) for s in element.iterfind("subquestion")]
        if sum(bool(text) for text, _ in pairs) < 2 or len({answer for _, answer in pairs}) < 3:
            faults.append("matching")
        if any(not answer.strip() or len(answer) > 255 for _, answer in pairs):
            faults.append("subanswer")
    if kind == "shortanswer" and any(len(said(answer, "text")) > 255 for answer in answers):
        faults.append("answer too long")
    for text in element.iter("text"):
        # The filter's own pattern: two attributes, then at least one more span.
        spans = re.findall(r'<span lang="(et|en)" class="multilang">', text.text or "")
        if spans != ["et", "en"] * (len(spans) // 2):
            faults.append("multilang")
    return faults


def test_moodle_takes_every_question_of_the_bank() -> None:
    quiz = ET.fromstring(write_moodle(BANK.values()))
    elements = [element for element in quiz.iterfind("question") if element.get("type") != "category"]
    assert len(elements) == len(BANK)
    assert [(said(e, "name/text"), faults) for e in elements if (faults := moodle_faults(e))] == []
    paths = [said(e, "category/text") for e in quiz.iterfind("question") if e.get("type") == "category"]
    assert sorted(paths) == sorted(f"$course$/top/avcourse/{area.id}" for area in load_course().areas)


def test_the_checker_finds_what_moodle_refuses() -> None:
    element = question_element(BANK["di-accessibility-a"])
    assert moodle_faults(element) == []
    for answer in element.iterfind("answer"):
        answer.set("fraction", "7")
    assert {"fractionsnomax", "fraction"} <= set(moodle_faults(element))


@pytest.mark.parametrize("name", ["ordering", "multiple", "matching"])
def test_moodle_grades_by_the_same_rule(name: str) -> None:
    question = next(q for q in BANK.values() if q.kind == name)
    element = question_element(question)
    assert question.key is not None
    assert isinstance(question.key.answer, tuple)
    match name:
        case "ordering":
            assert said(element, "gradingtype") == "RELATIVE_NEXT_EXCLUDE_LAST"
        case "multiple":
            shares = {round(float(a.get("fraction", "0")), 2) for a in element.iterfind("answer")}
            share = round(100 / len(question.key.answer), 2)
            assert shares == {share, -share}
        case "matching":
            assert sum(bool(said(s, "text")) for s in element.iterfind("subquestion")) == len(question.key.answer)


def test_what_moodle_cannot_grade_is_a_description() -> None:
    question = BANK["m01-comparison"]
    assert question.key is not None
    many = tuple(Option(f"o{n}", Text("a", "b")) for n in range(12))
    wide = replace(question, options=many, key=replace(question.key, answer=tuple(o.id for o in many), feedback={}))
    assert moodle_type(wide) == "description"
    assert read_moodle(write_moodle([wide])).questions == (wide,)


# What others bring


def quiz(inner: str) -> bytes:
    return f"<quiz>{inner}</quiz>".encode()


FOREIGN = (
    '<question type="true\x9bfalse"><name><text>Kas maa on \x85 lapik?</text></name>'
    "<questiontext><text>x</text></questiontext></question>"
)


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b'<!DOCTYPE quiz [<!ENTITY a "aaaa">]><quiz>&a;</quiz>', "DOCTYPE"),
        (b'<!DOCTYPE quiz SYSTEM "file:///etc/passwd"><quiz/>', "DOCTYPE"),
        ("<?xml version='1.0' encoding='UTF-16'?><!DOCTYPE q []><quiz/>".encode("utf-16"), "DOCTYPE"),
        (b"<quiz>&unknown;</quiz>", "XML"),
        (b"<quiz>" + b"<a>" * (DEEPEST + 1), "nested"),
        (b"<quiz>" * 100_000, "nested"),
        (b"<other/>", "quiz"),
        (b"<quiz>", "XML"),
        (b"", "XML"),
        (b"\x00\xff", "XML"),
        (b"::q::text{}", "XML"),
        (b" " * (LARGEST_XML + 1), "MB"),
    ],
    ids=range(12),
)
def test_no_hostile_or_foreign_file_is_read(data: bytes, word: str) -> None:
    with pytest.raises(MoodleUnreadable) as caught:
        read_moodle(data)
    assert word in caught.value.sentence("en")
    assert caught.value.sentence("et") != caught.value.sentence("en")


def test_foreign_questions_are_named_and_the_others_read() -> None:
    mine = write_moodle([BANK["m01-registers"]]).decode().split("<quiz>")[1].split("</quiz>")[0]
    reading = read_moodle(quiz(FOREIGN + mine + mine))
    assert [q.id for q in reading.questions] == ["m01-registers"]
    assert [problem.kind for problem in reading.problems] == ["foreign", "double"]
    assert "Kas maa on lapik?" in reading.problems[0].sentence("et")
    assert reading.problems[0].sentence("et").isprintable()
    assert "m01-registers" in reading.problems[1].sentence("en")


def damaged() -> Iterator[tuple[str, str, str]]:
    """Give what is done to a good question, as a pattern and what stands in its place."""
    yield "id", r"<idnumber>[^<]*</idnumber>", "<idnumber>../x</idnumber>"
    yield "kind", r"avcourse:kind=number", "avcourse:kind=magic"
    yield "points", r"<defaultgrade>[^<]*</defaultgrade>", "<defaultgrade>nan</defaultgrade>"
    yield "huge", r"<defaultgrade>[^<]*</defaultgrade>", "<defaultgrade>1e999</defaultgrade>"
    yield "text", r"&lt;span lang=", "&lt;b lang="
    yield "rest", r"</tags>", "</tags><avcourse>[[</avcourse>"
    yield "rest's shape", r"</tags>", '</tags><avcourse>{"text": 1}</avcourse>'
    yield "deep rest", r"</tags>", f"</tags><avcourse>{'[' * 100_000}</avcourse>"
    yield (
        "long text",
        r"<generalfeedback.*?</generalfeedback>",
        f"<generalfeedback><text>{'&lt;!' * 150_000}</text></generalfeedback>",
    )
    yield "area", r"avcourse:area=\w+", "avcourse:area=astrology"


@pytest.mark.parametrize(("pattern", "put"), [pytest.param(a, b, id=name) for name, a, b in damaged()])
def test_a_damaged_question_is_named_and_not_taken(pattern: str, put: str) -> None:
    text = write_moodle([BANK["m01-registers"]]).decode()
    broken, count = re.subn(pattern, lambda _: put, text, flags=re.DOTALL)
    assert count
    reading = read_moodle(broken.encode(), [area.id for area in load_course().areas])
    assert reading.questions == ()
    assert [problem.name for problem in reading.problems] == ["m01-registers"]


# GIFT, read by the rules of Moodle's qformat_gift


@dataclass
class Gift:
    """A question as Moodle's GIFT import takes it."""

    type: str
    name: str
    text: str
    answers: list[tuple[str, float, str]] = field(default_factory=list)
    general: str = ""


SIGNS = {":": "058", "#": "035", "=": "061", "{": "123", "}": "125", "~": "126", "n": "010"}


def before(text: str) -> str:
    text = text.replace("\\\\", "&&092;")
    for sign, code in SIGNS.items():
        text = text.replace(f"\\{sign}", f"&&{code};")
    return text.replace("&&092;", "\\")


def after(text: str) -> str:
    for sign, code in SIGNS.items():
        text = text.replace(f"&&{code};", "\n" if sign == "n" else sign)
    formatted = re.match(r"\[(html|plain|moodle|markdown)\]", text)
    return text[formatted.end() :] if formatted else text.strip()


def weighed(answer: str) -> tuple[float, str]:
    found = re.match(r"%(-?[0-9]{1,3}\.?[0-9]*)%", answer)
    return (float(found[1]), answer[found.end() :]) if found else (100.0, answer)


def answer_of(raw: str, weight: float) -> tuple[str, float, str]:
    text, _, feedback = raw.partition("#")
    return after(text.strip()), weight, after(feedback.strip())


def read_gift(data: bytes) -> list[Gift]:
    """Read GIFT as Moodle does: a question ends at an empty line, a line that begins with // is a comment."""
    found = []
    for block in re.split(r"\n\s*\n", data.decode()):
        raw = "\n".join(" " if line.strip().startswith("//") else line.strip() for line in block.split("\n")).strip()
        text = before(raw)
        if not text or text.startswith("$CATEGORY:"):
            continue
        assert text.startswith("::")
        name, rest = text[2:].split("::", 1)
        start, end = rest.find("{"), rest.find("}")
        assert (start < 0) == (end < 0), "braces"
        if start < 0:
            found.append(Gift("description", after(name), after(rest.strip())))
            continue
        assert rest.endswith("}")
        inner, question = rest[start + 1 : end].strip(), rest[:start]
        ordering = re.search(
            r"^[^{]*\{>\s*(\d+)\s*ALL\s*VERTICAL\s*RELATIVE_NEXT_EXCLUDE_LAST\s*SHOW\s*(.*?)\s*\}$", raw, re.DOTALL
        )
        if inner.startswith(">"):
            assert ordering
            items = [(line.strip(), 100.0, "") for line in ordering[2].split("\n")]
            assert int(ordering[1]) == len(items)
            found.append(Gift("ordering", after(name), after(question.strip()), items))
            continue
        inner, _mark, general = inner.rpartition("####") if "####" in inner else (inner, "", "")
        inner = inner.strip()
        found.append(Gift(*kind_and_answers(inner, after(name), after(question.strip())), after(general)))
    return found


def kind_and_answers(inner: str, name: str, text: str) -> Any:
    if not inner:
        return "essay", name, text, []
    if inner.startswith("#"):
        right, _, wrong = inner[1:].partition("~")
        answers = []
        for each in right.split("=")[1:]:
            weight, rest = weighed(each.strip())
            answers.append(answer_of(rest, weight))
        return "numerical", name, text, answers + ([("*", 0.0, after(wrong.strip("#\n ")))] if wrong else [])
    if "~" in inner:
        answers = []
        for each in inner.replace("=", "~=").split("~")[1:]:
            each = each.strip()
            if each.startswith("="):
                answers.append(answer_of(each[1:], 100.0))
            else:
                weight, rest = weighed(each) if each.startswith("%") else (0.0, each)
                answers.append(answer_of(rest, weight))
        return "multichoice", name, text, answers
    if "->" in inner:
        pairs = [each.split("->", 1) for each in inner.split("=")[1:]]
        return "matching", name, text, [(after(left.strip()), 100.0, after(right.strip())) for left, right in pairs]
    return (
        "shortanswer",
        name,
        text,
        [answer_of(rest, weight) for weight, rest in (weighed(e.strip()) for e in inner.split("=")[1:])],
    )


def test_gift_says_of_the_whole_bank_what_moodle_xml_says() -> None:
    read = {each.name: each for each in read_gift(write_gift(BANK.values()))}
    assert read.keys() == BANK.keys()
    for name, question in BANK.items():
        kind = moodle_type(question)
        ungraded = kind == "multichoice" and not (question.key and question.key.answer)
        assert read[name].type == ("description" if ungraded else kind), name
        assert read[name].text.startswith(f'<span lang="et" class="multilang">{question.text.et[:5]}'), name
        if question.key and question.key.explanation and read[name].type not in ("description", "ordering"):
            assert question.key.explanation.et[:20] in read[name].general
        if read[name].type in ("multichoice", "shortanswer", "numerical"):
            xml = [
                a for a in question_element(question).iterfind("answer") if "option:dont-know" not in said(a, "text")
            ]
            weights = [weight for _, weight, _ in read[name].answers]
            assert weights == pytest.approx([float(a.get("fraction", "0")) for a in xml]), name
            feedback = [said(a, "feedback/text") for a in xml]
            assert [text for _, _, text in read[name].answers] == feedback, name
        if read[name].type == "matching":
            assert len(read[name].answers) == len(list(question_element(question).iterfind("subquestion")))


awkward = st.text(alphabet=st.sampled_from(list("ab ~=#{}:\\/n%-><[]*\n\"'&"))).filter(lambda text: bool(text.strip()))


@settings(max_examples=200, deadline=None)
@given(st.tuples(awkward, awkward, awkward, awkward))
def test_no_sign_of_gift_breaks_out_of_a_text(words: tuple[str, str, str, str]) -> None:
    text, right, wrong, why = (Text(word, word) for word in words)
    key = Key(("a",), 0.0, {"a": why, "b": text}, why)
    single = Question("q", "single", "impact", "apply", text, options=(Option("a", right), Option("b", wrong)), key=key)
    short = Question("s", "short", "impact", "apply", text, key=Key((words[1],), 0.0, {"right": why}, None))
    one, two = read_gift((gift_question(single) + gift_question(short)).encode())
    assert one.type == "multichoice"
    assert [weight for _, weight, _ in one.answers] == [100.0, 0.0]
    assert two.type == ("description" if "->" in words[1] else "shortanswer")
    if two.type == "description":
        return
    assert [weight for _, weight, _ in two.answers] == [100.0]
    assert two.answers[0][0].replace("\\*", "*") == words[1].strip()


@settings(max_examples=150, deadline=None)
@given(st.tuples(awkward, awkward, awkward, awkward))
def test_no_sign_of_gift_breaks_out_of_a_pair_or_an_item(words: tuple[str, str, str, str]) -> None:
    text, one, two, three = (Text(word, word) for word in words)
    options = (Option("a", one), Option("b", two), Option("c", three))
    targets = (Option("x", one), Option("y", two), Option("z", three))
    pairs = Key(("a:x", "b:y", "c:z"), 0.0, {}, text)
    matching = Question("m", "matching", "impact", "apply", text, options=options, targets=targets, key=pairs)
    ordering = Question(
        "o", "ordering", "impact", "apply", text, options=options, key=Key(("b", "c", "a"), 0.0, {}, None)
    )
    first, second = read_gift((gift_question(matching) + gift_question(ordering)).encode())
    assert (first.type, second.type) == ("matching", "ordering")
    assert [(text_in(left), right) for left, _, right in first.answers] == [
        (each, target_text(each).strip()) for each in (one, two, three)
    ]
    assert [text_in(item) for item, _, _ in second.answers] == [two, three, one]
    assert text_in(first.text) == text_in(second.text) == text
