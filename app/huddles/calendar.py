"""Calendar files by RFC 5545: from stored wall times, with their zone, never from instants alone. Pure.

Nobody is listed as an attendee: a file goes further than the people who are in it would think.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from urllib.parse import urlencode

from icalendar import Calendar, Event, Timezone, vRecur

from app.huddles.calendar_zones import described
from app.huddles.rules import instant, zone_of

PRODUCT = "-//Baobab//Huddles//EN"
# How often calendars should look again; those who heed it.
REFRESH = timedelta(hours=1)


@dataclass(frozen=True)
class Exceptional:
    """One occurrence that is not as the rule has it: `original` wall time, its new time, or cancelled."""

    original: datetime
    local: datetime
    zone: str
    minutes: int
    sequence: int
    cancelled: bool = False
    stamped: datetime | None = None


@dataclass(frozen=True)
class Entry:
    """One huddle or series for a calendar. `local` is the wall time of its first occurrence in `zone`.

    `uid` never changes; `sequence` rises with each change; `stamped` is when it last changed. A series has
    a `rule` and perhaps `exceptions`. A huddle without a rule that was moved is an entry with its new time.
    """

    uid: str
    sequence: int
    stamped: datetime
    title: str
    local: datetime
    zone: str
    minutes: int
    all_day: bool = False
    rule: str = ""
    exceptions: tuple[Exceptional, ...] = ()
    cancelled: bool = False
    about: str = ""
    url: str = ""
    place: str = ""


def calendar_file(entries: Iterable[Entry], *, name: str = "", method: str = "PUBLISH") -> bytes:
    """A calendar of these entries; `method` is PUBLISH, or CANCEL for a file that takes one away."""
    listed = list(entries)
    made = Calendar()
    made.add("prodid", PRODUCT)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", method)
    if name:
        made.add("x-wr-calname", name)
        made.add("name", name)
        made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
        made.add("x-published-ttl", "PT1H")
    for zone in _zones(listed):
        made.add_component(zone)
    for entry in listed:
        made.add_component(_event(entry))
        for one in entry.exceptions:
            if not one.cancelled:
                made.add_component(_moved(entry, one))
    text: bytes = made.to_ical()
    return text


def cancellation(entry: Entry) -> bytes:
    """The file that takes an entry out of a calendar: METHOD CANCEL, same UID, a higher SEQUENCE."""
    return calendar_file([entry], method="CANCEL")


def _event(entry: Entry) -> Event:
    event = _basic(entry, entry.sequence, entry.stamped)
    _times(event, entry.local, entry.zone, entry.minutes, all_day=entry.all_day)
    if entry.rule:
        event.add("rrule", vRecur.from_ical(entry.rule))
        skipped = [one.original for one in entry.exceptions if one.cancelled]
        for local in skipped:
            event.add("exdate", local.date() if entry.all_day else local.replace(tzinfo=_zone(entry.zone)))
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _moved(entry: Entry, one: Exceptional) -> Event:
    """One occurrence at another time, by the time the rule gave it (RECURRENCE-ID)."""
    event = _basic(entry, one.sequence, one.stamped or entry.stamped)
    original = one.original.date() if entry.all_day else one.original.replace(tzinfo=_zone(entry.zone))
    event.add("recurrence-id", original)
    _times(event, one.local, one.zone, one.minutes, all_day=entry.all_day)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    return event


def _basic(entry: Entry, sequence: int, stamped: datetime) -> Event:
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", sequence)
    event.add("dtstamp", stamped.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", stamped.astimezone(UTC).replace(microsecond=0))
    event.add("summary", entry.title)
    if entry.about:
        event.add("description", entry.about)
    if entry.place:
        event.add("location", entry.place)
    if entry.url:
        event.add("url", entry.url)
    return event


def _times(event: Event, local: datetime, zone: str, minutes: int, *, all_day: bool) -> None:
    if all_day:
        event.add("dtstart", local.date())
        event.add("dtend", local.date() + timedelta(days=1))
        return
    # A wall time that the clocks skip is said as the one that people will see; no two readers agree on the other.
    begins = instant(local, zone).astimezone(_zone(zone))
    event.add("dtstart", begins)
    if zone == "UTC":
        event.add("dtend", begins + timedelta(minutes=minutes))
    else:
        # A length, not an end: an hour stays an hour when the clocks change meanwhile.
        event.add("duration", timedelta(minutes=minutes))


def _zone(name: str) -> tzinfo:
    return UTC if name == "UTC" else zone_of(name)


def _zones(entries: Iterable[Entry]) -> Iterable[Timezone]:
    """A description of each zone that is named, around the years in which it is."""
    years: dict[str, tuple[int, int]] = {}
    for entry in entries:
        if entry.all_day:
            continue
        for zone, local in ((entry.zone, entry.local), *((one.zone, one.local) for one in entry.exceptions)):
            least, most = years.get(zone, (local.year, local.year))
            years[zone] = (min(least, local.year), max(most, local.year))
    for zone, (least, most) in sorted(years.items()):
        if zone != "UTC":
            yield described(zone, least, most)


def google_link(entry: Entry, starts_at: datetime, ends_at: datetime) -> str:
    """The address that fills in a new event of Google Calendar."""
    return "https://calendar.google.com/calendar/render?" + urlencode(
        {
            "action": "TEMPLATE",
            "text": entry.title,
            "dates": _google_dates(entry, starts_at, ends_at),
            **({"ctz": entry.zone} if not entry.all_day else {}),
            **({"recur": f"RRULE:{entry.rule}"} if entry.rule else {}),
            "details": entry.about,
            "location": entry.place or entry.url,
        }
    )


def _google_dates(entry: Entry, starts_at: datetime, ends_at: datetime) -> str:
    if entry.all_day:
        return f"{entry.local:%Y%m%d}/{entry.local + timedelta(days=1):%Y%m%d}"
    # In wall time where it repeats, so that the repetition keeps its hour; Google reads both by `ctz`.
    zone = zone_of(entry.zone)
    return f"{starts_at.astimezone(zone):%Y%m%dT%H%M%S}/{ends_at.astimezone(zone):%Y%m%dT%H%M%S}"


def outlook_link(entry: Entry, starts_at: datetime, ends_at: datetime) -> str:
    """The address that fills in a new event of Outlook on the web; it knows no repetition."""
    times: Mapping[str, str] = (
        {
            "startdt": entry.local.date().isoformat(),
            "enddt": (entry.local.date() + timedelta(days=1)).isoformat(),
            "allday": "true",
        }
        if entry.all_day
        else {
            "startdt": starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "enddt": ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    )
    return "https://outlook.office.com/calendar/0/deeplink/compose?" + urlencode(
        {
            "path": "/calendar/action/compose",
            "rru": "addevent",
            "subject": entry.title,
            **times,
            "body": entry.about,
            "location": entry.place or entry.url,
        }
    )
