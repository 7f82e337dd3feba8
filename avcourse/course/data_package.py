"""The descriptor of the course's tables, ``datasets/datapackage.json``: what each table is, where it is from, what its columns mean."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from avcourse.course.course import material
from avcourse.course.language import Text
from avcourse.errors import MaterialMissing

DESCRIPTOR: Final = "datapackage.json"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the zip: the same tables give the same bytes."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A source or terms of use: its name and, where there is one, its address."""

    title: Text
    path: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name in the file, its title for people, the type of its values and what they are counted in."""

    name: str
    title: Text
    type: str
    unit: Text | None = None

    @property
    def language(self) -> str | None:
        """Return the language in which its values are written, where the column's name says so."""
        return self.name[-2:] if self.name.endswith(("_et", "_en")) else None


@dataclass(frozen=True, slots=True)
class Described:
    """A table as the descriptor tells of it; ``created`` is the time that its figures are as of."""

    name: str
    path: str
    title: Text
    description: Text
    created: str
    licences: tuple[Reference, ...]
    sources: tuple[Reference, ...]
    fields: tuple[Field, ...]
    bytes: int
    sha256: str


def _folder(folder: Path | None) -> Path:
    return folder or material() / "datasets"


def text_of(row: Mapping[str, Any], name: str) -> Text:
    """Return a text of the descriptor in both languages: from its plural by language, or else from one text with both.

    Examples
    --------
    >>> text_of({"title": "Aasta / year"}, "title"), text_of({"titles": {"et": "a", "en": "b"}}, "title").en
    (Text(et='Aasta', en='year'), 'b')
    """
    pair = row.get(f"{name}s")
    if isinstance(pair, Mapping):
        return Text(et=str(pair["et"]), en=str(pair["en"]))
    et, _, en = str(row.get(name, "")).partition(" / ")
    return Text(et=et, en=en or et)


def _references(rows: list[dict[str, Any]]) -> tuple[Reference, ...]:
    return tuple(Reference(text_of(row, "title"), str(row.get("path", ""))) for row in rows)


def _described(row: Mapping[str, Any]) -> Described:
    fields = (
        Field(
            str(one["name"]),
            text_of(one, "title"),
            str(one["type"]),
            text_of(one, "unit") if one.get("unit") else None,
        )
        for one in row["schema"]["fields"]
    )
    return Described(
        name=str(row["name"]),
        path=str(row["path"]),
        title=text_of(row, "title"),
        description=text_of(row, "description"),
        created=str(row.get("created", "")),
        licences=_references(row.get("licenses", [])),
        sources=_references(row.get("sources", [])),
        fields=tuple(fields),
        bytes=int(row["bytes"]),
        sha256=str(row["hash"]).removeprefix("sha256:"),
    )


def describe_tables(folder: Path | None = None) -> tuple[Described, ...]:
    """Return the description of every table, in the order of the descriptor.

    Raises
    ------
    MaterialMissing
        If there is no descriptor.

    Examples
    --------
    >>> [one.title.en for one in describe_tables() if one.name == "municipalities"]
    ['Municipalities of Estonia']
    """
    path = _folder(folder) / DESCRIPTOR
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None
    return tuple(_described(row) for row in data["resources"])


def read_bytes(table: Described, folder: Path | None = None) -> bytes:
    """Return a table's file as it stands."""
    path = _folder(folder) / table.path
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None


def package_zip(folder: Path | None = None) -> bytes:
    """Return the whole package as a zip: the descriptor and every table."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        files = {DESCRIPTOR: (_folder(folder) / DESCRIPTOR).read_bytes()}
        files |= {table.path: read_bytes(table, folder) for table in describe_tables(folder)}
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
