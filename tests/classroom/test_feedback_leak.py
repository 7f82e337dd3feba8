"""Over all files that a rehearsal class makes: before the post-test is over no learner can learn a key, nor what others did, ever.

The search is the one that guards the wheel (tests/content/test_keys.py): feedback and explanations of graded questions, in every
spelling in which a file may hold them. For single answers being right it looks for any trace of a single question of a test.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Iterator, Mapping
from html import escape, unescape
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.classroom.exchange import collect
from avcourse.classroom.feedback import release_feedback
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.rehearsal import fill_rehearsal
from avcourse.classroom.release import release
from avcourse.classroom.schedule import close_assignment
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_course, load_graded
from avcourse.course.language import LANGUAGES
from avcourse.views.class_feedback import write_feedback, write_feedback_pdfs
from avcourse.views.growth import growth_html
from avcourse.views.home import home_html
from tests.content.test_keys import leaks, secrets

pytestmark = pytest.mark.slow
TESTS = ("eeltest", "jareltest")
LEARNERS = 8


def text_of(path: Path) -> str:
    """Return what a person or a program can read in a file."""
    if path.suffix == ".pdf":
        pages = (page.extract_text() for page in PdfReader(BytesIO(path.read_bytes())).pages)
        return re.sub(r"-\n|\s+", " ", "\n".join(pages))
    return unescape(path.read_text(encoding="utf-8", errors="replace"))


def handed_out(folder: ClassFolder, homes: Path) -> dict[str, str]:
    """Return every file that a learner can get at, or that the trainer may send to one: name to text."""
    places = (folder.root / "feedback", folder.exchange, homes, folder.root / "card")
    paths = [path for place in places for path in place.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder.root.parent)): text_of(path) for path in paths}


def keys_in(files: Mapping[str, str]) -> list[str]:
    """Return where a feedback text or an explanation of a graded question stands."""
    looked_for = [(text, re.sub(r"\s+", " ", text)) for text in secrets()]
    return [
        f"{name}: {text[:40]}"
        for name, shown in files.items()
        for text, flat in looked_for
        if text in shown or flat in shown or json.dumps(text)[1:-1] in shown or escape(text) in shown
    ]


def single_questions_in(files: Mapping[str, str]) -> list[str]:
    """Return where feedback speaks of a single question of a test: by slot, by id, by what it asks."""
    course, graded = load_course(), load_graded()
    asked = {question for slot in course.slots for question in slot.forms.values()}
    marks = [slot.id for slot in course.slots] + sorted(asked)
    marks += [graded[name].text.in_(language)[:60] for name in sorted(asked) for language in LANGUAGES]
    feedback = {name: shown for name, shown in files.items() if re.search(r"feedback|\.html$|\.pdf$", name)}
    assert feedback
    return [f"{name}: {mark}" for name, shown in feedback.items() for mark in marks if mark in shown]


def foreign_in(files: Mapping[str, str], students: tuple[str, ...]) -> list[str]:
    """Return where a learner's file names another learner."""
    found = []
    for name, shown in files.items():
        own = next((student for student in students if f"/{student}/" in name), None)
        if own is None and name.endswith(".json") and "/feedback/" in name and '"student"' in shown:
            own = json.loads(shown)["student"]
        if own is not None:
            found += [f"{name}: {student}" for student in students if student != own and student in shown]
    return found


def learners(folder: ClassFolder, students: tuple[str, ...], homes: Path) -> Iterator[LearnerFolder]:
    """Give each learner's folder with answers and receipts, as after submitting."""
    for student in students:
        home = LearnerFolder(homes / student, student, "et")
        home.root.mkdir(parents=True)
        write_marker(home)
        shutil.copy(folder.root / "card" / "class.toml", home.root)
        for place in (folder.root / "submitted" / student).iterdir():
            home.answers(place.name).mkdir(parents=True)
            shutil.copy(place / "responses.jsonl", home.answers(place.name))
            digest = hashlib.sha256((place / "responses.jsonl").read_bytes()).hexdigest()
            receipt = {"assignment": place.name, "at": "2026-11-20T10:00:00Z", "sha256": digest}
            (home.answers(place.name) / "receipts.jsonl").write_text(json.dumps(receipt) + "\n", encoding="utf-8")
        yield home


def give_and_look(folder: ClassFolder, homes: list[LearnerFolder]) -> dict[str, str]:
    """Write and give feedback, let every learner open home and growth page, and return all that there is to read then."""
    write_feedback(folder)
    release_feedback(folder)
    for home in homes:
        for language in LANGUAGES:
            pages = home_html(home, language) + growth_html(home, language)
            (home.root / f"pages-{language}.html").write_text(pages, encoding="utf-8")
    return handed_out(folder, homes[0].root.parent)


def test_no_file_gives_a_key_away_before_the_post_test_is_over_and_the_search_finds_them_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for room in ("home", "growth"):
        monkeypatch.setattr(f"avcourse.views.{room}.keys_path", lambda: tmp_path / "no-keys.json")
    folder = new_class(tmp_path / "klass", "proov", "et", None)
    release(folder, ["eeltest", "enesehindamine", "jareltest"])
    students = fill_rehearsal(folder, LEARNERS)
    collect(folder)
    grade_class(folder)
    homes = list(learners(folder, students, tmp_path / "homes"))

    before = give_and_look(folder, homes)
    write_feedback_pdfs(folder)
    before |= handed_out(folder, tmp_path / "homes")
    kinds = {Path(name).suffix for name in before}
    assert {".html", ".json", ".pdf", ".jsonl", ".ipynb", ".toml"} <= kinds
    assert len([name for name in before if name.startswith("homes/") and "/feedback/" in name]) >= 2 * LEARNERS
    assert keys_in(before) == []
    assert single_questions_in(before) == []
    assert foreign_in(before, students) == []
    in_exchange = {name: shown for name, shown in before.items() if "/exchange/proov/feedback/" in name}
    assert in_exchange
    assert leaks(in_exchange) == []

    # The same search finds what somebody planted: in a page, in data, in an exchange, about somebody else.
    secret, slot = secrets()[0], load_course().slots[0].id
    name = next(iter(in_exchange))
    assert keys_in({"klass/feedback/a/et.html": unescape(f"<p>{escape(secret)}</p>")})
    assert keys_in({name: json.dumps({"why": secret})})
    assert single_questions_in({name: f'{{"slot": "{slot}"}}'})
    assert foreign_in({f"homes/{students[0]}/feedback/x.json": students[1]}, students)

    # And once the test is over, it finds all of it where it belongs: the guard is the rule, not a search that sees nothing.
    close_assignment(folder, "jareltest")
    after = give_and_look(folder, homes)
    assert len(keys_in({name: shown for name, shown in after.items() if name.endswith("jareltest.json")})) > LEARNERS
    assert [name for name in single_questions_in(after) if name.startswith("homes/")]
    assert foreign_in(after, students) == []
