"""The certificate on the page: what is still missing, or a place for the name and a button that makes the PDF.

The name goes from the page into the file. It is written to no log, no setting and no other file.
"""

from __future__ import annotations

import os
from collections.abc import Callable

from avcourse.answers.folder import LearnerFolder, find_folder
from avcourse.course.course import load_course
from avcourse.course.language import Language, as_language, say
from avcourse.errors import AvcourseError, DocumentFailed
from avcourse.municipality.words import both
from avcourse.views.completion import completion_of, missing_html
from avcourse.views.documents.contents.certificate import CertificateData, Score, certificate
from avcourse.views.forms.files import Asked, FileExchange, Given, Progress, SaveAsked
from avcourse.views.forms.question import Notice
from avcourse.views.growth import own_gain
from avcourse.views.markup import draw, tag, text
from avcourse.views.municipality.own import today
from avcourse.views.municipality.papers import write_document


def waiting_html(folder: LearnerFolder | None, language: Language) -> str:
    """Return what is missing for the certificate, said plainly; nothing where it can be made."""
    if folder is None:
        return tag("p", text(say("growth.no-folder", language)), class_="av-empty")
    completion = completion_of(folder, load_course())
    if completion.whole:
        return ""
    words = say("certificate.waits", language, count=len(completion.missing))
    return tag("div", tag("p", text(words)), missing_html(completion.missing, language), class_="av-empty")


def own_score(folder: LearnerFolder) -> Score | None:
    """Return the points of both tests, where this machine can work them out."""
    gain = own_gain(folder)
    if gain is None:
        return None
    overall = gain.overall
    return Score(overall.pre_points, overall.post_points, overall.post_items)


def maker(folder: LearnerFolder, language: Language) -> Callable[[Given, Progress], tuple[str, bytes]]:
    """Return what makes the file: name and wish for the score go in, name and bytes of the file come out."""

    def make(given: Given, progress: Progress) -> tuple[str, bytes]:
        course = load_course()
        title = both("certificate.title")
        completion = completion_of(folder, course)
        # The page may be older than the answers, in either direction.
        if not completion.whole:
            raise DocumentFailed(name=title, reason=both("certificate.not-whole", count=len(completion.missing)))
        name = str(given["name"])
        if not name:
            raise DocumentFailed(name=title, reason=both("certificate.no-name"))
        score = own_score(folder) if given.get("score") is True else None
        data = CertificateData(name, today(), course.title, completion.done, score)
        return write_document(certificate(data, language), "pdf", progress)

    return make


def certificate_form(folder: LearnerFolder, language: Language) -> FileExchange:
    """Return the place for the name and the button."""
    asks = [Asked("name", "line", say("certificate.your-name", language), say("certificate.your-name-hint", language))]
    if own_score(folder) is not None:
        asks.append(Asked("score", "tick", say("certificate.with-score", language)))
    label, hint = say("certificate.make", language), say("certificate.make-hint", language)
    return FileExchange(language, saves=[SaveAsked("certificate", label, hint, tuple(asks), maker(folder, language))])


def show_certificate(language: str) -> object:
    """Draw the certificate's place on the page, to stand as the last expression of a cell; under nbgrader nothing is drawn."""
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    known = as_language(language)
    try:
        folder = find_folder()
        if folder is not None and completion_of(folder, load_course()).whole:
            return certificate_form(folder, known)
    except AvcourseError as error:
        return Notice(error.sentence(known), known)
    return draw(lambda chosen: waiting_html(find_folder(), chosen), language)
