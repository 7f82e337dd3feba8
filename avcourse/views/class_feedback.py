"""Feedback written for a whole class: for each learner and assignment one page a language, and the data that travels.

Quick on purpose: no notebook, no nbgrader, no matplotlib. A page stands by itself, asks nothing of any network and forbids scripts.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from avcourse.classroom.feedback import Gathered, Gathering, Kept
from avcourse.classroom.feedback_data import Feedback, feedback_json
from avcourse.classroom.giving_back import DATA, Progress, keep_feedback, keep_pdf, read_made
from avcourse.classroom.guard import writing_class
from avcourse.classroom.workspace import ClassFolder, SubmissionProblem, now_utc
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.views.feedback_gain import with_gain
from avcourse.views.feedback_parts import feedback_html, title_of, when
from avcourse.views.markup import tag, text

_STYLE: Final = Path(__file__).parent / "page" / "voila" / "templates" / "avcourse" / "static" / "feedback.css"


@dataclass(frozen=True, slots=True)
class FeedbackReport:
    """How many submissions have their feedback, by assignment, and what the trainer should know of the others."""

    written: dict[str, int]
    problems: tuple[SubmissionProblem, ...]


@cache
def _style() -> tuple[str, str]:
    """Return the style of a page, and the hash by which the page allows this one and no other."""
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return style, f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def feedback_page(feedback: Feedback, language: Language) -> str:
    """Return one learner's feedback as a whole HTML page."""
    style, policy = _style()
    title = say("feedback.title", language, assignment=title_of(feedback, language))
    whose = say("feedback.whose", language, classroom=feedback.classroom, student=feedback.student)
    if feedback.handed_in:
        whose += " · " + say("feedback.handed-in", language, when=when(feedback.handed_in, language))
    head = (
        tag("meta", charset="utf-8")
        + tag("meta", http_equiv="Content-Security-Policy", content=policy)
        + tag("meta", name="viewport", content="width=device-width, initial-scale=1")
        + tag("meta", name="referrer", content="no-referrer")
        + tag("title", text(title))
        + tag("style", style)
    )
    body = (
        tag("a", text(say("page.skip", language)), class_="av-skip", href="#content"),
        tag(
            "main",
            tag("p", text(whose), class_="av-fb-whose"),
            tag("h1", text(title)),
            feedback_html(feedback, language),
            id="content",
            tabindex="-1",
        ),
        tag("footer", tag("p", text(say("feedback.foot", language)))),
    )
    whole = tag("head", head) + tag("body", *body, class_="av-fb-page")
    return f"<!doctype html>\n{tag('html', whole, lang=language)}\n"


@cache
def _maker() -> str:
    """Return a word for the code and the words that pages are made by: a new release of the course writes them anew."""
    room = Path(__file__).parent
    sources = [room / f"{name}.py" for name in ("class_feedback", "feedback_parts", "feedback_gain", "markup")]
    sources += sorted((room.parent / "course").glob("strings*.toml"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in (*sources, _STYLE))).hexdigest()


def complete(found: Gathered) -> Feedback:
    """Return gathered feedback with what measurement says of it."""
    return with_gain(found.feedback, found.sheets)


def write_feedback(
    folder: ClassFolder, assignments: Sequence[str] | None = None, progress: Progress | None = None
) -> FeedbackReport:
    """Write the feedback on every graded submission into ``CLASS/feedback/<student>/<assignment>/``; again, only what has changed.

    ``et.html`` and ``en.html`` are for the trainer to look at or to send by hand; ``feedback.json`` is what ``release_feedback`` puts into
    the exchange. Nothing leaves the class folder here.

    Raises
    ------
    NothingReleased, NoAssignment
        If the assignments have not been released to the class.
    ClassBusy, GradebookFailed, FolderNotWritable
        If the class cannot be read or written.
    """
    gathering = Gathering(folder, assignments)
    written: dict[str, int] = {}
    with writing_class(folder, "feedback", copy=False):
        total, maker = len(gathering) if progress else 0, _maker()

        def have(student: str, assignment: str, made_of: str) -> bool:
            made = read_made(folder, student, assignment)
            return (made.get("made_of"), made.get("maker")) == (made_of, maker)

        for done, found in enumerate(gathering.of(have=have), start=1):
            if isinstance(found, Kept):
                student, assignment = found.student, found.assignment
            else:
                student, assignment = _write(folder, found, maker)
            written[assignment] = written.get(assignment, 0) + 1
            if progress:
                progress(done, total, student)
    return FeedbackReport(written, tuple(gathering.problems))


def _write(folder: ClassFolder, found: Gathered, maker: str) -> tuple[str, str]:
    feedback = complete(found)
    pages = {f"{lang}.html": feedback_page(feedback, lang).encode("utf-8", "replace") for lang in LANGUAGES}
    keep_feedback(
        folder,
        feedback.student,
        feedback.assignment,
        made_of=found.made_of,
        maker=maker,
        digest=found.digest,
        files={**pages, DATA: feedback_json(feedback)},
    )
    return feedback.student, feedback.assignment


def write_feedback_pdfs(
    folder: ClassFolder, assignments: Sequence[str] | None = None, progress: Progress | None = None
) -> int:
    """Write the feedback beside the pages as PDF too, in the class's language, and return how many; each takes about half a second.

    Raises
    ------
    NothingReleased, NoAssignment, ClassBusy, GradebookFailed, FolderNotWritable
        As ``write_feedback``, which comes first.
    DocumentFailed
        If a PDF cannot be made.
    """
    from avcourse.views.documents.contents.feedback import feedback_document
    from avcourse.views.documents.pdf import write

    gathering, done, day = Gathering(folder, assignments), 0, now_utc().date()
    with writing_class(folder, "feedback", copy=False):
        total = len(gathering)
        for found in gathering.of():
            if isinstance(found, Gathered):
                feedback = complete(found)
                data = write(feedback_document(feedback, folder.language, day))
                keep_pdf(folder, feedback.student, feedback.assignment, folder.language, data)
                done += 1
                if progress:
                    progress(done, total, feedback.student)
    return done
