"""``avcourse class …``: what a trainer does with a class, one module a concern; importing them adds their commands to the group."""

from __future__ import annotations

from avcourse.cli_class import (
    backup,
    exports,
    feedback,
    followup,
    gains,
    life,
    review,
    roster,
    run,
    schedule,
    undo,
)
from avcourse.cli_class.group import class_

__all__ = [
    "backup",
    "class_",
    "exports",
    "feedback",
    "followup",
    "gains",
    "life",
    "review",
    "roster",
    "run",
    "schedule",
    "undo",
]
