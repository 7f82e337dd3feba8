"""A collection to look through: search, filters, details, a comparison side by side, and an action for an item."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import anywidget
import traitlets

from avcourse.course.language import Language
from avcourse.views.forms.changes import fulfil, script_of, style, widget_words


class Browser(anywidget.AnyWidget):
    """A list of items that people search, filter and compare; all of it happens on the page.

    Parameters
    ----------
    name
        Name of the collection: what was searched and chosen is kept in the browser under it until the tab is closed.
    language
        The page's language.
    items
        ``[{"id", "title", "summary": str, "facts": [{"label", "value"}], "details": [{"label", "text", "href"}], "tags": {facet id:
        [option id]}, "sort": {sort id: number or text}}]``; all but id and title may be missing. Facts stand on the card and in the
        comparison, details unfold.
    facets
        ``[{"id", "label", "kind": "checkboxes" | "select", "options": [{"id", "text"}]}]``.
    sorts
        ``[{"id", "label", "down": bool}]``; the order of ``items`` is offered first.
    actions
        Buttons of an item: ``[{"id", "label"}]``.
    act
        ``act(action_id, item_id)`` is called by them and returns the sentence to say.
    texts
        Words in place of the general ones: ``search``, ``empty``.
    """

    _esm = script_of("browse.js")
    _css = style()
    name = traitlets.Unicode().tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)
    facets: traitlets.List[Any] = traitlets.List().tag(sync=True)
    sorts: traitlets.List[Any] = traitlets.List().tag(sync=True)
    actions: traitlets.List[Any] = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(
        self,
        name: str,
        language: Language,
        *,
        items: Sequence[Mapping[str, Any]],
        facets: Sequence[Mapping[str, Any]] = (),
        sorts: Sequence[Mapping[str, Any]] = (),
        actions: Sequence[Mapping[str, str]] = (),
        act: Callable[[str, str], str | None] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._language, self._act = language, act
        super().__init__(
            name=name,
            items=[dict(item) for item in items],
            facets=[dict(facet) for facet in facets],
            sorts=[dict(sort) for sort in sorts],
            actions=[dict(action) for action in actions] if act else [],
            words={**widget_words("browser", language), **(texts or {})},
            language=language,
        )
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict) or content.get("type") != "act" or self._act is None:
            return
        call, action, item = content.get("call"), content.get("act"), content.get("id")
        if item not in [one["id"] for one in self.items] or action not in [one["id"] for one in self.actions]:
            return
        act = self._act
        self.send(fulfil(call, lambda: act(str(action), str(item)), self._language))
