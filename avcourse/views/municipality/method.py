"""How change is measured: ready indicators, the logic model of a proposal, and one state of the self-assessment beside another."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import Answers, Change, answers_from, changes, has_evidence
from avcourse.municipality.fields import clean
from avcourse.municipality.instrument import DIMENSIONS, Indicator, Instrument, load_instrument
from avcourse.municipality.proposals import LOGIC, PROPOSAL
from avcourse.municipality.reassessment import answers_of_round, kept_levels, rounds_of
from avcourse.municipality.records import Record, read_records, save_record
from avcourse.views.markup import table, tag, text
from avcourse.views.municipality.editing import (
    detail,
    edit_records,
    empty_html,
    facet,
    fitting_records,
    live,
    shown,
    title_of,
    with_banner,
)
from avcourse.views.municipality.own import example_banner, my_municipality, today
from avcourse.views.municipality.state import show_date

Pair = Literal["rounds", "now"]

# Indicators --------------------------------------------------------------------------------------------------------


def indicator_row(indicator: Indicator, language: Language) -> dict[str, Any]:
    """Return a ready indicator as a row of a proposal; baseline, target, owner and due are left open."""
    words = {name: getattr(indicator, name).in_(language) for name in ("name", "unit", "source", "frequency")}
    return {"kind": indicator.kind, **words}


def latest_proposal() -> Record | None:
    """Return the proposal that was changed last; rejected ones are left out."""
    living = [record for record in fitting_records(PROPOSAL).values() if record.data.get("status") != "rejected"]
    # Of two that were changed in the same second the later one in the log.
    return max(reversed(living), key=lambda record: record.at, default=None)


def add_indicator(indicator_id: str, language: Language) -> str:
    """Add a ready indicator to the latest proposal, once, and return what to say."""
    from avcourse.views.forms.live import announce

    indicator = next((each for each in load_instrument().indicators if each.id == indicator_id), None)
    proposal = latest_proposal()
    if indicator is None:
        return say("parts.not-there", language)
    if proposal is None:
        return say("indicators-part.no-proposal", language)
    said = {"name": indicator.name.in_(language), "proposal": title_of(proposal, language)}
    rows = list(proposal.data.get("indicators") or [])
    if any(row.get("name") in (indicator.name.et, indicator.name.en) for row in rows):
        return say("indicators-part.added-before", language, **said)
    # Checked as on the form: with a row too many none of them would be read again.
    patch = clean(PROPOSAL, {"indicators": [*rows, indicator_row(indicator, language)]})
    save_record("proposal", proposal.id, patch)
    announce("proposal")
    return say("indicators-part.added", language, **said)


def indicator_item(indicator: Indicator, instrument: Instrument, language: Language) -> dict[str, Any]:
    """Return a ready indicator as the page shows it."""

    def part(name: str, key: str) -> dict[str, str]:
        return detail(say(f"indicators-part.{key}", language), getattr(indicator, name).in_(language))

    dimensions = [c.dimension for c in instrument.criteria if c.id in indicator.criteria]
    kind = say(f"instrument.kind-{indicator.kind}", language)
    return {
        "id": indicator.id,
        "title": indicator.name.in_(language),
        "summary": indicator.formula.in_(language),
        "facts": [
            {"label": say("indicators-part.kind", language), "value": kind},
            {"label": say("indicators-part.unit", language), "value": indicator.unit.in_(language)},
            {
                "label": say("indicators-part.direction", language),
                "value": say(f"instrument.direction-{indicator.direction}", language),
            },
        ],
        "details": [part(name, name) for name in ("source", "frequency", "caution")],
        "tags": {"dimension": sorted(set(dimensions), key=DIMENSIONS.index), "kind": [indicator.kind]},
    }


def show_indicators(language: Language) -> object:
    """Draw the library of indicators; one is taken into the latest proposal."""
    from avcourse.views.forms.browse import Browser

    instrument = load_instrument()
    dimensions = [(one, say(f"instrument.dimension-{one}", language)) for one in DIMENSIONS]
    kinds = [(one, say(f"instrument.kind-{one}", language)) for one in ("output", "outcome")]
    browser = Browser(
        "indicators",
        language,
        items=[indicator_item(one, instrument, language) for one in instrument.indicators],
        facets=[
            facet("dimension", say("indicators-part.dimension", language), dimensions, "checkboxes"),
            facet("kind", say("indicators-part.kind", language), kinds),
        ],
        actions=[{"id": "add", "label": say("indicators-part.add", language)}],
        act=lambda _, indicator: add_indicator(indicator, language),
        texts={"empty": say("indicators-part.empty", language)},
    )
    return with_banner(browser, language)


# The logic model ---------------------------------------------------------------------------------------------------


def show_logic_model(language: Language) -> object:
    """Draw the logic models of the proposals; a proposal itself is begun and removed elsewhere."""
    groups = {"chain": LOGIC[:5], "doubts": LOGIC[5:], "measures": ("indicators",)}
    return edit_records(
        PROPOSAL,
        language,
        table="logic-model-part",
        fields=(*LOGIC, "indicators"),
        groups=groups,
        whole=False,
        listing=lambda record: (title_of(record, language), shown(PROPOSAL, record, ("status",), language)),
    )


# One state beside another ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two states side by side: when each was, what was answered, and which criteria changed."""

    before_date: str
    after_date: str | None
    before: Answers
    after: Answers
    changes: tuple[Change, ...]


def compare(pair: Pair, rounds: Sequence[Record], now: Answers, instrument: Instrument) -> Comparison | None:
    """Return the last two saved states side by side, or the last one and now; None where one is missing."""
    if len(rounds) < (2 if pair == "rounds" else 1):
        return None
    first, last = (rounds[-2], rounds[-1]) if pair == "rounds" else (rounds[-1], None)
    before = answers_of_round(first, instrument)
    after = answers_of_round(last, instrument) if last else now
    dates = str(first.data.get("date", "")), str(last.data.get("date", "")) if last else None
    return Comparison(*dates, before, after, changes(instrument, before, after))


def meaning_of(change: Change) -> str:
    """Return what a change means, as a key of the words ``comparison-part``."""
    before, after = change.before.number or 0, change.after.number or 0
    if after > before:
        return "hollow" if change.hollow else "risen"
    if after < before:
        return "fallen"
    return "shown" if has_evidence(change.after) else "lost"


def change_table(comparison: Comparison, language: Language) -> str:
    """Return the criteria that changed, as a table."""
    if not comparison.changes:
        return tag("p", text(say("comparison-part.no-change", language)))
    head = tuple(say(f"comparison-part.{name}", language) for name in ("criterion", "before", "after", "meaning"))
    marks = {"risen": "▲", "hollow": "△", "fallen": "▼", "shown": "●", "lost": "○"}
    rows = [
        (
            change.criterion.title.in_(language),
            str(change.before.number),
            str(change.after.number),
            f"{marks[word]} {say(f'comparison-part.{word}', language)}",
        )
        for change, word in ((change, meaning_of(change)) for change in comparison.changes)
    ]
    return table(say("comparison-part.table", language), head, rows)


def counts_of(comparison: Comparison) -> dict[str, str]:
    """Return what can be counted, as keys of the words ``comparison-part`` and figures."""
    meanings = [meaning_of(change) for change in comparison.changes]
    evident = [sum(map(has_evidence, answers.values())) for answers in (comparison.before, comparison.after)]
    return {
        "count-risen": str(meanings.count("risen")),
        "count-hollow": str(meanings.count("hollow")),
        "count-fallen": str(meanings.count("fallen")),
        "count-evidence": f"{evident[0]} → {evident[1]}",
        "count-answers": f"{len(comparison.before)} → {len(comparison.after)}",
    }


def count_table(comparison: Comparison, language: Language) -> str:
    """Return what can be counted, as a table."""
    counted = [(say(f"comparison-part.{key}", language), figure) for key, figure in counts_of(comparison).items()]
    head = (say("comparison-part.counted", language), say("comparison-part.number", language))
    return table(say("comparison-part.counts", language), head, counted)


def _button(act: str, value: str, key: str, language: Language, pressed: bool | None = None) -> str:
    state = None if pressed is None else str(pressed).lower()
    return tag("button", text(say(key, language)), type="button", class_="av-act", data_act=act, data_value=value,
               aria_pressed=state)  # fmt: skip


def comparison_html(pair: Pair, language: Language) -> str:
    """Return the chosen comparison, the choice, and the button that saves today's state."""
    instrument = load_instrument()
    rounds = rounds_of(read_records("round"))
    now = answers_from(read_records("level"), instrument)
    buttons = [_button("save", "today", "comparison-part.save", language)]
    if rounds:
        buttons += [
            _button("pair", name, f"comparison-part.choose-{name}", language, name == pair)
            for name in ("now", "rounds")
        ]
    top = example_banner(my_municipality(), language) + tag("p", *buttons, class_="av-acts")
    comparison = compare(pair, rounds, now, instrument)
    if comparison is None:
        key = "comparison-part.one-round" if rounds else "comparison-part.empty"
        return top + empty_html(key, language)
    after = show_date(comparison.after_date) if comparison.after_date else say("comparison-part.now", language)
    between = say("comparison-part.between", language, before=show_date(comparison.before_date), after=after)
    return "".join(
        (
            top,
            tag("h3", text(between)),
            change_table(comparison, language),
            count_table(comparison, language),
            tag("p", text(say("comparison-part.note", language)), class_="av-note"),
        )
    )


def round_name(day: str, taken: Mapping[str, Record]) -> str:
    """Return the id of a state saved on a day: the day, then ``-2`` and so on.

    Examples
    --------
    >>> round_name("2026-11-24", {}), round_name("2026-11-24", {"2026-11-24": None})
    ('2026-11-24', '2026-11-24-2')
    """
    names = [day, *(f"{day}-{number}" for number in range(2, len(taken) + 2))]
    return next(name for name in names if name not in taken)


def save_round(language: Language) -> str:
    """Save today's state of the self-assessment to compare with later, and return what to say."""
    from avcourse.views.forms.live import announce

    levels = kept_levels(read_records("level"))
    if not answers_from(read_records("level"), load_instrument()):
        return say("comparison-part.nothing-to-save", language)
    taken = read_records("round")
    rounds = rounds_of(taken)
    if rounds and json.dumps(rounds[-1].data.get("answers"), sort_keys=True) == json.dumps(levels, sort_keys=True):
        return say("comparison-part.saved-before", language)
    day = today().isoformat()
    save_record("round", round_name(day, taken), {"date": day, "answers": levels})
    announce("round")
    return say("comparison-part.saved", language, date=show_date(day), count=len(levels))


def show_comparison(language: Language) -> object:
    """Draw the comparison; which states are compared is chosen on the page."""
    chosen: dict[str, Pair] = {"pair": "now"}

    def choose(value: str) -> str:
        chosen["pair"] = "rounds" if value == "rounds" else "now"
        return ""

    return live(
        ("round", "level"),
        lambda own: comparison_html(chosen["pair"], own),
        language,
        save=lambda _: save_round(language),
        pair=choose,
    )
