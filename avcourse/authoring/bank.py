"""Reading ``content/questions/*.toml`` and splitting it: the public bank, and the key file that never reaches a learner."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from avcourse.authoring.problems import Problem, line_of, relative
from avcourse.authoring.source import FIGURES, ID
from avcourse.course.datasets import read_table
from avcourse.course.language import Text
from avcourse.course.questions import DONT_KNOW, KINDS, display_order

AREAS: Final = ("principles", "transparency", "participation", "digital", "impact")
LEVELS: Final = ("understand", "apply", "judge")
_PUBLIC: Final = (
    "id",
    "kind",
    "area",
    "level",
    "text",
    "graded",
    "points",
    "confidence",
    "dont_know",
    "unit",
    "minimum",
    "maximum",
    "source",
    "competence",
    "check",
    "withdrawn",
)
_KNOWN: Final = {
    *_PUBLIC,
    "option",
    "target",
    "key",
    "tolerance",
    "accept",
    "explanation",
    "feedback_right",
    "feedback_wrong",
    "options_from",
    "rubric",
    "survey",
    "figures",
}
UNSHUFFLED: Final = ("rating",)
SURVEYED: Final = ("single", "multiple", "matching")
"""Kinds that can ask in a survey, where nothing is right or wrong: then options stand in the author's order, as steps must."""


@dataclass(frozen=True, slots=True)
class BankRow:
    """One question as it goes into the public bank, and its key (None where there is none); ``figures`` as of a cell of prose."""

    public: Mapping[str, Any]
    key: Mapping[str, Any] | None
    texts: Text
    file: str
    line: int
    figures: str | None = None

    @property
    def graded(self) -> bool:
        """Whether the key stays with the trainer."""
        return bool(self.public.get("graded"))


def _pair(value: Mapping[str, str]) -> dict[str, str]:
    return {"et": value["et"], "en": value["en"]}


def texts_of(value: object, language: str) -> list[str]:
    """Return every text of one language in a mapping of the source, in file order, for the translation lock.

    Examples
    --------
    >>> texts_of({"title": {"et": "üks", "en": "one"}, "anchors": {"et": ["kaks", "kolm"], "en": ["two", "three"]}}, "et")
    ['üks', 'kaks', 'kolm']
    """
    if isinstance(value, Mapping):
        partner = value.get(language)
        own = [text for text in (partner if isinstance(partner, list) else [partner]) if isinstance(text, str)]
        return own + [text for part in value.values() for text in texts_of(part, language)]
    if isinstance(value, list):
        return [text for part in value for text in texts_of(part, language)]
    return []


def missing_partners(value: object, path: str = "") -> list[str]:
    """Return where a text stands in one language only."""
    if isinstance(value, dict):
        one_sided = ("et" in value) != ("en" in value) or any(value.get(k) == "" for k in ("et", "en"))
        own = [path or "text"] if one_sided else []
        return own + [p for key, part in value.items() for p in missing_partners(part, f"{path}.{key}".lstrip("."))]
    if isinstance(value, list):
        return [p for number, part in enumerate(value, 1) for p in missing_partners(part, f"{path}[{number}]")]
    return []


def _municipality_options(datasets: Path) -> list[dict[str, Any]]:
    rows = sorted(read_table("municipalities", datasets), key=lambda row: row["name"])
    return [{"id": f"kov-{row['ehak_code']}", "et": row["name"], "en": row["name"]} for row in rows]


def _key_of(data: Mapping[str, Any]) -> dict[str, Any] | None:
    kind, options = data["kind"], data.get("option", [])
    if data.get("survey"):
        return None
    feedback = {option["id"]: _pair(option["feedback"]) for option in options if "feedback" in option}
    for name in ("right", "wrong"):
        if f"feedback_{name}" in data:
            feedback[name] = _pair(data[f"feedback_{name}"])
    answer: list[str] | float
    match kind:
        case "single" | "multiple":
            answer = [option["id"] for option in options if option.get("correct")]
        case "matching":
            answer = [f"{option['id']}:{option['match']}" for option in options]
        case "ordering":
            answer = list(data["key"])
        case "number" if "key" in data:
            answer = float(data["key"])
        case "short":
            answer = list(data.get("accept", []))
        case _:
            answer = []
    key: dict[str, Any] = {"answer": answer, "feedback": feedback}
    if data.get("tolerance"):
        key["tolerance"] = float(data["tolerance"])
    if "explanation" in data:
        key["explanation"] = _pair(data["explanation"])
    if data.get("graded") and "source" in data:
        # The source of a graded item often says the answer: it stays with the key until the feedback.
        key["source"] = _pair(data["source"])
    return key if answer or feedback or "explanation" in key else None


def _public_of(data: Mapping[str, Any], datasets: Path) -> dict[str, Any]:
    public: dict[str, Any] = {name: data[name] for name in _PUBLIC if name in data}
    for name in ("text", "unit", "source"):
        if name in public:
            public[name] = _pair(public[name])
    if public.get("graded"):
        public.pop("source", None)
    options = data.get("option", [])
    if data.get("options_from") == "municipalities":
        public["options"] = _municipality_options(datasets)
    elif options:
        by_id = {o["id"]: {"id": o["id"], **_pair(o)} for o in options}
        kept = data["kind"] in UNSHUFFLED or data.get("survey")
        order = list(by_id) if kept else display_order(data["id"], by_id)
        public["options"] = [by_id[option] for option in order]
    if "rubric" in data:
        public["rubric"] = [{"points": step["points"], **_pair(step)} for step in data["rubric"]]
    if "target" in data:
        targets = {t["id"]: {"id": t["id"], **_pair(t)} for t in data["target"]}
        shown = list(targets) if data.get("survey") else display_order(data["id"] + "/targets", targets)
        public["targets"] = [targets[target] for target in shown]
    return public


def _faults(data: Mapping[str, Any]) -> list[Text]:
    """Return what is wrong with one question, mend included."""
    faults: list[Text] = []

    def fault(et: str, en: str) -> None:
        faults.append(Text(et=et, en=en))

    fixed = (
        ("kind", KINDS),
        ("area", AREAS),
        ("level", LEVELS),
        *([("figures", FIGURES)] if "figures" in data else []),
    )
    for name, allowed in fixed:
        if data.get(name) not in allowed:
            fault(
                f"{name} peab olema üks neist: {', '.join(allowed)}.", f"{name} must be one of: {', '.join(allowed)}."
            )
    if unknown := sorted(set(data) - _KNOWN):
        fault(
            f"tundmatu väli {', '.join(unknown)}. Kustutage või parandage.",
            f"unknown field {', '.join(unknown)}. Remove or mend it.",
        )
    if "text" not in data:
        fault("küsimuse tekst puudub. Lisage text.et ja text.en.", "the question has no text. Add text.et and text.en.")
    for place in missing_partners(dict(data)):
        fault(f"{place}: teine keel puudub. Lisage see.", f"{place}: the other language is missing. Add it.")
    options = data.get("option", [])
    ids = [option.get("id", "") for option in options]
    if len(set(ids)) != len(ids) or not all(ID.fullmatch(i) for i in ids):
        fault(
            "valikute id-d korduvad või ei sobi. Andke igale oma id.",
            "option ids repeat or do not fit. Give each its own.",
        )
    if any(not {"et", "en"} <= option.keys() for option in [*options, *data.get("target", [])]):
        fault("mõnel valikul puudub tekst. Lisage et ja en.", "an option has no text. Add et and en.")
    if DONT_KNOW in ids:
        fault(
            f"valiku id „{DONT_KNOW}“ on võetud. Valige teine.",
            f"the option id ‘{DONT_KNOW}’ is taken. Choose another.",
        )
    if data.get("minimum", float("-inf")) > data.get("maximum", float("inf")):
        fault("minimum on suurem kui maximum. Parandage.", "minimum is above maximum. Mend it.")
    kind = data.get("kind")
    faults += _survey_faults(data) if data.get("survey") else _choice_faults(data)
    faults += _by_rule_or_hand_faults(data)
    if data.get("graded") and "source" not in data and kind != "work" and "rubric" not in data:
        fault(
            "hinnatav küsimus peab nimetama allika. Lisage source.et ja source.en.",
            "a graded question must name its source. Add source.et and source.en.",
        )
    return faults


def _survey_faults(data: Mapping[str, Any]) -> list[Text]:
    """Return what is wrong with a question of a survey: it can have neither points nor anything that is right."""
    keyed = {
        "key",
        "accept",
        "explanation",
        "feedback_right",
        "feedback_wrong",
        "confidence",
        "dont_know",
        "options_from",
    }
    judged = any({"correct", "match", "feedback"} & option.keys() for option in data.get("option", []))
    if data.get("kind") in SURVEYED and not (data.get("graded") or judged or keyed & data.keys()):
        return []
    return [
        Text(
            et=f"survey = true sobib ainult küsimusele, millel ei ole õiget vastust ({', '.join(SURVEYED)}). Parandage.",
            en=f"survey = true is for a question with no right answer only ({', '.join(SURVEYED)}). Mend it.",
        )
    ]


def _choice_faults(data: Mapping[str, Any]) -> list[Text]:
    """Return what is wrong with the options of a question to which something is right."""
    faults: list[Text] = []

    def fault(et: str, en: str) -> None:
        faults.append(Text(et=et, en=en))

    options = data.get("option", [])
    ids = [option.get("id", "") for option in options]
    right = sum(bool(option.get("correct")) for option in options)
    kind = data.get("kind")
    if kind == "single" and right != 1 and "options_from" not in data:
        fault(f"õigeid valikuid on {right}, peab olema üks.", f"there are {right} right options, there must be one.")
    if kind == "multiple" and not right:
        fault("ükski valik ei ole õige. Märkige vähemalt üks.", "no option is right. Mark at least one.")
    if kind == "ordering" and sorted(data.get("key", [])) != sorted(ids):
        fault("key peab loetlema kõik valikud õiges järjekorras.", "key must list all options in the right order.")
    if kind == "matching" and {o.get("match") for o in options} - {t.get("id") for t in data.get("target", [])}:
        fault(
            "match viitab puuduvale sihile. Lisage [[question.target]].",
            "match names no target. Add a [[question.target]].",
        )
    if kind in ("single", "multiple") and "options_from" not in data and any("feedback" not in o for o in options):
        fault(
            "mõnel valikul puudub tagasiside. Lisage feedback.et ja feedback.en.",
            "an option has no feedback. Add feedback.et and feedback.en.",
        )
    return faults


def _by_rule_or_hand_faults(data: Mapping[str, Any]) -> list[Text]:
    """Return what is wrong with a question that has no key: graded by a rule of the municipality's work, or by a person with a rubric."""
    faults = []
    kind, graded, rubric = data.get("kind"), data.get("graded"), data.get("rubric", [])
    if kind == "work" and not (graded and isinstance(data.get("check"), str)):
        faults.append(
            Text(
                et="omavalitsuse töö küsimusel peab olema graded = true ja check = „reegli nimi“. Lisage.",
                en="a question on the municipality’s work needs graded = true and check = ‘the rule’s name’. Add them.",
            )
        )
    if (kind == "work" and {"option", "key", "rubric"} & data.keys()) or (kind != "work" and "check" in data):
        faults.append(
            Text(
                et="check sobib ainult küsimusele kind = work, millel ei ole valikuid, võtit ega hindamisjuhist. Parandage.",
                en="check is for kind = work only, which has no options, key or rubric. Mend it.",
            )
        )
    if (kind == "long" and graded and not rubric) or (rubric and not (kind == "long" and graded)):
        faults.append(
            Text(
                et="hindamisjuhis (rubric) peab olema hinnataval pikal küsimusel ja ainult sellel. Parandage.",
                en="a graded long question must have a rubric, and only such a question. Mend it.",
            )
        )
    worth = [step.get("points") for step in rubric]
    if any(not {"et", "en"} <= step.keys() or not isinstance(step.get("points"), int | float) for step in rubric) or (
        rubric and (worth != sorted(set(worth), reverse=True) or worth[0] != data.get("points", 1) or worth[-1] < 0)
    ):
        faults.append(
            Text(
                et="hindamisjuhise astmed on puudulikud. Alustage küsimuse punktidest ja minge alla, igal astmel points, et ja en.",
                en="the steps of the rubric do not fit. Begin with the question’s points and go down, each with points, et and en.",
            )
        )
    return faults


def read_bank(folder: Path, root: Path) -> tuple[dict[str, BankRow], list[Problem]]:
    """Return all questions under ``folder`` by id, and what is wrong with them."""
    rows: dict[str, BankRow] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.toml")):
        raw, name = path.read_text(encoding="utf-8"), relative(path, root)
        try:
            questions = tomllib.loads(raw).get("question", [])
        except tomllib.TOMLDecodeError as error:
            problems.append(
                Problem(
                    name, 0, path.stem, Text(et=f"TOML ei ole loetav: {error}.", en=f"not readable as TOML: {error}.")
                )
            )
            continue
        for data in questions:
            identity = str(data.get("id", ""))
            line = line_of(raw, f'id = "{identity}"')
            faults = _faults(data)
            if not ID.fullmatch(identity):
                faults.append(Text(et="id ei sobi: [a-z0-9-]{1,64}.", en="the id does not fit: [a-z0-9-]{1,64}."))
            if identity in rows:
                faults.append(
                    Text(
                        et="id on pangas juba olemas. Valige uus.",
                        en="the id is in the bank already. Choose a new one.",
                    )
                )
            problems += [Problem(name, line, identity or "?", fault) for fault in faults]
            if not faults:
                texts = Text(et="\n".join(texts_of(data, "et")), en="\n".join(texts_of(data, "en")))
                rows[identity] = BankRow(
                    _public_of(data, root / "datasets"), _key_of(data), texts, name, line, data.get("figures")
                )
    return rows, problems
