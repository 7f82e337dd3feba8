"""The re-assessment of invented participants: most stands as it stood, some has risen, not all of it with newer evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import Random
from typing import Any, Final

_BEFORE: Final = "2026-11-24"
_NEWER: Final = {"evidence": "https://naidisvald.example/aasta-hiljem", "evidence_date": "2027-10-15"}


def assess_again(
    levels: Mapping[str, Mapping[str, Any]], diligence: float, draw: Random
) -> list[tuple[str, str, None, None]]:
    """Return the records of a re-assessment that begins from these levels, as (question, answer, no form, no confidence)."""
    again = {name: _later(data, diligence, draw) for name, data in levels.items() if draw.random() < diligence + 0.2}
    if not again:
        return []
    earlier = {"date": _BEFORE, "answers": {name: dict(data) for name, data in levels.items()}}
    rows = {"earlier:own": earlier, **{f"again:{name}": data for name, data in again.items()}}
    return [(name, json.dumps(data, ensure_ascii=False), None, None) for name, data in rows.items()]


def _later(data: Mapping[str, Any], diligence: float, draw: Random) -> dict[str, Any]:
    level = data.get("level")
    if not isinstance(level, int) or level == 4 or draw.random() > 0.35:
        return dict(data)
    proof = _NEWER if draw.random() < diligence else {}
    return {**data, **proof, "level": level + 1}
