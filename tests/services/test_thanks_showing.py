"""Who sees a thanks: the recipient's wish always wins, a lead may hide, and every card follows, also last week's."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import delete, update
from sqlmodel import col, select

from app.audit.queries import of_subject
from app.clock import StillClock
from app.db import Database
from app.errors import NotFound, NotUnderstood, Refused
from app.thanks import cards, queries
from app.thanks.choosing import preference
from app.thanks.shapes import Told
from app.thanks.showing import ground
from models import Preference, Thanks, ThanksCard, ThanksRecipient
from tests.services.thanks_world import ANA, BO, CLOSED, CY, DAY, DI, EVE, OPEN, OTHER, World, a_world, together


@pytest.fixture
async def world(db: Database, clock: StillClock) -> AsyncIterator[World]:
    async for made in a_world(db, clock):
        yield made


async def told(world: World, who: str) -> Told:
    """What this person is told of the first thanks they received."""
    async with world.db.read_only() as session:
        found = await session.exec(
            select(ThanksRecipient.id).where(ThanksRecipient.slack_id == who).order_by(col(ThanksRecipient.id))
        )
        made = await queries.told(session, world.id, found.first() or 0)
    assert made
    return made


async def test_each_recipient_chooses_for_themselves_as_often_as_they_like(world: World) -> None:
    await world.policy(unanswered="private")
    key = await world.give(ANA, BO, CY)
    assert await world.on_cards() == []
    for choice, lines in (
        ("show", [f"{ANA}>{BO}: the brief"]),
        ("private", []),
        ("show", [f"{ANA}>{BO}: the brief"]),
    ):
        effects = await world.choose(key, BO, choice)
        assert (len(effects.retell), len(effects.cards)) == (1, 1)
        assert await world.on_cards() == lines
        assert (await told(world, BO)).shown is bool(lines)
    # The same once more changes no card.
    assert (await world.choose(key, BO, "show")).cards == ()
    for stranger in (ANA, DI):
        with pytest.raises(Refused, match="somebody else"):
            await world.choose(key, stranger, "private")
    with pytest.raises(NotFound):
        await world.choose("no such key", BO, "show")


async def test_always_private_wins_over_everything_and_reaches_back(world: World) -> None:
    keys = [await world.give(ANA, BO, CY) for _ in range(2)]
    await world.choose(keys[0], BO, "show")
    effects = await world.prefer(BO, "private")
    # One card; and the two messages that said a community sees it.
    assert (len(effects.cards), len(effects.retell)) == (1, 2)
    assert await world.on_cards() == [f"{ANA}>{CY}: the brief"] * 2
    with pytest.raises(Refused, match="keep all thanks private"):
        await world.choose(keys[0], BO, "show")
    await world.choose(keys[1], BO, "private")
    await world.give(DI, BO)
    await world.edit(keys[0], reason="more")
    assert [line for line in await world.on_cards() if f">{BO}" in line] == []
    assert ((await told(world, BO)).standing, (await told(world, BO)).showable) == ("private", True)
    # Said twice, or taken back, it shows nothing by itself.
    assert (await world.prefer(BO, "private")).cards == ()
    assert (await world.prefer(BO, "show")).cards == ()
    await world.give(DI, BO, reason="afterwards")
    assert [line for line in await world.on_cards() if f">{BO}" in line] == [f"{DI}>{BO}: afterwards"]


async def test_a_wish_that_came_at_the_same_moment_is_kept_by_the_card(world: World) -> None:
    await world.give(ANA, BO, CY)
    async with world.db.transaction() as session:
        # As another process would have stored it between our reading of wishes and our commit.
        session.add(
            Preference(workspace_id=world.id, slack_id=BO, visibility="private", updated_at=world.clock.now())
        )
    assert await world.on_cards() == [f"{ANA}>{CY}: the brief"]
    await together(*(world.prefer(CY, "private") for _ in range(3)), *(world.give(DI, CY) for _ in range(3)))
    assert await world.on_cards() == []


async def test_wishes_are_checked_and_kept(world: World) -> None:
    await world.prefer(BO, "show", tell="never", quiet_from="22:00", quiet_to="6:00".zfill(5))
    await world.prefer(BO, "ask", tell="never", quiet_from="21:30", quiet_to="07:00")
    async with world.db.read_only() as session:
        found = await preference(session, world.id, BO)
        assert (found.visibility, found.tell, found.quiet_from, found.quiet_to) == ("ask", "never", "21:30", "07:00")
        assert (await preference(session, world.id, CY)).visibility == "ask"
    assert len(await world.rows(Preference)) == 1
    for wrong, field in (
        ({"tell": "sometimes"}, "visibility"),
        ({"quiet_from": "22:00"}, "quiet_to"),
        ({"quiet_to": "06:00"}, "quiet_from"),
        ({"quiet_from": "late", "quiet_to": "06:00"}, "quiet_from"),
    ):
        with pytest.raises(NotUnderstood) as problem:
            await world.prefer(BO, "ask", **wrong)
        assert problem.value.field == field


async def test_where_nothing_can_be_shown_nobody_is_asked(world: World) -> None:
    await world.give(ANA, BO, place="D0DIRECT", kind="direct")
    await world.give(ANA, CY, place=CLOSED, kind="private", community="open")
    await world.give(ANA, DI)
    assert [(await told(world, one)).showable for one in (BO, CY, DI)] == [False, False, True]
    await world.policy(cards="none")
    assert (await told(world, DI)).showable is False


async def test_a_lead_hides_and_shows_again_with_a_reason_that_is_kept(world: World) -> None:
    key = await world.give(ANA, BO, CY)
    async with world.db.transaction() as session:
        await session.exec(update(ThanksRecipient).where(col(ThanksRecipient.slack_id) == BO).values(told_ts="1.1"))
    for nobody in (ANA, BO, "U0STRANGER"):
        with pytest.raises(Refused, match="Only a lead"):
            await world.moderate(key, "hide", nobody, admin=False)
    for act in ("hide", "uncount"):
        with pytest.raises(NotUnderstood) as problem:
            await world.moderate(key, act, why="  ")
        assert problem.value.field == "why"
    effects = await world.moderate(key, "hide", EVE, admin=False)
    assert (effects.tell, len(effects.retell), len(effects.cards)) == ((), 1, 1)
    assert await world.on_cards() == []
    await world.choose(key, BO, "show")
    await world.edit(key, reason="other words")
    assert await world.on_cards() == []
    # Who was not told yet when it was hidden hears of it now.
    again = await world.moderate(key, "unhide", why="")
    assert (len(again.tell), len(again.retell)) == (1, 1)
    assert len(await world.on_cards()) == 2
    assert (await world.moderate(key, "unhide")) == type(again)()
    async with world.db.read_only() as session:
        lines = await of_subject(session, world.id, f"thanks:{key}")
    assert [(one.act, one.actor, one.reason) for one in reversed(lines)] == [
        ("thanks.hide", EVE, "Because."),
        ("thanks.unhide", EVE, ""),
    ]


async def test_what_does_not_count_is_shown_to_no_community_and_can_be_counted_again(world: World) -> None:
    key = await world.give(ANA, BO)
    assert (await world.moderate(key, "uncount")).tell == ()
    assert ((await world.shown(key)).status, await world.on_cards()) == ("not_counted", [])
    await world.moderate(key, "recount")
    assert ((await world.shown(key)).status, len(await world.on_cards())) == ("counted", 1)
    await world.undo(key)
    with pytest.raises(NotFound, match="taken back"):
        await world.moderate(key, "hide")
    own = await world.give(EVE, BO)
    with pytest.raises(Refused, match="Only a lead"):
        await world.moderate(own, "hide", EVE, admin=False)
    await world.moderate(own, "hide", EVE, admin=True)


async def test_a_card_is_of_one_day_and_the_night_belongs_to_the_morning(world: World) -> None:
    await world.policy(quiet_from="20:00", quiet_to="08:00")
    due = []
    for hours in (0, 6, 15):
        # In Nairobi 15:00, 21:00 and, next day, 12:00.
        world.clock.move(DAY * hours / 24)
        await world.give(ANA, BO, reason=f"after {hours}")
        due.append((world.effects[-1].cards[0][1] - world.clock.now()).total_seconds() / 3600)
    assert due == [0, 11, 0]
    assert await world.cards() == {
        (OPEN, "2026-11-23"): [f"{ANA}>{BO}: after 0"],
        (OPEN, "2026-11-24"): [f"{ANA}>{BO}: after 6", f"{ANA}>{BO}: after 15"],
    }


async def test_a_digest_is_of_last_week_and_follows_every_wish(world: World) -> None:
    """Monday morning, the digest of the week before: what is kept private afterwards leaves it, too."""
    first = await world.give(ANA, BO, reason="monday")
    world.clock.move(2 * DAY)
    second = await world.give(ANA, CY, reason="wednesday")
    await world.give(ANA, DI, place=OTHER, reason="elsewhere")
    world.clock.move(5 * DAY)
    await world.give(ANA, DI, reason="this week")
    made = []
    async with world.db.transaction() as session:
        on = await ground(session, world.id)
        made = await cards.start_digests(session, world.id, on, world.clock.now())
        assert await cards.start_digests(session, world.id, on, world.clock.now()) == []
        assert await cards.start_digests(session, world.id, on, world.clock.now() + 2 * DAY) == []
    assert await world.cards("week") == {
        (OPEN, "2026-11-23"): [f"{ANA}>{BO}: monday", f"{ANA}>{CY}: wednesday"],
        (OTHER, "2026-11-23"): [f"{ANA}>{DI}: elsewhere"],
    }
    effects = await world.choose(first, BO, "private")
    assert made[0] in [card for card, _ in effects.cards]
    assert (await world.cards("week"))[OPEN, "2026-11-23"] == [f"{ANA}>{CY}: wednesday"]
    assert made[0] in [card for card, _ in (await world.moderate(second, "hide")).cards]
    assert (await world.cards("week"))[OPEN, "2026-11-23"] == []
    versions = {one.id: one.version for one in await world.rows(ThanksCard) if one.kind == "week"}
    assert versions == {made[0]: 3, made[1]: 1}


async def test_digests_are_made_where_they_are_wanted_and_there_is_something_to_tell(world: World) -> None:
    key = await world.give(ANA, BO)
    for mode, wanted in (("none", 0), ("day", 0), ("week", 1)):
        await world.policy(cards=mode)
        async with world.db.transaction() as session:
            on = await ground(session, world.id)
            made = await cards.start_digests(session, world.id, on, world.clock.now() + 7 * DAY)
        assert len(made) == wanted
    # Without cards of days what is shown waits for the digest.
    await world.edit(key, reason="words")
    await world.give(ANA, CY)
    assert [one.card_id for one in await world.rows(ThanksRecipient)][1:] == [None]
    async with world.db.transaction() as session:
        await session.exec(update(Thanks).values(community_id=None))
        await session.exec(delete(ThanksCard))
    async with world.db.transaction() as session:
        # A community that is gone has no readers, and stops nobody else's digest.
        assert await cards.start_digests(session, world.id, on, world.clock.now() + 7 * DAY) == []
