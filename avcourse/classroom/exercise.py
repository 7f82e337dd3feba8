"""Exercises: what nbgrader leaves of a solution notebook when keys and hidden tests are taken out."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from avcourse.classroom.workspace import make_private
from avcourse.course.language import LANGUAGES
from avcourse.errors import AssignmentFrozen, ReleaseFailed

_LEFT_OVERS: Final = (b"HIDDEN TESTS", b"use_key(")


class _Words(logging.Handler):
    """Keeps the last line of each error, because nbgrader's exceptions only say that there is a log."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage().strip().splitlines()[-1])


def _to_file(log: Path) -> logging.Handler:
    # What went wrong may name participants.
    make_private(log)
    # nbgrader logs paths, and those may hold bytes that are no text.
    return logging.FileHandler(log, encoding="utf-8", errors="backslashreplace", delay=True)


@contextmanager
def quiet_nbgrader(log: Path | None = None) -> Iterator[tuple[logging.Logger, list[str]]]:
    """Give a logger for nbgrader that writes to the file ``log`` only, and the list of its errors.

    nbgrader runs ``alembic`` by name for a new gradebook, so the folder of this Python is put first on the path
    meanwhile.
    """
    logger = logging.Logger("avcourse.nbgrader", logging.INFO)
    words = _Words()
    handlers = [words, _to_file(log) if log else logging.NullHandler()]
    for handler in handlers:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
        logger.addHandler(handler)
    # nbgrader reports trouble with the gradebook through tornado's log, which would print it.
    tornado = logging.getLogger("tornado.application")
    kept, tornado.handlers, tornado.propagate = (tornado.handlers, tornado.propagate), logger.handlers, False
    path = os.environ.get("PATH", os.defpath)
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield logger, words.lines
    finally:
        os.environ["PATH"] = path
        tornado.handlers, tornado.propagate = kept
        for handler in handlers:
            handler.close()


def strip_notebook(source: Path, *, database: str | None, course: str, log: Path | None) -> bytes:
    """Return the notebook ``source`` as learners get it; a gradebook ``database``, where given, gets its cells.

    The work is done in a temporary folder, because nbgrader takes characters such as ``[`` in a class folder's name as
    patterns.

    Raises
    ------
    AssignmentFrozen
        If cells were added or removed although somebody has submitted already.
    ReleaseFailed
        If nbgrader refuses, or leaves a key in the notebook.
    """
    from nbgrader.converters.generate_assignment import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    assignment = source.stem
    with TemporaryDirectory(prefix="avcourse-") as name, quiet_nbgrader(log) as (logger, errors):
        root = Path(name).resolve()
        staged = root / "source" / assignment / source.name
        staged.parent.mkdir(parents=True)
        staged.write_bytes(source.read_bytes())
        place = CourseDirectory(root=str(root), course_id=course, assignment_id=assignment, log=logger)
        if database is not None:
            place.db_url = database
        converter = GenerateAssignment(coursedir=place, no_database=database is None, log=logger)
        if database is None:
            converter.preprocessors = [step for step in converter.preprocessors if step.__name__ != "SaveCells"]
        try:
            converter.start()
        except Exception as error:
            reason = next((line for line in reversed(errors) if ": " in line), str(error))
            if "Cannot add or remove cells" in " ".join(errors):
                raise AssignmentFrozen(assignment=assignment) from error
            raise ReleaseFailed(assignment=assignment, reason=reason) from error
        stripped = (root / "release" / assignment / source.name).read_bytes()
    if any(left in stripped for left in _LEFT_OVERS):
        raise ReleaseFailed(assignment=assignment, reason="hidden tests")
    return stripped


def make_exercises(solutions: Path, out: Path) -> list[Path]:
    """Write ``out/<lang>/<assignment>/<assignment>.ipynb`` for every solution notebook and return what was written.

    The same solutions give the same bytes. Nothing else under ``out`` is touched.

    Parameters
    ----------
    solutions
        The folder of ``<lang>/<assignment>/<assignment>.ipynb``.
    out
        The folder of the exercises; made when missing.
    """
    written: list[Path] = []
    for language in LANGUAGES:
        for source in sorted((solutions / language).glob("*/*.ipynb")):
            if source.stem != source.parent.name:
                continue
            target = out / language / source.stem / source.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(strip_notebook(source, database=None, course="", log=None))
            written.append(target)
    return written
