"""``docs/facts.md``: what the course states, lesson by lesson, with source and date. Made by ``avcourse build``, read by people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from avcourse.authoring.bank import BankRow
from avcourse.authoring.source import Source
from avcourse.authoring.statements import FIGURE, LAW, Statement, of_question, of_source
from avcourse.course.course import Course, Module

FILE: Final = "docs/facts.md"
_HEAD: Final = """# Mida kursus väidab / What the course states

Iga lause, milles on paragrahv või arv, koos allika ja kuupäevaga: nii saab kursuse faktid umbes tunniga üle vaadata.
Faili teeb `avcourse build`; parandage lauset seal, kust see pärit on. Aasta või kuu kuupäevana on selle viimane päev.

*Every sentence with a paragraph or a figure, with its source and date, so that the facts of the course can be checked in
about an hour. Made by `avcourse build`; mend a sentence where it comes from.*

Kui kõik on üle vaadatud, kirjutage päev faili `content/facts.toml`. Siin on ka hinnatavate küsimuste selgitusi: leht ei ole osalejatele. /
*When everything has been checked, put the day into `content/facts.toml`. Explanations of graded questions stand here too: the page
is not for participants.*

Kokku {law} lauset seaduse kohta ja {figure} lauset arvuga / {law} statements of law and {figure} with a figure.
"""
_TITLES: Final = {LAW: "Seadus / law", FIGURE: "Arvud / figures"}


def asked_in(course: Course) -> dict[str, str]:
    """Return the module of each question: the one on whose page or in whose slots it stands, the first where there are several."""
    found: dict[str, str] = {}
    for module in course.modules:
        slots = course.slots if module.kind == "test" else ()
        asked = [*module.questions, *module.checks, *(q for slot in slots for q in slot.forms.values())]
        for question in asked:
            found.setdefault(question, module.id)
    return found


def all_statements(
    course: Course, sources: Mapping[str, Source], bank: Mapping[str, BankRow], datasets: Mapping[str, str]
) -> list[Statement]:
    """Return every statement of the course, module by module in course order, prose before questions."""
    homes = asked_in(course)
    found: list[Statement] = []
    for module in course.modules:
        if module.id in sources:
            found += of_source(sources[module.id], datasets)
        for name, row in bank.items():
            if homes.get(name) == module.id:
                found += of_question(module.id, row, datasets)
    return found


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").replace("<", "&lt;").split())


def _table(statements: Iterable[Statement]) -> str:
    rows = [
        f"| {each.id} | {_cell(each.sentence)} | {_cell(each.source) or '**?**'} | {f'{each.day:%d.%m.%Y}' if each.day else '**?**'} |"
        for each in statements
    ]
    return "\n".join(["| koht | lause | allikas | kuupäev |", "|---|---|---|---|", *rows])


def _part(module: Module, statements: list[Statement]) -> str:
    parts = [f"## {module.title.et} ({module.id})"]
    for kind, title in _TITLES.items():
        if chosen := [each for each in statements if each.kind == kind]:
            parts += [f"### {title}", _table(chosen)]
    return "\n\n".join(parts)


def facts_page(course: Course, statements: Sequence[Statement]) -> bytes:
    """Return the page: a part for each module that states something; a year or month as a date is its last day."""
    counts = {kind: sum(each.kind == kind for each in statements) for kind in _TITLES}
    parts = [_HEAD.format(law=counts[LAW], figure=counts[FIGURE]).strip()]
    for module in course.modules:
        if own := [each for each in statements if each.module == module.id]:
            parts.append(_part(module, own))
    return ("\n\n".join(parts) + "\n").encode()
