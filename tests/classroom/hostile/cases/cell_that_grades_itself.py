from __future__ import annotations

from typing import Any

TRIES = "A cell that puts its own function in the place of score."
NAMED = "page-changed"
GUARD = "odd-page"
EARNS = 3.0


def attack(evil: Any) -> None:
    source = (
        "import avcourse.answers.scoring as s; s.score = lambda place: 1.0; import avcourse; avcourse.score = s.score"
    )
    evil.page(lambda page: page["cells"].insert(0, evil.code(source)))
