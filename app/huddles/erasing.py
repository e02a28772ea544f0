"""Forget a person in huddles: totals stay, their name goes, from cards and notes too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, String, cast, delete, update
from sqlmodel import col, or_, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.huddles.rows import touch
from app.huddles.scheduling import draw_soon
from app.jobs.timers import Timers
from models import Huddle, HuddleFeed, HuddleQuestion, HuddleRsvp, HuddleSlot


async def forget_in_huddles(session: AsyncSession, workspace_id: int, person: str) -> None:
    """Take a person out of the co-hosts of every huddle, past ones too, and forget their calendar feed.

    To be done before they are unlinked: that a host was at their own huddle never counted as attended, and must not
    begin to when nobody can see any more that it was theirs.
    """
    own = select(HuddleSlot.id).where(HuddleSlot.workspace_id == workspace_id, HuddleSlot.host == person)
    await session.exec(
        update(HuddleRsvp)
        .where(
            col(HuddleRsvp.workspace_id) == workspace_id,
            col(HuddleRsvp.slack_id) == person,
            col(HuddleRsvp.slot_id).in_(own),
        )
        .values(came=False, named=False)
    )
    found = await session.exec(select(Huddle).where(_shares(workspace_id, person)))
    for huddle in found:
        huddle.co_hosts = [one for one in huddle.co_hosts if one != person]
    await session.exec(
        delete(HuddleFeed).where(
            col(HuddleFeed.workspace_id) == workspace_id,
            col(HuddleFeed.kind) == "member",
            col(HuddleFeed.subject) == person,
        )
    )
    await session.flush()


async def named_huddles(session: AsyncSession, workspace_id: int, person: str) -> tuple[list[int], list[str]]:
    """Huddles whose cards may show this person, by id, and occurrences whose notes do, by key: to be drawn anew."""
    huddles = select(Huddle.id).where(Huddle.workspace_id == workspace_id, Huddle.card_ts != "")
    found = set((await session.exec(huddles.where(Huddle.host == person))).all())
    found |= set((await session.exec(huddles.where(_shares(workspace_id, person)))).all())
    for table in (HuddleRsvp, HuddleQuestion):
        of_mine = select(HuddleSlot.huddle_id).join(table, col(table.slot_id) == col(HuddleSlot.id))
        mine = of_mine.where(table.workspace_id == workspace_id, table.slack_id == person)
        found |= set((await session.exec(huddles.where(col(Huddle.id).in_(mine)))).all())
    notes = await session.exec(
        select(HuddleSlot.key)
        .join(HuddleRsvp, col(HuddleRsvp.slot_id) == col(HuddleSlot.id))
        .where(
            HuddleRsvp.workspace_id == workspace_id,
            HuddleRsvp.slack_id == person,
            col(HuddleRsvp.named).is_(True),
            or_(HuddleSlot.notes_ts != "", col(HuddleSlot.notes_topic).is_not(None)),
        )
    )
    return sorted(one for one in found if one), sorted(notes.all())


async def redraw_cards(session: AsyncSession, timers: Timers, team_id: str, ids: list[int], now: datetime) -> None:
    """Have these cards drawn as they stand now."""
    for one in ids:
        huddle = await session.get_one(Huddle, one)
        await touch(session, huddle, now)
        await draw_soon(timers, session, team_id, huddle, now)


def _shares(workspace_id: int, person: str) -> ColumnElement[bool]:
    co_hosts = cast(col(Huddle.co_hosts), String)
    return (col(Huddle.workspace_id) == workspace_id) & co_hosts.contains(person, autoescape=True)
