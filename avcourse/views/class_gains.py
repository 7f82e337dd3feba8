"""What a class gained, as a trainer sees it: lines for the console, JSON, CSV for others, one chart.

Two sets of figures, never mixed: exact ones for the trainer, who sees every grade in the gradebook anyway, from five matched learners up;
and published ones, rounded and withheld by the disclosure rules of ``measurement``, for whatever leaves the trainer's desk (CSV, chart).
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from avcourse.classroom.cohort import TestSheet, cohort_tidy
from avcourse.classroom.edition import EDITIONS
from avcourse.classroom.guard import writing_class
from avcourse.classroom.roster import ROSTER, Member, read_roster
from avcourse.classroom.workspace import ClassFolder, write_private
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import PublishedTooSoon
from avcourse.measurement.gains import (
    CHANGES,
    CohortGains,
    GroupFigures,
    GroupResult,
    figures_as_dict,
    gains_as_dict,
    gains_by_group,
    table_gains,
)
from avcourse.measurement.records import OVERALL, TestTable, table_of
from avcourse.measurement.statistics import GroupGain
from avcourse.municipality.profile import load_municipalities
from avcourse.municipality.tablefiles import guard
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
    """What a class gained, in all and by group of its roster, and for each participant with a graded test a fingerprint of the answers.

    Group ``""`` are those whom the roster puts into none; without groups ``groups`` is empty. ``later`` has the fingerprints of each
    follow-up of which figures are told beside the gains, by ``/<assignment>``.
    """

    gains: CohortGains
    learners: Mapping[str, str]
    groups: Mapping[str, CohortGains] = field(default_factory=dict)
    later: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def tables_of(sheets: Iterable[TestSheet]) -> tuple[TestTable, TestTable]:
    """Return the pre-tests and the post-tests as tables of ``measurement``."""
    course = load_course()
    areas = [area.id for area in course.areas]
    pre_id, post_id = (test.id for test in course.tests)
    known = tuple(sheets)
    then = {sheet.learner: dict(sheet.then_ratings) for sheet in known if sheet.module == post_id}
    pre, post = ([record_of(sheet) for sheet in known if sheet.module == module] for module in (pre_id, post_id))
    return table_of(pre, areas), table_of(post, areas, then)


def gains_of(sheets: Iterable[TestSheet]) -> CohortGains:
    """Return what the learners of these sheets gained."""
    return table_gains(*tables_of(sheets), areas=[area.id for area in load_course().areas])


def groups_of(members: Iterable[Member]) -> dict[str, str]:
    """Return the group of each member who has one; a group with a municipality's name is none, for results never stand beside those (F15).

    Examples
    --------
    >>> groups_of([Member("k3f9-q7mw", "Juhid"), Member("a2b4-c6de", "Tartu linn"), Member("b2b4-c6de")])
    {'k3f9-q7mw': 'Juhid'}
    """
    grouped = {one.student: one.group for one in members if one.group}
    municipalities = {one.name.casefold() for one in load_municipalities()} if grouped else set()
    return {student: group for student, group in grouped.items() if group.casefold() not in municipalities}


def class_gains(folder: ClassFolder) -> ClassGains:
    """Return what a class gained, from its gradebook, its graded logs and its roster."""
    return read_class(folder)[1]


def read_class(folder: ClassFolder) -> tuple[tuple[TestSheet, ...], ClassGains]:
    """Return a class's graded tests and its gains; read again only when the gradebook, the roster or a key has changed.

    Raises
    ------
    NothingReleased, GradebookFailed
        As `cohort_tidy` does.
    """
    paths = (folder.gradebook, folder.root / ROSTER, folder.root / EDITIONS)
    return _read(folder, tuple(path.stat().st_mtime_ns if path.exists() else 0 for path in paths))


@lru_cache(maxsize=2)
def _read(folder: ClassFolder, _: tuple[int, ...]) -> tuple[tuple[TestSheet, ...], ClassGains]:
    sheets = cohort_tidy(folder).sheets
    return sheets, gains_in(sheets, groups_of(read_roster(folder)))


def gains_in(sheets: Sequence[TestSheet], groups: Mapping[str, str]) -> ClassGains:
    """Return what the learners of these sheets gained, in all and by the groups that ``groups`` puts them into."""
    tables, areas = tables_of(sheets), [area.id for area in load_course().areas]
    marks: dict[str, list[str]] = {}
    for sheet in sheets:
        # All that a published figure rests on: points, how sure somebody was, and the two kinds of self-rating.
        told = (sheet.points, sheet.outcomes, sheet.confidences, sheet.self_ratings, sheet.then_ratings)
        marks.setdefault(sheet.learner, []).append(f"{sheet.module}{[sorted(part.items()) for part in told]}")
    prints = {
        # Moving somebody to another group changes two groups' figures by that person's result.
        name: hashlib.sha256("".join([*sorted(own), groups.get(name, "")]).encode()).hexdigest()[:16]
        for name, own in marks.items()
    }
    by_group = gains_by_group(*tables, groups, areas=areas) if groups else {}
    return ClassGains(table_gains(*tables, areas=areas), prints, by_group)


def publish(folder: ClassFolder, found: ClassGains) -> None:
    """Note that this class's figures leave the trainer's desk now; refuse where they would give single participants away.

    Raises
    ------
    PublishedTooSoon
        If figures were published before and fewer than five participants, but some, have changed since.
    ClassBusy
        If somebody else is writing the class.
    """
    now = _shown(found)
    if not now:
        return
    with writing_class(folder, "publish", copy=False):
        check_publishable(folder, found)
        kept = {**_published(folder), **now}
        data: dict[str, str | int] = {}
        for kind, told in kept.items():
            data |= {f"{name}{kind}": mark for name, mark in told.marks.items()}
            data[kind or "/"] = told.count
        write_private(folder.root / PUBLISHED, json.dumps(data, indent=1, sort_keys=True).encode())


def check_publishable(folder: ClassFolder, found: ClassGains) -> None:
    """Find out whether figures may leave the desk now, without noting that they do.

    Raises
    ------
    PublishedTooSoon
        As in `publish`.
    """
    before = _published(folder)
    for kind, now in _shown(found).items():
        if kind in before:
            old = before[kind]
            names = old.marks.keys() | now.marks.keys()
            # Who was erased since has no name here any more, but was in the figures.
            changed = sum(old.marks.get(name) != now.marks.get(name) for name in names) + old.count - len(old.marks)
            if 0 < changed < FEWEST_CHANGED:
                raise PublishedTooSoon(count=changed, path=folder.root / PUBLISHED)


@dataclass(frozen=True, slots=True)
class _Told:
    """For whom figures of one kind were published: a fingerprint for each, and how many they were."""

    marks: Mapping[str, str]
    count: int


def _shown(found: ClassGains) -> dict[str, _Told]:
    """Return whom the figures are about, by kind: "" are the tests, ``/<assignment>`` a follow-up."""
    tests = {"": found.learners} if found.gains.groups[OVERALL].status == "shown" else {}
    return {kind: _Told(marks, len(marks)) for kind, marks in {**tests, **found.later}.items()}


def _published(folder: ClassFolder) -> dict[str, _Told]:
    """Return what was published last; a name in the file is followed by the kind of its figures, a kind alone has its count."""
    path = folder.root / PUBLISHED
    data: dict[str, str | int] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    marks: dict[str, dict[str, str]] = {}
    counts: dict[str, int] = {}
    for key, value in data.items():
        name, slash, assignment = key.partition("/")
        kind = f"{slash}{assignment}" if assignment else ""
        marks.setdefault(kind, {})
        if isinstance(value, int):
            counts[kind] = value
        else:
            marks[kind][name] = value
    return {kind: _Told(own, counts.get(kind, len(own))) for kind, own in marks.items()}


def as_json_data(gains: CohortGains, by_group: Mapping[str, CohortGains] | None = None) -> dict[str, Any]:
    """Return plain data, by area and by group: ``status``, the exact figures (None below five learners) and ``published``."""
    published = gains_as_dict(gains)
    areas = {}
    for name, result in gains.groups.items():
        figures = result.exact if result.status == "shown" else result.published
        areas[name] = {"status": result.status, **figures_as_dict(figures), "published": published[name]}
    data: dict[str, Any] = {"groups": areas}
    if by_group:
        data["by_group"] = {name: as_json_data(own)["groups"] for name, own in by_group.items()}
    return data


def area_name(area: str, language: Language) -> str:
    """Return the name of an area, or of all together."""
    if area == OVERALL:
        return say("gains.all", language)
    return next(each.name.in_(language) for each in load_course().areas if each.id == area)


def group_name(group: str, language: Language, *, bare: bool = False) -> str:
    """Return what a group of the roster is called; ``bare`` where the column's head says already that it is a group."""
    if not group:
        return say("gain-words.group-none", language)
    return group if bare else say("gain-words.group", language, group=group)


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
        name = area_name(group, language)
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


def group_lines(by_group: Mapping[str, CohortGains], language: Language) -> list[str]:
    """Return a line for each group of the roster, of all its areas together."""
    lines = []
    for group, gains in by_group.items():
        result, name = gains.groups[OVERALL], group_name(group, language)
        shown = result.status == "shown"
        lines.append(
            _row(name, result.exact, language) if shown else f"{name}: {say(f'gains.{result.status}', language)}"
        )
    return lines


def as_csv(gains: CohortGains, language: Language, by_group: Mapping[str, CohortGains] | None = None) -> str:
    """Return the published figures as CSV: semicolons and decimal commas in Estonian, commas and points in English.

    Groups of the roster follow the whole class. A cell never begins like a formula.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=";" if language == "et" else ",", lineterminator="\r\n")
    writer.writerow(["group", "status", *COLUMNS])
    parts = [("", gains), *((f"{group_name(name, language)}: ", own) for name, own in (by_group or {}).items())]
    for prefix, part in parts:
        for area, result in part.groups.items():
            figures = figures_as_dict(result.published)
            cells = [_cell(_at(figures, path), language) for path in COLUMNS.values()]
            writer.writerow([guard(prefix + area_name(area, language)), result.published_status, *cells])
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
    figure = gains_figure(gains, language, lambda result: result.published)
    if figure is None:
        return None
    figure.savefig(path)
    return path


def gains_figure(gains: CohortGains, language: Language, seen: Callable[[GroupResult], GroupFigures | None]) -> Any:
    """Return the chart (a matplotlib Figure) of means before and after, gains with intervals beside; None where nothing may be seen."""
    shown = [(area_name(area, language), figures.gain) for area, one in gains.groups.items() if (figures := seen(one))]
    known = [(name, gain) for name, gain in shown if gain and gain.pre_mean is not None and gain.post_mean is not None]
    if not known:
        return None
    # matplotlib takes most of a second to import; a class that is still collecting does not wait for it.
    from avcourse.views.charts import plot_gains

    names, all_gains = zip(*known, strict=True)
    before, after = [gain.pre_mean or 0.0 for gain in all_gains], [gain.post_mean or 0.0 for gain in all_gains]
    return plot_gains(names, before, after, language, notes=[gain_note(gain, language) for gain in all_gains])


def gain_note(gain: GroupGain, language: Language) -> str:
    """Return a gain with its interval, as it stands beside a chart."""
    if gain.raw_gain is None or gain.raw_gain_ci is None:
        return ""
    change, low, high = (decimal(value, language, 0) for value in (gain.raw_gain, *gain.raw_gain_ci))
    sign = "+" if gain.raw_gain >= 0.5 else ""
    return f"{sign}{change} ({low} … {high})"
