"""Who is in a class: read from what people have, by pseudonym; names never in the class folder."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from avcourse.answers.folder import LearnerFolder, join_class, write_marker
from avcourse.classroom.exchange import collect, submit
from avcourse.classroom.roster import (
    Member,
    NamesInClass,
    NothingToUndo,
    RosterUnreadable,
    import_roster,
    names_path,
    read_names,
    read_roster,
    undo_roster,
)
from avcourse.classroom.workspace import ClassFolder, new_class
from avcourse.errors import ImportRefused

Make = Callable[[str, ClassFolder], Any]
ESTONIAN = "Nimi;Rühm;Isikukood\nMari Õispuu;Põhi;49001010000\nJaan Žukov;Lõuna;39001010000\n"


@pytest.fixture(autouse=True)
def names_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    return tmp_path / "names"


def in_turn() -> Callable[[], str]:
    numbers = count(1)
    return lambda: f"p-{next(numbers)}"


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("osalejad.csv", ESTONIAN.encode("cp1257")),
        ("osalejad.csv", ESTONIAN.encode("utf-8-sig")),
        ("osalejad.csv", ESTONIAN.replace(";", ",").encode()),
        (
            "osalejad.xlsx",
            workbook(
                ("Osalejad sügisel",),
                ("Eesnimi", "Perekonnanimi", "rühm", "Isikukood"),
                ("Mari", "Õispuu", "Põhi", 49001010000),
                ("Jaan", "Žukov", "Lõuna", 39001010000),
            ),
        ),
    ],
)
def test_lists_as_people_have_them(name: str, data: bytes, classroom: ClassFolder, names_outside: Path) -> None:
    report = import_roster(classroom, name, data, pseudonym=in_turn())
    assert read_roster(classroom) == (Member("p-1", "Põhi"), Member("p-2", "Lõuna"))
    assert read_names(classroom) == {"p-1": "Mari Õispuu", "p-2": "Jaan Žukov"}
    assert (report.added, report.unread) == (("p-1", "p-2"), ("Isikukood",))
    outside = names_path(classroom)
    assert outside.is_relative_to(names_outside)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o600
    for path in classroom.root.rglob("*"):
        content = (path.read_bytes() if path.is_file() else b"") + str(path).encode()
        assert not any(word in content for word in (b"Mari", "Žukov".encode(), b"4900")), path
    for language in ("et", "en"):
        assert all("{" not in sentence for sentence in report.sentences(language))


def test_reading_again_adds_nobody_twice(classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", ESTONIAN.encode(), pseudonym=in_turn())
    again = import_roster(classroom, "a.csv", ESTONIAN.encode())
    assert (again.added, again.changed, again.same) == ((), (), ("p-1", "p-2"))
    more = "tunnus;nimi;rühm\np-2;Jaan Tamm;\np-9;;Ida\n"
    report = import_roster(classroom, "b.csv", more.encode())
    assert (report.added, report.changed, report.unnamed) == (("p-9",), ("p-2",), ("p-1",))
    assert read_roster(classroom) == (Member("p-1", "Põhi"), Member("p-2", "Lõuna"), Member("p-9", "Ida"))
    assert read_names(classroom) == {"p-1": "Mari Õispuu", "p-2": "Jaan Tamm"}


def test_one_step_back_and_forth(classroom: ClassFolder) -> None:
    with pytest.raises(NothingToUndo):
        undo_roster(classroom)
    import_roster(classroom, "a.csv", ESTONIAN.encode(), pseudonym=in_turn())
    import_roster(classroom, "b.csv", b"id;name\np-2;Jaan Tamm\np-9;Uku Uus\n")
    later = read_roster(classroom), read_names(classroom)
    assert [member.student for member in undo_roster(classroom)] == ["p-1", "p-2"]
    assert read_names(classroom) == {"p-1": "Mari Õispuu", "p-2": "Jaan Žukov"}
    assert sorted(path.parent.name for path in (classroom.root / "card").glob("*/class.toml")) == ["p-1", "p-2"]
    undo_roster(classroom)
    assert (read_roster(classroom), read_names(classroom)) == later


def test_the_first_roster_can_be_undone(classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", ESTONIAN.encode())
    assert undo_roster(classroom) == ()
    assert read_roster(classroom) == ()
    assert read_names(classroom) == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Linn;Maakond\nTartu;Tartu\n", "veergu"),
        ("nimi\n", "tühi"),
        ("nimi;rühm\nMari;a\n;b\n", "Rida 3"),
        ("nimi\nMari Maasikas\nMARI MAASIKAS\n", "Rida 3"),
        ("tunnus\nabc\nabc\n", "real 2"),
        ("tunnus;rühm\nabc;a\n../x;b\n", "Rida 3, veerg „tunnus“"),
        ("tunnus\nClass.toml\n", "Rida 2, veerg „tunnus“"),
        ("tunnus;rühm\nabc;=HYPERLINK(1)\n", "Rida 2, veerg „rühm“"),
        (f"tunnus;rühm\nabc;{'x' * 81}\n", "Rida 2, veerg „rühm“"),
        ("tunnus;tunnus\na;b\n", "tunnus"),
    ],
)
def test_bad_files_are_refused_by_row_and_column_and_change_nothing(
    text: str, said: str, classroom: ClassFolder, names_outside: Path
) -> None:
    import_roster(classroom, "a.csv", ESTONIAN.encode(), pseudonym=in_turn())
    before = {path: path.read_bytes() for path in (classroom.root / "roster.csv", names_path(classroom))}
    with pytest.raises(ImportRefused) as caught:
        import_roster(classroom, "b.csv", text.encode())
    assert said in caught.value.sentence("et")
    assert {path: path.read_bytes() for path in before} == before
    assert not (classroom.root / "card" / "abc").exists()


def test_an_id_and_a_name_that_are_the_same_person_twice(classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", ESTONIAN.encode(), pseudonym=in_turn())
    with pytest.raises(ImportRefused) as caught:
        import_roster(classroom, "b.csv", "tunnus;nimi\np-1;\n;Mari Õispuu\n".encode())
    assert "Rida 3" in caught.value.sentence("et")


def test_a_pseudonym_that_is_taken_is_not_given_again(classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", b"id\np-1\np-2\n")
    report = import_roster(classroom, "b.csv", b"name\nUku Uus\n", pseudonym=in_turn())
    assert report.added == ("p-3",)


def test_names_never_stand_in_the_class_folder(classroom: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AVCOURSE_NAMES", str(classroom.root / "names"))
    with pytest.raises(NamesInClass):
        import_roster(classroom, "a.csv", ESTONIAN.encode())
    assert read_roster(classroom) == ()


def test_cells_cannot_be_formulas(classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", b"id;name;group\nabc;-1+1;@x\n")
    assert read_roster(classroom) == (Member("abc", "@x"),)
    assert read_names(classroom) == {"abc": "-1+1"}
    assert "'@x" in (classroom.root / "roster.csv").read_text()
    assert "'-1" in names_path(classroom).read_text()


@pytest.mark.parametrize("text", ["student,group\n../x,a\n", "student\nx\n", 'student,group\n"x', "student,group\nx\n"])
def test_a_roster_damaged_by_hand_is_said(text: str, classroom: ClassFolder) -> None:
    (classroom.root / "roster.csv").write_text(text)
    with pytest.raises(RosterUnreadable):
        read_roster(classroom)


def test_a_member_joins_by_the_own_card_and_a_stranger_is_named(
    released: ClassFolder, new_learner: Make, tmp_path: Path
) -> None:
    import_roster(released, "a.csv", b"id;group\nosaleja-1;a\n")
    learner = new_learner("k3f9-q7mw", released)
    learner.answer("eeltest", "A")
    submit(learner.folder, "eeltest")
    report = collect(released)
    assert [one.student for one in report.collected] == ["k3f9-q7mw"]
    assert [problem.kind for problem in report.problems] == ["off-roster"]
    join_class(learner.folder, released.root / "card" / "osaleja-1" / "class.toml", None)
    submit(learner.folder, "eeltest")
    assert [one.student for one in collect(released).collected] == ["osaleja-1"]


def test_two_classes_have_their_own_names(classroom: ClassFolder, tmp_path: Path) -> None:
    other = new_class(tmp_path / "other", "kevad-2027", "et")
    import_roster(classroom, "a.csv", ESTONIAN.encode())
    assert read_names(other) == {}
    assert names_path(other) != names_path(classroom)
    assert os.path.commonpath([names_path(other), classroom.root]) != str(classroom.root)


def test_card_of_a_learner(tmp_path: Path, classroom: ClassFolder) -> None:
    import_roster(classroom, "a.csv", b"id\nabc\n")
    folder = LearnerFolder(tmp_path / "home", "xyz", "et")
    write_marker(folder)
    card = join_class(folder, classroom.root / "card" / "abc" / "class.toml", None)
    assert (card.id, card.student, card.exchange) == (classroom.id, "abc", classroom.exchange)
