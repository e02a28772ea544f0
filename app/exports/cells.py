"""Single cells: what a spreadsheet would run is made text, instants are told in a zone."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

# What begins a formula, also in full width or as small forms, which spreadsheets turn into the plain ones; the minus
# of mathematics; and what hides a formula behind it in another cell or line.
_SIGNS = frozenset("=+-@")
_STARTS = _SIGNS | frozenset("\t\r\n−")
_UNSEEN = frozenset(("Zs", "Zl", "Zp", "Cc", "Cf"))

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

    def local(self, text: str) -> datetime:
        """The instant in the zone."""
        return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(self._zone)

    def iso(self, texts: Iterable[str]) -> list[str]:
        """ISO 8601 to the second with the offset: 2026-03-31T23:59:59+03:00."""
        listed = list(texts)
        # Many come twice: when something was given and when it last changed.
        known = {text: self.local(text).isoformat(timespec="seconds") if text else "" for text in set(listed)}
        return [known[text] for text in listed]

    def serial(self, text: str) -> float:
        """Days of a spreadsheet's calendar, in local time, to the second."""
        local = self.local(text).replace(tzinfo=None, microsecond=0)
        return (local - _EXCEL_BEGAN).total_seconds() / 86_400
