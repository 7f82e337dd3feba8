"""What stands in the documents of the municipality's work, and the pictures in them."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import openpyxl
import pypdf
import pytest
from matplotlib.patches import Rectangle

from avcourse.course.language import LANGUAGES, Language, Text, say
from avcourse.municipality.assessment import Answer, Voice, assess, role_level, roles_of
from avcourse.municipality.instrument import DIMENSIONS, TIERS, Criterion, Instrument, Step
from avcourse.municipality.inventory import PURPOSES, purpose_cover
from avcourse.municipality.peers import tile_map
from avcourse.municipality.plan import COMPLETION
from avcourse.municipality.profile import load_municipalities
from avcourse.municipality.records import Record
from avcourse.views import charts_municipality as charts
from avcourse.views.charts import svg
from avcourse.views.documents import excel, pdf, word
from avcourse.views.documents.contents.book import BookData, SharedCard, SharedProposal, book
from avcourse.views.documents.contents.inventory import InventoryData, inventory
from avcourse.views.documents.contents.overview import OverviewData, overview, overview_data
from avcourse.views.documents.contents.plan import PlanData, plan
from avcourse.views.documents.contents.proposals import ProposalsData, proposals
from avcourse.views.documents.model import Bullets, Document, Facts, Heading, Note, Paragraph, Picture, Table

DAY = date(2026, 11, 24)
NOO = next(each for each in load_municipalities() if each.code == "0528")


def all_text(made: Document) -> str:
    """Return every text of the model, for what must stand in all three formats."""
    found = [made.title, made.subtitle, made.municipality]
    for block in made.blocks:
        match block:
            case Heading() | Paragraph() | Note():
                found.append(block.text)
            case Bullets():
                found += block.items
            case Facts():
                found += [f"{fact.label}: {fact.value}" for fact in block.facts]
            case Table():
                found += [block.caption, *(column.head for column in block.columns)]
                found += [str(cell) for row in block.rows for cell in row if cell is not None]
                if not block.rows:
                    found.append(block.empty)
            case Picture():
                found += [block.alt, block.caption]
    return "\n".join(found)


def word_of(made: Document) -> Any:
    return docx.Document(io.BytesIO(word.write(made)))


def pdf_text(made: Document) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.write(made))).pages)


def book_of(made: Document) -> Any:
    return openpyxl.load_workbook(io.BytesIO(excel.write(made)))


# What stands in them -----------------------------------------------------------------------------------------------


def text(name: str) -> Text:
    return Text(f"{name} et", f"{name} en")


LETTERS = dict(zip(DIMENSIONS, "tpidal", strict=True))


def criterion(dimension: str, number: int, *, basis: str = "practice") -> Criterion:
    name = f"{LETTERS[dimension]}{number}"
    steps = tuple(
        Step(to, 1, 2, text(f"{name} samm {to}"), text(f"{name} esmaspäeval {to}"), "case-1") for to in (2, 3, 4)
    )
    anchors = tuple(text(f"{name} tase {level}") for level in range(5))
    return Criterion(
        name, 1, dimension, TIERS[number % 3], 1 + number % 3, basis, None, text(f"{name} alus"), "web", (1,), text(f"{name} nimi"),
        text(f"{name} väide"), text(f"{name} tõendi vihje"), None, anchors, steps,
    )  # fmt: skip


CRITERIA = tuple(
    criterion(name, number, basis="law" if number == 1 else "practice") for name in DIMENSIONS for number in (1, 2, 3)
)
INSTRUMENT = Instrument(CRITERIA, ())


def answer(level: Any, evidence: str = "", *, version: int = 1) -> Answer:
    return Answer(level, "sure", evidence, "2026-11-01" if evidence else None, False, version, "")


ANSWERS = {
    "t1": answer(4, "https://noo.ee/t1"), "t2": answer(3, "Määrus nr 5"), "t3": answer(2),
    "p1": answer(3), "p2": answer(3), "p3": answer("unknown"),
    "i1": answer(0), "i2": answer("na"), "d1": answer(2, "Kontroll"),
}  # fmt: skip
BEFORE = {"t1": answer(3, "https://noo.ee/t1"), "t2": answer(1), "p2": answer(1), "t3": answer(4)}
VOICES = tuple(Voice("resident", "2026-11-01", {"t1": 0, "t2": 1, "t3": 1, "p2": 3}) for _ in range(5))


def record(kind: str, /, **data: Any) -> Record:
    return Record(kind, "a", data, "2026-11-24T10:00:00Z")


COMMITMENT = record(
    "commitment",
    title="Avaldame eelnõud", proposal="p", criterion="t1", problem="Eelnõu näeb alles pärast.", action="Avaldame kõik.",
    mechanism=["information", "participation"], potential="modest", owner="vallasekretär", no_budget=True, start="2027-01-01",
    end="2028-06-30", completion="limited",
    milestones=[{"what": "Koostame korra", "date": "2027-03-01", "owner": "jurist", "output": "kord veebis"}],
    indicators=[
        {"kind": "output", "name": "Eelnõusid veebis", "unit": "%", "baseline": "40", "target": "100", "source": "register",
         "owner": "jurist", "due": "2028-01-01"},
    ],
    inputs="tööaeg", status_log=[{"date": "2027-03-05", "completion": "limited", "note": "kord on valmis"}],
)  # fmt: skip
PROPOSAL = record(
    "proposal", title="Eelnõud veebi", problem="Ei leia", idea="Leht", origin="ngo", criterion="t1", supporters=46, effort=1, impact=3,
    status="partly", response="Nõus, aga aasta pärast.", response_date="2026-03-19", supporters_who="külaselts",
)  # fmt: skip
PLAN = record(
    "plan",
    title="Nõo valla avatud valitsemise tegevuskava",
    intro="Tere",
    state="Hea",
    period_start="2027-01-01",
    period_end="2028-12-31",
    monitoring="Kord aastas",
)
SOLUTION = record(
    "solution",
    name="Valla veebileht",
    purposes=["inform"],
    kind="website",
    users_year=48200,
    cost_year=3600,
    contract_end="2027-01-31",
    estonian="full",
)
CONSULTATION = record(
    "consultation",
    date="2026-02-09",
    channel="veebiküsitlus",
    who="elanikud",
    count=214,
    summary="Sooviti vastuseid.",
    response="Lubadus 1.",
)


def overview_of(language: Language, **changed: Any) -> OverviewData:
    given = {
        "voices": VOICES,
        "before": BEFORE,
        "since": date(2025, 11, 1),
        "examples": {"case-1": "Elva eelnõude leht"},
        **changed,
    }
    return overview_data(NOO, DAY, INSTRUMENT, ANSWERS, **given)


def full(language: Language, *, example: bool = False) -> dict[str, Document]:
    commitments, consultations, own = {"a": COMMITMENT}, {"a": CONSULTATION}, {"p": PROPOSAL}
    course = [("2027-03-05", (0, 1, 0, 0, 0))]
    cards = (SharedCard({"title": "Hääletus", "consent": "named"}, "Nõo vald"),)
    shared = (SharedProposal(PROPOSAL.data, "Nõo vald"),)
    return {
        "overview": overview(overview_of(language, example=example), language),
        "inventory": inventory(InventoryData(NOO, DAY, {"a": SOLUTION}, example), language),
        "proposals": proposals(ProposalsData(NOO, DAY, own, INSTRUMENT, example), language),
        "plan": plan(PlanData(NOO, DAY, PLAN, commitments, consultations, own, INSTRUMENT, course, example), language),
        "book": book(BookData("Klass", DAY, cards, shared, INSTRUMENT, example), language),
    }


def empty(language: Language) -> dict[str, Document]:
    nothing = {kind: record(kind) for kind in ("plan", "commitment", "consultation", "proposal", "solution", "card")}
    one = {"a": nothing["commitment"]}
    return {
        "overview": overview(overview_data(None, DAY, INSTRUMENT, {}), language),
        "inventory": inventory(InventoryData(None, DAY, {}), language),
        "nameless solution": inventory(InventoryData(None, DAY, {"a": nothing["solution"]}), language),
        "proposals": proposals(ProposalsData(None, DAY, {}, INSTRUMENT), language),
        "nameless proposal": proposals(ProposalsData(None, DAY, {"a": nothing["proposal"]}, INSTRUMENT), language),
        "plan": plan(PlanData(None, DAY, None, {}, {}, {}, INSTRUMENT), language),
        "nameless commitment": plan(
            PlanData(None, DAY, nothing["plan"], one, {"a": nothing["consultation"]}, {}, INSTRUMENT), language
        ),
        "book": book(BookData("", DAY, (), (), INSTRUMENT), language),
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_is_written_in_all_three_formats(language: Language) -> None:
    for name, made in full(language, example=True).items():
        for paragraph in word_of(made).sections[0].header.paragraphs[:1]:
            assert paragraph.text == say("documents.example", language), name
        page = pypdf.PdfReader(io.BytesIO(pdf.write(made))).pages[0]
        assert page.extract_text().count(say("documents.example", language)) == 2, name
        assert book_of(made).sheetnames[0] == say("documents.first-sheet", language), name


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_missing_reads_as_none(language: Language) -> None:
    for name, made in {**empty(language), **full(language)}.items():
        shown = "\n".join(p.text for p in word_of(made).paragraphs) + "\n".join(
            cell.text for table in word_of(made).tables for row in table.rows for cell in row.cells
        )
        assert not re.search(r"\bNone\b|\bnan\b|Record\(|\{\w*\}", shown), name
        assert not any(cell.value == "None" for sheet in book_of(made) for row in sheet.iter_rows() for cell in row), (
            name
        )


def table_of(made: Document, caption: str) -> Table:
    return next(block for block in made.blocks if isinstance(block, Table) and block.caption == caption)


def facts_under(made: Document, heading: str) -> dict[str, Any]:
    places = [n for n, block in enumerate(made.blocks) if isinstance(block, Heading) and block.text == heading]
    facts = made.blocks[places[0] + 1]
    assert isinstance(facts, Facts)
    return {fact.label: fact.value for fact in facts.facts}


def test_the_overview_says_where_the_municipality_stands() -> None:
    made = overview(overview_of("et"), "et")
    said = all_text(made)
    assert "Vastatud kriteeriume on 9, kokku on neid 18. Tõend on lisatud 3 vastuse juurde." in said
    # Six criteria are duties; of them only t1 has evidence of 3 or more (d1 has evidence, but of level 2).
    assert "Seadusest tulenevaid kohustusi puudutab 6 kriteeriumi; tõendiga on neist täidetud 1." in said
    assert "Vastuseid „Ei tea“ on 1." in said
    for number in range(1, 5):
        assert say(f"result.warning-{number}", "et") in said
    assert "ega ole ministeeriumi hinnang" in said
    rows = table_of(made, say("doc-overview.levels-table", "et")).rows
    # Transparency: weights 2, 3, 1 with levels 4, 3, 2 claimed; without evidence 2 stays 2. (8 + 9 + 2) / 24.
    assert rows[0] == (
        "Läbipaistvus",
        pytest.approx(19 / 24),
        pytest.approx(19 / 24),
        pytest.approx(19 / 24),
        pytest.approx(19 / 24),
        1.0,
        3,
    )
    assert rows[3][1:5] == (None, None, None, None)


def test_the_overview_tells_each_step_with_its_reason_and_its_monday() -> None:
    data = overview_of("et")
    made = overview(data, "et")
    assert len(data.steps) == 7
    first = data.steps[0]
    assert first.legal
    facts = facts_under(made, f"1. {first.criterion.title.et}")
    assert facts["Mida teha"] == first.step.what.et if first.step else True
    assert facts["Miks"].startswith(f"Väidetud tase on {first.claimed}, tõendatud {first.evidenced}. ")
    assert facts["Alus"] == f"Seadus: {first.criterion.source.et}"
    summary = table_of(made, say("doc-overview.steps-table", "et"))
    assert [row[0] for row in summary.rows] == [1, 2, 3, 4, 5, 6, 7]
    assert "seadusest tulenev kohustus" in str(summary.rows[0][-1])
    improved = next((n, step) for n, step in enumerate(data.steps, start=1) if step.step)
    advice = facts_under(made, f"{improved[0]}. {improved[1].criterion.title.et}")
    assert advice["Näide"] == "Elva eelnõude leht"
    assert improved[1].step is not None
    assert advice["Esimene tegevus esmaspäeval"] == improved[1].step.first.et


def test_the_overview_compares_roles_peers_and_times() -> None:
    made = overview(overview_of("et"), "et")
    roles = table_of(made, say("doc-overview.disagree-table", "et"))
    assert [column.head for column in roles.columns][:3] == ["Kriteerium", "Juht", "Elanikud ja ühendused"]
    # Leader 4, residents 0: the median is 2, both are 2 away.
    assert roles.rows[0] == ("t1 nimi et", 4.0, 0.0, 2.0, "jah")
    changed = {row[0]: row[1:] for row in table_of(made, say("doc-overview.changes-table", "et")).rows}
    assert changed["t2 nimi et"] == (1, 3, "tõus, tõend on uuem")
    assert changed["p2 nimi et"] == (1, 3, "tõus ilma uuema tõendita")
    assert changed["t3 nimi et"] == (4, 2, "langus")
    peers = table_of(made, say("doc-overview.peers-table", "et"))
    assert peers.rows[0][0] == "Nõo vald"
    assert len(peers.rows) == 9
    evidence = {row[1]: row for row in table_of(made, say("doc-overview.evidence-table", "et")).rows}
    assert evidence["t1 nimi et"][3:7] == (4, 4, "https://noo.ee/t1", date(2026, 11, 1))
    assert evidence["p1 nimi et"][3:7] == (3, 0, "", None)
    assert evidence["p3 nimi et"][3:5] == ("Ei tea", None)


def test_an_overview_without_voices_peers_or_past_says_why() -> None:
    invented = replace(NOO, code="0000", name="Näidisvald")
    made = overview(overview_data(invented, DAY, INSTRUMENT, ANSWERS), "en")
    said = all_text(made)
    for key in ("disagree-none", "peers-none", "changes-none"):
        assert say(f"doc-overview.{key}", "en") in said


def test_the_inventory_tells_gaps_costs_and_deadlines() -> None:
    made = inventory(
        InventoryData(NOO, DAY, {"a": SOLUTION, "b": record("solution", name="Leht", purposes=["inform"])}), "et"
    )
    said = all_text(made)
    assert (
        "Teadaolev kulu on 3\u00a0600\u00a0€ aastas. Kulu on kirjas 1 lahenduse juures ja puudub 1 lahenduse juures."
        in said
    )
    cover = table_of(made, say("doc-inventory.cover-table", "et"))
    assert cover.rows[0] == ("Teavitamine", 2, "mitu lahendust", "Valla veebileht, Leht")
    assert cover.rows[1][1:] == (0, "lünk", None)
    assert "Leping lõpeb 31.01.2027." in said
    listed = table_of(made, say("doc-inventory.list", "et"))
    assert listed.wide
    assert listed.rows[0] == (
        "Valla veebileht",
        "Teavitamine",
        "Veebileht",
        48200,
        3600,
        None,
        date(2027, 1, 31),
        None,
        None,
    )


def test_the_proposals_come_with_reasoned_replies() -> None:
    made = proposals(ProposalsData(NOO, DAY, {"p": PROPOSAL, "q": record("proposal", title="Teine")}, INSTRUMENT), "et")
    assert "Ettepanekuid on 2; põhjendatud vastus on olemas 1 ettepanekule." in all_text(made)
    mine = proposals(ProposalsData(NOO, DAY, {"p": record("proposal", title="Minu", origin="own")}, INSTRUMENT), "et")
    assert facts_under(mine, "1. Minu")["Kust ettepanek tuli"] == "Juhi enda mõte"
    facts = facts_under(made, "1. Eelnõud veebi")
    assert facts["Otsus"] == "Osaliselt vastu võetud"
    assert facts["Põhjendatud vastus"] == "Nõus, aga aasta pärast."
    assert facts["Vastamise kuupäev"] == date(2026, 3, 19)
    assert facts["Kriteerium"] == "t1 nimi et"
    assert facts_under(made, "2. Teine")["Otsus"] == "Otsustamata"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_follows_the_template(language: Language) -> None:
    made = full(language)["plan"]
    assert made.title == "Nõo valla avatud valitsemise tegevuskava"
    assert made.subtitle == "01.01.2027 – 31.12.2028"
    headings = [block.text for block in made.blocks if isinstance(block, Heading)]
    keys = ("commitments", "monitoring", "annex")
    assert [h for h in headings if h in {say(f"doc-plan.{key}", language) for key in keys}] == [
        say(f"doc-plan.{key}", language) for key in keys
    ]
    facts = facts_under(made, "1. Avaldame eelnõud")
    assert facts[say("doc-plan.budget", language)] == say("doc-plan.no-budget", language)
    assert facts[say("commitment.end", language)] == date(2028, 6, 30)
    assert facts[say("commitment.proposal", language)] == "Eelnõud veebi"
    milestones = table_of(made, say("doc-plan.milestones-of", language, title="Avaldame eelnõud"))
    assert milestones.rows == (("Koostame korra", "kord veebis", date(2027, 3, 1), "jurist"),)
    indicator = table_of(made, say("document-labels.indicators", language, title="Avaldame eelnõud"))
    assert [c.head for c in indicator.columns] == [
        say(f"commitment.indicators--{name}", language)
        for name in ("name", "baseline", "target", "source", "owner", "due")
    ]
    kind = say("commitment.indicators--kind-output", language).lower()
    assert indicator.rows == ((f"Eelnõusid veebis ({kind}, %)", "40", "100", "register", "jurist", date(2028, 1, 1)),)
    logic = table_of(made, say("document-labels.logic", language, title="Avaldame eelnõud"))
    assert len(logic.rows) == 7
    assert logic.rows[0] == (say("commitment.inputs", language), "tööaeg")
    log = table_of(made, say("doc-plan.consultations", language))
    assert log.rows == ((date(2026, 2, 9), "veebiküsitlus", "elanikud", 214, "Sooviti vastuseid.", "Lubadus 1."),)
    assert any(isinstance(block, Picture) for block in made.blocks)


def test_a_plan_of_forty_commitments_is_one_list_in_excel() -> None:
    many = {
        f"c{n}": replace(COMMITMENT, id=f"c{n}", data={**COMMITMENT.data, "title": f"Lubadus {n}"}) for n in range(40)
    }
    read = book_of(plan(PlanData(NOO, DAY, PLAN, many, {}, {}, INSTRUMENT), "et"))
    assert len(read.sheetnames) < 12
    assert read["Lubadused"].max_row == 41
    assert [cell.value for cell in read["Vahe-eesmärgid"][2]] == [
        "1. Lubadus 0",
        "Koostame korra",
        "kord veebis",
        read["Vahe-eesmärgid"]["D2"].value,
        "jurist",
    ]
    assert read["Mõjuahel"].max_row == 40 * 7 + 1


def test_the_book_names_nobody_who_has_not_consented() -> None:
    told = {"did": "tegime", "dimension": "inclusion"}
    cards = (
        *(
            SharedCard(
                {**told, "title": f"Kaart {consent}", "consent": consent, "contact": f"kontakt-{consent}"},
                f"Vald-{consent}",
            )
            for consent in ("no", "anonymous", "named")
        ),
        SharedCard({"title": "Kaart nõusolekuta", "contact": "kontakt-x"}, "Vald-x"),
    )
    shared = (
        SharedProposal(PROPOSAL.data, "Vald-salaja"),
        SharedProposal({"title": "Teine"}, "Vald-avalik", named=True),
    )
    made = book(BookData("Klass", DAY, cards, shared, INSTRUMENT), "et")
    for shown in (
        all_text(made),
        pdf_text(made),
        zipfile.ZipFile(io.BytesIO(word.write(made))).read("word/document.xml").decode(),
    ):
        assert "Kaart named" in shown
        assert "Vald-named" in shown
        assert "kontakt-named" in shown
        assert "Kaart anonymous" in shown
        assert "Vald-avalik" in shown
        for hidden in (
            "Vald-anonymous",
            "kontakt-anonymous",
            "Kaart no",
            "Vald-no",
            "kontakt-no",
            "Kaart nõusolekuta",
            "Vald-salaja",
            "külaselts",
        ):
            assert hidden not in shown.replace("Kaart named", ""), hidden


# Pictures ----------------------------------------------------------------------------------------------------------


def words_in(figure: Any) -> list[str]:
    return [each.get_text() for axes in figure.axes for each in axes.texts if each.get_text()]


@pytest.mark.parametrize("language", LANGUAGES)
def test_intervals_are_drawn_with_roles_by_shape(language: Language) -> None:
    results = assess(INSTRUMENT, ANSWERS)
    views = roles_of(INSTRUMENT, ANSWERS, VOICES)
    residents = next(view for view in views if view.role == "resident")
    place = role_level(INSTRUMENT, residents, "transparency")
    assert place is not None
    figure = charts.plot_intervals(results, {"resident": {"transparency": place}}, language)
    legend = [each.get_text() for each in figure.axes[0].get_legend().get_texts()]
    assert legend == [
        say("work-charts.claimed", language),
        say("work-charts.evidenced", language),
        say("instrument.role-resident", language),
    ]
    # Four dimensions are answered too little, and that is said for claimed and evidenced alike.
    missing = sum(result.claimed is None for result in results) + sum(result.evidenced is None for result in results)
    assert missing > 0
    assert words_in(figure).count(say("work-charts.no-estimate", language)) == missing


def test_effort_and_impact_hold_every_number_once() -> None:
    points = [(str(number), number % 3 + 1, number % 2 + 1) for number in range(1, 61)]
    shown = words_in(charts.plot_effort_impact(points, "et"))
    assert sorted(shown[: len(shown)], key=str) == sorted(
        [name for name, _, _ in points] + [say("work-charts.quick", "et")], key=str
    )


def test_the_own_tile_is_marked_by_more_than_colour() -> None:
    figure = charts.plot_tiles(tile_map(), "0528", "et")
    framed = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle) and patch.get_linewidth() == 2]
    assert len(framed) == 2
    assert "Nõo vald" in words_in(figure)
    unknown = charts.plot_tiles(tile_map(), "0000", "et")
    assert len(unknown.axes[0].patches) == 79
    assert len(charts.plot_tiles({}, None, "en").axes) == 1


def test_a_gap_is_named_in_the_picture_of_purposes() -> None:
    shown = words_in(charts.plot_cover(purpose_cover({"a": SOLUTION}), "et"))
    assert shown.count("puudub") == len(PURPOSES) - 1
    assert "1" in shown


def test_completion_shows_at_most_eight_days_and_every_count() -> None:
    names = ["alustamata", "piiratult", "suures osas", "täielikult", "loobutud"]
    assert len(names) == len(COMPLETION)
    days = [(date(2026, 1 + number, 1), (12 - number, number, 0, 0, 0)) for number in range(12)]
    figure = charts.plot_completion(days, names, "et")
    labels = [each.get_text() for each in figure.axes[0].get_yticklabels()]
    assert len(labels) == 8
    assert (labels[0], labels[-1]) == ("01.01.2026", "01.12.2026")
    assert [each.get_text() for each in figure.axes[0].get_legend().get_texts()] == ["piiratult", "alustamata"]
    charts.plot_completion([], names, "et")


def test_pictures_are_the_same_bytes_every_time() -> None:
    def make() -> Any:
        return charts.plot_intervals(assess(INSTRUMENT, ANSWERS), {}, "et")

    assert charts.png(make()) == charts.png(make())
    assert svg(make()) == svg(make())


def test_the_font_of_documents_has_estonian_letters() -> None:
    assert {ord(letter) for letter in "õäöüšžÕÄÖÜŠŽ€–„“…§²□"} <= charts.letters_in_font()
    assert ord("中") not in charts.letters_in_font()
    assert (charts.font_folder() / "DejaVuSans.ttf").is_file()
