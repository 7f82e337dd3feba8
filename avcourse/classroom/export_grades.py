"""Grades and answers as tables: for Moodle's grade import, and for a spreadsheet.

Moodle's import (gradeimport_csv) reads comma-separated UTF-8 with a heading, finds the person by one column, takes ``-`` for "no grade"
(an empty cell in a new column would become a grade) and refuses a grade above 100 unless the site allows it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from avcourse.classroom.export_facts import Total, facts, most_of, totals
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.municipality.tableplain import NO_VALUE, Dialect, Plain, PlainTable, plain_csv, plain_xlsx
from avcourse.municipality.values import number_text

_FACTS: Final = ("student", "assignment", "question", "form", "outcome", "points", "max", "confidence", "at")


def _titles(language: Language) -> dict[str, str]:
    """Return the titles of the assignments; where two are the same, each with its id, since a heading must name one column."""
    titles = {module.id: module.title.in_(language) for module in load_course().assignments}
    said = list(titles.values())
    return {name: title if said.count(title) == 1 else f"{title} [{name}]" for name, title in titles.items()}


def _number(value: float) -> str:
    return number_text(round(value, 4)).replace(",", ".")


def moodle_grades(folder: ClassFolder, language: Language, names: Mapping[str, str] | None = None) -> bytes:
    """Return the grades as Moodle's grade import reads them.

    A column names the person; each assignment has one with its points and one with the trainer's words.

    Parameters
    ----------
    folder
        The class.
    language
        Of the headings.
    names
        Which address or user name stands for a pseudonym, if the trainer wishes so; by default the pseudonym goes into "ID number".
        Who has none is left out: Moodle refuses a file with a person it does not know.

    Raises
    ------
    NothingReleased, GradebookFailed
        If there is nothing to export.
    """
    most = most_of(folder)
    found: dict[str, dict[str, Total]] = {}
    for total in totals(folder):
        found.setdefault(total.student, {})[total.assignment] = total
    who = "ID number" if names is None else say("exports.account", language)
    head, titles = [who], _titles(language)
    for name, points in most.items():
        title = titles.get(name, name)
        head.append(say("exports.moodle-grade", language, title=title, most=_number(points)))
        head.append(say("exports.moodle-feedback", language, title=title))
    rows = []
    for student, own in found.items():
        person = student if names is None else names.get(student)
        if person:
            rows.append([person, *_moodle_cells(most, own)])
    return plain_csv(head, rows)


def _moodle_cells(most: Iterable[str], own: Mapping[str, Total]) -> list[Plain]:
    cells: list[Plain] = []
    for name in most:
        total = own.get(name)
        # Points that a person has yet to add to are no grade: Moodle would show them as one.
        done = total is not None and not total.waiting
        cells += [float(_number(total.points)) if total and done else NO_VALUE, total.comment if total else ""]
    return cells


def grade_table(folder: ClassFolder, language: Language) -> PlainTable:
    """Return a row for each graded submission: whose, of what, points, of how many, per cent, how many answers wait, when it came."""
    head = tuple(
        say(f"exports.{name}", language) for name in ("student", "assignment", "points", "max", "waiting", "received")
    )
    titles = _titles(language)
    rows = tuple(
        (
            total.student,
            titles.get(total.assignment, total.assignment),
            round(total.points, 4),
            total.most,
            total.waiting,
            f"{total.at:%Y-%m-%dT%H:%M:%SZ}" if total.at else None,
        )
        for total in totals(folder)
    )
    return PlainTable(say("exports.sheet-grades", language), head, rows)


def response_table(folder: ClassFolder, language: Language) -> PlainTable:
    """Return a row for each answer, tidy: no words of a participant, only what the answer was worth."""
    rows = tuple(
        (
            fact.student,
            fact.assignment,
            fact.question,
            fact.form,
            say(f"exports.outcome-{fact.outcome}", language) if fact.outcome else None,
            fact.points,
            fact.most,
            fact.confidence,
            fact.at,
        )
        for fact in facts(folder)
    )
    return PlainTable(
        say("exports.sheet-responses", language), tuple(say(f"exports.{name}", language) for name in _FACTS), rows
    )


def table_csv(table: PlainTable, dialect: Dialect = "estonian") -> bytes:
    """Return a table as CSV."""
    return plain_csv(table.head, table.rows, dialect)


def workbook(folder: ClassFolder, language: Language) -> bytes:
    """Return grades and answers as an Excel workbook of two sheets."""
    return plain_xlsx([grade_table(folder, language), response_table(folder, language)])
