"""``avcourse quality`` says in words and as data what can be measured, also where a speller is missing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from avcourse.authoring import quality as room
from avcourse.authoring.build import read_content
from avcourse.authoring.naive import Outcome
from avcourse.authoring.quality import Quality, as_data, in_words, measure
from avcourse.authoring.readability import MOST, lix
from avcourse.authoring.spelling import Spelling
from avcourse.course.language import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def measured() -> Quality:
    content, _ = read_content(ROOT)
    assert content is not None
    with pytest.MonkeyPatch.context() as patch:
        # The spellers have tests of their own; here one of them is missing.
        patch.setattr(room, "spelling", lambda _, language: Spelling(9, 2, 2, ()) if language == "et" else None)
        return measure(content, ROOT, date(2026, 11, 27))


def test_the_course_passes_its_own_measures(measured: Quality) -> None:
    lines = list(in_words(measured, "en"))
    assert measured.faults == 0, "\n".join(lines)
    assert lines[-1] == "The checks pass."


def test_a_missing_speller_is_a_sentence(measured: Quality) -> None:
    assert any("en: the speller is not installed" in line for line in in_words(measured, "en"))
    assert any("et: loetud 9 erinevat sõna" in line for line in in_words(measured, "et"))


def test_everything_is_there_as_data(measured: Quality) -> None:
    data = json.loads(json.dumps(as_data(measured)))
    assert data["spelling"]["en"] is None
    assert data["statements"]["unsourced"] == []
    assert data["naive"]["graded"]["best"]["score"] <= data["naive"]["graded"]["bound"]
    assert {row["module"] for row in data["minutes"]} >= {"m01", "eeltest", "areng"}
    assert sum(data["items"]["area"].values()) == sum(data["items"]["kind"].values())


def test_faults_are_counted_and_told(measured: Quality) -> None:
    guessed = measured.naive["graded"]
    too_good = replace(guessed, outcomes=tuple(Outcome("first", name, guessed.bound + 1, ()) for name in LANGUAGES))
    late = replace(measured.timings[1], kind="lesson", declared=measured.timings[1].declared + 30)
    worse = replace(
        measured,
        naive={**measured.naive, "graded": too_good},
        spelling={"et": Spelling(9, 2, 1, ("a.md: vigga",)), "en": None},
        timings=(*measured.timings, late),
        lix={"m01": {"et": MOST["et"] + 1, "en": 20.0}},
    )
    assert worse.faults == 4
    told = "\n".join(in_words(worse, "en"))
    assert "a.md: vigga" in told
    assert "does not fit" in told
    assert told.endswith("4 things to mend; they are named above.")


def test_hard_prose_is_told_from_easy() -> None:
    easy = ["Vald paneb eelnõu veebi.", "Elanik loeb seda."]
    hard = [
        "Omavalitsusüksuse infosüsteemide haldamise korraldamise põhimõtete rakendamisega kaasnevad kohustused."
    ] * 2
    assert lix(easy) < 45 < 60 < lix(hard)
