"""Every form, chart and card that a built page asks for can be drawn: nothing ends in a sentence of excuse."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import avcourse
from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.course.course import load_course
from avcourse.views.forms.explorer import Explorer
from avcourse.views.forms.question import QuestionForm
from avcourse.views.forms.submit import SubmitForm

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*(ROOT / "course").rglob("*.ipynb"), *(ROOT / "exercises").rglob("*.ipynb")])
CALL = re.compile(
    r'^(ask|explore|show_chart|show_handout|submit_form)\("([^"]+)", "(et|en)"(?:, reveal=True)?\)$', re.MULTILINE
)


def test_there_are_pages_in_both_languages() -> None:
    assert len(PAGES) == 2 * len(load_course().modules)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_draws_all_it_asks_for(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_marker(LearnerFolder(tmp_path, "k3f9-q7mw", "et"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    cells = json.loads(page.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    for name, what, language in CALL.findall(code):
        drawn = getattr(avcourse, name)(what, language)
        wanted = {"ask": QuestionForm, "explore": Explorer, "submit_form": SubmitForm}.get(name, object)
        assert isinstance(drawn, wanted), (what, getattr(drawn, "sentence", drawn))
        assert f"/{language}/" in page.as_posix()
