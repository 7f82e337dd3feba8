"""A participant's own data as one zip, and erasing them: not a byte stays, nobody else loses any."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import shutil
import signal
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from avcourse.answers.locking import try_lock
from avcourse.classroom import erase as erase_module
from avcourse.classroom.edition import read_edition, write_edition
from avcourse.classroom.erase import (
    ClassNotReadable,
    ErasingWaits,
    IdIsWord,
    NoParticipant,
    erase,
    find_traces,
    plan_erasing,
)
from avcourse.classroom.erase_files import OWN_WORDS, Naming
from avcourse.classroom.exports import write_export, write_file
from avcourse.classroom.grading_run import grade_class
from avcourse.classroom.own_data import NothingOfThem, own_data, own_data_name
from avcourse.classroom.roster import import_roster, names_path, read_names, read_roster
from avcourse.classroom.schedule import Terms, close_assignment, extend, parse_when, read_schedule, set_terms
from avcourse.classroom.workspace import ClassFolder, open_class
from avcourse.cli_class import class_
from avcourse.course import course as course_module
from avcourse.errors import StudentIdWrong

GONE, KEPT = "k3f9", "m7x2"


def files_of(folder: ClassFolder) -> Iterator[Path]:
    for place in (folder.root, folder.exchange, names_path(folder).parent):
        for root, _, names in os.walk(place):
            yield from (Path(root) / name for name in names)


def unpacked(path: Path) -> Iterator[bytes]:
    """Give the bytes of a file and, of a compressed one, those of its members with their names."""
    data = path.read_bytes()
    yield data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for member in archive.infolist():
                yield member.filename.encode() + b"\n" + archive.read(member)


def traces_of(folder: ClassFolder, student: str) -> list[Path]:
    """Search every name and every byte of class folder, exchange and names, unpacked too."""
    sign = student.encode()
    named = {path for path in files_of(folder) if student in str(path.relative_to(folder.root.parent.parent))}
    return sorted(named | {path for path in files_of(folder) if any(sign in data for data in unpacked(path))})


_TEMPLATE: dict[str, Path] = {}


@pytest.fixture
def full(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> ClassFolder:
    """Give a class in which two participants are everywhere that a class can hold somebody; made once and copied."""
    request.getfixturevalue("checkout")
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names"))
    if not _TEMPLATE:
        made = request.getfixturevalue("graded")
        fill(made)
        _TEMPLATE["class"] = tmp_path_factory.mktemp("full") / "klass"
        shutil.copytree(made.root, _TEMPLATE["class"])
        shutil.copytree(names_path(made).parent, _TEMPLATE["class"].with_name("names"))
        card = _TEMPLATE["class"] / "class.toml"
        card.write_text(card.read_text("utf-8").replace(str(made.exchange), "exchange"), "utf-8")
    shutil.rmtree(tmp_path / "names", ignore_errors=True)
    shutil.copytree(_TEMPLATE["class"].with_name("names"), tmp_path / "names")
    shutil.copytree(_TEMPLATE["class"], tmp_path / "copied" / "klass")
    return open_class(tmp_path / "copied" / "klass")


def fill(graded: ClassFolder) -> None:
    """Put two participants into every place of a graded class."""
    root = graded.root
    for _ in range(2):
        import_roster(
            graded, "osalejad.csv", f"tunnus;nimi;rühm\n{GONE};Mari Maasikas;A\n{KEPT};Jüri Juurikas;B\n".encode()
        )
        import_roster(
            graded, "osalejad.csv", f"tunnus;nimi;rühm\n{GONE};Mari Mustikas;A\n{KEPT};Jüri Juurikas;B\n".encode()
        )
    set_terms(graded, "eeltest", Terms(due=parse_when("2026-11-20 12:00")))
    grade_class(graded)
    for student in (GONE, KEPT):
        extend(graded, student, "eeltest", parse_when("2026-12-01 12:00"))
        log = (root / "autograded" / student / "eeltest" / "responses.jsonl").read_bytes()
        name = hashlib.sha256(f"{graded.id}/{student}/eeltest/{hashlib.sha256(log).hexdigest()}".encode()).hexdigest()
        put(graded.exchange / graded.id / "feedback" / f"{name}.html", "tagasiside")
        put(graded.exchange / graded.id / "feedback" / f".{name}.html.part", "tagasi")
        put(graded.inbound / f"{student}+eeltest+2026-11-22 10:00:00.000000 UTC+x" / "responses.jsonl", log.decode())
        put(root / "feedback" / student / "eeltest" / "feedback.html", f"<p>{student}</p>")
        put(root / "feedback" / student / "eeltest" / "feedback.json", '{"whole": false}')
        zip_of(root / "inbox" / f"eeltest-{student}.zip", "eeltest/responses.jsonl", log)
        shutil.copytree(root / "submitted" / student, root / "submitted" / student / ".eeltest.old")
    both = [{"student": each, "after": {"comment": "hea"}} for each in (GONE, KEPT)]
    put(
        root / "review" / "marks.jsonl",
        json.dumps({"v": 1, "changes": both}) + "\n" + json.dumps({"v": 1, "changes": both[:1]}) + "\n",
    )
    put(root / "review" / "eeltest.html", f"<p>{GONE}</p><p>{KEPT}</p>")
    put(root / "published.json", json.dumps({GONE: "ab12", KEPT: "cd34"}))
    put(
        root / "last-run.json", json.dumps({"problems": [{"student": each, "kind": "no-log"} for each in (GONE, KEPT)]})
    )
    put(root / ".avcourse-job.jsonl", f'{{"done":1,"word":"{GONE}"}}\n{{"done":2,"word":"{KEPT}"}}\n')
    put(root / "avcourse.log", f"collected {GONE}\ncollected {KEPT}\n")
    put(root / ".roster.csv.part", f"{GONE},A")
    put(root / "notes" / f"{GONE}.txt", "märkmed")
    for name in ("grades-xlsx", "responses", "xapi"):
        write_export(graded, name, "et")
    for student in (GONE, KEPT):
        write_file(graded, own_data_name(student), own_data(graded, student))


def put(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def zip_of(path: Path, name: str, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)


def rows_of(folder: ClassFolder, student: str) -> dict[str, list[tuple[object, ...]]]:
    with closing(sqlite3.connect(folder.gradebook)) as book:
        tables = ("grade", "submitted_notebook", "submitted_assignment", "student")
        rows = {table: book.execute(f"SELECT * FROM {table}").fetchall() for table in tables}
        own = {row[0] for row in book.execute("SELECT id FROM submitted_assignment WHERE student_id = ?", (student,))}
        notebooks = {
            row[0] for row in book.execute("SELECT id, assignment_id FROM submitted_notebook") if row[1] in own
        }
    return {table: [row for row in found if {student, *own, *notebooks} & set(row)] for table, found in rows.items()}


def test_the_search_finds_what_is_there(full: ClassFolder) -> None:
    found = {path.name for path in traces_of(full, GONE)}
    places = {
        "gradebook.db",
        "roster.csv",
        "schedule.json",
        "published.json",
        "last-run.json",
        "marks.jsonl",
        "avcourse.log",
    }
    assert places | {".roster.csv.part", f"eeltest-{GONE}.zip", "hinded.xlsx", f"{full.id}.csv"} <= found
    assert any(path.parent.name == "backups" for path in traces_of(full, GONE))


def test_not_a_byte_of_the_erased_stays_and_others_lose_nothing(full: ClassFolder) -> None:
    before = rows_of(full, KEPT)
    answers = (full.root / "submitted" / KEPT / "eeltest" / "responses.jsonl").read_bytes()
    report = erase(full, GONE)
    assert report.left == ()
    assert traces_of(full, GONE) == []
    assert len(list((full.exchange / full.id / "feedback").iterdir())) == 2
    assert not any("Mari" in path.read_text("latin-1") for path in files_of(full))
    assert rows_of(full, KEPT) == before
    assert sum(map(len, before.values())) > 5
    assert (full.root / "submitted" / KEPT / "eeltest" / "responses.jsonl").read_bytes() == answers
    assert [member.student for member in read_roster(full)] == [KEPT]
    assert dict(read_names(full)) == {KEPT: "Jüri Juurikas"}
    assert set(read_schedule(full).extensions) == {(KEPT, "eeltest")}
    assert json.loads((full.root / "published.json").read_text()) == {KEPT: "cd34"}
    assert [p["student"] for p in json.loads((full.root / "last-run.json").read_text())["problems"]] == [KEPT]
    (marks,) = (full.root / "review" / "marks.jsonl").read_text().splitlines()
    assert [change["student"] for change in json.loads(marks)["changes"]] == [KEPT]
    assert (full.root / "inbox" / f"eeltest-{KEPT}.zip").is_file()
    # The class goes on as before.
    assert {one.student for one in grade_class(full).graded} == {KEPT}


def test_freed_pages_and_journals_keep_nothing(full: ClassFolder) -> None:
    with closing(sqlite3.connect(full.gradebook)) as book:
        book.execute("PRAGMA secure_delete = OFF")
        book.execute("INSERT INTO student (id) VALUES (?)", (f"{GONE}-" + "x" * 100,))
        book.execute("UPDATE student SET first_name = ? WHERE id = ?", ("y" * 50, KEPT))
        book.execute("DELETE FROM student WHERE id LIKE ?", (f"{GONE}-%",))
        book.commit()
    (full.root / "gradebook.db-journal").write_bytes(b"rest" + GONE.encode() + b"rest")
    erase(full, GONE)
    assert traces_of(full, GONE) == []


def test_a_planted_byte_is_found(full: ClassFolder) -> None:
    erase(full, GONE)
    with full.gradebook.open("ab") as book:
        book.write(GONE.encode())
    assert traces_of(full, GONE) == [full.gradebook]


def test_the_log_tells_nobody(full: ClassFolder) -> None:
    erase(full, GONE)
    (line,) = (full.root / "erased.jsonl").read_text().splitlines()
    data = json.loads(line)
    assert data.keys() == {"v", "day", "erased", "left"}
    assert data["left"] == 0
    assert len(data["day"]) == 10
    assert not any(GONE in sentence for sentence in erase(full, KEPT).sentences("et"))


def test_an_erasing_interrupted_at_every_step_is_finished_by_the_next(
    full: ClassFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = erase_module._erase
    done: list[Path] = []

    def one_step(trace: erase_module.Trace, naming: Naming) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(trace.path)
        real(trace, naming)

    steps = 0
    with monkeypatch.context() as patch:
        patch.setattr(erase_module, "_erase", one_step)
        while len(find_traces(full, GONE)) > 1:
            done.clear()
            with pytest.raises(KeyboardInterrupt):
                erase(full, GONE)
            steps += 1
            assert steps < 100
    assert steps > 25
    erase(full, GONE)
    assert traces_of(full, GONE) == []


TOUCHES = ("open", "os.remove", "os.rename", "os.rmdir", "os.utime", "shutil.rmtree", "sqlite3.connect")


def killed_at(touch: int, folder: ClassFolder) -> bool:
    """Erase in a process of its own that is killed when it touches the disk for the ``touch``-th time; return whether it was."""
    child = os.fork()
    if not child:
        left = iter(range(touch))

        def count(event: str, _: object) -> None:
            if event in TOUCHES and next(left, None) is None:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(count)
        try:
            erase(folder, GONE)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_an_erasing_killed_at_any_touch_of_the_disk_is_finished_by_the_next(full: ClassFolder) -> None:
    with closing(sqlite3.connect(full.gradebook)) as book:
        whole = book.execute("SELECT count(*) FROM grade").fetchone()[0]
    touch, kills = 10, 0
    # What was erased stays erased, so that every run goes on where the last one stopped.
    while killed_at(touch, full):
        touch, kills = touch + 2, kills + 1
    assert kills > 20
    assert traces_of(full, GONE) == []
    with closing(sqlite3.connect(full.gradebook)) as book:
        assert book.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert book.execute("SELECT count(*) FROM grade").fetchone()[0] == whole // 3
        assert book.execute("SELECT id FROM student").fetchall() == [(KEPT,)]


def test_dry_run_changes_nothing_and_names_every_place(full: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(full.root)
    before = {path: path.read_bytes() for path in files_of(full)}
    result = CliRunner().invoke(class_, ["erase", GONE, "--dry-run"])
    assert result.exit_code == 0
    assert {path: path.read_bytes() for path in files_of(full)} == before
    for word in ("gradebook.db", "roster.csv", "published.json", f"submitted/{GONE}", "hinded.xlsx", "backups/"):
        assert word in result.output, word


def test_the_command_asks_for_the_id_again(full: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(full.root)
    assert CliRunner().invoke(class_, ["erase", GONE], input=f"{KEPT}\n").exit_code == 1
    assert traces_of(full, GONE)
    assert CliRunner().invoke(class_, ["erase", GONE], input=f"{GONE}\n").exit_code == 0
    assert traces_of(full, GONE) == []
    again = CliRunner().invoke(class_, ["erase", GONE, "--yes"])
    assert again.exit_code == 1
    assert "ei ole osalejat" in again.output


def test_whose_id_begins_the_same_stays(full: ClassFolder) -> None:
    longer = f"{GONE}-q7mw"
    shutil.copytree(full.root / "submitted" / GONE, full.root / "submitted" / longer)
    import_roster(full, "o.csv", f"tunnus\n{longer}\n".encode())
    grade_class(full)
    before = rows_of(full, longer)
    assert erase(full, GONE).left == ()
    assert rows_of(full, longer) == before
    assert (full.root / "submitted" / longer / "eeltest" / "responses.jsonl").is_file()
    assert longer in [member.student for member in read_roster(full)]
    assert find_traces(full, GONE) == ()


def test_shared_work_goes_with_its_documents(full: ClassFolder) -> None:
    zip_of(full.root / "raamat.docx", "word/document.xml", b"<w:document/>")
    assert "raamat.docx" not in {trace.path.name for trace in plan_erasing(full, GONE)}
    put(full.root / "partners.json", '{"municipality": "Nõpri vald"}')
    put(full.root / "submitted" / GONE / "tegevuskava" / "responses.jsonl", "")
    report = erase(full, GONE)
    assert not (full.root / "raamat.docx").exists()
    assert not (full.root / "partners.json").exists()
    assert any("uuesti" in line for line in report.sentences("et"))


def test_backups_beside_the_class_are_named(full: ClassFolder) -> None:
    backup = full.root.parent / f"{full.id}-2026.zip"
    zip_of(backup, f"submitted/{GONE}/eeltest/responses.jsonl", b"{}")
    report = erase(full, GONE)
    assert report.backups == (backup,)
    assert any(backup.name in line for line in report.sentences("en"))


def test_what_cannot_be_deleted_is_named(full: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.rmtree
    entry = next(path for path in full.inbound.iterdir() if path.name.startswith(GONE))

    def rmtree(path: Path) -> None:
        if path == entry:
            raise PermissionError(13, "denied", str(path))
        real(path)

    monkeypatch.setattr(erase_module.shutil, "rmtree", rmtree)
    report = erase(full, GONE)
    assert [trace.path for trace in report.left] == [entry]
    assert any(entry.name in line for line in report.sentences("en"))
    monkeypatch.undo()
    monkeypatch.setenv("AVCOURSE_NAMES", str(full.root.parent.parent / "names"))
    assert erase(full, GONE).left == ()
    assert traces_of(full, GONE) == []


def test_erasing_waits_for_the_desks_work(full: ClassFolder) -> None:
    with (full.root / ".avcourse-job.lock").open("ab") as stream:
        assert try_lock(stream)
        with pytest.raises(ErasingWaits):
            erase(full, GONE)
        assert (full.root / "submitted" / GONE).is_dir()
    assert erase(full, GONE).left == ()


def test_a_place_that_cannot_be_looked_into_is_named(full: ClassFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.iterdir

    def iterdir(path: Path) -> Iterator[Path]:
        if path == full.inbound:
            raise PermissionError(13, "denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    with pytest.raises(ClassNotReadable) as caught:
        erase(full, GONE)
    assert "inbound" in caught.value.sentence("et")
    assert (full.root / "submitted" / GONE).is_dir()


def test_no_id_leads_out_of_the_class(full: ClassFolder) -> None:
    before = {path: path.read_bytes() for path in files_of(full)}
    for student in ("../x", "", "a/b", "*"):
        for work in (erase, own_data, plan_erasing):
            with pytest.raises(StudentIdWrong):
                work(full, student)
    assert {path: path.read_bytes() for path in files_of(full)} == before


def test_links_are_removed_and_not_followed(full: ClassFolder, tmp_path: Path) -> None:
    put(tmp_path / "elsewhere" / "x.txt", GONE)
    (full.root / "notes" / f"{GONE}-link").symlink_to(tmp_path / "elsewhere")
    (full.root / "notes" / GONE).symlink_to(tmp_path / "elsewhere")
    erase(full, GONE)
    assert (tmp_path / "elsewhere" / "x.txt").is_file()
    assert not (full.root / "notes" / GONE).is_symlink()


def test_own_data_is_all_of_one_participant_and_of_nobody_else(full: ClassFolder) -> None:
    data = own_data(full, GONE)
    assert data == own_data(full, GONE)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    rooms = {"README.txt", "submitted", "autograded", "handed-in", "feedback", "roster.csv", "extensions.csv"}
    rooms |= {"marks.jsonl", "exported.csv", "grades.csv", "answers.csv", "xapi.jsonl"}
    assert {name.split("/")[0] for name in parts} == rooms
    assert not any(KEPT.encode() in name.encode() + part for name, part in parts.items())
    assert not any(b"Mari" in part for part in parts.values())
    grades = list(csv.DictReader(io.StringIO(parts["grades.csv"].decode())))
    assert [(row["assignment"], row["points"], row["max"]) for row in grades] == [
        ("eeltest", "4", "6"),
        ("jareltest", "4", "6"),
    ]
    readme = parts["README.txt"].decode()
    assert "artikkel 15" in readme
    assert "Article 20" in readme
    assert readme.count("2016/679") == 2
    assert all(f"- {room}: " in readme for room in rooms - {"README.txt"})


def test_own_data_tell_no_key_of_a_test_still_to_come(full: ClassFolder) -> None:
    def rows() -> tuple[list[dict[str, str]], bytes, str]:
        with zipfile.ZipFile(io.BytesIO(own_data(full, GONE))) as archive:
            answers = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
            return answers, archive.read("xapi.jsonl"), archive.read("README.txt").decode()

    answers, stated, readme = rows()
    assert len(answers) == 12
    assert {(row["outcome"], row["points"]) for row in answers} == {("", "")}
    assert b"verbs/answered" not in stated
    assert b"verbs/scored" in stated
    assert "viimane test" in readme
    close_assignment(full, "jareltest")
    answers, stated, readme = rows()
    assert {row["outcome"] for row in answers} == {"right", "unsure"}
    assert b"verbs/answered" in stated
    assert "viimane test" not in readme


def test_own_data_tell_no_key_of_a_test_that_was_replaced_meanwhile(full: ClassFolder, checkout: Path) -> None:
    write_edition(full, read_edition(full, "eeltest"))
    path = checkout / "course" / "course.json"
    course = json.loads(path.read_text("utf-8"))
    course["modules"][0] |= {"id": "eeltest-2", "replaces": "eeltest"}
    path.write_text(json.dumps(course), "utf-8")
    course_module.load_course.cache_clear()
    with zipfile.ZipFile(io.BytesIO(own_data(full, GONE))) as archive:
        answers = list(csv.DictReader(io.StringIO(archive.read("answers.csv").decode())))
    assert {row["assignment"] for row in answers} == {"eeltest", "jareltest"}
    assert {(row["outcome"], row["points"]) for row in answers} == {("", "")}


@pytest.mark.parametrize(("said", "there"), [('{"whole": true}', False), ('{"whole": false}', True), ("{", False)])
def test_own_data_have_no_feedback_with_keys_that_was_written_too_soon(
    full: ClassFolder, said: str, there: bool
) -> None:
    put(full.root / "feedback" / GONE / "eeltest" / "feedback.json", said)
    put(full.root / "feedback" / GONE / "tegevuskava" / "feedback.json", '{"whole": true}')
    with zipfile.ZipFile(io.BytesIO(own_data(full, GONE))) as archive:
        names = archive.namelist()
    assert ("feedback/eeltest/feedback.html" in names) is there
    assert "feedback/tegevuskava/feedback.json" in names


def test_own_data_have_every_file_that_was_sent_by_hand(full: ClassFolder) -> None:
    for name in (f"eeltest-{GONE} (2).zip", f"eeltest-{KEPT} (2).zip"):
        shutil.copy(full.root / "inbox" / f"eeltest-{GONE}.zip", full.root / "inbox" / name)
    with zipfile.ZipFile(io.BytesIO(own_data(full, GONE))) as archive:
        sent = [name for name in archive.namelist() if name.endswith(".zip")]
    assert sent == [f"handed-in/eeltest-{GONE} (2).zip", f"handed-in/eeltest-{GONE}.zip"]


@pytest.mark.parametrize("word", ["accept", "late", "eeltest", "student"])
def test_an_id_that_is_a_word_of_the_files_damages_none_of_them(full: ClassFolder, word: str) -> None:
    """Somebody may choose such an id on purpose."""
    (full.root / "submitted" / word / "eeltest").mkdir(parents=True)
    before = read_schedule(full)
    with pytest.raises(IdIsWord):
        erase(full, word)
    assert read_schedule(full) == before


def test_every_word_of_the_files_is_known_as_such(full: ClassFolder) -> None:
    """Keys and words without a blank, but for those that name somebody, something or a time."""
    close_assignment(full, "jareltest")
    said: set[str] = set()

    def gather(value: object) -> None:
        if isinstance(value, dict):
            said.update(value)
            for each in value.values():
                gather(each)
        elif isinstance(value, list):
            for each in value:
                gather(each)
        elif isinstance(value, str):
            said.add(value)

    gather(json.loads((full.root / "schedule.json").read_bytes()))
    assert {"assignments", "accept", "ended"} <= said
    assert not {one for one in said if re.fullmatch("[a-z_]+", one)} - OWN_WORDS - set(full.assignments())


def test_words_about_others_stay_theirs_without_the_name(full: ClassFolder) -> None:
    given = {"points": 1, "steps": ["1"], "comment": f"Vaadake ka {GONE} vastust.", "flagged": False, "waits": False}
    line = {"v": 1, "changes": [{"student": KEPT, "before": given, "after": given}]}
    put(full.root / "review" / "marks.jsonl", json.dumps(line) + "\n")
    erase(full, GONE)
    kept = json.loads((full.root / "review" / "marks.jsonl").read_text("utf-8"))
    assert kept["changes"][0]["after"] == {**given, "comment": "Vaadake ka – vastust."}


def test_what_others_sent_by_hand_is_theirs_whomever_it_names(full: ClassFolder) -> None:
    inbox = full.root / "inbox"
    zip_of(inbox / f"eeltest-{KEPT} (2).zip", "eeltest/responses.jsonl", f'{{"answer": "{GONE} ütles"}}'.encode())
    (inbox / f"eeltest-{KEPT} (3).zip").write_bytes(b"katki")
    zip_of(inbox / "kiri.zip", "kiri.txt", f"{GONE} saatis".encode())
    erase(full, GONE)
    assert sorted(path.name for path in inbox.iterdir()) == [
        f"eeltest-{KEPT} (2).zip",
        f"eeltest-{KEPT} (3).zip",
        f"eeltest-{KEPT}.zip",
    ]


def test_own_data_of_nobody(full: ClassFolder) -> None:
    with pytest.raises(NothingOfThem):
        own_data(full, "nobody")
    with pytest.raises(NoParticipant):
        erase(full, "nobody")
