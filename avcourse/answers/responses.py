"""The answer log: one JSON object a line, only ever appended, flushed and synced before a page says "saved".

A torn last line, a byte order mark or a foreign line never hides the other answers; each is named in ``Reading.problems``.
The format stands in docs/architecture.md.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, Final

from avcourse.course.questions import CONFIDENCES, Answer
from avcourse.errors import AnswerNotSaved, ResponsesUnreadable

VERSION: Final = 1
LARGEST_LOG: Final = 8 * 1024 * 1024
"""Bytes of a log that are read; a course's honest log is below 200 kB."""
LONGEST_LINE: Final = 64 * 1024
MOST_LINES: Final = 100_000
"""Lines of a log that are read. The shortest line that a form writes has more than 100 bytes, so an honest log never has so many."""
MOST_PROBLEMS: Final = 1000
"""Broken lines after which a log is not read further: a million of them must not hold up the class."""
_TIME_LENGTH: Final = len("2026-11-21T12:00:00Z")
_FIELDS: Final = frozenset({"v", "seq", "assignment", "question", "form", "answer", "confidence", "at"})


@dataclass(frozen=True, slots=True)
class Response:
    """One answer as it was given. ``at`` is UTC in ISO 8601."""

    seq: int
    assignment: str
    question: str
    form: str | None
    answer: Answer
    confidence: int | None
    at: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A line that is no response: its number and a word for what is wrong.

    The words: ``torn``, ``foreign``, ``too-long``; of the whole log ``too-large`` and ``too-many``.
    """

    line: int
    kind: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a log holds: valid responses in file order, and the lines that were none."""

    responses: tuple[Response, ...]
    problems: tuple[LineProblem, ...]


def _sound(text: str) -> str:
    """Return a text without halves of surrogate pairs (a cut emoji), which no file can hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _as_answer(value: object) -> Answer:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    if isinstance(value, str):
        return _sound(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
        if math.isfinite(number):
            return number
    raise ValueError("answer")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return a JSON object; one that says a name twice says two things, and no form writes it."""
    data = dict(pairs)
    if len(data) != len(pairs):
        raise ValueError("name twice")
    return data


_DECODER: Final = json.JSONDecoder(object_pairs_hook=_once)


def _as_response(data: object) -> Response:
    if not isinstance(data, dict) or data.get("v") != VERSION or not data.keys() <= _FIELDS:
        raise ValueError("version")
    texts = [data.get(name) for name in ("assignment", "question", "at")]
    if not all(isinstance(text, str) for text in texts):
        raise ValueError("text")
    # What no clock shows is refused here, so that nobody who compares times has to think of it.
    if len(str(texts[2])) != _TIME_LENGTH or datetime.fromisoformat(str(texts[2])).tzinfo is None:
        raise ValueError("time")
    seq, form, confidence = data.get("seq"), data.get("form"), data.get("confidence")
    if not isinstance(seq, int) or isinstance(seq, bool) or form not in (None, "A", "B"):
        raise ValueError("seq or form")
    if confidence is not None and (isinstance(confidence, bool) or confidence not in CONFIDENCES):
        raise ValueError("confidence")
    return Response(
        seq=seq,
        assignment=str(texts[0]),
        question=str(texts[1]),
        form=form,
        answer=_as_answer(data.get("answer")),
        confidence=None if confidence is None else int(confidence),
        at=str(texts[2]),
    )


def parse_log(raw: bytes) -> Reading:
    """Return what the bytes of a log hold.

    Examples
    --------
    >>> parse_log(b'{"v":1,').problems
    (LineProblem(line=1, kind='torn'),)
    """
    responses: list[Response] = []
    problems: list[LineProblem] = []
    if len(raw) > LARGEST_LOG:
        problems.append(LineProblem(0, "too-large"))
        raw = raw[:LARGEST_LOG]
    lines = raw.removeprefix(b"\xef\xbb\xbf").split(b"\n", MOST_LINES)
    for number, line in enumerate(lines, start=1):
        if number > MOST_LINES or len(problems) >= MOST_PROBLEMS:
            problems.append(LineProblem(number, "too-many"))
            break
        if not line.strip():
            continue
        if len(line) > LONGEST_LINE:
            problems.append(LineProblem(number, "too-long"))
            continue
        try:
            responses.append(_as_response(_DECODER.decode(line.decode("utf-8"))))
        except (ValueError, OverflowError, RecursionError):
            problems.append(LineProblem(number, "torn" if number == len(lines) else "foreign"))
    return Reading(tuple(responses), tuple(problems))


def read_log(path: Path) -> Reading:
    """Return what the log at ``path`` holds; a missing log is an empty one.

    Raises
    ------
    ResponsesUnreadable
        If there is something at ``path`` that cannot be read as a file.
    """
    try:
        with path.open("rb") as stream:
            return parse_log(stream.read(LARGEST_LOG + 1))
    except FileNotFoundError:
        return Reading((), ())
    except OSError as error:
        raise ResponsesUnreadable(path=path, reason=error.strerror or str(error)) from error


def latest(responses: Iterable[Response]) -> Mapping[tuple[str, str], Response]:
    """Return the last response to each question: ``(assignment, question)`` to response."""
    return {(response.assignment, response.question): response for response in responses}


@contextmanager
def _locked(stream: FileIO) -> Iterator[None]:
    """Hold the log for one append, so that two open pages never tear each other's line."""
    if os.name == "nt":  # pragma: no cover
        import msvcrt

        # Windows locks are mandatory: a byte far beyond the end keeps readers free.
        stream.seek(2**30)
        msvcrt.locking(stream.fileno(), msvcrt.LK_LOCK, 1)  # type: ignore[attr-defined,unused-ignore]
        try:
            yield
        finally:
            stream.seek(2**30)
            msvcrt.locking(stream.fileno(), msvcrt.LK_UNLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(stream, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(stream, fcntl.LOCK_UN)


def log_line(response: Response) -> bytes:
    """Return a response as its line of a log, with the line's end."""
    data: dict[str, Any] = {
        "v": VERSION,
        "seq": response.seq,
        "assignment": response.assignment,
        "question": response.question,
        "form": response.form,
        "answer": list(response.answer) if isinstance(response.answer, tuple) else response.answer,
        "confidence": response.confidence,
        "at": response.at,
    }
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8") + b"\n"


def append_response(
    path: Path,
    *,
    assignment: str,
    question: str,
    answer: Answer,
    form: str | None = None,
    confidence: int | None = None,
) -> Response:
    """Append one answer to the log and return it once it is on the disk.

    Raises
    ------
    AnswerNotSaved
        If the answer is not on the disk; the log is as it was.
    """
    return append_responses(path, assignment, [(question, answer)], form=form, confidence=confidence)[0]


def append_responses(
    path: Path,
    assignment: str,
    answers: Sequence[tuple[str, Answer]],
    *,
    form: str | None = None,
    confidence: int | None = None,
) -> tuple[Response, ...]:
    """Append answers ``(question, answer)`` to the log, all or none, and return them once they are on the disk.

    The folder is made when missing. A torn last line is closed first, so that it spoils nothing after it. If the disk fills up half-way,
    what was written is cut off again.

    Raises
    ------
    AnswerNotSaved
        If the answers are not on the disk; the log is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b", buffering=0) as stream, _locked(stream):
            size = stream.seek(0, os.SEEK_END)
            stream.seek(0)
            raw = stream.readall()
            seq = max((old.seq for old in parse_log(raw).responses), default=0)
            now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
            responses = tuple(
                Response(seq + step, assignment, question, form, answer, confidence, now)
                for step, (question, answer) in enumerate(answers, start=1)
            )
            gap = b"" if not raw or raw.endswith(b"\n") else b"\n"
            rest = gap + b"".join(map(log_line, responses))
            if size + len(rest) > LARGEST_LOG:
                # What no reading would find again must not be called saved.
                raise AnswerNotSaved(path=path, reason=f"> {LARGEST_LOG // 2**20} MB")
            try:
                while rest:
                    rest = rest[stream.write(rest) :]
                os.fsync(stream.fileno())
            except OSError:
                os.ftruncate(stream.fileno(), size)
                raise
            return responses
    except OSError as error:
        raise AnswerNotSaved(path=path, reason=error.strerror or str(error)) from error
