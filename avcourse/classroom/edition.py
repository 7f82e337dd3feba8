"""An assignment as a class was given it: its questions, keys and slots of the day, so that a later checkout changes nothing in silence.

``CLASS/editions/<assignment>.json``, for the trainer only, since the keys stand in it. A class of an earlier release of avcourse has
none; there the checkout's bank counts, with the keys of the class.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.workspace import KEYS, ClassFolder, write_private
from avcourse.course.course import Course, course_from, keys_path, material
from avcourse.course.questions import Question, question_from
from avcourse.errors import AvcourseError, KeysMissing, NoAssignment

EDITIONS: Final = "editions"
_ASKED: Final = ("kind", "text", "options", "targets", "unit", "minimum", "maximum", "points", "check", "dont_know")
"""What a learner answered: when none of it changed, an old answer still means the same."""
Row = Mapping[str, Any]
_NO_KEY: Final[Row] = {"answer": []}
"""The key of a question that counts for nobody: whatever was answered is worth nothing."""
_USE_KEY: Final = re.compile(r"""use_key\((["'])(?P<question>[a-z0-9-]{1,64})\1, .*\)(?P<end>\s*)$""")


class EditionUnreadable(AvcourseError):
    """What the class keeps of a released assignment was damaged: fields ``path``, ``reason``."""

    et = "Faili {path} ei saa lugeda ({reason}). Taastage see varukoopiast: avcourse class restore."
    en = "The file {path} cannot be read ({reason}). Restore it from a backup: avcourse class restore."


def digest(data: object) -> str:
    """Return a word for JSON data that changes when the data does.

    Examples
    --------
    >>> digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}), digest([1]) == digest([2])
    (True, False)
    """
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def public_digest(row: Row) -> str:
    """Return a word for what a learner saw and answered in a question: it does not change with key, feedback or rubric."""
    return digest({name: row[name] for name in _ASKED if name in row})


@dataclass(frozen=True)
class Edition:
    """One assignment of a class.

    ``structure`` is the mapping of ``course.json`` with this one module. ``rows`` are the public questions by id, ``keys`` those of the
    graded ones. ``left_out`` are grade cells that count for nobody. ``pending`` are corrections of which the grading may not be done.
    """

    assignment: str
    structure: Row
    rows: Mapping[str, Row]
    keys: Mapping[str, Row]
    left_out: frozenset[str] = frozenset()
    pending: tuple[Row, ...] = field(default=())

    @cached_property
    def own(self) -> Course:
        """Return the course with this assignment alone, its slots as they were."""
        return course_from(self.structure)

    @cached_property
    def bank(self) -> Mapping[str, Question]:
        """Return the questions; the graded ones have their keys."""
        return {name: question_from(row, self.keys.get(name)) for name, row in self.rows.items()}

    @cached_property
    def graded(self) -> Mapping[str, Question]:
        """Return the questions that a key judges."""
        return {name: question for name, question in self.bank.items() if name in self.keys}

    def within(self, course: Course) -> Course:
        """Return the course as it is for this assignment: everything else as it stands now, its own module and slots as they were."""
        mine = self.own.modules[0]
        others = tuple(mine if module.id == mine.id else module for module in course.modules)
        known = any(module.id == mine.id for module in course.modules)
        return replace(course, modules=others if known else (*others, mine), slots=self.own.slots)

    def cells_of(self, question: str) -> tuple[str, ...]:
        """Return the grade cells in which a question stands: slots of a test, or the cell of its own name."""
        slots = tuple(slot.id for slot in self.own.slots if question in slot.forms.values())
        return slots if slots and self.own.modules[0].kind == "test" else (question,)


def _path(folder: ClassFolder, assignment: str) -> Path:
    return folder.root / EDITIONS / f"{assignment}.json"


def edition_files(folder: ClassFolder) -> list[Path]:
    """Return the files of all editions that the class keeps."""
    return sorted((folder.root / EDITIONS).glob("*.json"))


def _built(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _cut(assignment: str, course: Row, rows: Iterable[Row], keys: Mapping[str, Row]) -> Edition:
    """Return the part of a whole course that one assignment needs."""
    module = next((row for row in course["modules"] if row["id"] == assignment), None)
    if module is None:
        raise NoAssignment(assignment=assignment, known=", ".join(str(row["id"]) for row in course["modules"]))
    slots = course["slots"] if module["kind"] == "test" else []
    asked = {*module["questions"], *module.get("checks", []), *(slot[form] for slot in slots for form in "AB")}
    kept = {str(row["id"]): row for row in rows if row["id"] in asked}
    structure = {"title": course["title"], "areas": course["areas"], "modules": [module], "slots": slots}
    edition = Edition(assignment, structure, kept, {name: keys[name] for name in kept if name in keys})
    withdrawn = (name for name, row in kept.items() if row.get("withdrawn"))
    return replace(edition, left_out=frozenset(cell for name in withdrawn for cell in edition.cells_of(name)))


def checkout_edition(assignment: str, keys: Path | None = None) -> Edition:
    """Return an assignment as the checkout has it, with the keys at ``keys`` (default: the checkout's).

    Raises
    ------
    KeysMissing
        Where there is no key file.
    NoAssignment
        If the course has no such module.
    """
    place = keys or keys_path()
    if not place.is_file():
        raise KeysMissing(path=place)
    built = material() / "course"
    return _cut(assignment, _built(built / "course.json"), _built(built / "questions.json"), _built(place))


def has_edition(folder: ClassFolder, assignment: str) -> bool:
    """Whether the class keeps its own edition of an assignment."""
    return _path(folder, assignment).is_file()


def read_edition(folder: ClassFolder, assignment: str) -> Edition:
    """Return an assignment as the class was given it.

    Raises
    ------
    EditionUnreadable
        If the file was damaged: nothing is graded by a guess.
    """
    path = _path(folder, assignment)
    if not path.is_file():
        return checkout_edition(assignment, folder.root / KEYS)
    try:
        data = _built(path)
        left_out, pending = frozenset(map(str, data["left_out"])), tuple(data["pending"])
        edition = Edition(assignment, data["structure"], data["questions"], data["keys"], left_out, pending)
        if edition.own.modules[0].id == assignment and edition.bank.keys() >= edition.keys.keys():
            return edition
        raise ValueError("assignment")
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise EditionUnreadable(path=path, reason=str(error) or type(error).__name__) from None


def write_edition(folder: ClassFolder, edition: Edition) -> None:
    """Keep an edition in the class folder, whole or not at all."""
    path = _path(folder, edition.assignment)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    data = {
        "v": 1,
        "structure": edition.structure,
        "questions": edition.rows,
        "keys": edition.keys,
        "left_out": sorted(edition.left_out),
        "pending": edition.pending,
    }
    write_private(path, (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode())


def class_keys(folder: ClassFolder) -> bytes:
    """Return the key file of a class: the checkout's, but for what the class's own assignments were given."""
    raw = keys_path().read_bytes()
    keys = json.loads(raw)
    own = [read_edition(folder, name).keys for name in folder.assignments() if has_edition(folder, name)]
    merged = {**keys, **{question: key for each in own for question, key in each.items()}}
    return raw if merged == keys else (json.dumps(merged, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def corrected_source(notebook: bytes, edition: Edition) -> bytes:
    """Return a solution notebook with the keys of an edition in its hidden tests; cells that are left out are worth nothing.

    So plain ``nbgrader autograde`` comes to the same points.
    """
    data = json.loads(notebook)
    for cell in data["cells"]:
        tags = cell["metadata"].get("nbgrader", {})
        if not tags.get("grade"):
            continue
        out = tags["grade_id"] in edition.left_out
        if out:
            tags["points"] = 0
        text = "".join(cell["source"])
        lines = [_with_key(line, edition, out) for line in text.splitlines(keepends=True)]
        cell["source"] = lines if isinstance(cell["source"], list) else "".join(lines)
    return (json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _with_key(line: str, edition: Edition, out: bool) -> str:
    match = _USE_KEY.match(line)
    if match is None or match["question"] not in edition.keys:
        return line
    key = _NO_KEY if out else edition.keys[match["question"]]
    needed = {name: key[name] for name in ("answer", "tolerance") if name in key}
    return f'use_key("{match["question"]}", {json.dumps(needed)}){match["end"]}'
