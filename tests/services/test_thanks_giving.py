"""Giving, editing and taking back: each rule in one transaction, on both databases, also for ten at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from app.clock import StillClock
from app.db import Database
from app.errors import NotFound, Refused
from app.members.service import link_forum
from app.thanks import queries
from app.thanks.log import page
from app.thanks.shapes import LogFilter, Named
from models import Thanks, ThanksRecipient, ThanksSecond
from tests.services.thanks_world import (
    ANA,
    BO,
    BOT,
    CLOSED,
    CY,
    DI,
    EVE,
    GUEST,
    HOUR,
    LEFT,
    MINUTE,
    OPEN,
    OTHER,
    PARTNER,
    World,
    a_world,
    people,
    thanks_of,
    together,
)


@pytest.fixture
async def world(db: Database, clock: StillClock) -> AsyncIterator[World]:
    async for made in a_world(db, clock):
        yield made


async def test_a_thanks_is_recorded_with_everything_that_was_said(world: World) -> None:
    key = await world.give(ANA, BO, CY, value="sharing", source="form", ts="1.5")
    other = await world.give(ANA, DI, value="no such value", community="no-such")
    (first, second), rows = await thanks_of(world), await world.rows(ThanksRecipient)
    # A person's thanks are read in the order of these.
    assert {one.created_at for one in rows} == {first.created_at, second.created_at}
    assert (first.key, first.giver, first.reason, first.value) == (key, ANA, "the brief", "sharing")
    assert (first.source, first.channel_id, first.channel_kind, first.message_ts) == ("form", OPEN, "public", "1.5")
    assert (first.status, first.hidden, first.cost, first.created_at) == ("counted", False, 2, world.clock.now())
    assert (second.key, second.value, second.community_id) == (other, "", None)
    assert [(one.slack_id, one.thanks_id) for one in rows] == [(BO, first.id), (CY, first.id), (DI, second.id)]
    assert world.effects[0].tell == tuple(one.id for one in rows[:2])
    assert world.effects[0].cards
    shown = await world.shown(key)
    assert (shown.community, shown.community_name, [one.name for one in shown.people]) == (
        "open",
        "Open",
        ["Bo", "Cy"],
    )
    async with world.db.read_only() as session:
        with pytest.raises(NotFound):
            await queries.shown(session, world.id, "no such key")


async def test_the_same_request_at_once_is_one_thanks(world: World) -> None:
    done, declined = await together(*(world.give(ANA, BO, key="same") for _ in range(6)))
    assert (done, declined) == (["same"] * 6, [])
    assert len(await world.rows(Thanks)) == len(await world.rows(ThanksRecipient)) == 1
    assert [bool(one.tell) for one in world.effects].count(True) == 1


async def test_ten_at_once_never_exceed_the_cap(world: World) -> None:
    names = [f"U1{number}" for number in range(10)]
    await people(world.db, world.id, names, world.clock)
    await world.policy(daily_cap=3)
    done, declined = await together(*(world.give(ANA, one) for one in names))
    assert (len(done), len(declined)) == (3, 7)
    assert {one.field for one in declined} == {"people"}
    assert len(await thanks_of(world)) == 3


async def test_ten_at_once_never_beat_the_cooldown(world: World) -> None:
    await world.policy(cooldown_minutes=60)
    done, declined = await together(*(world.give(ANA, BO) for _ in range(10)))
    assert (len(done), len(declined)) == (1, 9)
    assert all("Bo not long ago" in one.message for one in declined)
    world.clock.move(59 * MINUTE)
    with pytest.raises(Refused, match="in 1 min"):
        await world.give(ANA, CY, BO)
    world.clock.move(MINUTE)
    await world.give(ANA, CY, BO)
    await world.give(DI, BO)


async def test_a_group_costs_one_and_knows_no_cooldown(world: World) -> None:
    await world.policy(daily_cap=4, cooldown_minutes=60, people_cap=1, group_cap=4)
    group = [Named(one, by_group="S1") for one in (BO, CY, DI, EVE)]
    await world.give(ANA, *group)
    # Named by group and by name: by name counts, once.
    await world.give(ANA, *group, Named(BO))
    assert [one.cost for one in await thanks_of(world)] == [1, 2]
    assert [one.by_group for one in await world.rows(ThanksRecipient)] == ["S1"] * 4 + [""] + ["S1"] * 3
    with pytest.raises(Refused, match="Bo not long ago"):
        await world.give(ANA, BO)
    with pytest.raises(Refused, match="thank 1 more today, and named 2"):
        await world.give(ANA, *group, Named("U0GUEST"))
    with pytest.raises(Refused, match="has 5 people"):
        await world.give(ANA, *group, Named(GUEST, by_group="S1"))
    await world.give(ANA, *group)
    with pytest.raises(Refused, match="allows 4 a day"):
        await world.give(ANA, *group)


async def test_the_cap_is_of_the_givers_own_day(world: World) -> None:
    """In Kathmandu the day turns at a quarter past six in the evening, UTC."""
    await world.policy(daily_cap=1)
    world.clock.move(datetime(2026, 11, 24, 18, 14, tzinfo=UTC) - world.clock.now())
    await world.give(ANA, BO)
    with pytest.raises(Refused):
        await world.give(ANA, CY)
    async with world.db.read_only() as session:
        assert await queries.left_today(session, world.id, ANA, world.clock.now()) == 0
    world.clock.move(MINUTE)
    async with world.db.read_only() as session:
        assert await queries.left_today(session, world.id, ANA, world.clock.now()) == 1
        assert await queries.left_today(session, world.id, "U0NOBODY", world.clock.now()) is None
    await world.give(ANA, CY)


async def test_whoever_cannot_be_thanked_is_refused_and_nothing_is_kept(world: World) -> None:
    async with world.db.transaction() as session:
        await link_forum(session, world.id, ANA, username="Ana_Q", user_id=7)
        await link_forum(session, world.id, BO, username="bo_b", user_id=8)
    for wrong in (ANA, BOT, LEFT, Named(forum_username="ana_q"), Named(forum_username="ANA_Q")):
        with pytest.raises(Refused) as problem:
            await world.give(ANA, BO, wrong)
        assert problem.value.field == "people"
    for unknown, giver in (("U0NOBODY", ANA), (BO, "U0NOBODY")):
        with pytest.raises(NotFound):
            await world.give(giver, unknown)
    for reason in ("", " ", ":tada:", "x" * 1001):
        with pytest.raises(Refused) as problem:
            await world.give(ANA, BO, reason=reason)
        assert problem.value.field == "reason"
    assert await world.rows(Thanks) == await world.rows(ThanksRecipient) == []
    assert await world.cards() == {}


async def test_an_account_of_the_forum_is_the_member_it_is_linked_to(world: World) -> None:
    await world.policy(cooldown_minutes=60)
    async with world.db.transaction() as session:
        await link_forum(session, world.id, BO, username="Bo_B", user_id=8)
    await world.give(ANA, Named(forum_username="bo_b"), Named(BO), Named(forum_username="zoe"))
    assert [(one.slack_id, one.forum_username) for one in await world.rows(ThanksRecipient)] == [
        (BO, None),
        (None, "zoe"),
    ]
    # Told by message is who can be reached; a cooldown holds for both names.
    assert [len(one.tell) for one in world.effects] == [1]
    for again in (Named(BO), Named(forum_username="bo_b"), Named(forum_username="zoe")):
        with pytest.raises(Refused, match="not long ago"):
            await world.give(ANA, again)


async def test_guests_and_partners_may_be_thanked_and_may_thank(world: World) -> None:
    await world.give(ANA, GUEST, PARTNER)
    await world.give(GUEST, BO)
    await world.give(PARTNER, BO)
    assert [len(one.tell) for one in world.effects] == [2, 1, 1]


async def test_taking_back_frees_cap_and_cooldown_and_leaves_no_trace(world: World) -> None:
    await world.policy(daily_cap=1, cooldown_minutes=600)
    key = await world.give(ANA, BO)
    assert await world.on_cards() == [f"{ANA}>{BO}: the brief"]
    done, declined = await together(*(world.undo(key) for _ in range(3)), world.undo(key, BO))
    assert (len(done), len(declined)) == (3, 1)
    assert sorted(len(one.untell) for one in done) == [0, 0, 1]
    assert await world.on_cards() == []
    assert (await world.shown(key)).status == "withdrawn"
    again = await world.give(ANA, BO)
    world.clock.move(10 * MINUTE)
    await world.undo(again)
    late = await world.give(ANA, BO)
    world.clock.move(10 * MINUTE + MINUTE / 60)
    with pytest.raises(Refused, match="10 minutes; that time is over"):
        await world.undo(late)
    with pytest.raises(Refused, match="taken this thanks back"):
        await world.edit(key, reason="something else")
    with pytest.raises(NotFound, match="taken back"):
        await world.choose(key, BO, "show")


async def test_an_edit_changes_what_is_said_and_keeps_what_was_chosen(world: World) -> None:
    key = await world.give(ANA, BO, CY, value="sharing")
    await world.choose(key, CY, "private")
    world.clock.move(HOUR)
    effects = await world.edit(key, reason="the brief and the slides", value="sharing")
    assert (len(effects.retell), len(effects.cards)) == (2, 1)
    assert await world.on_cards() == [f"{ANA}>{BO}: the brief and the slides"]
    assert (await world.shown(key)).edited
    # The same words change nothing, and tell nobody.
    assert await world.edit(key, reason="the brief and the slides", value="sharing") == type(effects)()
    await world.policy(values=["mentoring"])
    await world.edit(key, reason="more", value="sharing")
    assert (await world.shown(key)).value == "sharing"
    await world.edit(key, reason="more", value="answering")
    assert (await world.shown(key)).value == ""
    for who, says in ((BO, {"reason": "mine"}), (ANA, {"reason": ""})):
        with pytest.raises(Refused):
            await world.edit(key, who, **says)
    world.clock.move(24 * HOUR)
    with pytest.raises(Refused, match="is over"):
        await world.edit(key, reason="too late")


async def test_what_was_given_in_a_private_channel_never_leaves_it(world: World) -> None:
    key = await world.give(
        ANA, BO, place=CLOSED, kind="private", reason="secret", url="https://f.org/t/1/1", ts="1.1"
    )
    assert await world.cards() == {(CLOSED, "2026-11-23"): [f"{ANA}>{BO}: secret"]}
    for community, there in (("open", []), ("mixed", ["secret"]), ("closed", ["secret"]), ("bare", []), ("", [])):
        await world.edit(key, reason="secret", community=community)
        shown = {
            channel: [one.rpartition(" ")[2] for one in lines]
            for (channel, _), lines in (await world.cards()).items()
        }
        assert shown == {CLOSED: there}
    await world.react(CY, "1.1", "2.0", place=CLOSED)
    await world.give(ANA, CY, place="D0DIRECT", kind="direct", reason="whispered")
    async with world.db.read_only() as session:
        lines, _ = await page(session, world.id, LogFilter())
    assert [(one.reason, one.channel_id, one.forum_url, one.private) for one in lines] == [("", "", "", True)] * 2
    assert [one.seconds for one in lines] == [0, 1]


async def test_a_public_thanks_is_shown_in_its_communitys_open_channel(world: World) -> None:
    key = await world.give(ANA, BO, place="C0ELSEWHERE", community="mixed")
    assert await world.on_cards(OTHER) == [f"{ANA}>{BO}: the brief"]
    # Its community has nothing but closed channels, or none at all: nobody sees it.
    for community in ("closed", "bare", ""):
        await world.edit(key, community=community)
        assert [line for lines in (await world.cards()).values() for line in lines] == []
    await world.edit(key, community="open")
    assert await world.on_cards(OPEN) == [f"{ANA}>{BO}: the brief"]


async def test_many_deeds_at_once_wait_for_one_another_and_none_is_lost(world: World) -> None:
    """A deadlock would show here: several cards, several recipients, in no order."""
    await world.policy(daily_cap=100)
    group = [BO, CY, DI, EVE]
    keys = [await world.give(ANA, *group, place=where, ts="1.1") for where in (OPEN, OTHER, OPEN, OTHER)]
    for round_ in range(3):
        deeds = [
            *(world.edit(key, reason=f"words {round_}") for key in keys),
            *(world.prefer(one, "private" if round_ % 2 else "show") for one in group),
            *(world.choose(key, one, "show" if round_ else "private") for key, one in zip(keys, group, strict=True)),
            *(
                world.react(f"U2{n}", "1.1", f"{round_}.{n}", place=where)
                for n in range(5)
                for where in (OPEN, OTHER)
            ),
            *(world.give(one, ANA, place=OTHER) for one in group),
        ]
        _, declined = await together(*deeds)
        # Only those who keep all thanks private cannot show one.
        assert all("keep all thanks private" in one.message for one in declined)
    assert {(await world.shown(key)).reason for key in keys} == {"words 2"}
    assert len(await world.rows(Thanks)) == 4 + 12
    assert len(await world.rows(ThanksSecond)) == 4 * 5
    for one in group:
        await world.prefer(one, "private")
    assert [line for lines in (await world.cards()).values() for line in lines if line.startswith(ANA)] == []
