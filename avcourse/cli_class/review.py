"""Points for one answer from the command line: ``avcourse class mark``; reading and grading is done on the desk."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_, class_folder
from avcourse.cli_words import in_words
from avcourse.course.language import say


@class_.command(name="mark", context_settings={"ignore_unknown_options": True})
@class_folder
@click.argument("assignment")
@click.argument("student")
@click.argument("question")
@click.argument("points", type=float)
@in_words
def class_mark(folder: Path, assignment: str, student: str, question: str, points: float) -> None:
    """Give POINTS for the answer of STUDENT to QUESTION; they stay when the class is graded again."""
    from avcourse.classroom.marking import mark
    from avcourse.classroom.workspace import open_class

    opened = open_class(folder)
    mark(opened, assignment, student, question, points)
    click.echo(say("marking.marked", opened.language, student=student, question=question, points=f"{points:g}"))
