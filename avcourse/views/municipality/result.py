"""The result of the self-assessment as a page: intervals, next steps, disagreements, peers, evidence and what has changed.

Every picture stands with its table, and the four warnings about reading such measures stand beside the figures.
"""

from __future__ import annotations

from typing import Final

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import Interval, TierResult, current_answer, disagreements, has_evidence
from avcourse.municipality.catalogue import load_cases, load_catalogue
from avcourse.municipality.peers import peers_of, tile_map
from avcourse.municipality.profile import load_municipalities
from avcourse.municipality.proposals import proposal_from_step
from avcourse.municipality.records import new_id, read_records, save_record
from avcourse.municipality.steps import NextStep
from avcourse.views.charts import picture_html
from avcourse.views.charts_municipality import plot_intervals, plot_tiles
from avcourse.views.markup import decimal, grouped, sentence_or, table, tag, text
from avcourse.views.municipality.own import example_banner, is_example, name_of, safe_link
from avcourse.views.municipality.state import State, read_state, show_date

TOPICS: Final = ("level", "voice", "round", "my-municipality")


def share(interval: Interval | None, language: Language) -> str:
    """Return an interval in per cent, or that there is no rating.

    Examples
    --------
    >>> share(None, "et")
    'hinnang puudub'
    """
    if interval is None:
        return say("result.none", language)
    low, high = (decimal(100 * bound, language, 0) for bound in (interval.low, interval.high))
    if low == high:
        return say("result.one", language, low=low)
    return say("result.range", language, low=low, high=high)


def _figure(picture: str, caption: str, rows: str) -> str:
    return tag("figure", picture, tag("figcaption", text(caption)), rows, class_="av-figure")


def _section(title: str, *content: str) -> str:
    return tag("section", tag("h3", text(title)), *content)


def intervals_html(state: State, language: Language) -> str:
    """Return the picture and table of the six dimensions."""
    names = [say(f"instrument.dimension-{result.dimension}", language) for result in state.results]
    head = tuple(say(f"result.{name}", language) for name in ("dimension", "claimed", "evidenced", "share-answered"))
    rows = [
        (
            name,
            share(result.claimed, language),
            share(result.evidenced, language),
            say("result.one", language, low=decimal(100 * result.answered, language, 0)),
        )
        for name, result in zip(names, state.results, strict=True)
    ]
    caption = say("result.intervals", language)
    picture = plot_intervals(state.results, state.markers(), language)
    return _figure(picture_html(picture, say("result.intervals-alt", language)), caption, table(caption, head, rows))


def reading_html(state: State, language: Language) -> str:
    """Return our 0–9 reading with its note, and how many criteria of each tier are met with evidence."""
    low, high = (decimal(bound, language) for bound in state.reading)
    both = low if low == high else f"{low}–{high}"
    rows = [(say(f"instrument.tier-{tier.tier}", language), tier_share(tier, language)) for tier in state.tiers]
    head = (say("result.tier", language), say("result.met", language))
    return (
        tag("p", text(say("result.reading", language, range=both)), class_="av-lead")
        + tag("p", text(say("result.reading-note", language)), class_="av-note")
        + table(say("result.tiers", language), head, rows)
    )


def tier_share(tier: TierResult, language: Language) -> str:
    """Return how much of a tier's weight is met, in per cent."""
    low, high = (decimal(100 * bound, language, 0) for bound in (tier.low, tier.high))
    if low == high:
        return say("result.one", language, low=low)
    return say("result.range", language, low=low, high=high)


def warnings_html(language: Language) -> str:
    """Return the four warnings about reading such measures."""
    lines = (tag("li", text(say(f"result.warning-{number}", language))) for number in range(1, 5))
    return tag("aside", tag("h3", text(say("result.warnings", language))), tag("ul", *lines), class_="av-warnings")


def step_html(step: NextStep, place: int, taken: bool, language: Language) -> str:
    """Return one next step with its reasons and the button that takes it into the proposals."""
    criterion, advice = step.criterion, step.step
    effort, impact = (advice.effort, advice.impact) if advice else (1, 1)
    marks = [word for word, holds in (("legal", step.legal), ("quick", step.quick)) if holds]
    badges = [tag("span", text(say(f"result.{mark}", language)), class_=f"av-badge av-badge-{mark}") for mark in marks]
    percent = decimal(100 * step.stability, language, 0)
    badges.append(tag("span", text(say("result.sure" if step.sure else "result.unsure", language, share=percent)),
                      class_="av-badge"))  # fmt: skip
    what = advice.what if advice else criterion.evidence
    levels = {"claimed": level_word(step.claimed, language), "evidenced": level_word(step.evidenced, language)}
    why = say("result.why", language, **levels)
    lines = [
        tag("p", text(what.in_(language)), class_="av-step-what"),
        tag("p", text(f"{why} {criterion.anchors[step.claimed].in_(language) if step.claimed is not None else ''}")),
        tag("p", text(say("result.basis", language, basis=say(f"instrument.basis-{criterion.basis}", language),
                          source=criterion.source.in_(language)))),
        tag("p", text(say("result.effort", language, effort=say(f"result.effort-{effort}", language),
                          impact=say(f"result.impact-{impact}", language)))),
    ]  # fmt: skip
    if advice:
        lines.append(tag("p", tag("strong", text(say("result.monday", language, first=advice.first.in_(language))))))
        if advice.example:
            lines.append(tag("p", text(say("result.example", language, title=example_title(advice.example, language)))))
    if taken:
        lines.append(tag("p", text(f"✓ {say('result.in-proposals', language)}")))
    else:
        label = f"{say('result.take', language)}: {criterion.title.in_(language)}"
        lines.append(tag("button", text(say("result.take", language)), type="button", class_="av-act",
                         data_act="take", data_value=criterion.id, aria_label=label))  # fmt: skip
    heading = f"{place}. {say(f'result.kind-{step.kind}', language)}: {criterion.title.in_(language)}"
    return tag("li", tag("h4", text(heading)), tag("p", *badges), *lines, class_="av-step")


def example_title(example: str, language: Language) -> str:
    """Return what an example is called: a case or a solution of the datasets; the id where it has gone."""
    cases = {case.id: case.title.in_(language) for case in load_cases()}
    names = {item.id: item.name for item in load_catalogue()}
    return {**names, **cases}.get(example, example)


def level_word(level: object, language: Language) -> str:
    """Return a level as people read it; an unanswered one is a dash."""
    return str(level) if isinstance(level, int) else say(f"instrument.level-{level}", language) if level else "–"


def steps_html(state: State, language: Language) -> str:
    """Return the seven next steps."""
    if not state.steps:
        return _section(say("result.steps", language), tag("p", text(say("result.steps-none", language))))
    taken = {str(record.data.get("criterion")) for record in read_records("proposal").values()}
    items = [
        step_html(step, place, step.criterion.id in taken, language) for place, step in enumerate(state.steps, start=1)
    ]
    return _section(say("result.steps", language), tag("ol", *items, class_="av-steps"))


def roles_html(state: State, language: Language) -> str:
    """Return where the roles disagree, or from when they can be compared."""
    views = state.roles
    found = disagreements(state.instrument, views)[:10]
    title = say("result.disagree", language)
    if len(views) < 2 or not found:
        return _section(title, tag("p", text(say("result.disagree-none", language)), class_="av-empty"))
    head = (say("result.criterion", language), *(say(f"instrument.role-{view.role}", language) for view in views),
            say("result.spread", language))  # fmt: skip
    rows = [
        (
            one.criterion.title.in_(language),
            *(decimal(one.medians.get(view.role), language) for view in views),
            decimal(one.value, language, 2) + (" ▲" if one.flagged else ""),
        )
        for one in found
    ]
    return _section(
        title, table(title, head, rows), tag("p", text(say("result.spread-note", language)), class_="av-note")
    )


def peers_html(state: State, language: Language) -> str:
    """Return with whom one may compare, and the map of the 79; no ranks."""
    own, everyone = state.municipality, load_municipalities()
    title = say("result.peers", language)
    if own is None or is_example(own):
        return _section(title, tag("p", text(say("municipality.none", language)), class_="av-empty"))
    alike, nearest = peers_of(own, everyone, "class"), peers_of(own, everyone, "nearest") or ()
    first = (
        say("result.peers-class", language, count=len(alike), names=", ".join(m.name for m in alike))
        if alike
        else say("result.peers-few", language)
    )
    second = say("result.peers-nearest", language, names=", ".join(m.name for m in nearest))
    caption = say("result.map", language)
    picture = picture_html(plot_tiles(tile_map(), own.code, language), say("result.map-alt", language, name=own.name))
    head = (caption, say("result.county", language), say("result.population", language))
    rows = [(m.name + (" ●" if m == own else ""), m.county, grouped(m.population)) for m in everyone]
    folded = tag("details", tag("summary", text(say("charts.as-table", language))), table(caption, head, rows))
    return _section(
        title, tag("p", text(first)), tag("p", text(second)), tag("p", text(say("result.peers-data", language)),
                                                                  class_="av-note"),
        _figure(picture, caption, folded))  # fmt: skip


def evidence_html(state: State, language: Language) -> str:
    """Return the list of evidence, folded."""
    title = say("result.evidence", language)
    given = [(c, state.answers[c.id]) for c in state.instrument.criteria if c.id in state.answers]
    evident = [(criterion, answer) for criterion, answer in given if has_evidence(answer)]
    if not evident:
        return _section(title, tag("p", text(say("result.evidence-none", language)), class_="av-empty"))
    items = [
        tag("li", tag("strong", text(criterion.title.in_(language))), text(f" ({level_word(answer.level, language)}): "),
            safe_link(answer.evidence), text(f" · {show_date(answer.evidence_date)}" if answer.evidence_date else ""))
        for criterion, answer in evident
    ]  # fmt: skip
    return _section(title, tag("details", tag("summary", text(f"{title}: {len(items)}")), tag("ul", *items)))


def changes_html(state: State, language: Language) -> str:
    """Return what has changed since the last saved state."""
    title = say("result.change", language)
    if state.last_round is None:
        return _section(title, tag("p", text(say("result.change-none", language)), class_="av-empty"))
    note = say("result.change-note", language, date=show_date(str(state.last_round.data.get("date", ""))))
    if not state.changes:
        return _section(title, tag("p", text(say("result.change-nothing", language)), class_="av-empty"),
                        tag("p", text(note), class_="av-note"))  # fmt: skip
    head = tuple(say(f"result.{name}", language) for name in ("criterion", "change-before", "change-after", "change"))
    rows = []
    for change in state.changes:
        before, after = change.before.level, change.after.level
        rise = isinstance(before, int) and isinstance(after, int) and after > before
        fall = isinstance(before, int) and isinstance(after, int) and after < before
        word = "change-hollow" if change.hollow else "change-solid" if rise else "change-fall" if fall else None
        rows.append((change.criterion.title.in_(language), level_word(before, language), level_word(after, language),
                     say(f"result.{word}", language) if word else "–"))  # fmt: skip
    return _section(title, table(title, head, rows), tag("p", text(note), class_="av-note"))


def result_html(language: Language) -> str:
    """Return the whole result as HTML."""
    state = read_state()
    if not state.answers:
        return tag("p", text(say("result.empty", language)), class_="av-empty")
    name = name_of(state.municipality, language)
    given = [a for c in state.instrument.criteria if (a := current_answer(c, state.answers)) is not None]
    evident = sum(map(has_evidence, given))
    count = say("result.answered", language, answered=len(given), total=len(state.instrument.criteria),
                evident=evident)  # fmt: skip
    return "".join(
        (
            example_banner(state.municipality, language),
            tag("h3", text(say("result.title", language, name=name, date=show_date(state.date.isoformat())))),
            tag("p", text(count)),
            intervals_html(state, language),
            reading_html(state, language),
            warnings_html(language),
            steps_html(state, language),
            roles_html(state, language),
            peers_html(state, language),
            changes_html(state, language),
            evidence_html(state, language),
        )
    )


def take_step(criterion: str, language: Language) -> str:
    """Take a next step into the proposals, once, and return what to say."""
    from avcourse.views.forms.live import announce

    if any(record.data.get("criterion") == criterion for record in read_records("proposal").values()):
        return say("result.taken-before", language)
    step = next((step for step in read_state().steps if step.criterion.id == criterion), None)
    if step is None:
        return say("result.steps-none", language)
    proposal = proposal_from_step(step, language)
    save_record("proposal", new_id(), proposal)
    announce("proposal")
    return say("result.taken", language, title=proposal["title"])


def show_result(language: Language) -> object:
    """Draw the result; after a change it is drawn again when asked, so that answering stays quick."""
    from avcourse.views.forms.live import LivePart

    return LivePart(
        TOPICS,
        lambda: sentence_or(result_html, language),
        acts={"take": lambda value: take_step(value, language)},
        refresh="asked",
    )
