"""What a class gained, as a trainer sees it: lines for the console, JSON, CSV for others, one chart.

Two sets of figures, never mixed: exact ones for the trainer, who sees every grade in the gradebook anyway, from five matched learners up;
and published ones, rounded and withheld by the disclosure rules of ``measurement``, for whatever leaves the trainer's desk (CSV, chart).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.cohort import TestSheet, cohort_tidy
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import PublishedTooSoon
from avcourse.measurement.gains import CHANGES, CohortGains, GroupFigures, cohort_gains, figures_as_dict, gains_as_dict
from avcourse.measurement.records import OVERALL
from avcourse.views.markup import decimal
from avcourse.views.testrecord import record_of

PUBLISHED: Final = "published.json"
FEWEST_CHANGED: Final = 5
"""Disclosure (F15): new figures are published only when at least so many participants have changed."""
COLUMNS: Final[Mapping[str, tuple[str | int, ...]]] = {
    **{name: ("attrition", name) for name in ("n_pre", "n_post", "n_matched", "n_invalid", "n_left", "left_pre_mean")},
    **{name: ("gain", name) for name in ("pre_mean", "post_mean", "raw_gain")},
    "raw_gain_low": ("gain", "raw_gain_ci", 0),
    "raw_gain_high": ("gain", "raw_gain_ci", 1),
    "normalized_gain": ("gain", "normalized_gain"),
    "normalized_gain_low": ("gain", "normalized_gain_ci", 0),
    "normalized_gain_high": ("gain", "normalized_gain_ci", 1),
    **{name: ("gain", name) for name in ("d_av", "d_z", "d_rm", "g_av")},
    **{name.replace("-", "_"): ("changes", name) for name in CHANGES},
    **{f"{name}_{when}": (f"calibration_{when}", name) for when in ("pre", "post") for name in ("bias", "brier")},
    **{name: ("response_shift", name) for name in ("post_minus_pre", "post_minus_then", "then_minus_pre")},
}
"""Columns of the CSV: where each stands in ``figures_as_dict``."""


@dataclass(frozen=True, slots=True)
class ClassGains:
    """What a class gained, and for each participant with both tests a fingerprint of the points it rests on."""

    gains: CohortGains
    learners: Mapping[str, str]


def gains_of(sheets: Iterable[TestSheet]) -> CohortGains:
    """Return what the learners of these sheets gained."""
    course = load_course()
    pre_id, post_id = (test.id for test in course.tests)
    known = tuple(sheets)
    pre = [record_of(sheet) for sheet in known if sheet.module == pre_id]
    post = [record_of(sheet) for sheet in known if sheet.module == post_id]
    then = {sheet.learner: dict(sheet.then_ratings) for sheet in known if sheet.module == post_id}
    return cohort_gains(pre, post, then, areas=[area.id for area in course.areas])


def class_gains(folder: ClassFolder) -> ClassGains:
    """Return what a class gained, from its gradebook and submitted logs."""
    sheets = cohort_tidy(folder).sheets
    marks: dict[str, list[str]] = {}
    for sheet in sheets:
        marks.setdefault(sheet.learner, []).append(f"{sheet.module}{sorted(sheet.points.items())}")
    tests = len(load_course().tests)
    prints = {
        name: hashlib.sha256("".join(sorted(own)).encode()).hexdigest()[:16]
        for name, own in marks.items()
        if len(own) == tests
    }
    return ClassGains(gains_of(sheets), prints)


def publish(folder: ClassFolder, found: ClassGains) -> None:
    """Note that this class's figures leave the trainer's desk now; refuse where they would give single participants away.

    Raises
    ------
    PublishedTooSoon
        If figures were published before and fewer than five participants, but some, have changed since.
    """
    if found.gains.groups[OVERALL].status != "shown":
        return
    path = folder.root / PUBLISHED
    before: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    changed = {name for name in before.keys() | found.learners.keys() if before.get(name) != found.learners.get(name)}
    if before and 0 < len(changed) < FEWEST_CHANGED:
        raise PublishedTooSoon(count=len(changed), path=path)
    path.write_text(json.dumps(found.learners, indent=1, sort_keys=True), encoding="utf-8")
    path.chmod(0o600)


def as_json_data(gains: CohortGains) -> dict[str, Any]:
    """Return plain data: per group ``status``, the exact figures (None below five learners) and ``published``."""
    published = gains_as_dict(gains)
    groups = {}
    for name, result in gains.groups.items():
        figures = result.exact if result.status == "shown" else result.published
        groups[name] = {"status": result.status, **figures_as_dict(figures), "published": published[name]}
    return {"groups": groups}


def _name(group: str, language: Language) -> str:
    if group == OVERALL:
        return say("gains.all", language)
    return next(area.name.in_(language) for area in load_course().areas if area.id == group)


def _row(name: str, figures: GroupFigures, language: Language) -> str:
    gain = figures.gain
    if gain is None or gain.raw_gain is None:
        return name
    low, high = gain.raw_gain_ci or (None, None)
    cells = {
        "name": name,
        "pre": decimal(gain.pre_mean, language),
        "post": decimal(gain.post_mean, language),
        "gain": decimal(gain.raw_gain, language),
        "low": decimal(low, language),
        "high": decimal(high, language),
        "g": say("gains.ceiling", language) if figures.ceiling else decimal(gain.normalized_gain, language, 2),
        "d": decimal(gain.d_av, language, 2),
        "hedges": decimal(gain.g_av, language, 2),
    }
    return say("gains.row", language, **cells)


def as_lines(gains: CohortGains, language: Language) -> list[str]:
    """Return the trainer's console lines: who took part, then one line a group."""
    overall = gains.groups[OVERALL]
    who = overall.exact.attrition
    lines = [say("gains.who", language, pre=who.n_pre, post=who.n_post, matched=who.n_matched, invalid=who.n_invalid)]
    if overall.status == "shown" and who.left_pre_mean is not None:
        lines.append(say("gains.left", language, count=who.n_left, mean=decimal(who.left_pre_mean, language)))
    for group, result in gains.groups.items():
        name = _name(group, language)
        if result.status != "shown":
            lines.append(f"{name}: {say(f'gains.{result.status}', language)}")
            continue
        lines.append(_row(name, result.exact, language))
    if overall.status == "shown":
        changes = {key.replace("-", "_"): count for key, count in overall.exact.changes.items()}
        lines.append(say("gains.changes", language, **changes))
        before, after = overall.exact.calibration_pre, overall.exact.calibration_post
        if before and after and before.bias is not None and after.bias is not None:
            biases = {"pre": decimal(100 * before.bias, language), "post": decimal(100 * after.bias, language)}
            lines.append(say("gains.calibration", language, **biases))
        shift = overall.exact.response_shift
        if shift:
            steps = {"pre": decimal(shift.post_minus_pre, language), "then": decimal(shift.post_minus_then, language)}
            lines.append(say("gains.shift", language, **steps))
        lines.append(say("gains.careful", language))
    return lines


def as_csv(gains: CohortGains, language: Language) -> str:
    """Return the published figures as CSV: semicolons and decimal commas in Estonian, commas and points in English."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "et" else ",", lineterminator="\r\n")
    writer.writerow(["group", "status", *COLUMNS])
    for group, result in gains.groups.items():
        figures = figures_as_dict(result.published)
        cells = [_cell(_at(figures, path), language) for path in COLUMNS.values()]
        writer.writerow([_name(group, language), result.status, *cells])
    return stream.getvalue()


def _at(value: Any, path: tuple[str | int, ...]) -> Any:
    """Return what stands at a path of keys and places; None where something on the way is hidden."""
    for step in path:
        value = None if value is None else value[step]
    return value


def _cell(value: object, language: Language) -> str:
    if value is None:
        return ""
    plain = f"{value:g}" if isinstance(value, float) else str(value)
    return plain.replace(".", ",") if language == "et" else plain


def write_chart(gains: CohortGains, language: Language, path: Path) -> Path | None:
    """Write the chart of published means before and after; None where nothing may be shown."""
    shown = [
        (_name(group, language), result.published.gain)
        for group, result in gains.groups.items()
        if result.status == "shown" and result.published.gain
    ]
    rows = [(name, g.pre_mean, g.post_mean) for name, g in shown if g.pre_mean is not None and g.post_mean is not None]
    if not rows:
        return None
    # matplotlib takes most of a second to import; a class that is still collecting does not wait for it.
    from avcourse.views.charts import plot_gains

    names, before, after = zip(*rows, strict=True)
    plot_gains(names, before, after, language).savefig(path)
    return path
