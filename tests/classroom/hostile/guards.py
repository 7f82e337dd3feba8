"""The guards, and how to take each away: the suite shows that every attack gets somewhere without its guard.

A guard is taken away inside the test's process only, by putting something that does not look in the place of what looks.
"""

from __future__ import annotations

import dataclasses
import datetime as times
import json
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from avcourse.answers import grading, responses, scoring
from avcourse.classroom import entries, exchange, graded_copy, grading_run, inbox, oddities, offers, workspace
from avcourse.municipality import tablefiles
from avcourse.views import markup
from avcourse.views.documents import excel

HUGE = 300 * 1024 * 1024
Patch = pytest.MonkeyPatch


class _Never(Exception):
    """Stands in the place of an exception that is caught, so that it is caught no more."""


def _trusting_read(path: Path, limit: int) -> bytes:
    with path.open("rb") as stream:
        return stream.read(HUGE)


def _links(patch: Patch) -> None:
    """Links and special files are opened as if they were ordinary files."""
    for module in (workspace, entries, exchange, offers, grading_run, inbox):
        patch.setattr(module, "read_regular", _trusting_read)
    patch.setattr(Path, "is_symlink", lambda self: False)


def _sizes(patch: Patch) -> None:
    """Nothing is too large."""
    _links(patch)
    for module in (responses, entries, exchange, offers, grading_run, inbox):
        patch.setattr(module, "LARGEST_LOG", HUGE)
    patch.setattr(entries, "LARGEST_PAGE", HUGE)
    patch.setattr(inbox, "LARGEST_ZIP", HUGE)


def _lines(patch: Patch) -> None:
    """A log may have any number of lines and faults."""
    for name in ("MOST_LINES", "MOST_PROBLEMS"):
        patch.setattr(responses, name, 10**9)


def _broken_lines(patch: Patch) -> None:
    """A line that cannot be read stops whoever reads it."""
    for name in ("ValueError", "OverflowError", "RecursionError"):
        patch.setattr(responses, name, _Never, raising=False)


def _fields(patch: Patch) -> None:
    """A line may say anything besides."""
    patch.setattr(responses, "_FIELDS", responses._FIELDS | {"points", "score", "max_points", "manual_score"})


def _doubles(patch: Patch) -> None:
    """A name that stands twice is the later one."""
    patch.setattr(responses, "_DECODER", json.JSONDecoder())


def _finite(patch: Patch) -> None:
    """Every number will do."""
    patch.setattr(responses, "math", types.SimpleNamespace(isfinite=lambda number: True))


def _confidence(patch: Patch) -> None:
    """Every confidence will do."""
    patch.setattr(responses, "CONFIDENCES", range(-(10**6), 10**6))


def _times(patch: Patch) -> None:
    """Every time will do."""
    fake = types.SimpleNamespace(fromisoformat=lambda text: times.datetime.now(times.UTC))
    patch.setattr(responses, "datetime", fake)
    patch.setattr(oddities, "odd_answers", lambda *args: iter(()))
    patch.setattr(grading_run, "odd_answers", lambda *args: iter(()))


def _first_form(patch: Patch) -> None:
    """The form is that of the last answer."""

    def last(module: str, given: Any, slots: Any) -> str | None:
        return next((one.form for one in reversed(list(given)) if one.form), None)

    patch.setattr(scoring, "form_in", last)


def _odd_answers(patch: Patch) -> None:
    """Nobody looks whether an answer could have been given."""
    patch.setattr(grading_run, "odd_answers", lambda *args: iter(()))


def _odd_page(patch: Patch) -> None:
    """Nobody looks at the page."""
    patch.setattr(grading_run, "odd_page", lambda *args: iter(()))


def _own_assignment(patch: Patch) -> None:
    """Answers to another assignment are taken for answers to this one."""
    real = grading_run.parse_log

    def all_own(raw: bytes) -> responses.Reading:
        reading = real(raw)
        own = tuple(dataclasses.replace(one, assignment="jareltest") for one in reading.responses)
        return responses.Reading(own, reading.problems)

    patch.setattr(grading_run, "parse_log", all_own)


def _owners(patch: Patch) -> None:
    """Nobody looks from which account a submission came."""
    patch.setattr(offers, "of_several_accounts", lambda entries: set())


def _names(patch: Patch) -> None:
    """Every name will do for an id."""
    anything = types.SimpleNamespace(fullmatch=lambda name: True)
    for module in (entries, inbox, grading_run):
        patch.setattr(module, "STUDENT_ID", anything)


def _zip_errors(patch: Patch) -> None:
    """What a zip file cannot give stops whoever opens it."""
    patch.setattr(inbox, "BROKEN_ZIP", (_Never,))


def _zip_links(patch: Patch) -> None:
    """A link in a zip file is a file."""
    patch.setattr(inbox, "stat", types.SimpleNamespace(S_ISLNK=lambda mode: False))


def _zip_extras(patch: Patch) -> None:
    """Nobody looks what else is in a zip file."""
    patch.setattr(offers, "odd_zip", lambda sent: ())


def _zip_follow(patch: Patch) -> None:
    """A link in the inbox is followed."""
    patch.setattr(inbox, "read_regular", _trusting_read)


def _folders(patch: Patch) -> None:
    """Whatever lies in the exchange is a folder."""
    real = Path.is_dir
    patch.setattr(Path, "is_dir", lambda self: self.parent.name == "inbound" or real(self))


def _unreadable(patch: Patch) -> None:
    """A file that cannot be read stops whoever reads it."""
    patch.setattr(entries, "OSError", _Never, raising=False)


def _empty(patch: Patch) -> None:
    """A submission without answers is one."""
    real = entries.parse_log

    def never_empty(raw: bytes) -> responses.Reading:
        some = responses.Response(1, "eeltest", "q", None, "", None, "2026-11-20T11:00:00Z")
        return responses.Reading((*real(raw).responses, some), ())

    patch.setattr(entries, "parse_log", never_empty)


def _long_line(patch: Patch) -> None:
    """A line may have any length."""
    patch.setattr(responses, "LONGEST_LINE", HUGE)


def _stamps(patch: Patch) -> None:
    """A submission was made when it says."""
    patch.setattr(entries, "received", lambda stated, status, now: stated)
    _extras(patch)


def _stamp_names(patch: Patch) -> None:
    """Every time in a name will do."""
    patch.setattr(entries, "parse_stamp", lambda text: times.datetime(2026, 11, 20))


def _fits(patch: Patch) -> None:
    """Every answer will do."""
    patch.setattr(grading, "_fits", lambda question, answer: True)


def _assignments(patch: Patch) -> None:
    """Every name will do for an assignment."""
    real = offers.list_entries

    class Every(tuple[str, ...]):
        def __contains__(self, name: object) -> bool:
            return True

    patch.setattr(offers, "list_entries", lambda inbound, known, *rest: real(inbound, Every(known), *rest))


def _extras(patch: Patch) -> None:
    """Nobody looks what else is in a submission."""
    patch.setattr(offers, "odd_entry", lambda entry, now: iter(()))


def _escape(patch: Patch) -> None:
    """Text goes into pages as it is."""
    patch.setattr(graded_copy, "inert", str)
    patch.setattr(markup, "escape", lambda value, quote=True: str(value))


def _formulas(patch: Patch) -> None:
    """Text goes into tables as it is."""
    for module in [module for name, module in sys.modules.items() if name.startswith("avcourse.")]:
        if getattr(module, "guard", None) is tablefiles.guard:
            patch.setattr(module, "guard", str)
    real = excel._put

    def put(*args: Any, **more: Any) -> Any:
        cell = real(*args, **more)
        cell.data_type = "f" if str(cell.value).startswith("=") else cell.data_type
        return cell

    patch.setattr(excel, "_put", put)


GUARDS: dict[str, Callable[[Patch], None]] = {
    "links": _links,
    "sizes": _sizes,
    "lines": _lines,
    "broken-lines": _broken_lines,
    "fields": _fields,
    "doubles": _doubles,
    "finite": _finite,
    "confidence": _confidence,
    "times": _times,
    "first-form": _first_form,
    "odd-answers": _odd_answers,
    "odd-page": _odd_page,
    "own-assignment": _own_assignment,
    "owners": _owners,
    "names": _names,
    "zip-errors": _zip_errors,
    "zip-links": _zip_links,
    "zip-extras": _zip_extras,
    "zip-follow": _zip_follow,
    "folders": _folders,
    "unreadable": _unreadable,
    "empty": _empty,
    "long-line": _long_line,
    "stamps": _stamps,
    "stamp-names": _stamp_names,
    "fits": _fits,
    "assignments": _assignments,
    "extras": _extras,
    "escape": _escape,
    "formulas": _formulas,
}
