"""What an exploration is made of: controls described as data, the values they give, and the picture drawn from them.

Words stand in ``course/strings_explore*.toml``, in the exploration's own table: ``years`` is the label of the control ``years``,
``years-unit`` its unit, ``years-help`` a line of help, ``years-<option>`` an option and ``years-<column>`` the head of a column. Unit and
help may be missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final, TypeVar

from avcourse.course.language import Language, say, words
from avcourse.views.markup import decimal, grouped

LONGEST: Final = 80
"""Characters of a text cell, unless its column says less."""
LARGEST: Final = 1e12
Row = tuple[str | float, ...]
Value = float | str | tuple[str, ...] | tuple[Row, ...] | datetime
Kind = TypeVar("Kind")
Spec = dict[str, Any]


class UnfitError(ValueError):
    """A value that no control can have; carries the control's id and the sentence for people."""

    def __init__(self, control: str, sentence: str) -> None:
        super().__init__(sentence)
        self.control = control


class Values(Mapping[str, Value]):
    """What the controls say, read by kind, so that a drawing function needs no cast.

    Examples
    --------
    >>> values = Values({"years": 5.0, "ways": ("web",)})
    >>> values.whole("years"), values.checks("ways")
    (5, ('web',))
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def __getitem__(self, control: str) -> Value:
        return self._values[control]

    def __iter__(self) -> Any:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def _of(self, control: str, kind: type[Kind]) -> Kind:
        value = self._values[control]
        if not isinstance(value, kind):
            raise TypeError(f"{control} is no {kind.__name__}")
        return value

    def number(self, control: str) -> float:
        """Return the number of a slider or a number field."""
        return self._of(control, float)

    def whole(self, control: str) -> int:
        """Return that number, rounded to a whole one."""
        return round(self._of(control, float))

    def choice(self, control: str) -> str:
        """Return the id of the option chosen."""
        return self._of(control, str)

    def checks(self, control: str) -> tuple[str, ...]:
        """Return the ids of what is checked, in the order of the options."""
        return tuple(str(one) for one in self._of(control, tuple))

    def cells(self, control: str) -> tuple[Row, ...]:
        """Return the rows of a small table: texts and floats."""
        return tuple(self._of(control, tuple))

    def moment(self, control: str) -> datetime:
        """Return a day and time, without a time zone."""
        return self._of(control, datetime)


def read_number(value: object, minimum: float, maximum: float, language: Language) -> float:
    """Return a number as a page sends it or as people write it: with a comma and groups of three.

    Raises
    ------
    ValueError
        With the sentence for people.

    Examples
    --------
    >>> read_number("1 200,5", 0, 5000, "et")
    1200.5
    """
    found = math.nan
    if isinstance(value, str):
        plain = "".join(value[:40].split()).replace(",", ".").replace("−", "-")
        # float() would take more than a person means: "1_000", "nan", "1e9".
        if plain.removeprefix("-").replace(".", "", 1).isdecimal():
            found = float(plain)
    elif isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST:
        found = float(value)
    if not math.isfinite(found) or not minimum <= found <= maximum:
        limits = {"minimum": show_number(minimum, language), "maximum": show_number(maximum, language)}
        raise ValueError(say("widget-explore.number", language, **limits))
    return found


def show_number(value: float, language: Language) -> str:
    """Return a number as people read it, with as many decimals as it has, three at most.

    Examples
    --------
    >>> show_number(2.5, "et"), show_number(-3.0, "en")
    ('2,5', '−3')
    """
    if float(value).is_integer():
        return grouped(int(value)).replace("-", "−")
    return decimal(value, language, 3).rstrip("0")


def with_unit(value: float, unit: str, language: Language) -> str:
    r"""Return a number with its unit; English writes no space before a per cent sign.

    Examples
    --------
    >>> with_unit(12, "%", "et"), with_unit(12, "%", "en")
    ('12\xa0%', '12%')
    """
    space = "" if not unit or (unit == "%" and language == "en") else "\u00a0"
    return f"{show_number(value, language)}{space}{unit}"


@dataclass(frozen=True, slots=True)
class Slider:
    """A number on a track, with its value beside it."""

    kind: ClassVar[str] = "slider"
    id: str
    minimum: float
    maximum: float
    start: float
    step: float = 1

    def first(self, _language: Language) -> object:
        """Return the start value."""
        return self.start

    def read(self, value: object, language: Language) -> Value:
        """Return the value that the page sent."""
        return read_number(value, self.minimum, self.maximum, language)

    def spec(self, _words: Mapping[str, str], _language: Language) -> Spec:
        """Return what the page needs beside label, unit and help."""
        return {"minimum": self.minimum, "maximum": self.maximum, "step": self.step}


@dataclass(frozen=True, slots=True)
class Number(Slider):
    """A number that is written."""

    kind: ClassVar[str] = "number"


def no_options(_language: Language) -> Sequence[tuple[str, str]]:
    """Return nothing: the options' words stand in the exploration's table."""
    return ()


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; ``offers`` returns pairs of id and text in a language where they do not stand among the words."""

    kind: ClassVar[str] = "choice"
    id: str
    options: tuple[str, ...] = ()
    start: str = ""
    offers: Callable[[Language], Sequence[tuple[str, str]]] = no_options

    def first(self, language: Language) -> object:
        """Return the start value: the first option, unless another one is named."""
        return self.start or self.ids(language)[0]

    def ids(self, language: Language) -> tuple[str, ...]:
        """Return the ids of all options."""
        return self.options or tuple(one for one, _ in self.offers(language))

    def read(self, value: object, language: Language) -> Value:
        """Return the value that the page sent."""
        if not isinstance(value, str) or value not in self.ids(language):
            raise ValueError(say("widget-explore.choice", language))
        return value

    def spec(self, own: Mapping[str, str], language: Language) -> Spec:
        """Return what the page needs beside label, unit and help."""
        pairs = [(one, own[f"{self.id}-{one}"]) for one in self.options] or self.offers(language)
        return {"options": [{"id": one, "text": text} for one, text in pairs]}


@dataclass(frozen=True, slots=True)
class Checks:
    """Any of several, none included."""

    kind: ClassVar[str] = "checks"
    id: str
    options: tuple[str, ...]
    start: tuple[str, ...] = ()

    def first(self, _language: Language) -> object:
        """Return the start value."""
        return list(self.start)

    def read(self, value: object, language: Language) -> Value:
        """Return the value that the page sent."""
        if not isinstance(value, list) or not all(isinstance(one, str) and one in self.options for one in value):
            raise ValueError(say("widget-explore.choice", language))
        return tuple(one for one in self.options if one in value)

    def spec(self, own: Mapping[str, str], _language: Language) -> Spec:
        """Return what the page needs beside label, unit and help."""
        return {"options": [{"id": one, "text": own[f"{self.id}-{one}"]} for one in self.options]}


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time of day, as ``"2026-09-04T15:30"``."""

    kind: ClassVar[str] = "moment"
    id: str
    start: str

    def first(self, _language: Language) -> object:
        """Return the start value."""
        return self.start

    def read(self, value: object, language: Language) -> Value:
        """Return the value that the page sent."""
        try:
            found = datetime.fromisoformat(value if isinstance(value, str) else "").replace(tzinfo=None)
        except ValueError:
            found = datetime.min
        # Outside of these a deadline could run out of the calendar.
        if not 2000 <= found.year <= 2100:
            raise ValueError(say("widget-explore.moment", language))
        return found

    def spec(self, _words: Mapping[str, str], _language: Language) -> Spec:
        """Return what the page needs beside label, unit and help."""
        return {}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a small table: texts, or numbers between limits; one that is not editable heads its rows."""

    id: str
    numbers: bool = False
    minimum: float = 0
    maximum: float = LARGEST
    longest: int = LONGEST
    editable: bool = True


@dataclass(frozen=True, slots=True)
class Cells:
    """A small table whose cells are edited in place; ``rows`` returns what stands in it at the start, in a language."""

    kind: ClassVar[str] = "cells"
    id: str
    columns: tuple[Column, ...]
    rows: Callable[[Language], Sequence[Row]]

    def first(self, language: Language) -> object:
        """Return the start values, as the page knows them."""
        return [list(row) for row in self.rows(language)]

    def read(self, value: object, language: Language) -> Value:
        """Return the rows that the page sent; what is not editable is taken from the start, whatever the page says."""
        start = self.rows(language)
        whole = isinstance(value, list) and len(value) == len(start)
        if not isinstance(value, list) or not whole:
            raise ValueError(say("widget-explore.cells", language))
        return tuple(self._row(sent, kept, language) for sent, kept in zip(value, start, strict=True))

    def _row(self, sent: object, kept: Row, language: Language) -> Row:
        if not isinstance(sent, list) or len(sent) != len(self.columns):
            raise ValueError(say("widget-explore.cells", language))
        return tuple(
            _cell(column, one, language) if column.editable else old
            for column, one, old in zip(self.columns, sent, kept, strict=True)
        )

    def spec(self, own: Mapping[str, str], _language: Language) -> Spec:
        """Return what the page needs beside label, unit and help."""
        return {
            "columns": [
                {
                    "text": own[f"{self.id}-{column.id}"],
                    "numbers": column.numbers,
                    "editable": column.editable,
                    "longest": column.longest,
                }
                for column in self.columns
            ]
        }


def _cell(column: Column, value: object, language: Language) -> str | float:
    if column.numbers:
        return read_number(value, column.minimum, column.maximum, language)
    if not isinstance(value, str) or len(value) > column.longest or not value.isprintable():
        raise ValueError(say("widget-explore.text", language, limit=column.longest))
    return value


Control = Slider | Number | Choice | Checks | Moment | Cells


@dataclass(frozen=True, slots=True)
class Picture:
    """What is to be seen: ``sentence`` says it in words and is read out, ``html`` is a drawing, and a table holds its figures.

    ``html`` is of our own making, by ``views.charts.picture_html`` or ``views.markup.tag``: whatever a person typed is escaped in it.
    """

    sentence: str
    html: str = ""
    caption: str = ""
    head: tuple[str, ...] = ()
    rows: Sequence[tuple[str, ...]] = ()
    note: str = ""


def nothing() -> Mapping[str, object]:
    """Return no values: the controls' own start values stand."""
    return {}


@dataclass(frozen=True, slots=True)
class Exploration:
    """Controls and the pure function that draws their values.

    ``table`` names its words. ``known`` returns start values that are known only when the page is drawn, as the learner's own municipality.
    """

    table: str
    controls: tuple[Control, ...]
    draw: Callable[[Values, Language], Picture]
    known: Callable[[], Mapping[str, object]] = field(default=nothing)

    def first(self, language: Language) -> dict[str, object]:
        """Return the start values, as the page knows them."""
        known = self.known()
        return {control.id: known.get(control.id, control.first(language)) for control in self.controls}

    def read(self, sent: object, language: Language) -> Values:
        """Return the values that a page sent.

        Raises
        ------
        UnfitError
            If one of them cannot be.
        """
        values: dict[str, Value] = {}
        for control in self.controls:
            try:
                values[control.id] = control.read(sent.get(control.id) if isinstance(sent, dict) else None, language)
            except ValueError as error:
                raise UnfitError(control.id, str(error)) from None
        return Values(values)

    def spec(self, language: Language) -> Spec:
        """Return what the page needs to draw the controls."""
        own = words(self.table, language)
        return {
            "title": own["title"],
            "controls": [
                {
                    "id": control.id,
                    "kind": control.kind,
                    "label": own[control.id],
                    "help": own.get(f"{control.id}-help", ""),
                    "unit": own.get(f"{control.id}-unit", ""),
                    **control.spec(own, language),
                }
                for control in self.controls
            ],
        }
