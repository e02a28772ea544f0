"""What people type after /huddle: a verb, or a title with a time, perhaps repeated. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.errors import N_, NotUnderstood
from app.huddles.recurrence import DAYS, occurrences
from app.huddles.rules import LONGEST, TITLE_LIMIT, instant, wall
from app.when import read_moment
from app.when.words import LANGUAGES, plainly, words_of

VERBS = ("find", "list", "now", "help")
_WORDS_OF_TIME_AT_MOST = 9

_EVERY = re.compile(
    r"\b(?:every|each|chaque|tous les|toutes les|cada|todos los|todas las|todas as|todos os|toda|todo)\b"
)
# "Clinic every day 15:00": a repetition that we do not keep must not become part of a title.
_UNFINISHED = re.compile(_EVERY.pattern + r"(?: (?:day|weekday|jours?|dias?))?$")
_NUMBERED = {
    1: "first|1st|premiere?|1er|primer[ao]?|primeir[ao]",
    2: "second|2nd|deuxieme|segund[ao]",
    3: "third|3rd|troisieme|tercer[ao]?|terceir[ao]",
    4: "fourth|4th|quatrieme|cuart[ao]|quart[ao]",
    -1: "last|derniere?|ultim[ao]",
}
_OTHER = re.compile(r"\b(?:other|second week|deux semaines|two weeks|2 weeks|2 semaines|dos semanas|duas semanas)\b")
_OF_THE_MONTH = re.compile(r"\b(?:of|in) (?:the|each|every) month\b|\bdu mois\b|\bdel mes\b|\bdo mes\b")
_LONG = re.compile(
    r"(?:^|[\s,(])(?:for |pendant |durante |por )?(\d{1,3})\s?(m|min|mins|minutes|minutos|h|hours?|heures?|horas?)"
    r"(?=$|[\s,)])",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Asked:
    """A huddle as somebody typed it: title, wall time in a zone, a rule ("" for once), minutes (0 if not said)."""

    title: str
    local: datetime
    zone: str
    rule: str = ""
    minutes: int = 0


@dataclass(frozen=True)
class Search:
    """A search for a time: how long, and between which instants."""

    minutes: int
    begins: datetime
    ends: datetime


def verb_of(text: str) -> tuple[str, str]:
    """The verb a text begins with ("" for none) and the rest."""
    first, _, rest = text.strip().partition(" ")
    return (first.casefold(), rest.strip()) if first.casefold() in VERBS else ("", text.strip())


def read_asked(text: str, zone: str, locale: str, now: datetime) -> Asked:
    """A title followed by a time: "Data quality clinic, Thursday 15:00", "Clinic every first Tuesday 15:00".

    The time is what follows a comma, where that reads as one, else the longest end of the text that does.
    `NotUnderstood` where there is none, or no hour in it, or no title.
    """
    words = text.split()
    first = max(0, len(words) - _WORDS_OF_TIME_AT_MOST)
    ends = range(first, len(words))
    after_comma = [start for start in ends if start and words[start - 1].endswith(",")]
    for start in [*after_comma, *ends]:
        # "Clinic, Thursday 15:00 for 45 min": how long it takes may stand at the end.
        title, when = " ".join(words[:start]), " ".join(words[start:])
        when, minutes = _without_length(when)
        found = _when(when, zone, locale, now)
        if found is None:
            continue
        local, rule = found
        # "on Thursday" is part of the time, the comma before it of nothing.
        title = title.strip(" ,;:–—-|“”\"'")
        if not title or _UNFINISHED.search(plainly(title)):
            break
        return Asked(title[:TITLE_LIMIT], local, zone, rule, minutes)
    raise NotUnderstood(
        N_(
            "Write what it is about, then day and hour: `Data quality clinic, Thursday 15:00`, or "
            "`Data quality clinic, every first Tuesday 15:00`. Without words I open a form."
        )
    )


def read_search(text: str, zone: str, locale: str, now: datetime) -> Search:
    """How long and when: "45m next week", "1h", "30 min from Monday"; from tomorrow where no day is said."""
    when, minutes = _without_length(text)
    when = re.sub(r"^(?:from|starting|a partir d[eo]|des|desde)\s+", "", plainly(when))
    today = wall(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begins = today + timedelta(days=1)
    if when:
        try:
            named = wall(read_moment(when, zone, locale, now).at, zone)
        except NotUnderstood:
            raise NotUnderstood(
                N_("Write how long and from when: `/huddle find 45m next week` or `/huddle find 1h Monday`.")
            ) from None
        begins = named.replace(hour=0, minute=0, second=0, microsecond=0)
        if any(re.fullmatch(words_of(one).next_week, when) for one in LANGUAGES):
            begins = today + timedelta(days=7 - today.weekday())
    return Search(minutes or 45, max(now, instant(begins, zone)), instant(begins + timedelta(days=7), zone))


def _without_length(text: str) -> tuple[str, int]:
    """The text without a length such as "45m" or "1 hour", and the length in minutes; 0 where none is given.

    "15h" is an hour of the day, not fifteen hours.
    """
    for found in _LONG.finditer(text):
        count = int(found[1])
        minutes = count * 60 if found[2].casefold().startswith("h") else count
        said = "for " in found[0].casefold() or found[2].casefold() != "h" or count <= 3
        # "in 20 minutes" is when, not how long.
        before = plainly(text[: found.start()]).rsplit(" ", 1)[-1]
        if (
            said
            and 5 <= minutes <= LONGEST
            and before not in ("in", "dans", "en", "em", "dentro", "after", "de", "a")
        ):
            return f"{text[: found.start()]} {text[found.end() :]}".strip(" ,"), minutes
    return text, 0


def _when(text: str, zone: str, locale: str, now: datetime) -> tuple[datetime, str] | None:
    plain = plainly(text)
    if found := _EVERY.search(plain):
        # Only what stands before the repetition may be filler; a title's "every" is not ours.
        return _repeated(plain[found.end() :], zone, locale, now) if not plain[: found.start()].strip() else None
    try:
        moment = read_moment(text, zone, locale, now)
    except NotUnderstood:
        return None
    if moment.day_only:
        return None
    return wall(moment.at, zone).replace(second=0, microsecond=0), ""


def _repeated(plain: str, zone: str, locale: str, now: datetime) -> tuple[datetime, str] | None:
    """ "first tuesday 15:00" and the like, after "every"."""
    plain = _OF_THE_MONTH.sub(" ", plain)
    numbered = 0
    fortnightly = _OTHER.search(plain) is not None
    plain = _OTHER.sub(" ", plain)
    for number, pattern in _NUMBERED.items():
        rest, count = re.subn(rf"\b(?:{pattern})\b", " ", plain)
        if count and not fortnightly:
            numbered, plain = number, rest
            break
    plain = " ".join(plain.split())
    plain, names = _singular(plain)
    if not names:
        return None
    try:
        moment = read_moment(plain, zone, locale, now)
    except NotUnderstood:
        return None
    if moment.day_only:
        return None
    local = wall(moment.at, zone).replace(second=0, microsecond=0)
    name = DAYS[local.weekday()]
    if numbered:
        rule = f"FREQ=MONTHLY;BYDAY={numbered}{name}"
        # The rule gives the first: begin a little before, so that the coming one is not missed.
        coming = next(occurrences(rule, local - timedelta(days=local.day + 1), zone, now), None)
        return None if coming is None else (coming, rule)
    return local, f"FREQ=WEEKLY;INTERVAL=2;BYDAY={name}" if fortnightly else f"FREQ=WEEKLY;BYDAY={name}"


def _singular(plain: str) -> tuple[str, bool]:
    """Names of days as one says them of one day ("mardis" is "mardi", "lunes" stays), and whether there is one."""
    names = {one for language in LANGUAGES for one in words_of(language).weekdays}
    words = [
        word[:-1] if word not in names and word.endswith("s") and word[:-1] in names else word
        for word in plain.split()
    ]
    return " ".join(words), any(word in names for word in words)
