"""Building everything that is derived from ``content/``, and checking that what is committed is exactly that.

The steps, in this order because each needs the one before: read sources and bank, look for faults, build pages and solutions, let nbgrader
make the exercises from the solutions, refresh the translation lock.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.bank import BankRow, read_bank
from avcourse.authoring.citations import dataset_days
from avcourse.authoring.facts import FILE as FACTS
from avcourse.authoring.facts import all_statements, facts_page
from avcourse.authoring.guides import guide_files, guide_problems
from avcourse.authoring.instrument import InstrumentSource, read_instrument
from avcourse.authoring.notebooks import as_bytes, build_notebook, checked_on
from avcourse.authoring.problems import Problem, line_of
from avcourse.authoring.source import Prose, Source, read_source
from avcourse.authoring.statements import Statement
from avcourse.authoring.structure import read_structure
from avcourse.authoring.translations import Unit, accepted, format_lock, parse_lock, refreshed, stale
from avcourse.course.course import ASSIGNED, Course, Module, course_from
from avcourse.course.language import LANGUAGES, Language, Text

MakeExercises = Callable[[Path, Path], object]
"""nbgrader's part: solutions folder, exercises folder. Handed in by the command line, since only ``classroom`` knows nbgrader."""

EXAMPLES: Final = "content/example"
"""The worked example, one file a language; it travels in the wheel as it stands."""
LOCK: Final = "content/translations.lock"
BUILT: Final = ("course", "solutions", "exercises")


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that authors wrote, read and cross-checked."""

    structure: Mapping[str, Any]
    course: Course
    sources: Mapping[str, Source]
    guides: Mapping[str, Source]
    bank: Mapping[str, BankRow]
    instrument: InstrumentSource
    examples: Mapping[Language, bytes]
    units: Mapping[str, Unit]
    lock: Mapping[str, tuple[str, str]]
    statements: Sequence[Statement]


def _cross_check(course: Course, sources: Mapping[str, Source], bank: Mapping[str, BankRow], raw: str) -> list[Problem]:
    """Return what does not fit together: modules, addresses, slots."""
    problems: list[Problem] = []

    def problem(file: str, line: int, where: str, et: str, en: str) -> None:
        problems.append(Problem(file, line, where, Text(et=et, en=en)))

    for module in course.modules:
        if module.id not in sources:
            problem(
                "content/course.toml",
                line_of(raw, f'id = "{module.id}"'),
                module.id,
                "mooduli fail puudub. Lisage see või eemaldage moodul.",
                "the module’s file is missing. Add it or remove the module.",
            )
    for before, module in pairwise(course.modules):
        if module.kind == "exercise" and before.kind != "lesson":
            problem(
                "content/course.toml",
                line_of(raw, f'id = "{module.id}"'),
                module.id,
                "ülesanne peab seisma kohe oma õppetunni järel. Tõstke see sinna.",
                "an exercise must stand right after its lesson. Move it there.",
            )
    known = {module.id for module in course.modules}
    for source in sources.values():
        if source.module not in known:
            problem(
                source.file,
                2,
                source.module,
                "sellist moodulit failis content/course.toml ei ole. Lisage see sinna.",
                "content/course.toml has no such module. Add it there.",
            )
    for source in sources.values():
        asked = [(*each, False) for each in source.asked()] + [(*each, True) for each in checked_on(source)]
        for module_id, place, line, checked in asked:
            if module_id != source.module or module_id not in known:
                problem(
                    source.file,
                    line,
                    place,
                    f"aadress algab „{module_id}“, aga leht on „{source.module}“. Parandage aadress.",
                    f"the address begins with “{module_id}”, but the page is “{source.module}”. Mend the address.",
                )
            elif place not in bank:
                problem(
                    source.file,
                    line,
                    place,
                    "pangas ei ole sellist küsimust. Lisage see või parandage id.",
                    "the bank has no such question. Add it or mend the id.",
                )
            elif (bank[place].public["kind"] == "work") != checked:
                problem(
                    source.file,
                    line,
                    place,
                    "küsimust kind = work hindab score_work, iga teist küsib ask. Parandage lahter.",
                    "a question of kind = work is graded by score_work, any other is asked by ask. Mend the cell.",
                )
            elif bank[place].graded and course.module(module_id).kind not in ASSIGNED:
                problem(
                    source.file,
                    line,
                    place,
                    "hinnatavat küsimust saab küsida ainult ülesande lehel. Viige see sinna või eemaldage graded.",
                    "a graded question can be asked on the page of an assignment only. Move it there or remove graded.",
                )
    for slot in course.slots:
        line = line_of(raw, f'id = "{slot.id}"')
        for form, question in slot.forms.items():
            row = bank.get(question)
            wanted = {"kind": "single", "points": 1, "graded": True, "confidence": True, "dont_know": True}
            wanted |= {"area": slot.area, "level": slot.level}
            needed = ", ".join(f"{name} = {value}" for name, value in wanted.items())
            if row is None or any(row.public.get(name) != value for name, value in wanted.items()):
                problem(
                    "content/course.toml",
                    line,
                    slot.id,
                    f"vormi {form} küsimus „{question}“ peab pangas olema: {needed}.",
                    f"question ‘{question}’ of form {form} must be in the bank with {needed}.",
                )
    return problems


def _read_sources(root: Path, *rooms: str) -> tuple[dict[str, Source], list[Problem]]:
    """Return the sources in rooms of ``content/`` by module, and what is wrong with them."""
    sources: dict[str, Source] = {}
    problems: list[Problem] = []
    for path in sorted(path for room in rooms for path in (root / "content" / room).glob("*.md")):
        source, faults = read_source(path, root)
        if source.module in sources:
            twice = Text(
                et=f"mooduli „{source.module}“ lehte kirjeldab juba {sources[source.module].file}. Andke teine moodul.",
                en=f"the page of module “{source.module}” stands in {sources[source.module].file} already. Give another module.",
            )
            problems.append(Problem(source.file, 2, source.module, twice))
        sources.setdefault(source.module, source)
        problems += faults
    return sources, problems


def read_content(root: Path) -> tuple[Content | None, list[Problem]]:
    """Read everything under ``content/`` and return it (None where the structure is broken) with all problems found."""
    bank, problems = read_bank(root / "content" / "questions", root)
    instrument, faults = read_instrument(root / "content" / "instrument", root)
    problems += faults
    sources, faults = _read_sources(root, "lessons", "exercises")
    problems += faults
    guides, faults = _read_sources(root, "guide")
    problems += faults
    structure, faults = read_structure(root, sources)
    if structure is None:
        return None, problems + faults
    course = course_from(structure)
    raw = (root / "content" / "course.toml").read_text(encoding="utf-8")
    problems += _cross_check(course, sources, bank, raw) + guide_problems(guides, course)
    units = {**_units(course, sources, guides, bank, raw), **instrument.units}
    lock_path = root / LOCK
    lock = parse_lock(lock_path.read_text(encoding="utf-8")) if lock_path.is_file() else {}
    for name in stale(units, lock):
        unit = units[name]
        problems.append(
            Problem(
                unit.file,
                unit.line,
                name,
                Text(
                    et=f"eestikeelne tekst muutus, ingliskeelne mitte. Parandage inglise keelt või: avcourse accept {name}.",
                    en=f"the Estonian changed, the English did not. Mend the English, or: avcourse accept {name}.",
                ),
                blocks=False,
            )
        )
    examples = {language: (root / EXAMPLES / f"{language}.json").read_bytes() for language in LANGUAGES}
    statements = all_statements(course, sources, bank, dataset_days(root / "datasets"))
    return Content(structure, course, sources, guides, bank, instrument, examples, units, lock, statements), problems


def _units(
    course: Course,
    sources: Mapping[str, Source],
    guides: Mapping[str, Source],
    bank: Mapping[str, BankRow],
    raw: str,
) -> dict[str, Unit]:
    units = {
        f"course/{m.id}": Unit(
            Text(et=f"{m.title.et}\n{m.goal.et}", en=f"{m.title.en}\n{m.goal.en}"),
            "content/course.toml",
            line_of(raw, f'id = "{m.id}"'),
        )
        for m in course.modules
    }
    units["course/title"] = Unit(course.title, "content/course.toml", line_of(raw, "title.et"))
    for area in course.areas:
        both = Text(et=f"{area.name.et}\n{area.description.et}", en=f"{area.name.en}\n{area.description.en}")
        units[f"area/{area.id}"] = Unit(both, "content/course.toml", line_of(raw, f'id = "{area.id}"'))
    for room, read in (("", sources), ("guide/", guides)):
        for source in read.values():
            for cell in source.cells:
                if isinstance(cell, Prose):
                    units[f"{room}{source.module}/{cell.id}"] = Unit(cell.text, source.file, cell.line)
    units |= {name: Unit(row.texts, row.file, row.line) for name, row in bank.items()}
    return units


def _link(module: Module | None, language: Language) -> dict[str, str] | None:
    return None if module is None else {"href": f"{module.slug}.ipynb", "title": module.title.in_(language)}


def _page(course: Course, module: Module, source: Source, language: Language) -> dict[str, Any]:
    """Return what the page template needs to know about a page."""
    # What comes after the course, and its data, stand beside the walk through it, not at its end.
    walk = [m for m in course.modules if m.kind not in ("home", "data") and not m.after]
    place = walk.index(module) if module in walk else -1
    lessons = course.lessons
    # An exercise has the number of the lesson before it, with which it is one thing; tests and submissions have none.
    owner = module if module.kind != "exercise" else next((m for m in reversed(walk[:place]) if m in lessons), module)
    other: Language = "en" if language == "et" else "et"
    return {
        "language": language,
        "module": module.id,
        "kind": module.kind,
        "title": module.title.in_(language),
        "course": course.title.in_(language),
        "minutes": module.minutes,
        "number": lessons.index(owner) + 1 if owner in lessons else 0,
        "count": len(lessons),
        "previous": _link(walk[place - 1] if place > 0 else None, language),
        "next": _link(walk[place + 1] if 0 <= place < len(walk) - 1 else None, language),
        "other": {"href": f"../{other}/{module.slug}.ipynb", "language": other},
        "home": "index.ipynb",
        "source": source.file,
    }


def build_files(content: Content, make_exercises: MakeExercises) -> dict[str, bytes]:
    """Return every derived file: path from the repository's root to bytes."""
    public = [content.bank[name].public for name in sorted(content.bank)]
    keys = {name: row.key for name, row in sorted(content.bank.items()) if row.graded and row.key}
    shown = [
        {**row, "key": content.bank[row["id"]].key}
        if not row.get("graded") and content.bank[row["id"]].key
        else dict(row)
        for row in public
    ]
    files: dict[str, bytes] = {
        "course/course.json": as_bytes(content.structure),
        "course/questions.json": as_bytes(shown),
        "course/instrument.json": as_bytes(content.instrument.data),
        "solutions/keys.json": as_bytes(keys),
        **{f"course/example/{language}.json": data for language, data in content.examples.items()},
        FACTS: facts_page(content.course, content.statements),
        LOCK: format_lock(refreshed(content.units, content.lock)).encode(),
        **guide_files(content.guides, content.course),
    }
    for module in content.course.modules:
        source = content.sources[module.id]
        for language in LANGUAGES:
            page = _page(content.course, module, source, language)
            slots = content.course.slots if module.kind == "test" else ()
            data = build_notebook(source, language, page, slots, content.bank)
            solution = f"solutions/{language}/{module.id}/{module.id}.ipynb"
            files[solution if module.kind in ASSIGNED else f"course/{language}/{module.slug}.ipynb"] = data
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        for name, data in files.items():
            if name.startswith("solutions/") and name.endswith(".ipynb"):
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                (place / name).write_bytes(data)
        make_exercises(place / "solutions", place / "exercises")
        for path in sorted((place / "exercises").rglob("*.ipynb")):
            files[path.relative_to(place).as_posix()] = path.read_bytes()
    return files


def differences(root: Path, files: Mapping[str, bytes]) -> list[Problem]:
    """Return the derived files that are missing, different, or have no source any more."""
    problems = []
    for name, data in sorted(files.items()):
        path = root / name
        if not path.is_file():
            problems.append(
                Problem(
                    name,
                    0,
                    "build",
                    Text(et="puudub. Käivitage: avcourse build.", en="is missing. Run: avcourse build."),
                )
            )
        elif path.read_bytes() != data:
            problems.append(
                Problem(
                    name,
                    0,
                    "build",
                    Text(
                        et="erineb allikast. Muutke allikat ja käivitage: avcourse build.",
                        en="differs from its source. Edit the source and run: avcourse build.",
                    ),
                )
            )
    for name in leftovers(root, files):
        problems.append(
            Problem(
                name,
                0,
                "build",
                Text(
                    et="allikat enam ei ole. Käivitage: avcourse build.",
                    en="has no source any more. Run: avcourse build.",
                ),
            )
        )
    return problems


def leftovers(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return files in the built rooms that no source makes."""
    there = (
        path
        for room in BUILT
        for path in (root / room).rglob("*")
        if path.is_file() and ".ipynb_checkpoints" not in path.parts
    )
    return sorted(name for path in there if (name := path.relative_to(root).as_posix()) not in files)


def write_files(root: Path, files: Mapping[str, bytes]) -> list[str]:
    """Write derived files that changed, remove leftovers, and return the names of both."""
    changed = []
    for name, data in files.items():
        path = root / name
        if not path.is_file() or path.read_bytes() != data:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            changed.append(name)
    gone = leftovers(root, files)
    for name in gone:
        (root / name).unlink()
    return sorted(changed) + gone


def accept(root: Path, ids: tuple[str, ...]) -> list[str]:
    """Accept the English of the named units as it stands; return the ids that name nothing."""
    content, _ = read_content(root)
    if content is None:
        return list(ids)
    lock, unknown = accepted(content.units, content.lock, ids)
    if not unknown:
        (root / LOCK).write_bytes(format_lock(lock).encode())
    return unknown
