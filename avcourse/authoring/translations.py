"""The translation lock: English that cannot fall behind the Estonian.

``content/translations.lock`` remembers a hash of each partner of every text unit. A unit whose Estonian changed while its English stayed is
stale until the English is mended or the author says, with ``avcourse accept ID``, that it still fits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from avcourse.course.language import Text

HEADER: Final = "# unit  Estonian  English. Written by `avcourse build` and `avcourse accept ID`; see docs/author.md.\n"
SHORT_ROOMS: Final = ("instrument", "indicator")
"""Units of these rooms may be named by their own id alone."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A text in both languages, and where it stands."""

    text: Text
    file: str
    line: int


Lock = Mapping[str, tuple[str, str]]


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def hashes(text: Text) -> tuple[str, str]:
    """Return the hashes of both partners."""
    return _hash(text.et), _hash(text.en)


def parse_lock(raw: str) -> dict[str, tuple[str, str]]:
    """Return the lock that stands in a file's text."""
    rows = (line.split() for line in raw.splitlines() if line and not line.startswith("#"))
    return {unit: (et, en) for unit, et, en in rows}


def format_lock(lock: Lock) -> str:
    """Return the file's text of a lock."""
    return HEADER + "".join(f"{unit}  {et}  {en}\n" for unit, (et, en) in sorted(lock.items()))


def stale(units: Mapping[str, Unit], lock: Lock) -> list[str]:
    """Return the units whose Estonian changed alone.

    Examples
    --------
    >>> unit = Unit(Text(et="uus", en="old"), "f.md", 1)
    >>> stale({"m/u": unit}, {"m/u": (_hash("vana"), _hash("old"))})
    ['m/u']
    """
    return [
        name
        for name, unit in units.items()
        if name in lock and lock[name][0] != _hash(unit.text.et) and lock[name][1] == _hash(unit.text.en)
    ]


def refreshed(units: Mapping[str, Unit], lock: Lock) -> dict[str, tuple[str, str]]:
    """Return the lock after a build: stale units stay as they were, all others are remembered anew."""
    waiting = set(stale(units, lock))
    return {name: lock[name] if name in waiting else hashes(unit.text) for name, unit in units.items()}


def accepted(
    units: Mapping[str, Unit], lock: Lock, ids: tuple[str, ...]
) -> tuple[dict[str, tuple[str, str]], list[str]]:
    """Return the lock with the units named by ``ids`` accepted, and the ids that name nothing.

    An id names a unit (``m02/title``, ``agenda``), everything inside a module (``m02``), or a criterion or indicator by its own id
    (``t01`` for ``instrument/t01``).
    """
    found = {i: _named(units, i) for i in ids}
    chosen = {name for names in found.values() for name in names}
    new = {**lock, **{name: hashes(units[name].text) for name in chosen}}
    return new, [i for i, names in found.items() if not names]


def _named(units: Mapping[str, Unit], wanted: str) -> list[str]:
    whole = [name for name in units if name == wanted or name.startswith(f"{wanted}/")]
    # A lesson's cells are not found by their last part: there is a "title" on every page.
    return whole or [name for room in SHORT_ROOMS if (name := f"{room}/{wanted}") in units]
