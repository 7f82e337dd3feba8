"""When the course's statements have to be looked at again: a year after the last look, or when an act they cite gets a new version.

``content/facts.toml`` holds the day of the last look and the amendments that are known. What is old is told and stops nobody.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from avcourse.authoring.problems import Problem
from avcourse.authoring.statements import LAW, Statement
from avcourse.course.language import Text

FILE: Final = "content/facts.toml"
YEAR: Final = 365


@dataclass(frozen=True, slots=True)
class Recheck:
    """When all statements were last checked by a person, and from when on which acts are in force in a new version."""

    checked: date
    amendments: tuple[tuple[str, date], ...]


def read_recheck(root: Path) -> Recheck:
    """Return what stands in ``content/facts.toml``."""
    data = tomllib.loads((root / FILE).read_text(encoding="utf-8"))
    return Recheck(data["checked"], tuple((row["act"], row["in_force"]) for row in data.get("amendment", ())))


def to_recheck(statements: Iterable[Statement], recheck: Recheck, today: date) -> list[Problem]:
    """Return one warning for each cell or question with a statement that somebody should look at again.

    Examples
    --------
    >>> law = Statement("m", "a", "a.md", 1, LAW, "…", "AvTS redaktsioon 16.03.2026", date(2026, 3, 16))
    >>> known = Recheck(date(2026, 11, 27), (("AvTS", date(2026, 12, 1)),))
    >>> [len(to_recheck([law], known, day)) for day in (date(2026, 11, 30), date(2026, 12, 1))]
    [0, 1]
    """
    found: dict[tuple[str, int, str], Text] = {}
    for each in statements:
        for warning in _warnings(each, recheck, today):
            found.setdefault((each.file, each.line, each.id), warning)
    return [Problem(*where, warning, blocks=False) for where, warning in found.items()]


def _warnings(statement: Statement, recheck: Recheck, today: date) -> Iterator[Text]:
    if statement.day is None:
        return
    for act, in_force in recheck.amendments:
        if statement.kind == LAW and act in statement.source and statement.day < in_force <= today:
            yield Text(
                et=f"hoiatus: {act} kehtib alates {in_force:%d.%m.%Y} uues redaktsioonis. Kontrollige väidet ja muutke viidet.",
                en=f"warning: {act} is in force in a new version since {in_force:%d.%m.%Y}. Check the statement and its reference.",
            )
    last = max(statement.day, recheck.checked)
    if (today - last).days > YEAR:
        source, looked = f"{statement.day:%d.%m.%Y}", f"{last:%d.%m.%Y}"
        yield Text(
            et=f"hoiatus: väide on üle aasta vana (allikas {source}, kontrollitud {looked}). Vaadake, kas see kehtib.",
            en=f"warning: the statement is over a year old (source {source}, checked {looked}). See whether it holds.",
        )
