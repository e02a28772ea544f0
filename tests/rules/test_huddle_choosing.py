"""What people are asked and until when, what came of it, and fairer hours of a week, across changes of clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from app.errors import NotUnderstood
from app.huddles.choosing import Offer, check_offer, clock_of, closing, fairer, offer_of, outcome, taken
from app.huddles.fairness import proposal, rank
from app.huddles.rules import instant, wall
from app.huddles.shapes import Plan
from app.polls.shapes import Bar, Card, Counted, Life, Sheet, Wording

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ZONES = {"Africa/Nairobi": 10, "Europe/London": 5, "Asia/Kathmandu": 5}


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def poll(*votes: tuple[datetime, int]) -> Card:
    bars = tuple(Bar(n, Wording(f"{n}", at=when), count) for n, (when, count) in enumerate(votes, 1))
    sheet = Sheet(0, "choice", Wording("When?"), 0, {one.position: one.wording for one in bars})
    life = Life("closed", None, NOW, NOW)
    return Card(1, "p", "U1", "", "named", "always", life, "UTC", "en", 3, (Counted(sheet, 3, bars),))


def test_people_have_two_days_or_as_long_as_there_is() -> None:
    assert f"{closing(NOW, [at(30, 9)], 'Africa/Nairobi'):%d %H:%M}" == "25 17:00"
    assert f"{closing(NOW, [at(25, 9)], 'Africa/Nairobi'):%d %H:%M}" == "24 17:00"
    # Ten hours are left: half of them.
    assert f"{closing(NOW, [at(23, 22)], 'Africa/Nairobi'):%d %H:%M}" == "23 20:00"
    # New York's clocks went back on 1 November: 17:00 is one hour later in UTC than the day before.
    before = datetime(2026, 10, 30, 12, tzinfo=UTC)
    local = closing(before, [at(5, 9)], "America/New_York")
    assert instant(local, "America/New_York") == at(1, 22)


def test_what_cannot_be_asked_names_its_input() -> None:
    times = [at(30, 9), at(30, 12)]
    check_offer(times, at(25, 9), NOW)
    for starts, closes, field in ((times[:1], at(25, 9), "times"), (times, NOW, "date"), (times, at(30, 9), "date")):
        with pytest.raises(NotUnderstood) as problem:
            check_offer(starts, closes, NOW)
        assert problem.value.field == field


def test_the_most_votes_win_and_of_equals_the_least_burden_comes_first() -> None:
    found = outcome(poll((at(26, 9), 2), (at(25, 9), 2), (at(27, 9), 1)), NOW)
    assert (found.kind, [one.position for one in found.choices]) == ("chosen", [1, 2])
    assert outcome(poll((at(26, 9), 0), (at(25, 9), 0)), NOW).kind == "nobody"
    # Of equals that are partly over those that are to come.
    found = outcome(poll((at(20, 9), 2), (at(25, 9), 2)), NOW)
    assert [one.position for one in found.choices] == [2]
    # A time that fewer people wanted does not take the place of one that is over.
    found = outcome(poll((at(20, 9), 2), (at(25, 9), 1)), NOW)
    assert (found.kind, [one.position for one in found.choices]) == ("past", [1])


def test_what_a_poll_keeps_is_read_back() -> None:
    offer = Offer("Clinic", "C1", 45)
    assert offer_of(offer.kept()) == offer
    assert offer_of({}) is None
    assert offer_of({"job": "another.room"}) is None


def test_fairer_hours_are_of_the_same_week_and_wake_fewer() -> None:
    plan = Plan("Clinic", datetime.fromisoformat("2026-11-26T02:00"), "Africa/Nairobi")
    starts_at = instant(plan.local, plan.zone)
    found = fairer(ZONES, plan, starts_at, NOW, {})
    assert 0 < len(found) <= 3
    own = proposal(ZONES, starts_at, 45)
    for one in found:
        assert one.starts_at > NOW
        assert wall(one.starts_at, plan.zone).isocalendar()[:2] == (2026, 48)
        assert (one.asleep, one.off_work) < (own.asleep, own.off_work)
    # From the best one nothing better is to be found; a whole day and nobody's people have none either.
    best = replace(plan, local=wall(found[0].starts_at, plan.zone))
    assert fairer(ZONES, best, found[0].starts_at, NOW, {}) == ()
    assert fairer(ZONES, replace(plan, all_day=True), starts_at, NOW, {}) == ()
    assert fairer({}, plan, starts_at, NOW, {}) == ()


@pytest.mark.parametrize("rule", ["FREQ=WEEKLY;BYDAY=TH", "FREQ=MONTHLY;BYDAY=4TH", "FREQ=MONTHLY;BYMONTHDAY=26"])
def test_a_series_takes_the_new_day_and_begins_then(rule: str) -> None:
    plan = Plan("Clinic", datetime.fromisoformat("2026-11-26T02:00"), "Africa/Nairobi", rule=rule)
    for one in fairer(ZONES, plan, instant(plan.local, plan.zone), NOW, {}):
        moved = taken(plan, one.starts_at)
        assert moved.rule
        assert instant(moved.local, moved.zone) == one.starts_at


def test_the_second_of_an_hour_that_comes_twice_is_planned_on_a_clock_that_has_it_once() -> None:
    for hour, zone in ((0, "Europe/London"), (1, "UTC"), (2, "Europe/London")):
        when = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)
        assert clock_of(when, "Europe/London") == zone
        assert instant(wall(when, zone), zone) == when


def test_an_hour_that_comes_twice_is_not_proposed_as_its_second() -> None:
    # London, 25 October 2026: 01:00 to 02:00 comes twice. An hour that is kept as wall time would become the first.
    plan = Plan("Clinic", datetime.fromisoformat("2026-10-22T15:00"), "Europe/London")
    now = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    zones = {"Asia/Tokyo": 10}
    found = fairer(zones, plan, datetime(2026, 10, 22, 14, tzinfo=UTC), now, {})
    second = datetime(2026, 10, 25, 1, tzinfo=UTC)
    assert rank(zones, now, now + timedelta(hours=12), 45).proposals[0].starts_at == second
    assert found
    for one in found:
        assert one.starts_at != second
        assert instant(taken(plan, one.starts_at).local, plan.zone) == one.starts_at
