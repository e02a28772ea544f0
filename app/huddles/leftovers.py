"""Words of a time that were left before the part that was read: they must not become part of a title. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from app.when.words import LANGUAGES, any_of, plainly, words_of

EVERY_WORDS = "every|each|chaque|tous les|toutes les|cada|todos los|todas las|todas as|todos os|toda|todo"
# What joins two times, or leads to one, and says nothing of its own.
_JOINS = (
    r"and|or|et|ou|y|o|u|e|to|from|between|entre|until|till|by|on|at|of|the|le|la|les|du|au|aux|el|los|de|del|das|do|da"
    r"|a|as|ao|em|en|em|no|na|hasta|ate|jusqu'a|jusqu'au|before|after|since|not|pas|nao|depuis|desde|-|–|—|/|&|\+|\|"
)
_UNIT = (
    r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|months?|years?|heures?|jours?|semaines?|mois|ans?|annees?|minutos?"
    r"|horas?|dias?|semanas?|mes|meses|anos?)"
)
_CLOCK = (
    r"\d{1,2}[:h]\d{2}|\d{1,2}\.\d{2}\s?h?|\d{1,2}\s?(?:h|hs|heures?|horas?|[ap]\.?m)|noon|midday|midnight|midi|minuit"
    r"|mediodia|medianoche|meio[- ]dia|meia[- ]noite"
)
_AGO = (
    rf"{_UNIT} ago|il y a \S+ {_UNIT}|(?:hace|ha) \S+ {_UNIT}|{_UNIT} atras"
    rf"|(?:{EVERY_WORDS})(?: (?:\S+ )?(?:{_UNIT}|weekdays?))?"
    r"|daily|weekly|fortnightly|biweekly|monthly|quotidien(?:ne)?|hebdomadaire|mensuel(?:le)?|diari[oa]|semanal|mensual"
    r"|mensal|quinzenal|quincenal"
)
_LENGTH = rf"(?:for|pendant|durante|por) \S+ ?{_UNIT}"
# Where what was read names no day, these are the day that was meant; else they may well be a title's.
_LOOSE = (
    r"(?:the|le|el|dia|o) \d{1,2}|\d{1,2}(?:st|nd|rd|th|er)|\d{1,2}[/.]\d{1,2}"
    rf"|(?:last|past|next|this) {_UNIT}|{_UNIT} (?:derniere?|passee?|pasad[oa]|passad[oa]|prochaine?)"
    rf"|(?:ultim|proxim)[oa] {_UNIT}|weekends?|week-ends?"
)


def without_times(title: str, locale: str, *, dated: bool) -> str:
    """A title without the words of a time that it ends in; the title itself where it ends in none.

    `dated`: what was read after it names its own day.
    """
    kept = _stripped(title.split())
    if not dated and len(kept) > 1 and kept[-2].endswith(",") and re.fullmatch(r"\d{1,2}", kept[-1]):
        # "Clinic, 31" is about a day, "Topic 5" about a topic.
        return without_times(" ".join(kept[:-1]), locale, dated=dated)
    ending, starts = "", list[int]()
    for word in kept[-5:]:
        ending += " " if ending else ""
        starts.append(len(ending))
        ending += _plain(word)
    found = _endings(locale.replace("_", "-").split("-")[0], dated=dated).search(ending)
    if found is None:
        return title
    # A word that was typed may be two plain ones, and a time begin in the middle of it.
    left = max(0, len(kept) - 5) + sum(start < found.start() for start in starts)
    rest = " ".join(_stripped(kept[: min(left, len(kept) - 1)]))
    return without_times(rest, locale, dated=dated)


def _plain(word: str) -> str:
    return plainly(word) or word


def _stripped(words: list[str]) -> list[str]:
    kept = list(words)
    while kept and re.fullmatch(_JOINS, _plain(kept[-1].strip(" ,;:.“”\"'()")) or "-"):
        kept.pop()
    return kept


@lru_cache(maxsize=32)
def _endings(own: str, *, dated: bool) -> re.Pattern[str]:
    """The end of a plain text that is about a time."""
    days: set[str] = set()
    months: set[str] = set()
    alone: set[str] = set()
    relative: list[str] = []
    which: list[str] = []
    for language in LANGUAGES:
        words = words_of(language)
        relative += words.days_ahead
        which += [words.passed, words.following]
        months |= set(words.months)
        # Short names are words of other languages ("mar", "dom", "out"), and so is "segunda" without its "feira".
        near = language in (own, "en")
        days |= {one for one in words.weekdays if near or (len(one) > 4 and (language != "pt" or "feira" in one))}
        alone |= {one for one in words.months if near or len(one) > 4}
    month = rf"(?:{any_of(months)})\.?"
    day = r"\d{1,2}(?:st|nd|rd|th|er|o)?"
    parts = [
        *relative,
        rf"(?:(?:{'|'.join(which)}) )?(?:{any_of(days)})s?(?: (?:{'|'.join(which)}))?",
        _CLOCK,
        _AGO,
        _LENGTH,
        rf"{day} (?:(?:of|de|du) )?{month}(?: (?:(?:de|of) )?\d{{4}})?",
        rf"{month} {day}(?: \d{{4}})?",
        r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}",
    ]
    if not dated:
        parts += [_LOOSE, any_of(alone), *(one for language in LANGUAGES for one in words_of(language).parts)]
    return re.compile(rf"(?:^|(?<=\s))(?:{'|'.join(parts)})$")
