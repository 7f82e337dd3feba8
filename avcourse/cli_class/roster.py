"""Participants and their files on the command line: ``avcourse class roster · import``."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words, reading


@class_.command(name="roster")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@in_words
def class_roster(file: Path | None) -> None:
    """Read the participants from FILE (CSV or Excel); without FILE show them."""
    from avcourse.classroom.roster import import_roster, read_names, read_roster
    from avcourse.classroom.workspace import open_class
    from avcourse.municipality.tablefiles import LARGEST_FILE

    folder = open_class(Path.cwd())
    if file is not None:
        with reading(file), file.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
        for line in import_roster(folder, file.name, data).sentences(folder.language):
            click.echo(line)
        return
    names = read_names(folder)
    for member in read_roster(folder):
        click.echo("\t".join((member.student, member.group, names.get(member.student, ""))).rstrip())


@class_.command(name="import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@in_words
def class_import(files: tuple[Path, ...]) -> None:
    """Take submissions that came as FILES: the zips that the pages offer, or one zip of many, as Moodle gives it."""
    from avcourse.classroom.imports import LARGEST_IMPORT, import_files
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    for file in files:
        with reading(file), file.open("rb") as stream:
            data = stream.read(LARGEST_IMPORT + 1)
        for line in import_files(folder, file.name, data).sentences(folder.language):
            click.echo(line)
