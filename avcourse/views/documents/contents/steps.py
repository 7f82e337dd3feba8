"""The next steps in the overview: in brief as a table, then each with its reason, its law, what it takes and what to do on Monday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import Answer
from avcourse.municipality.steps import NextStep
from avcourse.views.documents.model import Block, Column, Fact, Facts, Heading, Kind, Paragraph, Table, Value, shown


class OverviewWords:
    """The words of the overview in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **fields: object) -> str:
        """Return words of the overview by their key."""
        return say(f"doc-overview.{key}", self.language, **fields)

    def columns(self, *heads: str | tuple[str, Kind]) -> tuple[Column, ...]:
        """Return columns by the keys of their heads, with the kind of those that are not text."""
        return tuple(Column(self(head)) if isinstance(head, str) else Column(self(head[0]), head[1]) for head in heads)

    def dimension(self, name: str) -> str:
        """Return what a dimension is called."""
        return say(f"instrument.dimension-{name}", self.language)

    def level(self, answer: Answer) -> Value:
        """Return an answer's level as a number, or in words where it has none."""
        return answer.number if answer.number is not None else say(f"instrument.level-{answer.level}", self.language)


def _step_title(place: int, step: NextStep, word: OverviewWords) -> str:
    return f"{place}. {step.criterion.title.in_(word.language)}"


def _remarks(step: NextStep, word: OverviewWords) -> str:
    marks = (("legal", step.legal), ("quick", step.quick))
    return ", ".join(word(f"remark-{mark}") for mark, holds in marks if holds)


def _why(step: NextStep, word: OverviewWords) -> str:
    criterion = step.criterion
    if step.claimed is None or step.evidenced is None:
        return word("why-unknown", text=criterion.text.in_(word.language))
    anchor = criterion.anchors[step.claimed].in_(word.language)
    return word("why-level", claimed=step.claimed, evidenced=step.evidenced, anchor=anchor)


def _effort_and_impact(step: NextStep) -> tuple[int, int]:
    return (step.step.effort, step.step.impact) if step.step else (1, 1)


def _step_facts(step: NextStep, examples: Mapping[str, str], word: OverviewWords) -> tuple[Fact, ...]:
    criterion, advice, language = step.criterion, step.step, word.language
    hint = criterion.evidence.in_(language)
    what = (
        advice.what.in_(language)
        if advice
        else word("find-evidence" if step.kind == "evidence" else "find-out", hint=hint)
    )
    numbers = zip(("effort", "impact"), _effort_and_impact(step), strict=True)
    effort, impact = (
        word("of-three", number=number, words=say(f"work-charts.{name}-{number}", language)) for name, number in numbers
    )
    basis = word(
        "basis-is", basis=say(f"instrument.basis-{criterion.basis}", language), source=criterion.source.in_(language)
    )
    stability = word("sure" if step.sure else "unsure", share=shown(step.stability, "share", language))
    found = examples.get(advice.example) if advice and advice.example else None
    return (
        Fact(word("what"), what),
        Fact(word("why"), _why(step, word)),
        Fact(word("basis"), basis),
        Fact(word("effort"), effort),
        Fact(word("impact"), impact),
        Fact(word("stability"), stability),
        Fact(word("example"), found),
        Fact(word("first"), advice.first.in_(language) if advice else None),
    )


def step_blocks(steps: Sequence[NextStep], examples: Mapping[str, str], word: OverviewWords) -> list[Block]:
    """Return the next steps in brief and one by one."""
    blocks: list[Block] = [Heading(word("steps")), Paragraph(word("steps-text"))]
    rows = [
        (
            place,
            step.criterion.title.in_(word.language),
            word.dimension(step.criterion.dimension),
            *_effort_and_impact(step),
            step.stability,
            _remarks(step, word) or None,
        )
        for place, step in enumerate(steps, start=1)
    ]
    columns = (
        Column(say("document-labels.number", word.language), "number"),
        *word.columns(
            "step", "dimension", ("effort", "number"), ("impact", "number"), ("stability", "share"), "remark"
        ),
    )
    blocks.append(Table(word("steps-table"), columns, tuple(rows), empty=word("steps-none")))
    for place, step in enumerate(steps, start=1):
        title = _step_title(place, step, word)
        # What is not there (an example, a first action) is not worth a line of its own.
        facts = tuple(fact for fact in _step_facts(step, examples, word) if fact.value)
        blocks += [Heading(title, 2), Facts(facts, word("steps-sheet"), Fact(word("step"), title))]
    return blocks
