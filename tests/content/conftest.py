"""Sources that have not changed are read once: most tests here edit one file of thirty and read all of them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from avcourse.authoring import build


def remembered(read: Callable[[Path, Path], tuple[Any, list[Any]]], *rooms: str) -> Callable[[Path, Path], Any]:
    """Return a reader that answers from memory where what it reads says the same, byte for byte, under the same names."""
    known: dict[Any, tuple[Any, list[Any]]] = {}

    def again(path: Path, root: Path) -> tuple[Any, list[Any]]:
        places = [path, *(root / room for room in rooms)]
        there = (file for place in places for file in ([place] if place.is_file() else sorted(place.iterdir())))
        files = (file for file in there if file.is_file())
        key = tuple((file.relative_to(root).as_posix(), file.read_bytes()) for file in files)
        if key not in known:
            known[key] = read(path, root)
        found, problems = known[key]
        return found, list(problems)

    return again


@pytest.fixture(autouse=True, scope="session")
def sources_are_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(build, "read_source", remembered(build.read_source))
        patch.setattr(build, "read_instrument", remembered(build.read_instrument, "datasets"))
        yield
