"""The pages in a learner's folder: copied from the course, refreshed at every start, nothing of the learner's lost."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Final

from avcourse.answers.folder import MARKER, LearnerFolder, new_pseudonym, read_folder, write_marker
from avcourse.course.course import material
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.errors import FolderNotWritable, MaterialMissing

RECORD: Final = ".avcourse-pages.json"
"""What the course's pages said when they were last copied: path to digest of their cells."""


def course_pages() -> Iterator[tuple[str, Path]]:
    """Yield every page of the course: its path in a learner's folder, and the built notebook.

    Raises
    ------
    MaterialMissing
        If there are no built pages.
    """
    for language in LANGUAGES:
        home = material() / "course" / language
        if not (home / "index.ipynb").is_file():
            raise MaterialMissing(path=home / "index.ipynb")
        for page in sorted(home.glob("*.ipynb")):
            yield f"{language}/{page.name}", page
        for page in sorted((material() / "exercises" / language).glob("*/*.ipynb")):
            if page.stem == page.parent.name:
                yield f"{language}/{page.name}", page


def cells_digest(notebook: bytes) -> str:
    """Return the digest of what a notebook's cells say: outputs and settings, which running changes, do not count.

    Examples
    --------
    >>> a = b'{"cells": [{"cell_type": "code", "source": ["1+1"], "outputs": []}]}'
    >>> cells_digest(a) == cells_digest(a.replace(b"[]", b"[2]"))
    True
    """
    try:
        cells = [
            [cell["cell_type"], "".join(cell["source"])] for cell in json.loads(notebook.decode("utf-8-sig"))["cells"]
        ]
    except (ValueError, KeyError, TypeError):
        return hashlib.sha256(notebook).hexdigest()
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def prepare_folder(
    root: Path, language: Language | None = None, tell: Callable[[str], None] = lambda sentence: None
) -> LearnerFolder:
    """Make or renew the learner's folder at ``root`` and return it; ``tell`` hears what was kept aside.

    Raises
    ------
    FolderNotWritable
        If the folder cannot be made or written.
    MaterialMissing
        If there are no built pages.
    """
    pages = dict(course_pages())
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=root):
            pass
        folder = _settle(root, language, tell)
        _refresh(folder, pages, tell)
    except OSError as error:
        raise FolderNotWritable(path=root, reason=error.strerror or str(error)) from error
    return folder


def _settle(root: Path, language: Language | None, tell: Callable[[str], None]) -> LearnerFolder:
    """Read the marker, or write a new one; a damaged one is kept aside."""
    marker = root / MARKER
    known = read_folder(root)
    if known is None:
        folder = LearnerFolder(root, new_pseudonym(), language or "et")
        if marker.exists():
            copy = _unused(root / f"{MARKER}.damaged")
            marker.rename(copy)
            tell(say("start.damaged", folder.language, marker=marker, copy=copy.name))
        write_marker(folder)
        return folder
    folder = LearnerFolder(root, known.learner, language or known.language)
    if folder != known:
        write_marker(folder)
    return folder


def _refresh(folder: LearnerFolder, pages: dict[str, Path], tell: Callable[[str], None]) -> None:
    record = _read_record(folder.root)
    renewed: dict[str, str] = {}
    for name, source in pages.items():
        fresh = source.read_bytes()
        page = folder.root / name
        if page.is_file():
            present = page.read_bytes()
            digest = cells_digest(present)
            if present != fresh and digest not in (record.get(name), cells_digest(fresh)):
                copy = _unused(page.with_name(f"{page.stem}.mine-{date.today().isoformat()}.ipynb"))
                _write(copy, present)
                tell(say("start.kept", folder.language, page=name, copy=copy.name))
        else:
            present = None
        if present != fresh:
            _write(page, fresh)
        renewed[name] = cells_digest(fresh)
    if renewed != record:
        _write(folder.root / RECORD, json.dumps(renewed, indent=1).encode())


def _read_record(root: Path) -> dict[str, str]:
    try:
        return {str(name): str(digest) for name, digest in json.loads((root / RECORD).read_bytes()).items()}
    except (OSError, ValueError, AttributeError):
        return {}


def _write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    partial.write_bytes(data)
    partial.replace(path)


def _unused(path: Path) -> Path:
    """Return ``path``, or the first numbered neighbour that does not exist yet."""
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return candidate
