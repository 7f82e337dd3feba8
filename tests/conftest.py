"""Order of the tests: quick ones first, browsers last. Hypothesis holds nobody to a time: a busy machine is no fault."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("course")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests/browser at the end: playwright keeps an event loop in the main thread, where other tests run one of their own."""
    items.sort(key=lambda item: "browser" in item.path.parts)


@pytest.fixture(autouse=True)
def names_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the file of participants' names, which a developer may have of a real class, out of every test."""
    monkeypatch.setenv("AVCOURSE_NAMES", str(tmp_path / "names of participants"))
