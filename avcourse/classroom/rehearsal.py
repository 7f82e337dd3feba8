"""A class to try the desk with: invented participants hand in invented answers, laid out as nbgrader's submit would.

Synthetic data, and always labelled so: the participants are called ``proov-0001`` and on, ``class.toml`` says
``rehearsal = true``, and desk and report say it too. The same seed gives the same bytes.
"""

from __future__ import annotations

import base64
import json
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, Final

from avcourse.answers.folder import CARD, LOG, form_of
from avcourse.answers.responses import Response, log_line
from avcourse.classroom.guard import writing_class
from avcourse.classroom.inbox import hand_ins
from avcourse.classroom.rehearsal_later import assess_again
from avcourse.classroom.rehearsal_people import Item, Person, answer_item, draw_item, draw_person, rate
from avcourse.classroom.rehearsal_texts import write_answer
from avcourse.classroom.workspace import INBOX, KEYS, STAMP, ClassFolder, make_exchange, stamp_text
from avcourse.course.course import Course, Module, load_bank, load_course, load_graded
from avcourse.course.questions import Answer, Question
from avcourse.errors import AvcourseError, FolderNotWritable, NoAssignment
from avcourse.municipality.example import load_example
from avcourse.municipality.reassessment import OWN
from avcourse.municipality.records import KINDS

PREFIX: Final = "proov-"
_SECRET: Final = "submission_secret.txt"
_LINE: Final = (
    "# Harjutusklass: osalejad ja vastused on väljamõeldud. / A practice class: participants and answers are invented.\n"
    "rehearsal = true\n"
)
_BEGUN: Final = datetime(2026, 11, 9, 8)
"""When the first assignment of a rehearsal is handed in; a fixed day, so that the same seed gives the same bytes."""
_LATER: Final = timedelta(hours=18)
"""From one assignment to the next."""

Said = list[tuple[str, Answer, str | None, int | None]]
"""Question, answer, form and confidence, in the order in which they were given."""


class RehearsalRefused(AvcourseError):
    """Invented answers asked for in a class with real ones: fields ``path``, ``student``."""

    et = (
        "Klassis {path} on juba päris esitusi, näiteks osalejalt „{student}“. Väljamõeldud vastuseid nende kõrvale ei lisata. "
        "Tehke harjutamiseks uus klass: avcourse class new."
    )
    en = (
        "The class {path} has real submissions already, for example from ‘{student}’. Invented answers are not put beside "
        "them. Make a new class to practise with: avcourse class new."
    )


@dataclass(frozen=True, slots=True)
class _Script:
    """What every invented participant is given: the course, its bank with keys, how the items behave, the worked example."""

    course: Course
    bank: dict[str, Question]
    items: dict[str, Item]
    example: dict[str, dict[str, dict[str, Any]]]
    seed: int


def is_rehearsal(folder: ClassFolder) -> bool:
    """Return whether the participants of a class are invented; then desk, report and exports must say so."""
    try:
        return tomllib.loads((folder.root / CARD).read_text(encoding="utf-8-sig")).get("rehearsal") is True
    except (OSError, ValueError):
        return False


def _real_submission(folder: ClassFolder) -> str | None:
    """Return whose real submission there is, or None."""
    names = [path.name.partition("+")[0] for path in _inside(folder.inbound)]
    names += [path.name for path in _inside(folder.root / "submitted") if path.is_dir()]
    names += [path.name for path in hand_ins(folder.root / INBOX)]
    return next((name for name in names if not name.startswith((PREFIX, "."))), None)


def _inside(place: Path) -> list[Path]:
    return sorted(place.iterdir()) if place.is_dir() else []


def _test_answers(module: Module, person: Person, student: str, script: _Script, draw: Random) -> Said:
    tests = tuple(test.id for test in script.course.tests)
    form, later = form_of(student, module.id, tests), module.id != tests[0]
    said: Said = []
    for slot in script.course.slots:
        question = script.bank[slot.forms[form]]
        given = answer_item(question, script.items[question.id], person, later, draw)
        if given is not None:
            said.append((question.id, given[0], form, given[1]))
    return said


def _plain_answers(module: Module, person: Person, script: _Script, draw: Random) -> Said:
    """Return the answers to what stands on the page outside slots and records: ratings, choices, open answers."""
    later = module.id != script.course.tests[0].id if script.course.tests else True
    said: Said = []
    for name in module.questions:
        question = script.bank[name]
        if question.graded and question.key and not question.by_hand:
            given = answer_item(question, script.items[name], person, later, draw)
            said += [(name, given[0], None, given[1])] if given else []
        elif draw.random() >= max(person.blanks, 0.03):
            said.append((name, _plain_answer(question, person, later, script, draw), None, None))
    return said


def _plain_answer(question: Question, person: Person, later: bool, script: _Script, draw: Random) -> Answer:
    names = [option.id for option in question.options]
    match question.kind:
        case "long" | "short":
            return write_answer(question.id, person.now(question.area, later), draw)
        case "rating":
            return rate(question, person, later, draw)
        case "number":
            low = question.minimum or 0.0
            return float(
                draw.randint(round(low), round(question.maximum if question.maximum is not None else low + 20))
            )
        case "multiple":
            return tuple(draw.sample(names, draw.randint(1, len(names))))
        case "ordering":
            return tuple(draw.sample(names, len(names)))
        case "matching":
            return tuple(f"{name}:{draw.choice(question.targets).id}" for name in names)
    return (draw.choice(names),)


def _records(module: Module, person: Person, script: _Script, draw: Random) -> Said:
    """Return the worked example as this person would have filled it in: the less able, the less of it."""
    said: Said = []
    for kind, records in script.example.items():
        if KINDS[kind] != module.id:
            continue
        for name, data in records.items():
            if kind == "profile":
                data = {**data, "name": f"Proovivald {person.number}"}
            elif kind == "earlier":
                pass
            elif draw.random() > person.diligence + 0.1:
                continue
            else:
                data = _thinned(kind, data, person.diligence, draw)
            said.append((f"{kind}:{name}", json.dumps(data, ensure_ascii=False), None, None))
    return said


def _thinned(kind: str, data: dict[str, Any], diligence: float, draw: Random) -> dict[str, Any]:
    """Return a record with some of its fields left empty; a level may stand a step off, and lack its evidence."""
    if kind in ("level", "again"):
        level, steps = data.get("level"), (-1, 0, 0, 0, 1) if kind == "level" else (0, 0, 0, 1, 1)
        moved = min(4, max(0, level + draw.choice(steps))) if isinstance(level, int) else level
        rest = data if draw.random() < diligence else {"version": data["version"], "confidence": "guess"}
        return {**rest, "level": moved}
    keep = {"title", "date", "kind", "role", "answers", "consent"}
    return {name: value for name, value in data.items() if name in keep or draw.random() < 0.55 + diligence / 2}


def _log(module: str, said: Said, sent: datetime) -> bytes:
    """Return a log whose last answer stands five minutes before it was sent, one answer each half minute."""
    first = sent - timedelta(minutes=5, seconds=30 * len(said))
    lines = []
    for number, (question, answer, form, confidence) in enumerate(said, start=1):
        at = (first + timedelta(seconds=30 * number)).strftime("%Y-%m-%dT%H:%M:%SZ")
        lines.append(log_line(Response(number, module, question, form, answer, confidence, at)))
    return b"".join(lines)


def _submission(
    module: Module, order: int, person: Person, student: str, script: _Script
) -> tuple[str, bytes, str] | None:
    """Return the name of a submission in the exchange, its log and its secret; None where the person hands in nothing."""
    draw = Random(f"{script.seed}/{student}/{module.id}")
    if order and (person.leaves or draw.random() < 0.04):
        return None
    said: Said = []
    if module.kind == "test":
        said += _test_answers(module, person, student, script, draw)
    said += _records(module, person, script, draw)
    if module.id == KINDS["again"]:
        said += assess_again(script.example.get("level", {}), person.diligence, draw)
    said += _plain_answers(module, person, script, draw)
    sent = _BEGUN + order * _LATER + timedelta(seconds=draw.randrange(36 * 3600), microseconds=draw.randrange(10**6))
    unguessable = base64.urlsafe_b64encode(draw.randbytes(9)).decode("ascii")
    name = f"{student}+{module.id}+{stamp_text(sent)}+{unguessable}"
    return (name, _log(module.id, said, sent), draw.randbytes(64).hex()) if said else None


def _put(place: Path, module: str, stamp: str, page: bytes, log: bytes, secret: str) -> None:
    """Write a submission with the permissions that nbgrader gives it."""
    place.mkdir(exist_ok=True)
    files = {LOG: log, f"{module}.ipynb": page, STAMP: stamp.encode(), _SECRET: secret.encode()}
    for name, data in files.items():
        (place / name).write_bytes(data)
        (place / name).chmod(0o644)
    place.chmod(0o777)


def _script(folder: ClassFolder, seed: int) -> _Script:
    bank = {**load_bank(), **load_graded(folder.root / KEYS)}
    items = {name: draw_item(name, seed) for name in bank}
    example: dict[str, dict[str, dict[str, Any]]] = {}
    with suppress(AvcourseError):
        example = load_example(folder.language)
        # The example knows no year later: there its levels are answered anew, beside the state that was saved first.
        example["again"], rounds = example["level"], example["round"]
        example["earlier"] = {OWN: rounds[min(rounds)]}
    return _Script(load_course(), bank, items, example, seed)


def _modules(folder: ClassFolder, assignments: Sequence[str] | None) -> Iterator[tuple[int, Module]]:
    released = folder.assignments()
    for name in assignments or ():
        if name not in released:
            raise NoAssignment(assignment=name, known=", ".join(released))
    for order, module in enumerate(load_course().assignments):
        if module.id in (assignments or released):
            yield order, module


def fill_rehearsal(
    folder: ClassFolder, learners: int = 79, *, seed: int = 0, assignments: Sequence[str] | None = None
) -> tuple[str, ...]:
    """Put submissions of invented participants into the class's exchange and return who they are.

    Parameters
    ----------
    folder
        The class; something must be released to it.
    learners
        How many participants.
    seed
        What all answers are drawn from: the same seed gives the same bytes.
    assignments
        Which assignments; all that are released by default.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    NoAssignment
        If an assignment is not released.
    RehearsalRefused
        If somebody real has handed in something.
    ClassBusy, FolderNotWritable
        If the class or the exchange cannot be written.
    """
    folder.check_released()
    real = _real_submission(folder)
    if real is not None:
        raise RehearsalRefused(path=folder.root, student=real)
    script, modules = _script(folder, seed), list(_modules(folder, assignments))
    pages = {module.id: folder.released(module.id).read_bytes() for _, module in modules}
    areas = tuple(area.id for area in script.course.areas)
    students = tuple(f"{PREFIX}{number:04d}" for number in range(1, learners + 1))
    try:
        with writing_class(folder, "rehearsal", copy=False):
            label_rehearsal(folder)
            make_exchange(folder.exchange, folder.id)
            for number, student in enumerate(students, start=1):
                person = draw_person(number, areas, seed)
                for order, module in modules:
                    made = _submission(module, order, person, student, script)
                    if made is not None:
                        name, log, secret = made
                        _put(folder.inbound / name, module.id, name.split("+")[2], pages[module.id], log, secret)
    except OSError as error:
        raise FolderNotWritable(path=error.filename or folder.root, reason=error.strerror or str(error)) from error
    return students


def label_rehearsal(folder: ClassFolder) -> None:
    """Write into the class that it is a rehearsal, before the first invented answer is there."""
    if not is_rehearsal(folder):
        path = folder.root / CARD
        partial = path.with_name(f".{CARD}.part")
        partial.write_text(path.read_text(encoding="utf-8-sig") + _LINE, encoding="utf-8")
        partial.replace(path)
