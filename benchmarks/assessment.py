"""The self-assessment of all municipalities: avcourse's rules against the same rules written plainly with pandas.

79 municipalities × 4 roles × all criteria: intervals per dimension and the first seven steps with 1 000 draws of stability each. The pandas
version goes row by row and draw by draw; it is timed on a small share (``pandas_runs`` assessments, ``pandas_draws`` draws) and scaled
up. Both must give the same figures on that share.
"""

from __future__ import annotations

import json
import random
import time
from typing import Any, Final

import pandas as pd

from avcourse.municipality.assessment import Answer, Answers, assess
from avcourse.municipality.instrument import Criterion, Instrument, load_instrument
from avcourse.municipality.profile import load_municipalities
from avcourse.municipality.steps import FIRST, MOVES, draw_moves, next_steps, stabilities

ROLES: Final = 4
DRAWS: Final = 1000
PANDAS_RUNS: Final = 2
PANDAS_DRAWS: Final = 10


def make_answers(instrument: Instrument, draw: random.Random) -> Answers:
    """Return made-up answers: a tenth unanswered, the others with every kind of level, evidence and confidence."""
    return {
        c.id: Answer(
            draw.choice([0, 1, 2, 2, 3, 3, 4, "unknown", "na"]),
            draw.choice(["sure", "rather", "guess"]),
            draw.choice(["", "https://vald.ee/otsus"]),
            "2026-11-01",
            False,
            c.version,
            "",
        )
        for c in instrument.criteria
        if draw.random() < 0.9
    }


def as_frame(instrument: Instrument, answers: Answers) -> pd.DataFrame:
    """Return one row for each criterion that applies, in order of ids."""
    criteria = sorted(instrument.criteria, key=lambda c: c.id)
    frame = pd.DataFrame({"criterion": criteria, "place": range(len(criteria))})
    frame["id"] = [c.id for c in criteria]
    frame["dimension"] = [c.dimension for c in criteria]
    frame["weight"] = [c.weight for c in criteria]
    frame["level"] = [answers[c.id].level if c.id in answers else "unknown" for c in criteria]
    frame["guess"] = [c.id in answers and answers[c.id].confidence == "guess" for c in criteria]
    frame["evident"] = [c.id in answers and answers[c.id].evidence != "" for c in criteria]
    return frame[frame["level"] != "na"].reset_index(drop=True)


def shown(criterion: Criterion, level: int, evident: bool) -> int:
    return level if evident else 0 if criterion.basis == "law" else min(level, 2)


def plain_row(row: pd.Series[Any]) -> tuple[bool, float]:
    """Return whether the row is an unmet legal duty, and its priority (0: nothing to do)."""
    criterion: Criterion = row["criterion"]
    if row["level"] == "unknown":
        return False, row["weight"] * 3 / 4
    level = shown(criterion, row["level"], row["evident"])
    impact = effort = 1
    if row["level"] < 3 or row["evident"]:
        steps = [s for s in criterion.steps if s.to > max(1, row["level"])]
        if not steps:
            return False, 0.0
        impact, effort = steps[0].impact, steps[0].effort
    target = 3 if level < 3 else 4
    return criterion.basis == "law" and level < 3, row["weight"] * (target - level) * impact / (4 * effort)


def plain_first(frame: pd.DataFrame) -> list[str]:
    """Return the ids of the first seven."""
    rows = frame.apply(plain_row, axis=1, result_type="expand").set_axis(["legal", "priority"], axis=1)
    ranked = pd.concat([frame[["id"]], rows], axis=1)
    ranked = ranked[ranked["priority"] > 0].sort_values(["legal", "priority", "id"], ascending=[False, False, True])
    return list(ranked["id"].head(FIRST))


def plain_draw(frame: pd.DataFrame, moves: list[int]) -> pd.DataFrame:
    """Return the frame with each level and weight moved as one draw says."""

    def moved(row: pd.Series[Any]) -> pd.Series[Any]:
        level_move, weight_move = MOVES[moves[row["place"]]]
        row = row.copy()
        if row["level"] != "unknown":
            row["level"] = min(4, max(0, row["level"] + level_move))
        row["weight"] = min(3, max(1, row["weight"] + weight_move))
        return row

    return frame.apply(moved, axis=1)


def plain_interval(rows: pd.DataFrame) -> tuple[float, float] | None:
    """Return the evidenced interval of one dimension."""
    if rows.loc[rows["level"] != "unknown", "weight"].sum() < 0.6 * rows["weight"].sum():
        return None
    low = high = 0
    for _, row in rows.iterrows():
        ends = (0, 4) if row["level"] == "unknown" else None
        if ends is None:
            slack = 1 if row["guess"] else 0
            lowest, highest = max(0, row["level"] - slack), min(4, row["level"] + slack)
            ends = shown(row["criterion"], lowest, row["evident"]), shown(row["criterion"], highest, row["evident"])
        low, high = low + row["weight"] * ends[0], high + row["weight"] * ends[1]
    whole = 4 * rows["weight"].sum()
    return float(low / whole), float(high / whole)


def measure(instrument: Instrument | None = None) -> dict[str, Any]:
    instrument = instrument or load_instrument()
    count, draw = len(instrument.criteria), random.Random(2026)
    everyone = [make_answers(instrument, draw) for _ in range(len(load_municipalities()) * ROLES)]

    begun = time.perf_counter()
    ours = [(assess(instrument, answers), next_steps(instrument, answers, draws=DRAWS)) for answers in everyone]
    our_seconds = time.perf_counter() - begun

    moves = draw_moves(count, PANDAS_DRAWS, 0).tolist()
    intervals, firsts, shares = [], [], []
    once = drawn = 0.0
    for answers in everyone[:PANDAS_RUNS]:
        begun = time.perf_counter()
        frame = as_frame(instrument, answers)
        intervals.append({name: plain_interval(rows) for name, rows in frame.groupby("dimension")})
        firsts.append(plain_first(frame))
        once += time.perf_counter() - begun
        begun = time.perf_counter()
        stay = [name for each in moves for name in plain_first(plain_draw(frame, each))]
        shares.append({name: stay.count(name) / PANDAS_DRAWS for name in frame["id"]})
        drawn += time.perf_counter() - begun
    pandas_seconds = len(everyone) / PANDAS_RUNS * (once + drawn * DRAWS / PANDAS_DRAWS)

    same = all(
        {r.dimension: r.evidenced and (r.evidenced.low, r.evidenced.high) for r in results if r.criteria} == interval
        and [step.criterion.id for step in steps] == first
        and stabilities(instrument, answers, draws=PANDAS_DRAWS) == share
        for (results, steps), interval, first, share, answers in zip(ours, intervals, firsts, shares, everyone, strict=False)
    )  # fmt: skip
    best = min(_one(instrument, everyone[0]) for _ in range(5))
    return {
        "assessments": len(everyone),
        "criteria": count,
        "draws": DRAWS,
        "avcourse_s": round(our_seconds, 2),
        "one_municipality_ms": round(1000 * best, 1),
        "pandas_s_scaled_up": round(pandas_seconds),
        "pandas_runs": PANDAS_RUNS,
        "pandas_draws": PANDAS_DRAWS,
        "ratio": round(pandas_seconds / our_seconds),
        "same_figures": same,
    }


def _one(instrument: Instrument, answers: Answers) -> float:
    begun = time.perf_counter()
    assess(instrument, answers)
    next_steps(instrument, answers, draws=DRAWS)
    return time.perf_counter() - begun


if __name__ == "__main__":
    print(json.dumps(measure()))
