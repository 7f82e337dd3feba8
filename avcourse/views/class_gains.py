"""What a class gained, as a trainer sees it: lines for the console, JSON, CSV for others, one chart.

Two sets of figures, never mixed: exact ones for the trainer, who sees every grade in the gradebook anyway, from five matched learners up;
and published ones, rounded and withheld by the disclosure rules of ``measurement``, for whatever leaves the trainer's desk (CSV, chart).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.cohort import TestSheet, cohort_tidy
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.measurement.gains import (
    OVERALL,
    CohortGains,
    GroupFigures,
    TestRecord,
    cohort_gains,
    figures_as_dict,
    gains_as_dict,
)
from avcourse.views.markup import decimal

COLUMNS: Final = (
    "n_matched",
    "pre_mean",
    "post_mean",
    "raw_gain",
    "raw_gain_low",
    "raw_gain_high",
    "normalized_gain",
    "d_av",
    "g_av",
)


def record_of(sheet: TestSheet, areas: Mapping[str, str]) -> TestRecord:
    """Return one learner's test as ``measurement`` wants it; ``areas`` maps slots to areas."""
    return TestRecord(
        learner=sheet.learner,
        form="B" if sheet.form == "B" else "A",
        scores={slot: round(points) for slot, points in sheet.points.items()},
        areas={slot: areas[slot] for slot in sheet.points},
        confidences=dict(sheet.confidences),
        outcomes=dict(sheet.outcomes),
        self_ratings=dict(sheet.self_ratings),
    )


def gains_of(sheets: Iterable[TestSheet]) -> CohortGains:
    """Return what the learners of these sheets gained."""
    course = load_course()
    areas = {slot.id: slot.area for slot in course.slots}
    pre_id, post_id = (test.id for test in course.tests)
    known = tuple(sheets)
    pre = [record_of(sheet, areas) for sheet in known if sheet.module == pre_id]
    post = [record_of(sheet, areas) for sheet in known if sheet.module == post_id]
    then = {sheet.learner: dict(sheet.then_ratings) for sheet in known if sheet.module == post_id}
    return cohort_gains(pre, post, then, areas=[area.id for area in course.areas])


def class_gains(folder: ClassFolder) -> CohortGains:
    """Return what a class gained, from its gradebook and submitted logs."""
    return gains_of(cohort_tidy(folder).sheets)


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
        lines.append(say("gains.careful", language))
    return lines


def as_csv(gains: CohortGains, language: Language) -> str:
    """Return the published figures as CSV: semicolons and decimal commas in Estonian, commas and points in English."""
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "et" else ",", lineterminator="\r\n")
    writer.writerow(["group", "status", *COLUMNS])
    for group, result in gains.groups.items():
        figures = result.published
        gain, interval = figures.gain, (figures.gain.raw_gain_ci if figures.gain else None) or (None, None)
        values = {
            "n_matched": figures.attrition.n_matched,
            "raw_gain_low": interval[0],
            "raw_gain_high": interval[1],
            **{name: getattr(gain, name, None) for name in COLUMNS if hasattr(gain, name)},
        }
        cells = [_cell(values.get(name), language) for name in COLUMNS]
        writer.writerow([_name(group, language), result.status, *cells])
    return stream.getvalue()


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
