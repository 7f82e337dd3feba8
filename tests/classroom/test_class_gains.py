"""Gains, questions and report of a class that was handed in, collected and graded: pages, files, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from click.testing import CliRunner
from playwright.sync_api import Route, sync_playwright
from sqlalchemy import create_engine, text

from avcourse.classroom.erase import erase
from avcourse.classroom.exchange import collect
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.roster import import_roster
from avcourse.classroom.workspace import ClassFolder
from avcourse.cli import main
from avcourse.course.language import LANGUAGES, Language
from avcourse.errors import AvcourseError, PublishedTooSoon
from avcourse.views.class_gains import PUBLISHED, ClassGains, class_gains, publish
from avcourse.views.desk import gains, items, report
from avcourse.views.desk.shell import POLICY, Frame, render
from avcourse.views.desk.visit import Asked, Visit
from tests.classroom.conftest import PACKAGE


def fill(folder: ClassFolder, learners: int) -> ClassFolder:
    fill_rehearsal(folder, learners, seed=5)
    collect(folder)
    grade_class(folder)
    return folder


@pytest.fixture
def graded(released: ClassFolder, checkout: Path) -> ClassFolder:
    """A class of sixteen invented participants, in a checkout that knows the municipalities."""
    (checkout / "datasets").mkdir()
    shutil.copy(PACKAGE.parent / "datasets" / "municipalities.csv", checkout / "datasets")
    return fill(released, 16)


def visit(folder: ClassFolder, part: str, language: Language = "et", **query: str) -> Visit:
    return Visit(folder, language, "/avcourse/desk/k/", part, query=query, xsrf="t")


def change_points(folder: ClassFolder, students: int) -> None:
    """Give that many participants another result in the post-test."""
    names = sorted(path.name for path in (folder.root / "autograded").iterdir() if (path / "jareltest").is_dir())
    engine = create_engine(folder.database)
    with engine.begin() as connection:
        for name in names[:students]:
            find = (
                "SELECT grade.id FROM grade JOIN submitted_notebook n ON n.id = grade.notebook_id "
                "JOIN submitted_assignment s ON s.id = n.assignment_id JOIN assignment a ON a.id = s.assignment_id "
                f"WHERE s.student_id = '{name}' AND a.name = 'jareltest'"
            )
            connection.execute(text(f"UPDATE grade SET manual_score = 1.25 - auto_score WHERE id IN ({find})"))
    engine.dispose()


def saved(folder: ClassFolder, part: str, name: str) -> bytes:
    """Press the button of a file and return what is saved."""
    publish = (gains if part == "gains" else report).ACTIONS["publish"]
    download = publish(visit(folder, part), Asked({"file": name})).download
    assert download is not None
    return download.data


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_say_words_before_numbers(graded: ClassFolder, language: Language) -> None:
    page = gains.page(visit(graded, "gains", language))
    picture, table = page.index("<img"), page.index("<table")
    assert page.index({"et": "Juurdekasv arvutatakse ainult", "en": "took both tests"}[language]) < picture < table
    assert re.search(r'<img src="data:image/png;base64,[^"]+" alt="[^"]{40,}"', page)
    assert "style=" not in page.replace("style-src", "")
    assert "<script" not in page
    shown = report.page(visit(graded, "report", language))
    assert shown.count('name="file"') == 3
    assert {"et": "ümardatud viieni", "en": "rounded to five"}[language] in shown


def test_one_participant_at_a_time_and_no_ranking(graded: ClassFolder) -> None:
    page = gains.page(visit(graded, "gains"))
    listed = re.findall(r'<option value="(proov-\d+)"', page)
    assert listed == sorted(listed)
    assert len(listed) > 10
    rest = re.sub(r"<select.*?</select>", "", page, flags=re.S)
    assert "proov-" not in rest
    one = gains.page(visit(graded, "gains", student="proov-0002"))
    assert set(re.findall(r"proov-\d+", re.sub(r"<select.*?</select>", "", one, flags=re.S))) == {"proov-0002"}
    assert "Kindel, kuid vale" in one or "Kindlaid, kuid valesid" in one
    evil = gains.page(visit(graded, "gains", student="<script>"))
    assert "<script" not in evil
    assert "&lt;script&gt;" in evil


def test_below_five_the_pages_speak_and_give_no_file(released: ClassFolder) -> None:
    empty = gains.page(visit(released, "gains"))
    assert "vähemalt viis osalejat" in empty
    assert "vähemalt kümme" in items.page(visit(released, "items"))
    few = fill(released, 4)
    page = gains.page(visit(few, "gains"))
    assert "<img" not in page
    assert 'name="file"' not in page
    for name in ("csv", "chart"):
        with pytest.raises(AvcourseError):
            saved(few, "gains", name)
    assert "Kõik testide arvud" in report.page(visit(few, "report"))
    assert not (few.root / PUBLISHED).exists()


def test_whatever_leaves_is_published_and_frozen_until_five_have_changed(graded: ClassFolder) -> None:
    files = [("gains", "csv"), ("gains", "chart"), *(("report", ending) for ending in ("docx", "pdf", "xlsx"))]
    first = [saved(graded, *file) for file in files[:2]]
    assert set(json.loads((graded.root / PUBLISHED).read_text())) >= {"proov-0001", "proov-0016"}
    rows = list(csv.reader(io.StringIO(first[0].decode("utf-8-sig")), delimiter=";"))
    means = [row[rows[0].index(name)] for row in rows[1:] for name in ("pre_mean", "post_mean") if row[1] == "shown"]
    assert means
    assert all(int(mean) % 5 == 0 for mean in means)
    assert [saved(graded, *file) for file in files[:2]] == first
    change_points(graded, 1)
    for file in files:
        with pytest.raises(PublishedTooSoon):
            saved(graded, *file)
    assert "Praegu aruannet alla laadida ei saa" in report.page(visit(graded, "report"))
    runner = CliRunner()
    said = runner.invoke(main, ["class", "report", str(graded.root), "--format", "xlsx"])
    assert said.exit_code == 1
    assert "Sellest ajast muutunud osalejaid: 1" in said.output
    change_points(graded, 6)
    for file in files:
        assert saved(graded, *file)


def test_moving_one_participant_to_another_group_is_a_change(graded: ClassFolder) -> None:
    """The two groups' figures would show that person's result."""
    import_roster(graded, "r.csv", roster(lambda n: "Juhid" if n % 2 else "Volikogu"))
    publish(graded, class_gains(graded))
    import_roster(graded, "r.csv", roster(lambda n: "Juhid" if n % 2 or n == 2 else "Volikogu"))
    with pytest.raises(PublishedTooSoon):
        publish(graded, class_gains(graded))


def test_one_more_pre_test_is_a_change(graded: ClassFolder) -> None:
    """The mean of those who left would show that person's result."""
    found = class_gains(graded)
    left = {name for name in found.learners if not (graded.root / "autograded" / name / "jareltest").is_dir()}
    assert left, "the rehearsal has participants who left"
    one = min(left)
    publish(graded, replace(found, learners={name: mark for name, mark in found.learners.items() if name != one}))
    with pytest.raises(PublishedTooSoon):
        publish(graded, found)


def test_one_more_answer_to_a_follow_up_is_a_change_of_its_figures(graded: ClassFolder) -> None:
    """A survey of seven beside one of eight would show the eighth answer."""

    def found(count: int) -> ClassGains:
        return replace(class_gains(graded), later={"/rakendamine": {f"k{n}": "ab12" for n in range(count)}})

    publish(graded, class_gains(graded))
    publish(graded, found(7))
    publish(graded, class_gains(graded))
    for other in (found(8), found(11), found(6)):
        with pytest.raises(PublishedTooSoon):
            publish(graded, other)
    publish(graded, found(7))
    publish(graded, found(12))
    with pytest.raises(PublishedTooSoon):
        publish(graded, found(13))


def test_who_is_erased_is_not_given_away_by_the_next_figures(graded: ClassFolder) -> None:
    publish(graded, class_gains(graded))
    erase(graded, "proov-0001")
    with pytest.raises(PublishedTooSoon):
        publish(graded, class_gains(graded))
    for number in range(2, 6):
        erase(graded, f"proov-{number:04d}")
    publish(graded, class_gains(graded))


def roster(group: object) -> bytes:
    rows = [f"proov-{number:04d};{group(number)}" for number in range(1, 17)]  # type: ignore[operator]
    return "\n".join(["tunnus;rühm", *rows]).encode()


def test_groups_of_the_roster(graded: ClassFolder) -> None:
    import_roster(graded, "r.csv", roster(lambda n: "Juhid" if n % 2 else "<b>Volikogu</b>"))
    page = gains.page(visit(graded, "gains"))
    assert "&lt;b&gt;Volikogu&lt;/b&gt;" in page
    assert "<b>Volikogu" not in page
    table = saved(graded, "gains", "csv").decode("utf-8-sig")
    names = {row[0] for row in csv.reader(io.StringIO(table), delimiter=";")}
    assert {"Rühm „Juhid“: Kokku", "Rühm „<b>Volikogu</b>“: Kokku"} <= names


def test_a_group_with_a_municipalitys_name_is_not_shown(graded: ClassFolder) -> None:
    import_roster(graded, "r.csv", roster(lambda n: "Tartu linn" if n % 2 else "tartu vald"))
    found = class_gains(graded)
    assert found.groups == {}
    assert "Tartu" not in gains.page(visit(graded, "gains"))


def test_questions_show_their_options_to_the_trainer(graded: ClassFolder) -> None:
    fill(graded, 40)
    page = items.page(visit(graded, "items"))
    assert "✓ õige" in page
    assert "Usaldusväärsus α" in page
    early, none = ("alles siis, kui ühte varianti", "ei ole vaja üle vaadata")
    assert (early in page) != ("Märkusi on" in page), "too few tests are never said to be in order"
    assert none not in page


def test_the_command_writes_all_three_formats(graded: ClassFolder) -> None:
    said = CliRunner().invoke(main, ["class", "report", str(graded.root), "--lang", "en"])
    assert said.exit_code == 0, said.output
    written = [Path(line.partition(": ")[2]) for line in said.output.splitlines() if "course-report" in line]
    assert [path.suffix for path in written] == [".docx", ".pdf", ".xlsx"]
    assert all(path.stat().st_size > 5_000 and "example" in path.name for path in written)


@pytest.mark.slow
def test_pages_pass_the_accessibility_engine_and_fit_a_telephone(graded: ClassFolder) -> None:
    """The three pages in the desk's own frame and under its own rules for browsers, every unfolded part open."""
    fill(graded, 40)
    import_roster(graded, "r.csv", roster(lambda n: "Juhid" if n % 2 else "Volikogu"))
    views = Path(gains.__file__).parents[1]
    rooms = (views / "desk" / "static", views / "page" / "voila" / "templates" / "avcourse" / "static")
    pages = {}
    for language in LANGUAGES:
        for part in (gains, items, report):
            name = part.__name__.rpartition(".")[2]
            asked = visit(graded, name, language, student="proov-0003")
            frame = Frame(language, name, "/desk/", "/static/", "/here/", rehearsal=True)
            pages[f"/{name}-{language}"] = render(frame, part.page(asked))

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://desk.test")
        if path in pages:
            kind = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": POLICY}
            route.fulfill(body=pages[path], headers=kind)
        else:
            found = [room / Path(path).name for room in rooms if (room / Path(path).name).is_file()]
            route.fulfill(path=found[0]) if found else route.fulfill(status=404)

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for width in (1280, 400):
            page = browser.new_page(viewport={"width": width, "height": 900})
            page.route("**/*", answer)
            blocked: list[str] = []
            page.on(
                "console", lambda said, blocked=blocked: blocked.append(said.text) if said.type == "error" else None
            )
            for path in pages:
                page.goto(f"http://desk.test{path}")
                page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
                assert page.locator("h1").count() == 1
                if width == 1280:
                    found = Axe().run(page).response["violations"]
                    # The small course calls both tests and all areas "Nimi", so that tables bear the same name.
                    wrong = [(one["id"], one["nodes"][0]["html"]) for one in found if one["id"] != "landmark-unique"]
                    assert wrong == [], path
            assert blocked == []
        browser.close()
