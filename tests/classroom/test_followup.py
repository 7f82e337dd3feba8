"""What comes after the course: the transfer survey and the re-assessment, released by name, graded for answering, told with care."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import Answer, Response, append_response
from avcourse.classroom.followup import (
    AGAIN,
    SURVEY,
    Named,
    again_figures,
    due_followups,
    followup_figures,
    followups_of,
    survey_figures,
)
from avcourse.classroom.gradebook import read_scores
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.overview import LastRun, Overview, Standings, next_step, overview
from avcourse.classroom.release import release
from avcourse.classroom.schedule import Schedule, Terms, write_schedule
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.cli import main
from avcourse.course.course import load_bank, load_course
from avcourse.course.language import Text
from avcourse.municipality.instrument import load_instrument
from avcourse.views.class_followup import followup_blocks, followup_lines
from avcourse.views.desk import followup as desk_followup
from avcourse.views.desk import overview as desk_overview
from avcourse.views.desk.visit import Visit
from avcourse.views.documents.model import Bullets, Paragraph, Table
from avcourse.views.home import home_html
from benchmarks.gradebook_rows import rows

Said = Mapping[str, Answer]
NOW = datetime(2028, 1, 1)
STEPS = tuple(target.id for target in load_bank()["rk-applied"].targets)
AREAS = tuple(area.id for area in load_course().areas)
SECRET = "Vallavanem Mart Tamm vajab raha."


def survey(step: str = "once", *, hindered: tuple[str, ...] = ("time",), share: str = "yes", example: str = "") -> Said:
    """Return the answers of one learner to the survey."""
    return {
        "rk-applied": tuple(f"{area}:{step}" for area in AREAS),
        "rk-example": example,
        "rk-share": (share,),
        "rk-helped": ("colleagues", "tools"),
        "rk-hindered": hindered,
        "rk-plan": ("begun",),
        "rk-need": SECRET,
    }


def log_of(said: Said, module: str = SURVEY) -> tuple[Response, ...]:
    """Return answers as a log holds them."""
    at = "2027-03-01T10:00:00Z"
    return tuple(Response(n, module, name, None, answer, None, at) for n, (name, answer) in enumerate(said.items(), 1))


def level(criterion: str, chosen: Any, day: str | None = None) -> dict[str, Any]:
    """Return a level, with evidence of a day."""
    proof = {"evidence": "https://vald.ee", "evidence_date": day} if day else {}
    return {"version": load_instrument().criterion(criterion).version, "level": chosen, **proof}


def reassessed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Said:
    """Return the records of one re-assessment."""
    earlier = json.dumps({"date": "2026-11-24", "answers": dict(before)})
    return {"earlier:own": earlier, **{f"again:{name}": json.dumps(data) for name, data in after.items()}}


def everywhere(chosen: Any, day: str | None = None) -> dict[str, Any]:
    """Return the same level for every criterion."""
    return {criterion.id: level(criterion.id, chosen, day) for criterion in load_instrument().criteria}


# What may be told ---------------------------------------------------------------------------------------------------


def test_no_figure_rests_on_fewer_than_five() -> None:
    people = [log_of(survey(step, example="Avaldame eelnõud.")) for step in ("none", "once", "several", "routine")]
    figures = survey_figures(people, invited=12)
    assert (figures.answered, figures.invited) == (4, 12)
    assert {one.applied for one in figures.applied} == {None}
    assert (figures.helped.options, figures.hindered.options, figures.plan.options, figures.examples) == (
        (),
        (),
        (),
        (),
    )
    five = survey_figures([*people, log_of(survey("planned"))], invited=12)
    assert {one.applied for one in five.applied} == {3}
    assert five.hindered.options == (), "what all five said alike is not told, not even that it was alike"
    assert five.examples == ("Avaldame eelnõud.",)


def test_barriers_stand_by_frequency_and_of_equals_in_the_order_of_the_form() -> None:
    said = [("money",), ("time", "money"), ("time", "council"), ("money", "council"), ("nothing",), ("time", "money")]
    figures = survey_figures([log_of(survey(hindered=one)) for one in said], invited=6)
    assert figures.hindered.options == (
        Named("money", 4),
        Named("time", 3),
        Named("council", 2),
        Named("nothing", 1),
    )


def test_an_area_without_an_answer_and_an_impossible_one_are_left_out() -> None:
    part = {**survey(), "rk-applied": ("digital:once",)}
    odd = {**survey(), "rk-applied": ("digital:always",), "rk-hindered": ("time", "time"), "rk-plan": ("begun", "kept")}
    figures = survey_figures([log_of(survey("none"))] * 4 + [log_of(part)] * 2 + [log_of(odd)], invited=7)
    by_area = {one.area: (one.answered, one.applied) for one in figures.applied}
    assert by_area == {**dict.fromkeys(AREAS, (4, None)), "digital": (6, 2)}
    assert (figures.plan.answered, figures.hindered.answered) == (6, 6)


def test_an_example_is_told_only_by_whose_consent_stands_last() -> None:
    agreed, taken_back = log_of(survey(example="Lubatud")), log_of(survey(example="Keelatud"))
    taken_back += (replace(taken_back[0], question="rk-share", answer=("no",)),)
    silent = log_of({name: one for name, one in survey(example="Vaikitud").items() if name != "rk-share"})
    figures = survey_figures([agreed, taken_back, silent, log_of(survey()), log_of(survey(share="no"))], invited=5)
    assert figures.examples == ("Lubatud",)


@pytest.mark.parametrize("language", ["et", "en"])
def test_the_report_rounds_and_hides_and_says_so(language: Any) -> None:
    people = [
        log_of(survey("once" if n < 4 else "none", hindered=("time",) if n < 3 else ("money",))) for n in range(7)
    ]
    blocks = followup_blocks(_figures(people, []), language)
    tables = [block for block in blocks if isinstance(block, Table)]
    assert [row[1:] for row in tables[0].rows] == [(7, 0.55)] * 5, (
        "4 of 7 is 57 %: below twenty answers in steps of five"
    )
    assert [row[1] for row in tables[1].rows] == [0.55, 0.45]
    assert tables[2].rows == (), "what all seven chose is not told"
    assert SECRET not in str(blocks)
    few = followup_blocks(_figures(people[:4], []), language)
    assert not [block for block in few if isinstance(block, Table | Bullets)]
    assert len([block for block in few if isinstance(block, Paragraph)]) == 4


def _figures(people: Sequence[tuple[Response, ...]], again: Sequence[tuple[Response, ...]]) -> Any:
    from avcourse.classroom.followup import FollowupFigures

    return FollowupFigures(survey_figures(people, len(people)), again_figures(again))


# What has changed ---------------------------------------------------------------------------------------------------


def test_a_rise_counts_only_with_newer_evidence() -> None:
    old = everywhere(2, "2026-10-01")
    risen = log_of(reassessed(old, everywhere(4, "2027-10-01")), AGAIN)
    hollow = log_of(reassessed(old, everywhere(4, "2026-10-01")), AGAIN)
    figures = again_figures([risen] * 2 + [hollow] * 3)
    count = len(load_instrument().criteria)
    assert (figures.answered, figures.both, figures.risen, figures.hollow) == (5, 5, 2 * count, 3 * count)
    for one in figures.dimensions:
        assert (one.both, one.before, one.after) == (5, 0.5, pytest.approx((2 * 1.0 + 3 * 0.5) / 5))


def test_changes_are_told_from_five_municipalities_with_both_states() -> None:
    both = log_of(reassessed(everywhere(2), everywhere(1)), AGAIN)
    first_time = log_of(reassessed({}, everywhere(3)), AGAIN)
    figures = again_figures([both] * 4 + [first_time] * 3)
    assert (figures.answered, figures.both, figures.risen, figures.hollow) == (7, 4, None, None)
    assert {(one.before, one.after) for one in figures.dimensions} == {(None, None)}
    text = str(followup_blocks(_figures([], [both] * 4 + [first_time] * 3), "et"))
    assert "Table" not in text
    assert again_figures([both] * 5 + [first_time]).dimensions[0].after is not None


# A class ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def after_release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class folder with the follow-ups and the post-test released."""
    folder = new_class(tmp_path_factory.mktemp("template") / "klass", "sygis-2026", "et", None)
    release(folder, ("jareltest", SURVEY, AGAIN))
    return folder.root


@pytest.fixture
def classroom(after_release: Path, tmp_path: Path) -> ClassFolder:
    root = tmp_path / "klass"
    shutil.copytree(after_release, root)
    return ClassFolder(root, "sygis-2026", "et", root / "exchange")


HandIn = Callable[[str, str, Said], None]


@pytest.fixture
def hand_in(classroom: ClassFolder) -> HandIn:
    """Give a function that puts a submission with answers into the class."""

    def make(student: str, module: str, said: Said) -> None:
        place = classroom.root / "submitted" / student / module
        place.mkdir(parents=True)
        shutil.copy(classroom.released(module), place)
        (place / "timestamp.txt").write_text("2027-03-01 10:00:00.000001 UTC")
        for question, answer in said.items():
            append_response(place / "responses.jsonl", assignment=module, question=question, answer=answer)

    return make


def test_points_are_for_answering_whatever_is_answered(classroom: ClassFolder, hand_in: HandIn) -> None:
    hand_in("eitav", SURVEY, survey("none", hindered=("nothing",), share="no"))
    hand_in("jaatav", SURVEY, survey("routine", example="Avaldame eelnõud."))
    half = {name: answer for name, answer in survey().items() if name in ("rk-plan", "rk-example")}
    hand_in("pool", SURVEY, {**half, "rk-applied": ("digital:once",), "rk-hindered": ("rain",)})
    hand_in("kaugel", AGAIN, reassessed(everywhere(2), everywhere(2)))
    hand_in("tyhi-tous", AGAIN, reassessed(everywhere(1), everywhere(4)))
    hand_in("osa", AGAIN, reassessed(everywhere(1), {"t01": level("t01", 3, "2027-02-01"), "t02": level("t02", 9)}))
    report = grade_class(classroom)
    assert [(one.student, one.kind) for one in report.problems] == [("pool", "no-option")]
    points = {one.student: one.points for one in report.graded}
    in_dimension = len(load_instrument().of("transparency"))
    assert points == {
        "eitav": 5.0,
        "jaatav": 5.0,
        "pool": 1.0,
        "kaugel": 16.0,
        "tyhi-tous": 12.0,
        "osa": pytest.approx(4 + 2 / in_dimension),
    }
    assert read_scores(classroom.database)["osa", AGAIN]["kh-evidence"] == 4.0


@pytest.mark.slow
def test_the_gradebook_equals_that_of_nbgrader_autograde(
    classroom: ClassFolder, hand_in: HandIn, tmp_path: Path
) -> None:
    hand_in("eitav", SURVEY, survey("none"))
    hand_in("pool", SURVEY, {"rk-plan": ("begun",), "rk-applied": ("digital:once",)})
    risen = {**everywhere(3, "2027-02-01"), "t01": level("t01", 4), "t02": level("t02", "unknown")}
    hand_in("osa", AGAIN, {**reassessed(everywhere(1), risen), "kh-reflection": "Eelnõud on nüüd veebis."})
    twin = Path(shutil.copytree(classroom.root, tmp_path / "twin"))
    grade_class(classroom)
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}
    for module in (SURVEY, AGAIN):
        command = [str(bin_folder / "nbgrader"), "autograde", module, "--force"]
        done = subprocess.run(command, cwd=twin, env=environment, capture_output=True, text=True, timeout=280)
        assert done.returncode == 0, done.stderr[-2000:]
    assert rows(classroom.gradebook) == rows(twin / "gradebook.db")


def test_the_class_tells_what_came_of_the_course(
    classroom: ClassFolder, hand_in: HandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(6):
        steps = "once" if number % 2 else "none"
        own = survey(steps, hindered=("time",) if number > 1 else ("money",), share="no", example="<b>Ei jaga</b>")
        hand_in(f"osaleja-{number}", SURVEY, own)
        hand_in(f"osaleja-{number}", "jareltest", {"self-impact": ("3",)})
    (classroom.root / "submitted/osaleja-0" / SURVEY / "responses.jsonl").write_bytes(b"\x00\xff")
    figures = followup_figures(classroom)
    assert figures.survey is not None
    assert figures.again is not None
    assert (figures.survey.answered, figures.survey.invited, figures.again.answered) == (5, 6, 0)
    lines = "\n".join(followup_lines(classroom, NOW, "et"))
    assert SECRET in lines, "the trainer reads what is needed"
    drawn = desk_followup.page(Visit(classroom, "en", "/avcourse/desk/k/", "followup", (), {}, "token"))
    for part in (SECRET, "&lt;b&gt;Ei jaga&lt;/b&gt;", "What stood in the way", "What you have applied: sent."):
        assert part in drawn
    assert "Ei jaga" in lines
    assert "Ei jaga" not in str(followup_blocks(figures, "et"))
    assert "osaleja-" not in lines
    monkeypatch.chdir(classroom.root)
    shown = CliRunner().invoke(main, ["class", "followup"])
    assert shown.exit_code == 0
    assert "Ajapuudus" in shown.output


def test_follow_ups_are_due_when_the_post_test_is_over(after_release: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(after_release, tmp_path / "klass"))
    shutil.rmtree(root / "release" / AGAIN)
    shutil.rmtree(root / "release" / SURVEY)
    folder = ClassFolder(root, "sygis-2026", "et", root / "exchange")
    assert followups_of(folder) == ()
    for student, day in (("a", "2027-01-01"), ("b", "2027-01-05")):
        (root / "submitted" / student / "jareltest").mkdir(parents=True)
        (root / "submitted" / student / "jareltest" / "timestamp.txt").write_text(f"{day} 10:00:00.000001 UTC")
    end = datetime(2027, 1, 5, 10, 0, 0, 1)
    assert [(one.assignment, one.at - end) for one in followups_of(folder)] == [
        (SURVEY, timedelta(days=90)),
        (AGAIN, timedelta(days=365)),
    ]
    assert due_followups(folder, end + timedelta(days=89, hours=23)) == ()
    assert [one.assignment for one in due_followups(folder, end + timedelta(days=90))] == [SURVEY]
    assert [one.assignment for one in due_followups(folder, end + timedelta(days=400))] == [SURVEY, AGAIN]
    assert overview(folder, end + timedelta(days=91)).later == (SURVEY,)
    # A deadline, the longest one, stands before the latest submission.
    close, longer = datetime(2027, 2, 1), datetime(2027, 2, 9)
    write_schedule(folder, Schedule({"jareltest": Terms(due=close)}, {("a", "jareltest"): longer}))
    assert followups_of(folder)[0].at == longer + timedelta(days=90)
    (root / "release" / SURVEY).mkdir()
    (root / "release" / SURVEY / f"{SURVEY}.ipynb").write_text("{}")
    assert [one.assignment for one in due_followups(folder, NOW + timedelta(days=400))] == [AGAIN]
    sentences = followup_lines(folder, NOW + timedelta(days=400), "en")
    assert sentences[:2] == ["What you have applied: sent.", f"It is time to send ‘A year later’ ({AGAIN})."]


@pytest.mark.parametrize(("row", "step"), [({}, "send"), ({"new": 1}, "run"), ({"ready": 2}, "give")])
def test_sending_a_follow_up_is_the_next_step_when_nothing_waits(row: dict[str, int], step: str) -> None:
    test = Standings("jareltest", Text("Järeltest", "Post-test"), known=True, **row)
    found = Overview((test,), 12, LastRun(), later=(SURVEY, AGAIN))
    assert next_step(found).step == step
    assert step != "send" or next_step(found).assignments == (SURVEY,)


def test_the_desk_offers_to_send_what_is_due(after_release: Path, tmp_path: Path) -> None:
    root = Path(shutil.copytree(after_release, tmp_path / "klass"))
    shutil.rmtree(root / "release" / SURVEY)
    for room in ("submitted", "autograded"):
        place = root / room / "a" / "jareltest"
        place.mkdir(parents=True)
        (place / "timestamp.txt").write_text("2026-01-05 10:00:00.000001 UTC")
    folder = ClassFolder(root, "sygis-2026", "et", root / "exchange")
    drawn = desk_overview.page(Visit(folder, "et", "/avcourse/desk/k/", "overview", (), {}, "token"))
    assert "aeg on saata „Mida te rakendasite“" in drawn
    section = re.search(r'<section class="desk-panel desk-next">.*?</section>', drawn)
    assert section, drawn
    assert 'name="assignment" value="rakendamine"' in section[0]
    assert "Saada osalejatele" in section[0]


# The learner's home -------------------------------------------------------------------------------------------------


def test_what_comes_after_is_no_part_of_the_course_and_waits_for_the_class(tmp_path: Path) -> None:
    folder = LearnerFolder(tmp_path / "kodu", "k3f9-q7mw", "et")
    write_marker(folder)
    before = home_html(folder, "et")
    assert "Läbitud osi: 0/26" in before
    assert "Pärast kursust" not in before
    course = load_course()
    for test, form in zip(course.tests, "AB", strict=True):
        for slot in course.slots:
            path = folder.log_path(test.id)
            append_response(path, assignment=test.id, question=slot.forms[form], answer=("dont-know",), form=form)
    alone = home_html(folder, "et")
    assert alone.index("Pärast kursust") < alone.index("rakendamine.ipynb") < alone.index("kordushindamine.ipynb")
    exchange = tmp_path / "exchange"
    (folder.root / "class.toml").write_text(f'id = "k"\nexchange = "{exchange}"\nstudent = "s"\n', encoding="utf-8")
    waiting = home_html(folder, "et")
    assert "Koolitaja saadab" in waiting
    assert "rakendamine.ipynb" not in waiting
    (exchange / "k" / "outbound" / SURVEY).mkdir(parents=True)
    sent = home_html(folder, "et")
    assert "rakendamine.ipynb" in sent
    assert "kordushindamine.ipynb" not in sent
    assert "umbes 90 päeva" in home_html(folder, "et")
