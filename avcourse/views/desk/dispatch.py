"""From a request to the desk to its answer, without a server: which class, which part, what was asked, what is told.

The server (``extension.py``) makes a ``Request`` of what came and sends the ``Reply``.
"""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from secrets import token_urlsafe
from typing import Final
from urllib.parse import quote, urlencode

from avcourse.classroom.rehearsal import is_rehearsal
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError
from avcourse.views.desk import jobs, lobby
from avcourse.views.desk.lobby import find_classes
from avcourse.views.desk.parts import OVERVIEW, Part, find_part, find_parts
from avcourse.views.desk.shell import Frame, Link, Notice, render
from avcourse.views.desk.visit import Asked, Download, Outcome, Save, Visit
from avcourse.views.markup import tag, text

SAVE: Final = "save"
"""The step of an address after which the name of a download stands."""
SAID: Final = "said"
"""The query's word for a sentence that waits to be told once."""
KEPT_NOTICES: Final = 50


class NoSuchPage(AvcourseError):
    """An address that leads nowhere on the desk."""

    et = "Sellist lehte ei ole. Võib-olla on klassi kaust teisaldatud või ümber nimetatud. Minge klasside loetellu."
    en = "There is no such page. The class folder may have been moved or renamed. Go to the list of classes."


class NoSuchAction(AvcourseError):
    """A form that this page does not know."""

    et = "Seda ei saa siin teha ja midagi ei muudetud. Laadige leht uuesti ja proovige veel kord."
    en = "This cannot be done here and nothing was changed. Reload the page and try again."


@dataclass(frozen=True, slots=True)
class Request:
    """What a browser asked. ``steps`` is the address after the desk's own, unquoted; ``asked`` what a form sent, None for a page."""

    steps: tuple[str, ...]
    language: Language
    query: Mapping[str, str] = field(default_factory=dict)
    asked: Asked | None = None
    xsrf: str = ""
    wants_data: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a page, data for a script, a file to save, or another address."""

    body: str = ""
    status: int = 200
    kind: str = "text/html"
    to: str | None = None
    download: Download | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A trainer's desk: the folder that holds the classes, its address, and the sentences that wait to be told."""

    place: Path
    address: str
    static: str
    notices: OrderedDict[str, Notice] = field(default_factory=OrderedDict)

    def keep(self, notice: Notice) -> str:
        """Keep a sentence until the next page takes it, and return its word for the query."""
        word = token_urlsafe(9)
        self.notices[word] = notice
        while len(self.notices) > KEPT_NOTICES:
            self.notices.popitem(last=False)
        return word

    def respond(self, request: Request) -> Reply:
        """Answer a request; whatever goes wrong is told in a sentence."""
        try:
            if not request.steps:
                return self._lobby(request)
            return self._class(request)
        except AvcourseError as error:
            return self._trouble(
                request, error.sentence(request.language), 404 if isinstance(error, NoSuchPage) else 400
            )
        except Exception:
            return self._trouble(request, self._failed(request.language, "/".join(request.steps)), 500)

    def _trouble(self, request: Request, sentence: str, status: int) -> Reply:
        if request.wants_data:
            return _data({"ok": False, "sentence": sentence}, status)
        frame = Frame(request.language, say("desk.trouble", request.language), self.address, self.static, self.address)
        back = tag("a", text(say("desk.to-classes", request.language)), href=self.address, class_="av-button")
        main = tag("h1", text(frame.title)) + tag("p", text(sentence)) + tag("p", back)
        return Reply(render(frame, main), status)

    def _failed(self, language: Language, where: str) -> str:
        """Write what nobody foresaw to the log, whole, and return the one sentence for the person."""
        logging.getLogger(__name__).exception("The desk failed at /%s", where)
        return say("desk.failed", language)

    # The list of classes

    def _lobby(self, request: Request) -> Reply:
        visit = lobby.Lobby(self.place, self.address, request.language, request.query, request.xsrf)
        if request.asked is None:
            return self._lobby_page(visit, self._take(request))
        action = lobby.ACTIONS.get(request.asked.fields.get("action", ""))
        try:
            if action is None:
                raise NoSuchAction
            return self._done(request, action(visit, request.asked), self.address, self.address)
        except AvcourseError as error:
            return self._refused(request, error) or self._lobby_page(
                replace(visit, typed=request.asked.fields), Notice(error.sentence(request.language), "trouble"), 422
            )

    def _lobby_page(self, visit: lobby.Lobby, notice: Notice | None, status: int = 200) -> Reply:
        title = say("desk.classes", visit.language)
        frame = Frame(visit.language, title, self.address, self.static, self.address, notice=notice)
        return Reply(render(frame, lobby.page(visit)), status)

    # The pages of a class

    def _class(self, request: Request) -> Reply:
        name, *steps = request.steps
        folder = find_classes(self.place).get(name)
        part = find_part(steps[0] if steps else OVERVIEW)
        if folder is None or part is None:
            raise NoSuchPage
        home = f"{self.address}{quote(name, safe='')}/"
        query = {key: value for key, value in request.query.items() if key != SAID}
        rest = tuple(steps[1:])
        visit = Visit(folder, request.language, home, part.id, rest, query, request.xsrf)
        if request.asked is not None:
            return self._act(request, visit, part, request.asked)
        if rest[:1] == (SAVE,):
            save = part.downloads.get("/".join(rest[1:]))
            if save is None:
                raise NoSuchPage
            return self._save(visit, part, save)
        return self._page(visit, part, self._take(request))

    def _save(self, visit: Visit, part: Part, save: Save) -> Reply:
        try:
            return Reply(download=save(visit))
        except AvcourseError as error:
            shown = replace(visit, rest=())
            return self._page(shown, part, Notice(error.sentence(visit.language), "trouble"), 422)

    def _act(self, request: Request, visit: Visit, part: Part, asked: Asked) -> Reply:
        action = part.actions.get(asked.fields.get("action", ""))
        try:
            if action is None:
                raise NoSuchAction
            outcome = action(visit, asked)
            if outcome.job:
                jobs.begin(visit.folder, outcome.job)
            return self._done(request, outcome, _address(visit), visit.home)
        except AvcourseError as error:
            return self._refused(request, error) or self._page(
                replace(visit, typed=asked.fields), part, Notice(error.sentence(visit.language), "trouble"), 422
            )

    def _page(self, visit: Visit, part: Part, notice: Notice | None, status: int = 200) -> Reply:
        title = say(part.word, visit.language)
        menu = tuple(
            Link(
                say(one.word, visit.language),
                visit.home if one.id == OVERVIEW else visit.url(one.id),
                one.id == part.id,
            )
            for one in find_parts()
        )
        frame = Frame(
            language=visit.language,
            title=title,
            desk=self.address,
            static=self.static,
            here=_address(visit),
            class_name=visit.folder.root.name,
            class_home=visit.home,
            menu=menu,
            notice=notice,
            scripts=part.scripts,
            styles=part.styles,
            rehearsal=is_rehearsal(visit.folder),
            working=part.id == OVERVIEW and jobs.read_job(visit.folder).state == "working",
        )
        try:
            main = part.page(visit)
        except AvcourseError as error:
            main = tag("h1", text(title)) + tag("p", text(error.sentence(visit.language)), class_="av-empty")
        except Exception:
            # Within the class's frame: the other parts are a press away.
            main, status = (
                tag("h1", text(title)) + tag("p", text(self._failed(visit.language, part.id)), class_="av-empty"),
                500,
            )
        return Reply(render(frame, main), status)

    # What was done

    def _done(self, request: Request, outcome: Outcome, here: str, class_home: str) -> Reply:
        if outcome.download is not None:
            return Reply(download=outcome.download)
        to = outcome.to or (class_home if outcome.job else here)
        if request.wants_data:
            return _data({"ok": True, "sentence": outcome.sentence, "to": outcome.to, "data": outcome.data})
        if outcome.sentence:
            to += f"{'&' if '?' in to else '?'}{SAID}={self.keep(Notice(outcome.sentence))}"
        return Reply(status=303, to=to)

    def _refused(self, request: Request, error: AvcourseError) -> Reply | None:
        if not request.wants_data:
            return None
        said = {"ok": False, "sentence": error.sentence(request.language), "error": type(error).__name__}
        return _data(said, 422)

    def _take(self, request: Request) -> Notice | None:
        return self.notices.pop(request.query.get(SAID, ""), None)


def _address(visit: Visit) -> str:
    """Return the address of a visit's own page, its query included."""
    if visit.part == OVERVIEW and not visit.rest:
        return visit.home + (f"?{urlencode(visit.query)}" if visit.query else "")
    return visit.url(visit.part, *visit.rest, **visit.query)


def _data(data: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(json.dumps(data, ensure_ascii=False), status, "application/json")
