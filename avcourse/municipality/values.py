"""Single values as people write them, made plain: texts, numbers, euros, dates, links, yes and no.

A form and a file are read by the same rules, so that what can be typed can be exported and read in again. Nothing is guessed: a value that
could mean two things is refused with a sentence.
"""

from __future__ import annotations

import math
import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from avcourse.municipality.words import both

LONGEST_TEXT: Final = 300
LONGEST_LONG: Final = 4_000
LONGEST_LINK: Final = 1_000
LARGEST_NUMBER: Final = 10**12
EARLIEST: Final = date(1990, 1, 1)
LATEST: Final = date(2100, 12, 31)
EXCEL_ZERO: Final = date(1899, 12, 30)
"""Day 0 of Excel's count of days, as it stands for every date after February 1900."""

_TAG: Final = re.compile(
    r"<!--|<!doctype|<\?|</?(?:a|abbr|applet|article|audio|b|base|blockquote|body|br|button|center|code|div|dl|em|embed|font|form|frame|"
    r"h[1-6]|head|hr|html|i|iframe|img|input|li|link|map|marquee|math|meta|noscript|object|ol|p|pre|s|script|section|select|small|span|"
    r"strong|style|sub|sup|svg|table|tbody|td|template|textarea|th|thead|title|tr|tt|u|ul|video|xml)(?=[\s/>])[^<]*>",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(r"([-−+]?)(\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+|\d+)(?:[.,](\d+))?")
_EURO: Final = re.compile(r"€|\beur(?:o|ot|os)?\b\.?", re.IGNORECASE)
_ISO_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ]00:00(?::00(?:\.0+)?)?Z?)?")
_OUR_DATE: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\.?")
_HAS_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)


class Unfit(ValueError):
    """A value that does not fit its field. ``reason`` says why in both languages; ``row`` and ``sub`` tell where in rows it stands."""

    def __init__(self, key: str, /, **fields: object) -> None:
        self.reason = both(f"field.{key}", **fields)
        self.row: int | None = None
        self.sub: str | None = None
        super().__init__(self.reason.en)


def _kept(character: str) -> bool:
    """Tell whether a character may stand in a text: no control characters, no halves of pairs, nothing that XML cannot carry."""
    if character in "\n\t":
        return True
    code = ord(character)
    return unicodedata.category(character) not in ("Cc", "Cs") and (code & 0xFFFE) != 0xFFFE


def clean_text(value: object, *, lines: bool = False, longest: int | None = None) -> str | None:
    r"""Return a text without control characters and outer spaces, or None where nothing is left.

    Examples
    --------
    >>> clean_text("  Teeme\r\nveebi  "), clean_text("a\r\nb ", lines=True), clean_text(" ")
    ('Teeme veebi', 'a\nb', None)
    """
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Unfit("not-text")
    raw = value if isinstance(value, str) else number_text(value)
    raw = raw.replace("\r\n", "\n").replace("\r", "\n")
    # Nearly every text is printable but for its lines; only another is looked at character by character.
    if not raw.replace("\n", "").replace("\t", "").isprintable():
        raw = "".join(filter(_kept, raw))
    text = unicodedata.normalize("NFC", raw)
    text = text.strip() if lines else " ".join(text.split())
    if _TAG.search(text):
        raise Unfit("html")
    limit = longest or (LONGEST_LONG if lines else LONGEST_TEXT)
    if len(text) > limit:
        raise Unfit("too-long", limit=limit, count=len(text))
    return text or None


def number_text(value: int | float) -> str:
    """Return a number as Estonian text: whole numbers without decimals, others with a decimal comma.

    Examples
    --------
    >>> number_text(365.0), number_text(2.5)
    ('365', '2,5')
    """
    return _digits(value).replace(".", ",")


def _digits(value: int | float) -> str:
    """Return a number without exponent and without needless zeros; six decimals are more than anybody counts."""
    return str(value) if isinstance(value, int) or not math.isfinite(value) else f"{value:.6f}".rstrip("0").rstrip(".")


def clean_number(
    value: object, *, whole: bool = False, minimum: float | None = None, maximum: float | None = None
) -> int | float | None:
    r"""Return a number; texts may have a decimal comma and spaces between thousands.

    Examples
    --------
    >>> clean_number("12,5"), clean_number("1\u00a0200", whole=True), clean_number(3.0)
    (12.5, 1200, 3)
    """
    number = _parse_number(value, whole) if isinstance(value, str) else value
    if number is None:
        return None
    # A whole number of 400 digits fits no float: only a float is asked whether it is finite.
    if isinstance(number, bool) or not isinstance(number, int | float) or not (number == number):
        raise Unfit("not-number")
    if abs(number) > LARGEST_NUMBER:
        raise Unfit("too-large")
    if isinstance(number, float):
        number = round(number, 6)
        number = int(number) if number.is_integer() else number
    if whole and isinstance(number, float):
        raise Unfit("not-whole")
    _check_range(number, minimum, maximum)
    return number


def _check_range(number: int | float, minimum: float | None, maximum: float | None) -> None:
    low, high = (None if limit is None else number_text(limit) for limit in (minimum, maximum))
    if (minimum is not None and number < minimum) or (maximum is not None and number > maximum):
        if low is not None and high is not None:
            raise Unfit("range", low=low, high=high)
        raise Unfit("range-from", low=low) if low is not None else Unfit("range-to", high=high)


def _parse_number(text: str, whole: bool) -> int | float | None:
    text = text.strip()
    if not text:
        return None
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > 40:
        raise Unfit("not-number")
    sign, digits, decimals = match.groups()
    if whole and decimals is not None and len(decimals) == 3:
        # 1.200 and 1,200 are one and a bit or twelve hundred, by who wrote it.
        raise Unfit("ambiguous", text=text)
    plain = ("-" if sign in ("-", "−") else "") + re.sub(r"\D", "", digits)
    return int(plain) if decimals is None else float(f"{plain}.{decimals}")


def clean_money(value: object) -> int | None:
    """Return whole euros.

    Examples
    --------
    >>> clean_money("5 000 €"), clean_money("12,00 eurot"), clean_money("")
    (5000, 12, None)
    """
    if isinstance(value, str):
        value = _EURO.sub("", value).strip()
    number = clean_number(value, whole=True, minimum=0)
    return None if number is None else int(number)


def clean_date(value: object) -> str | None:
    """Return an ISO date; texts are 24.11.2026 or 2026-11-24, a number is Excel's count of days.

    Examples
    --------
    >>> clean_date("24.11.2026"), clean_date(46350)
    ('2026-11-24', '2026-11-24')
    """
    if isinstance(value, datetime):
        found = value.date()
    elif isinstance(value, date):
        found = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not 1 <= value <= 100_000 or value != int(value):
            raise Unfit("not-date")
        found = EXCEL_ZERO + timedelta(days=int(value))
    elif isinstance(value, str):
        text = value.strip()
        if not text:
            return None
        found = _parse_date(text)
    else:
        raise Unfit("not-date")
    if not EARLIEST <= found <= LATEST:
        raise Unfit("date-range")
    return found.isoformat()


def _parse_date(text: str) -> date:
    iso, ours = _ISO_DATE.fullmatch(text), _OUR_DATE.fullmatch(text)
    parts = iso.groups() if iso else ours.groups()[::-1] if ours else None
    try:
        if parts is None:
            raise ValueError(text)
        return date(*map(int, parts))
    except ValueError:
        raise Unfit("not-date") from None


def clean_link(value: object) -> str | None:
    """Return a web address; one without ``https://`` gets it, and only http and https lead anywhere.

    Examples
    --------
    >>> clean_link("www.naidisvald.ee/uudised")
    'https://www.naidisvald.ee/uudised'
    """
    if not isinstance(value, str):
        raise Unfit("not-link")
    text = clean_text(value, longest=LONGEST_LINK)
    if text is None:
        return None
    if not re.match(r"https?://", text, re.IGNORECASE):
        if _HAS_SCHEME.match(text) or text.startswith("/"):
            raise Unfit("not-link")
        text = f"https://{text}"
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        raise Unfit("not-link") from None
    if "." not in host or re.search(r'[\s<>"\\]', text) or len(text) > LONGEST_LINK:
        raise Unfit("not-link")
    return text


def clean_yes(value: object) -> bool | None:
    """Return yes or no; texts are those of both languages.

    Examples
    --------
    >>> clean_yes("Jah"), clean_yes("no"), clean_yes("")
    (True, False, None)
    """
    if isinstance(value, bool):
        return value
    word = value.strip().casefold() if isinstance(value, str) else None
    if word == "":
        return None
    for answer, key in ((True, "field.yes"), (False, "field.no")):
        known = both(key)
        if word is not None and word in (known.et, known.en, str(answer).casefold()):
            return answer
    raise Unfit("not-yes")


def show_number(value: int | float, language: str) -> str:
    r"""Return a number as people read it: thousands apart, the language's decimal sign, a real minus.

    Examples
    --------
    >>> show_number(12500, "et"), show_number(-2.5, "et"), show_number(2.5, "en")
    ('12\xa0500', '−2,5', '2.5')
    """
    whole, _, decimals = _digits(abs(value)).partition(".")
    grouped = f"{int(whole):,}".replace(",", "\u00a0")
    point = "," if language == "et" else "."
    return ("−" if value < 0 else "") + grouped + (point + decimals if decimals else "")


def show_date(value: str) -> str:
    """Return an ISO date as both languages of the course write it.

    Examples
    --------
    >>> show_date("2026-11-04")
    '04.11.2026'
    """
    match = _ISO_DATE.fullmatch(value)
    return ".".join(match.groups()[::-1]) if match else value
