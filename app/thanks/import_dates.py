"""Moments as other tools write them, read to instants. Pure; every error is `NotUnderstood` with the way out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from app.communities.items import short
from app.errors import NotUnderstood

ORDERS = ("", "DMY", "MDY")
# Nobody thanked anybody on Slack before that; such a moment is a mistake in the file.
EARLIEST = 2000
# A day without a time is that day nearly everywhere.
_NOON = 12

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        1,
    )
    for name in names.split()
}
_TIME = (
    r"(?:(?:\s*[T,]\s*|\s+(?:at\s+)?)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<part>\d{1,9}))?)?"
    r"(?:\s*(?P<half>[ap])\.?m\.?)?(?:\s*(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|UTC|GMT))?)?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_SHAPES = [
    re.compile(shape + _TIME, re.IGNORECASE | re.ASCII)
    for shape in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<first>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4})",
        rf"{_WEEKDAY}{_DAY}[\s-]+(?P<name>[a-z]+)\.?,?[\s-]+(?P<year>\d{{4}})",
        rf"{_WEEKDAY}(?P<name>[a-z]+)\.?\s+{_DAY},?\s+(?P<year>\d{{4}})",
    )
]
_EPOCH = re.compile(r"(\d{10})(?:\.(\d{1,6})\d*)?|(\d{10})(\d{3})", re.ASCII)
_SPREADSHEET = re.compile(r"\d{5}(?:[.,]\d+)?", re.ASCII)


class Dates:
    """Reads moments; those without an offset are of `zone`. `order` says how 01/02/2026 is meant: DMY, MDY, or ""."""

    def __init__(self, zone: tzinfo, order: str = "") -> None:
        self._zone = zone
        self._order = order
        # Exports repeat their days, and reading one costs more than looking it up.
        self._known: dict[str, datetime] = {}

    def read(self, text: str) -> datetime:
        """The instant in UTC; a day without a time is its noon."""
        if text not in self._known:
            self._known[text] = self._read(" ".join(text.split()))
        return self._known[text]

    def _read(self, text: str) -> datetime:
        try:
            if epoch := _EPOCH.fullmatch(text):
                seconds, part, whole, millis = epoch.groups()
                micros = int((part or "0").ljust(6, "0")) + int(millis or 0) * 1000
                return _sensible(datetime.fromtimestamp(int(seconds or whole), UTC) + timedelta(microseconds=micros))
            for shape in _SHAPES:
                if found := shape.fullmatch(text):
                    return _sensible(self._moment(text, found))
        except (ValueError, OverflowError):
            raise NotUnderstood(f"'{short(text)}' is no day or time that there is. Check it.") from None
        if _SPREADSHEET.fullmatch(text):
            raise NotUnderstood(
                f"'{short(text)}' is a spreadsheet's own number for a date. Format the column as a date there, such "
                "as 2026-05-31 14:30, and save it again."
            )
        raise NotUnderstood(
            f"'{short(text)}' is no date that can be read. Write it as 2026-05-31 or 2026-05-31 14:30."
        )

    def _moment(self, text: str, found: re.Match[str]) -> datetime:
        has = found.groupdict()
        year, (month, day) = int(has["year"]), self._month_and_day(text, has)
        if not has.get("hour"):
            return datetime(year, month, day, _NOON, tzinfo=self._zone).astimezone(UTC)
        hour = int(has["hour"])
        if has["half"]:
            if not 1 <= hour <= 12:
                raise ValueError(text)
            hour = hour % 12 + (12 if has["half"].lower() == "p" else 0)
        micros = int((has["part"] or "0")[:6].ljust(6, "0"))
        zone = _offset(has["zone"]) if has["zone"] else self._zone
        moment = datetime(year, month, day, hour, int(has["minute"]), int(has["second"] or 0), micros, tzinfo=zone)
        return moment.astimezone(UTC)

    def _month_and_day(self, text: str, has: dict[str, str]) -> tuple[int, int]:
        if has.get("month"):
            return int(has["month"]), int(has["day"])
        if has.get("name"):
            return _MONTHS.get(has["name"].lower(), 0), int(has["day"])
        first, other = int(has["first"]), int(has["other"])
        if self._order:
            return (other, first) if self._order == "DMY" else (first, other)
        if first <= 12 and other <= 12 and first != other:
            raise NotUnderstood(
                f"'{short(text)}' may be two different days. Say --date-format DMY when the day comes first, "
                "--date-format MDY when the month does."
            )
        return (other, first) if first > 12 else (first, other)


def _offset(text: str) -> tzinfo:
    sign = re.search(r"([+-])(\d{1,2}):?(\d{2})?$", text)
    if sign is None:
        return UTC
    size = timedelta(hours=int(sign[2]), minutes=int(sign[3] or 0))
    return timezone(-size if sign[1] == "-" else size)


def _sensible(moment: datetime) -> datetime:
    if moment.year < EARLIEST:
        raise ValueError(moment)
    return moment
