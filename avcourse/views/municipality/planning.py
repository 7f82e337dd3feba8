"""From proposals to a plan: proposals, commitments, the log of consultations, the check of the plan and how it is carried out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from avcourse.answers.folder import find_log
from avcourse.answers.responses import read_log
from avcourse.course.language import Language, say
from avcourse.municipality.fields import show_value
from avcourse.municipality.grading import LINTED, grade_work, last_day
from avcourse.municipality.linter import RULES, Finding, lint_commitment, lint_plan
from avcourse.municipality.plan import COMMITMENT, COMPLETION, CONSULTATION, PLAN
from avcourse.municipality.proposals import LOGIC, PROPOSAL, commitment_from
from avcourse.municipality.records import Record, new_id, read_records, save_record
from avcourse.municipality.values import show_date
from avcourse.views.markup import decimal, table, tag, text
from avcourse.views.municipality.editing import edit_records, empty_html, fitting_records, live, shown, title_of
from avcourse.views.municipality.own import example_banner, my_municipality, today

OWN: Final = "own"
"""Id of the one plan."""
AGAIN: Final = "commit-again"
"""The button that makes one more commitment of a proposal that has one."""
WORK: Final = ("commitment", "consultation", "plan")


# Effort and impact -------------------------------------------------------------------------------------------------


def reading_of(effort: int, impact: int) -> str:
    """Return what a proposal's effort and impact (1–3) mean, as a key of the words ``proposals-part``.

    Examples
    --------
    >>> reading_of(1, 2), reading_of(3, 3), reading_of(1, 1), reading_of(2, 1), reading_of(2, 3)
    ('reading-quick', 'reading-big', 'reading-small', 'reading-doubt', 'reading-middle')
    """
    if impact == 1:
        return "reading-small" if effort == 1 else "reading-doubt"
    return {1: "reading-quick", 3: "reading-big"}.get(effort, "reading-middle")


def is_placed(record: Record) -> bool:
    """Whether a proposal has both effort and impact."""
    return all(record.data.get(field) in (1, 2, 3) for field in ("effort", "impact"))


def effort_impact_html(language: Language) -> str:
    """Return the proposals by effort and impact, picture and table, those to begin with first; rejected ones are left out."""
    living = [r for r in fitting_records(PROPOSAL).values() if r.data.get("status") != "rejected"]
    placed = [record for record in living if is_placed(record)]
    banner = example_banner(my_municipality(), language)
    if not placed:
        return banner + empty_html("proposals-part.effort-empty", language)
    placed.sort(key=lambda r: (-r.data["impact"] / r.data["effort"], -r.data["impact"]))
    without = [title_of(record, language) for record in living if not is_placed(record)]
    note = text(say("proposals-part.not-placed", language, names="; ".join(without))) if without else ""
    return banner + effort_impact_figure(placed, language) + (tag("p", note, class_="av-note") if note else "")


def effort_impact_figure(placed: Sequence[Record], language: Language) -> str:
    """Return the picture with its table; the numbers in the picture are those of the table."""
    from avcourse.views.charts import Chart, chart_html
    from avcourse.views.charts_municipality import plot_effort_impact

    numbers = [(record.data["effort"], record.data["impact"]) for record in placed]
    readings = [reading_of(effort, impact) for effort, impact in numbers]
    rows = [
        (str(place), title_of(record, language), str(effort), str(impact), say(f"proposals-part.{word}", language))
        for place, (record, (effort, impact), word) in enumerate(zip(placed, numbers, readings, strict=True), start=1)
    ]
    head = tuple(
        say(f"proposals-part.{name}", language) for name in ("number", "proposal", "effort", "impact", "reading")
    )
    quick = readings.count("reading-quick")
    figure = plot_effort_impact([(str(row[0]), *pair) for row, pair in zip(rows, numbers, strict=True)], language)
    caption = say("proposals-part.effort-title", language)
    return chart_html(
        Chart(figure, say("proposals-part.effort-alt", language, quick=quick), caption, head, rows), language
    )


# Proposals ---------------------------------------------------------------------------------------------------------


def commitments_of(proposal: str) -> int:
    """Return how many commitments have been made from a proposal."""
    return sum(record.data.get("proposal") == proposal for record in read_records(COMMITMENT.kind).values())


def commit(action: str, proposal_id: str, language: Language) -> str:
    """Make a commitment of a proposal and return what to say; a second one only where a second one was asked for."""
    from avcourse.views.forms.live import announce

    proposal = fitting_records(PROPOSAL).get(proposal_id)
    if proposal is None:
        return say("parts.not-there", language)
    title, count = title_of(proposal, language), commitments_of(proposal_id)
    if proposal.data.get("status") == "rejected":
        return say("proposals-part.rejected", language, title=title)
    if count and action != AGAIN:
        return say("proposals-part.committed-before", language, title=title)
    save_record("commitment", new_id(), commitment_from(proposal, language))
    announce("commitment")
    key = "proposals-part.committed-again" if count else "proposals-part.committed"
    return say(key, language, title=title, count=count + 1)


def _proposal_actions(record: Record, language: Language) -> list[dict[str, str]]:
    if record.data.get("status") == "rejected":
        return []
    action = AGAIN if commitments_of(record.id) else "commit"
    return [{"id": action, "label": say(f"proposals-part.{action}", language)}]


def _proposal_aside(record: Record, language: Language) -> str:
    count = commitments_of(record.id)
    return tag("p", text(say("proposals-part.is-committed", language, count=count))) if count else ""


def show_proposals(language: Language) -> object:
    """Draw the editor of the proposals, from which commitments are made."""
    groups = {
        "what": ("title", "problem", "idea"),
        "support": ("origin", "criterion", "supporters", "supporters_who"),
        "decision": ("effort", "impact", "status", "response", "response_date", "share"),
        "chain": LOGIC,
        "measures": ("indicators",),
    }
    return edit_records(
        PROPOSAL,
        language,
        table="proposals-part",
        groups=groups,
        folded=("chain", "measures"),
        listing=lambda record: (title_of(record, language), shown(PROPOSAL, record, ("status", "origin"), language)),
        actions=lambda record: _proposal_actions(record, language),
        act=lambda action, name: commit(action, name, language),
        aside=lambda record: _proposal_aside(record, language),
        topics=("commitment",),
    )


def show_effort_impact(language: Language) -> object:
    """Draw the proposals by effort and impact; it follows the proposals."""
    return live(("proposal",), effort_impact_html, language)


# Commitments, consultations, the front page ------------------------------------------------------------------------


def show_commitments(language: Language) -> object:
    """Draw the editor of the commitments; beside each stands what the check says about it."""
    groups = {
        "problem": ("title", "problem", "baseline", "causes"),
        "action": ("action", "openness", "mechanism", "potential"),
        "who": ("owner", "partners", "budget", "no_budget", "development_plan", "start", "end"),
        "milestones": ("milestones",),
        "measures": ("indicators",),
        "chain": LOGIC,
        "progress": ("completion", "status_log"),
        "source": ("proposal", "criterion"),
    }
    return edit_records(
        COMMITMENT,
        language,
        table="commitments-part",
        groups=groups,
        folded=("chain", "source"),
        listing=lambda record: (title_of(record, language), shown(COMMITMENT, record, ("completion", "end"), language)),
        aside=lambda record: commitment_check(record, language),
        topics=("proposal",),
    )


def show_consultations(language: Language) -> object:
    """Draw the log of consultations."""
    return edit_records(
        CONSULTATION,
        language,
        table="consultations-part",
        listing=lambda record: (
            str(record.data.get("channel") or say("parts.untitled", language)),
            shown(CONSULTATION, record, ("date", "who", "count"), language),
        ),
    )


def show_front(language: Language) -> object:
    """Draw the plan's front page, a single form."""
    return edit_records(PLAN, language, whole=False, single=True)


# The check ---------------------------------------------------------------------------------------------------------


def finding_html(finding: Finding, language: Language) -> str:
    """Return one finding: how grave, why, and how to mend it."""
    severity = tag("strong", text(say(f"linter.severity-{finding.severity}", language)))
    mend = say("linter-part.mend", language, mend=finding.mend.in_(language))
    return tag(
        "li",
        severity,
        text(f": {finding.reason.in_(language)} {mend}"),
        class_=f"av-finding av-finding-{finding.severity}",
    )


def findings_html(findings: Iterable[Finding], language: Language) -> str:
    """Return findings as a list, the grave ones first."""
    ordered = sorted(findings, key=lambda finding: finding.severity != "must")
    return tag("ul", *(finding_html(finding, language) for finding in ordered), class_="av-findings")


def commitment_check(commitment: Record, language: Language) -> str:
    """Return what the check says about one commitment."""
    findings = lint_commitment(commitment, today())
    if not findings:
        return tag("p", text(say("commitments-part.check-fine", language)))
    return tag("h4", text(say("commitments-part.check", language))) + findings_html(findings, language)


def plan_findings() -> tuple[Finding, ...]:
    """Return the findings of the whole plan as it stands."""
    plan = fitting_records(PLAN).get(OWN)
    return lint_plan(plan, fitting_records(COMMITMENT), fitting_records(CONSULTATION), today())


def linter_html(language: Language) -> str:
    """Return all findings of the plan, commitment by commitment, with how many there are and which rules are kept."""
    banner = example_banner(my_municipality(), language)
    commitments = fitting_records(COMMITMENT)
    if not commitments:
        return banner + empty_html("linter-part.empty", language)
    findings = plan_findings()
    must = sum(finding.severity == "must" for finding in findings)
    counts = say("linter-part.counts", language, must=must, should=len(findings) - must)
    parts = [banner, tag("p", text(counts if findings else say("linter-part.fine", language)), class_="av-lead")]
    # What belongs to no commitment (a consultation, a part of the plan) stands under the plan as a whole.
    place = {finding: finding.commitment if finding.commitment in commitments else "" for finding in findings}
    order = ["", *commitments]
    for key, group in groupby(sorted(findings, key=lambda f: order.index(place[f] or "")), key=place.__getitem__):
        title = title_of(commitments[key], language) if key else say("linter-part.plan", language)
        parts += [tag("h3", text(title)), findings_html(group, language)]
    kept = [rule for rule in RULES if rule not in {finding.rule for finding in findings}]
    if kept:
        names = ", ".join(say(f"linter.rule-{rule}", language) for rule in kept)
        parts += [tag("h3", text(say("linter-part.good", language))),
                  tag("p", text(f"✓ {say('linter-part.good-all', language, rules=names)}"))]  # fmt: skip
    return "".join(parts)


# How it is carried out ---------------------------------------------------------------------------------------------


def log_of(commitment: Record) -> list[Mapping[str, Any]]:
    """Return the entries of a commitment's status log that have a date and a status, oldest first."""
    rows = commitment.data.get("status_log") or []
    whole = [row for row in rows if row.get("date") and row.get("completion") in COMPLETION]
    return sorted(whole, key=lambda row: str(row["date"]))


def status_on(commitment: Record, day: str) -> str:
    """Return the status that a commitment had on an ISO day: its last entry by then; before the first it was not started."""
    past = [row["completion"] for row in log_of(commitment) if row["date"] <= day]
    return str(past[-1]) if past else COMPLETION[0]


def status_now(commitment: Record) -> str:
    """Return a commitment's status now: what was chosen, else the last entry of its log."""
    return str(commitment.data.get("completion") or status_on(commitment, "9999"))


def timeline(commitments: Iterable[Record]) -> list[tuple[str, tuple[int, ...]]]:
    """Return for each day with an entry how many commitments had each status of ``COMPLETION`` then."""
    living = list(commitments)
    days = sorted({row["date"] for record in living for row in log_of(record)})
    return [(day, tuple(sum(status_on(r, day) == status for r in living) for status in COMPLETION)) for day in days]


def progress_html(language: Language, day: date) -> str:
    """Return how far the commitments are, and how that came about."""
    banner = example_banner(my_municipality(), language)
    commitments = fitting_records(COMMITMENT)
    if not commitments:
        return banner + empty_html("progress-part.empty", language)
    head = tuple(say(f"progress-part.{name}", language) for name in ("commitment", "now", "since", "due", "note"))
    rows = [_progress_row(record, language, day) for record in commitments.values()]
    over_time = _over_time(list(commitments.values()), language)
    return banner + table(say("progress-part.title", language), head, rows) + over_time


def _progress_row(record: Record, language: Language, day: date) -> tuple[str, ...]:
    log, status, end = log_of(record), status_now(record), str(record.data.get("end") or "")
    late = bool(end) and end < day.isoformat() and status not in ("complete", "withdrawn")
    due = show_date(end) if end else say("parts.none", language)
    last = log[-1] if log else {}
    return (
        title_of(record, language),
        show_value(COMMITMENT, "completion", status, language),
        show_date(last["date"]) if log else say("parts.none", language),
        say("progress-part.late", language, date=due) if late else due,
        str(last.get("note") or say("parts.none", language)),
    )


def _over_time(commitments: Sequence[Record], language: Language) -> str:
    from avcourse.views.charts import Chart, chart_html
    from avcourse.views.charts_municipality import plot_completion

    course = timeline(commitments)
    if not course:
        return tag("p", text(say("progress-part.no-log", language)), class_="av-note")
    names = [show_value(COMMITMENT, "completion", status, language) for status in COMPLETION]
    head = (say("progress-part.date", language), *names)
    rows = [(show_date(day), *map(str, counts)) for day, counts in course]
    figure = plot_completion([(date.fromisoformat(day), counts) for day, counts in course], names, language)
    caption = say("progress-part.over-time", language)
    return chart_html(Chart(figure, say("progress-part.alt", language), caption, head, rows), language)


# What is ready for the assignment ----------------------------------------------------------------------------------


def assignment_state() -> list[tuple[str, float]]:
    """Return each check of the assignment with the share that the work passes, by the rules that will grade it."""
    responses = read_log(find_log("tegevuskava")).responses
    checks = ("commitment", *(f"rule-{rule}" for rule in LINTED))
    return [(check, grade_work(check, responses, last_day(responses))) for check in checks]


def plan_state_html(language: Language) -> str:
    """Return how ready the assignment is, and what else the plan has."""
    banner = example_banner(my_municipality(), language)
    commitments, proposals = fitting_records(COMMITMENT), fitting_records(PROPOSAL).values()
    if not commitments:
        return banner + empty_html("plan-state-part.empty", language)
    rows = []
    for check, share in assignment_state():
        rule = check.removeprefix("rule-")
        item = (
            say("plan-state-part.check-commitment", language)
            if rule == check
            else say("plan-state-part.check-rule", language, rule=say(f"linter.rule-{rule}", language))
        )
        ready = say("plan-state-part.share", language, share=decimal(100 * share, language, 0))
        rows.append((item, f"✓ {ready}" if share == 1 else ready))
    head = (say("plan-state-part.item", language), say("plan-state-part.state", language))
    plan = fitting_records(PLAN).get(OWN)
    counts = {
        "proposals": len(proposals),
        "answered": sum(bool(record.data.get("response")) for record in proposals),
        "commitments": len(commitments),
        "consultations": len(fitting_records(CONSULTATION)),
        "front": len(plan.data) if plan else 0,
    }
    others = table(
        say("plan-state-part.others", language),
        (say("plan-state-part.item", language), say("plan-state-part.count", language)),
        [(say(f"plan-state-part.{name}", language), str(count)) for name, count in counts.items()],
    )
    note = tag("p", text(say("plan-state-part.what-next", language)), class_="av-note")
    return banner + table(say("plan-state-part.title", language), head, rows) + others + note


def show_linter(language: Language) -> object:
    """Draw the check of the whole plan; it follows what is written."""
    return live(WORK, linter_html, language)


def show_progress(language: Language) -> object:
    """Draw how far the commitments are; it follows them."""
    return live(("commitment",), lambda own: progress_html(own, today()), language)


def show_state(language: Language) -> object:
    """Draw how ready the assignment is; it follows what is written."""
    return live((*WORK, "proposal"), plan_state_html, language)
