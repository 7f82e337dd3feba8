"""Everything that a class can be exported as, by name: the command line and the desk offer the same list.

Exports are written into ``CLASS/exports/``, readable by the trainer alone, so that erasing somebody finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from avcourse.classroom import export_grades
from avcourse.classroom.export_competences import competency_framework
from avcourse.classroom.export_facts import totals
from avcourse.classroom.export_xapi import xapi_lines
from avcourse.classroom.guard import writing_class
from avcourse.classroom.own_data import EXPORTS, own_data, own_data_name
from avcourse.classroom.rehearsal import is_rehearsal
from avcourse.classroom.roster import NamesInClass, read_names
from avcourse.classroom.workspace import KEYS, ClassFolder, write_private
from avcourse.course.course import load_bank, load_graded
from avcourse.course.formats.gift import write_gift
from avcourse.course.formats.moodle_read import write_moodle
from avcourse.course.language import Language, Text
from avcourse.course.questions import Question
from avcourse.errors import AvcourseError, FileNotWritten

_INVENTED: Final = "proov-"
"""Before the name of a file about invented participants."""


class ExportShared(AvcourseError):
    """An export asked for where participants could read it: field ``path``."""

    et = "Kausta {path} näevad osalejad. Väljavõte on ainult koolitajale: valige teine koht või jätke fail klassi kausta „exports“."
    en = "Participants can see {path}. An export is for the trainer only: choose another place, or leave the file in the class’s ‘exports’."


class NoExport(AvcourseError):
    """An export that there is not: fields ``name``, ``known``."""

    et = "Väljavõtet „{name}“ ei ole. Olemas on: {known}."
    en = "There is no export ‘{name}’. There are: {known}."


def _bank(folder: ClassFolder) -> Iterable[Question]:
    """Return the whole bank, graded questions with the keys that the class was released with."""
    return {**load_bank(), **load_graded(folder.root / KEYS)}.values()


@dataclass(frozen=True, slots=True)
class Export:
    """One export: the name of its file, how it is made, whether it holds keys of tests, whether it is about people."""

    file: Text
    make: Callable[[ClassFolder, Language], bytes]
    keys: bool = False
    people: bool = True


ALL: Final[Mapping[str, Export]] = {
    "grades-xlsx": Export(Text("hinded.xlsx", "grades.xlsx"), export_grades.workbook),
    "grades": Export(
        Text("hinded.csv", "grades.csv"),
        lambda folder, lang: export_grades.table_csv(export_grades.grade_table(folder, lang)),
    ),
    "responses": Export(
        Text("vastused.csv", "responses.csv"),
        lambda folder, lang: export_grades.table_csv(export_grades.response_table(folder, lang)),
    ),
    "moodle-grades": Export(Text("moodle-hinded.csv", "moodle-grades.csv"), export_grades.moodle_grades),
    "xapi": Export(Text("xapi.jsonl", "xapi.jsonl"), lambda folder, _: xapi_lines(folder)),
    "questions-xml": Export(
        Text("moodle-kysimused.xml", "moodle-questions.xml"),
        lambda folder, _: write_moodle(_bank(folder)),
        keys=True,
        people=False,
    ),
    "questions-gift": Export(
        Text("kysimused.gift", "questions.gift"), lambda folder, _: write_gift(_bank(folder)), keys=True, people=False
    ),
    "competences": Export(
        Text("moodle-padevused.csv", "moodle-competences.csv"), lambda _, lang: competency_framework(lang), people=False
    ),
}


def find_export(name: str) -> Export:
    """Return an export by name.

    Raises
    ------
    NoExport
        If there is none of that name.
    """
    if name not in ALL:
        raise NoExport(name=name, known=", ".join(ALL))
    return ALL[name]


def file_name(folder: ClassFolder, export: Export, language: Language) -> str:
    """Return the name of an export's file; it says so where the participants are invented."""
    return f"{_INVENTED if export.people and is_rehearsal(folder) else ''}{export.file.in_(language)}"


def check_private(folder: ClassFolder, target: Path) -> None:
    """Make sure that a file is not put where participants can read it.

    Raises
    ------
    ExportShared
        If the file would stand in the exchange, among the released notebooks or beside the class card.
    """
    place = target.resolve()
    shared = (folder.exchange, folder.root / "release", folder.root / "card")
    if any(place.is_relative_to(each.resolve()) for each in shared):
        raise ExportShared(path=place.parent)


def write_file(folder: ClassFolder, name: str, data: bytes, target: Path | None = None) -> Path:
    """Write a file for the trainer alone, by default into ``CLASS/exports/``, and return where it stands.

    Raises
    ------
    ExportShared
        If participants could read it there.
    FileNotWritten
        If the place cannot be written.
    """
    path = target or folder.root / EXPORTS / name
    check_private(folder, path)
    try:
        if target is None:
            path.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(path, data)
    except OSError as error:
        raise FileNotWritten(path=path, reason=error.strerror or str(error)) from error
    return path


def write_named_grades(folder: ClassFolder, language: Language, target: Path) -> tuple[Path, int]:
    """Write the grades for Moodle with what the file of names says in place of the pseudonyms: e-mail addresses or user names.

    Returns where the file stands and how many participants are left out, because the file of names does not have them.

    Raises
    ------
    NamesInClass
        If the file would stand in the class folder, where no name may be.
    ExportShared, FileNotWritten
        If participants could read it there, or the place cannot be written.
    NothingReleased, GradebookFailed, RosterUnreadable
        If there is nothing to export, or the file of names is damaged.
    """
    if target.resolve().is_relative_to(folder.root.resolve()):
        raise NamesInClass(path=target)
    with writing_class(folder, "export", copy=False):
        names = read_names(folder)
        left_out = {total.student for total in totals(folder)} - names.keys()
        return write_file(folder, "", export_grades.moodle_grades(folder, language, names), target), len(left_out)


def write_export(folder: ClassFolder, name: str, language: Language, target: Path | None = None) -> Path:
    """Make an export, write it and return where it stands.

    Raises
    ------
    NoExport, ExportShared, FileNotWritten
        If there is no such export, participants could read it there, or the place cannot be written.
    ClassBusy
        If somebody else is writing the class.
    NothingReleased, GradebookFailed
        If there is nothing to export.
    """
    export = find_export(name)
    if target is not None:
        check_private(folder, target)
    # Nobody is erased meanwhile: a file begun before would bring them back.
    with writing_class(folder, "export", copy=False):
        return write_file(folder, file_name(folder, export, language), export.make(folder, language), target)


def write_own_data(folder: ClassFolder, student: str, target: Path | None = None) -> Path:
    """Write one participant's own data as a zip and return where it stands.

    Raises
    ------
    StudentIdWrong, NothingOfThem
        If that is no id, or the class has nothing of them.
    ExportShared, FileNotWritten, GradebookFailed, ClassBusy
        If it cannot be made or written.
    """
    with writing_class(folder, "export", copy=False):
        return write_file(folder, own_data_name(student), own_data(folder, student), target)
