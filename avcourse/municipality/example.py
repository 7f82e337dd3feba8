"""The worked example: Näidisvald, an invented municipality, so that a trainer can show every page and document filled."""

from __future__ import annotations

import json
from typing import Any, cast

from avcourse.answers.folder import LearnerFolder
from avcourse.course.course import material
from avcourse.course.language import Language
from avcourse.errors import ExampleInOwnFolder, MaterialMissing
from avcourse.municipality.records import KINDS, read_records, save_records


def load_example(language: Language) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the example's records: kind to id to data, in the form of ``exchange.export_work``.

    Raises
    ------
    MaterialMissing
        If the course has not been built.
    """
    path = material() / "course" / "example" / f"{language}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise MaterialMissing(path=path) from None
    return cast(dict[str, dict[str, dict[str, Any]]], data["records"])


def fill_example(folder: LearnerFolder) -> None:
    """Put the example's records into a learner's folder, once: what a trainer has changed in it since is left alone.

    Raises
    ------
    AnswerNotSaved
        If they could not be written.
    ExampleInOwnFolder
        If there is work in the folder that is not the example's.
    """
    if read_records("profile", folder.root):
        return
    if any(read_records(kind, folder.root) for kind in KINDS):
        raise ExampleInOwnFolder(path=folder.root)
    records = load_example(folder.language)
    # The profile comes last: it says that the rest is there.
    for kind in sorted(KINDS, key=lambda kind: kind == "profile"):
        save_records(kind, records.get(kind, {}), folder.root)
