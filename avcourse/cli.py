"""The command line: ``avcourse start · submit · join · class … · build · check · accept``.

Thin: every command calls one function of a room and says the result in words. Rooms are imported inside the commands, because
``avcourse start`` must be quick and must not wait for nbgrader.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

from avcourse.course.language import Language, as_language, say
from avcourse.errors import AvcourseError, FileNotWritten, NotACheckout, PublishedTooSoon

P = ParamSpec("P")
R = TypeVar("R")
DEFAULT_FOLDER = Path.home() / "avcourse"


folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default="~/avcourse",
    help="The learner's folder; answers that are there stay.",
)


def console_language() -> Language:
    """Return the language of the console: ``AVCOURSE_LANG``, else Estonian."""
    return as_language(os.environ.get("AVCOURSE_LANG"))


def in_words(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an ``AvcourseError`` into its sentence on standard error and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AvcourseError as error:
            click.echo(error.sentence(console_language()), err=True)
            sys.exit(1)

    return wrapped


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="avcourse")
def main() -> None:
    """avcourse: avatud valitsemise kursus omavalitsusjuhile / an open-government course for municipal leaders.

    Language of messages: AVCOURSE_LANG=et (default) or en.
    """


@main.command()
@folder_option
@click.option(
    "--lang",
    "language",
    type=click.Choice(["et", "en"]),
    default=None,
    help="Language of the course (default: as last time, at first et).",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="First port to try.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@in_words
def start(folder: Path, language: str | None, port: int | None, no_browser: bool) -> None:
    """Open the course in the browser."""
    from avcourse.views.server import start as start_server

    chosen = None if language is None else as_language(language)
    sys.exit(start_server(folder.expanduser().absolute(), chosen, port, not no_browser))


@main.command()
@click.argument("assignment")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def submit(assignment: str, folder: Path, as_json: bool) -> None:
    """Submit ASSIGNMENT (eeltest, jareltest) to the class; doing it again is allowed."""
    from avcourse.answers.folder import read_folder
    from avcourse.classroom.exchange import submit as submit_to_class
    from avcourse.errors import NotALearnerFolder

    language = console_language()
    try:
        learner = read_folder(folder.expanduser().absolute())
        if learner is None:
            raise NotALearnerFolder(path=folder)
        receipt = submit_to_class(learner, assignment)
    except AvcourseError as error:
        sentence = error.sentence(language)
        click.echo(
            json.dumps({"ok": False, "sentence": sentence}, ensure_ascii=False) if as_json else sentence,
            err=not as_json,
        )
        sys.exit(1)
    if as_json:
        data = {"ok": True, "assignment": receipt.assignment, "at": receipt.at, "sha256": receipt.sha256}
        click.echo(json.dumps(data))
    else:
        click.echo(say("cli.submitted", language, assignment=receipt.assignment, at=receipt.at, sha256=receipt.sha256))


@main.command()
@click.argument("card", type=click.Path(path_type=Path))
@folder_option
@click.option(
    "--student", default=None, help="The id under which the class knows the learner (default: the folder's pseudonym)."
)
@in_words
def join(card: Path, folder: Path, student: str | None) -> None:
    """Join a class: CARD is the class.toml that the trainer gave."""
    from avcourse.answers.folder import join_class
    from avcourse.views.page.copies import prepare_folder

    learner = prepare_folder(folder.expanduser().absolute(), None)
    joined = join_class(learner, card.expanduser().absolute(), student)
    click.echo(say("cli.joined", console_language(), id=joined.id, student=joined.student))


@main.group(name="class")
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
        with _writing(csv_file):
            csv_file.write_text(as_csv(found.gains, folder.language), encoding="utf-8-sig", newline="")
    target = chart_file or folder.root / "gains.svg"
    with _writing(target):
        chart = write_chart(found.gains, folder.language, target)
    if chart and not as_json:
        click.echo(say("cli.chart", folder.language, path=chart))


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Turn the trouble of writing a file that the person named into a sentence (matplotlib says ValueError of an unknown suffix)."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise FileNotWritten(path=path, reason=getattr(error, "strerror", None) or error) from error


def _checkout() -> Path:
    from avcourse.course.course import PACKAGE

    root = PACKAGE.parent
    if not (root / "content" / "course.toml").is_file():
        raise NotACheckout
    return root


def _say_problems(problems: list[Any]) -> None:
    language = console_language()
    for problem in problems:
        click.echo(problem.sentence(language), err=True)


@main.command()
@in_words
def build() -> None:
    """Build course/, solutions/, exercises/ and the translation lock from content/ (authors)."""
    root = _checkout()
    from avcourse.authoring.build import build_files, read_content, write_files
    from avcourse.classroom.exercise import make_exercises

    content, problems = read_content(root)
    _say_problems(problems)
    if content is None or any(problem.blocks for problem in problems):
        sys.exit(1)
    files = build_files(content, make_exercises)
    changed = write_files(root, files)
    for name in changed:
        click.echo(name)
    click.echo(say("cli.built", console_language(), changed=len(changed), count=len(files)))


@main.command()
@in_words
def check() -> None:
    """Check content and that what is committed was built from it (authors, CI)."""
    root = _checkout()
    from avcourse.authoring.build import build_files, differences, read_content
    from avcourse.classroom.exercise import make_exercises

    content, problems = read_content(root)
    if content is not None and not problems:
        problems = differences(root, build_files(content, make_exercises))
    _say_problems(problems)
    if content is None or problems:
        sys.exit(1)
    click.echo(say("cli.checked", console_language(), units=len(content.units), questions=len(content.bank)))


@main.command()
@click.argument("ids", nargs=-1, required=True)
@in_words
def accept(ids: tuple[str, ...]) -> None:
    """Say that the English of the units IDS still fits the changed Estonian (authors)."""
    root = _checkout()
    from avcourse.authoring.build import accept as accept_units

    unknown = accept_units(root, ids)
    for name in unknown:
        click.echo(say("cli.unknown-unit", console_language(), id=name), err=True)
    if unknown:
        sys.exit(1)
