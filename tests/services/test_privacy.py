"""What is held of a person can be had and forgotten: every place is known, totals stay, words and links go."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import func, select

from app.clock import StillClock
from app.communities import membership
from app.contributions.queries import of_member
from app.db import Database
from app.errors import Refused
from app.members.rules import Profile
from app.members.service import link_forum, note_members
from app.privacy.erasing import erase_person
from app.privacy.exporting import export_person
from app.privacy.holdings import mark
from app.privacy.retention import BATCH, BEGINNING, LOOKED_AT, batches, blank, kept_since, old_reasons
from app.thanks import choosing, seconds
from models import (
    Audit,
    Community,
    CommunityChannel,
    Member,
    Preference,
    Thanks,
    ThanksCard,
    ThanksRecipient,
)
from tests.services.privacy_world import ANA, BO, CY, DI, a_workspace, give, places_of


@pytest.fixture
async def here(db: Database, clock: StillClock) -> int:
    return await a_workspace(db, clock)


async def test_an_erasure_keeps_totals_and_drops_the_link_and_the_words(
    db: Database, here: int, clock: StillClock
) -> None:
    given_to_two = await give(db, here, clock, ANA, BO, CY, reason="words of Ana")
    to_ana = await give(db, here, clock, BO, ANA, reason="words about Ana alone")
    to_both = await give(db, here, clock, DI, ANA, CY, reason=f"words about two, <@{ANA}> above all")
    await give(db, here, clock, CY, BO, reason="words that Ana seconds")
    async with db.transaction() as session:
        args: dict[str, Any] = {"standing": True, "now": clock.now()}
        for number, emoji in enumerate(("raised_hands", "tada")):
            await seconds.react(session, here, ANA, "C1", "1.1", emoji, event_ts=f"{number}.0", **args)
        wants = {"visibility": "show", "tell": "never", "quiet_from": "", "quiet_to": ""}
        await choosing.prefer(session, here, ANA, now=clock.now(), **wants)
        before = {one: await of_member(session, here, one) for one in (BO, CY, DI)}
        assert before[BO].seconds == 1

    clock.move(timedelta(hours=1))
    async with db.transaction() as session:
        counts, effects = await erase_person(session, here, ANA, clock.now(), actor=ANA)
    assert counts["thanks you gave"] == 1
    assert counts["thanks you received"] == 2
    assert counts["thanks you seconded"] == 1
    # Nobody was told yet: those who are about to hear of Ana's thanks will not.
    assert (effects.untell, effects.retell) == ((1, 2), ())

    async with db.read_only() as session:
        after = {one: await of_member(session, here, one) for one in (BO, CY, DI)}
        rows = {one.key: one for one in await session.exec(select(Thanks))}
        people = (await session.exec(select(ThanksRecipient))).all()
        (member,) = (await session.exec(select(Member).where(Member.slack_id == ANA))).all()
        again = await export_person(session, here, ANA, clock.now())
        (line,) = (await session.exec(select(Audit))).all()
        assert (await session.exec(select(Preference))).all() == []
        assert await places_of(session, ANA) == ["member.slack_id"]
        assert await places_of(session, "of Ana") == await places_of(session, "Ana alone") == []
    assert after == before
    assert rows[given_to_two].giver is None
    assert [rows[key].reason for key in (given_to_two, to_ana, to_both)] == ["", "", "words about two, … above all"]
    assert all(rows[key].updated_at == clock.now() for key in (given_to_two, to_ana, to_both))
    assert len(people) == 6
    assert (member.name, member.zone, member.erased) == ("", "UTC", True)
    assert not any(again[title] for title in again if title.startswith("thanks"))
    assert (line.act, line.subject, line.actor) == ("member.erase", mark(ANA), mark(ANA))


async def test_who_was_forgotten_is_not_taken_in_again_at_night_but_when_they_come_back(
    db: Database, here: int, clock: StillClock
) -> None:
    async with db.transaction() as session:
        await erase_person(session, here, ANA, clock.now(), actor=ANA)
        await note_members(session, here, [Profile(ANA, "T1", "Ana"), Profile(BO, "T1", "Bo B.")], clock.now())
        for one in (ANA, BO):
            await link_forum(session, here, one, username=f"{one}_f", user_id=7)
        session.add(Community(workspace_id=here, slug="nets", name="Nets", updated_at=clock.now()))
        await session.flush()
        session.add(CommunityChannel(workspace_id=here, community_id=1, slack_id="C1"))
        await session.flush()
        await membership.joined(session, here, "C1", ANA)
        assert await membership.replace(session, here, "C1", [ANA, BO]) == 2
        assert await membership.people_of(session, here, ["C1"]) == [BO]
    async with db.read_only() as session:
        people = (await session.exec(select(Member.slack_id, Member.name, Member.forum_username))).all()
    assert (ANA, "", None) in people
    assert (BO, "Bo B.", f"{BO}_f") in people
    async with db.transaction() as session:
        await note_members(session, here, [Profile(ANA, "T1", "Ana")], clock.now(), acting=True)
        (member,) = (await session.exec(select(Member).where(Member.slack_id == ANA))).all()
        assert (member.name, member.erased) == ("Ana", False)


async def test_erasing_twice_or_somebody_of_whom_nothing_is_held_does_no_harm(
    db: Database, here: int, clock: StillClock
) -> None:
    await give(db, here, clock, ANA, BO)
    for who in (ANA, ANA, "U0NOBODY"):
        async with db.transaction() as session:
            await erase_person(session, here, who, clock.now(), actor="cli")
    async with db.read_only() as session:
        (thanks,) = (await session.exec(select(Thanks))).all()
        assert (await session.exec(select(ThanksCard))).all() == []
    assert thanks.status == "counted"


async def test_a_bot_has_nothing_to_erase(db: Database, here: int, clock: StillClock) -> None:
    async with db.transaction() as session:
        await note_members(session, here, [Profile("B1", "T1", "Robot", is_bot=True)], clock.now())
        with pytest.raises(Refused, match="bot"):
            await erase_person(session, here, "B1", clock.now(), actor="cli")


async def test_reasons_past_their_time_lose_their_words_and_the_walk_goes_on_where_it_stood(
    db: Database, here: int, clock: StillClock
) -> None:
    now = clock.now()
    old = kept_since(now, 12) - timedelta(days=30)
    async with db.transaction() as session:
        for number in range(LOOKED_AT + 3):
            made = old if number else now - timedelta(days=20)
            words = "" if number % 7 == 1 else "words"
            session.add(
                Thanks(workspace_id=here, key=f"k{number}", giver=ANA, reason=words, created_at=made, updated_at=made)
            )
    place, found, walks = BEGINNING, 0, 0
    async with db.transaction() as session:
        while place is not None:
            ids, place = await old_reasons(session, here, kept_since(now, 12), place)
            walks += 1
            for some in batches(ids):
                assert len(some) <= BATCH
                found += await blank(session, some, now)
        assert await blank(session, ids, now) == 0
        left = (await session.exec(select(Thanks).where(Thanks.reason != ""))).all()
        moved = (await session.exec(select(func.count()).select_from(Thanks).where(Thanks.updated_at == now))).one()
    assert walks == 2
    assert [one.key for one in left] == ["k0"]
    assert moved == found == sum(1 for number in range(1, LOOKED_AT + 3) if number % 7 != 1)


@given(
    st.integers(631152000, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)), st.integers(1, 240)
)
def test_months_back_is_the_same_day_or_the_last_of_a_shorter_month(now: datetime, months: int) -> None:
    then = kept_since(now, months)
    assert (then.year * 12 + then.month) == (now.year * 12 + now.month) - months
    assert then.day == now.day or (then.day < now.day and (then + timedelta(days=1)).day == 1)
