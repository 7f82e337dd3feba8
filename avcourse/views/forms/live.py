"""A piece of a page that follows the answers: drawn again, in the same kernel, whenever one of the page's answers has been saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anywidget
import traitlets

_watchers: Final[dict[str, list[Callable[[], None]]]] = {}


def announce(question: str) -> None:
    """Tell those who watch a question that its answer has been saved."""
    for watcher in _watchers.get(question, []):
        watcher()


class LivePart(anywidget.AnyWidget):
    """HTML of our own making (escaped by ``views.markup``) that is made anew when the answer to ``question`` changes.

    Parameters
    ----------
    question
        Bank id of the question to watch.
    make
        Returns the HTML.
    """

    # The region is polite: a screen reader hears what changed after the learner's own choice.
    _esm = """
    export default {
      render({ model, el }) {
        el.classList.add("prose");
        el.setAttribute("role", "status");
        const draw = () => { el.innerHTML = model.get("html"); };
        model.on("change:html", draw);
        draw();
      },
    };
    """
    html = traitlets.Unicode().tag(sync=True)

    def __init__(self, question: str, make: Callable[[], str]) -> None:
        super().__init__(html=make())

        def draw_again() -> None:
            self.html = make()

        _watchers.setdefault(question, []).append(draw_again)
