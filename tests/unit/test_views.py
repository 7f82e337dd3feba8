"""What people see beside the forms: home page, own gain, a class's gains, charts, the municipality card."""

from __future__ import annotations

import json
import math
import re
import threading
from pathlib import Path

import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import append_response
from avcourse.classroom.cohort import TestSheet
from avcourse.classroom.workspace import ClassFolder
from avcourse.course import course as structure
from avcourse.course.course import load_course, load_graded
from avcourse.errors import PublishedTooSoon
from avcourse.municipality.profile import load_municipalities, size_class
from avcourse.views.charts import CHARTS, chart_html, house_style, make_chart, plot_gains, svg
from avcourse.views.class_gains import ClassGains, as_csv, as_json_data, as_lines, gains_of, publish, write_chart
from avcourse.views.growth import growth_html
from avcourse.views.home import LISTED, _items, home_html, next_module, progress_of
from avcourse.views.markup import table, tag, text
from avcourse.views.municipality.own import municipality_html


@pytest.fixture
def folder(tmp_path: Path) -> LearnerFolder:
    made = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(made)
    return made


def answer(folder: LearnerFolder, module: str, form: str, right: int, slots: int = 20, confidence: int = 75) -> None:
    """Answer the first ``slots`` slots of a test, the first ``right`` of them rightly, and the self-ratings with 3."""
    bank = load_graded()
    for number, slot in enumerate(load_course().slots[:slots]):
        question = bank[slot.forms[form]]
        assert question.key is not None
        assert isinstance(question.key.answer, tuple)
        wrong = next(o.id for o in question.options if o.id not in question.key.answer)
        given = question.key.answer if number < right else (wrong,)
        append_response(
            folder.log_path(module),
            assignment=module,
            question=question.id,
            answer=given,
            form=form,
            confidence=confidence,
        )
    for question_id in load_course().module(module).questions:
        append_response(folder.log_path(module), assignment=module, question=question_id, answer=("3",), form=form)


def test_home_says_where_to_go_on(folder: LearnerFolder) -> None:
    course = load_course()
    assert "Alustage siit:" in home_html(folder, "et")
    listed = [module for module in course.modules if module.kind in LISTED and not module.after]
    assert home_html(None, "en").count("Not started") == len(listed)
    lesson = course.module("m01")
    for question in lesson.questions[:-1]:
        append_response(folder.log_path("m01"), assignment="m01", question=question, answer=("x",))
    assert progress_of(folder, course, lesson).state == "begun"
    assert "Jätkake:" in home_html(folder, "et")
    append_response(folder.log_path("m01"), assignment="m01", question=lesson.questions[-1], answer=("x",))
    progresses = [progress_of(folder, course, module) for module in course.modules if module.kind in ("lesson", "test")]
    current = next_module(progresses)
    assert current is not None
    assert current.module.id == "eeltest"
    # A withdrawn answer is no answer.
    append_response(folder.log_path("m01"), assignment="m01", question=lesson.questions[0], answer=())
    assert progress_of(folder, course, lesson).answered == len(lesson.questions) - 1


@pytest.mark.parametrize(("slots", "done"), [(16, False), (17, True), (20, True)])
def test_a_test_is_done_when_it_is_valid(folder: LearnerFolder, slots: int, done: bool) -> None:
    answer(folder, "eeltest", "A", 5, slots)
    progress = progress_of(folder, load_course(), load_course().module("eeltest"))
    assert progress.done is done
    assert (progress.answered, progress.asked) == (slots + 5, 25)


def test_continuing_the_post_test_leads_to_what_comes_first_on_its_page(folder: LearnerFolder) -> None:
    course = load_course()
    module = course.module("jareltest")

    def first() -> str | None:
        return progress_of(folder, course, module).first

    def given(question: str) -> None:
        append_response(
            folder.log_path("jareltest"), assignment="jareltest", question=question, answer=("3",), form="B"
        )

    assert first() == "self-principles"
    for area in course.areas:
        given(f"self-{area.id}")
    assert first() == course.slots[0].id
    assert progress_of(folder, course, module).href == f"jareltest.ipynb#question-jareltest-{course.slots[0].id}"
    for slot in course.slots:
        given(slot.forms["B"])
    assert first() == "then-principles"


def shown_keys(html: str) -> list[str]:
    pairs = [
        feedback for question in load_graded().values() if question.key for feedback in question.key.feedback.values()
    ]
    return [pair.et for pair in pairs if str(text(pair.et)) in html]


def test_own_gain_waits_for_both_tests_and_shows_no_key_before(folder: LearnerFolder) -> None:
    answer(folder, "eeltest", "A", 4)
    answer(folder, "jareltest", "B", 16, slots=16)
    html = growth_html(folder, "et")
    assert "kui eeltest ja järeltest on tehtud" in html
    assert shown_keys(html) == []


def test_own_gain_by_hand(folder: LearnerFolder) -> None:
    answer(folder, "eeltest", "A", 10)
    answer(folder, "jareltest", "B", 16)
    html = growth_html(folder, "et")
    # 10 → 16 of 20 is RC = 2.04 (measurement.md): reliable.
    assert "Enne kursust 10, pärast kursust 16 punkti 20-st." in html
    assert "Kindel paranemine" in html
    assert len(shown_keys(html)) == 4
    assert html.count('<li><p class="av-stem">') == 4
    assert "±1,8" in html
    assert "±1.8" in growth_html(folder, "en")


def test_unsure_wrong_answers_are_not_held_against_anybody(folder: LearnerFolder) -> None:
    answer(folder, "eeltest", "A", 10)
    answer(folder, "jareltest", "B", 12, confidence=50)
    html = growth_html(folder, "et")
    assert "Selliseid vastuseid ei olnud." in html
    assert "Muutus jääb mõõtmisvea piiridesse" in html


def test_without_the_key_file_the_trainer_gives_the_result(
    folder: LearnerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer(folder, "eeltest", "A", 10)
    answer(folder, "jareltest", "B", 16)
    real = structure.material()
    for room in ("home", "growth"):
        monkeypatch.setattr(f"avcourse.views.{room}.keys_path", lambda: real / "puudub.json")
    assert "Selles paigalduses ei ole hindamisvõtit" in growth_html(folder, "et")
    (folder.root / "class.toml").write_text('id = "sygis"\nexchange = "/srv/vahetus"\n', encoding="utf-8")
    assert "annab teie klassi koolitaja" in growth_html(folder, "et")
    assert "annab teie klassi koolitaja" in home_html(folder, "et")


def test_without_keys_and_without_answers_nothing_is_said_to_be_done(
    folder: LearnerFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("avcourse.views.growth.keys_path", lambda: Path("puudub.json"))
    assert "kui eeltest ja järeltest on tehtud" in growth_html(folder, "et")


def sheets(gains: list[tuple[int, int]]) -> list[TestSheet]:
    slots = load_course().slots
    made = []
    for number, pair in enumerate(gains):
        for module, right in zip(("eeltest", "jareltest"), pair, strict=True):
            points = {slot.id: float(place < right) for place, slot in enumerate(slots)}
            made.append(
                TestSheet(
                    learner=f"osaleja-{number}",
                    module=module,
                    form="A" if module == "eeltest" else "B",
                    points=points,
                    outcomes={slot: "right" if p else "wrong" for slot, p in points.items()},
                    confidences=dict.fromkeys(points, 75),
                    self_ratings={area.id: 3 for area in load_course().areas},
                    then_ratings={area.id: 2 for area in load_course().areas} if module == "jareltest" else {},
                )
            )
    return made


FIVE = [(8, 16), (6, 12), (10, 14), (12, 18), (9, 9)]


@pytest.mark.parametrize(("count", "status"), [(0, "collecting"), (2, "collecting"), (4, "suppressed"), (5, "shown")])
def test_a_class_shows_nothing_below_five(count: int, status: str, tmp_path: Path) -> None:
    gains = gains_of(sheets(FIVE[:count]))
    data = as_json_data(gains)["groups"]["all"]
    assert data["status"] == status
    json.dumps(data, allow_nan=False)
    figures = [data["gain"], data["published"]["gain"]]
    if status != "shown":
        assert all(gain is None or gain["raw_gain"] is None for gain in figures)
        assert write_chart(gains, "et", tmp_path / "g.svg") is None
        assert not (tmp_path / "g.svg").exists()
    else:
        assert math.isclose(figures[0]["raw_gain"], 24)
        assert figures[1]["raw_gain"] == 25
        assert write_chart(gains, "et", tmp_path / "g.svg") == tmp_path / "g.svg"


def test_published_figures_change_only_with_five_people(tmp_path: Path) -> None:
    folder = ClassFolder(tmp_path, "sygis", "et", tmp_path / "exchange")

    def found(pairs: list[tuple[int, int]]) -> ClassGains:
        return ClassGains(gains_of(sheets(pairs)), {f"osaleja-{n}": str(pair) for n, pair in enumerate(pairs)})

    publish(folder, found(FIVE[:3]))
    assert not (tmp_path / "published.json").exists()
    publish(folder, found(FIVE))
    publish(folder, found(FIVE))
    with pytest.raises(PublishedTooSoon, match="changed since: 1"):
        publish(folder, found([*FIVE, (5, 20)]))
    with pytest.raises(PublishedTooSoon):
        publish(folder, found([*FIVE[:4], (9, 10)]))
    publish(folder, found([*FIVE, *FIVE]))
    noted = json.loads((tmp_path / "published.json").read_text())
    assert noted.pop("/") == len(noted) == 10, "how many they were is kept for when one of them is erased"


def test_console_and_csv_speak_their_language() -> None:
    gains = gains_of(sheets(FIVE))
    lines = as_lines(gains, "et")
    assert lines[0].startswith("Eeltesti tegi 5, järeltesti 5, mõlemad 5")
    assert "juurdekasv 24,0 protsendipunkti" in lines[1]
    assert "gain 24.0 percentage points" in as_lines(gains, "en")[1]
    head, overall, *_ = as_csv(gains, "et").splitlines()
    assert head.split(";")[:3] == ["group", "status", "n_pre"]
    assert overall.split(";")[:2] + overall.split(";")[8:11] == ["Kokku", "shown", "45", "70", "25"]
    assert as_csv(gains, "en").splitlines()[1].startswith("In all,shown,5,5,5,0,0,,45,70,25")


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("name", sorted(CHARTS))
def test_a_chart_has_words_and_figures(name: str, language: str) -> None:
    chart = make_chart(name, "et" if language == "et" else "en")
    html = chart_html(chart, "et" if language == "et" else "en")
    assert f'aria-label="{text(chart.alt)}"' in html
    assert html.count("<tr>") == len(chart.rows) + 1
    assert not re.search(r'(href|src)="(?!#)|url\((?!#)', html)


def test_the_same_chart_gives_the_same_bytes() -> None:
    assert svg(plot_gains(["a"], [10], [90], "et")) == svg(plot_gains(["a"], [10], [90], "et"))


def test_municipality_card() -> None:
    tartu = next(m for m in load_municipalities() if m.name == "Tartu linn")
    html = municipality_html(tartu, "et")
    assert "Tartu maakond" in html
    assert "Siia tulevad teie omavalitsuse andmed" in municipality_html(None, "et")
    classes = [size_class(m) for m in load_municipalities()]
    assert set(classes) == {0, 1, 2, 3, 4}


def test_whatever_is_put_into_markup_is_escaped() -> None:
    evil = '<script>alert(1)</script>"'
    for html in (tag("p", text(evil), title=evil), table(evil, (evil,), [(evil,)])):
        assert "<script" not in html
        assert 'title="<' not in html


def test_an_exercise_stands_in_its_lessons_entry_and_can_be_the_current_one() -> None:
    course = load_course()
    lesson, exercise = (progress_of(None, course, course.module(name)) for name in ("m02", "m02-ulesanne"))
    (entry,) = _items([lesson, exercise], exercise, {}, "et")
    assert entry.count('aria-current="step"') == 1
    assert 'class="av-exercise av-exercise-now"' in entry
    assert 'class="av-module"' in entry
    (entry,) = _items([lesson, exercise], lesson, {}, "et")
    assert 'class="av-exercise"' in entry
    assert 'class="av-module av-module-now"' in entry


def test_one_thread_at_a_time_draws_in_the_house_style() -> None:
    inside = threading.Event()

    def draw_too() -> None:
        with house_style():
            inside.set()

    other = threading.Thread(target=draw_too)
    with house_style():
        other.start()
        assert not inside.wait(0.2)
    other.join(10)
    assert inside.is_set()
