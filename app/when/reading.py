"""Read a moment in the future from what a person typed. What is not understood whole is not understood at all."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from app.errors import N_, NotUnderstood
from app.i18n import Reader
from app.when.local import Moment, at_wall, zone_of
from app.when.pieces import OtherWeekday, Rest, TwoDates, ahead_of, day_of, hour_of
from app.when.words import LANGUAGES, Words, plainly, words_of

LONGEST = 200
YEARS_AHEAD = 3
NOT_READ = N_(
    "I could not read “{text}” as a time. Write it like “Friday 17:00”, “in 2 weeks”, “tomorrow at 9” "
    "or “2026-12-01 10:00”."
)
NO_SPAN = N_("I could not read “{text}” as a length of time. Write it like “1 day” or “2 hours”.")
PAST = N_("“{text}” would be {moment}, which is over. Please choose a later time.")
FAR = N_("“{text}” is too far away: at most {years} years from now.")
NO_DAY = N_("“{text}” does not exist: there is no such day. Please write another.")
NO_HOUR = N_("“{text}” does not exist: there is no such hour. Please write another.")
TWO_DATES = N_("“{text}” can be read as two dates. Please write the month as a word.")
OTHER_WEEKDAY = N_("“{text}” does not exist: that date is another day of the week. Please write it anew.")


class Unmet(NotUnderstood):
    """Read whole, but it cannot be: it is over, too far away, or there is no such day or hour.

    `day` and `clock` are what of it does exist.
    """

    def __init__(self, template: str, *, field: str | None, day: date | None, clock: time | None, **values: object):
        super().__init__(template, field=field, **values)
        self.day = day
        self.clock = clock


def read_moment(
    text: str, zone: str, locale: str, now: datetime, *, at: time = time(17, 0), field: str | None = None
) -> Moment:
    """The moment that `text` names, later than `now`, on the wall clock of `zone` (IANA).

    The language of `locale` (BCP 47) is tried first, then English, French, Spanish, Portuguese. Where only a day is
    named the hour is `at`. `NotUnderstood`, with `field`, for what cannot be read; `Unmet` for what is over, more
    than three years away, or does not exist.
    """
    plain = plainly(text[:LONGEST])
    own = locale.replace("_", "-").split("-")[0]
    month_first = locale.replace("_", "-").upper().endswith("-US")
    languages = dict.fromkeys([own, *LANGUAGES] if own in LANGUAGES else LANGUAGES)
    local = now.astimezone(zone_of(zone)).replace(tzinfo=None)
    unmet: Unmet | None = None
    for language in languages:
        try:
            found = _read(plain, words_of(language), zone, local, now, at, month_first=month_first)
        except _Never as never:
            unmet = unmet or Unmet(never.why, field=field, day=never.day, clock=never.clock, text=shown(text))
            continue
        except (ValueError, OverflowError):
            continue
        if found is not None:
            return _checked(found, text, now, field, locale)
    if unmet is not None:
        raise unmet
    raise NotUnderstood(NOT_READ, field=field, text=shown(text))


def read_span(text: str, locale: str, *, field: str | None = None) -> timedelta:
    """A length of time ("2 days", "90m", "une heure"); a month is thirty days. `NotUnderstood` with `field`."""
    plain = plainly(text[:LONGEST])
    own = locale.replace("_", "-").split("-")[0]
    for language in dict.fromkeys([own, *LANGUAGES] if own in LANGUAGES else LANGUAGES):
        rest = Rest(plain)
        try:
            found = ahead_of(rest, words_of(language))
        except (ValueError, OverflowError):
            continue
        if found is not None and _only_filler(rest, words_of(language)):
            days, wait = found
            return timedelta(days=days.days + 30 * days.months) + wait
    raise NotUnderstood(NO_SPAN, field=field, text=shown(text))


class _Never(Exception):
    """Read whole, but there is no such day or hour."""

    def __init__(self, why: str, day: date | None, clock: time | None) -> None:
        super().__init__(why)
        self.why, self.day, self.clock = why, day, clock


def _checked(moment: Moment, text: str, now: datetime, field: str | None, locale: str) -> Moment:
    day, clock = moment.local.date(), None if moment.day_only or moment.waited else moment.local.time()
    if moment.at <= now:
        over = f"{Reader(locale).full_date(day)}, {moment.local:%H:%M}"
        raise Unmet(PAST, field=field, day=day, clock=clock, text=shown(text), moment=over)
    if moment.at > now + timedelta(days=366 * YEARS_AHEAD):
        raise Unmet(FAR, field=field, day=day, clock=clock, text=shown(text), years=YEARS_AHEAD)
    return moment


def shown(text: str) -> str:
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
    never, day, clock = "", None, None
    try:
        day = (local + ahead[0]).date() if ahead else day_of(rest, words, local.date(), month_first=month_first)
    except OtherWeekday:
        never = OTHER_WEEKDAY
    except TwoDates:
        never = TWO_DATES
    except ValueError:
        never = NO_DAY
    try:
        clock = hour_of(rest, words)
    except ValueError:
        never = never or NO_HOUR
    if not _only_filler(rest, words):
        return None
    if never:
        raise _Never(never, day, clock)
    if day is None and clock is None:
        return None
    if day is None and rest.today:
        day = local.date()
    if clock is None:
        if ahead is not None:
            at_same = at_wall(datetime.combine(day or local.date(), local.time()), zone)
            return Moment(at_same, zone, waited=True)
        named = at_wall(datetime.combine(day or local.date(), at), zone)
        return Moment(_coming(named, rest, day, at, zone, now), zone, day_only=True)
    if day is not None:
        named = at_wall(datetime.combine(day, clock), zone)
        return Moment(_coming(named, rest, day, clock, zone, now), zone)
    coming = at_wall(datetime.combine(local.date(), clock), zone)
    if coming <= now:
        coming = at_wall(datetime.combine(local.date(), clock) + timedelta(1), zone)
    return Moment(coming, zone, hour_only=True)


def _coming(named: datetime, rest: Rest, day: date | None, clock: time, zone: str, now: datetime) -> datetime:
    """A weekday that is today's means today as long as its hour is to come, and a week later from then on."""
    if rest.weekday_of_today and day is not None and named <= now:
        return at_wall(datetime.combine(day + timedelta(7), clock), zone)
    return named


def _only_filler(rest: Rest, words: Words) -> bool:
    pieces = [one.strip() for one in rest.text.split("|")]
    return all(not one or re.fullmatch(rf"(?:(?:{words.filler})\s*)+", one) for one in pieces)
