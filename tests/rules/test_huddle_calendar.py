"""Calendar files: golden, read back by two other libraries, at the times that the card shows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from app.huddles.calendar import Entry, Exceptional, calendar_file, cancellation, google_link, outlook_link
from app.huddles.recurrence import ends_before, occurrences
from app.huddles.rules import instant

GOLDEN = Path(__file__).parent / "calendars"
STAMP = datetime(2026, 9, 1, 8, tzinfo=UTC)


def entry(zone: str, local: datetime, **changes: Any) -> Entry:
    made = Entry("k" * 22 + "@baobab", 0, STAMP, "Clinic; with, commas\\", local, zone, 45, about="One\nTwo, three")
    return replace(made, **changes)


TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"
SERIES = entry("Europe/London", datetime(2026, 10, 6, 15), rule=TUESDAYS)
EXCEPTIONS = (
    Exceptional(datetime(2026, 10, 27, 15), datetime(2026, 10, 28, 16, 30), "Europe/London", 60, 2, stamped=STAMP),
    Exceptional(datetime(2026, 11, 3, 15), datetime(2026, 11, 3, 15), "Asia/Kathmandu", 45, 1, stamped=STAMP),
    Exceptional(datetime(2026, 11, 10, 15), datetime(2026, 11, 10, 15), "Europe/London", 45, 1, cancelled=True),
)
CASES = {
    "once_nairobi": entry("Africa/Nairobi", datetime(2026, 11, 26, 15)),
    "once_kathmandu": entry("Asia/Kathmandu", datetime(2026, 11, 26, 15)),
    "once_utc": entry("UTC", datetime(2026, 11, 26, 15)),
    "autumn_london": SERIES,
    "spring_new_york": entry("America/New_York", datetime(2026, 3, 3, 9), rule=TUESDAYS),
    "ramadan_casablanca": entry("Africa/Casablanca", datetime(2026, 2, 3, 15), rule=TUESDAYS),
    "half_hour_lord_howe": entry("Australia/Lord_Howe", datetime(2026, 3, 31, 15), rule=TUESDAYS),
    "skipped_hour": entry("Europe/Paris", datetime(2026, 3, 22, 2, 30), rule="FREQ=WEEKLY;BYDAY=SU"),
    "doubled_hour": entry("Europe/Paris", datetime(2026, 10, 18, 2, 30), rule="FREQ=WEEKLY;BYDAY=SU"),
    "first_tuesday": entry("America/La_Paz", datetime(2026, 10, 6, 8), rule="FREQ=MONTHLY;BYDAY=1TU"),
    "last_friday": entry("Africa/Cairo", datetime(2026, 10, 30, 11), rule="FREQ=MONTHLY;BYDAY=-1FR"),
    "all_day": entry("Pacific/Kiritimati", datetime(2026, 11, 26), all_day=True, minutes=0),
    "all_day_series": entry(
        "Asia/Kathmandu",
        datetime(2026, 11, 24),
        all_day=True,
        minutes=0,
        rule=TUESDAYS,
        exceptions=(
            Exceptional(datetime(2026, 12, 1), datetime(2026, 12, 2), "Asia/Kathmandu", 0, 1, stamped=STAMP),
            Exceptional(datetime(2026, 12, 8), datetime(2026, 12, 8), "Asia/Kathmandu", 0, 1, cancelled=True),
        ),
    ),
    "exceptions": replace(SERIES, exceptions=EXCEPTIONS, sequence=1),
    "ended": replace(SERIES, rule=ends_before(TUESDAYS, datetime(2026, 11, 3, 15), "Europe/London")),
}


def expected(one: Entry, count: int = 10) -> list[tuple[datetime | date, datetime | date]]:
    """Begin and end of the first occurrences, by our own rules: what cards show."""
    changed = {change.original: change for change in one.exceptions}
    found: list[tuple[datetime | date, datetime | date]] = []
    before = instant(one.local, one.zone) - timedelta(seconds=1)
    for local in islice(occurrences(one.rule, one.local, one.zone, before, all_day=one.all_day), count):
        change = changed.get(local)
        if change is not None and change.cancelled:
            continue
        at, zone, minutes = (change.local, change.zone, change.minutes) if change else (local, one.zone, one.minutes)
        if one.all_day:
            found.append((at.date(), at.date() + timedelta(days=1)))
        else:
            begins = instant(at, zone)
            found.append((begins, begins + timedelta(minutes=minutes)))
    return sorted(found)


def utc(value: datetime | date) -> datetime | date:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_file_is_as_it_was(name: str) -> None:
    file, made = GOLDEN / f"{name}.ics", calendar_file([CASES[name]], name="Huddles of MNH")
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(made)
    assert made == file.read_bytes()


def test_no_golden_file_is_left_behind() -> None:
    assert {file.stem for file in GOLDEN.glob("*.ics")} == set(CASES)


# Of an hour that the clocks skip or double libraries make what they like; a test of its own holds ours to RFC 5545.
READABLE = sorted(set(CASES) - {"skipped_hour", "doubled_hour"})


@pytest.mark.parametrize("name", READABLE)
def test_another_calendar_reads_the_times_of_the_card(name: str) -> None:
    one = CASES[name]
    wanted = expected(one)
    read = IcsCalendarStream.calendar_from_ics(calendar_file([one]).decode())
    found = [(utc(event.start), utc(event.end)) for event in islice(read.timeline, len(wanted))]
    assert found == wanted


def by_the_caldav_servers_parser(data: bytes) -> Iterator[tuple[datetime | date, datetime | date]]:
    """Begin and end of all occurrences, as vobject (which Radicale serves calendars with) expands them.

    Zones get names that nobody knows, so that the file's own description of them has to do.
    """
    text = re.sub(r"(TZID[=:])([A-Za-z_]+)/([A-Za-z_]+)", r"\1Of-\2-\3", data.decode().replace("\r\n ", ""))
    # It takes a zone that is at UTC in winter for one it knows, unless told.
    for zone in getattr(vobject.readOne(text), "vtimezone_list", []):
        vobject.icalendar.registerTzid(zone.tzid.value, zone.tzinfo)
    calendar = vobject.readOne(text)
    changed = {}
    (master,) = [one for one in calendar.vevent_list if not hasattr(one, "recurrence_id")]
    for one in calendar.vevent_list:
        if hasattr(one, "recurrence_id"):
            changed[utc(one.recurrence_id.value)] = one
    length = (master.dtend.value - master.dtstart.value) if hasattr(master, "dtend") else master.duration.value
    starts = master.getrruleset(addRDate=True) if hasattr(master, "rrule") else [master.dtstart.value]
    for start in islice(starts, 10):
        # It walks whole days as midnights.
        at: Any = start if isinstance(master.dtstart.value, datetime) else getattr(start, "date", lambda s=start: s)()
        one = changed.get(utc(at))
        if one is None:
            yield utc(at), utc(at + length)
        else:
            own = (one.dtend.value - one.dtstart.value) if hasattr(one, "dtend") else one.duration.value
            yield utc(one.dtstart.value), utc(one.dtstart.value + own)


@pytest.mark.parametrize("name", READABLE)
def test_a_caldav_servers_parser_reads_the_times_of_the_card(name: str) -> None:
    one = CASES[name]
    found = sorted(by_the_caldav_servers_parser(calendar_file([one])))
    wanted = expected(one, 12)[: len(found)]
    assert found == wanted
    assert len(found) >= min(4, len(expected(one)))


@pytest.mark.parametrize("name", sorted(CASES))
def test_what_every_calendar_needs_is_there_and_nobody_is_listed(name: str) -> None:
    one = CASES[name]
    text = calendar_file([one]).decode()
    lines = text.replace("\r\n ", "").split("\r\n")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    events = text.count("BEGIN:VEVENT")
    assert text.count("\r\nUID:") == text.count("\r\nSEQUENCE:") == text.count("\r\nDTSTAMP:") == events
    assert "METHOD:PUBLISH" in lines
    assert not any(word in text for word in ("ATTENDEE", "ORGANIZER", "mailto:"))
    zones = {line.split("TZID=")[1].split(":")[0].split(";")[0] for line in lines if "TZID=" in line}
    assert zones == {line.removeprefix("TZID:") for line in lines if line.startswith("TZID:")}
    # A series repeats by the clock on the wall, never in UTC.
    assert not any(line.startswith("DTSTART:") and line.endswith("Z") for line in lines) or one.zone == "UTC"


def test_a_cancelled_huddle_takes_itself_out_of_calendars() -> None:
    gone = replace(CASES["once_nairobi"], cancelled=True, sequence=3)
    text = cancellation(gone).decode()
    for line in ("METHOD:CANCEL", "STATUS:CANCELLED", "SEQUENCE:3", f"UID:{gone.uid}"):
        assert f"\r\n{line}\r\n" in text


def test_links_say_the_same_times() -> None:
    one = CASES["once_kathmandu"]
    begins = instant(one.local, one.zone)
    google = google_link(one, begins, begins + timedelta(minutes=45))
    assert "dates=20261126T150000%2F20261126T154500" in google
    assert "ctz=Asia%2FKathmandu" in google
    outlook = outlook_link(one, begins, begins + timedelta(minutes=45))
    assert "startdt=2026-11-26T09%3A15%3A00Z" in outlook
    day = CASES["all_day"]
    assert "dates=20261126%2F20261127" in google_link(day, begins, begins)
    assert "allday=true" in outlook_link(day, begins, begins)
    assert "startdt=2026-11-26" in outlook_link(day, begins, begins)
