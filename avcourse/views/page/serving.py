"""The server process of ``avcourse start`` and ``avcourse desk``: Jupyter Server with JupyterLab, and pages or the desk.

Run as ``python -m avcourse.views.page.serving course|desk FOLDER LANGUAGE PORT``, with the token in ``JUPYTER_TOKEN``.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from pathlib import Path


def serve(what: str, folder: Path, language: str, port: int) -> None:
    """Serve until told to stop."""
    # The learner's own Jupyter settings do not change the course, and are not touched by it.
    os.environ["JUPYTER_NO_CONFIG"] = "1"
    # jsonschema would build a grammar of international addresses, a second of every start; nothing here asks for it.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    from jupyter_server.serverapp import ServerApp

    if what == "desk":
        from avcourse.views.desk.settings import desk_server_settings as settings
    else:
        from avcourse.views.page.settings import server_settings as settings

    # Jupyter lays its blank settings into a temporary folder and leaves it there: this one goes when the server goes.
    with tempfile.TemporaryDirectory(prefix="avcourse-", ignore_cleanup_errors=True) as own:
        tempfile.tempdir = own
        server = ServerApp.instance(config=settings(folder, language, port))
        server.initialize(argv=[], find_extensions=False)
        # Ctrl-C is no question here.
        signal.signal(signal.SIGINT, server._signal_stop)
        server.start()


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
