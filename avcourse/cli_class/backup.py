"""Copies of a class on the command line: ``avcourse class backup · restore · copies``."""

from __future__ import annotations

from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import say


@class_.command(name="backup")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@in_words
def class_backup(file: Path | None) -> None:
    """Write everything of the class into one zip FILE (default: beside the class folder)."""
    from avcourse.classroom.backup import write_backup
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    click.echo(write_backup(folder, file).sentence(folder.language))


@class_.command(name="restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@in_words
def class_restore(file: Path, folder: Path) -> None:
    """Make a class from a backup FILE in FOLDER, which must be new or empty."""
    from avcourse.classroom.backup import restore_backup

    restored = restore_backup(file, folder.expanduser())
    for line in restored.sentences(restored.folder.language):
        click.echo(line)


@class_.command(name="copies")
@click.option("--restore", "name", default=None, help="Put the copy of that name in the place of the gradebook.")
@in_words
def class_copies(name: str | None) -> None:
    """Show the last ten copies of the gradebook, which are made before anything is written into it."""
    from avcourse.classroom.backup import list_copies, restore_copy
    from avcourse.classroom.schedule import show_when
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    if name is not None:
        restore_copy(folder, name)
        click.echo(say("backup.copy-restored", folder.language, name=name))
        return
    copies = list_copies(folder)
    for copy in copies:
        fields = {"at": show_when(copy.at, folder.language), "kilobytes": copy.size // 1024}
        click.echo(say("backup.copy", folder.language, name=copy.name, **fields))
    if not copies:
        click.echo(say("backup.no-copies", folder.language))
