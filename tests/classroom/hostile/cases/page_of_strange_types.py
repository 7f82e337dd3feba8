from __future__ import annotations

from typing import Any

TRIES = "A notebook whose cells are numbers and whose metadata is a list."
NAMED = "page-broken"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    (evil.entry() / "eeltest.ipynb").write_text(
        '{"cells": [1, null, {"metadata": [], "cell_type": {}, "source": 5}], "metadata": []}'
    )
