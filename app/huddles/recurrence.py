"""Series by RFC 5545: rules over wall time, so that a huddle keeps its local hour when clocks change. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from dateutil.rrule import rrulestr

from app.errors import N_, NotUnderstood
from app.huddles.rules import FURTHEST, instant

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
REPEATS = ("", "weekly", "fortnightly", "monthly_day", "monthly_last", "monthly_date")
# What a rule of ours may hold. By the second or minute nobody meets; UNTIL is ours to add.
_PART = re.compile(
    r"FREQ=(DAILY|WEEKLY|MONTHLY)|INTERVAL=([1-9]|1[0-2])|COUNT=([1-9]\d{0,2})|UNTIL=\d{8}(T\d{6}Z)?"
    r"|BYDAY=(-?[1-4])?(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*|BYMONTHDAY=-?\d{1,2}|BYSETPOS=-?[1-5]|WKST=(MO|SU)"
)
_UNTIL = re.compile(r";?UNTIL=(\d{8})(?:T(\d{6})Z)?")


def checked(rule: str) -> str:
    """A recurrence rule of the kind we keep, as it is stored; `NotUnderstood` for any other."""
    rule = rule.strip().upper().removeprefix("RRULE:")
    if rule and (
        not rule.startswith("FREQ=") or len(rule) > 255 or not all(_PART.fullmatch(p) for p in rule.split(";"))
    ):
        raise NotUnderstood(N_("I do not know this kind of repetition."), field="repeat")
    return rule


def rule_for(repeat: str, first: datetime) -> str:
    """The rule of one of REPEATS for a series that begins at `first`: its weekday, its place in the month."""
    day = DAYS[first.weekday()]
    if repeat == "weekly":
        return f"FREQ=WEEKLY;BYDAY={day}"
    if repeat == "fortnightly":
        return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
    if repeat == "monthly_day":
        number = (first.day - 1) // 7 + 1
        # Not every month has a fifth Thursday; who says fifth means the last.
        return f"FREQ=MONTHLY;BYDAY={number if number < 5 else -1}{day}"
    if repeat == "monthly_last":
        return f"FREQ=MONTHLY;BYDAY=-1{day}"
    if repeat == "monthly_date":
        return f"FREQ=MONTHLY;BYMONTHDAY={first.day if first.day < 29 else -1}"
    return ""


def repeat_of(rule: str) -> str:
    """Which of REPEATS a rule is, "" for none, "other" for one of another kind."""
    bare = _UNTIL.sub("", rule)
    for pattern, name in (
        (r"", ""),
        (r"FREQ=WEEKLY(;BYDAY=\w\w)?", "weekly"),
        (r"FREQ=WEEKLY;INTERVAL=2(;BYDAY=\w\w)?", "fortnightly"),
        (r"FREQ=MONTHLY;BYDAY=-1\w\w", "monthly_last"),
        (r"FREQ=MONTHLY;BYDAY=[1-4]\w\w", "monthly_day"),
        (r"FREQ=MONTHLY;BYMONTHDAY=-?\d+", "monthly_date"),
    ):
        if re.fullmatch(pattern, bare):
            return name
    return "other"


def occurrences(
    rule: str, first: datetime, zone: str, after: datetime, *, all_day: bool = False
) -> Iterator[datetime]:
    """Wall times of the series, in order, that are later than the instant `after`; one at most without a rule.

    Ends a year and a bit after `after`: nobody plans further, and a rule without end has no last.
    """
    if not rule:
        if instant(first, zone) > after:
            yield first
        return
    begins, until = _naive_rule(rule, zone, all_day=all_day)
    # Wall time and UTC are at most 14 hours apart; a day on either side is enough to look from.
    start = max(first, after.astimezone(UTC).replace(tzinfo=None) - timedelta(days=1))
    made = rrulestr(begins, dtstart=first)
    for local in made.xafter(start, inc=True):
        at = instant(local, zone)
        if (until is not None and at > until) or at > after + FURTHEST:
            return
        if at > after:
            yield local


def _naive_rule(rule: str, zone: str, *, all_day: bool) -> tuple[str, datetime | None]:
    """The rule without UNTIL, and UNTIL as an instant: wall times are walked, instants decide the end."""
    found = _UNTIL.search(rule)
    if found is None:
        return rule, None
    day, hour = found.group(1), found.group(2)
    if hour is None:
        last = instant(datetime.strptime(day, "%Y%m%d").replace(hour=23, minute=59), zone)  # noqa: DTZ007
    else:
        last = datetime.strptime(day + hour, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return _UNTIL.sub("", rule), last


def ends_before(rule: str, local: datetime, zone: str, *, all_day: bool = False) -> str:
    """The rule, ended just before the occurrence at `local`. UNTIL is UTC where times have a zone, else a date."""
    bare = ";".join(part for part in rule.split(";") if not part.startswith(("UNTIL=", "COUNT=")))
    if all_day:
        return f"{bare};UNTIL={local.date() - timedelta(days=1):%Y%m%d}"
    return f"{bare};UNTIL={instant(local, zone) - timedelta(seconds=1):%Y%m%dT%H%M%SZ}"


def shifted(rule: str, first: datetime) -> str:
    """The rule of a series that goes on at another day: the same kind of repetition, by the new day."""
    kind = repeat_of(rule)
    return rule if kind in ("", "other") else rule_for(kind, first)
