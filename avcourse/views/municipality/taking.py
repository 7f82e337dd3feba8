"""Taking a file's records in: all or none, with a way back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from avcourse.course.language import Language, say
from avcourse.municipality.records import Record, read_records, save_records
from avcourse.views.forms.files import Accepted
from avcourse.views.forms.live import announce


def changed_only(
    patches: Mapping[str, Mapping[str, Any]], records: Mapping[str, Record]
) -> dict[str, Mapping[str, Any]]:
    """Return of each patch what differs from the record; what differs in nothing is left out.

    Examples
    --------
    >>> changed_only({"a": {"x": 1, "y": 2}, "b": {"x": 1}}, {"a": Record("k", "a", {"x": 1}, ""), "b": Record("k", "b", {"x": 1}, "")})
    {'a': {'y': 2}}
    """
    found: dict[str, Mapping[str, Any]] = {}
    for name, patch in patches.items():
        old = records[name].data if name in records else {}
        differing = {field: value for field, value in patch.items() if old.get(field) != value}
        if differing:
            found[name] = differing
    return found


def restored(
    records: Mapping[str, Record], changed: Mapping[str, Mapping[str, Any]]
) -> dict[str, Mapping[str, Any] | None]:
    """Return the patches that put back what is about to be changed; None takes away what was not there.

    Examples
    --------
    >>> restored({"a": Record("k", "a", {"x": 1}, "")}, {"a": {"x": 2, "y": 3}, "b": {"x": 5}})
    {'a': {'x': 1, 'y': None}, 'b': None}
    """
    return {
        name: {field: records[name].data.get(field) for field in patch} if name in records else None
        for name, patch in changed.items()
    }


def take_in(
    kind: str,
    patches: Mapping[str, Mapping[str, Any]],
    sentence: Callable[[int], str],
    language: Language,
) -> Accepted:
    """Save what a file changes and return what to say; it can be taken back.

    Raises
    ------
    AnswerNotSaved
        If it could not be written; then nothing is changed.
    """
    records = read_records(kind)
    changed = changed_only(patches, records)
    before = restored(records, changed)
    save_records(kind, changed)
    announce(kind)

    def undo() -> str:
        save_records(kind, before)
        announce(kind)
        return say("colleague.undone", language)

    return Accepted(sentence(len(changed)), undo if changed else None)
