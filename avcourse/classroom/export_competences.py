"""The course's areas as a competency framework that Moodle's tool "Import competency framework" (tool_lpimportcsv) reads.

That tool reads the columns in this order. The row that says it is the framework holds the scale; the first element of the
scale's configuration names the scale (the import puts the right number there), the others say which value is given by
default and which are enough. A competency stands below the framework when it has no parent.
"""

from __future__ import annotations

import json
from typing import Final

from avcourse.course.course import load_course
from avcourse.course.language import Language, say
from avcourse.municipality.tableplain import Plain, plain_csv

COLUMNS: Final = (
    "Parent ID number",
    "ID number",
    "Short name",
    "Description",
    "Description format",
    "Scale values",
    "Scale configuration",
    "Rule type",
    "Rule outcome",
    "Rule config",
    "Cross-referenced competency ID numbers",
    "Exported ID",
    "Is framework",
    "Taxonomy",
)
FRAMEWORK: Final = "avcourse"
SHORT_NAME: Final = 100
_HTML: Final = 1
_TAXONOMIES: Final = "competency,competency,competency,competency"
_STEPS: Final = ("not-yet", "partly", "able")


def _scale_configuration() -> str:
    last = len(_STEPS)
    values: list[dict[str, object]] = [{"scaleid": "1"}]
    values += [{"id": n, "scaledefault": int(n == last), "proficient": int(n == last)} for n in range(1, last + 1)]
    return json.dumps(values, separators=(",", ":"))


def competency_framework(language: Language) -> bytes:
    """Return the framework as CSV: first the course, then each reported area.

    Examples
    --------
    >>> competency_framework("en").decode().splitlines()[0].split(",")[:3]
    ['Parent ID number', 'ID number', 'Short name']
    """
    course = load_course()
    # Moodle separates the values of a scale by commas.
    scale = ",".join(say(f"exports.scale-{step}", language).replace(",", "") for step in _STEPS)
    rows: list[tuple[Plain, ...]] = [
        (
            "",
            FRAMEWORK,
            course.title.in_(language)[:SHORT_NAME],
            say("exports.framework", language),
            _HTML,
            scale,
            _scale_configuration(),
            "",
            "",
            "",
            "",
            "",
            1,
            _TAXONOMIES,
        )
    ]
    for number, area in enumerate(course.areas, start=1):
        name, about = area.name.in_(language)[:SHORT_NAME], area.description.in_(language)
        rows.append(("", f"{FRAMEWORK}-{area.id}", name, about, _HTML, "", "", "", 0, "", "", number, "", ""))
    return plain_csv(COLUMNS, rows)
