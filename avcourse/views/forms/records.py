"""A list of the municipality's records, or one record, as a form that is described by its fields.

The widget knows no domain: it is given the fields (``municipality.fields.spec_of``) and callables that read, save and remove. The truth is
what ``read`` returns; the page's own copy is only what it shows, and what it has not yet heard to be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import anywidget
import traitlets

from avcourse.course.language import Language
from avcourse.errors import AvcourseError
from avcourse.views.forms.changes import (
    ID,
    LARGEST_PATCH,
    Kept,
    Message,
    answer_change,
    fulfil,
    learner_name,
    read_change,
    refusal,
    script_of,
    size_in_log,
    style,
    widget_words,
)
from avcourse.views.forms.live import announce, watch

Spec = Sequence[Mapping[str, Any]]
Actions = Sequence[Mapping[str, str]]
SINGLE: Final = "own"
"""Id of the one record of a kind that has only one."""


def pieces_of(data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the fields of a whole record in pieces that each fit into a line of the log."""
    piece: dict[str, Any] = {}
    for field, value in data.items():
        if piece and size_in_log({**piece, field: value}) > LARGEST_PATCH:
            yield piece
            piece = {}
        piece[field] = value
    if piece:
        yield piece


class RecordsEditor(anywidget.AnyWidget):
    """An editor of the records of one kind.

    Parameters
    ----------
    kind
        The kind of record; also the topic that is announced after each change and watched for changes made elsewhere.
    language
        The page's language.
    spec
        The fields as ``municipality.fields.spec_of`` gives them, or a callable that returns them where options come and go.
    read
        Returns the records by id, for example ``lambda: read_records("proposal")``.
    save
        ``save(id, patch)`` checks and saves; raises ``RecordRefused`` with the sentence for the field, for example
        ``lambda id, patch: save_record("proposal", id, clean(PROPOSAL, patch))``.
    remove
        ``remove(id)``, for example ``lambda id: remove_record("proposal", id)``.
    listing
        ``listing(record)`` returns the title and the line of facts of a card; without it the title is the first text of the record.
    actions
        Further buttons of a card, ``[{"id", "label"}]``, or a callable that returns them for a record.
    act
        ``act(action_id, record_id)`` is called by them and returns the sentence to say.
    aside
        ``aside(record)`` returns HTML, already escaped, that stands beside the open form and is made anew after each change.
    groups
        ``[{"legend", "fields": [field id], "folded": bool}]``; fields in no group stand first.
    topics
        Further topics that the asides and facts depend on.
    single
        One record, always open, with the id ``"own"``; nothing is added or removed.
    add
        Whether people may begin a record here.
    restore
        ``restore(id, data)`` puts back what was removed; by default the data are saved again through ``save``.
    texts
        Words in place of the general ones: ``empty``, ``add``, ``untitled``.

    Raises
    ------
    AvcourseError
        If the records cannot be read.
    """

    _esm = script_of("fields.js", "records.js")
    _css = style()
    kind = traitlets.Unicode().tag(sync=True)
    spec: traitlets.List[Any] = traitlets.List().tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)
    learner = traitlets.Unicode().tag(sync=True)
    groups: traitlets.List[Any] = traitlets.List().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    items: traitlets.List[Any] = traitlets.List().tag(sync=True)

    def __init__(
        self,
        kind: str,
        language: Language,
        *,
        spec: Spec | Callable[[], Spec],
        read: Callable[[], Mapping[str, Kept]],
        save: Callable[[str, dict[str, Any]], object],
        remove: Callable[[str], object] | None = None,
        listing: Callable[[Any], tuple[str, str]] | None = None,
        actions: Actions | Callable[[Any], Actions] = (),
        act: Callable[[str, str], str | None] | None = None,
        aside: Callable[[Any], str] | None = None,
        groups: Sequence[Mapping[str, Any]] = (),
        topics: Iterable[str] = (),
        single: bool = False,
        add: bool = True,
        restore: Callable[[str, Mapping[str, Any]], object] | None = None,
        texts: Mapping[str, str] | None = None,
    ) -> None:
        self._language, self._single = language, single
        self._read, self._save, self._remove, self._restore = read, save, remove, restore
        self._listing, self._actions, self._act, self._aside = listing, actions, act, aside
        self._make_spec = spec if callable(spec) else lambda: spec
        self._removed: dict[str, dict[str, Any]] = {}
        super().__init__(
            kind=kind,
            spec=self._fields(),
            words={**widget_words("records", language), **(texts or {})},
            language=language,
            learner=learner_name(),
            groups=[dict(group) for group in groups],
            options={"single": SINGLE if single else None, "add": add and not single, "remove": remove is not None},
            items=self._items(),
        )
        self.on_msg(self._receive)
        for topic in {kind, *topics}:
            watch(topic, self.refresh)

    def refresh(self) -> None:
        """Read the records again and show them; what is being typed on the page stays."""
        self.spec, self.items = self._fields(), self._items()

    def _fields(self) -> list[dict[str, Any]]:
        self._spec = [dict(field) for field in self._make_spec()]
        return self._spec

    def _items(self) -> list[dict[str, Any]]:
        records = self._read()
        if self._single:
            records = {SINGLE: records[SINGLE]} if SINGLE in records else {}
        return [self._item(name, record) for name, record in records.items()]

    def _item(self, name: str, record: Kept) -> dict[str, Any]:
        title, facts = self._listing(record) if self._listing else (self._title(record), "")
        actions = self._actions(record) if callable(self._actions) else self._actions
        return {
            "id": name,
            "data": dict(record.data),
            "title": title,
            "facts": facts,
            "actions": [dict(action) for action in actions],
            "aside": self._aside(record) if self._aside else "",
        }

    def _title(self, record: Kept) -> str:
        texts = (record.data.get(field["id"]) for field in self._spec if field["kind"] == "text")
        return str(next(filter(None, texts), ""))

    def _receive(self, _widget: object, content: object, _buffers: object) -> None:
        if not isinstance(content, dict):
            return
        if content.get("type") == "save":
            self._receive_change(content)
        elif content.get("type") in ("remove", "restore", "act"):
            call, name = content.get("call"), content.get("id")
            if not isinstance(name, str) or not ID.fullmatch(name):
                return
            self.send(fulfil(call, lambda: self._fulfil(content, name), self._language))

    def _receive_change(self, content: Message) -> None:
        change = read_change(content, {field["id"] for field in self.spec})
        if change is None or (self._single and change.id != SINGLE):
            if isinstance(content.get("client"), str):
                self.send(refusal(content["client"], self.words["refused"], again=False))
            return
        # A record that there is only one of, or that this page began, comes into being with its first field.
        reply = answer_change(change, self._read, self._save, self._language)
        if reply["type"] == "saved":
            announce(self.kind)
        elif reply["overtaken"]:
            self._try_refresh()
        self.send(reply)

    def _try_refresh(self) -> None:
        try:
            self.refresh()
        except AvcourseError:
            # The sentence about the change says enough; the records are read again with the next one.
            return

    def _fulfil(self, content: Message, name: str) -> str:
        match content["type"]:
            case "remove":
                self._take_away(name)
            case "restore":
                self._put_back(name)
            case "act" if self._act and isinstance(content.get("act"), str):
                sentence = self._act(content["act"], name) or ""
                announce(self.kind)
                return sentence
        return ""

    def _take_away(self, name: str) -> None:
        record = self._read().get(name)
        if record is None or self._remove is None:
            return
        self._removed[name] = dict(record.data)
        self._remove(name)
        announce(self.kind)

    def _put_back(self, name: str) -> None:
        data = self._removed.get(name)
        if data is None or name in self._read():
            return
        if self._restore:
            self._restore(name, data)
        else:
            for piece in pieces_of(data):
                self._save(name, piece)
        del self._removed[name]
        announce(self.kind)
