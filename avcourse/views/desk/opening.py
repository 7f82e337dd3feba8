"""``avcourse desk``: the trainer's folder of classes, and the server that shows the desk."""

from __future__ import annotations

from pathlib import Path

from avcourse.course.course import keys_path
from avcourse.course.language import Language
from avcourse.errors import FolderNotWritable, KeysMissing
from avcourse.views.server import Site, keep_open


def open_desk(folder: Path, language: Language, port: int | None = None, open_browser: bool = True) -> int:
    """Serve the desk of the classes in ``folder`` until told to stop, and return the exit code.

    Raises
    ------
    KeysMissing
        If this is a learner's installation: without the keys no class can be graded.
    FolderNotWritable
        If the folder cannot be made or written.
    NoFreePort
        If no port could be opened.
    """
    if not keys_path().is_file():
        raise KeysMissing(path=keys_path())
    root = folder.expanduser().resolve()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FolderNotWritable(path=root, reason=error.strerror or str(error)) from error
    return keep_open(Site(root, language, "desk", "avcourse/desk/", "desk-start", root), port, open_browser)
