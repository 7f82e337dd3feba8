"""The municipality's own work as assignments: built, submitted, graded as plain nbgrader does, reviewed, shared with consent."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import docx
import pytest
from click.testing import CliRunner
from sqlalchemy import text

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import append_response
from avcourse.authoring.build import build_files, read_content, write_files
from avcourse.classroom.book import gather_book, partners_bytes, shared_card
from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.exercise import make_exercises
from avcourse.classroom.gradebook import connect, read_scores
from avcourse.classroom.graded_copy import inert
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.marking import MarkRefused, Wish, give, mark
from avcourse.classroom.release import release
from avcourse.classroom.review import open_answers
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.cli import main
from avcourse.course import course as course_module
from avcourse.course.course import load_bank, load_course
from avcourse.errors import NoAssignment
from avcourse.municipality import instrument as instrument_module
from avcourse.municipality.exchange import read_work
from avcourse.municipality.records import KINDS
from avcourse.views.forms.submit import SubmitForm, unanswered
from benchmarks.gradebook_rows import rows

ROOT = Path(__file__).resolve().parents[2]
WORK = ("enesehindamine", "tegevuskava")
AT = "2026-11-24T10:00:00Z"
ATTACK = (
    '<script>alert("1")</script> $x$ [a](javascript:b) ![c](https://d.ee/e.png)\n```\n</pre><img src=x onerror=f()>'
)
COMMITMENT: Mapping[str, Any] = {
    "title": "Eelnõud avalikuks",
    "problem": "Elanikud näevad eelnõusid alles pärast otsust.",
    "action": "Avaldame volikogu eelnõud veebis viis tööpäeva enne istungit.",
    "openness": "Igaüks saab eelnõu enne otsust lugeda ja arvamust avaldada.",
    "mechanism": ["information", "participation"],
    "owner": "vallasekretär",
    "partners": "MTÜ Kogukonnad",
    "start": "2027-01-01",
    "end": "2028-12-31",
    "milestones": [{"what": "Avaldame eelnõud", "date": "2027-03-01", "owner": "vallasekretär", "output": "veebileht"}],
    "indicators": [
        {
            "kind": kind,
            "name": "Eelnõud veebis",
            "unit": "%",
            "baseline": "40",
            "target": "95",
            "source": "dokumendiregister",
            "owner": "vallasekretär",
            "due": "2028-12-31",
        }
        for kind in ("output", "outcome")
    ],
}
Save = Callable[[Path, str, str, Mapping[str, Any]], None]


def save(log: Path, kind: str, name: str, data: Mapping[str, Any]) -> None:
    """Save a record as a page does."""
    question, answer = f"{kind}:{name}", json.dumps(data, ensure_ascii=False)
    append_response(log, assignment=KINDS[kind], question=question, answer=answer)


def say(log: Path, module: str, question: str, answer: str) -> None:
    """Answer an open question."""
    append_response(log, assignment=module, question=question, answer=answer)


def assess(log: Path, levels: Mapping[str, Any], **more: Any) -> None:
    """Answer criteria of the self-assessment."""
    for criterion in instrument_module.load_instrument().criteria:
        level = levels.get(criterion.dimension)
        if level is not None:
            save(log, "level", criterion.id, {"version": criterion.version, "level": level, **more})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Give a checkout that is built from the content as it stands, for this process and for nbgrader's kernels."""
    root = tmp_path_factory.mktemp("checkout")
    for room in ("avcourse", "content", "datasets"):
        shutil.copytree(ROOT / room, root / room, ignore=shutil.ignore_patterns("__pycache__", "material"))
    caches = (course_module.load_course, course_module.load_bank, instrument_module.load_instrument)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course_module, "PACKAGE", root / "avcourse")
        patch.setenv("PYTHONPATH", str(root))
        content, _ = read_content(root)
        assert content is not None
        write_files(root, build_files(content, make_exercises))
        for cache in caches:
            cache.cache_clear()
        yield root
    for cache in caches:
        cache.cache_clear()


@pytest.fixture(scope="module")
def after_release(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class folder with everything released."""
    classroom = new_class(tmp_path_factory.mktemp("template") / "klass", "sygis-2026", "et", None)
    wanted = ["eeltest", "enesehindamine", "jareltest", "tegevuskava"]
    assert [one.assignment for one in release(classroom, wanted)] == wanted
    return classroom.root


@pytest.fixture
def classroom(after_release: Path, tmp_path: Path) -> ClassFolder:
    root = tmp_path / "klass"
    shutil.copytree(after_release, root)
    return ClassFolder(root, "sygis-2026", "et", root / "exchange")


@pytest.fixture
def hand_in(classroom: ClassFolder) -> Callable[[str, str], Path]:
    """Give a function that puts an empty submission into the class and returns its log."""

    def make(student: str, module: str) -> Path:
        place = classroom.root / "submitted" / student / module
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(classroom.released(module), place)
        (place / "timestamp.txt").write_text("2026-11-24 10:00:00.000001 UTC")
        return place / "responses.jsonl"

    return make


def good_work(hand_in: Callable[[str, str], Path], student: str) -> None:
    """Hand in both assignments, worth 9 and 20 points, with open answers."""
    log = hand_in(student, "enesehindamine")
    # Two of six dimensions: 2 × 2 points. No legal duty is claimed at 3 or 4; those answered are a part of the 4 points for evidence.
    assess(log, {"transparency": 0, "digital": "unknown"})
    say(log, "enesehindamine", "ea-reflection", "Meil ei ole eelnõusid veebis.")
    log = hand_in(student, "tegevuskava")
    save(log, "commitment", "a1", COMMITMENT)
    say(log, "tegevuskava", "tk-change", ATTACK)


def test_both_are_assignments_and_no_tests(built: Path) -> None:
    course = load_course()
    assert [module.id for module in course.tests] == ["eeltest", "jareltest"]
    assignments = ["eeltest", "enesehindamine", "tegevuskava", "jareltest", "rakendamine", "kordushindamine"]
    assert [module.id for module in course.assignments if module.kind != "exercise"] == assignments
    order = [module.id for module in course.modules]
    for before, after in (("m04", "enesehindamine"), ("m13", "tegevuskava"), ("jareltest", "areng")):
        assert order.index(after) == order.index(before) + 1
    assert [name for name in order if name != "andmed"][-2:] == assignments[4:]
    for module in WORK:
        assert not list((built / "course").rglob(f"{module}.ipynb"))
    assert not {"ea-evidence", "ea-reflection"} & json.loads((built / "solutions/keys.json").read_text()).keys()


@pytest.mark.parametrize(("module", "by_rule", "by_hand"), [("enesehindamine", 16, 4), ("tegevuskava", 20, 4)])
def test_every_page_grades_what_the_course_says(built: Path, module: str, by_rule: int, by_hand: int) -> None:
    for language in ("et", "en"):
        path = built / "exercises" / language / module / f"{module}.ipynb"
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        tags = [(cell, cell["metadata"].get("nbgrader", {})) for cell in cells]
        graded = {tag["grade_id"]: tag["points"] for _, tag in tags if tag.get("grade")}
        tasks = {tag["grade_id"]: (cell, tag["points"]) for cell, tag in tags if tag.get("task")}
        assert tuple(graded) == load_course().module(module).checks
        assert (sum(graded.values()), sum(points for _, points in tasks.values())) == (by_rule, by_hand)
        ((question, (cell, _)),) = tasks.items()
        rubric = load_bank()[question].rubric
        assert [step.points for step in rubric] == [4, 3, 2, 1, 0]
        assert all(step.text.in_("et" if language == "et" else "en") in "".join(cell["source"]) for step in rubric)


def test_work_is_graded_by_rule_and_open_answers_wait(
    classroom: ClassFolder, hand_in: Callable[[str, str], Path]
) -> None:
    good_work(hand_in, "hea")
    report = grade_class(classroom)
    assert [one.kind for one in report.problems] == ["markup"], (
        "what tries to be a page is named, and graded all the same"
    )
    assert report.by_hand() == {"enesehindamine": 1, "tegevuskava": 1}
    law = [c for c in instrument_module.load_instrument().criteria if c.basis == "law"]
    shown = sum(c.dimension in ("transparency", "digital") for c in law) / len(law)
    points = {one.assignment: one.points for one in report.graded}
    assert points == {"enesehindamine": pytest.approx(4 + 4 * shown), "tegevuskava": 20.0}
    scores = read_scores(classroom.database)["hea", "enesehindamine"]
    assert (scores["ea-transparency"], scores["ea-inclusion"], scores["ea-reflection"]) == (2.0, 0.0, 0.0)
    with connect(classroom.database) as connection:
        query = "select base_cell.name from grade join base_cell on base_cell.id = cell_id where needs_manual_grade"
        waiting = {row[0] for row in connection.execute(text(query))}
    assert waiting == {"ea-reflection", "tk-change"}


@pytest.mark.slow
def test_the_gradebook_equals_that_of_nbgrader_autograde(
    built: Path, classroom: ClassFolder, hand_in: Callable[[str, str], Path], tmp_path: Path
) -> None:
    good_work(hand_in, "hea")
    log = hand_in("pool", "enesehindamine")
    assess(log, {"transparency": 3, "integrity": 4}, evidence="https://vald.ee", evidence_date="2026-11-01")
    assess(log, {"leadership": 4})
    log = hand_in("pool", "tegevuskava")
    save(log, "commitment", "a", COMMITMENT)
    save(log, "commitment", "b", {"title": "Kaasame rohkem", "mechanism": [{"x": 1}], "budget": 10**13})
    save(log, "commitment", "c", {**COMMITMENT, "end": "2031-01-01", "partners": None})
    say(hand_in("tyhi", "tegevuskava"), "tegevuskava", "tk-change", "Midagi muutub.")
    twin = Path(shutil.copytree(classroom.root, tmp_path / "twin"))
    report = grade_class(classroom)
    assert len({one.points for one in report.graded}) == 5
    bin_folder = Path(sys.executable).parent
    environment = {**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"}

    def autograde() -> None:
        for module in WORK:
            command = [str(bin_folder / "nbgrader"), "autograde", module, "--force"]
            done = subprocess.run(command, cwd=twin, env=environment, capture_output=True, text=True, timeout=280)
            assert done.returncode == 0, done.stderr[-2000:]

    autograde()
    ours, theirs = rows(classroom.root / "gradebook.db"), rows(twin / "gradebook.db")
    assert ours == theirs
    # What a person gave survives grading again, here as there.
    for folder in (classroom, ClassFolder(twin, "sygis-2026", "et", twin / "exchange")):
        wish = Wish(steps=("3",), comment="Hea, aga millal lubadusest loobute?")
        give(folder, "tegevuskava", "tk-change", {"hea": wish})
    grade_class(classroom)
    autograde()
    assert rows(classroom.root / "gradebook.db") == rows(twin / "gradebook.db")


def test_a_mark_survives_grading_again_and_a_newer_answer_is_shown_again(
    classroom: ClassFolder, hand_in: Callable[[str, str], Path]
) -> None:
    good_work(hand_in, "hea")
    grade_class(classroom)
    mark(classroom, "tegevuskava", "hea", "tk-change", 2.5)
    grade_class(classroom)
    ((answer,),) = [question.answers for question in open_answers(classroom, "tegevuskava")]
    assert (answer.points, answer.waits) == (2.5, False)
    say(hand_in("hea", "tegevuskava"), "tegevuskava", "tk-change", "Parem vastus.")
    (classroom.root / "submitted/hea/tegevuskava/timestamp.txt").write_text("2026-11-25 10:00:00.000001 UTC")
    ((answer,),) = [question.answers for question in open_answers(classroom, "tegevuskava")]
    assert answer.text == ATTACK
    grade_class(classroom)
    ((answer,),) = [question.answers for question in open_answers(classroom, "tegevuskava")]
    assert (answer.points, answer.waits, answer.text) == (2.5, True, "Parem vastus.")


def test_marks_that_cannot_be_given_are_refused_in_words(
    classroom: ClassFolder, hand_in: Callable[[str, str], Path]
) -> None:
    good_work(hand_in, "hea")
    grade_class(classroom)
    before = rows(classroom.gradebook)
    for student, question, points, word in [
        ("hea", "tk-change", 4.5, "4"),
        ("hea", "tk-change", -0.5, "4"),
        ("hea", "tk-change", float("nan"), "nan"),
        ("hea", "tk-muutus", 1, "tk-change"),
        ("keegi", "tk-change", 1, "hea"),
    ]:
        with pytest.raises(MarkRefused) as caught:
            mark(classroom, "tegevuskava", student, question, points)
        assert word in caught.value.sentence("et")
        assert caught.value.sentence("et") != caught.value.sentence("en")
    with pytest.raises(NoAssignment):
        mark(classroom, "vahetest", "hea", "tk-change", 1)
    assert rows(classroom.gradebook) == before


def test_open_answers_are_inert_in_the_graded_copy(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    good_work(hand_in, "hea")
    grade_class(classroom)
    copy = json.loads((classroom.root / "autograded/hea/tegevuskava/tegevuskava.ipynb").read_text(encoding="utf-8"))
    released = json.loads(classroom.released("tegevuskava").read_text(encoding="utf-8"))
    (task,) = [cell for cell in copy["cells"] if cell["metadata"].get("nbgrader", {}).get("task")]
    (empty,) = [cell for cell in released["cells"] if cell["metadata"].get("nbgrader", {}).get("task")]
    source, rubric = "".join(task["source"]), "".join(empty["source"])
    assert source.startswith(rubric)
    shown = re.fullmatch(r'\s*<pre style="white-space: pre-wrap">([^<>]*)</pre>', source[len(rubric) :])
    assert shown
    assert html.unescape(shown[1]) == ATTACK
    assert not set(re.sub(r"&#\d+;", "", shown[1])) & set('$`[]()*_\\!"\n')
    assert inert("\ud800") == '<pre style="white-space: pre-wrap">&#55296;</pre>'


def test_hostile_logs_are_graded_or_named(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    odd: list[Any] = [None, True, 7, 10**13, [], [[]], {"a": 1}, [{"date": {}}], "\ud800"]
    log = hand_in("vaenlane", "tegevuskava")
    for number, value in enumerate(odd):
        data = dict.fromkeys((*COMMITMENT, "budget", "no_budget", "completion", "share", "consent"), value)
        for kind in ("commitment", "proposal", "card"):
            line = {"v": 1, "seq": 1, "assignment": "tegevuskava", "form": None, "confidence": None, "at": AT}
            entry = {**line, "question": f"{kind}:{number}", "answer": json.dumps(data)}
            with log.open("a", encoding="utf-8") as stream:
                stream.write(json.dumps(entry) + "\n")
    save(log, "commitment", "long", {**COMMITMENT, "title": "x" * 5000, "action": "x" * 5000})
    for value in odd[:5]:
        data = {"version": value, "level": value, "evidence": value, "evidence_date": value, "checked": value}
        save(hand_in("vaenlane", "enesehindamine"), "level", "t01", data)
    say(log, "tegevuskava", "tk-change", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
    good_work(hand_in, "hea")
    save(hand_in("arv", "tegevuskava"), "commitment", "a", {"title": "Arv", "budget": 10**400})
    save(hand_in("arv", "tegevuskava"), "card", "c", {**CARD, "consent": "named", "number": 10**400})
    report = grade_class(classroom)
    named = {(one.student, one.kind) for one in report.problems if one.student != "arv"}
    assert named == {("hea", "markup")}
    points = {(one.student, one.assignment): one.points for one in report.graded}
    assert 0 < points["vaenlane", "tegevuskava"] < points["hea", "tegevuskava"] == 20.0
    book = gather_book(classroom)
    assert {card.data["title"] for card in (*book.cards, *book.proposals)} <= {CARD["title"]}
    assert set(book.unreadable) <= {"arv"}


def test_the_way_of_a_learner(built: Path, classroom: ClassFolder, tmp_path: Path) -> None:
    folder = LearnerFolder(tmp_path / "kodu", "k3f9-q7mw", "et")
    write_marker(folder)
    card = f'id = "sygis-2026"\nexchange = "{classroom.exchange}"\n'
    (folder.root / "class.toml").write_text(card, encoding="utf-8")
    assess(folder.log_path("enesehindamine"), {"digital": 2})
    receipt = submit(folder, "enesehindamine")
    assert receipt.assignment == "enesehindamine"
    assert [(one.student, one.assignment) for one in collect(classroom).collected] == [("k3f9-q7mw", "enesehindamine")]
    ((graded,),) = [grade_class(classroom).graded]
    assert (graded.by_hand, graded.points > 2) == (1, True)


def test_the_hand_in_counts_parts_that_are_begun(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = LearnerFolder(tmp_path / "kodu", "k3f9-q7mw", "et")
    write_marker(folder)
    (folder.root / "et").mkdir()
    monkeypatch.chdir(folder.root / "et")
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    assert len(unanswered("enesehindamine")[0]) == unanswered("enesehindamine")[1] == 8
    assess(folder.log_path("enesehindamine"), {"digital": 0})
    say(folder.log_path("enesehindamine"), "enesehindamine", "ea-reflection", "Kolm leidu.")
    left, total = unanswered("enesehindamine")
    assert (total, set(left)) == (
        8,
        {f"enesehindamine/ea-{d}" for d in ("transparency", "participation", "integrity", "inclusion", "leadership")},
    )
    form = SubmitForm("enesehindamine", "et")
    assert form.words["unanswered"] == "Tühje osi on veel {count}."
    assert SubmitForm("eeltest", "et").words["unanswered"] != form.words["unanswered"]


# The book

CARD: Mapping[str, Any] = {
    "title": "Eelnõud veebis",
    "did": "Avaldasime eelnõud.",
    "dimension": "transparency",
    "municipality": "Nõpri vald",
    "contact": "vallasekretär",
}


def fill_book(hand_in: Callable[[str, str], Path]) -> None:
    log = hand_in("yks", "tegevuskava")
    save(log, "card", "c1", {**CARD, "consent": "named"})
    save(log, "card", "c2", {**CARD, "title": "Salajane", "consent": "no"})
    save(log, "card", "c3", {**CARD, "title": "Vaikimisi"})
    save(log, "proposal", "p1", {"title": "Kaasav eelarve", "supporters_who": "Mari Maasikas", "share": True})
    log = hand_in("kaks", "tegevuskava")
    save(log, "card", "c4", {**CARD, "title": "Anonüümne", "consent": "named"})
    save(log, "card", "c4", {"consent": "anonymous"})
    save(log, "proposal", "p2", {"title": "Jagamata"})
    save(log, "proposal", "p3", {"title": "Ei jaga", "share": False})
    log = hand_in("kolm", "tegevuskava")
    save(log, "plan", "own", {"title": "Kava", "share": True})
    save(log, "proposal", "p4", {"title": "Kava loal"})
    save(log, "proposal", "p5", {"title": "Siiski mitte", "share": False})


def test_the_book_keeps_to_consent(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    fill_book(hand_in)
    book = gather_book(classroom)
    assert [dict(card.data) for card in book.cards] == [
        {"title": "Anonüümne", "did": CARD["did"], "dimension": "transparency", "consent": "anonymous"},
        {**CARD, "consent": "named"},
    ]
    assert [dict(idea.data) for idea in book.proposals] == [{"title": "Kaasav eelarve"}, {"title": "Kava loal"}]
    assert (book.withheld, book.unreadable) == (5, ())
    told = json.dumps([dict(one.data) for one in (*book.cards, *book.proposals)], ensure_ascii=False)
    assert not [word for word in ("yks", "kaks", "Maasikas", "Salajane", "Vaikimisi", "Jagamata") if word in told]


def test_partners_are_those_who_may_be_named(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    fill_book(hand_in)
    save(hand_in("neli", "tegevuskava"), "card", "c9", {**CARD, "dimension": "digital", "consent": "named"})
    data = json.loads(partners_bytes(gather_book(classroom)))
    (partner,) = data["records"]["partner"].values()
    expected = {"municipality": "Nõpri vald", "offers": ["transparency", "digital"], "contact": "vallasekretär"}
    assert partner == {**expected, "consent": True}
    assert partners_bytes(gather_book(classroom)) == partners_bytes(gather_book(classroom))
    # A learner's page reads the file in as it is.
    assert read_work("partners.json", partners_bytes(gather_book(classroom))).records == data["records"]
    assert shared_card({**CARD, "municipality": None, "consent": "named"}) is not None


# The command line


def test_the_commands_speak(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    good_work(hand_in, "hea")
    grade_class(classroom)
    run = CliRunner().invoke
    done = run(main, ["class", "mark", str(classroom.root), "tegevuskava", "hea", "tk-change", "3"])
    assert (done.exit_code, done.output) == (0, "Kirjas: hea, tk-change: 3.\n")
    done = run(main, ["class", "mark", str(classroom.root), "tegevuskava", "hea", "tk-change", "-3"])
    assert (done.exit_code, "0 kuni 4 punkti, mitte -3" in done.output) == (1, True)
    done = run(main, ["class", "book", str(classroom.root)])
    assert done.exit_code == 0
    assert "Raamatusse ei ole veel midagi panna" in done.output
    assert json.loads((classroom.root / "partners.json").read_text())["records"] == {"partner": {}}


def test_the_book_is_written_in_every_format(classroom: ClassFolder, hand_in: Callable[[str, str], Path]) -> None:
    fill_book(hand_in)
    for options, endings in ((["--format", "docx"], {"docx"}), (["--lang", "en"], {"docx", "pdf", "xlsx"})):
        done = CliRunner().invoke(main, ["class", "book", str(classroom.root), *options])
        assert (done.exit_code, done.exception) == (0, None), done.output
        names = {Path(line.split(": ", 1)[1]).name for line in done.output.splitlines() if line.startswith("Valmis: ")}
        assert {name.rsplit(".", 1)[1] for name in names} == endings
        assert all("sygis-2026" in name and (classroom.root / name).stat().st_size > 1000 for name in names)
    assert "Praktikakaarte: 2, ettepanekuid: 2. Loata jäi välja: 5." in done.output
    book = next(classroom.root.glob("avatud-valitsemise-kogemusraamat_*.docx"))
    told = "\n".join(paragraph.text for paragraph in docx.Document(str(book)).paragraphs)
    assert "Anonüümne" in told
    assert told.count("Nõpri vald") == 1
    assert not [word for word in ("Salajane", "Maasikas", "Jagamata") if word in told]


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("content/exercises/enesehindamine.md", "/ea-evidence", "/ea-puudub", "ea-puudub"),
        ("content/exercises/enesehindamine.md", 'ask("enesehindamine/ea-reflection"', 'ask("enesehindamine/ea-evidence"', "ea-evidence"),
        ("content/exercises/tegevuskava.md", 'score_work("tegevuskava/tk-term")', 'score_work("tegevuskava/tk-change")', "tk-change"),
        ("content/questions/enesehindamine.toml", 'check = "evidence"\n', "", "ea-evidence"),
        ("content/questions/tegevuskava.toml", 'check = "rule-term"\n', 'check = "rule-term"\nkey = 1\n', "tk-term"),
        ("content/questions/tegevuskava.toml", "[[question.rubric]]\npoints = 4", "[[question.rubric]]\npoints = 5", "tk-change"),
        ("content/questions/tegevuskava.toml", "[[question.rubric]]\npoints = 3", "[[question.rubric]]\npoints = 1", "tk-change"),
        ("content/questions/tegevuskava.toml", 'kind = "long"', 'kind = "short"', "tk-change"),
        ("content/course.toml", 'kind = "work"', 'kind = "töö"', "enesehindamine"),
    ],
)  # fmt: skip
def test_an_authors_slip_is_named(tmp_path: Path, file: str, old: str, new: str, where: str) -> None:
    for room in ("content", "datasets"):
        shutil.copytree(ROOT / room, tmp_path / room)
    path = tmp_path / file
    raw = path.read_text(encoding="utf-8")
    assert old in raw
    path.write_text(raw.replace(old, new, 1), encoding="utf-8")
    named = [problem for problem in read_content(tmp_path)[1] if problem.blocks and problem.id == where]
    assert named
    assert all(problem.line > 0 for problem in named)
