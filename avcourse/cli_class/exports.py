"""What leaves a class: ``avcourse class export · own-data · erase``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import as_language, say


@class_.command(name="export")
@click.argument("name", required=False)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option(
    "--lang", "language", type=click.Choice(["et", "en"]), default=None, help="Language (default: the class’s)."
)
@click.option("--yes", is_flag=True, help="Do not ask before a file with keys of tests.")
@click.option(
    "--names", is_flag=True, help="moodle-grades only: the file of names says who is who in Moodle; needs FILE."
)
@in_words
def class_export(name: str | None, file: Path | None, language: str | None, yes: bool, names: bool) -> None:
    """Write the export NAME to FILE (default: CLASS/exports/…). Without NAME, list what there is."""
    from avcourse.classroom.exports import ALL, find_export, write_export, write_named_grades
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    if name is None:
        for known in ALL:
            click.echo(f"{known:16} {say(f'exports.for-{known}', folder.language)}")
        return
    if find_export(name).keys:
        click.echo(say("exports.keys", folder.language), err=True)
        if not yes:
            click.confirm(say("exports.keys-go-on", folder.language), abort=True)
    chosen = as_language(language or folder.language)
    if names:
        if name != "moodle-grades" or file is None:
            raise click.UsageError("--names: moodle-grades FILE")
        path, left_out = write_named_grades(folder, chosen, file)
        if left_out:
            click.echo(say("exports.without-name", folder.language, count=left_out), err=True)
    else:
        path = write_export(folder, name, chosen, file)
    click.echo(say("exports.written", folder.language, path=path))


@class_.command(name="own-data")
@click.argument("student")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@in_words
def class_own_data(student: str, file: Path | None) -> None:
    """Write everything that the class has of STUDENT into one zip for that person (default: CLASS/exports/…)."""
    from avcourse.classroom.exports import write_own_data
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    path = write_own_data(folder, student, file)
    click.echo(say("exports.written", folder.language, path=path))


@class_.command(name="erase")
@click.argument("student")
@click.option("--dry-run", is_flag=True, help="Only say what would be erased.")
@click.option("--yes", is_flag=True, help="Do not ask for the id again.")
@in_words
def class_erase(student: str, dry_run: bool, yes: bool) -> None:
    """Erase STUDENT from class, gradebook, its copies, exchange, exports and the file of names. Cannot be undone."""
    from avcourse.classroom.erase import erase, plan_erasing
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    if dry_run or not yes:
        traces = plan_erasing(folder, student)
        click.echo(say("erase.would", folder.language, count=len(traces)))
        for trace in traces:
            click.echo(trace.sentence(folder, folder.language))
    if dry_run:
        return
    if not yes and click.prompt(say("erase.again", folder.language)) != student:
        click.echo(say("erase.differs", folder.language), err=True)
        sys.exit(1)
    report = erase(folder, student)
    for line in report.sentences(folder.language):
        click.echo(line)
    sys.exit(1 if report.left else 0)
