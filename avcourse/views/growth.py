"""„Minu areng“: what one person gained, from the own answers alone, where the key file is at hand (a checkout; never a learner's wheel)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from avcourse.answers.folder import LearnerFolder, find_folder
from avcourse.answers.responses import Response, read_log
from avcourse.answers.scoring import SlotResult, grade_slot
from avcourse.classroom.own_feedback import Received, fetch_feedback, own_feedback, patiently
from avcourse.classroom.testsheet import sheet_of
from avcourse.course.course import Course, keys_path, load_course, load_graded
from avcourse.course.language import Language, say
from avcourse.course.questions import Question
from avcourse.measurement.personal import PersonalGain, PersonalResult, personal_gain
from avcourse.measurement.records import OVERALL, is_valid
from avcourse.municipality.values import show_date
from avcourse.views.charts import picture_html, plot_gains
from avcourse.views.feedback_gain import verdict_of
from avcourse.views.feedback_parts import feedback_html, title_of
from avcourse.views.home import no_keys, progress_of
from avcourse.views.markup import decimal, draw, table, tag, text
from avcourse.views.testrecord import record_of


def verdict_words(result: PersonalResult, language: Language) -> str:
    """Return whether a person’s change is more than measurement error, in words."""
    return say(f"growth.{verdict_of(result)}", language)


def _areas_table(course: Course, gain: PersonalGain, language: Language) -> str:
    names = {OVERALL: say("gains.all", language), **{area.id: area.name.in_(language) for area in course.areas}}
    rows = []
    for group, result in gain.results.items():
        before, after = f"{result.pre_points}/{result.pre_items}", f"{result.post_points}/{result.post_items}"
        spread = decimal(result.change.sem_post, language) if result.change else "–"
        rows.append((names[group], verdict_words(result, language), before, after, f"±{spread}"))
    head = tuple(say(f"growth.{name}", language) for name in ("area", "meaning", "before", "after", "uncertainty"))
    return table(say("growth.table", language), head, rows)


def _picture(course: Course, gain: PersonalGain, language: Language) -> str:
    names = [say("gains.all", language), *(area.name.in_(language) for area in course.areas)]
    results = [gain.results[group] for group in (OVERALL, *(area.id for area in course.areas))]
    before = [100 * result.pre_points / result.pre_items for result in results]
    after = [100 * result.post_points / result.post_items for result in results]
    alt = say("growth.picture-alt", language, before=round(before[0]), after=round(after[0]))
    return picture_html(plot_gains(names, before, after, language), alt)


@dataclass(frozen=True, slots=True)
class OwnGain:
    """One person's gain, and the post-test slot by slot; ``bank`` has the keys."""

    gain: PersonalGain
    results: tuple[SlotResult, ...]
    bank: Mapping[str, Question]

    @property
    def overall(self) -> PersonalResult:
        """Return the result over all areas."""
        return self.gain.results[OVERALL]


def own_gain(folder: LearnerFolder) -> OwnGain | None:
    """Return the learner's gain; None without keys at hand, and before both tests are whole: anchors of the first stand in the second."""
    course = load_course()
    if not keys_path().is_file() or not all(progress_of(folder, course, test).done for test in course.tests):
        return None
    bank = dict(load_graded())
    pre_id, post_id = (test.id for test in course.tests)
    before, after = (read_log(folder.log_path(test)).responses for test in (pre_id, post_id))
    sheet = sheet_of("me", post_id, after, course, bank)
    pre, post = record_of(sheet_of("me", pre_id, before, course, bank)), record_of(sheet)
    if not (is_valid(pre) and is_valid(post)):
        return None
    gain = personal_gain(pre, post, areas=[area.id for area in course.areas], then=sheet.then_ratings)
    results = tuple(grade_slot(post_id, slot, after, course.slots, bank) for slot in course.slots)
    return OwnGain(gain, results, bank)


def _confident_wrong(own: OwnGain, course: Course, language: Language) -> str:
    """Return the answers that were sure but wrong: what was chosen, why it misled, what is right. The situation itself opens on demand."""
    areas = {area.id: area.name.in_(language) for area in course.areas}
    slots = own.overall.confident_wrong_post
    items = [
        _one_wrong(own.bank[result.question], result.response, areas, language)
        for result in own.results
        if result.slot in slots and result.question is not None and result.response is not None
    ]
    return tag("ol", *items, class_="av-wrong") if items else tag("p", text(say("growth.no-confident-wrong", language)))


def _one_wrong(question: Question, response: Response, areas: Mapping[str, str], language: Language) -> str:
    key, answer = question.key, response.answer
    assert key is not None
    assert isinstance(key.answer, tuple)
    assert isinstance(answer, tuple)
    words = {option.id: option.text.in_(language) for option in question.options}
    chosen, right = words.get(answer[0], answer[0]), words[key.answer[0]]
    area = say("growth.wrong-area", language, area=areas[question.area], confidence=response.confidence or 0)
    parts = [tag("p", text(area), class_="av-stem")]
    parts.append(tag("p", tag("strong", text(say("growth.you-chose", language))), " ", text(chosen)))
    if answer[0] in key.feedback:
        parts.append(tag("p", text(key.feedback[answer[0]].in_(language))))
    parts.append(tag("p", tag("strong", text(say("growth.right-was", language))), " ", text(right)))
    more = [tag("p", text(question.text.in_(language)))]
    if key.explanation:
        more.append(tag("p", text(key.explanation.in_(language))))
    if question.source:
        source = say("growth.source", language, source=question.source.in_(language))
        more.append(tag("p", text(source), class_="av-note"))
    parts.append(tag("details", tag("summary", text(say("growth.situation", language))), *more))
    return tag("li", *parts)


def _again(course: Course, gain: PersonalGain, language: Language) -> str:
    """Return the areas with at least two points missing, each with the lessons that teach it."""
    missing = {a.id: gain.results[a.id].post_items - gain.results[a.id].post_points for a in course.areas}
    items = []
    for area in course.areas:
        if missing[area.id] < 2:
            continue
        line = text(say("growth.again-area", language, area=area.name.in_(language), count=missing[area.id]))
        lessons = [m for m in course.modules if m.kind == "lesson" and area.id in m.areas]
        links = [tag("li", tag("a", text(m.title.in_(language)), href=f"{m.slug}.ipynb")) for m in lessons]
        items.append(tag("li", line, tag("ul", *links)))
    return tag("ul", *items) if items else tag("p", text(say("growth.nothing-again", language)))


def _ratings(gain: PersonalGain, language: Language) -> str:
    shift = gain.results[OVERALL].response_shift
    if shift is None:
        return ""
    figures = {
        "pre": decimal(shift.pre, language),
        "post": decimal(shift.post, language),
        "then": decimal(shift.then, language),
    }
    return tag("h2", text(say("growth.ratings", language))) + tag(
        "p", text(say("growth.ratings-text", language, **figures))
    )


def _calibration(result: PersonalResult, language: Language) -> str:
    bias = result.calibration_post.bias
    if bias is None:
        return ""
    word = "over" if bias > 0.1 else "under" if bias < -0.1 else "fitting"
    return tag("p", text(say(f"growth.calibration-{word}", language, bias=decimal(abs(100 * bias), language, 0))))


def _waiting(folder: LearnerFolder | None, course: Course, language: Language) -> str | None:
    """Return why there is no result yet, or None."""
    if folder is None:
        return say("growth.no-folder", language)
    if not all(progress_of(folder, course, test).done for test in course.tests):
        return say("home.growth-waits", language)
    return None if keys_path().is_file() else no_keys(folder, language)


def growth_html(folder: LearnerFolder | None, language: Language) -> str:
    """Return the growth page's content as HTML: the own gain or a sentence on what is still missing, and the feedback of the class."""
    if folder is not None:
        patiently(lambda: fetch_feedback(folder), None)
    received = own_feedback(folder) if folder else {}
    # Without keys nothing can be worked out here; what changed stands in the trainer's feedback.
    gain = "" if received and not keys_path().is_file() else _gain_html(folder, language)
    return gain + received_html(received, language)


def received_html(received: Mapping[str, Received], language: Language) -> str:
    """Return the feedback that a class gave, assignment by assignment; the last in the course's order stands open."""
    parts = []
    for name, one in received.items():
        given = say("home-feedback.on", language, when=show_date(f"{one.at:%Y-%m-%d}"))
        title = say("feedback.title", language, assignment=title_of(one.feedback, language))
        summary = tag("summary", tag("h2", text(title)), tag("span", text(given), class_="av-note"))
        body = feedback_html(one.feedback, language, links=True, level=3)
        is_last = name == list(received)[-1]
        parts.append(
            tag("details", summary, body, id=f"feedback-{name}", class_="av-fb-one", open="open" if is_last else None)
        )
    return tag("div", *parts, class_="av-fb-received") if parts else ""


def _gain_html(folder: LearnerFolder | None, language: Language) -> str:
    course = load_course()
    waiting = _waiting(folder, course, language)
    if waiting is not None or folder is None:
        return tag("p", text(waiting), class_="av-empty")
    own = own_gain(folder)
    if own is None:
        return tag("p", text(say("home.growth-waits", language)), class_="av-empty")
    gain, overall = own.gain, own.overall
    summary = say(
        "growth.summary", language, before=overall.pre_points, after=overall.post_points, items=overall.post_items
    )
    parts = [
        tag("p", tag("strong", text(summary)), " ", text(verdict_words(overall, language) + "."), class_="av-lead"),
        _picture(course, gain, language),
        _areas_table(course, gain, language),
        tag("p", text(say("growth.how-to-read", language)), class_="av-note"),
        tag("h2", text(say("growth.confident-wrong", language))),
        tag("p", text(say("growth.confident-wrong-why", language))),
        _confident_wrong(own, course, language),
        _calibration(overall, language),
        _ratings(gain, language),
        tag("h2", text(say("growth.again", language))),
        _again(course, gain, language),
    ]
    return tag("div", *parts, class_="av-growth-page")


def show_growth(language: str) -> object:
    """Draw the growth page's content in a notebook."""
    return draw(lambda chosen: growth_html(find_folder(), chosen), language)
