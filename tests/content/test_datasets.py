"""The datasets publish as the course preaches: described, dated, sourced, licensed, whole."""

from __future__ import annotations

import csv
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = json.loads((ROOT / "datasets" / "datapackage.json").read_text(encoding="utf-8"))
CASTS = {"integer": int, "number": float, "string": str}


def test_the_description_is_what_prepare_writes_and_names_every_table() -> None:
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "datasets" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.package() == (ROOT / "datasets" / "datapackage.json").read_text(encoding="utf-8")
    assert {r["path"] for r in PACKAGE["resources"]} == {p.name for p in (ROOT / "datasets").glob("*.csv")}


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda r: r["name"])
def test_a_table_fits_its_description(resource: dict[str, Any]) -> None:
    for name in ("title", "description", "created", "licenses", "sources", "hash"):
        assert resource[name], name
    with (ROOT / "datasets" / resource["path"]).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    for row in rows:
        for field in resource["schema"]["fields"]:
            value = row[field["name"]]
            if value not in resource["schema"]["missingValues"]:
                CASTS[field["type"]](value)


def test_the_79_municipalities() -> None:
    with (ROOT / "datasets" / "municipalities.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["ehak_code"] for row in rows}) == 79
    assert [sum(row["type"] == kind for row in rows) for kind in ("vald", "linn")] == [64, 15]
    assert len({row["county"] for row in rows}) == 15


def rows_of(name: str) -> list[dict[str, str]]:
    with (ROOT / "datasets" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("resource", PACKAGE["resources"], ids=lambda r: r["name"])
def test_what_people_read_stands_in_both_languages_or_in_neither(resource: dict[str, Any]) -> None:
    for row in rows_of(resource["name"]):
        for column in row:
            if column.endswith("_et"):
                partner = row[column.removesuffix("_et") + "_en"]
                assert bool(row[column]) == bool(partner), (row, column)


@pytest.mark.parametrize(("name", "prefix"), [("solutions", "solution"), ("cases", "case")])
def test_solutions_and_cases_are_checked_facts_with_a_source_and_lasting_ids(name: str, prefix: str) -> None:
    rows = rows_of(name)
    numbers = [int(row["id"].removeprefix(f"{prefix}-")) for row in rows]
    assert numbers == sorted(set(numbers))
    for row in rows:
        assert row["verified"] in ("verified", "partly"), row["id"]
        assert row["source"], row["id"]
        assert "memory" not in " ".join(row.values()), row["id"]


def test_a_case_names_a_solution_of_the_catalogue_or_none() -> None:
    known = {row["id"] for row in rows_of("solutions")}
    assert {row["solution"] for row in rows_of("cases")} <= {*known, ""}
