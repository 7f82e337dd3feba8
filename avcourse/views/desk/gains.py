"""The desk's page of gains: what the class has learned, words before numbers, and one participant's result at a time."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from datetime import date
from typing import Final

from avcourse.classroom.cohort import TestSheet
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError, GradebookFailed, NothingReleased
from avcourse.measurement.personal import PersonalResult, personal_gain
from avcourse.measurement.records import OVERALL
from avcourse.views.class_gains import (
    ClassGains,
    as_csv,
    gains_figure,
    publish,
    read_class,
)
from avcourse.views.desk.pieces import button, save_form, select
from avcourse.views.desk.visit import Asked, Download, Outcome, Save, Visit
from avcourse.views.documents.names import file_name
from avcourse.views.gain_words import (
    area_words,
    calibration_words,
    changes_table,
    exact_of,
    gain_words,
    gains_table,
    groups_table,
    how_to_read,
    published_of,
    shift_words,
    surer,
    who_words,
)
from avcourse.views.growth import verdict_words
from avcourse.views.markup import decimal, table, tag, text
from avcourse.views.testrecord import record_of


class NothingToPassOn(AvcourseError):
    """A file of figures asked for where none may be shown yet."""

    et = "Edasi anda ei ole veel midagi: vähemalt viis osalejat peab olema teinud mõlemad testid."
    en = "There is nothing to pass on yet: at least five participants must have taken both tests."


def found_or_none(folder: ClassFolder) -> tuple[tuple[TestSheet, ...], ClassGains] | None:
    """Return the class's tests and gains, or None where nothing has been released or graded."""
    try:
        return read_class(folder)
    except (NothingReleased, GradebookFailed):
        return None


def picture(png: bytes, alt: str) -> str:
    """Return a PNG as an image inside the page: the desk's rules for browsers allow no style in an SVG."""
    return tag("img", src=f"data:image/png;base64,{b64encode(png).decode()}", alt=alt, class_="av-chart")


def _say(visit: Visit, key: str, **fields: object) -> str:
    return say(f"gain-desk.{key}", visit.language, **fields)


def _words(*sentences: str) -> str:
    return "".join(tag("p", text(sentence)) for sentence in sentences)


def _chart(found: ClassGains, language: Language) -> str:
    figure = gains_figure(found.gains, language, exact_of)
    overall = exact_of(found.gains.groups[OVERALL])
    if figure is None or overall is None or overall.gain is None:
        return ""
    from avcourse.views.charts_municipality import png

    means = (decimal(value, language, 0) for value in (overall.gain.pre_mean, overall.gain.post_mean))
    alt = say("gain-words.chart-alt", language, **dict(zip(("before", "after"), means, strict=True)))
    caption = tag("figcaption", text(say("gain-words.chart", language)))
    return tag("figure", picture(png(figure), alt), caption, class_="av-figure")


def _figures(visit: Visit, found: ClassGains) -> str:
    language, overall = visit.language, found.gains.groups[OVERALL]
    figures = exact_of(overall)
    assert figures is not None
    parts = [
        _words(*area_words(found.gains, exact_of, language)),
        _chart(found, language),
        table(say("gain-words.table", language), *gains_table(found.gains, exact_of, language)),
        tag("h2", text(say("gain-words.people-table", language))),
        _words(say("gain-words.people", language)),
        table(say("gain-words.people-table", language), *changes_table(figures, language)),
        _words(*calibration_words(figures, language), *shift_words(figures.response_shift, language)),
    ]
    if found.groups:
        parts += [
            tag("h2", text(say("gain-words.groups", language))),
            table(say("gain-words.groups", language), *groups_table(found.groups, exact_of, language)),
            tag("p", text(say("gain-words.groups-note", language)), class_="av-note"),
        ]
    notes = (tag("li", text(line)) for line in how_to_read(language, rounded=False))
    parts.append(tag("details", tag("summary", text(say("gain-words.how-title", language))), tag("ul", *notes)))
    return "".join(parts)


def _files(visit: Visit) -> str:
    buttons = (save_form(visit, "publish", name, _say(visit, name)) for name in _FILES)
    return tag("h2", text(_say(visit, "files"))) + tag("div", *buttons, class_="desk-acts")


def _one_form(visit: Visit, students: list[str], chosen: str) -> str:
    """Return a form that asks for one participant by pseudonym: in the order of the pseudonyms, which says nothing of results."""
    field = select("student", _say(visit, "student"), [(name, name) for name in students], chosen)
    return tag("form", field, button(_say(visit, "show"), "av-act"), method="get", action=visit.url("gains"))


def _one(visit: Visit, sheets: tuple[TestSheet, ...]) -> str:
    chosen = visit.query.get("student", "")
    students = sorted({sheet.learner for sheet in sheets})
    parts = [
        tag("h2", text(_say(visit, "one")), id="one"),
        tag("p", text(_say(visit, "one-why"))),
        _one_form(visit, students, chosen),
    ]
    if chosen:
        own = {sheet.module: sheet for sheet in sheets if sheet.learner == chosen}
        parts.append(_personal(visit, chosen, own))
    return tag("section", *parts, aria_labelledby="one")


def _personal(visit: Visit, student: str, own: Mapping[str, TestSheet]) -> str:
    course = load_course()
    if not own:
        return tag("p", text(_say(visit, "unknown", student=student)), role="status")
    missing = [test.title.in_(visit.language) for test in course.tests if test.id not in own]
    if missing:
        return tag("p", text(_say(visit, "missing-test", student=student, tests=", ".join(missing))), role="status")
    pre, post = (own[test.id] for test in course.tests)
    areas = [area.id for area in course.areas]
    gain = personal_gain(record_of(pre), record_of(post), areas=areas, then=dict(post.then_ratings))
    overall = gain.results[OVERALL]
    numbers = {"before": overall.pre_points, "after": overall.post_points, "items": overall.post_items}
    sentences = [_say(visit, "points", **numbers, verdict=verdict_words(overall, visit.language))]
    if not (gain.valid_pre and gain.valid_post):
        sentences.append(_say(visit, "not-valid"))
    sentences += [_confidence(visit, overall), _confident_wrong(visit, overall)]
    names = {OVERALL: say("gains.all", visit.language), **{a.id: a.name.in_(visit.language) for a in course.areas}}
    head = tuple(say(f"growth.{name}", visit.language) for name in ("area", "meaning", "before", "after"))
    rows = [
        (
            names[group],
            verdict_words(result, visit.language),
            f"{result.pre_points}/{result.pre_items}",
            f"{result.post_points}/{result.post_items}",
        )
        for group, result in gain.results.items()
    ]
    title = _say(visit, "one-title", student=student)
    return tag("h3", text(title)) + _words(*sentences) + table(title, head, rows)


def _confidence(visit: Visit, result: PersonalResult) -> str:
    unknown = _say(visit, "calibration-unknown")
    both = (result.calibration_pre, result.calibration_post)
    pre, post = (surer(each, "gain-desk", visit.language) or unknown for each in both)
    return _say(visit, "calibration", pre=pre, post=post)


def _confident_wrong(visit: Visit, result: PersonalResult) -> str:
    counts = {"pre": len(result.confident_wrong_pre), "post": len(result.confident_wrong_post)}
    if not any(counts.values()):
        return _say(visit, "no-confident-wrong")
    return _say(visit, "confident-wrong", **counts)


def page(visit: Visit) -> str:
    """Return the page of gains."""
    title = tag("h1", text(_say(visit, "title")))
    read = found_or_none(visit.folder)
    if read is None or not read[0]:
        return title + tag("p", text(_say(visit, "nothing")), class_="av-empty")
    sheets, found = read
    overall = found.gains.groups[OVERALL]
    said = _words(*gain_words(overall, exact_of, visit.language), *who_words(overall, exact_of, visit.language))
    if overall.status != "shown":
        return title + said + _one(visit, sheets)
    lead = tag("p", text(_say(visit, "lead")), class_="av-lead")
    return title + lead + said + _figures(visit, found) + _files(visit) + _one(visit, sheets)


def _to_pass_on(visit: Visit) -> ClassGains:
    """Return gains of which files may leave the desk now, and note that they do."""
    read = found_or_none(visit.folder)
    if read is None or published_of(read[1].gains.groups[OVERALL]) is None:
        raise NothingToPassOn
    publish(visit.folder, read[1])
    return read[1]


def _file_name(visit: Visit, ending: str) -> str:
    return file_name(_say(visit, "file"), visit.folder.id, date.today(), ending)


def _csv_file(visit: Visit) -> Download:
    """Return the published figures as CSV."""
    found = _to_pass_on(visit)
    data = as_csv(found.gains, visit.language, found.groups).encode("utf-8-sig")
    return Download(_file_name(visit, "csv"), data, "text/csv; charset=utf-8")


def _chart_file(visit: Visit) -> Download:
    """Return the chart of published figures as SVG."""
    found = _to_pass_on(visit)
    from avcourse.views.charts import svg

    figure = gains_figure(found.gains, visit.language, published_of)
    return Download(_file_name(visit, "svg"), svg(figure).encode(), "image/svg+xml")


def _publish(visit: Visit, asked: Asked) -> Outcome:
    """Give published figures as a file: from then on they count as published."""
    make = _FILES.get(asked.fields.get("file", ""))
    return Outcome() if make is None else Outcome(download=make(visit))


_FILES: Final[Mapping[str, Save]] = {"csv": _csv_file, "chart": _chart_file}
ACTIONS: Final = {"publish": _publish}
