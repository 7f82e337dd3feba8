"""The course's tables, as they stand in ``datasets/`` (Frictionless Data Package) or travel in the wheel."""

from __future__ import annotations

import csv
from pathlib import Path

from avcourse.course.course import material
from avcourse.errors import MaterialMissing


def read_table(name: str, folder: Path | None = None) -> list[dict[str, str]]:
    """Return the rows of a table as texts; ``folder`` is that of the datasets (default: the course's own).

    Raises
    ------
    MaterialMissing
        If there is no such table.

    Examples
    --------
    >>> len(read_table("municipalities"))
    79
    """
    path = (folder or material() / "datasets") / f"{name}.csv"
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None
