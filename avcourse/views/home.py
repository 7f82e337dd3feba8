"""The home page's list of modules: what there is, how long it takes, how far one is, and where to go on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from avcourse.answers.folder import CARD, LearnerFolder, find_folder
from avcourse.answers.responses import latest, read_log
from avcourse.classroom.own_feedback import Received, fetch_feedback, own_feedback, patiently
from avcourse.course.course import Course, Module, keys_path, load_bank, load_course
from avcourse.course.language import Language, say
from avcourse.errors import CardUnreadable, ResponsesUnreadable
from avcourse.municipality.assessment import answers_from
from avcourse.municipality.grading import parts_of, work_points
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.records import read_records
from avcourse.municipality.values import show_date
from avcourse.views.markup import decimal, draw, tag, text

WORK: Final[Mapping[str, tuple[str, ...]]] = {
    "m04": ("level",),
    "m08": ("solution",),
    "m11": ("round",),
    "m12": ("card",),
    "m13": ("proposal", "commitment", "consultation", "plan"),
}
"""Kinds of records that a lesson leads to: it is done when all are begun, and the assessment when every criterion has its answer."""
YEAR: Final = 365
LISTED: Final = ("lesson", "exercise", "test", "work")
"""Kinds of modules that stand in the list."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How many of a module's forms are answered; ``done`` when nothing is left that counts; ``first`` the first one without an answer."""

    module: Module
    answered: int
    asked: int
    done: bool
    first: str | None

    @property
    def href(self) -> str:
        """Return where to go on: the page, and on it the first form without an answer once some are answered."""
        place = f"#question-{self.module.id}-{self.first}" if self.first and self.answered and not self.done else ""
        return f"{self.module.slug}.ipynb{place}"

    @property
    def minutes_left(self) -> int:
        """Return about how many minutes are left, by the share of forms without an answer."""
        return 0 if self.done else round(self.module.minutes * (1 - self.answered / max(1, self.asked)))

    @property
    def can_wait(self) -> bool:
        """Whether one may go on before this is done: nothing that is taught or measured is left open."""
        kind = self.module.kind
        return kind in ("exercise", "work") or (kind == "lesson" and self.first is None)

    @property
    def state(self) -> str:
        """Return ``new``, ``begun`` or ``done``."""
        return "done" if self.done else "begun" if self.answered else "new"


def work_on(folder: LearnerFolder | None, module: Module) -> tuple[int, int]:
    """Return how much of the municipality's own work that a lesson leads to has been begun, and how much there is."""
    kinds = WORK.get(module.id, ())
    try:
        found = {kind: read_records(kind, folder.root) if folder else {} for kind in kinds}
    except ResponsesUnreadable:
        found = {kind: {} for kind in kinds}
    if "level" in found:
        return len(answers_from(found["level"], load_instrument())), len(load_instrument().criteria)
    return sum(map(bool, found.values())), len(kinds)


def progress_of(folder: LearnerFolder | None, course: Course, module: Module) -> Progress:
    """Return how far the learner is in a module.

    A lesson is done when every form is answered, a test when it is valid (fewer than 20 % of its slots blank). An unreadable log counts as
    nothing answered: the module's own page says what is wrong.
    """
    slots = course.slots if module.kind == "test" else ()
    try:
        responses = read_log(folder.log_path(module.id)).responses if folder else ()
    except ResponsesUnreadable:
        responses = ()
    given = {
        q for (assignment, q), r in latest(responses).items() if assignment == module.id and r.answer not in ((), "")
    }
    open_slots = [slot.id for slot in slots if given.isdisjoint(slot.forms.values())]
    open_questions = [question for question in module.questions if question not in given]
    own = tuple(response for response in responses if response.assignment == module.id)
    open_checks = [check for check in parts_of(module) if work_points(load_bank()[check], own, module.id) == 0]
    begun, parts = work_on(folder, module)
    asked = len(slots) + len(module.questions) + len(parts_of(module)) + parts
    answered = asked - parts + begun - len(open_slots) - len(open_questions) - len(open_checks)
    done = len(open_slots) < 0.2 * len(slots) if slots else answered == asked
    # As on the page: what is asked about the time before the course comes after the slots.
    then = [question for question in open_questions if question.startswith("then-")]
    first = [*(question for question in open_questions if question not in then), *open_slots, *then]
    return Progress(module, answered, asked, done, next(iter(first), None))


def next_module(progresses: list[Progress]) -> Progress | None:
    """Return where to go on: the first module, in course order, that is not done.

    What can wait holds nobody up who has gone on: an assignment, or a lesson of which only the municipality's own work is left.
    """
    last = max((place for place, progress in enumerate(progresses) if progress.answered), default=0)
    left = [(place, progress) for place, progress in enumerate(progresses) if progress.state != "done"]
    first = left[0][1] if left else None
    return next((progress for place, progress in left if place >= last or not progress.can_wait), first)


def when_due(module: Module, language: Language) -> str:
    """Return when a follow-up is due.

    Examples
    --------
    >>> when_due(load_course().module("rakendamine"), "en")
    'about 90 days after the post-test'
    """
    return say("home-after.year" if module.after >= YEAR else "home-after.days", language, days=module.after)


def _received(module: Module, received: Mapping[str, Received]) -> Received | None:
    """Return the feedback on a module or on the one whose place it took."""
    return received.get(module.id) or received.get(module.replaces or "")


def _feedback_link(received: Received, language: Language) -> str:
    growth = next((module for module in load_course().modules if module.kind == "growth"), None)
    if growth is None:
        return ""
    name = received.feedback.assignment
    words = say("home-feedback.given", language, when=show_date(f"{received.at:%Y-%m-%d}"))
    link = tag("a", text(words), href=f"{growth.slug}.ipynb#feedback-{name}")
    return tag("p", link, class_="av-fb-link")


def _item(progress: Progress, language: Language, current: bool, received: Received | None, exercise: str = "") -> str:
    """Return one entry of the list; ``exercise`` is what a lesson's own assignment says below it."""
    module = progress.module
    state = tag(
        "span", text(say(f"home.state-{progress.state}", language)), class_=f"av-state av-state-{progress.state}"
    )
    count = say("home.answered", language, answered=progress.answered, asked=progress.asked)
    kind = say(f"home.kind-{module.kind}", language)
    when = [when_due(module, language)] if module.after else []
    facts = " · ".join(
        [kind, *when, say("home.minutes", language, minutes=module.minutes), *([count] if progress.asked else [])]
    )
    bar = tag(
        "span",
        tag("span", style=f"width:{round(100 * progress.answered / max(1, progress.asked))}%"),
        class_="av-bar",
        aria_hidden="true",
    )
    link = tag("a", text(module.title.in_(language)), href=progress.href, aria_current="step" if current else None)
    return tag(
        "li",
        tag("div", tag("h3", link), state, class_="av-module-head"),
        tag("p", text(module.goal.in_(language)), class_="av-goal"),
        tag("p", text(facts), class_="av-facts"),
        bar,
        _feedback_link(received, language) if received else "",
        exercise,
        class_="av-module av-module-now" if current else "av-module",
        data_number=_number(module),
    )


def _number(module: Module) -> str:
    """Return what stands in the circle: a lesson's number; what is no lesson has none."""
    lessons = load_course().lessons
    return str(lessons.index(module) + 1) if module in lessons else "•"


def _exercise(progress: Progress, language: Language, current: bool, received: Received | None) -> str:
    """Return a lesson's own assignment as a line inside the lesson's entry: it has no number and no goal of its own."""
    module = progress.module
    link = tag("a", text(module.title.in_(language)), href=progress.href, aria_current="step" if current else None)
    facts = " · ".join(
        (
            say("home.minutes", language, minutes=module.minutes),
            say("home.answered", language, answered=progress.answered, asked=progress.asked),
            say(f"home.state-{progress.state}", language),
        )
    )
    return tag(
        "div",
        tag("p", link, class_="av-exercise-name"),
        tag("p", text(facts), class_="av-facts"),
        _feedback_link(received, language) if received else "",
        class_="av-exercise av-exercise-now" if current else "av-exercise",
    )


def _items(
    progresses: Sequence[Progress], current: Progress | None, received: Mapping[str, Received], language: Language
) -> Iterator[str]:
    """Give the entries of the list, each lesson with its assignment, which stands right after it in the course."""
    following = (*progresses[1:], None)
    for one, after in zip(progresses, following, strict=True):
        if one.module.kind == "exercise":
            continue
        exercise = ""
        if after is not None and after.module.kind == "exercise":
            exercise = _exercise(after, language, after is current, _received(after.module, received))
        yield _item(one, language, one is current, _received(one.module, received), exercise)


def no_keys(folder: LearnerFolder | None, language: Language) -> str:
    """Return where the result comes from when there is no key file at hand: the class's trainer, or a checkout."""
    try:
        in_class = folder is not None and folder.card() is not None
    except CardUnreadable:
        in_class = True
    return say("home.growth-in-class" if in_class else "home.growth-no-keys", language)


def _growth(
    folder: LearnerFolder | None, progresses: list[Progress], growth: Module, language: Language, given: bool
) -> str:
    tests = [progress for progress in progresses if progress.module.kind == "test"]
    lesson = f"{say('home.kind-lesson', language)} {_number(growth)}"
    facts = f"{lesson} · {say('home.minutes', language, minutes=growth.minutes)}"
    heading = tag("h3", text(growth.title.in_(language))) + tag("p", text(facts), class_="av-facts")
    if given and not keys_path().is_file():
        link = tag("a", text(say("home-feedback.open", language)), href=f"{growth.slug}.ipynb", class_="av-button")
        return heading + tag("p", text(say("home-feedback.text", language))) + tag("p", link)
    if not all(test.done for test in tests):
        return heading + tag("p", text(say("home.growth-waits", language)))
    if not keys_path().is_file():
        return heading + tag("p", text(no_keys(folder, language)))
    link = tag("a", text(say("home.growth-open", language)), href=f"{growth.slug}.ipynb", class_="av-button")
    return heading + tag("p", text(growth.goal.in_(language))) + tag("p", link)


def was_sent(folder: LearnerFolder | None, module: Module) -> bool:
    """Whether a follow-up can be taken: who has no class need not wait for anybody, a class sends it when its time has come."""
    try:
        card = folder.card() if folder else None
        return card is None or (card.exchange / card.id / "outbound" / module.id).is_dir()
    except (CardUnreadable, OSError):
        return False


def look_outside(folder: LearnerFolder | None, course: Course) -> frozenset[str]:
    """Bring the learner's feedback from the class, and return which follow-ups can be taken; neither ever holds up the page."""

    def look() -> frozenset[str]:
        if folder is not None:
            fetch_feedback(folder)
        return frozenset(module.id for module in course.followups if was_sent(folder, module))

    in_class = folder is not None and (folder.root / CARD).exists()
    return patiently(look, frozenset()) if in_class else look()


def _after(
    folder: LearnerFolder | None,
    course: Course,
    sent: frozenset[str],
    received: Mapping[str, Received],
    language: Language,
) -> str:
    """Return what comes after the course: what has been sent to take, and what will be."""
    items = []
    for module in course.followups:
        if module.id in sent:
            progress = progress_of(folder, course, module)
            items.append(_item(progress, language, False, _received(module, received)))
            continue
        when = f"{when_due(module, language)} · {say('home-after.waits', language)}"
        items.append(
            tag(
                "li",
                tag("div", tag("h3", text(module.title.in_(language))), class_="av-module-head"),
                tag("p", text(module.goal.in_(language)), class_="av-goal"),
                tag("p", text(when), class_="av-facts"),
                class_="av-module",
                data_number=_number(module),
            )
        )
    return "".join(
        (
            tag("h2", text(say("home-after.title", language))),
            tag("p", text(say("home-after.why", language)), class_="av-facts"),
            tag("ol", *items, class_="av-modules"),
        )
    )


def _overview(done: int, progresses: list[Progress], language: Language) -> str:
    """Return how much is done and left: in half hours while it is long, as nobody plans by six hundred minutes."""
    left = sum(progress.minutes_left for progress in progresses)
    if left < 120:
        return say("home.overview", language, done=done, count=len(progresses), minutes=left)
    hours = decimal(round(left / 30) / 2, language).removesuffix(".0").removesuffix(",0")
    return say("home.overview-hours", language, done=done, count=len(progresses), hours=hours)


def home_html(folder: LearnerFolder | None, language: Language) -> str:
    """Return the home page's list as HTML."""
    course = load_course()
    sent = look_outside(folder, course)
    received = own_feedback(folder) if folder else {}
    listed = [module for module in course.modules if module.kind in LISTED and not module.after]
    progresses = [progress_of(folder, course, module) for module in listed]
    current = next_module(progresses)
    begun = any(progress.answered for progress in progresses)
    parts: list[str] = []
    if current:
        words = say("home.continue" if begun else "home.begin", language)
        label = (
            tag("span", text(words), class_="av-continue-word")
            + " "
            + tag("span", text(current.module.title.in_(language)))
        )
        parts.append(tag("p", tag("a", label, href=current.href, class_="av-button"), class_="av-continue"))
    else:
        parts.append(tag("p", text(say("home.all-done", language)), class_="av-continue"))
    done = sum(progress.state == "done" for progress in progresses)
    parts.append(tag("p", text(_overview(done, progresses, language)), class_="av-facts"))
    parts.append(tag("h2", text(say("home.modules", language))))
    parts.append(tag("ol", *_items(progresses, current, received, language), class_="av-modules"))
    growth = next((module for module in course.modules if module.kind == "growth"), None)
    if growth:
        parts.append(tag("section", _growth(folder, progresses, growth, language, bool(received)), class_="av-growth"))
    if course.followups and all(one.done for one in progresses if one.module.kind == "test"):
        parts.append(tag("section", _after(folder, course, sent, received, language), class_="av-after"))
    beside = [module for module in course.modules if module.kind == "data"]
    if beside:
        items = (
            tag(
                "li",
                tag("a", text(module.title.in_(language)), href=f"{module.slug}.ipynb"),
                f": {text(module.goal.in_(language))}",
            )
            for module in beside
        )
        parts += [tag("h2", text(say("datasets.beside", language))), tag("ul", *items)]
    return tag("div", *parts, class_="av-home")


def show_home(language: str) -> object:
    """Draw the home page's list in a notebook."""
    return draw(lambda chosen: home_html(find_folder(), chosen), language)
