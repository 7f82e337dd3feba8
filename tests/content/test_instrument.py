"""The instrument's sources: what is refused, what is built, and what stands in the course now."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from avcourse.authoring.build import accept, build_files, read_content
from avcourse.authoring.instrument import read_instrument
from avcourse.authoring.notebooks import as_bytes
from avcourse.authoring.problems import Problem
from avcourse.authoring.translations import parse_lock
from avcourse.course.language import LANGUAGES, say, words
from avcourse.municipality.assessment import CONFIDENCES, HIGHEST, ROLES
from avcourse.municipality.instrument import BASES, CHECKS, DIMENSIONS, TIERS, Instrument, instrument_from

ROOT = Path(__file__).resolve().parents[2]
LAW = """
[[criterion]]
id = "t01"
version = 2
dimension = "transparency"
tier = "basic"
weight = 3
basis = "law"
in_force = 2026-07-01
source.et = "KOKS § 7 lg 9 (redaktsioon 01.07.2026)"
source.en = "Local Government Organisation Act § 7 (9) (version of 01.07.2026)"
check = "web"
principles = [6, 5]
title.et = "Otsused veebis"
title.en = "Decisions online"
text.et = "Volikogu otsused avanevad veebis."
text.en = "Council decisions open online."
evidence.et = "Avage kolm otsust."
evidence.en = "Open three decisions."
anchors.et = ["null", "üks", "kaks", "kolm", "neli"]
anchors.en = ["none", "one", "two", "three", "four"]

[[criterion.step]]
to = 2
effort = 1
impact = 2
what.et = "Avaldage osa."
what.en = "Publish some."
first.et = "Leidke viimane otsus."
first.en = "Find the last decision."

[[criterion.step]]
to = 3
effort = 2
impact = 3
what.et = "Avaldage kõik."
what.en = "Publish all."
first.et = "Küsige loetelu."
first.en = "Ask for the list."
example = "case-1"

[[criterion.step]]
to = 4
effort = 1
impact = 1
what.et = "Vaadake kord aastas üle."
what.en = "Review once a year."
first.et = "Pange kuupäev paika."
first.en = "Set the date."
example = "solution-7"
"""
PRACTICE = re.sub(
    r"in_force.*\n",
    "",
    LAW.replace('"t01"', '"i01"').replace('"law"', '"practice"').replace('"transparency"', '"integrity"'),
)
INDICATOR = """
[[indicator]]
id = "minutes-days"
kind = "output"
criteria = ["t01"]
direction = "down"
name.et = "Protokolli avaldamise aeg"
name.en = "Time to publish the minutes"
unit.et = "tööpäeva"
unit.en = "working days"
formula.et = "päevade summa / protokollide arv"
formula.en = "sum of days / number of minutes"
source.et = "dokumendiregister"
source.en = "document register"
frequency.et = "kord kvartalis"
frequency.en = "quarterly"
caution.et = "Ei ütle midagi sisu kohta."
caution.en = "Says nothing about the content."
"""


def write(root: Path, **files: str) -> Path:
    """Write a checkout with the files of an instrument and two tables of examples, and return its root."""
    folder = root / "content" / "instrument"
    folder.mkdir(parents=True)
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    (root / "datasets").mkdir()
    (root / "datasets" / "cases.csv").write_text("id,title_et\ncase-1,Põlva\n", encoding="utf-8")
    (root / "datasets" / "solutions.csv").write_text("id,name\nsolution-7,Avalik register\n", encoding="utf-8")
    return root


def read(root: Path) -> tuple[Instrument, list[Problem]]:
    source, problems = read_instrument(root / "content" / "instrument", root)
    return instrument_from(json.loads(as_bytes(source.data))), problems


def test_what_is_written_is_what_is_built(tmp_path: Path) -> None:
    # The files stand in the order of their names, the dimensions in their own.
    made, problems = read(write(tmp_path, a=PRACTICE, b=LAW, c=INDICATOR))
    assert problems == []
    assert [each.id for each in made.criteria] == ["t01", "i01"]
    law, practice = made.criteria
    assert (law.version, law.dimension, law.tier, law.weight, law.basis) == (2, "transparency", "basic", 3, "law")
    assert (law.in_force, practice.in_force) == ("2026-07-01", None)
    assert (law.check, law.principles, law.not_applicable) == ("web", (6, 5), None)
    assert (law.title.et, law.text.en, law.evidence.et) == (
        "Otsused veebis",
        "Council decisions open online.",
        "Avage kolm otsust.",
    )
    assert [anchor.et for anchor in law.anchors] == ["null", "üks", "kaks", "kolm", "neli"]
    assert [(s.to, s.effort, s.impact, s.what.en, s.first.et, s.example) for s in law.steps] == [
        (2, 1, 2, "Publish some.", "Leidke viimane otsus.", None),
        (3, 2, 3, "Publish all.", "Küsige loetelu.", "case-1"),
        (4, 1, 1, "Review once a year.", "Pange kuupäev paika.", "solution-7"),
    ]
    assert [getattr(law.step_from(level), "to", None) for level in range(5)] == [2, 2, 3, 4, None]
    (indicator,) = made.indicators_for("t01")
    assert (indicator.kind, indicator.direction, indicator.unit.et) == ("output", "down", "tööpäeva")
    assert made.indicators_for("i01") == ()
    assert made.criterion("i01") == practice == made.of("integrity")[0]
    with pytest.raises(KeyError):
        made.criterion("t99")


def test_when_it_does_not_apply_is_said_in_both_languages(tmp_path: Path) -> None:
    said = 'not_applicable.et = "Kui otsuseid ei ole."\n'
    place = "anchors.et ="
    whole = LAW.replace(place, f'{said}not_applicable.en = "If there are none."\n{place}')
    made, problems = read(write(tmp_path / "whole", a=whole))
    assert problems == []
    assert made.criteria[0].not_applicable is not None
    assert made.criteria[0].not_applicable.en == "If there are none."
    _, problems = read(write(tmp_path / "half", a=LAW.replace(place, said + place)))
    assert [problem.what.en for problem in problems] == ["not_applicable.en is missing or empty. Add it."]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("KOKS § 7 lg 9", "KOKS paragrahv 7", "source.et names no section"),
        ("Act § 7 (9)", "Act section 7", "source.en names no section"),
        ("(redaktsioon 01.07.2026)", "", "source.et does not name the date"),
        ("(version of 01.07.2026)", "(version of 01.06.2026)", "source.en does not name the date"),
        ("in_force = 2026-07-01\n", "", "in_force is missing"),
        ("in_force = 2026-07-01", 'in_force = "2026-07-01"', "in_force is missing"),
        ("in_force = 2026-07-01", "in_force = 2026-07-01T10:00:00", "in_force is missing"),
        ('basis = "law"', 'basis = "practice"', "only a criterion based on a law"),
        ('basis = "law"', 'basis = "seadus"', "basis must be one of: law, practice, proposal"),
        ('dimension = "transparency"', 'dimension = "security"', "dimension must be one of"),
        ('tier = "basic"', 'tier = "baas"', "tier must be one of"),
        ('check = "web"', 'check = "phone"', "check must be one of"),
        ("weight = 3", "weight = 4", "weight must be 1, 2 or 3"),
        ("weight = 3", "weight = 0", "weight must be 1, 2 or 3"),
        ("weight = 3", "weight = true", "weight must be 1, 2 or 3"),
        ("weight = 3\n", "", "weight must be 1, 2 or 3"),
        ("effort = 2", "effort = 4", "step to = 3: effort must be 1, 2 or 3"),
        ("impact = 3", 'impact = "3"', "step to = 3: impact must be 1, 2 or 3"),
        ("version = 2", "version = 0", "version must be a whole number"),
        ("version = 2", "version = 1.5", "version must be a whole number"),
        ("principles = [6, 5]", "principles = [13]", "principles must list"),
        ("principles = [6, 5]", "principles = []", "principles must list"),
        ("principles = [6, 5]", "principles = [6, 6]", "principles must list"),
        ("principles = [6, 5]", "principles = [[6]]", "principles must list"),
        ('title.en = "Decisions online"\n', "", "title.en is missing or empty"),
        ('text.et = "Volikogu otsused avanevad veebis."', 'text.et = " "', "text.et is missing or empty"),
        ('evidence.en = "Open three decisions."\n', "", "evidence.en is missing or empty"),
        (
            'title.et = "Otsused veebis"\ntitle.en = "Decisions online"',
            'title = "Otsused"',
            "title.et is missing or empty",
        ),
        ('source.et = "KOKS § 7 lg 9 (redaktsioon 01.07.2026)"\n', "", "source.et is missing or empty"),
        ('what.en = "Publish all."\n', "", "step to = 3: what.en is missing or empty"),
        ('first.et = "Leidke viimane otsus."\n', "", "step to = 2: first.et is missing or empty"),
        ('"kolm", "neli"]', '"kolm"]', "anchors.et must describe five different levels"),
        ('"kolm", "neli"]', '"neli", "neli"]', "anchors.et must describe five different levels"),
        ('"three", "four"]', '"Two ", "four"]', "anchors.en must describe five different levels"),
        ('"three", "four"]', '"", "four"]', "anchors.en must describe five different levels"),
        (
            'anchors.en = ["none", "one", "two", "three", "four"]\n',
            "",
            "anchors.en must describe five different levels",
        ),
        ("to = 3", "to = 2", "there must be three steps"),
        ("to = 4", "to = 5", "there must be three steps"),
        (re.compile(r"\[\[criterion\.step\]\]\nto = 4.*", re.DOTALL), "", "there must be three steps"),
        (re.compile(r"\[\[criterion\.step\]\].*", re.DOTALL), "step = [1, 2, 3]\n", "there must be three steps"),
        ('example = "case-1"', 'example = "case-2"', "the example ‘case-2’ stands in neither"),
        ('example = "solution-7"', 'example = ["case-1"]', "stands in neither"),
        (re.compile(r'example = "[a-z0-9-]+"\n'), "", "no step has an example"),
        ("check =", "chek =", "unknown field chek"),
        ("first.en =", "frist.en =", "step to = 2: unknown field frist"),
        ('id = "t01"', 'id = "T01"', "the id does not fit"),
        ('id = "t01"\n', "", "the id does not fit"),
        ('id = "t01"', "id = 1", "the id does not fit"),
    ],
)
def test_a_slip_in_a_criterion_is_named_with_its_mend(
    tmp_path: Path, old: str | re.Pattern[str], new: str, says: str
) -> None:
    text = old.sub(new, LAW) if isinstance(old, re.Pattern) else LAW.replace(old, new, 1)
    assert text != LAW
    made, problems = read(write(tmp_path, a=text, b=PRACTICE))
    named = [problem for problem in problems if says in problem.what.en]
    assert named, [problem.sentence("en") for problem in problems]
    for problem in problems:
        assert problem.blocks
        assert problem.file == "content/instrument/a.toml"
        assert problem.what.et != problem.what.en
        assert all(problem.what.in_(language).endswith((".", '".')) for language in LANGUAGES)
    if 'id = "t01"' in text:
        assert {(problem.id, problem.line) for problem in problems} == {("t01", 3)}
    # What is wrong is not built; its neighbour is.
    assert [each.id for each in made.criteria] == ["i01"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('criteria = ["t01"]', 'criteria = ["t01", "t99"]', "there is no criterion ‘t99’"),
        ('criteria = ["t01"]', "criteria = []", "criteria is missing"),
        ('criteria = ["t01"]', "criteria = [1]", "criteria is missing"),
        ('kind = "output"', 'kind = "input"', "kind must be one of: output, outcome"),
        ('direction = "down"', 'direction = "alla"', "direction must be one of: up, down"),
        ('unit.en = "working days"\n', "", "unit.en is missing or empty"),
        ('caution.et = "Ei ütle midagi sisu kohta."\n', "", "caution.et is missing or empty"),
        ("formula.et", "valem.et", "unknown field valem"),
        ('id = "minutes-days"', 'id = "minutes days"', "the id does not fit"),
    ],
)
def test_a_slip_in_an_indicator_is_named_with_its_mend(tmp_path: Path, old: str, new: str, says: str) -> None:
    text = INDICATOR.replace(old, new, 1)
    assert text != INDICATOR
    made, problems = read(write(tmp_path, a=LAW, b=text))
    assert [p for p in problems if says in p.what.en], [problem.sentence("en") for problem in problems]
    assert {(problem.file, problem.line) for problem in problems} == {("content/instrument/b.toml", 3)}
    assert made.indicators == ()


@pytest.mark.parametrize(("first", "second"), [(LAW, LAW), (LAW + INDICATOR, INDICATOR)])
def test_an_id_stands_once_over_all_files(tmp_path: Path, first: str, second: str) -> None:
    _, problems = read(write(tmp_path, a=first, b=second))
    (problem,) = problems
    assert problem.file == "content/instrument/b.toml"
    assert "stands in content/instrument/a.toml already" in problem.what.en


def test_a_broken_file_a_foreign_table_and_a_missing_table_of_examples_are_named(tmp_path: Path) -> None:
    root = write(tmp_path, a=LAW, b="[[criterion", c='[[kriteerium]]\nid = "x"\n', d='criterion = "x"\n')
    (root / "datasets" / "cases.csv").unlink()
    made, problems = read(root)
    assert [each.id for each in made.criteria] == ["t01"]
    assert [problem.file for problem in problems] == [
        "content/instrument/b.toml",
        "content/instrument/c.toml",
        "content/instrument/d.toml",
        "datasets/cases.csv",
    ]
    assert "not readable as TOML" in problems[0].what.en
    assert "unknown table ‘kriteerium’" in problems[1].what.en


# The translation lock


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for room in ("content", "datasets"):
        shutil.copytree(ROOT / room, tmp_path / room)
    shutil.rmtree(tmp_path / "content" / "instrument")
    shutil.rmtree(tmp_path / "datasets")
    write(tmp_path, a=LAW, b=INDICATOR)
    shutil.copy(ROOT / "datasets" / "municipalities.csv", tmp_path / "datasets")
    return tmp_path


def locked(root: Path) -> dict[str, tuple[str, str]]:
    """Build once, keep only the lock, and return it."""
    content, problems = read_content(root)
    assert content is not None
    assert [problem for problem in problems if problem.blocks] == []
    files = build_files(content, lambda solutions, exercises: None)
    (root / "content/translations.lock").write_bytes(files["content/translations.lock"])
    assert json.loads(files["course/instrument.json"])["criteria"][0]["id"] == "t01"
    return parse_lock(files["content/translations.lock"].decode())


@pytest.mark.parametrize(
    ("file", "old", "new", "unit"),
    [
        ("a", "Volikogu otsused avanevad", "Kõik volikogu otsused avanevad", "instrument/t01"),
        ("a", '"kolm", "neli"]', '"kolm", "viis"]', "instrument/t01"),
        ("a", "Pange kuupäev paika", "Leppige kuupäev kokku", "instrument/t01"),
        ("b", "Ei ütle midagi sisu kohta", "Ei ütle sisu kohta midagi", "indicator/minutes-days"),
    ],
)
@pytest.mark.parametrize("short", [False, True])
def test_english_cannot_fall_behind(checkout: Path, file: str, old: str, new: str, unit: str, short: bool) -> None:
    assert {"instrument/t01", "indicator/minutes-days"} <= locked(checkout).keys()
    path = checkout / f"content/instrument/{file}.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    stale = [problem for problem in read_content(checkout)[1] if not problem.blocks]
    assert [problem.id for problem in stale] == [unit]
    assert stale[0].file == f"content/instrument/{file}.toml"
    name = unit.split("/")[1] if short else unit
    assert accept(checkout, (name,)) == []
    assert [problem.id for problem in read_content(checkout)[1]] == []


def test_a_short_name_names_no_cell_of_a_lesson(checkout: Path) -> None:
    locked(checkout)
    assert accept(checkout, ("title", "t99")) == ["title", "t99"]
    assert accept(checkout, ("instrument", "m01", "course/title")) == []


# What stands in the course


def test_every_value_has_a_name() -> None:
    named = words("instrument", "et")

    def of(what: str) -> tuple[str, ...]:
        return tuple(key.removeprefix(f"{what}-") for key in named if key.startswith(f"{what}-"))

    assert of("dimension") == DIMENSIONS
    assert of("tier") == TIERS
    assert of("basis") == BASES
    assert of("check") == CHECKS
    assert of("role") == ROLES
    assert of("confidence") == CONFIDENCES
    assert of("level") == (*map(str, range(HIGHEST + 1)), "unknown", "na")
    assert of("principle") == tuple(map(str, range(1, 13)))
    assert say("instrument.dimension-digital", "et") == "Digi ja andmed"


@pytest.fixture(scope="module")
def real() -> tuple[Instrument, list[Problem]]:
    return read(ROOT)


def test_the_course_has_seventy_sound_criteria(real: tuple[Instrument, list[Problem]]) -> None:
    made, problems = real
    assert [problem.sentence("et") for problem in problems] == []
    assert len(made.criteria) == 70
    assert [name for name in DIMENSIONS if not made.of(name)] == []
    assert {each.tier for each in made.criteria} == set(TIERS)
    assert sum(each.basis == "law" for each in made.criteria) >= 20
    assert {"output", "outcome"} == {each.kind for each in made.indicators}


def test_the_built_file_is_quickly_read_and_draws_in_nothing_heavy(real: tuple[Instrument, list[Problem]]) -> None:
    raw = as_bytes(read_instrument(ROOT / "content" / "instrument", ROOT)[0].data)
    best = 1.0
    for _ in range(5):
        begun = time.perf_counter()
        assert instrument_from(json.loads(raw)) == real[0]
        best = min(best, time.perf_counter() - begun)
    assert best < 0.02
    code = "import sys, avcourse.municipality.instrument; print([m for m in ('numpy','pandas','IPython') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
