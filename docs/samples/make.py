"""Make the sample documents of the worked example anew: ``.venv/bin/python docs/samples/make.py``. Everything in them is invented."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from avcourse.answers.folder import LearnerFolder, write_marker
from avcourse.course.language import LANGUAGES, Language
from avcourse.municipality.example import fill_example
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.records import read_records
from avcourse.views.documents import excel, pdf, word
from avcourse.views.documents.contents.book import BookData, SharedCard, SharedProposal, book
from avcourse.views.documents.model import Document
from avcourse.views.municipality import papers

HERE = Path(__file__).resolve().parent
WRITERS = {"docx": word.write, "pdf": pdf.write, "xlsx": excel.write}


def example_book(language: Language) -> Document:
    """Return a book of the example's own practice cards and proposals, as if it were a class."""
    cards = [record.data for record in read_records("card").values()]
    proposals = read_records("proposal").values()
    return book(
        BookData(
            name="Näidisvald",
            date=papers.today(),
            cards=tuple(SharedCard(card, "Näidisvald") for card in cards),
            proposals=tuple(SharedProposal(record.data, "") for record in proposals),
            instrument=load_instrument(),
            example=True,
        ),
        language,
    )


def make(language: Language) -> None:
    """Write every document of the example in one language, in all three forms."""
    with tempfile.TemporaryDirectory() as place:
        folder = LearnerFolder(Path(place), "naidis-vald", language)
        write_marker(folder)
        fill_example(folder)
        os.chdir(place)
        documents = {
            "overview": papers.overview_document(language),
            "inventory": papers.inventory_document(language),
            "proposals": papers.proposals_document(language),
            "plan": papers.plan_document(language),
            "book": example_book(language),
        }
        for name, document in documents.items():
            for ending, write in WRITERS.items():
                (HERE / f"{name}-{language}.{ending}").write_bytes(write(document))
        os.chdir(HERE)


if __name__ == "__main__":
    for each in LANGUAGES:
        make(each)
