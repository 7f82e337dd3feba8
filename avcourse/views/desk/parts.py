"""The parts of a class's desk, in the order of the menu; a part whose module is not there is not listed.

To add one: a line here, its word ``part-<id>`` in table ``[desk]``, and the module that ``visit.py`` describes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any, Final

from avcourse.views.desk.visit import Action, Page, Save

OVERVIEW: Final = "overview"
"""The part that is the class's own page."""
_NAMES: Final = (
    OVERVIEW,
    "lessons",
    "roster",
    "schedule",
    "submissions",
    "review",
    "feedback",
    "gains",
    "items",
    "followup",
    "report",
    "book",
    "exports",
    "backups",
)
APART: Final = frozenset({("lessons", "save", "handout")})
"""Downloads, by the steps after the class, that take seconds and touch no class: they hold nobody up, and nobody holds them up."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the desk; its module is imported when something of it is asked for, since some are heavy."""

    id: str

    @property
    def word(self) -> str:
        """Return the key of its name."""
        return f"desk.part-{self.id}"

    @property
    def page(self) -> Page:
        """Return what makes its page."""
        page: Page = self._module().page
        return page

    @property
    def actions(self) -> Mapping[str, Action]:
        """Return what its forms can ask for."""
        found: Mapping[str, Action] = self._given("ACTIONS", {})
        return found

    @property
    def downloads(self) -> Mapping[str, Save]:
        """Return the files that it gives."""
        found: Mapping[str, Save] = self._given("DOWNLOADS", {})
        return found

    @property
    def scripts(self) -> tuple[str, ...]:
        """Return the names of its own scripts."""
        found: tuple[str, ...] = self._given("SCRIPTS", ())
        return found

    @property
    def styles(self) -> tuple[str, ...]:
        """Return the names of its own styles."""
        found: tuple[str, ...] = self._given("STYLES", ())
        return found

    def _module(self) -> ModuleType:
        return import_module(f"avcourse.views.desk.{self.id}")

    def _given(self, name: str, nothing: Any) -> Any:
        return getattr(self._module(), name, nothing)


@cache
def find_parts() -> tuple[Part, ...]:
    """Return the parts that are there."""
    return tuple(Part(name) for name in _NAMES if find_spec(f"avcourse.views.desk.{name}"))


def find_part(name: str) -> Part | None:
    """Return the part of this name, or None where there is none."""
    return next((part for part in find_parts() if part.id == name), None)
