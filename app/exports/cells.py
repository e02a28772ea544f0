"""Single cells: what a spreadsheet would run is made text, instants are told in a zone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

# What begins a formula, also in full width or as small forms, which spreadsheets turn into the plain ones; the minus
# of mathematics; and what hides a formula behind it in another cell or line.
_SIGNS = frozenset("=+-@")
_STARTS = _SIGNS | frozenset("\t\r\n−")
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))

# For instants of one hour of UTC: the local hour, and the one it becomes from a minute on; local minutes; the offset.
_Hour = tuple[str, str, str, dict[str, str], str]
_HOURS_KNOWN = 2000

_EXCEL_BEGAN = datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets know no zones


def harmless(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would take it for a formula; else as it is."""
    # Most texts begin with a plain letter.
    if "@" < text[:1] < "\x7f" or not text:
        return text
    for letter in text:
        if letter in _STARTS or unicodedata.normalize("NFKC", letter) in _SIGNS:
            return f"'{text}"
        if not letter.isspace() and unicodedata.category(letter) not in _UNSEEN:
            break
    return text


class Moments:
    """Instants as the database tells them, text in UTC, told in one zone. "" stays ""."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)
        self._hours: dict[str, _Hour | None] = {}

    def local(self, text: str) -> datetime:
        """The instant in the zone."""
        return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(self._zone)

    def iso(self, texts: Iterable[str]) -> list[str]:
        """ISO 8601 to the second with the offset: 2026-03-31T23:59:59+03:00."""
        found = []
        for text in texts:
            if not text:
                found.append("")
                continue
            hour = self._hours.get(text[:13]) or self._hour(text[:13])
            if hour is None:
                found.append(self.local(text).isoformat(timespec="seconds"))
                continue
            early, late, split, minutes, offset = hour
            minute = text[14:16]
            found.append(f"{early if minute < split else late}{minutes[minute]}{text[16:19]}{offset}")
        return found

    def serial(self, text: str) -> float:
        """Days of a spreadsheet's calendar, in local time, to the second."""
        local = self.local(text).replace(tzinfo=None, microsecond=0)
        return (local - _EXCEL_BEGAN).total_seconds() / 86_400

    def _hour(self, hour: str) -> _Hour | None:
        """How to tell the instants of an hour of UTC by putting texts together, ten times as quick as reckoning.

        None for an hour in which clocks are set, and for offsets of the past that have seconds.
        """
        if hour in self._hours:
            return None
        if len(self._hours) >= _HOURS_KNOWN:
            # Lines come in the order of time, so old hours are not asked for again.
            self._hours.clear()
        first, last = self.local(f"{hour}:00:00"), self.local(f"{hour}:59:59.999999")
        offset = first.isoformat()[19:]
        made: _Hour | None = None
        if first.utcoffset() == last.utcoffset() and len(offset) == 6:
            shift = first.minute
            made = (first.isoformat()[:14], last.isoformat()[:14], f"{60 - shift:02}", _minutes(shift), offset)
        self._hours[hour] = made
        return made


@lru_cache(maxsize=60)
def _minutes(shift: int) -> dict[str, str]:
    """Minutes of UTC as local ones."""
    return {f"{minute:02}": f"{(minute + shift) % 60:02}" for minute in range(60)}
