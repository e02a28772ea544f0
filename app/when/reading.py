"""Read a moment in the future from what a person typed. What is not understood whole is not understood at all."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from app.errors import N_, NotUnderstood
from app.when.local import Moment, at_wall, zone_of
from app.when.pieces import Rest, ahead_of, day_of, hour_of
from app.when.words import LANGUAGES, Words, plainly, words_of

LONGEST = 200
YEARS_AHEAD = 3
NOT_READ = N_(
    "I could not read “{text}” as a time. Write it like “Friday 17:00”, “in 2 weeks”, “tomorrow at 9” "
    "or “2026-12-01 10:00”."
)
PAST = N_("“{text}” would be {moment}, which is over. Please choose a later time.")
FAR = N_("“{text}” is too far away: at most {years} years from now.")


def read_moment(
    text: str, zone: str, locale: str, now: datetime, *, at: time = time(17, 0), field: str | None = None
) -> Moment:
    """The moment that `text` names, later than `now`, on the wall clock of `zone` (IANA).

    The language of `locale` (BCP 47) is tried first, then English, French, Spanish, Portuguese. Where only a day is
    named the hour is `at`. `NotUnderstood`, with `field`, for what cannot be read, is over, or more than three
    years away.
    """
    plain = plainly(text[:LONGEST])
    own = locale.replace("_", "-").split("-")[0]
    month_first = locale.replace("_", "-").upper().endswith("-US")
    languages = dict.fromkeys([own, *LANGUAGES] if own in LANGUAGES else LANGUAGES)
    local = now.astimezone(zone_of(zone)).replace(tzinfo=None)
    for language in languages:
        try:
            found = _read(plain, words_of(language), zone, local, now, at, month_first=month_first)
        except (ValueError, OverflowError):
            continue
        if found is not None:
            return _checked(found, text, now, field)
    raise NotUnderstood(NOT_READ, field=field, text=_shown(text))


def _checked(moment: Moment, text: str, now: datetime, field: str | None) -> Moment:
    if moment.at <= now:
        raise NotUnderstood(PAST, field=field, text=_shown(text), moment=f"{moment.local:%Y-%m-%d %H:%M}")
    if moment.at > now + timedelta(days=366 * YEARS_AHEAD):
        raise NotUnderstood(FAR, field=field, text=_shown(text), years=YEARS_AHEAD)
    return moment


def _shown(text: str) -> str:
    """What was typed, short and harmless wherever it is shown."""
    return re.sub(r"[<>&*_`~]", "", " ".join(text.split()))[:60]


def _read(
    plain: str, words: Words, zone: str, local: datetime, now: datetime, at: time, *, month_first: bool
) -> Moment | None:
    rest = Rest(plain)
    ahead = ahead_of(rest, words)
    if ahead is not None and ahead[1]:
        # Hours and minutes are waited for by the clock, whatever happens to daylight saving meanwhile.
        if ahead[0] or not _only_filler(rest, words):
            return None
        return Moment(now + ahead[1], zone)
    day = (
        (local + ahead[0]).date() if ahead is not None else day_of(rest, words, local.date(), month_first=month_first)
    )
    clock = hour_of(rest, words)
    if not _only_filler(rest, words) or (day is None and clock is None):
        return None
    if clock is None:
        if ahead is not None:
            return Moment(at_wall(datetime.combine(day or local.date(), local.time()), zone), zone)
        return Moment(at_wall(datetime.combine(day or local.date(), at), zone), zone, day_only=True)
    if day is not None:
        return Moment(at_wall(datetime.combine(day, clock), zone), zone)
    today = at_wall(datetime.combine(local.date(), clock), zone)
    return Moment(today if today > now else at_wall(datetime.combine(local.date(), clock) + timedelta(1), zone), zone)


def _only_filler(rest: Rest, words: Words) -> bool:
    pieces = [one.strip() for one in rest.text.split("|")]
    return all(not one or re.fullmatch(rf"(?:(?:{words.filler})\s*)+", one) for one in pieces)
