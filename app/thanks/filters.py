"""What a reader of the recognition log asks for, as they write it, read to a `LogFilter`. Pure.

Every error is `NotUnderstood` with the name of the parameter as its field: from, to, zone, community, giver,
recipient, value, source, status.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from app.errors import N_, NotUnderstood
from app.thanks.shapes import LogFilter
from models.thanks import SOURCES, STATUSES

# Hidden is no status of its own in the database: what is hidden still counts.
STATUS_FILTERS = (*STATUSES, "hidden")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# A + in an address means a blank, so an offset often arrives with one.
_LOST_PLUS = re.compile(r"(T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) (\d{2}:?\d{2})")
_PERSON = re.compile(r"[UW][A-Z0-9]{2,31}")
_SLUG_LENGTH = 64


def log_filter(
    *,
    since: str = "",
    until: str = "",
    zone: str = "UTC",
    community: str = "",
    giver: str = "",
    recipient: str = "",
    value: str = "",
    source: str = "",
    status: str = "",
) -> LogFilter:
    """The filter. `since` and `until` are dates or instants; those without an offset are read in `zone`.

    A date as `until` holds that whole day; an instant is the first that is left out.
    """
    there = zone_named(zone)
    first = moment(since, there, "from") if since else None
    last = moment(until, there, "to", whole_day=True) if until else None
    if first is not None and last is not None and first >= last:
        raise NotUnderstood(N_("The end is not after the beginning."), field="to")
    return LogFilter(
        since=first,
        until=last,
        community=community.strip().casefold()[:_SLUG_LENGTH],
        giver=_person(giver, "giver"),
        recipient=_person(recipient, "recipient"),
        value=value.strip().strip("#:").casefold(),
        source=_one_of(source, SOURCES, "source"),
        status=_one_of(status, STATUS_FILTERS, "status"),
    )


def zone_named(name: str) -> ZoneInfo:
    """The time zone of an IANA name; `NotUnderstood` with the nearest name for one nobody knows."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        near = get_close_matches(name.strip()[:50], sorted(available_timezones()), 1)
        raise NotUnderstood(
            N_("That is no name of a time zone. Write one such as {example}."),
            field="zone",
            example=near[0] if near else "Africa/Nairobi",
        ) from None


def moment(text: str, there: ZoneInfo, field: str, *, whole_day: bool = False) -> datetime:
    """A date (its first instant there, or with `whole_day` the first after it) or an instant, in UTC."""
    text = _LOST_PLUS.sub(r"\1+\2", text.strip())
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text) + timedelta(days=int(whole_day))
            return datetime.combine(day, time.min, there).astimezone(UTC)
        # A year, a week or digits alone are dates to Python and riddles to people.
        if "T" not in text and " " not in text:
            raise ValueError(text)
        found = datetime.fromisoformat(text)
        return (found.replace(tzinfo=there) if found.tzinfo is None else found).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotUnderstood(
            N_("Write a date such as 2026-11-30, or an instant such as 2026-11-30T18:00:00Z."), field=field
        ) from None


def _person(text: str, field: str) -> str:
    text = text.strip()
    if text and not _PERSON.fullmatch(text):
        raise NotUnderstood(
            N_("Write a Slack member id such as U0123ABCD: profile, ⋮, Copy member ID. Names and addresses change."),
            field=field,
        )
    return text


def _one_of(text: str, choices: tuple[str, ...], field: str) -> str:
    if text and text not in choices:
        raise NotUnderstood(N_("Choose one of: {choices}."), field=field, choices=", ".join(choices))
    return text
