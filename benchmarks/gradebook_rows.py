"""Everything in a gradebook, to be compared: for the benchmark of grading and for the tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData, inspect, select

from avcourse.classroom.gradebook import connect


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return everything in a gradebook, table by table, with generated ids replaced by names.

    Two gradebooks with the same content give equal mappings, whoever wrote them.
    """
    with connect(f"sqlite:///{path}") as connection:
        everything = MetaData()
        everything.reflect(connection, only=inspect(connection).get_table_names())
        data = {
            table.name: [dict(row) for row in connection.execute(select(table)).mappings()]
            for table in everything.tables.values()
        }
    names = _names(data)
    return {
        table: sorted((tuple(_named(value, names) for value in row.values()) for row in found), key=repr)
        for table, found in sorted(data.items())
    }


def _named(value: object, names: Mapping[str, str]) -> object:
    return names.get(value, value) if isinstance(value, str) else value


def _names(data: Mapping[str, list[dict[str, Any]]]) -> dict[str, str]:
    """Return a readable name for each generated id, built from those that it hangs on."""
    parents: Mapping[str, tuple[str, ...]] = {
        "assignment": ("name",),
        "notebook": ("assignment_id", "name"),
        "base_cell": ("notebook_id", "name", "type"),
        "source_cell": ("notebook_id", "name"),
        "submitted_assignment": ("student_id", "assignment_id"),
        "submitted_notebook": ("assignment_id", "notebook_id"),
        "grade": ("notebook_id", "cell_id"),
        "comment": ("notebook_id", "cell_id"),
    }
    names: dict[str, str] = {}
    for table, columns in parents.items():
        for row in data.get(table, []):
            names[row["id"]] = "/".join(str(_named(row[column], names)) for column in columns)
    return names
