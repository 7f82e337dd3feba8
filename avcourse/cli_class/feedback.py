"""Feedback on the command line: ``avcourse class feedback · give-back``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import Language, say


@contextmanager
def _bar(language: Language, key: str) -> Iterator[Callable[[int, int, str], None]]:
    with click.progressbar(length=1, label=say(f"giving.{key}", language), file=sys.stderr) as bar:

        def progress(done: int, total: int, _: str) -> None:
            bar.length = max(total, 1)
            bar.update(done - bar.pos)

        yield progress


@class_.command(name="feedback")
@click.argument("assignments", nargs=-1)
@click.option("--pdf", is_flag=True, help="Write each participant's feedback as PDF too (half a second each).")
@in_words
def class_feedback(assignments: tuple[str, ...], pdf: bool) -> None:
    """Write the feedback on ASSIGNMENTS (default: all) into CLASS/feedback; nobody gets it yet."""
    from avcourse.classroom.feedback import FEEDBACK
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_feedback import write_feedback, write_feedback_pdfs

    folder = open_class(Path.cwd())
    with _bar(folder.language, "writing") as progress:
        report = write_feedback(folder, assignments or None, progress)
    for name, count in sorted(report.written.items()):
        click.echo(say("giving.written", folder.language, assignment=name, count=count))
    if pdf:
        with _bar(folder.language, "writing-pdf") as progress:
            made = write_feedback_pdfs(folder, assignments or None, progress)
        click.echo(say("giving.written-pdf", folder.language, count=made, path=folder.root / FEEDBACK))
    if not report.written:
        click.echo(say("giving.nothing", folder.language))
    for problem in report.problems:
        click.echo(problem.sentence(folder.language))


@class_.command(name="give-back")
@click.argument("assignments", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only say what would be given; change nothing in the exchange.")
@click.option("--undo", is_flag=True, help="Withdraw the feedback on ASSIGNMENTS instead.")
@in_words
def class_give_back(assignments: tuple[str, ...], dry_run: bool, undo: bool) -> None:
    """Write the feedback on ASSIGNMENTS (default: all) and give it to the participants through the exchange."""
    from avcourse.classroom.feedback import release_feedback, undo_feedback
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_feedback import write_feedback

    folder = open_class(Path.cwd())
    language, names = folder.language, assignments or folder.assignments()
    if undo:
        for name in names:
            click.echo(say("giving.undone", language, assignment=name, count=undo_feedback(folder, name)))
        return
    with _bar(language, "writing") as progress:
        problems = write_feedback(folder, names, progress).problems
    report = release_feedback(folder, names, dry=dry_run)
    for sentence in report.sentences(language, dry=dry_run):
        click.echo(sentence)
    for problem in problems:
        click.echo(problem.sentence(language))
