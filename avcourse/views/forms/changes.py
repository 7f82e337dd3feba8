"""A change of one field on its way from a page to a record: read, judged, saved and answered.

The page keeps a change until it hears ``saved`` (``shared.js``), so the same change may come twice, or long after it was made: from a page
that was closed while its kernel was silent, or from a page that lay open behind another. A change that somebody has overtaken meanwhile is
refused, and the page keeps what was typed for the person to decide.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, Protocol

from avcourse.answers.folder import find_folder
from avcourse.course.language import Language, say, words
from avcourse.errors import AvcourseError, RecordRefused, ResponsesUnreadable

LARGEST_PATCH: Final = 60_000
"""Bytes of a patch as it stands in a line of the log: with the rest of the line it stays below what ``read_log`` accepts."""
ID: Final = re.compile(r"[a-z0-9-]{1,64}")
Message = dict[str, Any]
ROOM: Final = Path(__file__).parent


class Kept(Protocol):
    """A record as it is kept: ``municipality.records.Record``, or anything with its data and the time of its last change."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Return the fields."""

    @property
    def at(self) -> str:
        """Return the UTC time of the last change, ISO 8601."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field's new value. ``bases`` are the values that the page knew before it; ``fresh`` is a record that the page itself began."""

    client: str
    id: str
    field: str
    value: object
    bases: tuple[object, ...]
    at: str
    fresh: bool


def script_of(*names: str) -> str:
    """Return the JavaScript of a widget: what all share, then its own files. No build step, and nothing is fetched."""
    return "\n".join((ROOM / file).read_text(encoding="utf-8") for file in ("shared.js", *names))


def style() -> str:
    """Return the CSS of the widgets: that of all forms, then what the municipality's work adds."""
    return "\n".join((ROOM / file).read_text(encoding="utf-8") for file in ("form.css", "work.css"))


def widget_words(name: str, language: Language) -> dict[str, str]:
    """Return the words of a widget: those that all share and its own."""
    return words("widget", language) | words(f"widget-{name}", language)


def learner_name() -> str:
    """Return whose drafts a browser may keep: the folder's pseudonym, so that two learners on one machine never meet."""
    folder = find_folder()
    return folder.learner if folder else Path.cwd().name


def sentence_for(error: AvcourseError, language: Language) -> str:
    """Return what is said to the learner; an unreadable log is their own here, not a participant's."""
    if isinstance(error, ResponsesUnreadable):
        return say("forms.log-unreadable", language, **error.fields)
    return error.sentence(language)


def read_change(content: Mapping[str, Any], fields: Collection[str]) -> Change | None:
    """Return the change in a message from the page, or None where it could not have come from the form."""
    client, name, field, at = (content.get(key) for key in ("client", "id", "field", "at"))
    bases = content.get("bases")
    if not (isinstance(client, str) and isinstance(name, str) and isinstance(field, str) and isinstance(at, str)):
        return None
    if not ID.fullmatch(name) or field not in fields or not isinstance(bases, list):
        return None
    value = mended(content.get("value"))
    return Change(client, name, field, value, tuple(bases), at, content.get("fresh") is True)


def mended(value: object) -> object:
    r"""Return a value without halves of surrogate pairs: they come from cutting an emoji in two, and cannot be written as UTF-8.

    Examples
    --------
    >>> mended([{"a": "x\ud83d"}])
    [{'a': 'x�'}]
    """
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [mended(each) for each in value]
    if isinstance(value, dict):
        return {str(mended(key)): mended(each) for key, each in value.items()}
    return value


def _moment(iso: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(iso)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def is_overtaken(change: Change, kept: Kept | None) -> bool:
    """Whether somebody has changed the field since the page last knew it, later than this change was made."""
    if kept is None:
        return not change.fresh
    current = kept.data.get(change.field)
    if current == change.value or current in change.bases:
        return False
    made, last = _moment(change.at), _moment(kept.at)
    return made is None or last is None or last > made


def size_in_log(patch: Mapping[str, Any]) -> int:
    """Return how many bytes a patch takes in a line of the log, where it is JSON inside JSON."""
    return len(json.dumps(json.dumps(patch, ensure_ascii=False), ensure_ascii=False).encode())


def refusal(client: str, sentence: str, *, again: bool, overtaken: bool = False) -> Message:
    """Return the reply to a change that was not saved; with ``again`` the page goes on trying."""
    return {"type": "not-saved", "client": client, "sentence": sentence, "again": again, "overtaken": overtaken}


def answer_change(
    change: Change,
    read: Callable[[], Mapping[str, Kept]],
    save: Callable[[str, dict[str, Any]], object],
    language: Language,
) -> Message:
    """Save a change and return the reply for the page."""
    try:
        kept = read().get(change.id)
        if is_overtaken(change, kept):
            key = "widget.overtaken" if kept else "widget.gone"
            return refusal(change.client, say(key, language), again=False, overtaken=True)
        patch = {change.field: change.value}
        if size_in_log(patch) > LARGEST_PATCH:
            return refusal(change.client, say("widget.too-large", language), again=False)
        # A change that comes a second time, because its "saved" was lost, leaves no second line in the log.
        if (kept.data.get(change.field) if kept else None) != change.value:
            save(change.id, patch)
    except RecordRefused as error:
        return refusal(change.client, error.sentence(language), again=False)
    except AvcourseError as error:
        return refusal(change.client, sentence_for(error, language), again=True)
    return {"type": "saved", "client": change.client}


def done(call: object, sentence: str = "") -> Message:
    """Return the reply to a wish of the page that was fulfilled."""
    return {"type": "done", "call": call, "ok": True, "sentence": sentence}


def failed(call: object, sentence: str) -> Message:
    """Return the reply to a wish of the page that could not be fulfilled."""
    return {"type": "done", "call": call, "ok": False, "sentence": sentence}


def fulfil(call: object, work: Callable[[], str | None], language: Language) -> Message:
    """Do what the page wishes and return the reply, with the sentence that ``work`` returns or that an error speaks."""
    try:
        return done(call, work() or "")
    except AvcourseError as error:
        return failed(call, sentence_for(error, language))
    except Exception:
        # Whatever it was, the person who pressed a button hears that it did not work; the cause goes to the server's log.
        logging.getLogger(__name__).exception("a wish of the page failed")
        return failed(call, say("widget.failed", language))
