"""How far the long work of a class is, and what came of it, in words."""

from __future__ import annotations

import json
import math
from datetime import UTC, datetime

from avcourse.classroom.schedule import show_when
from avcourse.course.language import Language, say, words
from avcourse.views.desk.jobs import Job
from avcourse.views.desk.pieces import button
from avcourse.views.desk.visit import Visit, form
from avcourse.views.markup import tag, text


def what_is_done(job: Job, language: Language) -> str:
    """Return the name of the work."""
    key = job.words[0] if job.words and job.words[0] in words("desk-job", language) else "other"
    return say(f"desk-job.{key}", language)


def how_far(job: Job, language: Language) -> str:
    """Return how far a work is and how long it will still take.

    Examples
    --------
    >>> how_far(Job("working", ("run",), 120, 290, "grading", left=80.0), "et")
    'Hindamine: 41 % · jäänud on umbes 2 minutit'
    >>> how_far(Job("working", ("run",)), "en")
    'Preparing'
    """
    if job.total <= 0:
        return say("desk-job.preparing", language)
    stage = f"stage-{job.word}"
    named = f"{say(f'desk-job.{stage}', language)}: " if stage in words("desk-job", language) else ""
    pieces = [named + say("forms.percent", language, value=round(100 * job.share))]
    if job.left is not None and job.done < job.total:
        minutes = math.ceil(job.left / 60)
        key = "left-seconds" if job.left < 45 else "left-minute" if minutes == 1 else "left-minutes"
        pieces.append(say(f"desk-job.{key}", language, minutes=minutes))
    return " · ".join(pieces)


def job_panel(visit: Visit, job: Job) -> str:
    """Return the panel about the last work; nothing where there was none."""
    if job.state == "none":
        return ""
    return _working(visit, job) if job.state == "working" else _ended(visit, job)


def _working(visit: Visit, job: Job) -> str:
    language, what = visit.language, what_is_done(job, visit.language)
    # A bar that stands at nought looks as if nothing went on.
    known = {"max": str(job.total), "value": str(job.done)} if job.done else {}
    return tag(
        "section",
        tag("h2", text(what), id="job-title"),
        tag("progress", text(f"{round(100 * job.share)} %"), aria_labelledby="job-title", **known),
        tag("p", text(how_far(job, language)), class_="desk-job-said", data_job_said=""),
        tag("p", text(say("desk-job.may-close", language)), class_="av-note"),
        form(visit, "stop", button(say("desk-job.stop", language), "desk-plain")),
        class_="desk-panel desk-job",
        data_job=visit.url("overview", "job"),
        data_page=visit.home,
        data_words=json.dumps({"working": say("desk-job.preparing", language)}, ensure_ascii=False),
    )


def _ended(visit: Visit, job: Job) -> str:
    language = visit.language
    at = datetime.fromtimestamp(job.ended or job.begun, UTC).replace(tzinfo=None)
    head = say(f"desk-job.{job.state}", language, what=what_is_done(job, language), when=show_when(at, language))
    said = job.sentences.get(language, ())
    listed = tag("ul", *(tag("li", text(sentence)) for sentence in said)) if len(said) > 1 else ""
    only = tag("p", text(said[0])) if len(said) == 1 else ""
    if job.state == "done" and job.fresh:
        return tag("section", tag("h2", text(say("desk-job.ready", language))), only, listed, class_="desk-job-fresh")
    if job.state == "done":
        # What went well is there to be read, but nobody has to read it each time.
        return tag("details", tag("summary", text(head)), only, listed, class_="desk-job-ended")
    key = f"{job.state}-what"
    kept = tag("p", text(say(f"desk-job.{key}", language))) if key in words("desk-job", language) else ""
    finish = form(visit, "again", button(say("desk-job.again", language), "av-act")) if job.unfinished else ""
    return tag("section", tag("h2", text(head)), kept, only, listed, finish, class_="desk-panel desk-job-trouble")
