"""Write ``datapackage.json`` (Frictionless Data Package) from ``tables/*.toml`` and the CSV files that they describe.

Run after a table changed: ``python datasets/prepare.py``. A test holds that the committed file is what this writes. How to describe a
table stands in ``docs/author.md``, "A dataset".

Whatever people read is described in both languages. The specification knows one text for each title, so the file has the two as one, and
beside it by language as ``titles``, ``descriptions`` and ``units``.
"""

from __future__ import annotations

import csv
import hashlib
import json
import tomllib
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
LICENCES = {
    "cc-by": {
        "name": "CC-BY-4.0",
        "title": "Creative Commons Attribution 4.0",
        "path": "https://creativecommons.org/licenses/by/4.0/",
    },
    "facts": {
        "name": "other-open",
        "title": "Faktid avalikest allikatest, allikas nimetatud / facts from public sources, source named",
    },
    "cite": {
        "name": "other-at",
        "title": "Kasutada võib allikat nimetades / may be re-used if the source is cited",
    },
}
UNITS = {
    "persons": "inimest",
    "count": "arv",
    "per cent": "protsenti",
    "euros": "eurot",
    "year": "aasta",
    "members": "liiget",
    "municipalities": "omavalitsust",
    "rank": "koht",
    "index from 0 to 1": "indeks 0–1",
    "points from 0 to 100": "punkti 0–100",
    "year-month": "aasta-kuu",
    "date, or year and month": "kuupäev või aasta ja kuu",
    "km²": "km²",
    "degrees (WGS 84)": "kraadi (WGS 84)",
    "ISO 3166-1 alpha-2": "ISO 3166-1 alpha-2",
    "ISO 3166-1 alpha-2, INT": "ISO 3166-1 alpha-2, INT",
    "ISO 3166-1 alpha-3": "ISO 3166-1 alpha-3",
}
"""What a figure is counted in, or how a value is written: English to Estonian."""
CREATED = "2026-11-27T00:00:00Z"
"""When the tables were put together; what a table is as of stands at the table."""
TITLE = {"et": "avcourse: kursuse andmed", "en": "avcourse: the course’s data"}
DESCRIPTION = {
    "et": "Tabelid, millele kursuse arvud ja pildid toetuvad. Kirjeldused ja koondamine on meie töö; faktid on allikatest, "
    "mida iga tabel nimetab.",
    "en": "The tables that the course’s figures and pictures rest on. Descriptions and compilation are our work; the facts are "
    "from the sources that each table names.",
}


def told(name: str, pair: dict[str, str]) -> dict[str, Any]:
    """Return a text as one, Estonian first, and beside it by language."""
    return {name: f"{pair['et']} / {pair['en']}", f"{name}s": {"et": pair["et"], "en": pair["en"]}}


def field(described: dict[str, Any]) -> dict[str, Any]:
    """Return the description of one column; the name's ending tells the language of what is written in it."""
    name, unit = described["name"], described.get("unit")
    found = {"name": name, "type": described["type"], **told("title", described["title"])}
    if name.endswith(("_et", "_en")):
        found["language"] = name[-2:]
    if unit:
        if unit not in UNITS:
            raise SystemExit(f"{name}: {unit} is missing in UNITS of prepare.py")
        found |= {"unit": unit, "units": {"et": UNITS[unit], "en": unit}}
    if "description" in described:
        found |= told("description", described["description"])
    if "constraints" in described:
        found["constraints"] = described["constraints"]
    return found


def resource(name: str, table: dict[str, Any]) -> dict[str, Any]:
    """Return the description of one table, with its size and sha256."""
    raw = (HERE / f"{name}.csv").read_bytes()
    header, *rows = csv.reader(raw.decode("utf-8").splitlines(keepends=True))
    fields = [field(one) for one in table["fields"]]
    if header != [one["name"] for one in fields]:
        raise SystemExit(f"{name}.csv: {header}")
    return {
        "profile": "tabular-data-resource",
        "name": name,
        "path": f"{name}.csv",
        **told("title", table["title"]),
        **told("description", table["description"]),
        "created": table["created"],
        "licenses": [LICENCES[one] for one in table["licences"]],
        "sources": table["sources"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": "sha256:" + hashlib.sha256(raw).hexdigest(),
        "rows": len(rows),
        "schema": {"fields": fields, "missingValues": [""], **({"primaryKey": table["key"]} if "key" in table else {})},
    }


def package() -> str:
    """Return the text of ``datapackage.json``."""
    paths = sorted((HERE / "tables").glob("*.toml"))
    tables = {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}
    data = {
        "profile": "tabular-data-package",
        "name": "avcourse-datasets",
        **told("title", TITLE),
        **told("description", DESCRIPTION),
        "created": CREATED,
        "licenses": [LICENCES["cc-by"]],
        "contributors": [{"title": "avcourse", "role": "wrangler"}],
        "resources": [resource(name, table) for name, table in tables.items()],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "datapackage.json").write_text(package(), encoding="utf-8")
