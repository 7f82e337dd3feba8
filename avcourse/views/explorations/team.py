"""Lesson 10: what a team covers in DigComp's five areas, where it has a gap and where everything rests on one post."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from avcourse.course.language import Language, say
from avcourse.views.charts import ACCENT, BLUE
from avcourse.views.explorations.controls import Cells, Column, Exploration, Picture, Row, Slider, Values
from avcourse.views.markup import tag, text

TABLE: Final = "explore-team-map"
AREAS: Final = ("data", "collaboration", "content", "safety", "problems")
LOWEST: Final = 1
HIGHEST: Final = 5
LONGEST_POST: Final = 40
SHADES: Final = ("#f3f6fa", "#d7e1ef", "#a9bfdc", "#4a74ab", BLUE)
"""Paper and ink of the steps 1 to 5: from the fourth on the figure is white."""
FIRST_WHITE: Final = 4
EXAMPLE: Final = ((4, 3, 3, 3, 3), (3, 4, 3, 3, 2), (5, 3, 2, 3, 2), (2, 3, 4, 2, 2), (2, 3, 3, 2, 1), (3, 3, 2, 5, 4))
"""Steps of an invented team, post by post."""

LEFT: Final = 160
CELL: Final = 66
ROW: Final = 40
HEAD: Final = 36
SHOWN_POST: Final = 19
"""Characters of a post that fit beside its row; the whole of it stands in the table."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post and its steps in the five areas."""

    name: str
    steps: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cover:
    """The posts whose step in an area is sufficient."""

    area: str
    posts: tuple[str, ...]

    @property
    def verdict(self) -> str:
        """Return ``gap``, ``single`` or ``covered``.

        Examples
        --------
        >>> Cover("data", ()).verdict, Cover("data", ("A",)).verdict, Cover("data", ("A", "B")).verdict
        ('gap', 'single', 'covered')
        """
        return ("gap", "single", "covered")[min(len(self.posts), 2)]


def read_posts(rows: Sequence[Row]) -> tuple[Post, ...]:
    """Return the posts that were written; an empty row is none.

    Examples
    --------
    >>> read_posts([("Sekretär", 3.0, 2.0, 1.0, 5.0, 4.0), (" ", 5.0, 5.0, 5.0, 5.0, 5.0)])
    (Post(name='Sekretär', steps=(3, 2, 1, 5, 4)),)
    """
    named = [(str(name).strip(), steps) for name, *steps in rows]
    return tuple(Post(name, tuple(round(float(step)) for step in steps)) for name, steps in named if name)


def cover_of(posts: Sequence[Post], enough: int) -> tuple[Cover, ...]:
    """Return for each area who has at least the step ``enough``."""
    return tuple(
        Cover(area, tuple(post.name for post in posts if post.steps[place] >= enough))
        for place, area in enumerate(AREAS)
    )


def _word(x: float, y: float, words: str, **attributes: str | int) -> str:
    return tag("text", text(words), x=f"{x:g}", y=f"{y:g}", **attributes)


def _box(column: int, y: float, fill: str, **attributes: str | int) -> str:
    return tag("rect", x=f"{LEFT + column * CELL + 2}", y=f"{y + 2:g}", width=CELL - 4, height=ROW - 4, rx=4, fill=fill,
               **attributes)  # fmt: skip


def _middle(column: int) -> float:
    return LEFT + (column + 0.5) * CELL


def _post_row(place: int, post: Post) -> list[str]:
    top = HEAD + place * ROW
    name = post.name if len(post.name) <= SHOWN_POST else f"{post.name[: SHOWN_POST - 1]}…"
    drawn = [_word(0, top + 26, name, font_size=16)]
    for column, step in enumerate(post.steps):
        ink = "#ffffff" if step >= FIRST_WHITE else "#1c2430"
        drawn += [
            _box(column, top, SHADES[step - 1]),
            _word(_middle(column), top + 26, str(step), font_size=18, fill=ink, text_anchor="middle"),
        ]
    return drawn


def grid_svg(posts: Sequence[Post], cover: Sequence[Cover], language: Language) -> str:
    """Return the grid: a row for each post and, below, how many suffice in each area; no colour is needed to read it."""
    drawn = [
        _word(_middle(column), 22, say(f"{TABLE}.team-{area}", language), font_size=13, text_anchor="middle")
        for column, area in enumerate(AREAS)
    ]
    for place, post in enumerate(posts):
        drawn += _post_row(place, post)
    top = HEAD + len(posts) * ROW + 6
    drawn.append(_word(0, top + 26, say(f"{TABLE}.row", language), font_size=16, font_weight="bold"))
    for column, one in enumerate(cover):
        ink = BLUE if one.verdict == "covered" else ACCENT
        count = str(len(one.posts))
        drawn += [
            _box(column, top, "#ffffff", stroke=ink, stroke_width=3 if one.verdict == "gap" else 1),
            _word(_middle(column), top + 26, count, font_size=18, font_weight="bold", fill=ink, text_anchor="middle"),
        ]
    size = f"0 0 {LEFT + len(AREAS) * CELL + 6} {top + ROW + 4}"
    svg = tag("svg", *drawn, viewBox=size, aria_hidden="true", focusable="false", fill="#1c2430", font_family="inherit")
    return tag("div", svg, role="img", aria_label=say(f"{TABLE}.alt", language), class_="av-picture")


def _areas_said(cover: Sequence[Cover], verdict: str, language: Language) -> str:
    named = [say(f"{TABLE}.{one.area}", language) for one in cover if one.verdict == verdict]
    # Lower case, as they stand inside a sentence; none of the names holds a proper noun.
    return ", ".join(name[0].lower() + name[1:] for name in named) or say(f"{TABLE}.none", language)


def draw_team(values: Values, language: Language) -> Picture:
    """Draw the team's steps and say which areas are covered, rest on one post or are a gap."""
    posts, enough = read_posts(values.cells("team")), values.whole("enough")
    if not posts:
        return Picture(say(f"{TABLE}.empty", language))
    cover = cover_of(posts, enough)
    said = {verdict: _areas_said(cover, verdict, language) for verdict in ("covered", "single", "gap")}
    return Picture(
        say(f"{TABLE}.sentence", language, posts=len(posts), enough=enough, **said),
        grid_svg(posts, cover, language),
        say(f"{TABLE}.caption", language),
        tuple(say(f"{TABLE}.{key}", language) for key in ("area", "count", "who", "verdict")),
        [
            (
                say(f"{TABLE}.{one.area}", language),
                str(len(one.posts)),
                ", ".join(one.posts) or "–",
                say(f"{TABLE}.{one.verdict}", language),
            )
            for one in cover
        ],
        say(f"{TABLE}.note", language),
    )


def example(language: Language) -> Sequence[Row]:
    """Return the invented team that stands in the table at first."""
    return [
        (say(f"{TABLE}.post-{place}", language), *(float(step) for step in steps))
        for place, steps in enumerate(EXAMPLE)
    ]


COLUMNS: Final = (
    Column("post", longest=LONGEST_POST),
    *(Column(area, numbers=True, minimum=LOWEST, maximum=HIGHEST) for area in AREAS),
)
TEAM: Final = Exploration(TABLE, (Cells("team", COLUMNS, example), Slider("enough", 2, HIGHEST, 4)), draw_team)
