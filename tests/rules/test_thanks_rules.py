"""The rules of thanks: days and quiet hours wherever people live, caps and cooldowns, whom, and who sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.errors import Refused
from app.thanks import rules
from app.thanks.policy import DEFAULT, Policy
from app.thanks.rules import History, Known
from app.thanks.shapes import Named, Wish

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
# Where clocks move by less, or more, than an hour, or a day was left out.
ODD = {"Antarctica/Troll", "Australia/Lord_Howe", "Australia/LHI"}
ZONES = st.sampled_from(sorted(available_timezones() - {"localtime", "posixrules", "Factory"}))
YEAR = 365.25 * 24 * 3600
SINCE_2000, EVER = (
    st.integers(int(years * YEAR), int(67 * YEAR)).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
    for years in (30, -70)
)
CLOCK = st.times().map(lambda at: f"{at:%H:%M}")


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@given(EVER, ZONES)
@example(utc("1919-03-31T04:40"), "America/Toronto")
@example(utc("2010-11-07T03:00"), "America/St_Johns")
@example(utc("2011-12-30T12:00"), "Pacific/Apia")
@example(utc("2023-04-28T00:00"), "Africa/Cairo")
@example(utc("2018-11-04T03:00"), "America/Sao_Paulo")
@example(utc("2026-03-28T22:30"), "Asia/Beirut")
def test_every_instant_lies_in_its_day_and_days_follow_without_a_gap(now: datetime, zone: str) -> None:
    begins, ends = rules.local_day(now, zone)
    assert begins <= now < ends
    assert rules.local_day(ends - timedelta(microseconds=1), zone) == (begins, ends)
    assert rules.local_day(begins, zone) == (begins, ends)
    assert rules.local_day(ends, zone)[0] == ends
    assert rules.local_day(begins - timedelta(microseconds=1), zone)[1] == begins


@given(SINCE_2000, ZONES)
def test_a_day_has_23_to_25_hours(now: datetime, zone: str) -> None:
    begins, ends = rules.local_day(now, zone)
    there = ZoneInfo(zone)
    shift = abs((begins.astimezone(there).utcoffset() or HOUR) - (ends.astimezone(there).utcoffset() or HOUR))
    allowed = HOUR if zone not in ODD else timedelta(hours=2)
    # A country that changes its offset for good, or crosses the date line, has one day that is longer still.
    assert abs(ends - begins - timedelta(hours=24)) <= max(allowed, min(shift, timedelta(hours=24)))


@pytest.mark.parametrize(
    ("zone", "now", "begins", "hours"),
    [
        ("Asia/Kathmandu", "2026-11-23T12:00", "2026-11-22T18:15", 24),
        ("Asia/Kathmandu", "2026-11-23T18:14", "2026-11-22T18:15", 24),
        ("Asia/Kathmandu", "2026-11-23T18:15", "2026-11-23T18:15", 24),
        ("Europe/London", "2026-03-29T12:00", "2026-03-29T00:00", 23),
        ("Europe/London", "2026-10-25T12:00", "2026-10-24T23:00", 25),
        # Midnight is skipped: the day begins at one.
        ("Africa/Cairo", "2026-04-24T12:00", "2026-04-23T22:00", 23),
        ("Asia/Beirut", "2026-03-29T12:00", "2026-03-28T22:00", 23),
        ("America/Sao_Paulo", "2018-11-04T12:00", "2018-11-04T03:00", 23),
        # Eleven at night comes twice.
        ("Africa/Cairo", "2026-10-29T20:30", "2026-10-28T21:00", 25),
        ("America/Sao_Paulo", "2018-02-18T02:30", "2018-02-17T02:00", 25),
        ("nowhere/at-all", "2026-11-23T12:00", "2026-11-23T00:00", 24),
        ("", "2026-11-23T12:00", "2026-11-23T00:00", 24),
    ],
)
def test_days_begin_where_people_say_they_do(zone: str, now: str, begins: str, hours: int) -> None:
    assert rules.local_day(utc(now), zone) == (utc(begins), utc(begins) + hours * HOUR)


@given(SINCE_2000, ZONES, CLOCK, CLOCK)
@example(utc("2026-11-01T06:10"), "America/New_York", "22:00", "01:30")
@example(utc("2026-03-08T06:30"), "America/New_York", "22:00", "02:30")
@example(utc("2026-04-04T15:10"), "Australia/Lord_Howe", "22:00", "01:45")
def test_quiet_hours_end_later_at_the_hour_that_was_said(now: datetime, zone: str, begins: str, ends: str) -> None:
    until = rules.quiet_until(now, zone, begins, ends)
    at = now.astimezone(ZoneInfo(zone)).time()
    first, last = time.fromisoformat(begins), time.fromisoformat(ends)
    inside = first != last and (first <= at < last if first < last else at >= first or at < last)
    assert (until is not None) == inside
    if until is None:
        return
    assert now < until <= now + timedelta(hours=27)
    there = until.astimezone(ZoneInfo(zone))
    # Where the clock jumps over the hour, they end with the jump.
    before = (until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone))
    assert there.time() == last or (before.utcoffset() != there.utcoffset() and there.time() > last)


def test_quiet_hours_over_midnight_and_by_day() -> None:
    def until(now: str, begins: str, ends: str, zone: str = "Asia/Kathmandu") -> datetime | None:
        return rules.quiet_until(utc(now), zone, begins, ends)

    assert until("2026-11-23T14:14", "20:00", "08:00") is None
    assert until("2026-11-23T14:15", "20:00", "08:00") == utc("2026-11-24T02:15")
    assert until("2026-11-24T02:14", "20:00", "08:00") == utc("2026-11-24T02:15")
    assert until("2026-11-24T02:15", "20:00", "08:00") is None
    assert until("2026-11-23T07:00", "12:00", "13:00") == utc("2026-11-23T07:15")
    assert until("2026-11-23T12:00", "00:00", "00:00") is None
    # The second half past one of that night, not the one that has passed.
    assert until("2026-11-01T06:10", "22:00", "01:30", "America/New_York") == utc("2026-11-01T06:30")
    # There is no half past two: the quiet ends when the clock jumps to three.
    assert until("2026-03-08T06:30", "22:00", "02:30", "America/New_York") == utc("2026-03-08T07:00")


def test_what_becomes_visible_at_night_is_on_the_card_of_the_morning() -> None:
    def card(now: str) -> tuple[date, datetime]:
        return rules.card_day(utc(now), "Asia/Kathmandu", DEFAULT)

    assert card("2026-11-23T06:00") == (date(2026, 11, 23), utc("2026-11-23T06:00"))
    assert card("2026-11-23T15:00") == (date(2026, 11, 24), utc("2026-11-24T02:15"))
    assert card("2026-11-23T23:00") == (date(2026, 11, 24), utc("2026-11-24T02:15"))


@given(SINCE_2000, ZONES, CLOCK, CLOCK)
def test_a_card_is_of_the_day_on_which_it_may_be_posted(now: datetime, zone: str, begins: str, ends: str) -> None:
    policy = Policy(quiet_from=begins, quiet_to=ends)
    day, due = rules.card_day(now, zone, policy)
    assert due >= now
    assert due.astimezone(ZoneInfo(zone)).date() == day


@pytest.mark.parametrize("unanswered", ["private", "show"])
@pytest.mark.parametrize("choice", ["", "show", "private"])
@pytest.mark.parametrize("standing", ["ask", "show", "private"])
def test_who_sees_it(standing: str, choice: str, unanswered: str) -> None:
    expected = {
        ("ask", ""): unanswered == "show",
        ("show", ""): True,
        ("ask", "show"): True,
        ("show", "show"): True,
        ("ask", "private"): False,
        ("show", "private"): False,
        # A standing wish for privacy always wins.
        ("private", ""): False,
        ("private", "show"): False,
        ("private", "private"): False,
    }
    assert rules.is_shown(standing, choice, Policy(unanswered=unanswered)) is expected[standing, choice]


PEOPLE = {
    "U1": Known("U1", "Ana"),
    "U2": Known("U2", "João", forum_username="joao_m"),
    "U3": Known("U3", "Helper <!channel> *bot*", is_bot=True),
    "U4": Known("U4", "Peter", deactivated=True),
    "zoe": Known("", "zoe", "zoe"),
    "Amina_O": Known("", "Amina_O", "Amina_O"),
}
GIVER = Known("U9", "Amina", "amina_o")


def wish(*people: Named, reason: str = "the brief") -> Wish:
    return Wish("U9", people, reason)


def refusal(wished: Wish, policy: Policy = DEFAULT) -> Refused:
    with pytest.raises(Refused) as problem:
        rules.check_people(wished, GIVER, PEOPLE | {"U9": GIVER}, policy)
    assert problem.value.field == "people"
    return problem.value


def test_colleagues_may_be_thanked() -> None:
    rules.check_people(wish(Named("U1"), Named("U2"), Named(forum_username="zoe")), GIVER, PEOPLE, DEFAULT)


def test_whoever_cannot_be_thanked_is_named_kindly() -> None:
    assert "at least one person" in refusal(wish()).message
    assert "thank yourself" in refusal(wish(Named("U1"), Named("U9"))).message
    assert "thank yourself" in refusal(wish(Named(forum_username="Amina_O"))).message
    assert "is a bot" in refusal(wish(Named("U3"))).message
    # Beside a form's field nothing is marked up, in a message everything is.
    assert not set(refusal(wish(Named("U3"))).message) & set("<>*`")
    assert "Peter has left" in refusal(wish(Named("U4"))).message


def test_a_thanks_holds_a_few_people_or_a_group() -> None:
    few = Policy(people_cap=1, group_cap=2)
    assert "named 2 people" in refusal(wish(Named("U1"), Named("U2")), few).message
    group = tuple(Named(one, by_group="S1") for one in ("U1", "U2"))
    rules.check_people(wish(Named(forum_username="zoe"), *group), GIVER, PEOPLE, few)
    rules.check_group(2, few)
    with pytest.raises(Refused, match="has 3 people"):
        rules.check_group(3, few)


@pytest.mark.parametrize("reason", ["", "   ", "!", "🎉🎉🎉", ":tada: :+1:", ":raised_hands:", "…—", "ok"[:1]])
def test_a_reason_says_something(reason: str) -> None:
    with pytest.raises(Refused, match="What do you thank them for"):
        rules.check_reason(reason)


@pytest.mark.parametrize("reason", ["ok", "谢谢", "شكرا", "धन्यवाद", "at 12:30: the brief", "x" * rules.REASON_LENGTH])
def test_a_few_letters_of_any_script_are_a_reason(reason: str) -> None:
    rules.check_reason(reason)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(Refused, match="1001 characters") as problem:
        rules.check_reason("x" * (rules.REASON_LENGTH + 1))
    assert problem.value.field == "reason"


NAMED = st.builds(
    Named, slack_id=st.sampled_from(["U1", "U2", "U3", "U4"]), by_group=st.sampled_from(["", "", "S1", "S2"])
)
WISHES = st.lists(NAMED, min_size=1, max_size=4, unique_by=lambda one: one.slack_id).map(tuple)


@given(WISHES)
def test_each_person_costs_one_and_so_does_a_group(people: tuple[Named, ...]) -> None:
    alone = [one for one in people if not one.by_group]
    assert rules.cost_of(people) == len(alone) + len({one.by_group for one in people} - {""})
    group = tuple(Named(f"U{number}", by_group="S1") for number in range(25))
    assert rules.cost_of(group) == 1


@given(
    st.lists(st.tuples(WISHES, st.integers(0, 300)), max_size=12),
    st.integers(1, 6),
    st.sampled_from([0, 5, 60, 600]),
    st.sampled_from(["Asia/Kathmandu", "Europe/London", "Africa/Cairo"]),
)
def test_pace_is_kept_as_a_diary_would_keep_it(
    plan: list[tuple[tuple[Named, ...], int]], cap: int, cooldown: int, zone: str
) -> None:
    """Beside a model that writes every thanks down: on the days on which clocks change, too."""
    policy = Policy(daily_cap=cap, cooldown_minutes=cooldown)
    diary: list[tuple[datetime, str, tuple[Named, ...]]] = []
    now = utc("2026-10-24T20:00")
    known = {f"U{number}": Known(f"U{number}") for number in range(1, 5)}
    for people, minutes in plan:
        now += timedelta(minutes=minutes)
        begins, _ = rules.local_day(now, zone)
        history = History(
            sum(rules.cost_of(thanked) for at, _, thanked in diary if at >= begins),
            {
                one.slack_id: at
                for at, _, thanked in sorted(diary, key=lambda line: line[0])
                for one in thanked
                if not one.by_group
            },
        )
        today = str(now.astimezone(ZoneInfo(zone)).date())
        spent = sum(rules.cost_of(thanked) for _, day, thanked in diary if day == today)
        again = any(
            now - at < timedelta(minutes=cooldown)
            for at, _, thanked in diary
            for one in people
            if not one.by_group and one in thanked
        )
        allowed = spent + rules.cost_of(people) <= cap and not again
        try:
            rules.check_pace(Wish("U9", people, "x"), history, known, policy, now)
        except Refused as problem:
            assert not allowed
            assert problem.field == "people"
        else:
            assert allowed
            diary.append((now, today, people))


def test_who_is_stopped_hears_until_when() -> None:
    def said(history: History, *people: Named, policy: Policy = DEFAULT) -> str:
        with pytest.raises(Refused) as problem:
            rules.check_pace(wish(*people), history, PEOPLE, policy, NOON)
        return problem.value.message

    assert "allows 10 a day" in said(History(10), Named("U1"))
    assert "allows 3 a day" in said(History(10), Named("U1"), policy=Policy(daily_cap=3))
    assert "thank 1 more today, and named 2" in said(History(9), Named("U1"), Named("U2"))
    lately = History(0, {"U1": NOON - timedelta(minutes=59, seconds=30), "zoe": NOON})
    assert "thanked Ana not long ago" in said(lately, Named("U1"))
    assert "in 1 min" in said(lately, Named("U1"))
    assert "in 60 min" in said(lately, Named(forum_username="zoe"))
    assert "in 168 hours" in said(lately, Named(forum_username="zoe"), policy=Policy(cooldown_minutes=10_080))
    rules.check_pace(wish(Named("U1")), History(0, {"U1": NOON - HOUR}), PEOPLE, DEFAULT, NOON)
