"""``avcourse class …``: what a trainer does with a class, from opening it to its book of experience."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from avcourse.cli_words import in_words, writing
from avcourse.course.language import as_language, say
from avcourse.errors import PublishedTooSoon


@click.group(name="class")
def class_() -> None:
    """Open a class, release, collect, grade, and see what was gained. Run inside the class folder."""


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


@class_.command(name="gains")
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--csv", "csv_file", type=click.Path(path_type=Path), default=None, help="Write the publishable figures to FILE."
)
@click.option(
    "--chart",
    "chart_file",
    type=click.Path(path_type=Path),
    default=None,
    help="Write the chart to FILE (SVG or PNG; default: gains.svg in the class folder).",
)
@in_words
def class_gains(as_json: bool, csv_file: Path | None, chart_file: Path | None) -> None:
    """Show what the class gained: in all and per area."""
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_gains import as_csv, as_json_data, as_lines, class_gains, publish, write_chart

    folder = open_class(Path.cwd())
    found = class_gains(folder)
    if as_json:
        click.echo(json.dumps(as_json_data(found.gains), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        for line in as_lines(found.gains, folder.language):
            click.echo(line)
    try:
        publish(folder, found)
    except PublishedTooSoon as error:
        if csv_file or chart_file:
            raise
        click.echo(error.sentence(folder.language), err=True)
        return
    if csv_file:
        with writing(csv_file):
            csv_file.write_text(as_csv(found.gains, folder.language), encoding="utf-8-sig", newline="")
    target = chart_file or folder.root / "gains.svg"
    with writing(target):
        chart = write_chart(found.gains, folder.language, target)
    if chart and not as_json:
        click.echo(say("cli.chart", folder.language, path=chart))


class_folder = click.argument("folder", metavar="CLASS", type=click.Path(path_type=Path))


@class_.command(name="review")
@class_folder
@click.argument("assignment")
@in_words
def class_review(folder: Path, assignment: str) -> None:
    """Write a page with the open answers of ASSIGNMENT and their rubrics: CLASS/review/ASSIGNMENT.html."""
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_review import write_review

    opened = open_class(folder)
    click.echo(say("review.written", opened.language, path=write_review(opened, assignment)))


@class_.command(name="mark", context_settings={"ignore_unknown_options": True})
@class_folder
@click.argument("assignment")
@click.argument("student")
@click.argument("question")
@click.argument("points", type=float)
@in_words
def class_mark(folder: Path, assignment: str, student: str, question: str, points: float) -> None:
    """Give POINTS for the answer of STUDENT to QUESTION; they stay when the class is graded again."""
    from avcourse.classroom.review import mark
    from avcourse.classroom.workspace import open_class

    opened = open_class(folder)
    mark(opened, assignment, student, question, points)
    click.echo(say("marking.marked", opened.language, student=student, question=question, points=f"{points:g}"))


@class_.command(name="book")
@class_folder
@click.option(
    "--lang", "language", type=click.Choice(["et", "en"]), default=None, help="Language (default: the class’s)."
)
@click.option("--format", "ending", type=click.Choice(["docx", "pdf", "xlsx", "all"]), default="all", show_default=True)
@in_words
def class_book(folder: Path, language: str | None, ending: str) -> None:
    """Write the class’s book of experience and partners.json, from what the participants agreed to share."""
    from avcourse.classroom.book import PARTNERS, gather_book, partners_bytes
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_book import write_book

    opened = open_class(folder)
    chosen = as_language(language or opened.language)
    book = gather_book(opened)
    for student in book.unreadable:
        click.echo(say("class-book.unreadable", opened.language, student=student), err=True)
    counts = {"cards": len(book.cards), "proposals": len(book.proposals), "withheld": book.withheld}
    click.echo(say("class-book.gathered", opened.language, **counts))
    partners = opened.root / PARTNERS
    with writing(partners):
        partners.write_bytes(partners_bytes(book))
    click.echo(say("class-book.partners", opened.language, path=partners))
    if not (book.cards or book.proposals):
        click.echo(say("class-book.none", opened.language))
        return
    for path in write_book(opened, book, chosen, ("docx", "pdf", "xlsx") if ending == "all" else (ending,)):
        click.echo(say("class-book.written", opened.language, path=path))
