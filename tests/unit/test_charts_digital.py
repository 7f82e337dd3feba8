"""The charts of the lesson on digital solutions, and what the lesson says of them."""

from __future__ import annotations

import pytest

from avcourse.course.language import LANGUAGES, Language
from avcourse.municipality.catalogue import load_catalogue
from avcourse.views.charts import chart_html, make_chart
from avcourse.views.charts_digital import count_purposes


def test_purposes_are_counted_as_the_lesson_says() -> None:
    counts = count_purposes()
    totals = {purpose: total for purpose, (total, _) in counts.items()}
    assert max(totals, key=lambda one: totals[one]) == "inform"
    assert min(totals, key=lambda one: totals[one]) == "integrity"
    for purpose in ("involve", "co-decide"):
        total, estonian = counts[purpose]
        assert 0 < estonian < total / 2
    assert sum(totals.values()) >= sum(bool(item.purposes) for item in load_catalogue())


def test_the_benchmark_is_told_as_it_is() -> None:
    chart = make_chart("egov-benchmark", "et")
    estonia = next(row for row in chart.rows if row[0] == "Eesti")
    # user centricity, transparency, key enablers, cross-border, overall: the figures of the lesson and of its question
    assert estonia[1:] == ("95,7", "86,7", "94,3", "90,3", "91,8")
    ahead = [row[0] for row in chart.rows if float(row[2].replace(",", ".")) > 86.7]
    assert ahead == ["Malta"]
    assert len(chart.rows) == 9


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["catalogue-purposes", "egov-benchmark"])
def test_a_chart_has_picture_words_and_table(name: str, language: Language) -> None:
    html = chart_html(make_chart(name, language), language)
    assert "<svg" in html
    assert "<table" in html
    assert 'role="img"' in html
