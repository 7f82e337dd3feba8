"""The kernel side of the forms: what the page may know, what is refused, what reaches the log."""

from __future__ import annotations

import asyncio
import io
import json
import math
import os
import re
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from avcourse.answers.responses import append_response, read_log
from avcourse.course import course
from avcourse.course.course import load_bank
from avcourse.course.language import Language, words
from avcourse.course.questions import question_from
from avcourse.views.forms import submit as submit_module
from avcourse.views.forms.question import Notice, QuestionForm, ask, feedback_on, spec_of
from avcourse.views.forms.submit import SubmitForm, run_submit, submit_form, unanswered

DATA = json.loads((Path(__file__).parent / "forms_course.json").read_text(encoding="utf-8"))
Sent = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    built = tmp_path / "material" / "course"
    built.mkdir(parents=True)
    (built / "course.json").write_text(json.dumps(DATA["course"]), encoding="utf-8")
    (built / "questions.json").write_text(json.dumps(DATA["questions"]), encoding="utf-8")
    home = tmp_path / "home"
    home.mkdir()
    (home / "avcourse.toml").write_text('learner = "k3f9-q7mw"\nlanguage = "et"\n', encoding="utf-8")
    monkeypatch.setattr(course, "material", lambda: tmp_path / "material")
    monkeypatch.chdir(home)
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    course.load_course.cache_clear()
    course.load_bank.cache_clear()
    yield home
    course.load_course.cache_clear()
    course.load_bank.cache_clear()


def drawn(address: str, language: str = "et") -> tuple[QuestionForm, Sent]:
    form = ask(address, language)
    assert isinstance(form, QuestionForm)
    sent: Sent = []
    form.send = lambda content, buffers=None: sent.append(content)
    return form, sent


def say_to(form: QuestionForm, answer: object, **more: object) -> None:
    form._receive(form, {"type": "answer", "client": "page-1", "answer": answer, **more}, [])


def log_of(folder: Path, module: str = "m01") -> Path:
    return folder / "answers" / module / "responses.jsonl"


ANSWERS = {
    "m01/reply": (["thanks"], ("thanks",)),
    "m01/compare": (["older", "better"], ("older", "better")),
    "m01/timeline": (["poll", "act", "tartu"], ("poll", "act", "tartu")),
    "m01/cases": (["kehra:money"], ("kehra:money",)),
    "m01/signatures": (79.5, 79.5),
    "m01/word": (" AvTS ", " AvTS "),
    "m01/letter": ("Tere!\n\nKahjuks …", "Tere!\n\nKahjuks …"),
    "m01/home": (["kov-3"], ("kov-3",)),
    "eeltest/self-principles": (["4"], ("4",)),
    "eeltest/principles-1": (["reasons"], ("reasons",)),
    "eeltest/principles-2": (["dont-know"], ("dont-know",)),
    "m01/signatures#unsure": (["dont-know"], ("dont-know",)),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_every_kind_is_saved_and_found_again(case: str, folder: Path) -> None:
    address, (given, stored) = case.partition("#")[0], ANSWERS[case]
    form, sent = drawn(address)
    say_to(form, given)
    assert sent[0]["type"] == "saved"
    assert sent[0]["client"] == "page-1"
    assert sent[0]["state"] == form.state
    module = address.partition("/")[0]
    (response,) = read_log(log_of(folder, module)).responses
    assert (response.assignment, response.question, response.answer) == (module, form.spec["id"], stored)
    assert response.form == (None if module == "m01" else "A" if form.spec["id"] == "graded-a" else response.form)
    again, _ = drawn(address)
    assert again.state["answer"] == given
    assert again.state["saved_at"] == response.at
    assert again.state["seq"] == response.seq == 1


def test_the_same_answer_is_logged_once(folder: Path) -> None:
    form, sent = drawn("m01/reply")
    say_to(form, ["thanks"])
    say_to(form, ["thanks"])
    assert [message["type"] for message in sent] == ["saved", "saved"]
    assert len(read_log(log_of(folder)).responses) == 1


def test_a_withdrawn_answer_is_logged_and_an_answer_never_given_is_not(folder: Path) -> None:
    form, _ = drawn("m01/reply")
    say_to(form, [])
    assert read_log(log_of(folder)).responses == ()
    say_to(form, ["thanks"])
    say_to(form, [])
    assert [r.answer for r in read_log(log_of(folder)).responses] == [("thanks",), ()]
    assert form.state["answer"] is None
    assert form.state["feedback"] is None
    number, sent = drawn("m01/signatures")
    say_to(number, 80)
    say_to(number, "")
    assert sent[-1]["state"]["answer"] is None


def test_what_is_new_is_decided_against_the_log_not_the_widget(folder: Path) -> None:
    one, _ = drawn("m01/reply")
    other, _ = drawn("m01/reply")
    say_to(one, ["thanks"])
    say_to(other, ["reasons"])
    say_to(one, ["thanks"])
    assert [r.answer for r in read_log(log_of(folder)).responses] == [("thanks",), ("reasons",), ("thanks",)]


@pytest.mark.parametrize(
    ("address", "answer", "confidence"),
    [
        ("m01/reply", ["no-such-option"], None),
        ("m01/reply", ["reasons", "thanks"], None),
        ("m01/reply", ["dont-know"], None),
        ("m01/reply", "reasons", None),
        ("m01/reply", [1], None),
        ("m01/reply", None, None),
        ("m01/reply", {"a": 1}, None),
        ("m01/reply", True, None),
        ("m01/compare", ["older", "dont-know"], None),
        ("m01/compare", ["older", "older"], None),
        ("m01/timeline", ["act"], None),
        ("m01/cases", ["kehra:nowhere"], None),
        ("m01/cases", ["kehra:money", "kehra:deadline"], None),
        ("m01/signatures", 0, None),
        ("m01/signatures", 9000, None),
        ("m01/signatures", math.nan, None),
        ("m01/signatures", math.inf, None),
        ("m01/signatures", "79", None),
        ("m01/word", "x" * 20_001, None),
        ("m01/letter", "\x01" * 15_000, None),
        ("eeltest/principles-1", ["reasons"], 33),
        ("eeltest/principles-1", ["reasons"], True),
        ("eeltest/principles-1", ["reasons"], "75"),
        ("eeltest/principles-1", ["reasons"], [75]),
    ],
)
def test_impossible_answers_are_refused(address: str, answer: object, confidence: object, folder: Path) -> None:
    form, sent = drawn(address)
    say_to(form, answer, confidence=confidence)
    assert [(m["type"], m["client"], m["again"]) for m in sent] == [("not-saved", "page-1", False)]
    assert sent[0]["sentence"]
    assert not log_of(folder, address.partition("/")[0]).exists()


@pytest.mark.parametrize(
    "content", [None, [], "answer", {}, {"type": "x"}, {"type": "answer"}, {"type": "answer", "client": [1]}]
)
def test_foreign_messages_change_nothing(content: object, folder: Path) -> None:
    form, sent = drawn("m01/reply")
    form._receive(form, content, [])
    assert sent == []
    assert not log_of(folder).exists()


def test_the_longest_text_that_is_saved_can_be_read_again(folder: Path) -> None:
    form, sent = drawn("m01/letter")
    say_to(form, "õ" * 20_000)
    assert sent[-1]["type"] == "saved"
    assert drawn("m01/letter")[0].state["answer"] == "õ" * 20_000


def test_half_an_emoji_is_saved_as_a_replacement_mark(folder: Path) -> None:
    form, sent = drawn("m01/letter")
    say_to(form, "hea \ud83d")
    assert sent[-1]["type"] == "saved"
    assert form.state["answer"] == "hea \ufffd"


def test_confidence_belongs_to_a_claim_only(folder: Path) -> None:
    form, _ = drawn("eeltest/principles-1")
    say_to(form, ["reasons"], confidence=75)
    say_to(form, ["dont-know"], confidence=75)
    say_to(form, [], confidence=75)
    plain, _ = drawn("m01/reply")
    say_to(plain, ["thanks"], confidence=75)
    assert [r.confidence for r in read_log(log_of(folder, "eeltest")).responses] == [75, None, None]
    assert read_log(log_of(folder)).responses[0].confidence is None


def test_the_form_of_a_test_is_drawn_once_and_then_kept(folder: Path) -> None:
    first, _ = drawn("eeltest/principles-1")
    second, _ = drawn("jareltest/principles-1")
    assert {first.spec["id"], second.spec["id"]} == {"graded-a", "graded-b"}
    other = "graded-b" if first.spec["id"] == "graded-a" else "graded-a"
    letter = other[-1].upper()
    path = log_of(folder, "eeltest")
    append_response(path, assignment="eeltest", question=other, answer=("thanks",), form=letter)
    begun, _ = drawn("eeltest/principles-1")
    assert begun.spec["id"] == other
    assert begun.state["answer"] == ["thanks"]


def test_outside_a_learners_folder_the_log_lies_beside_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "eeltest"
    place.mkdir()
    monkeypatch.chdir(place)
    form, _ = drawn("eeltest/principles-1")
    assert form.learner == "eeltest"
    say_to(form, ["reasons"])
    assert (place / "responses.jsonl").is_file()


def test_a_graded_form_knows_nothing_of_a_key(folder: Path) -> None:
    keyed = question_from(
        next(row for row in DATA["questions"] if row["id"] == "graded-a"),
        {
            "answer": ["reasons"],
            "explanation": {"et": "SALADUS", "en": "SECRET"},
            "feedback": {"reasons": {"et": "SALADUS", "en": "SECRET"}},
        },
    )
    assert feedback_on(keyed, ("reasons",), "et") is None
    bank = {**load_bank(), "graded-a": keyed, "graded-b": keyed}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(course, "load_bank", lambda: bank)
        form, sent = drawn("eeltest/principles-1")
        say_to(form, ["reasons"], check=True)
    public = "id kind text options targets unit minimum maximum confidence dont_know graded points check"
    assert set(form.spec) == set(public.split())
    assert form.spec["check"] is False
    assert all(set(option) == {"id", "text"} for option in form.spec["options"])
    seen = json.dumps([{name: form.get_state()[name] for name in ("spec", "state", "words")}, sent], ensure_ascii=False)
    assert "SALADUS" not in seen
    assert "correct" not in seen
    assert form.state["feedback"] is None


def test_only_the_chosen_options_feedback_is_sent(folder: Path) -> None:
    form, _ = drawn("m01/reply")
    assert "Viisakas" not in json.dumps(form.get_state(), ensure_ascii=False, default=str)
    say_to(form, ["thanks"])
    feedback = form.state["feedback"]
    assert feedback["outcome"] == "wrong"
    assert [(row["id"], row["right"]) for row in feedback["chosen"]] == [("thanks", False)]
    assert "Just nii" not in json.dumps(feedback, ensure_ascii=False)
    assert feedback["explanation"].startswith("Põhjendatud vastus")
    assert feedback["source"].startswith("AvTS")


@pytest.mark.parametrize(
    ("address", "answer", "outcome"),
    [
        ("m01/compare", ["older", "choice"], "right"),
        ("m01/compare", ["older", "better"], "partly"),
        ("m01/compare", ["better"], "wrong"),
        ("m01/compare", ["dont-know"], "unsure"),
        ("m01/timeline", ["act", "tartu", "poll"], "right"),
        ("m01/cases", ["kehra:deadline"], "partly"),
        ("m01/signatures", 80, "right"),
        ("m01/signatures", 8, "wrong"),
        ("m01/signatures", ["dont-know"], "unsure"),
        ("m01/word", "avts", "right"),
    ],
)
def test_feedback_comes_when_it_is_asked_for_and_stays_until_the_answer_changes(
    address: str, answer: object, outcome: str, folder: Path
) -> None:
    form, _ = drawn(address)
    say_to(form, answer)
    assert form.state["feedback"] is None
    say_to(form, answer, check=True)
    assert form.state["feedback"]["outcome"] == outcome
    say_to(form, answer)
    assert form.state["feedback"]["outcome"] == outcome
    say_to(form, [] if isinstance(answer, list) else "")
    assert form.state["feedback"] is None
    assert len(read_log(log_of(folder)).responses) == 2


def test_an_estimate_that_misses_is_not_called_wrong() -> None:
    exact = load_bank()["signatures"]
    assert exact.key is not None
    estimate = replace(exact, key=replace(exact.key, tolerance=6.0))
    said = [feedback_on(estimate, answer, "et") for answer in (80.0, 74.0, 12.0, ("dont-know",))]
    assert [one and one["outcome"] for one in said] == ["close", "close", "apart", "unsure"]


def test_missing_right_answers_are_counted_not_named(folder: Path) -> None:
    form, _ = drawn("m01/compare", "en")
    say_to(form, ["older"], check=True)
    feedback = form.state["feedback"]
    assert feedback["missed"] == 1
    assert [row["id"] for row in feedback["chosen"]] == ["older"]


def test_a_long_answer_gets_the_model_answer_only_once_something_is_written(folder: Path) -> None:
    form, _ = drawn("m01/letter")
    assert form.state["feedback"] is None
    say_to(form, "Tere")
    assert form.state["feedback"]["outcome"] == "open"
    assert form.state["feedback"]["explanation"].startswith("Lugupeetud")
    say_to(form, "  ")
    assert form.state["feedback"] is None


def test_a_full_disk_is_said_and_nothing_is_lost(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form, sent = drawn("m01/reply")
    say_to(form, ["thanks"])
    before = log_of(folder).read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        say_to(form, ["reasons"])
    assert sent[-1]["type"] == "not-saved"
    assert sent[-1]["again"] is True
    assert "No space left" in sent[-1]["sentence"]
    assert form.state["problem"] == sent[-1]["sentence"]
    assert form.state["answer"] == ["thanks"]
    assert log_of(folder).read_bytes() == before
    say_to(form, ["reasons"])
    assert sent[-1]["type"] == "saved"
    assert form.state["problem"] is None


def test_a_folder_that_cannot_be_written_or_read_is_said(folder: Path) -> None:
    form, sent = drawn("m01/reply")
    (folder / "answers").write_text("not a folder")
    say_to(form, ["reasons"])
    assert sent[-1]["type"] == "not-saved"
    assert "responses.jsonl" in sent[-1]["sentence"]
    for language, start in (("et", "Seda küsimust ei saa praegu näidata."), ("en", "This question cannot be shown")):
        notice = ask("m01/reply", language)
        assert isinstance(notice, Notice)
        assert notice.sentence.startswith(start)


@pytest.mark.parametrize("address", ["m01/<b>x</b>", "nowhere/reply", "", "eeltest/principles-9", "m01/principles-1"])
def test_an_unknown_address_is_a_calm_escaped_sentence(address: str) -> None:
    notice = ask(address, "et")
    assert isinstance(notice, Notice)
    drawn_html = notice._repr_html_()
    assert "<b>" not in drawn_html
    assert 'lang="et"' in drawn_html


def test_under_nbgrader_nothing_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    assert ask("m01/reply", "et") is None
    assert submit_form("eeltest", "et") is None


def test_texts_come_in_the_language_of_the_page() -> None:
    for row in DATA["questions"]:
        question = question_from(row)
        et, en = (spec_of(question, language) for language in ("et", "en"))
        assert [option["id"] for option in et["options"]] == [option["id"] for option in en["options"]]
        assert et["text"] != en["text"]


@pytest.mark.parametrize("language", ["et", "en"])
@pytest.mark.parametrize("name", ["form", "submit"])
def test_every_word_that_a_page_uses_exists(name: str, language: Language) -> None:
    source = Path(submit_module.__file__).with_name(f"{name}.js").read_text(encoding="utf-8")
    own = words("forms" if name == "form" else "submit", language)
    asked = set(re.findall(r'words\["([a-z-]+)"\]', source)) | set(re.findall(r"words\.([a-z]+)\b", source))
    assert asked - set(own) == set()
    assert {f"outcome-{o}" for o in ("right", "partly", "wrong", "unsure", "close", "apart")} <= set(
        words("forms", language)
    )


def test_importing_starts_no_watcher_and_loads_no_data_libraries() -> None:
    code = (
        "import sys, avcourse.views.forms.question, avcourse.views.forms.submit;"
        "print(sorted({'numpy', 'pandas', 'matplotlib', 'nbgrader', 'watchfiles'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False, cwd="/"
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


# Handing in


def hand_in(module: str = "eeltest") -> tuple[SubmitForm, list[tuple[dict[str, Any], list[bytes]]]]:
    form = submit_form(module, "et")
    assert isinstance(form, SubmitForm)
    sent: list[tuple[dict[str, Any], list[bytes]]] = []
    form.send = lambda content, buffers=None: sent.append((content, buffers or []))
    return form, sent


def join(folder: Path) -> None:
    (folder / "class.toml").write_text('id = "avo"\nexchange = "/srv/exchange"\n', encoding="utf-8")


def test_unanswered_questions_are_counted_by_address(folder: Path) -> None:
    everything = ("eeltest/principles-1", "eeltest/principles-2", "eeltest/self-principles")
    assert unanswered("eeltest") == (everything, 3)
    say_to(drawn("eeltest/principles-2")[0], ["older"])
    say_to(drawn("eeltest/self-principles")[0], ["2"])
    assert unanswered("eeltest") == (("eeltest/principles-1",), 3)
    say_to(drawn("eeltest/self-principles")[0], [])
    form, _ = hand_in()
    assert form.state["missing"] == ["eeltest/principles-1", "eeltest/self-principles"]
    say_to(drawn("eeltest/principles-1")[0], ["thanks"])
    form._receive(form, {"type": "count"}, [])
    assert form.state["missing"] == ["eeltest/self-principles"]


def test_the_file_for_the_trainer_holds_the_log_and_nothing_else(folder: Path) -> None:
    form, sent = hand_in()
    assert form.state["joined"] is False
    form._receive(form, {"type": "file"}, [])
    assert "Eeltest" in form.state["problem"]
    assert sent == []
    say_to(drawn("eeltest/principles-2")[0], ["older"])
    form._receive(form, {"type": "file"}, [])
    ((message, (packed,)),) = sent
    assert message == {"type": "file", "name": "eeltest-k3f9-q7mw.zip"}
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["eeltest/responses.jsonl"]
        assert archive.read("eeltest/responses.jsonl") == log_of(folder, "eeltest").read_bytes()


def answer_of(stdout: bytes, code: int = 0) -> Callable[..., subprocess.CompletedProcess[bytes]]:
    def run(command: list[str], **_: object) -> subprocess.CompletedProcess[bytes]:
        run.command = command  # type: ignore[attr-defined]
        return subprocess.CompletedProcess(command, code, stdout, b"Traceback")

    return run


RECEIPT = {"ok": True, "at": "2026-11-21T12:00:00Z", "sha256": "ab" * 32, "assignment": "eeltest"}


@pytest.mark.parametrize(
    ("stdout", "ok", "part"),
    [
        (b"noise\n" + json.dumps(RECEIPT).encode(), True, ""),
        (b'{"ok": false, "sentence": "Klass on suletud."}\n', False, "Klass on suletud."),
        (b"", False, "Teie vastused on alles"),
        (b"Traceback (most recent call last):", False, "Teie vastused on alles"),
        (b"[1]", False, "Teie vastused on alles"),
        (b'{"ok": true}', False, "Teie vastused on alles"),
    ],
)
def test_the_command_is_run_and_its_word_taken_only_when_whole(
    stdout: bytes, ok: bool, part: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = answer_of(stdout)
    monkeypatch.setattr(subprocess, "run", run)
    result = run_submit("eeltest", folder, "et")
    assert run.command == [sys.executable, "-m", "avcourse", "submit", "eeltest", "--dir", str(folder), "--json"]  # type: ignore[attr-defined]
    assert result["ok"] is ok
    assert part in result.get("sentence", "")
    assert "Traceback" not in json.dumps(result)


def test_a_submission_that_hangs_or_cannot_start_is_a_sentence(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for error in (subprocess.TimeoutExpired("avcourse", 1), FileNotFoundError("python")):

        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(subprocess, "run", fail)
        assert run_submit("eeltest", folder, "en")["sentence"].startswith("Your answers are safe")


def test_handing_in_never_holds_up_the_kernel(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    join(folder)
    gate, threads = threading.Event(), []

    def slow(*_: object) -> dict[str, Any]:
        threads.append(threading.current_thread())
        gate.wait(10)
        return RECEIPT

    monkeypatch.setattr(submit_module, "run_submit", slow)

    async def kernel() -> None:
        form, _ = hand_in()
        seen: list[threading.Thread] = []
        form.observe(lambda _: seen.append(threading.current_thread()), "state")
        form._receive(form, {"type": "submit"}, [])
        form._receive(form, {"type": "submit"}, [])
        assert form.state["busy"] is True
        gate.set()
        while form.state["busy"]:
            await asyncio.sleep(0.01)
        assert form.state["receipt"] == {"at": RECEIPT["at"], "sha256": RECEIPT["sha256"]}
        assert set(seen) == {threading.main_thread()}
        form._receive(form, {"type": "submit"}, [])
        assert form.state["busy"] is True
        while form.state["busy"]:
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(kernel(), 10))
    assert threading.main_thread() not in threads
    assert len(threads) == 2


def test_answers_without_confidence_are_counted(folder: Path) -> None:
    form = ask("eeltest/principles-1", "et")
    assert isinstance(form, QuestionForm)
    option = form.spec["options"][0]["id"]
    assert submit_module.without_confidence("eeltest") == 0
    form._receive(form, {"type": "answer", "client": 1, "answer": [option], "confidence": None}, [])
    assert submit_module.without_confidence("eeltest") == 1
    form._receive(form, {"type": "answer", "client": 2, "answer": [option], "confidence": 50}, [])
    assert submit_module.without_confidence("eeltest") == 0


def test_a_refused_submission_says_why_and_may_be_repeated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    join(folder)
    done = threading.Event()

    def refuse(*_: object) -> dict[str, Any]:
        return {"ok": False, "sentence": "Klass on suletud."}

    monkeypatch.setattr(submit_module, "run_submit", refuse)
    form, _ = hand_in()
    form.observe(lambda change: change["new"]["busy"] or done.set(), "state")
    form._receive(form, {"type": "submit"}, [])
    assert done.wait(10)
    assert (form.state["busy"], form.state["problem"], form.state["receipt"]) == (False, "Klass on suletud.", None)


def test_a_broken_card_or_an_unknown_module_is_a_sentence(folder: Path) -> None:
    (folder / "class.toml").write_text("id =", encoding="utf-8")
    form, _ = hand_in()
    assert form.state["joined"] is False
    assert "class.toml" in form.state["problem"]
    assert isinstance(submit_form("nowhere", "et"), Notice)
