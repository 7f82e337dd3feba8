"""avcourse: an open-government course for Estonian municipal leaders, as Jupyter notebooks.

These are the names that notebooks use. Forms and pages are imported only when they are drawn, so that a grade cell stays cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

from avcourse.answers.scoring import score, use_key

__all__ = [
    "ask",
    "explore",
    "score",
    "score_work",
    "show_certificate",
    "show_chart",
    "show_datasets",
    "show_growth",
    "show_handout",
    "show_home",
    "show_municipality",
    "show_unfinished",
    "show_work",
    "submit_form",
    "use_key",
]

_LAZY: Final = {
    "ask": "avcourse.views.forms.question",
    "explore": "avcourse.views.forms.explorer",
    "score_work": "avcourse.municipality.grading",
    "show_certificate": "avcourse.views.certificate",
    "show_chart": "avcourse.views.charts",
    "show_datasets": "avcourse.views.datasets",
    "show_growth": "avcourse.views.growth",
    "show_handout": "avcourse.views.handout",
    "show_home": "avcourse.views.home",
    "show_municipality": "avcourse.views.municipality.own",
    "show_unfinished": "avcourse.views.completion",
    "show_work": "avcourse.views.municipality",
    "submit_form": "avcourse.views.forms.submit",
}


def __getattr__(name: str) -> object:
    if name in _LAZY:
        return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'avcourse' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
