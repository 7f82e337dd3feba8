"""A class from its opening to its grades: ``avcourse class new · release · collect · grade``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import as_language, say


@class_.command(name="new")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--id", "class_id", required=True, help="Id of the class: [a-z0-9-]{1,64}.")
@click.option(
    "--lang",
    "language",
    type=click.Choice(["et", "en"]),
    default="et",
    show_default=True,
    help="Language of the released notebooks.",
)
@click.option(
    "--exchange",
    type=click.Path(path_type=Path),
    default=None,
    help="Shared folder for submissions (default: FOLDER/exchange).",
)
@in_words
def class_new(folder: Path, class_id: str, language: str, exchange: Path | None) -> None:
    """Open a class in FOLDER."""
    from avcourse.classroom.workspace import new_class

    place = None if exchange is None else exchange.expanduser().absolute()
    opened = new_class(folder.expanduser().absolute(), class_id, as_language(language), place)
    click.echo(
        say("cli.class-new", opened.language, id=opened.id, root=opened.root, card=opened.root / "card" / "class.toml")
    )


@class_.command(name="release")
@click.argument("assignments", nargs=-1)
@in_words
def class_release(assignments: tuple[str, ...]) -> None:
    """Release ASSIGNMENTS (default: all) to the class."""
    from avcourse.classroom.release import release
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    for released in release(folder, assignments or None):
        click.echo(released.sentence(folder.language))


@class_.command(name="collect")
@in_words
def class_collect() -> None:
    """Collect what was submitted."""
    from avcourse.classroom.exchange import collect
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    report = collect(folder)
    for line in report.sentences(folder.language):
        click.echo(line)


@class_.command(name="grade")
@click.argument("assignments", nargs=-1)
@in_words
def class_grade(assignments: tuple[str, ...]) -> None:
    """Grade ASSIGNMENTS (default: all). Answers are data: nothing of a learner's is executed."""
    from avcourse.classroom.grading_run import grade_class
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    with click.progressbar(length=1, label=say("cli.grading", folder.language), file=sys.stderr) as bar:

        def progress(done: int, total: int, _: str) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        report = grade_class(folder, assignments or None, progress)
    click.echo(say("cli.graded", folder.language, count=len(report.graded)))
    for assignment, count in report.by_hand().items():
        click.echo(say("marking.waiting", folder.language, assignment=assignment, count=count))
    for problem in report.problems:
        click.echo(problem.sentence(folder.language))
