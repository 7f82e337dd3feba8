"""The button with which a page offers itself, or the whole course, on paper."""

from __future__ import annotations

import os

from avcourse.course.language import as_language, say


def show_handout(name: str, language: str) -> object:
    """Draw the button that makes a handout on the learner's own machine, to stand as the last expression of a cell.

    What makes it is imported when it is pressed: a page must open fast.

    Parameters
    ----------
    name
        The id of a lesson, or ``"all"`` for the whole course.
    language
        ``"et"`` or ``"en"``.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    from avcourse.views.forms.files import FileExchange, Progress, SaveOut

    known = as_language(language)

    def make(progress: Progress) -> tuple[str, bytes]:
        progress(say("documents.setting", known), 0.1)
        from avcourse.views.documents.handout.files import make_handout

        return make_handout(name, known, lambda done, total, words: progress(words, done / total))

    which = "whole" if name == "all" else "lesson"
    button = SaveOut(name, say("handout.save", known), say(f"handout.save-{which}", known), make)
    return FileExchange(known, saves=[button])
