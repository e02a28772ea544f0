"""Words in the reader's language: gettext catalogues from `locales/`, dates and names from CLDR (Babel).

English is the language of the source. A catalogue is one file, `locales/<language>/LC_MESSAGES/baobab.po`;
dropping it in is enough, nothing has to be compiled.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_timedelta, get_day_names
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, format_percent

LOCALES = Path(__file__).parent.parent / "locales"
DOMAIN = "baobab"

Gettext = Callable[[str], str]


@dataclass(frozen=True)
class Reader:
    """The person a text is for: locale (BCP 47 as Slack gives it), IANA zone, and whether they are a guest."""

    locale: str = "en"
    zone: str = "UTC"
    guest: bool = False

    def words(self) -> Gettext:
        """The `_` of this reader: English in, their language out, English where no translation exists."""
        return _catalogue(self.locale)

    @property
    def _shown(self) -> Locale:
        """The locale for dates and names: the reader's where we speak their language, else English throughout."""
        locale = _babel(self.locale)
        return locale if locale.language in spoken() else _babel("en")

    def day(self, moment: datetime) -> str:
        """A date in the reader's zone and language: "12 Mar 2026".

        In this order, with the month in letters, in every country: what is short in Lisbon is `12/03/2026`, and
        `03/12/2026` in San Juan, and a channel has readers of both.
        """
        local = moment.astimezone(_zone(self.zone))
        return format_date(local.date(), format="d MMM yyyy", locale=self._shown)

    def full_date(self, day: date) -> str:
        """A date with its day of the week: "Thursday, 26 November 2026", in every English."""
        locale = self._shown
        return format_date(day, format="EEEE, d MMMM yyyy" if locale.language == "en" else "full", locale=locale)

    def short_date(self, day: date) -> str:
        """A date in few letters: "Thu 26 Nov"."""
        return format_date(day, format="EEE d MMM", locale=self._shown)

    def weekday(self, number: int) -> str:
        """A day of the week (0 is Monday) in the reader's language."""
        return str(get_day_names("wide", locale=self._shown)[number])

    def ago(self, moment: datetime, now: datetime) -> str:
        """How long ago, in the reader's language: "3 days ago"; the future counts as now."""
        return format_timedelta(min(moment - now, now - now), add_direction=True, locale=self._shown)

    def languages(self, codes: tuple[str, ...]) -> str:
        """Names of languages (ISO 639-1) in the reader's language, joined: "English and French"."""
        locale = self._shown
        return format_list([locale.languages.get(code, code) for code in codes], locale=locale)

    def percent(self, share: float) -> str:
        """A share (0 to 1) in whole percent, as the reader's language writes it: "40 %"."""
        return format_percent(share, format="#,##0%", locale=self._shown)

    def number(self, value: float) -> str:
        """A number with one digit after the point, as the reader's language writes it: "3.4"."""
        return format_decimal(value, format="0.0", locale=self._shown)

    def listing(self, items: list[str]) -> str:
        """Items joined as the reader's language joins them."""
        return format_list(items, locale=self._shown)


@lru_cache(maxsize=1)
def spoken() -> frozenset[str]:
    """Languages (ISO 639-1) we have words for: English, and each with a catalogue."""
    return frozenset({"en"} | {file.parents[1].name for file in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")})


@lru_cache(maxsize=64)
def _babel(locale: str) -> Locale:
    try:
        return Locale.parse(locale.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        language = locale.split("-")[0]
        try:
            return Locale.parse(language)
        except (UnknownLocaleError, ValueError):
            return Locale.parse("en")


@lru_cache(maxsize=256)
def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


@lru_cache(maxsize=64)
def _catalogue(locale: str) -> Gettext:
    file = LOCALES / _babel(locale).language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not file.exists():
        return str
    with file.open("rb") as handle:
        catalogue = read_po(handle)
    known = {
        str(message.id): str(message.string)
        for message in catalogue
        if message.id and message.string and not message.fuzzy
    }
    return lambda text: known.get(text, text)
