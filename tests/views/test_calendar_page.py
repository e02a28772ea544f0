"""The page of a community's calendar, in every language: as it was, small, and safe from what people type."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from app.calendars.languages import language_of
from app.calendars.page import HEADERS, calendar_page, missing_page
from app.huddles.published import DATES_AT_MOST, LEFT_OUT, Dated, OpenCalendar, withheld
from app.huddles.rules import wall
from app.huddles.shapes import Time
from app.i18n import spoken
from models import Huddle

GOLDEN = Path(__file__).parent / "golden"
FEED = "https://baobab.example.org/calendar/c/mla.ics"
SMALL = 20_000
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def time(starts_at: datetime, zone: str = "Asia/Kathmandu", *, all_day: bool = False) -> Time:
    ends_at = starts_at + timedelta(minutes=45)
    return Time(starts_at, ends_at, wall(starts_at, zone), zone, 0 if all_day else 45, all_day)


PLAIN = Dated(
    huddle=1,
    title="Data quality clinic & <script>alert(1)</script>",
    about='Bring your messiest register.\n"><img src=x onerror=alert(1)>',
    time=time(datetime(2026, 11, 26, 13, tzinfo=UTC)),
    state="planned",
    moved_from=None,
    rule="",
    first=datetime(2026, 11, 24, 1, 45),  # noqa: DTZ001 - a wall time
    language="",
    audio_first=False,
    dial_in=False,
)
SERIES = replace(
    PLAIN,
    huddle=2,
    title="Club de lecture",
    rule="FREQ=WEEKLY;BYDAY=TU",
    language="fr",
    audio_first=True,
    dial_in=True,
)
DATES = (
    PLAIN,
    replace(SERIES, time=time(datetime(2026, 12, 1, 20, tzinfo=UTC))),
    replace(SERIES, time=time(datetime(2026, 12, 8, 20, tzinfo=UTC)), state="cancelled"),
    replace(
        SERIES,
        time=time(datetime(2026, 12, 16, 20, tzinfo=UTC)),
        state="moved",
        moved_from=datetime(2026, 12, 15, 20, tzinfo=UTC),
    ),
    replace(PLAIN, huddle=3, title="Forum day", time=time(datetime(2027, 1, 9, 18, 15, tzinfo=UTC), all_day=True)),
    replace(PLAIN, huddle=4, title="By UTC", time=time(datetime(2027, 1, 12, 15, tzinfo=UTC), "UTC")),
)
CALENDAR = OpenCalendar("Measure, <Learn> & Adapt", DATES, 3)
EMPTY = OpenCalendar("Measure, <Learn> & Adapt", ())
PAGES = {
    **{f"calendar_page_{one}": calendar_page(CALENDAR, one, FEED) for one in sorted(spoken())},
    "calendar_page_empty": calendar_page(EMPTY, "en", FEED),
    "calendar_page_missing": missing_page("en"),
}


class Read(HTMLParser):
    """Elements with their attributes, and the text that people see."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._hidden = ""
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))
        self._hidden = tag if tag in ("script", "style") else self._hidden

    def handle_endtag(self, tag: str) -> None:
        self._hidden = "" if tag == self._hidden else self._hidden

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for one, attrs in self.found if one == tag]


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_is_as_it_was(name: str) -> None:
    file = GOLDEN / f"{name}.html"
    if os.environ.get("UPDATE_GOLDEN"):
        file.write_bytes(PAGES[name])
    assert PAGES[name].decode() == file.read_text(encoding="utf-8")


def test_no_golden_page_is_left_behind() -> None:
    assert {file.stem for file in GOLDEN.glob("*.html")} == set(PAGES)


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_says_its_language_and_has_landmarks_and_one_title(name: str) -> None:
    read = Read(PAGES[name])
    (html,) = read.all("html")
    language = name.removeprefix("calendar_page_")
    assert html == {"lang": language if language in spoken() else "en", "dir": "ltr"}
    assert [len(read.all(tag)) for tag in ("title", "h1", "main", "footer", "nav")] == [1, 1, 1, 1, 1]
    levels = [int(tag[1]) for tag, _ in read.found if re.fullmatch(r"h\d", tag)]
    assert all(later - before <= 1 for before, later in zip([0, *levels], levels, strict=False))


@pytest.mark.parametrize("name", sorted(PAGES))
def test_the_page_loads_nothing_and_runs_only_what_its_policy_names(name: str) -> None:
    page = PAGES[name].decode()
    read = Read(PAGES[name])
    assert {tag for tag, _ in read.found} & {"img", "iframe", "object", "form", "input", "video", "base"} == set()
    assert all("src" not in attrs and not any(key.startswith("on") for key in attrs) for _, attrs in read.found)
    assert all("style" not in attrs for _, attrs in read.found)
    assert [one["href"] for one in read.all("link") if one.get("rel") not in ("icon", "alternate")] == []
    for inline in re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", page, re.DOTALL):
        digest = base64.b64encode(hashlib.sha256(inline.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in HEADERS["content-security-policy"]
    assert "unsafe" not in HEADERS["content-security-policy"]


def test_what_people_typed_is_shown_as_typed_and_does_nothing() -> None:
    page = PAGES["calendar_page_en"]
    read = Read(page)
    assert len(read.all("script")) == 1
    assert b"<script>alert" not in page
    assert "Data quality clinic & <script>alert(1)</script>" in read.text
    assert '"><img src=x onerror=alert(1)>' in read.text


def test_times_stand_in_the_hosts_zone_and_in_utc_with_the_day_where_it_is_another() -> None:
    text = " ".join(Read(PAGES["calendar_page_en"]).text.split())
    assert "Thursday, 26 November 2026, 18:45 Kathmandu (UTC+5:45) · 13:00 UTC" in text
    assert "Wednesday, 2 December 2026, 01:45 Kathmandu (UTC+5:45) · Tue 1 Dec, 20:00 UTC" in text
    assert "Moved Wednesday, 16 December 2026, 01:45 Kathmandu (UTC+5:45) Thursday, 17 December" in text
    # A date that was moved belongs to the same series as before.
    assert text.count("every Tuesday") == 2
    assert "15:00 UTC" in text
    assert "15:00 UTC (UTC)" not in text
    assert "The whole day, wherever you are." in text
    own = [one["datetime"] for one in Read(PAGES["calendar_page_en"]).all("time") if one.get("class") == "own"]
    # What is cancelled, and a whole day, is the same for everybody.
    assert own == ["2026-11-26T13:00Z", "2026-12-01T20:00Z", "2026-12-16T20:00Z", "2027-01-12T15:00Z"]


def test_a_page_that_is_full_stays_small() -> None:
    assert all(len(page) < SMALL for page in PAGES.values())
    full = [
        replace(
            SERIES,
            huddle=number,
            title="A huddle whose title goes on for as long as one may " + "x" * 98,
            about="An ordinary description. " * 80,
            time=time(NOW + timedelta(days=2 * number)),
        )
        for number in range(DATES_AT_MOST)
    ]
    sizes = [len(calendar_page(OpenCalendar("Measure", tuple(full), 99), one, FEED)) for one in sorted(spoken())]
    assert max(sizes) < SMALL, sizes


@pytest.mark.parametrize(
    ("asked", "accepted", "language"),
    [
        ("fr", "es", "fr"),
        ("FR-ca", None, "fr"),
        ("de", "pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        (None, "de, es;q=0.5, fr;q=0.7", "fr"),
        (None, "fr;q=0, es;q=0.1", "es"),
        (None, "*", "en"),
        (None, "fr;q=x,,;;es", "en"),
        (None, None, "en"),
        ("../../etc", "\x00" * 2000, "en"),
    ],
)
def test_the_language_is_the_one_asked_for_or_the_best_of_what_the_browser_says(
    asked: str | None, accepted: str | None, language: str
) -> None:
    assert language_of(asked, accepted) == language


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Join: https://meet.example.org/abc?pwd=1 now", f"Join: {LEFT_OUT} now"),
        ("zoom.us/j/123 or www.meet.example", f"{LEFT_OUT} or {LEFT_OUT}"),
        ("Ask @ana.q or ana@example.org", f"Ask {LEFT_OUT} or {LEFT_OUT}"),
        ("<@U0ANA00003> leads", f"{LEFT_OUT} leads"),
        ("Call +254 20 000 0000, then 7", f"Call {LEFT_OUT}, then 7"),
        ("Meeting 123 456 7890", f"Meeting {LEFT_OUT}"),
        ("the room behind the kitchen", f"the {LEFT_OUT}"),
        ("dial 4711#", f"dial {LEFT_OUT}"),
        ("From 2026-11-26 15:00 to 16:30, 3 of 12; 1,200 people; and/or e.g. M&E", None),
        ("Données de qualité: 2.5/3", None),
    ],
)
def test_addresses_numbers_and_names_are_taken_out_of_what_hosts_typed(typed: str, shown: str | None) -> None:
    huddle = Huddle(link="room behind the kitchen", dial_in="4711#")
    assert withheld(typed, huddle) == (typed if shown is None else shown)


@pytest.mark.parametrize("part", ["a.", "a-", "a@", "+1", "1 ", "<@", "a", "é", "://", "@.", "1-"])
def test_to_look_through_a_long_text_takes_no_long_time(part: str) -> None:
    import time as clock

    begins = clock.perf_counter()
    withheld((part * 2000)[:2000], Huddle(link="", dial_in=""))
    assert clock.perf_counter() - begins < 0.25
