"""Reading ``content/instrument/*.toml``: the criteria of the self-assessment and the ready indicators, checked before they are built."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.bank import texts_of
from avcourse.authoring.problems import Problem, line_of, relative
from avcourse.authoring.source import ID
from avcourse.authoring.translations import Unit
from avcourse.course.datasets import read_table
from avcourse.course.language import LANGUAGES, Text, words
from avcourse.errors import MaterialMissing

EXAMPLES: Final = ("cases", "solutions")
"""Tables of ``datasets/`` whose ids a step may name as its example."""
STEPS: Final = (2, 3, 4)
ANCHORS: Final = 5
_PRINCIPLES: Final = range(1, 13)
_TEXTS: Final = ("source", "title", "text", "evidence")
_INDICATOR_TEXTS: Final = ("name", "unit", "formula", "source", "frequency", "caution")
_CRITERION: Final = (
    "id", "version", "dimension", "tier", "weight", "basis", "in_force", "source", "check", "principles",
    "title", "text", "evidence", "not_applicable", "anchors", "step",
)  # fmt: skip
_STEP: Final = ("to", "effort", "impact", "what", "first", "example")
_INDICATOR: Final = ("id", "kind", "criteria", "direction", *_INDICATOR_TEXTS)

Row = Mapping[str, Any]
Faults = Iterator[Text]


@dataclass(frozen=True, slots=True)
class InstrumentSource:
    """The instrument as it goes into ``course/instrument.json``, and its texts for the translation lock."""

    data: Mapping[str, list[dict[str, Any]]]
    units: Mapping[str, Unit]


def _named(what: str) -> list[str]:
    """Return the ids that have a name in ``strings_assessment.toml``: what cannot be named to people cannot be used."""
    prefix = f"{what}-"
    return [key.removeprefix(prefix) for key in words("instrument", "et") if key.startswith(prefix)]


def _whole(value: object, allowed: Collection[int]) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value in allowed


def _list(row: Row, field: str, kind: type) -> list[Any]:
    """Return a field's list; anything else, or a list of other things, is as good as none."""
    value = row.get(field)
    return value if isinstance(value, list) and all(isinstance(each, kind) for each in value) else []


def _unknown_fields(row: Row, known: Sequence[str]) -> Faults:
    if unknown := ", ".join(sorted(set(row) - set(known))):
        yield Text(
            et=f"tundmatu väli {unknown}. Kustutage või parandage.", en=f"unknown field {unknown}. Remove or mend it."
        )


def _text_faults(row: Row, names: Sequence[str]) -> Faults:
    for name in names:
        pair = row.get(name)
        for language in LANGUAGES:
            text = pair.get(language) if isinstance(pair, Mapping) else None
            if not isinstance(text, str) or not text.strip():
                field = f"{name}.{language}"
                yield Text(et=f"{field} puudub või on tühi. Lisage tekst.", en=f"{field} is missing or empty. Add it.")


def _choice_faults(row: Row, fields: Sequence[str]) -> Faults:
    for field in fields:
        allowed = _named(field)
        if row.get(field) not in allowed:
            known = ", ".join(allowed)
            yield Text(et=f"{field} peab olema üks neist: {known}.", en=f"{field} must be one of: {known}.")


def _range_faults(row: Row, fields: Sequence[str]) -> Faults:
    for field in fields:
        if not _whole(row.get(field), range(1, 4)):
            yield Text(et=f"{field} peab olema 1, 2 või 3.", en=f"{field} must be 1, 2 or 3.")


def _law_faults(row: Row) -> Faults:
    in_force = row.get("in_force")
    if row.get("basis") != "law":
        if in_force is not None:
            yield Text(
                et="in_force on ainult seadusest tuleneval kriteeriumil. Kustutage see või märkige basis = \"law\".",
                en="only a criterion based on a law has in_force. Remove it or set basis = \"law\".",
            )  # fmt: skip
        return
    # A TOML date-time is a date to Python as well; an act comes into force on a day.
    if type(in_force) is not date:
        yield Text(
            et="in_force puudub. Lisage loetud redaktsiooni kuupäev, näiteks in_force = 2026-07-01.",
            en="in_force is missing. Add the date of the version that you read, for example in_force = 2026-07-01.",
        )
    day = f"{in_force:%d.%m.%Y}" if type(in_force) is date else ""
    pair = row.get("source")
    for language in LANGUAGES:
        source = str(pair.get(language, "")) if isinstance(pair, Mapping) else ""
        if "§" not in source:
            yield Text(
                et=f"source.{language} ei nimeta paragrahvi. Lisage § ja number.",
                en=f"source.{language} names no section. Add § and its number.",
            )
        if day and day not in source:
            yield Text(
                et=f"source.{language} ei nimeta redaktsiooni kuupäeva {day} (in_force). Lisage see või parandage in_force.",
                en=f"source.{language} does not name the date of the version, {day} (in_force). Add it or mend in_force.",
            )


def _anchor_faults(row: Row) -> Faults:
    pair = row.get("anchors")
    for language in LANGUAGES:
        anchors = _list(pair, language, str) if isinstance(pair, Mapping) else []
        good = [anchor.strip().casefold() for anchor in anchors]
        if len(good) != ANCHORS or len(set(good)) != ANCHORS or not all(good):
            yield Text(
                et=f"anchors.{language} peab kirjeldama viit eri taset (0–4). Lisage puuduv või eristage korduvad.",
                en=f"anchors.{language} must describe five different levels (0–4). Add the missing or tell repeated ones apart.",
            )


def _step_faults(row: Row, examples: Collection[str] | None) -> Faults:
    steps = _list(row, "step", dict)
    if tuple(step.get("to") for step in steps) != STEPS:
        yield Text(
            et="peab olema kolm sammu ([[criterion.step]]), to = 2, 3 ja 4, selles järjekorras.",
            en="there must be three steps ([[criterion.step]]) with to = 2, 3 and 4, in this order.",
        )
    named = [str(step["example"]) for step in steps if "example" in step]
    if not named:
        yield Text(
            et="ühelgi sammul ei ole näidet. Lisage vähemalt ühele example = \"case-N\" või \"solution-N\".",
            en="no step has an example. Add example = \"case-N\" or \"solution-N\" to at least one.",
        )  # fmt: skip
    for example in named:
        if examples is not None and example not in examples:
            yield Text(
                et=f"näidet „{example}“ ei ole failides datasets/cases.csv ja datasets/solutions.csv. Parandage id.",
                en=f"the example ‘{example}’ stands in neither datasets/cases.csv nor datasets/solutions.csv. Mend the id.",
            )
    for step in steps:
        faults = [
            *_unknown_fields(step, _STEP),
            *_range_faults(step, ("effort", "impact")),
            *_text_faults(step, ("what", "first")),
        ]
        to = step.get("to")
        yield from (Text(et=f"samm to = {to}: {fault.et}", en=f"step to = {to}: {fault.en}") for fault in faults)


def _criterion_faults(row: Row, examples: Collection[str] | None) -> Faults:
    yield from _unknown_fields(row, _CRITERION)
    version = row.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        yield Text(et="version peab olema täisarv alates 1.", en="version must be a whole number from 1.")
    yield from _choice_faults(row, ("dimension", "tier", "basis", "check"))
    yield from _range_faults(row, ("weight",))
    yield from _text_faults(row, [*_TEXTS, *(["not_applicable"] if "not_applicable" in row else [])])
    yield from _law_faults(row)
    principles = _list(row, "principles", int)
    known = bool(principles) and all(_whole(number, _PRINCIPLES) for number in principles)
    if not known or len(set(principles)) != len(principles):
        yield Text(
            et="principles peab loetlema ühe või mitu põhimõtet, arvud 1–12, igaüks üks kord.",
            en="principles must list one or more principles, numbers 1–12, each once.",
        )
    yield from _anchor_faults(row)
    yield from _step_faults(row, examples)


def _indicator_faults(row: Row, criteria: Collection[str]) -> Faults:
    yield from _unknown_fields(row, _INDICATOR)
    yield from _choice_faults(row, ("kind", "direction"))
    yield from _text_faults(row, _INDICATOR_TEXTS)
    named = _list(row, "criteria", str)
    if not named:
        yield Text(
            et="criteria puudub. Nimetage vähemalt üks kriteerium.", en="criteria is missing. Name at least one."
        )
    for name in named:
        if name not in criteria:
            yield Text(
                et=f"kriteeriumi „{name}“ ei ole. Parandage id või lisage kriteerium.",
                en=f"there is no criterion ‘{name}’. Mend the id or add the criterion.",
            )


def _examples(root: Path) -> tuple[set[str] | None, list[Problem]]:
    """Return the ids that an example may name; None, and a problem, where a table is missing."""
    found: set[str] = set()
    problems = []
    for table in EXAMPLES:
        try:
            found |= {row.get("id", "") for row in read_table(table, root / "datasets")}
        except MaterialMissing:
            what = Text(
                et="näidete tabel puudub. Lisage see.", en="the table of examples is missing. Add it."
            )  # fmt: skip
            problems.append(Problem(f"datasets/{table}.csv", 0, "instrument", what))
    return (None if problems else found), problems


@dataclass(frozen=True, slots=True)
class _Found:
    """One table of a file, and where it stands."""

    row: Row
    file: str
    line: int

    @property
    def id(self) -> str:
        return str(self.row.get("id", ""))


def _read_files(folder: Path, root: Path) -> tuple[dict[str, list[_Found]], list[Problem]]:
    """Return the tables ``criterion`` and ``indicator`` of all files in order of file name."""
    found: dict[str, list[_Found]] = {"criterion": [], "indicator": []}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        raw, name = path.read_text(encoding="utf-8"), relative(path, root)
        try:
            tables = tomllib.loads(raw)
        except tomllib.TOMLDecodeError as error:
            what = Text(et=f"TOML ei ole loetav: {error}.", en=f"not readable as TOML: {error}.")
            problems.append(Problem(name, 0, path.stem, what))
            continue
        for table, rows in tables.items():
            if table not in found or not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
                what = Text(
                    et=f"tundmatu tabel „{table}“. Failis on ainult [[criterion]] ja [[indicator]].",
                    en=f"unknown table ‘{table}’. A file holds only [[criterion]] and [[indicator]].",
                )
                problems.append(Problem(name, line_of(raw, table), path.stem, what))
                continue
            found[table] += [_Found(row, name, line_of(raw, f'id = "{row.get("id", "")}"')) for row in rows]
    return found, problems


def _checked(rows: Sequence[_Found], faults_of: Callable[[Row], Faults]) -> tuple[list[_Found], list[Problem]]:
    """Return the rows without a fault, and the problems of the others."""
    good: list[_Found] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for found in rows:
        faults = list(faults_of(found.row))
        if not isinstance(found.row.get("id"), str) or not ID.fullmatch(found.id):
            faults.append(Text(et="id ei sobi: [a-z0-9-]{1,64}.", en="the id does not fit: [a-z0-9-]{1,64}."))
        if found.id in seen:
            faults.append(
                Text(
                    et=f"id on juba olemas failis {seen[found.id]}. Valige uus; ka kustutatud id-d ei võeta uuesti.",
                    en=f"the id stands in {seen[found.id]} already. Choose a new one; a deleted id is not taken again.",
                )
            )
        seen.setdefault(found.id, found.file)
        problems += [Problem(found.file, found.line, found.id or "?", fault) for fault in faults]
        if not faults:
            good.append(found)
    return good, problems


def _built_criterion(row: Row) -> dict[str, Any]:
    built = {name: row[name] for name in _CRITERION if name in row and name != "step"}
    return built | ({"in_force": row["in_force"].isoformat()} if "in_force" in row else {}) | {"steps": row["step"]}


def read_instrument(folder: Path, root: Path) -> tuple[InstrumentSource, list[Problem]]:
    """Return the instrument under ``folder``, without what is wrong, and what is wrong with it.

    Criteria stand dimension by dimension, inside one in the order of file names and of the file; indicators as they are written.
    """
    found, problems = _read_files(folder, root)
    examples, missing = _examples(root) if found["criterion"] else (set(), [])
    known = {criterion.id for criterion in found["criterion"]}
    criteria, criterion_problems = _checked(found["criterion"], lambda row: _criterion_faults(row, examples))
    indicators, indicator_problems = _checked(found["indicator"], lambda row: _indicator_faults(row, known))
    dimensions = _named("dimension")
    criteria.sort(key=lambda criterion: dimensions.index(criterion.row["dimension"]))
    units = {
        f"{room}/{row.id}": Unit(Text(et="\n".join(texts_of(row.row, "et")), en="\n".join(texts_of(row.row, "en"))), row.file, row.line)
        for room, rows in (("instrument", criteria), ("indicator", indicators))
        for row in rows
    }  # fmt: skip
    data = {
        "criteria": [_built_criterion(criterion.row) for criterion in criteria],
        "indicators": [{name: indicator.row[name] for name in _INDICATOR} for indicator in indicators],
    }
    return InstrumentSource(data, units), [*problems, *missing, *criterion_problems, *indicator_problems]
