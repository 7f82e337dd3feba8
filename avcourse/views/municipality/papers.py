"""Files: the municipality's work as documents, tables and one JSON file, and the way back in.

What is read in is data and nothing else. A file is taken in whole or not at all, and can be taken back until somebody changes what it
brought.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Final, Literal

from avcourse.course.language import Language, say
from avcourse.municipality.assessment import answers_from, voices_from
from avcourse.municipality.catalogue import load_cases, load_catalogue
from avcourse.municipality.exchange import export_work, read_work
from avcourse.municipality.experience import PARTNER
from avcourse.municipality.instrument import load_instrument
from avcourse.municipality.inventory import SOLUTION
from avcourse.municipality.plan import COMMITMENT, CONSULTATION, PLAN
from avcourse.municipality.proposals import PROPOSAL
from avcourse.municipality.reassessment import answers_of_round, earlier_round, rounds_of
from avcourse.municipality.records import read_records
from avcourse.municipality.tables import read_solutions, write_solutions_csv, write_solutions_xlsx
from avcourse.municipality.words import both, refuse
from avcourse.views.documents.contents.inventory import InventoryData, inventory
from avcourse.views.documents.contents.overview import overview, overview_data
from avcourse.views.documents.contents.pieces import day_of
from avcourse.views.documents.contents.plan import PlanData, plan
from avcourse.views.documents.contents.proposals import ProposalsData, proposals
from avcourse.views.documents.model import Document
from avcourse.views.documents.names import file_name
from avcourse.views.documents.names import name_of as document_name
from avcourse.views.forms.files import Accepted, FileExchange, Progress, ReadIn, SaveOut
from avcourse.views.municipality.editing import fitting_records, with_banner
from avcourse.views.municipality.own import is_example, my_municipality, name_of, today
from avcourse.views.municipality.planning import OWN, timeline
from avcourse.views.municipality.taking import merged, take_in

Form = Literal["word", "pdf", "excel"]
FORMS: Final[Mapping[Form, str]] = {"word": "docx", "pdf": "pdf", "excel": "xlsx"}
"""How a document is written, and the ending of its file."""


# Taking a file in --------------------------------------------------------------------------------------------------


def take_solutions(name: str, data: bytes, language: Language) -> Accepted:
    """Take a table of the inventory in: what a column does not say stays.

    Raises
    ------
    ImportRefused
        If anything in the file does not fit.
    """
    target = merged("solution", read_solutions(name, data))
    return take_in(target, _counted("papers-part.inventory-read-done", language), language)


def take_work(name: str, data: bytes, language: Language) -> Accepted:
    """Take a file of the whole work in: its records stand as in the file, others stay.

    Raises
    ------
    ImportRefused
        If anything in the file does not fit.
    """
    return take_in(read_work(name, data).records, _counted("papers-part.work-read-done", language), language)


def take_partners(name: str, data: bytes, language: Language) -> Accepted:
    """Take the class's file in: its partners replace those of an earlier one, since somebody may have withdrawn; nothing else is read.

    Raises
    ------
    ImportRefused
        If the file holds no partners.
    """
    found = read_work(name, data).records.get("partner", {})
    agreed = {key: record for key, record in found.items() if record.get("consent") is True}
    if not agreed:
        raise refuse(name, [both("partners-part.nobody")])
    gone = dict.fromkeys(set(read_records(PARTNER.kind)) - set(agreed))
    return take_in(
        {"partner": {**gone, **agreed}},
        lambda *_: say("partners-part.read-done", language, count=len(agreed)),
        language,
    )


def _counted(key: str, language: Language) -> Callable[[int, int], str]:
    return lambda new, changed: say(key, language, new=new, changed=changed)


# Making files ------------------------------------------------------------------------------------------------------


def inventory_document(language: Language) -> Document:
    """Return the inventory as a document."""
    own = my_municipality()
    return inventory(InventoryData(own, today(), fitting_records(SOLUTION), is_example(own)), language)


def overview_document(language: Language) -> Document:
    """Return the overview of the self-assessment as a document, compared with the last saved state where there is one."""
    own, instrument = my_municipality(), load_instrument()
    last = earlier_round(rounds_of(read_records("round")), today())
    titles = {case.id: case.title.in_(language) for case in load_cases()}
    titles |= {item.id: item.name for item in load_catalogue()}
    data = overview_data(
        own,
        today(),
        instrument,
        answers_from(read_records("level"), instrument),
        voices=voices_from(read_records("voice"), instrument),
        before=answers_of_round(last, instrument) if last else None,
        since=day_of(last.data.get("date")) if last else None,
        examples=titles,
        example=is_example(own),
    )
    return overview(data, language)


def proposals_document(language: Language) -> Document:
    """Return the proposals as a document."""
    own = my_municipality()
    data = ProposalsData(own, today(), fitting_records(PROPOSAL), load_instrument(), is_example(own))
    return proposals(data, language)


def plan_document(language: Language) -> Document:
    """Return the action plan as a document."""
    own, commitments = my_municipality(), fitting_records(COMMITMENT)
    data = PlanData(
        municipality=own,
        date=today(),
        plan=fitting_records(PLAN).get(OWN),
        commitments=commitments,
        consultations=fitting_records(CONSULTATION),
        proposals=fitting_records(PROPOSAL),
        instrument=load_instrument(),
        course=timeline(commitments.values()),
        example=is_example(own),
    )
    return plan(data, language)


def write_document(document: Document, form: Form, progress: Progress) -> tuple[str, bytes]:
    """Return the name and the bytes of a document's file; the progress is shown as it is written.

    Raises
    ------
    DocumentFailed
        If it could not be made.
    """

    def tell(done: int, total: int, words: str) -> None:
        progress(words, done / total if total else 0.0)

    writer = import_module(f"avcourse.views.documents.{form}")
    return document_name(document, FORMS[form]), writer.write(document, tell)


def document_buttons(name: str, make: Callable[[Language], Document], language: Language) -> list[SaveOut]:
    """Return the buttons that make a document as Word, PDF and Excel."""

    def button(form: Form) -> SaveOut:
        def made(progress: Progress) -> tuple[str, bytes]:
            progress(say("papers-part.making", language), 0.0)
            return write_document(make(language), form, progress)

        label, hint = say(f"papers-part.{name}-{form}", language), say(f"papers-part.{form}-hint", language)
        return SaveOut(f"{name}-{form}", label, hint, made)

    return [button(form) for form in FORMS]


def table_name(key: str, ending: str, language: Language) -> str:
    """Return the file name of a table or of the whole work; an invented municipality's says so."""
    own = my_municipality()
    mark = say("documents.example-mark", language) if is_example(own) else ""
    return file_name(say(f"papers-part.{key}", language), name_of(own, language), today(), ending, mark=mark)


def table_button(ending: Literal["xlsx", "csv"], language: Language) -> SaveOut:
    """Return the button that makes the inventory's table."""

    def made(_: Progress) -> tuple[str, bytes]:
        solutions = {name: record.data for name, record in fitting_records(SOLUTION).items()}
        write = write_solutions_xlsx if ending == "xlsx" else write_solutions_csv
        return table_name("inventory-file", ending, language), write(solutions, language)

    hint = say("papers-part.inventory-table-hint", language)
    return SaveOut(f"table-{ending}", say(f"papers-part.inventory-{ending}", language), hint, made)


def work_button(language: Language) -> SaveOut:
    """Return the button that saves the whole work."""

    def made(_: Progress) -> tuple[str, bytes]:
        own = my_municipality()
        return table_name("work-file", "json", language), export_work(own.name if own else None)

    return SaveOut("work", say("papers-part.work-json", language), say("papers-part.work-json-hint", language), made)


def work_place(language: Language) -> ReadIn:
    """Return the place where the whole work is read in."""
    label, hint = say("papers-part.work-read", language), say("papers-part.work-read-hint", language)
    return ReadIn("work", label, hint, lambda name, data: take_work(name, data, language), ".json")


# Parts -------------------------------------------------------------------------------------------------------------


def show_inventory_files(language: Language) -> object:
    """Draw the ways in and out of the inventory: a table to work on, and documents."""
    place = ReadIn(
        "solutions",
        say("papers-part.inventory-read", language),
        say("papers-part.inventory-read-hint", language),
        lambda name, data: take_solutions(name, data, language),
        ".xlsx,.csv,.json",
    )
    saves = [table_button("xlsx", language), table_button("csv", language)]
    saves += document_buttons("inventory", inventory_document, language)
    return with_banner(FileExchange(language, reads=[place], saves=saves), language)


def show_overview_documents(language: Language) -> object:
    """Draw the overview as documents, and the whole work as one file, out and in."""
    saves = [*document_buttons("overview", overview_document, language), work_button(language)]
    return with_banner(FileExchange(language, reads=[work_place(language)], saves=saves), language)


def show_plan_documents(language: Language) -> object:
    """Draw the proposals and the plan as documents, and the whole work as one file, out and in."""
    saves = document_buttons("proposals", proposals_document, language)
    saves += document_buttons("plan", plan_document, language)
    saves.append(work_button(language))
    return with_banner(FileExchange(language, reads=[work_place(language)], saves=saves), language)
