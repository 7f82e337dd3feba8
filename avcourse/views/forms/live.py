"""A piece of a page that follows the answers: drawn again, in the same kernel, when something it is made of has been saved.

A topic is what is announced: the id of a question, or a kind of record.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal

import anywidget
import traitlets

from avcourse.course.language import LANGUAGES, as_language
from avcourse.views.forms.changes import ROOM, fulfil, script_of, widget_words

_watchers: Final[dict[str, list[Callable[[], None]]]] = {}


def watch(topic: str, watcher: Callable[[], None]) -> None:
    """Have ``watcher`` called whenever a topic is announced."""
    _watchers.setdefault(topic, []).append(watcher)


def announce(topic: str) -> None:
    """Tell those who watch a topic that something of it has been saved."""
    for watcher in tuple(_watchers.get(topic, ())):
        try:
            watcher()
        except Exception:
            # What was saved is saved: a picture that cannot be drawn must not make the page say otherwise.
            logging.getLogger(__name__).exception("a watcher of %s failed", topic)


class LivePart(anywidget.AnyWidget):
    """HTML of our own making (escaped by ``views.markup``) that is made anew when one of ``topics`` is announced.

    A ``<button data-act="x" data-value="y">`` in it calls ``acts["x"]("y")``; the sentence that it returns is shown and spoken, and the
    part is made anew.

    Parameters
    ----------
    topics
        Bank id of a question to watch or kinds of records, one or several.
    make
        Returns the HTML.
    acts
        Name to what a button of that name does; returns the sentence to say, or None.
    refresh
        ``"auto"`` draws at once; ``"asked"`` offers a button, so that somebody who is answering is not disturbed or slowed down.
    """

    _esm = script_of("live.js")
    _css = (ROOM / "work.css").read_text(encoding="utf-8")
    html = traitlets.Unicode().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    stale = traitlets.Bool(False).tag(sync=True)
    quiet = traitlets.Bool(False).tag(sync=True)

    def __init__(
        self,
        topics: str | Iterable[str],
        make: Callable[[], str],
        acts: Mapping[str, Callable[[str], str | None]] | None = None,
        refresh: Literal["auto", "asked"] = "auto",
    ) -> None:
        self._make, self._acts, self._asked = make, dict(acts or {}), refresh == "asked"
        # A part with buttons is no announcement: only its sentences are spoken, not the whole of it.
        super().__init__(
            html=make(),
            words={language: widget_words("live", language) for language in LANGUAGES},
            quiet=bool(acts) or self._asked,
        )
        self.on_msg(self._receive)
        for topic in (topics,) if isinstance(topics, str) else topics:
            watch(topic, self._changed)

    def _changed(self) -> None:
        if self._asked:
            self.stale = True
        else:
            self._draw()

    def _draw(self) -> None:
        self.html, self.stale = self._make(), False

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") not in ("act", "refresh"):
            return
        act = self._acts.get(str(content.get("act"))) if content["type"] == "act" else None

        def work() -> str | None:
            sentence = act(str(content.get("value") or "")) if act else None
            self._draw()
            return sentence

        self.send(fulfil(content.get("call"), work, as_language(content.get("language"))))
