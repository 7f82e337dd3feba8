"""The desk as an extension of Jupyter Server: on a laptop (``avcourse desk``) and behind JupyterHub.

A class host serves it with two lines in ``jupyter_server_config.py``::

    c.ServerApp.jpserver_extensions = {"avcourse.views.desk.extension": True}
    c.AvcourseDesk.classes = "/srv/classes"

All that knows tornado is here; what a page says and does is decided by ``dispatch.py``, in one thread beside the server's own, so that a
heavy page holds up neither the server nor another page half-way. What takes longest and touches no class has a thread of its own.
"""

from __future__ import annotations

import asyncio
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, unquote, urlencode

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web
from traitlets import Unicode
from traitlets.config import Configurable

from avcourse.course.language import Language, as_language, say
from avcourse.views.desk.dispatch import Desk, Reply, Request
from avcourse.views.desk.job_panel import how_far
from avcourse.views.desk.jobs import read_job
from avcourse.views.desk.lobby import find_classes
from avcourse.views.desk.parts import APART
from avcourse.views.desk.shell import POLICY, Frame, render
from avcourse.views.desk.visit import Asked, Upload
from avcourse.views.markup import tag, text
from avcourse.views.page.settings import TEMPLATES

ADDRESS: Final = "avcourse/desk/"
STATIC: Final = "avcourse/desk-static/"
LANGUAGE_COOKIE: Final = "avcourse-desk-language"
LARGEST_FORM: Final = 32 * 1024**2
_FOLDERS: Final = (Path(__file__).parent / "static", TEMPLATES / "voila" / "templates" / "avcourse" / "static")


class AvcourseDesk(Configurable):
    """Settings of the desk."""

    classes = Unicode("", help="The folder whose children are the classes (default: ~/avcourse-klassid).").tag(
        config=True
    )
    language = Unicode("et", help="The desk's first language, et or en.").tag(config=True)


class DeskHandler(JupyterHandler):
    """Every page, form and download of the desk."""

    auth_resource = "contents"

    @property
    def content_security_policy(self) -> str:
        """Return the desk's own policy, stricter than the server's."""
        return POLICY

    def set_default_headers(self) -> None:
        """Keep pages with answers out of caches and addresses out of other sites' logs."""
        super().set_default_headers()
        self.set_header("Cache-Control", "no-store")
        self.set_header("Referrer-Policy", "same-origin")

    @web.authenticated
    @authorized
    async def get(self) -> None:
        """Show a page, or give a file to save."""
        chosen = self.get_query_argument("lang", None)
        if chosen is not None:
            self._change_language(chosen)
            return
        steps = self._steps()
        if len(steps) == 3 and steps[1:] == ("overview", "job"):
            self._tell_job(steps[0])
            return
        await self._send(None)

    @web.authenticated
    @authorized
    async def post(self) -> None:
        """Do what a form asks for."""
        if len(self.request.body) > LARGEST_FORM:
            self._refuse(413, "too-large")
            return
        fields = {
            name: tuple(v.decode("utf-8", "replace") for v in vs) for name, vs in self.request.body_arguments.items()
        }
        files = {name: tuple(Upload(f.filename, f.body) for f in fs) for name, fs in self.request.files.items()}
        await self._send(Asked({name: values[-1] for name, values in fields.items() if values}, fields, files))

    async def _send(self, asked: Asked | None) -> None:
        desk: Desk = self.settings["avcourse_desk"]
        query = {name: values[-1].decode("utf-8", "replace") for name, values in self.request.query_arguments.items()}
        request = Request(
            steps=self._steps(),
            language=self._language(),
            query=query,
            asked=asked,
            xsrf=self.xsrf_token.decode("ascii"),
            wants_data="application/json" in self.request.headers.get("Accept", ""),
        )
        loop = asyncio.get_running_loop()
        self._reply(await loop.run_in_executor(self.settings[thread_of(request)], desk.respond, request))

    def _reply(self, reply: Reply) -> None:
        if reply.to is not None:
            self.redirect(reply.to, status=303)
            return
        self.set_status(reply.status)
        if reply.download is not None:
            saved = reply.download
            self.set_header("Content-Type", saved.kind)
            self.set_header("Content-Disposition", f"attachment; {_file_name(saved.name)}")
            self.finish(saved.data)
            return
        self.set_header("Content-Type", f"{reply.kind}; charset=utf-8")
        self.finish(reply.body)

    def _steps(self) -> tuple[str, ...]:
        """Return the steps of the address after the desk's own, each unquoted by itself: a quoted slash is no step."""
        rest = self.request.path[len(url_path_join(self.base_url, ADDRESS)) :]
        return tuple(unquote(step) for step in rest.split("/") if step)

    def _language(self) -> Language:
        return as_language(self.get_cookie(LANGUAGE_COOKIE, self.settings["avcourse_desk_language"]))

    def _change_language(self, chosen: str) -> None:
        path = url_path_join(self.base_url, ADDRESS)
        self.set_cookie(
            LANGUAGE_COOKIE, as_language(chosen), path=path, expires_days=365, httponly=True, samesite="Lax"
        )
        others = [
            (name, value.decode("utf-8", "replace"))
            for name, values in self.request.query_arguments.items()
            for value in values
            if name != "lang"
        ]
        # A second slash at the front would make it another machine's address.
        self.redirect("/" + self.request.path.lstrip("/") + (f"?{urlencode(others)}" if others else ""), status=303)

    def _tell_job(self, name: str) -> None:
        """Say how far the work is: a look at a file, that must not wait behind a heavy page."""
        folder = find_classes(self.settings["avcourse_desk"].place).get(name)
        if folder is None:
            raise web.HTTPError(404)
        job = read_job(folder)
        self.finish({"state": job.state, "done": job.done, "total": job.total, "said": how_far(job, self._language())})

    def _refuse(self, status: int, key: str) -> None:
        """Say in a sentence why the desk does not answer."""
        language = self._language()
        sentence = say(f"desk.{key}", language)
        self.set_status(status)
        if "application/json" in self.request.headers.get("Accept", ""):
            self.finish({"ok": False, "sentence": sentence})
            return
        desk: Desk = self.settings["avcourse_desk"]
        frame = Frame(language, say("desk.trouble", language), desk.address, desk.static, desk.address)
        back = tag("a", text(say("desk.to-classes", language)), href=desk.address, class_="av-button")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(render(frame, tag("h1", text(frame.title)) + tag("p", text(sentence)) + tag("p", back)))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tell a person in a sentence what the server refused."""
        known = {403: "expired", 404: "no-page"}
        self._refuse(status_code, known.get(status_code, "failed"))


class DeskFiles(FileFindHandler):
    """The desk's styles and scripts, and those that it shares with the course's pages."""

    def set_extra_headers(self, path: str) -> None:
        """Let the browser ask whether a file has changed: it is on the same machine or near."""
        self.set_header("Cache-Control", "no-cache")


def thread_of(request: Request) -> str:
    """Return the setting that holds the thread in which a request is answered."""
    apart = request.asked is None and request.steps[1:] in APART
    return "avcourse_desk_apart" if apart else "avcourse_desk_thread"


def _file_name(name: str) -> str:
    """Return the name of a download for its header, plain for old browsers and whole for the others."""
    clean = "".join(char if char.isprintable() and char not in '/\\"' else "-" for char in name)
    plain = clean.encode("ascii", "replace").decode().replace("?", "-")
    return f"filename=\"{plain}\"; filename*=UTF-8''{quote(clean, safe='')}"


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "avcourse.views.desk.extension"}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Put the desk under the server's address."""
    settings = AvcourseDesk(parent=server)
    place = Path(settings.classes or Path.home() / "avcourse-klassid").expanduser().resolve()
    base = server.web_app.settings["base_url"]
    address, static = url_path_join(base, ADDRESS), url_path_join(base, STATIC)
    server.web_app.settings["avcourse_desk"] = Desk(place, address, static)
    server.web_app.settings["avcourse_desk_language"] = as_language(settings.language)
    server.web_app.settings["avcourse_desk_thread"] = ThreadPoolExecutor(1, "avcourse-desk")
    server.web_app.settings["avcourse_desk_apart"] = ThreadPoolExecutor(1, "avcourse-desk-apart")
    server.web_app.add_handlers(
        ".*$",
        [
            (f"{re.escape(address.rstrip('/'))}(?:/.*)?", DeskHandler),
            (f"{re.escape(static)}(.*)", DeskFiles, {"path": [str(folder) for folder in _FOLDERS]}),
        ],
    )
