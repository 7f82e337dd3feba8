"""Order of the tests: quick ones first, browsers last."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put tests/browser at the end: playwright keeps an event loop in the main thread, where other tests run one of their own."""
    items.sort(key=lambda item: "browser" in item.path.parts)
