"""Whose turn it is to draw a card, when a digest is due, and what cards save a channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clock import StillClock
from app.db import Database
from app.thanks import cards
from app.thanks.rules import zone_of
from models import Community, ThanksCard
from tests.services.thanks_world import ANA, BO, CY, DI, World, a_world, together


@pytest.fixture
async def world(db: Database, clock: StillClock) -> AsyncIterator[World]:
    async for made in a_world(db, clock):
        yield made


async def take(world: World) -> ThanksCard | None:
    async with world.db.transaction() as session:
        return await cards.take(session, 1, world.clock.now())


async def give_back(world: World, taken: ThanksCard, ts: str, *, removed: bool = False) -> bool:
    async with world.db.transaction() as session:
        return await cards.give_back(
            session, taken, drawn=taken.version, ts=ts, removed=removed, now=world.clock.now()
        )


async def card(world: World) -> ThanksCard:
    found: ThanksCard = (await world.rows(ThanksCard))[0]
    return found


async def test_one_draws_at_a_time_and_learns_whether_it_was_the_newest(world: World) -> None:
    await world.give(ANA, BO)
    done, _ = await together(*(take(world) for _ in range(5)))
    (first,) = [one for one in done if one is not None]
    await world.give(ANA, CY)
    assert await give_back(world, first, "1.1") is False
    second = await take(world)
    assert second
    assert (second.version, second.drawn, second.ts) == (2, 1, "1.1")
    assert await give_back(world, second, "1.1") is True
    # Taken away, it may come again, as another message.
    third = await take(world)
    assert third
    await give_back(world, third, "", removed=True)
    assert ((await card(world)).ts, (await card(world)).removals) == ("", 1)
    assert (await card(world)).posted_at == world.clock.now()


async def test_the_turn_of_a_drawer_that_died_is_taken_over(world: World) -> None:
    await world.give(ANA, BO)
    dead = await take(world)
    world.clock.move(cards.LEASE)
    assert await take(world) is None
    world.clock.move(timedelta(seconds=1))
    heir = await take(world)
    assert dead
    assert heir
    # It was only slow: what it posted is kept, whether it is right is for the one who draws now.
    assert await give_back(world, dead, "1.1") is False
    assert ((await card(world)).ts, (await card(world)).drawn) == ("1.1", 0)
    assert (await card(world)).leased_until == heir.leased_until
    assert await give_back(world, heir, "1.1") is True
    assert ((await card(world)).ts, (await card(world)).leased_until) == ("1.1", None)


@pytest.mark.parametrize(
    ("zone", "now", "monday"),
    [
        ("Africa/Nairobi", "2026-11-23T05:59", None),
        ("Africa/Nairobi", "2026-11-23T06:00", date(2026, 11, 16)),
        # Late after a pause, but not when it is old news.
        ("Africa/Nairobi", "2026-11-25T05:59", date(2026, 11, 16)),
        ("Africa/Nairobi", "2026-11-25T06:00", None),
        ("Africa/Nairobi", "2026-11-22T12:00", None),
        ("Asia/Kathmandu", "2026-11-23T03:15", date(2026, 11, 16)),
        ("America/Bogota", "2026-11-23T13:59", None),
        ("America/Bogota", "2026-11-23T14:00", date(2026, 11, 16)),
    ],
)
def test_a_digest_is_due_on_monday_morning_there(zone: str, now: str, monday: date | None) -> None:
    assert cards.week_to_tell(datetime.fromisoformat(now).replace(tzinfo=UTC), zone) == monday


@given(
    st.integers(0, 60 * 365 * 24).map(lambda hours: datetime(1980, 1, 1, tzinfo=UTC) + timedelta(hours=hours)),
    st.sampled_from(["Asia/Kathmandu", "Africa/Cairo", "America/Sao_Paulo", "Pacific/Apia", "Europe/London"]),
)
def test_looked_at_every_hour_each_week_is_told_of_once_it_is_over(now: datetime, zone: str) -> None:
    monday = cards.week_to_tell(now, zone)
    local = now.astimezone(zone_of(zone))
    assert (monday is not None) == (
        (local.weekday() in (0, 1) and local.hour >= 9) or (local.weekday() in (1, 2) and local.hour < 9)
    )
    if monday is not None:
        since, until = cards.week(monday, zone)
        assert since.astimezone(zone_of(zone)).date() == monday
        assert until <= now
        assert until - since <= timedelta(days=7, hours=1)


async def test_what_cards_save_a_channel(world: World) -> None:
    for one in (BO, CY, DI):
        await world.give(ANA, one)
    await world.give(ANA, BO, place="D0DIRECT", kind="direct", community="open")
    await world.undo(await world.give(ANA, BO))
    taken = await take(world)
    assert taken
    await give_back(world, taken, "1.1")
    (community,) = [one for one in await world.rows(Community) if one.slug == "open"]
    async with world.db.read_only() as session:
        counted = await cards.balance(session, world.id, community.id, world.clock.now() - timedelta(days=1))
        later = await cards.balance(session, world.id, community.id, world.clock.now() + timedelta(days=1))
    assert (counted.thanks, counted.messages, counted.saved) == (3, 1, 2)
    assert (later.thanks, later.messages, later.saved) == (0, 0, 0)
