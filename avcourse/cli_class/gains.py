"""What a class gained and shares: ``avcourse class gains · book · report``."""

from __future__ import annotations

import json
from pathlib import Path

import click

from avcourse.cli_class.group import class_, class_folder
from avcourse.cli_words import in_words, writing
from avcourse.course.language import as_language, say
from avcourse.errors import PublishedTooSoon


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
    from avcourse.views.class_gains import (
        as_csv,
        as_json_data,
        as_lines,
        class_gains,
        group_lines,
        publish,
        write_chart,
    )

    folder = open_class(Path.cwd())
    found = class_gains(folder)
    if as_json:
        click.echo(json.dumps(as_json_data(found.gains, found.groups), ensure_ascii=False, indent=1, allow_nan=False))
    else:
        for line in (*as_lines(found.gains, folder.language), *group_lines(found.groups, folder.language)):
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
            csv_file.write_text(as_csv(found.gains, folder.language, found.groups), encoding="utf-8-sig", newline="")
    target = chart_file or folder.root / "gains.svg"
    with writing(target):
        chart = write_chart(found.gains, folder.language, target)
    if chart and not as_json:
        click.echo(say("cli.chart", folder.language, path=chart))


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


@class_.command(name="report")
@class_folder
@click.option(
    "--lang", "language", type=click.Choice(["et", "en"]), default=None, help="Language (default: the class’s)."
)
@click.option("--format", "ending", type=click.Choice(["docx", "pdf", "xlsx", "all"]), default="all", show_default=True)
@in_words
def class_report(folder: Path, language: str | None, ending: str) -> None:
    """Write the class’s report for whoever pays for the course: published figures, no names."""
    from avcourse.classroom.workspace import open_class
    from avcourse.views.class_report import WRITERS, write_report

    opened = open_class(folder)
    chosen = as_language(language or opened.language)
    for path in write_report(opened, chosen, tuple(WRITERS) if ending == "all" else (ending,)):
        click.echo(say("class-report.written", opened.language, path=path))
    click.echo(say("class-report.read-first", opened.language))
