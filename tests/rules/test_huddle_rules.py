"""Wall time and instants, series over changes of the clocks, what is still worth saying, what people type."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import NotFound, NotUnderstood, Refused
from app.huddles import rules
from app.huddles.feeds import Feed, feed_of, token_of
from app.huddles.recurrence import checked, ends_before, occurrences, repeat_of, rule_for, shifted
from app.huddles.rules import Remind, reminder

MONDAY = datetime(2026, 11, 23, 12, tzinfo=UTC)
START = datetime(2026, 11, 26, 12, tzinfo=UTC)
END = START + timedelta(minutes=45)


def test_hours_that_are_skipped_or_doubled_are_read_as_rfc_5545_says() -> None:
    assert rules.instant(datetime(2026, 3, 29, 2, 30), "Europe/Paris") == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert rules.wall(datetime(2026, 3, 29, 1, 30, tzinfo=UTC), "Europe/Paris") == datetime(2026, 3, 29, 3, 30)
    assert rules.instant(datetime(2026, 10, 25, 2, 30), "Europe/Paris") == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    begins, ends = rules.span(datetime(2026, 3, 29), "Europe/Paris", 0, all_day=True)
    assert ends - begins == timedelta(hours=23)
    with pytest.raises(NotUnderstood):
        rules.zone_of("Mars/Olympus")


@given(
    day=st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)),
    zone=st.sampled_from(["Europe/London", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca"]),
    repeat=st.sampled_from(["weekly", "fortnightly", "monthly_day", "monthly_last", "monthly_date"]),
)
def test_a_series_keeps_its_hour_whatever_clocks_do(day: datetime, zone: str, repeat: str) -> None:
    first = day.replace(hour=15, minute=0, second=0, microsecond=0)
    rule = rule_for(repeat, first)
    assert checked(rule) == rule
    before = rules.instant(first, zone) - timedelta(seconds=1)
    found = list(islice(occurrences(rule, first, zone, before), 12))
    assert len(found) >= 10
    for local in found:
        shown = rules.instant(local, zone).astimezone(ZoneInfo(zone))
        assert (shown.hour, shown.minute) == (15, 0)
    if repeat != "monthly_last":
        assert found[0] == first or first.day > 28
    # From any moment on it goes on as it would have.
    assert list(islice(occurrences(rule, first, zone, rules.instant(found[4], zone)), 3)) == found[5:8]
    # Ended before one of them, it has just those before it.
    ended = ends_before(rule, found[6], zone)
    assert list(occurrences(ended, first, zone, before)) == found[:6]
    assert repeat_of(ended) == repeat_of(rule)


def test_rules_of_another_kind_are_refused() -> None:
    for wrong in ("FREQ=SECONDLY", "DTSTART:2026", "FREQ=WEEKLY;BYHOUR=3", "INTERVAL=2", "FREQ=WEEKLY;X=1"):
        with pytest.raises(NotUnderstood):
            checked(wrong)
    assert shifted("FREQ=MONTHLY;BYDAY=1TU", datetime(2026, 12, 10)) == "FREQ=MONTHLY;BYDAY=2TH"
    assert rule_for("monthly_day", datetime(2026, 12, 31)) == "FREQ=MONTHLY;BYDAY=-1TH"
    assert list(occurrences("", datetime(2026, 11, 26, 15), "UTC", MONDAY)) == [datetime(2026, 11, 26, 15)]
    assert list(occurrences("", datetime(2026, 11, 20, 15), "UTC", MONDAY)) == []


@pytest.mark.parametrize(
    ("kind", "answer", "wish", "quiet", "now", "expected"),
    [
        ("day", "yes", "both", None, START - timedelta(hours=24), Remind(now=True)),
        ("day", "maybe", "day", None, START - timedelta(hours=24), Remind(now=True)),
        ("day", "no", "both", None, START - timedelta(hours=24), Remind()),
        ("day", "", "both", None, START - timedelta(hours=24), Remind()),
        ("day", "yes", "soon", None, START - timedelta(hours=24), Remind()),
        ("day", "yes", "none", None, START - timedelta(hours=24), Remind()),
        # After downtime: worth saying until two hours before.
        ("day", "yes", "both", None, START - timedelta(hours=2), Remind(now=True)),
        ("day", "yes", "both", None, START - timedelta(minutes=119), Remind()),
        ("soon", "yes", "both", None, START - timedelta(minutes=1), Remind(now=True)),
        ("soon", "yes", "both", None, START, Remind()),
        # In quiet hours: the day before waits, if that leaves two hours.
        (
            "day",
            "yes",
            "both",
            START - timedelta(hours=4),
            START - timedelta(hours=12),
            Remind(later=START - timedelta(hours=4)),
        ),
        ("day", "yes", "both", START - timedelta(hours=1), START - timedelta(hours=12), Remind()),
        # A quarter of an hour before: who said yes to that hour is told, who said maybe is not woken.
        ("soon", "yes", "both", START + timedelta(hours=5), START - timedelta(minutes=15), Remind(now=True)),
        ("soon", "maybe", "both", START + timedelta(hours=5), START - timedelta(minutes=15), Remind()),
    ],
)
def test_reminders(
    kind: str, answer: str, wish: str, quiet: datetime | None, now: datetime, expected: Remind
) -> None:
    assert reminder(kind, answer, wish, quiet, START, END, now) == expected


def test_quiet_hours_go_past_midnight() -> None:
    at = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    assert rules.quiet_until(at, "Africa/Nairobi", "20:00", "08:00") == datetime(2026, 11, 24, 5, tzinfo=UTC)
    assert rules.quiet_until(at, "America/La_Paz", "20:00", "08:00") is None
    assert rules.quiet_until(at, "Africa/Nairobi", "00:00", "00:00") is None


def test_only_those_concerned_may_change_a_huddle() -> None:
    for person in ("host", "co", "lead"):
        rules.check_may_manage(person, "host", ["co"], ["lead"])
    with pytest.raises(Refused):
        rules.check_may_manage("else", "host", ["co"], ["lead"])
    with pytest.raises(Refused):
        rules.check_may_manage("", None, [], [])


def test_addresses_of_meetings() -> None:
    assert rules.checked_link(" <https://meet.example.org/a> ", "link") == "https://meet.example.org/a"
    assert rules.checked_link("", "link") == ""
    for wrong in ("meet", "javascript:alert(1)", "https://a.b/x|y", "https://a.b/ c", "http://localhost"):
        with pytest.raises(NotUnderstood):
            rules.checked_link(wrong, "link")
    assert rules.join_link("", "https://slack.com", "T1", "C1") == "https://app.slack.com/huddle/T1/C1"
    assert rules.join_link("https://x.org", "https://slack.com", "T1", "C1") == "https://x.org"


@given(
    st.builds(
        Feed,
        st.integers(1, 9999),
        st.sampled_from(["huddle", "community", "member"]),
        st.from_regex(r"[\w.-]{1,40}", fullmatch=True),
    ),
    st.integers(0, 200),
)
def test_a_token_opens_its_own_feed_and_nothing_else_does(feed: Feed, place: int) -> None:
    token = token_of(feed, "secret")
    assert feed_of(token, "secret") == feed
    changed = list(token)
    at = place % len(token)
    changed[at] = "A" if changed[at] != "A" else "B"
    for wrong, secret in (("".join(changed), "secret"), (token, "other"), (token, ""), (token + "=", "secret")):
        with pytest.raises(NotFound):
            feed_of(wrong, secret)
