"""Deadlines on the command line: ``avcourse class due · extend · close · reopen``."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import say


@class_.command(name="due")
@click.argument("assignment")
@click.argument("when", required=False)
@click.option(
    "--late", type=click.Choice(["accept", "penalty", "refuse"]), default=None, help="What becomes of late work."
)
@click.option(
    "--penalty", type=click.FloatRange(0, 100), default=None, help="Percent of the points per begun day late."
)
@in_words
def class_due(assignment: str, when: str | None, late: str | None, penalty: float | None) -> None:
    """Set the deadline of ASSIGNMENT to WHEN ("2026-12-01 17:00" or "1.12.2026 17.00", Estonian time); without WHEN there is none."""
    from dataclasses import replace

    from avcourse.classroom.schedule import LATE_RULES, parse_when, read_schedule, set_terms
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    terms = replace(read_schedule(folder).of(assignment), due=parse_when(when) if when else None, closed=False)
    for rule in LATE_RULES:
        if rule == (late or ("penalty" if penalty is not None else None)):
            terms = replace(terms, late=rule)
    if penalty is not None:
        terms = replace(terms, penalty=penalty / 100)
    set_terms(folder, assignment, terms)
    click.echo(terms.sentence(assignment, folder.language))


@class_.command(name="extend")
@click.argument("student")
@click.argument("assignment")
@click.argument("when", required=False)
@in_words
def class_extend(student: str, assignment: str, when: str | None) -> None:
    """Let STUDENT hand ASSIGNMENT in until WHEN: an extension or, after the deadline, another try. Without WHEN it is taken back."""
    from avcourse.classroom.schedule import extend, parse_when, show_when
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    until = parse_when(when) if when else None
    extend(folder, student, assignment, until)
    fields = {"student": student, "assignment": assignment}
    if until is None:
        click.echo(say("schedule.extension-gone", folder.language, **fields))
    else:
        click.echo(say("schedule.extended", folder.language, until=show_when(until, folder.language), **fields))


@class_.command(name="close")
@click.argument("assignment")
@in_words
def class_close(assignment: str) -> None:
    """End ASSIGNMENT now: nothing that is handed in from here on counts."""
    from avcourse.classroom.schedule import close_assignment
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    close_assignment(folder, assignment)
    click.echo(say("schedule.closed", folder.language, assignment=assignment))


@class_.command(name="reopen")
@click.argument("assignment")
@in_words
def class_reopen(assignment: str) -> None:
    """Open a closed ASSIGNMENT again, without a deadline."""
    from avcourse.classroom.schedule import reopen_assignment
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    reopen_assignment(folder, assignment)
    click.echo(say("schedule.reopened", folder.language, assignment=assignment))
