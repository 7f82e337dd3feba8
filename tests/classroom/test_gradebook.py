"""The description of nbgrader's tables is nbgrader's own, and a run is written whole or not at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from avcourse.classroom import gradebook
from avcourse.classroom.gradebook import TABLES, Marks, read_penalties, read_scores, write_marks
from avcourse.classroom.workspace import ClassFolder
from avcourse.errors import GradebookFailed, NoAssignment
from benchmarks.gradebook_rows import rows


def change(classroom: ClassFolder, statement: str) -> None:
    engine = create_engine(classroom.database)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_tables_are_those_of_nbgrader() -> None:
    from nbgrader.api import Base

    for table in TABLES.tables.values():
        theirs = Base.metadata.tables[table.name]
        for column in table.columns:
            assert repr(column.type) == repr(theirs.c[column.name].type), column
            assert column.primary_key == theirs.c[column.name].primary_key, column
    # Every column of a table that is written is described, or one of nbgrader's would stay empty without a word.
    for name in ("student", "submitted_assignment", "submitted_notebook", "grade", "comment"):
        assert set(TABLES.tables[name].columns.keys()) == set(Base.metadata.tables[name].columns.keys())


def test_a_run_is_written_whole_or_not_at_all(released: ClassFolder) -> None:
    good = Marks("osaleja", "eeltest", None, {"principles-1": 1.0})
    before = rows(released.root / "gradebook.db")
    with pytest.raises(NoAssignment):
        write_marks(released.database, [good, Marks("osaleja", "vahetest", None, {})])
    assert rows(released.root / "gradebook.db") == before


def test_a_gradebook_that_is_missing_or_broken(classroom: ClassFolder) -> None:
    with pytest.raises(GradebookFailed):
        write_marks(classroom.database, [])
    assert not (classroom.root / "gradebook.db").exists()
    (classroom.root / "gradebook.db").write_bytes(b"no database at all, but long enough to be looked at as one" * 9)
    with pytest.raises(GradebookFailed):
        read_scores(classroom.database)


def test_a_cell_without_points_waits_for_a_person(released: ClassFolder) -> None:
    write_marks(released.database, [Marks("osaleja", "eeltest", None, {"principles-1": 1.0})])
    waiting = {str(row[2]).split("/")[-2]: row[-1] for row in rows(released.root / "gradebook.db")["grade"]}
    assert waiting["principles-1"] is False
    assert waiting["digital-1"] is True


def test_scores_count_as_nbgrader_counts_them(released: ClassFolder) -> None:
    points = {"principles-1": 1.0, "principles-2": 0.5}
    write_marks(released.database, [Marks("osaleja", "eeltest", None, points)])
    find = "(SELECT id FROM base_cell WHERE name = '{}')"
    change(
        released,
        f"UPDATE grade SET manual_score = 0.25, extra_credit = 0.5 WHERE cell_id IN {find.format('principles-1')}",
    )
    scores = read_scores(released.database)[("osaleja", "eeltest")]
    assert (scores["principles-1"], scores["principles-2"], scores["digital-1"]) == (0.75, 0.5, 0.0)


def test_a_score_by_hand_waits_for_another_look_only_when_something_changed(released: ClassFolder) -> None:
    mark = Marks("osaleja", "eeltest", None, {"principles-1": 1.0})
    write_marks(released.database, [mark])
    change(released, "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 0")

    def waiting() -> int:
        found = rows(released.root / "gradebook.db")["grade"]
        return sum(bool(row[-1]) for row in found if "/principles-1/" in str(row[2]))

    write_marks(released.database, [mark])
    assert waiting() == 0
    write_marks(released.database, [Marks("osaleja", "eeltest", None, {"principles-1": 0.0})])
    assert waiting() == 1


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # nbgrader's own, in nbgrader/api.py
def test_a_new_submission_has_the_rows_that_nbgrader_gives_it(released: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    with Gradebook(released.database, released.id) as book:
        book.add_task_cell("essee", "eeltest", "eeltest", max_score=2, cell_type="markdown")
        book.add_solution_cell("vastus", "eeltest", "eeltest")
    theirs = Path(shutil.copy(released.root / "gradebook.db", released.root / "theirs.db"))
    with Gradebook(f"sqlite:///{theirs}", released.id) as book:
        book.add_student("osaleja")
        book.add_submission("eeltest", "osaleja")
    for _ in range(2):
        write_marks(released.database, [Marks("osaleja", "eeltest", None, {})])
    assert rows(released.root / "gradebook.db") == rows(theirs)


def test_batches_give_the_rows_of_one_go(
    released: ClassFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Path(shutil.copy(released.root / "gradebook.db", tmp_path / "other.db"))
    marks = [
        Marks(f"m-{n}", test, None, {"principles-1": n / 10}) for n in range(5) for test in ("eeltest", "jareltest")
    ]
    write_marks(f"sqlite:///{other}", marks)
    monkeypatch.setattr(gradebook, "BATCH", 3)
    write_marks(released.database, iter(marks))
    assert rows(released.root / "gradebook.db") == rows(other)
    write_marks(released.database, marks)
    assert rows(released.root / "gradebook.db") == rows(other)


def test_trouble_in_a_later_batch_undoes_the_earlier_ones(
    released: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gradebook, "BATCH", 1)
    before = rows(released.root / "gradebook.db")
    with pytest.raises(NoAssignment):
        write_marks(released.database, [Marks("mari", "eeltest", None, {}), Marks("mari", "vahetest", None, {})])
    assert rows(released.root / "gradebook.db") == before


def test_lateness_costs_a_share_of_the_points_and_of_those_by_hand(released: ClassFolder) -> None:
    late = Marks("jaan", "eeltest", None, {"principles-1": 1.0, "principles-2": 1.0}, late=0.25)
    write_marks(released.database, [late, Marks("mari", "eeltest", None, {"principles-1": 1.0})])
    assert read_penalties(released.database) == {("jaan", "eeltest"): 0.5}
    assert sum(read_scores(released.database)[("jaan", "eeltest")].values()) == 2.0
    cell = "(SELECT id FROM base_cell WHERE name = 'principles-1')"
    change(released, f"UPDATE grade SET manual_score = 0 WHERE cell_id IN {cell}")
    write_marks(released.database, [late])
    assert read_penalties(released.database) == {("jaan", "eeltest"): 0.25}
    write_marks(released.database, [Marks("jaan", "eeltest", None, late.points)])
    assert read_penalties(released.database) == {}
    # As nbgrader has it: no penalty is no number, not a zero.
    assert {row[-1] for row in rows(released.root / "gradebook.db")["submitted_notebook"]} == {None}


def test_nbgrader_reads_the_same_scores_and_penalties(released: ClassFolder) -> None:
    from nbgrader.api import Gradebook

    marks = [Marks(f"m-{n}", "eeltest", None, {"principles-1": 1.0, "digital-1": n / 4}, late=n / 10) for n in range(4)]
    write_marks(released.database, marks)
    with Gradebook(released.database) as book:
        shown = {one["student"]: one["score"] for one in book.submission_dicts("eeltest")}
        found = {mark.student: book.find_submission("eeltest", mark.student) for mark in marks}
        taken = {student: one.late_submission_penalty for student, one in found.items() if one.late_submission_penalty}
    ours = read_scores(released.database)
    assert shown == {student: sum(points.values()) for (student, _), points in ours.items()}
    assert taken == {student: points for (student, _), points in read_penalties(released.database).items()}
    assert len(taken) == 3
