"""The settings with which a Jupyter server shows the trainer's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from traitlets.config import Config

from avcourse.views.page.settings import own_settings

EXTENSION: Final = "avcourse.views.desk.extension"
LAB: Final = Path(__file__).resolve().parent / "jupyter" / "labextensions"
"""Where JupyterLab finds the card that opens the desk."""
LARGEST_REQUEST: Final = 40 * 1024**2
"""A little more than the desk takes, so that whoever sends too much is told so by a page."""


def desk_settings(classes: Path, language: str) -> Config:
    """Return what a server needs to show the desk; on a hub the host merges it into the server's own settings."""
    c = Config()
    c.ServerApp.jpserver_extensions = {EXTENSION: True}
    c.AvcourseDesk.classes = str(classes)
    c.AvcourseDesk.language = language
    # Not in share/jupyter: a learner's JupyterLab has no desk to open.
    c.LabApp.extra_labextensions_path = [str(LAB)]
    return c


def desk_server_settings(folder: Path, language: str, port: int) -> Config:
    """Return the settings of a trainer's own server."""
    c = own_settings(folder, port)
    c.merge(desk_settings(folder, language))
    c.ServerApp.jpserver_extensions = {EXTENSION: True, "jupyterlab": True}
    c.ServerApp.default_url = "/avcourse/desk/"
    c.ServerApp.max_body_size = LARGEST_REQUEST
    c.ServerApp.max_buffer_size = LARGEST_REQUEST
    return c
