"""The answer log and grading through their public surface: nothing is lost, nothing is worth more than it is."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from avcourse.answers import responses as log
from avcourse.answers.folder import (
    LearnerFolder,
    find_folder,
    find_log,
    form_of,
    join_class,
    new_pseudonym,
    read_folder,
    write_marker,
)
from avcourse.answers.grading import grade
from avcourse.answers.responses import append_response, latest, parse_log, read_log
from avcourse.course.questions import DONT_KNOW, Answer, Question, question_from
from avcourse.errors import (
    AnswerNotSaved,
    CardUnreadable,
    FolderDamaged,
    FolderNotWritable,
    ResponsesUnreadable,
    StudentIdWrong,
)


def make(kind: str, key: Any = None, **more: Any) -> Question:
    data = {"id": "q", "kind": kind, "area": "impact", "level": "apply", "text": {"et": "?", "en": "?"}, **more}
    return question_from(data, None if key is None else {"answer": key, "tolerance": more.get("tolerance", 0)})


def options(*ids: str) -> list[dict[str, str]]:
    return [{"id": i, "et": i, "en": i} for i in ids]


SINGLE = make("single", ["b"], options=options("a", "b", "c"), dont_know=True)
UNSURE = make("number", 79, dont_know=True)
MULTIPLE = make("multiple", ["a", "b"], options=options("a", "b", "c", "d"))
ORDERING = make("ordering", ["a", "b", "c"], options=options("c", "a", "b"))
MATCHING = make("matching", ["a:x", "b:y"], options=options("a", "b"), targets=options("x", "y", "z"))
NUMBER = make("number", 79, tolerance=1)
SHORT = make("short", ["Riigi Teataja"])
LONG = make("long")
RATING = make("rating", options=options("1", "2", "3"))


@pytest.mark.parametrize(
    ("question", "answer", "points", "outcome"),
    [
        (SINGLE, ("b",), 1, "right"),
        (SINGLE, ("a",), 0, "wrong"),
        (SINGLE, (DONT_KNOW,), 0, "unsure"),
        (SINGLE, (), 0, "blank"),
        (SINGLE, None, 0, "blank"),
        (SINGLE, ("a", "b"), 0, "invalid"),
        (SINGLE, ("nowhere",), 0, "invalid"),
        (SINGLE, "b", 0, "invalid"),
        (SINGLE, 1.0, 0, "invalid"),
        (MULTIPLE, ("a", "b"), 1, "right"),
        (MULTIPLE, ("a",), 0.5, "partly"),
        (MULTIPLE, ("a", "b", "c"), 0.5, "partly"),
        (MULTIPLE, ("a", "b", "c", "d"), 0, "wrong"),
        (MULTIPLE, ("a", "a"), 0, "invalid"),
        (ORDERING, ("a", "b", "c"), 1, "right"),
        (ORDERING, ("c", "a", "b"), 0.5, "partly"),
        (ORDERING, ("c", "b", "a"), 0, "wrong"),
        (ORDERING, ("a", "b"), 0, "invalid"),
        (MATCHING, ("a:x", "b:y"), 1, "right"),
        (MATCHING, ("a:x", "b:z"), 0.5, "partly"),
        (MATCHING, ("a:x", "a:y"), 0, "invalid"),
        (MATCHING, ("a:nowhere",), 0, "invalid"),
        (NUMBER, 80.0, 1, "right"),
        (NUMBER, 81.0, 0, "wrong"),
        (NUMBER, "79", 0, "invalid"),
        (UNSURE, (DONT_KNOW,), 0, "unsure"),
        (NUMBER, (DONT_KNOW,), 0, "invalid"),
        (SHORT, "  riigi teataja ", 1, "right"),
        (SHORT, "Postimees", 0, "wrong"),
        (LONG, "Minu mõte", 0, "open"),
        (LONG, "   ", 0, "blank"),
        (LONG, "x" * 20_001, 0, "invalid"),
        (RATING, ("2",), 0, "open"),
    ],
)
def test_grade(question: Question, answer: Answer | None, points: float, outcome: str) -> None:
    score = grade(question, answer)
    assert (score.points, score.outcome) == (points, outcome)
    assert type(score.points) is float


ANY_ANSWER = st.one_of(
    st.none(),
    st.text(),
    st.floats(allow_nan=False),
    st.lists(st.sampled_from(["a", "b", "c", "d", DONT_KNOW, "a:x", "x"])).map(tuple),
)


@given(st.sampled_from([SINGLE, MULTIPLE, ORDERING, MATCHING, NUMBER, SHORT, LONG, RATING]), ANY_ANSWER)
def test_a_score_stays_within_its_points(question: Question, answer: Answer | None) -> None:
    score = grade(question, answer)
    assert 0 <= score.points <= score.max_points
    assert (score.points == score.max_points) == (score.outcome == "right")


def save(path: Path, answer: Answer = ("a",), question: str = "q") -> log.Response:
    return append_response(path, assignment="m01", question=question, answer=answer, confidence=75)


def test_what_is_appended_is_read_back_in_the_agreed_format(tmp_path: Path) -> None:
    path = tmp_path / "answers" / "m01" / "responses.jsonl"
    save(path, ("b", "a"))
    append_response(path, assignment="eeltest", question="p", answer="tekst „jutumärkides“\n2. rida", form="A")
    append_response(path, assignment="eeltest", question="n", answer=2.5)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert list(rows[0]) == ["v", "seq", "assignment", "question", "form", "answer", "confidence", "at"]
    assert [row["seq"] for row in rows] == [1, 2, 3]
    assert [row["answer"] for row in rows] == [["b", "a"], "tekst „jutumärkides“\n2. rida", 2.5]
    assert (rows[0]["form"], rows[1]["form"], rows[1]["confidence"]) == (None, "A", None)
    assert [r.answer for r in read_log(path).responses] == [("b", "a"), "tekst „jutumärkides“\n2. rida", 2.5]


@given(
    st.lists(
        st.one_of(
            st.text(max_size=50),
            st.floats(allow_nan=False, allow_infinity=False),
            st.lists(st.text(max_size=5)).map(tuple),
        ),
        max_size=8,
    )
)
def test_any_answer_survives_the_round_trip(tmp_path_factory: pytest.TempPathFactory, answers: list[Answer]) -> None:
    path = tmp_path_factory.mktemp("log") / "responses.jsonl"
    for answer in answers:
        save(path, answer)
    assert [r.answer for r in read_log(path).responses] == answers


@pytest.mark.parametrize(
    ("spoil", "kept", "kinds"),
    [
        (lambda raw: raw[:-20], 1, ["torn"]),
        (lambda raw: b"\xef\xbb\xbf" + raw, 2, []),
        (lambda raw: b"hello\n" + raw, 2, ["foreign"]),
        (lambda raw: raw + b"\x00\xff\n", 2, ["foreign"]),
        (lambda raw: raw + b'{"v":1,"seq":1e999}\n', 2, ["foreign"]),
        (lambda raw: raw + b"[" * 40_000 + b"\n", 2, ["foreign"]),
        (lambda raw: raw + b'"' + b"x" * 70_000 + b'"\n', 2, ["too-long"]),
        (lambda raw: raw.replace(b"\n", b"\r\n"), 2, []),
    ],
)
def test_a_spoilt_line_hides_no_other_answer(tmp_path: Path, spoil: Any, kept: int, kinds: list[str]) -> None:
    path = tmp_path / "responses.jsonl"
    save(path)
    save(path, ("b",), "r")
    path.write_bytes(spoil(path.read_bytes()))
    reading = read_log(path)
    assert len(reading.responses) == kept
    assert [problem.kind for problem in reading.problems] == kinds
    save(path, ("c",), "after")
    again = read_log(path)
    assert len(again.responses) == kept + 1
    assert again.responses[-1].question == "after"


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reading(raw: bytes) -> None:
    parse_log(raw)


def test_the_last_answer_counts(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    save(path, ("a",))
    save(path, ("b",))
    assert latest(read_log(path).responses)["m01", "q"].answer == ("b",)


def test_two_pages_open_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    threads = [
        threading.Thread(target=lambda n=n: [save(path, question=f"q{n}-{i}") for i in range(25)]) for n in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    reading = read_log(path)
    assert reading.problems == ()
    assert sorted(r.seq for r in reading.responses) == list(range(1, 101))


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from avcourse.answers.responses import append_response
from avcourse.errors import AnswerNotSaved
path = Path(sys.argv[1])
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 60, resource.RLIM_INFINITY))
try:
    append_response(path, assignment="m01", question="q", answer="x" * 5000)
except AnswerNotSaved as error:
    print(error.sentence("et"))
"""


def test_a_full_disk_leaves_the_log_as_it_was_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    save(path)
    before = path.read_bytes()
    # A real limit in a process of its own: the write fails half-way, as on a full disk.
    child = subprocess.run([sys.executable, "-c", FULL_DISK, str(path)], capture_output=True, text=True, check=True)
    assert "ei saanud salvestada" in child.stdout
    assert path.read_bytes() == before


def test_a_damaged_marker_is_said_and_moves_no_answers(tmp_path: Path) -> None:
    folder = LearnerFolder(tmp_path, "k3f9-q7mw", "et")
    write_marker(folder)
    (tmp_path / "avcourse.toml").write_text("learner = ", encoding="utf-8")
    with pytest.raises(FolderDamaged):
        find_log("m01", tmp_path)


@pytest.mark.parametrize("student", ["Mari Maasikas", "../x", "", "a+b", "*"])
def test_an_id_that_no_class_could_use_is_refused_when_joining(tmp_path: Path, student: str) -> None:
    folder = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(folder)
    (tmp_path / "class.toml").write_text('id = "sygis"\nexchange = "/srv/vahetus"\n', encoding="utf-8")
    with pytest.raises(StudentIdWrong):
        join_class(folder, tmp_path / "class.toml", student)
    assert folder.card() is None


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    path = tmp_path / "responses.jsonl"
    path.mkdir()
    with pytest.raises(AnswerNotSaved):
        save(path)
    with pytest.raises(ResponsesUnreadable):
        read_log(path)


def test_folder_round_trip_and_search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = LearnerFolder(tmp_path / "kursus", 'k3"f9\\-õ', "en")
    write_marker(folder)
    (folder.root / "et").mkdir()
    assert read_folder(folder.root) == folder
    assert find_folder(folder.root / "et") == folder
    assert find_folder(tmp_path) is None
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert find_folder(folder.root / "et") is None


def test_joining_a_class_keeps_an_absolute_exchange(tmp_path: Path) -> None:
    folder = LearnerFolder(tmp_path / "kursus", "k3f9-q7mw", "et")
    write_marker(folder)
    card = tmp_path / "card" / "class.toml"
    card.parent.mkdir()
    card.write_text('id = "sygis"\nexchange = "../vahetus"\n', encoding="utf-8")
    joined = join_class(folder, card, None)
    assert joined == folder.card()
    assert joined.exchange == tmp_path / "vahetus"
    assert joined.student == "k3f9-q7mw"
    card.write_text("pole kaart", encoding="utf-8")
    with pytest.raises(CardUnreadable):
        join_class(folder, card, None)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderNotWritable):
        write_marker(LearnerFolder(tmp_path / "file" / "kursus", "k3f9-q7mw", "et"))


def test_half_of_the_learners_begin_with_each_form() -> None:
    tests = ("eeltest", "jareltest")
    learners = [new_pseudonym() for _ in range(2_000)]
    first = [form_of(learner, "eeltest", tests) for learner in learners]
    assert 850 < first.count("A") < 1_150
    assert all(form_of(learner, "jareltest", tests) != form for learner, form in zip(learners, first, strict=True))


def test_a_log_that_is_full_refuses_rather_than_hides(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from avcourse.answers import responses

    log = tmp_path / "responses.jsonl"
    append_response(log, assignment="m01", question="q", answer="üks")
    monkeypatch.setattr(responses, "LARGEST_LOG", log.stat().st_size + 10)
    before = log.read_bytes()
    with pytest.raises(AnswerNotSaved):
        append_response(log, assignment="m01", question="q", answer="kaks")
    assert log.read_bytes() == before
