"""What was answered, what was right and why, in words: a question of any kind and an answer give texts in both languages."""

from __future__ import annotations

from avcourse.answers.grading import Outcome
from avcourse.course.language import Text
from avcourse.course.questions import DONT_KNOW, Answer, Question

_ARROW = "\N{NO-BREAK SPACE}→ "


def _number(value: float) -> Text:
    plain = f"{value:g}"
    return Text(et=plain.replace(".", ","), en=plain)


def answer_words(question: Question, answer: Answer | None) -> tuple[Text, ...]:
    """Return an answer in words, option by option; nothing for a blank or for "ei tea".

    Examples
    --------
    >>> from avcourse.course.course import load_bank
    >>> answer_words(load_bank()["di-exit-a"], ("dont-know",)), answer_words(load_bank()["di-exit-a"], 2.5)[0].et
    ((), '2,5')
    """
    if answer is None or answer in ((), "", (DONT_KNOW,)):
        return ()
    if isinstance(answer, str):
        return (Text(et=answer, en=answer),)
    if isinstance(answer, int | float):
        return (_number(answer),)
    options = {option.id: option.text for option in question.options}
    targets = {target.id: target.text for target in question.targets}
    found = []
    for one in answer:
        left, colon, right = one.partition(":")
        if colon and left in options and right in targets:
            a, b = options[left], targets[right]
            found.append(Text(et=f"{a.et}{_ARROW}{b.et}", en=f"{a.en}{_ARROW}{b.en}"))
        else:
            found.append(options.get(one, Text(et=one, en=one)))
    return tuple(found)


def right_words(question: Question) -> tuple[Text, ...]:
    """Return what is right, in words; of a number its tolerance too."""
    key = question.key
    if key is None:
        return ()
    if isinstance(key.answer, float):
        value, spread = _number(key.answer), _number(key.tolerance)
        return (Text(et=f"{value.et} ± {spread.et}", en=f"{value.en} ± {spread.en}") if key.tolerance else value,)
    return answer_words(question, key.answer)


def why_words(question: Question, answer: Answer | None, outcome: Outcome) -> tuple[Text, ...]:
    """Return what the key says of each chosen option or, where it speaks of the whole, of a right or wrong answer."""
    if question.key is None or outcome in ("blank", "unsure", "invalid", "open"):
        return ()
    said = question.key.feedback
    chosen = answer if isinstance(answer, tuple) else ()
    found = tuple(said[one] for one in chosen if one in said)
    whole = said.get("right" if outcome == "right" else "wrong")
    return found or ((whole,) if whole else ())
