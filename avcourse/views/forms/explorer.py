"""A picture with controls: the page sends their values, and the kernel draws the picture that belongs to them.

Nothing is saved or logged: it is there to try things out. The page is never believed: every value is read again here.
"""

from __future__ import annotations

import logging
import os
from typing import Any, Final

import anywidget
import traitlets

from avcourse.course.language import Language, as_language, say
from avcourse.errors import AvcourseError
from avcourse.views.explorations import load_exploration
from avcourse.views.explorations.controls import Exploration, Picture, UnfitError
from avcourse.views.forms.changes import ROOM, script_of, style, widget_words
from avcourse.views.forms.question import Notice, sentence_of
from avcourse.views.markup import table, tag, text

MOST_CALL: Final = 80
"""Characters of the name that a page gives to a wish."""


def picture_parts(picture: Picture) -> dict[str, str]:
    """Return a picture in the pieces that a page shows: sentence as text, figure and table as HTML."""
    caption = tag("figcaption", text(picture.caption)) if picture.caption and picture.html else ""
    note = tag("p", text(picture.note), class_="av-note") if picture.note else ""
    return {
        "sentence": picture.sentence,
        "figure": (tag("figure", picture.html, caption) if picture.html else "") + note,
        "table": table(picture.caption, picture.head, picture.rows) if picture.rows else "",
    }


class Explorer(anywidget.AnyWidget):
    """An exploration on a page; its first picture is part of what the page is given, so that it stands at once."""

    _esm = script_of("explorer.js")
    _css = style() + "\n" + (ROOM / "explorer.css").read_text(encoding="utf-8")
    spec = traitlets.Dict().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    picture = traitlets.Dict().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(self, exploration: Exploration, language: Language) -> None:
        self._exploration, self._language = exploration, language
        start = exploration.first(language)
        super().__init__(
            spec=exploration.spec(language),
            start=start,
            picture=self._draw(start),
            words=widget_words("explore", language),
            language=language,
        )
        self.on_msg(self._receive)

    def _draw(self, values: object) -> dict[str, str]:
        return picture_parts(self._exploration.draw(self._exploration.read(values, self._language), self._language))

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") != "draw":
            return
        call = content.get("call")
        if isinstance(call, str) and len(call) <= MOST_CALL:
            self.send({"type": "done", "call": call, **self._answer(content.get("values"))})

    def _answer(self, values: object) -> dict[str, Any]:
        try:
            return {"ok": True, "picture": self._draw(values)}
        except UnfitError as error:
            return {"ok": False, "control": error.control, "sentence": str(error)}
        except AvcourseError as error:
            return {"ok": False, "sentence": sentence_of(error, self._language)}
        except Exception:
            # Whatever it was, the reader hears that these values give no picture; the cause goes to the server's log.
            logging.getLogger(__name__).exception("an exploration could not be drawn")
            return {"ok": False, "sentence": say("widget-explore.failed", self._language)}


def explore(name: str, language: str) -> Explorer | Notice | None:
    """Return an exploration, to stand as the last expression of a cell.

    Under nbgrader nothing is drawn. What cannot be shown is said in a sentence, so that a page never breaks at one picture.

    Parameters
    ----------
    name
        A name in ``explorations.EXPLORATIONS``, for example ``"signatures"``.
    language
        ``"et"`` or ``"en"``.
    """
    if os.environ.get("NBGRADER_EXECUTION"):
        return None
    known = as_language(language)
    exploration = load_exploration(name)
    try:
        return Explorer(exploration, known)
    except AvcourseError as error:
        return Notice(sentence_of(error, known), known)
