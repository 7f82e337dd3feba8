"""Modest rules about how a sentence is worded: has it a verb, a figure, a person's name, only good intentions.

They look at endings and lists of words, not at grammar, and serve only advice that begins with "should": a person reads and decides.
"""

from __future__ import annotations

import re
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")

_ESTONIAN_VERB: Final = re.compile(r".{2,}(?:akse|vad|me|ma|da|tud|dud|b)|.{2,}mi(?:ne|se|st|sed|seks|sega|sel)")
_LOOK_LIKE_VERBS: Final = (
    "veeb klubb oma ema teema summa norma firma skeema ilma sama seda mida keda teda koda rada laada kolme mitme liikme seadme mõõtme "
    "süsteeme probleeme filme tugevad odavad järgnevad vajalikud avatud valitud nõutud volitatud inimene inimese inimest inimesed "
    "inimesega inimeseks viimane viimase viimast viimased"
)
_NO_VERBS: Final = frozenset(_LOOK_LIKE_VERBS.split())
"""Words with the ending of a verb that are none, or that alone say nothing of what will be done."""

_ENGLISH: Final = (
    "adopt add agree amend analyse announce answer approve appoint arrange assess audit begin build buy carry check choose collect compile "
    "complete conduct connect consult create decide define deliver describe design develop discuss draft draw elect establish evaluate "
    "expand explain finish fix form fund gather give hand hire hold implement inform install interview introduce invite issue join launch "
    "link list make map measure meet monitor move name negotiate offer open organise organize pass pay plan prepare present print procure "
    "produce propose publish put record redesign register release remove renew reply report review revise run scan select send set share "
    "show sign simplify start stream submit summarise survey teach test train translate update upload verify visit vote write"
)
_ENGLISH_VERBS: Final = frozenset(_ENGLISH.split())

_INTENTIONS: Final = re.compile(
    r"\b(?:edenda|paranda|tõhusta|tugevda|toeta|soodusta|arenda|tõst(?:a|e)|suurenda|väärtusta|propageeri|panusta|püüa|püüd)\w*"
    r"|\b(?:promot|improv|enhanc|strengthen|support|foster|encourag|rais(?:e|ing) awareness|striv|facilitat)\w*",
    re.IGNORECASE,
)
_FIGURE: Final = re.compile(
    r"\d|\b(?:iga|igal|igas|kõik|kõigi|kõik[ie]|kord|kaks|kahe|kaht|kolme?|neli|nelja|viis|viie|viit|kuus|kuue|kuut|kümme|kümne|each|every|all|once|twice|two|three|four|five|six|ten)\b",
    re.IGNORECASE,
)
_NAME: Final = re.compile(
    r"[A-ZÕÄÖÜŠŽ][a-zõäöüšž]+(?:-[A-ZÕÄÖÜŠŽ][a-zõäöüšž]+)? [A-ZÕÄÖÜŠŽ][a-zõäöüšž]+(?:-[A-ZÕÄÖÜŠŽ][a-zõäöüšž]+)?"
)
_POST: Final = re.compile(
    r"juht|vanem|sekretär|nõunik|spetsialist|ametnik|pea\b|esimees|osakond|teenistus|keskus|haldur|koordinaator|toimetaja|komisjon|volikogu"
    r"|valitsus|amet\b|jurist|arhivaar|raamatupida|linnapea|mayor|secretary|officer|manager|head|advis|specialist|clerk|chair|lead"
    r"|department|council|committee|director|editor|coordinator|archivist|lawyer|accountant|government|office",
    re.IGNORECASE,
)
_OWN_HOUSE: Final = re.compile(
    r"(?:meie |oma |our |the )?(?:valla|linna)?(?:valitsus|volikogu|kantselei)|municipality|municipal government|city government"
    r"|(?:municipal |city )?council|vald|linn",
    re.IGNORECASE,
)


def words_of(text: str) -> list[str]:
    """Return the words of a text, in lower case.

    Examples
    --------
    >>> words_of("Avaldame eelnõud, 2027!")
    ['avaldame', 'eelnõud']
    """
    return [word.lower() for word in _WORD.findall(text)]


def _english_verb(word: str) -> bool:
    stems = {word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("d"), word.removesuffix("ed")}
    stems |= {word.removesuffix("ing"), word.removesuffix("ing") + "e"}
    if word.endswith(("ied", "ies")):
        stems.add(word[:-3] + "y")
    # planned, running: the last letter stands twice.
    stems |= {stem[:-1] for stem in stems if len(stem) > 3 and stem[-1:] == stem[-2:-1]}
    return bool(stems & _ENGLISH_VERBS)


def has_verb(text: str) -> bool:
    """Tell whether a text seems to say that something is done, in Estonian or English.

    Examples
    --------
    >>> has_verb("Kommunikatsioonijuht avaldab eelnõud"), has_verb("Uus veebileht"), has_verb("Publish the drafts")
    (True, False, True)
    """
    return any(
        _english_verb(word) or (word not in _NO_VERBS and _ESTONIAN_VERB.fullmatch(word) is not None)
        for word in words_of(text)
    )


def has_object(text: str) -> bool:
    """Tell whether a text has words beside the verb: what is done must be done to something."""
    return len(words_of(text)) >= 2


def only_intends(text: str) -> bool:
    """Tell whether a text speaks of improving or supporting and names no figure, so that nobody could tell when it is done.

    Examples
    --------
    >>> only_intends("Parandame kaasamist."), only_intends("Parandame kaasamist: iga eelnõu on 10 päeva veebis.")
    (True, False)
    """
    return _INTENTIONS.search(text) is not None and not has_figure(text)


def has_figure(text: str) -> bool:
    """Tell whether a text holds a number, in figures or as a simple word."""
    return _FIGURE.search(text) is not None


def names_person(text: str) -> bool:
    """Tell whether a text looks like a person's name rather than a post.

    Examples
    --------
    >>> names_person("Mari Maasikas"), names_person("Municipal Secretary"), names_person("vallasekretär")
    (True, False, False)
    """
    return _NAME.fullmatch(text.strip()) is not None and not _POST.search(text)


def only_own_house(text: str) -> bool:
    """Tell whether all partners named are the municipality itself.

    Examples
    --------
    >>> only_own_house("vallavalitsus, volikogu"), only_own_house("vallavalitsus ja külade ühendus")
    (True, False)
    """
    parts = [part.strip(" .") for part in re.split(r"[,;]|\bja\b|\bning\b|\band\b", text) if part.strip(" .")]
    return bool(parts) and all(_OWN_HOUSE.fullmatch(part) for part in parts)
