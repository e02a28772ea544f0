"""Who looks at the page: names they may see, their zone and language, and how dates read to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

_NEAR_DAYS: dict[str, dict[int, str]] = {
    "en": {-1: "yesterday", 0: "today", 1: "tomorrow"},
    "fr": {-1: "hier", 0: "aujourd’hui", 1: "demain"},
    "es": {-1: "ayer", 0: "hoy", 1: "mañana"},
    "pt": {-1: "ontem", 0: "hoje", 1: "amanhã"},
}


@dataclass(frozen=True)
class Reader:
    """The person who reads: ids map to names they may see; `choosable` people and `channels` also fill the pickers.

    `zone` is an IANA name, `locale` a BCP 47 tag, `now` timezone-aware.
    """

    me: str
    zone: str
    locale: str
    now: datetime
    people: Mapping[str, str] = field(default_factory=dict)
    choosable: Mapping[str, str] = field(default_factory=dict)
    channels: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    # Conversations a picker may offer, by id; private ones and direct messages carry their own mark in the name.
    conversations: Mapping[str, str] = field(default_factory=dict)
    channel_url: str = ""
    # The only origin the page may load pictures from, such as `http://localhost:8000`.
    site: str = ""

    def local(self, epoch: float) -> datetime:
        """The instant `epoch` (seconds) on this person's wall clock."""
        return datetime.fromtimestamp(epoch, ZoneInfo(self.zone))

    @property
    def babel_locale(self) -> Locale:
        """The locale for formatting; a region Babel does not know (`es-LA`) falls back to the language."""
        for tag in (self.locale, self.locale.partition("-")[0]):
            try:
                return Locale.parse(tag, sep="-")
            except (UnknownLocaleError, ValueError):
                continue
        return Locale("en", "GB")

    def time(self, epoch: float, *, seconds: bool = False) -> str:
        """The time of day, in the short form of the person's language."""
        length = "medium" if seconds else "short"
        return format_time(self.local(epoch).replace(tzinfo=None), format=length, locale=self.babel_locale)

    def date(self, epoch: float, style: str = "date") -> str:
        """A date as `date_num`, `date`, `date_short` or `date_long`; the last three may end in `_pretty`."""
        day = self.local(epoch).date()
        if style == "date_num":
            return day.isoformat()
        base, pretty = style.removesuffix("_pretty"), style.endswith("_pretty")
        if pretty:
            away = (day - self.now.astimezone(ZoneInfo(self.zone)).date()).days
            word = _NEAR_DAYS.get(self.babel_locale.language, _NEAR_DAYS["en"]).get(away)
            if word:
                return word
        pattern = {"date_short": "medium", "date_long": "full"}.get(base, "long")
        return format_date(day, format=pattern, locale=self.babel_locale)

    def ago(self, epoch: float) -> str:
        """How long ago, in coarse English words as Slack's `{ago}` gives it."""
        seconds = int(self.now.timestamp() - epoch)
        size, unit = next(
            ((n, u) for n, u in ((86400, "day"), (3600, "hour"), (60, "minute")) if abs(seconds) >= n), (1, "second")
        )
        count = abs(seconds) // size
        words = f"{count} {unit}{'' if count == 1 else 's'}"
        return f"{words} ago" if seconds >= 0 else f"in {words}"
