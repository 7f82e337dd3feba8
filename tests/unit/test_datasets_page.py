"""The page of the course's data: every table is told whole, and its files are the ones that were published."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from base64 import b64decode
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from avcourse.course.course import load_course
from avcourse.course.data_package import Described, Field, describe_tables, package_zip, read_bytes
from avcourse.course.datasets import read_table
from avcourse.course.language import LANGUAGES, Language, Text
from avcourse.errors import MaterialMissing
from avcourse.views.datasets import datasets_html, small_picture
from avcourse.views.home import home_html

ROOT = Path(__file__).resolve().parents[2]
EVIL = '<img src=x onerror="alert(1)">'


def saved(html: str) -> dict[str, bytes]:
    """Return the files that the page's links carry, by name."""
    links = re.findall(r'href="data:[^;"]+;base64,([^"]+)" download="([^"]+)"', html)
    return {unescape(name): b64decode(data) for data, name in links}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_table_is_there_with_source_terms_columns_and_sum(language: Language) -> None:
    html = unescape(datasets_html(language))
    tables = describe_tables()
    assert {one.path for one in tables} == {path.name for path in (ROOT / "datasets").glob("*.csv")}
    for one in tables:
        known = [one.title, one.description, *(each.title for each in (*one.licences, *one.sources, *one.fields))]
        known += [each.unit for each in one.fields if each.unit]
        assert [text.in_(language) for text in known if text.in_(language) not in html] == [], one.name
        assert one.sha256 in html
        assert one.created in html
        assert one.licences
        assert one.sources


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_files_are_those_that_were_published(language: Language) -> None:
    files = saved(datasets_html(language))
    for one in describe_tables():
        assert hashlib.sha256(files[one.path]).hexdigest() == one.sha256
        assert len(files[one.path]) == one.bytes
        rows = list(csv.DictReader(io.StringIO(files[one.path].decode("utf-8"))))
        assert rows == read_table(one.name)
    with zipfile.ZipFile(io.BytesIO(files["avcourse-datasets.zip"])) as archive:
        descriptor = json.loads(archive.read("datapackage.json"))
        named = {row["path"]: row["hash"] for row in descriptor["resources"]}
        assert set(archive.namelist()) == {"datapackage.json", *named}
        for path, sum_ in named.items():
            assert f"sha256:{hashlib.sha256(archive.read(path)).hexdigest()}" == sum_
    assert package_zip() == package_zip()


def test_a_look_is_in_the_page_s_language_only() -> None:
    et, en = datasets_html("et"), datasets_html("en")
    row = read_table("residents-2022")[0]
    assert row["measure_et"] in unescape(et)
    assert row["measure_et"] not in unescape(en)
    assert row["measure_en"] in unescape(en)


def described(*fields: Field) -> Described:
    text = Text(et="t", en="t")
    return Described("t", "t.csv", text, text, "2026", (), (), fields, 1, "0")


def test_a_picture_is_drawn_where_it_says_something() -> None:
    year = Field("year", Text(et="Aasta", en="Year"), "integer")
    share = Field("share", Text(et="Osakaal", en="Share"), "number", Text(et="protsenti", en="per cent"))
    name = Field("name_et", Text(et=EVIL, en=EVIL), "string")
    series = [{"year": str(2000 + n), "share": str(n / 2), "name_et": f"{EVIL}{n}"} for n in range(6)]
    told = small_picture(described(year, share), series, "et")
    assert "Osakaal (protsenti): 0 (2000), viimati 2,5 (2005)." in told
    assert told.count("<circle") == 6
    holes = [{**series[0], "share": ""}, *series[1:]]
    assert small_picture(described(year, share), holes, "et").count("<circle") == 5
    bars = small_picture(described(name, share), series, "et")
    assert bars.count("<rect") == 6
    assert EVIL not in bars
    assert small_picture(described(year, share), series[:3], "et") == ""
    assert small_picture(described(year, share), [*series, series[0]], "et") == ""
    number = Field("share", Text(et="Number", en="Number"), "integer")
    assert small_picture(described(name, number), series, "et") == ""
    assert small_picture(described(name, share), [{**row, "name_et": "x"} for row in series], "et") == ""
    count = Field("count", Text(et="Arv", en="Count"), "integer", Text(et="arv", en="count"))
    assert "Osakaal" in small_picture(described(year, count, share), [{**row, "count": "1"} for row in series], "et")


def test_places_are_drawn_where_they_lie() -> None:
    one = next(each for each in describe_tables() if each.name == "municipalities")
    rows = read_table("municipalities")
    circles = re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', small_picture(one, rows, "en"))
    drawn = {row["name"]: tuple(map(float, circle)) for row, circle in zip(rows, circles, strict=True)}
    assert drawn["Narva linn"][0] > drawn["Tallinn"][0] > drawn["Saaremaa vald"][0]
    assert drawn["Valga vald"][1] > drawn["Tartu linn"][1] > drawn["Tallinn"][1]
    assert max(drawn, key=lambda name: drawn[name][2]) == "Tallinn"
    without = replace(one, fields=tuple(each for each in one.fields if each.unit is None or each.unit.en != "persons"))
    assert {
        circle[2]
        for circle in re.findall(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"', small_picture(without, rows, "et"))
    } == {"3.0"}


def test_what_the_descriptor_says_is_text() -> None:
    source = {"title": EVIL, "path": "javascript:alert(1)"}
    table = {
        "name": "t", "path": "t.csv", "title": EVIL, "description": EVIL, "licenses": [source], "sources": [source], "bytes": 1,
        "hash": "sha256:0", "schema": {"fields": [{"name": "a", "title": EVIL, "type": "string", "unit": EVIL}]},
    }  # fmt: skip
    from avcourse.course.data_package import _described
    from avcourse.views.datasets import _facts, _fields, _look

    one = _described(table)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("avcourse.views.datasets.read_table", lambda _: [{"a": EVIL}])
        html = _facts(one, "et") + _fields(one, "et") + _look(one, [{"a": EVIL}], "et")
    assert EVIL not in html
    assert "javascript:" not in html


def test_missing_material_is_said(tmp_path: Path) -> None:
    with pytest.raises(MaterialMissing):
        describe_tables(tmp_path)
    with pytest.raises(MaterialMissing):
        read_bytes(describe_tables()[0], tmp_path)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_home_page_leads_to_the_data_but_does_not_count_it(language: Language) -> None:
    course = load_course()
    data = next(module for module in course.modules if module.kind == "data")
    html = home_html(None, language)
    assert f'href="{data.slug}.ipynb"' in html
    assert html.index(f'href="{data.slug}.ipynb"') > html.rindex("av-module")
    assert data not in course.lessons
    page = json.loads((ROOT / "course" / language / f"{data.slug}.ipynb").read_text(encoding="utf-8"))
    about = page["metadata"]["avcourse"]
    assert (about["number"], about["previous"], about["next"]) == (0, None, None)
