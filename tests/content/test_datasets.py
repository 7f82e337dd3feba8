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


def test_everything_is_described_in_both_languages_with_units() -> None:
    for thing in (PACKAGE, *PACKAGE["resources"]):
        assert set(thing["titles"]) == set(thing["descriptions"]) == {"et", "en"}
        assert thing["title"] == f"{thing['titles']['et']} / {thing['titles']['en']}"
        assert thing["titles"]["et"] != thing["titles"]["en"]
    for resource in PACKAGE["resources"]:
        for field in resource["schema"]["fields"]:
            name = f"{resource['name']}.{field['name']}"
            for told in ("titles", "descriptions", "units"):
                if told in field:
                    assert set(field[told]) == {"et", "en"}, name
            assert all(text[0].isupper() for text in field["titles"].values()), name
            assert field.get("language", "") == (
                field["name"][-2:] if field["name"].endswith(("_et", "_en")) else ""
            ), name
            if field["type"] == "number":
                assert field["unit"], f"{name}: a measured figure has a unit"


def test_openness_indices_say_what_the_lessons_teach() -> None:
    means = {
        row["country_code"]: sum(float(row[f"{part}_score"]) for part in ("availability", "accessibility", "reuse")) / 3
        for row in rows_of("ourdata-2023")
    }
    assert len(means) == 40
    assert sorted(means, key=lambda code: -means[code])[:4] == ["KOR", "FRA", "POL", "EST"]
    for row in rows_of("egdi-2010-2018"):
        parts = (row["online_services"], row["human_capital"], row["telecom_infrastructure"])
        assert abs(sum(map(float, parts)) / 3 - float(row["egdi"])) < 0.02, row
    ranks = [row["rank"] for row in rows_of("egdi-2010-2018") if row["country_code"] == "EST"]
    assert ranks == ["20", "20", "15", "13", "16"]
    assert len(rows_of("egov-benchmark-2020-2022")) == 9 * 3 * 5
    assert [int(row["competences"]) for row in rows_of("digcomp-areas")] == [3, 6, 4, 4, 4]
