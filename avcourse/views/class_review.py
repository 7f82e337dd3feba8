"""The page on which a trainer reads open answers: one local file, question by question, with the rubric beside.

Everything that a learner wrote is escaped, and the page itself forbids scripts, pictures and every request.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from avcourse.classroom.review import OpenAnswer, OpenQuestion, open_answers
from avcourse.classroom.workspace import ClassFolder, write_private
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import FolderNotWritable
from avcourse.views.markup import decimal, table, tag, text

ROOM: Final = "review"
_STYLE: Final = """
body { font: 1.125rem/1.6 system-ui, "Segoe UI", Roboto, "Noto Sans", Arial, sans-serif; color: #1c2430; background: #fff;
  max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.25; color: #1b3a6b; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; font-weight: 600; padding: .5rem 0; }
th, td { border-bottom: 1px solid #d5dbe5; padding: .4rem .6rem .4rem 0; text-align: left; vertical-align: top; }
article { border-top: 1px solid #d5dbe5; margin-top: 1.5rem; }
blockquote { margin: 0; padding: .75rem 1rem; background: #f5f7fb; border-left: 4px solid #1b3a6b; white-space: pre-wrap;
  overflow-wrap: anywhere; }
code { font-size: .9375rem; overflow-wrap: anywhere; }
.quiet { color: #4d5867; }
"""


def _number(points: float, language: Language) -> str:
    return decimal(points, language, 0 if float(points).is_integer() else 2)


def _given(answer: OpenAnswer, most: float, language: Language) -> str:
    limit = _number(most, language)
    if answer.points is None:
        return say("review.ungraded", language, most=limit)
    key = "review.given-again" if answer.waits else "review.given"
    return say(key, language, points=_number(answer.points, language), most=limit)


def _answer(assignment: str, asked: OpenQuestion, answer: OpenAnswer, language: Language) -> str:
    command = f"avcourse class mark . {assignment} {answer.student} {asked.question.id}"
    said = (
        tag("p", text(say("marking.no-answer", language)), class_="quiet")
        if answer.text is None
        else tag("blockquote", text(answer.text))
    )
    return tag(
        "article",
        tag("h3", text(answer.student)),
        said,
        tag("p", text(_given(answer, asked.points, language))),
        tag("p", tag("code", text(f"{command} {say('review.word-points', language)}"))),
    )


def _question(assignment: str, asked: OpenQuestion, language: Language) -> str:
    head = (say("review.points", language), say("review.means", language))
    rows = [(_number(step.points, language), step.text.in_(language)) for step in asked.question.rubric]
    answers = [_answer(assignment, asked, answer, language) for answer in asked.answers]
    return tag(
        "section",
        tag("h2", text(asked.question.text.in_(language))),
        table(say("review.rubric", language), head, rows),
        *(answers or [tag("p", text(say("review.none", language)))]),
    )


def review_html(assignment: str, questions: tuple[OpenQuestion, ...], language: Language) -> str:
    """Return the page as HTML."""
    title = say("review.title", language, assignment=load_course().module(assignment).title.in_(language))
    sections = [_question(assignment, asked, language) for asked in questions]
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    head = (
        '<meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    main = tag(
        "main",
        tag("h1", text(title)),
        tag("p", text(say("review.intro", language))),
        tag("p", text(say("review.private", language)), class_="quiet"),
        *(sections or [tag("p", text(say("review.no-open", language)))]),
    )
    whole = tag("head", head, tag("title", text(title)), tag("style", _STYLE)) + tag("body", main)
    return f"<!doctype html>\n{tag('html', whole, lang=language)}\n"


def write_review(folder: ClassFolder, assignment: str) -> Path:
    """Write the page into the class folder, for the trainer's eyes only, and return where it stands.

    Raises
    ------
    NothingReleased, NoAssignment, GradebookFailed
        If there is nothing to review.
    FolderNotWritable
        If the class folder cannot be written.
    """
    page = review_html(assignment, open_answers(folder, assignment), folder.language)
    target = folder.root / ROOM / f"{assignment}.html"
    try:
        target.parent.mkdir(exist_ok=True)
        target.parent.chmod(0o700)
        write_private(target, page.encode("utf-8", "replace"))
    except OSError as error:
        raise FolderNotWritable(path=error.filename or target, reason=error.strerror or str(error)) from error
    return target
