"""Reading ``content/course.toml``: areas, modules and slots, checked before anything is built on them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.bank import missing_partners
from avcourse.authoring.notebooks import checked_on
from avcourse.authoring.problems import Problem, line_of
from avcourse.authoring.source import ID, Source
from avcourse.course.course import ASSIGNED
from avcourse.course.language import Text

FILE: Final = "content/course.toml"
_FIELDS: Final = {
    "area": ("id", "name", "description"),
    "module": ("id", "kind", "slug", "minutes", "title", "goal"),
    "slot": ("id", "area", "level", "A", "B"),
}
KINDS: Final = ("home", "lesson", "exercise", "test", "work", "growth", "data")


def read_structure(root: Path, sources: Mapping[str, Source]) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Return the mapping of ``course.json`` (course.toml with the questions found on each page), or None where it cannot be read."""
    raw = (root / FILE).read_text(encoding="utf-8")
    try:
        data = tomllib.loads(raw)
    except tomllib.TOMLDecodeError as error:
        return None, [
            Problem(FILE, 0, "course", Text(et=f"TOML ei ole loetav: {error}.", en=f"not readable as TOML: {error}."))
        ]
    problems = _faults(data, raw)
    if problems:
        return None, problems
    slots = {slot["id"] for slot in data["slot"]}
    modules = []
    for row in data["module"]:
        asked = [place for _, place, _ in sources[row["id"]].asked()] if row["id"] in sources else []
        questions = list(dict.fromkeys(place for place in asked if place not in slots))
        checks = [place for _, place, _ in checked_on(sources[row["id"]])] if row["id"] in sources else []
        own = {name: row[name] for name in _FIELDS["module"]}
        later = {name: row[name] for name in ("after", "replaces") if name in row}
        modules.append(own | {"questions": questions, "checks": checks, "areas": row.get("areas", [])} | later)
    return {"title": data["title"], "areas": data["area"], "modules": modules, "slots": data["slot"]}, []


def _is_days(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _faults(data: Mapping[str, Any], raw: str) -> list[Problem]:
    problems: list[Problem] = []

    def fault(identity: str, et: str, en: str) -> None:
        problems.append(Problem(FILE, line_of(raw, f'id = "{identity}"'), identity, Text(et=et, en=en)))

    if "title" not in data:
        fault(
            "course",
            "kursuse pealkiri puudub. Lisage title.et ja title.en.",
            "the course has no title. Add title.et and title.en.",
        )
    for place in missing_partners(dict(data)):
        fault("course", f"{place}: teine keel puudub. Lisage see.", f"{place}: the other language is missing. Add it.")
    for kind, fields in _FIELDS.items():
        seen: set[str] = set()
        for row in data.get(kind, []):
            identity = str(row.get("id", "?"))
            if missing := [name for name in fields if name not in row]:
                names = ", ".join(missing)
                fault(identity, f"puudub: {names}. Lisage.", f"missing: {names}. Add it.")
            if not ID.fullmatch(identity) or identity in seen:
                fault(
                    identity,
                    "id ei sobi või kordub. Andke oma id.",
                    "the id does not fit or repeats. Give one of its own.",
                )
            if kind == "module" and row.get("kind") not in KINDS:
                kinds = ", ".join(KINDS)
                fault(identity, f"kind peab olema üks neist: {kinds}.", f"kind must be one of: {kinds}.")
            if kind == "module" and "after" in row and (row.get("kind") != "work" or not _is_days(row["after"])):
                fault(
                    identity,
                    "after on päevade arv pärast järeltesti ja sobib ainult moodulile kind = work. Parandage.",
                    "after is a number of days after the post-test, for a module of kind = work only. Mend it.",
                )
            if kind == "module" and "replaces" in row and not _can_replace(row, data["module"]):
                fault(
                    identity,
                    "replaces on parandatud ülesande endine id: ülesandel, mida kursuses enam ei ole. Parandage.",
                    "replaces is the former id of a corrected assignment, which is no longer in the course. Mend it.",
                )
            seen.add(identity)
    return problems


def _can_replace(row: Mapping[str, Any], modules: Iterable[Mapping[str, Any]]) -> bool:
    """Whether an assignment may take the place of the id that it names: one that no module has, and no other replaces."""
    old = row["replaces"]
    others = [
        value for each in modules for value in (each.get("id"), each.get("replaces") if each is not row else None)
    ]
    return row.get("kind") in ASSIGNED and ID.fullmatch(str(old)) is not None and old not in others
