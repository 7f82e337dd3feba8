"""The button that hands in an assignment, drawn by ``submit_form``: how much is answered, the button, and a receipt.

Handing in runs as a process of its own, because nbgrader takes a while and must not hold up the forms of the same page.
Without a class the answers can be downloaded as a file for the trainer.
"""

from __future__ import annotations

import asyncio
import io
import json
import os
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from avcourse.answers.folder import LOG, RECEIPTS, LearnerFolder, find_folder
from avcourse.course.course import Module, find_question, load_course
from avcourse.course.language import Language, as_language, say, words
from avcourse.course.questions import DONT_KNOW
from avcourse.errors import AvcourseError, CardUnreadable, NothingToSubmit, ResponsesUnreadable
from avcourse.municipality.grading import parts_of, work_points
from avcourse.views.forms.question import Notice, is_blank, notice_for, read_standing, sentence_of

PATIENCE: Final = 180.0
"""Seconds after which a submission that still runs counts as failed."""


def unanswered(module: str) -> tuple[tuple[str, ...], int]:
    """Return the addresses of a module's questions without an answer, and how many questions there are.

    Of the municipality's own work a check counts as answered once anything is there that earns points.

    Raises
    ------
    AvcourseError
        If the course has no such module, or the log cannot be read.
    """
    course = load_course()
    page, standing = course.module(module), read_standing(module)
    places = (*(slot.id for slot in course.slots if page.kind == "test"), *page.questions, *parts_of(page))
    addresses = [f"{module}/{place}" for place in places]

    def blank(address: str) -> bool:
        question = find_question(address, standing.form)
        if question.kind == "work":
            return work_points(question, standing.responses, module) == 0
        response = standing.response(module, question.id)
        return response is None or is_blank(response.answer)

    return tuple(filter(blank, addresses)), len(addresses)


def _words(module: Module, language: Language) -> dict[str, str]:
    """Return the words of the form; own work has no questions to count but parts."""
    return words("submit", language) | (words("submit-work", language) if parts_of(module) else {})


def without_confidence(module: str) -> int:
    """Return how many answers of a test lack the confidence that was asked for; "ei tea" needs none."""
    course, standing = load_course(), read_standing(module)
    if course.module(module).kind != "test":
        return 0
    questions = [find_question(f"{module}/{slot.id}", standing.form) for slot in course.slots]
    given = [standing.response(module, question.id) for question in questions if question.confidence]
    return sum(
        r is not None and not is_blank(r.answer) and r.answer != (DONT_KNOW,) and r.confidence is None for r in given
    )


def pack_answers(module: str, language: Language) -> tuple[str, bytes]:
    """Return the name and the bytes of the file for the trainer: the answer log of one module and nothing else.

    Raises
    ------
    NothingToSubmit
        If there is no answer yet.
    ResponsesUnreadable
        If the log cannot be read.
    """
    standing = read_standing(module)
    if not standing.responses:
        raise NothingToSubmit(assignment=load_course().module(module).title.in_(language))
    packed = io.BytesIO()
    try:
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{module}/{LOG}", standing.log.read_bytes())
    except OSError as error:
        raise ResponsesUnreadable(path=standing.log, reason=error.strerror or str(error)) from error
    return f"{module}-{standing.learner}.zip", packed.getvalue()


def run_submit(module: str, root: Path, language: Language) -> dict[str, Any]:
    """Hand in a module of the folder ``root``; return its receipt, or ``ok: False`` and a sentence."""
    command = [sys.executable, "-m", "avcourse", "submit", module, "--dir", str(root), "--json"]
    # The console speaks the language of the page, and UTF-8 on Windows too.
    environment = {**os.environ, "AVCOURSE_LANG": language, "PYTHONIOENCODING": "utf-8"}
    failed = {"ok": False, "sentence": say("submit.failed-what-next", language)}
    try:
        done = subprocess.run(
            command,
            cwd=root,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
        lines = done.stdout.decode("utf-8", "replace").strip().splitlines()
        result = json.loads(lines[-1]) if lines else failed
    except (OSError, subprocess.SubprocessError, ValueError):
        return failed
    if not isinstance(result, dict):
        return failed
    whole = result.get("ok") is True and isinstance(result.get("at"), str) and isinstance(result.get("sha256"), str)
    return result if whole or isinstance(result.get("sentence"), str) else failed


def last_receipt(folder: LearnerFolder | None, module: str) -> dict[str, str] | None:
    """Return the receipt of a module's last submission, from this page or from the command line; None before the first."""
    try:
        lines = (folder.answers(module) / RECEIPTS).read_text(encoding="utf-8").splitlines() if folder else []
        row = json.loads(lines[-1])
        return {"at": str(row["at"]), "sha256": str(row["sha256"])}
    except (OSError, ValueError, LookupError, TypeError):
        return None


class SubmitForm(anywidget.AnyWidget):
    """The hand-in of one module. ``state`` is what the page draws; the page sends ``count``, ``submit`` and ``file``.

    Raises
    ------
    AvcourseError
        If the course has no such module, or the log cannot be read.
    """

    _esm = Path(__file__).with_name("submit.js")
    _css = Path(__file__).with_name("form.css")
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    module = traitlets.Unicode().tag(sync=True)
    learner = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, module: str, language: Language) -> None:
        missing, total = unanswered(module)
        self._language = language
        self._folder = find_folder()
        joined, problem = False, None
        try:
            joined = self._folder is not None and self._folder.card() is not None
        except CardUnreadable as error:
            problem = error.sentence(language)
        super().__init__(
            words=_words(load_course().module(module), language),
            language=language,
            module=module,
            learner=read_standing(module).learner,
            state={
                "missing": list(missing),
                "total": total,
                "unsure": without_confidence(module),
                "joined": joined,
                "busy": False,
                "receipt": last_receipt(self._folder, module),
                "problem": problem,
            },
        )
        self.on_msg(self._receive)

    def _show(self, **changes: object) -> None:
        self.state = {**self.state, **changes}

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        wish = content.get("type") if isinstance(content, dict) else None
        try:
            if wish in ("count", "submit"):
                self._show(missing=list(unanswered(self.module)[0]), unsure=without_confidence(self.module))
            if wish == "submit" and not self.state["busy"]:
                self._start()
            elif wish == "file":
                name, packed = pack_answers(self.module, self._language)
                self.send({"type": "file", "name": name}, buffers=[packed])
        except AvcourseError as error:
            self._show(problem=sentence_of(error, self._language))

    def _start(self) -> None:
        folder = self._folder
        if folder is None:
            return
        deliver, module = _deliverer(self._finish), self.module
        self._show(busy=True, problem=None)
        threading.Thread(target=lambda: deliver(run_submit(module, folder.root, self._language)), daemon=True).start()

    def _finish(self, result: dict[str, Any]) -> None:
        if result["ok"]:
            receipt = {name: result[name] for name in ("at", "sha256")}
            self._show(busy=False, receipt=receipt, problem=None)
        else:
            self._show(busy=False, problem=result["sentence"])


def _deliverer(finish: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], object]:
    """Return how a thread hands its result to ``finish``: on the kernel's own loop, where widgets belong."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return finish
    return lambda result: loop.call_soon_threadsafe(finish, result)


def submit_form(module: str, language: str) -> SubmitForm | Notice | None:
    """Return the hand-in of an assignment, to stand as the last expression of a cell; under nbgrader nothing is drawn.

    Parameters
    ----------
    module
        The id of an assignment, for example ``"eeltest"``.
    language
        ``"et"`` or ``"en"``.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    known = as_language(language)
    try:
        return SubmitForm(module, known)
    except AvcourseError as error:
        return notice_for(error, known)
