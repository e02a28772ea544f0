"""Times in words: everybody's own by Slack's date tokens, the host's zone and some cities in print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.huddles.crowd import city_of
from app.huddles.recurrence import repeat_of
from app.huddles.rules import instant, known_zone, zone_of
from app.huddles.shapes import Time
from app.i18n import Reader
from app.slack.mrkdwn import escape

CITIES = 4


def own(time: Time, reader: Reader) -> str:
    """The time as a token that Slack shows each reader in their own zone, with the day of the week.

    A whole day is the same day everywhere.
    """
    return _token(time, "{date_long}, {time}", reader)


def own_near(time: Time, reader: Reader) -> str:
    """The same for what is close at hand: "today, 15:00"."""
    return _token(time, "{date_long_pretty}, {time}", reader)


def own_marked(time: Time, reader: Reader) -> str:
    """The time, and that it is the reader's own: who does not know Slack's tokens takes it for the host's."""
    _ = reader.words()
    when = own(time, reader)
    return when if time.all_day else _("{when}, your time").format(when=when)


def own_instant(at: datetime, zone: str, reader: Reader) -> str:
    """An instant as such a token."""
    fallback = escape(in_zone(at, zone, reader))
    return f"<!date^{int(at.timestamp())}^{{date_short}}, {{time}}|{fallback}>"


def _token(time: Time, form: str, reader: Reader) -> str:
    if time.all_day:
        return day(time.local, reader)
    fallback = escape(in_zone(time.starts_at, time.zone, reader)).replace("|", "/")
    return f"<!date^{int(time.starts_at.timestamp())}^{form}|{fallback}>"


def in_zone(at: datetime, zone: str, reader: Reader) -> str:
    """An instant by the clock of a zone: "Thursday, 26 November 2026, 15:00 Nairobi (UTC+3)"."""
    local = at.astimezone(zone_of(zone))
    return f"{day(local, reader)}, {clock(local, reader)} {city_of(zone)} ({offset(at, zone)})"


def day(local: datetime, reader: Reader) -> str:
    """A date with its day of the week, in the reader's language."""
    return reader.full_date(local.date())


def short_day(local: datetime, reader: Reader) -> str:
    """A date in few letters: "Thu 26 Nov"."""
    return reader.short_date(local.date())


def clock(local: datetime, reader: Reader) -> str:
    """A time of day: "15:00"."""
    return f"{local:%H:%M}"


def offset(at: datetime, zone: str) -> str:
    """The UTC offset of a zone at an instant: "UTC+5:45"."""
    delta = at.astimezone(zone_of(zone)).utcoffset()
    minutes = int(delta.total_seconds()) // 60 if delta else 0
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return "UTC" + (f"{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "")


def place(local: datetime, zone: str) -> str:
    """On whose clock a wall time is: "Dar es Salaam (UTC+3)"."""
    return f"{city_of(zone)} ({offset(instant(local, known_zone(zone)), known_zone(zone))})"


def printed(time: Time, zones: Sequence[str], reader: Reader, *, elsewhere: bool = False) -> str:
    """The wall time in its own zone, and in up to four others where people live; another day there is named.

    With `elsewhere` the others alone, "" where there are none.
    """
    _ = reader.words()
    if time.all_day:
        return _("The whole day, wherever you are.")
    local = time.starts_at.astimezone(zone_of(time.zone))
    here = f"{clock(local, reader)} {city_of(time.zone)} ({offset(time.starts_at, time.zone)})"
    others: list[str] = []
    seen = {offset(time.starts_at, time.zone)}
    for zone in zones:
        name = known_zone(zone)
        if (there := offset(time.starts_at, name)) in seen or name == "UTC":
            continue
        seen.add(there)
        other = time.starts_at.astimezone(zone_of(name))
        text = f"{clock(other, reader)} {city_of(name)}"
        if other.date() != local.date():
            text += f" ({short_day(other, reader)})"
        others.append(text)
        if len(others) == CITIES:
            break
    return " · ".join(others if elsewhere else [here, *others])


def length(minutes: int, reader: Reader) -> str:
    """How long it takes."""
    _ = reader.words()
    if minutes % 60 or not minutes:
        return _("{count} minutes").format(count=minutes)
    return _("1 hour") if minutes == 60 else _("{count} hours").format(count=minutes // 60)


def repeats(rule: str, local: datetime, reader: Reader) -> str:
    """A rule in words, "" for none."""
    _ = reader.words()
    kind = repeat_of(rule)
    weekday = reader.weekday(local.weekday())
    if kind == "weekly":
        return _("every {weekday}").format(weekday=weekday)
    if kind == "fortnightly":
        return _("every two weeks on {weekday}").format(weekday=weekday)
    if kind == "monthly_last":
        return _("every last {weekday} of the month").format(weekday=weekday)
    if kind == "monthly_day":
        number = int(next(one for one in rule.split(";") if one.startswith("BYDAY="))[6])
        texts = {
            1: _("every first {weekday} of the month"),
            2: _("every second {weekday} of the month"),
            3: _("every third {weekday} of the month"),
            4: _("every fourth {weekday} of the month"),
        }
        return texts[number].format(weekday=weekday)
    if kind == "monthly_date":
        return _("every month on day {day}").format(day=local.day)
    return _("repeated") if rule else ""
