"""WHAT WAS GAINED: the statistics of tests taken before and after the course, and the rules for showing them.

`statistics` holds the formulas, `gains` applies them to one class or one person, `items` judges the questions. numpy
and scipy are enough; only `items` needs pandas, and it is imported when one of its names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from avcourse.measurement.gains import (
    Attrition,
    CohortGains,
    GroupFigures,
    GroupResult,
    PersonalGain,
    PersonalResult,
    ResponseShift,
    TestRecord,
    cohort_gains,
    gains_as_dict,
    is_valid,
    personal_gain,
)
from avcourse.measurement.statistics import (
    Calibration,
    EffectSizes,
    GroupGain,
    Reliability,
    ReliableChange,
    calibration,
    cronbach_alpha,
    effect_sizes,
    group_gain,
    hedges_j,
    reliable_change,
    reliable_change_classical,
    safe_to_publish,
    sem_lord,
    wilson_interval,
)

if TYPE_CHECKING:
    from avcourse.measurement.items import McNemar, OptionCount, distractor_counts, item_statistics, mcnemar_exact

__all__ = [
    "Attrition",
    "Calibration",
    "CohortGains",
    "EffectSizes",
    "GroupFigures",
    "GroupGain",
    "GroupResult",
    "McNemar",
    "OptionCount",
    "PersonalGain",
    "PersonalResult",
    "Reliability",
    "ReliableChange",
    "ResponseShift",
    "TestRecord",
    "calibration",
    "cohort_gains",
    "cronbach_alpha",
    "distractor_counts",
    "effect_sizes",
    "gains_as_dict",
    "group_gain",
    "hedges_j",
    "is_valid",
    "item_statistics",
    "mcnemar_exact",
    "personal_gain",
    "reliable_change",
    "reliable_change_classical",
    "safe_to_publish",
    "sem_lord",
    "wilson_interval",
]

_NEEDS_PANDAS = {"McNemar", "OptionCount", "distractor_counts", "item_statistics", "mcnemar_exact"}


def __getattr__(name: str) -> Any:
    if name in _NEEDS_PANDAS:
        return getattr(import_module("avcourse.measurement.items"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
