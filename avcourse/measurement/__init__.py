"""WHAT WAS GAINED: the statistics of tests taken before and after the course, and the rules for showing them.

`statistics` holds the formulas, `records` the tests, `gains` and `personal` apply the one to the other for a class and for one person,
`disclosure` says what of it may leave the trainer's desk, `items` judges the questions. numpy
and scipy are enough; only `items` needs pandas, and it is imported when one of its names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from avcourse.measurement.disclosure import safe_to_publish, siblings_to_publish
from avcourse.measurement.gains import (
    Attrition,
    CohortGains,
    GroupFigures,
    GroupResult,
    ResponseShift,
    cohort_gains,
    gains_as_dict,
    gains_by_group,
    table_gains,
)
from avcourse.measurement.personal import PersonalGain, PersonalResult, personal_gain
from avcourse.measurement.records import TestRecord, TestTable, is_valid, table_of
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
    sem_lord,
    wilson_interval,
)

if TYPE_CHECKING:
    from avcourse.measurement.items import (
        McNemar,
        OptionCount,
        distractor_counts,
        item_statistics,
        mcnemar_exact,
        strongest,
    )

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
    "TestTable",
    "calibration",
    "cohort_gains",
    "cronbach_alpha",
    "distractor_counts",
    "effect_sizes",
    "gains_as_dict",
    "gains_by_group",
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
    "siblings_to_publish",
    "strongest",
    "table_gains",
    "table_of",
    "wilson_interval",
]

_NEEDS_PANDAS = {"McNemar", "OptionCount", "distractor_counts", "item_statistics", "mcnemar_exact", "strongest"}


def __getattr__(name: str) -> Any:
    if name in _NEEDS_PANDAS:
        return getattr(import_module("avcourse.measurement.items"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
