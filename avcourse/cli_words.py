"""How the command line speaks: its language, and trouble said in a sentence instead of a traceback."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

import click

from avcourse.course.language import Language, as_language
from avcourse.errors import AvcourseError, FileNotRead, FileNotWritten

P = ParamSpec("P")
R = TypeVar("R")


def console_language() -> Language:
    """Return the language of the console: ``AVCOURSE_LANG``, else Estonian."""
    return as_language(os.environ.get("AVCOURSE_LANG"))


def in_words(command: Callable[P, R]) -> Callable[P, R]:
    """Turn an ``AvcourseError`` into its sentence on standard error and exit code 1."""

    @wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return command(*args, **kwargs)
        except AvcourseError as error:
            click.echo(error.sentence(console_language()), err=True)
            sys.exit(1)

    return wrapped


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn the trouble of writing a file that the person named into a sentence (matplotlib says ValueError of an unknown suffix)."""
    try:
        yield
    except (OSError, ValueError) as error:
        raise FileNotWritten(path=path, reason=getattr(error, "strerror", None) or error) from error


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn the trouble of reading a file that the person named into a sentence."""
    try:
        yield
    except OSError as error:
        raise FileNotRead(path=path, reason=error.strerror or error) from error
