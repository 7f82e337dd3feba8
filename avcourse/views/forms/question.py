"""The form of one question, drawn by ``ask``: it shows what was answered before, and saves what is answered now.

The page is never believed: every message is read here again, and nothing of a graded question's key is known on this
side at all. The truth is the answer log, not the widget, so two forms of one question, or two open pages, cannot lose
each other's answers.
"""

from __future__ import annotations

import html
import json
import math
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from avcourse.answers.folder import find_folder, find_log, form_of
from avcourse.answers.grading import LONGEST_TEXT, grade
from avcourse.answers.responses import Response, append_response, latest, read_log
from avcourse.answers.scoring import form_in
from avcourse.course.course import find_question, load_course
from avcourse.course.language import Language, as_language, say, words
from avcourse.course.questions import CONFIDENCES, DONT_KNOW, Answer, Question
from avcourse.errors import AvcourseError, ResponsesUnreadable
from avcourse.views.forms.live import announce

LARGEST_ANSWER: Final = 60_000
"""Bytes of an answer as JSON: with the rest of its line it stays below what ``read_log`` accepts."""
CHECKED_KINDS: Final = ("multiple", "ordering", "matching", "number", "short")
"""Kinds that are judged when the learner asks for it; a single choice is complete once made."""
DONT_KNOW_ANSWER: Final = (DONT_KNOW,)
ESTIMATE: Final = 1.0
"""A number with at least so much tolerance is an estimate; less only allows for rounding."""


class RefusedError(ValueError):
    """A message from the page that is no possible answer; carries the sentence for people."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whose answers to a module stand on this page, where they are logged, and which form of a test they belong to."""

    learner: str
    log: Path
    form: str | None
    responses: tuple[Response, ...]

    def response(self, module: str, question: str) -> Response | None:
        """Return the last response to a question in this form."""
        return latest(r for r in self.responses if r.form == self.form).get((module, question))


def read_standing(module: str) -> Standing:
    """Return the standing of the learner in whose folder this kernel works.

    The form of a test is the one already begun, so that a log moved to another folder stays whole; else it is drawn
    from the pseudonym. Outside a learner's folder (plain nbgrader) the folder's name serves as pseudonym.

    Raises
    ------
    NoQuestion
        If the course has no such module.
    ResponsesUnreadable
        If the log cannot be read.
    """
    course = load_course()
    folder = find_folder()
    learner = folder.learner if folder else Path.cwd().name
    log = find_log(module)
    responses = read_log(log).responses
    form: str | None = None
    if course.module(module).kind == "test":
        form = form_in(module, responses, course.slots) or form_of(learner, module, tuple(t.id for t in course.tests))
    return Standing(learner, log, form, responses)


def spec_of(question: Question, language: Language) -> dict[str, Any]:
    """Return what the page may know of a question: texts in one language, and nothing of the key."""
    key = question.key
    return {
        "id": question.id,
        "kind": question.kind,
        "text": question.text.in_(language),
        "options": [{"id": option.id, "text": option.text.in_(language)} for option in question.options],
        "targets": [{"id": target.id, "text": target.text.in_(language)} for target in question.targets],
        "unit": question.unit.in_(language) if question.unit else None,
        "minimum": question.minimum,
        "maximum": question.maximum,
        "confidence": question.confidence,
        "dont_know": question.dont_know,
        "graded": question.graded,
        "points": question.points,
        "check": not question.graded and question.kind in CHECKED_KINDS and key is not None and key.answer != (),
    }


def is_blank(answer: Answer | None) -> bool:
    """Whether nothing is answered, or the answer was withdrawn."""
    return answer is None or answer == () or (isinstance(answer, str) and not answer.strip())


def read_answer(question: Question, value: object, language: Language) -> Answer:
    """Return the answer that stands in a message from the page.

    Raises
    ------
    RefusedError
        If it could not have been given on this form.
    """
    answer: Answer
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        answer = tuple(value)
    elif isinstance(value, str):
        # Half of a pair of surrogates can come from cutting a text inside an emoji, and cannot be written as UTF-8.
        answer = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    elif isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value):
        answer = float(value)
    else:
        raise RefusedError(say("forms.refused", language))
    if question.dont_know and answer == DONT_KNOW_ANSWER:
        return answer
    if isinstance(answer, str):
        size = len(json.dumps(answer, ensure_ascii=False).encode())
        if len(answer) > LONGEST_TEXT or size > LARGEST_ANSWER:
            raise RefusedError(say("forms.too-long", language, limit=LONGEST_TEXT))
    low, high = question.minimum, question.maximum
    outside = isinstance(answer, float) and ((low is not None and answer < low) or (high is not None and answer > high))
    if outside or grade(question, answer).outcome == "invalid":
        raise RefusedError(say("forms.refused", language))
    return answer


def read_confidence(question: Question, value: object, answer: Answer, language: Language) -> int | None:
    """Return the confidence that belongs to an answer: none where nothing is claimed to be known.

    Raises
    ------
    RefusedError
        If it is not one of ``CONFIDENCES``.
    """
    if value is not None and (isinstance(value, bool) or value not in CONFIDENCES):
        raise RefusedError(say("forms.refused", language))
    asked = question.confidence and not is_blank(answer) and answer != DONT_KNOW_ANSWER
    return int(str(value)) if asked and value is not None else None


def feedback_on(question: Question, answer: Answer | None, language: Language) -> dict[str, Any] | None:
    """Return what is said about an answer on the spot; None for graded questions, self-ratings and blank answers."""
    key = question.key
    if question.graded or key is None or question.kind == "rating" or answer is None or is_blank(answer):
        return None
    unsure = answer == DONT_KNOW_ANSWER
    outcome: str = "unsure" if unsure else grade(question, answer).outcome
    right = frozenset(key.answer) if isinstance(key.answer, tuple) else frozenset[str]()
    chosen = answer if isinstance(answer, tuple) and not unsure and outcome != "open" else ()
    judged = []
    if question.kind in ("single", "multiple"):
        said = {option: key.feedback[option].in_(language) for option in chosen if option in key.feedback}
        judged = [{"id": option, "right": option in right, "text": said.get(option)} for option in chosen]
    elif question.kind == "matching":
        judged = [{"id": pair.partition(":")[0], "right": pair in right, "text": None} for pair in chosen]
    if outcome == "wrong" and any(one["right"] for one in judged):
        # A wrong choice takes the point of a right one away, but what was right is not called wrong.
        outcome = "partly"
    whole = None
    if question.kind not in ("single", "multiple") and outcome in ("right", "partly", "wrong"):
        whole = key.feedback.get("right" if outcome == "right" else "wrong")
    if question.kind == "number" and key.tolerance >= ESTIMATE and outcome in ("right", "wrong"):
        # An estimate that misses is no error, and is not called one.
        outcome = "close" if outcome == "right" else "apart"
    return {
        "outcome": outcome,
        "chosen": judged,
        "missed": len(right - set(chosen)) if question.kind == "multiple" and not unsure else 0,
        "text": whole.in_(language) if whole else None,
        "explanation": key.explanation.in_(language) if key.explanation else None,
        "source": question.source.in_(language) if question.source else None,
    }


class QuestionForm(anywidget.AnyWidget):
    """One question on a page. The traits are all that the page knows; it answers with messages (see ``form.js``).

    Parameters
    ----------
    address
        ``"<module>/<slot or question id>"``.
    language
        The page's language.

    Raises
    ------
    AvcourseError
        If the course has no such question, or earlier answers cannot be read.
    """

    _esm = Path(__file__).with_name("form.js")
    _css = Path(__file__).with_name("form.css")
    spec = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    address = traitlets.Unicode().tag(sync=True)
    learner = traitlets.Unicode().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, address: str, language: Language) -> None:
        self._module = address.partition("/")[0]
        standing = read_standing(self._module)
        self._log, self._form = standing.log, standing.form
        self._question = find_question(address, standing.form)
        self._language = language
        response = standing.response(self._module, self._question.id)
        spec = spec_of(self._question, language)
        # Whoever comes back finds the verdict too; only a matching that is still half done is not judged before its time.
        whole = response is not None and not (
            self._question.kind == "matching"
            and isinstance(response.answer, tuple)
            and len(response.answer) < len(self._question.options)
        )
        feedback = feedback_on(self._question, response.answer, language) if response and whole else None
        super().__init__(
            spec=spec,
            words=words("forms", language),
            language=language,
            address=address,
            learner=standing.learner,
            state=self._state_of(response, feedback),
        )
        self.on_msg(self._receive)

    def _state_of(self, response: Response | None, feedback: dict[str, Any] | None) -> dict[str, Any]:
        given = response is not None and not is_blank(response.answer)
        answer = response.answer if response and given else None
        return {
            "answer": list(answer) if isinstance(answer, tuple) else answer,
            "confidence": response.confidence if response and given else None,
            "saved_at": response.at if response else None,
            "seq": response.seq if response else 0,
            "feedback": feedback,
            "problem": None,
        }

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") != "answer":
            return
        client = content.get("client")
        if not isinstance(client, int | str):
            return
        try:
            answer = read_answer(self._question, content.get("answer"), self._language)
            confidence = read_confidence(self._question, content.get("confidence"), answer, self._language)
            self._save(answer, confidence, check=content.get("check") is True)
        except RefusedError as refusal:
            # Sending the same again would be refused again, so the page is told not to.
            self.send({"type": "not-saved", "client": client, "sentence": str(refusal), "again": False})
        except AvcourseError as error:
            sentence = sentence_of(error, self._language)
            self.state = {**self.state, "problem": sentence}
            self.send({"type": "not-saved", "client": client, "sentence": sentence, "again": True})
        else:
            self.send({"type": "saved", "client": client, "state": self.state})

    def _save(self, answer: Answer, confidence: int | None, *, check: bool) -> None:
        # Another form or page may have saved since: what is new is decided against the log.
        own = (r for r in read_log(self._log).responses if r.form == self._form)
        last = latest(own).get((self._module, self._question.id))
        known = last is not None and (last.answer, last.confidence) == (answer, confidence)
        if not known and not (last is None and is_blank(answer)):
            last = append_response(
                self._log,
                assignment=self._module,
                question=self._question.id,
                answer=answer,
                form=self._form,
                confidence=confidence,
            )
            announce(self._question.id)
        state = self._state_of(last, None)
        kept = self.state["feedback"] is not None and self.state["answer"] == state["answer"]
        if check or kept or not self.spec["check"]:
            state["feedback"] = feedback_on(self._question, answer, self._language)
        self.state = state


class Notice:
    """A calm sentence in place of a form that cannot be drawn."""

    _STYLE: Final = (
        "max-width:46rem;margin:1.5rem 0;padding:1rem 1.25rem;border-left:4px solid #a34a00;background:#fdf5ec"
    )

    def __init__(self, sentence: str, language: Language) -> None:
        self.sentence = sentence
        self._language = language

    def _repr_html_(self) -> str:
        style = f"{self._STYLE};color:#1c2430"
        return f'<p role="note" lang="{self._language}" style="{style}">{html.escape(self.sentence)}</p>'


def sentence_of(error: AvcourseError, language: Language) -> str:
    """Return what is said to the learner; an unreadable log is their own here, not a participant's."""
    if isinstance(error, ResponsesUnreadable):
        return say("forms.log-unreadable", language, **error.fields)
    return error.sentence(language)


def notice_for(error: AvcourseError, language: Language) -> Notice:
    """Return what stands on the page instead of a form."""
    return Notice(f"{say('forms.not-shown', language)} {sentence_of(error, language)}", language)


def ask(address: str, language: str) -> QuestionForm | Notice | None:
    """Return the form of the question at ``address``, to stand as the last expression of a cell.

    Under nbgrader nothing is drawn. What cannot be shown is said in a sentence, so that a page never breaks at one
    question.

    Parameters
    ----------
    address
        ``"<module>/<slot or question id>"``, for example ``"eeltest/principles-1"``.
    language
        ``"et"`` or ``"en"``.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    known = as_language(language)
    try:
        return QuestionForm(address, known)
    except AvcourseError as error:
        return notice_for(error, known)
