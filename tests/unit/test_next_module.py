"""Where the home page leads on: what can wait holds nobody up who has gone on, what is taught or measured does."""

from __future__ import annotations

import pytest

from avcourse.course.course import load_course
from avcourse.views.home import Progress, next_module


def progress(module: str, answered: int, asked: int, first: str | None = "q") -> Progress:
    """Return how far one is in a module of the course; ``first`` is None where only the municipality's own work is left."""
    return Progress(
        load_course().module(module), answered, asked, answered == asked, None if answered == asked else first
    )


@pytest.mark.parametrize(
    ("so_far", "leads_to"),
    [
        ([("m01", 9, 9), ("m02", 4, 10), ("m02-ulesanne", 0, 8), ("m03", 0, 11)], "m02"),
        ([("m01", 9, 9), ("m02", 10, 10), ("m02-ulesanne", 0, 8), ("m03", 0, 11)], "m02-ulesanne"),
        ([("m01", 9, 9), ("m02", 10, 10), ("m02-ulesanne", 0, 8), ("m03", 2, 11)], "m03"),
        ([("m02-ulesanne", 2, 8), ("m03", 11, 11), ("m04", 6, 76, None), ("m05", 0, 6)], "m04"),
        ([("m02-ulesanne", 2, 8), ("m03", 11, 11), ("m04", 24, 76, None), ("m05", 1, 6)], "m05"),
        ([("eeltest", 0, 25), ("m02", 3, 10)], "eeltest"),
        ([("m01", 9, 9), ("m02-ulesanne", 0, 8), ("m03", 11, 11)], "m02-ulesanne"),
    ],
)
def test_the_way_on(so_far: list[tuple[str, int, int]], leads_to: str) -> None:
    found = next_module([progress(*one) for one in so_far])
    assert found is not None
    assert found.module.id == leads_to


def test_nothing_is_left_where_all_is_done() -> None:
    assert next_module([progress("m01", 9, 9)]) is None
