"""The structure of the course: areas, modules, slots of the tests, and where the built material stands.

In a checkout the material is in the repository's ``course/``, ``exercises/``, ``datasets/`` (and ``solutions/``, for trainers); in the
learner's wheel it is in ``avcourse/material/`` without ``solutions/``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final, Literal, cast

from avcourse.course.language import Text
from avcourse.course.questions import Question, question_from
from avcourse.errors import KeysMissing, MaterialMissing, NoQuestion

Form = Literal["A", "B"]
ModuleKind = Literal["home", "lesson", "exercise", "test", "work", "growth", "data"]
ASSIGNED: Final = ("exercise", "test", "work")
"""Kinds of modules that are assignments."""
TAUGHT: Final = ("lesson", "growth")
"""Kinds of modules that a trainer teaches: they have a guide, and can be had on paper."""
PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Area:
    """One of the five reported areas of competence."""

    id: str
    name: Text
    description: Text


@dataclass(frozen=True, slots=True)
class Module:
    """A page of the course: the home page, a lesson or its exercise, a test, work on the municipality that is handed in, or one’s own gain."""

    id: str
    kind: ModuleKind
    slug: str
    minutes: int
    title: Text
    goal: Text
    questions: tuple[str, ...]
    areas: tuple[str, ...]
    checks: tuple[str, ...] = ()
    after: int = 0
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a test: area and level are fixed, the question depends on the form."""

    id: str
    area: str
    level: str
    forms: Mapping[str, str]

    @property
    def anchor(self) -> bool:
        """Whether both forms ask the same question."""
        return self.forms["A"] == self.forms["B"]


@dataclass(frozen=True, slots=True)
class Course:
    """The whole structure.

    ``questions`` of a module lists the bank ids asked on its page, slots left out; ``checks`` those of kind "work", which are asked by no
    form but answered by the municipality's records; ``areas`` those that a lesson teaches. ``after`` is 0 for a part of the course; a
    follow-up says how many days after the post-test it is due. A corrected assignment ``replaces`` the id that it had before.
    """

    title: Text
    areas: tuple[Area, ...]
    modules: tuple[Module, ...]
    slots: tuple[Slot, ...]

    def module(self, module_id: str) -> Module:
        """Return a module by id; by one that was replaced, the module that took its place, under the old id."""
        for module in self.modules:
            if module.id == module_id:
                return module
        newer = self.successor(module_id)
        if newer == module_id:
            raise NoQuestion(address=module_id)
        return replace(self.module(newer), id=module_id)

    def successor(self, module_id: str) -> str:
        """Return the id under which an assignment is in the course now: its own, unless it was replaced."""
        newer = next((module.id for module in self.modules if module.replaces == module_id), None)
        return module_id if newer is None else self.successor(newer)

    def slot(self, slot_id: str) -> Slot | None:
        """Return a slot by id, or None."""
        return next((slot for slot in self.slots if slot.id == slot_id), None)

    @property
    def tests(self) -> tuple[Module, ...]:
        """The tests, which have slots and forms, in course order (pre-test, post-test)."""
        return tuple(module for module in self.modules if module.kind == "test")

    @property
    def lessons(self) -> tuple[Module, ...]:
        """The lessons in course order, which is their number; the last is the page on one's own gain."""
        return tuple(module for module in self.modules if module.kind in ("lesson", "growth"))

    @property
    def assignments(self) -> tuple[Module, ...]:
        """Everything that is released, submitted and graded, in course order: exercises, tests, the municipality's own work, follow-ups."""
        return tuple(module for module in self.modules if module.kind in ASSIGNED)

    def given(self, names: Iterable[str]) -> tuple[Module, ...]:
        """Return the assignments of these ids in course order; one that was replaced stands before the one that took its place."""
        known = sorted(names)
        return tuple(
            self.module(name)
            for module in self.assignments
            for name in (*(one for one in known if one != module.id), module.id)
            if name in known and self.successor(name) == module.id
        )

    @property
    def followups(self) -> tuple[Module, ...]:
        """The assignments that come after the course, the soonest first; nobody needs them to be done with the course."""
        return tuple(sorted((module for module in self.assignments if module.after), key=lambda module: module.after))


def lesson_of(exercise: Module) -> Module:
    """Return the lesson that an exercise stands right behind, also under a former id; another module itself.

    Examples
    --------
    >>> lesson_of(load_course().module("m02-ulesanne")).id
    'm02'
    """
    if exercise.kind != "exercise":
        return exercise
    course = load_course()
    names = [module.id for module in course.modules]
    return course.modules[names.index(course.successor(exercise.id)) - 1]


def material() -> Path:
    """Return the folder that holds ``course/``, ``exercises/`` and ``datasets/``."""
    wheel = PACKAGE / "material"
    return wheel if wheel.is_dir() else PACKAGE.parent


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None


def course_from(data: Mapping[str, object]) -> Course:
    """Return the course that stands in the mapping of ``course.json``."""
    rows = cast(Mapping[str, list[dict[str, object]]], data)

    def text(value: object) -> Text:
        pair = cast(Mapping[str, str], value)
        return Text(et=pair["et"], en=pair["en"])

    return Course(
        title=text(data["title"]),
        areas=tuple(Area(str(r["id"]), text(r["name"]), text(r["description"])) for r in rows["areas"]),
        modules=tuple(
            Module(
                id=str(r["id"]),
                kind=cast(ModuleKind, r["kind"]),
                slug=str(r["slug"]),
                minutes=int(cast(int, r["minutes"])),
                title=text(r["title"]),
                goal=text(r["goal"]),
                questions=tuple(cast(list[str], r["questions"])),
                areas=tuple(cast(list[str], r.get("areas", []))),
                checks=tuple(cast(list[str], r.get("checks", []))),
                after=int(cast(int, r.get("after", 0))),
                replaces=cast("str | None", r.get("replaces")),
            )
            for r in rows["modules"]
        ),
        slots=tuple(
            Slot(str(r["id"]), str(r["area"]), str(r["level"]), {"A": str(r["A"]), "B": str(r["B"])})
            for r in rows["slots"]
        ),
    )


@cache
def load_course() -> Course:
    """Return the built course.

    Examples
    --------
    >>> [area.id for area in load_course().areas]
    ['principles', 'transparency', 'participation', 'digital', 'impact']
    """
    return course_from(cast(Mapping[str, object], _read(material() / "course" / "course.json")))


@cache
def load_bank() -> Mapping[str, Question]:
    """Return the public bank: question id to question, without keys of graded questions."""
    rows = cast(list[dict[str, object]], _read(material() / "course" / "questions.json"))
    return {question.id: question for question in map(question_from, rows)}


def keys_path() -> Path:
    """Return where the key file stands in a trainer's checkout (a learner's wheel has none)."""
    return material() / "solutions" / "keys.json"


def load_graded(path: Path | None = None) -> Mapping[str, Question]:
    """Return the graded questions with their keys, from the key file at ``path`` (default: the checkout's).

    Raises
    ------
    KeysMissing
        Where there is no key file, as in a learner's installation.
    """
    place = path or keys_path()
    if not place.is_file():
        raise KeysMissing(path=place)
    keys = cast(dict[str, dict[str, object]], _read(place))
    rows = cast(list[dict[str, object]], _read(material() / "course" / "questions.json"))
    return {str(row["id"]): question_from(row, keys[str(row["id"])]) for row in rows if str(row["id"]) in keys}


def find_question(address: str, form: str | None = None) -> Question:
    """Return the question at ``"<module>/<slot or question id>"``; a slot needs the learner's ``form``.

    Raises
    ------
    NoQuestion
        If the course has nothing at that address.
    """
    module_id, _, place = address.partition("/")
    course = load_course()
    module = course.module(module_id)
    slot = course.slot(place) if module.kind == "test" else None
    question = slot.forms.get(form or "") if slot else place if place in (*module.questions, *module.checks) else None
    if question is None or question not in load_bank():
        raise NoQuestion(address=address)
    return load_bank()[question]
