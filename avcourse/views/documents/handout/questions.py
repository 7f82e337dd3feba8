"""Questions on paper: with boxes to tick in the lesson, with answers and explanations at its end.

Only what the public bank has is printed. The key of a graded question is not in it; such a question is printed without an answer.
"""

from __future__ import annotations

from string import ascii_uppercase
from typing import Final

from avcourse.course.language import Language, Text, say
from avcourse.course.questions import Key, Question
from avcourse.municipality.values import show_number
from avcourse.views.documents.handout.model import Asked, Block, Choices, Rules, Source
from avcourse.views.markdown import Heading, Paragraph, Points, Run, Runs

LINES: Final = {"number": 1, "short": 1, "long": 6}
RIGHT: Final = "✓ "
MOST_OPTIONS: Final = 12
"""Options that are printed; of more, such as all municipalities, the answer is written on a line."""


def _say(key: str, language: Language, **fields: object) -> str:
    return say(f"handout.{key}", language, **fields)


def label_of(number: int, language: Language) -> str:
    """Return what a question of a handout is called."""
    return _say("question", language, number=number)


def asked(question: Question, number: int, language: Language) -> Asked:
    """Return a question as it is printed."""
    kind = question.kind
    options = tuple(option.text.in_(language) for option in question.options)
    parts: list[Choices | Rules] = []
    if len(options) > MOST_OPTIONS:
        kind, parts = "short", [Rules(1)]
    elif options:
        parts.append(Choices(options))
    if question.targets:
        parts.append(Choices(tuple(target.text.in_(language) for target in question.targets), "letter"))
    if kind in LINES and not parts:
        parts.append(Rules(LINES[kind]))
    unit = f" ({question.unit.in_(language)})" if question.unit else ""
    return Asked(
        label_of(number, language),
        _say(f"how-{kind}", language) + unit,
        _lines(question.text.in_(language)),
        tuple(parts),
    )


def answered(question: Question, number: int, language: Language) -> tuple[Block, ...]:
    """Return what is said about a question at the end of the lesson; nothing about one that is graded or asks only for a view."""
    if question.graded or question.key is None:
        return ()
    key = question.key
    blocks: list[Block] = [*_right(question, key, language), *_options(question, key, language)]
    if key.explanation:
        blocks.append(Paragraph(_lines(key.explanation.in_(language))))
    if blocks and question.source:
        blocks.append(Source(_say("source", language, source=_bare(question.source.in_(language)))))
    return (Heading(3, (Run(label_of(number, language)),)), *blocks) if blocks else ()


def _options(question: Question, key: Key, language: Language) -> tuple[Points, ...]:
    """Return what is said about each option, in the order in which they stand; the right ones have their mark."""
    right = key.answer if isinstance(key.answer, tuple) else ()
    told = tuple(
        (
            Paragraph(
                (
                    Run(f"{RIGHT if option.id in right else ''}{_stop(option.text.in_(language))} ", bold=True),
                    *_lines(key.feedback[option.id].in_(language)),
                )
            ),
        )
        for option in question.options
        if option.id in key.feedback
    )
    return (Points(told),) if told else ()


def _right(question: Question, key: Key, language: Language) -> tuple[Paragraph | Points, ...]:
    """Return the right answer in words; nothing where there is none, or where the options have their marks."""
    texts = {option.id: option.text.in_(language) for option in (*question.options, *question.targets)}
    match key.answer:
        case float(number):
            unit = f" {question.unit.in_(language)}" if question.unit else ""
            around = f" (±{show_number(key.tolerance, language)})" if key.tolerance else ""
            return (_bold("right-one", language, answer=f"{show_number(number, language)}{unit}{around}"),)
        case (first, *_) if question.kind == "short":
            # The others that are accepted are other forms and languages of it.
            return (_bold("right-one", language, answer=_quoted(first, language)),)
        case tuple(found) if found and question.kind == "matching":
            letters = dict(zip((target.id for target in question.targets), ascii_uppercase, strict=False))
            pairs = (pair.partition(":") for pair in found)
            items = tuple(_item(f"{_bare(texts[left])} → {letters[to]}") for left, _, to in pairs)
            return (_bold("right-matching", language), Points(items))
        case tuple(found) if found and question.kind == "ordering":
            return (
                _bold("right-ordering", language),
                Points(tuple(_item(texts[each]) for each in found), ordered=True),
            )
    return ()


def _bold(key: str, language: Language, **fields: object) -> Paragraph:
    return Paragraph((Run(_say(key, language, **fields), bold=True),))


def _item(text: str) -> tuple[Paragraph]:
    return (Paragraph(_lines(text)),)


def _quoted(text: str, language: Language) -> str:
    return Text(et="„{}“", en="‘{}’").in_(language).format(text)


def _bare(text: str) -> str:
    return text.strip().removesuffix(".")


def _stop(text: str) -> str:
    """Return a text that ends as a sentence does.

    Examples
    --------
    >>> _stop("Jah"), _stop("Miks?")
    ('Jah.', 'Miks?')
    """
    return text if text.rstrip()[-1:] in (".", "!", "?") else f"{text.rstrip()}."


def _lines(text: str) -> Runs:
    return (Run(text.strip()),)
