"""The group ``avcourse class`` and what its commands share."""

from __future__ import annotations

from pathlib import Path

import click


@click.group(name="class")
def class_() -> None:
    """Open a class, release, collect, grade, and see what was gained. Run inside the class folder."""


class_folder = click.argument("folder", metavar="CLASS", type=click.Path(path_type=Path))
