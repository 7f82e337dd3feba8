"""Open answers of invented participants, from the best to the emptiest. Synthetic: nobody wrote them, no place in them exists."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Final

LABEL: Final = "(Väljamõeldud vastus.)"
"""Stands before each text, so that none can be taken for a participant's."""

_PLACES: Final = ("Proovivald", "Näidisvald", "Katselinn")
_WHO: Final = ("vallasekretär", "kaasamisspetsialist", "arendusnõunik", "avalike suhete juht")
_WHEN: Final = ("31. jaanuariks", "1. märtsiks", "aprilli lõpuks", "suve alguseks")

_OWN: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = {
    "ea-reflection": (
        (
            "{place} sai kriteeriumis p09 taseme 2, sest viiest kaasamisest lõppes avaldatud kokkuvõttega kaks. Üllatas ka, et "
            "ametnikud hindasid dokumendiregistrit kõrgemalt kui elanikud (t05) ja et teehoolde andmetel ei ole liidest "
            "(d10). Esimesena võtame ette kokkuvõtted, sest neist sõltub usaldus: {who} avaldab vormi {when}.",
            "Kolm leidu: istungite ülekandeid vaadatakse rohkem, kui arvasin (t06, tase 4), ettepanekutele vastatakse "
            "põhjenduseta (p09, tase 1) ja avaandmete kava on aegunud (d04). Alustame vastustest: seadus nõuab neid niikuinii. "
            "{who} koostab korra ja toob selle volikogu ette {when}.",
        ),
        (
            "Üllatas, et kaasamise kokkuvõtteid avaldame harva (p09) ja et lihtsas keeles teateid on vähe (a01). Esimene samm on "
            "kokkuvõtte vorm, sest see on odav ja kõigile näha. Kes seda teeb, lepime hiljem kokku.",
            "Huvide deklaratsioonidega on hästi, avaandmetega halvasti (d04). Alustame andmekogude loendist, sest ilma selleta "
            "ei tea keegi, mida avaldada. Tähtaega veel ei ole.",
        ),
        (
            "Avaandmetega on meil kehvem, kui arvasin. Hakkame neid avaldama.",
            "Elanikud hindasid kaasamist madalamalt kui ametnikud. Vaatame selle üle.",
        ),
        (
            "Peame rohkem avatud olema ja elanikega paremini suhtlema.",
            "Enesehindamine oli kasulik, arenguruumi on igas omavalitsuses.",
        ),
        ("Ei oska öelda.", "Vaata eelmist vastust."),
    ),
    "tk-change": (
        (
            "Elanik näeb kahe aasta pärast iga kaasamise juures, mis tema ettepanekust sai. Mõõdame tagasisidega lõppenud "
            "kaasamiste osa: praegu 40 %, siht 100 %, allikas kaasamise logi. Rahulolu võib muuta ka valimiste aasta, "
            "seepärast võrdleme ka naaberomavalitsustega. Kui aasta pärast on osa alla 70 %, muudame korda või loobume vormist.",
            "Kogukonna eestvedaja leiab toetuse summa ja põhjenduse ühe minutiga, praegu tuleb teabenõue esitada. Mõõdik: "
            "teabenõuete arv toetuste kohta, praegu 22 aastas, siht 5, allikas dokumendiregister. Arv võib langeda ka siis, "
            "kui toetusi antakse vähem, seda kontrollime. Kui muutust aastaga ei ole, vaatab volikogu lubaduse uuesti läbi.",
        ),
        (
            "Elanik saab vastuse kümne päevaga, praegu kulub keskmiselt 24 päeva. Mõõdame seda dokumendiregistrist kord kvartalis "
            "ja siht on 10 päeva.",
            "Kaasamisega rahul olevate elanike osa kasvab 31 protsendilt 50 protsendini; küsime seda sama küsitlusega.",
        ),
        (
            "Avaldame kokkuvõtted veebis, koolitame ametnikke ja teeme kaks infopäeva.",
            "Võtame kasutusele uue infosüsteemi ja kirjutame korra ümber.",
        ),
        (
            "Valitsemine muutub avatumaks ja elanike usaldus kasvab.",
            "Elanikud on rahulolevamad ja saavad rohkem kaasa rääkida.",
        ),
        ("Ei oska öelda.", "Sellest oli juba juttu."),
    ),
}
_ANY: Final[tuple[tuple[str, ...], ...]] = (
    (
        "{place} muutis kaasamise korda: iga ettepanek saab põhjendatud vastuse ja {who} avaldab kokkuvõtte. Eelmisel kevadel "
        "vastati nii 17 ettepanekule 19-st, aasta varem kolmele.",
    ),
    ("Avaldame nüüd eelnõud viis päeva enne istungit. Märkusi tuleb rohkem kui varem, arvu ei ole loendatud.",),
    ("Kasutame kursuse materjale koosolekutel.",),
    ("Avatus on tähtis ja sellega tuleb edasi minna.",),
    ("Ei oska öelda.",),
)


def write_answer(question: str, ability: float, draw: Random) -> str:
    """Return an open answer of the quality that goes with an ability; the most able write the best, though not always.

    Examples
    --------
    >>> write_answer("tk-change", -9.0, Random(1)).startswith(LABEL)
    True
    """
    steps = _OWN.get(question, _ANY)
    place = round(2.0 - 0.9 * ability + draw.gauss(0.0, 0.7))
    text = draw.choice(steps[min(len(steps) - 1, max(0, place))])
    filled = text.format(place=draw.choice(_PLACES), who=draw.choice(_WHO), when=draw.choice(_WHEN))
    return f"{LABEL} {filled[0].upper()}{filled[1:]}"
