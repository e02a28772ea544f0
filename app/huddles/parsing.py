"""What people type after /huddle: a verb, or a title with a time, perhaps repeated. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from app.errors import N_, NotUnderstood
from app.huddles.leftovers import without_times
from app.huddles.phrases import Asked, Clock, Unclear, read_phrase, without_length
from app.huddles.rules import check_title, checked_length, instant, wall
from app.when import Unmet, read_moment
from app.when.reading import shown
from app.when.words import LANGUAGES, plainly, words_of

__all__ = ["VERBS", "Asked", "Search", "Unclear", "read_asked", "read_search", "verb_of"]

VERBS = ("find", "list", "now", "help")
_WORDS_OF_TIME_AT_MOST = 16
# Where only the middle of a text is read as a time, that many words may come after it.
_WORDS_AFTER_AT_MOST = 12
_LETTERS_OF_TIME = re.compile(r"\d|noon|mid|minuit|medi|meio|meia")

USAGE = N_(
    "Write what it is about, then day and hour: `Data quality clinic, Thursday 15:00`, or "
    "`Data quality clinic, every first Tuesday 15:00`. Without words I open a form."
)
HOW_LONG = N_("Write how long and from when: `/huddle find 45m next week` or `/huddle find 1h Monday`.")
NO_HOUR_TO_FIND = N_(
    "I look for the hour myself, so please leave it out: `/huddle find 1h tomorrow`. If the hour is settled, plan "
    "it: `/huddle Data quality clinic, tomorrow 15:00`."
)
BEFORE = N_("I read “{read}” as the time, but “{rest}” before it says a time as well, and I cannot read both.")
AFTER = N_("I could not read “{rest}” after the time. If it is a place, choose its clock here.")
_EDGES = " ,;:–—-|“”\"'"


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

    The time is what follows a comma, where that reads as one, else the longest end of the text that does. It is read
    whole or not at all: `Unclear`, with what was read, where it cannot be met (it is over, or there is no such day),
    lacks an hour, or stands beside words that say a time as well. `NotUnderstood` where there is none, or no title.
    """
    words, clock = text.split(), Clock(zone, locale, now)
    first = max(0, len(words) - _WORDS_OF_TIME_AT_MOST)
    ends = range(first, len(words))
    after_comma = [start for start in ends if start and words[start - 1].endswith(",")]
    for start in dict.fromkeys([*after_comma, *ends]):
        title = _title(words[:start])
        try:
            found = read_phrase(words[start:], clock)
        except Unclear as unclear:
            raise _nameless(title) or unclear.titled(_kept(title, locale, unclear.asked)) from None
        if found is None:
            continue
        if problem := _nameless(title) or _beside(title, words[start:], found, locale):
            raise problem
        return replace(found, title=title)
    raise _within(words, clock) or NotUnderstood(USAGE)


def _title(words: Sequence[str]) -> str:
    # "on Thursday" is part of the time, the comma before it of nothing.
    return " ".join(words).strip(_EDGES)


def _nameless(title: str) -> NotUnderstood | None:
    if not title:
        return NotUnderstood(USAGE)
    try:
        check_title(title)
    except NotUnderstood as problem:
        return problem
    return None


def _kept(title: str, locale: str, asked: Asked) -> str:
    """The title that a form begins with, without what was left of a time."""
    return without_times(title, locale, dated=True).strip(_EDGES) or title


def _beside(title: str, read: Sequence[str], found: Asked, locale: str) -> NotUnderstood | None:
    """The question back where words of a time stand between the title and what was read."""
    kept = without_times(title, locale, dated=found.dated)
    if kept == title:
        return None
    rest = title[len(kept) :].strip(_EDGES)
    values = {"read": shown(" ".join(read)), "rest": shown(rest)}
    if not kept.strip(_EDGES):
        return NotUnderstood(USAGE)
    return Unclear(BEFORE, replace(found, title=kept.strip(_EDGES)), ["date"], **values)


def _within(words: Sequence[str], clock: Clock) -> Unclear | None:
    """The question back where words that are not understood stand after a time."""
    if len(words) > _WORDS_OF_TIME_AT_MOST + _WORDS_AFTER_AT_MOST:
        return None
    for start in range(len(words)):
        for end in range(len(words) - 1, start, -1):
            part = words[start:end]
            if not _LETTERS_OF_TIME.search(plainly(" ".join(part))):
                break
            try:
                found, missing = read_phrase(part, clock), set[str]()
            except Unclear as unclear:
                found, missing = unclear.asked, set(unclear.missing)
            if found is None or "time" in missing:
                continue
            before, after = _title(words[:start]), _title(words[end:])
            title = without_times(before, clock.locale, dated=False).strip(_EDGES)
            if title != before:
                missing.add("date")
            name = title or after
            if _nameless(name) is not None:
                return None
            return Unclear(AFTER, replace(found, title=name), [*missing, "zone"], rest=shown(after))
    return None


def read_search(text: str, zone: str, locale: str, now: datetime) -> Search:
    """How long and when: "45m next week", "1h", "30 min from Monday"; the week from tomorrow where no day is said.

    A day that is named is searched alone; "from" a day, and "next week", mean seven. `NotUnderstood` for an hour:
    which one is what is looked for.
    """
    when, minutes = without_length(text, alone=True)
    if minutes:
        checked_length(minutes)
    typed = plainly(when)
    when = re.sub(r"^(?:from|starting|a partir d[eo]|des|desde)\s+", "", typed)
    today = wall(now, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    begins, days = today + timedelta(days=1), 7
    if when:
        try:
            named = read_moment(when, zone, locale, now, at=time(23, 59))
        except Unmet:
            raise
        except NotUnderstood:
            raise NotUnderstood(HOW_LONG) from None
        if not (named.day_only or named.waited):
            raise NotUnderstood(NO_HOUR_TO_FIND)
        begins = wall(named.at, zone).replace(hour=0, minute=0, second=0, microsecond=0)
        if any(re.fullmatch(words_of(one).next_week, when) for one in LANGUAGES):
            begins = today + timedelta(days=7 - today.weekday())
        elif (
            when == typed
            and not named.waited
            and not any(re.fullmatch(words_of(one).next_month, when) for one in LANGUAGES)
        ):
            days = 1
    return Search(minutes or 45, max(now, instant(begins, zone)), instant(begins + timedelta(days=days), zone))
