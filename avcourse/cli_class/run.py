"""A whole run over a class, and a class to try it with: ``avcourse class run · rehearse · correct``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from avcourse.cli_class.group import class_
from avcourse.cli_words import in_words
from avcourse.course.language import say


@class_.command(name="run")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@in_words
def class_run(dry_run: bool) -> None:
    """Collect and grade what was submitted and write the feedback: all in one go."""
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_run import SCALE, plan_run, run_class

    folder = open_class(Path.cwd())
    if dry_run:
        for line in plan_run(folder).sentences(folder.language):
            click.echo(line)
        return
    with click.progressbar(length=SCALE, show_eta=True, file=sys.stderr) as bar:

        def progress(done: int, _: int, word: str) -> None:
            bar.label = word
            bar.update(done - bar.pos)

        report = run_class(folder, progress)
    for line in report.sentences(folder.language):
        click.echo(line)


@class_.command(name="rehearse")
@click.option("--learners", type=click.IntRange(1, 9999), default=79, show_default=True, help="How many participants.")
@click.option("--seed", type=int, default=0, show_default=True, help="What their answers are drawn from.")
@in_words
def class_rehearse(learners: int, seed: int) -> None:
    """Fill the class with invented participants, to try the desk with."""
    from avcourse.classroom.rehearsal import fill_rehearsal
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    students = fill_rehearsal(folder, learners, seed=seed)
    click.echo(say("rehearsal.label", folder.language))
    click.echo(say("rehearsal.filled", folder.language, count=len(students), first=students[0], last=students[-1]))


@class_.command(name="correct")
@click.argument("assignments", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@in_words
def class_correct(assignments: tuple[str, ...], dry_run: bool) -> None:
    """Take the course's corrections of ASSIGNMENTS (default: all released) into the class and grade anew."""
    from avcourse.classroom.corrections import correct, plan_correction
    from avcourse.classroom.workspace import open_class

    folder = open_class(Path.cwd())
    found = [
        one
        for name in assignments or folder.assignments()
        for one in (plan_correction if dry_run else correct)(folder, name)
    ]
    for one in found:
        click.echo(one.sentence(folder.language, to_come=dry_run))
    if not found:
        click.echo(say("correct.nothing", folder.language))
    if dry_run:
        click.echo(say("run.nothing-changed", folder.language))
