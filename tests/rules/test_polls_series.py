"""A poll that comes again closes at the same hour on the wall clock each time, to the minute."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.i18n import Reader
from app.polls.parsing import read_command
from app.polls.planning import from_command
from app.polls.repeating import next_after, wall
from app.polls.series import planned, stored


def closings(typed: str, zone: str, now: datetime, times: int = 2) -> list[str]:
    """When the polls that follow open and close, on the wall clock."""
    first = from_command(read_command(typed), ("C1",), "U1", Reader("en", zone), now)
    start = first.plan.opens_at or now
    kept, starts, due, found = stored(first.plan, start), wall(start, zone), start, []
    for _time in range(times):
        following = next_after(first.rule, starts, zone, due)
        assert following is not None
        due = following
        closes = planned(kept, "U1", zone, due, starts).closes_at
        assert closes is not None
        assert closes.second == closes.microsecond == 0
        found.append(f"{wall(due, zone)} {wall(closes, zone)}")
    return found


def test_it_closes_at_its_minute_in_whichever_second_it_was_made() -> None:
    for second in (0, 1, 40, 59):
        now = datetime(2026, 11, 23, 12, 0, second, 999_999, tzinfo=UTC)
        assert closings('"Q" "A" "B" --close Friday 17:00 --every week', "Africa/Nairobi", now) == [
            "2026-11-30T15:00 2026-12-04T17:00",
            "2026-12-07T15:00 2026-12-11T17:00",
        ]


def test_a_plan_that_was_kept_with_seconds_closes_right_as_well() -> None:
    now = datetime(2026, 11, 23, 12, 0, 40, 500_000, tzinfo=UTC)
    plan = from_command(read_command('"Q" "A" "B" --close 17:00'), ("C1",), "U1", Reader("en", "UTC"), now).plan
    kept = {**stored(plan, now), "closes_at": 5 * 3600 - 40.5}
    due = datetime(2026, 11, 30, 12, tzinfo=UTC)
    assert planned(kept, "U1", "UTC", due, "2026-11-23T12:00").closes_at == datetime(2026, 11, 30, 17, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opens", "following"),
    [
        # Clocks are set forward between the opening and the close, and in the very hour of the opening.
        ("14 March 2027 09:00", "2027-03-21T09:00 2027-03-28T17:00"),
        ("21 March 2027 01:30", "2027-03-28T02:30 2027-04-04T17:00"),
        ("18 October 2027 09:00", "2027-10-25T09:00 2027-10-31T17:00"),
    ],
)
def test_clocks_that_are_moved_move_no_close(opens: str, following: str) -> None:
    now = datetime(2026, 11, 23, 12, 0, 40, tzinfo=UTC)
    typed = f'"Q" "A" "B" --open {opens} --close next Sunday 17:00 --every week'
    assert closings(typed, "Europe/London", now, 1) == [following]
