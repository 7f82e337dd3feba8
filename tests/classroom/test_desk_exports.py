"""The desk's page of exports: what it offers, what it asks first, and what it never shows."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from avcourse.classroom.exports import ALL
from avcourse.classroom.workspace import ClassFolder
from avcourse.views.desk.dispatch import Desk, Reply, Request
from avcourse.views.desk.visit import Asked

EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def desk(graded: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    place = tmp_path / "klassid"
    place.mkdir()
    shutil.move(graded.root, place / "sygis")
    card = place / "sygis" / "class.toml"
    card.write_text(card.read_text("utf-8").replace(str(graded.exchange), "exchange"), "utf-8")
    return Desk(place, "/d/", "/s/")


def get(desk: Desk, *steps: str, **query: str) -> Reply:
    return desk.respond(Request(("sygis", "exports", *steps), "et", query, xsrf="luba"))


def erase(desk: Desk, student: str, again: str) -> Reply:
    asked = Asked({"action": "erase", "student": student, "again": again})
    return desk.respond(Request(("sygis", "exports", "person"), "et", {"student": student}, asked, "luba"))


def test_every_export_has_its_sentence_and_downloads(desk: Desk) -> None:
    body = get(desk).body + get(desk, "keys").body
    for name, export in ALL.items():
        assert export.file.et in body
        assert f"/save/{name}/" in body
        reply = get(desk, "save", name, **({"known": "yes"} if export.keys else {}))
        assert reply.download is not None, name
        assert reply.download.name == export.file.et
        assert (desk.place / "sygis" / "exports" / export.file.et).read_bytes() == reply.download.data


def test_keys_come_only_after_the_warning(desk: Desk) -> None:
    assert "questions-xml" not in get(desk).body
    page = get(desk, "keys").body
    assert page.index("testide võtmed") < page.index("questions-xml")
    for name in (name for name, export in ALL.items() if export.keys):
        reply = get(desk, "save", name)
        assert reply.download is None
        assert reply.status == 422
        assert not (desk.place / "sygis" / "exports" / ALL[name].file.et).exists()


def test_one_participants_data_are_saved(desk: Desk) -> None:
    page = get(desk, "person", student="k3f9").body
    (address,) = re.findall(r'href="([^"]*own-data[^"]*)"', page)
    assert address.endswith("?student=k3f9")
    reply = get(desk, "save", "own-data", student="k3f9")
    assert reply.download is not None
    assert reply.download.name == "omaandmed-k3f9.zip"
    assert get(desk, "save", "own-data", student="../x").status == 422


def test_erasing_asks_for_the_id_again(desk: Desk) -> None:
    place = desk.place / "sygis" / "submitted" / "k3f9"
    assert "submitted/k3f9" in get(desk, "person", student="k3f9").body
    refused = erase(desk, "k3f9", "m7x2")
    assert refused.status == 422
    assert place.is_dir()
    done = erase(desk, "k3f9", " k3f9 ")
    assert done.status == 303
    assert not place.exists()
    assert (desk.place / "sygis" / "submitted" / "m7x2").is_dir()
    assert "k3f9" not in "".join(notice.sentence for notice in desk.notices.values())


@pytest.mark.parametrize("student", [EVIL, "", "keegi", "../x"])
def test_who_is_not_there_is_told_in_a_sentence(desk: Desk, student: str) -> None:
    page = get(desk, "person", student=student)
    assert page.status == 200
    assert "<form" not in page.body
    assert "<script>alert" not in page.body
    assert "Kustuta jäädavalt" not in page.body


def test_before_grading_nothing_breaks(desk: Desk) -> None:
    (desk.place / "sygis" / "gradebook.db").unlink()
    assert get(desk).status == 200
    assert get(desk, "save", "grades").status == 422
