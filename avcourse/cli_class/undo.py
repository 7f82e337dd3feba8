"""Taking back on the command line: ``avcourse class undo release · roster``."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import say


@class_.group(name="undo")
def undo() -> None:
    """Take back what was done last; nothing that was handed in is lost."""


@undo.command(name="release")
@click.argument("assignment")
@in_words
def undo_release(assignment: str) -> None:
    """Withdraw ASSIGNMENT from the exchange; releasing it again brings it back."""
    from avcourse.classroom.release import undo_release
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    key = "withdrawn" if undo_release(folder, assignment) else "not-in-exchange"
    click.echo(say(f"undo.{key}", folder.language, assignment=assignment))


@undo.command(name="roster")
@in_words
def undo_roster() -> None:
    """Go back to the roster before the last file was read in."""
    from avcourse.classroom.roster import undo_roster
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    click.echo(say("roster.undone", folder.language, count=len(undo_roster(folder))))
