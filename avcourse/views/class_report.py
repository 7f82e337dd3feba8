"""The report on a class for whoever pays for the course: gathered from the class folder, written as Word, PDF and Excel.

It leaves the trainer's desk, so it is made of published figures and passes ``publish``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib import import_module
from pathlib import Path
from typing import Final

from avcourse.classroom.book import gather_book
from avcourse.classroom.corrections import correction_lines
from avcourse.classroom.followup import course_end, fingerprints, followup_figures
from avcourse.classroom.grading_run import find_submissions
from avcourse.classroom.rehearsal import is_rehearsal
from avcourse.classroom.roster import read_roster
from avcourse.classroom.schedule import CLOCK, read_schedule
from avcourse.classroom.workspace import ClassFolder, read_stamp
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import FileNotWritten
from avcourse.measurement.disclosure import ROUNDING_LIMIT
from avcourse.measurement.gains import GroupResult
from avcourse.measurement.records import OVERALL
from avcourse.views.class_gains import ClassGains, area_name, group_name, publish, read_class
from avcourse.views.class_items import class_bank, item_report
from avcourse.views.documents.contents.class_report import ReportData, class_report
from avcourse.views.documents.model import Document
from avcourse.views.documents.names import name_of

WRITERS: Final = {"docx": "word", "pdf": "pdf", "xlsx": "excel"}


def _day(at: datetime) -> date:
    """Return the day in Estonia of a time in UTC."""
    return at.replace(tzinfo=UTC).astimezone(CLOCK).date()


def _began(folder: ClassFolder) -> date | None:
    course = load_course()
    tests = [name for name in folder.assignments() if course.successor(name) == course.tests[0].id]
    homes = (folder.root / "submitted" / student / test for student, test in find_submissions(folder, tests)[0])
    stamps = [stamp for home in homes if (stamp := read_stamp(home)) is not None]
    return _day(min(stamps)) if stamps else None


def gather_report(folder: ClassFolder, today: date) -> tuple[ReportData, ClassGains]:
    """Return what the report is made of, and the gains behind it, of which the report shows the published set.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    GradebookFailed
        If the gradebook cannot be read.
    """
    folder.check_released()
    (sheets, found), members, course = read_class(folder), read_roster(folder), load_course()
    items = item_report(sheets, class_bank(folder))
    alphas = (form.reliability.value for form in items.forms if form.reliability)
    counts = Counter(assignment for _, assignment in find_submissions(folder, folder.assignments())[0])
    terms, end = read_schedule(folder).terms, course_end(folder)
    assignments = [module.id for module in course.given(folder.assignments())]
    data = ReportData(
        name=folder.id,
        day=today,
        course=course,
        gains=found.gains,
        groups=found.groups,
        members=len(members),
        handed_in={name: counts[name] for name in assignments},
        began=_began(folder),
        ended=_day(end) if end else None,
        deadlines={name: _day(due) for name in assignments if name in terms and (due := terms[name].due)},
        alphas=tuple(alpha for alpha in alphas if alpha is not None),
        book=gather_book(folder),
        followup=followup_figures(folder),
        corrections=correction_lines(folder),
        example=is_rehearsal(folder),
    )
    return data, replace(found, later=fingerprints(folder))


def report_bytes(document: Document, ending: str) -> bytes:
    """Return the report as a file: ``docx``, ``pdf`` or ``xlsx``."""
    # A writer is loaded when it is asked for: each draws in a library of its own.
    data: bytes = import_module(f"avcourse.views.documents.{WRITERS[ending]}").write(document)
    return data


def write_report(folder: ClassFolder, language: Language, endings: Iterable[str]) -> Iterator[Path]:
    """Write the report into the class folder, once for each ending, and give each path when it is there.

    Raises
    ------
    PublishedTooSoon
        If fewer than five participants, but some, have changed since figures were last published.
    DocumentFailed
        If a document cannot be made.
    FileNotWritten
        If the class folder cannot be written.
    """
    data, found = gather_report(folder, date.today())
    document = class_report(data, language)
    publish(folder, found)
    for ending in endings:
        target = folder.root / name_of(document, ending)
        made = report_bytes(document, ending)
        try:
            target.write_bytes(made)
        except OSError as error:
            raise FileNotWritten(path=target, reason=error.strerror or str(error)) from error
        yield target


def withheld(data: ReportData, language: Language) -> list[str]:
    """Return what the report does not tell, and why, for the trainer who wonders."""
    return [say(f"report-desk.withheld-{key}", language, **fields) for key, fields in _withheld(data, language)]


def _withheld(data: ReportData, language: Language) -> Iterator[tuple[str, dict[str, object]]]:
    overall = data.gains.groups[OVERALL]
    if overall.status != "shown":
        yield "all", {"matched": overall.exact.attrition.n_matched}
    else:
        yield from _withheld_figures(overall)
        for area, result in data.gains.groups.items():
            if result.published_status != "shown":
                yield "area", {"area": area_name(area, language)}
        for group, gains in data.groups.items():
            if gains.groups[OVERALL].published_status != "shown":
                yield "group", {"group": group_name(group, language)}
    if data.book.withheld:
        yield "shared", {"count": data.book.withheld}


def _withheld_figures(overall: GroupResult) -> Iterator[tuple[str, dict[str, object]]]:
    exact, shown = overall.exact, overall.published
    if exact.gain is not None and exact.gain.n < ROUNDING_LIMIT:
        yield "rounded", {}
    if exact.attrition.n_left and shown.attrition.left_pre_mean is None:
        yield "left", {"count": exact.attrition.n_left}
    if None in shown.changes.values():
        yield "changes", {}
    if shown.calibration_pre is None or shown.calibration_post is None:
        yield "calibration", {}
    if shown.response_shift is None:
        yield "shift", {}
