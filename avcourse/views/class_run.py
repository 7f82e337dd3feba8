"""One run over a class: collect, grade, write the feedback. Each step can be done again, so the run can."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from avcourse.classroom.exchange import CollectReport, collect, peek
from avcourse.classroom.grading_run import GradingReport, find_submissions, grade_class
from avcourse.classroom.guard import writing_class
from avcourse.classroom.overview import write_last_run
from avcourse.classroom.rehearsal import is_rehearsal
from avcourse.classroom.workspace import ClassFolder, SubmissionProblem
from avcourse.course.language import Language, say
from avcourse.views.class_feedback import FeedbackReport, write_feedback

Progress = Callable[[int, int, str], None]

SCALE: Final = 1000
"""How many parts a whole run is counted in."""
_WEIGHTS: Final = {"collecting": 2, "grading": 5, "feedback": 8}
"""How long the steps take beside each other, by measuring; the remaining time is worked out from it."""


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run did, and what the trainer should know. ``rehearsal`` says that the participants are invented."""

    collected: CollectReport
    graded: GradingReport
    feedback: FeedbackReport
    rehearsal: bool = False

    def problems(self) -> tuple[SubmissionProblem, ...]:
        """Return everything that is the matter with a submission, each once, in the order of the steps."""
        found: list[SubmissionProblem] = []
        for problem in (*self.collected.problems, *self.graded.problems, *self.feedback.problems):
            if problem not in found:
                found.append(problem)
        return tuple(found)

    def sentences(self, language: Language) -> Iterator[str]:
        """Give what happened in words: a line for each step, what waits for a person, and what could not be done."""
        if self.rehearsal:
            yield say("rehearsal.label", language)
        yield from CollectReport(self.collected.collected, ()).sentences(language)
        yield say("cli.graded", language, count=len(self.graded.graded))
        yield say("run.fed-back", language, count=sum(self.feedback.written.values()))
        for assignment, count in sorted(self.graded.by_hand().items()):
            yield say("marking.waiting", language, assignment=assignment, count=count)
        for problem in self.problems():
            yield problem.sentence(language)


@dataclass(frozen=True, slots=True)
class RunPlan:
    """What a run would do: what is to be collected, and how many submissions are then to be graded."""

    collected: CollectReport
    to_grade: int
    rehearsal: bool = False

    def sentences(self, language: Language) -> Iterator[str]:
        """Give in words what would happen; nothing has."""
        if self.rehearsal:
            yield say("rehearsal.label", language)
        counts: dict[str, int] = {}
        for one in self.collected.collected:
            counts[one.assignment] = counts.get(one.assignment, 0) + 1
        if not counts:
            yield say("run.nothing-new", language)
        for assignment, count in sorted(counts.items()):
            yield say("run.would-collect", language, assignment=assignment, count=count)
        yield say("run.would-grade", language, count=self.to_grade)
        yield say("run.would-feed-back", language)
        for problem in self.collected.problems:
            yield problem.sentence(language)
        yield say("run.nothing-changed", language)


def _part(step: str, progress: Progress | None, language: Language) -> Progress | None:
    """Return the progress of a step as its part of the whole run, so that the remaining time is that of the run."""
    if progress is None:
        return None
    whole, names = sum(_WEIGHTS.values()), list(_WEIGHTS)
    before = sum(_WEIGHTS[name] for name in names[: names.index(step)])
    word, told = say(f"run.{step}", language), progress

    def part(done: int, total: int, _: str) -> None:
        told(round(SCALE * (before + _WEIGHTS[step] * done / max(total, 1)) / whole), SCALE, word)

    return part


def plan_run(folder: ClassFolder) -> RunPlan:
    """Return what ``run_class`` would do, and change nothing.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    """
    folder.check_released()
    coming = peek(folder)
    there, _ = find_submissions(folder, folder.assignments())
    whose = {(one.student, one.assignment) for one in coming.collected}
    return RunPlan(coming, len(whose | set(there)), is_rehearsal(folder))


def run_class(folder: ClassFolder, progress: Progress | None = None) -> RunReport:
    """Collect, grade and write the feedback under one lock; doing it again does only what is new.

    Parameters
    ----------
    folder
        The class.
    progress
        Called with how much is done of how much, and a word for the step.

    Raises
    ------
    NothingReleased
        If nothing has been released to the class yet.
    ClassBusy
        If somebody else is at work on the class.
    CollectFailed, GradebookFailed
        If a step could not be done. What the steps before have done stays; doing it again goes on from there.
    """
    folder.check_released()
    with writing_class(folder, "run"):
        collected = collect(folder, _part("collecting", progress, folder.language))
        graded = grade_class(folder, None, _part("grading", progress, folder.language))
        feedback = write_feedback(folder, None, _part("feedback", progress, folder.language))
        report = RunReport(collected, graded, feedback, is_rehearsal(folder))
        write_last_run(folder, report.problems())
    return report
