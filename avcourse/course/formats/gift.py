"""The question bank as GIFT, Moodle's plain text format; written only, since GIFT has no place for ids, tags or points.

What has no right answer (ratings, the municipality's own work) becomes a description, which asks nothing. Ordering is read by
Moodle's own question type "ordering" (core since 4.4), which takes its items as they stand, line by line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from avcourse.course.formats.moodle_write import CATEGORY, by_area, marked, matching_pairs, moodle_type, target_text
from avcourse.course.formats.multilang import spans
from avcourse.course.language import Text
from avcourse.course.questions import Question

_HEAD: Final = "// avcourse. Keys of the tests: for the trainer only. / Testide võtmed: ainult koolitajale.\n\n"


def gift_escape(text: str) -> str:
    r"""Return a text with GIFT's own signs escaped; a line break becomes ``\n``.

    Examples
    --------
    >>> gift_escape("a=b {c} 1:2\n#~\\")
    'a\\=b \\{c\\} 1\\:2\\n\\#\\~\\\\'
    """
    return re.sub(r"[\\~=#{}:]", r"\\\g<0>", text).replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _html(text: Text | None) -> str:
    return gift_escape(spans(text)) if text else ""


def _after(text: Text | None) -> str:
    return f"#{_html(text)}" if text else ""


def _feedback(question: Question, name: str) -> Text | None:
    return question.key.feedback.get(name) if question.key else None


def _choice(question: Question) -> list[str]:
    right = set(question.key.answer) if question.key and isinstance(question.key.answer, tuple) else set()
    lines = []
    for option in question.options:
        if question.kind == "single":
            mark = "=" if option.id in right else "~"
        else:
            share = f"{100 / len(right):.5f}".rstrip("0").rstrip(".")
            mark = f"~%{share}%" if option.id in right else f"~%-{share}%"
        lines.append(f"{mark}{_html(option.text)}{_after(_feedback(question, option.id))}")
    return lines


def _plain(text: str) -> str:
    # A text that begins with a bracket would be taken for one that names its format.
    return f"[plain]{gift_escape(text)}" if text.startswith("[") else gift_escape(text)


def _short(question: Question) -> list[str]:
    accepted = question.key.answer if question.key and isinstance(question.key.answer, tuple) else ()
    said = _after(_feedback(question, "right"))
    lines = [f"=%100%{_plain(text.strip().replace('*', chr(92) + '*'))}{said}" for text in accepted]
    wrong = _feedback(question, "wrong")
    return [*lines, f"=%0%*{_after(wrong)}"] if wrong else lines


def _number(question: Question) -> list[str]:
    assert question.key is not None
    right = f"=%100%{question.key.answer!r}:{question.key.tolerance!r}{_after(_feedback(question, 'right'))}"
    wrong = _feedback(question, "wrong")
    return ["#", right, *([f"~{_after(wrong)}"] if wrong else [])]


def _matching(question: Question) -> list[str]:
    pairs, targets = matching_pairs(question) or {}, {target.id: target.text for target in question.targets}
    lines = [f"={_html(option.text)} -> {gift_escape(target_text(targets[pairs[option.id]]))}" for option in question.options]
    left_over = (text for name, text in targets.items() if name not in set(pairs.values()))
    return [*lines, *(f"= -> {gift_escape(target_text(text))}" for text in left_over)]


def _ordering(question: Question) -> list[str]:
    texts = {option.id: option.text for option in question.options}
    order = question.key.answer if question.key and isinstance(question.key.answer, tuple) else ()
    items = [spans(texts[option]).replace("{", "&#123;").replace("}", "&#125;") for option in order]
    return [f">{len(items)} ALL VERTICAL RELATIVE_NEXT_EXCLUDE_LAST SHOW", *items]


_BODIES: Final = {
    "multichoice": _choice,
    "numerical": _number,
    "shortanswer": _short,
    "matching": _matching,
    "ordering": _ordering,
}


def _like_matching(question: Question) -> bool:
    """Whether GIFT would take a short answer for pairs: an arrow in a plain answer cannot be escaped."""
    answer = question.key.answer if question.key else ()
    return question.kind == "short" and isinstance(answer, tuple) and any("->" in text for text in answer)


def gift_question(question: Question) -> str:
    """Return one question as GIFT."""
    kind = moodle_type(question)
    text = question.text
    listed = kind == "description" or not marked(question) or _like_matching(question)
    said = spans(text) + (f" ({spans(question.unit)})" if question.unit else "")
    said += "".join(f"<br>{spans(option.text)}" for option in question.options) if listed else ""
    if kind == "ordering":
        said = said.replace("{", "&#123;").replace("}", "&#125;")
    head = f"::{gift_escape(question.id)}::[html]{gift_escape(said)}"
    if listed:
        return f"{head}\n\n"
    explanation = question.key.explanation if question.key else None
    # The ordering type takes every line for an item: it has no place for a word after the answer.
    after = f"####{_html(explanation)}" if explanation and kind != "ordering" else ""
    lines = [*_BODIES.get(kind, lambda _: [])(question), *([after] if after else [])]
    return head + "{" + "\n".join(lines) + "}\n\n"


def write_gift(questions: Iterable[Question]) -> bytes:
    """Return questions as GIFT, by area.

    Examples
    --------
    >>> print(gift_question(Question("q", "long", "impact", "judge", Text(et="Miks?", en="Why?"))).strip())
    ::q::[html]<span lang\\="et" class\\="multilang">Miks?</span><span lang\\="en" class\\="multilang">Why?</span>{}
    """
    parts = [_HEAD]
    for area, group in by_area(questions):
        parts += [f"$CATEGORY: {CATEGORY}/{area}\n\n", *map(gift_question, group)]
    return "".join(parts).encode("utf-8")
