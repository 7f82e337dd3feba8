"""Write ``datapackage.json`` (Frictionless Data Package) from the descriptions below and the CSV files beside it.

Run after a table changed: ``python datasets/prepare.py``. A test holds that the committed file is what this writes.
"""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
CC_BY = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0"}
FACTS = {
    "name": "other-open",
    "title": "Faktid avalikest allikatest, allikas nimetatud / facts from public sources, source named",
}

Field = tuple[str, str, str, str]
TABLES: dict[str, dict[str, Any]] = {
    "municipalities": {
        "title": "Eesti omavalitsused / Municipalities of Estonia",
        "description": "79 omavalitsust, juuni 2024. Rahvaarv on rahvastikuregistri, mitte Statistikaameti oma. / "
        "79 municipalities, June 2024. Population is the population register’s, not Statistics Estonia’s.",
        "date": "2024-06",
        "licences": [FACTS],
        "sources": [
            {
                "title": "rahvaalgatus.ee, omavalitsuste loend / list of local governments, 2024-06",
                "path": "https://rahvaalgatus.ee",
            },
            {"title": "Maa-amet, haldusjaotus / Land Board, administrative division, 2020"},
        ],
        "fields": [
            ("ehak_code", "string", "EHAK-i kood / EHAK code", ""),
            ("name", "string", "Nimi / name", ""),
            ("type", "string", "vald või linn / rural municipality or city", ""),
            ("county", "string", "Maakond / county", ""),
            ("population", "integer", "Elanikke / residents", "persons"),
            ("population_date", "string", "Rahvaarvu aeg / date of population", "year-month"),
            ("voters", "integer", "Hääleõiguslikke / voters", "persons"),
            ("area_km2", "number", "Pindala / area", "km²"),
            ("centre_lon", "number", "Keskpunkti pikkuskraad / longitude of the centre", "degrees (WGS 84)"),
            ("centre_lat", "number", "Keskpunkti laiuskraad / latitude of the centre", "degrees (WGS 84)"),
        ],
    },
    "residents-2022": {
        "title": "Elanike arvamus oma omavalitsusest 2022 / Residents’ views of their municipality, 2022",
        "description": "Nõustujate osakaal viie väite kaupa. / Share agreeing with five statements.",
        "date": "2022",
        "licences": [FACTS],
        "sources": [{"title": "Postimees, 2022", "path": "https://kodu.postimees.ee/7593673"}],
        "fields": [
            ("measure_et", "string", "Väide / statement (et)", ""),
            ("measure_en", "string", "Väide / statement (en)", ""),
            ("share_percent", "number", "Nõustujaid / agreeing", "per cent"),
        ],
    },
    "inspections": {
        "title": "Mida kontrollijad leidsid omavalitsustes / What inspectors found in municipalities",
        "description": "Kui paljudel kontrollitud omavalitsustest oli puudusi; ainult teemad, mille kohta leidsime avaldatud arvu. / "
        "How many of the municipalities checked had gaps; only topics for which we found a published figure.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [
            {"title": "Andmekaitse Inspektsioon / Data Protection Inspectorate", "path": "https://www.aki.ee"},
            {
                "title": "Riigikontroll 2018, Ärileht / National Audit Office",
                "path": "https://arileht.delfi.ee/artikkel/82620547",
            },
        ],
        "fields": [
            ("year", "integer", "Aasta / year", "year"),
            ("inspector_et", "string", "Kes kontrollis / who checked (et)", ""),
            ("inspector_en", "string", "Kes kontrollis / who checked (en)", ""),
            ("topic_et", "string", "Teema / topic (et)", ""),
            ("topic_en", "string", "Teema / topic (en)", ""),
            ("checked", "integer", "Omavalitsusi kontrolliti / municipalities checked", "municipalities"),
            ("with_gaps", "integer", "Neist puudustega / of these with gaps", "municipalities"),
            ("note_et", "string", "Märkus / note (et)", ""),
            ("note_en", "string", "Märkus / note (en)", ""),
            ("source", "string", "Allikas / source", ""),
        ],
    },
    "local-turnout": {
        "title": "Osalus kohalikel valimistel 1993–2025 / Turnout at local elections, 1993–2025",
        "description": "Kogu Eesti. 2021. ja 2025. aasta arvud on esialgsed; tühi lahter: arvu me ei leidnud. / "
        "All Estonia. The figures of 2021 and 2025 are preliminary; an empty cell: we found none.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [
            {
                "title": "Vabariigi Valimiskomisjon, valimiste arhiiv / National Electoral Committee, archive of elections",
                "path": "https://www.valimised.ee/et/valimiste-arhiiv/toimunud-kohaliku-omavalitsuse-volikogu-valimised",
            },
            {"title": "ERR, 2025-10-18", "path": "https://www.err.ee/1609833372"},
            {
                "title": "Äripäev, 2025-10-19",
                "path": "https://www.aripaev.ee/uudised/2025/10/19/valimas-kais-pea-60-valijatest",
            },
        ],
        "fields": [
            ("year", "integer", "Aasta / year", "year"),
            ("eligible_voters", "integer", "Hääleõiguslikke / entitled to vote", "persons"),
            ("voted", "integer", "Hääletanuid / voted", "persons"),
            ("turnout_percent", "number", "Osalus / turnout", "per cent"),
            ("note_et", "string", "Märkus / note (et)", ""),
            ("note_en", "string", "Märkus / note (en)", ""),
            ("source", "string", "Allikas / source", ""),
        ],
    },
    "ogp-members": {
        "title": "Avatud valitsemise partnerluse liikmed / Members of the Open Government Partnership",
        "description": "Ainult kuupäevad, mille kohta leidsime avaldatud arvu. / Only dates with a published figure.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [
            {"title": "Riigikantselei", "path": "https://www.riigikantselei.ee"},
            {"title": "Open Government Partnership", "path": "https://www.opengovpartnership.org"},
        ],
        "fields": [
            ("date", "string", "Aeg / date", "date, or year and month"),
            ("countries", "integer", "Riike / countries", "members"),
            ("local_governments", "integer", "Omavalitsusi / local governments", "members"),
        ],
    },
    "ogp-plans": {
        "title": "Eesti tegevuskavad partnerluses / Estonia’s action plans in the Partnership",
        "description": "Kavad 1–6. Seitsmenda kava eelnõu on 20.10.2025, heakskiitu me ei leidnud. / "
        "Plans 1–6. The draft of the seventh is of 20.10.2025; we found no approval.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [
            {"title": "Riigikantselei", "path": "https://www.riigikantselei.ee"},
            {
                "title": "Open Government Partnership, IRM",
                "path": "https://www.opengovpartnership.org/members/estonia/",
            },
        ],
        "fields": [
            ("plan", "integer", "Kava / plan", ""),
            ("period_start", "string", "Algus / start", "year"),
            ("period_end", "string", "Lõpp / end", "year"),
            ("commitments", "integer", "Lubadusi / commitments", "count"),
            ("headline_et", "string", "Põhisuunad / main fields (et)", ""),
            ("headline_en", "string", "Põhisuunad / main fields (en)", ""),
            ("local_et", "string", "Omavalitsustele / for municipalities (et)", ""),
            ("local_en", "string", "Omavalitsustele / for municipalities (en)", ""),
            ("review_et", "string", "Sõltumatu hindamine / independent review (et)", ""),
            ("review_en", "string", "Sõltumatu hindamine / independent review (en)", ""),
            ("verified", "string", "Kui kindel / how sure", ""),
            ("source", "string", "Allikas / source", ""),
        ],
    },
    "open-data-portal-2021": {
        "title": "Avaandmete portaali failivormingud 2021 / File formats of the open data portal, 2021",
        "description": "Mitme andmestiku juures vormingut nimetati; ühel andmestikul võib neid olla mitu. Portaalis oli 787 kirjeldust; "
        "omavalitsused on Tallinn, Tartu, Anija, Harku ja Saue. Ainult sagedasemad vormingud; HTM ja XLXS on avaldajate kirjapilt. / "
        "With how many datasets a format was named; one dataset may have several. The portal held 787 descriptions; "
        "the municipalities are Tallinn, Tartu, Anija, Harku and Saue. Only the commoner formats; "
        "HTM and XLXS are the publishers’ spelling.",
        "date": "2021-02",
        "licences": [FACTS],
        "sources": [
            {
                "title": "Endise avaandmete portaali kirjeldused, oma arvutus / descriptions in the former portal, own count, 2021-02",
                "path": "https://github.com/okestonia/opendata.riik.ee",
            }
        ],
        "fields": [
            ("publishers_et", "string", "Avaldajad / publishers (et)", ""),
            ("publishers_en", "string", "Avaldajad / publishers (en)", ""),
            ("file_format", "string", "Failivorming / file format", ""),
            ("datasets", "integer", "Andmestikke / datasets", "count"),
        ],
    },
    "participatory-budgeting": {
        "title": "Kaasavad eelarved Eestis, Helsingis ja Pariisis / Participatory budgets in Estonia, Helsinki and Paris",
        "description": "Hääletused 2013–2024, mille kohta leidsime avaldatud arve; tühi lahter: arvu me ei leidnud. "
        "Osaluse nimetaja on eri paigus erinev (hääleõiguslikud, täiskasvanud, elanikud): vt märkust. / "
        "Votes of 2013–2024 with published figures; an empty cell: we found none. "
        "Turnout has different bases (those entitled to vote, adults, residents): see the note.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [{"title": "Iga rea veerg „source“ / column ‘source’ of each row"}],
        "fields": [
            ("place_et", "string", "Koht / place (et)", ""),
            ("place_en", "string", "Koht / place (en)", ""),
            ("country", "string", "Riik / country", "ISO 3166-1 alpha-2"),
            ("year", "integer", "Hääletuse aasta / year of the vote", "year"),
            ("sum_eur", "integer", "Summa / sum", "euros"),
            ("ideas", "integer", "Ideid esitati / ideas submitted", "count"),
            ("voters", "integer", "Hääletajaid / voters", "persons"),
            ("votes", "integer", "Hääli / votes", "count"),
            ("turnout_percent", "number", "Osalus / turnout", "per cent"),
            ("note_et", "string", "Korraldus ja tulemus / design and result (et)", ""),
            ("note_en", "string", "Korraldus ja tulemus / design and result (en)", ""),
            ("verified", "string", "Kui kindel / how sure", ""),
            ("source", "string", "Allikas / source", ""),
        ],
    },
    "solutions": {
        "title": "Avatud valitsemise digilahendused / Digital solutions for open government",
        "description": "Lahendused, mille andmed on allikast vähemalt osaliselt kontrollitud; mida allikas ei näidanud, on tühi. / "
        "Solutions whose data have been checked in a source, at least partly; what the source did not show is left empty.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [{"title": "Iga rea veerg „source“ / column ‘source’ of each row"}],
        "fields": [
            ("id", "string", "Tunnus / id", ""),
            ("name", "string", "Nimi / name", ""),
            ("purposes", "string", "Otstarbed, eraldajaks semikoolon / purposes, separated by semicolons", ""),
            ("purpose_et", "string", "Milleks / what for (et)", ""),
            ("purpose_en", "string", "Milleks / what for (en)", ""),
            ("origin", "string", "Päritolumaa / country of origin", "ISO 3166-1 alpha-2, INT"),
            ("licence", "string", "Litsents / licence", ""),
            ("open", "string", "Avatud lähtekood: yes, no, partly / open source", ""),
            ("repository", "string", "Koodihoidla / repository", ""),
            ("users_et", "string", "Kasutajad / users (et)", ""),
            ("users_en", "string", "Kasutajad / users (en)", ""),
            ("estonian_ui", "string", "Eestikeelne kasutajaliides: yes, no, unknown / Estonian interface", ""),
            ("languages", "string", "Keeled või nende arv / languages or their number", ""),
            ("last_activity", "string", "Viimane nähtud versioon või muudatus / last version or change seen", ""),
            ("notes_et", "string", "Turve, ligipääsetavus ja muu / security, accessibility and other notes (et)", ""),
            ("notes_en", "string", "Turve, ligipääsetavus ja muu / security, accessibility and other notes (en)", ""),
            ("verified", "string", "Kui kindel: verified, partly / how sure", ""),
            ("source", "string", "Allikas / source", ""),
            ("checked", "string", "Kontrollitud / checked", "year-month"),
        ],
    },
    "cases": {
        "title": "Avatud valitsemise näited / Cases of open government",
        "description": "Mida tehti, mis sellest sai ja mida sellest õppida. / What was done, what came of it and what to learn.",
        "date": "2026-11",
        "licences": [FACTS],
        "sources": [{"title": "Iga rea veerg „source“ / column ‘source’ of each row"}],
        "fields": [
            ("id", "string", "Tunnus / id", ""),
            ("title_et", "string", "Pealkiri / title (et)", ""),
            ("title_en", "string", "Pealkiri / title (en)", ""),
            ("place_et", "string", "Koht / place (et)", ""),
            ("place_en", "string", "Koht / place (en)", ""),
            ("country", "string", "Riik / country", "ISO 3166-1 alpha-2"),
            ("year", "string", "Aasta või aastad / year or years", ""),
            ("what_et", "string", "Mida tehti / what was done (et)", ""),
            ("what_en", "string", "Mida tehti / what was done (en)", ""),
            ("result_et", "string", "Mis sellest sai / what came of it (et)", ""),
            ("result_en", "string", "Mis sellest sai / what came of it (en)", ""),
            ("lesson_et", "string", "Mida õppida / what to learn (et)", ""),
            ("lesson_en", "string", "Mida õppida / what to learn (en)", ""),
            ("dimension", "string", "Enesehindamise valdkond / dimension of the self-assessment", ""),
            ("solution", "string", "Lahendus kataloogis / solution in the catalogue", ""),
            ("verified", "string", "Kui kindel: verified, partly / how sure", ""),
            ("source", "string", "Allikas / source", ""),
        ],
    },
}


def resource(name: str, table: dict[str, Any]) -> dict[str, Any]:
    """Return the description of one table, with its size and sha256."""
    raw = (HERE / f"{name}.csv").read_bytes()
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        header = next(csv.reader(stream))
    fields = [
        {"name": n, "type": kind, "title": title, **({"unit": unit} if unit else {})}
        for n, kind, title, unit in table["fields"]
    ]
    if header != [field["name"] for field in fields]:
        raise SystemExit(f"{name}.csv: {header}")
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": table["title"],
        "description": table["description"],
        "created": table["date"],
        "licenses": table["licences"],
        "sources": table["sources"],
        "format": "csv",
        "encoding": "utf-8",
        "bytes": len(raw),
        "hash": "sha256:" + hashlib.sha256(raw).hexdigest(),
        "schema": {"fields": fields, "missingValues": [""]},
    }


def package() -> str:
    """Return the text of ``datapackage.json``."""
    data = {
        "profile": "tabular-data-package",
        "name": "avcourse-datasets",
        "title": "avcourse: kursuse andmed / the course’s data",
        "licenses": [CC_BY],
        "resources": [resource(name, table) for name, table in sorted(TABLES.items())],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / "datapackage.json").write_text(package(), encoding="utf-8")
