"""The municipality's work as records: small JSON objects in the same append-only log as every other answer.

A record is a response whose question is ``"<kind>:<id>"`` and whose answer is the JSON text of a patch; the record is the fold of its
patches, and an empty answer removes it. See docs/municipality.md.
"""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from avcourse.answers.folder import find_log
from avcourse.answers.responses import LONGEST_LINE, Response, append_responses, read_log
from avcourse.errors import AnswerNotSaved

KINDS: Final[Mapping[str, str]] = {
    "level": "enesehindamine",
    "voice": "enesehindamine",
    "round": "enesehindamine",
    "profile": "enesehindamine",
    "solution": "m08",
    "proposal": "tegevuskava",
    "commitment": "tegevuskava",
    "consultation": "tegevuskava",
    "plan": "tegevuskava",
    "card": "tegevuskava",
    "partner": "m12",
    "again": "kordushindamine",
    "earlier": "kordushindamine",
}
"""Kind of record to the module whose log holds it."""


LARGEST_PATCH: Final = LONGEST_LINE - 1024
"""Bytes of a patch inside its line of the log; the rest of the line needs less than a kilobyte."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record as it stands now. ``at`` is the UTC time of its last change, ISO 8601."""

    kind: str
    id: str
    data: Mapping[str, Any]
    at: str


def _no_number(word: str) -> float:
    raise ValueError(word)


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError(digits)
    return number


_DECODER: Final = json.JSONDecoder(parse_constant=_no_number, parse_float=_finite)


def _patch(text: str) -> dict[str, Any] | None:
    """Return the patch that an answer holds; None for what no page could have saved (a log edited by hand is data).

    NaN and infinities are no JSON: a browser could not read them, and no file could be written from them. Halves of surrogate pairs
    cannot be written as UTF-8 and are replaced.
    """
    try:
        sound = text.encode("utf-8", "replace").decode("utf-8")
        patch = _DECODER.decode(sound)
        if "\\u" in text:
            patch = json.loads(json.dumps(patch, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    return patch if isinstance(patch, dict) else None


def is_patch(answer: object) -> bool:
    """Whether the answer of a response could be a record's: a patch, or nothing, which removes the record.

    Examples
    --------
    >>> is_patch('{"name": "Veeb"}'), is_patch(""), is_patch("[1]"), is_patch(("a",))
    (True, True, False, False)
    """
    return isinstance(answer, str) and (not answer or _patch(answer) is not None)


def fold(responses: Iterable[Response], kind: str) -> dict[str, Record]:
    """Return the records of a kind by id, in order of first appearance; a response that is no patch is left out.

    Examples
    --------
    >>> said = [Response(1, "m08", "solution:a", None, '{"name":"Veeb","cost_year":5}', None, "2026-11-24T10:00:00Z"),
    ...         Response(2, "m08", "solution:a", None, '{"cost_year":null}', None, "2026-11-24T10:00:05Z")]
    >>> dict(fold(said, "solution")["a"].data)
    {'name': 'Veeb'}
    """
    records: dict[str, Record] = {}
    for response in responses:
        own, _, name = response.question.partition(":")
        if own != kind or not name or not isinstance(response.answer, str):
            continue
        if not response.answer:
            records.pop(name, None)
            continue
        patch = _patch(response.answer)
        if patch is None:
            continue
        old = records[name].data if name in records else {}
        data = {field: value for field, value in {**old, **patch}.items() if value is not None}
        records[name] = Record(kind, name, data, response.at)
    return records


def read_records(kind: str, start: Path | None = None) -> dict[str, Record]:
    """Return the learner's records of a kind; ``start`` is where to look for the folder (default: working directory).

    Raises
    ------
    ResponsesUnreadable
        If the log cannot be read.
    """
    path = find_log(KINDS[kind], start)
    try:
        now = path.stat()
    except OSError:
        return fold(read_log(path).responses, kind)
    return dict(_read(path, (now.st_ino, now.st_size, now.st_mtime_ns, now.st_ctime_ns), kind))


@lru_cache(maxsize=32)
def _read(path: Path, _state: tuple[int, ...], kind: str) -> dict[str, Record]:
    """Return the records in a log, read once in each of its states: a page asks for them many times over."""
    return fold(read_log(path).responses, kind)


def save_records(kind: str, patches: Mapping[str, Mapping[str, Any] | None], start: Path | None = None) -> None:
    """Save patches by id, all or none; None removes a record.

    Raises
    ------
    AnswerNotSaved
        If nothing could be written, or a patch would make a line that the log does not read back.
    """
    module = KINDS[kind]
    path = find_log(module, start)
    answers = [
        (f"{kind}:{name}", "" if patch is None else json.dumps(patch, ensure_ascii=False, allow_nan=False))
        for name, patch in patches.items()
    ]
    if any(len(json.dumps(text, ensure_ascii=False).encode()) > LARGEST_PATCH for _, text in answers):
        raise AnswerNotSaved(path=path, reason=f"> {LARGEST_PATCH // 1000} kB")
    if answers:
        append_responses(path, module, answers)


def save_record(kind: str, name: str, patch: Mapping[str, Any], start: Path | None = None) -> Record:
    """Save one patch and return the record as it stands then."""
    save_records(kind, {name: patch}, start)
    return read_records(kind, start)[name]


def remove_record(kind: str, name: str, start: Path | None = None) -> Record | None:
    """Remove a record and return it as it was, so that it can be put back; None where there was none."""
    record = read_records(kind, start).get(name)
    if record is not None:
        save_records(kind, {name: None}, start)
    return record


def new_id() -> str:
    """Return a random id for a record; nothing in it tells who made it or when."""
    return secrets.token_hex(5)
