"""The action plan: commitments in the form of an OGP plan, what was asked of residents, and the council's term that a plan should fit."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from avcourse.municipality.fields import Field, Sheet
from avcourse.municipality.proposals import INDICATORS, LOGIC_FIELDS

COMPLETION: Final = ("not-started", "limited", "substantial", "complete", "withdrawn")

COMMITMENT: Final = Sheet(
    "commitment",
    (
        Field("title", "text", required=True),
        Field("proposal", "choice"),
        Field("criterion", "choice"),
        Field("problem", "long"),
        Field("baseline", "long"),
        Field("causes", "long"),
        Field("action", "long"),
        Field("openness", "long"),
        Field("mechanism", "choices", ("information", "participation", "accountability", "technology")),
        Field("potential", "choice", ("unclear", "modest", "substantial")),
        Field("owner", "text"),
        Field("partners", "text"),
        Field("budget", "money"),
        Field("no_budget", "yes"),
        Field("development_plan", "text"),
        Field("start", "date"),
        Field("end", "date"),
        Field(
            "milestones",
            "rows",
            fields=(
                Field("what", "text"),
                Field("date", "date"),
                Field("owner", "text"),
                Field("output", "text"),
            ),
        ),
        INDICATORS,
        *LOGIC_FIELDS,
        Field("completion", "choice", COMPLETION),
        Field(
            "status_log",
            "rows",
            fields=(Field("date", "date"), Field("completion", "choice", COMPLETION), Field("note", "text")),
        ),
    ),
)

CONSULTATION: Final = Sheet(
    "consultation",
    (
        Field("date", "date"),
        Field("channel", "text"),
        Field("who", "text"),
        Field("count", "number", minimum=0, whole=True),
        Field("summary", "long"),
        Field("response", "long"),
    ),
)

PLAN: Final = Sheet(
    "plan",
    (
        Field("title", "text"),
        Field("intro", "long"),
        Field("state", "long"),
        Field("period_start", "date"),
        Field("period_end", "date"),
        Field("adopted_by", "text"),
        Field("monitoring", "long"),
        Field("contact", "text"),
    ),
)

FIRST_ELECTION: Final = 2025
YEARS_BETWEEN: Final = 4
OCTOBER: Final = 10
SUNDAY: Final = 6


def election_day(year: int) -> date:
    """Return the third Sunday of October, on which councils are elected in an election year.

    Examples
    --------
    >>> election_day(2029)
    datetime.date(2029, 10, 21)
    """
    first = date(year, OCTOBER, 1)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 14)


def term_end(today: date) -> date:
    """Return the day of the next regular council elections: every four years, 2025, 2029 and so on.

    Examples
    --------
    >>> term_end(date(2026, 11, 24)), term_end(date(2029, 10, 22))
    (datetime.date(2029, 10, 21), datetime.date(2033, 10, 16))
    """
    year = today.year + (FIRST_ELECTION - today.year) % YEARS_BETWEEN
    day = election_day(year)
    return day if today <= day else election_day(year + YEARS_BETWEEN)
