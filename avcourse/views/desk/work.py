"""The worker of the desk: does one long thing with a class and says how far it is.

Run by ``jobs.begin`` as ``python -m avcourse.views.desk.work CLASS STEP [ARGUMENT…]``. Steps: table ``STEPS``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO, Any, Final

from avcourse.classroom.workspace import ClassFolder, make_private, open_class
from avcourse.course.language import LANGUAGES, Language, say
from avcourse.errors import AvcourseError
from avcourse.views.desk.jobs import JOB, holding

PAUSE: Final = 0.2
"""Between two lines of progress, in seconds: a person cannot read faster, and a file should not grow faster."""
Progress = Callable[[int, int, str], None]
Sentences = Callable[[Language], Sequence[str]]
Step = Callable[[ClassFolder, Sequence[str], Progress], Sentences]


class Stopped(BaseException):
    """The trainer asked to stop."""


@dataclass(slots=True)
class Teller:
    """Writes what the worker says, a line at a time, so that whoever reads sees whole lines."""

    stream: IO[str]
    last: float = field(default=0.0)

    def tell(self, **said: object) -> None:
        """Write one line."""
        self.stream.write(json.dumps({**said, "at": time.time()}, ensure_ascii=False) + "\n")
        self.stream.flush()

    def progress(self, done: int, total: int, word: str) -> None:
        """Say how far it is, but not more often than can be read."""
        now = time.monotonic()
        if done in (0, total) or now - self.last >= PAUSE:
            self.last = now
            self.tell(done=done, total=total, word=word)


def _stage(progress: Progress, name: str) -> Progress:
    """Return a progress that says in which stage it is; whose work is being done is nothing to keep."""
    return lambda done, total, _: progress(done, total, name)


def _release(folder: ClassFolder, words: Sequence[str], progress: Progress) -> Sentences:
    from avcourse.classroom.release import release
    from avcourse.course.course import load_course

    # One by one, since each takes seconds. Follow-ups are released by name, when their time has come.
    names = tuple(words) or tuple(module.id for module in load_course().assignments if not module.after)
    released = []
    for done, name in enumerate(names):
        progress(done, len(names), "release")
        released += release(folder, (name,))
    progress(len(names), len(names), "release")
    return lambda language: [one.sentence(language) for one in released]


def _run(folder: ClassFolder, words: Sequence[str], progress: Progress) -> Sentences:
    from avcourse.views.class_run import run_class

    # The run says its steps in the class's language; the desk may be in the other one.
    steps = {say(f"run.{step}", folder.language): step for step in ("collecting", "grading", "feedback")}
    report = run_class(folder, lambda done, total, word: progress(done, total, steps.get(word, "grading")))
    counts = {"collected": len(report.collected.collected), "graded": len(report.graded.graded)}
    return lambda language: [say("desk-job.ran", language, **counts)]


def _give(folder: ClassFolder, words: Sequence[str], progress: Progress) -> Sentences:
    from avcourse.classroom.feedback import release_feedback
    from avcourse.views.class_feedback import write_feedback

    write_feedback(folder, tuple(words) or None, _stage(progress, "feedback"))
    given = release_feedback(folder, tuple(words) or None, _stage(progress, "give"))
    new, again = (sum(map(len, lists.values())) for lists in (given.new, given.again))
    return lambda language: [say("desk-job.gave", language, new=new, again=again)]


def _rehearse(folder: ClassFolder, words: Sequence[str], progress: Progress) -> Sentences:
    from avcourse.classroom.rehearsal import fill_rehearsal

    _release(folder, (), progress)
    students = fill_rehearsal(folder, int(words[0]))
    return lambda language: [say("desk-job.rehearsed", language, count=len(students))]


STEPS: Final[Mapping[str, Step]] = {"release": _release, "run": _run, "give": _give, "rehearsal": _rehearse}


def work(folder: ClassFolder, words: Sequence[str]) -> int:
    """Do one step, tell its progress and its end, and return the exit code."""
    with holding(folder) as held:
        if not held:
            return 3
        make_private(folder.root / JOB)
        with (folder.root / JOB).open("w", encoding="utf-8") as stream:
            teller = Teller(stream)
            teller.tell(begun=time.time(), words=list(words), pid=os.getpid())
            end = _end_of(folder, words, teller.progress)
            teller.tell(**end)
            return 0 if end["ended"] == "done" else 1


def _end_of(folder: ClassFolder, words: Sequence[str], progress: Progress) -> dict[str, Any]:
    """Do the step and return what there is to say at its end."""
    try:
        sentences = STEPS[words[0]](folder, words[1:], progress)
        return {"ended": "done", "sentences": {language: list(sentences(language)) for language in LANGUAGES}}
    except AvcourseError as error:
        said = error
        return {"ended": "refused", "sentences": {language: [said.sentence(language)] for language in LANGUAGES}}
    except Stopped:
        return {"ended": "stopped"}
    except Exception:
        traceback.print_exc()
        told = {language: [say("desk-job.failed-log", language, path=folder.log)] for language in LANGUAGES}
        return {"ended": "failed", "sentences": told}


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(work(open_class(Path(sys.argv[1])), sys.argv[2:]))
