"""Who is in a class: pseudonyms and groups in the class folder; names only in a file outside it, on this machine.

``roster.csv`` holds no name. Names, where the trainer reads them in, stand under the user's own data folder (``AVCOURSE_NAMES`` names
another one), readable by the trainer only; no export and no backup has them.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Final

from avcourse.answers.folder import CARD, STUDENT_ID, new_pseudonym
from avcourse.classroom.guard import not_writable, writing_class
from avcourse.classroom.workspace import ClassFolder, card_text, write_private
from avcourse.course.language import Language, Text, say
from avcourse.errors import AvcourseError
from avcourse.municipality.tablefiles import Bad, Row, Table, cell_problem, find_table, guard, heading_key
from avcourse.municipality.tablerows import as_text
from avcourse.municipality.words import both, refuse

ROSTER: Final = "roster.csv"
PREVIOUS: Final = "roster-previous.csv"
NAMES: Final = "AVCOURSE_NAMES"
LONGEST_GROUP: Final = 80
LONGEST_NAME: Final = 120
_HEADINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "student": ("tunnus", "osaleja", "osaleja tunnus", "pseudonüüm", "student", "student id", "id", "pseudonym"),
    "name": ("nimi", "osaleja nimi", "ees- ja perekonnanimi", "täisnimi", "name", "full name", "participant name"),
    "first": ("eesnimi", "first name", "given name"),
    "last": ("perekonnanimi", "perenimi", "last name", "surname", "family name"),
    "group": ("rühm", "grupp", "group", "team"),
}
_COLUMNS: Final = {heading_key(word): column for column, words in _HEADINGS.items() for word in words}


class RosterUnreadable(AvcourseError):
    """The roster or the file of names was damaged by hand: field ``path``."""

    et = "Osalejate nimekirja {path} ei saa lugeda. Taastage fail varukoopiast või lugege nimekiri uuesti sisse."
    en = "The roster {path} cannot be read. Restore it from a backup, or read the roster in again."


class NamesInClass(AvcourseError):
    """Names would stand inside the class folder: field ``path``."""

    et = "Nimede fail {path} oleks klassi kaustas ja võiks sealt edasi minna. Määrake keskkonnamuutujaga AVCOURSE_NAMES teine kaust."
    en = "The file of names {path} would be in the class folder and might be passed on with it. Set AVCOURSE_NAMES to another folder."


class NothingToUndo(AvcourseError):
    """There is no earlier roster."""

    et = "Varasemat osalejate nimekirja ei ole, tagasi võtta ei ole midagi."
    en = "There is no earlier roster to go back to."


@dataclass(frozen=True, slots=True)
class Member:
    """A participant by pseudonym, and the group that the trainer put them into."""

    student: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class RosterReport:
    """What reading a roster in did: members new, changed, the same, and those the file did not name, who stay.

    ``named`` counts names that went into the file outside; ``unread`` are headings of columns that were left out.
    """

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()
    named: int = 0
    unread: tuple[str, ...] = ()
    names: Path | None = None

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what a trainer should know."""
        counts = {"added": len(self.added), "changed": len(self.changed), "same": len(self.same)}
        yield say("roster.read", language, **counts)
        if self.unnamed:
            yield say("roster.stay", language, count=len(self.unnamed), students=", ".join(self.unnamed[:10]))
        if self.named:
            yield say("roster.named", language, count=self.named, path=self.names)
        if self.unread:
            yield say("roster.unread", language, columns=", ".join(self.unread))


# What stands in the files


def names_path(folder: ClassFolder) -> Path:
    """Return the file of names of a class, outside its folder; nothing else may know it.

    Raises
    ------
    NamesInClass
        If it would stand in the class folder.
    """
    from platformdirs import user_data_path

    place = os.environ.get(NAMES)
    path = (Path(place) if place else user_data_path("avcourse") / "names").resolve() / f"{folder.id}.csv"
    if path.is_relative_to(folder.root.resolve()):
        raise NamesInClass(path=path)
    return path


def _previous(path: Path) -> Path:
    return path.with_name(f"{path.stem}-previous{path.suffix}")


def _read_pairs(path: Path, head: tuple[str, str]) -> dict[str, str]:
    try:
        rows = list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"), newline=""), strict=True))
        if tuple(rows[0]) != head:
            raise ValueError(rows[0])
        pairs = {student: second[1:] if second.startswith("'") else second for student, second in rows[1:]}
        if not all(map(STUDENT_ID.fullmatch, pairs)):
            raise ValueError(path)
        return pairs
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, IndexError, csv.Error):
        raise RosterUnreadable(path=path) from None


def _pairs_bytes(head: tuple[str, str], pairs: Mapping[str, str]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows((student, guard(second)) for student, second in pairs.items())
    return text.getvalue().encode()


_ROSTER_HEAD: Final = ("student", "group")
_NAMES_HEAD: Final = ("student", "name")


def read_roster(folder: ClassFolder) -> tuple[Member, ...]:
    """Return the members of a class in the order of the roster; none where no roster was read in.

    Raises
    ------
    RosterUnreadable
        If the file is damaged.
    """
    return tuple(Member(*pair) for pair in _read_pairs(folder.root / ROSTER, _ROSTER_HEAD).items())


def read_names(folder: ClassFolder) -> Mapping[str, str]:
    """Return the names of members by pseudonym, for the trainer's eyes only; empty where this machine has none.

    Raises
    ------
    RosterUnreadable, NamesInClass
        If the file is damaged or stands in the wrong place.
    """
    return _read_pairs(names_path(folder), _NAMES_HEAD)


def _write(folder: ClassFolder, members: Iterable[Member], names: Mapping[str, str]) -> None:
    """Write roster, names and cards; what was there before is kept for one step back."""
    outside = names_path(folder)
    try:
        outside.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in (outside, folder.root / ROSTER):
            earlier = folder.root / PREVIOUS if path.name == ROSTER else _previous(path)
            write_private(earlier, path.read_bytes() if path.is_file() else b"")
        if names or outside.is_file():
            write_private(outside, _pairs_bytes(_NAMES_HEAD, names))
        pairs = {member.student: member.group for member in members}
        write_private(folder.root / ROSTER, _pairs_bytes(_ROSTER_HEAD, pairs))
        write_cards(folder, pairs)
    except OSError as error:
        raise not_writable(error, folder.root) from error


def write_cards(folder: ClassFolder, students: Iterable[str]) -> None:
    """Write a class card for each member, ``card/<student>/class.toml``, and take away those of nobody's."""
    wanted = set(students)
    for student in wanted:
        card = folder.root / "card" / student / CARD
        card.parent.mkdir(exist_ok=True)
        text = card_text(folder.id, folder.exchange, student)
        if not card.is_file() or card.read_text(encoding="utf-8") != text:
            card.write_text(text, encoding="utf-8")
    for card in (folder.root / "card").glob(f"*/{CARD}"):
        if card.parent.name not in wanted:
            card.unlink()
            card.parent.rmdir()


# Reading a roster in


@dataclass(frozen=True, slots=True)
class _Person:
    """What a row says of somebody; what is empty says nothing."""

    row: int
    student: str
    name: str
    group: str


def _columns(table: Table) -> tuple[dict[str, int], tuple[str, ...]]:
    """Return where each known column stands, and the headings of the others."""
    places: dict[str, int] = {}
    unread = []
    for index, heading in enumerate(table.head):
        column = _COLUMNS.get(heading_key(heading))
        if column is not None and column in places:
            raise refuse(table.file, [both("import.head-twice", column=heading)])
        if column is not None:
            places[column] = index
        elif heading:
            unread.append(heading)
    if not places.keys() & {"student", "name", "first", "last"}:
        raise refuse(table.file, [both("roster.no-head")])
    return places, tuple(unread)


def _person(table: Table, row: Row, places: Mapping[str, int], problems: list[Text]) -> _Person:
    def cell(column: str, limit: int) -> str:
        index = places.get(column)
        value = row.cells[index] if index is not None and index < len(row.cells) else None
        if index is None or value is None:
            return ""
        text = "" if isinstance(value, Bad) else " ".join(as_text(value).split())
        if isinstance(value, Bad):
            problems.append(cell_problem(row.number, table.column_name(index), both(f"import.{value.value}")))
        elif len(text) > limit or not text.isprintable():
            problems.append(cell_problem(row.number, table.column_name(index), both("roster.too-long", limit=limit)))
        return text

    student = cell("student", 100)
    # A participant called like the class card would have to stand in its place.
    if student and (not STUDENT_ID.fullmatch(student) or student.casefold() == CARD):
        problems.append(cell_problem(row.number, table.column_name(places["student"]), both("roster.wrong-id")))
    name = cell("name", LONGEST_NAME) or " ".join(
        filter(None, (cell("first", LONGEST_NAME), cell("last", LONGEST_NAME)))
    )
    if not student and not name:
        problems.append(both("import.row", row=row.number, reason=both("roster.nobody")))
    return _Person(row.number, student, name, cell("group", LONGEST_GROUP))


def _twice(people: Iterable[_Person]) -> Iterator[Text]:
    """Give a problem for each row that names somebody whom an earlier row named."""
    first: dict[tuple[str, str], int] = {}
    for person in people:
        # Two people may have one name, but then only ids tell them apart.
        key = ("student", person.student) if person.student else ("name", person.name.casefold())
        earlier = first.setdefault(key, person.row)
        if earlier != person.row:
            yield both("import.row", row=person.row, reason=both("roster.twice", row=earlier))


def _read_people(name: str, data: bytes) -> tuple[list[_Person], tuple[str, ...]]:
    table = find_table(name, data, _COLUMNS)
    places, unread = _columns(table)
    problems: list[Text] = []
    people = [_person(table, row, places, problems) for row in table.rows]
    problems += _twice(people)
    if not people:
        problems.append(both("import.empty"))
    if problems:
        raise refuse(table.file, problems)
    return people, unread


def import_roster(
    folder: ClassFolder, name: str, data: bytes, *, pseudonym: Callable[[], str] = new_pseudonym
) -> RosterReport:
    """Read the members of a class from CSV or Excel: by pseudonym, or by a name for which a pseudonym is made.

    Somebody whom the class has already, by pseudonym or by the same name, is changed and not added again. Whom the file does not
    name stays. The columns are known by their headings in both languages; others are left out, and named.

    Parameters
    ----------
    folder
        The class.
    name
        The file's name, for the sentences.
    data
        The file.
    pseudonym
        Makes an id for somebody who has only a name.

    Raises
    ------
    ImportRefused
        If the file does not fit; nothing is changed.
    ClassBusy, ClassNotWritable, NamesInClass, RosterUnreadable
        If the class cannot be written.
    """
    people, unread = _read_people(name, data)
    with writing_class(folder, "roster", copy=False):
        members = {member.student: member for member in read_roster(folder)}
        names = dict(read_names(folder))
        before = dict(members), dict(names)
        by_name = {each.casefold(): student for student, each in names.items()}
        seen: dict[str, int] = {}
        for person in people:
            student = person.student or by_name.get(person.name.casefold()) or _unused(pseudonym, members, names)
            if student in seen:
                raise refuse(name, [both("import.row", row=person.row, reason=both("roster.twice", row=seen[student]))])
            seen[student] = person.row
            old = members.get(student, Member(student))
            members[student] = Member(student, person.group or old.group)
            if person.name:
                names[student] = person.name
        if (members, names) != before:
            _write(folder, members.values(), names)
        known, earlier_names = before
        added = tuple(student for student in seen if student not in known)
        changed = tuple(
            s for s in seen if s in known and (members[s] != known[s] or names.get(s) != earlier_names.get(s))
        )
        new_or_changed = {*added, *changed}
        return RosterReport(
            added,
            changed,
            tuple(student for student in seen if student not in new_or_changed),
            tuple(student for student in members if student not in seen),
            sum(bool(person.name) for person in people),
            unread,
            names_path(folder),
        )


def _unused(pseudonym: Callable[[], str], *taken: Mapping[str, object]) -> str:
    while True:
        student = pseudonym()
        if not any(student in each for each in taken):
            return student


def undo_roster(folder: ClassFolder) -> tuple[Member, ...]:
    """Go back to the roster and names before the last file was read in, and return the members; doing it again goes forth.

    Raises
    ------
    NothingToUndo
        If no roster was read in.
    ClassBusy, ClassNotWritable, NamesInClass, RosterUnreadable
        If the class cannot be written.
    """
    earlier = folder.root / PREVIOUS
    if not earlier.is_file():
        raise NothingToUndo
    with writing_class(folder, "roster", copy=False):
        members = (
            [Member(*pair) for pair in _read_pairs(earlier, _ROSTER_HEAD).items()] if earlier.stat().st_size else []
        )
        named = _previous(names_path(folder))
        names = _read_pairs(named, _NAMES_HEAD) if named.is_file() and named.stat().st_size else {}
        _write(folder, members, names)
        return tuple(members)
