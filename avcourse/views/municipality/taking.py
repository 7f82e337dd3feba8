"""Taking a file's records in: all or none, with a way back that never undoes what somebody has done since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError
from avcourse.municipality.records import read_records, save_records
from avcourse.views.forms.files import Accepted
from avcourse.views.forms.live import announce
from avcourse.views.municipality.editing import PLACE

Target = Mapping[str, Mapping[str, Mapping[str, Any] | None]]
"""Kind to id to how a record is to stand; None for one that is to go."""


def merged(kind: str, patches: Mapping[str, Mapping[str, Any]]) -> Target:
    """Return how records are to stand when each patch is laid over its record: what a file does not say stays."""
    records = read_records(kind)
    return {
        kind: {
            name: {
                field: value
                for field, value in {**(records[name].data if name in records else {}), **patch}.items()
                if value is not None
            }
            for name, patch in patches.items()
        }
    }


def changes_to(target: Target) -> tuple[Target, Target]:
    """Return the patches that make the records stand as in ``target``, and those that put them back as they are now."""
    patches: dict[str, dict[str, Mapping[str, Any] | None]] = {}
    back: dict[str, dict[str, Mapping[str, Any] | None]] = {}
    for kind, wanted in target.items():
        records = read_records(kind)
        for name, new in wanted.items():
            old = records[name].data if name in records else None
            if new is None or old is None:
                if old == new:
                    continue
                patch, undo = new, old
            else:
                differing = [field for field in {**old, **new} if old.get(field) != new.get(field)]
                if not differing:
                    continue
                patch, undo = ({field: data.get(field) for field in differing} for data in (new, old))
            patches.setdefault(kind, {})[name] = patch
            back.setdefault(kind, {})[name] = undo
    return patches, back


def save_all(patches: Target, back: Target) -> None:
    """Save patches of several kinds, all or none, and announce them.

    Raises
    ------
    AnswerNotSaved
        If one log cannot be written; the others are put back.
    """
    done: list[str] = []
    try:
        for kind, own in patches.items():
            save_records(kind, own)
            done.append(kind)
    except AvcourseError:
        for kind in done:
            with suppress(AvcourseError):
                save_records(kind, back[kind])
        raise
    for kind in patches:
        announce(kind)
    if "profile" in patches:
        announce(PLACE)


def stands(target: Target) -> bool:
    """Whether the records still stand as a file left them."""
    return all(
        (dict(records[name].data) if name in records else None) == (None if data is None else dict(data))
        for kind, own in target.items()
        for records in (read_records(kind),)
        for name, data in own.items()
    )


def take_in(target: Target, sentence: Callable[[int, int], str], language: Language) -> Accepted:
    """Make the records stand as a file says and return what to say, with the numbers of new and changed records; it can be taken back.

    Raises
    ------
    AnswerNotSaved
        If it could not be written; then nothing is changed.
    """
    patches, back = changes_to(target)
    if not patches:
        return Accepted(say("papers-part.nothing-new", language))
    save_all(patches, back)
    left = {kind: {name: target[kind][name] for name in own} for kind, own in patches.items()}

    def undo() -> str:
        if not stands(left):
            return say("parts.other-page", language)
        save_all(back, patches)
        return say("parts.undone", language)

    undos = [undo for own in back.values() for undo in own.values()]
    new = sum(before is None for before in undos)
    return Accepted(sentence(new, len(undos) - new), undo)
