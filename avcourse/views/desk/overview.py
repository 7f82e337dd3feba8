"""The class's own page: what is in and what is done, one button that does the next right thing, and how far it is."""

from __future__ import annotations

from typing import Final

from avcourse.views.desk.visit import Asked, Outcome, Visit, form
from avcourse.views.markup import tag, text


def page(visit: Visit) -> str:
    """Return the class's page."""
    return tag("h1", text(visit.folder.root.name)) + form(visit, "run", tag("button", "run", class_="av-button"))


def run(visit: Visit, asked: Asked) -> Outcome:
    """Let the worker collect and grade."""
    return Outcome(job=("run",))


ACTIONS: Final = {"run": run}
