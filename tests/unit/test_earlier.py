"""What was written in an earlier lesson stands where it is built on: escaped, and with the way back."""

from __future__ import annotations

from pathlib import Path

import pytest

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.answers.responses import append_response
from avcourse.course.course import find_question
from avcourse.views.municipality.earlier import COMMITMENT, DECISION, earlier_html


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LearnerFolder:
    made = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(made)
    monkeypatch.chdir(made.root)
    return made


@pytest.mark.parametrize("place", [DECISION, COMMITMENT])
def test_the_places_are_open_questions_of_the_course(place: tuple[str, str]) -> None:
    assert find_question("/".join(place), None).kind == "long"


def test_without_an_answer_the_part_says_where_to_give_one(folder: LearnerFolder) -> None:
    html = earlier_html(COMMITMENT, "et")
    assert "03_avatud_valitsemise_partnerlus.ipynb#question-m03-m03-own-commitment" in html
    assert "blockquote" not in html


def test_the_last_answer_is_quoted_and_escaped(folder: LearnerFolder) -> None:
    log = folder.log_path("m03")
    log.parent.mkdir(parents=True, exist_ok=True)
    for words in ("Esimene kavand", "Avaldame <b>kõik</b>\n\n1. märtsiks"):
        append_response(log, assignment=COMMITMENT[0], question=COMMITMENT[1], answer=words)
    html = earlier_html(COMMITMENT, "en")
    assert "Avaldame &lt;b&gt;kõik" in html
    assert "<p>1. märtsiks</p>" in html
    assert "Esimene" not in html
