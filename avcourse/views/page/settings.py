"""The settings with which a Jupyter server shows pages of the course, on a laptop or on a JupyterHub.

A class host writes two lines into ``jupyter_server_config.py``::

    from avcourse.views.page.settings import page_settings
    c.merge(page_settings())
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_server.auth.identity import PasswordIdentityProvider
from traitlets.config import Config
from traitlets.log import get_logger

from avcourse.course.language import LANGUAGES, words

TEMPLATES: Final = Path(__file__).resolve().parent
CELL_PATIENCE: Final = 180
HEARTBEAT: Final = 5
IDLE_MINUTES: Final = 30


class OwnKernel(KernelSpecManager):
    """Knows one kernel: the Python that runs the server, whatever kernels the machine has."""

    def _kernel_dirs_default(self) -> list[str]:
        return []


class OwnIdentity(PasswordIdentityProvider):
    """Gives the browser the cookie against forged requests together with the login.

    Voilà's pages need it to end their kernel when they are left; only JupyterLab would set it otherwise, and each page left behind would
    keep a Python process until it is culled.
    """

    def set_login_cookie(self, handler: Any, user: Any) -> None:
        """Set the login cookie, and with it the other one: reading the token sets its cookie."""
        super().set_login_cookie(handler, user)
        # The token asks who the user is; Jupyter would set that just after this.
        handler.current_user = user
        _ = handler.xsrf_token


def log_failed_cell(cell: Any, cell_index: int, execute_reply: Any) -> None:
    """Write what went wrong in a cell to the server's log: the page itself only says that something did."""
    content = execute_reply["content"]
    get_logger().error(
        "Cell %s failed: %s: %s\n%s\n%s",
        cell_index,
        content.get("ename"),
        content.get("evalue"),
        cell.source,
        "\n".join(content.get("traceback", ())),
    )


def offer_templates() -> None:
    """Let Jupyter find the template where it stands, in a checkout as in an installed package."""
    paths = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    if str(TEMPLATES) not in paths:
        os.environ["JUPYTER_PATH"] = os.pathsep.join([str(TEMPLATES), *filter(None, paths)])


def page_settings() -> Config:
    """Return the settings for pages: our template with its words, failures told in sentences, no silent restarts."""
    offer_templates()
    page_words = {language: words("page", language) for language in LANGUAGES}
    c = Config()
    c.VoilaConfiguration.template = "avcourse"
    c.VoilaConfiguration.allow_template_override = "NO"
    c.VoilaConfiguration.allow_theme_override = "NO"
    c.VoilaConfiguration.resources = {"avcourse": {"words": page_words}}
    c.VoilaConfiguration.http_keep_alive_timeout = HEARTBEAT
    c.TemplateExporter.filters = {"clean_prose": "avcourse.views.page.prose.clean_prose"}
    # One failing cell must not take the rest of the page with it.
    c.VoilaExecutor.allow_errors = True
    c.VoilaExecutor.on_cell_error = log_failed_cell
    c.VoilaExecutor.timeout = CELL_PATIENCE
    # A restarted kernel has forgotten its forms: the page says so, rather than show forms that save nothing.
    c.KernelRestarter.restart_limit = 0
    c.ServerApp.jinja_template_vars = {"avcourse_words": page_words}
    return c


def _answer_news(settings: Path) -> None:
    """Answer JupyterLab's question whether to fetch news before it is asked: nothing of a learner's machine calls home."""
    notification = settings / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    if not notification.exists():
        notification.parent.mkdir(parents=True, exist_ok=True)
        notification.write_text('{"fetchNews": "false", "checkForUpdates": false}\n', encoding="utf-8")


def own_settings(folder: Path, port: int) -> Config:
    """Return the settings of a server for one person on one machine, whatever it shows."""
    c = Config()
    c.ServerApp.ip = "127.0.0.1"
    c.ServerApp.port = port
    c.ServerApp.port_retries = 0
    c.ServerApp.root_dir = str(folder)
    c.ServerApp.open_browser = False
    c.ServerApp.allow_root = True
    c.ServerApp.terminals_enabled = False
    c.ServerApp.kernel_spec_manager_class = OwnKernel
    c.ServerApp.identity_provider_class = OwnIdentity
    # A page that was left without goodbye (a closed lid, a crashed browser) gives its kernel back.
    c.MappingKernelManager.cull_idle_timeout = IDLE_MINUTES * 60
    c.MappingKernelManager.cull_interval = 60
    own = folder / ".avcourse-lab"
    c.LabApp.user_settings_dir = str(own / "settings")
    c.LabApp.workspaces_dir = str(own / "workspaces")
    c.LabApp.news_url = None
    c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"
    c.LabApp.extension_manager = "readonly"
    _answer_news(own / "settings")
    return c


def server_settings(folder: Path, language: str, port: int) -> Config:
    """Return the settings of a learner's own server."""
    c = own_settings(folder, port)
    c.merge(page_settings())
    c.ServerApp.default_url = f"/voila/render/{language}/index.ipynb"
    c.ServerApp.jpserver_extensions = {"voila.server_extension": True, "jupyterlab": True}
    return c
