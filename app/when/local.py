"""Wall time and instants: what a clock on the wall shows in a zone, with its skipped and doubled hours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.i18n import Reader


@dataclass(frozen=True)
class Moment:
    """An instant (`at`, UTC) that somebody named in a zone (IANA); `day_only` when they named no hour, `hour_only`
    when they named no day.

    `waited` when they named days to wait and no hour ("in 2 weeks"): the hour is that of now.
    """

    at: datetime
    zone: str
    day_only: bool = False
    waited: bool = False
    hour_only: bool = False

    @property
    def local(self) -> datetime:
        """The same instant as the wall clock of its zone shows it."""
        return self.at.astimezone(zone_of(self.zone))


def zone_of(name: str) -> ZoneInfo:
    """The zone of that IANA name; UTC for a name that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def at_wall(wall: datetime, zone: str) -> datetime:
    """The instant (UTC) at which a wall clock of the zone shows this; `wall` carries no zone.

    An hour that is skipped in spring is read as if the clock had not been moved yet, so 02:30 becomes 03:30; of an
    hour that comes twice in autumn the first is meant.
    """
    return wall.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def told(at: datetime, zone: str, reader: Reader) -> str:
    """A moment in words, with its zone: "Friday, 27 November 2026, 17:00 (Africa/Nairobi, UTC+03:00)"."""
    local = at.astimezone(zone_of(zone))
    day = reader.full_date(local.date())
    offset = local.strftime("%z")
    return f"{day}, {local:%H:%M} ({zone.replace('_', ' ')}, UTC{offset[:3]}:{offset[3:5]})"
