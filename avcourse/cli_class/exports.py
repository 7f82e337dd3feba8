"""What leaves a class: ``avcourse class export``."""

from __future__ import annotations

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
@in_words
def class_export(name: str | None, file: Path | None, language: str | None, yes: bool) -> None:
    """Write the export NAME to FILE (default: CLASS/exports/…). Without NAME, list what there is."""
    from avcourse.classroom.exports import ALL, find_export, write_export
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
    path = write_export(folder, name, as_language(language or folder.language), file)
    click.echo(say("exports.written", folder.language, path=path))
