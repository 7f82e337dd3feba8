"""The content pipeline: what is committed is what the source says, and every kind of slip is named with file, line, id and mend."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from avcourse.authoring.build import BUILT, LOCK, accept, build_files, differences, read_content, write_files
from avcourse.authoring.facts import FILE as FACTS
from avcourse.authoring.source import shape_of, word_count
from avcourse.classroom import exercise
from avcourse.course.course import load_bank, load_course

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """Return a copy of everything that a build reads and writes."""
    for room in ("content", "datasets", *BUILT):
        shutil.copytree(ROOT / room, tmp_path / room)
    (tmp_path / FACTS).parent.mkdir()
    shutil.copy(ROOT / FACTS, tmp_path / FACTS)
    return tmp_path


_MADE: dict[tuple[tuple[str, bytes], ...], dict[str, bytes]] = {}


def make_exercises(solutions: Path, out: Path) -> None:
    """Do as the classroom does, but convert the same solutions only once: nbgrader takes seconds."""

    def files(folder: Path) -> dict[str, bytes]:
        found = (path for path in sorted(folder.rglob("*")) if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}

    key = tuple(files(solutions).items())
    if key not in _MADE:
        exercise.make_exercises(solutions, out)
        _MADE[key] = files(out)
    for name, data in _MADE[key].items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(data)


def edit(path: Path, old: str | re.Pattern[str], new: str) -> None:
    text = path.read_text(encoding="utf-8")
    changed = re.sub(old, new, text, count=1) if isinstance(old, re.Pattern) else text.replace(old, new, 1)
    assert changed != text
    path.write_text(changed, encoding="utf-8")


def test_a_second_build_changes_nothing(checkout: Path) -> None:
    content, problems = read_content(checkout)
    assert content is not None
    assert problems == []
    files = build_files(content, make_exercises)
    assert differences(checkout, files) == []
    assert write_files(checkout, files) == []


def test_a_touched_missing_or_leftover_built_file_is_named(checkout: Path) -> None:
    content, _ = read_content(checkout)
    assert content is not None
    files = build_files(content, make_exercises)
    edit(checkout / "course/et/index.ipynb", "avcourse", "muukursus")
    (checkout / "exercises/en/eeltest/eeltest.ipynb").unlink()
    (checkout / "course/et/99_vana.ipynb").write_text("{}")
    named = {problem.file for problem in differences(checkout, files)}
    assert named == {"course/et/index.ipynb", "exercises/en/eeltest/eeltest.ipynb", "course/et/99_vana.ipynb"}
    write_files(checkout, files)
    assert differences(checkout, files) == []


LESSON = "content/lessons/01_alustamine.md"
GUIDE = "content/guide/01_alustamine.md"


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        (LESSON, '{"id": "title", "lang": "en"}', '{"id": "tiitel", "lang": "en"}', "title"),
        (LESSON, '{"id": "how", "lang": "et"', '{"id": "title", "lang": "et"', "title"),
        (LESSON, re.compile(r"## How the course works"), "### How the course works", "how"),
        (LESSON, re.compile(r"\* find out what the course offers[^\n]*\n"), "", "title"),
        (LESSON, 'ask("m01/', 'ask("m02/', "m01-"),
        (LESSON, re.compile(r'ask\("m01/m01-supervisor'), 'ask("m01/puudub', "puudub"),
        (LESSON, "# Alustamine\n", "# Alustamine\n\n<b>Tere</b>\n", "title"),
        (LESSON, "# Alustamine\n", "# Alustamine\n\n" + "sõna " * 121 + "\n", "title"),
        ("content/questions/m01.toml", 'kind = "single"', 'kind = "sinlge"', "m01-"),
        ("content/questions/m01.toml", "correct = true", "correct = false", "m01-"),
        ("content/questions/m01.toml", re.compile(r"text\.en = .*\n"), "", "m01-"),
        ("content/questions/m01.toml", re.compile(r"feedback\.et = .*\n"), "", "m01-"),
        ("content/questions/m01.toml", "[[question]]", "[[question", "m01"),
        ("content/course.toml", re.compile(r'A = "pr-[a-z-]+"'), 'A = "m01-supervisor"', "principles-1"),
        ("content/course.toml", re.compile(r"title\.en = .*\n"), "", "course"),
        ("content/course.toml", "[[area]]", "[[area", "course"),
        ("content/course.toml", 'kind = "lesson"', 'kind = "lessoon"', "m01"),
        ("content/course.toml", re.compile(r"minutes = 20\n"), "", "m01"),
        ("content/course.toml", 'id = "m04"\nkind = "lesson"', 'id = "m04"\nkind = "exercise"', "m04"),
        ("content/course.toml", "after = 90", 'after = "90"', "rakendamine"),
        ("content/course.toml", 'id = "jareltest"\n', 'id = "jareltest"\nreplaces = "eeltest"\n', "jareltest"),
        ("content/course.toml", 'id = "m02"\n', 'id = "m02"\nreplaces = "vana-test"\n', "m02"),
        (
            "content/course.toml",
            'kind = "work"\nslug = "rakendamine"',
            'kind = "lesson"\nslug = "rakendamine"',
            "rakendamine",
        ),
        ("content/questions/rakendamine.toml", "survey = true", "survey = true\ngraded = true", "rk-applied"),
        ("content/questions/rakendamine.toml", 'id = "yes"', 'id = "yes"\ncorrect = true', "rk-share"),
        ("content/questions/rakendamine.toml", 'kind = "matching"', 'kind = "ordering"', "rk-applied"),
        ("content/lessons/02_avatud_valitsemise_pohimotted.md", "module: m02", "module: m03", "m03"),
        ("content/lessons/90_minu_areng.md", "module: areng", "module: arengu", "arengu"),
        (
            "content/questions/m01.toml",
            re.compile(r'\[\[question\.option\]\]\nid = "[a-z0-9-]+"'),
            '[[question.option]]\nid = "dont-know"',
            "m01-",
        ),
        ("content/questions/test-impact.toml", "points = 1", "points = 2", "impact-"),
        (GUIDE, '{"id": "timing", "lang": "en"}', '{"id": "aeg", "lang": "en"}', "timing"),
        (GUIDE, re.compile(r"4\. What does openness[^\n]*\n"), "", "discussion"),
        (GUIDE, "module: m01", "module: eeltest", "eeltest"),
        (GUIDE, "module: m01", "module: m02-ulesanne", "m02-ulesanne"),
        (GUIDE, re.compile(r"\Z"), '\n```{code-cell}\n:id: code\n\nask("m01/m01-cases", "et")\n```\n', "code"),
    ],
)
def test_a_slip_is_named_with_file_line_id_and_mend(
    checkout: Path, file: str, old: str | re.Pattern[str], new: str, where: str
) -> None:
    edit(checkout / file, old, new)
    _, problems = read_content(checkout)
    named = [p for p in problems if p.blocks and p.id.startswith(where)]
    assert named, [p.sentence("en") for p in problems]
    also = (LESSON, "content/course.toml", "content/exercises/rakendamine.md")
    assert all(problem.file in (file, *also) or "03_" in problem.file or "04_" in problem.file for problem in named)
    for problem in named:
        assert problem.line > 0 or file.endswith(".toml")
        for language in ("et", "en"):
            assert re.match(
                rf"{re.escape(problem.file)}:\d+: {re.escape(problem.id)}: .+\.$", problem.sentence(language)
            )


def test_a_guide_is_built_for_trainers_and_its_english_is_locked(checkout: Path) -> None:
    edit(checkout / GUIDE, "Ettevalmistus", "Enne tundi")
    content, problems = read_content(checkout)
    assert content is not None
    assert [problem.id for problem in problems] == ["guide/m01/preparation"]
    built = {name for name in build_files(content, make_exercises) if "01_alustamine" in name}
    rooms = ("course/et", "course/en", "solutions/guide/et", "solutions/guide/en")
    assert built == {f"{room}/01_alustamine.{'md' if 'guide' in room else 'ipynb'}" for room in rooms}
    (checkout / GUIDE).unlink()
    content, _ = read_content(checkout)
    assert content is not None
    gone = {problem.file for problem in differences(checkout, build_files(content, make_exercises))}
    assert gone >= {"solutions/guide/et/01_alustamine.md", "solutions/guide/en/01_alustamine.md"}


@pytest.mark.parametrize("unit", ["course/title", "area/impact", "course/m02"])
def test_titles_and_areas_are_locked_too(checkout: Path, unit: str) -> None:
    text = (checkout / "content/course.toml").read_text(encoding="utf-8")
    start = 0 if unit == "course/title" else text.index(f'id = "{unit.split("/")[1]}"')
    place = re.compile(r'(title|name)\.et = "').search(text, start)
    assert place is not None
    (checkout / "content/course.toml").write_text(text[: place.end()] + "Uus " + text[place.end() :], encoding="utf-8")
    assert unit in [problem.id for problem in read_content(checkout)[1]]


def change_both(path: Path) -> None:
    edit(path, "Tere tulemast!", "Tere päevast!")
    edit(path, "Welcome!", "Good day!")


@pytest.mark.parametrize(
    ("change", "is_stale"),
    [
        (lambda path: edit(path, "Tere tulemast!", "Tere päevast!"), True),
        (lambda path: edit(path, "Welcome!", "Good day!"), False),
        (change_both, False),
    ],
)
def test_english_cannot_fall_behind(checkout: Path, change: Callable[[Path], None], is_stale: bool) -> None:
    change(checkout / LESSON)
    content, problems = read_content(checkout)
    assert content is not None
    assert [p.id for p in problems] == (["m01/title"] if is_stale else [])
    # A build in between does not hide it.
    write_files(checkout, build_files(content, make_exercises))
    _, problems = read_content(checkout)
    assert [p.id for p in problems] == (["m01/title"] if is_stale else [])
    assert accept(checkout, ("m01/title",)) == []
    assert read_content(checkout)[1] == []


def test_accepting_what_does_not_exist_says_so_and_changes_nothing(checkout: Path) -> None:
    before = (checkout / LOCK).read_bytes()
    assert accept(checkout, ("m01/ei-ole", "m01")) == ["m01/ei-ole"]
    assert (checkout / LOCK).read_bytes() == before


def test_shapes_and_words() -> None:
    assert shape_of("# A\n\n1. b\n2. c\n\n[d](http://e.ee)").links == 1
    assert shape_of("| a | b |\n|---|---|\n| c | d |").tables == (2, 2)
    assert shape_of("a <b>c</b>").html
    assert [shape_of(f"| {head} | b |\n|---|---|\n| c | d |").nameless for head in ("a", " ")] == [False, True]
    assert word_count("[Avatud **valitsemine**](https://a.ee/b-c), 1 % ja „AVP“") == 5


def test_the_blueprint_of_the_tests() -> None:
    course, bank = load_course(), load_bank()
    assert [area.id for area in course.areas] == ["principles", "transparency", "participation", "digital", "impact"]
    assert len(course.slots) == 20
    for area in course.areas:
        assert sum(slot.area == area.id for slot in course.slots) == 4
    assert sum(slot.anchor for slot in course.slots) == 6
    used = [q for slot in course.slots for q in set(slot.forms.values())]
    assert len(used) == len(set(used)) == 34
    for question in (bank[q] for q in used):
        assert question.graded
        assert question.confidence
        assert question.dont_know
        assert len(question.options) == 4
        assert question.key is None


def test_a_corrected_assignment_says_whose_place_it_takes(checkout: Path) -> None:
    edit(checkout / "content" / "course.toml", 'id = "jareltest"\n', 'id = "jareltest"\nreplaces = "vana-test"\n')
    content, problems = read_content(checkout)
    assert not [problem for problem in problems if problem.id == "jareltest"]
    assert content is not None
    course = content.course
    assert (course.successor("vana-test"), course.successor("jareltest")) == ("jareltest", "jareltest")
    assert (course.module("vana-test").id, course.module("vana-test").kind) == ("vana-test", "test")
    assert "vana-test" not in [module.id for module in course.assignments]
