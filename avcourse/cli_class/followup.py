"""What came after the course: ``avcourse class followup``."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words


@class_.command(name="followup")
@in_words
def class_followup() -> None:
    """Show when the survey and the re-assessment are due, and what came of the course by what they say."""
    from avcourse.classroom.workspace import now_utc, open_class
    from avcourse.views.class_followup import followup_lines

    folder = open_class(Path.cwd())
    for line in followup_lines(folder, now_utc(), folder.language):
        click.echo(line)
