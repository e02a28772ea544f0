"""Zones as calendar files describe them (VTIMEZONE): by a yearly rule if there is one, else each change. Pure.

Made here, since the library's own description names the onset of summer time an hour late and puts all changes into
one line, of which some calendars read the first only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from app.huddles.recurrence import DAYS
from app.huddles.rules import zone_of

# Described around the years in which something happens: whole histories would fill every file.
YEARS_BEFORE, YEARS_AFTER = 1, 8
STEP = timedelta(days=7)


@dataclass(frozen=True)
class Change:
    """One change of a zone's clocks: when (wall time before it, as RFC 5545 counts), and from and to which offset."""

    local: datetime
    before: timedelta
    after: timedelta
    name: str
    summer: bool


@lru_cache(maxsize=256)
def described(zone: str, least: int, most: int) -> Timezone:
    """The description of a zone for what happens in these years."""
    begins = datetime(least - YEARS_BEFORE, 1, 1, tzinfo=UTC)
    ends = datetime(most + YEARS_AFTER, 1, 1, tzinfo=UTC)
    made = Timezone()
    made.add("tzid", zone)
    first = begins.astimezone(zone_of(zone))
    offset = first.utcoffset() or timedelta()
    start = Change(first.replace(tzinfo=None), offset, offset, first.tzname() or zone, bool(first.dst()))
    made.add_component(_observance(start))
    changes = changes_of(zone, begins, ends)
    for summer in (False, True):
        kind = [one for one in changes if one.summer is summer]
        rule = yearly(kind)
        if rule:
            made.add_component(_observance(kind[0], rule))
        else:
            for one in kind:
                made.add_component(_observance(one))
    return made


def changes_of(zone: str, begins: datetime, ends: datetime) -> tuple[Change, ...]:
    """All changes of a zone's clocks between two instants, to the second; no zone changes twice within a week."""
    found, at = [], begins
    while at < ends:
        later = min(at + STEP, ends)
        if _state(zone, at) != _state(zone, later):
            low, high = at, later
            while high - low > timedelta(seconds=1):
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (middle, high) if _state(zone, middle) == _state(zone, at) else (low, middle)
            before, after = _state(zone, low), _state(zone, high)
            local = high.replace(tzinfo=None) + before[0]
            found.append(Change(local, before[0], after[0], after[1], bool(high.astimezone(zone_of(zone)).dst())))
        at = later
    return tuple(found)


def yearly(changes: Sequence[Change]) -> str:
    """The rule by which these come once a year on such a weekday of a month, "" where there is none."""
    if len(changes) < YEARS_AFTER:
        return ""
    first = changes[0]
    alike = all(
        (one.local.month, one.local.weekday(), one.local.time(), one.before, one.after)
        == (first.local.month, first.local.weekday(), first.local.time(), first.before, first.after)
        for one in changes
    )
    years = [one.local.year for one in changes]
    if not alike or years != list(range(years[0], years[0] + len(years))):
        return ""
    if all((one.local + timedelta(days=7)).month != one.local.month for one in changes):
        number = -1
    else:
        numbers = {(one.local.day - 1) // 7 + 1 for one in changes}
        if len(numbers) > 1:
            return ""
        number = numbers.pop()
    return f"FREQ=YEARLY;BYMONTH={first.local.month};BYDAY={number}{DAYS[first.local.weekday()]}"


def _state(zone: str, at: datetime) -> tuple[timedelta, str]:
    local = at.astimezone(zone_of(zone))
    return local.utcoffset() or timedelta(), local.tzname() or zone


def _observance(change: Change, rule: str = "") -> TimezoneStandard | TimezoneDaylight:
    made = TimezoneDaylight() if change.summer else TimezoneStandard()
    made.add("dtstart", change.local)
    if rule:
        made.add("rrule", vRecur.from_ical(rule))
    made.add("tzname", change.name)
    made.add("tzoffsetfrom", change.before)
    made.add("tzoffsetto", change.after)
    return made
