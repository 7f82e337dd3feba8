"""No key of a graded question reaches a learner: not in course/, not in exercises/, not in datasets/, not in the wheel."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from avcourse.course.course import load_course, load_graded

ROOT = Path(__file__).resolve().parents[2]
MARKS = ("use_key", "HIDDEN TESTS", "BEGIN SOLUTION", "keys.json")


def secrets() -> list[str]:
    """Return texts that only the key file may hold: feedback and explanations of graded questions."""
    texts = []
    for question in load_graded().values():
        assert question.key is not None
        pairs = [*question.key.feedback.values(), *([question.key.explanation] if question.key.explanation else [])]
        texts += [text for pair in pairs for text in (pair.et, pair.en) if len(text) > 30]
    return texts


def keyed(data: Any, graded: frozenset[str]) -> Iterator[str]:
    """Yield the ids of graded questions that stand in JSON with a key, an answer or a mark of the right option."""
    if isinstance(data, dict):
        if data.get("id") in graded and {"key", "answer", "feedback", "explanation", "source"} & data.keys():
            yield str(data["id"])
        yield from (
            str(name)
            for name, value in data.items()
            if name in graded and isinstance(value, dict) and "answer" in value
        )
        if "correct" in data:
            yield "correct"
        for value in data.values():
            yield from keyed(value, graded)
    elif isinstance(data, list):
        for value in data:
            yield from keyed(value, graded)


def leaks(files: Mapping[str, str]) -> list[str]:
    """Return where a key stands among the files: name to text."""
    graded, texts, found = frozenset(load_graded()), secrets(), []
    for name, text in files.items():
        data = json.loads(text) if name.endswith((".json", ".ipynb")) else None
        plain = text if data is None else json.dumps(data, ensure_ascii=False)
        code = not name.endswith(".py")
        found += [f"{name}: {mark}" for mark in MARKS if code and mark in plain]
        found += [
            f"{name}: {secret[:40]}"
            for secret in texts
            if secret in plain or json.dumps(secret, ensure_ascii=False)[1:-1] in plain
        ]
        found += [f"{name}: {what}" for what in keyed(data, graded)]
    return found


def read(folder: Path) -> dict[str, str]:
    paths = [p for p in folder.rglob("*") if p.is_file() and p.suffix in (".json", ".ipynb", ".csv", ".md")]
    return {
        p.relative_to(ROOT).as_posix(): p.read_text(encoding="utf-8")
        for p in paths
        if ".ipynb_checkpoints" not in p.parts
    }


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel, built by the project's own build backend."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(place)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(place.glob("*.whl"))


@pytest.mark.parametrize("room", ["course", "exercises", "datasets"])
def test_no_key_in_what_learners_open(room: str) -> None:
    files = read(ROOT / room)
    assert files
    assert leaks(files) == []


def test_no_key_in_the_wheel(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        texts = {
            n: archive.read(n).decode("utf-8")
            for n in names
            if n.endswith((".json", ".ipynb", ".csv", ".md", ".py", ".toml", ".txt"))
        }
    rooms = ("solutions/", "avcourse/material/solutions/", "avcourse/authoring/", "content/")
    assert not [name for name in names if name.startswith(rooms)]
    # The trainer's guides say what to look for in graded answers.
    guides = [path.read_text(encoding="utf-8")[:200] for path in (ROOT / "solutions/guide").rglob("*.md")]
    assert guides
    assert not [name for name, inside in texts.items() for guide in guides if guide in inside]
    assert leaks(texts) == []
    for needed in (
        "course/course.json",
        "course/et/index.ipynb",
        "exercises/en/eeltest/eeltest.ipynb",
        "datasets/municipalities.csv",
    ):
        assert f"avcourse/material/{needed}" in names
    assert "avcourse/views/forms/form.js" in names
    assert "avcourse/views/page/voila/templates/avcourse/index.html.j2" in names


def planted() -> list[tuple[str, str]]:
    first = load_course().slots[0].forms["A"]
    feedback = secrets()[0]
    return [
        ("exercises/et/eeltest/eeltest.ipynb", json.dumps({"cells": [{"source": [f'use_key("{first}", …)']}]})),
        ("course/questions.json", json.dumps([{"id": first, "key": {"answer": ["a"]}}])),
        ("course/questions.json", json.dumps([{"id": "x", "options": [{"id": "a", "correct": True}]}])),
        ("avcourse/material/keys.json", json.dumps({first: {"answer": ["a"]}})),
        ("course/et/x.ipynb", json.dumps({"cells": [{"source": [feedback]}]})),
        ("README.md", feedback),
    ]


@pytest.mark.parametrize(("name", "text"), planted())
def test_a_planted_key_is_found(name: str, text: str) -> None:
    assert leaks({name: text})
