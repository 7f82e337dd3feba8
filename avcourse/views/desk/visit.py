"""What a page of the desk is given and gives back, so that pages are plain functions and only the server knows the server.

A part of the desk is a module in ``views/desk`` with some of::

    page(visit) -> str                          HTML of the main element
    ACTIONS: Mapping[str, Action]               what a form of the page can ask for, by the value of its field "action"
    DOWNLOADS: Mapping[str, Save]             files that the browser saves
    SCRIPTS: tuple[str, ...]                    names of its own scripts in ``views/desk/static/``
    STYLES: tuple[str, ...]                     and of its own styles

It stands at ``…/avcourse/desk/<class>/<part>/<rest>``; ``parts.py`` names it. A download stands at ``…/<part>/save/<name>/``, with the
page's query. A part imports heavy things inside its functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import quote, urlencode

from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import Language
from avcourse.views.markup import tag


@dataclass(frozen=True, slots=True)
class Visit:
    """One request to a part of the desk: which class, in which language, what was asked.

    ``home`` is the address of the class's own page, ending in ``/``; ``rest`` what follows the part in the address; ``xsrf`` the token
    that a form must send back. ``typed`` holds the fields of a form that was refused just now, for the page to show them again.
    """

    folder: ClassFolder
    language: Language
    home: str
    part: str
    rest: tuple[str, ...] = ()
    query: Mapping[str, str] = field(default_factory=dict)
    xsrf: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    def url(self, part: str, *rest: str, **query: str) -> str:
        """Return the address of a part of this class's desk, ready for an attribute once escaped.

        Examples
        --------
        >>> from pathlib import Path
        >>> folder = ClassFolder(Path("k"), "k", "et", Path("x"))
        >>> Visit(folder, "et", "/avcourse/desk/k/", "review").url("review", "tegevuskava", at="2")
        '/avcourse/desk/k/review/tegevuskava/?at=2'
        """
        path = "".join(f"{quote(step, safe='')}/" for step in (part, *rest))
        return f"{self.home}{path}{'?' + urlencode(query) if query else ''}"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a form: its name as the browser said it, and its bytes."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form sent: fields by name (the last value of each), all values, and files."""

    fields: Mapping[str, str]
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, tuple[Upload, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Download:
    """A file for the browser to save."""

    name: str
    data: bytes
    kind: str = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an action: a sentence for the person, where to go on (this page by default), data for a script that asked.

    A file whose saving changes something, such as what counts as published, comes as the ``download`` of an action, never by a link.

    An action that takes long does not do it: it gives a ``job``, words that the desk's worker understands, and the class's page shows its
    progress. Trouble is an ``AvcourseError``; the desk shows its sentence and keeps what was typed.
    """

    sentence: str = ""
    to: str | None = None
    data: Mapping[str, object] | None = None
    job: tuple[str, ...] = ()
    download: Download | None = None


Page = Callable[[Visit], str]
Action = Callable[[Visit, Asked], Outcome]
Save = Callable[[Visit], Download]


class WithToken(Protocol):
    """A request whose page may hold forms: of a class, or of the desk itself."""

    @property
    def xsrf(self) -> str:
        """Return the token that a form must send back."""


def form(visit: WithToken, action: str, *content: str, **attributes: str | None) -> str:
    """Return a form that asks this page for ``action``; ``content`` is HTML.

    Examples
    --------
    >>> from pathlib import Path
    >>> folder = ClassFolder(Path("k"), "k", "et", Path("x"))
    >>> form(Visit(folder, "et", "/k/", "roster", xsrf="t"), "save")
    '<form method="post"><input type="hidden" name="_xsrf" value="t"><input type="hidden" name="action" value="save"></form>'
    """
    pairs = {"_xsrf": visit.xsrf, "action": action}
    hidden = (tag("input", type="hidden", name=name, value=value) for name, value in pairs.items())
    return tag("form", *hidden, *content, **{"method": "post", **attributes})
