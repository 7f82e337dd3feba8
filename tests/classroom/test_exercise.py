"""Exercises: nothing of a key is left, and the same solutions give the same bytes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from avcourse.classroom.exercise import make_exercises


def test_exercises_hold_no_key_and_are_deterministic(
    checkout: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    first = make_exercises(checkout / "solutions", tmp_path / "one")
    again = make_exercises(checkout / "solutions", tmp_path / "two")
    names = [path.relative_to(tmp_path / "one").as_posix() for path in first]
    assert names == [f"{lang}/{test}/{test}.ipynb" for lang in ("et", "en") for test in ("eeltest", "jareltest")]
    for one, two in zip(first, again, strict=True):
        assert one.read_bytes() == two.read_bytes()
        for secret in (b"HIDDEN", b"use_key", b"publish-now"):
            assert secret not in one.read_bytes()
    cells = json.loads(first[0].read_text(encoding="utf-8"))["cells"]
    grades = [cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade")]
    assert len(grades) == 6
    assert all("checksum" in cell["metadata"]["nbgrader"] for cell in grades)
    assert capfd.readouterr() == ("", "")
