"""Known answers through the whole path: handed in, collected, graded, and the figures read back from the gradebook."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from avcourse.answers.responses import Response, log_line
from avcourse.classroom.cohort import cohort_tidy
from avcourse.classroom.release import release
from avcourse.classroom.workspace import ClassFolder, new_class, stamp_text
from avcourse.course.course import load_graded
from avcourse.views.class_gains import gains_of
from avcourse.views.class_items import item_report
from avcourse.views.class_run import run_class
from tests.classroom import conftest
from tests.classroom.conftest import TESTS, small_checkout

ITEMS = tuple(f"pr-{number}" for number in range(1, 6))
LSAT6 = [3, 6, 2, 11, 1, 1, 3, 4, 1, 8, 0, 16, 0, 3, 2, 15]
LSAT6 += [10, 29, 14, 81, 3, 28, 15, 80, 16, 56, 21, 173, 11, 61, 28, 298]
"""How many of the 1 000 had each pattern from 00000 to 11111, in binary order (Bock & Lieberman 1970)."""
Rights = Iterable[tuple[int, ...]]


@pytest.fixture
def five_items(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClassFolder]:
    """Give a class whose tests have five single choices worth a point each, the same in both forms."""
    slots = {f"principles-{number}": (item, item) for number, item in enumerate(ITEMS, start=1)}
    monkeypatch.setattr(conftest, "SLOTS", slots)
    monkeypatch.setattr(conftest, "KEYS", {item: {"answer": ["publish-now"]} for item in ITEMS})
    with small_checkout(tmp_path / "checkout"):
        folder = new_class(tmp_path / "klass", "lsat", "et", None)
        release(folder, TESTS)
        yield folder


def hand_in(folder: ClassFolder, test: str, rights: Rights) -> None:
    """Put a submission for each row of 0 and 1 into the exchange, as nbgrader lays it out."""
    sent = datetime(2026, 11, 20, 12) + TESTS.index(test) * timedelta(days=1)
    page = folder.released(test).read_bytes()
    for number, row in enumerate(rights):
        place = folder.inbound / f"m-{number:04d}+{test}+{stamp_text(sent)}+x{number}"
        place.mkdir()
        said = [
            Response(seq, test, item, "A", ("publish-now" if right else "refuse",), 75, "2026-11-20T11:00:00Z")
            for seq, (item, right) in enumerate(zip(ITEMS, row, strict=True), start=1)
        ]
        (place / "responses.jsonl").write_bytes(b"".join(map(log_line, said)))
        (place / f"{test}.ipynb").write_bytes(page)


@pytest.mark.slow
def test_lsat6_as_a_class_of_a_thousand_gives_the_published_figures(five_items: ClassFolder) -> None:
    patterns = itertools.product((0, 1), repeat=5)
    rows = [row for row, count in zip(patterns, LSAT6, strict=True) for _ in range(count)]
    hand_in(five_items, "eeltest", rows)
    report = run_class(five_items)
    assert (len(report.collected.collected), len(report.graded.graded), report.problems()) == (1000, 1000, ())
    (form,) = item_report(cohort_tidy(five_items).sheets, load_graded(five_items.root / "keys.json")).forms
    assert (form.test, form.form, form.n) == ("eeltest", "A", 1000)
    assert [item.difficulty for item in form.items] == pytest.approx([0.924, 0.709, 0.553, 0.763, 0.870])
    assert [item.item_rest_r for item in form.items] == pytest.approx(
        [0.1128, 0.1532, 0.1728, 0.1444, 0.1216], abs=5e-5
    )
    assert form.reliability is not None
    assert form.reliability.value == pytest.approx(0.2950, abs=5e-5)


def spread(right: int, learners: int) -> list[tuple[int, ...]]:
    """Return rows with that many right answers in all, dealt out one by one, the last items first."""
    flat = [int(place < right) for place in range(learners * len(ITEMS))]
    return [tuple(flat[learner::learners]) for learner in range(learners)]


def test_hakes_class_gains_what_hake_says(five_items: ClassFolder) -> None:
    hand_in(five_items, "eeltest", spread(225, 100))
    hand_in(five_items, "jareltest", spread(357, 100))
    run_class(five_items)
    gain = gains_of(cohort_tidy(five_items).sheets).groups["all"].exact.gain
    assert gain is not None
    assert (gain.n, gain.pre_mean, gain.post_mean) == pytest.approx((100, 45.0, 71.4))
    assert gain.raw_gain == pytest.approx(26.4)
    assert gain.normalized_gain == pytest.approx(0.48)
