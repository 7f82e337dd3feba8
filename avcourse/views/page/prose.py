"""What a page may show of the HTML that markdown gives: text, links, tables and pictures, and nothing that runs."""

from __future__ import annotations

import re
from typing import Final

import bleach  # type: ignore[import-untyped]

_TEXT = "a abbr b blockquote br code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i kbd li ol p pre q s small span"
_FRAMES = (
    "strong caption col colgroup figcaption figure img section sub summary sup table tbody td tfoot th thead tr u ul"
)
TAGS: Final = frozenset(f"{_TEXT} {_FRAMES}".split())
ATTRIBUTES: Final = {
    "*": frozenset({"id", "class", "lang", "title", "dir"}),
    "a": frozenset({"href", "hreflang", "rel"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start"}),
    "td": frozenset({"colspan", "rowspan"}),
    "th": frozenset({"colspan", "rowspan", "scope"}),
    "details": frozenset({"open"}),
}
ANCHOR: Final = re.compile(r'<a class="anchor-link"[^>]*>.*?</a>', re.DOTALL)
OUTWARD: Final = re.compile(r'<a (?=[^>]*href="https?://)(?![^>]*\brel=)')


def _allowed(tag: str, name: str, value: str) -> bool:
    if value.lstrip().lower().startswith("data:"):
        return tag == "img" and name == "src" and value.startswith("data:image/")
    return name in ATTRIBUTES["*"] or name in ATTRIBUTES.get(tag, frozenset())


def clean_prose(html: str) -> str:
    """Return ``html`` with harmless tags only, without nbconvert's "¶" links, and links that lead out marked so.

    Examples
    --------
    >>> clean_prose('<h2 id="a">A<a class="anchor-link" href="#a">¶</a></h2><p onclick="x()">B</p><script>1</script>')
    '<h2 id="a">A</h2><p>B</p>1'
    >>> clean_prose('<a href="https://www.eesti.ee">x</a> <a href="javascript:x()">y</a>')
    '<a rel="noopener" href="https://www.eesti.ee">x</a> <a>y</a>'
    """
    clean = bleach.clean(
        ANCHOR.sub("", html),
        tags=TAGS,
        attributes=_allowed,
        protocols={"http", "https", "mailto", "tel", "data"},
        strip=True,
    )
    return OUTWARD.sub('<a rel="noopener" ', clean)
