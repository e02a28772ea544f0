"""One time as people type it after a title: day, hour, place, how long, in what language, perhaps repeated. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from functools import lru_cache

from babel import Locale

from app.errors import N_, NotUnderstood
from app.huddles.crowd import city_of
from app.huddles.leftovers import EVERY_WORDS
from app.huddles.recurrence import DAYS, occurrences
from app.huddles.rules import LANGUAGES as HELD_IN
from app.huddles.rules import SHORTEST, check_time, checked_length, instant, wall
from app.when import Moment, Unmet, read_moment, read_span
from app.when.places import Place, without_place
from app.when.words import LANGUAGES, plainly, words_of

EVERY = re.compile(rf"\b(?:{EVERY_WORDS})\b")
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
    r"(?:^|[\s,(])(?P<for>for |pendant |durante |por )?(\d{1,4})\s?"
    r"(m|min|mins|minutes|minutos|h|hours?|heures?|horas?)(?=$|[\s,)])",
    re.IGNORECASE,
)
_HOURS_AND_MINUTES = re.compile(r"(?:^|[\s,(])([0-3])\s?h\s?([0-5]\d)(?=$|[\s,)])", re.IGNORECASE)
_FROM_TO = re.compile(
    r"(?:(?:from|between|de|das|desde|entre) )?(?<![\d:])(\d{1,2})([:h])(\d{2})"
    r"\s?(?:-|–|—|to|until|till|and|et|y|e|à|a|as|às|hasta|até|ate)\s?(\d{1,2})[:h](\d{2})(?![\d:])",
    re.IGNORECASE,
)
_FOR = re.compile(r"(?:^|[\s,(])(?:for|during|pendant|durante|por)\s+", re.IGNORECASE)
# "in 20 minutes" is when, not how long.
_WAITED = ("in", "dans", "en", "em", "dentro", "after", "de", "a", "apres", "sous")

NO_HOUR = N_("At what hour? I read the day, but no hour.")
WHOSE_CLOCK = N_("“{text}” is the name of more than one clock: {choices}. Which one do you mean?")


@dataclass(frozen=True)
class Asked:
    """A huddle as somebody typed it: title, wall time in a zone, a rule ("" for once), minutes (0 if not said),
    language ("" if not said); `dated` where they named the day."""

    title: str
    local: datetime
    zone: str
    rule: str = ""
    minutes: int = 0
    language: str = ""
    dated: bool = True


class Unclear(NotUnderstood):
    """A time was meant and cannot be met, or not all of it was read.

    `asked` holds what was read; `missing` names what a person has to say (date, time, zone, minutes), so that
    nothing stands there which they did not type. `zones` are those to choose from.
    """

    def __init__(
        self, why: str, asked: Asked, missing: Sequence[str], zones: Sequence[str] = (), **values: object
    ) -> None:
        super().__init__(why, field=None, **values)
        self.asked = asked
        self.missing = frozenset(missing)
        self.zones = tuple(zones)

    def titled(self, title: str) -> Unclear:
        """The same of a huddle with that title."""
        self.asked = replace(self.asked, title=title)
        return self


@dataclass(frozen=True)
class Clock:
    """On whose clock and in whose language something is read, and when."""

    zone: str
    locale: str
    now: datetime


def read_phrase(words: Sequence[str], clock: Clock) -> Asked | None:
    """A huddle without its title, from words that say nothing but when; None where they say something else.

    `Unclear` where they are about a time that cannot be met.
    """
    text, minutes = without_length(" ".join(words))
    text, language = _without_language(text)
    found, place = _when(text, clock), None
    if found is None and (placed := without_place(text.split(), clock.now.year)):
        rest, place = placed
        if place.sure:
            clock = replace(clock, zone=place.zones[0])
        found = _when(" ".join(rest), clock)
    if found is None:
        return None
    asked, missing, why = replace(found.asked, minutes=minutes, language=language), list(found.missing), found.why
    if place is not None and not place.sure:
        missing.append("zone")
        why = why or NotUnderstood(WHOSE_CLOCK, text=place.said, choices=_choices(place))
    try:
        checked_length(minutes or SHORTEST)
    except NotUnderstood as problem:
        asked = replace(asked, minutes=0)
        missing.append("minutes")
        why = why or problem
    if why:
        raise Unclear(why.template, asked, missing, place.zones if place else (), **why.values)
    return asked


def without_length(text: str, *, alone: bool = False) -> tuple[str, int]:
    """The text without a length such as "45m" or "1 hour", and the length in minutes; 0 where none is given.

    "15h" is an hour of the day, not fifteen hours, but for where a length stands `alone`.
    """
    if found := _FROM_TO.search(text):
        # "15:00-16:00" says when, and how long.
        minutes = (int(found[4]) - int(found[1])) * 60 + int(found[5]) - int(found[3])
        return f"{text[: found.start()]}{found[1]}{found[2]}{found[3]}{text[found.end() :]}", minutes % (24 * 60)
    for lead in _FOR.finditer(text):
        words = text[lead.end() :].split()
        for count in range(min(len(words), 5), 0, -1):
            try:
                span = read_span(" ".join(words[:count]), "en")
            except NotUnderstood:
                continue
            return _joined(text[: lead.start()], " ".join(words[count:])), int(span.total_seconds()) // 60
    for found in _LONG.finditer(text):
        minutes = int(found[2]) * (60 if found[3].casefold().startswith("h") else 1)
        said = alone or found["for"] or found[3].casefold() != "h" or minutes <= 3 * 60
        if said and minutes and plainly(text[: found.start()]).rsplit(" ", 1)[-1] not in _WAITED:
            return _joined(text[: found.start()], text[found.end() :]), minutes
    for found in _HOURS_AND_MINUTES.finditer(text):
        rest = _joined(text[: found.start()], text[found.end() :])
        # "1h30" is how long beside another hour, else half past one.
        if alone or re.search(r"\d\s?[:h.]|\d\s?[ap]\.?m", rest, re.IGNORECASE):
            return rest, int(found[1]) * 60 + int(found[2])
    return text, 0


def _joined(before: str, after: str) -> str:
    return f"{before.strip(' ,(')} {after.strip(' ,)')}".strip(" ,")


def _without_language(text: str) -> tuple[str, str]:
    """The text without "in French" at its end, and the code of that language."""
    plain = plainly(text.strip(" ,()"))
    for name, code in _languages().items():
        for said in (f"in {name}", f"en {name}", f"em {name}"):
            if plain.endswith(f" {said}"):
                return " ".join(text.split()[: -len(said.split())]).strip(" ,("), code
    return text, ""


@lru_cache(maxsize=1)
def _languages() -> dict[str, str]:
    """The languages that a huddle may be held in, by their plain names in each language that we read."""
    return {
        plainly(str(Locale(language).languages[code])): code
        for language in (*LANGUAGES, *HELD_IN)
        for code in HELD_IN
    }


@dataclass(frozen=True)
class _Found:
    asked: Asked
    missing: tuple[str, ...] = ()
    why: NotUnderstood | None = None


def _when(text: str, clock: Clock) -> _Found | None:
    plain = plainly(text)
    if found := EVERY.search(plain):
        # Only what stands before the repetition may be filler; a title's "every" is not ours.
        return _repeated(plain[found.end() :], clock) if not plain[: found.start()].strip() else None
    if bare := re.fullmatch(r"([01]?\d|2[0-4])\s?hs?", plain):
        # Alone this is an hour of the day, however short a wait it could be.
        text = f"{bare[1]}:00"
    elif plain[:1].isdigit() and _is_span(text):
        return None
    return _moment(text, clock)


def _is_span(text: str) -> bool:
    try:
        read_span(text, "en")
    except NotUnderstood:
        return False
    return True


def _moment(text: str, clock: Clock) -> _Found | None:
    try:
        moment = read_moment(text, clock.zone, clock.locale, clock.now)
    except Unmet as unmet:
        return _unmet(unmet, clock)
    except NotUnderstood:
        return None
    asked = _asked(moment, clock)
    if moment.day_only or moment.waited:
        return _Found(asked, ("time",), NotUnderstood(NO_HOUR))
    try:
        check_time(instant(asked.local, clock.zone), clock.now)
    except NotUnderstood as problem:
        return _Found(asked, ("date",), problem)
    return _Found(asked)


def _unmet(unmet: Unmet, clock: Clock) -> _Found:
    """What of an impossible time does exist; a date that is over is to be chosen anew."""
    today = wall(clock.now, clock.zone)
    gone = unmet.day is None or unmet.day <= today.date()
    local = datetime.combine(today.date() if unmet.day is None else unmet.day, unmet.clock or time(15))
    missing = [name for name, lacks in (("date", gone), ("time", unmet.clock is None)) if lacks]
    return _Found(Asked("", local, clock.zone), tuple(missing or ["date"]), unmet)


def _asked(moment: Moment, clock: Clock) -> Asked:
    local = wall(moment.at, clock.zone).replace(second=0, microsecond=0)
    return Asked("", local, clock.zone, dated=not moment.hour_only)


def _repeated(plain: str, clock: Clock) -> _Found | None:
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
    plain, named = _singular(" ".join(plain.split()))
    found = _moment(plain, clock) if named else None
    if found is None or "date" in found.missing:
        return found
    local, name = found.asked.local, DAYS[found.asked.local.weekday()]
    if numbered:
        rule = f"FREQ=MONTHLY;BYDAY={numbered}{name}"
        # The rule gives the first: begin a little before, so that the coming one is not missed.
        coming = next(occurrences(rule, local - timedelta(days=local.day + 1), clock.zone, clock.now), None)
        if coming is None:
            return None
        local = coming
    else:
        rule = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={name}" if fortnightly else f"FREQ=WEEKLY;BYDAY={name}"
    return replace(found, asked=replace(found.asked, local=local, rule=rule))


def _singular(plain: str) -> tuple[str, bool]:
    """Names of days as one says them of one day ("mardis" is "mardi", "lunes" stays), and whether there is one."""
    names = {one for language in LANGUAGES for one in words_of(language).weekdays}
    words = [
        word[:-1] if word not in names and word.endswith("s") and word[:-1] in names else word
        for word in plain.split()
    ]
    return " ".join(words), any(word in names for word in words)


def _choices(place: Place) -> str:
    return ", ".join(city_of(one) for one in place.zones)
