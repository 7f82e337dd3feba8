"""The form of a long assessment: statements in parts, a level for each, and what the level rests on.

The widget knows no instrument: it is given parts with statements in one language, and callables that read and save.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import anywidget
import traitlets

from avcourse.course.language import Language
from avcourse.views.forms.changes import (
    Kept,
    answer_change,
    learner_name,
    read_change,
    refusal,
    script_of,
    style,
    widget_words,
)
from avcourse.views.forms.live import announce, watch

FIELDS: Final = ("level", "confidence", "evidence", "evidence_date", "checked", "note")
"""What is saved of a statement, a field at a time."""


class AssessmentForm(anywidget.AnyWidget):
    """All statements of an assessment, a part at a time.

    Parameters
    ----------
    topic
        What is announced after each answer and watched for answers that come from elsewhere, such as a file.
    language
        The page's language.
    parts
        ``[{"id", "title", "criteria": [...]}]``; a criterion is ``{"id", "number", "text", "facts": [str], "hint": str, "anchors": [five
        texts], "na": str | None}``. ``facts`` is the line with basis and tier; ``na`` explains when the statement does not apply: empty
        where it needs no explanation, None where it always applies.
    confidences
        ``[{"id", "text"}]``, surest first.
    read
        Returns the answers by criterion, for example ``lambda: read_records("level")``; an answer's data has the fields of ``FIELDS``.
    save
        ``save(id, patch)`` checks and saves; ``level`` is 0–4, ``"unknown"``, ``"na"`` or None.
    seconds
        How long one statement takes, for the time that is left.
    """

    _esm = script_of("fields.js", "assessment.js")
    _css = style()
    topic = traitlets.Unicode().tag(sync=True)
    parts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    confidences: traitlets.List[Any] = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    learner = traitlets.Unicode().tag(sync=True)
    seconds = traitlets.Int().tag(sync=True)
    answers = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        topic: str,
        language: Language,
        *,
        parts: Sequence[Mapping[str, Any]],
        confidences: Sequence[Mapping[str, str]],
        read: Callable[[], Mapping[str, Kept]],
        save: Callable[[str, dict[str, Any]], object],
        seconds: int = 40,
    ) -> None:
        self._language, self._read, self._save = language, read, save
        self._known = {criterion["id"] for part in parts for criterion in part["criteria"]}
        super().__init__(
            topic=topic,
            parts=[dict(part) for part in parts],
            confidences=[dict(one) for one in confidences],
            words=widget_words("assessment", language),
            language=language,
            learner=learner_name(),
            seconds=seconds,
            answers=self._answers(),
        )
        self.on_msg(self._receive)
        watch(topic, self.refresh)

    def refresh(self) -> None:
        """Read the answers again and show them; what is being typed on the page stays."""
        self.answers = self._answers()

    def _answers(self) -> dict[str, dict[str, Any]]:
        return {
            name: {field: record.data[field] for field in FIELDS if field in record.data}
            for name, record in self._read().items()
            if name in self._known
        }

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") != "save":
            return
        change = read_change(content, FIELDS)
        if change is None or change.id not in self._known:
            if isinstance(content.get("client"), str):
                self.send(refusal(content["client"], self.words["refused"], again=False))
            return
        reply = answer_change(change, self._read, self._save, self._language)
        if reply["type"] == "saved" or reply["overtaken"]:
            announce(self.topic)
        self.send(reply)
