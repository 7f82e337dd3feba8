"""Submissions that came as files: whose they are says the file's own name, and nothing hostile gets further than a sentence."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from avcourse.classroom import imports
from avcourse.classroom.exchange import collect
from avcourse.classroom.imports import import_files
from avcourse.classroom.inbox import LARGEST_ZIP, MOST_MEMBERS
from avcourse.classroom.workspace import ClassFolder
from avcourse.errors import NothingReleased

Make = Callable[[str, ClassFolder], Any]


@pytest.fixture
def log(released: ClassFolder, new_learner: Make) -> bytes:
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    return bytes(learner.folder.log_path("eeltest").read_bytes())


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return stream.getvalue()


def hand_in(log: bytes) -> bytes:
    return zipped(("eeltest/responses.jsonl", log))


def inbox(classroom: ClassFolder) -> list[str]:
    return sorted(path.name for path in (classroom.root / "inbox").iterdir())


def test_one_file_twice_and_a_later_one(released: ClassFolder, log: bytes) -> None:
    first, later = hand_in(log), hand_in(log + log.splitlines()[-1] + b"\n")
    assert import_files(released, "eeltest-k3f9-q7mw.zip", first).taken == ("eeltest-k3f9-q7mw.zip",)
    again = import_files(released, r"C:\Users\Mari\eeltest-k3f9-q7mw (3).zip".replace("\\", "/"), first)
    assert (again.taken, again.same) == ((), ("eeltest-k3f9-q7mw.zip",))
    import_files(released, "eeltest-k3f9-q7mw.zip", later)
    import_files(released, "eeltest-k3f9-q7mw.zip", later)
    assert inbox(released) == ["eeltest-k3f9-q7mw (2).zip", "eeltest-k3f9-q7mw.zip"]
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in (released.root / "inbox").iterdir())
    assert [one.student for one in collect(released).collected] == ["k3f9-q7mw"]


def test_what_moodle_gives(released: ClassFolder, log: bytes) -> None:
    data = zipped(
        ("Mari Maasikas_1001_assignsubmission_file_/eeltest-p1.zip", hand_in(log)),
        ("Jaan Tamm_1002_assignsubmission_file_eeltest-p2.zip", hand_in(log)),
        ("Uku Uus_1003_assignsubmission_file_/eeltest-p3 (1).zip", hand_in(log)),
        ("Uku Uus_1003_assignsubmission_file_/märkmed.docx", b"x"),
        ("Ene Ema_1004_assignsubmission_onlinetext_/onlinetext.html", b"x"),
        ("Ene Ema_1004_assignsubmission_file_/töö.zip", hand_in(log)),
        ("__MACOSX/._eeltest-p4.zip", b"x"),
    )
    report = import_files(released, "Kursus-Eeltest-77.zip", data)
    assert inbox(released) == ["eeltest-p1.zip", "eeltest-p2.zip", "eeltest-p3.zip"]
    found = [(problem.student, problem.kind) for problem in report.problems]
    assert found == [
        ("4: märkmed.docx", "inbox-file"),
        ("5: onlinetext.html", "inbox-file"),
        ("6: töö.zip", "zip-name"),
    ]
    for language in ("et", "en"):
        said = " ".join(report.sentences(language))
        assert not any(name in said for name in ("Mari", "Jaan", "Uku", "Ene"))
        assert "{" not in said
    assert {one.student for one in collect(released).collected} == {"p1", "p2", "p3"}


def test_the_name_of_a_folder_does_not_decide_whose_it_is(released: ClassFolder, log: bytes) -> None:
    import_files(released, "all.zip", zipped(("eeltest-p1.zip/eeltest-p2.zip", hand_in(log))))
    assert inbox(released) == ["eeltest-p2.zip"]


def test_hostile_files(released: ClassFolder, log: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    good = hand_in(log)
    link = zipfile.ZipInfo("eeltest-link.zip")
    link.external_attr = 0o120777 << 16
    inner_link = zipfile.ZipInfo("eeltest/responses.jsonl")
    inner_link.external_attr = 0o120777 << 16
    crowd = zipped(*((f"{number}", b"") for number in range(MOST_MEMBERS + 1)), ("eeltest/responses.jsonl", log))
    data = zipped(
        ("../../eeltest-up.zip", good),
        ("/etc/eeltest-root.zip", good),
        ("a\\..\\eeltest-back.zip", good),
        (link, b"/etc/passwd"),
        ("eeltest-inner.zip", zipped((inner_link, b"/etc/passwd"))),
        ("eeltest-bomb.zip", b"\0" * (LARGEST_ZIP + 1)),
        ("eeltest-..zip", good),
        ("eeltest-.zip", good),
        ("eeltest-torn.zip", good[:-30]),
        ("eeltest-crowd.zip", crowd),
        ("eeltest-empty.zip", zipped(("eeltest/responses.jsonl", b"no log"))),
        ("eeltest-nested.zip", zipped(("eeltest-deep.zip", good))),
        ("eeltest-\x1b[2J.zip", good),
    )
    report = import_files(released, "all.zip", data)
    # What would lead out goes into the inbox like any other: only the last part of a name is looked at.
    assert inbox(released) == ["eeltest-back.zip", "eeltest-root.zip", "eeltest-up.zip"]
    kinds = [problem.kind for problem in report.problems]
    assert kinds == [
        "zip-broken",
        "zip-broken",
        "zip-large",
        "zip-name",
        "zip-name",
        "zip-broken",
        "zip-large",
        "zip-empty",
        "zip-broken",
        "zip-name",
    ]
    assert all(sentence.isprintable() for sentence in report.sentences("et"))
    assert not list(released.root.parent.glob("eeltest*"))
    for limit, name in ((10, "LARGEST_IMPORT"), (3, "MOST_MARKS"), (3, "MOST_FILES"), (10, "LARGEST_TOGETHER")):
        with monkeypatch.context() as patch:
            patch.setattr(imports, name, limit)
            assert [problem.kind for problem in import_files(released, "all.zip", data).problems] == ["zip-large"], name


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 torn", b"%PDF-1.7", zipped()])
def test_what_is_no_zip_or_empty(data: bytes, released: ClassFolder) -> None:
    report = import_files(released, "eeltest-k3f9.zip", data)
    assert report.taken == ()
    assert [problem.kind for problem in report.problems] == (["zip-broken"] if data != zipped() else [])


def test_before_anything_is_released(classroom: ClassFolder) -> None:
    with pytest.raises(NothingReleased):
        import_files(classroom, "eeltest-k3f9.zip", b"")
