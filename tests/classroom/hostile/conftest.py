"""A class of the real course with one honest participant, and what an attacker can do to it.

Every file in ``cases/`` is one submission: ``TRIES`` says what it tries, ``NAMED`` the kind of problem under which the trainer hears of it,
``GUARD`` what stands in its way (``guards.py``), ``EARNS`` the points that its answers honestly earn. ``attack(evil)`` lays it out.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.course.course import load_course, load_graded
from avcourse.course.questions import DONT_KNOW

CLASS = "vastu-2026"
SECRET = "kanarilind-7f3a9"
STAMP = "2026-11-20 12:00:00.000000 UTC"
AT = "2026-11-20T11:00:00Z"


def slot_answers(assignment: str, right: int, form: str = "A") -> list[dict[str, Any]]:
    """Return the lines of a test in one form: the first ``right`` slots answered rightly, the rest "ei tea"."""
    bank, lines = load_graded(), []
    for place, slot in enumerate(load_course().slots):
        key = bank[slot.forms[form]].key
        assert key is not None
        assert isinstance(key.answer, tuple)
        lines.append(line(assignment, slot.forms[form], list(key.answer) if place < right else [DONT_KNOW], form, 75))
    return lines


def line(
    assignment: str, question: str, answer: object, form: str | None = None, confidence: int | None = None, at: str = AT
) -> dict[str, Any]:
    """Return a line of a log as a form writes it."""
    return {
        "v": 1,
        "seq": 1,
        "assignment": assignment,
        "question": question,
        "form": form,
        "answer": answer,
        "confidence": confidence,
        "at": at,
    }


def as_log(lines: list[dict[str, Any]]) -> bytes:
    """Return lines as the bytes of a log."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n" for one in lines)


@dataclass(frozen=True)
class Evil:
    """One attacker: id, class, and a folder outside of it that holds a secret."""

    student: str
    classroom: ClassFolder
    outside: Path

    SECRET = SECRET
    DONT_KNOW = DONT_KNOW
    line = staticmethod(line)
    as_log = staticmethod(as_log)
    answers = staticmethod(slot_answers)

    @property
    def inbox(self) -> Path:
        return self.classroom.root / "inbox"

    @property
    def secret(self) -> Path:
        return self.outside / "secret.txt"

    def entry(
        self, log: bytes | None = None, assignment: str = "eeltest", *, student: str | None = None, stamp: str = STAMP
    ) -> Path:
        """Lay an honest-looking submission into the exchange and return its folder; without a log, three answers are right."""
        place = self.classroom.inbound / f"{student or self.student}+{assignment}+{stamp}+{'x' * 8}"
        place.mkdir()
        shutil.copy(self.classroom.released(assignment), place)
        (place / "responses.jsonl").write_bytes(as_log(slot_answers(assignment, 3)) if log is None else log)
        (place / "timestamp.txt").write_text(stamp)
        (place / "submission_secret.txt").write_text("s" * 64)
        return place

    def written(self, words: str, assignment: str = "enesehindamine", question: str = "ea-reflection") -> bytes:
        """Return a log with one open answer."""
        return as_log([line(assignment, question, words)])

    def notebook(self, assignment: str = "eeltest") -> dict[str, Any]:
        """Return the page as released, to be changed."""
        data: dict[str, Any] = json.loads(self.classroom.released(assignment).read_text(encoding="utf-8"))
        return data

    def page(self, change: Callable[[dict[str, Any]], object], assignment: str = "eeltest") -> None:
        """Submit three right answers with a changed page."""
        data = self.notebook(assignment)
        change(data)
        (self.entry() / f"{assignment}.ipynb").write_text(json.dumps(data), encoding="utf-8")

    def code(self, source: str) -> dict[str, Any]:
        """Return a code cell."""
        return {
            "cell_type": "code",
            "id": "kuri",
            "metadata": {},
            "source": source,
            "outputs": [],
            "execution_count": None,
        }

    def zip(self, members: dict[str, bytes], name: str | None = None, method: int = zipfile.ZIP_DEFLATED) -> Path:
        """Put a zip file into the inbox and return its path."""
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            for member, data in members.items():
                archive.writestr(member, data)
        path = self.inbox / (name or f"eeltest-{self.student}.zip")
        path.write_bytes(buffer.getvalue())
        return path


@pytest.fixture(scope="session")
def hostile_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a class of the real course as it is after its release."""
    classroom = new_class(tmp_path_factory.mktemp("hostile") / "klass", CLASS, "et", None)
    release(classroom)
    return classroom.root


@pytest.fixture
def evil_class(hostile_template: Path, tmp_path: Path) -> Iterator[tuple[ClassFolder, Path]]:
    """Give a released class with one honest submission, and a folder outside with a secret."""
    classroom = new_class(tmp_path / "klass", CLASS, "et", None)
    for name in ("source", "release", "exchange"):
        shutil.copytree(hostile_template / name, classroom.root / name, dirs_exist_ok=True)
    for name in ("keys.json", "gradebook.db"):
        shutil.copy(hostile_template / name, classroom.root)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text(f"{SECRET}\n")
    (outside / "responses.jsonl").write_bytes(as_log(slot_answers("eeltest", 20)))
    for assignment in ("eeltest", "jareltest"):
        Evil("aus-1", classroom, outside).entry(as_log(slot_answers(assignment, 7)), assignment)
    yield classroom, outside
    for folder, _, _ in os.walk(tmp_path):
        Path(folder).chmod(0o700)
