"""The server process of ``avcourse start``: Jupyter Server with Voilà and JupyterLab.

Run as ``python -m avcourse.views.page.serving FOLDER LANGUAGE PORT``, with the token in ``JUPYTER_TOKEN``, and with
``JUPYTER_NO_CONFIG`` set, so that the learner's own Jupyter settings do not change the course.
"""

from __future__ import annotations

import shutil
import signal
import sys
from pathlib import Path


def serve(folder: Path, language: str, port: int) -> None:
    """Serve until told to stop."""
    # jsonschema would build a grammar of international addresses, a second of every start; nothing here asks for it.
    sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
    from jupyter_core.paths import jupyter_config_dir
    from jupyter_server.serverapp import ServerApp

    from avcourse.views.page.settings import server_settings

    try:
        server = ServerApp.instance(config=server_settings(folder, language, port))
        server.initialize(argv=[], find_extensions=False)
        # Ctrl-C is no question here.
        signal.signal(signal.SIGINT, server._signal_stop)
        server.start()
    finally:
        shutil.rmtree(jupyter_config_dir(), ignore_errors=True)


if __name__ == "__main__":
    serve(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
