"""Polls that come again: a rule on the wall clock of a zone, so that 09:00 stays 09:00 when clocks are moved."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from dateutil.rrule import rrulestr

from app.errors import N_, NotUnderstood
from app.when import at_wall, zone_of

# What people write, in four languages, and the rule (RFC 5545) that it means.
_WORDS = {
    r"1?\s*(?:day|daily|jour|d[ií]a|dia)s?": "FREQ=DAILY",
    r"(?:week ?day|work ?day|jour ouvr[ée]|d[ií]a laborable|dia útil)s?": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    r"1?\s*(?:week|weekly|semaine|semana)": "FREQ=WEEKLY",
    r"(?:2|two|deux|dos|duas) (?:weeks|semaines|semanas)|fortnight": "FREQ=WEEKLY;INTERVAL=2",
    r"1?\s*(?:month|monthly|mois|mes|m[êe]s)": "FREQ=MONTHLY",
    r"(?:3|three|trois|tres|três) (?:months|mois|meses)|quarter(?:ly)?|trimestre": "FREQ=MONTHLY;INTERVAL=3",
    r"(?:year|yearly|an|année|a[ñn]o|ano)": "FREQ=YEARLY",
}
_WALL = "%Y-%m-%dT%H:%M"


def rule_of(text: str, first: datetime, zone: str) -> str:
    """The rule that people's words mean; `NotUnderstood`. `first` is the instant of the first poll."""
    said = " ".join(text.lower().split())
    rule = next((rule for pattern, rule in _WORDS.items() if re.fullmatch(pattern, said)), None)
    if rule is None:
        raise NotUnderstood(
            N_("How often? Write `day`, `weekday`, `week`, `2 weeks`, `month`, `quarter` or `year`."), field="every"
        )
    day = first.astimezone(zone_of(zone)).day
    # Not every month has a 29th, 30th and 31st: its last day is meant.
    return f"{rule};BYMONTHDAY=-1" if "MONTHLY" in rule and day > 28 else rule


def wall(at: datetime, zone: str) -> str:
    """An instant as the wall clock of the zone shows it, to the minute."""
    return at.astimezone(zone_of(zone)).strftime(_WALL)


def next_after(rule: str, starts: str, zone: str, after: datetime) -> datetime | None:
    """The first occurrence (an instant) later than `after`; None where there is none within four years."""
    first = datetime.strptime(starts, _WALL)  # noqa: DTZ007 - wall time has no zone until it is joined with one
    local = after.astimezone(zone_of(zone)).replace(tzinfo=None)
    occurrences = rrulestr(f"RRULE:{rule}", dtstart=first)
    # A wall clock that was set back shows the same hour twice: look from a little before.
    for found in occurrences.xafter(local - timedelta(hours=3), count=10, inc=True):
        at = at_wall(found, zone)
        if at > after:
            return at
    return None
