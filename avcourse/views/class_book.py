"""The class's book of experience as files in the class folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Final

from avcourse.classroom.book import Book
from avcourse.classroom.workspace import ClassFolder
from avcourse.course.language import Language, say
from avcourse.errors import FileNotWritten
from avcourse.municipality.instrument import load_instrument
from avcourse.views.documents.contents.book import BookData, SharedCard, SharedProposal, book
from avcourse.views.documents.model import Document
from avcourse.views.documents.names import file_name

WRITERS: Final = {"docx": "word", "pdf": "pdf", "xlsx": "excel"}


def book_document(folder: ClassFolder, shared: Book, language: Language, today: date) -> Document:
    """Return the book as a document; proposals are never named."""
    data = BookData(
        name=folder.id,
        date=today,
        cards=tuple(SharedCard(card.data, str(card.data.get("municipality", ""))) for card in shared.cards),
        proposals=tuple(SharedProposal(proposal.data, "") for proposal in shared.proposals),
        instrument=load_instrument(),
    )
    return book(data, language)


def write_book(folder: ClassFolder, shared: Book, language: Language, endings: Iterable[str]) -> Iterator[Path]:
    """Write the book into the class folder, once for each ending (``docx``, ``pdf``, ``xlsx``), and give each path when it is there.

    Raises
    ------
    DocumentFailed
        If a document cannot be made.
    FileNotWritten
        If the class folder cannot be written.
    """
    document = book_document(folder, shared, language, date.today())
    for ending in endings:
        target = folder.root / file_name(say("class-book.file", language), folder.id, document.date, ending)
        # A writer is loaded when it is asked for: each draws in a library of its own.
        data: bytes = import_module(f"avcourse.views.documents.{WRITERS[ending]}").write(document)
        try:
            target.write_bytes(data)
        except OSError as error:
            raise FileNotWritten(path=target, reason=error.strerror or str(error)) from error
        yield target
