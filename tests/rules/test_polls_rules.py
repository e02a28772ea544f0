"""The rules of polls: clock, limits, who sees what, mended wording, order and spread."""

from __future__ import annotations

import statistics
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.polls.editing import mended
from app.polls.reach import by_region
from app.polls.repeating import next_after, rule_of, wall
from app.polls.rules import can_reopen, filled, hidden, is_open, may_reopen, may_vote, picked
from app.polls.shapes import Life, Sheet, Wording
from app.polls.tally import count, mean_and_spread, ranked

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def sheet(kind: str = "choice", most: int = 1, options: int = 4) -> Sheet:
    return Sheet(0, kind, Wording("Q"), most, {n: Wording(str(n)) for n in range(1, options + 1)})


def test_the_clock_decides_to_the_instant() -> None:
    life = Life("open", NOON, NOON + MINUTE)
    assert not is_open(life, NOON - timedelta(microseconds=1))
    assert is_open(life, NOON)
    assert is_open(life, NOON + MINUTE - timedelta(microseconds=1))
    assert not is_open(life, NOON + MINUTE)
    for wrong in (Life("closed"), Life("deleted"), Life("scheduled", NOON + MINUTE)):
        with pytest.raises(Refused):
            may_vote(wrong, NOON)


def test_reopening_has_its_week_and_is_not_for_secrets() -> None:
    may_reopen(Life("closed", closed_at=NOON), "named", NOON + timedelta(days=7))
    # Over by the clock, though no job has noted it yet.
    assert can_reopen(Life("open", closes_at=NOON), "named", NOON)
    for life, mode, now in (
        (Life("closed", closed_at=NOON), "named", NOON + timedelta(days=8)),
        (Life("closed", closed_at=NOON), "secret", NOON),
        (Life("open"), "named", NOON),
        (Life("open", closes_at=NOON + MINUTE), "named", NOON),
        (Life("open", closes_at=NOON), "named", NOON + timedelta(days=8)),
    ):
        with pytest.raises(Refused):
            may_reopen(life, mode, now)


@pytest.mark.parametrize(
    ("mode", "results", "voters", "open_now", "voted", "why"),
    [
        ("named", "always", 0, True, False, ""),
        ("named", "closed", 9, True, True, "closed"),
        ("named", "closed", 9, False, False, ""),
        ("named", "voted", 9, True, False, "voted"),
        ("named", "voted", 9, True, True, ""),
        ("named", "voted", 9, False, False, ""),
        ("secret", "always", 4, True, False, "few"),
        ("secret", "always", 5, True, False, ""),
        ("secret", "closed", 4, False, True, "few"),
    ],
)
def test_when_results_are_hidden(mode: str, results: str, voters: int, open_now: bool, voted: bool, why: str) -> None:
    assert hidden(mode, results, voters, open_now=open_now, voted=voted) == why


@given(st.integers(0, 4), st.lists(st.integers(1, 4), max_size=12))
def test_picking_keeps_to_the_limit_and_a_double_click_is_one(most: int, clicks: list[int]) -> None:
    mine: tuple[tuple[int, int], ...] = ()
    for option in clicks:
        before = mine
        try:
            mine = picked(sheet(most=most), mine, option)
        except Refused:
            assert most and len(before) == most and option not in dict(before)
            continue
        assert option in dict(mine)
        assert picked(sheet(most=most), mine, option) == mine
        assert len(dict(mine)) == len(mine) <= (most or 4)
        assert most == 1 or set(before) <= set(mine)


def test_forms_are_checked_like_clicks() -> None:
    assert filled(sheet("ranked"), ((3, 2), (1, 5))) == ((3, 1), (1, 2))
    for kind, most, wished in (
        ("choice", 1, ((1, 0), (2, 0))),
        ("ranked", 1, ((1, 1), (1, 2))),
        ("choice", 0, ((9, 0),)),
    ):
        with pytest.raises(Refused):
            filled(sheet(kind, most), wished)


@given(st.lists(st.integers(1, 5), min_size=1, max_size=40))
def test_mean_and_spread_are_those_of_the_votes(ratings: list[int]) -> None:
    votes = count([(str(number), step, 0) for number, step in enumerate(ratings)]).votes
    found = mean_and_spread(votes)
    assert found is not None
    assert found[0] == pytest.approx(statistics.fmean(ratings))
    assert found[1] == pytest.approx(statistics.pstdev(ratings))


def test_ranked_choice_by_points() -> None:
    votes = [("a", 1, 1), ("a", 2, 2), ("b", 2, 1), ("b", 3, 2), ("c", 2, 1)]
    assert ranked(votes, (1, 2, 3)) == ((2, 8), (1, 3), (3, 2))


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("Usefull?", "Useful?", True),
        ("The webniar was good", "The webinar was good", True),
        ("Yes", "No", False),
        ("We should stay", "We should not stay", False),
        ("Meet at 10:00", "Meet at 11:00", False),
        ("Very useful", "Not useful", False),
    ],
)
def test_only_typing_errors_are_mended_once_people_voted(before: str, after: str, same: bool) -> None:
    assert mended(before, after) is same


def test_small_regions_are_not_told_nor_can_they_be_worked_out() -> None:
    zones = {f"a{n}": "Africa/Dakar" for n in range(8)} | {f"s{n}": "Asia/Kathmandu" for n in range(6)}
    voted = frozenset({"a1", "a2", "s1", "e0"})
    assert by_region(zones, voted) == {"Africa": (2, 8), "Asia": (1, 6)}
    # One person in Europe: the total less the other two would tell of them.
    assert by_region(zones | {"e0": "Europe/London"}, voted) == {"Africa": (2, 8)}


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Europe/Paris", datetime(2026, 10, 20, 7, tzinfo=UTC), {"09:00"}),
        ("Asia/Kathmandu", datetime(2026, 3, 1, 3, 15, tzinfo=UTC), {"09:00"}),
        ("America/New_York", datetime(2026, 3, 1, 7, 30, tzinfo=UTC), {"02:30", "03:30"}),
    ],
)
def test_what_comes_again_keeps_its_hour_on_the_wall(zone: str, first: datetime, hours: set[str]) -> None:
    rule, at, seen = rule_of("day", first, zone), first, []
    for _ in range(20):
        following = next_after(rule, wall(first, zone), zone, at)
        assert following is not None and following > at
        seen.append(wall(following, zone))
        at = following
    assert {one[11:] for one in seen} <= hours
    assert len({one[:10] for one in seen}) == 20


def test_the_last_day_of_a_month_stays_the_last() -> None:
    first = datetime(2026, 1, 31, 9, tzinfo=UTC)
    rule, at, days = rule_of("month", first, "UTC"), first, []
    for _ in range(3):
        following = next_after(rule, "2026-01-31T09:00", "UTC", at)
        assert following is not None
        days.append(f"{following:%m-%d}")
        at = following
    assert days == ["02-28", "03-31", "04-30"]
