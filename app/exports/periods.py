"""Periods of whole local days in a named zone, as the instants where they begin and end."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.errors import N_, NotUnderstood


def zone_of(name: str) -> ZoneInfo:
    """A zone by its IANA name; `NotUnderstood`."""
    try:
        return ZoneInfo(name.strip())
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise NotUnderstood(
            N_("There is no time zone {zone}. Write one by its place, such as Africa/Nairobi or Asia/Kathmandu."),
            field="zone",
            zone=name,
        ) from None


def day_of(text: str, field: str) -> date | None:
    """A day written as 2026-03-31, None for ""; `NotUnderstood`."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise NotUnderstood(N_("Write a day such as 2026-03-31."), field=field) from None


def bounds(first: date | None, last: date | None, zone: str) -> tuple[datetime | None, datetime | None]:
    """The instants (UTC) at which the first day begins and the last one has ended; None where there is no bound.

    `NotUnderstood` for a period that ends before it begins.
    """
    local = zone_of(zone)
    if first is not None and last is not None and last < first:
        raise NotUnderstood(N_("The period ends before it begins. Turn the two days around."), field="last")
    since = None if first is None else _beginning(first, local)
    until = None if last is None or last == date.max else _beginning(last + timedelta(days=1), local)
    return since, until


def _beginning(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day. Where clocks jump over midnight it is the jump; where they go back, the first."""
    try:
        return datetime.combine(day, time.min, zone).astimezone(UTC)
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC) if day.year == 1 else datetime.max.replace(tzinfo=UTC)
