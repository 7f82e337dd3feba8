"""Feedback as people see it: every text only ever text, one page that asks nothing of any network, headings in order, both languages."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from avcourse.classroom.feedback_data import (
    AreaPoints,
    Change,
    CheckItem,
    Feedback,
    Item,
    OpenItem,
    Ratings,
    Reading,
    feedback_json,
    read_feedback,
)
from avcourse.classroom.own_feedback import Received
from avcourse.course.language import LANGUAGES, Language, Text
from avcourse.measurement.personal import PersonalGain, personal_gain
from avcourse.measurement.records import TestRecord
from avcourse.views.class_feedback import feedback_page
from avcourse.views.documents.contents.feedback import feedback_document
from avcourse.views.documents.pdf import write
from avcourse.views.feedback_gain import verdict_of
from avcourse.views.feedback_parts import feedback_html
from avcourse.views.growth import received_html


def pair(words: str) -> Text:
    return Text(et=f"{words} (et)", en=f"{words} (en)")


def item(slot: str, outcome: Any = "wrong", confidence: int | None = 100, **changes: Any) -> Item:
    whole = Item(
        slot=slot,
        area="digital",
        asked=pair(f"Asked {slot}"),
        outcome=outcome,
        points=float(outcome == "right"),
        most=1.0,
        confidence=confidence,
        chosen=(pair(f"Chosen {slot}"),),
        right=(pair(f"Right {slot}"),),
        why=(pair(f"Why {slot}"),),
        explanation=pair(f"Explained {slot}"),
        source=pair(f"Source {slot}"),
    )
    return replace(whole, **changes)


TEST = Feedback(
    classroom="sygis",
    student="k3f9-q7mw",
    assignment="jareltest",
    kind="test",
    handed_in="2026-11-22T10:00:00Z",
    points=12.5,
    most=20.0,
    penalty=2.0,
    whole=True,
    areas=(AreaPoints("digital", 2.0, 4.0, 3, 2), AreaPoints("impact", 4.0, 4.0)),
    items=(item("s1"), item("s2", "unsure", None, chosen=()), item("s3", "right", 50), item("s4", "wrong", 50)),
    readings=(Reading("digital", 2.0, ("m08", "puudub")),),
    calibration="over",
    changes=(Change("all", 8, 12, 20, 2.2, "likely-gain"), Change("digital", 1, 2, 4, 1.2, "within-error")),
    ratings=Ratings(2.5, 3.75, 2.0),
)
WORK = Feedback(
    classroom="sygis",
    student="k3f9-q7mw",
    assignment="tegevuskava",
    kind="work",
    handed_in="",
    points=7.0,
    most=10.0,
    penalty=0.0,
    whole=True,
    opens=(
        OpenItem("tk-change", pair("Why?"), "Because.", 3.0, 4.0, (pair("Good"), pair("Better")), "Well said."),
        OpenItem("tk-other", pair("And?"), None, None, 4.0, (), None),
    ),
    checks=(
        CheckItem("tk-a", pair("Rule A"), 2.0, 2.0, ()),
        CheckItem("tk-b", pair("Rule B"), 1.0, 2.0, (pair("Missing B"),), more=3),
    ),
    readings=(Reading(None, 0.0, ("m13",)),),
)
EARLY = replace(TEST, whole=False, items=(), rest_from="2026-12-01T15:00:00Z")


class Elements(HTMLParser):
    """The elements and attributes of a page, and its texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.shown = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.shown += data

    @property
    def levels(self) -> list[int]:
        return [int(name[1]) for name in self.elements if re.fullmatch("h[1-6]", name)]


def hostile(value: Any, evil: str) -> Any:
    """Return the same feedback with every free text replaced."""
    if isinstance(value, Text):
        return Text(et=evil, en=evil)
    if isinstance(value, tuple):
        return tuple(hostile(one, evil) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        kept = {"kind", "outcome", "verdict", "calibration"}
        return replace(
            value, **{f.name: hostile(getattr(value, f.name), evil) for f in fields(value) if f.name not in kept}
        )  # type: ignore[type-var]
    return evil if isinstance(value, str) else value


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feedback", [TEST, WORK, EARLY])
@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "' onload='x", "]]>--><!-- &lt;b&gt;"]
)
def test_whatever_a_text_holds_it_stays_text(feedback: Feedback, language: Language, evil: str) -> None:
    spoilt = read_feedback(feedback_json(hostile(feedback, evil)))
    given = Received(spoilt, datetime.now(UTC).replace(tzinfo=None))
    for html, plain in (
        (feedback_page(spoilt, language), feedback_page(feedback, language)),
        (
            received_html({"jareltest": given}, language),
            received_html({"jareltest": replace(given, feedback=feedback)}, language),
        ),
    ):
        page, known = Elements(html), Elements(plain)
        assert set(page.elements) <= set(known.elements) | {"p", "ul", "li"}
        assert {name for name, _ in page.attributes} <= {name for name, _ in known.attributes}
        assert evil in page.shown


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feedback", [TEST, WORK, EARLY])
def test_a_page_stands_by_itself(feedback: Feedback, language: Language) -> None:
    html = feedback_page(feedback, language)
    page = Elements(html)
    attributes = dict(page.attributes)
    assert attributes["lang"] == language
    assert "default-src 'none'" in next(value for name, value in page.attributes if value.startswith("default-src"))
    assert "script" not in page.elements
    assert not {"style", "onclick", "src", "action"} & {name for name, _ in page.attributes}
    assert [value for name, value in page.attributes if name == "href"] == ["#content"]
    assert "k3f9-q7mw" in page.shown
    assert page.levels[0] == 1
    assert all(after - before <= 1 for before, after in zip(page.levels, page.levels[1:], strict=False))


def test_what_is_most_useful_comes_first() -> None:
    html = feedback_html(TEST, "en")
    order = [html.index(f"Asked {slot} (en)") for slot in ("s1", "s2", "s4", "s3")]
    assert order == sorted(order)
    assert html.index("Confident but wrong") < order[0] < html.index("Other answers to learn from") < order[1]
    assert "(et)" not in html
    assert "12.5 of 20 points" in html
    assert "2 points were taken off for being late" in html
    # An answer that was right needs no second telling of what would have been; one that nobody gave has no verdict on it.
    assert "Right s3 (en)" not in html
    assert "Chosen s2 (en)" not in html
    assert "Why s2 (en)" not in html


def test_before_the_tests_are_over_the_page_says_when_the_rest_comes() -> None:
    html = feedback_html(EARLY, "et")
    assert "Järeltesti tähtaeg on 1.12.2026 17.00." in html
    assert "Asked" not in html
    assert "Kindel, kuid vale" not in html
    assert "kindlam, kui nende õigsus lubas" in html


def test_work_shows_steps_comments_rules_and_what_is_missing() -> None:
    html = feedback_html(WORK, "en")
    for words in (
        "Because.",
        "Well said.",
        "Good (en)",
        "Better (en)",
        "Waiting for the trainer, up to 4 points",
        "Rule B (en)",
    ):
        assert words in html
    assert "Missing B (en)" in html
    assert "and 3 more" in html
    assert html.count("Missing:") == 1
    assert "7 of 10 points so far" in html


def test_lessons_are_links_only_on_a_page_of_the_course() -> None:
    assert "08_digilahendused.ipynb" in feedback_html(TEST, "et", links=True)
    assert "<a " not in feedback_html(TEST, "et")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("feedback", [TEST, WORK, EARLY])
def test_the_pdf_says_what_the_page_says(feedback: Feedback, language: Language) -> None:
    raw = write(feedback_document(feedback, language, date(2026, 11, 27)))
    shown = re.sub(r"\s+", " ", "".join(page.extract_text() for page in PdfReader(BytesIO(raw)).pages))
    wanted = [f"Asked s1 ({language})", f"Explained s1 ({language})"] if feedback.items else []
    wanted += ["Because.", f"Better ({language})", f"Missing B ({language})"] if feedback is WORK else []
    assert "k3f9-q7mw" in shown
    assert [words for words in wanted if words not in shown] == []


def gain_of(before: int, after: int, items: int) -> PersonalGain:
    def record(points: int) -> TestRecord:
        scores = {f"s{n}": int(n < points) for n in range(items)}
        outcomes = {slot: "right" if right else "wrong" for slot, right in scores.items()}
        return TestRecord("k", "A", scores, dict.fromkeys(scores, "digital"), {}, outcomes, {})

    return personal_gain(record(before), record(after), areas=["digital"])


@pytest.mark.parametrize(
    ("before", "after", "items", "verdict"),
    [
        (10, 16, 20, "reliable-gain"),
        (12, 16, 20, "likely-gain"),
        (10, 11, 20, "within-error"),
        (16, 10, 20, "reliable-loss"),
        # Four items can never make a change sure (measurement.md).
        (0, 4, 4, "likely-gain"),
    ],
)
def test_a_change_is_called_what_it_is(before: int, after: int, items: int, verdict: str) -> None:
    assert verdict_of(gain_of(before, after, items).results["all"]) == verdict
