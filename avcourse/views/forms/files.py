"""Files in and out: a file that the learner chooses is read in, and documents are made and handed over.

A document is made in a thread of its own, so that answers on the same page go on being saved while it is written.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, Final, Literal

import anywidget
import traitlets

from avcourse.course.language import Language, say
from avcourse.errors import AvcourseError
from avcourse.views.forms.changes import Message, done, failed, fulfil, script_of, sentence_for, style, widget_words

LARGEST_FILE: Final = 5 * 1024 * 1024
"""Bytes of a file that is read in; the page says so before it sends anything."""
MOST_PROBLEMS: Final = 20
LONGEST_LINE: Final = 120
"""Characters of a line that is asked beside a button."""
Progress = Callable[[str, float], None]
"""``progress(label, share)``: what is being done, and how much of it is done (0–1)."""

_one_at_a_time: Final = threading.Lock()


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file was read in: what to say, with counts, and how to take it back. ``undo`` returns the sentence to say then."""

    sentence: str
    undo: Callable[[], str] | None = None


@dataclass(frozen=True, slots=True)
class ReadIn:
    """A place for a file.

    ``read(name, data)`` raises ``ImportRefused``, whose field ``problems`` may list them all; ``accept`` is for example ``".xlsx,.csv"``.
    """

    id: str
    label: str
    hint: str
    read: Callable[[str, bytes], Accepted]
    accept: str = ""


@dataclass(frozen=True, slots=True)
class SaveOut:
    """A button that makes a file. ``make(progress)`` returns its name and its bytes; it runs in a thread and must not draw with pyplot."""

    id: str
    label: str
    hint: str
    make: Callable[[Progress], tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked beside a button: a line of text or a box to tick. The value goes into the file and is kept nowhere."""

    id: str
    kind: Literal["line", "tick"]
    label: str
    hint: str = ""


Given = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class SaveAsked:
    """A button that makes a file from what is asked beside it; ``make(given, progress)`` gets a value for every ``asks``."""

    id: str
    label: str
    hint: str
    asks: tuple[Asked, ...]
    make: Callable[[Given, Progress], tuple[str, bytes]]

    def given(self, sent: object) -> Given:
        """Return the values that the page sent, as text of one line or as yes and no; what is missing is empty."""
        values = sent if isinstance(sent, dict) else {}
        return {
            one.id: values.get(one.id) is True if one.kind == "tick" else _one_line(values.get(one.id))
            for one in self.asks
        }


def _one_line(value: object) -> str:
    # Half of a pair of surrogates cannot be written as UTF-8.
    whole = value.encode("utf-16", "surrogatepass").decode("utf-16", "replace") if isinstance(value, str) else ""
    return " ".join(whole.split())[:LONGEST_LINE]


@dataclass(slots=True)
class _Transfer:
    """A file that is on its way from the page, piece by piece."""

    id: str
    name: str
    size: int
    pieces: list[bytes] = field(default_factory=list)

    @property
    def received(self) -> int:
        return sum(map(len, self.pieces))


class FileExchange(anywidget.AnyWidget):
    """Places to read files in and buttons to save files.

    Parameters
    ----------
    language
        The page's language.
    reads
        The places for files.
    saves
        The buttons that make files.
    """

    _esm = script_of("files.js")
    _css = style()
    reads: traitlets.List[Any] = traitlets.List().tag(sync=True)
    saves: traitlets.List[Any] = traitlets.List().tag(sync=True)
    limit = traitlets.Int(LARGEST_FILE).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    language = traitlets.Unicode().tag(sync=True)

    def __init__(
        self, language: Language, *, reads: Sequence[ReadIn] = (), saves: Sequence[SaveOut | SaveAsked] = ()
    ) -> None:
        self._language = language
        self._reads, self._saves = {one.id: one for one in reads}, {one.id: one for one in saves}
        self._transfer: _Transfer | None = None
        self._undo: dict[str, Callable[[], str]] = {}
        self._busy: object = None
        super().__init__(
            reads=[{"id": one.id, "label": one.label, "hint": one.hint, "accept": one.accept} for one in reads],
            saves=[
                {"id": one.id, "label": one.label, "hint": one.hint, "asks": [asdict(each) for each in _asks(one)]}
                for one in saves
            ],
            words=widget_words("files", language),
            language=language,
        )
        self.on_msg(self._receive)

    def _receive(self, _widget: object, content: object, buffers: object) -> None:
        if not isinstance(content, dict):
            return
        match content.get("type"):
            case "piece":
                self._take_piece(content, buffers)
            case "undo":
                self._take_back(content)
            case "make":
                self._start(content)
            case "alive":
                self.send({"type": "alive", "call": content.get("call")})

    # Reading in

    def _take_piece(self, content: Message, buffers: object) -> None:
        call, place = content.get("call"), self._reads.get(str(content.get("id")))
        name, size, index = content.get("name"), content.get("size"), content.get("index")
        if place is None or not isinstance(name, str) or not isinstance(size, int) or not isinstance(buffers, list):
            return
        if size > LARGEST_FILE:
            self.send(failed(call, self.words["too-large"]))
            return
        if index == 0:
            self._transfer = _Transfer(str(call), name[:200], size)
        transfer = self._transfer
        if transfer is None or transfer.id != str(call) or index != len(transfer.pieces):
            self.send(failed(call, self.words["torn"]))
            return
        transfer.pieces.append(b"".join(map(bytes, buffers)))
        if transfer.received > size:
            self.send(failed(call, self.words["torn"]))
            return
        self.send({"type": "got", "call": call, "index": index})
        if transfer.received == size:
            self._transfer = None
            self.send(self._read(call, place, transfer))

    def _read(self, call: object, place: ReadIn, transfer: _Transfer) -> Message:
        try:
            accepted = place.read(transfer.name, b"".join(transfer.pieces))
        except AvcourseError as error:
            return {
                **failed(call, sentence_for(error, self._language)),
                "problems": further_problems(error, self._language),
            }
        except Exception:
            # A file from elsewhere may break what reads it in ways that nobody foresaw: nothing was changed, and that is said.
            logging.getLogger(__name__).exception("a file could not be read in")
            return failed(call, self.words["unreadable"])
        self._undo.pop(place.id, None)
        if accepted.undo:
            self._undo[place.id] = accepted.undo
        return {**done(call, accepted.sentence), "undo": accepted.undo is not None}

    def _take_back(self, content: Message) -> None:
        call, undo = content.get("call"), self._undo.get(str(content.get("id")))
        if undo is None:
            self.send(failed(call, self.words["no-undo"]))
            return
        reply = fulfil(call, undo, self._language)
        if reply["ok"]:
            del self._undo[str(content["id"])]
        self.send(reply)

    # Saving out

    def _start(self, content: Message) -> None:
        call, button = content.get("call"), self._saves.get(str(content.get("id")))
        if button is None:
            return
        if self._busy is not None:
            self.send(failed(call, self.words["busy"]))
            return
        self._busy = call
        deliver = _deliverer()
        given = button.given(content.get("given")) if isinstance(button, SaveAsked) else {}
        make = partial(button.make, given) if isinstance(button, SaveAsked) else button.make

        def progress(label: str, share: float) -> None:
            message = {"type": "progress", "call": call, "label": label, "share": min(max(share, 0.0), 1.0)}
            deliver(lambda: self.send(message))

        def work() -> None:
            with _one_at_a_time:
                message, data = self._make(call, button, make, progress)
            deliver(lambda: self._finish(message, data))

        progress(self.words["making"], 0.0)
        threading.Thread(target=work, daemon=True).start()

    def _make(
        self,
        call: object,
        button: SaveOut | SaveAsked,
        make: Callable[[Progress], tuple[str, bytes]],
        progress: Progress,
    ) -> tuple[Message, list[bytes]]:
        try:
            name, data = make(progress)
        except AvcourseError as error:
            return failed(call, sentence_for(error, self._language)), []
        except Exception:
            # The person waits for a document: whatever went wrong, they hear that there is none; the cause goes to the server's log.
            logging.getLogger(__name__).exception("the file %s could not be made", button.id)
            return failed(call, say("widget-files.not-made", self._language, label=button.label)), []
        return {**done(call, say("widget-files.made", self._language, name=name)), "name": name}, [data]

    def _finish(self, message: Message, data: list[bytes]) -> None:
        self._busy = None
        self.send(message, buffers=data)


def _asks(button: SaveOut | SaveAsked) -> tuple[Asked, ...]:
    return button.asks if isinstance(button, SaveAsked) else ()


def further_problems(error: AvcourseError, language: Language) -> list[str]:
    """Return all problems of a refused file as sentences, where the error lists them."""
    listed: Any = error.fields.get("problems", ())
    problems: Iterable[Any] = listed if isinstance(listed, list | tuple) else ()
    return [one.in_(language) if hasattr(one, "in_") else str(one) for one in problems][:MOST_PROBLEMS]


def _deliverer() -> Callable[[Callable[[], object]], object]:
    """Return how a thread has something done: on the kernel's own loop, where widgets belong."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return lambda work: work()
    return loop.call_soon_threadsafe
