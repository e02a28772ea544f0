"""What is held of a person can be had and forgotten: every place is known, totals stay, words and links go."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import SQLModel, select

from app.clock import StillClock
from app.contributions.queries import of_member
from app.db import Database
from app.members.rules import Profile
from app.members.service import ensure_workspace, note_members
from app.privacy.erasing import erase_person, mark
from app.privacy.exporting import export_person
from app.privacy.holdings import HOLDINGS, NOT_PERSONAL, PERSONAL
from app.privacy.retention import BATCH, blank_old, kept_since
from app.thanks import choosing, seconds, service
from app.thanks.shapes import Named, Place, Wish
from models import Audit, Member, Preference, Route, Thanks, ThanksCard, ThanksRecipient, ThanksSecond

ANA, BO, CY, DI = "U0ANA", "U0BO", "U0CY", "U0DI"


@pytest.fixture
async def here(db: Database, clock: StillClock) -> AsyncIterator[int]:
    async with db.transaction() as session:
        workspace = await ensure_workspace(session, "T1", "One", clock.now())
        workspace.settings = {"thanks": {"quiet_from": "00:00", "quiet_to": "00:00"}}
        people = [Profile(one, "T1", f"Name of {one}", zone="Asia/Kathmandu") for one in (ANA, BO, CY, DI)]
        await note_members(session, workspace.id or 0, people, clock.now())
    yield workspace.id or 0


async def give(
    db: Database, here: int, clock: StillClock, giver: str, *people: str, reason: str = "the brief"
) -> str:
    async with db.transaction() as session:
        wish = Wish(giver, tuple(Named(one) for one in people), reason, place=Place("C1", "public", "1.1"))
        thanks, _ = await service.give(session, here, clock.fresh_id(), wish, clock.now())
        return thanks.key


async def test_every_place_that_holds_a_person_is_known_and_erasable() -> None:
    known = {one.place for one in HOLDINGS} | set(NOT_PERSONAL)
    found = {
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.tables.values()
        for column in table.columns
        if column.name in PERSONAL or re.search(r"(user|member|person|slack)_id$", column.name)
    } - {"member.forum_user_id"}
    assert found - known == set()
    assert known - found == set()


async def test_an_erasure_keeps_totals_and_drops_the_link_and_the_words(
    db: Database, here: int, clock: StillClock
) -> None:
    given_to_two = await give(db, here, clock, ANA, BO, CY, reason="words of Ana")
    to_ana = await give(db, here, clock, BO, ANA, reason="words about Ana alone")
    to_both = await give(db, here, clock, DI, ANA, CY, reason="words about two")
    await give(db, here, clock, CY, BO, reason="words that Ana seconds")
    async with db.transaction() as session:
        args = {"standing": True, "event_ts": "1.0", "now": clock.now()}
        await seconds.react(session, here, ANA, "C1", "1.1", "raised_hands", **args)
        wants = {"visibility": "show", "tell": "never", "quiet_from": "", "quiet_to": ""}
        await choosing.prefer(session, here, ANA, now=clock.now(), **wants)
        session.add(Route(workspace_id=here, key="r1", slack_id=ANA, text="a question", created_at=clock.now()))
        held = await export_person(session, here, ANA, clock.now())
        before = {one: await of_member(session, here, one) for one in (BO, CY, DI)}
    assert "words of Ana" in json.dumps(held)
    assert held["thanks you gave"][0]["to"] == [BO, CY]
    assert [one["reason"] for one in held["thanks you received"]] == ["words about Ana alone", "words about two"]
    assert held["profile"][0]["name"] == "Name of U0ANA"

    clock.move(timedelta(hours=1))
    async with db.transaction() as session:
        counts, _ = await erase_person(session, here, ANA, clock.now(), actor="cli")
    assert counts["questions to /whereshare"] == 1

    async with db.read_only() as session:
        after = {one: await of_member(session, here, one) for one in (BO, CY, DI)}
        rows = {one.key: one for one in await session.exec(select(Thanks))}
        people = (await session.exec(select(ThanksRecipient))).all()
        (second,) = (await session.exec(select(ThanksSecond).where(ThanksSecond.standing))).all()
        (member,) = (await session.exec(select(Member).where(Member.slack_id == ANA))).all()
        again = await export_person(session, here, ANA, clock.now())
        (line,) = (await session.exec(select(Audit))).all()
        assert (await session.exec(select(Preference))).all() == []
    assert after == before
    assert rows[given_to_two].giver is None
    assert [rows[key].reason for key in (given_to_two, to_ana, to_both)] == ["", "", "words about two"]
    assert all(rows[key].updated_at == clock.now() for key in (given_to_two, to_ana, to_both))
    assert len(people) == 6
    assert ANA not in [one.slack_id for one in people]
    assert second.slack_id is None
    assert (member.name, member.zone, member.erased) == ("", "UTC", True)
    assert not any(again[title] for title in again if title.startswith("thanks"))
    assert (line.act, line.subject) == ("member.erase", mark(ANA))
    assert ANA not in json.dumps([line.details, line.subject, line.actor])


async def test_who_was_forgotten_is_not_taken_in_again_at_night_but_when_they_come_back(
    db: Database, here: int, clock: StillClock
) -> None:
    async with db.transaction() as session:
        await erase_person(session, here, ANA, clock.now(), actor=ANA)
        await note_members(session, here, [Profile(ANA, "T1", "Ana"), Profile(BO, "T1", "Bo B.")], clock.now())
    async with db.read_only() as session:
        names = dict((await session.exec(select(Member.slack_id, Member.name))).all())
    assert (names[ANA], names[BO]) == ("", "Bo B.")
    async with db.transaction() as session:
        await note_members(session, here, [Profile(ANA, "T1", "Ana")], clock.now(), met=True)
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


async def test_reasons_past_their_time_lose_their_words_some_at_a_time(
    db: Database, here: int, clock: StillClock
) -> None:
    now = clock.now()
    async with db.transaction() as session:
        for number in range(BATCH + 3):
            made = now - timedelta(days=400) if number else now - timedelta(days=20)
            session.add(
                Thanks(
                    workspace_id=here, key=f"k{number}", giver=ANA, reason="words", created_at=made, updated_at=made
                )
            )
        assert await blank_old(session, here, now) == 0
        workspace = await ensure_workspace(session, "T1", "One", now)
        workspace.settings = {"thanks": {"keep_months": 12}}
        assert [await blank_old(session, here, now) for _ in range(3)] == [BATCH, 2, 0]
        left = (await session.exec(select(Thanks).where(Thanks.reason != ""))).all()
    assert [one.key for one in left] == ["k0"]


@given(
    st.integers(631152000, 4102444800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)), st.integers(1, 240)
)
def test_months_back_is_the_same_day_or_the_last_of_a_shorter_month(now: datetime, months: int) -> None:
    then = kept_since(now, months)
    assert (then.year * 12 + then.month) == (now.year * 12 + now.month) - months
    assert then.day == now.day or (then.day < now.day and (then + timedelta(days=1)).day == 1)
