"""Whose clock is meant: names of cities and countries, and abbreviations of zones, from tz data and CLDR (Babel).

A place is one where a zone is named after it ("Nairobi", "Nueva York"), or a country that has one zone ("Népal").
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale
from babel.core import get_global

from app.when.words import LANGUAGES, plainly

_AREAS = frozenset({"Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific"})
_WORLD = frozenset({"UTC", "GMT"})
_WORDS_AT_MOST = 5
# "in Nairobi", "Nairobi time", "heure de Nairobi", "hora do Brasil".
_BEFORE = re.compile(
    r"^(?:(?:in|at|on|a|au|en|em|no|na)\s+)?(?:(?:l')?heure\s+(?:de\s+|du\s+|d')|hora\s+(?:de|del|do|da)\s+)?"
)
_ARTICLE = re.compile(r"^(?:the|la|le|el|l')\s*")
_AFTER = re.compile(r"\s+(?:local\s+)?time$")
_CLOCK = re.compile(
    r"\d{1,2}(?:[:h.]\d{2}|h)?(?:[ap]\.?m)?\.?|[ap]\.?m\.?|o'clock|noon|midday|midnight|midi|minuit|heures?|horas?"
    r"|mediodia|medianoche|meio-?dia|meia-?noite|dia|noite"
)


@dataclass(frozen=True)
class Place:
    """The zones that a name may mean; where it is not `sure` a person has to say which."""

    said: str
    zones: tuple[str, ...]
    sure: bool = True


def without_place(words: Sequence[str], year: int) -> tuple[list[str], Place] | None:
    """The words of a time without the place that follows its hour, and that place; None where none does."""
    hours = [index for index, word in enumerate(words) if _CLOCK.fullmatch(plainly(word.strip("(,)")))]
    if not hours:
        return None
    for start in range(hours[0] + 1, len(words)):
        for end in range(min(len(words), start + _WORDS_AT_MOST), start, -1):
            if place := place_of(" ".join(words[start:end]), year):
                return [*words[:start], *words[end:]], place
    return None


def place_of(text: str, year: int) -> Place | None:
    """What somebody calls a zone: a city, a country, an abbreviation in capitals, or its IANA name."""
    bare = text.strip(" (),;")
    plain = _AFTER.sub("", _BEFORE.sub("", plainly(bare)))
    if plain.upper() in _WORLD:
        return Place(bare, ("UTC",))
    # "La Paz" begins with an article that belongs to it.
    if zone := _named().get(plain) or _named().get(_ARTICLE.sub("", plain)):
        return Place(bare, (zone,))
    short = re.sub(r"^(?:in|at)\s+|\s+time$", "", bare)
    if re.fullmatch(r"[A-Z]{3,5}", short) and (zones := _short(year).get(short)):
        return Place(short, *zones)
    return None


@lru_cache(maxsize=1)
def _named() -> dict[str, str]:
    """Zones by the plain names of their cities, of countries that have one zone, and by their own."""
    zones = sorted(_zones())
    names: dict[str, str] = {}
    for zone in zones:
        names.setdefault(plainly(zone), zone)
        names.setdefault(plainly(zone.rsplit("/", 1)[-1].replace("_", " ")), zone)
    aliases, alone = get_global("zone_aliases"), get_global("territory_zones")
    for language in LANGUAGES:
        locale = Locale(language)
        for zone, known in locale.time_zones.items():
            if "city" in known and zone.split("/")[0] in _AREAS:
                names.setdefault(plainly(str(known["city"])), str(aliases.get(zone, zone)))
        for code, country in locale.territories.items():
            if len(alone.get(code, ())) == 1:
                names.setdefault(plainly(str(country)), str(alone[code][0]))
    return {name: zone for name, zone in names.items() if len(name) > 2}


@lru_cache(maxsize=4)
def _short(year: int) -> dict[str, tuple[tuple[str, ...], bool]]:
    """Zones by abbreviation, one for each clock that it may mean; sure where all who use it share one all year."""
    aliases = get_global("zone_aliases")
    # Of zones that share a clock the best known is one that CLDR lets stand for others, in a country of many zones,
    # by the shortest name: "Eastern Standard Time" is New York, "US Eastern Standard Time" is Indianapolis.
    country, zones = get_global("zone_territories"), get_global("territory_zones")
    known: dict[str, tuple[int, int]] = {}
    for name, zone in get_global("windows_zone_mapping").items():
        zone = str(aliases.get(zone, zone))
        known[zone] = (-len(zones.get(country.get(zone, ""), ())), len(name))
    clocks: dict[str, dict[tuple[object, ...], str]] = {}
    for zone in sorted(_zones(), key=lambda one: (known.get(one, (1, 0)), one)):
        dates = [datetime(year, month, 15, tzinfo=ZoneInfo(zone)) for month in (1, 7)]
        clock = tuple(one.utcoffset() for one in dates)
        for name in {one.tzname() or "" for one in dates}:
            clocks.setdefault(name, {}).setdefault(clock, zone)
    # Who says EST in July, or CET, may mean another clock than the letters: where clocks change, people are asked.
    return {
        name: (tuple(found.values()), len(found) == 1 and all(len(set(clock)) == 1 for clock in found))
        for name, found in clocks.items()
        if name.isalpha()
    }


def _zones() -> set[str]:
    """Zones of places, each once: old names of the same clock are found by CLDR's aliases."""
    aliases = get_global("zone_aliases")
    named = {one for one in available_timezones() if one.split("/")[0] in _AREAS}
    return {str(aliases.get(one, one)) for one in named} | named
