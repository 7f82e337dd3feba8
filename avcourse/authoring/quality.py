"""``avcourse quality``: what can be measured of the content, as data and in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from avcourse.authoring.build import Content
from avcourse.authoring.facts import asked_in
from avcourse.authoring.naive import Naive, naive
from avcourse.authoring.problems import Problem
from avcourse.authoring.readability import MOST, lix, prose_of
from avcourse.authoring.recheck import read_recheck, to_recheck
from avcourse.authoring.spelling import Spelling, spelling
from avcourse.authoring.statements import Statement, unsourced
from avcourse.authoring.timing import HELD, Timing, timings
from avcourse.course.language import LANGUAGES, Language, say


@dataclass(frozen=True, slots=True)
class Quality:
    """Everything that is measured; ``spelling`` has None for a language whose speller is not installed."""

    naive: dict[str, Naive]
    spelling: dict[Language, Spelling | None]
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    timings: tuple[Timing, ...]
    items: dict[str, dict[str, int]]
    lix: dict[str, dict[Language, float]]

    @property
    def faults(self) -> int:
        """How many things are to mend."""
        wrong = sum(len(each.wrong) for each in self.spelling.values() if each)
        hard = sum(value > MOST[language] for values in self.lix.values() for language, value in values.items())
        late = sum(not timing.fits for timing in self.timings)
        return wrong + hard + late + len(self.problems) + sum(not each.sound for each in self.naive.values())


def _counts(content: Content) -> dict[str, dict[str, int]]:
    homes = asked_in(content.course)
    rows = [row.public for row in content.bank.values()]
    counted = {name: Counter(str(row[name]) for row in rows) for name in ("area", "level", "kind")}
    counted["assignment"] = Counter(homes.get(str(row["id"]), "-") for row in rows)
    order = {module.id: place for place, module in enumerate(content.course.modules)}
    return {
        name: dict(sorted(counter.items(), key=lambda pair: (order.get(pair[0], -1), pair[0])))
        for name, counter in counted.items()
    }


def measure(content: Content, root: Path, today: date) -> Quality:
    """Measure everything."""
    rows = list(content.bank.values())
    return Quality(
        naive={
            "graded": naive(row for row in rows if row.graded),
            "formative": naive(row for row in rows if not row.graded),
        },
        spelling={language: spelling(root, language) for language in LANGUAGES},
        statements=tuple(content.statements),
        problems=tuple(unsourced(content.statements)),
        warnings=tuple(to_recheck(content.statements, read_recheck(root), today)),
        timings=timings(content.course, content.sources, content.bank),
        items=_counts(content),
        lix={
            name: {language: lix(prose_of(source, language)) for language in LANGUAGES}
            for name, source in content.sources.items()
        },
    )


def as_data(quality: Quality) -> dict[str, Any]:
    """Return what ``--json`` prints."""
    walk = [each for each in quality.timings if not each.after]
    held = [each for each in walk if each.kind in HELD]
    return {
        "naive": {
            which: {
                "items": each.items,
                "chance": each.chance,
                "spread": each.spread,
                "bound": each.bound,
                "sound": each.sound,
                "best": asdict(each.best) if each.outcomes else None,
                "strategies": [asdict(outcome) for outcome in each.outcomes],
            }
            for which, each in quality.naive.items()
        },
        "spelling": {language: asdict(each) if each else None for language, each in quality.spelling.items()},
        "statements": {
            "law": sum(each.kind == "law" for each in quality.statements),
            "figure": sum(each.kind == "figure" for each in quality.statements),
            "unsourced": [problem.sentence("en") for problem in quality.problems],
            "recheck": [problem.sentence("en") for problem in quality.warnings],
        },
        "minutes": [{**asdict(each), "computed": each.computed, "fits": each.fits} for each in quality.timings],
        "minutes_in_all": {
            "declared": sum(each.declared for each in walk),
            "computed": round(sum(each.computed for each in walk), 1),
            "lessons_declared": sum(each.declared for each in held),
            "lessons_computed": round(sum(each.computed for each in held), 1),
        },
        "items": quality.items,
        "lix": quality.lix,
        "faults": quality.faults,
    }


def in_words(quality: Quality, language: Language) -> Iterator[str]:
    """Yield the lines that are printed."""
    for which, result in quality.naive.items():
        yield from _naive_lines(which, result, language)
    for checked, found in quality.spelling.items():
        if found is None:
            yield say("quality.no-speller", language, which=checked)
        else:
            counts = {"read": found.read, "unknown": found.unknown, "listed": found.listed, "wrong": len(found.wrong)}
            yield say("quality.spelling", language, which=checked, **counts)
            yield from (f"  {word}" for word in found.wrong)
    kinds = Counter(each.kind for each in quality.statements if each.sourced)
    yield say(
        "quality.statements",
        language,
        law=kinds["law"],
        figure=kinds["figure"],
        unsourced=len(quality.problems),
        again=len(quality.warnings),
    )
    yield from (f"  {problem.sentence(language)}" for problem in (*quality.problems, *quality.warnings))
    yield from _time_lines(quality.timings, language)
    for name, counts in quality.items.items():
        told = ", ".join(f"{each} {count}" for each, count in counts.items())
        yield say("quality.items", language, by=say(f"quality.{name}", language), counts=told)
    values = ", ".join(f"{name} {each['et']:.0f}/{each['en']:.0f}" for name, each in quality.lix.items())
    yield say("quality.reading", language, most_et=MOST["et"], most_en=MOST["en"], values=values)
    yield say("quality.unsound", language, count=quality.faults) if quality.faults else say("quality.sound", language)


def _naive_lines(which: str, result: Naive, language: Language) -> Iterator[str]:
    if not result.outcomes:
        return
    yield say(
        "quality.naive",
        language,
        which=say(f"quality.{which}", language),
        count=result.items,
        chance=f"{result.chance:.1f}",
        spread=f"{result.spread:.1f}",
        best=result.best.strategy,
        place=result.best.language,
        score=f"{result.best.score:.1f}",
        bound=f"{result.bound:.1f}",
    )
    scores: dict[str, dict[str, str]] = {}
    for outcome in result.outcomes:
        scores.setdefault(outcome.strategy, {})[outcome.language] = f"{outcome.score:.1f}"
    yield "  " + "; ".join(say("quality.naive-each", language, strategy=name, **each) for name, each in scores.items())


def _time_lines(found: tuple[Timing, ...], language: Language) -> Iterator[str]:
    for each in found:
        yield say(
            "quality.minutes",
            language,
            module=each.module,
            declared=each.declared,
            computed=f"{each.computed:g}",
            words=each.words,
            reading=f"{each.reading:.1f}",
            questions=f"{each.questions:g}",
            pictures=f"{each.pictures:g}",
            own=f"{each.own:g}",
            mark="" if each.fits else say("quality.off", language),
        )
    walk = [each for each in found if not each.after]
    told: dict[str, str] = {}
    for prefix, chosen in (("", walk), ("held", [each for each in walk if each.kind in HELD])):
        declared = sum(each.declared for each in chosen)
        told |= {prefix or "declared": f"{declared}", f"{prefix}_hours".lstrip("_"): f"{declared / 60:.1f}"}
        told[f"{prefix}_computed".lstrip("_")] = f"{sum(each.computed for each in chosen):.0f}"
    yield say("quality.total", language, **told)
