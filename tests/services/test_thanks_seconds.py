"""A reaction seconds a thanks: once a person and message, gone with the reaction, in whatever order events come."""

from __future__ import annotations

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from app.clock import StillClock
from app.db import Database
from app.thanks.policy import DEFAULT
from app.thanks.seconds import concerns, means_thanks
from models import ThanksCard, ThanksRecipient, ThanksSecond
from tests.services.thanks_world import ANA, BO, BOT, CY, DI, EVE, GUEST, HOUR, OTHER, World, a_world, together

CARD = "9.9"


@pytest.fixture
async def world(db: Database, clock: StillClock) -> AsyncIterator[World]:
    async for made in a_world(db, clock):
        yield made


async def posted(world: World) -> None:
    """The card is in the channel, and Bo was told."""
    async with world.db.transaction() as session:
        await session.exec(update(ThanksCard).values(ts=CARD))
        await session.exec(update(ThanksRecipient).values(told_channel="D1", told_ts="5.5"))


async def test_a_reaction_counts_once_a_person_and_message_and_goes_with_it(world: World) -> None:
    key = await world.give(ANA, BO, ts="1.1")

    async def count(who: str, at: str, **how: object) -> int:
        await world.react(who, "1.1", at, **how)  # type: ignore[arg-type]
        return (await world.shown(key)).seconds

    assert await count(CY, "2.0") == 1
    assert await count(CY, "2.0") == 1
    assert await count(CY, "2.1", emoji="tada") == 1
    assert await count(CY, "2.2", emoji="tada::skin-tone-3") == 1
    assert await count(DI, "2.3") == 2
    assert await count(DI, "2.4", emoji="eyes") == 2
    # Somebody takes one of three back, then the others; puts it there again, and again.
    assert await count(CY, "3.0", off=True) == 2
    assert await count(CY, "3.1", off=True, emoji="tada") == 2
    assert await count(CY, "3.2", off=True, emoji="tada::skin-tone-3") == 1
    for at in ("4.0", "4.2", "4.4"):
        assert await count(CY, at) == 2
        assert await count(CY, at + "1", off=True) == 1
    # Neither giver nor recipient nor program.
    for nobody in (ANA, BO, BOT):
        assert await count(nobody, "5.0") == 1
    assert await count(GUEST, "5.1") == 2
    # Another message, or the same moment elsewhere, is another thing.
    await world.react(EVE, "1.2", "6.0")
    await world.react(EVE, "1.1", "6.0", place=OTHER)
    assert (await world.shown(key)).seconds == 2


async def test_events_come_in_any_order(world: World) -> None:
    key = await world.give(ANA, BO, ts="1.1")
    effects = await world.react(CY, "1.1", "2.1", off=True)
    assert (effects.retell, effects.cards) == ((), ())
    effects = await world.react(CY, "1.1", "2.0")
    assert (effects.retell, (await world.shown(key)).seconds) == ((), 0)
    effects = await world.react(CY, "1.1", "2.2")
    assert (len(effects.retell), len(effects.cards), (await world.shown(key)).seconds) == (1, 1, 1)
    # What changes nothing is followed by nothing: no picture is drawn, no reader of changes sees it.
    before = (await world.shown(key), await world.rows(ThanksCard))
    world.clock.move(HOUR)
    for at, off in (("2.2", False), ("2.1", True), ("1.9", False)):
        effects = await world.react(CY, "1.1", at, off=off)
        assert (effects.retell, effects.cards) == ((), ())
    assert (await world.shown(key)).seconds == before[0].seconds
    assert [one.version for one in await world.rows(ThanksCard)] == [one.version for one in before[1]]


async def test_a_reaction_on_the_card_seconds_what_it_shows(world: World) -> None:
    keys = [await world.give(ANA, BO), await world.give(DI, CY), await world.give(CY, BO)]
    await world.choose(keys[1], CY, "private")
    await posted(world)
    effects = await world.react(EVE, CARD, "2.0")
    # The card is redrawn; nobody gets a message for it.
    assert (effects.retell, len(effects.cards)) == ((), 1)
    assert [(await world.shown(key)).seconds for key in keys] == [1, 0, 1]
    # Who gave or got one of them seconds the others.
    await world.react(ANA, CARD, "2.1")
    assert [(await world.shown(key)).seconds for key in keys] == [1, 0, 2]
    # Taken off the card, a thanks keeps its seconds until they are taken back.
    await world.choose(keys[0], BO, "private")
    await world.react(EVE, CARD, "3.0", off=True)
    assert [(await world.shown(key)).seconds for key in keys] == [0, 0, 1]


async def test_what_does_not_stand_is_not_seconded(world: World) -> None:
    for act in ("undo", "hide", "uncount"):
        key = await world.give(ANA, BO, ts=act)
        await (world.undo(key) if act == "undo" else world.moderate(key, act))
        assert await world.react(CY, act, "2.0") == type(world.effects[-1])()
    assert await world.rows(ThanksSecond) == []


async def test_an_emoji_that_has_ceased_to_mean_thanks_can_still_be_taken_back(world: World) -> None:
    key = await world.give(ANA, BO, ts="1.1")
    await world.react(CY, "1.1", "2.0", emoji="tada")
    await world.policy(emojis=["wave"])

    async def concerned(who: str, *, standing: bool) -> bool:
        async with world.db.read_only() as session:
            return await concerns(session, world.id, who, "C0OPEN", "1.1", "tada", standing=standing)

    assert [await concerned(CY, standing=False), await concerned(CY, standing=True)] == [True, False]
    assert not await concerned(DI, standing=False)
    await world.react(DI, "1.1", "2.1", emoji="tada")
    assert (await world.shown(key)).seconds == 1
    await world.react(CY, "1.1", "2.2", off=True, emoji="tada")
    assert (await world.shown(key)).seconds == 0


def test_an_emoji_means_thanks_in_every_skin_tone() -> None:
    assert [means_thanks(DEFAULT, one) for one in ("tada", "raised_hands::skin-tone-6", "tadaa", "")] == [
        True,
        True,
        False,
        False,
    ]


async def test_many_react_at_once(world: World) -> None:
    keys = [await world.give(ANA, BO), await world.give(DI, CY)]
    await posted(world)
    deeds = [world.react(f"U1{n % 10}", CARD, f"2.{n:03}", off=n >= 30, emoji="tada") for n in range(40)]
    await together(*deeds)
    assert [(await world.shown(key)).seconds for key in keys] == [0, 0]


EVENTS = st.lists(
    st.tuples(st.sampled_from([CY, DI, EVE]), st.sampled_from(["tada", "raised_hands", "tada::skin-tone-2"])),
    min_size=1,
    max_size=7,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(EVENTS, st.randoms(use_true_random=False))
@example([(CY, "tada"), (CY, "tada"), (CY, "tada")], None)
async def test_any_order_of_events_ends_where_the_reactions_ended(
    world: World, done: list[tuple[str, str]], dice: object
) -> None:
    """Each person toggles emojis; the events arrive in any order, some of them twice."""
    ts = uuid4().hex[:12]
    await world.policy(daily_cap=1000)
    key = await world.give(ANA, BO, ts=ts)
    standing: set[tuple[str, str]] = set()
    events = []
    for number, one in enumerate(done):
        events.append((*one, f"1.{number:04}", one in standing))
        standing ^= {one}
    events += events[::2]
    if dice is not None:
        dice.shuffle(events)  # type: ignore[attr-defined]
    else:
        events.reverse()
    for who, emoji, at, off in events:
        await world.react(who, ts, at, off=off, emoji=emoji)
    assert (await world.shown(key)).seconds == len({who for who, _ in standing})
