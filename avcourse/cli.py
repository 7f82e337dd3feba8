"""The command line: ``avcourse start · desk · submit · join · handout · class … · build · check · quality · accept · questions``.

Thin: every command calls one function of a room and says the result in words. Rooms are imported inside the commands, because
``avcourse start`` must be quick and must not wait for nbgrader.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from avcourse.cli_class import class_
from avcourse.cli_words import console_language, in_words, writing
from avcourse.course.language import as_language, say
from avcourse.errors import AvcourseError, NotACheckout

DEFAULT_FOLDER = Path.home() / "avcourse"
EXAMPLE_FOLDER = Path.home() / "avcourse-naidisvald"
CLASSES_FOLDER = Path.home() / "avcourse-klassid"


folder_option = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=DEFAULT_FOLDER,
    show_default="~/avcourse",
    help="The learner's folder; answers that are there stay.",
)


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
@click.option(
    "--example",
    is_flag=True,
    help="Open an invented municipality, every page filled (default DIR then ~/avcourse-naidisvald).",
)
@in_words
def start(folder: Path, language: str | None, port: int | None, no_browser: bool, example: bool) -> None:
    """Open the course in the browser."""
    from avcourse.views.server import start as start_server

    chosen = None if language is None else as_language(language)
    place = EXAMPLE_FOLDER if example and folder == DEFAULT_FOLDER else folder
    sys.exit(start_server(place.expanduser().absolute(), chosen, port, not no_browser, example=example))


@main.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path),
    default=CLASSES_FOLDER,
    show_default="~/avcourse-klassid",
    help="The folder with the trainer's classes; made when missing.",
)
@click.option(
    "--lang",
    "language",
    type=click.Choice(["et", "en"]),
    default=None,
    help="Language of the desk until one is chosen on it (default: that of messages).",
)
@click.option("--port", type=click.IntRange(1, 65535), default=None, help="First port to try.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@in_words
def desk(folder: Path, language: str | None, port: int | None, no_browser: bool) -> None:
    """Open the trainer's desk in the browser: classes, grading, feedback and gains."""
    from avcourse.views.desk.opening import open_desk

    chosen = console_language() if language is None else as_language(language)
    sys.exit(open_desk(folder, chosen, port, not no_browser))


@main.command()
@click.argument("assignment")
@folder_option
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
def submit(assignment: str, folder: Path, as_json: bool) -> None:
    """Submit ASSIGNMENT (eeltest, enesehindamine, tegevuskava, jareltest) to the class; doing it again is allowed."""
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


@main.command()
@click.argument("lessons", nargs=-1)
@click.option(
    "--lang", "language", type=click.Choice(["et", "en"]), default=None, help="Language (default: that of messages)."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="here",
    help="The folder for the files.",
)
@in_words
def handout(lessons: tuple[str, ...], language: str | None, folder: Path) -> None:
    """Make PDFs to print: of LESSONS (m01, m02, …; all: the whole course in one file), or of everything."""
    from avcourse.views.documents.handout.files import save_handouts

    chosen = console_language() if language is None else as_language(language)
    with writing(folder):
        saved = save_handouts(lessons, chosen, folder.expanduser())
    for path in saved:
        click.echo(path)


main.add_command(class_)


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
    from avcourse.authoring.recheck import read_recheck, to_recheck
    from avcourse.authoring.statements import unsourced
    from avcourse.classroom.exercise import make_exercises

    content, problems = read_content(root)
    if content is not None and not problems:
        problems = [*unsourced(content.statements), *differences(root, build_files(content, make_exercises))]
    _say_problems(problems)
    if content is not None:
        # What should be checked again is told, and stops nobody.
        _say_problems(to_recheck(content.statements, read_recheck(root), date.today()))
    if content is None or problems:
        sys.exit(1)
    click.echo(say("cli.checked", console_language(), units=len(content.units), questions=len(content.bank)))


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
@in_words
def quality(as_json: bool) -> None:
    """Measure the content: guessing without knowledge, spelling, sources, minutes, words, items (authors)."""
    root = _checkout()
    from avcourse.authoring.build import read_content
    from avcourse.authoring.quality import as_data, measure
    from avcourse.authoring.quality import in_words as lines_of

    content, problems = read_content(root)
    if content is None:
        _say_problems(problems)
        sys.exit(1)
    measured = measure(content, root, date.today())
    if as_json:
        click.echo(json.dumps(as_data(measured), ensure_ascii=False, indent=1))
    else:
        for line in lines_of(measured, console_language()):
            click.echo(line)


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


@main.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.argument("source", required=False, type=click.Path(path_type=Path))
@in_words
def questions(file: Path, source: Path | None) -> None:
    """Compare the Moodle XML in FILE with the bank, and write what differs as source into SOURCE (authors)."""
    _checkout()
    from avcourse.authoring.from_moodle import returned, source_of
    from avcourse.course.course import load_bank, load_graded
    from avcourse.course.formats.moodle_read import LARGEST_XML

    language = console_language()
    with file.open("rb") as stream:
        found = returned(stream.read(LARGEST_XML + 1), {**load_bank(), **load_graded()})
    for problem in found.reading.problems:
        click.echo(problem.sentence(language), err=True)
    for name, fields in found.changed.items():
        click.echo(say("formats.changed", language, name=name, fields=", ".join(fields)))
    for question in found.new:
        click.echo(say("formats.new", language, name=question.id))
    counts = {"same": len(found.same), "changed": len(found.changed), "new": len(found.new)}
    click.echo(say("formats.returned", language, **counts, problems=len(found.reading.problems)))
    differing = (*found.questions, *found.new)
    if source and differing:
        with writing(source):
            source.write_text("\n".join(map(source_of, differing)), encoding="utf-8")
        click.echo(say("formats.source", language, path=source))
